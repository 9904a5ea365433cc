//! Cuts an address into the pieces that the server's grammar speaks of.

/// What a piece of an address is to the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Before the first or after the last piece.
    End,
    /// ASCII letters or digits, or one character beyond ASCII.
    Plain,
    /// ASCII that is permitted before the `@` and not after it, such as `_`; also `::`, `¡` and `¿`.
    Mark,
    /// One of `,` `:` `;` `<` `>`.
    Delimiter,
    At,
    Dot,
    Hyphen,
    Quote,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    Backslash,
    Slash,
    Space,
    Tab,
    CarriageReturn,
    LineFeed,
    /// A carriage return and a line feed.
    LineBreak,
    Null,
}

#[derive(Debug, Clone, Copy)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

/// Walks over an address with one piece of sight back and one ahead. Allocates nothing.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    previous: Kind,
    current: Token,
    next: Token,
}

impl<'a> Tokens<'a> {
    /// Stands on the first piece of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        let current = scan(text, 0);
        Self {
            text,
            previous: Kind::End,
            current,
            next: scan(text, current.end),
        }
    }

    /// Steps to the next piece. At the end it stays there.
    pub(super) fn advance(&mut self) {
        self.previous = self.current.kind;
        self.current = self.next;
        self.next = scan(self.text, self.current.end);
    }

    pub(super) fn previous(&self) -> Kind {
        self.previous
    }

    pub(super) fn current(&self) -> Kind {
        self.current.kind
    }

    pub(super) fn next(&self) -> Kind {
        self.next.kind
    }

    /// Whether a backslash before the current piece takes its meaning away.
    pub(super) fn is_escaped(&self) -> bool {
        self.previous == Kind::Backslash && self.current.kind != Kind::Plain
    }

    /// The byte at which the current piece begins.
    pub(super) fn start(&self) -> usize {
        self.current.start
    }

    /// The byte after the current piece.
    pub(super) fn end(&self) -> usize {
        self.current.end
    }

    /// The text from byte `start` to where the current piece begins.
    pub(super) fn text_from(&self, start: usize) -> &'a str {
        &self.text[start..self.current.start]
    }

    /// The text of the current piece.
    pub(super) fn current_text(&self) -> &'a str {
        &self.text[self.current.start..self.current.end]
    }
}

/// The piece that begins at byte `start`.
fn scan(text: &str, start: usize) -> Token {
    let rest = &text[start..];
    let (kind, length) = match rest.as_bytes() {
        [] => (Kind::End, 0),
        [byte, ..] if byte.is_ascii_alphabetic() => scan_letters(rest),
        [byte, ..] if byte.is_ascii_digit() => (Kind::Plain, length_of(rest, u8::is_ascii_digit)),
        [b'\r', b'\n', ..] => (Kind::LineBreak, 2),
        [b':', b':', ..] => (Kind::Mark, 2),
        [byte, ..] if byte.is_ascii() => (kind_of_ascii(*byte), 1),
        _ => scan_beyond_ascii(rest),
    };
    Token {
        kind,
        start,
        end: start + length,
    }
}

fn length_of(text: &str, belongs: fn(&u8) -> bool) -> usize {
    text.bytes().take_while(belongs).count()
}

/// Letters with one `4` or `6` after them, because the server knows `IPv6` as a word of its own.
fn scan_letters(text: &str) -> (Kind, usize) {
    let letters = length_of(text, u8::is_ascii_alphabetic);
    let version = usize::from(matches!(text.as_bytes().get(letters), Some(b'4' | b'6')));
    let length = letters + version;
    let kind = if &text[..length] == "IPv6" {
        Kind::Mark
    } else {
        Kind::Plain
    };
    (kind, length)
}

fn scan_beyond_ascii(text: &str) -> (Kind, usize) {
    let Some(character) = text.chars().next() else {
        return (Kind::End, 0);
    };
    let kind = match character {
        '¡' | '¿' => Kind::Mark,
        _ => Kind::Plain,
    };
    (kind, character.len_utf8())
}

fn kind_of_ascii(byte: u8) -> Kind {
    match byte {
        b'@' => Kind::At,
        b'.' => Kind::Dot,
        b'-' => Kind::Hyphen,
        b'"' => Kind::Quote,
        b'(' => Kind::OpenParenthesis,
        b')' => Kind::CloseParenthesis,
        b'[' => Kind::OpenBracket,
        b']' => Kind::CloseBracket,
        b'\\' => Kind::Backslash,
        b'/' => Kind::Slash,
        b',' | b':' | b';' | b'<' | b'>' => Kind::Delimiter,
        b' ' => Kind::Space,
        b'\t' => Kind::Tab,
        b'\r' => Kind::CarriageReturn,
        b'\n' => Kind::LineFeed,
        0 => Kind::Null,
        _ => Kind::Mark,
    }
}
