//! How long a text may be.

use crate::model::{Code, Finding};

/// Checks that `text` has at most `max_length` Unicode code points.
///
/// Code points are what the CRM's framework counts: `é` typed as a letter and an accent counts two.
///
/// # Errors
///
/// [`Code::FieldTooLong`], with the length and the limit.
pub fn check_length(text: &str, max_length: usize) -> Result<(), Finding> {
    // No text has more code points than bytes, so that nearly every text needs no counting.
    if text.len() <= max_length {
        return Ok(());
    }
    let length = text.chars().count();
    if length <= max_length {
        return Ok(());
    }
    let noun = if length == 1 {
        "character"
    } else {
        "characters"
    };
    Err(Finding::new(
        Code::FieldTooLong,
        format!("has {length} {noun}; the CRM takes up to {max_length}"),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_may_be_as_long_as_the_limit_and_no_longer() {
        for (input, max_length, expected) in [
            (String::new(), 0, None),
            (
                "a".into(),
                0,
                Some("has 1 character; the CRM takes up to 0"),
            ),
            ("a".repeat(255), 255, None),
            ("ğ".repeat(255), 255, None),
            ("👍".repeat(50), 50, None),
            (
                "a".repeat(256),
                255,
                Some("has 256 characters; the CRM takes up to 255"),
            ),
            (
                "e\u{301}".repeat(26),
                50,
                Some("has 52 characters; the CRM takes up to 50"),
            ),
        ] {
            let found = check_length(&input, max_length).err();
            let predicate = found.as_ref().map(|finding| finding.predicate.as_ref());
            assert_eq!(predicate, expected, "{input:?}");
        }
    }

    proptest! {
        #[test]
        fn lengths_are_counted_in_code_points(text in any::<String>(), max_length in 0_usize..60) {
            let fits = text.chars().count() <= max_length;
            prop_assert_eq!(check_length(&text, max_length).is_ok(), fits);
        }
    }
}
