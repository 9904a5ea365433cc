//! What the file has: its header and its rows.

use icu_normalizer::ComposingNormalizerBorrowed;

use super::{Cells, is_blank, is_own_column};

/// The column names of a table, in file order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The row that holds the names, as a spreadsheet program numbers it; 0 when there is none.
    pub row_number: u64,
    /// One name for each column, white space around it removed; may be empty or repeat.
    pub names: Vec<String>,
}

impl Header {
    /// The columns that bear `name`, counted from 0. How a letter with an accent is encoded makes no difference where no
    /// name agrees to the byte: it cannot be seen.
    pub fn positions_of(&self, name: &str) -> Vec<usize> {
        let positions = |is_name: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let names = self.names.iter().enumerate();
            let bearing = names.filter(|(_, own)| is_name(own));
            bearing.map(|(index, _)| index).collect()
        };
        let exact = positions(&|own| own == name);
        if !exact.is_empty() || name.is_ascii() {
            return exact;
        }
        let composed = ComposingNormalizerBorrowed::new_nfc();
        let name = composed.normalize(name);
        positions(&|own| composed.normalize(own) == name)
    }

    /// The cells of a row without those in our own columns, one for each other column of the
    /// header: missing ones are empty, those beyond the header are left out.
    pub fn original_cells<'a>(&self, cells: &'a Cells) -> impl Iterator<Item = &'a str> {
        let names = self.names.iter().enumerate();
        let original = names.filter(|(_, name)| !is_own_column(name));
        original.map(|(index, _)| cells.get(index).unwrap_or_default())
    }

    /// The filled cells of a row beyond the last column of the header.
    pub fn surplus_cells<'a>(&self, cells: &'a Cells) -> impl Iterator<Item = &'a str> {
        cells
            .iter_from(self.names.len())
            .filter(|cell| !is_blank(cell))
    }

    /// A column as a spreadsheet program letters it: `A` for 0, `AA` for 26.
    pub fn letter(index: usize) -> String {
        let mut rest = index + 1;
        let mut letters = Vec::new();
        while rest > 0 {
            let digit = u8::try_from((rest - 1) % 26).expect("a remainder of 26 fits a byte");
            letters.push(char::from(b'A' + digit));
            rest = (rest - 1) / 26;
        }
        letters.iter().rev().collect()
    }
}

/// One data row of the file. Blank rows never become one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Which row this is, counted from 0 among the data rows that are not blank.
    pub sequence: u64,
    /// The row as a spreadsheet program numbers it; the header of a plain file is 1.
    pub number: u64,
    /// The line of a text file in which the row begins, from 1; `None` in a workbook.
    pub line: Option<u64>,
    /// The cells as text. May be fewer or more than the header has names.
    pub cells: Cells,
    /// Cells that could not be read as what they are. Usually empty.
    pub faults: Vec<CellFault>,
}

impl Row {
    /// Whether a cell has bytes that are not text in the file's encoding.
    pub fn holds_no_text(&self) -> bool {
        let mut kinds = self.faults.iter().map(|fault| fault.kind);
        kinds.any(|kind| kind == CellFaultKind::NotText)
    }
}

/// A cell, or a whole row, that the reader could not turn into text without loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// The column, counted from 0; `None` when the fault is the row's.
    pub column_index: Option<usize>,
    /// What is wrong.
    pub kind: CellFaultKind,
}

/// What a reader can find wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellFaultKind {
    /// A spreadsheet error such as `#N/A`; the cell's text is the error.
    ErrorValue,
    /// A number of more than 15 digits, which a spreadsheet does not keep.
    DigitsLost,
    /// Bytes that are not text in the file's encoding; shown as U+FFFD in the cell's text.
    NotText,
    /// A NUL character, which texts do not have and many databases refuse.
    HoldsNul,
    /// Text stands behind the quote that closes the cell; the quotes are lost in the cell's text.
    Misquoted,
    /// The row has more filled cells than the header has columns.
    TooManyCells,
}

#[cfg(test)]
mod tests {
    use super::Header;

    #[test]
    fn a_name_is_found_however_its_accents_are_encoded() {
        let header = |names: &[&str]| Header {
            row_number: 1,
            names: names.iter().map(|&name| name.to_owned()).collect(),
        };
        let (composed, decomposed) = ("\u{130}sim", "I\u{307}sim");
        assert_eq!(header(&["A", decomposed]).positions_of(composed), [1]);
        assert_eq!(header(&[composed]).positions_of(decomposed), [0]);
        assert_eq!(header(&[composed, decomposed]).positions_of(composed), [0]);
        assert_eq!(header(&["Isim"]).positions_of(composed), [] as [usize; 0]);
    }

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        for (index, letter) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(Header::letter(index), letter);
        }
    }
}
