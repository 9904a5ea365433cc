//! A server that answers just what a test tells it to, byte for byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Who waits longer for a request waits for what never comes.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Which POST of a lead it is, counted from 0; `None` for other requests.
    pub(crate) post: Option<usize>,
    pub(crate) start: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// What to do with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Send a whole answer: status, more headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Send these bytes and close.
    Raw(String),
    /// The same with bytes that are no text.
    RawBytes(Vec<u8>),
    /// Send the first, then the second until the client goes away.
    Endless(String, String),
    /// Close without a byte.
    Close,
    /// Answer nothing until the client goes away.
    Hang,
}

/// The usual answer to a create.
pub(crate) fn created(id: usize) -> Reply {
    Reply::Answer(
        201,
        vec![],
        format!(r#"{{"success":true,"data":{{"id":{id}}}}}"#),
    )
}

type Script = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

/// What has come in.
#[derive(Default)]
struct Log {
    requests: Mutex<Vec<Request>>,
    has_grown: Condvar,
    posts: AtomicUsize,
    connections: AtomicUsize,
}

/// Listens on a free loopback port until it is dropped. A panic in the script fails the test.
pub(crate) struct ScriptedServer {
    address: std::net::SocketAddr,
    log: Arc<Log>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl ScriptedServer {
    /// Answers the preflight with an empty list and every POST as `script` says.
    pub(crate) fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_raw(move |request| match request.post {
            Some(_) => script(request),
            None => Reply::Answer(200, vec![], r#"{"data":[]}"#.into()),
        })
    }

    /// Answers everything as `script` says.
    pub(crate) fn start_raw(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Log::default());
        let stop = Arc::new(AtomicBool::new(false));
        let (kept, stopping) = (Arc::clone(&log), Arc::clone(&stop));
        let script: Script = Arc::new(script);
        let thread = std::thread::spawn(move || accept(&listener, &script, &kept, &stopping));
        Self {
            address,
            log,
            stop,
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/api", self.address)
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.address
    }

    /// All requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log.requests.lock().unwrap().clone()
    }

    /// Waits until a request has come that `is_wanted`.
    pub(crate) fn await_request(&self, is_wanted: impl Fn(&Request) -> bool) {
        let requests = self.log.requests.lock().unwrap();
        let is_missing = |requests: &mut Vec<Request>| !requests.iter().any(&is_wanted);
        let waited = self
            .log
            .has_grown
            .wait_timeout_while(requests, LONGEST_WAIT, is_missing);
        assert!(!waited.unwrap().1.timed_out(), "the request never came");
    }

    /// The POSTs so far.
    pub(crate) fn posts(&self) -> Vec<Request> {
        let requests = self.log.requests.lock().unwrap();
        requests
            .iter()
            .filter(|request| request.post.is_some())
            .cloned()
            .collect()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.log.connections.load(Ordering::SeqCst)
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the accept loop.
        let _ = TcpStream::connect(self.address);
        let ended = self.thread.take().map(JoinHandle::join);
        if let Some(Err(panic)) = ended
            && !std::thread::panicking()
        {
            std::panic::resume_unwind(panic);
        }
    }
}

fn accept(listener: &TcpListener, script: &Script, log: &Arc<Log>, stop: &AtomicBool) {
    let mut connections = Vec::new();
    for stream in listener.incoming() {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let stream = stream.unwrap();
        log.connections.fetch_add(1, Ordering::SeqCst);
        let (script, log) = (Arc::clone(script), Arc::clone(log));
        connections.push(std::thread::spawn(move || serve(&stream, &script, &log)));
    }
    for connection in connections {
        if let Err(panic) = connection.join() {
            std::panic::resume_unwind(panic);
        }
    }
}

fn serve(stream: &TcpStream, script: &Script, log: &Log) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader, &log.posts) {
        log.requests.lock().unwrap().push(request.clone());
        log.has_grown.notify_all();
        let reply = script(&request);
        let goes_on = match reply {
            Reply::Answer(status, headers, body) => {
                let more: Vec<_> = headers
                    .iter()
                    .map(|(name, value)| {
                        format!(
                            "{name}: {value}
"
                        )
                    })
                    .collect();
                let more = more.concat();
                let length = body.len();
                let answer =
                    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{more}\r\n{body}");
                (&mut &*stream).write_all(answer.as_bytes()).is_ok()
            }
            Reply::Raw(bytes) => {
                let _ = (&mut &*stream).write_all(bytes.as_bytes());
                false
            }
            Reply::RawBytes(bytes) => {
                let _ = (&mut &*stream).write_all(&bytes);
                false
            }
            Reply::Endless(head, more) => {
                let mut goes_on = (&mut &*stream).write_all(head.as_bytes());
                while goes_on.is_ok() {
                    goes_on = (&mut &*stream).write_all(more.as_bytes());
                }
                false
            }
            Reply::Close => false,
            Reply::Hang => {
                let _ = reader.read(&mut [0]);
                false
            }
        };
        if !goes_on {
            let _ = stream.shutdown(std::net::Shutdown::Both);
            break;
        }
    }
}

fn read_request(reader: &mut BufReader<&TcpStream>, posts: &AtomicUsize) -> Option<Request> {
    let mut start = String::new();
    reader
        .read_line(&mut start)
        .ok()
        .filter(|length| *length > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(':') {
            Some((name, value)) => {
                headers.push((name.to_lowercase(), value.trim().to_owned()));
            }
            None => break,
        }
    }
    let mut request = Request {
        post: None,
        start: start.trim().to_owned(),
        headers,
        body: String::new(),
    };
    let mut body = vec![0; request.header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    request.body = String::from_utf8(body).unwrap();
    if request.start.starts_with("POST /api/v1/leads ") {
        request.post = Some(posts.fetch_add(1, Ordering::SeqCst));
    }
    Some(request)
}
