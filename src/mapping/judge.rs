//! What a mapping makes of one row. This is the path that every row takes, so nothing is copied
//! but the values of the lead.

use super::bind::BoundMapping;
use super::document::in_back_ticks;
use super::field_rule::{FieldRule, OnInvalid};
use super::field_value::FieldResult;
use super::row_reading::RowReading;
use crate::model::{Code, FieldValue, Lead, LeadField, Problem, Row};

/// What becomes of a row before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It is a lead.
    Ready {
        /// What the CRM is to get; always has every required field.
        lead: Lead<'a>,
        /// What is to be said about the row all the same.
        warnings: Vec<Problem>,
    },
    /// It is not a lead.
    Rejected {
        /// The fields whose values were found valid, and names that the CRM does not know, so that the row
        /// can still be compared with a lead that was sent before; may lack any field, the required ones too.
        partial: Lead<'a>,
        /// Every problem and warning, in the order of the fields.
        problems: Vec<Problem>,
    },
    /// A filter of the mapping leaves it out. Holds the reason.
    Filtered(Vec<Problem>),
}

impl BoundMapping {
    /// Judges a row: filters first, then every field, then `[require]`. All problems are found,
    /// not the first. Never panics, whatever the cells hold.
    pub fn judge<'a>(&'a self, row: &'a Row) -> Verdict<'a> {
        let reading = RowReading { mapping: self, row };
        if let Some(problem) = reading.filter_that_skips() {
            return Verdict::Filtered(vec![problem]);
        }
        let mut judgement = Judgement::new(reading);
        judgement.reject_for(judgement.reading.row_problems());
        for rule in &self.rules.fields {
            judgement.judge_field(rule);
        }
        judgement.judge_require();
        judgement.into_verdict()
    }
}

/// A row that is being judged.
struct Judgement<'a> {
    reading: RowReading<'a>,
    lead: Lead<'a>,
    problems: Vec<Problem>,
    is_rejected: bool,
    /// Fields without a value for a reason that is already told.
    unsettled: Vec<&'static LeadField>,
}

impl<'a> Judgement<'a> {
    fn new(reading: RowReading<'a>) -> Self {
        Self {
            lead: Lead::with_capacity(reading.mapping.rules.fields.len()),
            reading,
            problems: Vec::new(),
            is_rejected: false,
            unsettled: Vec::new(),
        }
    }

    fn into_verdict(self) -> Verdict<'a> {
        if self.is_rejected {
            return Verdict::Rejected {
                partial: self.lead,
                problems: self.problems,
            };
        }
        Verdict::Ready {
            lead: self.lead,
            warnings: self.problems,
        }
    }

    fn reject_for(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            self.is_rejected = true;
            // Two fields may use the same cell; its fault is told once.
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }

    fn judge_field(&mut self, rule: &'a FieldRule) {
        let field = rule.check.field;
        match self.reading.value_of(rule) {
            FieldResult::Valid(value, warnings) => {
                self.lead.push(field, value);
                self.problems.extend(warnings);
            }
            FieldResult::Empty if field.required => {
                let sentence = self.reading.missing_sentence(rule);
                self.reject_for(vec![Problem::new(Code::FieldMissing, sentence)]);
                self.unsettled.push(field);
            }
            FieldResult::Empty => {}
            FieldResult::Missing => self.unsettled.push(field),
            FieldResult::Invalid(problems) if rule.on_invalid == OnInvalid::Drop => {
                self.problems
                    .extend(problems.iter().map(|problem| dropped(field, problem)));
            }
            FieldResult::Invalid(problems) => {
                self.reject_for(problems);
                self.unsettled.push(field);
                if let Some(name) = self.reading.name_for(rule) {
                    self.lead.push(field, FieldValue::named(None, name));
                }
            }
        }
    }

    fn judge_require(&mut self) {
        let rules = &self.reading.mapping.rules;
        for group in &rules.require {
            let is_settled = group
                .fields
                .iter()
                .any(|field| self.lead.get(field.name).is_some() || self.unsettled.contains(field));
            if !is_settled {
                let names: Vec<_> = group.fields.iter().map(|field| field.name).collect();
                let sentence = format!("none of {} has a value", in_back_ticks(&names));
                self.reject_for(vec![Problem::new(Code::RequireAnyOf, sentence)]);
            }
        }
    }
}

fn dropped(field: &LeadField, problem: &Problem) -> Problem {
    let sentence = format!("{}; `{}` is left out", problem.sentence, field.name);
    Problem::new(Code::FieldDropped, sentence)
}

#[cfg(test)]
impl Verdict<'_> {
    /// The same verdict, independent of mapping and row.
    pub(super) fn into_owned(self) -> Verdict<'static> {
        match self {
            Self::Ready { lead, warnings } => Verdict::Ready {
                lead: lead.into_owned(),
                warnings,
            },
            Self::Rejected { partial, problems } => Verdict::Rejected {
                partial: partial.into_owned(),
                problems,
            },
            Self::Filtered(problems) => Verdict::Filtered(problems),
        }
    }
}

#[cfg(test)]
mod name_tests;
#[cfg(test)]
mod tests;
