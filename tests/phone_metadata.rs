//! The metadata of phone numbers is that of the phone library which is built in.
//!
//! `UPDATE_PHONE_METADATA=1 cargo test --test phone_metadata` takes that of another version over.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::process::Command;

const OURS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/validation/phone_metadata.bin"
);

#[test]
fn the_metadata_is_the_librarys_byte_for_byte() {
    let theirs = fs_err::read(file_of_library()).unwrap();
    if std::env::var_os("UPDATE_PHONE_METADATA").is_some() {
        fs_err::write(OURS, &theirs).unwrap();
    }
    let is_same = fs_err::read(OURS).unwrap() == theirs;
    assert!(is_same, "run this test with UPDATE_PHONE_METADATA=1");
}

/// Where the library's source lies.
fn file_of_library() -> PathBuf {
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    // Of other platforms not everything has been fetched.
    let only_here = ["--filter-platform", host.unwrap()];
    let asked = [
        &["metadata", "--format-version", "1", "--locked"][..],
        &only_here,
    ]
    .concat();
    let metadata: serde_json::Value = serde_json::from_str(&cargo(&asked)).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let library = packages.find(|package| package["name"] == "rlibphonenumber");
    let manifest = PathBuf::from(library.unwrap()["manifest_path"].as_str().unwrap());
    manifest.with_file_name("src/generated/metadata/metadata.bin")
}

fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}
