//! Why a sandbox cannot serve.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a sandbox could not start, or did not end well.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The address is open to other machines.
    #[error("cannot listen on `{address}`: the sandbox serves loopback addresses only")]
    NotLoopback {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// A share is no part of a whole.
    #[error("the share of `{fault}` must be from 0 to 1; got {share}")]
    NotAShare {
        /// The fault's name, as in [`super::Faults`].
        fault: &'static str,
        /// What was asked for.
        share: f64,
    },
    /// More requests are to go wrong than there are.
    #[error("the shares of all faults add up to {total}, which is more than 1")]
    SharesAboveOne {
        /// The sum.
        total: f64,
    },
    /// The address cannot be had, most often because another program listens there.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The server's thread or its runtime cannot be made.
    #[error("cannot start the sandbox's thread")]
    Thread {
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The storage in memory cannot be made.
    #[error("cannot make the sandbox's storage in memory")]
    Memory {
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// The data file cannot be opened: it is no database, or another sandbox has it open.
    #[error("cannot use `{}` as the sandbox's data file", path.display())]
    Data {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// The file is a database, but another program's or a newer version's.
    #[error("`{}` is not a data file of this version of the sandbox", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A lead is to be edited or deleted that there is not.
    #[error("there is no lead {id}")]
    NoSuchLead {
        /// The id that was asked for.
        id: i64,
    },
    /// A field is to be edited that leads do not have.
    #[error("leads have no field `{field}`")]
    NoSuchField {
        /// The name that was asked for.
        field: String,
    },
    /// A field is to be set to what a create could not set it to.
    #[error("`{field}` cannot be set to this: {reason}")]
    NoSuchValue {
        /// The field's name.
        field: &'static str,
        /// The first broken rule, as an answer tells it.
        reason: String,
    },
    /// The server panicked while it served: a bug of the sandbox.
    #[error("the sandbox panicked: {message}")]
    Panicked {
        /// The first panic's message.
        message: String,
    },
}
