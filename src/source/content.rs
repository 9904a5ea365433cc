//! What a file is, told by its first bytes. **The place to recognise a further format.**

use std::io::Read;
use std::path::Path;

use super::SourceError;

/// How much of a file is looked at before it is read: enough for any file's first rows, little
/// enough to cost nothing.
pub(super) const SAMPLE_BYTES: usize = 64 * 1024;

/// The first bytes of a file.
#[derive(Debug)]
pub(super) struct Sample {
    /// At most [`SAMPLE_BYTES`] of them.
    pub(super) bytes: Vec<u8>,
}

impl Sample {
    /// Reads the start of the file at `path`. Fails only as the operating system does.
    pub(super) fn take(path: &Path) -> Result<Self, SourceError> {
        let mut bytes = Vec::new();
        fs_err::File::open(path)?
            .take(SAMPLE_BYTES as u64)
            .read_to_end(&mut bytes)?;
        Ok(Self { bytes })
    }
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// One file.
    Gzip,
    /// One file.
    Zstandard,
    /// Any number of files; a workbook is one, too.
    Zip,
}

/// Tells how the file is packed whose first bytes these are; `None` if it is not, or in a way that is not
/// unpacked here.
pub(super) fn packing_of(start: &[u8]) -> Option<Packing> {
    if start.starts_with(b"\x1F\x8B") {
        Some(Packing::Gzip)
    } else if start.starts_with(b"\x28\xB5\x2F\xFD") {
        Some(Packing::Zstandard)
    } else {
        is_zip(start).then_some(Packing::Zip)
    }
}

fn is_zip(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
}

/// What the first bytes promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing speaks against text.
    Text,
    /// A zip archive, which a workbook is too.
    Zip,
    /// Something that is not read here.
    Foreign(Foreign),
}

/// A format that is known but not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign {
    /// What it is, with its article.
    pub(super) name: &'static str,
    /// What to do instead.
    pub(super) advice: &'static str,
}

impl From<Foreign> for SourceError {
    fn from(foreign: Foreign) -> Self {
        Self::ForeignFormat {
            found: foreign.name,
            advice: foreign.advice,
        }
    }
}

const SAVE_AS: &str =
    "open it in a spreadsheet program and save it as `CSV UTF-8` or as a workbook (`.xlsx`)";
const UNPACK: &str = "unpack it and give the CSV or XLSX file inside";
const EXPORT_AGAIN: &str = "export the rows as `CSV UTF-8` or as a workbook (`.xlsx`)";

/// A workbook that only opens with a password.
pub(super) const PASSWORD_PROTECTED: Foreign = Foreign {
    name: "a password-protected workbook",
    advice: "open it in a spreadsheet program and save a copy without a password",
};

/// A workbook of Excel 97 to 2003.
const XLS: Foreign = Foreign {
    name: "an old Excel workbook (`.xls`)",
    advice: SAVE_AS,
};

/// A compound file whose directory lies beyond the sample.
const OLD_OR_PROTECTED: Foreign = Foreign {
    name: "an old Excel workbook (`.xls`) or a password-protected one",
    advice: "open it in a spreadsheet program and save a copy, without a password, as a workbook (`.xlsx`)",
};

/// A binary workbook.
pub(super) const XLSB: Foreign = Foreign {
    name: "a binary Excel workbook (`.xlsb`)",
    advice: SAVE_AS,
};

/// A spreadsheet of LibreOffice and its kin.
pub(super) const ODS: Foreign = Foreign {
    name: "an OpenDocument spreadsheet (`.ods`)",
    advice: SAVE_AS,
};

/// An archive that is no workbook.
pub(super) const PLAIN_ZIP: Foreign = Foreign {
    name: "a zip archive without a workbook in it",
    advice: UNPACK,
};

const HTML: Foreign = Foreign {
    name: "an HTML page (some tools call this `.xls`)",
    advice: SAVE_AS,
};

const SPREADSHEET_XML: Foreign = Foreign {
    name: "an XML document (some tools call this `.xls`)",
    advice: SAVE_AS,
};

/// First bytes that no text file has, and what they announce.
///
/// Source: each format's own specification; `D0CF11E0A1B11AE1` is MS-CFB, section 2.2.
const SIGNATURES: &[(&[u8], Foreign)] = &[
    (b"\x1F\x8B", packed("a gzip archive")),
    (b"BZh", packed("a bzip2 archive")),
    (b"\xFD7zXZ\0", packed("an xz archive")),
    (b"7z\xBC\xAF\x27\x1C", packed("a 7-Zip archive")),
    (b"\x28\xB5\x2F\xFD", packed("a Zstandard archive")),
    (b"Rar!\x1A\x07", packed("a RAR archive")),
    (b"%PDF-", other("a PDF document")),
    (b"PAR1", other("a Parquet file")),
    (b"SQLite format 3\0", other("a SQLite database")),
    (b"\x89PNG\r\n\x1A\n", other("a picture (PNG)")),
    (b"\xFF\xD8\xFF", other("a picture (JPEG)")),
    (b"GIF8", other("a picture (GIF)")),
    (b"{\\rtf", other("a document in Rich Text Format")),
];

const fn packed(name: &'static str) -> Foreign {
    Foreign {
        name,
        advice: UNPACK,
    }
}

const fn other(name: &'static str) -> Foreign {
    Foreign {
        name,
        advice: EXPORT_AGAIN,
    }
}

const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Tells what the file is whose first bytes these are.
pub(super) fn recognise(start: &[u8]) -> Content {
    if is_zip(start) {
        return Content::Zip;
    }
    if start.starts_with(COMPOUND_FILE) {
        return Content::Foreign(recognise_compound_file(start));
    }
    let signature = SIGNATURES
        .iter()
        .find(|(signature, _)| start.starts_with(signature))
        .map(|(_, foreign)| *foreign);
    // What has zero bytes may be UTF-16, which has control characters for every second byte.
    let has_zeros = memchr::memchr(0, start).is_some();
    let noise = || (!has_zeros && is_noise(start)).then_some(other("not text"));
    signature
        .or_else(|| recognise_markup(start))
        .or_else(|| recognise_records(start))
        .or_else(noise)
        .map_or(Content::Text, Content::Foreign)
}

/// Old workbooks and encrypted new ones share a container; its directory names the streams.
fn recognise_compound_file(start: &[u8]) -> Foreign {
    if contains(start, &utf_16("EncryptedPackage")) {
        PASSWORD_PROTECTED
    } else if contains(start, &utf_16("Workbook")) {
        XLS
    } else {
        OLD_OR_PROTECTED
    }
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

fn recognise_markup(start: &[u8]) -> Option<Foreign> {
    /// Enough for any of the openings below.
    const OPENING_BYTES: usize = 32;
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let start = start.trim_ascii_start();
    let opening = start[..start.len().min(OPENING_BYTES)].to_ascii_lowercase();
    let opens_with = |tag: &&str| opening.starts_with(tag.as_bytes());
    if ["<!doctype html", "<html", "<table", "<head", "<meta"]
        .iter()
        .any(opens_with)
    {
        Some(HTML)
    } else if opens_with(&"<?xml") {
        Some(SPREADSHEET_XML)
    } else {
        None
    }
}

/// Records of people and events in formats of their own, and JSON.
fn recognise_records(start: &[u8]) -> Option<Foreign> {
    let start = start
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(start)
        .trim_ascii_start();
    let begins = |word: &[u8]| {
        start
            .get(..word.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(word))
    };
    if begins(b"BEGIN:VCARD") {
        Some(other("a file of contacts (vCard)"))
    } else if begins(b"BEGIN:VCALENDAR") {
        Some(other("a calendar (iCalendar)"))
    } else {
        is_json(start).then_some(other("a JSON document"))
    }
}

/// `{"` or `[{`, whatever white space is between: no header begins so.
fn is_json(start: &[u8]) -> bool {
    let second = |rest: &[u8]| rest.trim_ascii_start().first().copied();
    match start {
        [b'{', rest @ ..] => matches!(second(rest), Some(b'"' | b'}')),
        [b'[', rest @ ..] => matches!(second(rest), Some(b'{' | b'[')),
        _ => false,
    }
}

/// Whether there are bytes that no text in any encoding has often, but for UTF-16.
pub(super) fn is_noise(start: &[u8]) -> bool {
    /// One byte in this many.
    const BYTES_FOR_A_CONTROL: usize = 50;
    // Separators of some tables (0x01, 0x1C to 0x1F), the end of a DOS file and the escape of Japanese text occur.
    let is_control = |byte: &&u8| matches!(byte, 0x02..=0x08 | 0x0E..=0x19);
    let controls = start.iter().filter(is_control).count();
    controls > 1 && controls * BYTES_FOR_A_CONTROL > start.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_recognised_by_its_first_bytes() {
        let protected = [COMPOUND_FILE, &utf_16("EncryptedPackage")].concat();
        let old = [COMPOUND_FILE, &utf_16("Workbook")].concat();
        for (start, expected) in [
            (&b"Name,Phone\n"[..], Content::Text),
            (b"", Content::Text),
            (b"P", Content::Text),
            (b"<Name>,Phone", Content::Text),
            (b"PK\x03\x04...", Content::Zip),
            (&protected, Content::Foreign(PASSWORD_PROTECTED)),
            (&old, Content::Foreign(XLS)),
            (COMPOUND_FILE, Content::Foreign(OLD_OR_PROTECTED)),
            (b"\x1F\x8B\x08", Content::Foreign(packed("a gzip archive"))),
            (b"%PDF-1.7", Content::Foreign(other("a PDF document"))),
            (b"\xEF\xBB\xBF \r\n<HTML>", Content::Foreign(HTML)),
            (b"<table border=1>", Content::Foreign(HTML)),
            (b"<?xml version='1.0'?>", Content::Foreign(SPREADSHEET_XML)),
        ] {
            assert_eq!(recognise(start), expected, "{}", start.escape_ascii());
        }
    }
}
