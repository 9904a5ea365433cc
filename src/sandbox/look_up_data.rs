//! The statuses, users, countries and reference sources that every sandbox knows.

use serde_json::{Value, json};

/// When the seeded things were made, as a time stamp of the API.
const SEEDED_AT: &str = "2026-01-01T00:00:00.000000Z";

/// A status that a lead can have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LeadStatus {
    pub(super) id: i64,
    pub(super) name: &'static str,
    pub(super) slug: &'static str,
    pub(super) color: &'static str,
    pub(super) is_terminal: bool,
}

/// A user that a lead can be assigned to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) id: i64,
    pub(super) name: &'static str,
    email: &'static str,
    title: &'static str,
    is_active: bool,
    role: (i64, &'static str),
}

const fn status(
    id: i64,
    (name, slug): (&'static str, &'static str),
    color: &'static str,
    is_terminal: bool,
) -> LeadStatus {
    LeadStatus {
        id,
        name,
        slug,
        color,
        is_terminal,
    }
}

/// The statuses, in their sort order. The first is what a lead has that names none.
pub(super) const STATUSES: [LeadStatus; 6] = [
    status(1, ("New", "new"), "#3B82F6", false),
    status(2, ("Contacted", "contacted"), "#F59E0B", false),
    status(3, ("Qualified", "qualified"), "#8B5CF6", false),
    status(4, ("Proposal Sent", "proposal-sent"), "#06B6D4", false),
    status(5, ("Won", "won"), "#10B981", true),
    status(6, ("Lost", "lost"), "#EF4444", true),
];

const OWNER: (i64, &str) = (1, "owner");
const SALES: (i64, &str) = (2, "sales");

/// The users.
pub(super) const USERS: [User; 5] = [
    User {
        id: 1,
        name: "Ada Owner",
        email: "ada.owner@example.com",
        title: "Managing Director",
        is_active: true,
        role: OWNER,
    },
    User {
        id: 2,
        name: "Ben Carter",
        email: "ben.carter@example.com",
        title: "Sales",
        is_active: true,
        role: SALES,
    },
    User {
        id: 3,
        name: "Ceren Yılmaz",
        email: "ceren.yilmaz@example.com",
        title: "Sales",
        is_active: true,
        role: SALES,
    },
    User {
        id: 4,
        name: "Dirk Müller",
        email: "dirk.mueller@example.com",
        title: "Sales",
        is_active: true,
        role: SALES,
    },
    User {
        id: 5,
        name: "Eva Left",
        email: "eva.left@example.com",
        title: "Sales",
        is_active: false,
        role: SALES,
    },
];

/// Names and colours of the reference sources that every tenant begins with.
pub(super) const SEEDED_SOURCES: [(&str, &str); 6] = [
    ("Website", "#3B82F6"),
    ("Referral", "#10B981"),
    ("Trade fair", "#F59E0B"),
    ("Facebook", "#6366F1"),
    ("Google Ads", "#EF4444"),
    ("Partner", "#8B5CF6"),
];

/// Countries whose names answers give. The API lists no countries, so every other id above 0 is
/// taken as well and answered without a name.
const COUNTRIES: [(i64, &str); 8] = [
    (1, "Turkey"),
    (2, "Germany"),
    (3, "United Kingdom"),
    (4, "United States"),
    (5, "France"),
    (6, "Netherlands"),
    (7, "Spain"),
    (8, "Italy"),
];

impl LeadStatus {
    /// The object that the list of statuses shows.
    pub(super) fn as_listed(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "slug": self.slug,
            "color": self.color,
            "sort_order": self.id,
            "is_default": self.id == STATUSES[0].id,
            "is_terminal": self.is_terminal,
            "is_system": self.id == STATUSES[0].id || self.is_terminal,
            "created_at": SEEDED_AT,
            "updated_at": SEEDED_AT,
        })
    }
}

impl User {
    /// The object that the list of users shows.
    pub(super) fn as_listed(&self) -> Value {
        let (role_id, role) = self.role;
        json!({
            "id": self.id,
            "name": self.name,
            "email": self.email,
            "title": self.title,
            "phone": null,
            "is_active": self.is_active,
            "roles": [{"id": role_id, "name": role}],
            "last_login_at": null,
            "created_at": SEEDED_AT,
            "updated_at": SEEDED_AT,
        })
    }
}

/// The status with this id.
pub(super) fn find_status(id: i64) -> Option<&'static LeadStatus> {
    STATUSES.iter().find(|status| status.id == id)
}

/// The user with this id.
pub(super) fn find_user(id: i64) -> Option<&'static User> {
    USERS.iter().find(|user| user.id == id)
}

/// The name of the country with this id, for the few that have one here.
pub(super) fn country_name(id: i64) -> Option<&'static str> {
    COUNTRIES
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, name)| *name)
}
