//! Tables that other writers have written, in every dialect and encoding.

use csv::{QuoteStyle, Terminator, WriterBuilder};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use proptest::prelude::{
    Just, ProptestConfig, Strategy, prop, prop_assert_eq, prop_oneof, proptest,
};

use super::read;
use crate::model::Row;
use crate::source::SourceOptions;

/// An encoding by its label, and letters that it has beside those of ASCII.
const ALPHABETS: [(&str, &str); 14] = [
    ("utf-8", "ğışéñ漢字한글я😀"),
    ("utf-16le", "ğışéñ漢字한글я😀"),
    ("utf-16be", "ğışéñ漢字한글я😀"),
    ("windows-1250", "ąćęłńóśźżőű"),
    ("windows-1251", "абвгдежзийклмн"),
    ("windows-1252", "äöüßéèñ€–"),
    ("windows-1253", "αβγδεζηθ"),
    ("windows-1254", "ğışçöüİĞ€"),
    ("macintosh", "äöüßéèñ"),
    ("shift_jis", "山田太郎株式会社ｱｲｳ"),
    ("euc-jp", "山田太郎株式会社"),
    ("gb18030", "王小明北京科技😀"),
    ("big5", "王小明台北科技"),
    ("euc-kr", "김민수한국전자"),
];

#[derive(Debug, Clone)]
struct Dialect {
    label: &'static str,
    delimiter: u8,
    terminator: Terminator,
    quotes: QuoteStyle,
}

fn any_dialect() -> impl Strategy<Value = (Dialect, Vec<Vec<String>>)> {
    let delimiters = prop::sample::select(b",;\t|^~:".as_slice());
    let terminators = prop_oneof![
        Just(Terminator::CRLF),
        Just(Terminator::Any(b'\n')),
        Just(Terminator::Any(b'\r'))
    ];
    let quotes = prop_oneof![Just(QuoteStyle::Necessary), Just(QuoteStyle::Always)];
    let alphabet = prop::sample::select(ALPHABETS.as_slice());
    (alphabet, delimiters, terminators, quotes).prop_flat_map(
        |((label, letters), delimiter, terminator, quotes)| {
            let dialect = Dialect {
                label,
                delimiter,
                terminator,
                quotes,
            };
            let letters: Vec<char> = letters
                .chars()
                .chain(" ,;\t|\"\n\rabc019".chars())
                .collect();
            let cell = prop::collection::vec(prop::sample::select(letters), 0..8);
            let cell = cell.prop_map(|letters| letters.into_iter().collect::<String>());
            let table = prop::collection::vec(prop::collection::vec(cell, 3), 1..10);
            (Just(dialect), table)
        },
    )
}

/// The table with a header, as text.
fn written(dialect: &Dialect, table: &[Vec<String>]) -> String {
    let mut writer = WriterBuilder::new()
        .delimiter(dialect.delimiter)
        .terminator(dialect.terminator)
        .quote_style(dialect.quotes)
        .from_writer(Vec::new());
    writer.write_record(["first", "second", "third"]).unwrap();
    for cells in table {
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn encoded(text: &str, label: &str) -> Vec<u8> {
    let encoding = Encoding::for_label(label.as_bytes()).unwrap();
    // encoding_rs decodes UTF-16 and writes UTF-8 for it.
    if encoding == UTF_16LE {
        return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    if encoding == UTF_16BE {
        return text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    }
    let (bytes, _, has_misfits) = encoding.encode(text);
    assert!(!has_misfits, "{label} has all its letters");
    bytes.into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_in_any_dialect_and_encoding_comes_back((dialect, table) in any_dialect()) {
        let options = SourceOptions {
            delimiter: Some(dialect.delimiter),
            encoding: Some(dialect.label.to_owned()),
            header_row: Some(1),
            ..SourceOptions::default()
        };
        let (rows, _) = read(encoded(&written(&dialect, &table), dialect.label), &options);
        let texts = |row: &Row| row.cells.iter().map(str::to_owned).collect();
        let cells: Vec<Vec<String>> = rows.iter().map(texts).collect();
        let is_filled = |cells: &&Vec<String>| cells.iter().any(|cell| !cell.trim().is_empty());
        let filled: Vec<Vec<String>> = table.iter().filter(is_filled).cloned().collect();
        prop_assert_eq!(cells, filled);
        prop_assert_eq!(rows.iter().map(|row| row.faults.len()).sum::<usize>(), 0);
    }
}
