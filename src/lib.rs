//! leadferry carries leads from a spreadsheet into the Flextell CRM.
//!
//! # The flow
//!
//! A [`source`] turns a file into rows. A [`mapping`], which the user writes, turns a row into a
//! lead or into problems, with the help of [`validation`]. An [`api`] client makes one attempt to
//! create a lead and says what the answer means; [`pacing`] says when the next attempt may go. A
//! [`report`] writes down what became of each row. [`import`] ties them together: its
//! [`run`](import::run) reads, checks, sends and records with bounded channels between, so that
//! memory does not grow with the file. The [`sandbox`] plays the CRM, and [`cli`] is the program.
//!
//! The words are in [`model`]: a *row* is what the file has, a *lead* what the CRM gets, a
//! *problem* why the one did not become the other, an *outcome* a row's one fate.
//!
//! # The smallest check
//!
//! ```
//! use leadferry::mapping::{Mapping, Verdict};
//! use leadferry::source::{Source, SourceOptions};
//! use std::ops::ControlFlow;
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("leads.csv");
//! # fs_err::write(&path, "Surname,Mail\nLovelace,ada@example.com\n,nobody@example.com\n")?;
//! let mapping = Mapping::parse(
//!     "version = 1\n[lead]\nlast_name = \"Surname\"\nemail = \"Mail\"\n",
//!     "mapping.toml",
//! )?;
//! let source = Source::open(&path, &SourceOptions::default())?;
//! let mapping = mapping.bind(source.header())?;
//! let mut ready = 0;
//! source.read_rows(&mut |row| {
//!     ready += u32::from(matches!(mapping.judge(&row), Verdict::Ready { .. }));
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(ready, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod api;
pub mod cli;
pub mod import;
pub mod ledger;
pub mod mapping;
pub mod model;
pub mod pacing;
pub mod report;
pub mod sandbox;
pub mod source;
pub mod validation;
