//! A place where requests wait for each other or for the test.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// Who waits longer waits for what never comes.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Holds whoever comes until enough have come or somebody opens it. Then it stays open.
#[derive(Debug)]
pub(crate) struct Gate {
    missing: Mutex<usize>,
    opened: Condvar,
}

impl Gate {
    /// Opens when so many have come.
    pub(crate) fn for_arrivals(count: usize) -> Self {
        Self {
            missing: Mutex::new(count),
            opened: Condvar::new(),
        }
    }

    /// Opens only when it is told to.
    pub(crate) fn closed() -> Self {
        Self::for_arrivals(usize::MAX)
    }

    /// Arrives and waits until it is open; panics when nobody opens it.
    pub(crate) fn pass(&self) {
        let mut missing = self.missing.lock().unwrap();
        *missing = missing.saturating_sub(1);
        self.opened.notify_all();
        let waited = self
            .opened
            .wait_timeout_while(missing, LONGEST_WAIT, |missing| *missing > 0);
        let (missing, _) = waited.unwrap();
        assert_eq!(*missing, 0, "so many more never came");
    }

    pub(crate) fn open(&self) {
        *self.missing.lock().unwrap() = 0;
        self.opened.notify_all();
    }
}
