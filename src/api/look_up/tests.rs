use std::time::Duration;

use super::{Found, LeadPage, Listed, LookUpFailure, read_found, read_page};
use crate::api::classify::Answer;
use crate::model::LeadId;

fn answer(status: u16, body: &str, complete: bool) -> Answer {
    Answer {
        status,
        body: body.into(),
        complete,
        pause: Some(Duration::from_secs(3)),
    }
}

fn page_of(body: &str) -> LeadPage {
    match read_page(answer(200, body, true)) {
        Listed::Page(page) => page,
        Listed::Failed(failure) => panic!("{body}: {failure:?}"),
    }
}

fn name_of(failure: &LookUpFailure) -> &'static str {
    match failure {
        LookUpFailure::Unauthorised { .. } => "unauthorised",
        LookUpFailure::Forbidden { .. } => "forbidden",
        LookUpFailure::Throttled { .. } => "throttled",
        LookUpFailure::Unusable { .. } => "unusable",
        LookUpFailure::Unanswered { .. } => "unanswered",
        LookUpFailure::NotSent { .. } => "not sent",
    }
}

#[test]
fn every_status_of_a_look_up_has_its_class() {
    let lead = r#"{"data":{"id":7}}"#;
    let list = r#"{"data":[{"id":7}]}"#;
    for (status, is_whole, found, listed) in [
        (200, true, "found", "page"),
        (200, false, "unanswered", "unanswered"),
        (201, true, "found", "page"),
        (302, true, "unusable", "unusable"),
        (400, true, "unusable", "unusable"),
        (401, true, "unauthorised", "unauthorised"),
        (401, false, "unauthorised", "unauthorised"),
        (403, true, "forbidden", "forbidden"),
        (403, false, "unanswered", "unanswered"),
        (404, true, "gone", "unusable"),
        (404, false, "unanswered", "unanswered"),
        (408, true, "unanswered", "unanswered"),
        (410, true, "gone", "unusable"),
        (422, true, "unusable", "unusable"),
        (429, true, "throttled", "throttled"),
        (429, false, "throttled", "throttled"),
        (500, true, "unanswered", "unanswered"),
        (503, true, "unanswered", "unanswered"),
        (600, true, "unusable", "unusable"),
    ] {
        let got = match read_found(answer(status, lead, is_whole), &LeadId("7".into())) {
            Found::Lead(_) => "found",
            Found::Gone => "gone",
            Found::Unknown(failure) => name_of(&failure),
        };
        assert_eq!(got, found, "find: {status} {is_whole}");
        let got = match read_page(answer(status, list, is_whole)) {
            Listed::Page(_) => "page",
            Listed::Failed(failure) => name_of(&failure),
        };
        assert_eq!(got, listed, "list: {status} {is_whole}");
    }
}

#[test]
fn demanded_pauses_and_words_are_kept() {
    let pause = Some(Duration::from_secs(3));
    let failed = |status, body| read_page(answer(status, body, true));
    assert_eq!(
        failed(429, ""),
        Listed::Failed(LookUpFailure::Throttled { pause })
    );
    assert!(matches!(
        failed(503, ""),
        Listed::Failed(LookUpFailure::Unanswered { pause: kept, .. }) if kept == pause
    ));
    let why = "the answer is 422: \"The selected sort_by is invalid.\"".into();
    assert_eq!(
        failed(422, r#"{"message":"The selected sort_by is invalid."}"#),
        Listed::Failed(LookUpFailure::Unusable { why })
    );
}

#[test]
fn the_sandboxs_list_is_read() {
    let page = page_of(include_str!(
        "../../../fixtures/api/lead_list_framework.json"
    ));
    assert_eq!((page.total, page.is_last), (Some(2), false));
    let ids: Vec<_> = page.leads.iter().map(|lead| lead.id.0.as_str()).collect();
    assert_eq!(ids, ["3"]);
    assert_eq!(page.leads[0].shown("email").unwrap(), "BOB@example.com");
    assert_eq!(page.leads[0].shown("lead_status_id").unwrap(), 1);
}

#[test]
fn the_last_page_is_known_in_every_style() {
    for (rest, is_last) in [
        // Nothing says that there is no more.
        ("", false),
        (r#","meta":null"#, false),
        (r#","meta":[]"#, false),
        (r#","links":{"next":null}"#, true),
        (r#","meta":{"current_page":1,"last_page":2}"#, false),
        (r#","meta":{"current_page":2,"last_page":2}"#, true),
        (r#","meta":{"current_page":"3","last_page":"2"}"#, true),
        (r#","meta":{"current_page":1}"#, false),
        (r#","meta":{},"links":{"next":null}"#, true),
        (r#","meta":{},"links":{"next":"https://x"}"#, false),
        (r#","meta":{},"links":{}"#, false),
        (r#","meta":{"has_more":false,"cursor":null}"#, true),
        (r#","meta":{"has_more":true,"cursor":"abc"}"#, false),
        (
            r#","meta":{"current_page":1,"last_page":9},"links":{"next":null}"#,
            true,
        ),
    ] {
        let page = page_of(&format!(r#"{{"data":[{{"id":1}}]{rest}}}"#));
        assert_eq!(page.is_last, is_last, "{rest}");
    }
    let empty = page_of(r#"{"data":[],"meta":{"current_page":1,"last_page":9,"total":"12"}}"#);
    assert!(empty.is_last);
    assert_eq!(empty.total, Some(12));
}

#[test]
fn what_is_no_list_of_leads_is_unusable() {
    for body in [
        "",
        "[]",
        "<html>",
        "{}",
        r#"{"data":null}"#,
        r#"{"data":{"id":1}}"#,
        r#"{"data":[{"id":1},{"last_name":"Doe"}]}"#,
        r#"{"data":[{"id":1}"#,
    ] {
        let Listed::Failed(failure) = read_page(answer(200, body, true)) else {
            panic!("{body} was read");
        };
        assert_eq!(name_of(&failure), "unusable", "{body}");
    }
}

#[test]
fn only_the_lead_that_was_asked_for_is_found() {
    let find = |body| read_found(answer(200, body, true), &LeadId("7".into()));
    for body in [
        r#"{"data":{"id":7}}"#,
        r#"{"success":"x","data":{"id":"7"}}"#,
    ] {
        assert!(matches!(find(body), Found::Lead(lead) if lead.id.0 == "7"));
    }
    for body in [r#"{"data":{"id":8}}"#, r#"{"data":[{"id":7}]}"#, "{}"] {
        let Found::Unknown(failure) = find(body) else {
            panic!("{body} was read");
        };
        assert_eq!(name_of(&failure), "unusable", "{body}");
    }
}
