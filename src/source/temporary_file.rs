//! A temporary file that is opened again and again.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A temporary file in the folder that `TMPDIR` names, with a path for as long as this lives.
///
/// On Linux it has no name in that folder, so that nothing is left behind by a process that is killed, and the path
/// is that of the open file. Elsewhere, and where `/proc` is missing, it is a named file that is removed at the end.
#[derive(Debug)]
pub struct TemporaryFile {
    file: Kept,
    path: PathBuf,
}

#[derive(Debug)]
enum Kept {
    Nameless(File),
    Named(NamedTempFile),
}

impl TemporaryFile {
    /// Makes an empty one.
    ///
    /// # Errors
    ///
    /// The folder is missing, or nothing can be written there.
    pub fn new() -> io::Result<Self> {
        if let Some(nameless) = Self::nameless() {
            return Ok(nameless);
        }
        // What is wrong with the folder is told by this one, with its path.
        let file = NamedTempFile::new()?;
        Ok(Self {
            path: file.path().to_owned(),
            file: Kept::Named(file),
        })
    }

    /// Where it can be opened for reading.
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[cfg(target_os = "linux")]
    fn nameless() -> Option<Self> {
        use std::os::fd::AsRawFd;
        let file = tempfile::tempfile().ok()?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        let is_there = fs_err::File::open(&path).is_ok();
        is_there.then_some(Self {
            file: Kept::Nameless(file),
            path,
        })
    }

    #[cfg(not(target_os = "linux"))]
    fn nameless() -> Option<Self> {
        None
    }
}

impl Write for TemporaryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Kept::Nameless(file) => file.write(bytes),
            Kept::Named(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.file {
            Kept::Nameless(file) => file.flush(),
            Kept::Named(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_by_the_path_more_than_once() {
        let mut file = TemporaryFile::new().unwrap();
        file.write_all(b"Name\nJane\n").unwrap();
        for _ in 0..2 {
            assert_eq!(fs_err::read(file.path()).unwrap(), b"Name\nJane\n");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_killed_process_leaves_nothing_behind() {
        let file = TemporaryFile::new().unwrap();
        assert!(matches!(file.file, Kept::Nameless(_)));
    }
}
