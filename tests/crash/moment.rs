//! When to kill: never after a time, always when something can be seen.

use std::process::Child;
use std::time::{Duration, Instant};

use leadferry::sandbox::{Sandbox, SandboxCounts};

use crate::dice::Dice;
use crate::folder::{Folder, Manner};

/// No run of these small files takes so long, however busy the machine is.
const LONGEST_RUN: Duration = Duration::from_mins(3);

/// What is waited for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    /// The process has been started.
    Start,
    /// It has been looked at so often, which is as good as any moment.
    Looks(u64),
    /// The sandbox has seen so many more requests, the first being the preflight.
    Requests(u64),
    /// The sandbox has created so many more leads.
    Leads(u64),
    /// So many bytes stand in the results file.
    Results(u64),
    /// The state folder has grown by so many bytes.
    State(u64),
}

impl Moment {
    /// A moment before about `rows` more rows have been sent.
    pub(crate) fn draw(rows: u64, dice: &mut Dice) -> Self {
        match dice.between(1..=12) {
            1 => Self::Start,
            2..=3 => Self::Looks(dice.between(1..=20_000)),
            4 => Self::Requests(dice.between(1..=3)),
            5..=6 => Self::Results(dice.between(1..=rows * 16)),
            7..=8 => Self::State(dice.between(1..=rows * 256)),
            _ => Self::Leads(dice.between(1..=rows)),
        }
    }
}

/// What is looked at while a run goes on.
pub(crate) struct Watch<'a> {
    sandbox: &'a Sandbox,
    folder: &'a Folder,
    manner: Manner,
    counts: SandboxCounts,
    state_bytes: u64,
    looks: u64,
}

impl<'a> Watch<'a> {
    /// To be had just before the run is started.
    pub(crate) fn new(sandbox: &'a Sandbox, folder: &'a Folder, manner: Manner) -> Self {
        Self {
            sandbox,
            folder,
            manner,
            counts: sandbox.counts(),
            state_bytes: folder.bytes_in(manner.state),
            looks: 0,
        }
    }

    fn sees(&mut self, moment: Moment) -> bool {
        self.looks += 1;
        match moment {
            Moment::Start => true,
            Moment::Looks(looks) => self.looks >= looks,
            Moment::Requests(more) => self.sandbox.counts().requests >= self.counts.requests + more,
            Moment::Leads(more) => self.sandbox.counts().created >= self.counts.created + more,
            Moment::Results(bytes) => self.folder.bytes_in(self.manner.results) >= bytes,
            Moment::State(more) => {
                self.folder.bytes_in(self.manner.state) >= self.state_bytes + more
            }
        }
    }

    /// Kills `child` at `moment`; `None` if it was killed, or its exit code if it ended before.
    pub(crate) fn kill_at(mut self, moment: Moment, child: &mut Child) -> Option<i32> {
        self.wait(child, |watch| watch.sees(moment))
    }

    /// Waits for the end of `child`, and gives its exit code.
    pub(crate) fn wait_for_end(mut self, child: &mut Child) -> i32 {
        let code = self.wait(child, |_| false);
        code.expect("nothing else ends the wait")
    }

    fn wait(
        &mut self,
        child: &mut Child,
        mut has_come: impl FnMut(&mut Self) -> bool,
    ) -> Option<i32> {
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return Some(status.code().unwrap_or(-1));
            }
            if has_come(self) {
                child.kill().unwrap();
                child.wait().unwrap();
                return None;
            }
            if began.elapsed() > LONGEST_RUN {
                child.kill().unwrap();
                panic!("the run does not end: {}", self.folder.read("said.txt"));
            }
            std::thread::yield_now();
        }
    }
}
