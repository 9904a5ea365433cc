//! The example files come out as their generator meant them to.

use std::collections::HashMap;

use serde_json::Value;

use crate::support::{Run, ScriptedServer, Workspace, created, read_results, repository};

/// A fixture with what its generator meant for each row.
struct Fixture {
    input: &'static str,
    mapping: &'static str,
    expected: &'static str,
}

const FIXTURES: [Fixture; 2] = [
    Fixture {
        input: "fixtures/legacy_crm_export.csv",
        mapping: "fixtures/legacy_crm.toml",
        expected: "fixtures/legacy_crm_export.expected.json",
    },
    Fixture {
        input: "fixtures/trade_fair_visitors.xlsx",
        mapping: "fixtures/trade_fair.toml",
        expected: "fixtures/trade_fair_visitors.expected.json",
    },
];

impl Fixture {
    fn expected_rows(&self) -> Vec<Value> {
        let text = fs_err::read_to_string(repository().join(self.expected)).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        expected["rows"].as_array().unwrap().clone()
    }

    fn run(&self, workspace: &Workspace, command: &str, more: &[&str]) -> Run {
        let input = repository().join(self.input);
        let mapping = repository().join(self.mapping);
        let usual = [
            command,
            input.to_str().unwrap(),
            "--mapping",
            mapping.to_str().unwrap(),
            "--results",
            "results.csv",
            "--rejects",
            "rejects.csv",
        ];
        workspace.run(&[&usual, more].concat())
    }
}

/// Whether `codes` are what the generator meant: one of each set, and nothing else but what may
/// also be there.
fn codes_fit(codes: &str, expected: &Value) -> bool {
    let words = |value: &Value| -> Vec<String> {
        let words = value.as_array().into_iter().flatten();
        words
            .map(|word| word.as_str().unwrap().to_owned())
            .collect()
    };
    let found: Vec<&str> = codes.split_whitespace().collect();
    let sets: Vec<Vec<String>> = expected["codes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(words)
        .collect();
    let also = words(&expected["may_also"]);
    let every_set_is_met = sets
        .iter()
        .all(|set| found.iter().any(|code| set.iter().any(|one| one == code)));
    let nothing_else = found.iter().all(|code| {
        let is = |word: &String| word == code || word == "*";
        sets.iter().flatten().chain(&also).any(is) || *code == "filter.skipped"
    });
    every_set_is_met && nothing_else
}

#[test]
fn check_finds_what_the_generator_meant() {
    for fixture in FIXTURES {
        let workspace = Workspace::new();
        fixture.run(&workspace, "check", &[]).expect_code(1);
        let records = read_results(&workspace.path("results.csv"));
        let expected = fixture.expected_rows();
        assert_eq!(records.len(), expected.len());
        for (record, expected) in records.iter().zip(&expected) {
            let fits = expected["row"] == record.row
                && expected["status"] == record.status.as_str()
                && codes_fit(&record.codes, expected);
            assert!(
                fits,
                "{}\nexpected {expected}\ngot {record:?}",
                fixture.input
            );
        }
    }
}

#[test]
fn import_sends_each_valid_row_once_and_right_to_the_character() {
    for fixture in FIXTURES {
        let workspace = Workspace::new();
        let server = ScriptedServer::start(|request| created(request.post.unwrap() + 1));
        let url = server.url();
        let to_server = ["--api-url", &url, "--tenant", "7", "--concurrency", "1"];
        fixture.run(&workspace, "import", &to_server).expect_code(1);
        let bodies: Vec<Value> = server
            .posts()
            .iter()
            .map(|request| serde_json::from_str(&request.body).unwrap())
            .collect();
        let expected: Vec<Value> = fixture
            .expected_rows()
            .iter()
            .filter_map(|row| row.get("body").cloned())
            .collect();
        for (body, expected) in bodies.iter().zip(&expected) {
            assert_eq!(body, expected, "{}", fixture.input);
        }
        assert_eq!(bodies.len(), expected.len());
    }
}

#[test]
fn the_sandbox_takes_every_row_that_the_checks_call_valid() {
    for fixture in FIXTURES {
        let workspace = Workspace::new();
        fixture
            .run(&workspace, "import", &["--sandbox"])
            .expect_code(1);
        let records = read_results(&workspace.path("results.csv"));
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (record, expected) in records.iter().zip(&fixture.expected_rows()) {
            let meant = match expected["status"].as_str().unwrap() {
                "valid" => "created",
                other => other,
            };
            assert_eq!(record.status, meant, "{record:?}");
            *counts.entry(record.status.clone()).or_default() += 1;
        }
        assert!(counts["created"] > 200 && counts["rejected"] > 10 && counts["filtered"] > 2);
    }
}

#[test]
fn rejects_given_back_unmended_are_rejected_for_the_same_reasons() {
    for fixture in FIXTURES {
        let workspace = Workspace::new();
        fixture.run(&workspace, "check", &[]).expect_code(1);
        let mapping = repository().join(fixture.mapping);
        let mapping = mapping.to_str().unwrap();
        workspace
            .run(&[
                "check",
                "rejects.csv",
                "--mapping",
                mapping,
                "--results",
                "again.csv",
            ])
            .expect_code(1);
        let first: Vec<_> = read_results(&workspace.path("results.csv"))
            .into_iter()
            .filter(|record| record.status == "rejected")
            .collect();
        let again = read_results(&workspace.path("again.csv"));
        assert_eq!(first.len(), again.len());
        for (first, again) in first.iter().zip(&again) {
            // What was wrong with a workbook's cell as such is mended by becoming text, and a row
            // that was cut off has been filled up.
            let structural = ["cell.", "row."]
                .iter()
                .any(|part| first.codes.contains(part));
            let same = (&first.status, &first.codes) == (&again.status, &again.codes);
            assert!(same || structural, "{first:?}\n{again:?}");
        }
    }
}
