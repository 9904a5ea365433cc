//! Countries and territories, as phone numbers know them.

use crate::validation::country_names::code_of_country;
use crate::validation::phone_library::{is_known_region, main_region};

/// A country or territory that libphonenumber knows, by its two-letter code of ISO 3166.
///
/// Also `AC`, `TA` and `XK`, which ISO 3166 reserves or leaves to its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// The region with a two-letter code, in capitals or not. Nothing else is understood: no `UK`.
    pub fn from_code(code: &str) -> Option<Self> {
        let letters: [u8; 2] = code.as_bytes().try_into().ok()?;
        let region = Self(letters.map(|letter| letter.to_ascii_uppercase()));
        let are_letters = region.0.iter().all(u8::is_ascii_uppercase);
        (are_letters && is_known_region(region.code())).then_some(region)
    }

    /// The region that a cell names: a two- or three-letter code, or a name of the country.
    ///
    /// Known are names in English with their usual variants (`USA`, `U.K.`, `Holland`), in the official
    /// languages of the country itself, and in ten languages that exports are often written in.
    /// Capitals, accents, dots, apostrophes, hyphens and white space make no difference.
    ///
    /// `None` when the text is unknown, or when two countries could be meant (`Congo`): never a guess.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::from_code(text).or_else(|| code_of_country(text).and_then(Self::from_code))
    }

    /// The region whose rules the phone numbers beside `text` follow: what [`Self::from_text`] finds, or the main country of
    /// a dialling code such as `+90`, `0090` or `90`. Countries that share one, such as `+1`, share its rules.
    pub fn of_phones(text: &str) -> Option<Self> {
        Self::from_text(text)
            .or_else(|| Self::of_dialling_code(text))
            .or_else(|| Self::of_parts(text))
    }

    fn of_dialling_code(text: &str) -> Option<Self> {
        Self::from_code(&main_region(dialling_code(text)?)?)
    }

    /// What the parts of a text such as `Turkey (+90)`, `TR - Turkey` or `tr_TR` say, if they do not contradict each
    /// other.
    fn of_parts(text: &str) -> Option<Self> {
        let parts = text.split(['(', ')', '/', '_', '|', ',']);
        let parts = parts.flat_map(|part| part.split(" - "));
        let parts: Vec<&str> = parts
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        if parts.len() < 2 {
            return None;
        }
        let of_part = |part: &&str| Self::from_text(part).or_else(|| Self::of_dialling_code(part));
        let mut regions = parts.iter().filter_map(of_part);
        let first = regions.next()?;
        regions.all(|other| other == first).then_some(first)
    }

    /// The two-letter code, in capitals.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("from_code lets ASCII letters through and nothing else")
    }
}

/// The number of a dialling code, written with `+`, `00` or neither, and in brackets or not.
fn dialling_code(text: &str) -> Option<i32> {
    let is_around = |character: char| character.is_whitespace() || "()".contains(character);
    let text = text.trim_matches(is_around);
    let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    // A workbook's number may come with its decimals.
    let digits = digits.unwrap_or(text).trim().trim_end_matches(".0");
    let mut code = 0_i32;
    for character in digits.chars() {
        let digit = decimal_digit(character)?;
        code = code.checked_mul(10)?.checked_add(digit)?;
    }
    (code > 0).then_some(code)
}

/// The value of a digit of ASCII or of Arabic.
fn decimal_digit(character: char) -> Option<i32> {
    let zero = match character {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        _ => return character.to_digit(10)?.try_into().ok(),
    };
    i32::try_from(u32::from(character) - zero).ok()
}

#[cfg(test)]
mod tests;
