//! Whether a sign-in is being renewed in this process.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many renewals are under way.
static COUNT: Mutex<usize> = Mutex::new(0);

/// Told when one is over.
static IS_OVER: Condvar = Condvar::new();

/// A renewal that is about to begin or goes on, until this is dropped.
#[derive(Debug)]
pub struct RenewalUnderWay(());

impl RenewalUnderWay {
    /// From now on whoever ends the process waits.
    pub(in crate::api) fn begin() -> Self {
        *count() += 1;
        Self(())
    }
}

impl Drop for RenewalUnderWay {
    fn drop(&mut self) {
        *count() -= 1;
        IS_OVER.notify_all();
    }
}

/// Waits until no sign-in is being renewed in this process. Whoever ends the process must: the answer may bring the
/// one refresh token that is still good, and the sign-in is lost with it.
///
/// Takes no longer than a renewal: a minute for another process that renews, and the time limit of a request.
pub fn await_renewal() {
    let waited = IS_OVER.wait_while(count(), |count| *count > 0);
    drop(waited.unwrap_or_else(PoisonError::into_inner));
}

/// A number is never half written.
fn count() -> MutexGuard<'static, usize> {
    COUNT.lock().unwrap_or_else(PoisonError::into_inner)
}
