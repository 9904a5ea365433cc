//! A results file, read back.

use std::path::Path;

/// One record of a results file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) row: u64,
    pub(crate) status: String,
    pub(crate) lead_id: String,
    pub(crate) attempts: u32,
    pub(crate) codes: String,
    pub(crate) problems: String,
}

/// Reads all records; panics with the file's text when it is not as documented.
pub(crate) fn read_results(path: &Path) -> Vec<Record> {
    let text = fs_err::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<_> = reader
        .headers()
        .unwrap()
        .iter()
        .take(6)
        .map(str::to_owned)
        .collect();
    assert_eq!(
        names,
        ["row", "status", "lead_id", "attempts", "codes", "problems"],
        "{text}"
    );
    let record = |record: csv::StringRecord| Record {
        row: record[0].parse().unwrap(),
        status: record[1].into(),
        lead_id: record[2].into(),
        attempts: record[3].parse().unwrap(),
        codes: record[4].into(),
        problems: record[5].into(),
    };
    reader.records().map(|read| record(read.unwrap())).collect()
}
