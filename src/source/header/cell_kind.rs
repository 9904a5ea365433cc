//! What a cell looks like, seen without knowing its column.

/// Kinds of cells that tell data from names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum CellKind {
    Blank,
    /// What a name can be.
    Text,
    /// An e-mail or web address.
    Address,
    /// A day, with a time or without.
    Date,
    /// A time of day.
    Clock,
    /// A year, which is also a name for a column.
    Year,
    /// A phone number: digits in groups, or behind a plus sign.
    Phone,
    /// Any other number, with its unit or without.
    Number,
    /// A yes or no.
    Flag,
}

impl CellKind {
    /// Looks at `cell`.
    pub(super) fn of(cell: &str) -> Self {
        let cell = cell.trim();
        if cell.is_empty() {
            Self::Blank
        } else if is_address(cell) {
            Self::Address
        } else if !cell.bytes().any(|byte| byte.is_ascii_digit()) {
            let is_flag = ["true", "false", "yes", "no"]
                .iter()
                .any(|flag| cell.eq_ignore_ascii_case(flag));
            if is_flag { Self::Flag } else { Self::Text }
        } else {
            kind_with_digits(cell)
        }
    }
}

fn is_address(cell: &str) -> bool {
    let is_mail = cell.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !cell.contains(char::is_whitespace)
    });
    let starts_with = |start: &str| {
        cell.get(..start.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(start))
    };
    is_mail
        || ["http://", "https://", "www."]
            .iter()
            .any(|start| starts_with(start))
}

fn kind_with_digits(cell: &str) -> CellKind {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    if is_year(cell) {
        CellKind::Year
    } else if is_date(cell) {
        CellKind::Date
    } else if is_clock(cell) {
        CellKind::Clock
    } else if is_phone(cell, digits) {
        CellKind::Phone
    } else if is_number(cell) {
        CellKind::Number
    } else {
        CellKind::Text
    }
}

fn is_year(cell: &str) -> bool {
    cell.len() == 4
        && cell
            .parse()
            .is_ok_and(|year: u16| (1900..=2100).contains(&year))
}

/// Groups of digits as days have them, with a time or without: `2024-03-01`, `1.3.24`, `3/1/2024 14:30`.
fn is_date(cell: &str) -> bool {
    let (day, time) = cell.split_once(['T', ' ']).unwrap_or((cell, ""));
    let is_day = ['-', '/', '.']
        .iter()
        .any(|&separator| groups(day, separator) == 3);
    is_day && (time.is_empty() || is_clock(time))
}

/// `14:30`, `14:30:00.123`, `2:30 PM`, `14:30:00Z`.
fn is_clock(cell: &str) -> bool {
    let clock = cell.split(['.', '+', 'Z', ' ']).next().unwrap_or(cell);
    matches!(groups(clock, ':'), 2 | 3)
}

/// How many groups of at most four digits stand between the separators; 0 if anything else does.
fn groups(text: &str, separator: char) -> usize {
    let is_group = |group: &str| {
        matches!(group.len(), 1..=4) && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut groups = text.split(separator);
    if groups.clone().all(is_group) {
        groups.by_ref().count()
    } else {
        0
    }
}

fn is_phone(cell: &str, digits: usize) -> bool {
    let is_grouping = |character: char| " ()-./+".contains(character);
    let only_digits = cell
        .chars()
        .all(|character| character.is_ascii_digit() || is_grouping(character));
    let is_grouped = cell.starts_with(['+', '(', '0']) || cell.contains([' ', '-', '(']);
    let is_span_of_years = || {
        cell.split_once('-')
            .is_some_and(|(from, to)| is_year(from) && is_year(to))
    };
    only_digits
        && (7..=15).contains(&digits)
        && !is_span_of_years()
        && is_grouped
        && !cell.starts_with('-')
}

/// The shape of a number without anything but its sign and separators.
pub(super) const PLAIN_NUMBER: &str = "9";

/// How a cell is written: `9` for each run of digits and `a` for each of letters.
pub(super) fn shape(cell: &str) -> String {
    let number = cell.trim_start_matches(['-', '+']);
    let is_plain = |character: char| character.is_ascii_digit() || ".,' \u{a0}".contains(character);
    if !number.is_empty() && number.chars().all(is_plain) {
        return PLAIN_NUMBER.to_owned();
    }
    let mut shape = String::new();
    for character in cell.chars() {
        let kind = match character {
            _ if character.is_ascii_digit() => '9',
            _ if character.is_alphabetic() => 'a',
            _ => character,
        };
        if !(matches!(kind, '9' | 'a') && shape.ends_with(kind)) {
            shape.push(kind);
        }
    }
    shape
}

/// Digits with signs, separators, a currency, a unit or an exponent: few letters at most.
fn is_number(cell: &str) -> bool {
    const MOST_LETTERS: usize = 3;
    let letters = cell
        .chars()
        .filter(|character| character.is_alphabetic())
        .count();
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let is_currency = || letters == 3 && cell.contains([' ', '.', ',', '\u{a0}']);
    let starts_right = !cell.starts_with(char::is_alphabetic) || is_currency();
    letters <= MOST_LETTERS
        && digits >= letters
        && starts_right
        && !cell.contains('_')
        && !cell.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::CellKind;

    #[test]
    fn cells_are_told_apart_by_their_looks() {
        use CellKind::{Address, Blank, Clock, Date, Flag, Number, Phone, Text, Year};
        for (cell, expected) in [
            (" ", Blank),
            ("Name", Text),
            ("Phone 1 - Type", Text),
            ("Address2", Text),
            ("Q1", Text),
            ("Adı (*)", Text),
            ("#1", Text),
            ("VAR00001", Text),
            ("jane@example.com", Address),
            ("E-mail@", Text),
            ("HTTPS://a.example", Address),
            ("2024-03-01", Date),
            ("01.03.2024", Date),
            ("3/1/24 14:30", Date),
            ("2024-03-01T14:30:00Z", Date),
            ("14:30", Clock),
            ("2:30 PM", Clock),
            ("2024", Year),
            ("+90 532 123 45 67", Phone),
            ("(202) 555-0123", Phone),
            ("05321234567", Phone),
            ("2011-2012", Number),
            ("20112012-12", Phone),
            ("1", Number),
            ("-12,50", Number),
            ("1.234.567,89 €", Number),
            ("USD 120", Number),
            ("12 %", Number),
            ("1e-5", Number),
            ("TRUE", Flag),
            ("no", Flag),
        ] {
            assert_eq!(CellKind::of(cell), expected, "{cell}");
        }
    }
}
