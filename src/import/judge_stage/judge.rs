//! The order of judging: what becomes of a row, or that it is to be sent.
//!
//! `STEPS` names the rules in their order; `tests/end_to_end/judging.txt` has a case for each.

use crate::import::checked_row::{CheckedRow, Finding};
use crate::import::judge_stage::decision::{
    Decided, Decision, Fate, OpenDecision, OpenSide, ReadySide,
};
use crate::import::judge_stage::judge_error::JudgeError;
use crate::import::judge_stage::subject::{Standing, Subject};
use crate::import::judge_stage::wording;
use crate::import::known_rows::{KnownRows, claims_of, identity_of, is_sent_again, lacks_identity};
use crate::import::notes::Notes;
use crate::import::plan::ImportPlan;
use crate::import::ready_row::{Contest, EarlierEntry, LedgerSide};
use crate::import::survey::SharedInFile;
use crate::ledger::{Claim, EntryState, KnownRow, Note};
use crate::mapping::{DuplicateRule, DuplicateScope, OnDuplicate};
use crate::model::{Code, Digest, Problem, Status};

/// Judges rows in input order, each once.
#[derive(Debug)]
pub(in crate::import) struct Judge<'a> {
    /// `None` where there is no ledger to ask.
    pub(in crate::import) known: Option<KnownRows>,
    pub(in crate::import) shared: &'a SharedInFile,
    pub(in crate::import) duplicates: Option<&'a DuplicateRule>,
    /// How messages call the key of `[duplicates]`.
    pub(in crate::import) key_fields: String,
    /// What the rows of this run are remembered by.
    pub(in crate::import) notes: Notes,
    /// Rows with new cells and known leads are taken for rows of earlier runs.
    pub(in crate::import) passes_over_known_leads: bool,
}

/// A step: decides the row's fate, or leaves it to the next.
type Step = fn(&Judge<'_>, &Subject<'_>) -> Result<Option<Fate>, JudgeError>;

/// The order of judging. A row that no step decides is sent. What an earlier run has left open comes
/// before all of them.
const STEPS: [Step; 6] = [
    |_, row| Ok(filtered(row)),
    |_, row| Ok(without_identity(row)),
    |judge, row| judge.created_before(row),
    |judge, row| judge.known_by_its_lead(row),
    |_, row| Ok(rejected(row)),
    |judge, row| judge.duplicate_of_a_known_row(row),
];

impl<'a> Judge<'a> {
    /// `notes` are those of the survey.
    pub(in crate::import) fn new(
        plan: &'a ImportPlan,
        known: Option<KnownRows>,
        shared: &'a SharedInFile,
        notes: Notes,
    ) -> Self {
        Self {
            known,
            shared,
            duplicates: plan.mapping.duplicates(),
            key_fields: plan.key_fields(),
            notes,
            passes_over_known_leads: false,
        }
    }

    /// Takes rows with new cells and known leads for rows of earlier runs.
    pub(in crate::import) fn passing_over_known_leads(self, passes_over: bool) -> Self {
        Self {
            passes_over_known_leads: passes_over,
            ..self
        }
    }
}

impl Judge<'_> {
    /// Judges the next row.
    pub(in crate::import) fn judge(&self, checked: &CheckedRow) -> Result<Decision, JudgeError> {
        let mut subject = self.look_at(checked)?;
        let warning = self.warning_of_key(&subject)?;
        let mut open = None;
        if let Some(known) = subject.known_in(EntryState::is_open).cloned() {
            open = self.left_open(&mut subject, &known)?;
        }
        let what = match open {
            Some(OpenSide::Sent(open)) => {
                let otherwise = self.decide(&subject)?;
                let side = self.ready(&subject)?;
                Decided::Open(Box::new(OpenDecision {
                    open: *open,
                    otherwise,
                    side,
                }))
            }
            Some(OpenSide::Lost(fate)) => Decided::Settled(subject.identity, fate),
            None => self.decide(&subject)?,
        };
        Ok(Decision { what, warning })
    }

    fn decide(&self, row: &Subject<'_>) -> Result<Decided, JudgeError> {
        for step in STEPS {
            if let Some(fate) = step(self, row)? {
                return Ok(Decided::Settled(row.identity, fate));
            }
        }
        let side = self.ready(row)?;
        Ok(Decided::Ready(Box::new(side)))
    }

    fn look_at<'r>(&self, checked: &'r CheckedRow) -> Result<Subject<'r>, JudgeError> {
        let marks = &checked.marks;
        let is_rejected = matches!(checked.finding, Finding::Rejected(_));
        let is_repeated =
            marks.token.is_none() && self.shared.has_equal_cells(marks, is_rejected)?;
        let occurrence = if is_repeated {
            self.notes.count_cells(marks.cells)?
        } else {
            0
        };
        let found = self
            .known
            .as_ref()
            .map(|known| known.find(marks, occurrence));
        Ok(Subject {
            checked,
            occurrence,
            identity: identity_of(marks, occurrence),
            prints: self.known.as_ref().map(|known| known.prints_of(checked)),
            awaits_owner: false,
            found: found.transpose()?.flatten(),
        })
    }

    fn created_before(&self, row: &Subject<'_>) -> Result<Option<Fate>, JudgeError> {
        let Some(known) = row.known_in(|state| state == EntryState::Created) else {
            return Ok(None);
        };
        if let Standing::Other(other) = self.standing(row, known)? {
            if row.is_no_lead() {
                return Ok(None);
            }
            return self.duplicate_of_identity(row, other).map(Some);
        }
        if row.is_in_conflict_with(known) {
            let run = self.run_name(known)?;
            let problem = wording::identity_conflict(known, run.as_deref());
            return Ok(Some(Fate::because(Status::Rejected, problem)));
        }
        self.note_owner_of_key(row)?;
        let mut fate = self.already_created(row, known)?;
        fate.notes.extend(row.claim_of_columns(known));
        Ok(Some(fate))
    }

    /// `owner` is the row that has the identity, `None` while it is yet to come. Such a row was not
    /// there yet either when the first run had this one's turn: it was left out for its key.
    fn duplicate_of_identity(
        &self,
        row: &Subject<'_>,
        owner: Option<u64>,
    ) -> Result<Fate, JudgeError> {
        let by_key = match owner {
            Some(_) => None,
            None => self.duplicate_of_a_known_row(row)?,
        };
        let by_key = by_key.filter(|fate| fate.status != Status::InDoubt);
        let by_identity = || Fate::because(Status::Duplicate, wording::duplicate_identity(owner));
        Ok(by_key.unwrap_or_else(by_identity))
    }

    fn already_created(&self, row: &Subject<'_>, known: &KnownRow) -> Result<Fate, JudgeError> {
        let mut fate = Fate {
            lead_id: known.lead_id.clone(),
            ..Fate::plain(Status::AlreadyCreated)
        };
        if let (Some(prints), Some(ledger)) = (row.prints, &self.known)
            && prints.content != known.prints.content
            && ledger.reader().changed_content(known.entry)? != Some((prints.content, true))
        {
            fate.said.push(wording::row_changed());
            fate.notes.push(Note::Changed(known.entry, prints.content));
        }
        Ok(fate)
    }

    /// The row's cells are new, its lead is not, and the row that the lead came from is no longer
    /// in the file.
    fn known_by_its_lead(&self, row: &Subject<'_>) -> Result<Option<Fate>, JudgeError> {
        let may_be = self.passes_over_known_leads
            && self.shared.has_known_leads()
            && row.checked.may_be_known_by_lead();
        let (true, Some(ledger), Some(prints), None) =
            (may_be, &self.known, row.prints, &row.found)
        else {
            return Ok(None);
        };
        let Some(entry) = self.notes.take_absent(prints.content)? else {
            return Ok(None);
        };
        let cells = Claim::Cells {
            cells: row.checked.marks.cells,
            occurrence: row.occurrence,
        };
        Ok(Some(Fate {
            lead_id: ledger
                .reader()
                .entry(entry)?
                .and_then(|known| known.lead_id),
            notes: vec![Note::Claim(entry, cells)],
            ..Fate::because(Status::AlreadyCreated, wording::known_by_lead())
        }))
    }

    /// Rows that are duplicates of rows of this run are found when their turn to be sent comes.
    fn duplicate_of_a_known_row(&self, row: &Subject<'_>) -> Result<Option<Fate>, JudgeError> {
        let (Some(rule), Some(key)) = (self.duplicates, row.checked.key) else {
            return Ok(None);
        };
        if rule.action() == OnDuplicate::Send {
            return Ok(None);
        }
        let in_file = self.shared.key(key)?.unwrap_or_default();
        // No row is a duplicate of itself.
        let itself = row.found.as_ref().map(|found| found.row.entry);
        let owner = self.owner_in_ledger(rule, key)?;
        let owner = owner.filter(|owner| Some(owner.entry) != itself);
        let is_created = in_file.is_created
            || owner
                .as_ref()
                .is_some_and(|owner| owner.state == EntryState::Created);
        let owner_row = self.notes.row_with_key(key)?;
        if is_created {
            let status = status_of_duplicate(rule.action());
            let owner = match owner_row {
                Some(row) => wording::Owner::Row(row),
                None if in_file.is_created => wording::Owner::InFile,
                None => wording::Owner::EarlierRun,
            };
            let problem = wording::duplicate_key(&self.key_fields, owner);
            return Ok(Some(Fate::because(status, problem)));
        }
        // One of this file is looked up, and the row waits for it where it is sent.
        let is_open = owner.is_some() && !in_file.is_open;
        let fate = || Fate::because(Status::InDoubt, wording::owner_open(owner_row));
        Ok(is_open.then(fate))
    }

    fn owner_in_ledger(
        &self,
        rule: &DuplicateRule,
        key: Digest,
    ) -> Result<Option<KnownRow>, JudgeError> {
        match (rule.within(), &self.known) {
            (DuplicateScope::Ledger, Some(known)) => Ok(known.owner_of_key(key)?),
            _ => Ok(None),
        }
    }

    /// Whether the row is the one that its entry stands for.
    pub(super) fn standing(
        &self,
        row: &Subject<'_>,
        known: &KnownRow,
    ) -> Result<Standing, JudgeError> {
        let Some(shared) = self.shared.identity(row.identity.0)? else {
            return Ok(Standing::Itself);
        };
        let owner_is_in_file = shared.is_created || shared.is_open;
        if owner_is_in_file && !row.has_cells_of(known) {
            let owner = self.notes.row_with_identity(row.identity.0)?;
            return Ok(Standing::Other(owner));
        }
        if known.state == EntryState::Created && row.is_in_conflict_with(known) {
            // Of several rows the first that may be the person is the one.
            return Ok(Standing::Itself);
        }
        let number = row.checked.row.number;
        let first = self.notes.first_with_identity(row.identity.0, number)?;
        Ok(first.map_or(Standing::Itself, |first| Standing::Other(Some(first))))
    }

    /// Rows that share a key with a known one are told which row that is, if it came before them.
    pub(super) fn note_owner_of_key(&self, row: &Subject<'_>) -> Result<(), JudgeError> {
        if let Some(key) = row.checked.key
            && self.shared.key(key)?.is_some()
        {
            self.notes.first_with_key(key, row.checked.row.number)?;
        }
        Ok(())
    }

    pub(super) fn run_name(&self, known: &KnownRow) -> Result<Option<String>, JudgeError> {
        match &self.known {
            Some(ledger) => Ok(ledger.reader().run_name(known.run)?),
            None => Ok(None),
        }
    }

    pub(super) fn doubt_of(&self, known: &KnownRow) -> Result<Option<Code>, JudgeError> {
        match &self.known {
            Some(ledger) => Ok(ledger.reader().doubt_of(known.entry)?),
            None => Ok(None),
        }
    }

    /// What a row needs to be sent.
    fn ready(&self, row: &Subject<'_>) -> Result<ReadySide, JudgeError> {
        let checked = row.checked;
        let rejects_key = self.duplicates.map(DuplicateRule::action) == Some(OnDuplicate::Reject);
        let sends_key = self.duplicates.map(DuplicateRule::action) == Some(OnDuplicate::Send);
        let identity = self
            .shared
            .identity(row.identity.0)?
            .map(|_| row.identity.0);
        let shared_key = match checked.key.filter(|_| !sends_key) {
            Some(key) => self.shared.key(key)?.map(|shared| (key, shared)),
            None => None,
        };
        let awaited_key = match shared_key {
            Some((key, shared)) if shared.is_open && self.notes.row_with_key(key)?.is_none() => {
                Some(key)
            }
            _ => None,
        };
        Ok(ReadySide {
            identity: row.identity,
            ledger: self.ledger_side(row),
            contest: Contest {
                identity,
                columns: row.columns_beside_token(),
                key: shared_key.map(|(key, _)| key),
                key_rejects: rejects_key,
                awaited: [identity.filter(|_| row.awaits_owner), awaited_key],
                body: row.body_digest(),
            },
        })
    }

    /// Where rows of one key are all sent, each but the first is told of the first. So is one that
    /// an earlier run has sent: the warning stood in the results of that run too.
    fn warning_of_key(&self, row: &Subject<'_>) -> Result<Option<Problem>, JudgeError> {
        let sends = self.duplicates.map(DuplicateRule::action) == Some(OnDuplicate::Send);
        let (true, Some(key)) = (sends && !row.is_no_lead(), row.checked.key) else {
            return Ok(None);
        };
        if lacks_identity(&row.checked.marks) || self.shared.key(key)?.is_none() {
            return Ok(None);
        }
        let first = self.notes.first_with_key(key, row.checked.row.number)?;
        Ok(first.map(|first| wording::duplicate_key(&self.key_fields, wording::Owner::Row(first))))
    }

    fn ledger_side(&self, row: &Subject<'_>) -> Option<LedgerSide> {
        let (known, prints) = (self.known.as_ref()?, row.prints?);
        let earlier = row.known_in(is_sent_again);
        let refusals = earlier.map_or(0, |known| known.refusals);
        let body: &[u8] = match &row.checked.finding {
            Finding::Ready { body, .. } => body,
            Finding::Filtered(_) | Finding::Rejected(_) => &[],
        };
        Some(LedgerSide {
            claims: claims_of(&row.checked.marks, row.occurrence, row.checked.key),
            prints,
            earlier: earlier.map(|known| EarlierEntry {
                entry: known.entry,
                state: known.state,
                was_refused_as_it_is: known.state == EntryState::Refused
                    && known.prints.content == prints.content,
            }),
            entry: None,
            known_before: None,
            request_key: known.keys().request_key(row.identity, body, refusals),
        })
    }
}

/// What becomes of a row whose key another row has, unless both are sent.
pub(in crate::import) fn status_of_duplicate(action: OnDuplicate) -> Status {
    match action {
        OnDuplicate::Reject => Status::Rejected,
        OnDuplicate::Skip | OnDuplicate::Send => Status::Duplicate,
    }
}

fn filtered(row: &Subject<'_>) -> Option<Fate> {
    let is_filtered = matches!(row.checked.finding, Finding::Filtered(_));
    is_filtered.then(|| Fate::plain(Status::Filtered))
}

fn without_identity(row: &Subject<'_>) -> Option<Fate> {
    let fate = || Fate::because(Status::Rejected, wording::identity_empty());
    lacks_identity(&row.checked.marks).then(fate)
}

fn rejected(row: &Subject<'_>) -> Option<Fate> {
    let is_rejected = matches!(row.checked.finding, Finding::Rejected(_));
    is_rejected.then(|| Fate::plain(Status::Rejected))
}
