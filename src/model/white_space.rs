//! White space around a text.

/// The text without the white space around it: exactly [`str::trim`], for texts that mostly have none.
///
/// White space is what Unicode calls so, but almost every cell begins and ends with an ASCII character
/// that is none, and two looks at a byte tell.
pub fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Whether the text is empty or all white space.
pub fn is_blank(text: &str) -> bool {
    match text.as_bytes() {
        [] => true,
        [first, ..] if first.is_ascii_graphic() => false,
        _ => text.trim_start().is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_blank, trimmed};

    proptest! {
        #[test]
        fn white_space_is_what_the_standard_library_calls_so(
            text in "[a\u{7f}\u{e9} \t\r\n\u{b}\u{1f}\u{85}\u{a0}\u{2003}\u{200b}\u{3000}\u{feff}]{0,4}"
        ) {
            prop_assert_eq!(trimmed(&text), text.trim());
            prop_assert_eq!(is_blank(&text), text.trim().is_empty());
        }

        #[test]
        fn any_text_is_trimmed_alike(text in any::<String>()) {
            prop_assert_eq!(trimmed(&text), text.trim());
            prop_assert_eq!(is_blank(&text), text.trim().is_empty());
        }
    }
}
