//! A copy of a workbook that has no table of shared strings.
//!
//! calamine loads the whole table when it opens a workbook, some 130 bytes for each string. When that would be
//! much, it gets a temporary workbook whose sheet holds the texts itself.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::inline_strings::copy_with_strings;
use super::package::{Package, broken};
use super::part_error::temporary_file_error;
use super::text_store::TextStore;
use crate::source::SourceError;

/// What is written is read a few times at most and gone soon, so speed is worth more than space.
const FASTEST_LEVEL: i64 = 1;

/// A workbook and its strings, of which copies can be made.
pub(super) struct Original {
    package: Package,
    texts: TextStore,
}

/// A workbook in a temporary file that vanishes when it is closed.
pub(super) struct SelfContained {
    /// The file, at its start.
    pub(super) file: File,
    /// How long it is.
    pub(super) length: u64,
    /// Whether every sheet that was asked for is in it to its end.
    pub(super) is_whole: bool,
}

impl Original {
    /// Opens the workbook at `path`, and copies its strings to a temporary file.
    ///
    /// # Errors
    ///
    /// That of an archive or table that is broken, and [`SourceError::TemporaryFile`].
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        let mut package = Package::open(path)?;
        let texts = match package.shared_strings {
            Some(index) => {
                let part = package.archive.by_index(index).map_err(broken)?;
                TextStore::copy_of(part, &package.names[index])?
            }
            None => TextStore::copy_of(&b"<sst/>"[..], "")?,
        };
        Ok(Self { package, texts })
    }

    /// How many sheets there are.
    pub(super) fn sheet_count(&self) -> usize {
        self.package.sheets.len()
    }

    /// Writes a workbook with the sheets of these numbers, from 0, each to its end or to the end of the row in which
    /// `most_bytes` of it are written. It has the names of the other sheets too, but not what they hold.
    ///
    /// # Errors
    ///
    /// As [`copy_with_strings`].
    pub(super) fn copy(
        &mut self,
        sheets: impl IntoIterator<Item = usize>,
        most_bytes: u64,
    ) -> Result<SelfContained, SourceError> {
        let file = tempfile::tempfile().map_err(temporary_file_error)?;
        let mut writer = ZipWriter::new(BufWriter::new(file));
        self.copy_small_parts(&mut writer)?;
        let numbers = sheets.into_iter();
        let mut parts: Vec<usize> = numbers
            .filter_map(|number| *self.package.sheets.get(number)?)
            .collect();
        parts.sort_unstable();
        parts.dedup();
        let mut is_whole = true;
        for part in parts {
            is_whole &= self.copy_sheet(part, most_bytes, &mut writer)?;
        }
        let file = writer.finish().map_err(not_written)?.into_inner();
        let mut file = file.map_err(|error| temporary_file_error(error.into_error()))?;
        let length = file.stream_position().map_err(temporary_file_error)?;
        file.seek(SeekFrom::Start(0))
            .map_err(temporary_file_error)?;
        Ok(SelfContained {
            file,
            length,
            is_whole,
        })
    }

    /// Pictures and the like are nobody's concern here.
    fn copy_small_parts(
        &mut self,
        writer: &mut ZipWriter<impl Write + Seek>,
    ) -> Result<(), SourceError> {
        for (index, name) in self.package.names.iter().enumerate() {
            let is_markup = [".xml", ".rels"].iter().any(|end| name.ends_with(end));
            let is_large = self.package.shared_strings == Some(index)
                || self.package.sheets.contains(&Some(index));
            if is_markup && !is_large {
                let part = self.package.archive.by_index_raw(index).map_err(broken)?;
                writer.raw_copy_file(part).map_err(not_written)?;
            }
        }
        Ok(())
    }

    fn copy_sheet(
        &mut self,
        index: usize,
        most_bytes: u64,
        writer: &mut ZipWriter<impl Write + Seek>,
    ) -> Result<bool, SourceError> {
        let part = self.package.archive.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.into_owned();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(FASTEST_LEVEL))
            .large_file(true);
        writer
            .start_file(name.as_str(), options)
            .map_err(not_written)?;
        let mut output = BufWriter::new(writer);
        let is_whole = copy_with_strings((part, &name), &mut self.texts, &mut output, most_bytes)?;
        output.flush().map_err(temporary_file_error)?;
        Ok(is_whole)
    }
}

fn not_written(error: ZipError) -> SourceError {
    match error {
        ZipError::Io(source) => temporary_file_error(source),
        error => temporary_file_error(io::Error::other(error)),
    }
}
