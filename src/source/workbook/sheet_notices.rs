//! What is said of a sheet that people see otherwise than it is read.

use crate::model::{Header, count_of, grouped};

use super::sheet_survey::{SheetSurvey, column_letters};

/// The notices about `sheet`, one sentence each without a full stop. What lies above the row of the column names is
/// nothing that is read.
pub(super) fn sheet_notices(survey: &SheetSurvey, sheet: &str, header: &Header) -> Vec<String> {
    let notices = [
        hidden_rows(survey, sheet, header.row_number),
        hidden_columns(&survey.hidden_columns, sheet, header),
        merged(&survey.merged, sheet, header.row_number),
        unvalued_formulas(survey, sheet),
        cells_beyond(&survey.rows_by_width, sheet, header),
    ];
    notices.into_iter().flatten().collect()
}

fn hidden_rows(survey: &SheetSurvey, sheet: &str, header_row: u64) -> Option<String> {
    let below = |&(first, last): &(u64, u64)| (first.max(header_row + 1), last);
    let ranges = survey.hidden_rows.iter().map(below);
    let ranges: Vec<(u64, u64)> = ranges.filter(|(first, last)| first <= last).collect();
    let Some(&(first, last)) = ranges.first() else {
        return survey.is_filtered.then(|| {
            format!("sheet `{sheet}` has a filter; rows are read whether it shows them or not")
        });
    };
    let count: u64 = ranges.iter().map(|(first, last)| last - first + 1).sum();
    let (these, like) = if count == 1 {
        (format!("row {first} is"), "it is read like the others")
    } else {
        let rest = and_more(count - (last - first + 1));
        let place = span("row", &first.to_string(), &last.to_string());
        (
            format!("{place}{rest} are"),
            "they are read like the others",
        )
    };
    let filter = if survey.is_filtered {
        ", which has a filter"
    } else {
        ""
    };
    Some(format!("{these} hidden in sheet `{sheet}`{filter}; {like}"))
}

/// Only columns with a name count: many sheets hide what lies beside their table.
fn hidden_columns(ranges: &[(u64, u64)], sheet: &str, header: &Header) -> Option<String> {
    let is_hidden = |column: u64| {
        let mut ranges = ranges.iter();
        ranges.any(|&(first, last)| (first..=last).contains(&column))
    };
    let columns = (1..).zip(&header.names);
    let named = columns.filter(|(column, name)| !name.is_empty() && is_hidden(*column));
    let hidden: Vec<u64> = named.map(|(column, _)| column).collect();
    let first = *hidden.first()?;
    let together = (first..).zip(&hidden).take_while(|(a, b)| a == *b).count() as u64;
    if hidden.len() == 1 {
        let letters = column_letters(first);
        return Some(format!(
            "column `{letters}` is hidden in sheet `{sheet}`; it is read like the others"
        ));
    }
    let letters = |column| format!("`{}`", column_letters(column));
    let place = span("column", &letters(first), &letters(first + together - 1));
    let rest = and_more(hidden.len() as u64 - together);
    Some(format!(
        "{place}{rest} are hidden in sheet `{sheet}`; they are read like the others"
    ))
}

fn merged(areas: &[(u64, String)], sheet: &str, header_row: u64) -> Option<String> {
    let mut below = areas.iter().filter(|(last_row, _)| *last_row > header_row);
    let (_, first) = below.next()?;
    match below.count() as u64 + 1 {
        1 => Some(format!(
            "the cells `{first}` of sheet `{sheet}` are merged; only the first of them has a value, and the others are \
             read as empty"
        )),
        count => Some(format!(
            "sheet `{sheet}` has {} of merged cells, the first in `{first}`; only the first cell of each has a value, \
             and the others are read as empty",
            count_of(count, "area")
        )),
    }
}

fn unvalued_formulas(survey: &SheetSurvey, sheet: &str) -> Option<String> {
    let first = &survey.first_unvalued;
    let cure = "open the workbook in a spreadsheet program and save it";
    match survey.unvalued_formulas {
        0 => None,
        1 => Some(format!(
            "the formula in `{first}` of sheet `{sheet}` has no stored value and is read as empty; {cure}"
        )),
        count => Some(format!(
            "{} of sheet `{sheet}`, the first in `{first}`, have no stored value and are read as empty; {cure}",
            count_of(count, "formula")
        )),
    }
}

/// People write notes beside their tables, so this is no fault of a row; but nothing of it is read.
fn cells_beyond(rows_by_width: &[u64], sheet: &str, header: &Header) -> Option<String> {
    let last = header.names.iter().rposition(|name| !name.is_empty())?;
    let rows: u64 = rows_by_width.iter().skip(last + 1).sum();
    let have = if rows == 1 { "has" } else { "have" };
    (rows > 0).then(|| {
        format!(
            "{} of sheet `{sheet}` {have} filled cells to the right of column `{}`, the last one with a name; they are \
             not read",
            count_of(rows, "row"),
            Header::letter(last)
        )
    })
}

fn span(noun: &str, first: &str, last: &str) -> String {
    if first == last {
        format!("{noun} {first}")
    } else {
        format!("{noun}s {first} to {last}")
    }
}

fn and_more(count: u64) -> String {
    match count {
        0 => String::new(),
        count => format!(" and {} more", grouped(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER_END: &str = "<row r=\"3\"/>";

    /// The notices about a sheet with its column names in row 3.
    fn notices(sheet: &str) -> Vec<String> {
        let survey = SheetSurvey::of(sheet.as_bytes()).unwrap();
        let header = Header {
            row_number: 3,
            names: ["Name", "", "Phone", "E-mail", "Town", "Note"]
                .map(str::to_owned)
                .into(),
        };
        sheet_notices(&survey, "Leads", &header)
    }

    fn hidden_row(number: u64) -> String {
        format!("<row r=\"{number}\" hidden=\"1\"><c><v>1</v></c></row>")
    }

    #[test]
    fn hidden_rows_are_told_of() {
        for (rows, expected) in [
            (&[2, 3][..], None),
            (
                &[5],
                Some("row 5 is hidden in sheet `Leads`; it is read like the others"),
            ),
            (
                &[5, 6, 7],
                Some("rows 5 to 7 are hidden in sheet `Leads`; they are read like the others"),
            ),
            (
                &[5, 7],
                Some("row 5 and 1 more are hidden in sheet `Leads`; they are read like the others"),
            ),
            (
                &[5, 6, 9, 10, 12],
                Some(
                    "rows 5 to 6 and 3 more are hidden in sheet `Leads`; they are read like the others",
                ),
            ),
        ] {
            let sheet: String = rows.iter().copied().map(hidden_row).collect();
            assert_eq!(notices(&sheet).first().map(String::as_str), expected);
        }
        let filter = "<autoFilter ref=\"A1:B9\"><filterColumn colId=\"0\"/></autoFilter>";
        for (sheet, expected) in [
            ("<row hidden=\"1\"><c s=\"1\"/></row>".to_owned(), None),
            (
                format!("{HEADER_END}<row hidden=\"true\"><c><is><t>a</t></is></c></row>{filter}"),
                Some(
                    "row 4 is hidden in sheet `Leads`, which has a filter; it is read like the others",
                ),
            ),
            (
                filter.to_owned(),
                Some("sheet `Leads` has a filter; rows are read whether it shows them or not"),
            ),
            ("<autoFilter ref=\"A1:B9\"/>".to_owned(), None),
            (
                format!("<customSheetViews>{filter}</customSheetViews>"),
                None,
            ),
        ] {
            assert_eq!(notices(&sheet).first().map(String::as_str), expected);
        }
    }

    #[test]
    fn hidden_columns_are_told_of_if_they_have_a_name() {
        for (columns, expected) in [
            (&[(2, 2), (7, 16384)][..], None),
            (
                &[(2, 3)],
                Some("column `C` is hidden in sheet `Leads`; it is read like the others"),
            ),
            (
                &[(3, 4)],
                Some(
                    "columns `C` to `D` are hidden in sheet `Leads`; they are read like the others",
                ),
            ),
            (
                &[(1, 2), (4, 5)],
                Some(
                    "column `A` and 2 more are hidden in sheet `Leads`; they are read like the others",
                ),
            ),
        ] {
            let column = |(first, last): &(u64, u64)| {
                format!(
                    "<col min=\"{first}\" max=\"{last}\" hidden=\"1\"/><col min=\"1\" max=\"9\"/>"
                )
            };
            let sheet: String = columns.iter().map(column).collect();
            assert_eq!(notices(&sheet).first().map(String::as_str), expected);
        }
    }

    #[test]
    fn merged_cells_below_the_column_names_are_told_of() {
        for (areas, expected) in [
            (&["A1:D1", "A2:B3"][..], None),
            (
                &["A1:D1", "A5:A9"],
                Some(
                    "the cells `A5:A9` of sheet `Leads` are merged; only the first of them has a value, and the \
                     others are read as empty",
                ),
            ),
            (
                &["A3:A4", "B5:C5"],
                Some(
                    "sheet `Leads` has 2 areas of merged cells, the first in `A3:A4`; only the first cell of each \
                     has a value, and the others are read as empty",
                ),
            ),
        ] {
            let area = |area: &&str| format!("<mergeCell ref=\"{area}\"/>");
            let sheet: String = areas.iter().map(area).collect();
            assert_eq!(notices(&sheet).first().map(String::as_str), expected);
        }
    }

    #[test]
    fn cells_beside_the_table_are_told_of() {
        let row = |cells: &str| format!("<row>{cells}</row>");
        let filled = "<c><v>1</v></c>";
        for (rows, expected) in [
            (row(&filled.repeat(6)), None),
            (row(&format!("{}<c/>", filled.repeat(6))), None),
            (
                row(&filled.repeat(7)),
                Some(
                    "1 row of sheet `Leads` has filled cells to the right of column `F`, the last one with a name; they \
                     are not read",
                ),
            ),
            (
                row("<c r=\"XFD4\"><v>1</v></c>").repeat(2),
                Some(
                    "2 rows of sheet `Leads` have filled cells to the right of column `F`, the last one with a name; \
                     they are not read",
                ),
            ),
        ] {
            assert_eq!(notices(&rows).first().map(String::as_str), expected);
        }
    }

    #[test]
    fn formulas_without_a_value_are_told_of() {
        let cure = "open the workbook in a spreadsheet program and save it";
        for (cells, expected) in [
            ("<c><f>1+1</f><v>2</v></c>", None),
            ("<c t=\"str\"><f>\"\"</f><v></v></c>", None),
            ("<c t=\"str\"><f>\"\"</f><v/></c>", None),
            (
                "<c/><c><f>1+1</f></c>",
                Some(
                    "the formula in `B4` of sheet `Leads` has no stored value and is read as empty",
                ),
            ),
            (
                "<c r=\"D4\"><f/><v></v></c><c><f>1</f></c>",
                Some(
                    "2 formulas of sheet `Leads`, the first in `D4`, have no stored value and are read as empty",
                ),
            ),
        ] {
            let sheet = format!("{HEADER_END}<row>{cells}</row>");
            let expected = expected.map(|expected| format!("{expected}; {cure}"));
            assert_eq!(notices(&sheet).first(), expected.as_ref());
        }
    }
}
