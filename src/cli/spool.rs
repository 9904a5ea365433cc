//! Standard input as a file, because a file is read twice.

use std::io;
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::source::TemporaryFile;

/// The input of a run: a file, or standard input spooled to a temporary one.
#[derive(Debug)]
pub(super) struct InputFile {
    path: PathBuf,
    /// Keeps the spooled file alive; it is removed with this value.
    _spooled: Option<TemporaryFile>,
}

impl InputFile {
    /// Takes `file` as it is, or copies standard input when it is `-`.
    pub(super) fn open(file: &Path) -> Result<Self, Failure> {
        if file != Path::new("-") {
            return Ok(Self {
                path: file.to_owned(),
                _spooled: None,
            });
        }
        let spool = || -> io::Result<TemporaryFile> {
            let mut spooled = TemporaryFile::new()?;
            io::copy(&mut io::stdin().lock(), &mut spooled)?;
            Ok(spooled)
        };
        let spooled = spool().map_err(|error| {
            Failure::of(&error)
                .while_doing("cannot spool standard input to a temporary file")
                .with_hint(Some(
                    "make room for it, or set `TMPDIR` to a folder with room",
                ))
        })?;
        Ok(Self {
            path: spooled.path().to_owned(),
            _spooled: Some(spooled),
        })
    }

    /// Where the bytes are.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
