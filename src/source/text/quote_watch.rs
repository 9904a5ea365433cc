//! Noticing quotes that csv-core reads without complaint, though nobody can say what was meant.
//!
//! `"Öz "Kardeşler" A.Ş."` lacks its doubled quotes. The parser takes the text behind the closing
//! quote as more of the cell and drops the quote: a silent change.

/// Follows one record byte by byte, beside the parser.
#[derive(Debug, Clone, Copy)]
pub(super) struct QuoteWatch {
    delimiter: u8,
    state: State,
    column: usize,
    stray_in: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Bare,
    Quoted,
    /// Behind a quote in a quoted cell: it closes the cell or is the first of two.
    BehindQuote,
}

impl QuoteWatch {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: State::CellStart,
            column: 0,
            stray_in: None,
        }
    }

    /// Begins a new record.
    pub(super) fn restart(&mut self) {
        *self = Self::new(self.delimiter);
    }

    /// Follows the next bytes of the record.
    pub(super) fn follow(&mut self, mut bytes: &[u8]) {
        while let Some(&byte) = bytes.first() {
            // Within a cell only one byte matters; what is before it is passed over at once.
            let passed = match self.state {
                State::Bare => distance_to(self.delimiter, bytes),
                State::Quoted => distance_to(b'"', bytes),
                State::CellStart | State::BehindQuote => 0,
            };
            bytes = &bytes[passed..];
            if passed == 0 {
                self.step(byte);
                bytes = &bytes[1..];
            }
        }
    }

    /// The first column, counted from 0, with text behind its closing quote.
    pub(super) fn stray_in(&self) -> Option<usize> {
        self.stray_in
    }

    fn step(&mut self, byte: u8) {
        let ends_cell = byte == self.delimiter;
        self.state = match (self.state, byte) {
            (State::Quoted, b'"') => State::BehindQuote,
            (State::CellStart | State::BehindQuote, b'"') | (State::Quoted, _) => State::Quoted,
            (_, _) if ends_cell => {
                self.column += 1;
                State::CellStart
            }
            (State::BehindQuote, b'\r' | b'\n') => State::BehindQuote,
            (State::BehindQuote, _) => {
                self.stray_in.get_or_insert(self.column);
                State::Bare
            }
            (State::CellStart | State::Bare, _) => State::Bare,
        };
    }
}

/// How many bytes come before the next `wanted` one.
fn distance_to(wanted: u8, bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|byte| *byte == wanted)
        .unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::QuoteWatch;

    #[test]
    fn text_behind_a_closing_quote_is_stray() {
        for (record, expected) in [
            ("a,b\n", None),
            ("\"a\",\"b\"\r\n", None),
            ("\"a \"\"b\"\" c\",d", None),
            ("\"a,b\nc\",d", None),
            ("5\" pipe,6\"\n", None),
            ("a\"b\"c,d", None),
            ("\"\",x", None),
            ("\"A\"b,c", Some(0)),
            ("x,\"y\"z\"\n", Some(1)),
            ("x,\"Öz \"Kardeşler\" A.Ş.\",z\n", Some(1)),
            ("\"a\" ,b", Some(0)),
        ] {
            let mut watch = QuoteWatch::new(b',');
            watch.follow(record.as_bytes());
            assert_eq!(watch.stray_in(), expected, "{record}");
            watch.restart();
            record.bytes().for_each(|byte| watch.follow(&[byte]));
            assert_eq!(watch.stray_in(), expected, "{record} byte by byte");
        }
    }
}
