//! What every test needs.

mod gate;
mod results;
mod scripted_server;
mod workspace;

pub(crate) use gate::Gate;
pub(crate) use results::{Record, read_results};
pub(crate) use scripted_server::{Reply, Request, ScriptedServer, created};
pub(crate) use workspace::{Run, Workspace, repository};
