//! The form in which a value that was sent and a value that is shown are the same.

use icu_normalizer::ComposingNormalizerBorrowed;
use serde_json::Value;

use crate::model::FieldKind;

/// Digits that the end of a phone number needs to stand for all of it: the shortest subscriber
/// numbers with their area are longer, extensions are shorter.
const TELLING_DIGITS: usize = 7;

/// Whether a value counts as none: null, an empty text, an empty list.
pub(super) fn is_empty(value: &Value) -> bool {
    texts_of(value).is_empty()
}

/// Whether two values of a field of this kind are the same.
pub(super) fn agree(kind: FieldKind, sent: &Value, shown: &Value) -> bool {
    match kind {
        FieldKind::TextList => lists_agree(sent, shown),
        FieldKind::Email => lower_case(sent) == lower_case(shown),
        FieldKind::Phone => dialled(&text_of(sent)) == dialled(&text_of(shown)),
        FieldKind::Text { .. } | FieldKind::Url | FieldKind::Integer => {
            text_of(sent) == text_of(shown)
        }
    }
}

/// Whether two phone numbers may be one: the same digits, or one is the end of the other.
pub(super) fn phones_are_alike(sent: &Value, shown: &Value) -> bool {
    let (sent, shown) = (national_digits(sent), national_digits(shown));
    let shorter = sent.len().min(shown.len());
    shorter >= TELLING_DIGITS && (sent.ends_with(&shown) || shown.ends_with(&sent))
        || (shorter > 0 && sent == shown)
}

/// Names joined in one form: lower case, single spaces.
pub(super) fn full_name<'a>(names: impl Iterator<Item = &'a Value>) -> String {
    let names: Vec<_> = names.map(lower_case).collect();
    let joined = names.join(" ");
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lists_agree(sent: &Value, shown: &Value) -> bool {
    match shown {
        Value::Object(_) => sorted(texts_of(sent)) == sorted(texts_of(shown)),
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(list) if list.is_array() || list.is_object() => lists_agree(sent, &list),
            _ => words_of(sent) == words_of(shown),
        },
        _ => texts_of(sent) == texts_of(shown),
    }
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts
}

/// The words of all texts, without what separates the items of a list that is written as a text.
fn words_of(value: &Value) -> Vec<String> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    let texts = texts_of(value);
    let words = texts.iter().flat_map(|text| text.split(is_separator));
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// All texts in a value, whatever it wraps them in; empty ones are left out.
fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts_of).collect(),
        Value::Object(entries) => entries.values().flat_map(texts_of).collect(),
        single => {
            let text = text_of(single);
            (!text.is_empty()).then_some(text).into_iter().collect()
        }
    }
}

/// A single value as tidied text; null is empty.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => tidy(text),
        Value::Array(items) if items.is_empty() => String::new(),
        other => other.to_string(),
    }
}

/// Without outer white space, in NFC, with `\n` at the end of lines.
fn tidy(text: &str) -> String {
    let text = text.trim_matches(is_trimmed);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(&text)
        .into_owned()
}

/// White space and the invisible characters that the framework takes off with it.
///
/// Source: Laravel's middleware `TrimStrings`.
fn is_trimmed(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\0' | '\u{200b}' | '\u{200e}' | '\u{feff}')
}

fn lower_case(value: &Value) -> String {
    // Lower case can take a text out of NFC.
    tidy(&text_of(value).to_lowercase())
}

/// The digits; `+` is punctuation too. A text without digits stays as it is.
fn dialled(phone: &str) -> String {
    let digits = digits_of(phone);
    if digits.is_empty() {
        return phone.to_owned();
    }
    digits
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The digits without the zeros that stand for `+` or for one's own country.
fn national_digits(value: &Value) -> String {
    digits_of(&text_of(value))
        .trim_start_matches('0')
        .to_owned()
}
