//! When the next attempt may go. Knows no HTTP and sends nothing.
//!
//! [`RateLimiter`] keeps a rate, [`BackOff`] spaces the attempts of one row, and [`OutageWatch`]
//! notices that the server is away. Time is tokio's, so tests can pause it.

mod back_off;
mod outage;
mod rate;

pub use back_off::BackOff;
pub use outage::OutageWatch;
pub use rate::{Rate, RateError, RateLimiter};
