use std::path::Path;

use super::{FileSystem, file_system_at, unescape};

/// A machine with homes on NFS, a local disk for one user, and much else.
const WORKSTATION: &str = r"22 28 0:20 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
23 28 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:14 - proc proc rw
28 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
90 28 0:45 / /home rw,relatime shared:46 - nfs4 files.example.com:/export/home rw,vers=4.2,hard,proto=tcp
95 90 253:1 / /home/ada/local rw,relatime shared:49 - xfs /dev/mapper/data-ada rw,attr2
97 28 0:45 /shared /srv/shared rw,relatime shared:46 master:3 - nfs4 files.example.com:/export/home rw,vers=4.2
98 28 259:2 /var/cache/leads /home2 rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
101 28 0:52 / /mnt/Team\040drive rw,nosuid,nodev,relatime shared:60 - cifs //files.example.com/Team\040drive rw,vers=3.1.1
104 28 0:55 / /run/user/1000/gvfs rw,nosuid,nodev,relatime shared:70 - fuse.gvfsd-fuse gvfsd-fuse rw,user_id=1000
107 28 0:58 / /mnt/backup rw,relatime - fuse.sshfs ada@host.example.com:/backup rw,user_id=0
110 28 8:17 / /media/stick rw,relatime shared:80 - fuseblk /dev/sdb1 rw,user_id=0,blksize=4096
113 28 0:60 / /mnt/dav rw,relatime - fuse https://dav.example.com/ rw,user_id=1000
116 28 0:61 / /mnt/notes rw,relatime - fuse notesfs rw,user_id=1000
119 28 0:62 / /mnt/bucket rw,relatime - fuse mountpoint-s3 rw,user_id=1000
this line is none
";

fn kind_at(mountinfo: &str, path: &str) -> Option<(String, bool)> {
    file_system_at(mountinfo.as_bytes(), Path::new(path))
        .map(|found: FileSystem| (found.kind().to_owned(), found.is_network()))
}

#[test]
fn a_path_is_on_the_innermost_mount_above_it() {
    for (path, kind, is_network) in [
        ("/", "ext4", false),
        ("/var/lib/leadferry", "ext4", false),
        ("/home", "nfs4", true),
        ("/home/ada/.local/state", "nfs4", true),
        ("/home/ada/local", "xfs", false),
        ("/home/ada/local/state", "xfs", false),
        ("/home/ada/locals", "nfs4", true),
        ("/home2/state", "ext4", false),
        ("/homes", "ext4", false),
        ("/srv/shared/state", "nfs4", true),
        ("/mnt/Team drive/state", "cifs", true),
        ("/mnt/Team", "ext4", false),
        ("/run/user/1000/gvfs/state", "fuse.gvfsd-fuse", true),
        ("/mnt/backup/state", "fuse.sshfs", true),
        ("/media/stick/state", "fuseblk", false),
        ("/mnt/dav/state", "fuse", true),
        ("/mnt/notes/state", "fuse", false),
        ("/mnt/bucket/state", "fuse", true),
    ] {
        let expected = Some((kind.to_owned(), is_network));
        assert_eq!(kind_at(WORKSTATION, path), expected, "{path}");
    }
}

#[test]
fn a_mount_that_a_later_one_hides_does_not_count() {
    let above = "\
28 1 8:1 / / rw - ext4 /dev/sda1 rw
40 28 0:40 / /data/state rw - nfs4 files.example.com:/state rw
41 28 8:2 / /data rw - ext4 /dev/sda2 rw
";
    let upon = "\
28 1 8:1 / / rw - ext4 /dev/sda1 rw
40 28 8:2 / /data rw - ext4 /dev/sda2 rw
41 40 0:40 / /data rw - nfs files.example.com:/state rw
";
    let upon_the_root = "\
1 1 0:1 / / rw - rootfs rootfs rw
20 1 8:1 / / rw - ext4 /dev/sda1 rw
21 20 0:40 / /data rw - ceph 192.0.2.1:6789:/ rw
";
    for (mountinfo, kind) in [(above, "ext4"), (upon, "nfs"), (upon_the_root, "ceph")] {
        let found = kind_at(mountinfo, "/data/state").map(|(kind, _)| kind);
        assert_eq!(found.as_deref(), Some(kind), "{mountinfo}");
    }
}

#[test]
fn what_the_table_does_not_say_is_not_made_up() {
    for (mountinfo, path) in [
        ("", "/data"),
        (
            "40 28 0:40 / /srv rw - nfs4 files.example.com:/ rw",
            "/data",
        ),
        (
            "40 28 0:40 / / rw shared:1 nfs4 files.example.com:/ rw",
            "/data",
        ),
        ("40 28 0:40 / / rw - nfs4", "/data"),
        ("x 28 0:40 / / rw - nfs4 files.example.com:/ rw", "/data"),
        (
            "40 41 0:1 / / rw - nfs a rw\n41 40 0:1 / / rw - nfs a rw",
            "/data",
        ),
    ] {
        assert_eq!(kind_at(mountinfo, path), None, "{mountinfo}");
    }
}

#[test]
fn a_folder_that_programs_were_locked_into_may_have_no_root_mount() {
    let mountinfo = "40 28 0:40 / /srv rw - nfs4 files.example.com:/ rw\n";
    assert_eq!(
        kind_at(mountinfo, "/srv/state"),
        Some(("nfs4".into(), true))
    );
}

#[test]
fn kinds_are_known_as_on_this_machine_or_on_another() {
    let network = "nfs nfs4 cifs smb3 smbfs afs ceph lustre glusterfs 9p ncpfs coda gpfs beegfs \
                   fuse.sshfs fuse.glusterfs fuse.s3fs fuse.gcsfuse fuse.rclone fuse.davfs";
    let local = "ext4 xfs btrfs zfs tmpfs overlay fuseblk fuse.ntfs-3g fuse.encfs fusectl apfs \
                 fuse.portal nfsd";
    for (kinds, expected) in [(network, true), (local, false)] {
        for kind in kinds.split_whitespace() {
            let line = format!("28 1 0:9 / / rw shared:1 - {kind} none rw");
            assert_eq!(kind_at(&line, "/data"), Some((kind.into(), expected)));
        }
    }
}

#[test]
fn octal_escapes_are_read_and_other_backslashes_kept() {
    for (written, expected) in [
        (r"a\040b\011\012", "a b\t\n"),
        (r"\134040", r"\040"),
        (r"\04", r"\04"),
        (r"\999\", r"\999\"),
        (r"\777", r"\777"),
        (r"\+10", r"\+10"),
    ] {
        assert_eq!(
            unescape(written.as_bytes()),
            expected.as_bytes(),
            "{written}"
        );
    }
}
