//! `inspect FILE`: what the reader sees.

use std::path::Path;

use serde::Serialize;

use crate::cli::aligned::aligned;
use crate::cli::args::InspectArguments;
use crate::cli::failure::Failure;
use crate::cli::runs_command::OutputFormat;
use crate::cli::spool::InputFile;
use crate::cli::terminal::{print, say};
use crate::model::{ExitCode, Header, count_of, grouped, shorten};
use crate::source::{Extent, Inspection, Source, SourceError};

/// So many rows are looked at with `--sample`.
const SAMPLE_ROWS: u64 = 1000;

/// Looks at a file and prints what is seen: nothing is checked, and no mapping is needed.
pub(super) fn inspect(arguments: &InspectArguments) -> Result<ExitCode, Failure> {
    let input = InputFile::open(&arguments.file)?;
    let (source, inspection) = look(arguments, input.path())?;
    let text = match arguments.format {
        OutputFormat::Text => {
            let text = as_text(&arguments.file, &source, &inspection);
            warnings(&source, &inspection).for_each(say);
            text
        }
        OutputFormat::Json => as_json(&source, &inspection)?,
    };
    print(&text).map_err(|error| Failure::of(&error))?;
    Ok(ExitCode::Done)
}

fn look(arguments: &InspectArguments, path: &Path) -> Result<(Source, Inspection), Failure> {
    let extent = if arguments.sample {
        Extent::FirstRows(SAMPLE_ROWS)
    } else {
        Extent::Whole
    };
    let looked = || {
        let source = Source::open(path, &arguments.source.options())?;
        let inspection = source.inspect(extent)?;
        Ok((source, inspection))
    };
    looked().map_err(|error: SourceError| {
        let file = arguments.file.display();
        Failure::of(&error)
            .with_hint(error.hint())
            .while_doing(format!("cannot read rows from `{file}`"))
    })
}

fn warnings<'a>(source: &'a Source, inspection: &'a Inspection) -> impl Iterator<Item = &'a str> {
    let all = source.notices().iter().chain(&inspection.warnings);
    all.map(String::as_str)
}

/// The object of `--format json`. What does not apply is null.
#[derive(Debug, Serialize)]
struct Seen<'a> {
    format: &'static str,
    encoding: Option<String>,
    delimiter: Option<String>,
    sheet: Option<&'a str>,
    sheets: Option<&'a [String]>,
    header_row: u64,
    columns: Vec<SeenColumn<'a>>,
    rows: Option<u64>,
    ragged_rows: u64,
    warnings: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct SeenColumn<'a> {
    index: usize,
    letter: String,
    name: &'a str,
    samples: &'a [String],
}

fn as_json(source: &Source, inspection: &Inspection) -> Result<String, Failure> {
    let seen = Seen {
        format: source.format().as_str(),
        encoding: source.encoding(),
        delimiter: source
            .delimiter()
            .map(|delimiter| char::from(delimiter).to_string()),
        sheet: source.sheet(),
        sheets: source.sheet().is_some().then(|| source.sheets()),
        header_row: source.header().row_number,
        columns: columns(source, inspection).collect(),
        rows: inspection.rows.map(|count| count.rows),
        ragged_rows: inspection.ragged_rows,
        warnings: warnings(source, inspection).collect(),
    };
    let mut json = serde_json::to_string_pretty(&seen).map_err(|error| Failure::of(&error))?;
    json.push('\n');
    Ok(json)
}

fn columns<'a>(
    source: &'a Source,
    inspection: &'a Inspection,
) -> impl Iterator<Item = SeenColumn<'a>> {
    let names = source.header().names.iter().zip(&inspection.samples);
    names
        .enumerate()
        .map(|(index, (name, samples))| SeenColumn {
            index,
            letter: Header::letter(index),
            name,
            samples,
        })
}

fn as_text(file: &Path, source: &Source, inspection: &Inspection) -> String {
    let line = |what: &str, value: String| [format!("  {what}"), value];
    let mut facts = vec![line("format", format_text(source))];
    facts.extend(source.encoding().map(|label| line("encoding", label)));
    facts.extend(
        source
            .sheet()
            .map(|sheet| line("sheet", sheet_text(sheet, source.sheets()))),
    );
    facts.push(line("header", header_text(source.header().row_number)));
    facts.push(line("rows", rows_text(inspection)));
    let mut lines = vec![[String::new(), "column".to_owned(), "samples".to_owned()]];
    lines.extend(columns(source, inspection).map(|column| {
        let samples: Vec<String> = column
            .samples
            .iter()
            .map(|sample| shorten(sample))
            .collect();
        [
            format!("  {}", column.letter),
            shorten(column.name),
            samples.join(" · "),
        ]
    }));
    format!(
        "{}\n{}\n{}",
        file.display(),
        aligned(&facts),
        aligned(&lines)
    )
}

fn format_text(source: &Source) -> String {
    let format = source.format().as_str();
    match source.delimiter().map(char::from) {
        None => format.to_owned(),
        Some('\t') => format!("{format}, delimited by tabs"),
        Some(delimiter) => format!("{format}, delimited by `{}`", delimiter.escape_default()),
    }
}

fn sheet_text(sheet: &str, sheets: &[String]) -> String {
    match sheets.len() {
        1 => sheet.to_owned(),
        all => format!("{sheet} (of {all})"),
    }
}

fn header_text(row: u64) -> String {
    match row {
        0 => "none: columns are named by their letters".to_owned(),
        row => format!("row {row}"),
    }
}

fn rows_text(inspection: &Inspection) -> String {
    let Some(count) = inspection.rows else {
        return format!(
            "not counted: only the first {} were looked at",
            count_of(SAMPLE_ROWS, "row")
        );
    };
    let others = [
        (count.blank_rows, "blank"),
        (inspection.ragged_rows, "ragged"),
    ];
    let others = others.iter().filter(|(rows, _)| *rows > 0);
    let others: Vec<String> = others
        .map(|(rows, what)| format!("{} {what}", grouped(*rows)))
        .collect();
    let rows = grouped(count.rows);
    if others.is_empty() {
        rows
    } else {
        format!("{rows} ({})", others.join(", "))
    }
}
