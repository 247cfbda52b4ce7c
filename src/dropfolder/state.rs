//! The state folder: who has it, the ledger that belongs to it, and what in it belongs to nobody.

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use super::config::Config;
use super::files::{self, Trouble};
use super::start::StartError;
use super::{again, held};
use crate::store::{Arrivals, State};

/// Only one watcher has a state, and only one a store.
pub(super) fn lock(config: &Config) -> Result<[File; 2], StartError> {
    let mut of_store = config.store.clone().into_os_string();
    of_store.push(".watched");
    let lock = |path: PathBuf| locked(files::lock_file(&path)?, path);
    Ok([lock(config.state.join("lock"))?, lock(of_store.into())?])
}

/// The same by the store itself, which may be reached by other names. SQLite has locks of another kind, which are let go when
/// the file is closed: what this answers must be held for longer than any connection.
fn lock_store(config: &Config) -> Result<File, StartError> {
    let path = config.store.clone();
    let file = File::open(&path).map_err(files::at("lock", &path))?;
    locked(file, path)
}

fn locked(file: File, path: PathBuf) -> Result<File, StartError> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::Busy { path }),
        Err(TryLockError::Error(error)) => Err(files::at("lock", &path)(error).into()),
    }
}

/// Says that there is a ledger.
fn mark(config: &Config) -> PathBuf {
    config.state.join("ledger")
}

/// Opens the ledger. One that was there before and is gone is not begun anew: what came would be judged again, and outputs would
/// get the names of others. What this locks must be held for longer than the ledger.
pub(super) fn ledger(config: &Config) -> Result<(Arrivals, File), StartError> {
    let mark = mark(config);
    let was_there = files::exists(&mark)?;
    if was_there && !Arrivals::is_begun(&config.store)? {
        return Err(StartError::LedgerGone { store: config.store.clone(), mark });
    }
    let arrivals = Arrivals::open(&config.store)?;
    let lock = lock_store(config)?;
    if !was_there && !arrivals.unfinished()?.is_empty() {
        return Err(StartError::UnderWayElsewhere { store: config.store.clone(), mark });
    }
    if !was_there {
        fs::write(&mark, "").map_err(files::at("write", &mark))?;
        files::sync(&config.state)?;
    }
    Ok((arrivals, lock))
}

/// Puts aside what is under way for no arrival of the ledger, as after an older ledger was restored: its number will be given to
/// another file.
pub(super) fn put_strays_aside(config: &Config, arrivals: &Arrivals) -> Result<(), StartError> {
    let work = config.work();
    for entry in fs::read_dir(&work).map_err(files::at("read", &work))? {
        let name = entry.map_err(files::at("read", &work))?.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse::<i64>().ok()) else { continue };
        if arrivals.get(id)?.is_some_and(|arrival| arrival.state != State::Archived) {
            continue;
        }
        let aside = config.state.join("aside");
        files::make(&aside)?;
        let free = |nth: u32| aside.join(format!("{id:06}-{nth}"));
        let mut nth = 1;
        while files::exists(&free(nth))? {
            nth += 1;
        }
        let to = free(nth);
        files::relocate(&work.join(name), &to)?;
        files::sync(&aside)?;
        tracing::error!(
            folder = %to.display(),
            "it was under way, and the ledger does not know it, as after an older one was restored; drop its input again"
        );
    }
    Ok(())
}

/// Removes what judging on trial left that did not come to its end: claims stand in it.
pub(super) fn tidy(config: &Config) -> Result<(), Trouble> {
    held::tidy(config).and(again::tidy(config))
}
