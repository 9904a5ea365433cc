//! A workbook whose parts are the fuzzer's, in an archive that is whole; and any bytes behind a zip's first ones.

#![no_main]

use std::io::{Cursor, Write};

use arbitrary::Arbitrary;
use fuzzing::read;
use leadferry::source::SourceOptions;
use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[derive(Debug, Arbitrary)]
struct Case {
    sheet: Vec<u8>,
    strings: Option<Vec<u8>>,
    styles: Option<Vec<u8>>,
    is_sheet_whole: bool,
    /// So many bytes are cut off the end.
    cut: Option<u16>,
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Leads" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const WORKBOOK_RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

fn archive(case: &Case) -> Vec<u8> {
    let sheet = if case.is_sheet_whole {
        case.sheet.clone()
    } else {
        let head = br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>"#;
        [&head[..], &case.sheet, b"</sheetData></worksheet>"].concat()
    };
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", CONTENT_TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    parts.extend(case.strings.as_ref().map(|part| ("xl/sharedStrings.xml", part.as_slice())));
    parts.extend(case.styles.as_ref().map(|part| ("xl/styles.xml", part.as_slice())));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(name, SimpleFileOptions::default()).expect("memory takes it");
        archive.write_all(bytes).expect("memory takes it");
    }
    archive.finish().expect("memory takes it").into_inner()
}

fuzz_target!(|case: Case| {
    let mut bytes = archive(&case);
    let cut = case.cut.map_or(0, usize::from).min(bytes.len());
    bytes.truncate(bytes.len() - cut);
    read(&bytes, &SourceOptions::default());
});
