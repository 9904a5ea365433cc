//! What two names in one header come to: `Mailing Country` is a country, `Phone Type` no phone.

use super::concept::Concept;
use Concept::{
    Advertising, Campaign, City, Company, Country, Date, Deal, Description, Email, Fax, FirstName,
    Flag, FullName, JobTitle, Kind, LastName, LeadSource, LeadStatus, Message, Mobile, Money, Name,
    OtherPerson, OtherThing, Owner, Phone, Region, SourcePageUrl, Street, Tags, Utm, Website, Zip,
};

/// What two names come to.
enum Sum {
    /// What the second of them says.
    Second,
    /// This.
    Is(Concept),
}

/// Names that go together: any of the first with any of the second, in any order in the header.
struct Pair(&'static [Concept], &'static [Concept], Sum);

/// All names that go together: **the one place to add a pair**.
static PAIRS: [Pair; 20] = [
    Pair(&[Name, FirstName], &[LastName], Sum::Is(FullName)),
    Pair(&[FullName], &[Name, FirstName, LastName], Sum::Is(FullName)),
    Pair(&[Name], &[FirstName], Sum::Second),
    // `Owner Name` is the owner's.
    Pair(
        &[Name],
        &[
            Company,
            Country,
            City,
            Region,
            LeadStatus,
            LeadSource,
            Owner,
            Campaign,
            Utm,
            Tags,
            OtherPerson,
            OtherThing,
            Street,
            JobTitle,
            Website,
            Money,
            Kind,
        ],
        Sum::Second,
    ),
    Pair(&[Phone], &[Mobile], Sum::Second),
    Pair(
        &[Street],
        &[Country, Email, Website, SourcePageUrl, City, Zip, Region],
        Sum::Second,
    ),
    Pair(&[Region], &[Country], Sum::Second),
    Pair(&[Region, Zip], &[City], Sum::Second),
    // `Phone Country` says how to dial, not where somebody lives.
    Pair(
        &[Phone, Mobile],
        &[Country, Region, City, Zip],
        Sum::Is(Fax),
    ),
    // `Phone 1 - Label`.
    Pair(
        &[Tags],
        &[Phone, Mobile, Email, Street, Website, Country],
        Sum::Is(Kind),
    ),
    // `Status Label` is the status in words.
    Pair(&[Tags], &[LeadStatus, LeadSource], Sum::Second),
    Pair(
        &[LeadStatus],
        &[Phone, Mobile, Email, Campaign, Website, Message],
        Sum::Is(Flag),
    ),
    // `Deal - Owner` is whom the lead belongs to as well.
    Pair(
        &[Deal],
        &[FullName, Owner, LeadStatus, LeadSource, Tags, Campaign, Utm],
        Sum::Second,
    ),
    // Better than none.
    Pair(&[Company], &[Owner, Country], Sum::Second),
    // Users are looked up by their addresses too.
    Pair(&[Email], &[Owner], Sum::Second),
    Pair(&[Website, LeadSource], &[SourcePageUrl], Sum::Second),
    Pair(&[LeadSource], &[Website], Sum::Is(SourcePageUrl)),
    Pair(&[Utm], &[Campaign], Sum::Second),
    Pair(&[LeadSource], &[Utm, Campaign], Sum::Is(Utm)),
    Pair(&[Description], &[Message], Sum::Second),
];

/// What makes every other column that it stands beside its own, the strongest first.
const TAKING_OVER: [Concept; 12] = [
    Kind,
    Date,
    Flag,
    OtherPerson,
    Company,
    OtherThing,
    Money,
    Advertising,
    Deal,
    Fax,
    JobTitle,
    Website,
];

/// What a column with both names holds. [`OtherThing`] when they do not go together.
pub(super) fn combined(one: Concept, other: Concept) -> Concept {
    if one == other {
        return one;
    }
    let takes_over = |taker: &Concept| one == *taker || other == *taker;
    paired(one, other)
        .or_else(|| paired(other, one))
        .or_else(|| TAKING_OVER.into_iter().find(takes_over))
        .unwrap_or(OtherThing)
}

fn paired(one: Concept, other: Concept) -> Option<Concept> {
    let fits = |pair: &&Pair| pair.0.contains(&one) && pair.1.contains(&other);
    PAIRS.iter().find(fits).map(|pair| match pair.2 {
        Sum::Second => other,
        Sum::Is(concept) => concept,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stand_together_come_to_one() {
        for (one, other, expected) in [
            (Name, LastName, FullName),
            (Phone, Mobile, Mobile),
            (Phone, Kind, Kind),
            (Tags, Phone, Kind),
            (Street, Country, Country),
            (Country, Region, Country),
            (Owner, Concept::RecordId, OtherThing),
            (Company, Country, Country),
            (Company, Owner, Owner),
            (Deal, FullName, FullName),
            (Deal, Email, Deal),
            (Company, Phone, Company),
            (OtherPerson, Email, OtherPerson),
            (Name, Owner, Owner),
            (Email, Phone, OtherThing),
        ] {
            assert_eq!(combined(one, other), expected, "{one:?} {other:?}");
            assert_eq!(combined(other, one), expected, "{other:?} {one:?}");
        }
    }
}
