//! `import FILE` without `--mapping`: a suggestion, if it is sure of everything and somebody agrees.

use std::path::Path;

use crate::cli::args::FileArguments;
use crate::cli::failure::Failure;
use crate::cli::suggest_command::Suggested;
use crate::cli::terminal::{ask, can_ask, say};
use crate::mapping::Mapping;

/// Refuses a command without a mapping where no suggestion can take its place: only `import` uses one, and only
/// when there is somebody at a terminal to say yes.
pub(super) fn refuse_unless_asked(command: &str, file: &Path) -> Result<(), Failure> {
    if command != "import" {
        return Err(without_mapping(
            "no mapping is named, and without one nothing can be checked",
            file,
        ));
    }
    if !can_ask() {
        return Err(without_mapping(
            "no mapping is named, and there is nobody at a terminal to say whether a suggested one is right",
            file,
        ));
    }
    Ok(())
}

/// Shows the mapping that the file seems to want, and asks. Must come after [`refuse_unless_asked`].
///
/// Fails when it is not sure of everything, or when the answer is not yes: nothing was sent then.
pub(super) fn agreed_mapping(arguments: &FileArguments, path: &Path) -> Result<Mapping, Failure> {
    let suggested = Suggested::for_file(&arguments.file, path, &arguments.source)?;
    say(&suggested.text);
    suggested.notices.iter().for_each(|notice| say(notice));
    let doubts = suggested.suggestion.doubts();
    if !doubts.is_empty() {
        let message = format!(
            "no mapping is named, and the suggested one above is not sure enough to be used unseen: {}",
            doubts.join("; ")
        );
        return Err(without_mapping(&message, &arguments.file));
    }
    let agreed = ask("Import with this mapping?").map_err(|error| Failure::of(&error))?;
    if !agreed {
        return Err(without_mapping(
            "no mapping is named, and the suggested one was not agreed to",
            &arguments.file,
        ));
    }
    Ok(Mapping::parse(&suggested.text, "the suggested mapping")?)
}

fn without_mapping(message: &str, file: &Path) -> Failure {
    let file = file.display();
    Failure::unusable(
        message,
        format!(
            "write one with `leadferry suggest {file} > mapping.toml`, read it, and name it with `--mapping mapping.toml`"
        ),
    )
}
