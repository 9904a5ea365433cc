//! The bare address in what mail programs show of one.

/// The address in `Jane Doe <jane@example.com>`, `<jane@example.com>` or `mailto:jane@example.com`, without the dots,
/// commas and semicolons that a sentence or list leaves behind it. Other texts stay as they are, those with several
/// addresses or none in brackets too: which is meant is not for a transform to say.
pub(super) fn address_in(text: &str) -> &str {
    let text = text.trim();
    let within = in_brackets(text).unwrap_or(text);
    let scheme = within.get(..MAILTO.len());
    let bare = match scheme {
        Some(scheme) if scheme.eq_ignore_ascii_case(MAILTO) => &within[MAILTO.len()..],
        _ => within,
    };
    bare.trim_end_matches(|character: char| {
        character.is_whitespace() || matches!(character, '.' | ',' | ';')
    })
}

/// What stands in the only pair of brackets.
fn in_brackets(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('<')?;
    let (within, behind) = rest.split_once('>')?;
    let is_only = !within.contains('<') && !behind.contains(['<', '>']);
    let within = within.trim();
    (is_only && !within.is_empty()).then_some(within)
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
            ("Jane <>", "Jane <>"),
            ("Jane <a@b.co>, Bob <c@d.co>", "Jane <a@b.co>, Bob <c@d.co>"),
            ("Jane", "Jane"),
            ("", ""),
        ] {
            assert_eq!(address_in(text), expected, "{text:?}");
        }
    }
}
