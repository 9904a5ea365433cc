//! Which country an international phone number belongs to.

use crate::validation::phone_library::region_of_number;
use crate::validation::region::Region;

/// The region whose number this is, if it is a valid one that begins with `+`.
pub fn region_of_phone(text: &str) -> Option<Region> {
    region_of_number(text).and_then(|code| Region::from_code(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn international_numbers_have_a_region_and_others_have_none() {
        for (text, expected) in [
            ("+1 202 555 0143", Some("US")),
            ("+90 532 123 45 67", Some("TR")),
            ("+44 20 7946 0123", Some("GB")),
            ("0532 123 45 67", None),
            ("+1 202", None),
            ("Jane", None),
        ] {
            let found = region_of_phone(text);
            assert_eq!(found.as_ref().map(Region::code), expected, "{text}");
        }
    }
}
