//! Each file of `fixtures/oddities` is seen as `expected.json` there says, or refused in its words.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::support::{Run, Workspace, repository};

const FOLDER: &str = "fixtures/oddities";
const EXPECTED: &str = "expected.json";

type Expected = Map<String, Value>;

fn expectations() -> BTreeMap<String, Expected> {
    let path = repository().join(FOLDER).join(EXPECTED);
    serde_json::from_str(&fs_err::read_to_string(path).unwrap()).unwrap()
}

fn files() -> BTreeSet<String> {
    let entries = fs_err::read_dir(repository().join(FOLDER)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != EXPECTED).collect()
}

fn inspect(workspace: &Workspace, file: &str) -> Run {
    let path = repository().join(FOLDER).join(file);
    workspace.run(&["inspect", path.to_str().unwrap(), "--format", "json"])
}

/// The strings of a list.
fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
}

/// What of `run` is not as expected, one line each.
fn differences(run: &Run, expected: &Expected) -> Vec<String> {
    if let Some(words) = expected.get("refused") {
        return not_refused(run, words);
    }
    if run.code != 0 {
        return vec![format!("ends with {}: {}", run.code, run.stderr)];
    }
    let seen: Value = serde_json::from_str(&run.stdout).unwrap();
    let keys = expected.iter().filter(|(key, _)| *key != "odd");
    keys.flat_map(|(key, wanted)| match key.as_str() {
        "names" => other_value(key, wanted, &names(&seen)),
        "samples" => other_samples(wanted, &seen),
        "warning" => unsaid(wanted, &seen["warnings"].to_string()),
        _ => other_value(key, wanted, &seen[key]),
    })
    .collect()
}

fn not_refused(run: &Run, words: &Value) -> Vec<String> {
    if run.code == 2 {
        unsaid(words, &run.stderr)
    } else {
        vec![format!("ends with {}, not 2: {}", run.code, run.stdout)]
    }
}

fn unsaid(words: &Value, text: &str) -> Vec<String> {
    let unsaid = strings(words).filter(|word| !text.contains(word));
    unsaid
        .map(|word| format!("does not say `{word}`: {text}"))
        .collect()
}

fn other_value(key: &str, wanted: &Value, seen: &Value) -> Vec<String> {
    let difference = (wanted != seen).then(|| format!("{key} is {seen}, not {wanted}"));
    difference.into_iter().collect()
}

fn names(seen: &Value) -> Value {
    let columns = seen["columns"].as_array().unwrap();
    columns
        .iter()
        .map(|column| column["name"].clone())
        .collect()
}

/// The columns named in `wanted` whose samples are others.
fn other_samples(wanted: &Value, seen: &Value) -> Vec<String> {
    let columns = seen["columns"].as_array().unwrap();
    let samples_of = |name: &str| {
        let mut named = columns.iter().filter(|column| column["name"] == name);
        named
            .next()
            .map_or(Value::Null, |column| column["samples"].clone())
    };
    let wanted = wanted.as_object().unwrap();
    wanted
        .iter()
        .flat_map(|(name, samples)| other_value(&format!("`{name}`"), samples, &samples_of(name)))
        .collect()
}

#[test]
fn every_odd_file_is_seen_or_refused_as_expected() {
    let workspace = Workspace::new();
    let wrong: Vec<String> = expectations()
        .iter()
        .flat_map(|(file, expected)| {
            let found = differences(&inspect(&workspace, file), expected);
            let odd = expected["odd"].as_str().unwrap();
            found
                .into_iter()
                .map(move |difference| format!("{file} ({odd})\n    {}", difference.trim_end()))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_odd_file_has_an_expectation_and_every_expectation_a_file() {
    let expected: BTreeSet<String> = expectations().into_keys().collect();
    let unpaired: Vec<_> = files().symmetric_difference(&expected).cloned().collect();
    assert!(unpaired.is_empty(), "{unpaired:?}");
}
