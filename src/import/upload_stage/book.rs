//! What is known of leads beside the CRM: whose they are, and which must be shown.

use crate::api::LeadView;
use crate::import::reconcile::{Known, KnownBefore, LeadStanding, Since};
use crate::import::upload_stage::attempts::UnderWay;
use crate::import::upload_stage::journal::Journal;
use crate::ledger::{EntryId, LedgerError, LedgerReader};

/// Whose leads are.
pub(super) struct Book<'a> {
    pub(super) reader: Option<&'a LedgerReader>,
    pub(super) journal: &'a Journal,
    pub(super) under_way: &'a UnderWay,
}

impl Known for Book<'_> {
    fn standing_of(&self, lead: &LeadView) -> Result<LeadStanding, LedgerError> {
        if let Some(entry) = self.journal.owner_of(&lead.id) {
            return Ok(LeadStanding::Owned(entry));
        }
        if let Some(reader) = self.reader
            && let Some(owner) = reader.owner_of_lead(&lead.id)?
        {
            return Ok(LeadStanding::Owned(owner.entry));
        }
        Ok(if self.under_way.may_be_answered_with(lead) {
            LeadStanding::Awaited
        } else {
            LeadStanding::Free
        })
    }

    fn since(&self, before: Option<&KnownBefore>) -> Result<Since, LedgerError> {
        let Some(reader) = self.reader else {
            let after = EntryId(0);
            return Ok(Since { after, leads: 0 });
        };
        let after = match before {
            Some(before) if before.entry.is_some() => before.entry,
            Some(before) => reader.owner_of_lead(&before.id)?.map(|owner| owner.entry),
            None => None,
        };
        let after = after.unwrap_or(EntryId(0));
        let leads = reader.leads_after(after)?;
        Ok(Since { after, leads })
    }
}
