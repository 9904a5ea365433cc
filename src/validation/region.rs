//! Countries and territories, as phone numbers know them.

use crate::validation::country_names::code_of_country;
use crate::validation::phone_library::is_known_region;

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

    /// The two-letter code, in capitals.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("from_code lets ASCII letters through and nothing else")
    }
}

#[cfg(test)]
mod tests;
