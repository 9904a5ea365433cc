//! The lists of the CRM that give names to ids.

/// A list of the CRM whose entries leads refer to by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameList {
    /// What a lead has come to.
    Statuses,
    /// Where a lead comes from. The only list that the API lets anybody add to.
    ReferenceSources,
    /// Whom a lead is assigned to.
    Users,
}

/// An entry of a list, as far as it is needed to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameEntry {
    /// What a lead refers to it by.
    pub id: i64,
    /// Its name as the CRM shows it; empty where it has none.
    pub name: String,
    /// The slug of a status or the e-mail address of a user.
    pub other: Option<String>,
}

impl NameList {
    /// Every list.
    pub const ALL: [Self; 3] = [Self::Statuses, Self::ReferenceSources, Self::Users];

    /// The word by which a mapping calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Statuses => "statuses",
            Self::ReferenceSources => "reference_sources",
            Self::Users => "users",
        }
    }

    /// The lead field whose ids it has.
    pub fn field(self) -> &'static str {
        match self {
            Self::Statuses => "lead_status_id",
            Self::ReferenceSources => "lead_reference_source_id",
            Self::Users => "assigned_user_id",
        }
    }

    /// What messages call one of its entries.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Statuses => "status",
            Self::ReferenceSources => "reference source",
            Self::Users => "user",
        }
    }

    /// What messages call it.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Statuses => "statuses",
            Self::ReferenceSources => "reference sources",
            Self::Users => "users",
        }
    }

    /// The key under which its entries show the other text that is unique among them.
    pub fn other_key(self) -> Option<&'static str> {
        match self {
            Self::Statuses => Some("slug"),
            Self::ReferenceSources => None,
            Self::Users => Some("email"),
        }
    }
}
