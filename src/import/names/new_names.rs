//! Names that the CRM does not have yet and may be given.

use std::collections::HashSet;

use crate::import::names::names_error::NamesError;
use crate::import::plan::ImportPlan;
use crate::mapping::LookUp;
use crate::model::{count_of, fold_name, tidy_name};

/// The rows of so many names are told; of more only the number.
const MOST_TOLD: usize = 20;

/// A name and the row that has it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) struct NewName {
    /// As it is made.
    pub(in crate::import) name: String,
    /// By which messages call it: they show no cell.
    pub(in crate::import) row: u64,
}

/// The names that are missing in a list of the CRM, each once, in the order in which rows name them.
///
/// Never holds more than may be made, so that a column that was mapped by mistake fills no memory.
#[derive(Debug)]
pub(in crate::import) struct NewNames {
    look_up: LookUp,
    folded: HashSet<String>,
    names: Vec<NewName>,
    are_too_many: bool,
}

impl NewNames {
    /// Gathers the names that the plan's mapping may make; `None` where it makes none, or nobody knows which
    /// there are.
    pub(in crate::import) fn of(plan: &ImportPlan) -> Option<Self> {
        plan.mapping.name_lists()?;
        let look_up = plan.mapping.look_ups().find(|it| it.most_new > 0)?;
        Some(Self {
            look_up,
            folded: HashSet::new(),
            names: Vec::new(),
            are_too_many: false,
        })
    }

    /// A row that may be sent has this name, which is missing.
    pub(in crate::import) fn note(&mut self, name: &str, row: u64) {
        let folded = fold_name(name);
        if self.folded.contains(&folded) {
            return;
        }
        if self.names.len() == self.look_up.most_new {
            self.are_too_many = true;
            return;
        }
        self.folded.insert(folded);
        let name = tidy_name(name);
        self.names.push(NewName { name, row });
    }

    /// Where they are missing.
    pub(super) fn look_up(&self) -> LookUp {
        self.look_up
    }

    /// The names in the order of their rows.
    pub(in crate::import) fn names(&self) -> &[NewName] {
        &self.names
    }

    /// Stops where more are missing than may be made.
    pub(in crate::import) fn refuse_too_many(&self, plan: &ImportPlan) -> Result<(), NamesError> {
        if !self.are_too_many {
            return Ok(());
        }
        let LookUp { list, most_new } = self.look_up;
        let columns = plan.mapping.columns_of(list).into_iter();
        Err(NamesError::TooManyNew {
            list,
            most: most_new,
            columns: columns.map(str::to_owned).collect(),
        })
    }

    /// How many there are, and in which rows.
    pub(in crate::import) fn in_words(&self) -> String {
        let count = count_of(self.names.len() as u64, self.look_up.list.noun());
        let told = self.names.iter().take(MOST_TOLD);
        let rows: Vec<String> = told.map(|new| new.row.to_string()).collect();
        let noun = if rows.len() == 1 { "row" } else { "rows" };
        let more = if self.names.len() > MOST_TOLD {
            ", …"
        } else {
            ""
        };
        let rows = rows.join(", ");
        format!("{count} that the file names (first in {noun} {rows}{more})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NameList;

    fn gathered(most_new: usize, names: &[&str]) -> NewNames {
        let mut new = NewNames {
            look_up: LookUp {
                list: NameList::ReferenceSources,
                most_new,
            },
            folded: HashSet::new(),
            names: Vec::new(),
            are_too_many: false,
        };
        for (name, row) in names.iter().zip(2..) {
            new.note(name, row);
        }
        new
    }

    #[test]
    fn each_name_is_gathered_once_and_no_more_than_may_be_made() {
        let new = gathered(2, &["Fair  2026", "fair 2026", "Podcast", "PODCAST"]);
        let names = new.names().iter().map(|new| (new.name.as_str(), new.row));
        assert_eq!(
            names.collect::<Vec<_>>(),
            [("Fair 2026", 2), ("Podcast", 4)]
        );
        assert!(!new.are_too_many);
        assert_eq!(
            new.in_words(),
            "2 reference sources that the file names (first in rows 2, 4)"
        );
        let new = gathered(2, &["a", "b", "c", "d"]);
        assert_eq!(new.names().len(), 2);
        assert!(new.are_too_many);
    }

    #[test]
    fn of_very_many_names_the_first_rows_are_told() {
        let names: Vec<String> = (1..=21).map(|number| format!("n{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let words = gathered(100, &names).in_words();
        assert!(words.ends_with("(first in rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, …)"), "{words}");
        let one = gathered(100, &names[..1]).in_words();
        assert_eq!(
            one,
            "1 reference source that the file names (first in row 2)"
        );
    }
}
