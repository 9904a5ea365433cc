use insta::assert_snapshot;

use crate::mapping::Mapping;
use crate::model::Header;

fn header(names: &[&str]) -> Header {
    Header {
        row_number: 1,
        names: names.iter().map(|&name| name.to_owned()).collect(),
    }
}

fn bind_errors(mapping: &str, names: &[&str]) -> String {
    let mapping = Mapping::parse(mapping, "contacts.toml").unwrap();
    let error = mapping.bind(&header(names)).unwrap_err();
    error.render(false)
}

const MAPPING: &str = r#"version = 1
[lead]
last_name = "Surname"
description = { template = "from {Compny}: {Surname}" }
phone_number = { column = "Phone", region_column = "Land" }
[[filter]]
skip_if = { column = "Xyzzy", is_empty = true }
"#;

#[test]
fn every_column_that_the_header_lacks_is_shown_with_the_nearest() {
    let names = ["Surname", "Company", "", "Phone", "Land"];
    assert_snapshot!(bind_errors(MAPPING, &names), @r#"
    error: the file has no column `Compny`
     --> contacts.toml:4:34
      |
    4 | description = { template = "from {Compny}: {Surname}" }
      |                                  ^^^^^^^^ not in the header
      |
      = help: did you mean `Company`?

    error: the file has no column `Xyzzy`
     --> contacts.toml:7:22
      |
    7 | skip_if = { column = "Xyzzy", is_empty = true }
      |                      ^^^^^^^ not in the header
      |
      = help: the header (row 1) has `Surname`, `Company`, `Phone`, `Land`
    "#);
}

#[test]
fn a_used_name_that_occurs_twice_is_an_error_at_each_use() {
    let names = ["Surname", "Compny", "Phone", "Land", "Xyzzy", "Surname"];
    assert_snapshot!(bind_errors(MAPPING, &names), @r#"
    error: the file has 2 columns called `Surname`: A, F
     --> contacts.toml:3:13
      |
    3 | last_name = "Surname"
      |             ^^^^^^^^^ which of them is not clear
      |
      = help: give the columns different names in the file

    error: the file has 2 columns called `Surname`: A, F
     --> contacts.toml:4:44
      |
    4 | description = { template = "from {Compny}: {Surname}" }
      |                                            ^^^^^^^^^ which of them is not clear
      |
      = help: give the columns different names in the file
    "#);
}

#[test]
fn a_repeated_name_that_nothing_uses_is_no_error() {
    let mapping = Mapping::parse("version = 1\n[lead]\nlast_name = \"Surname\"", "m").unwrap();
    assert!(
        mapping
            .bind(&header(&["Notes", "Surname", "Notes"]))
            .is_ok()
    );
}
