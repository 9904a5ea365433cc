//! One or two readings of the file, and what they show.

use crate::import::check_stage::Depth;
use crate::import::checked_rows::{ReadFailure, for_each_checked_row};
use crate::import::import_error::ImportError;
use crate::import::judge_stage::JudgeError;
use crate::import::known_rows::KnownRows;
use crate::import::names::NewNames;
use crate::import::notes::Notes;
use crate::import::own_columns::has_tokens;
use crate::import::pipeline::OnEvent;
use crate::import::plan::{ImportPlan, LedgerSettings};
use crate::import::stop::StopSwitch;
use crate::import::survey::first_reading::FirstReading;
use crate::import::survey::known_leads::KnownLeads;
use crate::import::survey::shared::{SharedFinder, SharedInFile};
use crate::ledger::KnownRow;
use crate::mapping::DuplicateRule;
use crate::model::{Event, count_of};
use crate::source::SourceError;

/// What the file is, seen as a whole.
#[derive(Debug)]
pub(in crate::import) struct Survey {
    /// Data rows that are not blank.
    pub(in crate::import) rows: u64,
    pub(in crate::import) shared: SharedInFile,
    /// What judging goes on to write into.
    pub(in crate::import) notes: Notes,
    /// Rows that the ledger knows, whatever became of them.
    pub(in crate::import) known_rows: u64,
    /// A few of those that were created.
    pub(in crate::import) known_sample: Vec<KnownLead>,
    /// Rows with new cells whose lead is known while its own row is gone from the file.
    pub(in crate::import) known_by_lead: u64,
    /// This is not the first import into the ledger.
    pub(in crate::import) has_earlier_runs: bool,
    /// Rows that would be sent again although the ledger says that they were created.
    pub(in crate::import) doubled: u64,
    /// Names in rows that may be sent which the CRM has yet to be given; `None` where it is given none.
    pub(in crate::import) new_names: Option<NewNames>,
}

/// A lead that an earlier run created.
#[derive(Debug)]
pub(in crate::import) struct KnownLead {
    pub(in crate::import) row: KnownRow,
    /// The run's name.
    pub(in crate::import) run: String,
}

/// Why a file could not be surveyed.
#[derive(Debug)]
enum SurveyError {
    /// It cannot be read to its end.
    Unreadable(SourceError),
    /// What earlier runs did cannot be found out.
    Judge(JudgeError),
    /// The run was stopped meanwhile.
    Interrupted,
}

impl<E: Into<JudgeError>> From<E> for SurveyError {
    fn from(error: E) -> Self {
        Self::Judge(error.into())
    }
}

impl From<ReadFailure<JudgeError>> for SurveyError {
    fn from(failure: ReadFailure<JudgeError>) -> Self {
        match failure {
            ReadFailure::Source(error) => Self::Unreadable(error),
            ReadFailure::Consumer(error) => Self::Judge(error),
            ReadFailure::Interrupted => Self::Interrupted,
        }
    }
}

/// Goes through the whole file before anything is sent. `known` is `None` where there is no ledger
/// to ask.
pub(in crate::import) fn take_survey(
    plan: &ImportPlan,
    known: Option<&KnownRows>,
    stop: &StopSwitch,
    on_event: OnEvent<'_>,
) -> Result<Survey, ImportError> {
    let survey = survey(plan, known, stop).map_err(|error| match error {
        SurveyError::Unreadable(cause) => ImportError::Unreadable {
            file: plan.file_name.clone(),
            cause,
        },
        SurveyError::Judge(error) => ImportError::CannotJudge(error),
        SurveyError::Interrupted => ImportError::Interrupted,
    })?;
    on_event(&Event::Scanned { rows: survey.rows });
    if let Some(new_names) = &survey.new_names {
        new_names.refuse_too_many(plan)?;
    }
    Ok(survey)
}

impl Survey {
    /// Without a ledger, `[identity]` and `[duplicates]` no row has anything to do with another.
    fn of_rows_that_share_nothing(rows: u64, notes: Notes) -> Self {
        Self {
            rows,
            shared: SharedInFile::default(),
            notes,
            known_rows: 0,
            known_sample: Vec::new(),
            known_by_lead: 0,
            has_earlier_runs: false,
            doubled: 0,
            new_names: None,
        }
    }

    /// The survey under the ids that new names have got since. A key of `[duplicates]` is another with an id
    /// than without, so that what rows share is found again where it has one.
    pub(in crate::import) fn with_ids_of_new_names(
        self,
        plan: &ImportPlan,
        known: Option<&KnownRows>,
        stop: &StopSwitch,
        on_event: OnEvent<'_>,
    ) -> Result<Self, ImportError> {
        let mut key = plan
            .mapping
            .duplicates()
            .map(DuplicateRule::key)
            .into_iter()
            .flatten();
        let is_named = |name: &str| plan.mapping.look_ups().any(|it| it.list.field() == name);
        if key.any(|field| is_named(field.name)) {
            return take_survey(plan, known, stop, on_event);
        }
        Ok(self)
    }

    /// Tells what would keep an import from beginning, and what else it would do.
    pub(in crate::import) fn tell_what_an_import_will_ask(&self, on_event: OnEvent<'_>) {
        if self.known_by_lead > 0 {
            let rows = count_of(self.known_by_lead, "row");
            on_event(&Event::Notice(format!(
                "an import of this file will stop and ask for `--known-by-lead`: {rows} new to the \
                 ledger have leads that earlier runs created from rows that are no longer in the file"
            )));
        }
        if let Some(new_names) = self
            .new_names
            .as_ref()
            .filter(|new| !new.names().is_empty())
        {
            let words = new_names.in_words();
            on_event(&Event::Notice(format!(
                "the CRM lacks {words}; an import will make what is lacking"
            )));
        }
    }

    /// Stops before anything is sent twice by mistake, and says what is sent twice on purpose.
    pub(in crate::import) fn refuse_what_is_doubtful(
        &self,
        plan: &ImportPlan,
        settings: &LedgerSettings,
        on_event: OnEvent<'_>,
    ) -> Result<(), ImportError> {
        if self.known_by_lead > 0 && settings.known_by_lead.is_none() {
            return Err(ImportError::KnownByLead {
                file: plan.file_name.clone(),
                rows: self.known_by_lead,
            });
        }
        if self.has_earlier_runs && plan.mapping.identity().is_none() {
            on_event(&Event::Notice(
                "the mapping has no `[identity]`: a row is known by all its cells, and counts as new \
                 when any of them changes"
                    .into(),
            ));
        }
        if let Some(round) = &settings.round {
            let rows = count_of(self.doubled, "row");
            on_event(&Event::Notice(format!(
                "round `{round}`: {rows} that the ledger says were created will be sent again"
            )));
        }
        Ok(())
    }
}

fn survey(
    plan: &ImportPlan,
    known: Option<&KnownRows>,
    stop: &StopSwitch,
) -> Result<Survey, SurveyError> {
    let notes = Notes::new()?;
    let mapping = &plan.mapping;
    let new_names = NewNames::of(plan);
    let rows_share_nothing = known.is_none()
        && new_names.is_none()
        && mapping.identity().is_none()
        && mapping.duplicates().is_none()
        && !has_tokens(&plan.header);
    if rows_share_nothing {
        return Ok(Survey::of_rows_that_share_nothing(scan(plan)?, notes));
    }
    // Without `[identity]` a row may be known by nothing but its lead; in a round all are sent anyway.
    let asks_by_lead = known.filter(|known| {
        !known.is_empty() && !known.is_in_open_round() && plan.mapping.identity().is_none()
    });
    let numbers_equal_rows = plan.mapping.duplicates().is_some()
        && plan.mapping.identity().is_none()
        && known.is_some_and(|known| !known.is_empty());
    let mut reading = FirstReading {
        known,
        finder: SharedFinder::default(),
        notes: &notes,
        compares_keys: mapping.duplicates().is_some(),
        numbers: numbers_equal_rows.then(Notes::new).transpose()?,
        known_leads: asks_by_lead.map(|known| KnownLeads::new(known.reader(), &notes)),
        known_rows: 0,
        known_sample: Vec::new(),
        doubled: 0,
        new_names,
    };
    let depth = reading.depth();
    let read = for_each_checked_row(plan, depth, stop, &mut |row| reading.take(&row))?;
    let FirstReading {
        finder,
        known_leads,
        known_rows,
        known_sample,
        doubled,
        new_names,
        ..
    } = reading;
    let mut shared = finder.finish(&notes, has_tokens(&plan.header))?;
    shared.has_known_leads = known_leads.map_or(Ok(false), KnownLeads::finish)?;
    let known_by_lead = match asks_by_lead {
        Some(known) if shared.has_known_leads => {
            count_known_by_lead((plan, stop), known, &shared, &notes)?
        }
        _ => 0,
    };
    Ok(Survey {
        rows: read.rows,
        shared,
        notes,
        known_rows,
        known_sample,
        known_by_lead,
        has_earlier_runs: known.is_some_and(|known| !known.is_empty()),
        doubled,
        new_names,
    })
}

/// Sees the file to its end, and counts its rows.
fn scan(plan: &ImportPlan) -> Result<u64, SurveyError> {
    let count = plan.source.scan().map_err(SurveyError::Unreadable)?;
    Ok(count.rows)
}

/// Goes through the file again to see which of the rows that known leads came from are still there.
fn count_known_by_lead(
    (plan, stop): (&ImportPlan, &StopSwitch),
    known: &KnownRows,
    shared: &SharedInFile,
    notes: &Notes,
) -> Result<u64, SurveyError> {
    let numbers = Notes::new()?;
    let depth = Depth::Digests;
    for_each_checked_row(plan, depth, stop, &mut |row| -> Result<(), JudgeError> {
        let occurrence = if shared.has_equal_cells(&row.marks, false)? {
            numbers.count_cells(row.marks.cells)?
        } else {
            0
        };
        match known.find(&row.marks, occurrence)? {
            Some(found) => notes.note_present(found.row.prints.content, found.row.entry)?,
            None if row.may_be_known_by_lead() => {
                notes.note_wanted(known.prints_of(&row).content)?;
            }
            None => {}
        }
        Ok(())
    })?;
    Ok(notes.count_known_by_lead()?)
}
