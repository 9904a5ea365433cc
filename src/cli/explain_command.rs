//! `explain CODE`.

use crate::cli::failure::Failure;
use crate::cli::terminal::print;
use crate::model::{Code, ExitCode, nearest_word};

/// Prints what a code means and what to do about it.
pub(super) fn explain(text: &str) -> Result<ExitCode, Failure> {
    let Some(code) = Code::ALL.iter().find(|code| code.as_str() == text) else {
        let known = Code::ALL.iter().map(|code| code.as_str());
        let hint = match nearest_word(text, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "codes stand in the column `codes` of the results file".to_owned(),
        };
        return Err(Failure::unusable(
            format!("there is no code `{text}`"),
            hint,
        ));
    };
    let explanation = format!("{code}\n\n{}\n{}\n", code.meaning(), code.advice());
    print(&explanation).map_err(|error| Failure::of(&error))?;
    Ok(ExitCode::Done)
}
