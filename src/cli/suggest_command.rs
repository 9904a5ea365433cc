//! `suggest FILE`: a mapping to review.

use std::ops::ControlFlow;
use std::path::Path;

use crate::cli::args::{SourceArguments, SuggestArguments};
use crate::cli::failure::Failure;
use crate::cli::spool::InputFile;
use crate::cli::terminal::{print, say};
use crate::mapping::{SourceSettings, SuggestedFor, Suggester, Suggestion};
use crate::model::{ExitCode, count_of};
use crate::source::{Source, SourceError};

/// So many rows are looked at: enough to know a column, and done in a second.
const ROWS_LOOKED_AT: u64 = 5_000;

/// Looks at a file and prints the mapping that it seems to want, for somebody to read.
///
/// Ends with [`ExitCode::SomeRowsLeft`] when no column holds last names: what is printed is then no mapping yet.
pub(super) fn suggest(arguments: &SuggestArguments) -> Result<ExitCode, Failure> {
    let input = InputFile::open(&arguments.file)?;
    let suggested = Suggested::for_file(&arguments.file, input.path(), &arguments.source)?;
    print(&suggested.text).map_err(|error| Failure::of(&error))?;
    suggested.notices.iter().for_each(|notice| say(notice));
    if suggested.suggestion.is_complete() {
        return Ok(ExitCode::Done);
    }
    say(
        "no column holds last names, which the CRM demands: name one where the mapping says `MISSING`",
    );
    Ok(ExitCode::SomeRowsLeft)
}

/// A suggestion and how it is written.
pub(super) struct Suggested {
    pub(super) suggestion: Suggestion,
    /// The mapping file.
    pub(super) text: String,
    /// What should be said about the reading of the file.
    pub(super) notices: Vec<String>,
}

impl Suggested {
    /// Looks at the first rows of the file at `path`, which the user calls `file`.
    pub(super) fn for_file(
        file: &Path,
        path: &Path,
        typed: &SourceArguments,
    ) -> Result<Self, Failure> {
        look(file, path, typed).map_err(|error| {
            Failure::of(&error)
                .with_hint(error.hint())
                .while_doing(format!("cannot read rows from `{}`", file.display()))
        })
    }
}

fn look(file: &Path, path: &Path, typed: &SourceArguments) -> Result<Suggested, SourceError> {
    let source = Source::open(path, &typed.options())?;
    let mut suggester = Suggester::new(source.header());
    let count = source.read_rows(&mut |row| {
        if row.sequence >= ROWS_LOOKED_AT {
            return ControlFlow::Break(());
        }
        suggester.note(&row);
        ControlFlow::Continue(())
    })?;
    let suggestion = suggester.finish();
    let text = suggestion.to_toml(&SuggestedFor {
        file_name: file.display().to_string(),
        settings: settings_to_keep(&source, typed),
        origin: origin_of(file),
    });
    let mut notices = source.notices().to_vec();
    if count.rows > ROWS_LOOKED_AT {
        notices.push(format!(
            "the suggestion is made from the first {}",
            count_of(ROWS_LOOKED_AT, "row")
        ));
    }
    Ok(Suggested {
        suggestion,
        text,
        notices,
    })
}

/// What the next reading must be told because this one was, or because a mapping makes it look elsewhere.
fn settings_to_keep(source: &Source, typed: &SourceArguments) -> SourceSettings {
    let has_no_names = source.header().row_number == 0;
    let is_one_of_several = source.sheets().len() > 1;
    SourceSettings {
        sheet: typed
            .sheet
            .is_some()
            .then(|| source.sheet().map(str::to_owned))
            .flatten()
            .or_else(|| {
                is_one_of_several
                    .then(|| source.sheet().map(str::to_owned))
                    .flatten()
            }),
        header_row: typed.header_row.or(has_no_names.then_some(0)),
        delimiter: typed.delimiter,
        encoding: typed.encoding.clone(),
        ..SourceSettings::default()
    }
}

/// A name for where the rows come from: the file's, without its ending and what tells one day's file from the
/// next one's.
fn origin_of(file: &Path) -> String {
    /// For standard input, and for names of nothing but digits.
    const UNNAMED: &str = "leads";
    let stem = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("");
    let stem = stem.split('.').next().unwrap_or("");
    let is_changing = |one: char| one.is_ascii_digit() || "-_ ()".contains(one);
    let name = stem.trim_matches(is_changing).to_lowercase();
    let name: Vec<&str> = name.split_whitespace().collect();
    if name.is_empty() {
        UNNAMED.to_owned()
    } else {
        name.join("-")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::origin_of;

    #[test]
    fn rows_of_tomorrows_file_have_the_same_origin() {
        for (file, expected) in [
            ("contacts.csv", "contacts"),
            ("/tmp/Zoho Leads_2026-11-26.csv", "zoho-leads"),
            (
                "hubspot-crm-exports-all-contacts-2024-05-01-1.csv.gz",
                "hubspot-crm-exports-all-contacts",
            ),
            ("contacts (1).csv", "contacts"),
            ("2026-11-26.csv", "leads"),
            ("-", "leads"),
            ("müşteriler.xlsx", "müşteriler"),
        ] {
            assert_eq!(origin_of(Path::new(file)), expected, "{file}");
        }
    }
}
