//! The address that a browser on another machine ended at, pasted into the terminal.

use std::io::{self, IsTerminal};

use url::Url;

use crate::cli::terminal::say;

/// Whether there is somebody to paste it.
pub(super) fn can_be_asked_for() -> bool {
    io::stdin().is_terminal()
}

/// Reads lines until `takes` takes the query of one.
pub(super) fn read_in_background(takes: impl Fn(&str) -> bool + Send + 'static) {
    // A thread that nobody waits for: reading from a terminal cannot be ended.
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            match query_in(&line) {
                Some(query) if takes(&query) => break,
                Some(_) => say("this address is not of this sign-in; paste the one it ended at"),
                None if line.trim().is_empty() => {}
                None => say("this is no address with a `code` and a `state`; paste all of it"),
            }
        }
    });
}

/// The query of a pasted address, or of what was left of one.
fn query_in(line: &str) -> Option<String> {
    let line = line.trim();
    let query = match Url::parse(line) {
        Ok(url) => url.query()?.to_owned(),
        Err(_) => line.rsplit('?').next()?.to_owned(),
    };
    query.contains("state=").then_some(query)
}

#[cfg(test)]
mod tests {
    use super::query_in;

    #[test]
    fn an_address_is_recognised_whole_or_in_part() {
        for (line, query) in [
            (
                " http://127.0.0.1:1/callback?code=a&state=b\n",
                Some("code=a&state=b"),
            ),
            (
                "127.0.0.1:1/callback?code=a&state=b",
                Some("code=a&state=b"),
            ),
            ("code=a&state=b", Some("code=a&state=b")),
            ("http://127.0.0.1:1/callback", None),
            ("yes", None),
            ("", None),
        ] {
            assert_eq!(query_in(line).as_deref(), query, "{line}");
        }
    }
}
