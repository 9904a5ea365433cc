//! Moments of a run as lines.

use std::time::Duration;

use crate::model::Detail;
use crate::report::log_line::{Level, LogLine};

/// The line for `detail`.
pub(super) fn detail_line(detail: &Detail) -> LogLine {
    match *detail {
        Detail::Preflight { took } => {
            let took_ms = in_ms(took);
            let line = debug(format!(
                "the CRM was asked before the first row; {took_ms} ms"
            ));
            line.with("took_ms", took_ms)
        }
        Detail::Attempt {
            row,
            attempt,
            came_to,
            status,
            took,
            token,
        } => {
            let answer = (came_to, status);
            attempt_line((row, attempt), answer, took, token)
        }
        Detail::LookUp {
            asked,
            came_to,
            took,
            token,
        } => {
            let took_ms = in_ms(took);
            debug(format!("{asked}: {came_to}; {took_ms} ms, token {token}"))
                .with("asked", asked)
                .with("came_to", came_to)
                .with("took_ms", took_ms)
                .with("token", token)
        }
        Detail::Probe { came_to } => {
            debug(format!("asked whether the server is back: {came_to}")).with("came_to", came_to)
        }
        Detail::Renewal { token, is_newer } => {
            let words = if is_newer {
                format!("a newer token: token {token}")
            } else {
                format!("no newer token than token {token}")
            };
            debug(words).with("token", token).with("is_newer", is_newer)
        }
        Detail::SlowCommit { took } => {
            let took_ms = in_ms(took);
            debug(format!("the ledger took {took_ms} ms to write")).with("took_ms", took_ms)
        }
        Detail::FailedCommit { took } => {
            let took_ms = in_ms(took);
            let line = debug(format!("the ledger could not write; {took_ms} ms"));
            line.with("took_ms", took_ms)
        }
    }
}

fn attempt_line(
    (row, attempt): (u64, u32),
    (came_to, status): (&'static str, Option<u16>),
    took: Duration,
    token: u64,
) -> LogLine {
    let took_ms = in_ms(took);
    let shown = status.map_or_else(String::new, |status| format!(" ({status})"));
    let words =
        format!("row {row}, attempt {attempt}: {came_to}{shown}; {took_ms} ms, token {token}");
    debug(words)
        .with("row", row)
        .with("attempt", attempt)
        .with("came_to", came_to)
        .with("status", status)
        .with("took_ms", took_ms)
        .with("token", token)
}

fn debug(message: String) -> LogLine {
    LogLine::new(Level::Debug, message)
}

fn in_ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::detail_line;
    use crate::model::Detail;

    #[test]
    fn moments_are_one_line_each() {
        let took = Duration::from_millis(35);
        for (detail, words) in [
            (
                Detail::Attempt {
                    row: 17,
                    attempt: 2,
                    came_to: "may have arrived",
                    status: Some(503),
                    took,
                    token: 1,
                },
                "row 17, attempt 2: may have arrived (503); 35 ms, token 1",
            ),
            (
                Detail::LookUp {
                    asked: "search",
                    came_to: "answered",
                    took,
                    token: 0,
                },
                "search: answered; 35 ms, token 0",
            ),
        ] {
            assert_eq!(detail_line(&detail).as_text(), words);
        }
    }
}
