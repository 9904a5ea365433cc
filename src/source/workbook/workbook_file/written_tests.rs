//! Tables that another writer has written come back cell by cell.

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use super::tests::written;
use crate::source::{Source, SourceOptions};

const COLUMNS: u16 = 3;

#[derive(Debug, Clone)]
enum Cell {
    Text(String),
    Whole(i64),
    Flag(bool),
    Day(u16, u8, u8),
    /// A number that is shown with five digits.
    Padded(u16),
    Blank,
}

fn cells() -> impl Strategy<Value = Cell> {
    prop_oneof![
        "[ \n&<>\"'_x0-9a-zğ漢\u{1F600}]{1,12}".prop_map(Cell::Text),
        (-99_999_999_999_999_i64..=99_999_999_999_999).prop_map(Cell::Whole),
        any::<bool>().prop_map(Cell::Flag),
        (1900_u16..2100, 1_u8..=12, 1_u8..=28)
            .prop_map(|(year, month, day)| Cell::Day(year, month, day)),
        (0_u16..=9_999).prop_map(Cell::Padded),
        Just(Cell::Blank),
    ]
}

impl Cell {
    /// What a person sees.
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Whole(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string().to_uppercase(),
            Self::Day(year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
            Self::Padded(number) => format!("{number:05}"),
            Self::Blank => String::new(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of 14 digits are exact")]
    fn write(&self, sheet: &mut Worksheet, row: u32, column: u16) {
        let day_format = Format::new().set_num_format("dd/mm/yy");
        let padded_format = Format::new().set_num_format("00000");
        match self {
            Self::Text(text) => sheet.write_string(row, column, text),
            Self::Whole(number) => sheet.write_number(row, column, *number as f64),
            Self::Flag(flag) => sheet.write_boolean(row, column, *flag),
            Self::Day(year, month, day) => {
                let day = ExcelDateTime::from_ymd(*year, *month, *day).unwrap();
                sheet.write_datetime_with_format(row, column, day, &day_format)
            }
            Self::Padded(number) => {
                sheet.write_number_with_format(row, column, f64::from(*number), &padded_format)
            }
            Self::Blank => sheet.write_blank(row, column, &day_format),
        }
        .unwrap();
    }
}

fn write(table: &[Vec<Cell>], path: &std::path::Path) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for column in 0..COLUMNS {
        sheet
            .write_string(0, column, format!("Name {column}"))
            .unwrap();
    }
    for (row, cells) in (1..).zip(table) {
        for (column, cell) in (0..).zip(cells) {
            cell.write(sheet, row, column);
        }
    }
    workbook.save(path).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_table_comes_back_as_it_is_shown(
        table in prop::collection::vec(prop::collection::vec(cells(), usize::from(COLUMNS)), 0..12)
    ) {
        let file = written(|path| write(&table, path));
        let options = SourceOptions { header_row: Some(1), ..SourceOptions::default() };
        let source = Source::open(&file.path, &options).unwrap();
        let mut found = Vec::new();
        source
            .read_rows(&mut |row| {
                found.push((row.number, row.cells.iter().map(str::to_owned).collect::<Vec<_>>()));
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
        let texts = table.iter().map(|cells| cells.iter().map(Cell::text).collect::<Vec<_>>());
        let expected: Vec<_> = (2_u64..)
            .zip(texts)
            .filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()))
            .collect();
        prop_assert_eq!(found, expected);
    }
}
