//! Names of columns without what people write differently.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// The words of a text, in lower case and without accents: split at separators, where a capital follows a small
/// letter, and between letters and digits. `contactLastName2` has four.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut spaced = String::with_capacity(text.len() + 8);
    for (index, &character) in characters.iter().enumerate() {
        let previous = index.checked_sub(1).map(|before| characters[before]);
        let next = characters.get(index + 1).copied();
        if previous.is_some_and(|previous| begins_word(previous, character, next)) {
            spaced.push(' ');
        }
        spaced.push(character);
    }
    folded(&spaced)
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// The words of a text, run together: what names are compared by.
pub(super) fn compact(text: &str) -> String {
    words_of(text).concat()
}

fn begins_word(previous: char, character: char, next: Option<char>) -> bool {
    let is_hump = character.is_uppercase()
        && (previous.is_lowercase()
            || (previous.is_uppercase() && next.is_some_and(char::is_lowercase)));
    let is_number = previous.is_numeric() != character.is_numeric()
        && previous.is_alphanumeric()
        && character.is_alphanumeric();
    is_hump || is_number
}

/// Lower case, without accents, and with a space for everything that is neither letter nor digit.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let lower_case = text.chars().flat_map(char::to_lowercase);
    for character in DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(lower_case) {
        match character {
            'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' => folded.push('d'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            // Letters that Arabic keyboards and their users take for each other.
            'ة' => folded.push('ه'),
            'ى' | 'ی' => folded.push('ي'),
            'ک' => folded.push('ك'),
            'ـ' => {}
            c if is_accent(c) => {}
            c if c.is_alphanumeric() || is_vowel_sign(c) => folded.extend(c.to_lowercase()),
            _ => folded.push(' '),
        }
    }
    folded
}

/// Marks that people often leave out, and characters that cannot be seen.
fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}')
        || (!character.is_ascii()
            && CodePointMapData::<GeneralCategory>::new().get(character) == GeneralCategory::Format)
}

/// Marks without which a word is another one.
fn is_vowel_sign(character: char) -> bool {
    !character.is_ascii()
        && matches!(
            CodePointMapData::<GeneralCategory>::new().get(character),
            GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark
        )
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn words_are_found_however_they_are_joined() {
        for (name, expected) in [
            ("Last Name", "last name"),
            ("last_name", "last name"),
            ("LASTNAME", "lastname"),
            ("contactLastName2", "contact last name 2"),
            ("OwnerID", "owner id"),
            ("IDOwner", "id owner"),
            ("E-mail 1 - Value", "e mail 1 value"),
            ("Contact: Prénom(s)*", "contact prenom s"),
            ("SOYADI", "soyadi"),
            ("Soyadı", "soyadi"),
            ("ŞEHİR", "sehir"),
            ("Straße", "strasse"),
            ("Imię", "imie"),
            ("الاسم الأول", "الاسم الاول"),
            ("№ п/п", "no п п"),
            ("\u{feff}Name", "name"),
            ("\u{200f}", ""),
            ("  ", ""),
        ] {
            assert_eq!(words_of(name).join(" "), expected, "{name}");
        }
    }
}
