//! `schema mapping`.

use crate::cli::args::SchemaSubject;
use crate::cli::failure::Failure;
use crate::cli::terminal::print;
use crate::mapping::mapping_schema;
use crate::model::ExitCode;

/// Prints the JSON Schema of a file that people write.
pub(super) fn print_schema(subject: SchemaSubject) -> Result<ExitCode, Failure> {
    let schema = match subject {
        SchemaSubject::Mapping => mapping_schema(),
    };
    print(&schema).map_err(|error| Failure::of(&error))?;
    Ok(ExitCode::Done)
}
