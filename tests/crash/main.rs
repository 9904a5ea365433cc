//! Kills the built program at random moments and gives the same command again until it ends by
//! itself: no row may be lost, and none sent twice.
//!
//! `cargo test` kills a few times. The long form kills as often as it is told, once without and
//! once with a server that misbehaves, and says what it did:
//!
//! ```text
//! LEADFERRY_CRASH_KILLS=200 cargo test --release --test crash -- --nocapture
//! ```
//!
//! Each round has a sandbox, a file, a mapping and a state folder of its own, all drawn from the
//! round's seed. Between two kills the file may be put into another order or grow, and the command
//! may be given from another folder, with other results or another concurrency. The moment of a
//! kill is never a time but something that can be seen: leads that have come to the sandbox, bytes
//! in the results or the state folder, so many looks at the process, or its very start.
//!
//! A failure names its round's seed. `LEADFERRY_CRASH_SEED=SEED` begins with that round, which
//! repeats everything but what the system's scheduler decides.
//!
//! What must hold is in `books`. Rows that were in flight at a kill, or intended just ahead of
//! sending, may be `in_doubt`: at most concurrency + 1,024 for each kill ([`round::MOST_AHEAD`]),
//! and as a rule far fewer, which is why the average is printed.
//!
//! - `round`: one file from its first kill to its last record
//! - `leads_file`: rows of every kind, and what must become of them
//! - `moment`: when to kill
//! - `server`: the sandbox, with and without faults
//! - `folder`: the files of a round and the command
//! - `books`: what must be true in the end
//! - `dice`: all that is random, from one seed
//! - `tally`: what is told of a round

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "seeds and figures are for people")]

mod books;
mod dice;
mod folder;
mod leads_file;
mod moment;
#[path = "../end_to_end/support/results.rs"]
mod results;
mod round;
mod server;
mod tally;

use std::hash::{BuildHasher, RandomState};

use round::Round;
use server::Server;
use tally::Tally;

/// Kills in each test unless `LEADFERRY_CRASH_KILLS` says otherwise: a few seconds.
const KILLS: u64 = 8;

/// Kills in one round, the most: enough for the file to change between them, and few enough for
/// many different rounds.
const KILLS_IN_A_ROUND: u64 = 8;

#[test]
fn killed_at_any_moment_and_run_again_no_row_is_lost_and_none_is_sent_twice() {
    kill_and_run_again(Server::Faultless);
}

#[test]
fn killed_while_the_server_misbehaves_no_row_is_lost_and_none_is_sent_twice() {
    kill_and_run_again(Server::Misbehaving);
}

fn kill_and_run_again(server: Server) {
    let wanted = number_from_environment("LEADFERRY_CRASH_KILLS").unwrap_or(KILLS);
    let first_seed = number_from_environment("LEADFERRY_CRASH_SEED")
        .unwrap_or_else(|| RandomState::new().hash_one(server) >> 16);
    let mut total = Tally::default();
    let mut seed = first_seed;
    while total.kills < wanted {
        println!("{server:?}: LEADFERRY_CRASH_SEED={seed}");
        let kills = KILLS_IN_A_ROUND.min(wanted - total.kills);
        let tally = Round::new(seed, server, kills).play();
        println!("{server:?}: seed {seed}: {tally}");
        total += tally;
        seed += 1;
    }
    println!("{server:?}: from seed {first_seed}: {total}; 0 rows lost, 0 sent twice");
}

fn number_from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("`{name}` must be a whole number; got `{text}`")))
}
