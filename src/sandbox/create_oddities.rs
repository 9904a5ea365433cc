//! How creates may be other than the API's pages say.

use std::time::Duration;

/// What `POST /v1/leads` does in its own way. The default is nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CreateOddities {
    /// A lead whose e-mail, without regard to case, one of the tenant's leads has is not created:
    /// the answer is 200 with the oldest such lead, as it is.
    pub merge_by_email: bool,
    /// A lead all of whose values equal those of one of the tenant's leads is not created but
    /// answered 409. Comes before [`Self::merge_by_email`].
    pub conflict_on_twin: bool,
    /// How long an `Idempotency-Key` is honoured, from the request that brought it first. Default:
    /// keys are not looked at.
    ///
    /// A key that comes again is given what was answered the first time, errors included, and
    /// nothing is done. Where that answer was lost, half or late by a fault it is given whole; a
    /// fault that garbled a whole answer garbles it again. While the first request is under way, the
    /// answer is 409; when the body is another one, 422.
    ///
    /// Requests refused before anything was looked at leave no key behind: wrong headers, rate
    /// limit, 503, and connections closed or hanging before anything is created. Such faults befall
    /// repeated requests too, the others do not. Keys are each tenant's own, and in memory only.
    pub idempotency: Option<Duration>,
}
