//! Counts the records of a CSV file with the csv crate and nothing else: the yardstick of `bench/reading`.
//!
//! ```text
//! cargo run --release --example read_raw -- FILE
//! ```
//!
//! Records are raw bytes in one buffer that is used again: no row numbers, no blank lines, no encoding, no faults.

use std::error::Error;
use std::io::Write;

use csv::{ByteRecord, ReaderBuilder};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("no file is named")?;
    let mut reader = ReaderBuilder::new().flexible(true).from_path(path)?;
    let mut record = ByteRecord::new();
    let mut rows: u64 = 0;
    while reader.read_byte_record(&mut record)? {
        rows += 1;
    }
    writeln!(std::io::stdout(), "{rows}")?;
    Ok(())
}
