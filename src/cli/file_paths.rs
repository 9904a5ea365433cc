//! Which files a run reads and writes, and that none is two of them.

use std::path::{Path, PathBuf};

use crate::cli::args::FileArguments;
use crate::cli::failure::Failure;
use crate::report::folder_of;

/// The ends of the default names of what a command writes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suffixes {
    pub(super) results: &'static str,
    pub(super) rejects: &'static str,
}

/// Where results and rejects go.
#[derive(Debug)]
pub(super) struct OutputPaths {
    pub(super) results: PathBuf,
    pub(super) rejects: PathBuf,
}

/// The typed paths, or the input's whole name with a suffix behind it.
///
/// Refuses paths that would let one file of the run destroy another.
pub(super) fn output_paths(
    arguments: &FileArguments,
    suffixes: Suffixes,
) -> Result<OutputPaths, Failure> {
    let results = output_path(arguments, arguments.results.as_ref(), suffixes.results)?;
    let rejects = output_path(arguments, arguments.rejects.as_ref(), suffixes.rejects)?;
    let outputs = OutputPaths { results, rejects };
    refuse_collisions(arguments, &outputs)?;
    Ok(outputs)
}

fn output_path(
    arguments: &FileArguments,
    typed: Option<&PathBuf>,
    suffix: &str,
) -> Result<PathBuf, Failure> {
    if let Some(path) = typed {
        return Ok(path.clone());
    }
    let base = if is_standard_input(&arguments.file) {
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

fn refuse_collisions(arguments: &FileArguments, outputs: &OutputPaths) -> Result<(), Failure> {
    let input = (!is_standard_input(&arguments.file)).then_some(arguments.file.as_path());
    let summary = arguments
        .summary
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    let files = [
        ("the input", input),
        ("the mapping", arguments.mapping.as_deref()),
        ("the results", Some(outputs.results.as_path())),
        ("the rejects", Some(outputs.rejects.as_path())),
        ("the summary", summary),
    ];
    let files: Vec<_> = files
        .into_iter()
        .filter_map(|(what, path)| Some((what, path?)))
        .collect();
    for (index, (what, path)) in files.iter().enumerate() {
        for (other, other_path) in &files[index + 1..] {
            if is_same_file(path, other_path) {
                return Err(Failure::unusable(
                    format!("`{}` would be {what} and {other} at once", path.display()),
                    "name another place with `--results`, `--rejects` or `--summary`",
                ));
            }
        }
    }
    Ok(())
}

fn is_standard_input(file: &Path) -> bool {
    file == Path::new("-")
}

/// Whether two paths lead to one file, through links or not. Neither has to exist.
fn is_same_file(one: &Path, other: &Path) -> bool {
    same_file::is_same_file(one, other).unwrap_or(false) || resolved(one) == resolved(other)
}

/// A path to a file that may not exist yet, with everything before its name resolved.
fn resolved(path: &Path) -> PathBuf {
    let folder = folder_of(path);
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    path.file_name()
        .map_or_else(|| folder.clone(), |name| folder.join(name))
}
