//! The first rows under a mapping: what is refused again and again is the mapping's fault. Pure.

use crate::api::AnswerClass;
use crate::import::stop::StopReason;

/// So many equal refusals, or answers that say neither yes nor no, in a row end the trial.
const ANSWERS_IN_A_ROW: u32 = 20;

/// Watches the answers until the ledger holds a lead that was created under the mapping.
///
/// A wrong tenant or a required field that nobody knows of makes the server refuse every row with the
/// same words, and a login page answers 200 to everything: the run stops before that
/// happens to the whole file. Rows whose same body was refused before do not count, so that the same
/// command gets further each time.
#[derive(Debug)]
pub(super) struct Trial {
    is_on: bool,
    refusal: Option<(u16, String)>,
    refused: u32,
    unreadable: u32,
}

impl Trial {
    /// `is_on`: no lead was created under the mapping yet, and the user wants to know.
    pub(super) fn new(is_on: bool) -> Self {
        Self {
            is_on,
            refusal: None,
            refused: 0,
            unreadable: 0,
        }
    }

    /// A lead was created: the mapping works.
    pub(super) fn pass(&mut self) {
        self.is_on = false;
    }

    /// How many requests may be in flight: with more, more rows would be refused than are needed to know.
    pub(super) fn slots(&self) -> usize {
        if self.is_on {
            let answers = self.refused.max(self.unreadable).min(ANSWERS_IN_A_ROW - 1);
            (ANSWERS_IN_A_ROW - answers) as usize
        } else {
            usize::MAX
        }
    }

    /// Takes the answer to a row; `is_known`: its same body was refused before.
    pub(super) fn note(&mut self, answer: &AnswerClass, is_known: bool) -> Option<StopReason> {
        if !self.is_on || is_known {
            return None;
        }
        match answer {
            AnswerClass::Refused {
                status,
                words,
                in_messages,
            } => {
                let is_over = self.note_refusal(*status, words);
                // The reason is told, and kept in the ledger.
                is_over.then(|| StopReason::TrialFailed {
                    refusals: self.refused,
                    status: *status,
                    words: in_messages.clone(),
                })
            }
            AnswerClass::Taken => {
                self.note_other_than_refusal();
                self.unreadable += 1;
                (self.unreadable >= ANSWERS_IN_A_ROW).then_some(StopReason::Unreadable {
                    answers: self.unreadable,
                })
            }
            AnswerClass::Created { .. } => {
                self.pass();
                None
            }
            _ => None,
        }
    }

    /// Whether it is one too many.
    fn note_refusal(&mut self, status: u16, words: &str) -> bool {
        self.unreadable = 0;
        let refusal = (status, without_values(words));
        if self.refusal.as_ref() == Some(&refusal) {
            self.refused += 1;
        } else {
            self.refused = 1;
            self.refusal = Some(refusal);
        }
        self.refused >= ANSWERS_IN_A_ROW
    }

    fn note_other_than_refusal(&mut self) {
        self.refused = 0;
        self.refusal = None;
    }
}

/// Numbers differ from row to row where words do not.
fn without_values(words: &str) -> String {
    words.replace(|character: char| character.is_ascii_digit(), "")
}

#[cfg(test)]
mod tests {
    use super::{ANSWERS_IN_A_ROW, Trial};
    use crate::api::AnswerClass;
    use crate::model::LeadId;

    fn refused(words: &str) -> AnswerClass {
        AnswerClass::Refused {
            status: 422,
            words: words.into(),
            in_messages: "for messages".into(),
        }
    }

    fn created() -> AnswerClass {
        AnswerClass::Created {
            lead_id: LeadId("1".into()),
            created_at: None,
            denies_success: false,
        }
    }

    /// The number of the answer that ends the trial.
    fn ends_with(answers: impl IntoIterator<Item = (AnswerClass, bool)>) -> Option<usize> {
        let mut trial = Trial::new(true);
        let mut answers = answers.into_iter().zip(1..);
        answers
            .find(|((answer, is_known), _)| trial.note(answer, *is_known).is_some())
            .map(|(_, number)| number)
    }

    #[test]
    fn twenty_equal_answers_in_a_row_end_the_trial() {
        let equal = |answer: AnswerClass| std::iter::repeat_n((answer, false), 30);
        let but = |answer, others: AnswerClass| {
            let before = std::iter::repeat_n((others, false), 19);
            before.chain([(answer, false)]).cycle().take(100)
        };
        assert_eq!(ends_with(equal(refused("no"))), Some(20));
        assert_eq!(ends_with(equal(AnswerClass::Taken)), Some(20));
        assert_eq!(ends_with(but(refused("else"), refused("no"))), None);
        assert_eq!(ends_with(but(AnswerClass::Taken, refused("no"))), None);
        assert_eq!(ends_with(but(refused("no"), AnswerClass::Taken)), None);
        assert_eq!(
            ends_with([(created(), false)].into_iter().chain(equal(refused("no")))),
            None
        );
        let numbered = (0..30).map(|row| (refused(&format!("source {row} is unknown")), false));
        assert_eq!(ends_with(numbered), Some(20));
        let known = std::iter::repeat_n((refused("no"), true), 30);
        assert_eq!(ends_with(known), None, "nothing new");
        let pauses = equal(refused("no"))
            .flat_map(|answer| [answer, (AnswerClass::Throttled { pause: None }, false)]);
        assert_eq!(ends_with(pauses), Some(39), "says nothing of rows");
    }

    #[test]
    fn no_more_rows_are_refused_than_are_needed_to_know() {
        let mut trial = Trial::new(true);
        let (mut sent, mut refusals) = (0, 0);
        loop {
            while sent - refusals < trial.slots() {
                sent += 1;
            }
            refusals += 1;
            if let Some(stop) = trial.note(&refused("no"), false) {
                let told = "the first 20 rows were refused alike (422: \"for messages\")";
                assert_eq!(stop.to_string(), told);
                break;
            }
        }
        assert_eq!(sent, ANSWERS_IN_A_ROW as usize);
        trial.pass();
        assert_eq!(trial.slots(), usize::MAX);
    }
}
