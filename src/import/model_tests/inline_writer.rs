//! The writer of the ledger, called inline: a thread in a sync would let the paused clock run ahead.

use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

use crate::import::ledger_stage::LedgerStage;
use crate::import::upload_stage::CommitRequest;

use super::process::Run;
use super::scenario::Trouble;

impl Run<'_> {
    /// Writes one group after the other, each at its time, until there are no more or the process
    /// dies of one.
    pub(super) async fn write(
        &self,
        mut stage: LedgerStage<'_>,
        mut requests: Receiver<CommitRequest>,
    ) {
        while let Some((group, answer)) = requests.recv().await {
            let (began, number) = (Instant::now(), self.killer.next_write());
            let slowest = self.house.scenario.slowest_write;
            self.dawdle(("write", number), slowest).await;
            self.spoil(&stage, number);
            let moment = self.killer.moment_of_next_write();
            let noted = group.clone();
            let written = self.killer.durably(|| stage.write(group));
            if !matches!(written, Some(Err(_))) {
                let mut world = self.house.crm.world();
                world.note_write(&noted, moment);
            }
            let Some(written) = written else {
                return std::future::pending().await;
            };
            self.dawdle(("written", number), slowest).await;
            let took = began.elapsed();
            self.house.crm.world().witness.note_commit(took);
            answer.send(written).unwrap();
            if self.killer.durably(|| stage.tidy()).is_none() {
                return std::future::pending().await;
            }
        }
    }

    /// Takes the room away when the time has come.
    fn spoil(&self, stage: &LedgerStage<'_>, write: u64) {
        let connection = stage.ledger().connection();
        match self.life.trouble {
            Trouble::FullDisk {
                from_write,
                spare_pages,
            } if write == from_write => {
                let pages = |row: &rusqlite::Row<'_>| row.get::<_, u32>(0);
                let count = connection.query_row("PRAGMA page_count", [], pages);
                let most = count.unwrap() + spare_pages;
                connection
                    .pragma_update_and_check(None, "max_page_count", most, pages)
                    .unwrap();
            }
            Trouble::LostLedger { from_write } if write == from_write => {
                connection.pragma_update(None, "query_only", true).unwrap();
            }
            _ => {}
        }
    }
}
