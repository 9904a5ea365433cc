//! What public mail servers would deliver to.

use std::borrow::Cow;

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// The longest local part, in bytes. Source: RFC 5321, section 4.5.3.1.1.
const MAX_LOCAL_BYTES: usize = 64;

/// The longest address, in bytes, its domain in ASCII. Source: RFC 5321, section 4.5.3.1.3, less the
/// two angle brackets of a path.
const MAX_ADDRESS_BYTES: usize = 254;

/// Why no public mail server would take an address that the CRM takes; `None` if one might.
///
/// The answer continues a sentence that begins with the address. Letters beyond ASCII may stand before
/// the `@` (RFC 6531). Whether the domain exists is not asked.
pub(super) fn why_undeliverable(text: &str) -> Option<&'static str> {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Some("has no `@`");
    };
    why_undeliverable_local(local).or_else(|| why_undeliverable_domain(local, domain))
}

fn why_undeliverable_local(local: &str) -> Option<&'static str> {
    if local.len() > MAX_LOCAL_BYTES {
        return Some("has more than 64 bytes before the `@`");
    }
    if !local.chars().all(|c| c == '.' || is_word_character(c)) {
        return Some("has quotes, a comment or an odd character before the `@`");
    }
    if local.chars().next().is_some_and(is_mark) {
        return Some("begins with an accent that has no letter");
    }
    if local.split('.').any(str::is_empty) {
        return Some("has a dot where mail servers permit none");
    }
    None
}

/// What words before the `@` are made of. Source: `atext` of RFC 5322, section 3.2.3, and RFC 6532.
fn is_word_character(character: char) -> bool {
    match character {
        '!' | '#'..='\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^'..='`' | '{'..='~' => true,
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        _ => !character.is_whitespace(),
    }
}

fn why_undeliverable_domain(local: &str, domain: &str) -> Option<&'static str> {
    let Some(ascii) = host_name(domain) else {
        return Some("has a domain that is no host name");
    };
    let Some((_, top_level)) = ascii.rsplit_once('.') else {
        return Some("has no dot in its domain");
    };
    if top_level.ends_with(|last: char| last.is_ascii_digit()) {
        return Some("has a domain that ends with a digit");
    }
    if is_special(top_level) {
        return Some("has a domain that no mail server of the public network has");
    }
    if local.len() + "@".len() + ascii.len() > MAX_ADDRESS_BYTES {
        return Some("has more than 254 bytes, the most that mail servers take");
    }
    None
}

/// Top-level domains that are kept for other purposes. Source: IANA, Special-Use Domain Names.
const SPECIAL_TOP_LEVELS: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

/// Whether no mail server of the public network has this top-level domain, given in lower case.
pub(super) fn is_special(top_level: &str) -> bool {
    SPECIAL_TOP_LEVELS.contains(&top_level)
}

/// The domain in ASCII, as mail servers look it up; `None` if it is no host name, or has a character that no domain
/// may have today, such as a dash or a symbol.
///
/// Source: UTS 46, and RFC 5892 for the characters.
fn host_name(domain: &str) -> Option<Cow<'_, str>> {
    let rules = Uts46::new();
    let domain = domain.as_bytes();
    let ascii = rules
        .to_ascii(
            domain,
            AsciiDenyList::STD3,
            Hyphens::Check,
            DnsLength::Verify,
        )
        .ok()?;
    if !is_international(&ascii) {
        return Some(ascii);
    }
    let (unicode, _) = rules.to_unicode(domain, AsciiDenyList::STD3, Hyphens::Check);
    unicode.chars().all(is_domain_character).then_some(ascii)
}

/// Whether a part of a domain in ASCII stands for letters of another alphabet.
fn is_international(ascii: &str) -> bool {
    ascii.split('.').any(|label| label.starts_with("xn--"))
}

fn is_domain_character(character: char) -> bool {
    use GeneralCategory::{DecimalNumber, LowercaseLetter, ModifierLetter, OtherLetter};
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    let is_letter = matches!(
        category,
        LowercaseLetter | ModifierLetter | OtherLetter | DecimalNumber
    );
    let is_joiner = matches!(character, '\u{200c}' | '\u{200d}');
    character.is_ascii() || is_letter || is_mark(character) || is_joiner
}

fn is_mark(character: char) -> bool {
    use GeneralCategory::{EnclosingMark, NonspacingMark, SpacingMark};
    matches!(
        CodePointMapData::<GeneralCategory>::new().get(character),
        EnclosingMark | NonspacingMark | SpacingMark
    )
}
