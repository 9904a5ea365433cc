//! Ledger and pipeline against a simulated CRM and a clock that stands still: run after run over
//! one file, each killed, stopped or short of disk somewhere, and nothing lost, nothing twice.
//!
//! A *seed* is one [`Scenario`]: a file, a mapping, a CRM and a few lives of the program. In each
//! life the real survey, judge and upload stage work in one future beside a writer of the ledger
//! that is called inline, because a thread in a sync would let the paused clock run ahead. The
//! future is dropped before any poll, or at any durable write: before it, after it, or in the
//! middle, which is a copy of database and log with the log cut at some byte. The last life has no
//! trouble, and `invariants` says what must be true then.
//!
//! - `cargo test model_tests` goes through a thousand seeds in all, in ten to fifteen seconds.
//! - `LEADFERRY_MODEL_SEEDS=20000 cargo test model_tests` takes so many for each test; with
//!   `CARGO_PROFILE_TEST_OPT_LEVEL=1` in the environment they take six minutes.
//! - `LEADFERRY_MODEL_SEED=17 cargo test model_tests::kills` takes only this one. A failure names
//!   its seed.
//!
//! `scenario` and `rows` say what can happen, `process` is a life, `kill` its end, `simulated_crm`
//! and `fault` are the CRM, and `witness` compares what the ledger is told with what the CRM said.

mod fault;
mod house;
mod inline_writer;
mod invariants;
mod kill;
mod process;
mod rows;
mod scenario;
mod simulated_crm;
mod witness;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use house::House;
use invariants::{LastResults, check_books};
use process::{Ended, Remains};
use rows::ModelRow;
use scenario::{Family, Life, Scenario, Trouble};

/// Seeds of each test, unless the environment says otherwise.
const SEEDS: u64 = 350;

#[test]
fn kills_lose_nothing_and_send_nothing_twice() {
    for_each_seed("kills", Family::Kills);
}

#[test]
fn faults_lose_nothing_and_send_nothing_twice() {
    for_each_seed("faults", Family::Faults);
}

#[test]
fn full_disks_lose_nothing_and_send_nothing_twice() {
    for_each_seed("full_disks", Family::FullDisk);
}

fn for_each_seed(test: &str, family: Family) {
    let number_in = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    let seeds = match number_in("LEADFERRY_MODEL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number_in("LEADFERRY_MODEL_SEEDS").unwrap_or(SEEDS),
    };
    for seed in seeds {
        // The waits between attempts are drawn from this thread's numbers.
        fastrand::seed(seed);
        let outcome = catch_unwind(AssertUnwindSafe(|| live_through(family, seed)));
        if let Err(panic) = outcome {
            let words = panic.downcast_ref::<String>().cloned();
            let words = words.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
            match words {
                Some(words) => panic!(
                    "{words}\nrepeat with: LEADFERRY_MODEL_SEED={seed} cargo test model_tests::{test}"
                ),
                None => resume_unwind(panic),
            }
        }
    }
}

/// All lives of a seed, and then as many calm ones as it takes.
fn live_through(family: Family, seed: u64) {
    let mut house = House::new(Scenario::draw(family, seed));
    let is_equal_promised = house.scenario.promises_equal_results(family);
    let mut all_rows = Vec::new();
    for life in std::mem::take(&mut house.scenario.lives) {
        live_once(&mut house, &life, &mut all_rows);
    }
    let last = live_calmly(&mut house, &mut all_rows);
    let world = house.crm.world();
    let results = LastResults::new(&house.scenario, &all_rows, &world, &last);
    results.check();
    if is_equal_promised {
        let mut undisturbed = House::new(Scenario::draw(family, seed));
        let reference = live_calmly(&mut undisturbed, &mut Vec::new());
        let world = undisturbed.crm.world();
        let reference = LastResults::new(&house.scenario, &all_rows, &world, &reference);
        reference.check();
        results.check_equal(&reference);
    }
}

fn live_once(house: &mut House, life: &Life, all_rows: &mut Vec<ModelRow>) -> Remains {
    let scenario = &mut house.scenario;
    for edit in &life.edits {
        edit.apply(&mut scenario.maker, scenario.identity, &mut scenario.rows);
    }
    let new = scenario.rows.iter().filter(|row| !all_rows.contains(row));
    let new: Vec<ModelRow> = new.cloned().collect();
    all_rows.extend(new);
    let remains = house.live(life);
    check_books(&remains);
    let mut world = house.crm.world();
    let most_open = world.witness.most_open(house.scenario.slots.get());
    let open = world.witness.end_run();
    match (&remains.ended, life.trouble) {
        (Ended::Killed, _) => assert!(open <= most_open, "{open} rows open of {most_open}"),
        (_, Trouble::FullDisk { .. } | Trouble::LostLedger { .. }) => {}
        _ => assert_eq!(open, 0, "the run knew what became of each row"),
    }
    drop(world);
    remains
}

fn live_calmly(house: &mut House, all_rows: &mut Vec<ModelRow>) -> Remains {
    house.crm.world().is_calm = true;
    let last = live_once(house, &Life::calm(), all_rows);
    assert_eq!(last.ended, Ended::Finished);
    last
}
