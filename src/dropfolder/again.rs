//! Records judged again by the rosters, tables and authorizations of today, to see what would become of them. Nothing is delivered.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::claims::{outputs, suffix_of};
use super::config::Config;
use super::files;
use super::judge::{Later, moment_of, profile_of};
use super::rows::{self, Told};
use super::service::StartError;
use crate::pipeline::{self, Options, Silent};
use crate::reference::Reference;
use crate::source::{Staging, discover};
use crate::store::{Arrival, Arrivals, Fate, Store};
use crate::verdict::Profile;

/// What of an arrival would pass now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Again {
    /// How many of its records are rejected.
    pub rejected: u64,
    /// Those that would be accepted now.
    pub passing: Vec<Passing>,
}

/// A rejected record that would pass now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passing {
    /// Its ordinal in the file that it came with, from 1.
    pub record: u64,
    /// CLM01, or TRN02 of a request.
    pub id: String,
    /// CLM02.
    pub charge: String,
    /// The codes of the rules that rejected it.
    pub rules: BTreeSet<String>,
}

/// Judges the rejected records of an arrival again; none where it has none, or its files are purged.
pub fn again(config: &Config, arrivals: &Arrivals, arrival: &Arrival) -> Result<Option<Again>, AgainError> {
    let Some(inbox) = config.inbox(&arrival.partner) else { return Ok(None) };
    let out = arrival.place.join("out");
    if arrival.place.as_os_str().is_empty() || !files::exists(&out).map_err(Later::from)? {
        return Ok(None);
    }
    let paths = outputs(&out, suffix_of(Fate::Rejected))?;
    if paths.is_empty() {
        return Ok(None);
    }
    let root = arrivals.root(arrival).map_err(Later::from)?;
    let profile = profile_of(config, inbox).map_err(StartError::from)?.judging_again();
    let trial = Trial { config, profile: &profile, root: &root, holds: false };
    let mut still = BTreeSet::new();
    let mut records = 0;
    for path in &paths {
        let (told, read) = trial.run(std::slice::from_ref(path), "reject")?;
        still.extend(told.into_iter().map(|(_, record)| records + record));
        records += read;
    }
    let taken = arrivals.judged_again_of(arrival.id, Fate::Rejected).map_err(Later::from)?;
    let before = rows::told(&out, "reject")?;
    let rejected = before.len() as u64 - taken.len() as u64;
    let passing = before
        .into_iter()
        .zip(0..)
        .filter(|(_, nth)| !still.contains(nth) && !taken.contains(nth))
        .map(|(((_, record), Told { id, charge, rules, .. }), _)| Passing { record, id, charge, rules })
        .collect();
    Ok(Some(Again { rejected, passing }))
}

/// Records judged in a folder of their own.
pub(super) struct Trial<'a> {
    pub(super) config: &'a Config,
    pub(super) profile: &'a Profile,
    /// The arrival that they came with at first, or one of its day.
    pub(super) root: &'a Arrival,
    /// Whether claims are held.
    pub(super) holds: bool,
}

impl Trial<'_> {
    /// Judges files; answers which of their records get this disposition, by the place of the file among them (they stand in the
    /// order of their names) and of the record in it, both from 0, and how many records they have.
    pub(super) fn run(
        &self,
        paths: &[PathBuf],
        disposition: &str,
    ) -> Result<(BTreeSet<(usize, u64)>, u64), Later> {
        let Trial { config, profile, root, holds, .. } = *self;
        let mut reference = Reference::load(config.reference.as_deref(), config.rosters.as_deref())?;
        reference.authorizations.look_up_in(Box::new(Store::open(&config.store)?));
        let dir = tempfile::Builder::new().prefix("again-").tempdir_in(config.work());
        let dir = dir.map_err(files::at("make a folder in", &config.work()))?;
        let mut options = Options::at(profile, dir.path(), moment_of(root));
        options.jobs = config.jobs;
        options.holds = holds;
        let report = pipeline::process(&discover(paths), reference, &options, &Staging, &Silent);
        for input in report.inputs {
            if let pipeline::Outcome::Failed(error) = input.outcome {
                return Err(error.into());
            }
        }
        let told = rows::told(dir.path(), disposition)?;
        Ok((told.into_keys().map(|(file, record)| (file, record - 1)).collect(), report.summary.records.read))
    }
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
