//! The folders that a run writes to.

use std::fs::File;
use std::io;
use std::path::Path;

/// The folder that a file stands in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// A file in `folder` that is gone when it is closed, also when the process is killed.
///
/// # Errors
///
/// Names the folder.
pub(super) fn temporary_file_in(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder).map_err(|error| {
        let words = format!("cannot create files in `{}`: {error}", folder.display());
        io::Error::new(error.kind(), words)
    })
}
