//! The running sandbox: its thread, its address, its end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use axum::serve;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Notify;

use super::connection::{ConnectionHandle, CuttableListener};
use super::routes::make_router;
use super::shared_state::{SharedState, panic_message};
use super::store::Store;
use super::{SandboxCounts, SandboxError, SandboxOptions};

/// Connections that may wait to be accepted. An importer opens up to a few hundred at once, and
/// one that is turned away tries again only after a second.
const BACKLOG: u32 = 1_024;

/// A sandbox that serves until it is stopped or dropped.
///
/// It runs on one thread with a runtime of its own, so that it competes with an importer in the
/// same process for one core at most.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    pub(super) state: Arc<SharedState>,
    stop: StopHandle,
    thread: Option<JoinHandle<()>>,
}

/// Ends a sandbox from elsewhere, such as from a signal handler.
#[derive(Debug, Clone)]
pub struct StopHandle(Arc<Notify>);

impl StopHandle {
    /// Asks the sandbox to end, and returns at once. Requests under way are cut off.
    pub fn stop(&self) {
        self.0.notify_one();
    }
}

impl Sandbox {
    /// Starts to listen, and returns when connections are taken.
    ///
    /// # Errors
    ///
    /// When the address is not loopback or taken, a share is not from 0 to 1 or all of them add up
    /// to more, the data file cannot be used or is another program's, or the system gives no thread.
    pub fn start(options: SandboxOptions) -> Result<Self, SandboxError> {
        options.check()?;
        let (report, started) = sync_channel(1);
        let stop = StopHandle(Arc::new(Notify::new()));
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || run(options, &report, &stopped))
            .map_err(|source| SandboxError::Thread { source })?;
        match started.recv() {
            Ok(started) => {
                let (address, state) = started?;
                Ok(Self {
                    address,
                    state,
                    stop,
                    thread: Some(thread),
                })
            }
            Err(_) => Err(SandboxError::Panicked {
                message: thread
                    .join()
                    .err()
                    .map_or_else(String::new, |panic| panic_message(&*panic)),
            }),
        }
    }

    /// Where it listens, with the port that it was given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to give as API address: `http://127.0.0.1:PORT/api`.
    pub fn base_url(&self) -> String {
        self.state.base_url.clone()
    }

    /// What it has done so far.
    pub fn counts(&self) -> SandboxCounts {
        self.state.counts()
    }

    /// Something that ends this sandbox from elsewhere while [`Self::wait`] blocks.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Blocks until a [`StopHandle`] ends the sandbox.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Panicked`] when anything panicked while it served.
    pub fn wait(mut self) -> Result<(), SandboxError> {
        self.join()
    }

    /// Ends the sandbox. Requests under way are cut off, as when a server is killed; what was
    /// created stays in the data file.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Panicked`] when anything panicked while it served.
    pub fn stop(mut self) -> Result<(), SandboxError> {
        self.stop.stop();
        self.join()
    }

    fn join(&mut self) -> Result<(), SandboxError> {
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        let ended = thread.join().map_err(|panic| panic_message(panic.as_ref()));
        match ended.err().or_else(|| self.state.first_panic()) {
            None => Ok(()),
            Some(message) => Err(SandboxError::Panicked { message }),
        }
    }
}

/// Stops it. A panic while it served goes unheard here: call [`Sandbox::stop`] to hear of it.
impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.stop();
        self.join().ok();
    }
}

/// What a started server reports: its address and its state.
type Started = Result<(SocketAddr, Arc<SharedState>), SandboxError>;

/// Starts, reports, and serves until it is told to stop. All connections end with the runtime,
/// which lives and ends on this thread: others may be in an asynchronous context, where none may.
fn run(options: SandboxOptions, report: &SyncSender<Started>, stop: &StopHandle) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(source) => {
            report.send(Err(SandboxError::Thread { source })).ok();
            return;
        }
    };
    runtime.block_on(async {
        match prepare(options) {
            Err(error) => {
                report.send(Err(error)).ok();
            }
            Ok((listener, address, state)) => {
                report.send(Ok((address, Arc::clone(&state)))).ok();
                serve_until_stopped(listener, state, stop).await;
            }
        }
    });
}

fn prepare(
    options: SandboxOptions,
) -> Result<(TcpListener, SocketAddr, Arc<SharedState>), SandboxError> {
    let failed = |source| SandboxError::Listen {
        address: options.address,
        source,
    };
    let listener = listen(options.address).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let store = Store::open(options.data.as_deref(), options.lists.list_late)?;
    let base_url = format!("http://{address}/api");
    let state = SharedState::new(options, base_url, store);
    Ok((listener, address, Arc::new(state)))
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A sandbox that comes back must get its port although old connections linger on it.
    socket.set_reuseaddr(cfg!(unix))?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn serve_until_stopped(listener: TcpListener, state: Arc<SharedState>, stop: &StopHandle) {
    let service = make_router(state).into_make_service_with_connect_info::<ConnectionHandle>();
    tokio::select! {
        _ = serve(CuttableListener(listener), service).into_future() => {}
        () = stop.0.notified() => {}
    }
}
