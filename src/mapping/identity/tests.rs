use insta::assert_snapshot;

use crate::mapping::{BoundMapping, IdentityColumns, Mapping, MappingError, Verdict};
use crate::model::{CellFault, CellFaultKind, Header, Problem, Row};

/// A mapping of the column `Surname` with these lines under `[identity]`.
fn parse(lines: &str) -> Result<Mapping, MappingError> {
    let text = format!("version = 1\n[identity]\n{lines}\n[lead]\nlast_name = \"Surname\"\n");
    Mapping::parse(&text, "contacts.toml")
}

fn errors(lines: &str) -> String {
    parse(lines).unwrap_err().render(false)
}

fn bind(lines: &str, names: &[&str]) -> Result<BoundMapping, MappingError> {
    let mapping = parse(lines).unwrap_or_else(|error| panic!("{}", error.render(false)));
    mapping.bind(&Header {
        row_number: 1,
        names: names.iter().map(|&name| name.to_owned()).collect(),
    })
}

#[test]
fn columns_are_found_in_the_order_of_the_mapping() {
    let names = ["Surname", "Branch", "all", "Contact ID"];
    let cases = [
        (r#""all""#, IdentityColumns::All),
        (r#"" all ""#, IdentityColumns::All),
        (r#"["all"]"#, IdentityColumns::Indices(vec![2])),
        (r#""Contact ID""#, IdentityColumns::Indices(vec![3])),
        (r#"" Contact ID""#, IdentityColumns::Indices(vec![3])),
        (
            r#"["Contact ID", "Branch"]"#,
            IdentityColumns::Indices(vec![3, 1]),
        ),
        (r#"["Surname"]"#, IdentityColumns::Indices(vec![0])),
    ];
    for (columns, expected) in cases {
        let lines = format!("source = \" old-crm \"\ncolumns = {columns}");
        let bound = bind(&lines, &names).unwrap();
        let identity = bound.identity().unwrap();
        assert_eq!(identity.source(), "old-crm");
        assert_eq!(identity.columns(), &expected, "{columns}");
    }
}

#[test]
fn without_the_table_there_is_no_identity() {
    let mapping = Mapping::parse("version = 1\n[lead]\nlast_name = \"A\"", "m").unwrap();
    let header = Header {
        row_number: 1,
        names: vec!["A".to_owned()],
    };
    assert_eq!(mapping.bind(&header).unwrap().identity(), None);
}

#[test]
fn a_column_that_the_header_lacks_or_repeats_is_an_error() {
    let lines = "source = \"old-crm\"\ncolumns = [\"Contact Id\", \"Branch\"]";
    let names = ["Surname", "Contact ID", "Branch", "Branch"];
    assert_snapshot!(bind(lines, &names).unwrap_err().render(false), @r#"
    error: the file has no column `Contact Id`
     --> contacts.toml:4:12
      |
    4 | columns = ["Contact Id", "Branch"]
      |            ^^^^^^^^^^^^ not in the header
      |
      = help: did you mean `Contact ID`?

    error: the file has 2 columns called `Branch`: C, D
     --> contacts.toml:4:26
      |
    4 | columns = ["Contact Id", "Branch"]
      |                          ^^^^^^^^ which of them is not clear
      |
      = help: give the columns different names in the file
    "#);
}

#[test]
fn a_table_that_lacks_everything_is_told_what_to_add() {
    assert_snapshot!(errors("columns_ = 1"), @r#"
    error: `[identity]` lacks `source`
     --> contacts.toml:2:2
      |
    2 | [identity]
      |  ^^^^^^^^ belongs to no source
      |
      = help: add `source = "…"` with a name for where the rows come from

    error: `[identity]` lacks `columns`
     --> contacts.toml:2:2
      |
    2 | [identity]
      |  ^^^^^^^^ identifies nothing
      |
      = help: add `columns = ["…"]` with the column of the rows' ids, or `"all"`

    error: unknown key in `[identity]`: `columns_`
     --> contacts.toml:3:1
      |
    3 | columns_ = 1
      | ^^^^^^^^ not known
      |
      = help: did you mean `columns`?
    "#);
}

#[test]
fn columns_that_cannot_make_an_identity_are_marked() {
    let lines = "source = \"old-crm\"\ncolumns = [\"ID\", \"leadferry_row\", \" ID\"]";
    assert_snapshot!(errors(lines), @r#"
    error: `leadferry_row` cannot make an identity
     --> contacts.toml:4:18
      |
    4 | columns = ["ID", "leadferry_row", " ID"]
      |                  ^^^^^^^^^^^^^^^ a column that leadferry adds
      |
      = help: name columns that the file itself has

    error: `columns` names `ID` twice
     --> contacts.toml:4:35
      |
    4 | columns = ["ID", "leadferry_row", " ID"]
      |                                   ^^^^^ named before
      |
      = help: remove it
    "#);
    assert_snapshot!(errors("source = \"old-crm\"\ncolumns = []"), @r#"
    error: `columns` is empty
     --> contacts.toml:4:11
      |
    4 | columns = []
      |           ^^ nothing here
      |
      = help: name the column of the rows' ids, or write `"all"` for all cells
    "#);
}

#[test]
fn wrong_values_are_refused() {
    let cases = [
        (
            "source = \" \"\ncolumns = \"A\"",
            "error: `source` is empty",
        ),
        (
            "source = 7\ncolumns = \"A\"",
            "error: `source` takes text in quotes, not a whole number",
        ),
        (
            "source = \"a\"\ncolumns = true",
            "error: `columns` takes a list of columns, or `\"all\"`, not `true` or `false`",
        ),
        (
            "source = \"a\"\ncolumns = \"\"",
            "error: `columns` is empty",
        ),
        (
            "source = \"a\"\ncolumns = [\"A\", \" \"]",
            "error: `columns` is empty",
        ),
        (
            "source = \"a\"\ncolumns = [1]",
            "error: `columns` takes text in quotes, not a whole number",
        ),
        (
            "source = \"a\"\ncolumns = \"leadferry_problems\"",
            "error: `leadferry_problems` cannot make an identity",
        ),
        (
            "source = \"a\"\ncolumn = \"A\"\ncolumns = \"A\"",
            "error: unknown key in `[identity]`: `column`",
        ),
    ];
    for (lines, expected) in cases {
        let rendered = errors(lines);
        assert_eq!(rendered.lines().next(), Some(expected), "{lines}");
    }
    let text = "version = 1\nidentity = \"all\"\n[lead]\nlast_name = \"A\"";
    let rendered = Mapping::parse(text, "m").unwrap_err().render(false);
    let expected = "error: `identity` takes a table, not text";
    assert_eq!(rendered.lines().next(), Some(expected));
}

fn judge(columns: &str, row: &Row) -> Verdict<'static> {
    let lines = format!("source = \"old-crm\"\ncolumns = {columns}");
    let bound = bind(&lines, &["Surname", "Notes", "Contact ID"]).unwrap();
    bound.judge(row).into_owned()
}

fn codes(verdict: &Verdict<'_>) -> Vec<&'static str> {
    let code = |problem: &Problem| problem.code.as_str();
    match verdict {
        Verdict::Ready { warnings, .. } => warnings.iter().map(code).collect(),
        Verdict::Rejected { problems, .. } | Verdict::Filtered(problems) => {
            problems.iter().map(code).collect()
        }
    }
}

/// Cells of `#N/A` are spreadsheet errors.
fn row(cells: &[&str]) -> Row {
    let errors = (0..cells.len()).filter(|&index| cells[index] == "#N/A");
    let faults = errors.map(|index| CellFault {
        column_index: Some(index),
        kind: CellFaultKind::ErrorValue,
    });
    Row {
        cells: cells.iter().copied().collect(),
        faults: faults.collect(),
        ..Row::default()
    }
}

#[test]
fn a_row_whose_identity_cannot_be_read_is_rejected() {
    let by_id = r#""Contact ID""#;
    let cases: [(&str, &[&str], &[&str]); 6] = [
        (by_id, &["a", "b", "1"], &[]),
        (by_id, &["a", "b", "#N/A"], &["cell.error_value"]),
        (by_id, &["a", "#N/A", "1"], &[]),
        (by_id, &["a", "b"], &["row.too_few_cells"]),
        (r#""all""#, &["a", "b"], &[]),
        (r#""all""#, &["a", "b", "#N/A"], &[]),
    ];
    for (columns, cells, expected) in cases {
        let verdict = judge(columns, &row(cells));
        assert_eq!(codes(&verdict), expected, "{columns} {cells:?}");
        let is_rejected = matches!(verdict, Verdict::Rejected { .. });
        assert_eq!(is_rejected, !expected.is_empty());
    }
}
