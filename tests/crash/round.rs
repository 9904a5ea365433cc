//! One file, from its first kill to its last record.

use std::collections::{HashMap, HashSet};

use leadferry::sandbox::{Sandbox, SandboxOptions};
use serde_json::Value;

use crate::books::{Books, has_lead};
use crate::dice::Dice;
use crate::folder::{Folder, Manner};
use crate::leads_file::{LeadsFile, Rules};
use crate::moment::{Moment, Watch};
use crate::results::{Record, read_results};
use crate::server::{Server, stored};
use crate::tally::Tally;

/// So many rows may be intended before they are sent, at most, as the design has it.
pub(crate) const MOST_AHEAD: u64 = 1024;

/// Rows that are sent between two kills, about.
const ROWS_FOR_A_KILL: u64 = 40;

/// A round whose runs end so often before they can be killed has nothing left to send.
const RUNS_THAT_END: u64 = 3;

/// A file on its way into a sandbox.
pub(crate) struct Round {
    dice: Dice,
    server: Server,
    kills: u64,
    rules: Rules,
    file: LeadsFile,
    folder: Folder,
    sandbox: Sandbox,
    tally: Tally,
    /// Rows that the kills so far may have left in doubt.
    most_in_doubt: u64,
    /// The ids that stood in the results of a killed run.
    told_ids: HashSet<String>,
}

impl Round {
    pub(crate) fn new(seed: u64, server: Server, kills: u64) -> Self {
        let mut dice = Dice::new(seed);
        let rules = Rules::draw(&mut dice);
        let sandbox = server.start(&mut dice);
        let mut file = LeadsFile::default();
        file.grow(kills * dice.between(20..=ROWS_FOR_A_KILL * 2), &mut dice);
        let folder = Folder::new();
        folder.write("mapping.toml", &rules.mapping());
        folder.write("leads.csv", &file.text());
        println!("  {rules:?}, {} rows", file.data_rows().len());
        Self {
            dice,
            server,
            kills,
            rules,
            file,
            folder,
            sandbox,
            tally: Tally::default(),
            most_in_doubt: 0,
            told_ids: HashSet::new(),
        }
    }

    /// Kills, lets a run end by itself, and checks what is left behind.
    pub(crate) fn play(mut self) -> Tally {
        self.kill_until_enough();
        let manner = Manner::usual(&mut self.dice);
        let last = self.run_to_end(&self.sandbox, manner);
        self.tally.runs += 1;
        self.check(&last);
        self.check_rejects(&last);
        self.check_against_a_run_that_was_never_killed(&last);
        self.check_that_nothing_is_left_to_do(&last, manner);
        self.count(&last);
        self.sandbox.stop().unwrap();
        self.tally
    }

    fn kill_until_enough(&mut self) {
        let mut ended = 0;
        while self.tally.kills < self.kills && ended < RUNS_THAT_END {
            let manner = Manner::draw(&mut self.dice);
            let moment = Moment::draw(ROWS_FOR_A_KILL, &mut self.dice);
            let code = self.run_until(moment, manner);
            println!(
                "  {moment:?}, {manner:?}: {}",
                code.map_or("killed".into(), |code| code.to_string())
            );
            self.tally.runs += 1;
            match code {
                None => {
                    self.tally.kills += 1;
                    self.most_in_doubt += manner.concurrency + MOST_AHEAD;
                    self.note_told_ids(manner);
                }
                Some(code) => {
                    self.expect_finished(code);
                    ended += 1;
                }
            }
            self.change_file();
        }
    }

    fn change_file(&mut self) {
        if self.dice.one_in(4) {
            self.file.shuffle(&mut self.dice);
        }
        if self.dice.one_in(3) {
            let rows = self.dice.between(1..=ROWS_FOR_A_KILL);
            self.file.grow(rows, &mut self.dice);
        }
        self.folder.write("leads.csv", &self.file.text());
    }

    /// `None` if it was killed at `moment`, or its exit code if it ended before.
    fn run_until(&self, moment: Moment, manner: Manner) -> Option<i32> {
        let mut command = self.folder.import(&self.sandbox.base_url(), manner);
        let watch = Watch::new(&self.sandbox, &self.folder, manner);
        watch.kill_at(moment, &mut command.spawn().unwrap())
    }

    fn run_to_end(&self, sandbox: &Sandbox, manner: Manner) -> Vec<Record> {
        let mut command = self.folder.import(&sandbox.base_url(), manner);
        let watch = Watch::new(sandbox, &self.folder, manner);
        let code = watch.wait_for_end(&mut command.spawn().unwrap());
        self.expect_finished(code);
        let records = read_results(&self.folder.path(manner.results));
        self.check_summary(&records, code);
        records
    }

    fn expect_finished(&self, code: i32) {
        let said = self.folder.read("said.txt");
        assert!([0, 1].contains(&code), "exit code {code}: {said}");
    }

    fn check_summary(&self, records: &[Record], code: i32) {
        let summary = self.summary();
        let expected = i32::from(!records.iter().all(|record| is_well(&record.status)));
        assert_eq!(code, expected, "{summary}");
        assert_eq!(summary["exit_code"], expected, "{summary}");
        assert_eq!(summary["books_close"], true, "{summary}");
        assert_eq!(summary["input_complete"], true, "{summary}");
        assert_eq!(summary["rows"], records.len(), "{summary}");
    }

    fn summary(&self) -> Value {
        serde_json::from_str(&self.folder.read("summary.json")).unwrap()
    }

    /// A record is written once its outcome is durable: an id that stood in a file for a moment
    /// must stand in the last one too. The last record may have been cut by the kill.
    fn note_told_ids(&mut self, manner: Manner) {
        let text = self.folder.read(manner.results);
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(whole.as_bytes());
        let ids = reader.records().flatten();
        let ids = ids.filter_map(|record| Some(record.get(2)?.to_owned()));
        self.told_ids.extend(ids.filter(|id| !id.is_empty()));
    }

    fn check(&self, records: &[Record]) {
        let leads = stored(&self.sandbox);
        let books = self.books(records, &leads);
        books.check();
        let faults = self.sandbox.counts().faults;
        let in_doubt = books.in_doubt_themselves();
        assert_eq!(in_doubt, 0, "every look-up could be proved");
        assert!(
            in_doubt <= self.most_in_doubt + faults,
            "{in_doubt} rows in doubt; {} may be, and {faults}",
            self.most_in_doubt
        );
        let ids: HashSet<_> = records.iter().map(|record| &record.lead_id).collect();
        let forgotten = self.told_ids.iter().find(|id| !ids.contains(id));
        assert_eq!(forgotten, None, "an id that was told is forgotten");
    }

    fn books<'a>(
        &'a self,
        records: &'a [Record],
        leads: &'a HashMap<String, Vec<String>>,
    ) -> Books<'a> {
        Books {
            rows: self.file.data_rows(),
            was_reordered: self.file.was_reordered,
            rules: self.rules,
            server: self.server,
            records,
            leads,
        }
    }

    fn check_rejects(&self, records: &[Record]) {
        let is_reject =
            |record: &&Record| ["rejected", "refused"].contains(&record.status.as_str());
        let expected = records.iter().filter(is_reject).count();
        let summary = self.summary();
        let written = summary["rejects"].as_str().map_or(0, |path| {
            let mut reader = csv::Reader::from_path(self.folder.path(path)).unwrap();
            reader.records().map(Result::unwrap).count()
        });
        assert_eq!(written, expected, "rejects");
    }

    fn check_against_a_run_that_was_never_killed(&self, last: &[Record]) {
        let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
        let never_killed = self.run_to_end(&sandbox, Manner::apart());
        self.books(last, &HashMap::new()).compare(&never_killed);
        sandbox.stop().unwrap();
    }

    /// Once more the same command: known rows cost no request, and what is in doubt stays so.
    fn check_that_nothing_is_left_to_do(&self, last: &[Record], manner: Manner) {
        let before = self.sandbox.counts();
        let once_more = self.run_to_end(&self.sandbox, manner);
        self.check(&once_more);
        if self.server == Server::Misbehaving {
            return;
        }
        let sent = self.sandbox.counts().posts - before.posts;
        let refused = last.iter().filter(|record| record.status == "refused");
        assert_eq!(sent, refused.count() as u64, "rows sent once more");
        for (before, after) in last.iter().zip(&once_more) {
            let same = |record: &Record| (record.row, has_lead(record), record.lead_id.clone());
            assert_eq!(same(before), same(after));
        }
    }

    fn count(&mut self, last: &[Record]) {
        let with_id = last.iter().filter(|record| has_lead(record)).count() as u64;
        let in_doubt = last.iter().filter(|record| record.status == "in_doubt");
        self.tally.rows = last.len() as u64;
        self.tally.leads = self.sandbox.leads().unwrap().len() as u64;
        self.tally.in_doubt = in_doubt.count() as u64;
        self.tally.in_doubt_and_created = self.tally.leads - with_id;
    }
}

fn is_well(status: &str) -> bool {
    ["created", "already_created", "filtered", "duplicate"].contains(&status)
}
