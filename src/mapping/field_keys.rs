//! Reads the line of one field in `[lead]`.

use toml::de::DeTable;

use super::column_table::{ColumnSlot, read_column, read_columns};
use super::document::{Key, Reader};
use super::field_rule::{FieldRule, OnInvalid, Origin, RegionRule};
use super::field_settings::{
    note_unusable, read_constant, read_default, read_level, read_on_invalid, read_region,
    read_separators,
};
use super::look_up_keys::{CreateMissing, read_create_missing, read_lookup};
use super::mapping_error::Span;
use super::names::LookUp;
use super::node::Node;
use super::template::Template;
use super::transform::Preparation;
use super::value_check::{Checked, ValueCheck, is_international};
use super::values_table::{ValuesEntry, ValuesTable};
use crate::model::{FieldKind, LeadField, NameList};

/// The keys of a field's long form: **the one place to add one**.
pub(super) static FIELD_KEYS: [Key<FieldDraft>; 14] = [
    Key::new("column", |draft, node, reader| {
        draft.columns = read_columns(&node, reader);
    }),
    Key::new("template", |draft, node, reader| {
        draft.template = Template::read(&node, reader);
    }),
    Key::new("value", |draft, node, reader| {
        if draft.takes_names {
            draft.constant_name = read_default(&node, reader);
        } else {
            draft.constant = read_constant(draft.check.field, &node, reader);
        }
    }),
    Key::new("transform", |draft, node, reader| {
        draft.preparation = Preparation::read(&node, reader).unwrap_or_default();
    }),
    Key::new("values", |draft, node, reader| {
        draft.values = ValuesTable::read(&node, reader);
    }),
    Key::new("default", |draft, node, reader| {
        draft.default = read_default(&node, reader);
    }),
    Key::new("on_invalid", |draft, node, reader| {
        draft.on_invalid = read_on_invalid(draft.check.field, &node, reader);
    }),
    Key::new("region_column", |draft: &mut FieldDraft, node, reader| {
        draft.region.column = read_column(&node, reader);
    })
    .only_for(FieldDraft::is_phone, "phone numbers"),
    Key::new("default_region", |draft: &mut FieldDraft, node, reader| {
        draft.region.default = read_region(&node, reader);
    })
    .only_for(FieldDraft::is_phone, "phone numbers"),
    Key::new("level", |draft: &mut FieldDraft, node, reader| {
        draft.check.level = read_level(&node, reader);
    })
    .only_for(FieldDraft::is_email, "e-mail addresses"),
    Key::new("split", |draft: &mut FieldDraft, node, reader| {
        draft.check.split = read_separators(&node, reader).unwrap_or_default();
    })
    .only_for(
        FieldDraft::may_be_split,
        "lists of texts, phone numbers and e-mail addresses",
    ),
    Key::new("join", |draft: &mut FieldDraft, node, reader| {
        draft.joins = node.boolean(reader).unwrap_or_default();
    })
    .only_for(FieldDraft::is_list, "lists of texts"),
    Key::new("lookup", |draft: &mut FieldDraft, node, reader| {
        draft.look_up = read_lookup(draft.check.field, &node, reader);
    })
    .only_for(FieldDraft::is_id, "ids"),
    Key::new("create_missing", |draft: &mut FieldDraft, node, reader| {
        draft.create_missing = read_create_missing(&node, reader);
    })
    .only_for(FieldDraft::is_id, "ids"),
];

/// The keys of which a field must have exactly one.
const ORIGIN_KEYS: [&str; 3] = ["column", "value", "template"];

/// The keys that go with a `value`.
const CONSTANT_KEYS: [&str; 3] = ["value", "lookup", "create_missing"];

/// What has been read of a field so far.
pub(super) struct FieldDraft {
    span: Span,
    check: ValueCheck,
    columns: Option<Vec<ColumnSlot>>,
    template: Option<Template>,
    constant: Option<Checked<'static>>,
    /// There is a `lookup`, right or wrong.
    takes_names: bool,
    /// A `value` that is looked up.
    constant_name: Option<(String, Span)>,
    look_up: Option<NameList>,
    create_missing: Option<CreateMissing>,
    preparation: Preparation,
    values: Option<Vec<ValuesEntry>>,
    default: Option<(String, Span)>,
    on_invalid: OnInvalid,
    region: RegionRule,
    joins: bool,
}

impl FieldDraft {
    fn new(field: &'static LeadField, span: Span) -> Self {
        Self {
            span,
            check: ValueCheck::plain(field),
            columns: None,
            template: None,
            constant: None,
            takes_names: false,
            constant_name: None,
            look_up: None,
            create_missing: None,
            preparation: Preparation::default(),
            values: None,
            default: None,
            on_invalid: OnInvalid::default(),
            region: RegionRule::default(),
            joins: false,
        }
    }

    fn is_phone(&self) -> bool {
        self.check.field.kind == FieldKind::Phone
    }

    fn is_email(&self) -> bool {
        self.check.field.kind == FieldKind::Email
    }

    fn is_id(&self) -> bool {
        self.check.field.kind == FieldKind::Integer
    }

    fn is_list(&self) -> bool {
        self.check.field.kind == FieldKind::TextList
    }

    fn may_be_split(&self) -> bool {
        self.is_list() || self.is_phone() || self.is_email()
    }

    /// Makes the rule; `None` where its origin could not be read, which has been reported.
    fn finish(mut self) -> Option<FieldRule> {
        let origin = match (
            self.columns.take(),
            self.template.take(),
            self.constant.take(),
        ) {
            (Some(slots), ..) => Origin::Columns(slots),
            (_, Some(template), _) => Origin::Template(template),
            (.., Some(constant)) => Origin::Constant(constant),
            _ if self.constant_name.is_some() => Origin::Columns(Vec::new()),
            _ => return None,
        };
        let most_new = self.create_missing.map_or(0, |create| create.most);
        Some(FieldRule {
            span: self.span,
            check: self.check,
            origin,
            look_up: self.look_up.map(|list| LookUp { list, most_new }),
            preparation: self.preparation,
            // A name that all rows have is what stands for a cell that there is not.
            default: self.default.or(self.constant_name).map(|(text, _)| text),
            on_invalid: self.on_invalid,
            region: self.region,
            joins: self.joins,
        })
    }

    /// Checks what the mapping itself supplies, so that it is mended here and not on every row.
    fn check_supplied_values(&mut self, reader: &mut Reader<'_>) {
        let entries = self.values.take();
        if let Some(entries) = &entries {
            let field = self.check.field;
            let table = ValuesTable::build(field, entries, &self.preparation, reader);
            self.check.values = Some(table);
        }
        if self.takes_names {
            // Only the CRM knows which names are right.
            return;
        }
        let region = self.region;
        let region_of = move || Ok(region.default);
        let depends_on_row = |text: &str| region.column.is_some() && !is_international(text);
        for entry in entries.iter().flatten() {
            if !depends_on_row(&entry.translation) {
                let checked = self.check.check_kind(&entry.translation, &region_of);
                note_unusable(&entry.translation, &entry.span, checked.err(), reader);
            }
        }
        if let Some((text, span)) = &self.default
            && !depends_on_row(text)
        {
            let checked = self.check.check(text, &region_of);
            note_unusable(text, span, checked.err(), reader);
        }
    }
}

/// Reads what stands behind a field's name: a column, a list of columns, or the long form.
pub(super) fn read_field(
    node: &Node<'_>,
    field: &'static LeadField,
    reader: &mut Reader<'_>,
) -> Option<FieldRule> {
    let mut draft = FieldDraft::new(field, node.span.clone());
    if node.value.is_str() || node.value.is_array() {
        draft.columns = read_columns(node, reader);
        return draft.finish();
    }
    let table = node.table(
        "the name of a column, or a table such as `{ column = \"…\" }`",
        reader,
    )?;
    check_origin_keys(node, table, reader);
    draft.takes_names = table.contains_key("lookup") && draft.is_id();
    reader.read_keys(table, &format!("`{}`", field.name), &FIELD_KEYS, &mut draft);
    let is_misread = draft.takes_names && draft.look_up.is_none();
    if let Some(create) = draft.create_missing.as_ref().filter(|_| !is_misread) {
        create.check(draft.look_up, reader);
    }
    draft.check_supplied_values(reader);
    draft.finish()
}

/// A field has one origin, and a constant is all there is to say about its field.
fn check_origin_keys(node: &Node<'_>, table: &DeTable<'_>, reader: &mut Reader<'_>) {
    let mut given: Vec<_> = ORIGIN_KEYS
        .iter()
        .filter_map(|name| table.get_key_value(*name))
        .map(|(key, _)| key)
        .collect();
    given.sort_by_key(|key| key.span().start);
    let Some((first, others)) = given.split_first() else {
        let is_known = |name: &str| FIELD_KEYS.iter().any(|key| key.name() == name);
        if !table.keys().all(|key| is_known(key.get_ref())) {
            // The misspelt key, which gets an error of its own, is most likely the missing one.
            return;
        }
        let title = format!("`{}` has no origin", node.name);
        reader.error(node.key_span.clone(), title, "gets no value");
        reader.help("name its `column`, or give it a `value` or a `template`");
        return;
    };
    for other in others {
        let title = format!(
            "`{}` has both `{}` and `{}`",
            node.name,
            first.get_ref(),
            other.get_ref()
        );
        reader.error(other.span(), title, "only one of them can give the value");
    }
    if others.is_empty() && first.get_ref() == "value" {
        let goes_with_it = |name: &str| {
            CONSTANT_KEYS.contains(&name) && (name == "value" || table.contains_key("lookup"))
        };
        for (key, _) in table.iter().filter(|(key, _)| !goes_with_it(key.get_ref())) {
            let title = format!("`{}` has no effect on a constant", key.get_ref());
            reader.error(key.span(), title, "`value` is taken as it is");
        }
    }
}
