//! Promise 1 and 2 under faults: every row has exactly one record, and what was created once is
//! never created again.

use std::collections::HashMap;

use leadferry::sandbox::{Faults, Sandbox, SandboxOptions};
use proptest::prelude::*;

use crate::support::{Record, Workspace};

const ROWS: usize = 60;

/// Every fault that ends without a time-out, in shares that leave some rows alone.
fn faults() -> impl Strategy<Value = Faults> {
    let share = || prop_oneof![3 => Just(0.0), 1 => 0.02..0.12_f64];
    let shares = prop::collection::vec(share(), 9);
    shares.prop_map(|shares| Faults {
        error_500: shares[0],
        error_500_after_creating: shares[1],
        error_503: shares[2],
        closed_before: shares[3],
        closed_after: shares[4],
        broken_json: shares[5],
        half_answer: shares[6],
        no_id: shares[7],
        refuse: shares[8],
        ..Faults::default()
    })
}

/// A file with good, bad and blank rows in the order that `kinds` says.
fn file_of(kinds: &[u8]) -> (String, Vec<u64>) {
    let mut text = String::from("Name,Surname,Mail\n");
    let mut rows = Vec::new();
    for (index, kind) in kinds.iter().enumerate() {
        let line = match kind {
            0 => ",,\n".to_owned(),
            1 => "Bob,,no-mail\n".to_owned(),
            _ => format!("Ada,Lovelace {index},ada{index}@example.com\n"),
        };
        text.push_str(&line);
        if *kind != 0 {
            rows.push(index as u64 + 2);
        }
    }
    (text, rows)
}

/// How often each surname stands in the sandbox, with the ids.
fn stored(sandbox: &Sandbox) -> HashMap<String, Vec<String>> {
    let mut stored: HashMap<String, Vec<String>> = HashMap::new();
    for lead in sandbox.leads().unwrap() {
        let name = lead["last_name"].as_str().unwrap().to_owned();
        stored.entry(name).or_default().push(lead["id"].to_string());
    }
    stored
}

fn check_record(record: &Record, kind: u8, stored: &HashMap<String, Vec<String>>) {
    let name = format!("Lovelace {}", record.row - 2);
    let ids = stored.get(&name).map(Vec::as_slice).unwrap_or_default();
    assert!(ids.len() <= 1, "{name} was created {} times", ids.len());
    match record.status.as_str() {
        "created" => assert_eq!(ids, std::slice::from_ref(&record.lead_id), "{record:?}"),
        "in_doubt" => assert!(!record.codes.is_empty()),
        "refused" | "pending" | "failed" => assert!(ids.is_empty(), "{record:?} but {ids:?}"),
        "rejected" => assert_eq!(kind, 1, "{record:?}"),
        other => panic!("unexpected status {other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_row_has_one_record_and_no_lead_is_created_twice(
        faults in faults(),
        seed in any::<u64>(),
        kinds in prop::collection::vec(0..12_u8, ROWS),
        concurrency in 1..20_u32,
    ) {
        let options = SandboxOptions { faults, seed, ..SandboxOptions::default() };
        let sandbox = Sandbox::start(options).unwrap();
        let workspace = Workspace::new();
        let (text, rows) = file_of(&kinds);
        workspace.write("leads.csv", text);
        let run = workspace.import_to(
            &sandbox.base_url(),
            &["--concurrency", &concurrency.to_string(), "--timeout", "5s"],
        );
        prop_assert!([0, 1].contains(&run.code), "{}", run.stderr);
        let results = workspace.results();
        let numbers: Vec<u64> = results.iter().map(|record| record.row).collect();
        prop_assert_eq!(numbers, rows);
        let stored = stored(&sandbox);
        for record in &results {
            check_record(record, kinds[usize::try_from(record.row - 2).unwrap()], &stored);
        }
        let in_doubt = results.iter().filter(|record| record.status == "in_doubt").count();
        let refused = results.iter().filter(|record| record.status == "refused").count();
        prop_assert!((in_doubt + refused) as u64 <= sandbox.counts().faults);
        sandbox.stop().unwrap();
    }
}

#[test]
fn a_server_that_hangs_costs_look_ups_and_neither_leads_nor_rows() {
    let faults = Faults {
        hang: 0.1,
        hang_before: 0.1,
        ..Faults::default()
    };
    let sandbox = Sandbox::start(SandboxOptions {
        faults,
        ..SandboxOptions::default()
    })
    .unwrap();
    let workspace = Workspace::with_rows(40);
    let more = ["--timeout", "300ms", "--concurrency", "40"];
    workspace
        .import_to(&sandbox.base_url(), &more)
        .expect_code(0);
    let stored = stored(&sandbox);
    assert_eq!(stored.len(), 40);
    for record in &workspace.results() {
        let ids = stored.get(&format!("Lovelace {}", record.row - 1));
        assert_eq!(ids, Some(&vec![record.lead_id.clone()]), "{record:?}");
    }
    assert!(sandbox.counts().faults > 0);
    sandbox.stop().unwrap();
}
