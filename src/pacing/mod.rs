//! When the next attempt may go. Knows no HTTP and sends nothing.
//!
//! [`Pace`] puts the rules together, each a file of its own: a demanded pause (`pause`), the number of requests in
//! flight (`concurrency`), what the server's headers allow (`request_budget`, `window_end`), the speed that refusals teach
//! (`learned_rate`), and the user's bound (`rate`). [`BackOff`] spaces the attempts of one row, and [`OutageWatch`]
//! notices that the server is away. Time is tokio's, so tests can pause it.

mod back_off;
mod concurrency;
mod landing;
mod learned_rate;
mod outage;
mod pace;
mod pause;
mod rate;
mod request_budget;
mod window_end;

pub use back_off::BackOff;
pub use concurrency::Concurrency;
pub use landing::{Landing, Sent, Verdict};
pub use outage::OutageWatch;
pub use pace::Pace;
pub use rate::{Rate, RateError, RateLimiter};
pub use request_budget::Turn;

#[cfg(test)]
mod simulations;
