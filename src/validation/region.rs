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
        Self::from_text(text).or_else(|| Self::from_code(&main_region(dialling_code(text)?)?))
    }

    /// The two-letter code, in capitals.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("from_code lets ASCII letters through and nothing else")
    }
}

/// The number of a dialling code, written with `+`, `00` or neither, and in brackets or not.
fn dialling_code(text: &str) -> Option<i32> {
    let text = text.trim().trim_start_matches('(').trim_end_matches(')');
    let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    let digits = digits.unwrap_or(text).trim();
    let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
