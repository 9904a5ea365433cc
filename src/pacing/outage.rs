//! Noticing that the server is away.

/// So many attempts in a row without a proper answer mean that the server is away, not that the
/// rows are bad.
const UNANSWERED_IN_A_ROW: u32 = 5;

/// Counts attempts of different rows that brought no proper answer.
#[derive(Debug, Default)]
pub struct OutageWatch {
    unanswered: u32,
    last_row: Option<u64>,
}

impl OutageWatch {
    /// Notes a proper answer: the server is there.
    pub fn note_answer(&mut self) {
        *self = Self::default();
    }

    /// Notes an attempt of row `sequence` without a proper answer. True when the server must be
    /// taken to be away. Several attempts of one row in succession count once.
    pub fn note_silence(&mut self, sequence: u64) -> bool {
        if self.last_row != Some(sequence) {
            self.unanswered += 1;
            self.last_row = Some(sequence);
        }
        self.unanswered >= UNANSWERED_IN_A_ROW
    }
}

#[cfg(test)]
mod tests {
    use super::OutageWatch;

    #[test]
    fn five_different_rows_without_an_answer_are_an_outage() {
        let mut watch = OutageWatch::default();
        assert!((0..4).all(|row| !watch.note_silence(row)));
        assert!(!watch.note_silence(3), "the same row again is no news");
        assert!(watch.note_silence(4));
        watch.note_answer();
        assert!(!watch.note_silence(5));
    }
}
