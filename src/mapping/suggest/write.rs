//! Writes a suggestion as a mapping file with comments.

use std::fmt::Write as _;

use super::country_template::country_template;
use super::identity_choice::IdentityChoice;
use super::left_out::left_out;
use super::suggestion::{Line, Suggestion};
use super::toml_text::{comment, in_shell, list, quoted, shown, wrapped_list};
use crate::mapping::SourceSettings;
use crate::model::{count_of, is_own_column};

/// What a suggestion cannot know of its file.
#[derive(Debug, Clone, Default)]
pub struct SuggestedFor {
    /// The file as the user names it.
    pub file_name: String,
    /// What the user said about reading it, and what the next reading must be told.
    pub settings: SourceSettings,
    /// The name of the rows' origin in `[identity]`; never empty.
    pub origin: String,
}

impl Suggestion {
    /// The mapping file, in TOML with comments. It is what [`Mapping::parse`](crate::mapping::Mapping::parse) takes,
    /// unless [`Self::is_complete`] says no: then only the last name is missing, and a comment says so.
    pub fn to_toml(&self, about: &SuggestedFor) -> String {
        let mut text = self.introduction(about);
        text.push_str("\nversion = 1\n");
        text.push_str(&self.source_section(&about.settings));
        text.push_str(&self.identity_section(about));
        text.push_str("\n[lead]\n");
        if !self.is_complete() {
            text.push_str(&comment(
                "MISSING: no column holds last names, and the CRM takes no lead without. Name one here:",
            ));
            text.push_str("# last_name = \"...\"\n");
        }
        for line in &self.choices.lines {
            text.push_str(&self.lead_line(line));
        }
        text.push_str(&country_template(self));
        text.push_str(&left_out(self));
        text
    }

    fn introduction(&self, about: &SuggestedFor) -> String {
        let rows = count_of(self.survey.rows as u64, "row");
        let language = self.survey.language.map_or_else(String::new, |language| {
            format!(", whose names are mostly {}", language.name())
        });
        let columns = count_of(self.survey.columns.len() as u64, "column");
        let mut text = comment(&format!(
            "Suggested for {} from {rows} and {columns}{language}.",
            shown(&about.file_name)
        ));
        text.push_str(&comment(
            "Read it before you use it: above each line stands how sure it is, in percent, and why.",
        ));
        text.push_str(&comment(&format!(
            "Then try it: leadferry check {} --mapping mapping.toml.",
            in_shell(&about.file_name)
        )));
        text
    }

    /// `[source]`: what the next reading must be told, and the columns that the mapping was made for.
    fn source_section(&self, settings: &SourceSettings) -> String {
        let reading = reading_lines(settings);
        let names: Vec<&str> = self
            .survey
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .filter(|name| !is_own_column(name))
            .collect();
        // Letters are no names that somebody could change.
        if names.is_empty() || settings.header_row == Some(0) {
            return if reading.is_empty() {
                reading
            } else {
                format!("\n[source]\n{reading}")
            };
        }
        let note = comment("A file with other columns stops before its first row.");
        format!(
            "\n[source]\n{reading}{note}approved_header = {}\n",
            wrapped_list(&names)
        )
    }

    fn identity_section(&self, about: &SuggestedFor) -> String {
        match &self.choices.identity {
            IdentityChoice::None => String::new(),
            IdentityChoice::Unfit(why) => {
                format!("\n{}", comment(&format!("No [identity]: {why}")))
            }
            IdentityChoice::Column {
                index,
                confidence,
                reason,
                ..
            } => {
                let name = self.survey.columns[*index].name.as_str();
                let mut text = format!(
                    "\n[identity]\n{}",
                    comment(&format!("{confidence} %: {reason}"))
                );
                text.push_str(&comment(
                    "Use one `source` for all files of this origin, and another for any other.",
                ));
                let _ = writeln!(text, "source = {}", quoted(&about.origin));
                let _ = writeln!(text, "columns = {}", list(&[name]));
                text
            }
        }
    }

    fn lead_line(&self, line: &Line) -> String {
        let mut text = comment(&format!("{} %: {}", line.confidence, line.reason));
        for note in &line.notes {
            text.push_str(&comment(note));
        }
        if !line.runner_ups.is_empty() {
            let names: Vec<String> = line
                .runner_ups
                .iter()
                .map(|&index| shown(&self.survey.columns[index].name))
                .collect();
            text.push_str(&comment(&format!("Also possible: {}.", names.join(", "))));
        }
        let _ = writeln!(text, "{} = {}\n", line.field, line.value);
        text
    }
}

/// The lines of `[source]` that the next reading of such a file must be told.
fn reading_lines(settings: &SourceSettings) -> String {
    let mut lines = String::new();
    if let Some(sheet) = &settings.sheet {
        let _ = writeln!(lines, "sheet = {}", quoted(sheet));
    }
    if let Some(row) = settings.header_row {
        let _ = writeln!(lines, "header_row = {row}");
    }
    if let Some(delimiter) = settings.delimiter {
        let delimiter = match delimiter {
            b'\t' => "tab".to_owned(),
            other => char::from(other).to_string(),
        };
        let _ = writeln!(lines, "delimiter = {}", quoted(&delimiter));
    }
    if let Some(encoding) = &settings.encoding {
        let _ = writeln!(lines, "encoding = {}", quoted(encoding));
    }
    lines
}
