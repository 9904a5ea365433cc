//! The ways in which a server may write what it repeats, each taken back.
//!
//! Words that quote an address, a piece of JSON or a page have a value in another form than it was
//! sent in. They are read only to find what must not go on: a wrong guess costs nothing.

use percent_encoding::percent_decode_str;
use quick_xml::escape;

/// All of them, in the order in which they are tried.
pub(super) const DECODINGS: [fn(&str) -> String; 3] = [from_percents, from_json, from_html];

/// The longest reference of HTML with its ampersand and semicolon, such as `&#0000064;`.
const LONGEST_REFERENCE: usize = 12;

fn from_percents(words: &str) -> String {
    percent_decode_str(words).decode_utf8_lossy().into_owned()
}

/// The commonest escapes of JSON: `\u00fc`, `\/` and `\"`. Words that quote a piece of it are no JSON.
fn from_json(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let (read, length) = read_escape(&rest[at..]);
        plain.push(read);
        rest = &rest[at + length..];
    }
    plain + rest
}

/// The character that an escape stands for, and how many bytes it takes.
fn read_escape(text: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    if let Some(first) = unit(0) {
        let pair = unit(6).map(|second| [first, second]);
        let as_pair = pair.and_then(|pair| String::from_utf16(&pair).ok());
        if let Some(both) = as_pair.filter(|both| both.chars().count() == 1) {
            return (both.chars().next().unwrap_or(' '), 12);
        }
        let alone = char::from_u32(u32::from(first)).unwrap_or(' ');
        return (alone, 6);
    }
    match text[1..].chars().next() {
        Some(other @ ('/' | '"')) => (other, 2),
        _ => ('\\', 1),
    }
}

/// References one by one: an ampersand that begins none would fail the words as a whole.
fn from_html(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest[1..].find(['&', ';']).map_or(0, |end| end + 1);
        let is_one = rest[end..].starts_with(';') && end < LONGEST_REFERENCE;
        let (reference, behind) = rest.split_at(if is_one { end + 1 } else { 1 });
        plain.push_str(&escape::unescape(reference).unwrap_or(reference.into()));
        rest = behind;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::{from_html, from_json, from_percents};

    #[test]
    fn each_form_is_taken_back_and_all_else_stays() {
        for (decode, words, plain) in [
            (
                from_percents as fn(&str) -> String,
                "a%40b %c3%a4%C3%A4",
                "a@b ää",
            ),
            (from_percents, "100% of 5%", "100% of 5%"),
            (from_percents, "%FF", "\u{fffd}"),
            (from_json, r#"\u00fc\/\" \ud83d\ude00"#, "ü/\" 😀"),
            (from_json, r"C:\new \u12 \", r"C:\new \u12 \"),
            (from_html, "a&#64;b&#x40;c &lt;d&gt; &amp;", "a@b@c <d> &"),
            (from_html, "&#39;&#039;&quot;&apos;", "''\"'"),
            (
                from_html,
                "a & b; c&d &nothing; &ü &#xffffff; &",
                "a & b; c&d &nothing; &ü &#xffffff; &",
            ),
            (from_html, "R&D &&amp;; x&y&#64;z", "R&D &&; x&y@z"),
        ] {
            assert_eq!(decode(words), plain, "{words}");
        }
    }
}
