//! The results file: what became of every single row.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use fs_err::File;

use crate::model::{Header, Problem, RowRecord, is_own_column, with_guard};
use crate::report::csv_line::{CsvLine, csv_line};

/// The columns of a results file. New ones go at the end; the echoed columns follow.
///
/// - `row`: the row as a spreadsheet program numbers it
/// - `status`: what became of it
/// - `lead_id`: the lead's id in the CRM, where it is known
/// - `attempts`: POSTs for this row in this run
/// - `codes`: codes of all problems and warnings, separated by spaces
/// - `problems`: the same in words, separated by `; `
pub const RESULTS_COLUMNS: [&str; 6] =
    ["row", "status", "lead_id", "attempts", "codes", "problems"];

/// Which of the input's own columns are repeated in the results.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Echo {
    indices: Vec<usize>,
    names: Vec<String>,
}

impl Echo {
    /// Every column of the input but our own.
    pub fn all(header: &Header) -> Self {
        Self::of_indices(header, 0..header.names.len())
    }

    /// The columns called `names`, each at every place where the header has it.
    ///
    /// # Errors
    ///
    /// The first name that the header does not have.
    pub fn named<'a>(header: &Header, names: &'a [String]) -> Result<Self, &'a str> {
        let mut indices = Vec::new();
        for name in names {
            let found = header.positions_of(name);
            if found.is_empty() {
                return Err(name);
            }
            indices.extend(found);
        }
        Ok(Self::of_indices(header, indices))
    }

    fn of_indices(header: &Header, indices: impl IntoIterator<Item = usize>) -> Self {
        let indices: Vec<usize> = indices
            .into_iter()
            .filter(|&index| !is_own_column(&header.names[index]))
            .collect();
        let names = indices
            .iter()
            .map(|&index| header.names[index].clone())
            .collect();
        Self { indices, names }
    }
}

/// A row's line in the results file, without a line end.
pub fn results_line(record: &RowRecord, echo: &Echo) -> Vec<u8> {
    /// Most lines are shorter than this without their problems and what is echoed.
    const USUAL_LENGTH: usize = 48;
    let outcome = &record.outcome;
    let problems = problems_in_words(record);
    let mut line = CsvLine::with_capacity(USUAL_LENGTH + problems.len());
    line.push_number(record.row_number);
    line.push(outcome.status.as_str());
    line.push(outcome.lead_id.as_ref().map_or("", |id| &id.0));
    line.push_number(outcome.attempts.into());
    line.push(&joined(&outcome.problems, " ", |problem| {
        problem.code.as_str()
    }));
    line.push(&problems);
    for &index in &echo.indices {
        line.push(&with_guard(record.cells.get(index).unwrap_or_default()));
    }
    line.finish()
}

/// All problems and warnings of a row as one text. Where an earlier row of the file spans several lines, it ends
/// with the line in which the row is found in a text editor.
pub(super) fn problems_in_words(record: &RowRecord) -> Cow<'_, str> {
    let problems = joined(&record.outcome.problems, "; ", |problem| &problem.sentence);
    match record.line {
        Some(line) if line != record.row_number && !problems.is_empty() => {
            Cow::Owned(format!("{problems}; line {line} of the file"))
        }
        _ => problems,
    }
}

/// One text of each problem, put together. Most rows have one problem or none, and nothing to put together.
fn joined<'a>(
    problems: &'a [Problem],
    separator: &str,
    text_of: impl Fn(&'a Problem) -> &'a str,
) -> Cow<'a, str> {
    match problems {
        [] => Cow::Borrowed(""),
        [only] => Cow::Borrowed(text_of(only)),
        several => {
            let texts: Vec<&str> = several.iter().map(text_of).collect();
            Cow::Owned(texts.join(separator))
        }
    }
}

/// An open results file.
#[derive(Debug)]
pub struct ResultsFile {
    path: PathBuf,
    writer: BufWriter<File>,
    lines: u64,
}

impl ResultsFile {
    /// Creates the file, replacing an older one, and writes its header.
    pub fn create(path: &Path, echo: &Echo) -> io::Result<Self> {
        Self::begin(path, File::create(path)?, echo)
    }

    /// Creates the file and writes its header. Fails with [`io::ErrorKind::AlreadyExists`] when
    /// there is one, however shortly before it came.
    pub fn create_new(path: &Path, echo: &Echo) -> io::Result<Self> {
        Self::begin(path, File::create_new(path)?, echo)
    }

    fn begin(path: &Path, file: File, echo: &Echo) -> io::Result<Self> {
        let mut writer = BufWriter::with_capacity(64 * 1024, file);
        let echoed: Vec<_> = echo.names.iter().map(|name| with_guard(name)).collect();
        let names = RESULTS_COLUMNS
            .into_iter()
            .chain(echoed.iter().map(AsRef::as_ref));
        writer.write_all(&csv_line(names))?;
        writer.write_all(b"\n")?;
        writer.flush()?;
        Ok(Self {
            path: path.to_owned(),
            writer,
            lines: 0,
        })
    }

    /// Appends a line made by [`results_line`].
    pub fn write(&mut self, line: &[u8]) -> io::Result<()> {
        self.writer.write_all(line)?;
        self.writer.write_all(b"\n")?;
        self.lines += 1;
        Ok(())
    }

    /// How many rows were written.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Hands everything to the operating system.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::{Echo, results_line};
    use crate::model::{
        Cells, Code, Header, LeadId, Outcome, Problem, RowIdentity, RowRecord, Status,
    };

    fn header() -> Header {
        let names = ["Name", "Note", "leadferry_row", "Name"]
            .map(String::from)
            .to_vec();
        Header {
            row_number: 1,
            names,
        }
    }

    fn record(outcome: Outcome) -> RowRecord {
        let cells: Cells = ["Ada", "=1+1", "lf1-x", "Lovelace"].into_iter().collect();
        RowRecord {
            sequence: 0,
            row_number: 2,
            line: Some(2),
            identity: RowIdentity::of_test(),
            cells,
            outcome,
        }
    }

    #[test]
    fn a_line_tells_everything_of_its_row() {
        let problems = vec![
            Problem::new(Code::EmailNoAtSign, "column `E`: `a` has no `@`"),
            Problem::new(Code::FieldTooLong, "too long, \"really\""),
        ];
        let line = results_line(
            &record(Outcome::unsent(Status::Rejected, problems)),
            &Echo::default(),
        );
        assert_eq!(
            String::from_utf8(line).unwrap(),
            "2,rejected,,0,email.no_at_sign field.too_long,\
             \"column `E`: `a` has no `@`; too long, \"\"really\"\"\""
        );
    }

    #[test]
    fn echoed_columns_follow_guarded_and_without_ours() {
        let outcome = Outcome {
            lead_id: Some(LeadId("17".into())),
            attempts: 1,
            ..Outcome::unsent(Status::Created, vec![])
        };
        for (echo, expected) in [
            (Echo::all(&header()), "2,created,17,1,,,Ada,'=1+1,Lovelace"),
            (
                Echo::named(&header(), &["Note".into()]).unwrap(),
                "2,created,17,1,,,'=1+1",
            ),
        ] {
            let line = results_line(&record(outcome.clone()), &echo);
            assert_eq!(String::from_utf8(line).unwrap(), expected);
        }
        assert_eq!(Echo::named(&header(), &["Nmae".into()]), Err("Nmae"));
    }
}
