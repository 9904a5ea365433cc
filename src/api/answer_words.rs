//! The server's own words, out of whatever shape it wraps them in.

use serde_json::Value;

/// The longest quotation of a server, in characters.
const QUOTED_CHARACTERS: usize = 200;

/// Where an answer that was looked through has its words for the results.
pub(super) const IN_RESULTS: &str = "message";

/// Where it has those for messages.
pub(super) const IN_MESSAGES: &str = "in_messages";

/// What the server says went wrong: at most 200 characters, on one line.
///
/// Reads the documented shape (`error`, `message`), the framework's (`message`, `errors` with
/// lists of texts by field) and plain text. Empty when the body says nothing readable; markup of a
/// proxy's error page is not quoted.
pub(super) fn words_of(body: &[u8]) -> String {
    on_one_line(&all_words_of(body))
}

/// The same as messages may quote it. An answer that was not looked through has no such words.
pub(super) fn words_for_messages_of(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    on_one_line(value[IN_MESSAGES].as_str().unwrap_or_default())
}

fn on_one_line(words: &str) -> String {
    let on_one_line = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut quoted: String = on_one_line.take(QUOTED_CHARACTERS).collect();
    if words.chars().nth(QUOTED_CHARACTERS).is_some() {
        quoted.push('…');
    }
    quoted
}

/// The same, however many they are.
pub(super) fn all_words_of(body: &[u8]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => words_of_json(&value),
        Err(_) => words_of_text(body),
    }
}

fn words_of_json(value: &Value) -> String {
    let message = ["message", "error_description", "error"]
        .iter()
        .find_map(|key| value.get(key).and_then(Value::as_str))
        .unwrap_or_default();
    let fields: Vec<String> = match value.get("errors") {
        Some(Value::Object(errors)) => errors
            .iter()
            .map(|(field, texts)| format!("{field}: {}", texts_of(texts)))
            .collect(),
        Some(other) => vec![texts_of(other)],
        None => Vec::new(),
    };
    match (message.is_empty(), fields.is_empty()) {
        (_, true) => message.to_owned(),
        (true, false) => fields.join("; "),
        (false, false) => format!("{message} ({})", fields.join("; ")),
    }
}

fn texts_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(texts_of).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

fn words_of_text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.starts_with('<') {
        String::new()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn words_are_found_in_every_known_shape() {
        for (body, expected) in [
            (
                r#"{"error":"validation_error","message":"The 'email' is bad"}"#,
                "The 'email' is bad",
            ),
            (
                r#"{"message":"Invalid.","errors":{"email":["Not valid.","Too long."],"x":"no"}}"#,
                "Invalid. (email: Not valid. Too long.; x: no)",
            ),
            (
                r#"{"errors":{"email":["Not valid."]}}"#,
                "email: Not valid.",
            ),
            (r#"{"error":"invalid_token"}"#, "invalid_token"),
            ("Too many\nrequests", "Too many requests"),
            ("<html><body>502</body></html>", ""),
            ("{}", ""),
            ("", ""),
        ] {
            assert_eq!(words_of(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn the_sandboxs_refusals_are_understood() {
        for (body, beginning) in [
            (
                include_str!("../../fixtures/api/refused_documented.json"),
                "The 'last_name' field is required. The 'first_name'",
            ),
            (
                include_str!("../../fixtures/api/refused_framework.json"),
                "The last name field is required. (and 7 more errors) (last_name: The last",
            ),
        ] {
            assert!(words_of(body.as_bytes()).starts_with(beginning));
        }
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(
            words_of("é".repeat(300).as_bytes()),
            format!("{}…", "é".repeat(200))
        );
    }
}
