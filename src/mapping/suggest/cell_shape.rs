//! What a single cell looks like.

use std::ops::RangeInclusive;

use crate::validation::Region;

/// Longer cells are texts, whatever stands in them.
const LONGEST_NAME_CHARACTERS: usize = 60;

/// What stands between several values in one cell, the likeliest first.
pub(super) const VALUE_SEPARATORS: [&str; 4] = [" ::: ", ";", ",", " / "];

/// What a filled cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellShape {
    /// One e-mail address, or several.
    Email,
    /// A web address with its scheme.
    Url,
    /// A web address without one: `www.example.com`, `example.com/x`.
    BareUrl,
    /// A phone number with punctuation or a plus sign, which can be nothing else.
    Phone,
    /// Digits only, as many as a phone number has.
    LongNumber,
    /// A whole number.
    Integer,
    /// A number with a fraction, a unit or a currency.
    Amount,
    /// A day or time.
    Date,
    /// A yes or no.
    Flag,
    /// Letters and digits mixed, without a space: an id, a code.
    Code,
    /// The name or code of a country.
    Country,
    /// Up to four words of letters, as names of people have them.
    Words,
    /// Anything longer.
    Text,
}

impl CellShape {
    /// Looks at a trimmed cell that is not empty.
    pub(super) fn of(cell: &str) -> Self {
        let first = first_value(cell);
        if is_email(first) {
            Self::Email
        } else if has_scheme(cell) {
            Self::Url
        } else if is_flag(cell) {
            Self::Flag
        } else if cell.contains(|character: char| character.is_numeric()) {
            Self::with_digits(cell, first)
        } else if is_bare_url(cell) {
            Self::BareUrl
        } else if is_country(cell) {
            Self::Country
        } else if is_words(cell) {
            Self::Words
        } else {
            Self::Text
        }
    }

    fn with_digits(cell: &str, first: &str) -> Self {
        if is_date(cell) {
            Self::Date
        } else if cell.chars().all(char::is_numeric) {
            if (7..=15).contains(&cell.chars().count()) {
                Self::LongNumber
            } else {
                Self::Integer
            }
        } else if is_phone(first) {
            Self::Phone
        } else if is_amount(cell) {
            Self::Amount
        } else if is_bare_url(cell) {
            Self::BareUrl
        } else if !cell.contains(char::is_whitespace) && cell.len() >= 4 {
            Self::Code
        } else {
            Self::Text
        }
    }
}

/// The first of several values in one cell.
pub(super) fn first_value(cell: &str) -> &str {
    let separator = VALUE_SEPARATORS
        .into_iter()
        .find(|&separator| cell.contains(separator));
    let parts = separator.and_then(|separator| cell.split_once(separator));
    parts.map_or(cell, |(first, _)| first).trim()
}

fn is_email(text: &str) -> bool {
    let text = text.trim_matches(['<', '>']);
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !text.contains(char::is_whitespace)
            && !domain.contains('@')
            && domain.split('.').count() >= 2
            && domain.split('.').all(|label| !label.is_empty())
    })
}

fn has_scheme(cell: &str) -> bool {
    ["http://", "https://"].into_iter().any(|scheme| {
        cell.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

fn is_bare_url(cell: &str) -> bool {
    let host = cell.split('/').next().unwrap_or(cell);
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        let is_plain = |character: char| character.is_alphanumeric() || character == '-';
        !label.is_empty() && label.chars().all(is_plain)
    };
    let ends_well = labels
        .last()
        .is_some_and(|label| label.chars().count() >= 2 && label.chars().all(char::is_alphabetic));
    labels.len() >= 2 && labels.iter().all(is_label) && ends_well
}

fn is_flag(cell: &str) -> bool {
    const FLAGS: [&str; 18] = [
        "true", "false", "yes", "no", "y", "n", "evet", "hayır", "ja", "nein", "sí", "oui", "non",
        "sim", "não", "tak", "да", "нет",
    ];
    cell.len() <= 10 && FLAGS.contains(&cell.to_lowercase().as_str())
}

/// Groups of digits as days and times have them, with the name of a month perhaps.
fn is_date(cell: &str) -> bool {
    let groups: Vec<&str> = cell
        .split(|character: char| !character.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let is_clock = cell.contains(':')
        && groups.len() >= 2
        && cell.starts_with(|first: char| first.is_ascii_digit());
    let is_day = |separator: char| {
        let parts: Vec<&str> = cell
            .split([' ', 'T', ','])
            .next()
            .unwrap_or(cell)
            .split(separator)
            .collect();
        let is_number = |part: &&str| part.chars().all(|one| one.is_ascii_digit());
        let of_length = |lengths: RangeInclusive<usize>| {
            parts
                .iter()
                .filter(|part| lengths.contains(&part.len()))
                .count()
        };
        // A year of four digits or of two, with a month and a day: `202.555.0143` is no day.
        let has_right_lengths =
            of_length(1..=2) == 3 || (of_length(1..=2), of_length(4..=4)) == (2, 1);
        parts.len() == 3 && parts.iter().all(is_number) && has_right_lengths
    };
    ['-', '/', '.'].into_iter().any(is_day)
        || (is_clock && groups.iter().all(|group| group.len() <= 6))
}

/// A number without a label such as `Tel.:` or `p:`.
fn without_label(text: &str) -> &str {
    const LONGEST_LABEL: usize = 8;
    let number = text.trim_start_matches(|one: char| one.is_alphabetic() || ".: ".contains(one));
    if text.len() - number.len() <= LONGEST_LABEL {
        number
    } else {
        text
    }
}

fn is_phone(text: &str) -> bool {
    let text = without_label(text);
    let digits = text.chars().filter(|one| one.is_numeric()).count();
    let number = text.split(['x', 'X', 'e', 'E']).next().unwrap_or(text);
    let is_grouping = |character: char| " ()-./+\u{a0}\u{2011}\u{ff0b}'".contains(character);
    let is_plain = number
        .chars()
        .all(|one| one.is_numeric() || is_grouping(one));
    let starts_right =
        number.starts_with(['+', '(', '\'', '\u{ff0b}']) || number.starts_with(char::is_numeric);
    is_plain && starts_right && (7..=16).contains(&digits) && !looks_like_amount(text)
}

/// `1.234,50`, `1,234,567.00`: thousands in groups of three with a fraction of two.
fn looks_like_amount(text: &str) -> bool {
    let fraction = text.rsplit([',', '.']).next().unwrap_or("");
    fraction.len() <= 2
        && fraction.len() < text.len()
        && text.contains([',', '.'])
        && !text.contains([' ', '-', '(', '+', '/'])
}

fn is_amount(cell: &str) -> bool {
    let letters = cell.chars().filter(|one| one.is_alphabetic()).count();
    let digits = cell.chars().filter(|one| one.is_numeric()).count();
    letters <= 3
        && digits > letters
        && !cell.contains(['_', '@'])
        && cell.chars().any(|one| ".,-%$€£₺₽ ".contains(one))
}

fn is_country(cell: &str) -> bool {
    cell.chars().count() <= LONGEST_NAME_CHARACTERS && Region::from_text(cell).is_some()
}

fn is_words(cell: &str) -> bool {
    let is_letter = |one: char| one.is_alphabetic() || "'’.-`´ʼ".contains(one) || !one.is_ascii();
    cell.chars().count() <= LONGEST_NAME_CHARACTERS
        && cell.split_whitespace().count() <= 5
        && cell
            .chars()
            .all(|one| is_letter(one) || one.is_whitespace() || one == ',')
}

#[cfg(test)]
mod tests {
    use super::CellShape;

    #[test]
    fn cells_are_told_apart_by_their_looks() {
        use CellShape::{
            Amount, BareUrl, Code, Country, Date, Email, Flag, Integer, LongNumber, Phone, Text,
            Url, Words,
        };
        for (cell, expected) in [
            ("jane@example.com", Email),
            ("jane@example.com ::: j@example.org", Email),
            ("jane@example.com; j@example.org", Email),
            ("https://example.com/a?b=1", Url),
            ("www.example.com", BareUrl),
            ("example.com/about", BareUrl),
            ("+1 202 555 0143", Phone),
            ("(202) 555-0143", Phone),
            ("202.555.0143", Phone),
            ("0532 123 45 67", Phone),
            ("+12025550143 ::: +12025550144", Phone),
            ("+1 202-555-0143 x12", Phone),
            ("Tel.: 0532 123 45 67", Phone),
            ("p:+12025550143", Phone),
            ("٠٥٠١٢٣٤٥٦٧", LongNumber),
            ("5321234567", LongNumber),
            ("42", Integer),
            ("1.234,50", Amount),
            ("12 %", Amount),
            ("$1,200.00", Amount),
            ("2024-03-01", Date),
            ("01.03.2024", Date),
            ("3/1/24 14:30", Date),
            ("2024-03-01T14:30:00Z", Date),
            ("14:30", Date),
            ("TRUE", Flag),
            ("evet", Flag),
            ("00Q5g00000AbCdE", Code),
            ("LEA17", Code),
            ("Germany", Country),
            ("TR", Country),
            ("Türkiye", Country),
            ("Jane", Words),
            ("van der Berg", Words),
            ("O'Neill, Jane", Words),
            ("Ayşe Gül", Words),
            ("فاطمة", Words),
            ("Met at the fair: wants a demo (soon)", Text),
            ("Main Street 5", Text),
        ] {
            assert_eq!(CellShape::of(cell), expected, "{cell}");
        }
    }
}
