//! The sandbox that a round sends to.

use std::collections::HashMap;
use std::time::Duration;

use leadferry::sandbox::{Faults, ListOddities, Sandbox, SandboxOptions};

use crate::dice::Dice;

/// How the sandbox behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Server {
    Faultless,
    /// With every fault, lists that ignore searches or the wanted order among them.
    Misbehaving,
}

impl Server {
    pub(crate) fn start(self, dice: &mut Dice) -> Sandbox {
        let faults = match self {
            Self::Faultless => Faults::default(),
            Self::Misbehaving => draw_faults(dice),
        };
        let latency = Duration::from_millis(dice.between(1..=8));
        let lists = match self {
            Self::Faultless => ListOddities::default(),
            Self::Misbehaving => draw_lists(dice),
        };
        let options = SandboxOptions {
            lists,
            faults: Faults { latency, ..faults },
            seed: dice.between(0..=u64::MAX),
            ..SandboxOptions::default()
        };
        Sandbox::start(options).unwrap()
    }
}

/// Few enough faults that the server never counts as away for long.
fn draw_faults(dice: &mut Dice) -> Faults {
    let mut share = || {
        if dice.one_in(3) {
            dice.share(0.06)
        } else {
            0.0
        }
    };
    Faults {
        error_500: share(),
        error_500_after_creating: share(),
        error_503: share(),
        closed_before: share(),
        closed_after: share(),
        broken_json: share(),
        half_answer: share(),
        no_id: share(),
        refuse: share(),
        created_late: share(),
        late_by: Duration::from_millis(100),
        hang: share() / 4.0,
        hang_before: share() / 4.0,
        ..Faults::default()
    }
}

fn draw_lists(dice: &mut Dice) -> ListOddities {
    ListOddities {
        ignore_search: dice.one_in(3),
        ignore_sort: dice.one_in(4),
        no_totals: dice.one_in(4),
        local_times: dice.one_in(3),
        list_late: Duration::from_millis(if dice.one_in(3) { 80 } else { 0 }),
        ..ListOddities::default()
    }
}

/// The ids of each surname in the sandbox.
pub(crate) fn stored(sandbox: &Sandbox) -> HashMap<String, Vec<String>> {
    let mut stored: HashMap<String, Vec<String>> = HashMap::new();
    for lead in sandbox.leads().unwrap() {
        let name = lead["last_name"].as_str().unwrap().to_owned();
        stored.entry(name).or_default().push(lead["id"].to_string());
    }
    stored
}
