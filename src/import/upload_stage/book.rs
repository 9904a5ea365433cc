//! What is known of leads beside the CRM: whose they are, and which must be shown.

use crate::api::LeadView;
use crate::import::checked_row::digest_of_texts;
use crate::import::reconcile::{Known, KnownBefore, LeadStanding, Since};
use crate::import::upload_stage::attempts::UnderWay;
use crate::import::upload_stage::journal::Journal;
use crate::ledger::{EntryId, LedgerError, LedgerKeys, LedgerReader, RowPrints};

/// Whose leads are.
pub(super) struct Book<'a> {
    pub(super) reader: Option<&'a LedgerReader>,
    /// The newest entry of earlier runs.
    pub(super) before_this_run: EntryId,
    pub(super) journal: &'a Journal,
    pub(super) under_way: &'a UnderWay,
}

impl Known for Book<'_> {
    fn standing_of(&self, lead: &LeadView) -> Result<LeadStanding, LedgerError> {
        if let Some(entry) = self.journal.owner_of(&lead.id) {
            return Ok(LeadStanding::Owned(entry, [None; 3]));
        }
        if let Some(reader) = self.reader
            && let Some(owner) = reader.owner_of_lead(&lead.id)?
        {
            let contacts = shown_contacts(reader.keys(), &owner.prints, lead);
            return Ok(LeadStanding::Owned(owner.entry, contacts));
        }
        Ok(if self.under_way.may_be_answered_with(lead) {
            LeadStanding::Awaited
        } else {
            LeadStanding::Free
        })
    }

    fn may_be_of_another(&self, entry: Option<EntryId>) -> Result<bool, LedgerError> {
        match (self.reader, entry) {
            (Some(reader), Some(entry)) => reader.is_called_like_another_in_doubt(entry),
            // Nobody knows.
            _ => Ok(true),
        }
    }

    fn since(&self, before: Option<&KnownBefore>) -> Result<Since, LedgerError> {
        let Some(reader) = self.reader else {
            let after = EntryId(0);
            return Ok(Since { after, leads: 0 });
        };
        let after = match before {
            // Of earlier runs it is not kept: what this run has created is surely later.
            Some(before) => before.later_than.unwrap_or(self.before_this_run),
            None => EntryId(0),
        };
        let leads = reader.leads_after(after)?;
        Ok(Since { after, leads })
    }
}

/// Whether a lead shows e-mail, phone and name as they were sent, by what is kept of them.
fn shown_contacts(keys: &LedgerKeys, sent: &RowPrints, lead: &LeadView) -> [Option<bool>; 3] {
    let text = |field: &str| {
        let text = lead.shown(field).and_then(|value| value.as_str());
        text.unwrap_or_default().trim().to_lowercase()
    };
    let print = |domain: &str, texts: &[String]| {
        digest_of_texts(domain, texts).map(|digest| keys.short_print(digest))
    };
    let phone = text("phone_number");
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let phones = [phone, format!("+{digits}")];
    let is_email = |sent| print("email", &[text("email")]) == Some(sent);
    let is_phone = |sent| {
        phones
            .iter()
            .any(|phone| print("phone", std::slice::from_ref(phone)) == Some(sent))
    };
    let is_name = |sent| print("name", &[text("first_name"), text("last_name")]) == Some(sent);
    [
        sent.email.map(is_email),
        sent.phone.map(is_phone),
        sent.name.map(is_name),
    ]
}
