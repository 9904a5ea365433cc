//! Asking for newer tokens, and what stands still meanwhile.

use tokio::time::Instant;

use crate::api::{Credentials, CredentialsError, LeadApi, Renewed};
use crate::import::upload_stage::sign_in::Line;
use crate::import::upload_stage::stage::{Gate, UploadStage};
use crate::model::Event;

impl<C: LeadApi> UploadStage<'_, C> {
    /// Why nothing may be sent with the token, if so. Asks for a newer one when it is time: only
    /// here, so that none is asked for while nothing is sent.
    pub(super) fn token_gate(&mut self) -> Option<Gate> {
        if self.sign_in.line(Instant::now()) == Line::Renew {
            self.begin_renewal();
        }
        match self.sign_in.line(Instant::now()) {
            Line::Open => None,
            Line::ClosedUntil(when) => Some(Gate::ClosedUntil(when)),
            Line::Renew | Line::Closed => Some(Gate::Closed),
        }
    }

    /// The server refused the current token.
    pub(super) fn renew_token(&mut self, words: String) {
        self.sign_in.note_refused(words);
        self.begin_renewal();
    }

    /// Asks again for a token without which nothing goes on, when it is time.
    pub(super) fn ask_again_for_token(&mut self) {
        let runs = self.around.stop.is_running();
        if runs && self.sign_in.is_to_ask_again(Instant::now()) {
            self.begin_renewal();
        }
    }

    fn begin_renewal(&mut self) {
        if let Some((credentials, need)) = self.sign_in.begin_renewal(Instant::now()) {
            self.under_way.renew(credentials, need);
        }
    }

    pub(super) fn take_renewal(
        &mut self,
        credentials: Box<Credentials>,
        renewed: Result<Renewed, CredentialsError>,
    ) {
        let times = (Instant::now(), self.give_up_after);
        match self.sign_in.end_renewal(credentials, renewed, times) {
            Ok(None) => {}
            Ok(Some(error)) => {
                let cause = std::error::Error::source(&error);
                let cause = cause.map_or_else(String::new, |cause| format!(": {cause}"));
                let words = format!("{error}{cause}; trying again");
                (self.around.on_event)(&Event::Notice(words));
                // As over any long pause, no row stays intended.
                self.take_back_intended_rows();
            }
            Err(reason) => self.around.stop.stop(reason),
        }
    }
}
