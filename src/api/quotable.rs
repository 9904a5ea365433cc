//! What of a server's words may be quoted, and where.
//!
//! A server that refuses a request often repeats what was in it. The token never goes on; what
//! people are called goes on only to where the user asked for it, the results. In which form it is
//! repeated makes no difference.

mod decoding;

use bytes::Bytes;
use hyper::http::uri::PathAndQuery;
use serde_json::Value;

use crate::api::answer_words::{IN_MESSAGES, IN_RESULTS, all_words_of};
use crate::api::token::Token;
use decoding::DECODINGS;

/// What stands where something was taken out.
const HIDDEN: &str = "(redacted)";

/// So much of a long value is enough to know it by: servers cut what they repeat.
const KNOWN_BY_CHARACTERS: usize = 12;

/// So many digits are a phone number, or a part of one.
const DIGITS_OF_A_PHONE: usize = 6;

/// So long a word is no word but a key, a token or an identifier.
const LONGEST_WORD: usize = 32;

/// Who writes a value in percents may find it in percents already: so often forms are taken back.
const MOST_ROUNDS: usize = 3;

/// What was sent, for telling it from what the server says by itself. Cheap to make: only answers
/// that are quoted have it looked into.
pub(super) struct Sent {
    pub(super) target: Option<PathAndQuery>,
    pub(super) body: Bytes,
    pub(super) kind: Kind,
}

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A new lead: what is said of it ends in its row of the results.
    Create,
    /// Everything else: what is said may end in a message.
    Other,
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
        // Servers tell people by either half of an address.
        let halves = texts.iter().filter_map(|text| text.split_once('@'));
        let halves: Vec<_> = halves
            .flat_map(|(name, host)| [name.to_owned(), host.to_owned()])
            .collect();
        texts.extend(halves);
        texts.retain(|text| text.chars().nth(1).is_some());
        // The longest first, so that no part of one is left when a shorter one is taken out of it.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        texts
    }
}

/// The body of an answer that is no 2xx, with nothing in it but its words as they may go on: those for
/// messages, and those for the results.
///
/// Words about a new lead that say nothing of any other (a refusal of this very lead, a fault of the
/// server) stay for the results as they are but for the token. In messages all words lose every value
/// that was sent and whatever looks like an address, a phone number or a key.
pub(super) fn quotable(status: u16, body: &[u8], token: &Token, sent: &Sent) -> Vec<u8> {
    let words = without_secret(&all_words_of(body), token.secret());
    let values = sent.values();
    let in_messages = hide_in_every_form(&words, |words| {
        let hide = |words: String, value: &String| hide_value(&words, value);
        hide_what_looks_personal(&values.iter().fold(words.to_owned(), hide))
    });
    let in_results = if sent.kind == Kind::Create && is_about_the_lead(status) {
        &words
    } else {
        &in_messages
    };
    serde_json::json!({ IN_RESULTS: in_results, IN_MESSAGES: in_messages })
        .to_string()
        .into_bytes()
}

/// The words without a secret, in whatever form they have it.
pub(super) fn without_secret(words: &str, secret: &str) -> String {
    hide_in_every_form(words, |words| hide_value(words, secret))
}

fn is_about_the_lead(status: u16) -> bool {
    matches!(status, 400 | 408 | 409 | 413 | 422 | 451 | 500..=599)
}

/// Hides in the words as they are, and again whenever a form was taken back. The words stay in the
/// form in which something was found last, and in their own if nothing was.
fn hide_in_every_form(words: &str, hide: impl Fn(&str) -> String) -> String {
    let mut shown = hide(words);
    let mut plain = shown.clone();
    for decode in std::iter::repeat_n(DECODINGS, MOST_ROUNDS).flatten() {
        let read = decode(&plain);
        if read == plain {
            continue;
        }
        plain = hide(&read);
        if plain != read {
            shown.clone_from(&plain);
        }
    }
    shown
}

fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.trim().to_owned()),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(fields) => fields.values().for_each(|item| collect_texts(item, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Takes `value` out wherever it stands as a word of its own, in capitals or not; a long one, and its
/// beginning, wherever they stand: no other word has so much in common with it.
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
        let is_word = || starts_word(&words, at) && ends_word(&words, at + length);
        let is_found = length >= enough && (length >= KNOWN_BY_CHARACTERS || is_word());
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

/// A form has a plus in place of a space.
fn is_same(word: char, value: char) -> bool {
    word == value || (word == '+' && value == ' ') || word.to_lowercase().eq(value.to_lowercase())
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
