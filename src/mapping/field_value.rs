//! What the rule of one field makes of a row.

use std::borrow::Cow;

use super::column_table::ColumnSlot;
use super::document::in_back_ticks;
use super::field_rule::{FieldRule, Origin};
use super::row_reading::{CellReading, RowReading};
use super::template::{Piece, Template};
use super::value_check::Checked;
use crate::model::{Code, FieldValue, Finding, Problem, is_blank, shorten, trimmed};
use crate::validation::Region;

/// What a rule makes of a row.
pub(super) enum FieldResult<'a> {
    Valid(FieldValue<'a>, Vec<Problem>),
    Empty,
    /// A cell is missing, which is reported once for the whole row.
    Missing,
    Invalid(Vec<Problem>),
}

/// What one text makes of a field.
enum TextResult<'a> {
    Valid(Checked<'a>),
    Empty,
    /// The text stands for nothing, because `values` says so.
    LeftOut,
    Invalid(Finding),
}

impl TextResult<'_> {
    /// The same, independent of the text.
    fn into_owned(self) -> TextResult<'static> {
        match self {
            Self::Valid(checked) => TextResult::Valid(checked.into_owned()),
            Self::Empty => TextResult::Empty,
            Self::LeftOut => TextResult::LeftOut,
            Self::Invalid(finding) => TextResult::Invalid(finding),
        }
    }
}

impl<'a> RowReading<'a> {
    /// The value of a field, or why it has none.
    pub(super) fn value_of(&self, rule: &'a FieldRule) -> FieldResult<'a> {
        match &rule.origin {
            Origin::Columns(slots) if rule.joins => self.joined_list(rule, slots),
            Origin::Columns(slots) => self.value_of_columns(rule, slots),
            Origin::Template(template) => self.value_of_template(rule, template),
            Origin::Constant(checked) => valid(checked.clone(), |finding| {
                of_field(rule, "a constant", finding)
            }),
        }
    }

    /// The first column that is filled in, or the first valid one of a phone or an e-mail.
    fn value_of_columns(&self, rule: &'a FieldRule, slots: &[ColumnSlot]) -> FieldResult<'a> {
        let mut wrong = Vec::new();
        let mut any_missing = false;
        for &slot in slots {
            let name = &self.mapping.column(slot).name;
            let (shown, result) = match self.cell(slot) {
                CellReading::Missing => {
                    any_missing = true;
                    continue;
                }
                CellReading::Faulty(text, finding) => (text, TextResult::Invalid(finding)),
                CellReading::Text(text) => (text, self.value_of_cell(rule, text)),
            };
            match result {
                TextResult::Empty => {}
                TextResult::LeftOut => return FieldResult::Empty,
                TextResult::Valid(checked) => {
                    let passed_over = wrong.iter().map(|problem| passed_over(problem, name));
                    let mut warnings: Vec<_> = passed_over.collect();
                    let problem_of = |it| Problem::of_value(name, shown.trim(), it);
                    warnings.extend(checked.warnings.iter().map(problem_of));
                    return FieldResult::Valid(checked.value, warnings);
                }
                TextResult::Invalid(finding) => {
                    wrong.push(Problem::of_value(name, shown.trim(), &finding));
                    if !rule.passes_over_wrong_values() {
                        break;
                    }
                }
            }
        }
        if !wrong.is_empty() {
            return FieldResult::Invalid(wrong);
        }
        if any_missing {
            return FieldResult::Missing;
        }
        self.default_of(rule)
    }

    /// The pieces of all columns that are filled in.
    fn joined_list(&self, rule: &'a FieldRule, slots: &[ColumnSlot]) -> FieldResult<'a> {
        let mut all = Vec::new();
        let mut wrong = Vec::new();
        for &slot in slots {
            let (shown, result) = match self.cell(slot) {
                CellReading::Missing => return FieldResult::Missing,
                CellReading::Faulty(text, finding) => (text, TextResult::Invalid(finding)),
                CellReading::Text(text) => (text, self.value_of_cell(rule, text)),
            };
            match result {
                TextResult::Empty | TextResult::LeftOut => {}
                TextResult::Valid(checked) => all.extend(pieces_in(checked.value)),
                TextResult::Invalid(finding) => {
                    let name = &self.mapping.column(slot).name;
                    wrong.push(Problem::of_value(name, shown.trim(), &finding));
                }
            }
        }
        if !wrong.is_empty() {
            return FieldResult::Invalid(wrong);
        }
        if all.is_empty() {
            return self.default_of(rule);
        }
        FieldResult::Valid(FieldValue::TextList(all), Vec::new())
    }

    fn value_of_template(&self, rule: &'a FieldRule, template: &Template) -> FieldResult<'a> {
        let mut text = String::new();
        let mut any_filled = false;
        let mut wrong = Vec::new();
        for piece in &template.pieces {
            let slot = match piece {
                Piece::Literal(literal) => {
                    text.push_str(literal);
                    continue;
                }
                Piece::Column(slot) => *slot,
            };
            match self.cell(slot) {
                CellReading::Missing => return FieldResult::Missing,
                CellReading::Faulty(cell, finding) => {
                    let name = &self.mapping.column(slot).name;
                    wrong.push(Problem::of_value(name, cell.trim(), &finding));
                }
                CellReading::Text(cell) => {
                    any_filled |= !is_blank(cell);
                    text.push_str(rule.preparation.trim(cell));
                }
            }
        }
        if !wrong.is_empty() {
            return FieldResult::Invalid(wrong);
        }
        if !any_filled {
            return self.default_of(rule);
        }
        match self.value_of_cell(rule, &text).into_owned() {
            TextResult::Empty => self.default_of(rule),
            TextResult::LeftOut => FieldResult::Empty,
            TextResult::Valid(checked) => valid(checked, |it| of_field(rule, &text, it)),
            TextResult::Invalid(finding) => {
                FieldResult::Invalid(vec![of_field(rule, &text, &finding)])
            }
        }
    }

    fn default_of(&self, rule: &'a FieldRule) -> FieldResult<'a> {
        let Some(default) = &rule.default else {
            return FieldResult::Empty;
        };
        match self.check(rule, default) {
            TextResult::Empty | TextResult::LeftOut => FieldResult::Empty,
            TextResult::Valid(checked) => valid(checked, |it| of_field(rule, default, it)),
            TextResult::Invalid(finding) => {
                FieldResult::Invalid(vec![of_field(rule, default, &finding)])
            }
        }
    }

    /// Where a cell may hold several values, each is prepared by itself: a transform takes them for one.
    fn value_of_cell<'c>(&self, rule: &'c FieldRule, cell: &'c str) -> TextResult<'c> {
        if rule.check.takes_one_of_several() {
            let prepare = |piece: &str| Ok(rule.preparation.apply(piece)?.into_owned().into());
            let text = rule.preparation.trim(cell);
            let checked = rule
                .check
                .check_pieces(text, &|| self.region_of(rule), &prepare);
            return checked.map_or_else(TextResult::Invalid, |checked| {
                checked.map_or(TextResult::Empty, TextResult::Valid)
            });
        }
        match rule.preparation.apply(cell) {
            Ok(Cow::Borrowed(text)) => self.check(rule, text),
            Ok(Cow::Owned(text)) => self.check(rule, &text).into_owned(),
            Err(finding) => TextResult::Invalid(finding),
        }
    }

    fn check<'c>(&self, rule: &'c FieldRule, text: &'c str) -> TextResult<'c> {
        if is_blank(text) {
            return TextResult::Empty;
        }
        let checked = match rule.look_up {
            Some(look_up) => self.look_up(rule, look_up, text),
            None => rule.check.check(text, &|| self.region_of(rule)),
        };
        match checked {
            Ok(Some(checked)) => TextResult::Valid(checked),
            Ok(None) if rule.check.translation_of(text).is_some() => TextResult::LeftOut,
            Ok(None) => TextResult::Empty,
            Err(finding) => TextResult::Invalid(finding),
        }
    }

    /// The country of the row's national phone numbers.
    fn region_of(&self, rule: &FieldRule) -> Result<Option<Region>, Finding> {
        let Some(slot) = rule.region.column else {
            return Ok(rule.region.default);
        };
        let name = &self.mapping.column(slot).name;
        let needs = "has no country code, and column";
        match self.cell(slot) {
            CellReading::Missing => Ok(rule.region.default),
            CellReading::Faulty(cell, finding) => {
                let cell = shorten(cell.trim());
                let predicate = format!("{needs} `{name}`: `{cell}` {}", finding.predicate);
                Err(Finding::new(finding.code, predicate))
            }
            CellReading::Text(cell) if is_blank(cell) => Ok(rule.region.default),
            CellReading::Text(cell) => {
                let unknown = || {
                    let cell = shorten(cell.trim());
                    let predicate = format!("{needs} `{name}` names no known country: `{cell}`");
                    Finding::new(Code::PhoneUnknownRegion, predicate)
                };
                Region::of_phones(trimmed(cell))
                    .map(Some)
                    .ok_or_else(unknown)
            }
        }
    }

    /// Which columns a required field was looked for in.
    pub(super) fn missing_sentence(&self, rule: &FieldRule) -> String {
        let names: Vec<&str> = rule
            .columns()
            .into_iter()
            .map(|slot| self.mapping.column(slot).name.as_str())
            .collect();
        let columns = match names.len() {
            1 => "column",
            _ => "columns",
        };
        let field = rule.check.field.name;
        format!(
            "`{field}` has no value: nothing in {columns} {}",
            in_back_ticks(&names)
        )
    }
}

fn pieces_in(value: FieldValue<'_>) -> Vec<Cow<'_, str>> {
    match value {
        FieldValue::TextList(pieces) => pieces,
        FieldValue::Text(_) | FieldValue::Integer(_) | FieldValue::Named(_) => Vec::new(),
    }
}

fn valid(checked: Checked<'_>, problem_of: impl Fn(&Finding) -> Problem) -> FieldResult<'_> {
    let warnings = checked.warnings.iter().map(problem_of).collect();
    FieldResult::Valid(checked.value, warnings)
}

/// A problem of a value that stands in no single column.
fn of_field(rule: &FieldRule, value: &str, finding: &Finding) -> Problem {
    let name = rule.check.field.name;
    let sentence = format!("field `{name}`: `{}` {}", shorten(value), finding.predicate);
    Problem::new(finding.code, sentence)
}

fn passed_over(problem: &Problem, next_column: &str) -> Problem {
    let sentence = format!(
        "{}; column `{next_column}` was taken instead",
        problem.sentence
    );
    Problem::new(Code::ColumnPassedOver, sentence)
}
