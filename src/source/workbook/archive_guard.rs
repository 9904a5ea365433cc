//! Looks into a zip archive before calamine does: what it is, and whether it can be trusted.

use std::io::{self, BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::read::ZipFile;

use super::cut_off::cut_off_error;
use super::markup::{MarkupReader, Piece};
use super::package::{Archive, broken, part_names};
use super::part_error::{is_broken, part_error};
use crate::source::SourceError;
use crate::source::content::{Foreign, ODS, PLAIN_ZIP, XLSB};

/// What is known of an XLSX workbook before it is opened.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::source) struct Inspection {
    /// Compressed bytes of all its sheets.
    pub(in crate::source) sheet_bytes: u64,
    /// Whether its shared strings are too many to be kept in memory.
    pub(in crate::source) has_many_strings: bool,
}

/// A table of shared strings of up to so many bytes of XML is kept in memory, where it takes up to six times as much.
const MOST_STRING_BYTES: u64 = 16 * 1024 * 1024;

/// Opens the archive at `path` and makes sure that it is an XLSX workbook that may be opened.
///
/// # Errors
///
/// [`SourceError::ForeignFormat`] for other archives, [`SourceError::CutOffWorkbook`] or
/// [`SourceError::BrokenWorkbook`] for one that is cut off, [`SourceError::HostileWorkbook`] when the table of shared strings announces more
/// texts than it can hold: calamine would set aside memory for them and the process would abort.
pub(in crate::source) fn inspect_archive(path: &Path) -> Result<Inspection, SourceError> {
    let file = BufReader::new(fs_err::File::open(path)?);
    let archive = ZipArchive::new(file);
    let mut archive =
        archive.map_err(|error| cut_off_error(path).unwrap_or_else(|| broken(error)))?;
    let names = part_names(&archive)?;
    if let Some(foreign) = other_than_xlsx(&names) {
        return Err(foreign.into());
    }
    let mut inspection = Inspection {
        sheet_bytes: 0,
        has_many_strings: false,
    };
    for (index, name) in names.iter().enumerate() {
        ensure_usual_list(&mut archive, index, name)?;
        if name.contains("worksheets/") && !name.contains("_rels/") {
            inspection.sheet_bytes += archive
                .by_index_raw(index)
                .map_err(broken)?
                .compressed_size();
        } else if name.ends_with("sharedstrings.xml") {
            inspection.has_many_strings |= has_many_strings(&mut archive, index, name)?;
        }
    }
    Ok(inspection)
}

fn other_than_xlsx(names: &[String]) -> Option<Foreign> {
    let has = |end: &str| names.iter().any(|name| name.ends_with(end));
    if has("workbook.xml") && has("_rels/.rels") {
        None
    } else if has("workbook.bin") {
        Some(XLSB)
    } else if has("content.xml") && has("mimetype") {
        Some(ODS)
    } else {
        Some(PLAIN_ZIP)
    }
}

/// Lists that calamine keeps as a whole: the part, its element, what it is called, and how many are usual.
///
/// Excel allows 65,490 cell formats. Source: Excel specifications and limits. Sheets are limited by memory, and each is
/// looked into.
const LISTS: [(&str, &[u8], &str, u64); 2] = [
    ("xl/styles.xml", b"xf", "formats", 200_000),
    ("xl/workbook.xml", b"sheet", "sheets", 5_000),
];

/// Refuses a list that would take the memory or the time of anybody who opens it.
fn ensure_usual_list(archive: &mut Archive, index: usize, part: &str) -> Result<(), SourceError> {
    let Some(&(_, element, what, most)) = LISTS.iter().find(|(name, ..)| part.ends_with(name))
    else {
        return Ok(());
    };
    let mut markup = MarkupReader::new(archive.by_index(index).map_err(broken)?);
    let mut count = 0;
    loop {
        match markup.next_piece() {
            Ok(Some(Piece::Tag(tag))) => count += u64::from(tag.local_name() == element),
            Ok(Some(_)) => (),
            // A part that does not inflate is told of by whoever reads it.
            Err(error) if !is_broken(&error) => return Err(part_error(part, error)),
            Ok(None) | Err(_) => return Ok(()),
        }
        if count > most {
            return Err(SourceError::OversizedList {
                part: part.to_owned(),
                what,
            });
        }
    }
}

/// Refuses a table of shared strings that announces more texts than its bytes allow; tells whether it is large,
/// by inflating it and not by its own word.
fn has_many_strings(archive: &mut Archive, index: usize, part: &str) -> Result<bool, SourceError> {
    let mut table = archive.by_index(index).map_err(broken)?;
    let most = most_texts(&table);
    let start = start_of(&mut table)?;
    let announced = announced_texts(&start);
    match announced {
        Some(announced) if announced <= most => {
            let rest = io::copy(&mut table.take(MOST_STRING_BYTES), &mut io::sink());
            // A table that does not inflate is told of by whoever reads it.
            Ok(rest.is_ok_and(|rest| start.len() as u64 + rest > MOST_STRING_BYTES))
        }
        announced => Err(SourceError::HostileWorkbook {
            part: part.to_owned(),
            announced: announced.unwrap_or(u64::MAX),
        }),
    }
}

/// How many texts a part can hold at most. Its own word for its length is not trusted beyond what
/// deflate can pack into the bytes that are there.
fn most_texts(part: &ZipFile<'_, BufReader<fs_err::File>>) -> u64 {
    /// The shortest text is `<si/>`.
    const SHORTEST_TEXT_BYTES: u64 = 5;
    /// The best that deflate can do. Source: zlib's technical details.
    const BEST_RATIO: u64 = 1032;
    let possible = part.compressed_size().saturating_mul(BEST_RATIO);
    part.size().min(possible) / SHORTEST_TEXT_BYTES
}

/// The first bytes of a part: its declaration and its root element lie there.
fn start_of(part: &mut impl Read) -> Result<Vec<u8>, SourceError> {
    const START_BYTES: u64 = 16 * 1024;
    let mut start = Vec::new();
    part.take(START_BYTES)
        .read_to_end(&mut start)
        .map_err(broken)?;
    Ok(start)
}

/// The `uniqueCount` of the root element, 0 if it has none.
///
/// `None` if the root element is not `sst`, or does not begin near the start: no workbook writer
/// does this, and what cannot be checked is not to be opened. `count`, which may rightly be
/// larger than the table, is used by nobody.
fn announced_texts(start: &[u8]) -> Option<u64> {
    let root = root_element(start)?;
    let name = root.split(|&byte| byte.is_ascii_whitespace()).next()?;
    let local_name = name.rsplit(|&byte| byte == b':').next()?;
    if local_name.strip_suffix(b"/").unwrap_or(local_name) != b"sst" {
        return None;
    }
    let text = std::str::from_utf8(root).ok()?;
    let counts = text.split("uniqueCount").skip(1).map(leading_count);
    Some(counts.max().unwrap_or(0))
}

/// What stands between the brackets of the first element.
fn root_element(start: &[u8]) -> Option<&[u8]> {
    let mut rest = start;
    loop {
        let open = rest.iter().position(|&byte| byte == b'<')?;
        rest = &rest[open + 1..];
        let end: &[u8] = if rest.starts_with(b"!--") {
            b"-->"
        } else {
            b">"
        };
        let close = rest.windows(end.len()).position(|window| window == end)?;
        if !rest.starts_with(b"?") && !rest.starts_with(b"!") {
            return Some(&rest[..close]);
        }
        rest = &rest[close + end.len()..];
    }
}

/// The number in what follows an attribute's name: `="12"`.
fn leading_count(after_name: &str) -> u64 {
    let digits: String = after_name
        .trim_start_matches(|character: char| {
            character.is_whitespace() || "='\"+".contains(character)
        })
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() {
        return 0;
    }
    digits.parse().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_announced_number_of_texts_is_found() {
        for (start, expected) in [
            (
                "<?xml version=\"1.0\"?>\n<sst xmlns=\"x\" count=\"9\" uniqueCount=\"4\"><si>",
                Some(4),
            ),
            ("<sst uniqueCount = '4000000000'>", Some(4_000_000_000)),
            (
                "<x:sst uniqueCount=\"99999999999999999999999\">",
                Some(u64::MAX),
            ),
            (
                "<!-- <sst uniqueCount=\"1\"> --><sst uniqueCount=\"7\"/>",
                Some(7),
            ),
            ("<sst>", Some(0)),
            ("<sst/>", Some(0)),
            ("<sst count=\"5\"/>", Some(0)),
            ("<other><sst uniqueCount=\"7\"/></other>", None),
            ("<sst uniqueCount=\"7\"", None),
            ("", None),
        ] {
            assert_eq!(announced_texts(start.as_bytes()), expected, "{start}");
        }
    }

    #[test]
    fn archives_are_told_apart_by_their_parts() {
        for (names, expected) in [
            (&["_rels/.rels", "xl/workbook.xml"][..], None),
            (&["_rels/.rels", "xl/workbook.bin"], Some(XLSB)),
            (&["mimetype", "content.xml"], Some(ODS)),
            (&["leads.csv"], Some(PLAIN_ZIP)),
        ] {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(other_than_xlsx(&names), expected);
        }
    }
}
