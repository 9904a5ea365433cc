//! Notices that a file changes under the reader.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::SourceError;

/// What a file looked like when it was opened.
///
/// The scan before sending is worth nothing if the rows that are sent later are others.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileStamp {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
}

impl FileStamp {
    /// Takes the stamp of the file at `path`.
    ///
    /// Fails if it is missing, or is not a regular file: a pipe cannot be read twice.
    pub(super) fn take(path: &Path) -> Result<Self, SourceError> {
        let metadata = fs_err::metadata(path)?;
        if !metadata.is_file() {
            return Err(SourceError::NotAFile);
        }
        Ok(Self {
            path: path.to_owned(),
            length: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Fails with [`SourceError::Changed`] if length or time of writing differ by now.
    pub(super) fn ensure_unchanged(&self) -> Result<(), SourceError> {
        if Self::take(&self.path)? == *self {
            Ok(())
        } else {
            Err(SourceError::Changed)
        }
    }
}
