//! Ctrl-C and the system's request to end.

use std::future::Future;
use std::pin::pin;

use crate::import::stop::StopSwitch;

/// Runs `work` to its end; an interrupt stops it politely, a second one at once.
pub(super) async fn stop_on_interrupt<T>(stop: &StopSwitch, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut listener = Listener::new();
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = listener.interrupted() => stop.interrupt(),
        }
    }
}

/// Waits for SIGINT or SIGTERM.
///
/// Where the system lets nobody listen the signal ends the process, as it does by default.
#[cfg(unix)]
struct Listener {
    signals: Vec<tokio::signal::unix::Signal>,
    /// Listened to so that a limit on the size of files is an error of the write and not the end
    /// of the process.
    _file_too_large: Option<tokio::signal::unix::Signal>,
}

/// `SIGXFSZ` of Linux and macOS alike.
#[cfg(unix)]
const FILE_TOO_LARGE: i32 = 25;

#[cfg(unix)]
impl Listener {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self {
            signals: kinds
                .into_iter()
                .filter_map(|kind| signal(kind).ok())
                .collect(),
            _file_too_large: signal(SignalKind::from_raw(FILE_TOO_LARGE)).ok(),
        }
    }

    async fn interrupted(&mut self) {
        let arrivals = self
            .signals
            .iter_mut()
            .map(|signal| Box::pin(signal.recv()));
        let arrivals: Vec<_> = arrivals.collect();
        if arrivals.is_empty() {
            return std::future::pending().await;
        }
        futures::future::select_all(arrivals).await;
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
struct Listener;

#[cfg(not(unix))]
impl Listener {
    fn new() -> Self {
        Self
    }

    async fn interrupted(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
