//! `runs unknown`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::cli::failure::Failure;
use crate::cli::runs_command::ledger_choice::{LedgerChoice, OpenLedger, Troubles, ledger_failure};
use crate::cli::runs_command::run_text::{place_of, to_the_second};
use crate::cli::runs_command::runs_arguments::OutputFormat;
use crate::cli::terminal::say;
use crate::ledger::{EntryState, LedgerError, LedgerScope, OpenRow};
use crate::model::{Code, ExitCode, count_of, shorten};

/// Lists rows in doubt. There may be many, so each is printed as it is found.
pub(super) fn unknown(
    choice: &LedgerChoice,
    format: OutputFormat,
    bodies: bool,
) -> Result<ExitCode, Failure> {
    let mut troubles = Troubles::none();
    let mut list = List {
        output: io::BufWriter::new(io::stdout().lock()),
        format,
        bodies,
        rows: 0,
    };
    for ledger in choice.open(&mut troubles)? {
        match list.add_all(&ledger) {
            Ok(()) => {}
            Err(ListError::Ledger(error)) => troubles.tell(&ledger_failure(&error)),
            Err(ListError::Output(error)) => return Err(Failure::of(&error)),
        }
    }
    let rows = list.finish().map_err(|error| Failure::of(&error))?;
    if rows == 0 {
        say("no row is in doubt");
        return Ok(troubles.or(ExitCode::Done));
    }
    if format == OutputFormat::Text {
        say(&format!(
            "{} in doubt\n\nhint: look for each in the CRM, then say what you found with `leadferry \
             runs settle RUN:ROW --created ID` or `--absent`",
            count_of(rows, "row")
        ));
    }
    Ok(troubles.or(ExitCode::SomeRowsLeft))
}

/// What ends the list.
enum ListError {
    Ledger(LedgerError),
    Output(io::Error),
}

impl From<LedgerError> for ListError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

struct List<W: Write> {
    output: W,
    format: OutputFormat,
    bodies: bool,
    rows: u64,
}

impl<W: Write> List<W> {
    fn add_all(&mut self, ledger: &OpenLedger) -> Result<(), ListError> {
        ledger.reader.each_open_row(None, &mut |row| {
            let added = self.add(&row, &ledger.scope);
            added.map_err(ListError::Output)
        })
    }

    fn add(&mut self, row: &OpenRow, scope: &LedgerScope) -> io::Result<()> {
        match self.format {
            OutputFormat::Text => self.add_text(row, scope)?,
            OutputFormat::Json => {
                let before = if self.rows == 0 { "[\n" } else { ",\n" };
                self.output.write_all(before.as_bytes())?;
                let row = RowJson::of(row, scope, self.bodies);
                serde_json::to_writer(&mut self.output, &row)?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    fn add_text(&mut self, row: &OpenRow, scope: &LedgerScope) -> io::Result<()> {
        let (file, since) = match &row.history {
            Some(history) => (shorten(&history.file), to_the_second(&history.started)),
            None => ("a purged run".into(), "long ago".into()),
        };
        let what = match (row.state, row.doubt) {
            (EntryState::Taken, _) => "taken without an id that could be read".to_owned(),
            (_, Some(doubt)) => format!("may have been created ({doubt})"),
            (_, None) => format!("may have been created ({})", Code::LedgerOpen),
        };
        let (address, place) = (row.address(), place_of(scope));
        writeln!(
            self.output,
            "{address}  {file}  since {since}  {what}  {place}"
        )?;
        if !self.bodies {
            return Ok(());
        }
        match &row.body {
            Some(body) => writeln!(self.output, "  {}", body_json(body)),
            None => writeln!(self.output, "  what was sent was purged"),
        }
    }

    fn finish(mut self) -> io::Result<u64> {
        if self.format == OutputFormat::Json {
            let end = if self.rows == 0 { "[]\n" } else { "\n]\n" };
            self.output.write_all(end.as_bytes())?;
        }
        self.output.flush()?;
        Ok(self.rows)
    }
}

#[derive(Debug, Serialize)]
struct RowJson<'a> {
    /// As `runs settle` takes it.
    address: String,
    run: Option<&'a str>,
    row: u64,
    file: Option<&'a str>,
    since: Option<&'a str>,
    state: &'static str,
    /// The code of what came in place of an answer.
    code: &'static str,
    api: &'a str,
    tenant: u64,
    /// Only where it was asked for: null when it was purged.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
}

impl<'a> RowJson<'a> {
    fn of(row: &'a OpenRow, scope: &'a LedgerScope, with_body: bool) -> Self {
        let history = row.history.as_ref();
        let body = || row.body.as_deref().map_or(Value::Null, body_json);
        Self {
            address: row.address(),
            run: history.map(|history| history.run.as_str()),
            row: row.row,
            file: history.map(|history| history.file.as_str()),
            since: history.map(|history| history.started.as_str()),
            state: match row.state {
                EntryState::Taken => "taken",
                _ => "unknown",
            },
            code: match row.state {
                EntryState::Taken => Code::ServerNoId,
                _ => row.doubt.unwrap_or(Code::LedgerOpen),
            }
            .as_str(),
            api: &scope.api,
            tenant: scope.tenant,
            body: with_body.then(body),
        }
    }
}

/// The body as it was sent. Bodies are JSON; should one not be, it is shown as a text.
fn body_json(body: &[u8]) -> Value {
    let text = || Value::String(String::from_utf8_lossy(body).into_owned());
    serde_json::from_slice(body).unwrap_or_else(|_| text())
}
