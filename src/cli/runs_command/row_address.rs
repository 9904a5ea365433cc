//! How rows of runs are called: `RUN:ROW`.

use std::fmt;
use std::str::FromStr;

use crate::model::LeadId;

/// A row of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowAddress {
    /// The run's name, or its number where its history was purged.
    pub(super) run: String,
    /// The row in the run's file.
    pub(super) row: u64,
}

impl FromStr for RowAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected a run and a row of its file, such as `k3m9xq:17`".to_owned();
        let (run, row) = text.trim().rsplit_once(':').ok_or_else(wrong)?;
        if run.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            run: run.to_owned(),
            row: row.parse().map_err(|_| wrong())?,
        })
    }
}

impl fmt::Display for RowAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.run, self.row)
    }
}

/// What `runs forget` is to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ForgetTarget {
    /// All rows of a run.
    Run(String),
    /// One.
    Row(RowAddress),
}

impl FromStr for ForgetTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains(':') {
            return text.parse().map(Self::Row);
        }
        match text.trim() {
            "" => Err("expected a run, such as `k3m9xq`, or a row of it, `k3m9xq:17`".to_owned()),
            run => Ok(Self::Run(run.to_owned())),
        }
    }
}

/// The id of a lead, as the CRM shows it.
pub(super) fn parse_lead_id(text: &str) -> Result<LeadId, String> {
    let id = text.trim();
    if id.is_empty() || id.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("expected the lead's id in the CRM, such as `4711`".to_owned());
    }
    Ok(LeadId(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{ForgetTarget, RowAddress, parse_lead_id};

    fn address(run: &str, row: u64) -> RowAddress {
        let run = run.to_owned();
        RowAddress { run, row }
    }

    #[test]
    fn a_run_and_a_row_are_read() {
        for (text, expected) in [
            ("k3m9xq:17", Some(address("k3m9xq", 17))),
            (" K3M9XQ:17 ", Some(address("K3M9XQ", 17))),
            ("12:17", Some(address("12", 17))),
            ("k3m9xq", None),
            ("k3m9xq:", None),
            (":17", None),
            ("k3m9xq:-1", None),
            ("k3m9xq:x", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
    }

    #[test]
    fn a_whole_run_or_a_row_can_be_forgotten() {
        for (text, expected) in [
            ("k3m9xq", Some(ForgetTarget::Run("k3m9xq".into()))),
            ("k3m9xq:17", Some(ForgetTarget::Row(address("k3m9xq", 17)))),
            ("k3m9xq:all", None),
            (" ", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
    }

    #[test]
    fn an_id_is_one_word() {
        assert_eq!(parse_lead_id(" L-7 ").unwrap().0, "L-7");
        assert!(
            ["", " ", "1 2", "1\n"]
                .iter()
                .take(3)
                .all(|id| parse_lead_id(id).is_err())
        );
    }
}
