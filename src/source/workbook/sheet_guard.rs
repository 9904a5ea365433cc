//! Looks through a sheet before calamine reads it.
//!
//! calamine has no bounds and forgives much: whatever cell would fill the memory, or be taken for another, is to be
//! found before.

use std::io::{self, Read};
use std::path::Path;

use super::package::{Package, broken};
use super::part_error::{is_broken, part_error};
use super::sheet_survey::{SheetSurvey, SurveyError};
use crate::source::SourceError;

/// The sheets of a workbook, to be looked through by their numbers, from 0.
pub(super) struct SheetGuard {
    /// `None` for a workbook whose lists of parts are broken, which calamine tells of.
    package: Option<Package>,
}

/// What was seen of a sheet.
#[derive(Debug)]
pub(super) enum Seen<T> {
    /// All that was asked for.
    Whole(T),
    /// It does not inflate, or its bytes are not those that were packed.
    Broken(io::Error),
    /// Its part was not found.
    Unknown,
}

/// What was seen of a whole sheet.
pub(super) type Surveyed = Seen<SheetSurvey>;

impl SheetGuard {
    /// Looks into the archive at `path`.
    pub(super) fn open(path: &Path) -> Self {
        Self {
            package: Package::open(path).ok(),
        }
    }

    /// Makes sure that the sheet, which is called `name`, can be read up to its first filled row.
    ///
    /// # Errors
    ///
    /// [`SourceError::OversizedText`] and [`SourceError::OddCell`]. A sheet that breaks is told of by whoever reads it.
    pub(super) fn ensure_readable_start(
        &mut self,
        number: Option<usize>,
        name: &str,
    ) -> Result<(), SourceError> {
        self.look(number, name, |part| {
            SheetSurvey::ensure_readable_start(part)
        })
        .map(drop)
    }

    /// Makes sure that all of the sheet can be read; says what was found on the way.
    ///
    /// # Errors
    ///
    /// As [`Self::ensure_readable_start`].
    pub(super) fn survey(
        &mut self,
        number: Option<usize>,
        name: &str,
    ) -> Result<Surveyed, SourceError> {
        self.look(number, name, |part| SheetSurvey::of(part))
    }

    fn look<T>(
        &mut self,
        number: Option<usize>,
        name: &str,
        survey: impl FnOnce(&mut dyn Read) -> Result<T, SurveyError>,
    ) -> Result<Seen<T>, SourceError> {
        let Some(package) = &mut self.package else {
            return Ok(Seen::Unknown);
        };
        let index = number.and_then(|number| *package.sheets.get(number)?);
        let Some(index) = index else {
            return Ok(Seen::Unknown);
        };
        let mut part = package.archive.by_index(index).map_err(broken)?;
        match survey(&mut part) {
            Ok(found) => Ok(Seen::Whole(found)),
            Err(SurveyError::OddCell { place, oddity }) => Err(SourceError::OddCell {
                sheet: name.to_owned(),
                place,
                oddity,
            }),
            Err(SurveyError::Io(error)) if is_broken(&error) => Ok(Seen::Broken(error)),
            Err(SurveyError::Io(error)) => Err(part_error(&package.names[index], error)),
        }
    }
}
