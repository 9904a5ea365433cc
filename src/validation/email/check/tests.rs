use proptest::prelude::*;

use super::*;

/// What the server's own code says of many addresses, ordinary and strange.
const VECTORS: &str = include_str!("../../../../fixtures/validation/email_vectors.tsv");

/// Kind, address and whether the server takes it.
fn vectors() -> impl Iterator<Item = (&'static str, String, bool)> {
    VECTORS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let [kind, escaped, verdict] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("not a vector: {line}");
            };
            let address = serde_json::from_str(&format!("\"{escaped}\"")).unwrap();
            (kind, address, verdict == "accepted")
        })
}

#[test]
fn addresses_are_judged_as_the_server_judges_them() {
    let differences: Vec<_> = vectors()
        .filter(|(_, address, _)| address.chars().count() <= MAX_LENGTH)
        .filter(|(_, address, accepted)| {
            check_email(address, EmailLevel::Server).is_ok() != *accepted
        })
        .collect();
    assert_eq!(differences, []);
}

/// What another library says of many addresses at the level that mail can reach.
const DELIVERABLE_VECTORS: &str =
    include_str!("../../../../fixtures/validation/deliverable_vectors.tsv");

#[test]
fn deliverable_is_what_email_validator_takes_and_the_server_too() {
    let mut differences = Vec::new();
    let lines = DELIVERABLE_VECTORS.lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let (escaped, verdict) = line.split_once('\t').unwrap();
        let address: String = serde_json::from_str(&format!("\"{escaped}\"")).unwrap();
        // It takes more than 64 bytes before the `@`, which RFC 5321 forbids, unless it is asked to be strict.
        let is_long = address
            .split('@')
            .next()
            .is_some_and(|local| local.len() > 64);
        let server_takes = check_email(&address, EmailLevel::Server).is_ok();
        let expected = verdict == "accepted" && server_takes && !is_long;
        let found = check_email(&address, EmailLevel::Deliverable);
        if found.is_ok() != expected {
            differences.push((address, expected, found));
        }
    }
    assert!(
        differences.is_empty(),
        "{}: {differences:#?}",
        differences.len()
    );
}

#[test]
fn there_are_vectors_of_every_kind() {
    for (wanted, at_least) in [
        ("ordinary", 30),
        ("usual_error", 50),
        ("odd", 150),
        ("random", 1000),
    ] {
        let count = vectors().filter(|(kind, ..)| *kind == wanted).count();
        assert!(count >= at_least, "{wanted}: {count}");
    }
}

#[test]
fn ordinary_addresses_are_fine_at_both_levels() {
    for address in [
        "jane@example.com",
        "Jane.Doe+news@mail.example.co.uk",
        "o'neill@example.com",
        "jane@münchen.example",
        "用户@例子.example",
        "jane@xn--mnchen-3ya.de",
        "JANE@EXAMPLE.COM",
        "a/b=c@example.com",
    ] {
        for level in [EmailLevel::Server, EmailLevel::Deliverable] {
            assert_eq!(check_email(address, level), Ok(None), "{address}");
        }
    }
}

/// Address, code and predicate.
const USUAL_ERRORS: &[(&str, Code, &str)] = &[
    ("", Code::EmailNoAtSign, "has no `@`"),
    ("jane.example.com", Code::EmailNoAtSign, "has no `@`"),
    (
        "@example.com",
        Code::EmailNoLocalPart,
        "has nothing before the `@`",
    ),
    ("jane@", Code::EmailNoDomain, "has nothing after the `@`"),
    (
        "jane@@example.com",
        Code::EmailInvalid,
        "has two `@` in a row",
    ),
    (
        "a@b@example.com",
        Code::EmailInvalid,
        "has more than one `@`",
    ),
    (
        "jane doe@example.com",
        Code::EmailInvalid,
        "has a space or tab before the `@`",
    ),
    (
        "jane@exam ple.com",
        Code::EmailInvalid,
        "has white space after the `@`",
    ),
    (
        "jane@example.com, joe@example.com",
        Code::EmailInvalid,
        "has `,` after the `@`",
    ),
    (
        "jane,doe@example.com",
        Code::EmailInvalid,
        "has `,` before the `@`",
    ),
    (
        "<jane@example.com>",
        Code::EmailInvalid,
        "has `<` before the `@`",
    ),
    (
        "mailto:jane@example.com",
        Code::EmailInvalid,
        "has `:` before the `@`",
    ),
    ("jane@example.com.", Code::EmailInvalid, "ends with a dot"),
    (
        "jane@example.com-",
        Code::EmailInvalid,
        "ends with a hyphen",
    ),
    (
        "jane@example..com",
        Code::EmailInvalid,
        "has two dots in a row",
    ),
    (
        "jane..doe@example.com",
        Code::EmailInvalid,
        "has two dots in a row",
    ),
    (".jane@example.com", Code::EmailInvalid, "begins with a dot"),
    (
        "jane.@example.com",
        Code::EmailInvalid,
        "has a dot right before the `@`",
    ),
    (
        "jane@.example.com",
        Code::EmailInvalid,
        "has a dot right after the `@`",
    ),
    (
        "jane@exam_ple.com",
        Code::EmailInvalid,
        "has `_` after the `@`",
    ),
    (
        "jane@example.com/x",
        Code::EmailInvalid,
        "has `/` after the `@`",
    ),
    (
        "jane(x@example.com",
        Code::EmailInvalid,
        "has a `(` without a `)`",
    ),
    (
        "\"jane@example.com",
        Code::EmailInvalid,
        "has a quote that is not closed",
    ),
    (
        "jane😀@example.com",
        Code::EmailInvalid,
        "has a symbol, emoji or invisible character",
    ),
];

#[test]
fn each_usual_error_has_its_own_words() {
    for (address, code, predicate) in USUAL_ERRORS {
        let expected = Err(Finding::new(*code, *predicate));
        let found = check_email(address, EmailLevel::Server);
        assert_eq!(found, expected, "{address:?}");
    }
}

#[test]
fn what_only_the_crm_takes_is_a_warning_or_refused() {
    let long_domain = format!("{}.com", ["b"; 120].join("."));
    for (address, predicate) in [
        ("jane@localhost", "has no dot in its domain"),
        ("jane@192.0.2.7", "has a domain that ends with a digit"),
        ("jane@[192.0.2.7]", "has a domain that is no host name"),
        ("jane@ex.-ample.com", "has a domain that is no host name"),
        ("jane@xn--0.com", "has a domain that is no host name"),
        (
            "jane @example.com",
            "has quotes, a comment or an odd character before the `@`",
        ),
        (
            "\"jane\"@example.com",
            "has quotes, a comment or an odd character before the `@`",
        ),
        (
            "jane(x)@example.com",
            "has quotes, a comment or an odd character before the `@`",
        ),
        (
            "jane\u{a0}@example.com",
            "has quotes, a comment or an odd character before the `@`",
        ),
        (
            &format!("{}@example.com", "a".repeat(65)),
            "has more than 64 bytes before the `@`",
        ),
        (
            &format!("jane.doe.xy@{long_domain}"),
            "has more than 254 bytes, the most that mail servers take",
        ),
    ] {
        let finding = Finding::new(Code::EmailUndeliverable, predicate);
        assert_eq!(
            check_email(address, EmailLevel::Server),
            Ok(Some(finding.clone())),
            "{address}"
        );
        assert_eq!(check_email(address, EmailLevel::Deliverable), Err(finding));
    }
}

#[test]
fn an_address_may_have_255_characters_and_no_more() {
    let address = |length: usize| format!("{}@example.com", "ä".repeat(length - 12));
    assert!(check_email(&address(255), EmailLevel::Server).is_ok());
    let finding = check_email(&address(256), EmailLevel::Server).unwrap_err();
    assert_eq!(finding.code, Code::FieldTooLong);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), local in any::<String>(), domain in any::<String>()) {
        for address in [text, format!("{local}@{domain}"), format!("({local})@[{domain}]")] {
            for level in [EmailLevel::Server, EmailLevel::Deliverable] {
                let _ = check_email(&address, level);
            }
        }
    }

    #[test]
    fn what_is_deliverable_is_taken_by_the_server(text in "[a-z.@\"()_ ü-]{1,12}@[a-z.ü-]{1,12}") {
        if check_email(&text, EmailLevel::Deliverable).is_ok() {
            prop_assert_eq!(check_email(&text, EmailLevel::Server), Ok(None));
        }
    }
}

#[test]
fn plain_addresses_of_the_vectors_pass_the_close_look() {
    let mut plain = 0;
    for (_, address, _) in vectors().filter(|(_, address, _)| is_plain_address(address)) {
        plain += 1;
        let closely = check_closely(&address, EmailLevel::Deliverable);
        assert_eq!(closely, Ok(None), "{address}");
    }
    assert!(plain >= 20, "{plain}");
}

proptest! {
    #[test]
    fn what_is_plain_passes_the_close_look(
        address in "[a-zA-Z0-9._+-]{1,8}@([a-z0-9.-]{0,12}|xn--[a-z0-9]{1,5}|IPv6|ipv6)[.]?[a-z0-9]{0,4}"
    ) {
        if is_plain_address(&address) {
            prop_assert_eq!(check_closely(&address, EmailLevel::Deliverable), Ok(None));
        }
    }
}
