//! Names in the form in which two writings of one name are the same.

use icu_normalizer::ComposingNormalizerBorrowed;

/// The dot that lower-casing a Turkish `İ` leaves behind its `i`.
const DOT_ABOVE: char = '\u{307}';

/// A name with all that does not tell names apart taken out: upper and lower case, the two Turkish
/// `i`, how accents are encoded, and how much white space there is.
///
/// Accents themselves stay: `Muller` and `Müller` are two people.
pub fn fold_name(name: &str) -> String {
    if name.is_ascii() {
        // The tables of Unicode have nothing to say of these.
        return tidy_name(name).to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(name.len());
    // By way of the upper case, `ß` and `ss`, both sigmas and the dotless `ı` come out alike.
    let lower = name.chars().flat_map(char::to_lowercase);
    let upper = lower.flat_map(char::to_uppercase);
    for character in upper.flat_map(char::to_lowercase) {
        if character != DOT_ABOVE || !folded.ends_with('i') {
            folded.push(character);
        }
    }
    tidy_name(&folded)
}

/// A name as it is shown and made: no white space around it, every run of white space within it one
/// space, accents composed (Unicode NFC).
pub fn tidy_name(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let tidy = words.join(" ");
    if tidy.is_ascii() {
        return tidy;
    }
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&tidy);
    composed.into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fold_name, tidy_name};

    #[test]
    fn writings_of_one_name_fold_to_the_same() {
        for (left, right) in [
            ("Proposal Sent", "  proposal\u{a0}\n SENT "),
            ("İstanbul", "istanbul"),
            ("ISTANBUL", "ıstanbul"),
            ("İstanbul", "i\u{307}stanbul"),
            ("Ceren Yılmaz", "CEREN YILMAZ"),
            ("Müller", "mu\u{308}LLER"),
            ("Straße", "STRASSE"),
            ("Straße", "STRAẞE"),
            ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
            ("Пётр", "ПЁТР"),
            ("ＪＡＰＡＮ", "ｊａｐａｎ"),
        ] {
            assert_eq!(fold_name(left), fold_name(right), "{left} and {right}");
        }
    }

    #[test]
    fn other_names_stay_others() {
        for (left, right) in [
            ("Müller", "Muller"),
            ("Web site", "Website"),
            ("proposal-sent", "proposal sent"),
            ("Ç", "C"),
        ] {
            assert_ne!(fold_name(left), fold_name(right), "{left} and {right}");
        }
    }

    #[test]
    fn a_tidy_name_keeps_its_capitals() {
        assert_eq!(
            tidy_name(" Trade \t Fair\u{2003}I\u{307}zmir "),
            "Trade Fair İzmir"
        );
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(name in "\\PC{0,12}|[ıİiIßẞſΣςσ\u{307} a]{0,12}") {
            let folded = fold_name(&name);
            prop_assert_eq!(fold_name(&folded), folded.clone());
            prop_assert_eq!(fold_name(&tidy_name(&name)), folded);
        }
    }
}
