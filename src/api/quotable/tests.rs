use bytes::Bytes;
use hyper::http::uri::PathAndQuery;
use secrecy::SecretString;
use serde_json::json;

use super::{Sent, quotable};
use crate::api::answer_words::words_of;
use crate::api::credentials::{Credentials, TokenSource};
use crate::api::token::Token;

fn token(secret: &str) -> Token {
    let source = TokenSource::Given(SecretString::from(secret.to_owned()));
    Credentials::load(source).unwrap().token().clone()
}

/// What is left of `words` when the usual row was sent.
fn left_of(status: u16, words: &str) -> String {
    let body = json!({
        "last_name": "Özgür",
        "first_name": "Lee",
        "email": "ada@example.com",
        "phone_number": "+905321234567",
        "description": "Wants to be called back on a Monday, never on a Tuesday",
        "lead_status_id": 1,
    });
    let sent = Sent {
        target: None,
        body: body.to_string().into(),
    };
    let body = json!({ "message": words }).to_string();
    let token = token("s3cret/token+x=");
    let left = quotable(status, body.as_bytes(), &token, &sent);
    words_of(&left)
}

#[test]
fn messages_are_rid_of_what_was_sent_and_of_what_looks_personal() {
    for (words, left) in [
        ("token expired", "token expired"),
        ("bad token s3cret/token+x=!", "bad token (redacted)!"),
        ("bad token S3CRET/TOKEN+X=!", "bad token (redacted)!"),
        ("s3cret\\/token+x= is bad", "(redacted) is bad"),
        ("lead ÖZGÜR exists", "lead (redacted) exists"),
        ("\"\\u00d6zg\\u00fcr\" exists", "\"(redacted)\" exists"),
        ("Lee sleeps", "(redacted) sleeps"),
        ("fleet of Leeds", "fleet of Leeds"),
        ("who is ada@example.com?", "who is (redacted)?"),
        (
            "mail to <bob@example.com>, please",
            "mail to (redacted) please",
        ),
        ("+90 532 123 45 67 is taken", "(redacted) is taken"),
        ("call 0532-1234567.", "call (redacted)."),
        ("lead 1,234 of 99999", "lead 1,234 of 99999"),
        (
            "text 'Wants to be called ba...' too long",
            "text '(redacted)...' too long",
        ),
        (
            "key aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8",
            "key (redacted)",
        ),
    ] {
        assert_eq!(left_of(403, words), left, "{words}");
    }
}

#[test]
fn results_keep_the_servers_words_but_for_the_token() {
    let words = "ada@example.com is taken, s3cret/token+x=";
    assert_eq!(left_of(422, words), "ada@example.com is taken, (redacted)");
}

#[test]
fn a_search_term_is_a_value_too() {
    let target = PathAndQuery::from_static("/v1/leads?search=Lovelace%20Ada&per_page=100");
    let sent = Sent {
        target: Some(target),
        body: Bytes::new(),
    };
    let left = quotable(
        404,
        b"nothing for lovelace ada in 100",
        &token("t0k"),
        &sent,
    );
    assert_eq!(words_of(&left), "nothing for (redacted) in 100");
}

#[test]
fn any_bytes_can_be_quoted() {
    for body in [
        "\\",
        "\\u12",
        "\\ud83d\\ude00 x",
        "\\ud83d",
        "ü\\ü",
        "+",
        "123456",
    ] {
        let sent = Sent {
            target: None,
            body: Bytes::new(),
        };
        quotable(403, body.as_bytes(), &token("t"), &sent);
    }
}
