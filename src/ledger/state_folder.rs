//! The folder that holds what leadferry remembers.

use std::io;
use std::path::{Path, PathBuf};

use super::ledger_scope::{LEDGER_ENDING, LedgerScope};
use super::network_mount::file_system_at;

/// The folder of the ledgers within the state folder.
pub(super) const LEDGERS: &str = "ledgers";

/// Where ledgers and tokens live: a folder on a local disk, for its owner only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFolder {
    path: PathBuf,
}

/// Why a folder cannot hold what leadferry remembers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateFolderError {
    /// Something else has its name.
    #[error("the state folder `{}` is not a folder", path.display())]
    NotAFolder {
        /// What was given.
        path: PathBuf,
    },
    /// The operating system does not say what is there.
    #[error("the state folder `{}` cannot be reached", path.display())]
    Unreachable {
        /// What was given.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// It does not exist and cannot be made.
    #[error("the state folder `{}` cannot be created", path.display())]
    CannotCreate {
        /// The folder, or the one within it.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// No files can be made in it.
    #[error("the state folder `{}` cannot be written to", path.display())]
    NotWritable {
        /// The folder, or the one within it.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// It is on another machine, where the locks of SQLite do not hold.
    #[error("the state folder `{}` is on a network file system (`{kind}`)", path.display())]
    NetworkFileSystem {
        /// What was given.
        path: PathBuf,
        /// The kind of file system.
        kind: String,
    },
}

impl StateFolderError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotAFolder { .. } => "name a folder with `--state-dir`",
            Self::Unreachable { .. } | Self::CannotCreate { .. } | Self::NotWritable { .. } => {
                "name a folder that you may write to with `--state-dir`"
            }
            Self::NetworkFileSystem { .. } => {
                "what was sent cannot be recorded safely over a network: name a folder on a disk of \
                 this machine with `--state-dir`, and always the same one"
            }
        }
    }
}

impl StateFolder {
    /// Opens the folder at `path`, and makes it and those above it if they are missing: on Unix
    /// with mode 0700. A folder that exists keeps its mode.
    ///
    /// # Errors
    ///
    /// It is no folder, cannot be made or cannot be written to, or is on a network file system
    /// (which only Linux tells; elsewhere nobody asks). Nothing was made on the latter.
    pub fn open(path: &Path) -> Result<Self, StateFolderError> {
        refuse_network(path)?;
        exists_as_folder(path)?;
        let ledgers = path.join(LEDGERS);
        create_folders(&ledgers).map_err(|source| StateFolderError::CannotCreate {
            path: ledgers.clone(),
            source,
        })?;
        for folder in [path, &ledgers] {
            ensure_writable(folder)?;
        }
        Ok(Self { path: path.into() })
    }

    /// Opens the folder at `path` for reading: `None` when there is none. Makes nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::open`], but the folder need not be writable.
    pub fn open_existing(path: &Path) -> Result<Option<Self>, StateFolderError> {
        refuse_network(path)?;
        let exists = exists_as_folder(path)?;
        Ok(exists.then(|| Self { path: path.into() }))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the ledger of `scope` is, or would be.
    pub fn ledger_path(&self, scope: &LedgerScope) -> PathBuf {
        self.path.join(LEDGERS).join(scope.file_name())
    }

    /// All ledgers in the folder, in order of their names.
    ///
    /// # Errors
    ///
    /// The folder cannot be read; names it. A folder without ledgers is no error.
    pub fn ledgers(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs_err::read_dir(self.path.join(LEDGERS)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut ledgers = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|ending| ending == LEDGER_ENDING)
                && path.is_file()
            {
                ledgers.push(path);
            }
        }
        ledgers.sort();
        Ok(ledgers)
    }
}

/// Whether there is a folder at `path`; an error if there is something else.
fn exists_as_folder(path: &Path) -> Result<bool, StateFolderError> {
    match fs_err::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(true),
        Ok(_) => Err(StateFolderError::NotAFolder { path: path.into() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(StateFolderError::Unreachable {
            path: path.into(),
            source,
        }),
    }
}

/// Makes `path` and what is missing above it, and lets it outlast a loss of power.
pub(super) fn create_folders(path: &Path) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.exists() && *folder != Path::new("");
    let missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    for folder in missing.iter().filter_map(|folder| folder.parent()) {
        sync_names_in(folder);
    }
    Ok(())
}

/// Asks that the names in `folder` be on the disk.
///
/// Without a word when it fails: one may be allowed to use a folder without being allowed to open
/// it, and Windows has no such request.
pub(super) fn sync_names_in(folder: &Path) {
    let _ = fs_err::File::open(folder).and_then(|folder| folder.sync_all());
}

fn ensure_writable(folder: &Path) -> Result<(), StateFolderError> {
    let trial = tempfile::tempfile_in(folder);
    trial
        .map(drop)
        .map_err(|source| StateFolderError::NotWritable {
            path: folder.into(),
            source,
        })
}

/// Fails if `path` is, or would be, on a network file system: locks and the shared memory of
/// SQLite's write-ahead log do not work there. Source: <https://www.sqlite.org/wal.html>.
fn refuse_network(path: &Path) -> Result<(), StateFolderError> {
    match network_kind_at(path) {
        Some(kind) => Err(StateFolderError::NetworkFileSystem {
            path: path.into(),
            kind,
        }),
        None => Ok(()),
    }
}

/// The kind of the network file system at `path`; `None` if it is a local one or nobody knows.
fn network_kind_at(path: &Path) -> Option<String> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let mountinfo = fs_err::read("/proc/self/mountinfo").ok()?;
    let file_system = file_system_at(&mountinfo, &nearest_that_exists(path)?)?;
    file_system
        .is_network()
        .then(|| file_system.kind().to_owned())
}

/// `path` itself or the first folder above it that exists, absolute and without symbolic links.
fn nearest_that_exists(path: &Path) -> Option<PathBuf> {
    let here = Path::new(".");
    path.ancestors()
        .chain([here])
        .filter(|folder| *folder != Path::new(""))
        .find_map(|folder| fs_err::canonicalize(folder).ok())
}

#[cfg(test)]
mod tests;
