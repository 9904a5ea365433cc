//! `logout`.

use crate::api::{SignInFile, SignInFileError};
use crate::cli::connection_settings::{address_of, state_dir};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::sign_in_args::LogoutArguments;
use crate::cli::terminal::say;
use crate::ledger::StateFolder;
use crate::model::ExitCode;

/// Removes what `login` kept for an API. The CRM is not told: it documents no way to do that.
pub(super) fn logout(
    arguments: &LogoutArguments,
    environment: &Environment,
) -> Result<ExitCode, Failure> {
    let place = &arguments.place;
    let api = address_of(place.api_url.as_deref(), environment)?;
    let state = state_dir(place.state_dir.as_deref(), environment)?;
    let folder = StateFolder::open_existing(&state).map_err(|error| {
        let hint = error.hint();
        Failure::of(&error).with_hint(Some(hint))
    })?;
    let was_there = match folder {
        Some(folder) => {
            let file = SignInFile::of(folder.path(), &api.to_string());
            let removed = file.lock().and_then(|lock| lock.remove());
            removed.map_err(|error| file_failure(&error))?
        }
        None => false,
    };
    if was_there {
        say(&format!(
            "signed out of `{api}`: its tokens are removed from this machine; the CRM may honour them \
             until they expire"
        ));
    } else {
        say(&format!("nobody was signed in to `{api}`"));
    }
    if environment.token.is_some() {
        say("note: `LEADFERRY_TOKEN` is set and still used");
    }
    Ok(ExitCode::Done)
}

/// A sign-in that cannot be used or changed.
pub(super) fn file_failure(error: &SignInFileError) -> Failure {
    let hint = error.hint();
    Failure::of(error).with_hint(Some(hint))
}
