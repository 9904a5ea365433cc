//! An HTTP/2 server that does just what a test tells it to, frame by frame.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// What to do once a POST has arrived whole.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// Answer 201 with this id.
    Create(usize),
    /// Say goodbye without a fault, as having worked on this POST and all before, and close.
    GoAwayAndClose,
    /// Say goodbye without a fault, as not having looked at this POST, and close.
    GoAwayUnseen,
    /// Reset this POST as not having looked at it.
    RefuseStream,
    /// Close the connection.
    Close,
}

/// Listens on a free loopback port; its threads end with the test. Answers every request without a
/// body with an empty list.
pub(crate) struct FrameServer {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<String>>>,
}

type Script = Arc<dyn Fn(usize) -> Step + Send + Sync>;

impl FrameServer {
    /// `script` says what to do with each POST, counted from 0 over all connections.
    pub(crate) fn start(script: impl Fn(usize) -> Step + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let (kept, script): (_, Script) = (Arc::clone(&bodies), Arc::new(script));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (kept, script) = (Arc::clone(&kept), Arc::clone(&script));
                std::thread::spawn(move || serve(&stream.unwrap(), &kept, &script));
            }
        });
        Self { address, bodies }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The bodies of the POSTs so far.
    pub(crate) fn bodies(&self) -> Vec<String> {
        self.bodies.lock().unwrap().clone()
    }
}

fn serve(mut stream: &TcpStream, bodies: &Mutex<Vec<String>>, script: &Script) -> Option<()> {
    stream.read_exact(&mut [0; 24]).ok()?;
    write_frame(stream, SETTINGS, 0, 0, &[]);
    let mut body = Vec::new();
    loop {
        let (kind, flags, id, payload) = read_frame(stream)?;
        match kind {
            SETTINGS if flags & ACK == 0 => write_frame(stream, SETTINGS, ACK, 0, &[]),
            HEADERS if flags & END_STREAM != 0 => answer(stream, id, *b"200", br#"{"data":[]}"#),
            DATA => {
                body.extend_from_slice(&payload);
                if flags & END_STREAM == 0 {
                    continue;
                }
                let text = String::from_utf8(std::mem::take(&mut body)).unwrap();
                let mut bodies = bodies.lock().unwrap();
                bodies.push(text);
                let step = script(bodies.len() - 1);
                drop(bodies);
                if !take(stream, id, step) {
                    return None;
                }
            }
            _ => {}
        }
    }
}

/// Does what was told. Whether the connection goes on.
fn take(stream: &TcpStream, id: u32, step: Step) -> bool {
    const REFUSED_STREAM: u32 = 7;
    const RESET_STREAM: u8 = 3;
    match step {
        Step::Create(lead) => {
            let body = format!(r#"{{"success":true,"data":{{"id":{lead}}}}}"#);
            answer(stream, id, *b"201", body.as_bytes());
        }
        Step::GoAwayAndClose => go_away(stream, id),
        Step::GoAwayUnseen => go_away(stream, id - 2),
        Step::RefuseStream => {
            write_frame(stream, RESET_STREAM, 0, id, &REFUSED_STREAM.to_be_bytes());
        }
        Step::Close => {}
    }
    matches!(step, Step::Create(_) | Step::RefuseStream)
}

fn go_away(stream: &TcpStream, last: u32) {
    let no_fault = 0_u32.to_be_bytes();
    let payload = [last.to_be_bytes(), no_fault].concat();
    write_frame(stream, GO_AWAY, 0, 0, &payload);
}

fn answer(stream: &TcpStream, id: u32, status: [u8; 3], body: &[u8]) {
    /// `:status`, by its place in the table of HPACK, with a literal value of three bytes.
    const STATUS: [u8; 2] = [0x08, 3];
    let block = [&STATUS[..], &status].concat();
    write_frame(stream, HEADERS, END_HEADERS, id, &block);
    write_frame(stream, DATA, END_STREAM, id, body);
}

fn write_frame(mut stream: &TcpStream, kind: u8, flags: u8, id: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &id.to_be_bytes()].concat();
    let _ = stream.write_all(&[&head[..], payload].concat());
}

fn read_frame(mut stream: &TcpStream) -> Option<(u8, u8, u32, Vec<u8>)> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).ok()?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
    let mut payload = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut payload).ok()?;
    Some((head[3], head[4], id, payload))
}
