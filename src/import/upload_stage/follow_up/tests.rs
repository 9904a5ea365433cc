use super::*;

const CALM: Circumstances = Circumstances {
    tries_left: true,
    token: TokenStanding::Proven,
    created_before: true,
    is_unsettled: false,
    resending: Resending::Forbidden,
};

fn name_of(follow_up: &FollowUp) -> String {
    match follow_up {
        FollowUp::Settle { fate, problem } => {
            let code = problem.as_ref().map_or("", |problem| problem.code.as_str());
            format!("{} {code}", fate.status())
        }
        FollowUp::Repeat => "repeat".into(),
        FollowUp::RepeatWithNewToken { .. } => "new token".into(),
        FollowUp::RepeatLater => "later".into(),
        FollowUp::RepeatUnsettled => "later, unsettled".into(),
        FollowUp::LookUp(lost) => format!("look up: {}", lost.code().as_str()),
        FollowUp::Hold { .. } => "hold".into(),
        FollowUp::Stop(reason) => format!("stop: {reason}"),
    }
}

/// A run whose token is not proven and that has created nothing.
const FRESH: Circumstances = Circumstances {
    token: TokenStanding::Unproven,
    created_before: false,
    ..CALM
};

#[track_caller]
fn check(class: AnswerClass, now: Circumstances, expected: &str) {
    let shown = format!("{class:?} {now:?}");
    assert_eq!(name_of(&follow_up(class, now)), expected, "{shown}");
}

fn created(denies_success: bool) -> AnswerClass {
    let lead_id = LeadId("1".into());
    AnswerClass::Created {
        lead_id,
        created_at: None,
        denies_success,
    }
}

fn fault(status: u16) -> Doubt {
    let words = String::from("no");
    Doubt::ServerFault { status, words }
}

#[test]
fn answers_about_the_row_settle_it() {
    let refused = |status| AnswerClass::Refused {
        status,
        words: "no".into(),
        in_messages: String::new(),
    };
    check(created(false), CALM, "created ");
    check(created(true), CALM, "created server.odd_answer");
    check(AnswerClass::Taken, CALM, "look up: server.no_id");
    check(refused(422), CALM, "refused server.refused");
    check(refused(409), FRESH, "refused server.refused");
}

fn lost_by_all() -> [(Doubt, &'static str); 4] {
    let cause = String::from("reset");
    [
        (Doubt::TimedOut, "look up: server.no_answer"),
        (Doubt::Broken { cause }, "look up: server.no_answer"),
        (fault(503), "look up: server.error"),
        (fault(500), "look up: server.error"),
    ]
}

fn doubtful(doubt: Doubt) -> AnswerClass {
    AnswerClass::MayHaveArrived { doubt, pause: None }
}

#[test]
fn the_leads_of_lost_answers_are_looked_up() {
    for (doubt, expected) in lost_by_all() {
        check(doubtful(doubt.clone()), CALM, expected);
        check(doubtful(doubt), FRESH, expected);
    }
}

#[test]
fn where_keys_are_honoured_rows_are_sent_again_but_for_a_complete_500() {
    let by_key = Circumstances {
        resending: Resending::ByKey,
        ..CALM
    };
    let last_try = Circumstances {
        tries_left: false,
        ..by_key
    };
    for (doubt, looked_up) in lost_by_all() {
        let expected = if doubt == fault(500) {
            looked_up
        } else {
            "later, unsettled"
        };
        check(doubtful(doubt.clone()), by_key, expected);
        check(doubtful(doubt), last_try, looked_up);
    }
}

#[test]
fn whoever_accepts_it_sends_everything_again() {
    let accepted = Circumstances {
        resending: Resending::Accepted,
        ..CALM
    };
    for (doubt, _) in lost_by_all() {
        check(doubtful(doubt), accepted, "later, unsettled");
    }
}

#[test]
fn a_refusal_counts_only_when_no_earlier_attempt_is_open() {
    let refused = |status| AnswerClass::Refused {
        status,
        words: "no".into(),
        in_messages: String::new(),
    };
    let unsettled = Circumstances {
        is_unsettled: true,
        ..CALM
    };
    let by_key = Circumstances {
        resending: Resending::ByKey,
        ..unsettled
    };
    check(refused(422), unsettled, "look up: server.no_answer");
    check(refused(409), unsettled, "look up: server.no_answer");
    check(refused(422), by_key, "look up: server.no_answer");
    check(refused(409), by_key, "later, unsettled");
    let not_sent = AnswerClass::NotSent {
        cause: "no route".into(),
        bad_certificate: false,
    };
    let last_try = Circumstances {
        tries_left: false,
        ..unsettled
    };
    check(not_sent, last_try, "look up: server.no_answer");
}

#[test]
fn what_was_not_sent_is_tried_again_until_the_tries_are_used_up() {
    let not_sent = || {
        let cause = String::from("refused");
        AnswerClass::NotSent {
            cause,
            bad_certificate: false,
        }
    };
    let last_try = Circumstances {
        tries_left: false,
        ..CALM
    };
    check(not_sent(), CALM, "later");
    check(not_sent(), last_try, "failed server.gave_up");
    check(AnswerClass::Throttled { pause: None }, last_try, "repeat");
}

#[test]
fn the_token_is_renewed_when_it_ever_worked() {
    let refused = || AnswerClass::Unauthorised { words: "no".into() };
    let outdated = Circumstances {
        token: TokenStanding::Outdated,
        ..FRESH
    };
    check(refused(), CALM, "new token");
    check(refused(), outdated, "repeat");
    check(
        refused(),
        FRESH,
        "stop: the CRM refused the credentials (401: \"no\")",
    );
}

#[test]
fn answers_that_no_row_can_have_caused_stop_the_run() {
    let forbidden = || AnswerClass::Forbidden { words: "no".into() };
    let status = |status| AnswerClass::Unexpected {
        status,
        words: String::new(),
    };
    check(forbidden(), CALM, "hold");
    check(
        forbidden(),
        FRESH,
        "stop: the CRM forbids creating leads (403: \"no\")",
    );
    check(
        status(404),
        CALM,
        "stop: the CRM gave an answer that no lead can have caused (404)",
    );
}
