//! Knowing a rejects file that somebody changed, from the file alone.
//!
//! Each row's token carries a checksum of everything in the file before it. A file in which every
//! checksum is right was written by us and not touched since (a removed end excepted).

use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::str;

use fs_err::File;

use crate::model::{CHECKSUM_DIGITS, RowMark, TOKEN_PREFIX};

/// A running checksum of a rejects file.
#[derive(Debug, Default)]
pub(super) struct Seal(blake3::Hasher);

impl Seal {
    /// Takes in the next bytes of the file.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The token of a row whose cells are the last bytes taken in.
    pub(super) fn token(&self, mark: &RowMark) -> String {
        let seal = self.0.finalize().to_hex();
        format!(
            "{TOKEN_PREFIX}{}-{}",
            mark.as_str(),
            &seal[..CHECKSUM_DIGITS]
        )
    }
}

/// The longest end of a row, behind its token, that is looked at. Ours are far shorter.
const LONGEST_TAIL_BYTES: usize = 1024 * 1024;

/// Whether the rejects file at `path` is as we wrote it, so that nobody's work is lost when it is
/// replaced. A file without any token of ours counts as changed, and so does one with a row added
/// behind the last token. Holds one line and the end of one row in memory.
pub(super) fn is_untouched(path: &Path) -> io::Result<bool> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut seal = Seal::default();
    let mut line = Vec::new();
    let mut after_last_token = None;
    while reader.read_until(b'\n', &mut line)? > 0 {
        let mut rest = line.as_slice();
        while let Some((before, sealed, after)) = split_at_token(rest) {
            seal.add(before);
            if seal.0.finalize().to_hex()[..CHECKSUM_DIGITS] != *sealed {
                return Ok(false);
            }
            seal.add(&rest[before.len()..rest.len() - after.len()]);
            after_last_token = Some(Vec::new());
            rest = after;
        }
        seal.add(rest);
        if let Some(tail) = &mut after_last_token {
            tail.extend_from_slice(rest);
            if tail.len() > LONGEST_TAIL_BYTES {
                return Ok(false);
            }
        }
        line.clear();
    }
    Ok(after_last_token.is_some_and(|tail| ends_one_row(&tail)))
}

/// Whether `tail`, which follows a row's token, ends that row and begins no other.
fn ends_one_row(tail: &[u8]) -> bool {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(tail);
    reader.byte_records().count() == 1
}

/// Splits a line at the first cell that is a token: what is before its comma, the checksum in it,
/// and what follows it.
fn split_at_token(line: &[u8]) -> Option<(&[u8], &str, &[u8])> {
    let opening = [b",", TOKEN_PREFIX.as_bytes()].concat();
    let places = line
        .windows(opening.len())
        .enumerate()
        .filter(|(_, bytes)| *bytes == opening);
    places.map(|(place, _)| place).find_map(|place| {
        let token = &line[place + opening.len()..];
        let seal = seal_in_token(token)?;
        Some((&line[..place], seal, &token[TOKEN_REST_LENGTH..]))
    })
}

/// The length of a token behind its prefix.
const TOKEN_REST_LENGTH: usize = RowMark::LENGTH + 1 + CHECKSUM_DIGITS;

fn seal_in_token(token: &[u8]) -> Option<&str> {
    let text = str::from_utf8(token.get(..TOKEN_REST_LENGTH)?).ok()?;
    let (mark, seal) = text.split_at_checked(RowMark::LENGTH)?;
    let seal = seal.strip_prefix('-')?;
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hex(&mark[1..]) && is_hex(seal)).then_some(seal)
}
