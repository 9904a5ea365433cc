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
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline"]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let output = output.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let library = packages.find(|package| package["name"] == "rlibphonenumber");
    let manifest = PathBuf::from(library.unwrap()["manifest_path"].as_str().unwrap());
    manifest.with_file_name("src/generated/metadata/metadata.bin")
}
