//! What every test needs.

mod frame_server;
mod gate;
mod proxy;
mod results;
mod scripted_server;
#[cfg(unix)]
mod signals;
mod tls_front;
mod workspace;

pub(crate) use frame_server::{FrameServer, Step};
pub(crate) use gate::Gate;
pub(crate) use proxy::ConnectProxy;
pub(crate) use results::{Record, read_results};
pub(crate) use scripted_server::{Reply, Request, ScriptedServer, created};
#[cfg(unix)]
pub(crate) use signals::Running;
pub(crate) use tls_front::{Authority, Identity, TlsFront};
pub(crate) use workspace::{Run, Workspace, repository};
