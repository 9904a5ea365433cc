//! Turns the text of a cell into the value of a field, or says what is wrong with it.

use std::borrow::Cow;

use super::values_table::ValuesTable;
use crate::model::{Code, FieldKind, FieldValue, Finding, LeadField, is_blank, shorten, trimmed};
use crate::validation::{self, EmailLevel, Region};

/// What the text for a field must be. The text is already trimmed and transformed.
#[derive(Debug)]
pub(super) struct ValueCheck {
    pub(super) field: &'static LeadField,
    pub(super) values: Option<ValuesTable>,
    /// What divides the pieces of a list, or the phone numbers or addresses of a cell; empty if nothing does.
    pub(super) split: Vec<String>,
    pub(super) level: EmailLevel,
}

/// A value that passed, with what is still to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checked<'a> {
    pub(super) value: FieldValue<'a>,
    pub(super) warnings: Vec<Finding>,
}

/// Tells the region of a national phone number; asked only when a number needs one.
pub(super) type RegionOf<'a> = &'a dyn Fn() -> Result<Option<Region>, Finding>;

impl<'a> Checked<'a> {
    fn without_warning(value: FieldValue<'a>) -> Self {
        Self {
            value,
            warnings: Vec::new(),
        }
    }

    /// The same, independent of the text that was checked.
    pub(super) fn into_owned(self) -> Checked<'static> {
        Checked {
            value: self.value.into_owned(),
            warnings: self.warnings,
        }
    }
}

impl ValueCheck {
    /// A check of `field` without any setting of the mapping.
    pub(super) fn plain(field: &'static LeadField) -> Self {
        Self {
            field,
            values: None,
            split: Vec::new(),
            level: EmailLevel::default(),
        }
    }

    /// Checks a text that is not blank. `Ok(None)` means that it stands for nothing, either
    /// because `values` says so or because no piece of the list is filled in.
    pub(super) fn check<'a>(
        &'a self,
        text: &'a str,
        region_of: RegionOf<'_>,
    ) -> Result<Option<Checked<'a>>, Finding> {
        if self.split.is_empty() {
            return self.check_whole(text, region_of);
        }
        match self.field.kind {
            FieldKind::TextList => Ok(self.split_into_list(text)),
            _ => self.check_pieces(text, region_of, &|piece| Ok(piece.to_owned().into())),
        }
    }

    /// Checks a text as the one value that it is.
    fn check_whole<'a>(
        &'a self,
        text: &'a str,
        region_of: RegionOf<'_>,
    ) -> Result<Option<Checked<'a>>, Finding> {
        let translation = self.translation_of(text);
        self.check_kind(translation.unwrap_or(text), region_of)
            .map_err(|finding| match translation {
                None => self.look_at_values(text, finding),
                Some(_) => finding,
            })
    }

    /// Checks a text that is not looked up in `values`. `Ok(None)` for a blank one.
    pub(super) fn check_kind<'a>(
        &self,
        text: &'a str,
        region_of: RegionOf<'_>,
    ) -> Result<Option<Checked<'a>>, Finding> {
        if is_blank(text) {
            return Ok(None);
        }
        let mut warnings = Vec::new();
        let value = match self.field.kind {
            FieldKind::Text { max_length } => {
                max_length.map_or(Ok(()), |limit| validation::check_length(text, limit))?;
                FieldValue::Text(text.into())
            }
            FieldKind::Phone => return check_phone(text, region_of).map(Some),
            FieldKind::Email => {
                warnings.extend(validation::check_email(text, self.level)?);
                FieldValue::Text(text.into())
            }
            FieldKind::Url => {
                validation::check_url(text)?;
                FieldValue::Text(text.into())
            }
            FieldKind::Integer => FieldValue::Integer(validation::parse_integer(text)?),
            FieldKind::TextList => FieldValue::TextList(vec![text.into()]),
        };
        Ok(Some(Checked { value, warnings }))
    }

    /// What `values` says of a text, if it has it.
    pub(super) fn translation_of(&self, text: &str) -> Option<&str> {
        self.values.as_ref()?.get(text)
    }

    fn split_into_list<'a>(&'a self, text: &'a str) -> Option<Checked<'a>> {
        let pieces: Vec<Cow<'a, str>> = pieces_of(text, &self.split)
            .into_iter()
            .map(|piece| self.translation_of(piece).unwrap_or(piece))
            .filter(|piece| !is_blank(piece))
            .map(Cow::Borrowed)
            .collect();
        let filled = !pieces.is_empty();
        filled.then(|| Checked::without_warning(FieldValue::TextList(pieces)))
    }

    /// Whether a cell may hold several values of which one is taken.
    pub(super) fn takes_one_of_several(&self) -> bool {
        !self.split.is_empty() && self.field.kind != FieldKind::TextList
    }

    /// The first piece that is valid once `prepare` is done with it, with a word about the others.
    pub(super) fn check_pieces(
        &self,
        text: &str,
        region_of: RegionOf<'_>,
        prepare: &dyn Fn(&str) -> Result<Cow<'static, str>, Finding>,
    ) -> Result<Option<Checked<'static>>, Finding> {
        let pieces = pieces_of(text, &self.split);
        let mut wrong: Option<Finding> = None;
        for (index, piece) in pieces.iter().enumerate() {
            let checked = prepare(piece).and_then(|prepared| {
                let checked = self.check_whole(&prepared, region_of)?;
                Ok(checked.map(Checked::into_owned))
            });
            match checked {
                Ok(Some(mut checked)) => {
                    let others = pieces
                        .iter()
                        .enumerate()
                        .filter(|(other, _)| *other != index);
                    let others: Vec<&str> = others.map(|(_, piece)| *piece).collect();
                    checked.warnings.extend(left_out(piece, &others));
                    return Ok(Some(checked));
                }
                Ok(None) => {}
                Err(finding) => {
                    wrong.get_or_insert_with(|| of_piece(piece, pieces.len(), finding));
                }
            }
        }
        wrong.map_or(Ok(None), Err)
    }

    /// Where a name was meant to be translated to an id, says so instead of asking for a number.
    fn look_at_values(&self, text: &str, finding: Finding) -> Finding {
        match &self.values {
            Some(values) if finding.code == Code::IntegerInvalid => {
                let hint = match values.nearest(text) {
                    Some(nearest) => format!("; did you mean `{nearest}`?"),
                    None => String::new(),
                };
                let predicate = format!("is not in the `values` of the mapping{hint}");
                Finding::new(Code::ValuesUnknown, predicate)
            }
            _ => finding,
        }
    }
}

/// The pieces of `text` between any of the `separators`, trimmed; empty ones are left out.
fn pieces_of<'a>(text: &'a str, separators: &[String]) -> Vec<&'a str> {
    let mut pieces = vec![text];
    for separator in separators {
        let parted = pieces
            .iter()
            .flat_map(|piece| piece.split(separator.as_str()));
        pieces = parted.collect();
    }
    let filled = pieces.into_iter().filter(|piece| !is_blank(piece));
    filled.map(trimmed).collect()
}

/// Said of a cell of which one piece is sent.
fn left_out(sent: &str, others: &[&str]) -> Option<Finding> {
    let others: Vec<String> = others
        .iter()
        .map(|other| format!("`{}`", shorten(other)))
        .collect();
    if others.is_empty() {
        return None;
    }
    let predicate = format!(
        "has several values; `{}` was taken, and {} left out",
        shorten(sent),
        others.join(", ")
    );
    Some(Finding::new(Code::CellOthersLeftOut, predicate))
}

/// A finding about one piece of a cell with several.
fn of_piece(piece: &str, count: usize, finding: Finding) -> Finding {
    if count == 1 {
        return finding;
    }
    let predicate = format!(
        "has no valid piece; the first, `{}`, {}",
        shorten(piece),
        finding.predicate
    );
    Finding::new(finding.code, predicate)
}

fn check_phone(text: &str, region_of: RegionOf<'_>) -> Result<Checked<'static>, Finding> {
    let region = if is_international(text) {
        None
    } else {
        region_of()?
    };
    let phone = validation::normalise_phone(text, region)?;
    let extension = phone.extension.map(|extension| {
        let predicate = format!("has the extension `{extension}`, which was left out");
        Finding::new(Code::PhoneExtensionDropped, predicate)
    });
    Ok(Checked {
        value: FieldValue::Text(phone.e164.into()),
        warnings: extension.into_iter().chain(phone.doubt).collect(),
    })
}

/// Whether a phone number names its country itself, in E.164 or as an RFC 3966 address.
pub(super) fn is_international(text: &str) -> bool {
    let text = text.trim_start();
    let number = match text.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => text[4..].trim_start(),
        _ => text,
    };
    // Some keyboards write the full-width plus sign, which libphonenumber takes too. No country's code begins with a
    // zero: behind `+00` stands a number as it is dialled somewhere.
    let behind_plus = number.strip_prefix(['+', '\u{ff0b}']);
    behind_plus.is_some_and(|digits| !digits.trim_start().starts_with('0'))
}
