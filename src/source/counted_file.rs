//! A file that tells how much of it was read.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file whose reads are counted, for whoever shows progress. Its errors name the path.
#[derive(Debug)]
pub(super) struct CountedFile {
    file: fs_err::File,
    bytes_read: Arc<AtomicU64>,
}

impl CountedFile {
    /// Opens the file at `path`; bytes read are added to `bytes_read`.
    pub(super) fn open(path: &Path, bytes_read: &Arc<AtomicU64>) -> io::Result<Self> {
        Ok(Self::of(fs_err::File::open(path)?, bytes_read))
    }

    /// The same with a file that is open already.
    pub(super) fn of(file: fs_err::File, bytes_read: &Arc<AtomicU64>) -> Self {
        Self {
            file,
            bytes_read: Arc::clone(bytes_read),
        }
    }
}

impl Read for CountedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.bytes_read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for CountedFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}
