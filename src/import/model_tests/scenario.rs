//! What happens in one seed: a file, a mapping, a server, and how each run ends.

use std::num::{NonZeroU32, NonZeroUsize};

use fastrand::Rng;

use crate::mapping::{DuplicateScope, OnDuplicate};

use super::fault::Faults;
use super::kill::{Kill, Moment};
use super::rows::{Edit, Mixture, ModelRow, RowMaker};

/// What a test is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Runs end early; the server gives each lead the same answer whenever it comes.
    Kills,
    /// The server has every fault as well, and the file changes between runs.
    Faults,
    /// There is no room for the ledger.
    FullDisk,
}

/// What `[identity]` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    None,
    Columns,
    All,
}

/// How a run is disturbed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Trouble {
    None,
    Kill(Kill),
    /// Ctrl-C before these polls of the root future.
    Interrupt {
        first: u64,
        again: Option<u64>,
    },
    /// From this write on the database may not grow.
    FullDisk {
        from_write: u64,
        spare_pages: u32,
    },
    /// From this write on nothing can be written at all.
    LostLedger {
        from_write: u64,
    },
}

/// One run of the program.
#[derive(Debug, Clone)]
pub(super) struct Life {
    pub(super) edits: Vec<Edit>,
    pub(super) limit: Option<u64>,
    pub(super) trouble: Trouble,
    /// Until somebody starts it, in milliseconds.
    pub(super) idle_before: u64,
}

impl Life {
    /// Nothing goes wrong.
    pub(super) fn calm() -> Self {
        Self {
            edits: Vec::new(),
            limit: None,
            trouble: Trouble::None,
            idle_before: 0,
        }
    }
}

#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) identity: Identity,
    pub(super) duplicates: Option<(DuplicateScope, OnDuplicate)>,
    pub(super) rows: Vec<ModelRow>,
    pub(super) maker: RowMaker,
    pub(super) slots: NonZeroUsize,
    pub(super) rate: Option<&'static str>,
    pub(super) tries: NonZeroU32,
    /// Rows that are judged at once.
    pub(super) batch: usize,
    /// Milliseconds before and after a write to the disk, at most.
    pub(super) slowest_write: u64,
    pub(super) faults: Faults,
    pub(super) lives: Vec<Life>,
}

impl Scenario {
    pub(super) fn draw(family: Family, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let identity = draw_identity(&mut rng);
        let duplicates = draw_duplicates(&mut rng);
        let mut maker = RowMaker {
            mixture: draw_mixture(family, &mut rng),
            rng: rng.fork(),
            made: 0,
        };
        let mut rows = Vec::new();
        // Small files show as much, and sooner.
        let most_rows = if family == Family::FullDisk || rng.bool() {
            12
        } else {
            40
        };
        maker.append(rng.usize(5..=most_rows), &mut rows);
        let lives = draw_lives(family, rows.len(), &mut rng);
        let slots = *rng.choice(&[1, 1, 2, 3, 4, 8, 16]).unwrap();
        Self {
            identity,
            duplicates,
            rows,
            maker,
            slots: NonZeroUsize::new(slots).unwrap(),
            rate: (rng.u32(0..8) == 0).then_some("20/s"),
            tries: NonZeroU32::new(rng.u32(1..=5)).unwrap(),
            batch: *rng.choice(&[1, 3, 8, 50]).unwrap(),
            slowest_write: *rng.choice(&[0, 2, 8, 40]).unwrap(),
            faults: Faults::draw(family, &mut rng),
            lives,
        }
    }

    /// Whether the last results must be those of a run that nothing disturbed.
    pub(super) fn promises_equal_results(&self, family: Family) -> bool {
        family == Family::Kills && self.lives.iter().all(|life| life.edits.is_empty())
    }

    pub(super) fn mapping(&self) -> String {
        let identity = match self.identity {
            Identity::None => "",
            Identity::Columns => "[identity]\nsource = \"old-crm\"\ncolumns = [\"Contact ID\"]\n",
            Identity::All => "[identity]\nsource = \"old-crm\"\ncolumns = \"all\"\n",
        };
        let duplicates = self.duplicates.map_or_else(String::new, |(scope, action)| {
            let within = match scope {
                DuplicateScope::File => "file",
                DuplicateScope::Ledger => "ledger",
            };
            let action = match action {
                OnDuplicate::Skip => "skip",
                OnDuplicate::Reject => "reject",
                OnDuplicate::Send => "send",
            };
            format!(
                "[duplicates]\nkey = [\"email\"]\nwithin = \"{within}\"\naction = \"{action}\"\n"
            )
        });
        format!(
            "version = 1\n{identity}[lead]\nlast_name = \"Surname\"\nemail = \"E-mail\"\n\
             description = \"Text\"\n[[filter]]\nskip_if = {{ column = \"Stage\", in = [\"Deleted\"] }}\n\
             {duplicates}"
        )
    }
}

fn draw_identity(rng: &mut Rng) -> Identity {
    match rng.u32(0..3) {
        0 => Identity::None,
        1 => Identity::Columns,
        _ => Identity::All,
    }
}

fn draw_duplicates(rng: &mut Rng) -> Option<(DuplicateScope, OnDuplicate)> {
    let scope = [DuplicateScope::File, DuplicateScope::Ledger][rng.usize(0..2)];
    match rng.u32(0..6) {
        0 | 1 => Some((scope, OnDuplicate::Skip)),
        2 => Some((scope, OnDuplicate::Reject)),
        3 => Some((scope, OnDuplicate::Send)),
        _ => None,
    }
}

fn draw_mixture(family: Family, rng: &mut Rng) -> Mixture {
    let mut share = |most| if rng.bool() { rng.u32(0..=most) } else { 0 };
    Mixture {
        copies: share(30),
        variants: share(15),
        shared_emails: share(25),
        shared_ids: share(25),
        filtered: share(15),
        rejected: share(15),
        without_id: share(10),
        // A page of the database and more, so that no room for a page is no room for a row.
        text_length: if family == Family::FullDisk { 4500 } else { 0 },
    }
}

fn draw_lives(family: Family, rows: usize, rng: &mut Rng) -> Vec<Life> {
    let rows = rows as u64;
    let edits_at_all = rng.u32(0..3) == 0;
    let count = rng.usize(1..=4);
    let mut lives: Vec<Life> = (0..count)
        .map(|index| Life {
            edits: if edits_at_all && index > 0 {
                draw_edits(rng)
            } else {
                Vec::new()
            },
            limit: (rng.u32(0..8) == 0).then(|| rng.u64(1..=rows)),
            trouble: draw_trouble(rows, rng),
            idle_before: rng.u64(0..90_000),
        })
        .collect();
    if family == Family::FullDisk {
        // Early, as later rows find the room that settled ones have left.
        let from_write = rng.u64(2..=5);
        lives[0].trouble = if rng.u32(0..4) == 0 {
            Trouble::LostLedger { from_write }
        } else {
            Trouble::FullDisk {
                from_write,
                spare_pages: rng.u32(0..2),
            }
        };
    }
    lives
}

fn draw_edits(rng: &mut Rng) -> Vec<Edit> {
    let count = rng.usize(0..=2);
    let edits = (0..count).map(|_| match rng.u32(0..5) {
        0 | 1 => Edit::Append(rng.usize(1..=8)),
        2 => Edit::Shuffle,
        3 => Edit::Change,
        _ => Edit::Remove,
    });
    edits.collect()
}

fn draw_trouble(rows: u64, rng: &mut Rng) -> Trouble {
    let moment = match rng.u32(0..4) {
        0 => Moment::Before,
        1 => Moment::After,
        _ => Moment::During { kept: rng.f64() },
    };
    let sort = rng.u32(0..10);
    // A row takes up to six polls and a write, and later lives have fewer rows to send.
    let mut poll = || 1 + draw_small(rows * 6, rng);
    let (first, second) = (poll(), poll());
    match sort {
        0..=3 => Trouble::Kill(Kill::AtPoll(first)),
        4..=7 => Trouble::Kill(Kill::AtWrite(draw_small(rows + 4, rng), moment)),
        8 => Trouble::None,
        _ => Trouble::Interrupt {
            first,
            again: rng.bool().then_some(first + second),
        },
    }
}

/// A number up to `most`, and rather a small one.
fn draw_small(most: u64, rng: &mut Rng) -> u64 {
    let bound = rng.u64(0..=most);
    rng.u64(0..=bound)
}
