//! Where runs take place: a folder with file and ledger, a clock, a CRM.

use std::sync::OnceLock;
use std::time::Duration;

use secrecy::SecretString;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::api::{ClientSettings, Credentials, Route, TokenSource};
use crate::import::own_columns::original_header;
use crate::import::plan::{ImportPlan, LedgerPlace, LedgerSettings, OnUnknown, UploadSettings};
use crate::ledger::{Ledger, LedgerScope, LockHolder, RunLock, StateFolder, Waiting};
use crate::mapping::Mapping;
use crate::pacing::Concurrency;
use crate::report::Echo;
use crate::source::{Source, SourceOptions};

use super::kill::Disk;
use super::rows::csv_text;
use super::scenario::{Life, Scenario};
use super::simulated_crm::SimulatedCrm;

/// Nobody listens there, and nobody asks.
const ADDRESS: &str = "http://127.0.0.1:9/api";

#[derive(Debug)]
pub(super) struct House {
    pub(super) scenario: Scenario,
    pub(super) crm: SimulatedCrm,
    pub(super) runtime: Runtime,
    pub(super) disk: Disk,
    folder: TempDir,
}

impl House {
    pub(super) fn new(scenario: Scenario) -> Self {
        let folder = temporary_folder();
        let state = StateFolder::open(&folder.path().join("state")).unwrap();
        let database = state.ledger_path(&scope());
        fs_err::write(&database, new_ledger()).unwrap();
        // A reserve of full length is left alone; writing a real one takes most of a seed's time.
        let reserve = database.with_extension("sqlite.reserve");
        let reserve = fs_err::File::create(reserve).unwrap();
        reserve.set_len(1024 * 1024).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let faults = scenario.faults;
        Self {
            crm: runtime.block_on(async { SimulatedCrm::new(faults) }),
            runtime,
            disk: Disk::new(database),
            scenario,
            folder,
        }
    }

    /// Writes the file anew and opens it.
    pub(super) fn plan(&self) -> ImportPlan {
        let input = self.folder.path().join("leads.csv");
        fs_err::write(&input, csv_text(&self.scenario.rows)).unwrap();
        let text = self.scenario.mapping();
        let mapping = Mapping::parse(&text, "mapping.toml").unwrap();
        let source = Source::open(&input, &SourceOptions::default()).unwrap();
        let header = original_header(source.header());
        ImportPlan {
            command: "import",
            file_name: "leads.csv".into(),
            mapping: mapping.bind(&header).unwrap(),
            echo: Echo::named(&header, &[]).unwrap(),
            header,
            source,
            results: input.with_extension("results.csv"),
            rejects: input.with_extension("rejects.csv"),
            is_rehearsal: false,
            mapping_hash: blake3::hash(text.as_bytes()).to_hex().to_string(),
        }
    }

    pub(super) fn settings(&self, life: &Life) -> UploadSettings {
        let token = TokenSource::Given(SecretString::from("model".to_owned()));
        UploadSettings {
            client: ClientSettings {
                address: ADDRESS.parse().unwrap(),
                tenant: 1,
                timeout: Duration::from_secs(30),
                connections: self.scenario.slots.get(),
                route: Route::default(),
            },
            ledger: LedgerSettings {
                place: LedgerPlace {
                    folder: self.folder.path().join("state"),
                    scope: scope(),
                },
                waits: false,
                round: None,
                known_by_lead: None,
                is_off: false,
            },
            credentials: Credentials::load(token).unwrap(),
            concurrency: Concurrency::AtMost(self.scenario.slots),
            rate: self.scenario.rate.map(|rate| rate.parse().unwrap()),
            tries: self.scenario.tries,
            settle: Duration::from_mins(1),
            on_unknown: OnUnknown::Reconcile,
            idempotent_for: None,
            give_up_after: Duration::from_mins(10),
            limit: life.limit,
            max_errors: None,
            has_trial: false,
        }
    }
}

fn scope() -> LedgerScope {
    LedgerScope {
        api: ADDRESS.into(),
        tenant: 1,
    }
}

/// In memory where the system offers that: what is on a disk after a loss of power is modelled.
fn temporary_folder() -> TempDir {
    let in_memory = TempDir::new_in("/dev/shm");
    in_memory.or_else(|_| TempDir::new()).unwrap()
}

/// A ledger that knows nothing. Its secret is always the same, so that a seed repeats.
fn new_ledger() -> &'static [u8] {
    static LEDGER: OnceLock<Vec<u8>> = OnceLock::new();
    LEDGER.get_or_init(|| {
        let folder = temporary_folder();
        let path = folder.path().join("model.sqlite");
        let holder = LockHolder::this_process("leads.csv");
        let lock = RunLock::take(&path, &holder, Waiting::No).unwrap();
        let ledger = Ledger::open(&path, &scope(), lock).unwrap();
        let changed = ledger
            .connection()
            .execute("UPDATE ledger SET secret = zeroblob(32)", []);
        assert_eq!(changed.unwrap(), 1);
        drop(ledger);
        fs_err::read(&path).unwrap()
    })
}
