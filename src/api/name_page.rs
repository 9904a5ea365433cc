//! What the CRM's lists of names show, page by page. Pure.

use serde_json::{Map, Value};

use crate::api::classify::Answer;
use crate::api::look_up::{LookUpFailure, ends_here, number_of, read_json, unusable};
use crate::model::{NameEntry, NameList};

/// So many entries are asked for at once: the most that the API's pages allow.
pub(super) const PER_PAGE: usize = 100;

/// Which page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagePlace {
    /// By its number, counted from 1.
    Number(u64),
    /// Behind the cursor that the page before has told.
    Cursor(String),
}

/// A page of a list of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePage {
    /// Its entries in the order of the answer; none is left out.
    pub entries: Vec<NameEntry>,
    /// Where the next one is, if there may be one.
    pub next: NextPage,
    /// How many entries all pages have together, if the answer says so.
    pub total: Option<u64>,
    /// The number of the last page, if the answer says so.
    pub last_page: Option<u64>,
}

/// What a page says about the one behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// There is none.
    None,
    /// It has the next number.
    Number,
    /// It is behind this cursor.
    Cursor(String),
}

/// Where the list is, below the API's address.
pub(super) fn path_of(list: NameList) -> &'static str {
    match list {
        NameList::Statuses => "v1/leads/statuses",
        NameList::ReferenceSources => "v1/leads/reference-sources",
        NameList::Users => "v1/users",
    }
}

/// The query for a page.
pub(super) fn query_of(place: &PagePlace) -> Vec<(&'static str, String)> {
    let size = PER_PAGE.to_string();
    match place {
        PagePlace::Number(number) => vec![("per_page", size), ("page", number.to_string())],
        PagePlace::Cursor(cursor) => vec![("limit", size), ("cursor", cursor.clone())],
    }
}

/// Says which entries `answer` shows.
///
/// A list with an entry whose id is no whole number is no list: names that it does not show would be
/// taken for missing.
pub(super) fn read_name_page(answer: Answer, list: NameList) -> Result<NamePage, LookUpFailure> {
    let mut fields = read_json(answer)?;
    let Some(Value::Array(items)) = fields.remove("data") else {
        return Err(unusable(&format!(
            "the answer is no list of {}",
            list.plural()
        )));
    };
    let entries: Option<Vec<_>> = items.iter().map(|item| read_entry(item, list)).collect();
    let why = || {
        format!(
            "the answer lists a {} without a whole number as its id",
            list.noun()
        )
    };
    let entries = entries.ok_or_else(|| unusable(&why()))?;
    Ok(NamePage {
        next: next_page(&fields, entries.len()),
        total: number_of(&fields, "total"),
        last_page: number_of(&fields, "last_page"),
        entries,
    })
}

fn read_entry(item: &Value, list: NameList) -> Option<NameEntry> {
    let text_of = |key: &str| match item.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    Some(NameEntry {
        id: text_of("id")?.trim().parse().ok()?,
        name: text_of("name").unwrap_or_default(),
        other: list.other_key().and_then(text_of),
    })
}

/// Whether another page follows, in any of the ways that the documents show.
fn next_page(fields: &Map<String, Value>, entries: usize) -> NextPage {
    let meta = fields.get("meta").filter(|meta| meta.is_object());
    let cursor = meta.and_then(|meta| meta.get("cursor"));
    let has_more = meta.and_then(|meta| meta.get("has_more"));
    if entries == 0 {
        return NextPage::None;
    }
    if let (Some(Value::String(cursor)), Some(Value::Bool(true))) = (cursor, has_more) {
        return NextPage::Cursor(cursor.clone());
    }
    // Without any word about pages a list is whole, unless it is just as long as a page may be.
    let is_silent = meta.is_none() && !fields.contains_key("links");
    let is_over = ends_here(fields) || cursor.is_some_and(Value::is_null);
    if is_over || (is_silent && entries < PER_PAGE) {
        NextPage::None
    } else {
        NextPage::Number
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(list: NameList, body: &Value) -> Result<NamePage, LookUpFailure> {
        let answer = Answer {
            status: 200,
            body: body.to_string().into(),
            complete: true,
            pause: None,
        };
        read_name_page(answer, list)
    }

    #[test]
    fn entries_are_read_with_what_else_names_them() {
        let entry = |id, name: &str, other: Option<&str>| NameEntry {
            id,
            name: name.into(),
            other: other.map(str::to_owned),
        };
        for (list, item, expected) in [
            (
                NameList::Statuses,
                json!({"id": 1, "name": "New", "slug": "new", "email": "x"}),
                entry(1, "New", Some("new")),
            ),
            (
                NameList::Users,
                json!({"id": "12", "name": "Ada", "email": "ada@example.com"}),
                entry(12, "Ada", Some("ada@example.com")),
            ),
            (
                NameList::ReferenceSources,
                json!({"id": 7, "name": null, "slug": "x"}),
                entry(7, "", None),
            ),
        ] {
            let found = page(list, &json!({"data": [item]})).unwrap();
            assert_eq!(found.entries, [expected]);
        }
    }

    #[test]
    fn what_is_no_list_is_told() {
        for (body, why) in [
            (json!({}), "the answer is no list of users"),
            (json!({"data": {}}), "the answer is no list of users"),
            (
                json!({"data": [{"name": "Ada"}]}),
                "the answer lists a user without a whole number as its id",
            ),
            (
                json!({"data": [{"id": "obj_1", "name": "Ada"}]}),
                "the answer lists a user without a whole number as its id",
            ),
        ] {
            let failure = page(NameList::Users, &body).unwrap_err();
            assert_eq!(failure, unusable(why), "{body}");
        }
    }

    #[test]
    fn each_way_to_say_that_there_is_more_is_understood() {
        let items = |count: usize| -> Vec<Value> {
            (1..=count)
                .map(|id| json!({"id": id, "name": "x"}))
                .collect()
        };
        for (count, more, expected) in [
            (
                0,
                json!({"meta": {"current_page": 1, "last_page": 9}}),
                NextPage::None,
            ),
            (1, json!({}), NextPage::None),
            (99, json!({}), NextPage::None),
            (100, json!({}), NextPage::Number),
            (
                15,
                json!({"meta": {"current_page": 1, "last_page": 2}}),
                NextPage::Number,
            ),
            (
                15,
                json!({"meta": {"current_page": "2", "last_page": "2"}}),
                NextPage::None,
            ),
            (15, json!({"links": {"next": null}}), NextPage::None),
            (
                15,
                json!({"links": {"next": "https://elsewhere.example/x"}}),
                NextPage::Number,
            ),
            (15, json!({"meta": {"has_more": false}}), NextPage::None),
            (15, json!({"meta": {"has_more": true}}), NextPage::Number),
            (15, json!({"meta": {}}), NextPage::Number),
            (
                15,
                json!({"meta": {"has_more": true, "cursor": "abc"}}),
                NextPage::Cursor("abc".into()),
            ),
            (15, json!({"meta": {"cursor": null}}), NextPage::None),
        ] {
            let mut body = more.clone();
            body["data"] = items(count).into();
            let found = page(NameList::ReferenceSources, &body).unwrap();
            assert_eq!(found.next, expected, "{count} {more}");
        }
    }
}
