//! The order of judging: `judging.txt` has a case for each rule, and one for each trap.

use std::path::Path;

use crate::support::{Reply, Run, ScriptedServer, Workspace, created, read_results};

const CASES: &str = include_str!("judging.txt");

const LEAD: &str = "version = 1\n[lead]\nlast_name = \"Name\"\nemail = \"Mail\"\n";

/// Words of the cases, and what the mapping says for them.
const MAPPING_WORDS: [(&str, &str); 8] = [
    (
        "filter",
        "[[filter]]\nskip_if = { column = \"Note\", in = [\"skip\"] }\n",
    ),
    (
        "identity",
        "[identity]\nsource = \"crm\"\ncolumns = [\"Id\"]\n",
    ),
    (
        "other-source",
        "[identity]\nsource = \"fair\"\ncolumns = [\"Id\"]\n",
    ),
    (
        "all-cells",
        "[identity]\nsource = \"crm\"\ncolumns = \"all\"\n",
    ),
    ("key", "[duplicates]\nkey = [\"email\"]\n"),
    (
        "key-rejects",
        "[duplicates]\nkey = [\"email\"]\naction = \"reject\"\n",
    ),
    (
        "key-sends",
        "[duplicates]\nkey = [\"email\"]\naction = \"send\"\n",
    ),
    (
        "key-in-ledger",
        "[duplicates]\nkey = [\"email\"]\nwithin = \"ledger\"\n",
    ),
];

#[test]
fn every_rule_of_judging_holds() {
    let (_, cases) = CASES.split_once("== ").unwrap();
    let sections: Vec<&str> = cases.split("\n== ").collect();
    assert!(sections.len() >= 8, "the cases are there");
    std::thread::scope(|threads| {
        for section in sections {
            threads.spawn(move || section.split("\n# ").skip(1).for_each(check_case));
        }
    });
}

fn check_case(case: &str) {
    let (title, _) = case.split_once('\n').unwrap();
    let workspace = Workspace::new();
    let server = ScriptedServer::start(|request| {
        if request.body.contains("\"No") {
            Reply::Answer(422, vec![], r#"{"message":"No."}"#.into())
        } else if request.body.contains("\"Lost") {
            Reply::Answer(500, vec![], "{}".into())
        } else {
            created(request.post.unwrap() + 1)
        }
    });
    for import in case.split("\n>").skip(1) {
        let (words, rows) = import.split_once('\n').unwrap();
        let rows: Vec<&str> = rows
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        check_import(&workspace, &server.url(), words, &rows, title);
    }
}

fn check_import(workspace: &Workspace, url: &str, words: &str, rows: &[&str], title: &str) {
    let (mapping, flags): (Vec<&str>, Vec<&str>) = words
        .split_whitespace()
        .partition(|word| MAPPING_WORDS.iter().any(|(known, _)| known == word));
    let mapping = mapping.into_iter().map(|word| {
        let found = MAPPING_WORDS.iter().find(|(known, _)| *known == word);
        found.unwrap().1
    });
    workspace.write(
        "mapping.toml",
        format!("{LEAD}{}", mapping.collect::<String>()),
    );
    let (file, expected) = write_rows(workspace, rows);
    let results = workspace.path(&format!("{file}.results.csv"));
    let _ = fs_err::remove_file(&results);
    let run = workspace.import_file_to(&file, url, &flags);
    let shown = format!("`{title}`, >{words}: {rows:#?}\n{}", run.stderr);
    let says = rows.iter().filter_map(|row| row.strip_prefix("says: "));
    for words in says {
        assert!(run.stderr.contains(words), "{shown}");
    }
    assert_eq!(fates(&results, &run), expected, "{shown}");
}

/// Writes the file of an import; returns its name and what must become of its rows.
fn write_rows(workspace: &Workspace, rows: &[&str]) -> (String, Vec<String>) {
    let mut text = String::from("Id,Name,Mail,Note\n");
    let mut expected = Vec::new();
    for row in rows.iter().filter(|row| !row.starts_with("says: ")) {
        let (cells, fate) = row.split_once('|').unwrap_or((row, ""));
        let fates = fate.split('&').map(|fate| fate.trim().to_owned());
        expected.extend(fates.filter(|fate| !fate.is_empty()));
        if let Some(mended) = cells.strip_prefix("mended ") {
            let (from, to) = mended.trim().split_once(" -> ").unwrap();
            let rejects = workspace.read("leads.csv.rejects.csv");
            assert!(rejects.contains(from), "{rejects}");
            workspace.write("mended.csv", rejects.replace(from, to));
            return ("mended.csv".into(), expected);
        }
        text.push_str(cells.trim_end());
        text.push('\n');
    }
    workspace.write("leads.csv", text);
    ("leads.csv".into(), expected)
}

/// Status and codes of each row; nothing when the import did not begin.
fn fates(results: &Path, run: &Run) -> Vec<String> {
    if !results.exists() {
        assert_ne!(run.code, 0, "{}", run.stderr);
        return Vec::new();
    }
    let fate = |status: &str, codes: &str| format!("{status} {codes}").trim().to_owned();
    let records = read_results(results).into_iter();
    records
        .map(|record| fate(&record.status, &record.codes))
        .collect()
}
