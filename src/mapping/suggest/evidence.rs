//! Whether the cells of a column are what its name says.

use super::cell_shape::CellShape::{
    Amount, BareUrl, Code, Country, Date, Email, Flag, Integer, LongNumber, Phone, Text, Url, Words,
};
use super::column_facts::{ColumnFacts, ratio};
use super::concept::Concept;
use crate::validation::Region;

/// From this share of the filled cells on they are what the name says.
const CONFIRMING: f64 = 0.8;

/// From this share on they may be.
const PLAUSIBLE: f64 = 0.5;

/// From this share on they are enough when nothing else speaks for it.
const NEARLY_ALL: f64 = 0.9;

/// So many filled cells are needed to say that a column has too many different ones.
const ENOUGH_TO_COUNT: usize = 30;

/// What the cells say to the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Nothing: none is filled.
    NoCells,
    /// They are that.
    Confirmed,
    /// They may be that.
    Plausible,
    /// They hardly are that.
    Doubtful(&'static str),
    /// They are not that.
    Contradicted(&'static str),
}

/// Compares the cells of a column with what its name says it holds.
pub(super) fn fit(concept: Concept, facts: &ColumnFacts) -> Fit {
    if facts.filled == 0 {
        return Fit::NoCells;
    }
    match concept {
        Concept::Phone | Concept::Mobile => by_share(
            facts.share(&[Phone, LongNumber]),
            "its cells are no phone numbers",
        ),
        Concept::Email => by_share(facts.share(&[Email]), "its cells are no e-mail addresses"),
        Concept::Country => by_share(
            facts.share(&[Country]).max(share_of_dialling_codes(facts)),
            "its cells name no countries",
        ),
        Concept::SourcePageUrl => fit_of_page(facts),
        Concept::LastName | Concept::FirstName | Concept::FullName | Concept::Name => {
            fit_of_name(facts)
        }
        Concept::OwnStatusId
        | Concept::OwnSourceId
        | Concept::OwnUserId
        | Concept::OwnCountryId => fit_of_id(facts),
        Concept::LeadStatus | Concept::LeadSource | Concept::PreferredContact | Concept::Owner => {
            fit_of_choice(concept, facts)
        }
        Concept::Tags | Concept::Category | Concept::Campaign | Concept::Utm => fit_of_tags(facts),
        Concept::Description | Concept::Message => fit_of_text(facts),
        Concept::RecordId if facts.is_unique() => Fit::Confirmed,
        _ => Fit::Plausible,
    }
}

/// Countries may go by the dialling codes of their phones.
fn share_of_dialling_codes(facts: &ColumnFacts) -> f64 {
    let is_code = |cell: &&str| Region::of_phones(cell).is_some();
    ratio(
        facts.samples().filter(is_code).count(),
        facts.samples().count(),
    )
}

fn by_share(share: f64, contradiction: &'static str) -> Fit {
    if share >= CONFIRMING {
        Fit::Confirmed
    } else if share >= PLAUSIBLE {
        Fit::Plausible
    } else {
        Fit::Contradicted(contradiction)
    }
}

fn fit_of_page(facts: &ColumnFacts) -> Fit {
    if facts.share(&[BareUrl]) >= PLAUSIBLE {
        return Fit::Contradicted(
            "its addresses lack `https://`, and the CRM takes whole ones only",
        );
    }
    by_share(facts.share(&[Url]), "its cells are no web addresses")
}

fn fit_of_name(facts: &ColumnFacts) -> Fit {
    let foreign = [
        Email, Url, BareUrl, Phone, LongNumber, Integer, Amount, Date, Flag,
    ];
    if facts.share(&foreign) >= PLAUSIBLE {
        Fit::Contradicted("its cells are no names")
    } else if facts.share(&[Words, Country]) >= CONFIRMING {
        Fit::Confirmed
    } else {
        Fit::Plausible
    }
}

/// An id of the CRM itself: a whole number. Statuses, sources and users of one tenant are not so many that their
/// numbers are long: long ones are those of another program.
fn fit_of_id(facts: &ColumnFacts) -> Fit {
    const MOST_DIGITS: usize = 5;
    if facts
        .samples()
        .any(|sample| sample.trim().len() > MOST_DIGITS)
    {
        return Fit::Contradicted("its cells are too long for ids of the CRM");
    }
    by_share(
        facts.share(&[Integer, LongNumber]),
        "its cells are no whole numbers",
    )
}

/// One of a few words.
fn fit_of_choice(concept: Concept, facts: &ColumnFacts) -> Fit {
    if facts.share(&[Integer, LongNumber, Amount, Code]) >= PLAUSIBLE {
        return Fit::Contradicted("its cells are numbers or codes of another program");
    }
    let is_owner = concept == Concept::Owner;
    let foreign = [Url, BareUrl, Phone, Date];
    let foreign_share = facts.share(&foreign) + if is_owner { 0.0 } else { facts.share(&[Email]) };
    if foreign_share >= PLAUSIBLE {
        return Fit::Contradicted("its cells are dates, numbers or addresses");
    }
    if facts.share(&[Flag]) >= PLAUSIBLE {
        return Fit::Contradicted("its cells say yes or no");
    }
    let differ = facts.filled >= ENOUGH_TO_COUNT && facts.distinct() * 2 > facts.filled;
    if differ {
        return Fit::Contradicted("nearly every row has another text there");
    }
    Fit::Confirmed
}

fn fit_of_tags(facts: &ColumnFacts) -> Fit {
    let foreign = [Email, Phone, Date, Flag];
    if facts.share(&foreign) >= PLAUSIBLE {
        Fit::Contradicted("its cells are dates, numbers or addresses")
    } else if facts.share(&[Integer, LongNumber, Amount]) >= CONFIRMING {
        Fit::Contradicted("its cells are numbers")
    } else {
        Fit::Confirmed
    }
}

fn fit_of_text(facts: &ColumnFacts) -> Fit {
    if facts.share(&[Email, Url, BareUrl, Phone, Date, Flag]) >= CONFIRMING {
        Fit::Contradicted("its cells are dates, numbers or addresses")
    } else if facts.share(&[Integer, LongNumber, Amount]) >= CONFIRMING {
        Fit::Doubtful("its cells are numbers")
    } else if facts.share(&[Text, Words]) >= PLAUSIBLE {
        Fit::Confirmed
    } else {
        Fit::Plausible
    }
}

/// Whether nearly all cells can be phone numbers, with punctuation or without.
pub(super) fn could_be_phones(facts: &ColumnFacts) -> bool {
    facts.share(&[Phone, LongNumber]) >= NEARLY_ALL
}

/// What a column holds whose name says nothing: only what its cells can hardly be mistaken for.
pub(super) fn concept_by_cells(facts: &ColumnFacts) -> Option<Concept> {
    const FEWEST_CELLS: usize = 2;
    if facts.filled < FEWEST_CELLS {
        return None;
    }
    let is_mostly = |shape| facts.share(&[shape]) >= NEARLY_ALL;
    if is_mostly(Email) {
        Some(Concept::Email)
    } else if is_mostly(Phone) {
        Some(Concept::Phone)
    } else if is_mostly(Country) {
        // Codes of two letters are codes of much else.
        facts
            .samples()
            .any(|sample| sample.chars().count() > 3)
            .then_some(Concept::Country)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_confirm_or_contradict() {
        let confirmed = [
            (Concept::Phone, vec!["+1 202 555 0143", "2025550143"]),
            (Concept::Email, vec!["a@b.co", ""]),
            (Concept::LastName, vec!["Doe", "van der Berg"]),
            (Concept::Country, vec!["Germany", "TR"]),
            (Concept::Country, vec!["+90", "0049"]),
            (Concept::LeadStatus, vec!["New", "New"]),
            (Concept::Owner, vec!["jane@example.com", "Jane Doe"]),
            (Concept::SourcePageUrl, vec!["https://example.com/x"]),
            (Concept::OwnStatusId, vec!["4", "50001"]),
        ];
        for (concept, cells) in confirmed {
            assert_eq!(
                fit(concept, &ColumnFacts::of(&cells)),
                Fit::Confirmed,
                "{concept:?}"
            );
        }
        let contradicted = [
            (Concept::Phone, vec!["Work", "Home"]),
            (Concept::Email, vec!["yes", "no"]),
            (Concept::LastName, vec!["a@b.co"]),
            (Concept::Country, vec!["Bavaria", "Hesse"]),
            (Concept::LeadStatus, vec!["1", "2"]),
            (Concept::Owner, vec!["0055g00000AbCdE"]),
            (Concept::SourcePageUrl, vec!["www.example.com"]),
            (Concept::Description, vec!["2024-03-01"]),
            (Concept::OwnUserId, vec!["Jane"]),
        ];
        for (concept, cells) in contradicted {
            let found = fit(concept, &ColumnFacts::of(&cells));
            assert!(
                matches!(found, Fit::Contradicted(_)),
                "{concept:?}: {found:?}"
            );
        }
        assert_eq!(
            fit(Concept::Phone, &ColumnFacts::of(&["", " "])),
            Fit::NoCells
        );
    }

    #[test]
    fn a_column_without_a_telling_name_is_known_by_its_cells() {
        for (cells, expected) in [
            (vec!["a@b.co", "c@d.co", "e@f.co"], Some(Concept::Email)),
            (
                vec!["+1 202 555 0143", "(202) 555-0144"],
                Some(Concept::Phone),
            ),
            (vec!["Germany", "Turkey"], Some(Concept::Country)),
            (vec!["DE", "TR"], None),
            (vec!["2025550143", "2025550144"], None),
            (vec!["a@b.co"], None),
            (vec!["Jane", "Joe"], None),
        ] {
            assert_eq!(
                concept_by_cells(&ColumnFacts::of(&cells)),
                expected,
                "{cells:?}"
            );
        }
    }
}
