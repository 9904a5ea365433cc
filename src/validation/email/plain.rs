//! Addresses of the kind that nearly all are, known without the grammar.

use crate::validation::email::deliverable::is_special;
use crate::validation::plain_host::is_plain_host;

/// The longest local part that is taken for plain, in bytes.
const MAX_LOCAL_BYTES: usize = 64;

/// The longest address that is taken for plain, in bytes.
const MAX_BYTES: usize = 254;

/// Whether `text` is an address that passes every rule at every level: words of ASCII letters, digits,
/// `_`, `+` and `-` with single dots between them, and a plain host name with a dot.
///
/// `false` says nothing: such an address has to be looked at closely.
pub(super) fn is_plain_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    text.len() <= MAX_BYTES
        && is_plain_local(local.as_bytes())
        && domain
            .rsplit_once('.')
            .is_some_and(|(_, top_level)| !is_special(top_level))
        && is_plain_host(domain.as_bytes())
}

fn is_plain_local(local: &[u8]) -> bool {
    let mut previous = b'.';
    for &byte in local {
        match byte {
            b'.' if previous == b'.' => return false,
            b'.' | b'_' | b'+' | b'-' => {}
            _ if byte.is_ascii_alphanumeric() => {}
            _ => return false,
        }
        previous = byte;
    }
    // Nothing and a dot at the end are the same here.
    previous != b'.' && local.len() <= MAX_LOCAL_BYTES
}
