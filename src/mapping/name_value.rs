//! What a name in a row stands for, where the field's ids are looked up.

use std::borrow::Cow;

use super::field_rule::{FieldRule, Origin};
use super::names::LookUp;
use super::row_reading::{CellReading, RowReading};
use super::value_check::Checked;
use crate::model::{Finding, is_blank, shorten};

impl RowReading<'_> {
    /// Finds the id that a name stands for, which `values` may have translated first. `Ok(None)` where it has
    /// translated it to nothing.
    pub(super) fn look_up<'c>(
        &self,
        rule: &'c FieldRule,
        look_up: LookUp,
        text: &'c str,
    ) -> Result<Option<Checked<'c>>, Finding> {
        let translation = rule.check.translation_of(text);
        let name = translation.unwrap_or(text);
        if is_blank(name) {
            return Ok(None);
        }
        let names = &self.mapping.names;
        let value = names.find(look_up, name).map_err(|finding| {
            let Some(translation) = translation else {
                return finding;
            };
            let Finding { code, predicate } = finding;
            let predicate = format!("stands for `{}`, which {predicate}", shorten(translation));
            Finding::new(code, predicate)
        })?;
        let warnings = names.warnings_of(look_up, &value);
        Ok(Some(Checked { value, warnings }))
    }

    /// The name that a row has for a field that is looked up, whether the CRM knows it or not. `None` for a
    /// template, whose text is put together only where it is needed.
    pub(super) fn name_for(&self, rule: &FieldRule) -> Option<String> {
        rule.look_up?;
        let Origin::Columns(slots) = &rule.origin else {
            return None;
        };
        let texts = slots.iter().map(|&slot| match self.cell(slot) {
            CellReading::Text(text) => rule.preparation.apply(text).unwrap_or_default(),
            CellReading::Missing | CellReading::Faulty(..) => Cow::Borrowed(""),
        });
        let text = texts.into_iter().find(|text| !is_blank(text));
        let text = text.or(rule.default.as_deref().map(Cow::Borrowed))?;
        let name = rule.check.translation_of(&text).unwrap_or(&text);
        Some(name.to_owned())
    }
}
