use bytes::Bytes;
use hyper::http::uri::PathAndQuery;
use secrecy::SecretString;
use serde_json::json;

use super::{Kind, Sent, quotable};
use crate::api::answer_words::{words_for_messages_of, words_of};
use crate::api::credentials::{Credentials, TokenSource};
use crate::api::token::Token;

fn token(secret: &str) -> Token {
    let source = TokenSource::Given(SecretString::from(secret.to_owned()));
    Credentials::load(source).unwrap().token().clone()
}

/// What is left of `words` when the usual row was sent: in results, and in messages.
fn left_of(status: u16, kind: Kind, words: &str) -> (String, String) {
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
        kind,
    };
    let body = json!({ "message": words }).to_string();
    let token = token("s3cret/token+x=");
    let left = quotable(status, body.as_bytes(), &token, &sent);
    (words_of(&left), words_for_messages_of(&left))
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
            "user ADA at example.com, not adamant",
            "user (redacted) at (redacted), not adamant",
        ),
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
        let both = (left.to_owned(), left.to_owned());
        assert_eq!(left_of(403, Kind::Create, words), both, "{words}");
        assert_eq!(left_of(422, Kind::Other, words), both, "{words}");
        assert_eq!(left_of(500, Kind::Other, words), both, "{words}");
        let (_, in_messages) = left_of(422, Kind::Create, words);
        assert_eq!(in_messages, left, "{words}");
    }
}

#[test]
fn no_form_hides_a_value_from_messages() {
    for (words, left) in [
        ("ada%40example.com is taken", "(redacted) is taken"),
        ("?email=ada%2540example.com&x", "(redacted)"),
        (
            "%C3%96zg%C3%BCr or %c3%96ZG%c3%9cR",
            "(redacted) or (redacted)",
        ),
        ("phone=%2b905321234567", "phone=%2b(redacted)"),
        ("bob%40example.com", "(redacted)"),
        (r"mail bob\u0040example.com", "mail (redacted)"),
        ("mail bob&#64;example.com", "mail (redacted)"),
        ("mail bob&#x40;example.com", "mail (redacted)"),
        ("&#214;zg&#xFC;r &amp; Co.", "(redacted) & Co."),
        ("q=Wants+to%20be+called", "q=(redacted)"),
        (
            "%22first_name%22%3A%22Lee%22",
            "\"first_name\":\"(redacted)\"",
        ),
        ("100% of 5%20 R&amp;D", "100% of 5%20 R&amp;D"),
        ("a\\/b \\u00fc", "a\\/b \\u00fc"),
    ] {
        let (_, in_messages) = left_of(422, Kind::Create, words);
        assert_eq!(in_messages, left, "{words}");
        let (_, in_messages) = left_of(404, Kind::Create, words);
        assert_eq!(in_messages, left, "{words}");
    }
}

#[test]
fn results_keep_the_servers_words_but_for_the_token() {
    for (words, left) in [
        (
            "ada@example.com is taken, s3cret/token+x=",
            "ada@example.com is taken, (redacted)",
        ),
        ("Bearer%20s3cret/token+x=", "Bearer%20(redacted)"),
        ("Bearer%20s3cret%2Ftoken%2Bx%3D.", "Bearer (redacted)."),
        ("Bearer%20s3cret%2ftoken+x%3d", "Bearer (redacted)"),
        ("Bearer_s3cret%252Ftoken%252Bx%253D", "Bearer_(redacted)"),
        (r"Bearer s3cret\/token\u002bx=", "Bearer (redacted)"),
        ("Bearer s3cret&#x2F;token+x&#61;", "Bearer (redacted)"),
        ("%73%33%63ret/token+x=", "(redacted)"),
        ("xs3cret/token+x=y", "x(redacted)y"),
        ("s3cret/token+...", "(redacted)..."),
        (
            "ada%40example.com &amp; 100%25",
            "ada%40example.com &amp; 100%25",
        ),
    ] {
        let (in_results, in_messages) = left_of(422, Kind::Create, words);
        assert_eq!(in_results, left, "{words}");
        assert!(!in_messages.contains("token"), "{in_messages}");
    }
}

#[test]
fn a_search_term_is_a_value_too() {
    let target = PathAndQuery::from_static("/v1/leads?search=Lovelace%20Ada&per_page=100");
    let sent = Sent {
        target: Some(target),
        body: Bytes::new(),
        kind: Kind::Other,
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
            kind: Kind::Other,
        };
        quotable(403, body.as_bytes(), &token("t"), &sent);
    }
}
