use std::time::Duration;

use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use url::Url;

use super::{Lines, Origin};
use crate::api::route::Route;
use crate::api::transport::line::Line;

fn lines(most: usize) -> Lines {
    let address = "http://127.0.0.1:9/".parse().unwrap();
    let second = Duration::from_secs(1);
    let (connector, _) = Route::default().connector(&address, second).unwrap();
    let url: Url = "http://127.0.0.1:9/".parse().unwrap();
    Lines::new(connector, Origin::of(&url), most)
}

/// A line, and the other end of it.
async fn line() -> (Line, DuplexStream) {
    let (ours, theirs) = duplex(64);
    let (sender, connection) = http1::handshake(TokioIo::new(ours)).await.unwrap();
    tokio::spawn(async { drop(connection.await) });
    (Line::Http1(sender), theirs)
}

fn idle(lines: &Lines) -> usize {
    lines.kept().idle.len()
}

#[tokio::test(start_paused = true)]
async fn a_line_that_nobody_uses_ends_after_a_few_seconds() {
    let lines = lines(8);
    let (line, mut theirs) = line().await;
    lines.give_back(line);
    tokio::time::sleep(Duration::from_millis(2_900)).await;
    assert_eq!(idle(&lines), 1);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(idle(&lines), 0);
    assert_eq!(theirs.read(&mut [0; 1]).await.unwrap(), 0, "it is closed");
    assert!(!lines.kept().is_watched);
}

#[tokio::test(start_paused = true)]
async fn no_request_goes_on_a_line_that_has_been_idle_for_long() {
    let lines = lines(8);
    for _ in 0..2 {
        let (line, _) = line().await;
        lines.kept().put(line);
    }
    tokio::time::advance(Duration::from_secs(3)).await;
    assert!(lines.kept().take().is_none());
    assert_eq!(idle(&lines), 0, "the others are as old");
}

#[tokio::test]
async fn the_line_that_was_used_last_is_used_next() {
    let lines = lines(2);
    let mut others = Vec::new();
    for _ in 0..3 {
        let (line, theirs) = line().await;
        lines.give_back(line);
        others.push(theirs);
    }
    assert_eq!(idle(&lines), 2, "no more are kept");
    let mut surplus = others.remove(2);
    assert_eq!(surplus.read(&mut [0; 1]).await.unwrap(), 0);
    let newest = lines.take_kept().await.unwrap();
    drop(newest);
    assert_eq!(others.remove(1).read(&mut [0; 1]).await.unwrap(), 0);
    assert_eq!(idle(&lines), 1);
}

#[tokio::test]
async fn a_line_that_the_other_side_has_closed_is_passed_over() {
    let lines = lines(2);
    let (line, theirs) = line().await;
    lines.give_back(line);
    drop(theirs);
    assert!(lines.take_kept().await.is_none());
}
