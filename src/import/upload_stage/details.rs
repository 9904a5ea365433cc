//! What the stage tells whoever looks closely.

use std::time::Duration;

use crate::api::{LeadApi, Renewed};
use crate::import::upload_stage::attempts::Arrival;
use crate::import::upload_stage::journal::Committed;
use crate::import::upload_stage::stage::UploadStage;
use crate::model::{Detail, Event};

/// A commit that takes longer is worth a word: disks need milliseconds.
const SLOW_COMMIT: Duration = Duration::from_millis(500);

impl<C: LeadApi> UploadStage<'_, C> {
    /// Tells of news before it is taken in.
    pub(super) fn tell_detail(&self, news: &Arrival) {
        let detail = match news {
            Arrival::Answer(attempt, class) => Detail::Attempt {
                row: attempt.row.row_number,
                attempt: attempt.row.attempts,
                came_to: class.name(),
                status: class.status(),
                took: self.now().saturating_sub(attempt.sent),
                token: attempt.token_generation,
            },
            Arrival::LookedUp(looked_up) => Detail::LookUp {
                asked: looked_up.asked,
                came_to: match &looked_up.answer {
                    Ok(_) => "answered",
                    Err(failure) => failure.name(),
                },
                took: looked_up.took,
                token: looked_up.token_generation,
            },
            Arrival::Probe(probed) => Detail::Probe {
                came_to: probed.name(),
            },
            Arrival::Renewal(credentials, renewed) => Detail::Renewal {
                token: credentials.token().generation(),
                is_newer: matches!(renewed, Ok(Renewed::Newer)),
            },
        };
        (self.around.on_event)(&Event::Detail(detail));
    }

    /// Tells of a commit that was not as commits usually are.
    pub(super) fn tell_of_commit(&self, committed: &Committed) {
        let took = committed.took;
        if committed.failure.is_some() {
            (self.around.on_event)(&Event::Detail(Detail::FailedCommit { took }));
        } else if took > SLOW_COMMIT {
            (self.around.on_event)(&Event::Detail(Detail::SlowCommit { took }));
        }
    }
}
