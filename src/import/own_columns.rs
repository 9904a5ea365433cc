//! A rejects file that comes back: our columns are known and the guards come off.

use crate::model::{Cells, Header, Row, is_own_column, without_guard};

/// Takes the guards off the cells of a file that carries our columns, and off no other.
#[derive(Debug, Clone, Copy)]
pub(super) struct GuardRemover {
    is_our_file: bool,
}

impl GuardRemover {
    pub(super) fn for_header(header: &Header) -> Self {
        Self {
            is_our_file: header.names.iter().any(|name| is_own_column(name)),
        }
    }

    pub(super) fn clean(self, row: &mut Row) {
        if self.is_our_file {
            row.cells = row.cells.iter().map(without_guard).collect::<Cells>();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::GuardRemover;
    use crate::model::{Header, Row};

    #[test]
    fn guards_come_off_only_in_our_own_files() {
        for (name, expected) in [("leadferry_row", "=1"), ("Note", "'=1")] {
            let header = Header {
                row_number: 1,
                names: vec![name.into()],
            };
            let mut row = Row {
                cells: ["'=1"].into_iter().collect(),
                ..Row::default()
            };
            GuardRemover::for_header(&header).clean(&mut row);
            assert_eq!(row.cells.get(0), Some(expected));
        }
    }
}
