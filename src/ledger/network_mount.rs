//! Finds out which kind of file system a folder is on, from Linux's table of mounts.
//!
//! Pure: the text of `/proc/self/mountinfo` comes in. Its lines, as in `man 5 proc_pid_mountinfo`:
//!
//! ```text
//! 36 35 98:0 /root /mount/point rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
//! id parent  root  mount point  options  any number of these - kind source    options of the kind
//! ```

use std::path::Path;

/// Kinds that are on another machine, by the names that their modules have in Linux. Cluster file
/// systems on shared disks (GFS2, OCFS2) are not here: their locks are those of a local disk.
const NETWORK_KINDS: &[&str] = &[
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "orangefs",
    "panfs",
    "smb3",
    "smbfs",
];

/// Programs behind FUSE that keep their files on another machine, as named in `fuse.sshfs`.
const NETWORK_FUSE_PROGRAMS: &[&str] = &[
    "blobfuse",
    "blobfuse2",
    "ceph-fuse",
    "curlftpfs",
    "davfs",
    "davfs2",
    "gcsfuse",
    "geesefs",
    "glusterfs",
    "goofys",
    "gvfsd-fuse",
    "juicefs",
    "mfs",
    "mountpoint-s3",
    "rclone",
    "s3fs",
    "seaweedfs",
    "smbnetfs",
    "sshfs",
];

/// The file system that something is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileSystem {
    kind: String,
    source: String,
}

impl FileSystem {
    /// Its kind in Linux's words, such as `ext4` or `fuse.sshfs`.
    pub(super) fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether its files are on another machine.
    pub(super) fn is_network(&self) -> bool {
        match self.kind.strip_prefix("fuse") {
            Some("") => is_network_fuse_source(&self.source),
            Some(program) => is_network_program(program.trim_start_matches('.')),
            None => NETWORK_KINDS.contains(&self.kind.as_str()),
        }
    }
}

fn is_network_program(program: &str) -> bool {
    NETWORK_FUSE_PROGRAMS.contains(&program)
}

/// Judges a mount of the bare kind `fuse`: davfs2 gives a web address as its source, others their
/// own name, alone or before a `#`.
fn is_network_fuse_source(source: &str) -> bool {
    let program = source.split('#').next().unwrap_or_default();
    source.contains("://") || is_network_program(program)
}

/// The file system that `path`, absolute and without symbolic links, is on.
///
/// `None` if no line of `mountinfo` says so; lines that are no mounts are passed over. The text is
/// bytes because names of files are.
pub(super) fn file_system_at(mountinfo: &[u8], path: &Path) -> Option<FileSystem> {
    let mounts: Vec<Mount> = mountinfo
        .split(|&byte| byte == b'\n')
        .filter_map(Mount::parse)
        .collect();
    let mount = innermost(&mounts, path.as_os_str().as_encoded_bytes())?;
    Some(mount.file_system.clone())
}

/// Takes the way that the system takes from the root to `path`, from mount to mount.
///
/// The longest fitting mount point would not do: a mount is hidden by a later one on a folder
/// above it. What is mounted *on the mount that was reached* is the next, the shortest first, for
/// the way comes to it first.
fn innermost<'a>(mounts: &'a [Mount], path: &[u8]) -> Option<&'a Mount> {
    let is_outermost = |mount: &Mount| {
        mount.parent == mount.id || mounts.iter().all(|other| other.id != mount.parent)
    };
    let on_the_way = || mounts.iter().rev().filter(|mount| mount.holds(path));
    let entrance = on_the_way()
        .filter(|mount| is_outermost(mount))
        .min_by_key(|mount| mount.point.len());
    let next_inner = |outer: &&Mount| {
        on_the_way()
            .filter(|mount| mount.parent == outer.id && mount.id != outer.id)
            .min_by_key(|mount| mount.point.len())
    };
    // No way has more steps than there are mounts, unless the text goes round in a circle.
    std::iter::successors(entrance, next_inner)
        .take(mounts.len())
        .last()
}

/// One line of the table.
struct Mount {
    id: u64,
    parent: u64,
    point: Vec<u8>,
    file_system: FileSystem,
}

impl Mount {
    fn parse(line: &[u8]) -> Option<Self> {
        /// Fields before the optional ones.
        const FIXED_FIELDS: usize = 6;
        let fields: Vec<&[u8]> = line.split(|&byte| byte == b' ').collect();
        let optional = fields.get(FIXED_FIELDS..)?;
        let end = optional.iter().position(|field| *field == b"-")?;
        let [kind, source, ..] = optional.get(end + 1..)? else {
            return None;
        };
        Some(Self {
            id: number(fields[0])?,
            parent: number(fields[1])?,
            point: unescape(fields[4]),
            file_system: FileSystem {
                kind: String::from_utf8_lossy(kind).into_owned(),
                source: String::from_utf8_lossy(&unescape(source)).into_owned(),
            },
        })
    }

    /// Whether `path` is the mount point or below it.
    fn holds(&self, path: &[u8]) -> bool {
        let folder = self.point.strip_suffix(b"/").unwrap_or(&self.point);
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    }
}

fn number(field: &[u8]) -> Option<u64> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

/// Turns `\040` back into a space, and so on: white space and backslashes are written as three
/// octal digits.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, after @ ..] = rest {
        let octal = (*first == b'\\').then(|| octal_byte(after)).flatten();
        bytes.push(octal.unwrap_or(*first));
        rest = if octal.is_some() { &after[3..] } else { after };
    }
    bytes
}

/// The byte that the first three characters name in octal.
fn octal_byte(text: &[u8]) -> Option<u8> {
    let digits = text.get(..3)?;
    let is_octal = digits.iter().all(|digit| (b'0'..=b'7').contains(digit));
    let digits = std::str::from_utf8(digits).ok()?;
    is_octal.then(|| u8::from_str_radix(digits, 8).ok())?
}

#[cfg(test)]
mod tests;
