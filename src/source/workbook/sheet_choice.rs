//! Which sheet of a workbook is read.

use calamine::{Sheet, SheetType, SheetVisible};

use crate::source::SourceError;
use crate::source::source_error::quoted_list;

/// A sheet, and what is to be said about the choice.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SheetChoice {
    /// The sheet's name.
    pub(super) name: String,
    /// Said when nobody chose and there was more than one sheet to choose from.
    pub(super) notice: Option<String>,
}

/// Chooses the sheet that `wanted` names, or numbers from 1; by default the first visible one that
/// `is_filled` says has a filled cell.
///
/// A name wins over a number, and a name in other case counts if no sheet bears it exactly. Hidden
/// sheets are read only when they are asked for; numbers count them.
pub(super) fn choose_sheet(
    sheets: &[Sheet],
    wanted: Option<&str>,
    is_filled: impl FnMut(&str) -> Result<bool, SourceError>,
) -> Result<SheetChoice, SourceError> {
    match wanted {
        Some(wanted) => named_sheet(sheets, wanted),
        None => first_filled_sheet(sheets, is_filled),
    }
}

fn named_sheet(sheets: &[Sheet], wanted: &str) -> Result<SheetChoice, SourceError> {
    let by_name = |same: fn(&str, &str) -> bool| {
        let mut matching = sheets.iter().filter(|sheet| same(&sheet.name, wanted));
        matching.next()
    };
    let by_number = || {
        let number: usize = wanted.trim().parse().ok()?;
        sheets.get(number.checked_sub(1)?)
    };
    let found = by_name(|name, wanted| name == wanted)
        .or_else(|| by_name(|name, wanted| name.to_lowercase() == wanted.to_lowercase()))
        .or_else(by_number);
    match found {
        Some(sheet) if sheet.typ == SheetType::WorkSheet => Ok(SheetChoice {
            name: sheet.name.clone(),
            notice: None,
        }),
        Some(sheet) => Err(SourceError::NotAWorksheet {
            sheet: sheet.name.clone(),
        }),
        None => Err(SourceError::NoSuchSheet {
            wanted: wanted.to_owned(),
            sheets: sheets.iter().map(|sheet| sheet.name.clone()).collect(),
        }),
    }
}

fn first_filled_sheet(
    sheets: &[Sheet],
    mut is_filled: impl FnMut(&str) -> Result<bool, SourceError>,
) -> Result<SheetChoice, SourceError> {
    let mut filled = Vec::new();
    let mut hidden = Vec::new();
    for sheet in sheets {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        if sheet.visible != SheetVisible::Visible {
            hidden.push(sheet.name.clone());
        } else if is_filled(&sheet.name)? {
            filled.push(sheet.name.clone());
        }
    }
    let [name, others @ ..] = filled.as_slice() else {
        return Err(SourceError::NoFilledSheet { hidden });
    };
    let notice = (!others.is_empty()).then(|| {
        let others = quoted_list(others);
        format!("sheet `{name}` is read; name another one with `--sheet`: {others}")
    });
    Ok(SheetChoice {
        name: name.clone(),
        notice,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(name: &str, typ: SheetType, visible: SheetVisible) -> Sheet {
        Sheet {
            name: name.to_owned(),
            typ,
            visible,
        }
    }

    /// Hidden, chart, empty, and two filled sheets of which one is named like a number.
    fn workbook() -> Vec<Sheet> {
        vec![
            sheet("Codes", SheetType::WorkSheet, SheetVisible::Hidden),
            sheet("Chart", SheetType::ChartSheet, SheetVisible::Visible),
            sheet("Empty", SheetType::WorkSheet, SheetVisible::Visible),
            sheet("Leads", SheetType::WorkSheet, SheetVisible::Visible),
            sheet("1", SheetType::WorkSheet, SheetVisible::Visible),
        ]
    }

    #[test]
    fn a_sheet_is_found_by_name_or_number() {
        for (wanted, expected) in [
            ("Leads", Ok("Leads")),
            ("leads", Ok("Leads")),
            ("Codes", Ok("Codes")),
            ("1", Ok("1")),
            ("4", Ok("Leads")),
            (
                "2",
                Err("sheet `Chart` is not a table but a chart, dialog or macro"),
            ),
            ("0", Err("the workbook has no sheet `0`")),
            ("Contacts", Err("the workbook has no sheet `Contacts`")),
        ] {
            let choice = choose_sheet(&workbook(), Some(wanted), |_| unreachable!());
            let found = choice.map(|choice| choice.name);
            let found = found.map_err(|error| error.to_string());
            assert_eq!(
                found.as_deref().map_err(String::as_str),
                expected,
                "{wanted}"
            );
        }
    }

    #[test]
    fn an_unknown_sheet_is_answered_with_the_nearest_one() {
        let error = choose_sheet(&workbook(), Some("Laeds"), |_| unreachable!()).unwrap_err();
        assert_eq!(
            error.hint().unwrap(),
            "did you mean `Leads`? The workbook has `Codes`, `Chart`, `Empty`, `Leads`, `1`"
        );
    }

    #[test]
    fn the_first_visible_filled_sheet_is_read_and_the_others_are_named() {
        let choice = choose_sheet(&workbook(), None, |name| Ok(name != "Empty")).unwrap();
        assert_eq!(choice.name, "Leads");
        assert_eq!(
            choice.notice.unwrap(),
            "sheet `Leads` is read; name another one with `--sheet`: `1`"
        );
        let choice = choose_sheet(&workbook(), None, |name| Ok(name == "1")).unwrap();
        assert_eq!((choice.name.as_str(), choice.notice), ("1", None));

        let error = choose_sheet(&workbook(), None, |_| Ok(false)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no visible sheet of the workbook has a filled cell"
        );
        assert_eq!(
            error.hint().unwrap(),
            "name a hidden sheet with `--sheet`; the workbook has `Codes`"
        );
    }
}
