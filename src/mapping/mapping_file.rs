//! The mapping file as a whole.

use std::sync::Arc;

use toml::de::DeTable;

use super::column_table::ColumnTable;
use super::document::{Key, Reader};
use super::duplicates::{DuplicateRule, DuplicatesDraft};
use super::field_keys::read_field;
use super::field_name::unknown_field;
use super::field_rule::FieldRule;
use super::filter::Filter;
use super::identity::Identity;
use super::mapping_error::{Diagnostic, Document, MappingError};
use super::node::Node;
use super::require::{AnyOf, check_require, read_require};
use super::source_settings::SourceSettings;
use crate::model::{LEAD_FIELDS, lead_field};

/// The only version of the language so far.
const VERSION: i64 = 1;

/// The keys of the file's top level: **the one place to add one**.
pub(super) static FILE_KEYS: [Key<FileDraft>; 7] = [
    // Read before everything else, because another version would have other keys.
    Key::new("version", |_, _, _| ()),
    Key::new("source", |draft, node, reader| {
        draft.source_settings = SourceSettings::read(&node, reader);
    }),
    Key::new("lead", |draft, node, reader| {
        draft.rules.fields = read_lead(&node, reader);
    }),
    Key::new("require", |draft, node, reader| {
        draft.rules.require = read_require(&node, reader);
    }),
    Key::new("filter", |draft, node, reader| {
        draft.rules.filters = Filter::read_all(&node, reader);
    }),
    Key::new("identity", |draft, node, reader| {
        draft.rules.identity = Identity::read(&node, reader);
    }),
    Key::new("duplicates", |draft, node, reader| {
        draft.duplicates = DuplicatesDraft::read(&node, reader);
    }),
];

/// A mapping file that was read and found right in itself; its columns are not looked for yet.
#[derive(Debug)]
pub struct Mapping {
    pub(super) document: Arc<Document>,
    pub(super) rules: Arc<Rules>,
    pub(super) columns: ColumnTable,
    source_settings: SourceSettings,
}

/// What is done with each row. Columns are slots of the mapping's [`ColumnTable`].
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// In the order of [`LEAD_FIELDS`].
    pub(super) fields: Vec<FieldRule>,
    pub(super) require: Vec<AnyOf>,
    pub(super) filters: Vec<Filter>,
    pub(super) identity: Option<Identity>,
    pub(super) duplicates: Option<DuplicateRule>,
}

#[derive(Default)]
pub(super) struct FileDraft {
    source_settings: SourceSettings,
    rules: Rules,
    duplicates: Option<DuplicatesDraft>,
}

impl Mapping {
    /// Reads a mapping from its text. `file_name` is only shown in messages.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, at once: TOML that cannot be read (then nothing
    /// else is looked at), another `version` (likewise), unknown keys, fields and words, values of
    /// the wrong type, and rules that contradict each other or could never work.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, MappingError> {
        let document = Arc::new(Document {
            file_name: file_name.to_owned(),
            text: text.to_owned(),
        });
        let mut reader = Reader::new(text);
        let draft = read_file(&mut reader);
        if !reader.diagnostics.is_empty() {
            return Err(MappingError::new(document, reader.diagnostics));
        }
        Ok(Self {
            document,
            rules: Arc::new(draft.rules),
            columns: reader.columns,
            source_settings: draft.source_settings,
        })
    }

    /// The mapping file as it was given to [`Self::parse`], byte for byte.
    pub fn text(&self) -> &str {
        &self.document.text
    }

    /// The names of all columns that the mapping uses, each once.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns
            .columns
            .iter()
            .map(|column| column.name.as_str())
    }

    /// What the mapping says about the file itself.
    pub fn source_settings(&self) -> &SourceSettings {
        &self.source_settings
    }
}

fn read_file(reader: &mut Reader<'_>) -> FileDraft {
    let mut draft = FileDraft::default();
    let (table, syntax_errors) = DeTable::parse_recoverable(reader.text);
    if !syntax_errors.is_empty() {
        reader.diagnostics = syntax_errors.iter().map(of_syntax_error).collect();
        return draft;
    }
    let table = table.get_ref();
    if !is_right_version(table, reader) {
        return draft;
    }
    reader.read_keys(table, "the mapping", &FILE_KEYS, &mut draft);
    if !table.contains_key("lead") {
        reader.error(
            0..0,
            "the mapping has no `[lead]`",
            "says nothing about leads",
        );
        reader.help("add `[lead]` with at least `last_name = \"…\"`");
    }
    check_require(&draft.rules.require, &draft.rules.fields, reader);
    finish_duplicates(table, &mut draft, reader);
    draft
}

/// Without a `[lead]`, which is an error of its own, there is nothing to hold the rule against.
fn finish_duplicates(table: &DeTable<'_>, draft: &mut FileDraft, reader: &mut Reader<'_>) {
    let lead = table.get("lead").and_then(|lead| lead.get_ref().as_table());
    if let (Some(lead), Some(duplicates)) = (lead, draft.duplicates.take()) {
        let rule = duplicates.finish(lead, &draft.rules.fields, reader);
        draft.rules.duplicates = Some(rule);
    }
}

fn of_syntax_error(error: &toml::de::Error) -> Diagnostic {
    let mut reasons = error.message().lines();
    let reason = reasons.next().unwrap_or("unreadable").to_owned();
    Diagnostic {
        span: error.span().unwrap_or(0..0),
        title: "the file is not valid TOML".to_owned(),
        label: reason,
        help: None,
    }
}

fn is_right_version(table: &DeTable<'_>, reader: &mut Reader<'_>) -> bool {
    let Some((key, value)) = table.get_key_value("version") else {
        reader.error(0..0, "the mapping does not say its `version`", "missing");
        reader.help(format!("begin the file with `version = {VERSION}`"));
        return true;
    };
    let node = Node::of_entry(key, value);
    let Some(version) = node.whole_number(reader) else {
        return true;
    };
    if version != VERSION {
        let title = format!("version {version} of the mapping language is not known");
        reader.error(
            node.span,
            title,
            format!("this program reads version {VERSION}"),
        );
    }
    version == VERSION
}

fn read_lead(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<FieldRule> {
    let Some(table) = node.table("a table", reader) else {
        return Vec::new();
    };
    for field in LEAD_FIELDS.iter().filter(|field| field.required) {
        if !table.contains_key(field.name) {
            let title = format!("`[lead]` lacks `{}`", field.name);
            reader.error(node.key_span.clone(), title, "every lead needs it");
            reader.help(format!(
                "add `{} = \"…\"` with the name of its column",
                field.name
            ));
        }
    }
    let mut rules = Vec::new();
    for (key, value) in table {
        let line = Node::of_entry(key, value);
        match lead_field(line.name) {
            Some(field) => rules.extend(read_field(&line, field, reader)),
            None => unknown_field(line.key_span, line.name, reader),
        }
    }
    let position = |rule: &FieldRule| {
        LEAD_FIELDS
            .iter()
            .position(|field| field == rule.check.field)
    };
    rules.sort_by_key(position);
    rules
}

#[cfg(test)]
mod tests;
