//! Which rows are duplicates of others, and what becomes of them: `[duplicates]`.

use toml::de::DeTable;

use super::document::{Key, Reader};
use super::field_name::read_field_name;
use super::field_rule::FieldRule;
use super::mapping_error::Span;
use super::node::Node;
use crate::model::{FieldKind, FieldValue, Lead, LeadField, fold_name};

/// Which leads are duplicates of each other, and what becomes of the later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateRule {
    key: Vec<&'static LeadField>,
    within: DuplicateScope,
    action: OnDuplicate,
}

/// Where a lead's double is looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DuplicateScope {
    /// Among the rows of the same file.
    #[default]
    File,
    /// There and among what earlier imports sent.
    Ledger,
}

/// What becomes of a duplicate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnDuplicate {
    /// It is left out, which counts as done.
    #[default]
    Skip,
    /// It is rejected, so that somebody looks at it.
    Reject,
    /// It is sent all the same, with a warning.
    Send,
}

static SCOPES: [(&str, DuplicateScope); 2] = [
    ("file", DuplicateScope::File),
    ("ledger", DuplicateScope::Ledger),
];

static ACTIONS: [(&str, OnDuplicate); 3] = [
    ("skip", OnDuplicate::Skip),
    ("reject", OnDuplicate::Reject),
    ("send", OnDuplicate::Send),
];

/// The keys of `[duplicates]`: **the one place to add one**.
pub(super) static DUPLICATES_KEYS: [Key<DuplicatesDraft>; 3] = [
    Key::new("key", |draft, node, reader| {
        draft.key = read_key(&node, reader);
        draft.key_span = node.span;
    }),
    Key::new("within", |draft, node, reader| {
        draft.within = node.choice("`within`", &SCOPES, reader).unwrap_or_default();
    }),
    Key::new("action", |draft, node, reader| {
        draft.action = node
            .choice("`action`", &ACTIONS, reader)
            .unwrap_or_default();
    }),
];

/// `[duplicates]` before its fields are looked for in `[lead]`.
#[derive(Default)]
pub(super) struct DuplicatesDraft {
    key: Vec<(&'static LeadField, Span)>,
    key_span: Span,
    within: DuplicateScope,
    action: OnDuplicate,
}

impl DuplicatesDraft {
    /// Reads `[duplicates]`; `None` where it is no table, which has been reported.
    pub(super) fn read(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let keys = node.table("a table", reader)?;
        let mut draft = Self::default();
        reader.read_keys(keys, "`[duplicates]`", &DUPLICATES_KEYS, &mut draft);
        if !keys.contains_key("key") {
            let title = "`[duplicates]` lacks `key`";
            reader.error(node.key_span.clone(), title, "compares nothing");
            reader.help("add `key = [\"…\"]` with the fields in which duplicates agree");
        }
        Some(draft)
    }

    /// Makes the rule. `lead` is the table `[lead]` and `rules` what could be read of it.
    pub(super) fn finish(
        self,
        lead: &DeTable<'_>,
        rules: &[FieldRule],
        reader: &mut Reader<'_>,
    ) -> DuplicateRule {
        for (field, span) in &self.key {
            if !lead.contains_key(field.name) {
                let title = format!("`key` names `{}`, which `[lead]` never fills", field.name);
                reader.error(span.clone(), title, "is never there to compare");
                reader.help(format!("add `{}` to `[lead]`", field.name));
            }
        }
        self.check_differences(rules, reader);
        DuplicateRule {
            key: self.key.into_iter().map(|(field, _)| field).collect(),
            within: self.within,
            action: self.action,
        }
    }

    /// With nothing but constants in the key every row would be a duplicate of the first.
    fn check_differences(&self, rules: &[FieldRule], reader: &mut Reader<'_>) {
        let is_constant = |field: &LeadField| {
            let rule = rules.iter().find(|rule| rule.check.field == field);
            rule.is_some_and(FieldRule::is_constant)
        };
        if !self.key.is_empty() && self.key.iter().all(|(field, _)| is_constant(field)) {
            let title = "`key` has the same value in every row";
            reader.error(self.key_span.clone(), title, "makes all rows duplicates");
            reader.help("name a field that comes from a column");
        }
    }
}

impl DuplicateRule {
    /// The fields in which duplicates agree: at least one, none twice, in the mapping's order.
    pub fn key(&self) -> &[&'static LeadField] {
        &self.key
    }

    /// Where a lead's double is looked for.
    pub fn within(&self) -> DuplicateScope {
        self.within
    }

    /// What becomes of a duplicate.
    pub fn action(&self) -> OnDuplicate {
        self.action
    }

    /// What is compared of a checked lead: one text for each field of the key, in its order.
    ///
    /// Two leads have equal keys exactly if they agree in every field of the key, where upper and
    /// lower case of e-mail addresses are the same and a field without a value is equal to another
    /// one without. `None` for a lead that has none of the fields: it is nobody's duplicate.
    pub fn key_of(&self, lead: &Lead<'_>) -> Option<Vec<String>> {
        let values = self.key.iter().map(|field| (field, lead.get(field.name)));
        let is_any_filled = values.clone().any(|(_, value)| value.is_some());
        // A checked value is never blank, so that an empty text can stand for none.
        let comparable = |(field, value): (&&LeadField, Option<&FieldValue<'_>>)| {
            value.map(|value| comparable_text(field, value))
        };
        is_any_filled.then(|| {
            values
                .map(|it| comparable(it).unwrap_or_default())
                .collect()
        })
    }
}

fn comparable_text(field: &LeadField, value: &FieldValue<'_>) -> String {
    match value {
        FieldValue::Text(text) if field.kind == FieldKind::Email => text.to_lowercase(),
        FieldValue::Text(text) => text.clone().into_owned(),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Named(named) => match named.id {
            Some(id) => id.to_string(),
            // Nothing that has an id begins with a quote.
            None => format!("\"{}", fold_name(&named.name)),
        },
        // JSON keeps the pieces apart whatever they hold.
        FieldValue::TextList(texts) => {
            serde_json::to_string(texts).expect("lists of texts always serialise")
        }
    }
}

fn read_key(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<(&'static LeadField, Span)> {
    const EXPECTED: &str = "a list of fields such as `[\"email\"]`";
    let Some(names) = node.list(EXPECTED, reader) else {
        return Vec::new();
    };
    if names.is_empty() {
        node.empty(reader);
        reader.help("name the fields in which duplicates agree");
    }
    let mut key: Vec<(&LeadField, Span)> = Vec::with_capacity(names.len());
    for name in names {
        let Some(field) = read_field_name(&name, reader) else {
            continue;
        };
        if key.iter().any(|(earlier, _)| *earlier == field) {
            let title = format!("`key` names `{}` twice", field.name);
            reader.error(name.span, title, "named before");
            reader.help("remove it");
        } else {
            key.push((field, name.span));
        }
    }
    key
}

#[cfg(test)]
mod tests;
