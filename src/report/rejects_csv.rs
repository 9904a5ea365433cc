//! The rejects file: rows to be mended and given back.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use fs_err::File;

use crate::model::{
    Code, Header, OWN_COLUMNS, Problem, RowMark, RowRecord, is_own_column, with_guard,
};
use crate::report::csv_line::csv_line;
use crate::report::output_folder::{folder_of, temporary_file_in};
use crate::report::rejects_seal::{Seal, is_untouched};
use crate::report::results_csv::problems_in_words;

/// A row of the rejects file before its checksum of the file is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectLine {
    /// Which cells the row has, for its token.
    pub mark: RowMark,
    /// The original cells as CSV, as many as the header has.
    pub cells: Vec<u8>,
    /// Status, problems, and cells beyond the header, as CSV.
    pub reason: Vec<u8>,
}

impl RejectLine {
    /// The line of `record` if it is one to be mended.
    ///
    /// Cells that a spreadsheet program would run are guarded. Rows that are too short are
    /// filled up with empty cells and what made a row too long comes last, so that our columns
    /// stand under their names.
    pub fn of(record: &RowRecord, header: &Header) -> Option<Self> {
        if !record.outcome.status.is_for_mending() {
            return None;
        }
        let original = || header.original_cells(&record.cells);
        let surplus: Vec<&str> = surplus_cells(record, header).collect();
        let must_change = must_change(&record.outcome.problems);
        let cells = original().chain(surplus.iter().copied());
        let mark = RowMark::new(record.identity, cells, must_change);
        let cells: Vec<_> = original().map(with_guard).collect();
        let problems = problems_in_words(record);
        let own = [record.outcome.status.as_str(), &*problems];
        let surplus: Vec<_> = surplus.into_iter().map(with_guard).collect();
        Some(Self {
            mark,
            cells: csv_line(cells.iter().map(AsRef::as_ref)),
            reason: csv_line(own.into_iter().chain(surplus.iter().map(AsRef::as_ref))),
        })
    }
}

/// What made a row too long. A workbook's notes beside its table are nothing of that kind.
fn surplus_cells<'a>(record: &'a RowRecord, header: &Header) -> impl Iterator<Item = &'a str> {
    let is_too_long = |problem: &Problem| problem.code == Code::RowTooManyCells;
    let unchanged = |problem: &Problem| problem.code == Code::RowUnchanged;
    let is_wanted = record
        .outcome
        .problems
        .iter()
        .any(|problem| is_too_long(problem) || unchanged(problem));
    header
        .surplus_cells(&record.cells)
        .filter(move |_| is_wanted)
}

/// An error value of a workbook, lost digits, lost bytes or a wrong number of cells look like
/// ordinary text once they stand in a rejects file.
fn must_change(problems: &[Problem]) -> bool {
    let structural = [
        Code::CellErrorValue,
        Code::CellDigitsLost,
        Code::CellNotText,
        Code::CellMisquoted,
        Code::RowTooFewCells,
        Code::RowTooManyCells,
        Code::RowUnchanged,
    ];
    problems
        .iter()
        .any(|problem| structural.contains(&problem.code))
}

/// A rejects file that comes into being with its first row.
#[derive(Debug)]
pub struct RejectsFile {
    wanted_path: PathBuf,
    header: Vec<u8>,
    open: Option<OpenFile>,
}

#[derive(Debug)]
struct OpenFile {
    path: PathBuf,
    writer: BufWriter<File>,
    seal: Seal,
}

impl RejectsFile {
    /// Prepares a file for rows under `header`; creates nothing yet.
    pub fn new(path: &Path, header: &Header) -> Self {
        let original = header.names.iter().filter(|name| !is_own_column(name));
        let original: Vec<_> = original.map(|name| with_guard(name)).collect();
        let header = csv_line(original.iter().map(AsRef::as_ref).chain(OWN_COLUMNS));
        Self {
            wanted_path: path.to_owned(),
            header,
            open: None,
        }
    }

    /// Removes what an earlier run left in the file's place, unless somebody changed it, and
    /// makes sure that a file can be created there.
    pub fn prepare(&self) -> io::Result<()> {
        temporary_file_in(folder_of(&self.wanted_path))?;
        if self.wanted_path.exists() && is_untouched(&self.wanted_path)? {
            fs_err::remove_file(&self.wanted_path)?;
        }
        Ok(())
    }

    /// Appends a row, with its token.
    pub fn write(&mut self, line: &RejectLine) -> io::Result<()> {
        if self.open.is_none() {
            self.open = Some(self.create()?);
        }
        let file = self.open.as_mut().expect("it was created above");
        file.write(&line.cells)?;
        let token = file.seal.token(&line.mark);
        for part in [b",", token.as_bytes(), b",", &line.reason, b"\n"] {
            file.write(part)?;
        }
        Ok(())
    }

    /// Hands everything to the operating system.
    pub fn flush(&mut self) -> io::Result<()> {
        self.open
            .as_mut()
            .map_or(Ok(()), |file| file.writer.flush())
    }

    /// Where the file is, if there was any row.
    pub fn path(&self) -> Option<&Path> {
        self.open.as_ref().map(|file| file.path.as_path())
    }

    fn create(&self) -> io::Result<OpenFile> {
        let path = self.free_path()?;
        let mut file = OpenFile {
            writer: BufWriter::new(File::create(&path)?),
            path,
            seal: Seal::default(),
        };
        file.write(&self.header)?;
        file.write(b"\n")?;
        Ok(file)
    }

    /// The wanted path, or it with `.2`, `.3`, ... while somebody's changed file lies there.
    fn free_path(&self) -> io::Result<PathBuf> {
        let mut path = self.wanted_path.clone();
        let mut number = 2_u64;
        while path.exists() && !is_untouched(&path)? {
            let mut name = self.wanted_path.clone().into_os_string();
            name.push(format!(".{number}"));
            path = PathBuf::from(name);
            number += 1;
        }
        Ok(path)
    }
}

impl OpenFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.seal.add(bytes);
        self.writer.write_all(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{RejectLine, RejectsFile};
    use crate::model::{Code, Header, Outcome, Problem, RowIdentity, RowRecord, Status};

    fn header() -> Header {
        let names = ["Name", "leadferry_row", "Note"].map(String::from).to_vec();
        Header {
            row_number: 1,
            names,
        }
    }

    fn record(status: Status, cells: &[&str]) -> RowRecord {
        let problems = vec![Problem::new(Code::FieldMissing, "no name, sorry")];
        let outcome = Outcome::unsent(status, problems);
        RowRecord {
            sequence: 0,
            row_number: 2,
            line: Some(2),
            identity: RowIdentity::of_test(),
            cells: cells.iter().copied().collect(),
            outcome,
        }
    }

    fn write_rejects(path: &Path, rows: &[&[&str]]) -> std::path::PathBuf {
        let mut rejects = RejectsFile::new(path, &header());
        rejects.prepare().unwrap();
        for cells in rows {
            let line = RejectLine::of(&record(Status::Rejected, cells), &header()).unwrap();
            rejects.write(&line).unwrap();
        }
        rejects.flush().unwrap();
        rejects.path().map(Path::to_owned).unwrap_or_default()
    }

    #[test]
    fn only_rows_to_be_mended_have_a_line() {
        for status in Status::ALL {
            let expected = matches!(status, Status::Rejected | Status::Refused);
            assert_eq!(
                RejectLine::of(&record(status, &["a"]), &header()).is_some(),
                expected
            );
        }
    }

    #[test]
    fn original_cells_come_first_and_ours_stand_under_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = write_rejects(
            &folder.path().join("r.csv"),
            &[
                &["Ada", "lf1-old", "=1"],
                &["short"],
                &["a", "b", "c", "too", "much"],
            ],
        );
        let text = fs_err::read_to_string(path).unwrap();
        let token = regex_free_tokens(&text);
        assert_eq!(
            token,
            "Name,Note,leadferry_row,leadferry_status,leadferry_problems\n\
             Ada,'=1,TOKEN,rejected,\"no name, sorry\"\n\
             short,,TOKEN,rejected,\"no name, sorry\"\n\
             a,c,TOKEN,rejected,\"no name, sorry\"\n"
        );
    }

    fn regex_free_tokens(text: &str) -> String {
        let replace = |cell: &str| {
            if cell.starts_with("lf1-") {
                "TOKEN"
            } else {
                cell
            }
            .to_owned()
        };
        text.split(',').map(replace).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn a_changed_file_is_kept_and_an_untouched_one_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = folder.path().join("r.csv");
        let rows: &[&[&str]] = &[&["one", "", "x"], &["two", "", "y"]];
        assert_eq!(write_rejects(&wanted, rows), wanted);
        assert_eq!(write_rejects(&wanted, rows), wanted, "untouched: replaced");

        let text = fs_err::read_to_string(&wanted).unwrap();
        for changed in [
            text.replace("two", "deux"),
            text.replacen("one", "", 1),
            format!("{text}a row,of somebody,,,\n"),
            "own".into(),
        ] {
            fs_err::write(&wanted, &changed).unwrap();
            let other = write_rejects(&wanted, rows);
            assert_eq!(other, folder.path().join("r.csv.2"));
            assert_eq!(fs_err::read_to_string(&wanted).unwrap(), changed);
        }
        assert_eq!(
            write_rejects(&folder.path().join("none.csv"), &[]),
            Path::new("")
        );
    }
}
