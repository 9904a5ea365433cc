//! Host names of the kind that nearly all are, known without a library.

/// The longest label that is taken for plain, in bytes: one less than the limit, as the server counts the
/// dot before a label as part of it.
const MAX_LABEL_BYTES: usize = 62;

/// The longest host name that is taken for plain, in bytes.
const MAX_BYTES: usize = 253;

/// Whether `host` is a host name that passes every rule there is: labels of lower-case ASCII letters,
/// digits and single hyphens within, the last of letters only.
///
/// `false` says nothing: such a host has to be looked at closely. Two hyphens may announce Punycode, and a
/// last label with digits may be part of an IP address.
pub(super) fn is_plain_host(host: &[u8]) -> bool {
    if host.len() > MAX_BYTES {
        return false;
    }
    let mut label_length = 0;
    let mut is_all_letters = true;
    // As if a dot stood before, where no hyphen may follow and no dot either.
    let mut previous = b'.';
    for &byte in host {
        match byte {
            b'a'..=b'z' => {}
            b'0'..=b'9' => is_all_letters = false,
            b'-' if !matches!(previous, b'.' | b'-') => is_all_letters = false,
            b'.' if !matches!(previous, b'.' | b'-') => {
                label_length = 0;
                is_all_letters = true;
                previous = byte;
                continue;
            }
            _ => return false,
        }
        label_length += 1;
        if label_length > MAX_LABEL_BYTES {
            return false;
        }
        previous = byte;
    }
    // Nothing, a dot and a hyphen at the end leave no letter that came last.
    is_all_letters && previous.is_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::is_plain_host;

    #[test]
    fn only_what_is_plain_in_every_way_is_plain() {
        for host in ["example.com", "localhost", "a-b.1c.x", "mail27.example.com"] {
            assert!(is_plain_host(host.as_bytes()), "{host}");
        }
        let long_label = "a".repeat(63);
        let long_name = "a.".repeat(127) + "b";
        for host in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a.b",
            "a-.b",
            "a.-b",
            "a.b-",
            "a--b.c",
            "xn--a.b",
            "A.b",
            "a_b.c",
            "a.b1",
            "1.2.3.4",
            "a.0x1",
            "a b",
            "ä.b",
            "[::1]",
            "a:1",
            &long_label,
            &long_name,
        ] {
            assert!(!is_plain_host(host.as_bytes()), "{host}");
        }
    }
}
