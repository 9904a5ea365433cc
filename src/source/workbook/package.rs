//! Which parts of a workbook's archive are what.
//!
//! calamine knows it too, but does not tell; the rules here are its own, so that both look at the same parts.

use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::markup::{MarkupReader, Piece, Tag};
use crate::source::SourceError;

/// A workbook's archive.
pub(super) type Archive = ZipArchive<BufReader<fs_err::File>>;

/// More than this is not read of a part that lists others.
const LONGEST_LIST_BYTES: u64 = 16 * 1024 * 1024;

/// An archive and what its parts are, each by its number in the archive.
pub(super) struct Package {
    /// The archive.
    pub(super) archive: Archive,
    /// The names of all parts as calamine compares them.
    pub(super) names: Vec<String>,
    /// The part of each sheet, in the workbook's order; `None` if it is missing.
    pub(super) sheets: Vec<Option<usize>>,
    /// The table of shared strings.
    pub(super) shared_strings: Option<usize>,
}

impl Package {
    /// Looks into the archive at `path`.
    ///
    /// # Errors
    ///
    /// [`SourceError::BrokenWorkbook`] if the parts that list the others are broken.
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        let file = BufReader::new(fs_err::File::open(path)?);
        let mut archive = ZipArchive::new(file).map_err(broken)?;
        let names = part_names(&archive)?;
        let workbook = workbook_name(&mut archive, &names)?;
        let (folder, name) = match workbook.rfind('/') {
            Some(slash) => workbook.split_at(slash + 1),
            None => ("", workbook.as_str()),
        };
        let relationships = format!("{folder}_rels/{name}.rels");
        let targets = relationship_targets(&mut archive, &names, &relationships)?;
        let sheets = sheet_relationships(&mut archive, &names, &workbook)?;
        let part = |id: &Vec<u8>| {
            let target = targets.get(id)?;
            let absolute = target.strip_prefix('/').map(str::to_owned);
            index_of(
                &names,
                &absolute.unwrap_or_else(|| format!("{folder}{target}")),
            )
        };
        Ok(Self {
            sheets: sheets.iter().map(part).collect(),
            shared_strings: index_of(&names, &format!("{folder}sharedStrings.xml")),
            archive,
            names,
        })
    }
}

/// All names as calamine compares them: in lower case, with forward slashes.
pub(super) fn part_names(archive: &Archive) -> Result<Vec<String>, SourceError> {
    let names = archive.file_names();
    names
        .map(|name| Ok(name.map_err(broken)?.to_lowercase().replace('\\', "/")))
        .collect()
}

/// The workbook is broken as a whole.
pub(super) fn broken(source: impl std::error::Error + Send + Sync + 'static) -> SourceError {
    SourceError::BrokenWorkbook {
        sheet: None,
        after_row: 0,
        source: Box::new(source),
    }
}

fn index_of(names: &[String], path: &str) -> Option<usize> {
    let wanted = path.to_lowercase();
    names.iter().rposition(|name| *name == wanted)
}

fn workbook_name(archive: &mut Archive, names: &[String]) -> Result<String, SourceError> {
    let mut found = None;
    on_tags(archive, names, "_rels/.rels", |tag| {
        let kind = tag.attribute("Type").unwrap_or_default();
        if kind.ends_with(b"/relationships/officeDocument") {
            found = tag.attribute("Target").map(text);
        }
    })?;
    let target = found.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    Ok(target.strip_prefix('/').unwrap_or(&target).to_owned())
}

fn relationship_targets(
    archive: &mut Archive,
    names: &[String],
    part: &str,
) -> Result<HashMap<Vec<u8>, String>, SourceError> {
    let mut targets = HashMap::new();
    on_tags(archive, names, part, |tag| {
        if let (Some(id), Some(target)) = (tag.attribute("Id"), tag.attribute("Target")) {
            targets.insert(id.to_vec(), text(target));
        }
    })?;
    Ok(targets)
}

/// The relationship of each sheet. Its attribute may have any prefix.
fn sheet_relationships(
    archive: &mut Archive,
    names: &[String],
    workbook: &str,
) -> Result<Vec<Vec<u8>>, SourceError> {
    let mut sheets = Vec::new();
    on_tags(archive, names, workbook, |tag| {
        if tag.local_name() == b"sheet" && !tag.is_end() {
            let is_id = |name: &[u8]| name == b"id" || name.ends_with(b":id");
            let id = tag.attributes().filter(|(name, _)| is_id(name)).last();
            sheets.push(id.map_or_else(Vec::new, |(_, value)| tag.value(value).to_vec()));
        }
    })?;
    Ok(sheets)
}

fn on_tags(
    archive: &mut Archive,
    names: &[String],
    part: &str,
    mut on_tag: impl FnMut(Tag<'_>),
) -> Result<(), SourceError> {
    let Some(index) = index_of(names, part) else {
        return Ok(());
    };
    let part = archive.by_index(index).map_err(broken)?;
    let mut markup = MarkupReader::new(part.take(LONGEST_LIST_BYTES));
    while let Some(piece) = markup.next_piece().map_err(broken)? {
        if let Piece::Tag(tag) = piece {
            on_tag(tag);
        }
    }
    Ok(())
}

/// What an attribute says. Of the five entities only the ampersand's can be in a name of a part.
fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).replace("&amp;", "&")
}
