//! Archives with one file in it, unpacked before anything else is done.
//!
//! A file is read several times, from any place; so what is packed is unpacked once, into a temporary file that
//! vanishes with it.

use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::SourceError;
use super::content::{Packing, Sample, packing_of};
use super::temporary_file::TemporaryFile;

/// A file whose bytes are a table.
#[derive(Debug)]
pub(super) struct DataFile {
    path: PathBuf,
    /// Keeps what was unpacked alive.
    unpacked: Option<TemporaryFile>,
    /// Said of an archive.
    pub(super) notice: Option<String>,
}

impl DataFile {
    /// Takes the file at `path` as it is, or unpacks it if it is an archive that is no workbook.
    ///
    /// # Errors
    ///
    /// [`SourceError::BrokenArchive`] for one that is cut off, [`SourceError::LockedArchive`] for one with a
    /// password, [`SourceError::ManyInArchive`] when it is not clear which of its files is meant, and
    /// [`SourceError::TemporaryFile`] when there is no room.
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        let sample = Sample::take(path)?;
        match packing_of(&sample.bytes) {
            None => Ok(Self::unpacked_already(path)),
            Some(Packing::Gzip) => {
                let file = BufReader::new(fs_err::File::open(path)?);
                Self::unpack(MultiGzDecoder::new(file), "gzip", None)
            }
            Some(Packing::Zstandard) => {
                let file = fs_err::File::open(path)?;
                Self::unpack(zstd::Decoder::new(file)?, "Zstandard", None)
            }
            Some(Packing::Zip) => Self::open_zip(path, &sample.bytes),
        }
    }

    /// Where the bytes are.
    pub(super) fn path(&self) -> &Path {
        self.unpacked
            .as_ref()
            .map_or(&self.path, |file| file.path())
    }

    fn unpacked_already(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            unpacked: None,
            notice: None,
        }
    }

    fn open_zip(path: &Path, start: &[u8]) -> Result<Self, SourceError> {
        let file = BufReader::new(fs_err::File::open(path)?);
        let mut archive = match ZipArchive::new(file) {
            Ok(archive) => archive,
            Err(error) if first_name_in(start).is_some_and(is_called_table) => {
                return Err(broken("zip", io::Error::other(error)));
            }
            // Most likely a workbook: whoever opens it says what is wrong.
            Err(_) => return Ok(Self::unpacked_already(path)),
        };
        let names = names_of(&archive);
        if is_document(&names) {
            return Ok(Self::unpacked_already(path));
        }
        let name = only_data_file(&names)?.to_owned();
        // By its place: some names are not found again as they are written.
        let index = names.iter().position(|other| *other == name).unwrap_or(0);
        let part = archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => SourceError::LockedArchive,
            error => broken("zip", io::Error::other(error)),
        })?;
        Self::unpack(part, "zip", Some(&name))
    }

    fn unpack(
        mut packed: impl Read,
        kind: &'static str,
        name: Option<&str>,
    ) -> Result<Self, SourceError> {
        let mut unpacked = TemporaryFile::new().map_err(no_room)?;
        copy(&mut packed, &mut unpacked, kind)?;
        let what = name.map_or_else(
            || "what is in it".to_owned(),
            |name| format!("`{name}` in it"),
        );
        Ok(Self {
            path: PathBuf::new(),
            unpacked: Some(unpacked),
            notice: Some(format!("the file is a {kind} archive; {what} is read")),
        })
    }
}

/// Copies all of `packed`. What goes wrong with reading it is the archive's fault, with writing the disk's.
fn copy(
    packed: &mut impl Read,
    unpacked: &mut impl io::Write,
    kind: &'static str,
) -> Result<(), SourceError> {
    const BUFFER_BYTES: usize = 128 * 1024;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match packed.read(&mut buffer) {
            Ok(0) => return unpacked.flush().map_err(no_room),
            Ok(count) => unpacked.write_all(&buffer[..count]).map_err(no_room)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(broken(kind, error)),
        }
    }
}

fn no_room(source: io::Error) -> SourceError {
    SourceError::TemporaryFile { source }
}

fn broken(kind: &'static str, source: io::Error) -> SourceError {
    SourceError::BrokenArchive { kind, source }
}

/// What the first file in an archive is called. Source: PKWARE's `APPNOTE.TXT`, section 4.3.7.
fn first_name_in(start: &[u8]) -> Option<&str> {
    const LENGTH_OF_NAME: usize = 26;
    const NAME: usize = 30;
    let length = start.get(LENGTH_OF_NAME..LENGTH_OF_NAME + 2)?;
    let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
    std::str::from_utf8(start.get(NAME..NAME + length)?).ok()
}

fn names_of(archive: &ZipArchive<BufReader<fs_err::File>>) -> Vec<String> {
    let names = archive.file_names().filter_map(Result::ok);
    names.map(|name| name.to_string()).collect()
}

/// Whether the archive is a document of an office program: not something that a person has packed.
fn is_document(names: &[String]) -> bool {
    /// Each has one of these: those of Office, of `OpenDocument`, of `iWork`.
    const PARTS: [&str; 3] = ["[content_types].xml", "mimetype", "index/document.iwa"];
    let names = names
        .iter()
        .map(|name| name.to_lowercase().replace('\\', "/"));
    names
        .into_iter()
        .any(|name| PARTS.contains(&name.as_str()) || name.ends_with("workbook.xml"))
}

/// The only file that can be meant: the only one there is beside what systems add, or the only one that is
/// called as tables are.
fn only_data_file(names: &[String]) -> Result<&str, SourceError> {
    let files: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !is_added_by_system(name))
        .collect();
    let tables: Vec<&str> = files
        .iter()
        .copied()
        .filter(|name| is_called_table(name))
        .collect();
    match (files.as_slice(), tables.as_slice()) {
        ([only], _) | (_, [only]) => Ok(only),
        _ => Err(SourceError::ManyInArchive {
            files: files.into_iter().map(str::to_owned).collect(),
        }),
    }
}

/// Folders, and the files that systems leave in every one of them.
fn is_added_by_system(name: &str) -> bool {
    let own_name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let is_left = ["thumbs.db", "desktop.ini"].contains(&own_name.to_lowercase().as_str());
    own_name.is_empty() || own_name.starts_with('.') || name.starts_with("__MACOSX/") || is_left
}

fn is_called_table(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["csv", "tsv", "tab", "xlsx", "xlsm"]
        .iter()
        .any(|table| ending.eq_ignore_ascii_case(table))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::DataFile;
    use crate::source::SourceError;

    const TABLE: &[u8] = b"Name,Phone\nJane,1\n";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            archive
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    /// What is read of a file that holds `bytes`.
    fn unpacked(bytes: &[u8]) -> Result<(Vec<u8>, Option<String>), SourceError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leads");
        fs_err::write(&path, bytes).unwrap();
        let file = DataFile::open(&path)?;
        Ok((fs_err::read(file.path()).unwrap(), file.notice))
    }

    #[test]
    fn one_table_in_an_archive_is_read() {
        let two_members = [gzip(&TABLE[..5]), gzip(&TABLE[5..])].concat();
        let beside = zip_of(&[("notes.txt", b"x"), ("data/leads.csv", TABLE)]);
        let added = zip_of(&[
            ("__MACOSX/._leads", b"x"),
            (".DS_Store", b"x"),
            ("leads", TABLE),
        ]);
        for (bytes, notice) in [
            (TABLE.to_vec(), None),
            (
                gzip(TABLE),
                Some("the file is a gzip archive; what is in it is read"),
            ),
            (
                two_members,
                Some("the file is a gzip archive; what is in it is read"),
            ),
            (
                zstd::encode_all(TABLE, 3).unwrap(),
                Some("the file is a Zstandard archive; what is in it is read"),
            ),
            (
                zip_of(&[("leads.csv", TABLE)]),
                Some("the file is a zip archive; `leads.csv` in it is read"),
            ),
            (
                beside,
                Some("the file is a zip archive; `data/leads.csv` in it is read"),
            ),
            (
                added,
                Some("the file is a zip archive; `leads` in it is read"),
            ),
        ] {
            let (read, said) = unpacked(&bytes).unwrap();
            assert_eq!((read.as_slice(), said.as_deref()), (TABLE, notice));
        }
    }

    #[test]
    fn what_cannot_be_unpacked_is_told() {
        let cut = |mut bytes: Vec<u8>| {
            bytes.truncate(bytes.len() - 9);
            bytes
        };
        for (bytes, expected) in [
            (
                cut(gzip(TABLE)),
                "the gzip archive is cut off or malformed, or something else follows it",
            ),
            (
                cut(zstd::encode_all(TABLE, 3).unwrap()),
                "the Zstandard archive is cut off or malformed, or something else follows it",
            ),
            (
                cut(zip_of(&[("a.csv", TABLE)])),
                "the zip archive is cut off or malformed, or something else follows it",
            ),
            (
                zip_of(&[("a.csv", TABLE), ("b.csv", TABLE)]),
                "the zip archive holds several files: `a.csv`, `b.csv`",
            ),
            (zip_of(&[]), "the zip archive holds no file"),
        ] {
            let error = unpacked(&bytes).unwrap_err();
            assert_eq!(error.to_string(), expected);
            assert!(error.hint().is_some());
        }
    }
}
