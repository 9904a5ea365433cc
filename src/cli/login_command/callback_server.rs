//! The listener that the browser comes back to.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::api::{Authorization, AuthorizationCode, RedirectError};
use crate::cli::failure::Failure;
use crate::cli::login_command::{page, pasted};
use crate::cli::terminal::say;

/// Where the browser comes back to.
pub(super) const CALLBACK_PATH: &str = "/callback";

/// What came back, and whoever waits for the page at the end.
pub(super) struct Callback {
    pub(super) outcome: Result<AuthorizationCode, RedirectError>,
    pub(super) answer: Answer,
}

/// A browser that waits to be told how it ended, and the server that tells it.
pub(super) struct Answer {
    page: Option<oneshot::Sender<String>>,
    server: JoinHandle<()>,
    end: oneshot::Sender<()>,
}

impl Answer {
    /// Shows the end in the browser, and waits until it is there.
    pub(super) async fn send(self, failure: Option<&Failure>) {
        if let Some(waiting) = self.page {
            // A browser that was closed in the meantime misses nothing.
            let _ = waiting.send(page::end_of(failure));
        }
        let _ = self.end.send(());
        // A browser that keeps its connection open must not hold the program up.
        let _ = tokio::time::timeout(page::LONGEST_DELIVERY, self.server).await;
    }
}

type Arrived = (
    Result<AuthorizationCode, RedirectError>,
    Option<oneshot::Sender<String>>,
);

#[derive(Clone)]
struct Shared {
    begun: Arc<Authorization>,
    arrived: mpsc::Sender<Arrived>,
}

/// Serves until the browser comes back with an answer to this sign-in, or, if `pasting`, somebody
/// pastes the address that it ended at. What belongs to no sign-in of ours is told and passed over.
pub(super) async fn wait_for_browser(
    listener: TcpListener,
    begun: Arc<Authorization>,
    pasting: bool,
) -> Callback {
    // One sign-in has one answer.
    let (arrived, mut arrivals) = mpsc::channel(1);
    let shared = Shared { begun, arrived };
    if pasting {
        let (begun, arrived) = (Arc::clone(&shared.begun), shared.arrived.clone());
        pasted::read_in_background(move |query| match begun.judge(query) {
            Err(RedirectError::ForeignState) => false,
            outcome => arrived.blocking_send((outcome, None)).is_ok(),
        });
    }
    let router = Router::new()
        .route(CALLBACK_PATH, get(take))
        .fallback(async || (StatusCode::NOT_FOUND, "There is nothing here."))
        .with_state(shared.clone());
    let (end, ended) = oneshot::channel();
    let server = tokio::spawn(async move {
        let served = axum::serve(listener, router);
        let served = served.with_graceful_shutdown(async {
            let _ = ended.await;
        });
        let _ = served.await;
    });
    let (outcome, page) = arrivals
        .recv()
        .await
        .expect("a sender is kept until here, in `shared`");
    drop(shared);
    let answer = Answer { page, server, end };
    Callback { outcome, answer }
}

async fn take(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let outcome = shared.begun.judge(&query.unwrap_or_default());
    if let Err(RedirectError::ForeignState) = outcome {
        say(
            "note: a browser came back from another sign-in than this one; still waiting for this one",
        );
        let page = page::foreign();
        return page::respond(StatusCode::BAD_REQUEST, page);
    }
    let (send_page, page) = oneshot::channel();
    // A second answer to one sign-in finds nobody who takes it.
    if shared.arrived.try_send((outcome, Some(send_page))).is_err() {
        return page::respond(StatusCode::GONE, page::foreign());
    }
    let page = page.await.unwrap_or_else(|_| page::foreign());
    page::respond(StatusCode::OK, page)
}
