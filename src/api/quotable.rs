//! What of a server's words may be quoted, and where.
//!
//! A server that refuses a request often repeats what was in it. The token never goes on; what
//! people are called goes on only to where the user asked for it, the results.

use bytes::Bytes;
use hyper::http::uri::PathAndQuery;
use serde_json::Value;

use crate::api::answer_words::all_words_of;
use crate::api::token::Token;

/// What stands where something was taken out.
const HIDDEN: &str = "(redacted)";

/// So much of a long value is enough to know it by: servers cut what they repeat.
const KNOWN_BY_CHARACTERS: usize = 12;

/// So many digits are a phone number, or a part of one.
const DIGITS_OF_A_PHONE: usize = 6;

/// So long a word is no word but a key, a token or an identifier.
const LONGEST_WORD: usize = 32;

/// What was sent, for telling it from what the server says by itself. Cheap to make: only answers
/// that are quoted have it looked into.
pub(super) struct Sent {
    pub(super) target: Option<PathAndQuery>,
    pub(super) body: Bytes,
}

impl Sent {
    /// The texts that are somebody's: those of a JSON body, and what is searched for.
    fn values(&self) -> Vec<String> {
        let query = self.target.as_ref().and_then(PathAndQuery::query);
        let query = query.unwrap_or_default();
        let query = url::form_urlencoded::parse(query.as_bytes());
        let mut texts: Vec<String> = query
            .filter(|(name, _)| name == "search")
            .map(|(_, value)| value.into_owned())
            .collect();
        if let Ok(body) = serde_json::from_slice(&self.body) {
            collect_texts(&body, &mut texts);
        }
        texts.retain(|text| text.chars().nth(1).is_some());
        // The longest first, so that no part of one is left when a shorter one is taken out of it.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        texts
    }
}

/// The body of an answer that is no 2xx, with nothing in it but its words as they may go on.
///
/// Words that end in the results alone (a refusal of this very lead, a fault of the server) stay as
/// they are but for the token. All others may end in a message, and lose every value that was sent
/// and whatever looks like an address, a phone number or a key.
pub(super) fn quotable(status: u16, body: &[u8], token: &Token, sent: &Sent) -> Vec<u8> {
    let words = unescape(&all_words_of(body));
    let mut words = hide_value(&words, token.secret());
    if !ends_in_results_alone(status) {
        let hide = |words: String, value: &String| hide_value(&words, value);
        words = hide_what_looks_personal(&sent.values().iter().fold(words, hide));
    }
    serde_json::json!({ "message": words })
        .to_string()
        .into_bytes()
}

fn ends_in_results_alone(status: u16) -> bool {
    matches!(status, 400 | 408 | 409 | 413 | 422 | 451 | 500..=599)
}

fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.trim().to_owned()),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(fields) => fields.values().for_each(|item| collect_texts(item, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Takes the commonest escapes of JSON out of words that quote a piece of it: `\u00fc`, `\/` and `\"`.
fn unescape(words: &str) -> String {
    if !words.contains('\\') {
        return words.to_owned();
    }
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

/// Takes `value` out wherever it stands as a word of its own, in capitals or not; of a long one also
/// its beginning.
fn hide_value(words: &str, value: &str) -> String {
    let words: Vec<char> = words.chars().collect();
    let value: Vec<char> = value.chars().collect();
    let enough = value.len().min(KNOWN_BY_CHARACTERS);
    let mut hidden = String::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let alike = words[at..].iter().zip(&value);
        let length = alike
            .take_while(|(one, other)| is_same(**one, **other))
            .count();
        let is_found = length >= enough
            && starts_word(&words, at)
            && (length > KNOWN_BY_CHARACTERS || ends_word(&words, at + length));
        if is_found && length > 0 {
            hidden.push_str(HIDDEN);
            at += length;
        } else {
            hidden.push(words[at]);
            at += 1;
        }
    }
    hidden
}

fn is_same(one: char, other: char) -> bool {
    one == other || one.to_lowercase().eq(other.to_lowercase())
}

fn starts_word(words: &[char], at: usize) -> bool {
    at == 0 || !words[at - 1].is_alphanumeric() || !words[at].is_alphanumeric()
}

fn ends_word(words: &[char], end: usize) -> bool {
    end >= words.len() || !words[end].is_alphanumeric() || !words[end - 1].is_alphanumeric()
}

/// Takes out addresses, phone numbers and keys, whoever's they are.
fn hide_what_looks_personal(words: &str) -> String {
    let shown: Vec<&str> = words
        .split(' ')
        .map(|word| if looks_personal(word) { HIDDEN } else { word })
        .collect();
    hide_runs_of_digits(&shown.join(" "))
}

fn looks_personal(word: &str) -> bool {
    let longest_piece = word
        .split(|c: char| !(c.is_alphanumeric() || "-_.+/=|".contains(c)))
        .map(str::len)
        .max();
    word.contains('@') || longest_piece > Some(LONGEST_WORD)
}

/// Digits count together across the spaces and signs that phone numbers are written with.
fn hide_runs_of_digits(words: &str) -> String {
    let mut shown = String::with_capacity(words.len());
    let mut run = String::new();
    for c in words.chars().chain(std::iter::once('\n')) {
        let goes_on = c.is_ascii_digit()
            || c == '+'
            || (!run.is_empty() && matches!(c, ' ' | '-' | '(' | ')' | '.' | '/'));
        if goes_on {
            run.push(c);
            continue;
        }
        let digits = run.chars().filter(char::is_ascii_digit).count();
        if digits >= DIGITS_OF_A_PHONE {
            let tail = run.trim_end_matches([' ', '-', '(', ')', '.', '/']).len();
            shown.push_str(HIDDEN);
            shown.push_str(&run[tail..]);
        } else {
            shown.push_str(&run);
        }
        run.clear();
        shown.push(c);
    }
    shown.pop();
    shown
}

#[cfg(test)]
mod tests;
