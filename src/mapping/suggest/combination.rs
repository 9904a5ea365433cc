//! What two names in one header come to: `Mailing Country` is a country, `Phone Type` no phone.

use super::concept::Concept;
use Concept::{
    Campaign, City, Company, Country, Date, Description, Email, Fax, FirstName, Flag, FullName,
    JobTitle, Kind, LastName, LeadSource, LeadStatus, Message, Mobile, Money, Name, OtherPerson,
    OtherThing, Owner, Phone, RecordId, Region, RowNumber, SourcePageUrl, Street, Tags, Utm,
    Website, Zip,
};

/// What makes every column that it stands beside its own, the strongest first.
const TAKING_OVER: [Concept; 9] = [
    Kind,
    Date,
    Flag,
    OtherPerson,
    Company,
    OtherThing,
    Money,
    Fax,
    JobTitle,
];

/// What a column with both names holds. [`OtherThing`] when they do not go together.
pub(super) fn combined(one: Concept, other: Concept) -> Concept {
    if one == other {
        return one;
    }
    either_way(one, other)
        .or_else(|| either_way(other, one))
        .or_else(|| {
            TAKING_OVER
                .into_iter()
                .find(|&taker| one == taker || other == taker)
        })
        .unwrap_or(OtherThing)
}

fn either_way(one: Concept, other: Concept) -> Option<Concept> {
    Some(match (one, other) {
        (Name | FirstName, LastName) | (FullName, Name | FirstName | LastName) => FullName,
        (FirstName, Name) => FirstName,
        // `Owner Name` is the owner's.
        (
            Name,
            Company | Country | City | Region | LeadStatus | LeadSource | Owner | Campaign | Utm
            | Tags | OtherPerson | OtherThing | Street | JobTitle | Website | Money | Kind,
        ) => other,
        (Phone, Mobile) => Mobile,
        (Street, Country | Email | Website | SourcePageUrl | City | Zip | Region) => other,
        (Country, Region) => Country,
        (City, Region | Zip) => City,
        // `Phone Country` says how to dial, not where somebody lives.
        (Phone | Mobile, Country | Region | City | Zip) => Fax,
        // `Phone 1 - Label`.
        (Tags, Phone | Mobile | Email | Street | Website | Country) => Kind,
        (LeadStatus, Phone | Mobile | Email | Campaign | Website | Message) => Flag,
        // `Status Label` is the status in words.
        (Tags, LeadStatus | LeadSource) => other,
        // Users are looked up by their addresses too.
        (Owner, Email) => Owner,
        (SourcePageUrl, Website) => SourcePageUrl,
        (LeadSource, Website | SourcePageUrl) => SourcePageUrl,
        (Campaign, Utm) => Campaign,
        (Utm | Campaign, LeadSource) => Utm,
        (Description, Message) => Message,
        (RowNumber, Phone | Mobile) => other,
        (RowNumber, RecordId) => RecordId,
        (Website, Phone | Mobile | Email | Description | Name | FullName) => Website,
        _ => return None,
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
            (Owner, RecordId, OtherThing),
            (Company, Country, Company),
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
