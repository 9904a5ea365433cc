//! A file with rows of every kind, and what must become of each.

use crate::dice::Dice;

/// Columns that the mapping uses, and one that it does not.
const HEADER: &str = "Id,Name,Surname,Mail,Stage,Kind,Note";

/// Which parts the mapping has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) identity: bool,
    pub(crate) duplicates: bool,
}

impl Rules {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        Self {
            identity: dice.one_in(2),
            duplicates: dice.one_in(2),
        }
    }

    pub(crate) fn mapping(self) -> String {
        let mut text = String::from(
            r#"
version = 1

[lead]
last_name = "Surname"
first_name = "Name"
email = "Mail"
lead_status_id = "Stage"

[[filter]]
skip_if = { column = "Kind", in = ["test"] }
"#,
        );
        if self.identity {
            text += "\n[identity]\nsource = \"old-crm\"\ncolumns = [\"Id\"]\n";
        }
        if self.duplicates {
            text += "\n[duplicates]\nkey = [\"email\"]\nwithin = \"file\"\naction = \"skip\"\n";
        }
        text
    }
}

/// What must become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// A lead, or a duplicate of one.
    Good,
    /// Rejected by our checks.
    Bad,
    /// Left out by the mapping's filter.
    Filtered,
    /// Refused by the server, which knows no such status.
    Refused,
    /// No record at all.
    Blank,
}

/// A row of the file.
#[derive(Debug, Clone)]
pub(crate) struct FileRow {
    /// Its cells as they stand in the file.
    line: String,
    pub(crate) fate: Fate,
    /// The surname, which nothing but its equal rows has too.
    pub(crate) name: String,
    /// The address in lower case, which its duplicates have too.
    mail: String,
}

impl FileRow {
    /// What only one lead may have, if the mapping has such a rule.
    pub(crate) fn claim(&self, rules: Rules) -> Option<&str> {
        if rules.duplicates {
            Some(&self.mail)
        } else if rules.identity {
            Some(&self.name)
        } else {
            None
        }
    }
}

/// The file that is imported.
#[derive(Debug, Default)]
pub(crate) struct LeadsFile {
    rows: Vec<FileRow>,
    last_number: u64,
    pub(crate) was_reordered: bool,
}

impl LeadsFile {
    /// The file as it is written to disk.
    pub(crate) fn text(&self) -> String {
        let lines = self.rows.iter().map(|row| row.line.as_str());
        let lines = std::iter::once(HEADER).chain(lines);
        lines.flat_map(|line| [line, "\n"]).collect()
    }

    /// Rows that must have a record, in file order, each with its number.
    pub(crate) fn data_rows(&self) -> Vec<(u64, &FileRow)> {
        let numbered = (2..).zip(&self.rows);
        numbered
            .filter(|(_, row)| row.fate != Fate::Blank)
            .collect()
    }

    pub(crate) fn shuffle(&mut self, dice: &mut Dice) {
        dice.shuffle(&mut self.rows);
        self.was_reordered = true;
    }

    /// Appends about so many rows.
    pub(crate) fn grow(&mut self, rows: u64, dice: &mut Dice) {
        let enough = self.rows.len() + usize::try_from(rows).unwrap();
        while self.rows.len() < enough {
            self.append_some(dice);
        }
    }

    fn append_some(&mut self, dice: &mut Dice) {
        match dice.between(1..=20) {
            1 => self.append_equal_rows(dice.between(2..=3)),
            2 => self.append_rows_with_one_address(dice.between(2..=4)),
            3 => self.append_copy(dice),
            4 => self.append(Fate::Bad, "no-mail", "", ""),
            5 => self.append(Fate::Filtered, "", "test", ""),
            6 => self.append(Fate::Refused, "", "", ""),
            7 => self.append(Fate::Blank, "", "", ""),
            8 => self.append(Fate::Good, "", "", "\"two\nlines, one cell\""),
            _ => self.append(Fate::Good, "", "", ""),
        }
    }

    /// Appends a row with a number of its own. Without `mail` it has an address of its own too.
    pub(crate) fn append(&mut self, fate: Fate, mail: &str, kind: &str, note: &str) {
        self.last_number += 1;
        let number = self.last_number;
        let own_mail = format!("ada{number}@example.com");
        let mail = if mail.is_empty() { &own_mail } else { mail };
        let name = format!("Lovelace {number}");
        let stage = if fate == Fate::Refused { "999" } else { "" };
        let line = match fate {
            Fate::Blank => ",,,,,,".to_owned(),
            _ => format!("{number},Ada,{name},{mail},{stage},{kind},{note}"),
        };
        self.rows.push(FileRow {
            line,
            fate,
            name,
            mail: mail.to_lowercase(),
        });
    }

    fn append_equal_rows(&mut self, count: u64) {
        self.append(Fate::Good, "", "", "");
        for _ in 1..count {
            self.rows.extend(self.rows.last().cloned());
        }
    }

    /// Different rows whose addresses differ in upper and lower case at most.
    fn append_rows_with_one_address(&mut self, count: u64) {
        let mail = format!("Shared.{}@Example.com", self.last_number + 1);
        for copy in 0..count {
            let mail = if copy % 2 == 0 {
                &mail
            } else {
                &mail.to_lowercase()
            };
            self.append(Fate::Good, mail, "", "");
        }
    }

    /// Once more a good row from anywhere in the file.
    fn append_copy(&mut self, dice: &mut Dice) {
        let good = self.rows.iter().filter(|row| row.fate == Fate::Good);
        let good: Vec<_> = good.collect();
        if !good.is_empty() {
            let copy = good[dice.index(good.len())].clone();
            self.rows.push(copy);
        }
    }
}
