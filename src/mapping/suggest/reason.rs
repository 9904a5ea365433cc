//! Why a column was taken, in words.

use super::evidence::Fit;
use super::header_reading::How;
use super::survey::{Column, Survey};
use super::toml_text::shown;

/// Why `column` is taken for what it is, as one sentence with a full stop.
pub(super) fn reason_for(column: &Column, survey: &Survey) -> String {
    let name = shown(&column.name);
    let Some(role) = column.role else {
        return format!("{name} is taken.");
    };
    let language = role
        .language
        .map_or_else(String::new, |language| format!(" in {}", language.name()));
    let named = match role.how {
        Some(How::Named) => format!("{name} is a name for it{language}"),
        Some(How::Composed) => format!("the words of {name} say so{language}"),
        Some(How::Often) => format!("{name} is often a name for it{language}"),
        Some(How::Misspelt) => format!("{name} is nearly a name for it{language}"),
        Some(How::InPart) => format!("a word of {name} says so{language}"),
        None => format!("the name {name} says nothing, its cells do"),
    };
    format!(
        "{named}; {}.",
        cells_in_words(column, role.fit, survey.rows)
    )
}

fn cells_in_words(column: &Column, fit: Fit, rows: usize) -> String {
    if rows == 0 {
        return "there is no row to compare it with".to_owned();
    }
    let filled = percent(column.facts.filled_share());
    let fit = match fit {
        Fit::NoCells => return "no cell is filled".to_owned(),
        Fit::Confirmed => "and they look right",
        Fit::Plausible => "and some look right",
        Fit::Doubtful(why) | Fit::Contradicted(why) => {
            return format!("{filled} of the cells are filled, but {why}");
        }
    };
    format!("{filled} of the cells are filled {fit}")
}

/// A share in whole percent: never 100 % unless it is all, nor 0 % unless it is nothing.
pub(super) fn percent(share: f64) -> String {
    let share = share * 100.0;
    if share > 0.0 && share < 1.0 {
        "less than 1 %".to_owned()
    } else if share > 99.0 && share < 100.0 {
        "more than 99 %".to_owned()
    } else {
        format!("{share:.0} %")
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn shares_are_never_rounded_to_all_or_nothing() {
        for (share, expected) in [
            (0.0, "0 %"),
            (0.001, "less than 1 %"),
            (0.5, "50 %"),
            (0.9999, "more than 99 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(share), expected);
        }
    }
}
