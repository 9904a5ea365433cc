//! Rows in UTF-8 in a file of another encoding, as when exports of two programs are put together.

use encoding_rs::{Encoding, UTF_8};

use super::encoding_choice::is_of_latin_letters;
use crate::model::Cells;

/// Whether a row that was read in `encoding`, a guess, is most likely UTF-8: the bytes of its cells are, with letters
/// enough in one of them that this is no accident. In encodings of several bytes a character it may be one.
pub(in crate::source) fn holds_utf_8(cells: &Cells, encoding: &'static Encoding) -> bool {
    if encoding == UTF_8 || !encoding.is_single_byte() {
        return false;
    }
    let beyond_ascii = || cells.iter().filter(|cell| !cell.is_ascii());
    beyond_ascii().all(may_be_utf_8) && beyond_ascii().any(|cell| is_utf_8(cell, encoding))
}

/// Whether no character beyond ASCII stands alone: each of UTF-8 has several bytes, which look like as many characters.
/// Nearly all rows are sorted out so, at their first letter with an accent.
fn may_be_utf_8(cell: &str) -> bool {
    let mut run = 0;
    for character in cell.chars() {
        if !character.is_ascii() {
            run += 1;
        } else if run == 1 {
            return false;
        } else {
            run = 0;
        }
    }
    run != 1
}

fn is_utf_8(cell: &str, encoding: &'static Encoding) -> bool {
    /// Letters of any script; of Latin ones a single one is enough, as `Ã`, `Ä` and `Å` begin no sign.
    const ENOUGH: usize = 3;
    let (bytes, _, has_unmappable) = encoding.encode(cell);
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return false;
    };
    let letters = text.chars().filter(|character| !character.is_ascii());
    let are_latin = letters
        .clone()
        .all(|letter| matches!(letter, '\u{c0}'..='\u{17f}'));
    let count = letters.count();
    let is_enough = count >= ENOUGH || (are_latin && is_of_latin_letters(encoding));
    !has_unmappable && count > 0 && is_enough
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_are_utf_8_are_told_from_those_that_only_look_odd() {
        for (label, bytes, expected) in [
            ("windows-1252", "José".as_bytes(), true),
            ("windows-1252", b"Jos\xE9", false),
            ("windows-1252", b"MARCH\xC9\xA0", false),
            ("windows-1252", b"Jane", false),
            ("windows-1254", "Işık".as_bytes(), true),
            ("windows-1251", "Иван".as_bytes(), true),
            ("windows-1251", b"\xC8\xE2\xE0\xED", false),
            ("windows-1251", b"\xD7\xB8", false),
            ("gbk", "王小明明".as_bytes(), false),
        ] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let (text, _) = encoding.decode_without_bom_handling(bytes);
            let cells: Cells = ["", &*text].into_iter().collect();
            assert_eq!(holds_utf_8(&cells, encoding), expected, "{label} {text}");
        }
    }
}
