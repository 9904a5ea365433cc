//! Texts without what people write differently.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// The text in lower case, without accents, and with a space for everything that is neither letter nor digit.
///
/// `special` is asked first what stands for a character; `None` leaves it to the general rule.
pub fn folded(text: &str, special: impl Fn(char) -> Option<&'static str>) -> String {
    let mut folded = String::with_capacity(text.len());
    let lower_case = text.chars().flat_map(char::to_lowercase);
    for character in DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(lower_case) {
        if let Some(other) = special(character).or_else(|| without_mark(character)) {
            folded.push_str(other);
        } else if is_accent(character) {
            // It goes with its letter.
        } else if character.is_alphanumeric() || is_vowel_sign(character) {
            folded.extend(character.to_lowercase());
        } else {
            folded.push(' ');
        }
    }
    folded
}

/// What people write for a letter whose mark is a part of it.
fn without_mark(character: char) -> Option<&'static str> {
    Some(match character {
        'ı' => "i",
        'ł' => "l",
        'ø' => "o",
        'đ' => "d",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        _ => return None,
    })
}

/// Marks that languages with Latin, Greek, Cyrillic, Arabic or Hebrew letters often leave out, and characters that
/// cannot be seen.
fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}')
        || (!character.is_ascii() && category_of(character) == GeneralCategory::Format)
}

/// Marks without which the words of South and South-East Asia are other words.
fn is_vowel_sign(character: char) -> bool {
    !character.is_ascii()
        && matches!(
            category_of(character),
            GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark
        )
}

fn category_of(character: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(character)
}
