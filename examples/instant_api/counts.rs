//! What was received, and when.

use std::time::{Duration, Instant};

use crate::limit::Verdict;

/// How a request was answered.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A lead was created.
    Create,
    /// It was one too many.
    Refused,
    /// It was something else.
    Other,
}

/// What was received in one window of the limit.
#[derive(Debug)]
struct Window {
    /// When it began, since 1970.
    begins: Duration,
    creates: u32,
    refused: u32,
    others: u32,
}

/// Everything that was received.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// How many connections were accepted.
    pub(crate) connections: u64,
    first: Option<Instant>,
    last: Option<Instant>,
    in_flight: u64,
    most_in_flight: u64,
    creates: u64,
    windows: Vec<Window>,
}

impl Counts {
    /// A request has come; `is_create`: to create a lead.
    pub(crate) fn begin(&mut self, now: Instant, is_create: bool) {
        if is_create {
            self.first.get_or_insert(now);
        }
        self.in_flight += 1;
        self.most_in_flight = self.most_in_flight.max(self.in_flight);
    }

    /// A request is answered, as the limit says if there is one. Returns how many leads there are
    /// with it.
    pub(crate) fn end(&mut self, kind: Kind, verdict: Option<Verdict>) -> u64 {
        self.in_flight -= 1;
        if let Some(verdict) = verdict {
            self.note_in_window(kind, verdict.window_begins);
        }
        if matches!(kind, Kind::Create) {
            self.creates += 1;
            self.last = Some(Instant::now());
        }
        self.creates
    }

    fn note_in_window(&mut self, kind: Kind, begins: Duration) {
        if self.windows.last().is_none_or(|last| last.begins != begins) {
            self.windows.push(Window {
                begins,
                creates: 0,
                refused: 0,
                others: 0,
            });
        }
        let Some(window) = self.windows.last_mut() else {
            return;
        };
        match kind {
            Kind::Create => window.creates += 1,
            Kind::Refused => window.refused += 1,
            Kind::Other => window.others += 1,
        }
    }

    /// Everything as a JSON object. `seconds` are those from the first create that came to the last
    /// one that was answered; windows begin at seconds since 1970.
    pub(crate) fn tell(&self) -> String {
        let seconds = match (self.first, self.last) {
            (Some(first), Some(last)) => (last - first).as_secs_f64(),
            _ => 0.0,
        };
        let tell_window = |window: &Window| {
            serde_json::json!({
                "begins": window.begins.as_secs_f64(),
                "creates": window.creates,
                "refused": window.refused,
                "others": window.others,
            })
        };
        serde_json::json!({
            "connections": self.connections,
            "creates": self.creates,
            "most_in_flight": self.most_in_flight,
            "seconds": seconds,
            "windows": self.windows.iter().map(tell_window).collect::<Vec<_>>(),
        })
        .to_string()
    }
}
