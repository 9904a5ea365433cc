//! A workbook says the same whether its strings are in memory or on disk.

use std::fmt::Write;
use std::path::Path;

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::tests::{SheetOf, workbook, workbook_of_parts, written};
use super::*;
use crate::source::filled_row::FilledRow;

/// A workbook that was opened, read, and closed.
type Read = (String, Option<String>, Vec<FilledRow>, Result<u64, String>);

fn read(path: &Path, wanted: Option<&str>, has_many_strings: bool) -> Result<Read, String> {
    let inspection = Inspection {
        sheet_bytes: 0,
        has_many_strings,
    };
    let file = WorkbookFile::open(path, wanted, &inspection, &Arc::default());
    let file = file.map_err(|error| error.to_string())?;
    let mut rows = Vec::new();
    let last_row = file.read_filled_rows(2, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    });
    let last_row = last_row.map_err(|error| error.to_string());
    Ok((file.sheet.clone(), file.notice.clone(), rows, last_row))
}

/// Reads it both ways, and makes sure that they come to the same.
fn read_both_ways(path: &Path, wanted: Option<&str>) -> Result<Read, String> {
    let expected = read(path, wanted, false);
    assert_eq!(read(path, wanted, true), expected);
    expected
}

#[derive(Debug, Clone)]
enum Content {
    Text(String),
    Rich(String, String),
    Number(f64),
    Formula(String),
    Blank,
}

fn contents() -> impl Strategy<Value = Content> {
    let text = || {
        prop_oneof![
            "[a-c]{1,2}",
            "[ \\t\\n\\r&<>\"'_x0-9D\u{e9}\u{1F600}]{1,12}",
            Just("_x000D_".to_owned())
        ]
    };
    prop_oneof![
        4 => text().prop_map(Content::Text),
        1 => (text(), text()).prop_map(|(plain, bold)| Content::Rich(plain, bold)),
        1 => any::<f32>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| Content::Number(number.into())),
        1 => text().prop_map(Content::Formula),
        1 => Just(Content::Blank),
    ]
}

fn fill(sheet: &mut Worksheet, cells: &[(u32, u16, Content)]) {
    let (plain, bold) = (Format::new(), Format::new().set_bold());
    for (row, column, content) in cells {
        let (row, column) = (*row, *column);
        match content {
            Content::Text(text) => sheet.write_string(row, column, text),
            Content::Rich(first, second) => {
                sheet.write_rich_string(row, column, &[(&plain, first), (&bold, second)])
            }
            Content::Number(number) => sheet.write_number(row, column, *number),
            Content::Formula(text) => {
                sheet.write_formula(row, column, Formula::new("=B2").set_result(text))
            }
            Content::Blank => sheet.write_blank(row, column, &bold),
        }
        .unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn where_the_strings_are_makes_no_difference(
        sheets in prop::collection::vec(
            prop::collection::vec((0_u32..30, 0_u16..4, contents()), 0..20),
            1..4,
        ),
    ) {
        let file = written(|path| {
            let mut workbook = Workbook::new();
            for cells in &sheets {
                fill(workbook.add_worksheet(), cells);
            }
            workbook.save(path).unwrap();
        });
        for wanted in [None, Some("1"), Some("3")] {
            let _ = read_both_ways(&file.path, wanted);
        }
    }
}

#[test]
fn broken_workbooks_break_at_the_same_row_wherever_the_strings_are() {
    let strings = "<x:sst xmlns:x=\"m\"><x:si><x:t>a</x:t></x:si>\
        <x:si><x:r><x:t>b</x:t></x:r><x:r><x:t xml:space=\"preserve\"> c</x:t></x:r>\
        <x:rPh sb=\"0\" eb=\"1\"><x:t>z</x:t></x:rPh></x:si></x:sst>";
    let row = |number: u64, index: &str| {
        format!("<x:row r=\"{number}\"><x:c t=\"s\"><x:v>{index}</x:v></x:c></x:row>")
    };
    for (end, expected) in [
        ("</x:sheetData></x:worksheet>".to_owned(), Ok(2)),
        (
            row(3, "2"),
            Err("sheet `Leads` is cut off or malformed after row 2".to_owned()),
        ),
        (
            "<x:row><x:c t=\"s\"><x:v>1".to_owned(),
            Err("sheet `Leads` is cut off or malformed after row 2".to_owned()),
        ),
        (
            "</x:sheetData".to_owned(),
            Err("sheet `Leads` is cut off or malformed after row 2".to_owned()),
        ),
    ] {
        let data = format!("{}{}{end}", row(1, "0"), row(2, "1"));
        let file = workbook_of_parts(&data, strings, "");
        let (_, _, rows, last_row) = read_both_ways(&file.path, None).unwrap();
        assert_eq!(last_row, expected);
        let texts: Vec<_> = rows.iter().flat_map(|row| row.cells.iter()).collect();
        assert_eq!(texts[..2], ["a", ""]);
    }
}

#[test]
fn a_sheet_is_chosen_by_a_filled_cell_far_down() {
    let far_down: SheetOf<'_> = ("Far", &|sheet| {
        for row in 0..2000 {
            sheet.write_string(row, 3, " ").unwrap();
        }
        sheet.write_string(2000, 0, "Name").unwrap();
    });
    let file = workbook(&[
        ("Blank", &|sheet| {
            sheet.write_string(4000, 0, " ").unwrap();
        }),
        far_down,
        ("Late", &|sheet| {
            sheet.write_string(0, 0, "Name").unwrap();
        }),
    ]);
    let (sheet, notice, rows, _) = read_both_ways(&file.path, None).unwrap();
    assert_eq!(sheet, "Far");
    assert_eq!(
        notice.unwrap(),
        "sheet `Far` is read; name another one with `--sheet`: `Late`"
    );
    assert_eq!(rows[0].number, 2001);
}

#[test]
fn strings_are_put_on_disk_when_they_are_many() {
    let mut strings = "<sst>".to_owned();
    for number in 0..400_000 {
        let _ = write!(
            strings,
            "<si><t>text number {number} of many that are long</t></si>"
        );
    }
    strings.push_str("</sst>");
    let data = "<row><c t=\"s\"><v>399999</v></c></row></sheetData></worksheet>";
    for (strings, expected) in [
        (strings.as_str(), true),
        ("<sst><si><t>a</t></si></sst>", false),
    ] {
        let file = workbook_of_parts(data, strings, "");
        let inspection = super::super::inspect_archive(&file.path).unwrap();
        assert_eq!(inspection.has_many_strings, expected);
        let row = read(&file.path, None, inspection.has_many_strings);
        assert_eq!(row.is_ok_and(|(_, _, rows, _)| rows.len() == 1), expected);
    }
}
