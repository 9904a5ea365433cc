//! Pieces of TOML.

use std::fmt::Write as _;

use crate::model::shorten;

/// Comments are wrapped at so many characters.
const COMMENT_WIDTH: usize = 100;

/// A text as a basic string of TOML, whatever it holds.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// One text, or a list of several.
pub(super) fn one_or_list(texts: &[&str]) -> String {
    match texts {
        [only] => quoted(only),
        several => list(several),
    }
}

/// A list of texts.
pub(super) fn list(texts: &[&str]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

/// A list of many texts, on several lines if it is long.
pub(super) fn wrapped_list(texts: &[&str]) -> String {
    let plain = list(texts);
    if plain.chars().count() <= COMMENT_WIDTH {
        return plain;
    }
    let mut lines = String::from("[\n");
    let mut line = String::from("   ");
    for text in texts {
        let text = quoted(text);
        if line.chars().count() + text.chars().count() + 2 > COMMENT_WIDTH
            && !line.trim().is_empty()
        {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from("   ");
        }
        let _ = write!(line, " {text},");
    }
    lines.push_str(&line);
    lines.push_str("\n]");
    lines
}

/// A column's name as comments show it: in back-ticks, on one line, shortened.
pub(super) fn shown(name: &str) -> String {
    format!("`{}`", shorten(name))
}

/// The name of a file as a shell takes it for one word; `FILE` for standard input, which cannot be read again.
pub(super) fn in_shell(name: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "._-/+@".contains(character);
    match name {
        "-" => "FILE".to_owned(),
        _ if name.chars().all(is_plain) => name.to_owned(),
        _ => format!("'{}'", shorten(name).replace('\'', "'\\''")),
    }
}

/// A sentence as comment lines. Holds no line break of its own afterwards, whatever stood in it.
pub(super) fn comment(sentence: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in sentence.split_whitespace() {
        let is_full = line.chars().count() + 1 + word.chars().count() > COMMENT_WIDTH;
        if is_full && line.len() > 1 {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from("#  ");
        }
        line.push(' ');
        line.extend(word.chars().filter(|one| !one.is_control()));
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_kind_are_quoted() {
        for (text, expected) in [
            ("Last Name", "\"Last Name\""),
            ("a\"b\\c", "\"a\\\"b\\\\c\""),
            ("two\nlines", "\"two\\nlines\""),
            ("\u{7}", "\"\\u0007\""),
        ] {
            assert_eq!(quoted(text), expected);
        }
        assert_eq!(one_or_list(&["a", "b"]), "[\"a\", \"b\"]");
        assert_eq!(wrapped_list(&["a", ""]), "[\"a\", \"\"]");
    }

    #[test]
    fn long_lists_are_lists_still() {
        let names: Vec<String> = (0..40).map(|number| format!("Column {number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let text = wrapped_list(&names);
        assert!(
            text.lines().all(|line| line.len() <= COMMENT_WIDTH),
            "{text}"
        );
        let table: toml::Table = toml::from_str(&format!("names = {text}")).unwrap();
        let read = table["names"].as_array().unwrap();
        assert!(read.iter().map(|name| name.as_str().unwrap()).eq(names));
    }

    #[test]
    fn a_file_is_one_word_for_a_shell() {
        for (name, expected) in [
            ("leads.csv", "leads.csv"),
            ("exports/müşteri.csv", "exports/müşteri.csv"),
            ("my file (3).csv", "'my file (3).csv'"),
            ("a'b$(c)", "'a'\\''b$(c)'"),
            ("-", "FILE"),
        ] {
            assert_eq!(in_shell(name), expected);
        }
    }

    #[test]
    fn comments_are_wrapped_and_stay_comments() {
        let long = comment(&"word ".repeat(40));
        assert!(long.lines().count() > 1);
        assert!(
            long.lines()
                .all(|line| line.starts_with('#') && line.len() <= COMMENT_WIDTH)
        );
        assert_eq!(comment("a\nb"), "# a b\n");
    }
}
