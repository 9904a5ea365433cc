//! Threads that let sending go first.

/// How far behind, in steps of `nice`: a thread gets a tenth of what one that sends gets, where both want the same
/// core.
#[cfg(target_os = "linux")]
const STEPS: i32 = 10;

/// Puts the calling thread behind those that send, for as long as it lives.
///
/// Rows are read, checked and written down far faster than any server answers. Where there is no core for each thread,
/// one that has just been given a core keeps it for milliseconds, and meanwhile everything in flight waits for the
/// thread that sends.
///
/// Does nothing where the system knows of priorities for whole processes only.
pub(super) fn let_sending_go_first() {
    // Refused by nobody, as it asks for less; and without it all is merely slower.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(STEPS);
}
