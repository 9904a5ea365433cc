//! Ctrl-C and the system's request to end.

use std::io;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::api::await_renewal;
use crate::import::stop::{StopLevel, StopSwitch};

/// Runs `work` to its end; an interrupt meanwhile raises the switch, politely and the second time to at once.
///
/// A thread of its own listens, because work may be busy for minutes. Whatever `work` does must look at the
/// switch: nothing ends by the signal any more.
///
/// # Errors
///
/// When the system has no room for the listener; nothing was done then.
pub(super) fn stop_on_interrupt<T>(stop: &StopSwitch, work: impl FnOnce() -> T) -> io::Result<T> {
    let (runtime, mut listener) = listen()?;
    let (done, mut is_done) = oneshot::channel::<()>();
    let listening = async move {
        loop {
            tokio::select! {
                _ = &mut is_done => return,
                () = listener.interrupted() => stop.interrupt(),
            }
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(move || runtime.block_on(listening));
        // Dropped when work ends, also by a panic.
        let _done = done;
        Ok(work())
    })
}

/// What `work` comes to, or `None` when an interrupt comes first, which ends it with the process. A sign-in that is being
/// renewed meanwhile is renewed first.
///
/// # Errors
///
/// When the system has no room for the listener; nothing was done then.
pub fn unless_interrupted<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Option<T>> {
    let (runtime, mut listener) = listen()?;
    let (done, is_done) = oneshot::channel();
    std::thread::spawn(move || done.send(work()));
    let done = runtime.block_on(async {
        tokio::select! {
            done = is_done => Some(done.expect("a panic is a bug and goes on as one")),
            () = listener.interrupted() => None,
        }
    });
    await_renewal();
    Ok(done)
}

/// Listens from now on, and not only from when the runtime is used.
fn listen() -> io::Result<(Runtime, Listener)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _inside = runtime.enter();
        Listener::new()
    };
    Ok((runtime, listener))
}

/// What `work` comes to; `None` when the switch is raised to `level` first.
pub(super) async fn unless_stopped<T>(
    (stop, level): (&StopSwitch, StopLevel),
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut now = stop.subscribe();
    tokio::select! {
        biased;
        // Never fails: the switch outlives this.
        _ = now.wait_for(|now| *now >= level) => None,
        done = work => Some(done),
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
