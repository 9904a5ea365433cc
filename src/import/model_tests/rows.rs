//! The rows of a model file, and what the mapping makes of each.

use std::fmt;

use fastrand::Rng;

use crate::model::shorten;

use super::scenario::Identity;

/// A data row. Rows with one surname are one lead; a surname is what the simulated CRM counts by.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct ModelRow {
    pub(super) id: String,
    pub(super) surname: String,
    pub(super) email: String,
    pub(super) stage: &'static str,
    /// In no field of the lead.
    pub(super) note: u32,
    pub(super) text: String,
}

/// What the mapping makes of a row that the ledger does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    Good,
    Filtered,
    Rejected,
}

impl ModelRow {
    pub(super) fn worth(&self, identity: Identity) -> Worth {
        if self.stage == "Deleted" {
            Worth::Filtered
        } else if !self.email.contains('@') || identity == Identity::Columns && self.id.is_empty() {
            Worth::Rejected
        } else {
            Worth::Good
        }
    }

    /// What makes it the same row as another one of its file.
    pub(super) fn identity(&self, identity: Identity) -> Option<String> {
        match identity {
            Identity::None => None,
            Identity::Columns => Some(self.id.clone()).filter(|id| !id.is_empty()),
            Identity::All => Some(self.csv_line()),
        }
    }

    /// What `[duplicates]` compares.
    pub(super) fn key(&self) -> Option<String> {
        let is_lead = self.stage != "Deleted" && self.email.contains('@');
        is_lead.then(|| self.email.to_lowercase())
    }

    fn csv_line(&self) -> String {
        let Self {
            id,
            surname,
            email,
            stage,
            note,
            text,
        } = self;
        format!("{id},{surname},{email},{stage},{note},{text}\n")
    }
}

/// Long texts are cut.
impl fmt::Debug for ModelRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", shorten(self.csv_line().trim_end()))
    }
}

/// The file that holds `rows`.
pub(super) fn csv_text(rows: &[ModelRow]) -> String {
    let mut text = String::from("Contact ID,Surname,E-mail,Stage,Note,Text\n");
    text.extend(rows.iter().map(ModelRow::csv_line));
    text
}

/// How often rows are of a sort, in percent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mixture {
    /// All cells as an earlier row.
    pub(super) copies: u32,
    /// An earlier row with another note.
    pub(super) variants: u32,
    /// The e-mail address of an earlier row.
    pub(super) shared_emails: u32,
    /// The identifier of an earlier row.
    pub(super) shared_ids: u32,
    pub(super) filtered: u32,
    pub(super) rejected: u32,
    pub(super) without_id: u32,
    pub(super) text_length: usize,
}

/// Makes rows, each surname once but for copies.
#[derive(Debug)]
pub(super) struct RowMaker {
    pub(super) rng: Rng,
    pub(super) mixture: Mixture,
    pub(super) made: u32,
}

impl RowMaker {
    pub(super) fn append(&mut self, count: usize, rows: &mut Vec<ModelRow>) {
        for _ in 0..count {
            let row = self.make(rows);
            rows.push(row);
        }
    }

    fn make(&mut self, earlier: &[ModelRow]) -> ModelRow {
        self.made += 1;
        let fresh = self.fresh();
        let Some(other) = self.rng.choice(earlier).cloned() else {
            return fresh;
        };
        let Mixture {
            copies,
            variants,
            shared_emails,
            shared_ids,
            ..
        } = self.mixture;
        let mut draw = self.rng.u32(0..100);
        let mut is_drawn = |share: u32| {
            let drawn = draw < share;
            draw = draw.saturating_sub(share);
            // What is left over belongs to the next sort.
            if drawn {
                draw = u32::MAX;
            }
            drawn
        };
        if is_drawn(copies) {
            other
        } else if is_drawn(variants) {
            let note = self.made;
            ModelRow { note, ..other }
        } else if is_drawn(shared_emails) {
            let email = other.email.to_uppercase();
            ModelRow { email, ..fresh }
        } else if is_drawn(shared_ids) {
            let id = other.id;
            ModelRow { id, ..fresh }
        } else {
            fresh
        }
    }

    fn fresh(&mut self) -> ModelRow {
        let number = self.made;
        let mixture = self.mixture;
        let mut is_drawn = |share| self.rng.u32(0..100) < share;
        ModelRow {
            id: if is_drawn(mixture.without_id) {
                String::new()
            } else {
                format!("C{number}")
            },
            surname: format!("Person{number}"),
            email: if is_drawn(mixture.rejected) {
                "nobody".into()
            } else {
                format!("person{number}@example.com")
            },
            stage: if is_drawn(mixture.filtered) {
                "Deleted"
            } else {
                "New"
            },
            note: 0,
            text: "x".repeat(mixture.text_length),
        }
    }
}

/// What somebody does to the file before it is imported again.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edit {
    Append(usize),
    Shuffle,
    /// Other text in rows that are known by their identifier.
    Change,
    /// Rows that share nothing with others go.
    Remove,
}

impl Edit {
    pub(super) fn apply(self, maker: &mut RowMaker, identity: Identity, rows: &mut Vec<ModelRow>) {
        match self {
            Self::Append(count) => maker.append(count, rows),
            Self::Shuffle => maker.rng.shuffle(rows),
            Self::Change if identity == Identity::Columns => {
                let before = rows.clone();
                for row in rows.iter_mut().filter(|row| is_alone(row, &before)) {
                    if maker.rng.u32(0..4) == 0 {
                        maker.made += 1;
                        row.note = maker.made;
                        row.text = format!("changed {}", maker.made);
                    }
                }
            }
            Self::Change => {}
            Self::Remove => {
                let before = rows.clone();
                rows.retain(|row| !is_alone(row, &before) || maker.rng.u32(0..4) > 0);
            }
        }
    }
}

/// Whether no other row is this lead or has this identifier.
fn is_alone(row: &ModelRow, rows: &[ModelRow]) -> bool {
    let is_like = |other: &&ModelRow| other.surname == row.surname || other.id == row.id;
    rows.iter().filter(is_like).count() == 1 && !row.id.is_empty()
}
