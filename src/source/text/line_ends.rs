//! Counting lines, so that a record is found in a text editor too.

use memchr::memchr2_iter;

/// Line ends that were passed: a line feed, a carriage return, or both together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LineEnds {
    pub(super) count: u64,
    after_carriage_return: bool,
}

impl LineEnds {
    /// The line ends within `text`, which follows no carriage return.
    pub(super) fn within(text: &[u8]) -> u64 {
        let mut line_ends = Self::default();
        line_ends.follow(text);
        line_ends.count
    }

    /// What is followed next comes behind no carriage return.
    pub(super) fn restart(&mut self) {
        self.after_carriage_return = false;
    }

    /// Passes `bytes`.
    pub(super) fn follow(&mut self, bytes: &[u8]) {
        for at in memchr2_iter(b'\n', b'\r', bytes) {
            let before = match at.checked_sub(1) {
                Some(before) => bytes[before] == b'\r',
                None => self.after_carriage_return,
            };
            self.count += u64::from(bytes[at] == b'\r' || !before);
        }
        if let Some(&last) = bytes.last() {
            self.after_carriage_return = last == b'\r';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LineEnds;

    #[test]
    fn each_kind_of_line_end_counts_once() {
        for (text, expected) in [
            ("", 0),
            ("a\nb\n", 2),
            ("a\r\nb\r\n", 2),
            ("a\rb\r", 2),
            ("\r\r\n\n", 3),
        ] {
            assert_eq!(LineEnds::within(text.as_bytes()), expected, "{text:?}");
            let mut line_ends = LineEnds::default();
            text.bytes().for_each(|byte| line_ends.follow(&[byte]));
            assert_eq!(line_ends.count, expected, "{text:?} byte by byte");
        }
    }
}
