//! File, mapping and outputs: what the arguments of `import` and `check` mean.

use std::path::{Path, PathBuf};

use crate::cli::args::FileArguments;
use crate::cli::failure::Failure;
use crate::cli::spool::InputFile;
use crate::import::{ImportPlan, OnExistingResults};
use crate::mapping::{Mapping, SourceSettings};
use crate::model::{Header, nearest_word};
use crate::report::Echo;
use crate::source::{Source, SourceError, SourceOptions};

/// What differs between the two commands.
#[derive(Debug, Clone, Copy)]
pub(super) struct CommandOutputs {
    pub(super) command: &'static str,
    /// The end of the results file's default name.
    pub(super) results_suffix: &'static str,
    pub(super) on_existing_results: OnExistingResults,
}

/// Opens the file, reads the mapping and binds the one to the other.
///
/// The plan reads from the returned input, which must be kept as long.
pub(super) fn plan(
    arguments: &FileArguments,
    outputs: CommandOutputs,
) -> Result<(ImportPlan, InputFile), Failure> {
    let results = output_path(
        arguments,
        arguments.results.as_ref(),
        outputs.results_suffix,
    )?;
    let rejects = output_path(arguments, arguments.rejects.as_ref(), ".rejects.csv")?;
    let mapping = read_mapping(&arguments.mapping)?;
    let input = InputFile::open(&arguments.file)?;
    let file_name = arguments.file.display().to_string();
    let options = source_options(arguments, mapping.source_settings())?;
    let source =
        Source::open(input.path(), &options).map_err(|error| unreadable(&file_name, &error))?;
    let header = source.header().clone();
    let bound = mapping.bind(&header)?;
    let plan = ImportPlan {
        command: outputs.command,
        echo: echo(&header, &arguments.echo)?,
        mapping: bound,
        header,
        source,
        file_name,
        results,
        rejects,
        on_existing_results: outputs.on_existing_results,
    };
    Ok((plan, input))
}

fn read_mapping(path: &Path) -> Result<Mapping, Failure> {
    let text = fs_err::read_to_string(path).map_err(|error| {
        Failure::of(&error)
            .while_doing(format!("cannot read the mapping file `{}`", path.display()))
            .with_hint(Some(
                "name a mapping file with `--mapping`; docs/mapping.md shows how to write one",
            ))
    })?;
    Ok(Mapping::parse(&text, &path.display().to_string())?)
}

/// What was typed wins over what the mapping says.
fn source_options(
    arguments: &FileArguments,
    settings: &SourceSettings,
) -> Result<SourceOptions, Failure> {
    if let Some(encoding) = &settings.encoding
        && !matches!(encoding.to_ascii_lowercase().as_str(), "utf-8" | "utf8")
    {
        return Err(Failure::unusable(
            format!(
                "the mapping names the encoding `{encoding}`, and this version reads only UTF-8"
            ),
            "export the file as UTF-8, or convert it with a tool such as `iconv`",
        ));
    }
    Ok(SourceOptions {
        sheet: arguments.sheet.clone().or_else(|| settings.sheet.clone()),
        header_row: arguments.header_row.or(settings.header_row),
        delimiter: arguments.delimiter.or(settings.delimiter),
    })
}

fn unreadable(file_name: &str, error: &SourceError) -> Failure {
    Failure::of(error)
        .while_doing(format!("cannot read rows from `{file_name}`"))
        .with_hint(error.hint())
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
            None => format!("the columns are `{}`", header.names.join("`, `")),
        };
        Failure::unusable(
            format!("`--echo` names a column `{unknown}` that the file lacks"),
            hint,
        )
    })
}

/// The path that was typed, or the input's whole name with `suffix` behind it.
fn output_path(
    arguments: &FileArguments,
    typed: Option<&PathBuf>,
    suffix: &str,
) -> Result<PathBuf, Failure> {
    if let Some(path) = typed {
        return Ok(path.clone());
    }
    let base = if arguments.file == Path::new("-") {
        arguments.results.as_ref().ok_or_else(|| {
            Failure::unusable(
                "rows from standard input need a place for their results",
                "name one with `--results PATH`",
            )
        })?
    } else {
        &arguments.file
    };
    let mut name = base.clone().into_os_string();
    name.push(suffix);
    Ok(name.into())
}
