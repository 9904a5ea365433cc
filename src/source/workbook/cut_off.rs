//! How far the rows of a workbook go that was cut off.
//!
//! An archive has its directory at the end, so that nothing opens one that ends too early. But each part begins with a
//! header of its own, and can be inflated as far as it goes.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::DeflateDecoder;

use super::markup::{MarkupReader, Piece, digits};
use crate::source::SourceError;

/// What a part begins with. Source: PKWARE's `APPNOTE.TXT`, section 4.3.7.
const PART_SIGNATURE: [u8; 4] = *b"PK\x03\x04";

/// The rest of a part's header, without its name.
const HEADER_BYTES: usize = 26;

/// After its content a part may have up to 24 bytes that tell its length.
const MOST_BYTES_BETWEEN: usize = 24;

/// No part before the sheet is longer; whoever wrote one wants the time to be wasted.
const MOST_PART_BYTES: u64 = 4 << 30;

/// Says after which row the workbook at `path`, whose archive has no directory, is cut off; `None` if this cannot be
/// found.
pub(super) fn cut_off_error(path: &Path) -> Option<SourceError> {
    let mut file = BufReader::new(fs_err::File::open(path).ok()?);
    loop {
        let header = next_header(&mut file).ok()??;
        let rows = match header.method {
            Method::Stored => rows_of(&header, (&mut file).take(header.packed_bytes)),
            Method::Deflated => rows_of(&header, DeflateDecoder::new(&mut file)),
        };
        if let Some(after_row) = rows {
            return Some(SourceError::CutOffWorkbook {
                part: header.name,
                after_row,
            });
        }
    }
}

struct PartHeader {
    name: String,
    method: Method,
    packed_bytes: u64,
}

enum Method {
    Stored,
    Deflated,
}

/// `None` where no part begins, or one that cannot be inflated.
fn next_header(file: &mut impl BufRead) -> io::Result<Option<PartHeader>> {
    if !find_signature(file)? {
        return Ok(None);
    }
    let mut header = [0; HEADER_BYTES];
    file.read_exact(&mut header)?;
    let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let packed_bytes = u64::from(short(14)) | u64::from(short(16)) << 16;
    let has_length = short(2) & 8 == 0;
    let (name_bytes, extra_bytes) = (short(22), short(24));
    let method = match short(4) {
        0 if has_length => Method::Stored,
        8 => Method::Deflated,
        _ => return Ok(None),
    };
    let mut name = vec![0; usize::from(name_bytes)];
    file.read_exact(&mut name)?;
    io::copy(&mut file.take(u64::from(extra_bytes)), &mut io::sink())?;
    Ok(Some(PartHeader {
        name: String::from_utf8_lossy(&name).replace('\\', "/"),
        method,
        packed_bytes,
    }))
}

fn find_signature(file: &mut impl BufRead) -> io::Result<bool> {
    let mut last = [0; 4];
    file.read_exact(&mut last)?;
    for _ in 0..MOST_BYTES_BETWEEN {
        if last == PART_SIGNATURE {
            return Ok(true);
        }
        last.rotate_left(1);
        file.read_exact(&mut last[3..])?;
    }
    Ok(last == PART_SIGNATURE)
}

/// Goes through a part; returns the number of the last row of a sheet that does not come to its end.
fn rows_of(header: &PartHeader, part: impl Read) -> Option<u64> {
    let name = header.name.to_lowercase();
    let mut part = part.take(MOST_PART_BYTES);
    if !name.contains("worksheets/") || name.contains("_rels/") {
        // What comes of it shows in whether another part follows.
        let _ = io::copy(&mut part, &mut io::sink());
        return None;
    }
    let (mut row, mut last_row, mut is_whole) = (0, 0, false);
    let mut markup = MarkupReader::new(&mut part);
    while let Ok(Some(piece)) = markup.next_piece() {
        let Piece::Tag(tag) = piece else {
            continue;
        };
        match (tag.local_name(), tag.is_end()) {
            (b"row", is_end) => {
                if !is_end {
                    row = tag.attribute("r").and_then(digits).unwrap_or(row + 1);
                }
                if !tag.opens() {
                    last_row = row;
                }
            }
            (b"sheetData", _) if !tag.opens() => is_whole = true,
            _ => (),
        }
    }
    (!is_whole).then_some(last_row)
}
