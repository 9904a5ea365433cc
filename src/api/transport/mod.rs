//! Requests to the API and their answers, on connections that are kept.
//!
//! Made of hyper's own connections, because what a general HTTP client does for every single request (its
//! layers for redirects, retries and time-outs, and the copies of address and headers that they need) costs
//! more than all the rest of sending a lead. [`Lines`] keep the connections, [`Connector`] opens them, and
//! [`read_body`] reads what comes back, never more than it is allowed to.

mod body;
mod connector;
mod line;
mod lines;
mod origin;
mod send_error;

pub(super) use body::{BodyEnd, read_body, unpack};
pub(super) use connector::Connector;
pub(super) use line::BoxedRequest;
pub(super) use lines::Lines;
pub(super) use origin::Origin;
