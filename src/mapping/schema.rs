//! The language of mapping files as a JSON Schema, for editors that complete and check while one writes.
//!
//! These types are never read into: the reader keeps the place of every value, which serde's way would lose. A test
//! holds their keys against those of the reader, and every example of `docs/mapping.md` against the schema.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};

use super::transform::transform_names;

/// The JSON Schema of mapping files, indented, with a line end behind it.
pub fn mapping_schema() -> String {
    let schema = schema_for!(MappingSchema);
    let mut text = serde_json::to_string_pretty(&schema)
        .expect("a schema is made of maps with texts for keys");
    text.push('\n');
    text
}

/// Which column of a file feeds which field of a lead.
#[derive(JsonSchema)]
#[schemars(title = "leadferry mapping", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct MappingSchema {
    /// The version of the language: 1.
    #[schemars(range(min = 1, max = 1))]
    version: i64,
    /// How to read the file. What is left out is found by looking at it.
    source: Option<SourceSchema>,
    /// What makes a row the same row tomorrow.
    identity: Option<IdentitySchema>,
    /// Where each field of a lead comes from.
    lead: LeadSchema,
    /// What a lead must have beyond its last name.
    require: Option<RequireSchema>,
    /// Rules that leave rows out.
    filter: Option<Vec<FilterSchema>>,
    /// Which leads are duplicates of each other, and what becomes of the later one.
    duplicates: Option<DuplicatesSchema>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct SourceSchema {
    /// The sheet of a workbook, by name or number from 1.
    sheet: Option<String>,
    /// The row that holds the column names, from 1; 0 when there is none and columns are called A, B, C.
    header_row: Option<u64>,
    /// What stands between two cells of a text file: one ASCII character, or `tab`.
    delimiter: Option<String>,
    /// The encoding of a text file, such as `windows-1254`.
    encoding: Option<String>,
    /// The names of all columns of the file that the mapping was approved for. A file with others stops the run.
    #[schemars(length(min = 1))]
    approved_header: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct IdentitySchema {
    /// A name for where the rows come from. Rows of different sources are never the same.
    source: String,
    /// The columns that identify a row, or `all`.
    columns: ColumnsSchema,
}

/// One line for each field that is filled.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct LeadSchema {
    /// The family name, up to 255 characters. Every lead needs it.
    last_name: FieldSchema<TextKeys>,
    /// The given names, up to 255 characters.
    first_name: Option<FieldSchema<TextKeys>>,
    /// A phone number; sent as E.164.
    phone_number: Option<FieldSchema<PhoneKeys>>,
    /// An e-mail address, up to 255 characters.
    email: Option<FieldSchema<EmailKeys>>,
    /// Text of any length.
    description: Option<FieldSchema<TextKeys>>,
    /// Text of any length.
    message: Option<FieldSchema<TextKeys>>,
    /// Up to 50 characters.
    preferred_contact: Option<FieldSchema<TextKeys>>,
    /// A web address with scheme and host, up to 2,048 characters.
    source_page_url: Option<FieldSchema<TextKeys>>,
    /// The id of a status in the CRM.
    lead_status_id: Option<FieldSchema<StatusKeys>>,
    /// The id of a reference source in the CRM.
    lead_reference_source_id: Option<FieldSchema<SourceKeys>>,
    /// The id of a user of the CRM.
    assigned_user_id: Option<FieldSchema<UserKeys>>,
    /// The id of a country in the CRM.
    country_id: Option<FieldSchema<IdKeys>>,
    /// A list of texts.
    marketing_attribution: Option<FieldSchema<ListKeys>>,
}

/// The name of a column, several in the order of preference, or a table.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum FieldSchema<T> {
    Column(#[schemars(length(min = 1))] String),
    Columns(#[schemars(length(min = 1))] Vec<String>),
    Table(Box<T>),
}

/// The name of a column, or several in the order of preference.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum ColumnsSchema {
    One(#[schemars(length(min = 1))] String),
    Several(#[schemars(length(min = 1))] Vec<String>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum TextOrNumber {
    Text(String),
    Number(i64),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum ConstantListSchema {
    One(TextOrNumber),
    Several(#[schemars(length(min = 1))] Vec<String>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum TextOrTexts {
    One(#[schemars(length(min = 1))] String),
    Several(#[schemars(length(min = 1))] Vec<String>),
}

/// `reject` the row, or `drop` the field and send the lead without it.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum OnInvalidSchema {
    Reject,
    Drop,
}

/// Defines the long form of a kind of field: the keys that all have, and its own.
macro_rules! field_keys {
    ($name:ident { $($(#[doc = $doc:literal])* $key:ident: $type:ty,)* }) => {
        #[derive(JsonSchema)]
        #[schemars(deny_unknown_fields)]
        #[expect(dead_code, reason = "only its schema is used")]
        struct $name {
            /// The column that feeds the field, or several in the order of preference.
            column: Option<ColumnsSchema>,
            /// Text made of several columns, each in braces.
            template: Option<String>,
            /// What is done to the text before it is looked at.
            transform: Option<Vec<TransformSchema>>,
            /// What the CRM gets for what the cell says.
            values: Option<BTreeMap<String, TextOrNumber>>,
            /// What an empty cell stands for.
            default: Option<TextOrNumber>,
            /// What to do if the value is wrong: `reject` the row (default), or `drop` the field.
            on_invalid: Option<OnInvalidSchema>,
            $($(#[doc = $doc])* $key: Option<$type>,)*
        }
    };
}

field_keys!(TextKeys {
    /// The same value for every lead. No other key goes with it.
    value: TextOrNumber,
});

field_keys!(PhoneKeys {
    /// The same value for every lead. No other key goes with it.
    value: TextOrNumber,
    /// The column that says which country a number without `+` belongs to.
    region_column: String,
    /// The two-letter code of the country that numbers without `+` belong to.
    default_region: RegionSchema,
    /// What stands between several numbers in a cell; the first valid one is sent.
    split: TextOrTexts,
});

field_keys!(EmailKeys {
    /// The same value for every lead. No other key goes with it.
    value: TextOrNumber,
    /// `server` takes what the CRM takes (default); `deliverable` only what mail can reach.
    level: LevelSchema,
    /// What stands between several addresses in a cell; the first valid one is sent.
    split: TextOrTexts,
});

field_keys!(IdKeys {
    /// The same id for every lead. No other key goes with it.
    value: TextOrNumber,
});

field_keys!(StatusKeys {
    /// The same id for every lead, or the same name with `lookup`.
    value: TextOrNumber,
    /// The list of the CRM in which names are looked up.
    lookup: StatusesWord,
});

field_keys!(UserKeys {
    /// The same id for every lead, or the same name with `lookup`.
    value: TextOrNumber,
    /// The list of the CRM in which names are looked up.
    lookup: UsersWord,
});

field_keys!(SourceKeys {
    /// The same id for every lead, or the same name with `lookup`.
    value: TextOrNumber,
    /// The list of the CRM in which names are looked up.
    lookup: ReferenceSourcesWord,
    /// Whether reference sources that the CRM lacks are made: `true` for 50 in one run at most, or how many.
    create_missing: CreateMissingSchema,
});

field_keys!(ListKeys {
    /// The same texts for every lead. No other key goes with it.
    value: ConstantListSchema,
    /// What stands between the pieces of a cell.
    split: TextOrTexts,
    /// Whether the pieces of all columns are taken, and not only those of the first that is filled in.
    join: bool,
});

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum LevelSchema {
    Server,
    Deliverable,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum CreateMissingSchema {
    Makes(bool),
    AtMost(#[schemars(range(min = 1, max = 1_000))] u32),
}

/// Defines a word of the language that stands alone.
macro_rules! only_word {
    ($name:ident { $word:ident }) => {
        #[derive(JsonSchema)]
        #[schemars(rename_all = "snake_case")]
        #[expect(dead_code, reason = "only its schema is used")]
        enum $name {
            $word,
        }
    };
}

only_word!(StatusesWord { Statuses });
only_word!(UsersWord { Users });
only_word!(ReferenceSourcesWord { ReferenceSources });

/// A two-letter code of a country.
struct RegionSchema;

impl JsonSchema for RegionSchema {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Region".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Za-z]{2}$" })
    }
}

/// The name of a transform, or a table of a name and its setting.
struct TransformSchema;

impl JsonSchema for TransformSchema {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Transform".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let (by_name, with_setting) = transform_names();
        let settings: serde_json::Map<String, serde_json::Value> = with_setting
            .into_iter()
            .map(|name| (name.to_owned(), serde_json::json!({ "type": "string" })))
            .collect();
        json_schema!({
            "description": "A transform by its name, or one with a setting in a table of its own.",
            "anyOf": [
                { "enum": by_name },
                {
                    "type": "object",
                    "properties": settings,
                    "additionalProperties": false,
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ],
        })
    }
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct RequireSchema {
    /// Lists of fields. Of each list at least one field must have a value.
    any_of: Option<Vec<Vec<String>>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct FilterSchema {
    /// A column and one test: rows whose cell meets it are left out.
    skip_if: ConditionSchema,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct ConditionSchema {
    /// The column whose cell is looked at.
    column: String,
    /// The cell is one of these.
    r#in: Option<Vec<TextOrNumber>>,
    /// The cell is none of these.
    not_in: Option<Vec<TextOrNumber>>,
    /// The cell is this.
    equals: Option<TextOrNumber>,
    /// The cell is empty (`true`) or filled in (`false`).
    is_empty: Option<bool>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct DuplicatesSchema {
    /// The fields in which duplicates agree.
    #[schemars(length(min = 1))]
    key: Vec<String>,
    /// Where the other one is looked for: `file` (default), or `ledger` for earlier imports too.
    within: Option<WithinSchema>,
    /// What becomes of a duplicate: `skip` (default), `reject` or `send`.
    action: Option<ActionSchema>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum WithinSchema {
    File,
    Ledger,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum ActionSchema {
    Skip,
    Reject,
    Send,
}

#[cfg(test)]
mod tests;
