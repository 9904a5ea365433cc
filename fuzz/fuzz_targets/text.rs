//! Any bytes: what a file is, its encoding, its delimiter, its records.

#![no_main]

use fuzzing::read;
use leadferry::source::SourceOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(bytes, &SourceOptions::default());
});
