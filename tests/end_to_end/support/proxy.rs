//! A proxy that opens tunnels, or refuses to.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Listens on a free loopback port; its threads end with the test.
pub(crate) struct ConnectProxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Vec<String>>>>,
}

impl ConnectProxy {
    /// Tunnels to `target`, whatever name is asked for: only the proxy knows the name.
    pub(crate) fn to(target: SocketAddr) -> Self {
        Self::start(move |stream| {
            let target = TcpStream::connect(target).unwrap();
            answer(stream, "200 Connection established");
            tunnel(stream, &target);
        })
    }

    /// Answers each request for a tunnel with `status`.
    pub(crate) fn refusing(status: &'static str) -> Self {
        Self::start(move |stream| answer(stream, status))
    }

    fn start(serve: impl Fn(&TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, serve) = (Arc::clone(&asked), Arc::new(serve));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (kept, serve) = (Arc::clone(&kept), Arc::clone(&serve));
                std::thread::spawn(move || {
                    let stream = stream.unwrap();
                    kept.lock().unwrap().push(read_head(&stream));
                    serve(&stream);
                });
            }
        });
        Self { address, asked }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The lines of each request for a tunnel.
    pub(crate) fn asked(&self) -> Vec<Vec<String>> {
        self.asked.lock().unwrap().clone()
    }
}

fn read_head(stream: &TcpStream) -> Vec<String> {
    // A client says nothing more before it is answered, so that nothing is read too far.
    let lines = BufReader::new(stream).lines().map(Result::unwrap);
    lines.take_while(|line| !line.is_empty()).collect()
}

fn answer(mut stream: &TcpStream, status: &str) {
    let _ = write!(stream, "HTTP/1.1 {status}\r\n\r\n");
}

fn tunnel(client: &TcpStream, target: &TcpStream) {
    std::thread::scope(|threads| {
        threads.spawn(|| carry(client, target));
        carry(target, client);
    });
}

fn carry(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
