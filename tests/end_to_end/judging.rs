//! The order of judging: a line for each rule, and one for each trap.
//!
//! Each line is one or more imports into one ledger. The name of a row says what the CRM does with
//! it: `No` is refused, `Lost` is answered 500, everything else is created.

use crate::support::{Reply, ScriptedServer, Workspace, created, read_results};

const LEAD: &str = "version = 1\n[lead]\nlast_name = \"Name\"\nemail = \"Mail\"\n";
const FILTER: &str = "[[filter]]\nskip_if = { column = \"Note\", in = [\"skip\"] }\n";
const IDENTITY: &str = "[identity]\nsource = \"crm\"\ncolumns = [\"Id\"]\n";
const OTHER_SOURCE: &str = "[identity]\nsource = \"fair\"\ncolumns = [\"Id\"]\n";
const ALL_CELLS: &str = "[identity]\nsource = \"crm\"\ncolumns = \"all\"\n";
const KEY: &str = "[duplicates]\nkey = [\"email\"]\n";
const KEY_REJECTS: &str = "[duplicates]\nkey = [\"email\"]\naction = \"reject\"\n";
const KEY_SENDS: &str = "[duplicates]\nkey = [\"email\"]\naction = \"send\"\n";
const KEY_IN_LEDGER: &str = "[duplicates]\nkey = [\"email\"]\nwithin = \"ledger\"\n";

/// An import: the mapping beside `[lead]`, more flags, the rows as `Id,Name,Mail,Note`, and each
/// row's status and codes; or what the program says when it does not begin.
type Import = (
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// Before what the program says when it does not begin.
const SAYS: &str = "says: ";

/// Takes the rejects of the import before, with the second text in place of the first.
const MENDED: &str = "mended:";

#[track_caller]
fn check(rule: &str, imports: &[Import]) {
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
    for (number, (mapping, flags, rows, expected)) in imports.iter().enumerate() {
        workspace.write("mapping.toml", format!("{LEAD}{}", mapping.concat()));
        let file = write_rows(&workspace, rows);
        let results = workspace.path(&format!("{file}.results.csv"));
        let _ = fs_err::remove_file(&results);
        let flags: Vec<&str> = flags.split_whitespace().collect();
        let run = workspace.import_file_to(&file, &server.url(), &flags);
        let found: Vec<String> = if results.exists() {
            let records = read_results(&results).into_iter();
            let fate = |status: &str, codes: &str| format!("{status} {codes}").trim().to_owned();
            records.map(|r| fate(&r.status, &r.codes)).collect()
        } else {
            let says = |words: &&&str| {
                let words = words.strip_prefix(SAYS);
                words.is_some_and(|words| run.stderr.contains(words))
            };
            expected
                .iter()
                .filter(says)
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(
            &found,
            expected,
            "{rule}, import {}: {rows:?}\n{}",
            number + 1,
            run.stderr
        );
    }
}

/// Writes the rows of an import; returns the file's name.
fn write_rows(workspace: &Workspace, rows: &[&str]) -> String {
    if let [first, from, to] = rows
        && *first == MENDED
    {
        let rejects = workspace.read("leads.csv.rejects.csv");
        assert!(rejects.contains(from), "{rejects}");
        workspace.write("mended.csv", rejects.replace(from, to));
        return "mended.csv".into();
    }
    workspace.write(
        "leads.csv",
        format!("Id,Name,Mail,Note\n{}\n", rows.join("\n")),
    );
    "leads.csv".into()
}

#[test]
fn a_row_whose_fate_is_open_is_held_before_anything_else_is_asked() {
    let lost: Import = (
        &[IDENTITY],
        "",
        &["1,Lost,l@example.com,"],
        &["in_doubt server.error"],
    );
    check(
        "held before filters",
        &[
            lost,
            (
                &[IDENTITY, FILTER],
                "",
                &["1,Lost,l@example.com,skip"],
                &["in_doubt server.error"],
            ),
        ],
    );
    check(
        "held before checks",
        &[
            lost,
            (
                &[IDENTITY],
                "",
                &["1,Ada,broken,"],
                &["in_doubt server.error email.no_at_sign"],
            ),
        ],
    );
    check(
        "held before duplicates",
        &[
            lost,
            (
                &[IDENTITY, KEY],
                "",
                &["2,Ada,l@example.com,", "1,Lost,l@example.com,"],
                &["in_doubt duplicate.owner_open", "in_doubt server.error"],
            ),
        ],
    );
    check(
        "known by its cells",
        &[
            (
                &[],
                "",
                &["1,Lost,l@example.com,"],
                &["in_doubt server.error"],
            ),
            (
                &[],
                "",
                &["1,Lost,l@example.com,", "1,Lost,l@example.com,"],
                &["in_doubt server.error", "in_doubt server.error"],
            ),
        ],
    );
    check(
        "held in a round too",
        &[
            lost,
            (
                &[IDENTITY],
                "--again spring",
                &["1,Lost,l@example.com,"],
                &["in_doubt server.error"],
            ),
        ],
    );
}

#[test]
fn filtered_rows_own_nothing_and_claim_nothing() {
    check(
        "identity",
        &[(
            &[IDENTITY, FILTER],
            "",
            &["1,Ada,a@example.com,skip", "1,Ada,a@example.com,"],
            &["filtered filter.skipped", "created"],
        )],
    );
    check(
        "key",
        &[(
            &[KEY, FILTER],
            "",
            &["1,Ada,a@example.com,skip", "2,Bea,a@example.com,"],
            &["filtered filter.skipped", "created"],
        )],
    );
    check(
        "a created row that is filtered now",
        &[
            (&[IDENTITY], "", &["1,Ada,a@example.com,"], &["created"]),
            (
                &[IDENTITY, FILTER],
                "",
                &["1,Ada,a@example.com,skip"],
                &["filtered filter.skipped"],
            ),
        ],
    );
}

#[test]
fn an_identity_is_made_of_columns_or_of_all_cells_and_their_number() {
    const ADA: &str = "1,Ada,a@example.com,";
    check(
        "without identity equal rows are all sent",
        &[
            (&[], "", &[ADA, ADA], &["created", "created"]),
            (
                &[],
                "",
                &[ADA, "2,Bea,b@example.com,", ADA, ADA],
                &["already_created", "created", "already_created", "created"],
            ),
        ],
    );
    check(
        "white space around cells does not count",
        &[
            (&[], "", &["1,Ada,a@example.com,"], &["created"]),
            (&[], "", &["1, Ada , a@example.com,"], &["already_created"]),
        ],
    );
    check(
        "with identity a later row of the same is a duplicate",
        &[(
            &[IDENTITY],
            "",
            &[
                "1,Ada,a@example.com,",
                "1,Bea,b@example.com,",
                " 1 ,Cid,c@example.com,",
            ],
            &[
                "created",
                "duplicate duplicate.identity",
                "duplicate duplicate.identity",
            ],
        )],
    );
    check(
        "`all` makes equal rows duplicates",
        &[(
            &[ALL_CELLS],
            "",
            &[ADA, ADA, "1,Ada,a@example.com,x"],
            &["created", "duplicate duplicate.identity", "created"],
        )],
    );
    check(
        "all columns blank",
        &[(
            &[IDENTITY],
            "",
            &[" ,Ada,a@example.com,", ",Bea,broken,"],
            &[
                "rejected identity.empty",
                "rejected identity.empty email.no_at_sign",
            ],
        )],
    );
    check(
        "sources never match, whatever the cells",
        &[
            (&[IDENTITY], "", &["1,Ada,a@example.com,"], &["created"]),
            (&[OTHER_SOURCE], "", &["1,Ada,a@example.com,"], &["created"]),
            (
                &[OTHER_SOURCE],
                "",
                &["1,Ada,a@example.com,"],
                &["already_created"],
            ),
            (
                &[IDENTITY],
                "",
                &["1,Ada,a@example.com,"],
                &["already_created"],
            ),
        ],
    );
}

#[test]
fn the_token_of_a_mended_row_gives_it_its_identity_back() {
    for mapping in [&[][..], &[IDENTITY][..]] {
        check(
            "mended, then the old file, then mended again",
            &[
                (
                    mapping,
                    "",
                    &["1,,a@example.com,"],
                    &["rejected field.missing"],
                ),
                (mapping, "", &[MENDED, "1,,", "1,Ada,"], &["created"]),
                (
                    mapping,
                    "",
                    &["1,,a@example.com,"],
                    &["already_created row.changed field.missing"],
                ),
                (
                    mapping,
                    "",
                    &["1,,a@example.com,"],
                    &["already_created field.missing"],
                ),
                (mapping, "", &["1,Ada,a@example.com,"], &["already_created"]),
            ],
        );
        check(
            "refused, mended, then the old file",
            &[
                (
                    mapping,
                    "",
                    &["1,No,a@example.com,"],
                    &["refused server.refused"],
                ),
                (mapping, "", &[MENDED, "1,No,", "1,Ada,"], &["created"]),
                (
                    mapping,
                    "",
                    &["1,No,a@example.com,"],
                    &["already_created row.changed"],
                ),
            ],
        );
    }
    check(
        "a mended row may become equal to another",
        &[
            (
                &[],
                "",
                &["1,Ada,a@example.com,", "1,,a@example.com,"],
                &["created", "rejected field.missing"],
            ),
            (&[], "", &[MENDED, "1,,", "1,Ada,"], &["created"]),
            (
                &[],
                "",
                &["1,Ada,a@example.com,", "1,Ada,a@example.com,"],
                &["already_created", "already_created"],
            ),
        ],
    );
    check(
        "two rows with one token are one row",
        &[
            (&[], "", &["1,,a@example.com,"], &["rejected field.missing"]),
            (
                &[],
                "",
                &[MENDED, "1,,a@example.com,,lf1", "1,Ada,a@example.com,,lf1"],
                &["created"],
            ),
        ],
    );
    check(
        "a blank identity that was mended is known by its columns afterwards",
        &[
            (
                &[IDENTITY],
                "",
                &[",Ada,a@example.com,"],
                &["rejected identity.empty"],
            ),
            (
                &[IDENTITY],
                "",
                &[MENDED, ",Ada,a@", "5,Ada,a@"],
                &["created"],
            ),
            (
                &[IDENTITY],
                "",
                &["5,Ada,a@example.com,"],
                &["already_created"],
            ),
            (
                &[IDENTITY],
                "",
                &[",Ada,a@example.com,"],
                &["rejected identity.empty"],
            ),
        ],
    );
    check(
        "a mended identity that is somebody else's",
        &[
            (
                &[IDENTITY],
                "",
                &["5,Zoe,z@example.com,", ",Ada,a@example.com,"],
                &["created", "rejected identity.empty"],
            ),
            (
                &[IDENTITY],
                "",
                &[MENDED, ",Ada,a@", "5,Ada,a@"],
                &["rejected identity.conflict"],
            ),
        ],
    );
}

#[test]
fn a_row_that_was_created_before_comes_back_with_its_id() {
    let ada: Import = (&[IDENTITY], "", &["1,Ada,a@example.com,"], &["created"]);
    check(
        "its checks are only warnings",
        &[
            ada,
            (
                &[IDENTITY],
                "",
                &["1,Ada,broken,"],
                &["already_created row.changed email.no_at_sign"],
            ),
            (
                &[IDENTITY],
                "",
                &["1,Ada,broken,"],
                &["already_created email.no_at_sign"],
            ),
        ],
    );
    check(
        "a change of mapped cells is told once",
        &[
            ada,
            (
                &[IDENTITY],
                "",
                &["1,Ada,new@example.com,"],
                &["already_created row.changed"],
            ),
            (
                &[IDENTITY],
                "",
                &["1,Ada,new@example.com,"],
                &["already_created"],
            ),
            (
                &[IDENTITY],
                "",
                &["1,Ada,newer@example.com,"],
                &["already_created row.changed"],
            ),
            (
                &[IDENTITY],
                "",
                &["1,Ada,a@example.com,"],
                &["already_created"],
            ),
        ],
    );
    check(
        "a change of other cells is none",
        &[
            ada,
            (
                &[IDENTITY],
                "",
                &["1,Ada,a@example.com,called"],
                &["already_created"],
            ),
        ],
    );
    check(
        "an export that numbers from 1 each time",
        &[
            ada,
            (
                &[IDENTITY],
                "",
                &["1,Zoe,z@example.com,"],
                &["rejected identity.conflict"],
            ),
            (
                &[IDENTITY],
                "",
                &["1,Zoe,A@Example.com,"],
                &["already_created row.changed"],
            ),
            (
                &[IDENTITY],
                "",
                &["1,ADA,z@example.com,"],
                &["already_created row.changed"],
            ),
        ],
    );
    check(
        "an identity that comes later",
        &[
            (&[], "", &["1,Ada,a@example.com,"], &["created"]),
            (
                &[IDENTITY],
                "",
                &["1,Ada,a@example.com,"],
                &["already_created"],
            ),
            (
                &[IDENTITY],
                "",
                &["1,Ada,a@example.com,x"],
                &["already_created"],
            ),
        ],
    );
    check(
        "an identity that goes",
        &[
            ada,
            (&[], "", &["1,Ada,a@example.com,"], &["already_created"]),
        ],
    );
}

#[test]
fn rows_with_new_cells_and_known_leads_wait_for_a_decision() {
    let two: Import = (
        &[],
        "",
        &["1,Ada,a@example.com,", "2,Ada,a@example.com,"],
        &["created", "created"],
    );
    check(
        "nobody has decided",
        &[
            two,
            (
                &[],
                "",
                &["1,Ada,a@example.com,x", "2,Ada,a@example.com,x"],
                &[
                    "says: 2 rows of `leads.csv` are new",
                    "says: --known-by-lead skip",
                ],
            ),
        ],
    );
    check(
        "skip",
        &[
            two,
            (
                &[],
                "--known-by-lead skip",
                &[
                    "1,Ada,a@example.com,x",
                    "2,Ada,a@example.com,x",
                    "3,Ada,a@example.com,x",
                ],
                &[
                    "already_created row.known_by_lead",
                    "already_created row.known_by_lead",
                    "created",
                ],
            ),
            (
                &[],
                "",
                &["1,Ada,a@example.com,x", "2,Ada,a@example.com,x"],
                &["already_created", "already_created"],
            ),
        ],
    );
    check(
        "send",
        &[
            two,
            (
                &[],
                "--known-by-lead send",
                &["1,Ada,a@example.com,x"],
                &["created"],
            ),
        ],
    );
    check(
        "a lead whose own row is still there makes no other row known",
        &[
            two,
            (
                &[],
                "",
                &[
                    "1,Ada,a@example.com,",
                    "2,Ada,a@example.com,",
                    "3,Ada,a@example.com,",
                ],
                &["already_created", "already_created", "created"],
            ),
        ],
    );
}

#[test]
fn rejected_rows_tell_all_problems_and_claim_nothing() {
    check(
        "all problems",
        &[(
            &[],
            "",
            &["1,,broken,"],
            &["rejected field.missing email.no_at_sign"],
        )],
    );
    check(
        "no claim",
        &[(
            &[IDENTITY, KEY],
            "",
            &["1,,a@example.com,", "1,Ada,a@example.com,"],
            &["rejected field.missing", "created"],
        )],
    );
}

#[test]
fn only_one_row_of_an_identity_or_key_is_sent() {
    for (mapping, code) in [(IDENTITY, "duplicate.identity"), (KEY, "duplicate.key")] {
        let fate = format!("duplicate {code}");
        let fate: &'static str = fate.leak();
        let first: &'static [&'static str] = vec!["created", fate].leak();
        let second: &'static [&'static str] = vec![fate, "already_created"].leak();
        let mapping: &'static [&'static str] = vec![mapping].leak();
        let (one, other) = ("1,Ada,a@example.com,", "1,Bea,A@Example.com,");
        check(
            "on resume wherever they stand",
            &[
                (mapping, "", vec![one, other].leak(), first),
                (mapping, "", vec![other, one].leak(), second),
                (
                    mapping,
                    "",
                    vec![one, other].leak(),
                    vec!["already_created", fate].leak(),
                ),
            ],
        );
        check(
            "a refused owner owns nothing",
            &[(
                mapping,
                "",
                &["1,No,a@example.com,", "1,Bea,a@example.com,"],
                &["refused server.refused", "created"],
            )],
        );
        check(
            "an owner in doubt",
            &[
                (
                    mapping,
                    "",
                    &["1,Lost,a@example.com,", "1,Bea,a@example.com,"],
                    &["in_doubt server.error", "in_doubt duplicate.owner_open"],
                ),
                (
                    mapping,
                    "",
                    &["1,Bea,a@example.com,", "1,Lost,a@example.com,"],
                    &["in_doubt duplicate.owner_open", "in_doubt server.error"],
                ),
            ],
        );
    }
    check(
        "a changed row whose first state is gone is itself",
        &[
            (
                &[IDENTITY],
                "",
                &["1,Ada,a@example.com,", "1,Bea,a@example.com,"],
                &["created", "duplicate duplicate.identity"],
            ),
            (
                &[IDENTITY],
                "",
                &["1,Bea,a@example.com,", "1,Cid,a@example.com,"],
                &[
                    "already_created row.changed",
                    "duplicate duplicate.identity",
                ],
            ),
        ],
    );
}

#[test]
fn keys_are_judged_in_the_file_or_in_the_ledger() {
    let ada: Import = (&[IDENTITY], "", &["1,Ada,a@example.com,"], &["created"]);
    check(
        "reject",
        &[(
            &[KEY_REJECTS],
            "",
            &["1,Ada,a@example.com,", "2,Bea,a@example.com,"],
            &["created", "rejected duplicate.key"],
        )],
    );
    check(
        "send",
        &[(
            &[KEY_SENDS],
            "",
            &["1,Ada,a@example.com,", "2,Bea,a@example.com,"],
            &["created", "created duplicate.key"],
        )],
    );
    check(
        "no value, no key",
        &[(&[KEY], "", &["1,Ada,,", "2,Bea,,"], &["created", "created"])],
    );
    check(
        "within the file",
        &[
            (&[KEY], "", &["1,Ada,a@example.com,"], &["created"]),
            (&[KEY], "", &["2,Bea,a@example.com,"], &["created"]),
        ],
    );
    check(
        "within the ledger",
        &[
            (
                &[KEY_IN_LEDGER],
                "",
                &["1,Ada,a@example.com,"],
                &["created"],
            ),
            (
                &[KEY_IN_LEDGER],
                "",
                &["2,Bea,a@example.com,"],
                &["duplicate duplicate.key"],
            ),
        ],
    );
    check(
        "a row is never a duplicate of itself",
        &[
            (
                &[KEY_IN_LEDGER],
                "",
                &["1,Ada,a@example.com,"],
                &["created"],
            ),
            (
                &[KEY_IN_LEDGER],
                "",
                &["1,Ada,a@example.com,"],
                &["already_created"],
            ),
        ],
    );
    check(
        "a known row has the key that it has now",
        &[
            ada,
            (
                &[IDENTITY, KEY],
                "",
                &["2,Bea,new@example.com,", "1,Ada,new@example.com,"],
                &["duplicate duplicate.key", "already_created row.changed"],
            ),
        ],
    );
    check(
        "an owner in the ledger whose fate is open",
        &[
            (
                &[KEY_IN_LEDGER],
                "",
                &["1,Lost,a@example.com,"],
                &["in_doubt server.error"],
            ),
            (
                &[KEY_IN_LEDGER],
                "",
                &["2,Bea,a@example.com,"],
                &["in_doubt duplicate.owner_open"],
            ),
        ],
    );
    check(
        "an owner in the ledger that was refused",
        &[
            (
                &[KEY_IN_LEDGER],
                "",
                &["1,No,a@example.com,"],
                &["refused server.refused"],
            ),
            (
                &[KEY_IN_LEDGER],
                "",
                &["2,Bea,a@example.com,"],
                &["created"],
            ),
        ],
    );
}
