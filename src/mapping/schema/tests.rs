use std::collections::BTreeSet;

use serde_json::Value;

use super::mapping_schema;
use crate::mapping::docs_tests::whole_examples;
use crate::mapping::document::Key;
use crate::mapping::duplicates::DUPLICATES_KEYS;
use crate::mapping::field_keys::FIELD_KEYS;
use crate::mapping::filter::{CONDITION_KEYS, FILTER_KEYS};
use crate::mapping::identity::IDENTITY_KEYS;
use crate::mapping::mapping_file::FILE_KEYS;
use crate::mapping::require::REQUIRE_KEYS;
use crate::mapping::source_settings::SOURCE_KEYS;
use crate::model::LEAD_FIELDS;

fn schema() -> Value {
    serde_json::from_str(&mapping_schema()).unwrap()
}

/// The keys of one of the schema's tables, or of the schema itself.
fn keys_of(table: &str) -> BTreeSet<String> {
    let schema = schema();
    let table = if table.is_empty() {
        &schema
    } else {
        &schema["$defs"][table]
    };
    let properties = table["properties"].as_object().unwrap();
    properties.keys().cloned().collect()
}

fn names<T>(keys: &[Key<T>]) -> BTreeSet<String> {
    keys.iter().map(|key| key.name().to_owned()).collect()
}

#[test]
fn the_schema_has_the_keys_of_the_reader_and_no_other() {
    assert_eq!(keys_of(""), names(&FILE_KEYS));
    assert_eq!(keys_of("SourceSchema"), names(&SOURCE_KEYS));
    assert_eq!(keys_of("IdentitySchema"), names(&IDENTITY_KEYS));
    assert_eq!(keys_of("RequireSchema"), names(&REQUIRE_KEYS));
    assert_eq!(keys_of("FilterSchema"), names(&FILTER_KEYS));
    assert_eq!(keys_of("ConditionSchema"), names(&CONDITION_KEYS));
    assert_eq!(keys_of("DuplicatesSchema"), names(&DUPLICATES_KEYS));
    let of_fields = [
        "TextKeys",
        "PhoneKeys",
        "EmailKeys",
        "IdKeys",
        "StatusKeys",
        "SourceKeys",
        "UserKeys",
        "ListKeys",
    ];
    let of_fields: BTreeSet<String> = of_fields.into_iter().flat_map(keys_of).collect();
    assert_eq!(of_fields, names(&FIELD_KEYS));
    let fields = LEAD_FIELDS.iter().map(|field| field.name.to_owned());
    assert_eq!(keys_of("LeadSchema"), fields.collect());
}

fn as_json(mapping: &str) -> Value {
    let table: toml::Table = toml::from_str(mapping).unwrap();
    serde_json::to_value(table).unwrap()
}

#[test]
fn every_example_of_the_documentation_fits_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for example in whole_examples() {
        let told: Vec<String> = validator
            .iter_errors(&as_json(&example))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(told.is_empty(), "{told:#?}\n{example}");
    }
}

#[test]
fn what_the_reader_refuses_by_its_form_does_not_fit() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for wrong in [
        "version = 2\n[lead]\nlast_name = 'A'",
        "version = 1",
        "version = 1\n[lead]\nfirst_name = 'A'",
        "version = 1\n[lead]\nlast_name = 7",
        "version = 1\n[lead]\nlast_nam = 'A'\nlast_name = 'A'",
        "version = 1\nsauce = {}\n[lead]\nlast_name = 'A'",
        "version = 1\n[lead]\nlast_name = { column = 'A', split = ';' }",
        "version = 1\n[lead]\nlast_name = { column = 'A', on_invalid = 'dropp' }",
        "version = 1\n[lead]\nlast_name = { column = 'A', transform = ['titel_case'] }",
        "version = 1\n[lead]\nlast_name = 'A'\n[duplicates]\nwithin = 'file'",
    ] {
        assert!(!validator.is_valid(&as_json(wrong)), "{wrong}");
        assert!(
            crate::mapping::Mapping::parse(wrong, "m").is_err(),
            "{wrong}"
        );
    }
}
