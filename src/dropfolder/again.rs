//! Claims that were rejected, judged again by the rosters, tables and authorizations of today. Nothing is delivered.

use std::fs;

use chrono::{DateTime, FixedOffset};

use super::config::Config;
use super::files;
use super::judge::{Later, profile_of};
use super::service::StartError;
use crate::output::ack::Moment;
use crate::pipeline::{self, Options, Silent};
use crate::reference::Reference;
use crate::source::{RealDisk, Suffix, discover};
use crate::store::{Arrival, Store};

/// What of an arrival would pass now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Again {
    /// The arrival.
    pub arrival: i64,
    /// Its rejected records.
    pub rejected: u64,
    /// Those that would be accepted now.
    pub passing: u64,
}

/// Judges the rejected claims of an arrival again; none where it has none, or its files are purged.
pub fn again(
    config: &Config,
    arrival: &Arrival,
    now: DateTime<FixedOffset>,
) -> Result<Option<Again>, AgainError> {
    let Some(inbox) = config.inbox(&arrival.partner) else { return Ok(None) };
    let out = arrival.place.join("out");
    if arrival.place.as_os_str().is_empty() || !files::exists(&out).map_err(Later::from)? {
        return Ok(None);
    }
    let entries = fs::read_dir(&out).map_err(files::at("read", &out)).map_err(Later::from)?;
    let paths: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(Suffix::Reject.text()))
        .collect();
    if paths.is_empty() {
        return Ok(None);
    }
    let profile = profile_of(config, inbox).map_err(StartError::from)?;
    let mut reference =
        Reference::load(config.reference.as_deref(), config.rosters.as_deref()).map_err(Later::from)?;
    let store = Store::open(&config.store).map_err(Later::from)?;
    reference.authorizations.look_up_in(Box::new(store));
    let dir = tempfile::Builder::new().prefix("again-").tempdir_in(config.work());
    let dir = dir.map_err(files::at("make a folder in", &config.work())).map_err(Later::from)?;
    let received = DateTime::parse_from_rfc3339(&arrival.received).unwrap_or(now);
    let mut options = Options::at(&profile, dir.path(), Moment::of(&received));
    options.jobs = config.jobs;
    let report = pipeline::process(&discover(&paths), reference, &options, &RealDisk, &Silent);
    let records = &report.summary.records;
    Ok(Some(Again { arrival: arrival.id, rejected: records.read, passing: records.accepted }))
}

/// Why they cannot be judged again.
#[derive(Debug, thiserror::Error)]
pub enum AgainError {
    /// The configuration.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Disk, store, rosters.
    #[error(transparent)]
    Later(#[from] Later),
}
