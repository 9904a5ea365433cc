//! Names of columns without what people write differently.

use crate::validation::folded;

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
    folded(&spaced, arabic_letter)
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

/// Letters that Arabic keyboards and their users take for each other.
fn arabic_letter(character: char) -> Option<&'static str> {
    Some(match character {
        'ة' => "ه",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        'ـ' => "",
        _ => return None,
    })
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
