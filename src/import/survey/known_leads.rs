//! Rows whose cells are new and whose lead an earlier run has created.

use crate::import::judge_stage::JudgeError;
use crate::import::notes::Notes;
use crate::ledger::{LedgerReader, Print};

/// So many leads are compared with the ledger at once: 16 MiB.
const CHUNK: usize = 2 * 1024 * 1024;

/// Collects the leads of rows with new cells and notes those that earlier runs have created.
///
/// The ledger has no index by lead, because it would cost every row of every import; going through
/// it once for each two million new rows costs a second for some millions of rows.
#[derive(Debug)]
pub(super) struct KnownLeads<'a> {
    reader: &'a LedgerReader,
    notes: &'a Notes,
    new: Vec<Print>,
}

impl<'a> KnownLeads<'a> {
    pub(super) fn new(reader: &'a LedgerReader, notes: &'a Notes) -> Self {
        Self {
            reader,
            notes,
            new: Vec::new(),
        }
    }

    /// Takes the lead of a row whose cells are new.
    pub(super) fn take(&mut self, content: Print) -> Result<(), JudgeError> {
        self.new.push(content);
        if self.new.len() < CHUNK {
            return Ok(());
        }
        self.compare()
    }

    /// Notes the last ones. Returns whether there is any.
    pub(super) fn finish(mut self) -> Result<bool, JudgeError> {
        self.compare()?;
        Ok(self.notes.has_sent()?)
    }

    fn compare(&mut self) -> Result<(), JudgeError> {
        if self.new.is_empty() {
            return Ok(());
        }
        self.new.sort_unstable();
        let (new, notes) = (&self.new, self.notes);
        self.reader
            .each_created(&mut |known| -> Result<(), JudgeError> {
                let content = known.prints.content;
                if new.binary_search(&content).is_ok() {
                    notes.add_sent(content, known.entry)?;
                }
                Ok(())
            })?;
        self.new.clear();
        Ok(())
    }
}
