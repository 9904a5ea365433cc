//! What a server of this kind takes for an e-mail address, a web address and a phone number.
//!
//! Written from the framework's rules and shared with no check of the importer.

/// The longest address, in bytes, and the longest label of a domain.
const EMAIL_BYTES: usize = 254;
const LABEL_BYTES: usize = 63;

/// Whether `text` passes Laravel's plain `email` rule, which follows RFC 5322 with non-ASCII
/// letters: quoted names, comments, address literals and names without a dot are all fine.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = split_at_sign(text) else {
        return false;
    };
    let (Some(local), Some(domain)) = (without_comments(local), without_comments(domain)) else {
        return false;
    };
    text.len() <= EMAIL_BYTES && is_local_part(local) && is_domain(domain)
}

/// The two sides of the last `@` that is not quoted.
fn split_at_sign(text: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let mut sign = None;
    for (index, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '@' if !is_quoted => sign = Some(index),
            _ => {}
        }
    }
    sign.map(|index| (&text[..index], &text[index + 1..]))
}

/// Takes comments and spaces off both ends. `None` when a comment does not end.
fn without_comments(text: &str) -> Option<&str> {
    let mut rest = text.trim_matches(' ');
    while rest.starts_with('(') {
        rest = rest[comment_length(rest.chars(), '(', ')')?..].trim_start_matches(' ');
    }
    while rest.ends_with(')') && !rest.starts_with('"') {
        let length = comment_length(rest.chars().rev(), ')', '(')?;
        rest = rest[..rest.len() - length].trim_end_matches(' ');
    }
    Some(rest)
}

fn comment_length(
    characters: impl Iterator<Item = char>,
    opening: char,
    closing: char,
) -> Option<usize> {
    let mut depth = 0_usize;
    let mut length = 0;
    for character in characters {
        length += character.len_utf8();
        if character == opening {
            depth += 1;
        } else if character == closing {
            depth -= 1;
        }
        if depth == 0 {
            return Some(length);
        }
    }
    None
}

fn is_local_part(local: &str) -> bool {
    if let Some(inner) = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        return !inner.is_empty() && !inner.contains(['\r', '\n', '\0']) && is_well_quoted(inner);
    }
    local.split('.').all(|atom| {
        !atom.is_empty()
            && atom.chars().all(|character| {
                character.is_ascii_alphanumeric()
                    || "!#$%&'*+-/=?^_`{|}~".contains(character)
                    || (!character.is_ascii() && !character.is_control())
            })
    })
}

fn is_well_quoted(inner: &str) -> bool {
    let mut is_escaped = false;
    for character in inner.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return false,
            _ => {}
        }
    }
    !is_escaped
}

fn is_domain(domain: &str) -> bool {
    if let Some(literal) = domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return !literal.is_empty()
            && literal
                .chars()
                .all(|character| character.is_ascii_graphic() && !"[]\\".contains(character));
    }
    domain.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= LABEL_BYTES
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|character| character.is_alphanumeric() || character == '-')
    })
}

/// Whether `text` is an absolute web address: scheme, `://`, host, and after that only characters
/// that an address may hold. Spaces and control characters nowhere.
pub(super) fn is_web_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    is_scheme && is_authority(authority) && is_address_tail(tail)
}

fn is_authority(authority: &str) -> bool {
    let place = authority
        .rsplit_once('@')
        .map_or(authority, |(_, place)| place);
    if let Some((literal, port)) = place
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        let is_port = port.strip_prefix(':').is_none_or(is_port_number);
        return literal.parse::<std::net::Ipv6Addr>().is_ok() && is_port;
    }
    let (host, port) = place.split_once(':').unwrap_or((place, "0"));
    let host = host.strip_suffix('.').unwrap_or(host);
    is_port_number(port)
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|character| character.is_alphanumeric() || "-_".contains(character))
        })
}

fn is_port_number(text: &str) -> bool {
    text.parse::<u16>().is_ok() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_address_tail(tail: &str) -> bool {
    let mut characters = tail.chars();
    while let Some(character) = characters.next() {
        let is_fine = if character == '%' {
            let two_digits = [characters.next(), characters.next()];
            two_digits
                .iter()
                .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit()))
        } else {
            character.is_alphanumeric() || "/?#[]-._~!$&'()*+,;=:@".contains(character)
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// Whether `text` is a phone number as E.164 writes it: `+`, then 2 to 15 digits, the first not 0.
pub(super) fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else {
        return false;
    };
    (2..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_addresses_are_judged_as_the_framework_does() {
        for text in [
            "jane@example.com",
            "a@b",
            "null@null",
            "o'neill+crm@example.co.uk",
            "jürgen@müller.example",
            "张伟@example.com",
            "\"jane doe\"@example.com",
            "\"a@b\"@example.com",
            "jane @example.com",
            "jane(work)@example.com",
            "(a (nested) one)jane@example.com",
            "user@[192.0.2.1]",
        ] {
            assert!(is_email(text), "{text}");
        }
        for text in [
            "",
            "@",
            "jane",
            "jane.example.com",
            "jane@",
            "@example.com",
            "jane@@example.com",
            "jane@a@example.com",
            ".jane@example.com",
            "jane.@example.com",
            "ja..ne@example.com",
            "jane doe@example.com",
            "jane@exam_ple.com",
            "jane@-example.com",
            "jane@example..com",
            "jane@example.com.",
            "jane@exam ple.com",
            "jane@example.com/x",
            "jane@😀.example",
            "jane@exam\u{200b}ple.com",
            "jane,joe@example.com",
            "<jane@example.com>",
            "jane(work@example.com",
            "\"jane@example.com",
        ] {
            assert!(!is_email(text), "{text}");
        }
        assert!(is_email(&format!("{}@example.com", "a".repeat(242))));
        assert!(!is_email(&format!("{}@example.com", "a".repeat(243))));
    }

    #[test]
    fn web_addresses_need_scheme_and_host_and_hold_no_spaces() {
        for text in [
            "https://example.com",
            "http://example.com:8080/a/b?c=d#e",
            "https://user:word@example.com/",
            "https://bücher.example/straße?q=ü",
            "http://localhost",
            "http://[2001:db8::1]:80/",
            "https://example.com/a%20b",
            "ftp://example.com/file",
        ] {
            assert!(is_web_address(text), "{text}");
        }
        for text in [
            "",
            "example.com",
            "www.example.com/page",
            "//example.com",
            "https://",
            "https:///page",
            "https://example.com/a b",
            "https://exa mple.com",
            "https://example.com/a%2",
            "https://example.com:port/",
            "mailto:jane@example.com",
            "https://.example.com",
            "https://example.com/<b>",
        ] {
            assert!(!is_web_address(text), "{text}");
        }
    }

    #[test]
    fn phone_numbers_are_e164() {
        for text in ["+12025550100", "+4930123456", "+123456789012345"] {
            assert!(is_e164(text), "{text}");
        }
        for text in [
            "",
            "+",
            "12025550100",
            "+1 202 555 0100",
            "+02025550100",
            "+1234567890123456",
            "+1202555010x",
            "+1",
            "+١٢٣٤٥",
        ] {
            assert!(!is_e164(text), "{text}");
        }
    }
}
