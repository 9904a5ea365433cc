//! What a column can hold: the sections of `synonyms.toml`.

use serde::Deserialize;

/// What a column, or a word in its name, stands for. Each is a section of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Concept {
    LastName,
    FirstName,
    /// The whole name of a person.
    FullName,
    /// A name of which only the other columns tell which one it is.
    Name,
    Phone,
    Mobile,
    Email,
    Description,
    Message,
    PreferredContact,
    SourcePageUrl,
    LeadStatus,
    LeadSource,
    Owner,
    Country,
    Tags,
    /// Coarser marks than tags.
    Category,
    Campaign,
    Utm,
    RecordId,
    /// Ids as the CRM numbers them.
    OwnStatusId,
    OwnSourceId,
    OwnUserId,
    OwnCountryId,
    /// Words that only say more about a column.
    Prefix,
    Filler,
    Postal,
    Work,
    Home,
    Other,
    /// What is left out, from here on.
    Company,
    JobTitle,
    Fax,
    Street,
    City,
    Zip,
    Region,
    Date,
    Kind,
    Flag,
    Money,
    Advertising,
    /// A deal; what stands beside it can be the lead's all the same.
    Deal,
    Website,
    OtherPerson,
    OtherThing,
    RowNumber,
    /// What cells say, not headers.
    StatusCells,
    RegionCells,
}

impl Concept {
    /// Whether it is a word that only says more about a column, and no column by itself.
    pub(super) fn is_mere_word(self) -> bool {
        (Self::Prefix..=Self::Other).contains(&self)
    }

    /// Whether such a column never feeds a lead.
    pub(super) fn is_left_out(self) -> bool {
        (Self::Company..=Self::RowNumber).contains(&self)
    }

    /// Whether it is what cells say, which no header is compared with.
    pub(super) fn is_of_cells(self) -> bool {
        matches!(self, Self::StatusCells | Self::RegionCells)
    }

    /// Whether it is a part of a postal address, whose neighbours are likely to be others.
    pub(super) fn is_of_address(self) -> bool {
        matches!(self, Self::Street | Self::City | Self::Zip)
    }
}
