use super::*;

fn entry(id: i64, name: &str, other: &str) -> NameEntry {
    NameEntry {
        id,
        name: name.into(),
        other: (!other.is_empty()).then(|| other.into()),
    }
}

fn lists() -> NameLists {
    let mut lists = NameLists::default();
    lists.put(
        NameList::Statuses,
        vec![
            entry(1, "New", "new"),
            entry(4, "Proposal Sent", "proposal-sent"),
            entry(9, "Won", "lost"),
            entry(10, "Lost", "gone"),
        ],
    );
    lists.put(
        NameList::Users,
        vec![
            entry(2, "Ben Carter", "ben@example.com"),
            entry(3, "Ceren Yılmaz", "ceren@example.com"),
            entry(5, "ben carter", "ben.two@example.com"),
            entry(6, "Kim", "kim.a@example.com"),
            entry(7, "Kim", "kim.b@example.com"),
            entry(3, "Shown twice", "twice@example.com"),
        ],
    );
    lists.put(
        NameList::ReferenceSources,
        vec![
            entry(2, "Website", ""),
            entry(5, "2024", ""),
            entry(2024, "Old", ""),
            entry(6, "77", ""),
        ],
    );
    lists
}

/// Where names may not be made.
fn find(list: NameList, text: &str) -> Result<Option<i64>, Finding> {
    let look_up = LookUp { list, most_new: 0 };
    Ok(match lists().find(look_up, text)? {
        FieldValue::Integer(number) => Some(number),
        FieldValue::Named(named) => named.id,
        other => panic!("{other:?}"),
    })
}

#[test]
fn names_slugs_addresses_and_numbers_are_found() {
    use NameList::{ReferenceSources, Statuses, Users};
    for (list, text, expected) in [
        (Statuses, "New", 1),
        (Statuses, " proposal  SENT ", 4),
        (Statuses, "Proposal-Sent", 4),
        // A name wins over a slug.
        (Statuses, "lost", 10),
        (Statuses, "4", 4),
        // A number that the list does not show goes through.
        (Statuses, "99", 99),
        // To the letter wins over but for its writing.
        (Users, "Ben Carter", 2),
        (Users, "ben carter", 5),
        (Users, "CEREN YILMAZ", 3),
        (Users, "Kim.B@Example.com", 7),
        (ReferenceSources, "WEBSITE", 2),
        // A number that is nobody's id may be a name.
        (ReferenceSources, "77", 6),
    ] {
        assert_eq!(find(list, text), Ok(Some(expected)), "{list:?} {text}");
    }
}

#[test]
fn what_is_not_found_is_told_with_what_is_near() {
    use NameList::{ReferenceSources, Statuses, Users};
    for (list, text, code, predicate) in [
        (
            Statuses,
            "Propsal",
            Code::LookupUnknown,
            "is no status of the CRM; did you mean `Proposal Sent`?",
        ),
        (
            Statuses,
            "zzz",
            Code::LookupUnknown,
            "is no status of the CRM; known are `New`, `Proposal Sent`, `Won`, `Lost`",
        ),
        (
            Users,
            "ben.too@example.com",
            Code::LookupUnknown,
            "is no user of the CRM; did you mean `ben.two@example.com`, `ben@example.com` or \
             `ceren@example.com`?",
        ),
        (
            Users,
            "twice@example.com",
            Code::LookupUnknown,
            "is no user of the CRM; did you mean `ben@example.com`, `ben.two@example.com` or \
             `kim.b@example.com`?",
        ),
        (
            Users,
            "BEN CARTER",
            Code::LookupAmbiguous,
            "could be any of 2 users: `Ben Carter` (id 2, ben@example.com), `ben carter` (id 5, \
             ben.two@example.com)",
        ),
        (
            Users,
            "Kim",
            Code::LookupAmbiguous,
            "could be any of 2 users: `Kim` (id 6, kim.a@example.com), `Kim` (id 7, \
             kim.b@example.com)",
        ),
        (
            ReferenceSources,
            "2024",
            Code::LookupAmbiguous,
            "could be any of 2 reference sources: `2024` (id 5), `Old` (id 2024)",
        ),
    ] {
        let expected = Finding::new(code, predicate);
        assert_eq!(find(list, text), Err(expected), "{list:?} {text}");
    }
}

#[test]
fn missing_names_pass_only_where_they_may_be_made() {
    let may_make = LookUp {
        list: NameList::ReferenceSources,
        most_new: 50,
    };
    let missing = FieldValue::named(None, "Fair");
    let passing = lists().letting_missing_pass(true);
    assert_eq!(passing.find(may_make, "Fair"), Ok(missing.clone()));
    let may_not = LookUp {
        most_new: 0,
        ..may_make
    };
    for (lists, look_up) in [(&passing, may_not), (&lists(), may_make)] {
        let code = lists.find(look_up, "Fair").map_err(|finding| finding.code);
        assert_eq!(code, Err(Code::LookupUnknown));
    }
    // A number is never a new name, and a text is too long to be one.
    assert_eq!(passing.find(may_make, "12"), Ok(FieldValue::Integer(12)));
    let long = "x".repeat(256);
    let predicate = passing.find(may_make, &long).unwrap_err().predicate;
    assert_eq!(
        predicate,
        "is no reference source of the CRM, and too long to be the name of a new one"
    );
    assert!(passing.find(may_make, &long[1..]).is_ok());
    // Where nobody asks every name passes.
    assert_eq!(Names::NotAsked.find(may_not, "Fair"), Ok(missing));
}

#[test]
fn a_new_entry_is_found() {
    let mut lists = lists();
    assert!(!lists.has(NameList::ReferenceSources, "fair 2026"));
    lists.add_new(NameList::ReferenceSources, entry(11, "Fair 2026", ""));
    assert!(lists.has(NameList::ReferenceSources, "fair  2026"));
}
