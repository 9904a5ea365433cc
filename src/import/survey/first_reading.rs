//! The first reading of a file: what each row has to do with others, with the ledger and with names.

use crate::import::check_stage::Depth;
use crate::import::checked_row::{CheckedRow, Finding};
use crate::import::judge_stage::JudgeError;
use crate::import::known_rows::{Found, KnownRows, lacks_identity};
use crate::import::names::NewNames;
use crate::import::notes::{ChangedRow, Notes};
use crate::import::survey::known_leads::KnownLeads;
use crate::import::survey::repeats::Flags;
use crate::import::survey::shared::SharedFinder;
use crate::import::survey::survey_file::KnownLead;
use crate::ledger::EntryState;

/// So many leads of earlier runs are asked for by their ids before anything is sent.
const KNOWN_SAMPLE: usize = 3;

/// What is gathered while the rows go by.
pub(super) struct FirstReading<'a> {
    pub(super) known: Option<&'a KnownRows>,
    pub(super) finder: SharedFinder,
    pub(super) notes: &'a Notes,
    /// The mapping has `[duplicates]`.
    pub(super) compares_keys: bool,
    /// Numbers equal rows, where it matters which of them an earlier run has created: the others
    /// are duplicates of it. Elsewhere it is enough to know that cells are known.
    pub(super) numbers: Option<Notes>,
    pub(super) known_leads: Option<KnownLeads<'a>>,
    pub(super) known_rows: u64,
    pub(super) known_sample: Vec<KnownLead>,
    pub(super) doubled: u64,
    pub(super) new_names: Option<NewNames>,
}

impl FirstReading<'_> {
    /// How much must be found out about each row.
    pub(super) fn depth(&self) -> Depth {
        if self.known_leads.is_some() {
            Depth::Digests
        } else if self.compares_keys || self.new_names.is_some() {
            Depth::Verdict
        } else {
            Depth::Marks
        }
    }

    /// Takes the next row in.
    pub(super) fn take(&mut self, row: &CheckedRow) -> Result<(), JudgeError> {
        let occurrence = match &self.numbers {
            Some(numbers) if row.marks.token.is_none() => numbers.count_cells(row.marks.cells)?,
            _ => 0,
        };
        let found = self.known.map(|known| known.find(&row.marks, occurrence));
        let found = found.transpose()?.flatten();
        self.note_new_name(row, found.as_ref());
        let flags = found.as_ref().map(flags_of).unwrap_or_default();
        let is_itself = found
            .as_ref()
            .is_some_and(|found| self.has_cells_of(row, found));
        self.take_key(row, flags, is_itself)?;
        let itself = if is_itself { flags } else { Flags::default() };
        self.finder.take(&row.marks, itself)?;
        match (&found, self.known) {
            (Some(found), _) => {
                self.known_rows += 1;
                let is_created = found.row.state == EntryState::Created;
                if is_created && self.known_sample.len() < KNOWN_SAMPLE {
                    let name = self
                        .known
                        .map(|known| known.reader().run_name(found.row.run));
                    let name = name.transpose()?.flatten();
                    self.known_sample.push(KnownLead {
                        run: name.unwrap_or_else(|| found.row.run.0.to_string()),
                        row: found.row.clone(),
                    });
                }
            }
            (None, Some(known)) => {
                self.doubled += u64::from(known.is_created_outside_round(&row.marks)?);
                if let Some(leads) = &mut self.known_leads
                    && row.may_be_known_by_lead()
                {
                    leads.take(known.prints_of(row).content)?;
                }
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// A name is made only for a row that may be sent.
    fn note_new_name(&mut self, row: &CheckedRow, found: Option<&Found>) {
        let is_created = found.is_some_and(|found| found.row.state == EntryState::Created);
        let is_lead = matches!(row.finding, Finding::Ready { .. });
        if let (Some(names), Some(name)) = (&mut self.new_names, &row.new_name)
            && is_lead
            && !is_created
            && !lacks_identity(&row.marks)
        {
            names.note(name, row.row.number);
        }
    }

    /// The key of a row whose cells are new counts as that of the known row only if this is the same
    /// row, which nobody can tell before the end of the file.
    fn take_key(
        &mut self,
        row: &CheckedRow,
        flags: Flags,
        is_itself: bool,
    ) -> Result<(), JudgeError> {
        let identity = row.marks.token.or(row.marks.columns.identity());
        if let Some(identity) = identity
            && self.compares_keys
            && !is_itself
            && flags != Flags::default()
        {
            // A row that is left out stands for nothing, unless it is held for being open.
            if flags.is_open || !matches!(row.finding, Finding::Filtered(_)) {
                self.notes.add_changed(&ChangedRow {
                    identity: identity.0,
                    row: row.row.number,
                    key: row.key,
                    is_open: flags.is_open,
                })?;
            }
            return Ok(());
        }
        match row.key {
            Some(key) => Ok(self.finder.take_key(key, flags)?),
            None => Ok(()),
        }
    }

    /// Whether this is the very row that an earlier run sent, and not a later state of it.
    fn has_cells_of(&self, row: &CheckedRow, found: &Found) -> bool {
        let prints = self.known.map(|known| known.prints_of(row));
        prints.is_some_and(|prints| prints.cells == found.row.prints.cells)
    }
}

fn flags_of(found: &Found) -> Flags {
    Flags {
        is_created: found.row.state == EntryState::Created,
        is_open: found.row.state.is_open(),
    }
}
