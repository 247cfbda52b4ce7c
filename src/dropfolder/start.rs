//! Why the service does not start.

use std::path::PathBuf;

use super::config::ConfigError;
use super::files::Trouble;
use crate::store::StoreError;
use crate::verdict::ProfileError;

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A profile of it.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] Trouble),
    /// Another one runs.
    #[error(
        "{}: another watcher has this state or store; stop it first, or give this one its own state and store",
        path.display()
    )]
    Busy {
        /// The lock.
        path: PathBuf,
    },
    /// The ledger was there, and is gone.
    #[error(
        "{}: the ledger was there and is gone; restore it from a backup, or give its path as `store` if it was moved; to begin anew without it, remove {}",
        store.display(),
        mark.display()
    )]
    LedgerGone {
        /// The store.
        store: PathBuf,
        /// What says that there was one.
        mark: PathBuf,
    },
    /// Files of the ledger are under way elsewhere.
    #[error(
        "{}: files are under way that are in no state folder of this name; give the one in which they are as `state`, or, if it is lost, make an empty file {}",
        store.display(),
        mark.display()
    )]
    UnderWayElsewhere {
        /// The store.
        store: PathBuf,
        /// What says that the state folder is that of the store.
        mark: PathBuf,
    },
    /// Metrics cannot be told there.
    #[error("{address}: metrics cannot be told there ({source}); choose another address")]
    Metrics {
        /// The address.
        address: std::net::SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
}
