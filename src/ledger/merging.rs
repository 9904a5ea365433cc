//! Answers that say of a row that it is a lead that another row has.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::ledger::apply::Book;
use crate::ledger::store::highest_lead;
use crate::ledger::writer::{Merged, Note, Settlement};

/// The ids of leads that are numbers. They are mostly given in ascending order, and then nothing has to
/// be looked up.
#[derive(Debug)]
pub(super) struct LeadNumbers {
    /// A higher one was nobody's before the group that is being written.
    highest: i64,
    /// Higher ones of that group: answers come in any order.
    of_group: HashSet<i64>,
}

impl LeadNumbers {
    /// Of all rows in the ledger.
    pub(super) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            highest: highest_lead(connection)?,
            of_group: HashSet::new(),
        })
    }

    /// Whether a row is now said to be the lead of another one.
    pub(super) fn merged_by(
        &mut self,
        book: &mut Book<'_>,
        note: &Note,
    ) -> rusqlite::Result<Option<Merged>> {
        let Note::Settle(entry, Settlement::Created(lead_id, _)) = note else {
            self.note_adopted(note);
            return Ok(None);
        };
        if let Ok(number) = lead_id.0.parse::<i64>()
            && number > self.highest
            && self.of_group.insert(number)
        {
            return Ok(None);
        }
        let owner = book
            .owner_of_lead(lead_id)?
            .filter(|owner| owner.entry != *entry);
        Ok(owner.map(|owner| Merged {
            entry: *entry,
            owner,
        }))
    }

    /// A lead that was found is its row's, and an answer may name it later.
    fn note_adopted(&mut self, note: &Note) {
        if let Note::Settle(_, Settlement::Found(lead_id)) = note
            && let Ok(number) = lead_id.0.parse()
            && number > self.highest
        {
            self.of_group.insert(number);
        }
    }

    /// The group was written, or nothing of it.
    pub(super) fn end_group(&mut self, is_written: bool) {
        let highest = self.of_group.drain().max();
        if let Some(highest) = highest.filter(|_| is_written) {
            self.highest = highest;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ledger::EntryId;
    use crate::ledger::test_support::{Place, created, identity, intent, only, write};

    /// The entries that `commit` says have the lead of another row, each with its owner.
    fn merged(groups: &[&[(i64, &str)]]) -> Vec<(i64, i64)> {
        let place = Place::new();
        let mut ledger = place.open_with_run();
        let mut merged = Vec::new();
        for group in groups {
            let claims = |entry: i64| only(identity(&entry.to_string()));
            let intents = group
                .iter()
                .map(|(entry, _)| intent(EntryId(*entry), 1, claims(*entry)));
            write(&mut ledger, intents.collect::<Vec<_>>());
            let answers = group
                .iter()
                .map(|(entry, id)| created(EntryId(*entry), id, claims(*entry)));
            let keys = ledger.keys().clone();
            let found = ledger.commit(&keys, &answers.collect()).unwrap();
            merged.extend(found.iter().map(|it| (it.entry.0, it.owner.entry.0)));
        }
        merged
    }

    #[test]
    fn a_lead_that_two_rows_are_answered_with_is_told_in_whatever_order() {
        assert_eq!(merged(&[&[(1, "5"), (2, "3"), (3, "4")]]), []);
        assert_eq!(merged(&[&[(1, "5"), (2, "3"), (3, "5")]]), [(3, 1)]);
        assert_eq!(merged(&[&[(1, "5")], &[(2, "3"), (3, "5")]]), [(3, 1)]);
        assert_eq!(merged(&[&[(1, "5"), (2, "3")], &[(3, "3")]]), [(3, 2)]);
        assert_eq!(merged(&[&[(1, "L-5"), (2, "L-5")]]), [(2, 1)]);
    }
}
