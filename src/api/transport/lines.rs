//! The connections to one server, kept while they are of use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use http_body_util::Full;
use hyper::Response;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use tokio::time::Instant;

use crate::api::transport::connector::Connector;
use crate::api::transport::line::{BoxedRequest, Line, SharedLine};
use crate::api::transport::origin::Origin;
use crate::api::transport::send_error::SendError;

/// How long a connection that nobody uses is kept.
///
/// Shorter than the 5 s after which common servers close it, because a request on a connection
/// that is being closed is one whose fate is unknown.
const IDLE_TIMEOUT: Duration = Duration::from_secs(3);

/// So often it is seen whether a connection has been idle for that long.
const IDLE_WATCH: Duration = Duration::from_secs(1);

/// The connections to one server. Clones share them.
#[derive(Debug, Clone)]
pub(in crate::api) struct Lines {
    connector: Connector,
    origin: Arc<Origin>,
    kept: Arc<Mutex<Kept>>,
    /// Held by whoever opens a connection that all will share.
    opening: Arc<tokio::sync::Mutex<()>>,
}

/// What is kept for the next request.
#[derive(Debug, Default)]
struct Kept {
    /// The most connections that are idle.
    most: usize,
    /// Connections that nobody uses, and since when; the one that was used last is at the end. It is used first, so
    /// that no more are used than are needed, and the others end.
    idle: Vec<(http1::SendRequest<Full<Bytes>>, Instant)>,
    /// The connection that all requests share where HTTP/2 is spoken, and when it was last used.
    shared: Option<(SharedLine, Instant)>,
    /// The server spoke HTTP/2 when it was last connected to.
    speaks_http2: bool,
    /// Somebody sees to it that idle connections end.
    is_watched: bool,
}

impl Lines {
    /// Opens no connection yet. No more than `most` are kept that nobody uses.
    pub(in crate::api) fn new(connector: Connector, origin: Origin, most: usize) -> Self {
        let kept = Kept {
            most,
            ..Kept::default()
        };
        Self {
            connector,
            origin: Arc::new(origin),
            kept: Arc::new(Mutex::new(kept)),
            opening: Arc::default(),
        }
    }

    /// Sends a request, whose address is but a path, and waits for the head of the answer. The line is to be
    /// given back once the answer is read to its end; else it ends with the request.
    ///
    /// The request is repeated only where a kept connection was closed before a byte of it was written.
    pub(in crate::api) async fn send(
        &self,
        mut request: BoxedRequest,
    ) -> Result<(Response<Incoming>, Line), SendError> {
        loop {
            let (mut line, is_new) = self.take().await?;
            let (error, unsent) = match line.try_send(request, &self.origin).await {
                Ok(response) => return Ok((response, line)),
                Err(failed) => failed,
            };
            match unsent {
                Some(unsent) if !is_new => request = unsent,
                Some(_) => return Err(SendError::NotWritten(error)),
                None => return Err(SendError::Lost(error)),
            }
        }
    }

    /// Keeps a line for the next request.
    pub(in crate::api) fn give_back(&self, line: Line) {
        self.kept().put(line);
        self.watch();
    }

    /// A line that can be used, and whether it is a new one.
    async fn take(&self) -> Result<(Line, bool), SendError> {
        if let Some(line) = self.take_kept().await {
            return Ok((line, false));
        }
        if !self.speaks_http2() {
            return Ok((self.open().await?, true));
        }
        // One connection is enough for all who want one now.
        let _turn = self.opening.lock().await;
        match self.take_kept().await {
            Some(line) => Ok((line, false)),
            None => Ok((self.open().await?, true)),
        }
    }

    async fn take_kept(&self) -> Option<Line> {
        loop {
            let mut line = self.kept().take()?;
            if line.is_usable().await {
                return Some(line);
            }
        }
    }

    async fn open(&self) -> Result<Line, SendError> {
        // Boxed, because it is large and rare: every request's future would have to make room for it.
        let line = self.connector.connect(&self.origin).boxed().await?;
        let is_shared = self.kept().note_opened(&line);
        if is_shared {
            self.watch();
        }
        Ok(line)
    }

    fn speaks_http2(&self) -> bool {
        self.kept().speaks_http2
    }

    /// Sees to it that idle connections end, unless somebody does already.
    fn watch(&self) {
        let is_watched = std::mem::replace(&mut self.kept().is_watched, true);
        if !is_watched {
            tokio::spawn(end_idle(Arc::downgrade(&self.kept)));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        lock(&self.kept)
    }
}

/// Nothing is done under the lock that could leave it half done.
fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends connections that have been idle for long, until there are none left.
async fn end_idle(kept: Weak<Mutex<Kept>>) {
    loop {
        tokio::time::sleep(IDLE_WATCH).await;
        let Some(kept) = kept.upgrade() else {
            return;
        };
        if lock(&kept).end_idle() {
            return;
        }
    }
}

impl Kept {
    fn take(&mut self) -> Option<Line> {
        let now = Instant::now();
        if let Some((line, used)) = &mut self.shared {
            if !line.is_closed() {
                *used = now;
                return Some(Line::Http2(line.clone()));
            }
            self.shared = None;
        }
        let (sender, since) = self.idle.pop()?;
        // It may be at its end on the other side; the others have been idle for even longer.
        if now - since >= IDLE_TIMEOUT {
            self.idle.clear();
            return None;
        }
        Some(Line::Http1(sender))
    }

    fn put(&mut self, line: Line) {
        let now = Instant::now();
        match line {
            Line::Http1(sender) if self.idle.len() < self.most => self.idle.push((sender, now)),
            Line::Http1(_) => {}
            Line::Http2(_) => {
                if let Some((_, used)) = &mut self.shared {
                    *used = now;
                }
            }
        }
    }

    /// Remembers what the server speaks; true when the line is one for all.
    fn note_opened(&mut self, line: &Line) -> bool {
        self.speaks_http2 = match line {
            Line::Http1(_) => false,
            Line::Http2(line) => {
                self.shared = Some((line.clone(), Instant::now()));
                true
            }
        };
        self.speaks_http2
    }

    /// Ends what has been idle for long. Returns whether nothing is left to watch.
    fn end_idle(&mut self) -> bool {
        let now = Instant::now();
        self.idle.retain(|(_, since)| now - *since < IDLE_TIMEOUT);
        self.shared
            .take_if(|(line, used)| !line.is_in_use() && now - *used >= IDLE_TIMEOUT);
        self.is_watched = !self.idle.is_empty() || self.shared.is_some();
        !self.is_watched
    }
}

#[cfg(test)]
mod tests;
