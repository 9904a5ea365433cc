//! The bare address in what mail programs show of one.

/// The address in `Jane Doe <jane@example.com>`, `<jane@example.com>` or `mailto:jane@example.com`, without the dots,
/// commas and semicolons that a sentence or list leaves behind it. Other texts stay as they are.
pub(super) fn address_in(text: &str) -> &str {
    let text = text.trim();
    let within = match (text.rfind('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => &text[open + 1..close],
        _ => text,
    };
    let within = within.trim();
    let scheme = within.get(..MAILTO.len());
    let bare = match scheme {
        Some(scheme) if scheme.eq_ignore_ascii_case(MAILTO) => &within[MAILTO.len()..],
        _ => within,
    };
    bare.trim_end_matches(|character: char| {
        character.is_whitespace() || matches!(character, '.' | ',' | ';')
    })
}

/// Source: RFC 6068.
const MAILTO: &str = "mailto:";

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn what_stands_around_an_address_is_taken_off() {
        for (text, expected) in [
            ("jane@example.com", "jane@example.com"),
            ("Jane Doe <jane@example.com>", "jane@example.com"),
            ("\"Doe, Jane\" < jane@example.com >;", "jane@example.com"),
            ("<jane@example.com>", "jane@example.com"),
            ("MAILTO:jane@example.com", "jane@example.com"),
            ("jane@example.com. ", "jane@example.com"),
            ("jane@example.com;, ", "jane@example.com"),
            ("no address > here <", "no address > here <"),
            ("Jane", "Jane"),
            ("", ""),
        ] {
            assert_eq!(address_in(text), expected, "{text:?}");
        }
    }
}
