//! Makes the reference sources that are missing, each once.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::{AnswerClass, ApiClient, LookUpFailure, Token};
use crate::import::names::asking::Asking;
use crate::import::names::names_error::{Asked, NamesError, in_words};
use crate::import::names::new_names::{NewName, NewNames};
use crate::import::names::reading::read_list;
use crate::import::plan::ImportPlan;
use crate::mapping::NameLists;
use crate::model::{Allowance, NameEntry, NameList};
use crate::pacing::BackOff;

/// A name whose answers are lost is tried for so often.
const TRIES: u32 = 3;

/// The list is read again after so long at most, while a lost request may still take effect.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What one attempt to make a source came to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Made {
    /// It was made and has this id.
    Id(i64),
    /// It was made, and the list must tell its id.
    Taken,
    /// There may be one already, or nobody knows: the list must tell.
    Lost(String),
    /// The CRM will not have it.
    Refused { status: u16, words: String },
}

/// Makes every name of `new` in the CRM, after saying so, and gives the mapping their ids. From then on a
/// name that is missing is a problem of its row.
///
/// No name is made twice: where an answer is lost the list is read again, until a request that is `settle`
/// old shows nowhere. Returns what the last answer told of the server's limit, if anything was asked.
pub(in crate::import) async fn make_missing(
    plan: &mut ImportPlan,
    new: Option<&NewNames>,
    settle: Duration,
    asking: &mut Asking<'_>,
) -> Result<Option<Allowance>, NamesError> {
    let Some(lists) = plan.mapping.name_lists() else {
        return Ok(None);
    };
    let mut lists = lists.clone().letting_missing_pass(false);
    let mut told = None;
    if let Some(new) = new.filter(|new| !new.names().is_empty()) {
        let words = new.in_words();
        asking.tell(format!("the CRM lacks {words}; making what is lacking"));
        let list = new.look_up().list;
        // Somebody else may have made some of them while the file was read.
        lists.put(list, read_list(asking, list).await?);
        for name in new.names() {
            if !lists.has(list, &name.name) {
                make(name, (list, &mut lists), settle, asking).await?;
            }
        }
        told = Some(asking.allowance());
    }
    plan.mapping.look_up_in(lists);
    Ok(told)
}

/// Makes one of them, and takes its id or the list with it in.
async fn make(
    new: &NewName,
    (list, lists): (NameList, &mut NameLists),
    settle: Duration,
    asking: &mut Asking<'_>,
) -> Result<(), NamesError> {
    let NewName { name, row } = new;
    let mut tries = 0;
    loop {
        tries += 1;
        let made = attempt(name, asking).await?;
        let (may_try_again, what) = match made {
            Made::Id(id) => {
                let (name, other) = (name.clone(), None);
                lists.add_new(list, NameEntry { id, name, other });
                return Ok(());
            }
            Made::Refused { status, words } => {
                // Somebody else has just made it, and a name must not be there twice.
                lists.put(list, read_list(asking, list).await?);
                if lists.has(list, name) {
                    return Ok(());
                }
                return Err(NamesError::Refused {
                    row: *row,
                    status,
                    words,
                });
            }
            Made::Taken => (false, "its answer has no id".to_owned()),
            Made::Lost(what) => (tries < TRIES, what),
        };
        asking.tell(format!(
            "the CRM does not say whether it has made a reference source ({what}); looking for it in its list"
        ));
        if has_appeared(name, (list, lists), settle, asking).await? {
            return Ok(());
        }
        if !may_try_again {
            return Err(NamesError::Doubtful { row: *row, what });
        }
    }
}

/// Asks once for a source of this name, unless the request is not looked at.
async fn attempt(name: &str, asking: &mut Asking<'_>) -> Result<Made, NamesError> {
    let request = async |client: &ApiClient, token: &Token| {
        let made = client.create_reference_source(name, token).await;
        made.map(judge)
    };
    asking.ask(Asked::NewSource, request).await
}

/// Reads the list again until it shows `name`, or until `settle` has passed.
async fn has_appeared(
    name: &str,
    (list, lists): (NameList, &mut NameLists),
    settle: Duration,
    asking: &mut Asking<'_>,
) -> Result<bool, NamesError> {
    let settled = Instant::now() + settle;
    let mut back_off = BackOff::up_to(LOOK_AGAIN);
    loop {
        let is_last = Instant::now() >= settled;
        lists.put(list, read_list(asking, list).await?);
        if lists.has(list, name) || is_last {
            return Ok(lists.has(list, name));
        }
        let next = Instant::now() + back_off.next_wait(None);
        asking.rest_until(next.min(settled)).await?;
    }
}

/// Says what an answer to the request for a new source comes to; an error where it was not looked at.
fn judge(answer: AnswerClass) -> Result<Made, LookUpFailure> {
    match answer {
        AnswerClass::Created { lead_id, .. } => {
            let id = lead_id.0.trim().parse();
            Ok(id.map_or(Made::Taken, Made::Id))
        }
        AnswerClass::Taken => Ok(Made::Taken),
        AnswerClass::Refused { status: 409, .. } => Ok(Made::Lost("its answer was 409".to_owned())),
        AnswerClass::Refused {
            status,
            in_messages: words,
            ..
        }
        | AnswerClass::Unexpected { status, words } => Ok(Made::Refused { status, words }),
        AnswerClass::MayHaveArrived { doubt, .. } => Ok(Made::Lost(in_words(&doubt))),
        AnswerClass::Unauthorised { words } => Err(LookUpFailure::Unauthorised { words }),
        AnswerClass::Forbidden { words } => Err(LookUpFailure::Forbidden { words }),
        AnswerClass::Throttled { pause } => Err(LookUpFailure::Throttled { pause }),
        AnswerClass::NotSent {
            cause,
            bad_certificate,
        } => Err(LookUpFailure::NotSent {
            cause,
            bad_certificate,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Doubt;
    use crate::model::LeadId;

    #[test]
    fn each_answer_says_whether_the_source_was_made() {
        let created = |id: &str| AnswerClass::Created {
            lead_id: LeadId(id.into()),
            created_at: None,
            denies_success: false,
        };
        let refused = |status| AnswerClass::Refused {
            status,
            words: "no, Ada".into(),
            in_messages: "no".into(),
        };
        let doubt = Doubt::TimedOut;
        let lost = |what: &str| Ok(Made::Lost(what.into()));
        for (answer, expected) in [
            (created("12"), Ok(Made::Id(12))),
            (created("obj_1"), Ok(Made::Taken)),
            (AnswerClass::Taken, Ok(Made::Taken)),
            (
                refused(422),
                Ok(Made::Refused {
                    status: 422,
                    words: "no".into(),
                }),
            ),
            (refused(409), lost("its answer was 409")),
            (
                AnswerClass::MayHaveArrived { doubt, pause: None },
                lost("no answer came in time"),
            ),
            (
                AnswerClass::Throttled { pause: None },
                Err(LookUpFailure::Throttled { pause: None }),
            ),
        ] {
            assert_eq!(judge(answer.clone()), expected, "{answer:?}");
        }
    }
}
