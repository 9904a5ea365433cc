//! The paths that the sandbox answers. Start reading at `router.rs`.

mod answer;
mod create_lead;
mod leads;
mod look_ups;
mod oauth;
mod router;

pub(super) use router::make_router;
