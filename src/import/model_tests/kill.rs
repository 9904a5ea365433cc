//! The end of a process at a moment of the test's choosing, and what the disk holds then.

use std::cell::{Cell, RefCell};
use std::io;
use std::path::{Path, PathBuf};

/// When a process is killed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kill {
    /// Before this poll of the root future, counted from 1.
    AtPoll(u64),
    /// At this durable write, counted from 0.
    AtWrite(u64, Moment),
}

/// Where in a write.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    Before,
    /// The power goes: this share of what the write adds to the log is on the disk.
    During {
        kept: f64,
    },
    /// It is durable, and nobody was told.
    After,
}

/// The database of a ledger.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    database: PathBuf,
}

/// What a disk holds after a crash.
#[derive(Debug)]
pub(super) struct DiskImage {
    database: Vec<u8>,
    log: Vec<u8>,
}

impl Disk {
    pub(super) fn new(database: PathBuf) -> Self {
        Self { database }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.database.clone().into_os_string();
        path.push(ending);
        path.into()
    }

    fn log_length(&self) -> usize {
        let length = fs_err::metadata(self.beside("-wal")).map_or(0, |metadata| metadata.len());
        usize::try_from(length).unwrap()
    }

    fn image(&self) -> DiskImage {
        DiskImage {
            database: fs_err::read(&self.database).unwrap(),
            log: read_if_there(&self.beside("-wal")),
        }
    }

    /// Makes the disk what it was at the crash: since then the process has closed its files in
    /// order, as no killed process does.
    pub(super) fn restore(&self, image: &DiskImage) {
        fs_err::write(&self.database, &image.database).unwrap();
        fs_err::write(self.beside("-wal"), &image.log).unwrap();
        remove_if_there(&self.beside("-shm"));
    }
}

fn read_if_there(path: &Path) -> Vec<u8> {
    match fs_err::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        read => read.unwrap(),
    }
}

fn remove_if_there(path: &Path) {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        removed => removed.unwrap(),
    }
}

/// Counts polls and writes, and takes an image of the disk when the time has come.
#[derive(Debug)]
pub(super) struct Killer {
    disk: Disk,
    plan: Option<Kill>,
    polls: Cell<u64>,
    writes: Cell<u64>,
    image: RefCell<Option<DiskImage>>,
}

impl Killer {
    pub(super) fn new(disk: Disk, plan: Option<Kill>) -> Self {
        Self {
            disk,
            plan,
            polls: Cell::new(0),
            writes: Cell::new(0),
            image: RefCell::new(None),
        }
    }

    /// Counts a poll that is about to be made. Returns its number.
    pub(super) fn note_poll(&self) -> u64 {
        self.polls.set(self.polls.get() + 1);
        if matches!(self.plan, Some(Kill::AtPoll(poll)) if poll == self.polls.get()) {
            self.image.replace(Some(self.disk.image()));
        }
        self.polls.get()
    }

    /// The number of the next write.
    pub(super) fn next_write(&self) -> u64 {
        self.writes.get()
    }

    /// Where the next write is to be cut off.
    pub(super) fn moment_of_next_write(&self) -> Option<Moment> {
        match self.plan {
            Some(Kill::AtWrite(index, moment)) if index == self.writes.get() => Some(moment),
            _ => None,
        }
    }

    /// Writes, unless the process dies of it. `None`: it is dead.
    pub(super) fn durably<T>(&self, write: impl FnOnce() -> T) -> Option<T> {
        let moment = self.moment_of_next_write();
        self.writes.set(self.writes.get() + 1);
        let before = self.disk.log_length();
        if matches!(moment, Some(Moment::Before)) {
            self.image.replace(Some(self.disk.image()));
            return None;
        }
        let written = write();
        let Some(moment) = moment else {
            return Some(written);
        };
        let mut image = self.disk.image();
        if let Moment::During { kept } = moment {
            image.log.truncate(cut(before, image.log.len(), kept));
        }
        self.image.replace(Some(image));
        None
    }

    pub(super) fn is_dead(&self) -> bool {
        self.image.borrow().is_some()
    }

    /// What the disk held when the process died, if it did.
    pub(super) fn into_image(self) -> Option<DiskImage> {
        self.image.into_inner()
    }
}

/// A length between two; never shorter than what was durable before.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "any whole number between the two will do"
)]
fn cut(before: usize, after: usize, kept: f64) -> usize {
    before + (after.saturating_sub(before) as f64 * kept) as usize
}
