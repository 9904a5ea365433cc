//! Cells that a spreadsheet program would run as a formula, made harmless and back.

use std::borrow::Cow;

/// The sign that makes a spreadsheet program show a cell instead of running it.
const GUARD: char = '\'';

/// Puts `'` before a cell that a spreadsheet program would take for a formula.
///
/// That is a cell beginning with `=`, `@`, a tab or a line end, or with `+` or `-` unless nothing
/// but a number follows (`+1-202-555-0143` is a sum); and a cell that already begins with the
/// guard of such a cell, so that [`without_guard`] gives back exactly what was.
pub fn with_guard(cell: &str) -> Cow<'_, str> {
    if looks_like_formula(cell.trim_start_matches(GUARD)) {
        Cow::Owned(format!("{GUARD}{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Takes off what [`with_guard`] put on.
pub fn without_guard(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(bare) if looks_like_formula(bare.trim_start_matches(GUARD)) => bare,
        _ => cell,
    }
}

fn looks_like_formula(cell: &str) -> bool {
    let is_number_like = |c: char| c.is_ascii_digit() || " .,\u{a0}".contains(c);
    let mut characters = cell.chars();
    match characters.next() {
        Some('=' | '＝' | '@' | '＠' | '\t' | '\r' | '\n') => true,
        Some('+' | '＋' | '-' | '－') => !characters.all(is_number_like),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{with_guard, without_guard};

    #[test]
    fn formulas_are_guarded_and_phone_numbers_are_not() {
        for (cell, guarded) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3+cmd", "'-2+3+cmd"),
            ("\t=1", "'\t=1"),
            ("'=1", "''=1"),
            ("+1-202-555-0143", "'+1-202-555-0143"),
            ("＝1", "'＝1"),
            ("\n=1", "'\n=1"),
            ("+90 532 123 45 67", "+90 532 123 45 67"),
            ("-5.20", "-5.20"),
            ("'tis", "'tis"),
            ("", ""),
        ] {
            assert_eq!(with_guard(cell), guarded);
        }
    }

    proptest! {
        #[test]
        fn a_guard_comes_off_without_a_trace(cell in "'{0,3}[=＝+@\t-]?.{0,5}") {
            let guarded = with_guard(&cell).into_owned();
            prop_assert_eq!(without_guard(&guarded), cell.as_str());
        }
    }
}
