//! File, mapping and outputs: what the arguments of `import` and `check` mean.

use std::ops::ControlFlow;
use std::path::Path;

use crate::cli::args::FileArguments;
use crate::cli::failure::Failure;
use crate::cli::file_paths::{OutputPaths, Suffixes, output_paths};
use crate::cli::spool::InputFile;
use crate::cli::suggested_mapping::{agreed_mapping, refuse_unless_asked};
use crate::cli::terminal::{say, tell, uses_colour};
use crate::import::{ImportPlan, is_rejects_file, original_header};
use crate::mapping::{BoundMapping, FilledCells, HeaderChange, Mapping, SourceSettings};
use crate::model::{Header, count_of, is_own_column, looks_like_a_cell, nearest_word, shorten};
use crate::report::{Echo, Level, LogLine};
use crate::source::{Source, SourceError, SourceOptions};

/// What differs between the two commands.
#[derive(Debug, Clone, Copy)]
pub(super) struct CommandOutputs {
    pub(super) command: &'static str,
    /// The ends of the default names.
    pub(super) suffixes: Suffixes,
    pub(super) is_rehearsal: bool,
}

/// Opens the file, reads the mapping and binds the one to the other.
///
/// The plan reads from the returned input, which must be kept as long.
pub(super) fn plan(
    arguments: &FileArguments,
    outputs: CommandOutputs,
) -> Result<(ImportPlan, InputFile), Failure> {
    let OutputPaths { results, rejects } = output_paths(arguments, outputs.suffixes)?;
    let given = arguments.mapping.as_deref().map(read_mapping).transpose()?;
    if given.is_none() {
        refuse_unless_asked(outputs.command, &arguments.file)?;
    }
    let input = InputFile::open(&arguments.file)?;
    let mapping = match given {
        Some(mapping) => mapping,
        None => agreed_mapping(arguments, input.path())?,
    };
    let file_name = arguments.file.display().to_string();
    let source = open_source(arguments, input.path(), &mapping)
        .map_err(|failure| failure.while_doing(format!("cannot read rows from `{file_name}`")))?;
    let header = original_header(source.header());
    ensure_approved(&header, &mapping, arguments)?;
    let bound = mapping
        .bind(&header)
        .map_err(|error| Failure::from(error).with_hint([where_names_were_read(&source)]))?;
    tell_suspicions(&mapping, &bound, &source);
    let plan = ImportPlan {
        command: outputs.command,
        echo: echo(&header, &arguments.echo)?,
        mapping: bound,
        header,
        source,
        file_name,
        results,
        rejects,
        mapping_hash: blake3::hash(mapping.text().as_bytes()).to_hex().to_string(),
        is_rehearsal: outputs.is_rehearsal,
    };
    Ok((plan, input))
}

/// Stops at columns that nobody has looked at since the mapping was approved: a name that stays may mean something
/// else beside others. Our own columns are none of the file's.
fn ensure_approved(
    header: &Header,
    mapping: &Mapping,
    arguments: &FileArguments,
) -> Result<(), Failure> {
    let Some(approved) = &mapping.source_settings().approved_header else {
        return Ok(());
    };
    let names = header.names.iter().filter(|name| !is_own_column(name));
    let present: Vec<&String> = names.collect();
    let Some(change) = HeaderChange::between(approved, &present) else {
        return Ok(());
    };
    let file = arguments.file.display();
    let what = format!("the columns of `{file}` are not those that the mapping was approved for");
    if arguments.accept_header_changes {
        say(&format!("{what}: {change}"));
        return Ok(());
    }
    Err(Failure::unusable(
        change.to_string(),
        "look whether the mapping still says what is meant, and change its `approved_header`; \
         `--accept-header-changes` goes on this once",
    )
    .while_doing(what))
}

fn read_mapping(path: &Path) -> Result<Mapping, Failure> {
    let text = fs_err::read_to_string(path).map_err(|error| {
        Failure::of(&error)
            .while_doing(format!("cannot read the mapping file `{}`", path.display()))
            .with_hint(Some(
                "name a mapping file with `--mapping`; `leadferry suggest FILE` writes one",
            ))
    })?;
    Ok(Mapping::parse(&text, &path.display().to_string())?)
}

/// What was typed wins over what the mapping says.
fn source_options(typed: &SourceOptions, settings: &SourceSettings) -> SourceOptions {
    SourceOptions {
        sheet: typed.sheet.clone().or_else(|| settings.sheet.clone()),
        header_row: typed.header_row.or(settings.header_row),
        delimiter: typed.delimiter.or(settings.delimiter),
        encoding: typed.encoding.clone().or_else(|| settings.encoding.clone()),
        known_names: typed.known_names.clone(),
    }
}

/// Opens the input as flags and mapping describe it; a rejects file as we have written it is always our own kind
/// of CSV, whatever the original was.
fn open_source(
    arguments: &FileArguments,
    path: &Path,
    mapping: &Mapping,
) -> Result<Source, Failure> {
    let found_by_looking = SourceOptions {
        known_names: mapping.column_names().map(str::to_owned).collect(),
        ..SourceOptions::default()
    };
    let typed = SourceOptions {
        known_names: found_by_looking.known_names.clone(),
        ..arguments.source.options()
    };
    let described = source_options(&typed, mapping.source_settings());
    if described != found_by_looking
        && let Ok(source) = Source::open(path, &found_by_looking)
        && is_as_we_wrote_it(&source)
    {
        return Ok(source);
    }
    Source::open(path, &described)
        .map_err(|error: SourceError| Failure::of(&error).with_hint(error.hint()))
}

/// Says what is most likely not meant. A file that cannot be read is told of when all of it is read.
fn tell_suspicions(mapping: &Mapping, bound: &BoundMapping, source: &Source) {
    let mut filled = FilledCells::default();
    let _ = source.read_rows(&mut |row| {
        filled.take(bound, &row);
        if row.sequence + 1 < FilledCells::MOST_ROWS {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    let warnings = mapping.warnings(&filled);
    if warnings.count() > 0 {
        let count = count_of(warnings.count() as u64, "warning");
        let line = LogLine::new(Level::Warning, format!("the mapping has {count}"));
        let excerpt = warnings.render(uses_colour());
        tell(
            &line
                .with("excerpt", excerpt.as_str())
                .shown_as(excerpt.trim_end().to_owned()),
        );
    }
}

/// What to do if the names of the columns stand elsewhere than they were looked for.
fn where_names_were_read(source: &Source) -> String {
    let row = match source.header().row_number {
        0 => "no row was taken for the names of the columns".to_owned(),
        row => format!("row {row} was taken for the names of the columns"),
    };
    match (source.delimiter().map(char::from), source.sheet()) {
        (Some(delimiter), _) => format!(
            "{row}, and `{}` for what stands between cells; if that is wrong, name the right ones with `--header-row` \
             and `--delimiter`",
            delimiter.escape_default()
        ),
        (None, sheet) => format!(
            "{row}, in sheet `{}`; if that is wrong, name the right ones with `--header-row` and `--sheet`",
            shorten(sheet.unwrap_or_default())
        ),
    }
}

/// Whether it is a rejects file that no other program has saved again in a way of its own.
fn is_as_we_wrote_it(source: &Source) -> bool {
    let is_our_csv =
        source.delimiter() == Some(b',') && source.encoding().as_deref() == Some("utf-8");
    is_our_csv && is_rejects_file(source.header())
}

fn shorten_each(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| shorten(name)).collect();
    names.join("`, `")
}

fn echo(header: &Header, names: &[String]) -> Result<Echo, Failure> {
    if let [only] = names
        && only == "all"
    {
        return Ok(Echo::all(header));
    }
    Echo::named(header, names).map_err(|unknown| {
        let known = header.names.iter().map(String::as_str);
        let hint = match nearest_word(unknown, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if header.names.iter().any(|name| looks_like_a_cell(name)) => {
                "the header looks like a row: is the line with the names missing?".into()
            }
            None => format!("the columns are `{}`", shorten_each(&header.names)),
        };
        Failure::unusable(
            format!("`--echo` names a column `{unknown}` that the file lacks"),
            hint,
        )
    })
}
