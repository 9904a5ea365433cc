//! What must be true when a run has ended by itself, however often others were killed before.

use std::collections::{HashMap, HashSet};

use crate::leads_file::{Fate, FileRow, Rules};
use crate::results::Record;
use crate::server::Server;

/// Why a row may be `in_doubt` of itself.
const DOUBTS: [&str; 4] = [
    "ledger.open",
    "server.no_answer",
    "server.error",
    "server.no_id",
];

/// Why a row may be `in_doubt` because of another one.
const OWNER_OPEN: &str = "duplicate.owner_open";

/// The file, the records of its last run, and the leads that came of all runs.
pub(crate) struct Books<'a> {
    pub(crate) rows: Vec<(u64, &'a FileRow)>,
    pub(crate) was_reordered: bool,
    pub(crate) rules: Rules,
    pub(crate) server: Server,
    pub(crate) records: &'a [Record],
    /// The ids of each surname.
    pub(crate) leads: &'a HashMap<String, Vec<String>>,
}

/// Whether the record says that its row has a lead.
pub(crate) fn has_lead(record: &Record) -> bool {
    ["created", "already_created"].contains(&record.status.as_str())
}

fn is_in_doubt(record: &Record) -> bool {
    record.status == "in_doubt"
}

fn has_code(record: &Record, codes: &[&str]) -> bool {
    record.codes.split(' ').any(|code| codes.contains(&code))
}

impl<'a> Books<'a> {
    /// Fails where a row is lost or sent twice, or a record says what is not so.
    pub(crate) fn check(&self) {
        self.every_row_has_one_record_in_input_order();
        for (row, record) in self.pairs() {
            self.check_status(row, record);
        }
        self.every_id_is_of_its_own_row();
        self.no_lead_is_there_twice();
        self.only_one_row_of_a_claim_is_created();
    }

    fn pairs(&self) -> impl Iterator<Item = (&'a FileRow, &'a Record)> {
        self.rows.iter().map(|(_, row)| *row).zip(self.records)
    }

    fn every_row_has_one_record_in_input_order(&self) {
        let rows: Vec<_> = self.rows.iter().map(|(number, _)| *number).collect();
        let recorded: Vec<_> = self.records.iter().map(|record| record.row).collect();
        assert_eq!(recorded, rows);
    }

    fn check_status(&self, row: &FileRow, record: &Record) {
        let misbehaves = self.server == Server::Misbehaving;
        let is_right = match (row.fate, record.status.as_str()) {
            (Fate::Good, "created") | (Fate::Refused, "refused") => record.attempts > 0,
            (Fate::Good, "duplicate") => self.is_claim(row) && record.attempts == 0,
            (Fate::Good | Fate::Refused, "in_doubt") => {
                has_code(record, &DOUBTS) || (self.is_claim(row) && has_code(record, &[OWNER_OPEN]))
            }
            (Fate::Good | Fate::Refused, "refused" | "failed") => misbehaves,
            (Fate::Good, "already_created")
            | (Fate::Bad, "rejected")
            | (Fate::Filtered, "filtered") => record.attempts == 0,
            _ => false,
        };
        assert!(is_right, "{row:?} became {record:?}");
    }

    fn is_claim(&self, row: &FileRow) -> bool {
        row.claim(self.rules).is_some()
    }

    fn every_id_is_of_its_own_row(&self) {
        let mut seen = HashSet::new();
        for (row, record) in self.pairs() {
            if has_lead(record) {
                let ids = self.leads.get(&row.name).map_or(&[][..], Vec::as_slice);
                assert!(ids.contains(&record.lead_id), "{record:?} but {ids:?}");
                assert!(seen.insert(&record.lead_id), "two rows have {record:?}");
            } else {
                assert_eq!(record.lead_id, "", "{record:?}");
            }
        }
    }

    /// A lead without a record of its own must be of a row that is in doubt; so no other row has
    /// one, and no row has two.
    fn no_lead_is_there_twice(&self) {
        let records = self.good_records_by(|row| Some(&row.name));
        for (name, ids) in self.leads {
            let records = records.get(name.as_str()).map_or(&[][..], Vec::as_slice);
            let told = records.iter().filter(|record| has_lead(record)).count();
            let in_doubt = records.iter().filter(|record| is_in_doubt(record)).count();
            assert!(
                ids.len() <= told + in_doubt,
                "`{name}` was created {} times: {ids:?} for {records:?}",
                ids.len()
            );
        }
    }

    fn only_one_row_of_a_claim_is_created(&self) {
        let records = self.good_records_by(|row| row.claim(self.rules));
        let mut leads: HashMap<&str, HashSet<&String>> = HashMap::new();
        for (row, _) in self.pairs() {
            if let (Some(claim), Some(ids)) = (row.claim(self.rules), self.leads.get(&row.name)) {
                leads.entry(claim).or_default().extend(ids);
            }
        }
        for (claim, records) in records {
            let created = leads.get(claim).map_or(0, HashSet::len);
            assert!(created <= 1, "`{claim}`: {created} leads: {records:?}");
            self.check_claim(&records);
        }
    }

    /// A duplicate is one of a row that has a lead, and while that may be so the others wait.
    fn check_claim(&self, records: &[&Record]) {
        let count = |status| {
            records
                .iter()
                .filter(|record| record.status == status)
                .count()
        };
        let is_known = records.iter().any(|record| has_lead(record));
        assert!(is_known || count("duplicate") == 0, "{records:?}");
        if self.server == Server::Faultless && is_known {
            assert_eq!(count("duplicate"), records.len() - 1, "{records:?}");
        }
    }

    /// The records of good rows that have the same `key`.
    fn good_records_by(
        &self,
        key: impl Fn(&'a FileRow) -> Option<&'a str>,
    ) -> HashMap<&'a str, Vec<&'a Record>> {
        let mut records: HashMap<_, Vec<_>> = HashMap::new();
        for (row, record) in self.pairs() {
            if let Some(key) = key(row).filter(|_| row.fate == Fate::Good) {
                records.entry(key).or_default().push(record);
            }
        }
        records
    }

    /// How many rows are in doubt of themselves, and not because of another one.
    pub(crate) fn in_doubt_themselves(&self) -> u64 {
        let of_themselves = |record: &&Record| is_in_doubt(record) && has_code(record, &DOUBTS);
        self.records.iter().filter(of_themselves).count() as u64
    }

    /// Fails where the records differ from those of a run that was never killed, but for ids,
    /// attempts, rows in doubt, and `created` that has become `already_created`.
    pub(crate) fn compare(&self, never_killed: &[Record]) {
        assert_eq!(never_killed.len(), self.records.len());
        for ((row, record), expected) in self.pairs().zip(never_killed) {
            if !self.may_differ(row, record) {
                assert_eq!(comparable(record), comparable(expected), "{row:?}");
            }
        }
    }

    /// Which row of a claim is the first is another question after the file was reordered, and
    /// what a misbehaving server does to a row is chance.
    fn may_differ(&self, row: &FileRow, record: &Record) -> bool {
        is_in_doubt(record)
            || (self.was_reordered && self.is_claim(row))
            || (self.server == Server::Misbehaving
                && matches!(row.fate, Fate::Good | Fate::Refused))
    }
}

fn comparable(record: &Record) -> (u64, &str, &str, &str) {
    let status = match record.status.as_str() {
        "already_created" => "created",
        status => status,
    };
    (record.row, status, &record.codes, &record.problems)
}

/// A check that finds nothing would prove nothing.
mod tests {
    use super::*;
    use crate::leads_file::LeadsFile;

    /// What a flaw may touch.
    struct Case {
        rules: Rules,
        records: Vec<Record>,
        leads: HashMap<String, Vec<String>>,
    }

    /// Two rows with one address, both created, and one that was rejected.
    fn flawless() -> Case {
        let record = |row, status: &str, lead_id: &str| Record {
            row,
            status: status.into(),
            lead_id: lead_id.into(),
            attempts: u32::from(!lead_id.is_empty()),
            codes: String::new(),
            problems: String::new(),
        };
        let lead = |name: &str, id: &str| (name.to_owned(), vec![id.to_owned()]);
        Case {
            rules: Rules {
                identity: false,
                duplicates: false,
            },
            records: vec![
                record(2, "created", "1"),
                record(3, "created", "2"),
                record(4, "rejected", ""),
            ],
            leads: HashMap::from([lead("Lovelace 1", "1"), lead("Lovelace 2", "2")]),
        }
    }

    fn check(case: &Case) {
        let mut file = LeadsFile::default();
        file.append(Fate::Good, "shared@example.com", "", "");
        file.append(Fate::Good, "shared@example.com", "", "");
        file.append(Fate::Bad, "no-mail", "", "");
        let books = Books {
            rows: file.data_rows(),
            was_reordered: false,
            rules: case.rules,
            server: Server::Faultless,
            records: &case.records,
            leads: &case.leads,
        };
        books.check();
    }

    #[test]
    fn the_books_of_a_flawless_run_close_and_every_flaw_is_found() {
        type Flaw = (&'static str, fn(&mut Case));
        let flaws: [Flaw; 10] = [
            ("a row lost", |case| drop(case.records.pop())),
            ("another order", |case| case.records.swap(0, 1)),
            ("sent twice", |case| {
                case.leads.get_mut("Lovelace 1").unwrap().push("3".into());
            }),
            ("no lead", |case| drop(case.leads.remove("Lovelace 2"))),
            ("an id twice", |case| case.records[1].lead_id = "1".into()),
            ("a lead of a rejected row", |case| {
                case.leads.insert("Lovelace 3".into(), vec!["3".into()]);
            }),
            ("rejected without a reason to", |case| {
                case.records[0].status = "rejected".into();
            }),
            ("in doubt without a reason", |case| {
                case.records[0].status = "in_doubt".into();
                case.records[0].lead_id.clear();
            }),
            ("a duplicate where there is no rule", |case| {
                case.records[1].status = "duplicate".into();
                case.records[1].lead_id.clear();
                case.leads.remove("Lovelace 2");
            }),
            ("two leads where one may be", |case| {
                case.rules.duplicates = true;
            }),
        ];
        check(&flawless());
        for (name, flaw) in flaws {
            let mut case = flawless();
            flaw(&mut case);
            let found = std::panic::catch_unwind(|| check(&case)).is_err();
            assert!(found, "{name}");
        }
    }
}
