//! A first line such as `sep=;`.

/// The length of such a line with its line end, and the delimiter that it names.
///
/// Spreadsheet programs write this line for each other; it is quoted by some.
pub(super) fn separator_line(start: &[u8]) -> Option<(usize, u8)> {
    let end = start
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .unwrap_or(start.len());
    let line = &start[..end];
    let unquoted = line
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .unwrap_or(line);
    let (key, value) = unquoted.split_at_checked(4)?;
    let &[delimiter] = value else { return None };
    if !key.eq_ignore_ascii_case(b"sep=") || !delimiter.is_ascii() {
        return None;
    }
    let line_end = match start[end..] {
        [b'\r', b'\n', ..] => 2,
        [_, ..] => 1,
        [] => 0,
    };
    Some((end + line_end, delimiter))
}

#[cfg(test)]
mod tests {
    use super::separator_line;

    #[test]
    fn only_a_line_that_names_one_character_counts() {
        for (start, expected) in [
            (&b"a,b\n"[..], None),
            (b"sep=;\na;b", Some((6, b';'))),
            (b"SEP=\t\r\na\tb", Some((7, b'\t'))),
            (b"\"sep=|\"\ra|b", Some((8, b'|'))),
            (b"sep=;", Some((5, b';'))),
            (b"sep=,,\na,b", None),
            (b"sep=\na,b", None),
            (b"separate;b\n", None),
            ("sep=§\n".as_bytes(), None),
        ] {
            assert_eq!(separator_line(start), expected, "{}", start.escape_ascii());
        }
    }
}
