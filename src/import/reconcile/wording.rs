//! What is said of a row that stays in doubt: what happened, what to look for, and what to say then.

use super::contact::{SearchKind, searches_for};
use super::open_row::{Candidate, Undecided};
use crate::model::shorten;

/// A whole sentence. `what` happened; `why` it stays open, once somebody has looked; `body` is what was
/// sent, if it is known, and `address` what commands call the row, if they can.
pub(in crate::import) fn doubt_sentence(
    what: &str,
    why: Option<&Undecided>,
    body: Option<&[u8]>,
    address: Option<&str>,
) -> String {
    let reason = why.map(words_of);
    let reason = reason.map_or_else(String::new, |words| format!("; {words}"));
    let contacts = body
        .map(contacts_of)
        .filter(|contacts| !contacts.is_empty());
    let wanted = contacts.map_or_else(|| "it".to_owned(), |by| format!("a lead {by}"));
    let advice = address.map_or_else(String::new, |address| {
        format!(
            ", then say `leadferry runs settle {address} --created ID` (it is never sent again) or \
             `--absent` (the next run sends it)"
        )
    });
    format!("{what}{reason}: look in the CRM for {wanted}{advice}")
}

/// What a lead can be found by.
fn contacts_of(body: &[u8]) -> String {
    let searches = searches_for(body);
    let words = searches
        .iter()
        .map(|(kind, term)| format!("with {} `{}`", name_of(*kind), shorten(term)));
    words.collect::<Vec<_>>().join(" or ")
}

fn name_of(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::Email => "the e-mail",
        SearchKind::Phone => "the phone",
        SearchKind::LastName => "the last name",
    }
}

fn words_of(why: &Undecided) -> String {
    match why {
        Undecided::NotLookedUp(reason) => format!("it was not looked up: {reason}"),
        Undecided::Unproven => {
            "it was not found, and nothing proved that the CRM would show it".into()
        }
        Undecided::TakenNotFound => "it was not found".into(),
        Undecided::Candidate(candidate) => words_of_candidate(candidate),
    }
}

fn words_of_candidate(candidate: &Candidate) -> String {
    let shared = match candidate.shared {
        "email" => "e-mail",
        "phone_number" => "phone",
        _ => "name",
    };
    let differing = candidate.differing.iter().map(|name| format!("`{name}`"));
    let but = if candidate.is_hidden {
        "does not show"
    } else {
        "differs in"
    };
    format!(
        "lead `{}` has the same {shared} and may be it, but {but} {}",
        candidate.id,
        differing.collect::<Vec<_>>().join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::doubt_sentence;
    use super::{Candidate, Undecided};
    use crate::model::LeadId;

    #[test]
    fn a_row_in_doubt_says_what_to_look_for_and_what_to_say_then() {
        let body = br#"{"last_name":"Doe","email":"doe@example.com"}"#;
        let candidate = Undecided::Candidate(Candidate {
            id: LeadId("12".into()),
            shared: "email",
            differing: vec!["phone_number", "message"],
            is_hidden: false,
        });
        let then = ", then say `leadferry runs settle k7:3 --created ID` (it is never sent again) \
                    or `--absent` (the next run sends it)";
        for (why, body, address, expected) in [
            (
                Some(candidate),
                Some(&body[..]),
                Some("k7:3"),
                format!(
                    "no answer came; lead `12` has the same e-mail and may be it, but differs in \
                     `phone_number`, `message`: look in the CRM for a lead with the e-mail \
                     `doe@example.com`{then}"
                ),
            ),
            (
                Some(Undecided::NotLookedUp("the run was stopped".into())),
                None,
                None,
                "no answer came; it was not looked up: the run was stopped: look in the CRM for it"
                    .into(),
            ),
            (
                None,
                None,
                Some("k7:3"),
                format!("no answer came: look in the CRM for it{then}"),
            ),
        ] {
            let got = doubt_sentence("no answer came", why.as_ref(), body, address);
            assert_eq!(got, expected);
        }
    }
}
