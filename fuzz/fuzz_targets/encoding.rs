//! Text in an encoding that is named: what is written is what is read.

#![no_main]

use arbitrary::Arbitrary;
use encoding_rs::Encoding;
use fuzzing::read;
use leadferry::source::SourceOptions;
use libfuzzer_sys::fuzz_target;

const LABELS: [&str; 8] = [
    "windows-1252", "windows-1254", "windows-1251", "shift_jis", "gb18030", "big5", "euc-kr", "utf-8",
];

#[derive(Debug, Arbitrary)]
struct Case {
    label: u8,
    cells: Vec<String>,
    raw: Option<Vec<u8>>,
}

fuzz_target!(|case: Case| {
    let label = LABELS[usize::from(case.label) % LABELS.len()];
    let options = SourceOptions {
        encoding: Some(label.to_owned()),
        delimiter: Some(b','),
        header_row: Some(1),
        ..SourceOptions::default()
    };
    if let Some(raw) = &case.raw {
        read(raw, &options);
        return;
    }
    let encoding = Encoding::for_label(label.as_bytes()).expect("a label of the list");
    // Characters that the encoding lacks, and those that the reader rightly takes for no text, are left out.
    let plain = |cell: &String| -> String {
        cell.chars()
            .filter(|character| !character.is_control() && *character != '\u{feff}')
            .filter(|character| encoding.decode(&encoding.encode(&character.to_string()).0).0 == character.to_string())
            .collect()
    };
    let cells: Vec<String> = case.cells.iter().map(plain).filter(|cell| !cell.trim().is_empty()).collect();
    if cells.is_empty() {
        return;
    }
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let text = format!("x,y\n{}", cells.iter().map(|cell| format!("{},1\n", quoted(cell))).collect::<String>());
    let (bytes, _, _) = encoding.encode(&text);
    let rows = read(&bytes, &options).expect("text in its encoding is read");
    let found: Vec<&str> = rows.iter().map(|row| row.cells.get(0).expect("it has two cells")).collect();
    assert_eq!(found, cells);
});
