//! Answers that are lost: what the CRM has is found, what it has not is sent again, and what cannot be
//! known stays in doubt.
//!
//! Every test runs the program against the sandbox. `--settle 0` means that a lost request takes effect
//! at once or never, which is so there unless a test says otherwise.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leadferry::sandbox::{CreateOddities, Faults, ListOddities, Sandbox, SandboxOptions};
use serde_json::Value;

use crate::support::{Record, Reply, Run, ScriptedServer, Workspace};

/// The one row of the file that meets a fault.
const UNLUCKY: &str = "Lovelace 3";

/// A sandbox in which `fault` befalls the unlucky row, once.
struct Crm {
    sandbox: Sandbox,
}

impl Crm {
    fn with(fault: Faults) -> Self {
        Self::of(SandboxOptions {
            faults: once(fault),
            ..SandboxOptions::default()
        })
    }

    fn with_lists(fault: Faults, lists: ListOddities) -> Self {
        Self::of(SandboxOptions {
            faults: once(fault),
            lists,
            ..SandboxOptions::default()
        })
    }

    fn with_creates(fault: Faults, creates: CreateOddities) -> Self {
        Self::of(SandboxOptions {
            faults: once(fault),
            creates,
            ..SandboxOptions::default()
        })
    }

    fn of(options: SandboxOptions) -> Self {
        Self {
            sandbox: Sandbox::start(options).unwrap(),
        }
    }

    fn url(&self) -> String {
        self.sandbox.base_url()
    }

    /// The ids of the leads with this last name.
    fn ids_of(&self, last_name: &str) -> Vec<String> {
        let leads = self.sandbox.leads().unwrap();
        let is_it = |lead: &&Value| lead["last_name"] == last_name;
        let leads = leads.iter().filter(is_it);
        leads.map(|lead| lead["id"].to_string()).collect()
    }

    fn posts(&self) -> u64 {
        self.sandbox.counts().posts
    }

    /// Every row of the results has the one lead of its name.
    #[track_caller]
    fn expect_each_once(&self, records: &[Record]) {
        for record in records {
            let ids = self.ids_of(&format!("Lovelace {}", record.row - 1));
            assert_eq!(ids, [record.lead_id.as_str()], "{record:?}");
        }
        let created = self.sandbox.leads().unwrap().len();
        assert_eq!(created, records.len());
    }
}

fn once(mut fault: Faults) -> Faults {
    fault.only_for = Some(UNLUCKY.into());
    fault.most_times = Some(1);
    fault
}

fn import(workspace: &Workspace, crm: &Crm, more: &[&str]) -> Run {
    workspace.import_to(&crm.url(), &[&["--concurrency", "1"], more].concat())
}

/// Six rows go in, the third with this fault, and all six are there once.
#[track_caller]
fn expect_found(fault: Faults, more: &[&str]) {
    let (workspace, crm) = (Workspace::with_rows(6), Crm::with(fault));
    import(&workspace, &crm, more)
        .expect_code(0)
        .expect_says(&["1 answer lost: 1 found in the CRM, 0 absent"]);
    assert_eq!(workspace.statuses(), ["created"; 6]);
    assert_eq!(crm.posts(), 6, "nothing is sent twice");
    crm.expect_each_once(&workspace.results());
}

/// The same where the fault came before anything was created.
#[track_caller]
fn expect_sent_again(fault: Faults, more: &[&str]) {
    let (workspace, crm) = (Workspace::with_rows(6), Crm::with(fault));
    import(&workspace, &crm, more)
        .expect_code(0)
        .expect_says(&["1 answer lost: 0 found in the CRM, 1 absent, 1 sent again"]);
    assert_eq!(workspace.statuses(), ["created"; 6]);
    assert_eq!(workspace.results()[2].attempts, 2);
    crm.expect_each_once(&workspace.results());
}

fn created_then_closed() -> Faults {
    Faults {
        closed_after: 1.0,
        ..Faults::default()
    }
}

fn closed_before_creating() -> Faults {
    Faults {
        closed_before: 1.0,
        ..Faults::default()
    }
}

#[test]
fn a_lead_that_was_created_before_the_connection_closed_is_found() {
    expect_found(created_then_closed(), &[]);
}

#[test]
fn a_lead_that_was_created_by_a_request_that_hangs_is_found() {
    let fault = Faults {
        hang: 1.0,
        ..Faults::default()
    };
    expect_found(fault, &["--timeout", "300ms"]);
}

#[test]
fn a_lead_that_was_created_and_answered_with_500_is_found() {
    let fault = Faults {
        error_500_after_creating: 1.0,
        ..Faults::default()
    };
    expect_found(fault, &[]);
}

#[test]
fn a_lead_whose_answer_was_broken_json_is_found() {
    let fault = Faults {
        broken_json: 1.0,
        ..Faults::default()
    };
    expect_found(fault, &[]);
}

#[test]
fn a_lead_whose_answer_had_no_id_is_found() {
    let fault = Faults {
        no_id: 1.0,
        ..Faults::default()
    };
    expect_found(fault, &[]);
}

#[test]
fn a_lead_whose_answer_came_half_is_found() {
    let fault = Faults {
        half_answer: 1.0,
        ..Faults::default()
    };
    expect_found(fault, &[]);
}

#[test]
fn a_row_whose_connection_closed_before_it_was_created_is_sent_again() {
    expect_sent_again(closed_before_creating(), &[]);
}

#[test]
fn a_row_that_hangs_before_it_is_created_is_sent_again() {
    let fault = Faults {
        hang_before: 1.0,
        ..Faults::default()
    };
    expect_sent_again(fault, &["--timeout", "300ms"]);
}

#[test]
fn a_row_that_was_answered_with_500_or_503_and_not_created_is_sent_again() {
    let fault = Faults {
        error_500: 1.0,
        ..Faults::default()
    };
    expect_sent_again(fault, &[]);
    let fault = Faults {
        error_503: 1.0,
        ..Faults::default()
    };
    expect_sent_again(fault, &[]);
}

#[test]
fn a_row_that_is_always_answered_with_500_has_two_attempts_and_fails() {
    let fault = Faults {
        error_500: 1.0,
        only_for: Some(UNLUCKY.into()),
        ..Faults::default()
    };
    let crm = Crm::of(SandboxOptions {
        faults: fault,
        ..SandboxOptions::default()
    });
    let workspace = Workspace::with_rows(6);
    import(&workspace, &crm, &[]).expect_code(1);
    let failed = &workspace.results()[2];
    assert_eq!((failed.status.as_str(), failed.attempts), ("failed", 2));
    assert_eq!(failed.codes, "server.gave_up");
    assert!(failed.problems.contains("500"), "{failed:?}");
    assert!(crm.ids_of(UNLUCKY).is_empty());
}

#[test]
fn a_row_that_never_gets_an_answer_fails_after_all_its_tries() {
    let fault = Faults {
        closed_before: 1.0,
        only_for: Some(UNLUCKY.into()),
        ..Faults::default()
    };
    let crm = Crm::of(SandboxOptions {
        faults: fault,
        ..SandboxOptions::default()
    });
    let workspace = Workspace::with_rows(6);
    import(&workspace, &crm, &["--tries", "3"]).expect_code(1);
    let failed = &workspace.results()[2];
    assert_eq!((failed.status.as_str(), failed.attempts), ("failed", 3));
    assert_eq!(failed.codes, "server.gave_up");
}

#[test]
fn a_conflict_with_the_rows_own_lead_is_no_refusal() {
    let creates = CreateOddities {
        conflict_on_twin: true,
        ..CreateOddities::default()
    };
    let crm = Crm::with_creates(created_then_closed(), creates);
    let workspace = Workspace::with_rows(6);
    import(&workspace, &crm, &["--on-unknown", "resend"]).expect_code(0);
    assert_eq!(workspace.statuses(), ["created"; 6]);
    assert_eq!(workspace.results()[2].attempts, 2, "the second was refused");
    crm.expect_each_once(&workspace.results());
}

#[test]
fn one_row_that_is_forbidden_is_refused_alone() {
    let fault = Faults {
        forbid: 1.0,
        only_for: Some(UNLUCKY.into()),
        ..Faults::default()
    };
    let crm = Crm::of(SandboxOptions {
        faults: fault,
        ..SandboxOptions::default()
    });
    let workspace = Workspace::with_rows(6);
    import(&workspace, &crm, &[]).expect_code(1);
    let expected = [
        "created", "created", "refused", "created", "created", "created",
    ];
    assert_eq!(workspace.statuses(), expected);
}

#[test]
fn where_the_crm_merges_two_rows_both_are_created_and_the_later_one_says_so() {
    let creates = CreateOddities {
        merge_by_email: true,
        ..CreateOddities::default()
    };
    let crm = Crm::with_creates(Faults::default(), creates);
    let workspace = Workspace::new();
    let rows = "Name,Surname,Mail\n,Ada,a@example.com\n,Bea,b@example.com\n,Cid,a@example.com\n";
    workspace.write("leads.csv", rows);
    import(&workspace, &crm, &[]).expect_code(0);
    let results = workspace.results();
    assert_eq!(workspace.statuses(), ["created"; 3]);
    assert_eq!(results[0].lead_id, results[2].lead_id);
    assert_eq!(
        (&*results[0].codes, &*results[2].codes),
        ("", "server.merged")
    );
    assert!(results[2].problems.contains("row 2"), "{:?}", results[2]);
}

#[test]
fn where_leads_are_listed_late_nothing_is_sent_twice() {
    let lists = ListOddities {
        list_late: Duration::from_millis(300),
        ..ListOddities::default()
    };
    for fault in [
        created_then_closed(),
        Faults {
            error_500_after_creating: 1.0,
            ..Faults::default()
        },
    ] {
        let crm = Crm::with_lists(fault, lists);
        let workspace = Workspace::with_rows(6);
        import(&workspace, &crm, &["--settle", "900ms"]).expect_code(0);
        assert_eq!(workspace.statuses(), ["created"; 6]);
        assert_eq!(crm.posts(), 6);
        crm.expect_each_once(&workspace.results());
    }
}

#[test]
fn where_a_request_takes_effect_late_nothing_is_sent_twice() {
    let fault = Faults {
        created_late: 1.0,
        late_by: Duration::from_millis(300),
        ..Faults::default()
    };
    let (workspace, crm) = (Workspace::with_rows(6), Crm::with(fault));
    import(&workspace, &crm, &["--settle", "900ms"]).expect_code(0);
    assert_eq!(crm.posts(), 6);
    crm.expect_each_once(&workspace.results());
}

/// So many leads are in the CRM already, each older than any of the file.
fn leads_of_others(crm: &Crm, leads: usize) {
    let others = Workspace::new();
    let mut text = String::from("Name,Surname,Mail\n");
    for number in 0..leads {
        let _ = writeln!(text, "Old,Other {number},other{number}@example.com");
    }
    others.write("leads.csv", text);
    others.import_to(&crm.url(), &[]).expect_code(0);
}

#[test]
fn where_search_is_ignored_and_everything_listed_oldest_first_leads_are_found_and_missed() {
    let lists = ListOddities {
        ignore_search: true,
        ignore_sort: true,
        ..ListOddities::default()
    };
    for (fault, posts) in [(created_then_closed(), 6), (closed_before_creating(), 7)] {
        let crm = Crm::with_lists(fault, lists);
        leads_of_others(&crm, 1200);
        let before = crm.posts();
        let workspace = Workspace::with_rows(6);
        import(&workspace, &crm, &[]).expect_code(0);
        assert_eq!(workspace.statuses(), ["created"; 6]);
        assert_eq!(crm.posts() - before, posts);
        for record in workspace.results() {
            let ids = crm.ids_of(&format!("Lovelace {}", record.row - 1));
            assert_eq!(ids, [record.lead_id]);
        }
    }
}

#[test]
fn pages_that_shift_while_they_are_read_hide_nothing() {
    let lists = ListOddities {
        ignore_search: true,
        shift_pages: true,
        ..ListOddities::default()
    };
    for (fault, posts) in [(created_then_closed(), 6), (closed_before_creating(), 7)] {
        let crm = Crm::with_lists(fault, lists);
        let workspace = Workspace::with_rows(6);
        import(&workspace, &crm, &[]).expect_code(0);
        assert_eq!(workspace.statuses(), ["created"; 6]);
        assert_eq!(crm.posts(), posts);
        assert_eq!(
            crm.ids_of(UNLUCKY),
            [workspace.results()[2].lead_id.clone()]
        );
    }
}

#[test]
fn where_lists_are_forbidden_look_ups_are_off_and_rows_stay_in_doubt() {
    let lists = ListOddities {
        forbid_lists: true,
        ..ListOddities::default()
    };
    let crm = Crm::with_lists(created_then_closed(), lists);
    let workspace = Workspace::with_rows(6);
    import(&workspace, &crm, &[])
        .expect_code(1)
        .expect_says(&["look-ups are off", "1 still open"]);
    let in_doubt = &workspace.results()[2];
    assert_eq!(in_doubt.status, "in_doubt");
    assert!(
        in_doubt.problems.contains("it was not looked up"),
        "{in_doubt:?}"
    );
    assert_eq!(crm.posts(), 6);
}

#[test]
fn where_lists_show_nobody_rows_stay_in_doubt() {
    let lists = ListOddities {
        few_fields: true,
        ..ListOddities::default()
    };
    let crm = Crm::with_lists(created_then_closed(), lists);
    let workspace = Workspace::with_rows(6);
    import(&workspace, &crm, &[]).expect_code(1);
    let in_doubt = &workspace.results()[2];
    assert_eq!(in_doubt.status, "in_doubt");
    assert!(in_doubt.problems.contains("nothing proved"), "{in_doubt:?}");
    assert_eq!(crm.posts(), 6);
}

/// The first run leaves the third row in doubt, without looking.
fn left_open(fault: Faults, lists: ListOddities) -> (Workspace, Crm) {
    let (workspace, crm) = (Workspace::with_rows(6), Crm::with_lists(fault, lists));
    import(&workspace, &crm, &["--on-unknown", "hold"]).expect_code(1);
    assert_eq!(workspace.results()[2].status, "in_doubt");
    assert_eq!(crm.posts(), 6);
    (workspace, crm)
}

#[test]
fn a_lead_that_a_salesperson_has_edited_is_a_candidate_and_not_absent() {
    for (field, value) in [
        ("description", "called on Monday"),
        ("first_name", "Augusta"),
        ("phone_number", "+12025550100"),
    ] {
        let (workspace, crm) = left_open(created_then_closed(), ListOddities::default());
        let id = crm.ids_of(UNLUCKY)[0].clone();
        let edited = crm.sandbox.edit_lead(id.parse().unwrap(), field, value);
        edited.unwrap();
        import(&workspace, &crm, &[]).expect_code(1);
        let in_doubt = &workspace.results()[2];
        assert_eq!(in_doubt.status, "in_doubt", "{field}");
        let problems = &in_doubt.problems;
        assert!(
            problems.contains(&format!("lead `{id}` has the same e-mail")),
            "{problems}"
        );
        assert!(
            problems.contains(&format!("differs in `{field}`")),
            "{problems}"
        );
        assert_eq!(crm.posts(), 6);
    }
}

#[test]
fn a_row_left_open_by_an_earlier_run_is_found() {
    let (workspace, crm) = left_open(created_then_closed(), ListOddities::default());
    import(&workspace, &crm, &[])
        .expect_code(0)
        .expect_says(&["1 row left open by earlier runs: 1 found in the CRM"]);
    assert_eq!(workspace.statuses(), ["already_created"; 6]);
    assert_eq!(crm.posts(), 6);
    crm.expect_each_once(&workspace.results());
    workspace
        .run(&["runs", "unknown", "--api-url", &crm.url(), "--tenant", "7"])
        .expect_code(0);
}

#[test]
fn a_row_left_open_by_an_earlier_run_and_absent_is_sent() {
    let (workspace, crm) = left_open(closed_before_creating(), ListOddities::default());
    import(&workspace, &crm, &[]).expect_code(0).expect_says(&[
        "1 row left open by earlier runs: 0 found in the CRM, 1 absent, 1 sent again",
    ]);
    assert_eq!(workspace.results()[2].status, "created");
    crm.expect_each_once(&workspace.results());
}

#[test]
fn a_row_left_open_that_a_filter_leaves_out_now_is_settled_first() {
    let filter = "\n[[filter]]\nskip_if = { column = \"Name\", in = [\"Ada\"] }\n";
    for (fault, expected) in [
        (created_then_closed(), "already_created"),
        (closed_before_creating(), "filtered"),
    ] {
        let (workspace, crm) = left_open(fault, ListOddities::default());
        let mapping = workspace.read("mapping.toml") + filter;
        workspace.write("mapping.toml", mapping);
        import(&workspace, &crm, &[]).expect_code(0);
        assert_eq!(workspace.results()[2].status, expected);
        assert_eq!(crm.posts(), 6);
    }
}

#[test]
fn local_times_without_a_zone_bound_what_can_be_the_rows_lead() {
    let lists = ListOddities {
        local_times: true,
        ..ListOddities::default()
    };
    for fault in [created_then_closed(), closed_before_creating()] {
        let crm = Crm::with_lists(fault, lists);
        let workspace = Workspace::with_rows(6);
        import(&workspace, &crm, &[]).expect_code(0);
        assert_eq!(workspace.statuses(), ["created"; 6]);
        crm.expect_each_once(&workspace.results());
    }
}

#[test]
fn equal_rows_are_never_in_flight_together_and_each_has_a_lead_of_its_own() {
    let row = format!("Ada,{UNLUCKY},ada@example.com\n");
    for fault in [created_then_closed(), closed_before_creating()] {
        let crm = Crm::with(fault);
        let workspace = Workspace::new();
        workspace.write(
            "leads.csv",
            format!("Name,Surname,Mail\nAda,First,first@example.com\n{row}{row}{row}{row}"),
        );
        workspace.import_to(&crm.url(), &[]).expect_code(0);
        assert_eq!(workspace.statuses(), ["created"; 5]);
        let mut ids = crm.ids_of(UNLUCKY);
        let mut told: Vec<String> = workspace
            .results()
            .into_iter()
            .skip(1)
            .map(|record| record.lead_id)
            .collect();
        ids.sort();
        told.sort();
        assert_eq!(ids, told);
    }
}

#[test]
fn a_lead_with_neither_email_nor_phone_is_looked_up_by_its_name() {
    for fault in [created_then_closed(), closed_before_creating()] {
        let crm = Crm::with(fault);
        let workspace = Workspace::new();
        let mut text = String::from("Name,Surname,Mail\n");
        for number in 1..=6 {
            let _ = writeln!(text, ",Lovelace {number},");
        }
        workspace.write("leads.csv", text);
        import(&workspace, &crm, &[]).expect_code(0);
        assert_eq!(workspace.statuses(), ["created"; 6]);
        crm.expect_each_once(&workspace.results());
    }
}

#[test]
fn rows_of_other_files_are_settled_in_the_ledger_and_sent_by_none_but_their_own() {
    for (fault, status) in [
        (created_then_closed(), "already_created"),
        (closed_before_creating(), "created"),
    ] {
        let (workspace, crm) = left_open(fault, ListOddities::default());
        workspace.write("other.csv", "Name,Surname,Mail\n,Bea,bea@example.com\n");
        workspace
            .import_file_to("other.csv", &crm.url(), &[])
            .expect_code(0)
            .expect_says(&["1 row of other files, left open by earlier runs, settled"]);
        assert_eq!(workspace.results_of("other.csv").len(), 1);
        assert_eq!(crm.posts(), 7, "only the row of the other file");
        workspace
            .run(&["runs", "unknown", "--api-url", &crm.url(), "--tenant", "7"])
            .expect_code(0);
        import(&workspace, &crm, &[]).expect_code(0);
        assert_eq!(workspace.results()[2].status, status);
        assert_eq!(
            crm.ids_of(UNLUCKY),
            [workspace.results()[2].lead_id.clone()]
        );
    }
}

/// The CRM comes up while the run begins.
#[test]
fn a_list_that_is_not_answered_in_the_beginning_is_asked_again_for_a_lost_row() {
    let workspace = Workspace::with_rows(3);
    let (leads, asked) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    let server = ScriptedServer::start_raw(move |request| {
        let mut leads = leads.lock().unwrap();
        if request.post.is_none() {
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                return Reply::Answer(503, vec![], String::new());
            }
            let newest_first: Vec<&Value> = leads.iter().rev().collect();
            let body = serde_json::json!({ "data": newest_first, "meta": { "last_page": 1 } });
            return Reply::Answer(200, vec![], body.to_string());
        }
        let mut lead: Value = serde_json::from_str(&request.body).unwrap();
        lead["id"] = (leads.len() + 1).into();
        leads.push(lead.clone());
        match leads.len() {
            1 => Reply::Close,
            _ => Reply::Answer(201, vec![], serde_json::json!({ "data": lead }).to_string()),
        }
    });
    let one = ["--concurrency", "1"];
    workspace.import_to(&server.url(), &one).expect_code(0);
    assert_eq!(server.posts().len(), 3);
}

#[test]
fn without_faults_nothing_is_asked_but_by_the_preflight() {
    let crm = Crm::with(Faults::default());
    let workspace = Workspace::with_rows(50);
    workspace.import_to(&crm.url(), &[]).expect_code(0);
    assert_eq!(crm.sandbox.counts().requests, 51);
}

#[test]
fn whoever_holds_rows_in_doubt_asks_nothing() {
    let (workspace, crm) = left_open(created_then_closed(), ListOddities::default());
    let in_doubt = &workspace.results()[2].problems;
    assert!(in_doubt.contains("`--on-unknown hold`"), "{in_doubt}");
    assert_eq!(crm.sandbox.counts().requests, 7);
}

#[test]
fn whoever_resends_may_have_a_lead_twice_and_never_loses_one() {
    let crm = Crm::with(created_then_closed());
    let workspace = Workspace::with_rows(6);
    import(&workspace, &crm, &["--on-unknown", "resend"]).expect_code(0);
    assert_eq!(workspace.statuses(), ["created"; 6]);
    assert_eq!(crm.ids_of(UNLUCKY).len(), 2);
}

#[test]
fn where_keys_are_honoured_the_same_request_tells_what_became_of_it() {
    let creates = CreateOddities {
        idempotency: Some(Duration::from_hours(1)),
        ..CreateOddities::default()
    };
    for fault in [
        created_then_closed(),
        closed_before_creating(),
        // The first request is still running when the second comes.
        Faults {
            created_late: 1.0,
            late_by: Duration::from_millis(700),
            ..Faults::default()
        },
    ] {
        let crm = Crm::with_creates(fault, creates);
        let workspace = Workspace::with_rows(6);
        import(&workspace, &crm, &["--idempotent"]).expect_code(0);
        assert_eq!(workspace.statuses(), ["created"; 6]);
        crm.expect_each_once(&workspace.results());
        let counts = crm.sandbox.counts();
        assert_eq!(counts.requests, counts.posts + 1, "nothing was looked up");
    }
}

#[test]
fn where_keys_are_honoured_rows_of_earlier_runs_are_sent_once_more_with_their_keys() {
    let creates = CreateOddities {
        idempotency: Some(Duration::from_hours(1)),
        ..CreateOddities::default()
    };
    for (fault, leads) in [(created_then_closed(), 6), (closed_before_creating(), 6)] {
        let crm = Crm::with_creates(fault, creates);
        let workspace = Workspace::with_rows(6);
        import(&workspace, &crm, &["--on-unknown", "hold"]).expect_code(1);
        import(&workspace, &crm, &["--idempotent=1h"]).expect_code(0);
        let settled = &workspace.results()[2];
        assert_eq!(settled.status, "already_created", "{settled:?}");
        assert_eq!(crm.ids_of(UNLUCKY), std::slice::from_ref(&settled.lead_id));
        assert_eq!(crm.sandbox.leads().unwrap().len(), leads);
    }
}

/// A CRM that does what the sandbox does not. Lists newest first, without a word about pages.
struct OddCrm {
    leads: Arc<Mutex<Vec<Value>>>,
    server: ScriptedServer,
}

/// What an odd CRM does.
#[derive(Clone, Copy)]
struct Oddities {
    /// What is answered for a lead, if not that it was created; and whether it is created.
    create: fn(&Value) -> Option<(Reply, bool)>,
    search: Search,
    /// A field that lists do not show.
    hidden: &'static str,
    /// It is not shown by id either.
    hides_by_id: bool,
    /// A field that is masked wherever it is shown.
    masked: &'static str,
    per_page: usize,
    /// So many questions are not answered once there are leads, whatever they are.
    silent: usize,
}

/// What becomes of a search.
#[derive(Clone, Copy)]
enum Search {
    /// It finds leads by their e-mail.
    Works,
    /// Everything is listed.
    Ignored,
    Answered(fn() -> Reply),
}

/// Created and listed as it should be, but that searches are ignored.
const USUAL: Oddities = Oddities {
    create: |_| None,
    search: Search::Ignored,
    hidden: "",
    hides_by_id: false,
    masked: "",
    per_page: 100,
    silent: 0,
};

impl OddCrm {
    fn start(oddities: Oddities) -> Self {
        let leads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&leads);
        let asked = AtomicUsize::new(0);
        let server = ScriptedServer::start_raw(move |request| {
            let mut leads = kept.lock().unwrap();
            if request.post.is_some() {
                return create(&mut leads, &request.body, oddities);
            }
            if !leads.is_empty() && asked.fetch_add(1, Ordering::SeqCst) < oddities.silent {
                return Reply::Close;
            }
            let path = request.start.split(' ').nth(1).unwrap();
            let term = path.split_once("search=").map(|(_, rest)| rest);
            let term = term.and_then(|rest| rest.split('&').next());
            match (term, oddities.search) {
                (Some(_), Search::Answered(answer)) => answer(),
                (Some(term), Search::Works) => {
                    let term = term.replace("%40", "@");
                    let is_found = |lead: &&Value| lead["email"] == *term;
                    let found: Vec<Value> = leads.iter().filter(is_found).cloned().collect();
                    list(&found, path, oddities)
                }
                _ => list(&leads, path, oddities),
            }
        });
        Self { leads, server }
    }

    /// The ids of the leads of which `field` is this.
    fn ids_where(&self, field: &str, value: &str) -> Vec<String> {
        let leads = self.leads.lock().unwrap();
        let leads = leads.iter().filter(|lead| lead[field] == value);
        leads.map(|lead| lead["id"].to_string()).collect()
    }
}

fn create(leads: &mut Vec<Value>, body: &str, oddities: Oddities) -> Reply {
    let mut lead: Value = serde_json::from_str(body).unwrap();
    let (reply, is_created) = match (oddities.create)(&lead) {
        Some((reply, is_created)) => (Some(reply), is_created),
        None => (None, true),
    };
    let id = leads.len() + 1;
    if is_created {
        lead["id"] = id.into();
        leads.push(lead);
    }
    reply.unwrap_or_else(|| crate::support::created(id))
}

fn list(leads: &[Value], path: &str, oddities: Oddities) -> Reply {
    let answer = |data: Value| {
        let body = serde_json::json!({ "data": data }).to_string();
        Reply::Answer(200, vec![], body)
    };
    if let Some(id) = path.strip_prefix("/api/v1/leads/") {
        let id: u64 = id.parse().unwrap();
        let lead = leads.iter().find(|lead| lead["id"] == id).unwrap();
        let oddities = Oddities {
            hidden: if oddities.hides_by_id {
                oddities.hidden
            } else {
                ""
            },
            ..oddities
        };
        return answer(shown(lead, oddities));
    }
    let number = |name: &str| {
        let (_, rest) = path.split_once(&format!("&{name}="))?;
        rest.split('&').next()?.parse::<usize>().ok()
    };
    let page = number("page").unwrap_or(1);
    let newest = leads.iter().rev().skip((page - 1) * oddities.per_page);
    let page = newest.take(oddities.per_page);
    answer(page.map(|lead| shown(lead, oddities)).collect())
}

fn shown(lead: &Value, oddities: Oddities) -> Value {
    let mut lead = lead.clone();
    let fields = lead.as_object_mut().unwrap();
    fields.remove(oddities.hidden);
    if let Some(field) = fields.get_mut(oddities.masked) {
        *field = "***".into();
    }
    lead
}

/// The third row is created and its connection closed.
fn third_closed(lead: &Value) -> Option<(Reply, bool)> {
    (lead["last_name"] == UNLUCKY).then_some((Reply::Close, true))
}

#[test]
fn where_searches_fail_the_server_is_not_away_and_the_list_decides() {
    for search in [
        || Reply::Answer(500, vec![], String::new()),
        || Reply::Answer(422, vec![], String::new()),
        || Reply::Close,
    ] {
        let crm = OddCrm::start(Oddities {
            create: third_closed,
            search: Search::Answered(search),
            ..USUAL
        });
        let workspace = Workspace::with_rows(6);
        let run = workspace.import_to(&crm.server.url(), &[]).expect_code(0);
        assert!(!run.stderr.contains("away"), "{}", run.stderr);
        assert_eq!(workspace.statuses(), ["created"; 6]);
        assert_eq!(crm.server.posts().len(), 6);
        assert_eq!(workspace.results()[2].codes, "server.found");
    }
}

/// Rows were left in doubt by a server that went away after the last one was sent, and came back.
#[test]
fn a_server_that_is_away_while_rows_are_looked_up_is_waited_for() {
    for search in [Search::Works, Search::Ignored] {
        let crm = OddCrm::start(Oddities {
            create: third_closed,
            search,
            silent: 4,
            ..USUAL
        });
        let workspace = Workspace::with_rows(6);
        let run = workspace.import_to(&crm.server.url(), &[]).expect_code(0);
        run.expect_says(&["server away since ", "the server is back"]);
        assert_eq!(crm.server.posts().len(), 6);
        assert_eq!(workspace.results()[2].codes, "server.found");
    }
}

#[test]
fn pages_that_do_not_say_whether_there_are_more_are_not_taken_for_all() {
    let crm = OddCrm::start(Oddities {
        create: third_closed,
        per_page: 5,
        ..USUAL
    });
    let workspace = Workspace::with_rows(40);
    workspace
        .import_to(&crm.server.url(), &["--concurrency", "1"])
        .expect_code(0);
    assert_eq!(crm.server.posts().len(), 40, "nothing is sent twice");
    assert_eq!(crm.ids_where("last_name", UNLUCKY), ["3"]);
    assert_eq!(workspace.results()[2].lead_id, "3");
}

/// Of three rows that differ in their first names the second is created and its answer lost, and the
/// third is not created at all.
fn two_of_three_closed(lead: &Value) -> Option<(Reply, bool)> {
    match lead["first_name"].as_str() {
        Some("B") => Some((Reply::Close, true)),
        Some("C") => Some((Reply::Close, false)),
        _ => None,
    }
}

fn three_of_one_person() -> Workspace {
    let workspace = Workspace::new();
    let rows = "A,Doe,doe@example.com\nB,Doe,doe@example.com\nC,Doe,doe@example.com\n";
    workspace.write("leads.csv", format!("Name,Surname,Mail\n{rows}"));
    workspace
}

#[test]
fn a_lead_that_a_list_shows_in_part_is_asked_for_before_it_is_taken_over() {
    let crm = OddCrm::start(Oddities {
        create: |lead| two_of_three_closed(lead).filter(|(_, is_created)| *is_created),
        hidden: "first_name",
        ..USUAL
    });
    let workspace = three_of_one_person();
    workspace.import_to(&crm.server.url(), &[]).expect_code(0);
    assert_eq!(crm.server.posts().len(), 3);
    for (record, name) in workspace.results().iter().zip(["A", "B", "C"]) {
        assert_eq!(crm.ids_where("first_name", name), [record.lead_id.as_str()]);
    }
}

#[test]
fn a_lead_that_two_rows_in_doubt_may_have_is_given_to_neither_in_any_run() {
    let crm = OddCrm::start(Oddities {
        create: two_of_three_closed,
        hidden: "first_name",
        hides_by_id: true,
        ..USUAL
    });
    let workspace = three_of_one_person();
    for created in ["created", "already_created"] {
        workspace.import_to(&crm.server.url(), &[]).expect_code(1);
        assert_eq!(workspace.statuses(), [created, "in_doubt", "in_doubt"]);
        let problems = &workspace.results()[1].problems;
        assert!(
            problems.contains("does not show `first_name`"),
            "{problems}"
        );
    }
    assert_eq!(crm.server.posts().len(), 3);
}

#[test]
fn where_contacts_are_shown_masked_no_absence_is_proved() {
    for search in [Search::Works, Search::Ignored] {
        let crm = OddCrm::start(Oddities {
            create: third_closed,
            search,
            masked: "email",
            ..USUAL
        });
        let workspace = Workspace::new();
        let mut text = String::from("Name,Surname,Mail\n");
        for number in 1..=6 {
            let _ = writeln!(text, ",Lovelace {number},ada{number}@example.com");
        }
        workspace.write("leads.csv", text);
        workspace.import_to(&crm.server.url(), &[]).expect_code(1);
        assert_eq!(workspace.results()[2].status, "in_doubt");
        assert_eq!(crm.server.posts().len(), 6, "nothing is sent twice");
    }
}

#[test]
fn a_row_that_is_forbidden_alone_is_refused_as_the_last_one_too() {
    let fault = Faults {
        forbid: 1.0,
        only_for: Some("Lovelace 6".into()),
        ..Faults::default()
    };
    let crm = Crm::of(SandboxOptions {
        faults: fault,
        ..SandboxOptions::default()
    });
    let workspace = Workspace::with_rows(6);
    import(&workspace, &crm, &[]).expect_code(1);
    let last = &workspace.results()[5];
    assert_eq!((&*last.status, &*last.codes), ("refused", "server.blocked"));
}
