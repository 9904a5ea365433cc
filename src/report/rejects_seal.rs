//! Knowing a rejects file that somebody changed, from the file alone.
//!
//! Each row's token carries a checksum of everything in the file before it. A file in which every
//! checksum is right was written by us and not touched since (a removed end excepted).

use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::str;

use fs_err::File;

/// How tokens of this version begin.
const TOKEN_PREFIX: &str = "lf1-";

/// Hexadecimal digits of each of a token's two parts.
const PART_DIGITS: usize = 16;

/// A running checksum of a rejects file.
#[derive(Debug, Default)]
pub(super) struct Seal(blake3::Hasher);

impl Seal {
    /// Takes in the next bytes of the file.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The token of a row whose cells are the last bytes taken in.
    pub(super) fn token(&self, cells: &[u8]) -> String {
        let row = blake3::hash(cells).to_hex();
        let seal = self.0.finalize().to_hex();
        format!(
            "{TOKEN_PREFIX}{}-{}",
            &row[..PART_DIGITS],
            &seal[..PART_DIGITS]
        )
    }
}

/// Whether the rejects file at `path` is as we wrote it, so that nobody's work is lost when it is
/// replaced. A file without any token of ours counts as changed. Holds one line in memory.
pub fn is_untouched(path: &Path) -> io::Result<bool> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut seal = Seal::default();
    let mut tokens = 0_u64;
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let mut rest = line.as_slice();
        while let Some((before, sealed, after)) = split_at_token(rest) {
            seal.add(before);
            if seal.0.finalize().to_hex()[..PART_DIGITS] != *sealed {
                return Ok(false);
            }
            tokens += 1;
            seal.add(&rest[before.len()..rest.len() - after.len()]);
            rest = after;
        }
        seal.add(rest);
        line.clear();
    }
    Ok(tokens > 0)
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
        Some((&line[..place], seal, &token[2 * PART_DIGITS + 1..]))
    })
}

fn seal_in_token(token: &[u8]) -> Option<&str> {
    let text = str::from_utf8(token.get(..2 * PART_DIGITS + 1)?).ok()?;
    let (row, seal) = text.split_once('-')?;
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    (row.len() == PART_DIGITS && is_hex(row) && is_hex(seal)).then_some(seal)
}
