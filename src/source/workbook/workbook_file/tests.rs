use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::model::{CellFaultKind, Row};
use crate::source::{Format as SourceFormat, RowCount, Source, SourceError, SourceOptions};

/// A file in a folder that vanishes with the test.
pub(super) struct Written {
    _folder: TempDir,
    pub(super) path: PathBuf,
}

pub(super) fn written(write: impl FnOnce(&Path)) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leads.xlsx");
    write(&path);
    Written {
        _folder: folder,
        path,
    }
}

/// A sheet's name and what fills it.
pub(super) type SheetOf<'a> = (&'a str, &'a dyn Fn(&mut Worksheet));

/// A workbook of named sheets.
pub(super) fn workbook(sheets: &[SheetOf<'_>]) -> Written {
    written(|path| {
        let mut workbook = Workbook::new();
        for (name, fill) in sheets {
            let sheet = workbook.add_worksheet();
            sheet.set_name(*name).unwrap();
            fill(sheet);
        }
        workbook.save(path).unwrap();
    })
}

/// A workbook written part by part, for what no honest writer would write.
pub(super) fn workbook_of_parts(
    sheet_data: &str,
    shared_strings: &str,
    workbook_properties: &str,
) -> Written {
    let relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let target = "worksheets/sheet1.xml";
    let package = package_parts(relationships, main, target, workbook_properties);
    let mut parts: Vec<_> = package.into();
    parts.push(("xl/sharedStrings.xml", shared_strings.to_owned()));
    parts.push((
        "xl/worksheets/sheet1.xml",
        format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet_data}"),
    ));
    workbook_of(&parts)
}

/// The parts of a workbook without its sheet, which lies at `target`.
fn package_parts(
    relationships: &str,
    main: &str,
    target: &str,
    workbook_properties: &str,
) -> [(&'static str, String); 4] {
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" \
                 Type=\"{relationships}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relationships}\">{workbook_properties}\
                 <sheets><sheet name=\"Leads\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" \
                 Type=\"{relationships}/worksheet\" Target=\"{target}\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"3\"><xf numFmtId=\"0\"/>\
                 <xf numFmtId=\"14\"/><xf numFmtId=\"31\"/></cellXfs></styleSheet>"
            ),
        ),
    ]
}

fn workbook_of(parts: &[(&str, String)]) -> Written {
    workbook_packed(parts, SimpleFileOptions::default())
}

fn workbook_packed(parts: &[(&str, String)], options: SimpleFileOptions) -> Written {
    written(|path| {
        let mut archive = ZipWriter::new(fs_err::File::create(path).unwrap());
        for (name, content) in parts {
            archive.start_file(*name, options).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
    })
}

const NO_STRINGS: &str = "<sst uniqueCount=\"0\"/>";
const SHEET_END: &str = "</sheetData></worksheet>";

fn open(file: &Written) -> Result<Source, SourceError> {
    Source::open(&file.path, &SourceOptions::default())
}

fn open_sheet(file: &Written, sheet: &str) -> Result<Source, SourceError> {
    let options = SourceOptions {
        sheet: Some(sheet.to_owned()),
        ..SourceOptions::default()
    };
    Source::open(&file.path, &options)
}

fn read_all(source: &Source) -> (Vec<Row>, RowCount) {
    let mut rows = Vec::new();
    let count = source
        .read_rows(&mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })
        .unwrap();
    (rows, count)
}

fn cells(row: &Row) -> Vec<&str> {
    row.cells.iter().collect()
}

fn fill_names(sheet: &mut Worksheet) {
    for (row, name) in [(0, "Name"), (1, "Jane"), (2, "Ada")] {
        sheet.write_string(row, 0, name).unwrap();
    }
}

#[test]
fn every_kind_of_cell_becomes_text() {
    let format = |code: &str| Format::new().set_num_format(code);
    let date = ExcelDateTime::parse_from_str("2024-03-01").unwrap();
    let date_time = ExcelDateTime::parse_from_str("2024-03-01T14:30:00").unwrap();
    let file = workbook(&[("Leads", &|sheet| {
        sheet.write_string(0, 0, "Value").unwrap();
        sheet.write_string(1, 0, " as it is\nhere ").unwrap();
        sheet.write_number(2, 0, 12_025_550_123.0).unwrap();
        sheet.write_number(3, 0, 0.000_000_1).unwrap();
        sheet
            .write_number_with_format(4, 0, 42.0, &format("00000"))
            .unwrap();
        sheet
            .write_number_with_format(5, 0, 0.125, &format("0.00%"))
            .unwrap();
        sheet
            .write_datetime_with_format(6, 0, &date, &format("dd/mm/yyyy"))
            .unwrap();
        sheet
            .write_datetime_with_format(7, 0, &date_time, &format("d mmm yy hh:mm"))
            .unwrap();
        sheet
            .write_number_with_format(8, 0, 0.604_166_666_666_667, &format("h:mm AM/PM"))
            .unwrap();
        sheet
            .write_number_with_format(9, 0, 26.5 / 24.0, &format("[h]:mm"))
            .unwrap();
        sheet.write_boolean(10, 0, true).unwrap();
        let formula = Formula::new("=1+1").set_result("2");
        sheet.write_formula(11, 0, formula).unwrap();
        let formula = Formula::new("=\"a\"&\"b\"").set_result("ab");
        sheet.write_formula(12, 0, formula).unwrap();
    })]);
    let (rows, count) = read_all(&open(&file).unwrap());
    let texts: Vec<_> = rows.iter().map(|row| cells(row)[0]).collect();
    assert_eq!(
        texts,
        [
            " as it is\nhere ",
            "12025550123",
            "0.0000001",
            "00042",
            "12.50%",
            "2024-03-01",
            "2024-03-01T14:30:00",
            "14:30:00",
            "26:30:00",
            "TRUE",
            "2",
            "ab",
        ]
    );
    assert!(rows.iter().all(|row| row.faults.is_empty()));
    assert_eq!((count.rows, count.blank_rows), (12, 0));
}

#[test]
fn errors_and_lost_digits_are_faults_of_their_cell() {
    let file = workbook(&[("Leads", &|sheet| {
        sheet.write_string(0, 0, "Name").unwrap();
        sheet.write_string(0, 1, "Card").unwrap();
        let error = Formula::new("=NA()").set_result("#N/A");
        sheet.write_formula(1, 0, error).unwrap();
        sheet.write_number(1, 1, 1_234_567_890_123_456.0).unwrap();
    })]);
    let (rows, _) = read_all(&open(&file).unwrap());
    assert_eq!(cells(&rows[0]), ["#N/A", "1234567890123456"]);
    let faults: Vec<_> = rows[0]
        .faults
        .iter()
        .map(|fault| (fault.column_index, fault.kind))
        .collect();
    assert_eq!(
        faults,
        [
            (Some(0), CellFaultKind::ErrorValue),
            (Some(1), CellFaultKind::DigitsLost)
        ]
    );
}

#[test]
fn rows_have_the_numbers_that_the_sheet_shows() {
    let bold = Format::new().set_bold();
    let file = workbook(&[("Leads", &|sheet| {
        sheet.write_string(2, 1, " Name ").unwrap();
        sheet.write_string(2, 2, "Phone").unwrap();
        sheet.write_blank(2, 3, &bold).unwrap();
        sheet.write_string(3, 1, "Jane").unwrap();
        sheet.write_string(6, 2, "+1 202 555 0123").unwrap();
        sheet.write_string(6, 5, "note").unwrap();
        // Formatted but empty: no rows at all.
        sheet.write_blank(20, 1, &bold).unwrap();
        sheet.write_string(21, 1, " ").unwrap();
    })]);
    let source = open(&file).unwrap();
    assert_eq!(source.format(), SourceFormat::Xlsx);
    assert_eq!(source.header().row_number, 3);
    assert_eq!(source.header().names, ["", "Name", "Phone"]);
    let (rows, count) = read_all(&source);
    let numbers: Vec<_> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [4, 7]);
    assert_eq!(cells(&rows[0]), ["", "Jane", ""]);
    assert_eq!(cells(&rows[1]), ["", "", "+1 202 555 0123", "", "", "note"]);
    assert!(rows.iter().all(|row| row.faults.is_empty()));
    let expected = RowCount {
        rows: 2,
        blank_rows: 2,
    };
    assert_eq!(count, expected);
    assert_eq!(source.scan().unwrap(), expected);
}

#[test]
fn the_header_row_can_be_named_or_denied() {
    let file = workbook(&[("Leads", &fill_names)]);
    for (header_row, expected) in [
        (0, Ok("A")),
        (2, Ok("Jane")),
        (9, Err("sheet `Leads` has no column names in row 9")),
    ] {
        let options = SourceOptions {
            header_row: Some(header_row),
            ..SourceOptions::default()
        };
        let outcome = Source::open(&file.path, &options);
        let outcome = outcome.map_err(|error| error.to_string());
        let outcome = outcome.map(|source| source.header().names[0].clone());
        assert_eq!(outcome.as_deref().map_err(String::as_str), expected);
    }
}

#[test]
fn the_first_visible_filled_sheet_is_read() {
    let file = workbook(&[
        ("Codes", &|sheet| {
            fill_names(sheet);
            sheet.set_hidden(true);
        }),
        ("Empty", &|_| ()),
        ("Leads", &|sheet| {
            fill_names(sheet);
            sheet.set_active(true);
        }),
        ("Old", &fill_names),
    ]);
    let source = open(&file).unwrap();
    assert_eq!(source.sheet(), Some("Leads"));
    assert_eq!(source.sheets(), ["Codes", "Empty", "Leads", "Old"]);
    assert_eq!(
        source.notices(),
        ["sheet `Leads` is read; name another one with `--sheet`: `Old`"]
    );
    for wanted in ["Old", "old", "4"] {
        let source = open_sheet(&file, wanted).unwrap();
        assert_eq!(source.sheet(), Some("Old"));
        assert!(source.notices().is_empty());
    }
    let error = open_sheet(&file, "Empty").unwrap_err();
    assert_eq!(error.to_string(), "sheet `Empty` has no filled row");
    assert_eq!(error.hint().unwrap(), "name another sheet with `--sheet`");
    let error = open_sheet(&file, "Lead").unwrap_err();
    assert_eq!(error.to_string(), "the workbook has no sheet `Lead`");
}

#[test]
fn dates_count_from_the_epoch_of_the_workbook() {
    let data = format!(
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Since</t></is></c></row>\
         <row r=\"2\"><c r=\"A2\" s=\"1\"><v>43890</v></c></row>\
         <row r=\"3\"><c r=\"A3\" s=\"2\"><v>43890</v></c></row>{SHEET_END}"
    );
    for (properties, expected) in [
        ("<workbookPr date1904=\"1\"/>", "2024-03-01"),
        ("<workbookPr/>", "2020-02-29"),
    ] {
        let file = workbook_of_parts(&data, NO_STRINGS, properties);
        let (rows, _) = read_all(&open(&file).unwrap());
        // The second one has a format that each East Asian language reads its own way.
        assert_eq!(cells(&rows[0]), [expected]);
        assert_eq!(cells(&rows[1]), [expected]);
    }
}

#[test]
fn a_table_of_strings_that_announces_too_many_is_refused() {
    let strings = "<sst count=\"9\" uniqueCount=\"4000000000\"><si><t>a</t></si></sst>";
    let file = workbook_of_parts(SHEET_END, strings, "");
    let error = open(&file).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`xl/sharedstrings.xml` announces 4,000,000,000 texts, more than it can hold"
    );
    assert!(error.hint().unwrap().starts_with("do not trust this file"));
}

#[test]
fn a_sheet_that_breaks_off_is_an_error_after_its_last_row() {
    let cell = |name: &str| format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{name}</t></is></c>");
    let data = format!(
        "<row r=\"1\">{}</row><row r=\"2\">{}</row><row r=\"3\"><c r=\"A3\"><v>1",
        cell("A1"),
        cell("A2")
    );
    let file = workbook_of_parts(&data, NO_STRINGS, "");
    let error = open(&file).unwrap().scan().unwrap_err();
    assert_eq!(
        error.to_string(),
        "sheet `Leads` is cut off or malformed after row 2"
    );

    let data = format!(
        "<row r=\"2\">{}</row><row r=\"1\">{}</row>{SHEET_END}",
        cell("A2"),
        cell("A1")
    );
    let file = workbook_of_parts(&data, NO_STRINGS, "");
    let error = open(&file).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sheet `Leads` has cell `A1` after cell `A2`"
    );
}

#[test]
fn a_workbook_that_is_cut_off_says_how_far_it_goes() {
    let rows = |sheet: &mut Worksheet| {
        for row in 0..2000 {
            sheet.write_number(row, 0, row * 7919 % 2003).unwrap();
            sheet.write_number(row, 1, row * 7907 % 2011).unwrap();
        }
    };
    let whole = workbook(&[("Leads", &rows), ("Old", &fill_names)]);
    let bytes = fs_err::read(&whole.path).unwrap();
    let error_at = |length: usize| {
        let file = written(|path| fs_err::write(path, &bytes[..length]).unwrap());
        open(&file).unwrap_err()
    };
    let error = error_at(1000);
    assert_eq!(error.to_string(), "the workbook is cut off or malformed");
    let error = error_at(bytes.len() / 2);
    let (before, after_row) = message_and_row(&error);
    assert_eq!(
        before,
        "the workbook is cut off: `xl/worksheets/sheet1.xml` ends after row"
    );
    assert!((200..1900).contains(&after_row), "{after_row}");
    assert_eq!(
        error.hint().unwrap(),
        "download or copy it again; the rest of it is missing"
    );
    // What follows the sheets cannot say where they end.
    let error = error_at(bytes.len() - 100);
    assert_eq!(error.to_string(), "the workbook is cut off or malformed");
}

fn message_and_row(error: &SourceError) -> (String, u64) {
    let message = error.to_string();
    let (before, row) = message.rsplit_once(' ').unwrap();
    (before.to_owned(), row.parse().unwrap())
}

#[test]
fn what_people_do_not_see_is_told_of() {
    let file = workbook(&[("Leads", &|sheet| {
        sheet.write_row(0, 0, ["Name", "Phone", "Town"]).unwrap();
        for row in 1..9 {
            sheet.write_row(row, 0, ["Jane", "1", "Rome"]).unwrap();
        }
        for row in [2, 3, 5, 40] {
            sheet.set_row_hidden(row).unwrap();
        }
        sheet.set_column_hidden(1).unwrap();
        sheet.set_column_range_hidden(3, 9).unwrap();
        let plain = Format::new();
        sheet.merge_range(6, 2, 7, 2, "Oslo", &plain).unwrap();
    })]);
    assert_eq!(
        open(&file).unwrap().notices(),
        [
            "rows 3 to 4 and 1 more are hidden in sheet `Leads`; they are read like the others",
            "column `B` is hidden in sheet `Leads`; it is read like the others",
            "the cells `C7:C8` of sheet `Leads` are merged; only the first of them has a value, and the others are \
             read as empty",
        ]
    );
}

#[test]
fn a_cell_that_is_longer_than_any_is_refused() {
    let long = "a".repeat(2 << 20);
    let data = format!(
        "<row><c t=\"inlineStr\"><is><t>Name</t></is></c></row>\
         <row><c t=\"inlineStr\"><is><t>{long}</t></is></c></row>{SHEET_END}"
    );
    let file = workbook_of_parts(&data, NO_STRINGS, "");
    let error = open(&file).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`xl/worksheets/sheet1.xml` has a text that is longer than any cell can hold"
    );
}

/// Rows of a sheet, its shared strings, and the texts of all cells from the second row on.
type CellCase<'a> = (&'a str, &'a str, &'a str, &'a [&'a str]);

#[test]
fn cells_are_read_however_they_are_written() {
    let name = "<row><c t=\"inlineStr\"><is><t>Name</t></is></c></row>";
    let cases: &[CellCase<'_>] = &[
        (
            "cells and rows without references",
            "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>4</v></c></row>",
            NO_STRINGS,
            &["2: 1||3", "4: 4"],
        ),
        (
            "references that skip, then none",
            "<row r=\"5\"><c r=\"B5\"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
            NO_STRINGS,
            &["5: |1|2", "6: 3"],
        ),
        (
            "prefixed names",
            "<x:row><x:c t=\"s\"><x:v>0</x:v></x:c><x:c><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>",
            "<x:sst><x:si><x:t>a</x:t></x:si></x:sst>",
            &["2: a|2"],
        ),
        (
            "booleans, errors, formulas",
            "<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#DIV/0!</v></c>\
             <c t=\"str\"><f>\"a\"</f><v>a &amp; b</v></c></row>",
            NO_STRINGS,
            &["2: TRUE|FALSE|#DIV/0!|a & b"],
        ),
        (
            "escaped characters",
            "<row><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><t>_x005F_x000D_</t></is></c>\
             <c t=\"str\"><v>a_x0009_b</v></c><c t=\"inlineStr\"><is><t>_xD83D__xDCF7_ _x00_</t></is></c></row>",
            "<sst><si><t>a_x000D_\nb</t></si></sst>",
            &["2: a\r\nb|_x000D_|a\tb|\u{1F4F7} _x00_"],
        ),
        (
            "rich texts and phonetic ones",
            "<row><c t=\"inlineStr\"><is><r><t>a</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\"> b</t></r>\
             <rPh sb=\"0\" eb=\"1\"><t>z</t></rPh></is></c><c t=\"inlineStr\"><is><t> c </t></is></c></row>",
            NO_STRINGS,
            &["2: a b|c"],
        ),
        (
            "blank rows with styles at the end",
            "<row><c><v>1</v></c></row><row r=\"900000\" s=\"1\" customFormat=\"1\"><c s=\"1\"/></row>",
            NO_STRINGS,
            &["2: 1"],
        ),
    ];
    for (what, rows, strings, expected) in cases {
        let data = format!("{name}{rows}{SHEET_END}");
        let file = workbook_of_parts(&data, strings, "");
        let (rows, _) = read_all(&open(&file).unwrap());
        let texts = rows
            .iter()
            .map(|row| format!("{}: {}", row.number, cells(row).join("|")));
        assert_eq!(texts.collect::<Vec<_>>(), *expected, "{what}");
    }
}

#[test]
fn workbooks_of_other_writers_are_read() {
    let strict_main = "http://purl.oclc.org/ooxml/spreadsheetml/main";
    let strict = "http://purl.oclc.org/ooxml/officeDocument/relationships";
    let usual = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let sheet = |main: &str, dimension: &str| {
        format!(
            "<worksheet xmlns=\"{main}\">{dimension}<sheetData>\
             <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Name</t></is></c></row>\
             <row r=\"2\" hidden=\"1\"><c r=\"A2\" t=\"inlineStr\"><is><t>Jane</t></is></c></row>{SHEET_END}"
        )
    };
    for (what, relationships, main, target, dimension) in [
        (
            "an absolute target",
            usual,
            "m",
            "/xl/worksheets/sheet1.xml",
            "",
        ),
        (
            "strict names",
            strict,
            strict_main,
            "worksheets/sheet1.xml",
            "",
        ),
        (
            "a wrong dimension",
            usual,
            "m",
            "worksheets/sheet1.xml",
            "<dimension ref=\"A1\"/>",
        ),
    ] {
        let package = package_parts(relationships, main, target, "");
        let mut parts: Vec<_> = package.into();
        parts.push(("xl/worksheets/sheet1.xml", sheet(main, dimension)));
        let file = workbook_of(&parts);
        let source = open(&file).unwrap();
        let (rows, _) = read_all(&source);
        assert_eq!(rows.len(), 1, "{what}");
        // The survey finds the same part.
        assert_eq!(
            source.notices(),
            ["row 2 is hidden in sheet `Leads`; it is read like the others"],
            "{what}"
        );
    }
}

#[test]
fn a_sheet_with_a_changed_byte_is_refused_though_it_can_be_read() {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut parts: Vec<_> = package_parts(relationships, main, "worksheets/sheet1.xml", "").into();
    let rows = "<row><c t=\"str\"><v>Phone</v></c></row><row><c><v>53200</v></c></row>";
    parts.push((
        "xl/worksheets/sheet1.xml",
        format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}{SHEET_END}"),
    ));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let workbook = workbook_packed(&parts, stored);
    let mut bytes = fs_err::read(&workbook.path).unwrap();
    let at = memchr::memmem::find(&bytes, b"53200").unwrap();
    bytes[at + 4] = b'7';
    fs_err::write(&workbook.path, bytes).unwrap();
    let source = Source::open(&workbook.path, &SourceOptions::default()).unwrap();
    let error = source.scan().unwrap_err();
    let told = error.to_string();
    assert!(told.starts_with("sheet `Leads` is damaged: "), "{told}");
    assert!(error.hint().unwrap().contains("download or copy it again"));
}
