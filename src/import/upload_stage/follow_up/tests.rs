use super::*;

const CALM: Circumstances = Circumstances {
    tries_left: true,
    token: TokenStanding::Proven,
    created_before: true,
};

fn name_of(follow_up: &FollowUp) -> String {
    match follow_up {
        FollowUp::Settle { fate, problem } => {
            let code = problem.as_ref().map_or("", |problem| problem.code.as_str());
            format!("{} {code}", fate.status())
        }
        FollowUp::Repeat => "repeat".into(),
        FollowUp::RepeatAfterPause(pause) => format!("pause {pause:?}"),
        FollowUp::RepeatWithNewToken { .. } => "new token".into(),
        FollowUp::RepeatLater => "later".into(),
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
    };
    check(created(false), CALM, "created ");
    check(created(true), CALM, "created server.odd_answer");
    check(AnswerClass::Taken, CALM, "in_doubt server.no_id");
    check(refused(422), CALM, "refused server.refused");
    check(refused(409), FRESH, "refused server.refused");
}

#[test]
fn lost_answers_leave_the_row_in_doubt() {
    let doubt = |doubt| AnswerClass::MayHaveArrived { doubt, pause: None };
    let broken = Doubt::Broken {
        cause: "reset".into(),
    };
    check(doubt(Doubt::TimedOut), CALM, "in_doubt server.no_answer");
    check(doubt(broken), CALM, "in_doubt server.no_answer");
    check(doubt(fault(503)), CALM, "in_doubt server.error");
    check(doubt(fault(500)), FRESH, "in_doubt server.error");
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
    let pause = Some(Duration::from_secs(3));
    check(not_sent(), CALM, "later");
    check(not_sent(), last_try, "failed server.gave_up");
    check(AnswerClass::Throttled { pause }, last_try, "pause Some(3s)");
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
