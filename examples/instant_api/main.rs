//! A lead API that answers at once and remembers no lead: what an upload is measured against.
//!
//! ```text
//! cargo run --release --example instant_api -- --latency 200
//! cargo run --release --example instant_api -- --limit 600 --window 10 --style sliding --headers ietf
//! ```
//!
//! A tool of `bench/uploading`. It says `listening on http://127.0.0.1:PORT/api` on standard error, answers
//! `POST /api/v1/leads` with 201 and a new id, and a list or a lead with just enough that an import
//! begins. `GET /stats` tells, as JSON, what it has received and when; so does SIGINT, on standard
//! output, before it ends.
//!
//! One thread does everything, so that nothing is locked and the other cores are left to the client.

mod counts;
mod limit;
mod serve;

use std::cell::RefCell;
use std::error::Error;
use std::io::Write;
use std::rc::Rc;
use std::time::Duration;

use clap::Parser;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::LocalSet;

use crate::limit::{HeaderStyle, Limit, WindowStyle};
use crate::serve::{Api, answer};

/// Answers creates at once, or later, or not all of them.
#[derive(Debug, Parser)]
struct Arguments {
    /// The port on loopback; 0: a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How late every answer to a create is, in milliseconds.
    #[arg(long, default_value_t = 0)]
    latency: u64,
    /// Requests that are allowed in a window, of any kind; without it there is no limit.
    #[arg(long)]
    limit: Option<u32>,
    /// How long a window is, in seconds.
    #[arg(long, default_value_t = 10)]
    window: u64,
    /// What begins a window.
    #[arg(long, value_enum, default_value_t = WindowStyle::Clock)]
    style: WindowStyle,
    /// What answers tell of the limit.
    #[arg(long, value_enum, default_value_t = HeaderStyle::AllUp)]
    headers: HeaderStyle,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let window = Duration::from_secs(arguments.window);
    let api = Rc::new(Api {
        latency: Duration::from_millis(arguments.latency),
        counts: RefCell::default(),
        limit: arguments
            .limit
            .map(|requests| RefCell::new(Limit::new(requests, window, arguments.style))),
        headers: arguments.headers,
    });
    let listen = async {
        tokio::select! {
            ended = accept(arguments.port, &api) => ended,
            ended = tokio::signal::ctrl_c() => ended,
        }
    };
    LocalSet::new().block_on(&runtime, listen)?;
    let told = api.counts.borrow().tell();
    writeln!(std::io::stdout(), "{told}")?;
    Ok(())
}

/// Serves every connection until the program ends.
async fn accept(port: u16, api: &Rc<Api>) -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    writeln!(
        std::io::stderr(),
        "listening on http://{address}/api (no lead is kept)"
    )?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        api.counts.borrow_mut().connections += 1;
        let api = Rc::clone(api);
        let service = service_fn(move |request| answer(Rc::clone(&api), request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // What a client does to its connection is its own affair.
        tokio::task::spawn_local(async { drop(connection.await) });
    }
}
