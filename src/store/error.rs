//! Why a store cannot be used, in words for the person who must act.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// A store that cannot be used. Each variant is a different thing to do about it. Nothing of the store is changed or lost by any.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is nothing by that name.
    #[error("{}: there is no such store; check the path, or make one with `claimsieve auth import`", path.display())]
    NotFound {
        /// The store.
        path: PathBuf,
    },
    /// It was written by a later version of the program.
    #[error(
        "{}: this store has format {found}, and this version of claimsieve knows formats up to {known}; \
         use the version that wrote it, or a later one; nothing was changed",
        path.display()
    )]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The latest known format.
        known: i64,
    },
    /// It is no store.
    #[error("{}: this is not a claimsieve store ({why}); give the path of a store, or a new one; nothing was changed", path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: &'static str,
    },
    /// Another run writes to it.
    #[error("{}: another run is writing to this store; wait until it is done, then run again; nothing was changed", path.display())]
    Locked {
        /// The store.
        path: PathBuf,
    },
    /// This user may not write to it.
    #[error(
        "{}: this store cannot be written; have write permission granted for the file and its folder; nothing was changed",
        path.display()
    )]
    ReadOnly {
        /// The store.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("{}: no space left to write the store; free some and run again; the store is as it was", path.display())]
    Full {
        /// The store.
        path: PathBuf,
    },
    /// It is damaged.
    #[error("{}: this store is damaged ({why}); restore it from a backup", path.display())]
    Damaged {
        /// The store.
        path: PathBuf,
        /// What shows it.
        why: String,
    },
    /// Another failure.
    #[error("{}: the store failed ({why}); check the disk, then run again; the store is as it was", path.display())]
    Failed {
        /// The store.
        path: PathBuf,
        /// What the database said.
        why: String,
    },
}

impl StoreError {
    /// What a failure of the database means.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> StoreError {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { path },
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::NotADatabase) => StoreError::NotAStore { path, why: "it is no database" },
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, why: error.to_string() },
            Some(ErrorCode::CannotOpen) if !path.exists() => StoreError::NotFound { path },
            _ => StoreError::Failed { path, why: error.to_string() },
        }
    }

    pub(super) fn damaged(path: &Path, why: &str) -> StoreError {
        StoreError::Damaged { path: path.to_owned(), why: why.to_owned() }
    }
}
