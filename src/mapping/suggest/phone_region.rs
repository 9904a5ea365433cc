//! The country that phone numbers without a country code belong to, guessed from the data.

use super::cell_shape::first_value;
use super::column_facts::ratio;
use super::language::Language;
use super::survey::{Column, Survey};
use crate::validation::{Region, normalise_phone, region_of_phone};

/// So many numbers of a file are tried.
const MOST_NUMBERS: usize = 100;

/// A region in which fewer of the numbers are valid is no good guess.
const FEWEST_VALID: f64 = 0.5;

/// What is worth how much, beside the share of numbers that are valid there: hints decide between countries
/// whose numbers look alike, and never against the numbers.
const COUNTRY_COLUMN: f64 = 0.3;
const OTHER_NUMBERS: f64 = 0.3;
const EMAIL_DOMAINS: f64 = 0.2;
const GROUPING: f64 = 0.15;
const LANGUAGE: f64 = 0.1;

/// Ends of addresses that are countries by name only.
const DOMAINS_OF_ANYBODY: [&str; 12] = [
    "co", "io", "ai", "me", "tv", "cc", "ly", "fm", "gg", "ws", "to", "im",
];

/// Where numbers that say it themselves belong, if so many of them belong to one region: it is then taken for one
/// that does not say it.
const NEARLY_ALL: f64 = 0.8;

/// Where the numbers of a file belong that do not say it themselves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PhoneRegion {
    /// How many such numbers were tried.
    pub(super) national: usize,
    /// The likeliest region, and which share of them is valid there; if there are none, which share of the others
    /// belongs there.
    pub(super) guess: Option<(Region, f64)>,
    /// Another region whose numbers look the same, where only the language speaks for the guess.
    pub(super) rival: Option<Region>,
}

/// The columns that tell about phones.
pub(super) struct Witnesses<'a> {
    pub(super) phones: Vec<&'a Column>,
    pub(super) emails: Vec<&'a Column>,
    pub(super) country: Option<&'a Column>,
}

/// Guesses the region of the numbers without a country code.
pub(super) fn guess_region(survey: &Survey, witnesses: &Witnesses<'_>) -> PhoneRegion {
    let numbers = witnesses
        .phones
        .iter()
        .flat_map(|column| column.facts.samples());
    let (international, national): (Vec<&str>, Vec<&str>) = numbers
        .map(first_value)
        .partition(|number| number.starts_with(['+', '\u{ff0b}']));
    let national: Vec<&str> = national
        .into_iter()
        .filter(|number| number.chars().any(char::is_numeric))
        .take(MOST_NUMBERS)
        .collect();
    let mut hints = Hints::default();
    hints.of_countries(witnesses.country);
    hints.of_numbers(&international);
    hints.of_emails(&witnesses.emails);
    hints.of_grouping(&national);
    let evidence = Hints {
        regions: hints.regions.clone(),
    };
    hints.of_language(survey.language);
    for column in &witnesses.phones {
        hints.of_language(column.role.and_then(|role| role.language));
    }
    let guess = if national.is_empty() {
        usual_region(&international)
    } else {
        hints.best(&national)
    };
    let of_columns = witnesses
        .phones
        .iter()
        .filter_map(|column| column.role?.language);
    let languages: Vec<Language> = survey.language.into_iter().chain(of_columns).collect();
    let is_backed = |region: Region| {
        let is_spoken_only_there = |language: &Language| is_spoken_only_there(*language, region);
        evidence.weight_of(region) >= ENOUGH_EVIDENCE || languages.iter().any(is_spoken_only_there)
    };
    let rival = guess
        .filter(|(region, _)| !national.is_empty() && !is_backed(*region))
        .and_then(|(region, share)| rival_of(region, share, &national));
    // Of several that fit, one that is not even the likeliest of its language is no guess at all.
    let is_likeliest = |region: Region| {
        let mut first = languages
            .iter()
            .filter_map(|language| language.regions().first());
        first.any(|likeliest| *likeliest == region.code())
    };
    let guess = guess.filter(|(region, _)| rival.is_none() || is_likeliest(*region));
    PhoneRegion {
        guess,
        national: national.len(),
        rival: rival.filter(|_| guess.is_some()),
    }
}

/// So much evidence beside the language decides.
const ENOUGH_EVIDENCE: f64 = 0.1;

/// Whether the language of the names is one of a single large country.
fn is_spoken_only_there(language: Language, region: Region) -> bool {
    const FEW: usize = 3;
    let regions = language.regions();
    regions.len() <= FEW && regions.first() == Some(&region.code())
}

/// Countries that send most exports, whose numbers others may be taken for.
const LARGE_REGIONS: [&str; 44] = [
    "US", "GB", "DE", "FR", "ES", "IT", "TR", "NL", "BE", "PL", "PT", "BR", "MX", "AR", "CO", "CL",
    "PE", "RU", "UA", "IN", "PK", "BD", "PH", "ID", "MY", "SG", "JP", "KR", "CN", "AU", "NZ", "ZA",
    "NG", "KE", "EG", "SA", "AE", "SE", "NO", "DK", "FI", "AT", "CH", "IE",
];

/// The first region with another dialling code in which as many of the numbers are valid.
fn rival_of(guess: Region, share: f64, numbers: &[&str]) -> Option<Region> {
    let others = LARGE_REGIONS
        .iter()
        .filter_map(|code| Region::from_code(code));
    let mut others = others.filter(|other| !shares_dialling_code(*other, guess, numbers));
    others.find(|other| valid_share(numbers, *other) >= share)
}

/// Whether a number that is valid in both is the same number in both.
fn shares_dialling_code(one: Region, other: Region, numbers: &[&str]) -> bool {
    let read = |number: &str, region| normalise_phone(number, Some(region)).ok();
    let mut both = numbers
        .iter()
        .filter_map(|number| Some((read(number, one)?, read(number, other)?)));
    both.next()
        .is_none_or(|(one, other)| one.e164 == other.e164)
}

fn valid_share(numbers: &[&str], region: Region) -> f64 {
    let is_valid = |number: &&&str| normalise_phone(number, Some(region)).is_ok();
    ratio(numbers.iter().filter(is_valid).count(), numbers.len())
}

/// Whether the number is written as in North America: `(202) 555-0143`.
fn is_grouped_as_in_north_america(number: &str) -> bool {
    let groups: Vec<&str> = number
        .split([' ', '-', '.', '(', ')'])
        .filter(|group| !group.is_empty())
        .collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let are_digits = groups.concat().bytes().all(|byte| byte.is_ascii_digit());
    are_digits && lengths == [3, 3, 4]
}

/// The region that nearly all of these numbers belong to.
fn usual_region(international: &[&str]) -> Option<(Region, f64)> {
    let mut regions = Hints::default();
    let tried = &international[..international.len().min(MOST_NUMBERS)];
    for number in tried {
        regions.add(region_of_phone(number), ratio(1, tried.len()));
    }
    regions
        .regions
        .into_iter()
        .find(|(_, share)| *share >= NEARLY_ALL)
}

/// Regions and what speaks for them.
#[derive(Debug, Default)]
struct Hints {
    regions: Vec<(Region, f64)>,
}

impl Hints {
    fn add(&mut self, region: Option<Region>, weight: f64) {
        let Some(region) = region else { return };
        match self.regions.iter_mut().find(|(known, _)| *known == region) {
            Some((_, sum)) => *sum += weight,
            None => self.regions.push((region, weight)),
        }
    }

    fn of_language(&mut self, language: Option<Language>) {
        let regions = language.iter().flat_map(|language| language.regions());
        for (rank, code) in (1_u32..).zip(regions) {
            self.add(Region::from_code(code), LANGUAGE / f64::from(rank));
        }
    }

    fn of_countries(&mut self, column: Option<&Column>) {
        let cells = column.map_or(&[][..], |column| column.facts.counted_samples());
        let all: usize = cells.iter().map(|(_, count)| count).sum();
        for (cell, count) in cells {
            self.add(Region::from_text(cell), COUNTRY_COLUMN * ratio(*count, all));
        }
    }

    fn of_numbers(&mut self, international: &[&str]) {
        let tried = &international[..international.len().min(MOST_NUMBERS)];
        for number in tried {
            self.add(
                region_of_phone(number),
                OTHER_NUMBERS * ratio(1, tried.len()),
            );
        }
    }

    fn of_emails(&mut self, columns: &[&Column]) {
        let cells: Vec<&str> = columns
            .iter()
            .flat_map(|column| column.facts.samples())
            .collect();
        for cell in &cells {
            let end = cell.rsplit('.').next().unwrap_or_default().to_lowercase();
            let code = match end.as_str() {
                "uk" => "gb",
                end if DOMAINS_OF_ANYBODY.contains(&end) => continue,
                end => end,
            };
            self.add(
                Region::from_code(code),
                EMAIL_DOMAINS * ratio(1, cells.len()),
            );
        }
    }

    fn of_grouping(&mut self, national: &[&str]) {
        let grouped = national
            .iter()
            .filter(|number| is_grouped_as_in_north_america(number));
        let share = ratio(grouped.count(), national.len());
        self.add(Region::from_code("US"), GROUPING * share);
    }

    fn weight_of(&self, region: Region) -> f64 {
        let mut weights = self.regions.iter().filter(|(known, _)| *known == region);
        weights.next().map_or(0.0, |(_, weight)| *weight)
    }

    /// The region where most of the numbers are valid, hints deciding between equal ones.
    fn best(&self, numbers: &[&str]) -> Option<(Region, f64)> {
        let tried = self
            .regions
            .iter()
            .map(|&(region, hint)| (region, valid_share(numbers, region), hint))
            .filter(|(_, share, _)| *share >= FEWEST_VALID);
        let best = tried.max_by(|one, other| (one.1 + one.2).total_cmp(&(other.1 + other.2)));
        best.map(|(region, share, _)| (region, share))
    }
}

#[cfg(test)]
mod tests;
