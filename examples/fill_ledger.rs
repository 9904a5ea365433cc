//! Fills a ledger with invented rows that count as created, for measuring what a large one costs.
//!
//! ```text
//! cargo run --release --example fill_ledger -- STATE_DIR API_URL TENANT ROWS [SOURCE]
//! ```
//!
//! A tool of `bench/run`. The rows are those of one finished run and no file holds them. With
//! `SOURCE` they are known by a column of `[identity]` and by their cells, without by their cells
//! alone. Rows that are there already stay, and their number goes on.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use leadferry::api::ApiAddress;
use leadferry::ledger::{
    Claim, EntryId, Group, Intent, Ledger, LedgerKeys, LedgerScope, LockHolder, Note, RowClaims,
    RowPrints, RunEnd, RunLock, RunStart, Settlement, StateFolder, Waiting,
};
use leadferry::model::{CellsDigest, Digest, LeadId, RowIdentity};

/// Rows of one commit. After each one most pages of the claims are written anew, because their hashes lie
/// anywhere; so large groups are faster. One of this size takes some 400 MiB of memory.
const GROUP: usize = 500_000;

/// What is typed.
struct Arguments {
    state_dir: PathBuf,
    scope: LedgerScope,
    rows: i64,
    source: Option<String>,
}

impl Arguments {
    fn of_process() -> Result<Self, Box<dyn Error>> {
        let usage = "usage: fill_ledger STATE_DIR API_URL TENANT ROWS [SOURCE]";
        let mut words = std::env::args().skip(1);
        let mut next = || words.next().ok_or(usage);
        let state_dir = next()?.into();
        let address: ApiAddress = next()?.parse()?;
        let tenant = next()?.parse()?;
        let rows = next()?.parse()?;
        Ok(Self {
            state_dir,
            scope: LedgerScope {
                api: address.to_string(),
                tenant,
            },
            rows,
            source: next().ok(),
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::of_process()?;
    let folder = StateFolder::open(&arguments.state_dir)?;
    let path = folder.ledger_path(&arguments.scope);
    let lock = RunLock::take(&path, &LockHolder::this_process("nothing"), Waiting::No)?;
    let mut ledger = Ledger::open(&path, &arguments.scope, lock)?;
    ledger.begin_run(&start(), None)?;
    let keys = ledger.keys().clone();
    let EntryId(first) = ledger.next_entry();
    let mut numbers = first..first + arguments.rows;
    while !numbers.is_empty() {
        let source = arguments.source.as_deref();
        let next = numbers.by_ref().take(GROUP);
        let notes: Group = next
            .flat_map(|number| InventedRow::new(number, source).notes(&keys))
            .collect();
        ledger.commit(&keys, &notes)?;
        ledger.tidy();
        writeln!(
            std::io::stderr(),
            "{} of {} rows",
            numbers.start - first,
            arguments.rows
        )?;
    }
    ledger.end_run(&RunEnd {
        stopped: None,
        counts: serde_json::json!({ "created": arguments.rows }).to_string(),
    })?;
    writeln!(std::io::stdout(), "{}", path.display())?;
    Ok(())
}

fn start() -> RunStart {
    RunStart {
        file: "invented.csv".into(),
        file_hash: String::new(),
        mapping_hash: String::new(),
        program: env!("CARGO_PKG_VERSION").into(),
        round: None,
    }
}

/// A row that was never in a file.
struct InventedRow<'a> {
    number: i64,
    bytes: [u8; 8],
    source: Option<&'a str>,
}

impl<'a> InventedRow<'a> {
    fn new(number: i64, source: Option<&'a str>) -> Self {
        let bytes = number.to_le_bytes();
        Self {
            number,
            bytes,
            source,
        }
    }

    /// What a run writes down of a row that it creates.
    fn notes(&self, keys: &LedgerKeys) -> [Note; 2] {
        let entry = EntryId(self.number);
        let claims = self.claims();
        let intent = Intent {
            entry,
            row: self.number.unsigned_abs() + 1,
            claims,
            prints: self.prints(keys),
            body: Bytes::new(),
            known_before: None,
            request_key: self.digest("request"),
        };
        let lead_id = LeadId(self.number.to_string());
        [
            Note::Intend(Arc::new(intent)),
            Note::Settle(entry, Settlement::Created(lead_id, claims)),
        ]
    }

    fn claims(&self) -> RowClaims {
        let cells = Claim::Cells {
            cells: CellsDigest(self.digest("cells")),
            occurrence: 0,
        };
        let number = self.number.to_string();
        let by_column = |source| RowIdentity::of_columns(source, std::iter::once(number.as_str()));
        let by_column = self.source.and_then(by_column).map(Claim::Identity);
        RowClaims {
            identity: by_column.unwrap_or(cells),
            key: None,
            columns: None,
            cells: by_column.map(|_| cells),
        }
    }

    fn prints(&self, keys: &LedgerKeys) -> RowPrints {
        let source = |source: &str| keys.print(Digest::of("source", [source.as_bytes()]));
        let short = |domain| Some(keys.short_print(self.digest(domain)));
        RowPrints {
            source: self.source.map(source),
            cells: keys.print(self.digest("cells")),
            content: keys.print(self.digest("lead")),
            name: short("name"),
            email: short("email"),
            phone: short("phone"),
        }
    }

    fn digest(&self, domain: &str) -> Digest {
        Digest::of(domain, [self.bytes.as_slice()])
    }
}
