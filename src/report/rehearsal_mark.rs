//! Telling the results of a rehearsal from those of a real import.
//!
//! Without a ledger a results file may be all that is known of an import, and must not be
//! replaced. That of a rehearsal in the sandbox may: a small file beside it says so.

use std::io;
use std::path::{Path, PathBuf};

/// Behind the name of the results file.
const SUFFIX: &str = ".rehearsal";

/// Says that the finished results file at `results` is of a rehearsal.
pub fn mark_as_rehearsal(results: &Path) -> io::Result<()> {
    let length = fs_err::metadata(results)?.len();
    fs_err::write(mark_of(results), text_for(length))
}

/// Whether the file at `results` is that of a rehearsal, and no other file put in its place.
pub fn is_of_rehearsal(results: &Path) -> bool {
    let length = fs_err::metadata(results).map(|metadata| metadata.len());
    let mark = fs_err::read_to_string(mark_of(results));
    length.is_ok_and(|length| mark.is_ok_and(|text| text == text_for(length)))
}

/// Removes the results of a rehearsal and what marks them.
pub fn remove_rehearsal(results: &Path) -> io::Result<()> {
    fs_err::remove_file(results)?;
    fs_err::remove_file(mark_of(results))
}

fn mark_of(results: &Path) -> PathBuf {
    let mut name = results.to_owned().into_os_string();
    name.push(SUFFIX);
    name.into()
}

fn text_for(length: u64) -> String {
    format!(
        "The results beside this file ({length} bytes) are of a rehearsal in the sandbox; an \
         import may replace them.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::{is_of_rehearsal, mark_as_rehearsal, remove_rehearsal};

    #[test]
    fn only_the_very_file_that_was_marked_is_of_a_rehearsal() {
        let folder = tempfile::tempdir().unwrap();
        let results = folder.path().join("r.csv");
        assert!(!is_of_rehearsal(&results), "there is none");
        fs_err::write(&results, "row\n2\n").unwrap();
        assert!(!is_of_rehearsal(&results), "it is not marked");
        mark_as_rehearsal(&results).unwrap();
        assert!(is_of_rehearsal(&results));
        fs_err::write(&results, "row\n2\n3\n").unwrap();
        assert!(!is_of_rehearsal(&results), "another file took its place");
        mark_as_rehearsal(&results).unwrap();
        remove_rehearsal(&results).unwrap();
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 0);
    }
}
