//! The 13 fields of a lead: **the one place to add a field**.
//!
//! The mapping file, the checks, the request body, the sandbox and the docs all read this table.

/// A field that `POST /v1/leads` takes.
#[derive(Debug, PartialEq, Eq)]
pub struct LeadField {
    /// The key in the request body and in the mapping file.
    pub name: &'static str,
    /// What the value must be.
    pub kind: FieldKind,
    /// Whether a lead without it is refused.
    pub required: bool,
}

/// What a field's value must be. Lengths are Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text, up to `max_length`; `None` where the API states no limit.
    Text {
        /// The longest text the API takes.
        max_length: Option<usize>,
    },
    /// A phone number in E.164, which never exceeds the API's 50 characters.
    Phone,
    /// An e-mail address of up to 255 characters.
    Email,
    /// An absolute web address of up to 2,048 characters.
    Url,
    /// A whole number: the id of something in the CRM.
    Integer,
    /// A list of texts.
    TextList,
}

const fn optional(name: &'static str, kind: FieldKind) -> LeadField {
    LeadField {
        name,
        kind,
        required: false,
    }
}

const fn text_up_to(max_length: usize) -> FieldKind {
    FieldKind::Text {
        max_length: Some(max_length),
    }
}

const UNLIMITED_TEXT: FieldKind = FieldKind::Text { max_length: None };

/// Every field, in the order of the API's page, which is the order in request bodies.
///
/// Source: the API's page "Create a lead".
pub static LEAD_FIELDS: [LeadField; 13] = [
    LeadField {
        name: "last_name",
        kind: text_up_to(255),
        required: true,
    },
    optional("first_name", text_up_to(255)),
    optional("phone_number", FieldKind::Phone),
    optional("email", FieldKind::Email),
    optional("description", UNLIMITED_TEXT),
    optional("message", UNLIMITED_TEXT),
    optional("preferred_contact", text_up_to(50)),
    optional("source_page_url", FieldKind::Url),
    optional("lead_status_id", FieldKind::Integer),
    optional("lead_reference_source_id", FieldKind::Integer),
    optional("assigned_user_id", FieldKind::Integer),
    optional("country_id", FieldKind::Integer),
    optional("marketing_attribution", FieldKind::TextList),
];

/// The field called `name`.
pub fn lead_field(name: &str) -> Option<&'static LeadField> {
    LEAD_FIELDS.iter().find(|field| field.name == name)
}
