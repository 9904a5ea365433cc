//! What an error means that came up between the parts of a workbook and temporary files.

use std::io;

use super::package::broken;
use crate::source::SourceError;

/// Reading the part called `name` failed.
///
/// What does not inflate is a broken workbook; the rest is the operating system's.
pub(super) fn part_error(name: &str, error: io::Error) -> SourceError {
    match error.kind() {
        io::ErrorKind::FileTooLarge => SourceError::OversizedText {
            part: name.to_owned(),
        },
        _ if is_broken(&error) => broken(error),
        _ => error.into(),
    }
}

/// Whether the bytes of a part are at fault, not the disk that they are on.
pub(super) fn is_broken(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    matches!(
        error.kind(),
        InvalidData | InvalidInput | Other | UnexpectedEof
    )
}

/// Writing a temporary file or reading it back failed.
pub(super) fn temporary_file_error(source: io::Error) -> SourceError {
    SourceError::TemporaryFile { source }
}
