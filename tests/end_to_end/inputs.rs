//! What is read, and what is said of a file that cannot be.

use std::io::Write;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_xlsxwriter::Workbook;

use crate::support::{Run, ScriptedServer, Workspace, created, read_results};

#[test]
fn a_workbook_is_read_like_a_text_file() {
    let workspace = Workspace::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in ["Name", "Surname", "Mail"].into_iter().enumerate() {
        sheet
            .write(0, u16::try_from(column).unwrap(), name)
            .unwrap();
    }
    sheet
        .write(2, 0, "Ada")
        .unwrap()
        .write(2, 1, "Lovelace")
        .unwrap();
    sheet.write(3, 1, 905_321_234_567_f64).unwrap();
    workbook.save(workspace.path("leads.xlsx")).unwrap();
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    let url = server.url();
    let run = workspace.run(&[
        "import",
        "leads.xlsx",
        "--mapping",
        "mapping.toml",
        "--api-url",
        &url,
        "--tenant",
        "7",
        "--concurrency",
        "1",
    ]);
    run.expect_code(0).expect_says(&["1 blank"]);
    let rows: Vec<u64> = read_results(&workspace.path("leads.xlsx.results.csv"))
        .iter()
        .map(|record| record.row)
        .collect();
    assert_eq!(rows, [3, 4], "rows keep their numbers");
    assert_eq!(server.posts()[1].body, r#"{"last_name":"905321234567"}"#);
}

/// Imports `text` from standard input; returns the exit code.
fn import_standard_input(workspace: &Workspace, text: &str) -> Option<i32> {
    let arguments = [
        "import",
        "-",
        "--mapping",
        "mapping.toml",
        "--sandbox",
        "--results",
        "r.csv",
    ];
    let mut command = workspace.command(&arguments);
    let mut child = command
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    child.wait().unwrap().code()
}

#[test]
fn standard_input_is_read_when_a_place_for_results_is_named() {
    let workspace = Workspace::new();
    let nowhere = workspace.run(&["import", "-", "--mapping", "mapping.toml", "--sandbox"]);
    nowhere.expect_code(2).expect_says(&["--results"]);
    // The mapping's `Mail` is not there.
    assert_eq!(
        import_standard_input(&workspace, "Name,Surname\nAda,Lovelace\n"),
        Some(2)
    );
    assert_eq!(
        import_standard_input(&workspace, "Name,Surname,Mail\nAda,Lovelace,\n"),
        Some(0)
    );
    assert_eq!(read_results(&workspace.path("r.csv"))[0].status, "created");
}

#[test]
fn the_delimiter_and_the_header_row_can_be_named() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        "Export of today\nName;Surname;Mail\nAda;Lovelace;\n",
    );
    let run = workspace.import_to_sandbox(&["--delimiter", ";", "--header-row", "2"]);
    run.expect_code(0);
    assert_eq!(workspace.results()[0].row, 3);
}

#[test]
fn a_ragged_row_is_reported_and_the_run_goes_on() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        "Name,Surname,Mail\nAda,Lovelace,a@example.com,too much\nBob\nCid,Curie,\n",
    );
    workspace.import_to_sandbox(&[]).expect_code(1);
    let results = workspace.results();
    let codes: Vec<&str> = results.iter().map(|record| record.codes.as_str()).collect();
    assert!(codes[0].contains("row.too_many_cells"), "{codes:?}");
    assert!(codes[1].contains("row.too_few_cells"), "{codes:?}");
    assert_eq!(workspace.statuses(), ["rejected", "rejected", "created"]);
}

#[test]
fn files_that_cannot_be_read_are_refused_by_what_they_are() {
    let workspace = Workspace::new();
    for (name, content, words) in [
        ("empty.csv", b"".as_slice(), "empty"),
        (
            "old.xls",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more",
            ".xlsx",
        ),
        ("picture.csv", b"\x89PNG\r\n\x1A\n and more", "a picture"),
        ("wide.csv", b"\xff\xfe\0\0N\0\0\0", "UTF-32"),
        // The late row of a file that is otherwise windows-1252 contradicts it.
        (
            "two_encodings.csv",
            b"Name,Surname,Mail\nJos\xe9,Pe\xf1a,\nZo\xeb,M\xfcller,\nCut,O\x81,\n",
            "row 4 has bytes that are not text in `windows-1252`",
        ),
    ] {
        workspace.write(name, content);
        let run = workspace
            .run(&["check", name, "--mapping", "mapping.toml"])
            .expect_code(2);
        run.expect_says(&[name, words, "hint: "]);
    }
}

#[test]
fn encodings_and_delimiters_are_found_by_looking() {
    let utf_16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    for (content, first, last, told) in [
        (
            b"Name;Surname;Mail\nJos\xe9;Pe\xf1a;\n".to_vec(),
            "José",
            "Peña",
            Some("`windows-1252`"),
        ),
        (
            b"Mail;Name;Surname\nayse@ornek.com.tr;Ay\xfee;I\xfe\xfdk\n".to_vec(),
            "Ayşe",
            "Işık",
            Some("`windows-1254`"),
        ),
        (
            utf_16("Name\tSurname\tMail\r\nAyşe\tIşık\t\r\n"),
            "Ayşe",
            "Işık",
            None,
        ),
        (
            "Our leads\n\nName|Surname|Mail\nAyşe|Işık|\n".into(),
            "Ayşe",
            "Işık",
            Some("row 3 is taken for the column names"),
        ),
    ] {
        let workspace = Workspace::new();
        workspace.write("leads.csv", content);
        let server = ScriptedServer::start(|request| created(request.post.unwrap()));
        let run = workspace.import_to(&server.url(), &[]).expect_code(0);
        run.expect_says(&told.into_iter().collect::<Vec<_>>());
        let body = &server.posts()[0].body;
        assert!(body.contains(first) && body.contains(last), "{body}");
    }
}

#[test]
fn a_named_encoding_makes_misfits_the_problem_of_their_row() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        b"Name,Surname,Mail\nJos\xe9,Pe\xf1a,\nCut,O\x81,\n",
    );
    let run = workspace.import_to_sandbox(&["--encoding", "windows-1252"]);
    run.expect_code(1);
    assert_eq!(workspace.statuses(), ["created", "rejected"]);
    assert_eq!(workspace.results()[1].codes, "cell.not_text");
    let unknown = workspace.import_to_sandbox(&["--encoding", "windows-1524"]);
    unknown
        .expect_code(2)
        .expect_says(&["`windows-1524` is no encoding", "hint: "]);
}

#[test]
fn a_row_below_a_cell_of_several_lines_is_named_by_its_line_too() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        "Name,Surname,Mail\n\"Ada\nMary\",Lovelace,\nBob,,x\n",
    );
    workspace.import_to_sandbox(&[]).expect_code(1);
    let results = workspace.results();
    assert_eq!(results[1].row, 3);
    assert!(
        results[1].problems.ends_with("; line 4 of the file"),
        "{}",
        results[1].problems
    );
    assert_eq!(results[0].problems, "");
}

#[test]
fn what_is_packed_or_misnamed_is_read_by_what_it_holds() {
    let workspace = Workspace::new();
    let text = "Name,Surname,Mail\nAda,Lovelace,\n";
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    for (name, content, told) in [
        (
            "leads.csv.gz",
            packed.finish().unwrap(),
            "the file is a gzip archive; what is in it is read",
        ),
        (
            "leads.xls",
            text.into(),
            "the file is called `.xls` and holds delimited text",
        ),
    ] {
        workspace.write(name, content);
        let check = workspace.run(&["check", name, "--mapping", "mapping.toml"]);
        check.expect_code(0).expect_says(&[told]);
        let results = read_results(&workspace.path(&format!("{name}.check.csv")));
        assert_eq!(results[0].status, "valid");
    }
}

#[test]
fn the_names_that_the_mapping_uses_tell_the_header() {
    let workspace = Workspace::new();
    // By its looks the file has no names: the first row repeats a value.
    workspace.write(
        "leads.csv",
        "made,for,us\nSurname,Name,Mail,12\nLovelace,Ada,,12\nBabbage,Surname,,13\n",
    );
    let run = workspace.import_to_sandbox(&[]).expect_code(0);
    run.expect_says(&["row 2 is taken for the column names"]);
    assert_eq!(workspace.statuses(), ["created", "created"]);
}

#[cfg(unix)]
#[test]
fn without_room_for_a_temporary_file_the_message_names_the_place() {
    let workspace = Workspace::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(b"Name,Surname\nAda,Lovelace\n").unwrap();
    workspace.write("leads.csv.gz", packed.finish().unwrap());
    let mut command = workspace.command(&["inspect", "leads.csv.gz"]);
    let run = Run::of(command.env("TMPDIR", workspace.path("gone")));
    run.expect_code(2).expect_says(&[
        "what is in the file cannot be copied to a temporary one",
        "gone",
        "TMPDIR",
    ]);
}

#[test]
fn rejects_are_given_back_with_the_flags_of_the_original() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        b"Export\n\nName;Surname;Mail\n\xddrem;\xc7a\xf0la;bad\nAy\xfee;I\xfe\xfdk;\n",
    );
    let flags = [
        "--encoding",
        "windows-1254",
        "--delimiter",
        ";",
        "--header-row",
        "3",
    ];
    workspace.import_to_sandbox(&flags).expect_code(1);
    let mended = workspace
        .read("leads.csv.rejects.csv")
        .replace("bad", "i@example.com");
    workspace.write("leads.csv", mended);
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    workspace.import_to(&server.url(), &flags).expect_code(0);
    let body = &server.posts()[0].body;
    assert!(body.contains("İrem") && body.contains("Çağla"), "{body}");
}
