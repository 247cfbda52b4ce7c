//! Records judged again by the rosters, tables and authorizations of today, to see what would become of them. Nothing is delivered.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::claims::{outputs, suffix_of};
use super::config::Config;
use super::files::{self, Trouble};
use super::judge::{Later, moment_of, profile_of};
use super::overrule::elsewhere;
use super::rows::{self, ByRecord, Told};
use super::start::StartError;
use crate::pipeline::{self, Memory, Options, RunError, Silent};
use crate::reference::Reference;
use crate::source::{Staging, discover};
use crate::store::{Arrival, Arrivals, Fate, Query, Store};
use crate::verdict::Profile;

/// A rejected record, judged again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retried {
    /// Its ordinal in the file that it came with, from 1.
    pub record: u64,
    /// CLM01, or TRN02 of a request.
    pub id: String,
    /// CLM02.
    pub charge: String,
    /// The codes of the rules that rejected it.
    pub before: BTreeSet<String>,
    /// The codes of those that would reject it now.
    pub now: BTreeSet<String>,
    /// The arrival of another claim of that id that stands accepted or is held: the partner sent it again, or voided it.
    pub elsewhere: Option<i64>,
}

impl Retried {
    /// Whether it would be accepted now.
    pub fn passes(&self) -> bool {
        self.now.is_empty()
    }
}

/// What the names of folders begin with in which records are judged again.
const FOLDERS: &str = "again-";

/// Shared by all who judge records again; who has it alone knows that nobody does.
fn lock(config: &Config) -> Result<File, Trouble> {
    files::lock_file(&config.state.join("retry.lock"))
}

/// Removes what those left who died while they judged records again, unless somebody does just now.
pub(super) fn tidy(config: &Config) -> Result<(), Trouble> {
    // released when it is dropped; where the disk knows no locks, nothing is removed
    let lock = lock(config)?;
    if lock.try_lock().is_ok() { files::remove_named(&config.work(), FOLDERS) } else { Ok(()) }
}

/// Judges the rejected records of an arrival again, those apart that were judged again for good; none where it has none, or its
/// files are purged.
pub fn again(
    config: &Config,
    arrivals: &Arrivals,
    arrival: &Arrival,
) -> Result<Option<Vec<Retried>>, AgainError> {
    let Some(inbox) = config.inbox(&arrival.partner) else { return Ok(None) };
    let out = arrival.place.join("out");
    if arrival.place.as_os_str().is_empty() || !files::exists(&out).map_err(Later::from)? {
        return Ok(None);
    }
    let paths = outputs(&out, suffix_of(Fate::Rejected))?;
    if paths.is_empty() {
        return Ok(None);
    }
    tidy(config).map_err(Later::from)?;
    let lock = lock(config).map_err(Later::from)?;
    lock.lock_shared().map_err(files::at("lock", &config.state)).map_err(Later::from)?;
    let root = arrivals.root(arrival).map_err(Later::from)?;
    let profile = profile_of(config, inbox).map_err(StartError::from)?.judging_again();
    let work = config.work();
    let taken = arrivals.judged_again_of(arrival.id, Fate::Rejected).map_err(Later::from)?;
    let before = rows::told(&out, "reject")?;
    // what is settled for good is no other's duplicate
    let settled = before.values().zip(0..).filter(|(told, nth)| told.taken_back || taken.contains(nth));
    let settled: BTreeSet<u64> = settled.map(|(_, nth)| nth).collect();
    let mut still = BTreeMap::new();
    let mut records = 0;
    for path in &paths {
        let settled = settled.range(records..).map(|nth| nth - records + 1).collect();
        let trial = Trial { config, profile: &profile, root: &root, holds: false, settled, work: &work };
        let Tried { told, read, failed } = trial.run(std::slice::from_ref(path), "reject")?;
        if let Some((_, error)) = failed.into_iter().next() {
            return Err(Later::from(error).into());
        }
        still.extend(told.into_iter().map(|((_, record), told)| (records + record, told.rules)));
        records += read;
    }
    let mut retried = Vec::new();
    for (((_, record), Told { id, charge, rules, taken_back, .. }), nth) in before.into_iter().zip(0..) {
        if taken.contains(&nth) {
            continue;
        }
        // whose provider took it back, it stays so
        let now = if taken_back { rules.clone() } else { still.remove(&nth).unwrap_or_default() };
        let elsewhere = if now.is_empty() { sent_again(arrivals, arrival, &id, nth)? } else { None };
        retried.push(Retried { record, id, charge, before: rules, now, elsewhere });
    }
    Ok(Some(retried))
}

/// The arrival of another claim of the id of one that was rejected, which stands accepted or is held.
fn sent_again(arrivals: &Arrivals, of: &Arrival, id: &str, record: u64) -> Result<Option<i64>, Later> {
    let all = arrivals.claims(&Query { claim: Some(id.to_owned()), ..Query::default() })?;
    let own = all
        .iter()
        .find(|claim| claim.arrival == of.id && claim.fate == Fate::Rejected && claim.record == Some(record));
    let Some(own) = own else { return Ok(None) };
    Ok(elsewhere(arrivals, &all, own, of)?.map(|other| other.arrival))
}

/// Records judged in a folder of their own.
pub(super) struct Trial<'a> {
    pub(super) config: &'a Config,
    pub(super) profile: &'a Profile,
    /// The arrival that they came with at first, or one of its day.
    pub(super) root: &'a Arrival,
    /// Whether claims are held.
    pub(super) holds: bool,
    /// Records, by their numbers, that stay rejected.
    pub(super) settled: BTreeSet<u64>,
    /// Where its folder is made.
    pub(super) work: &'a Path,
}

/// What came of a trial. Files and records are known by their places, both from 0.
pub(super) struct Tried {
    /// What is told of the records that got the disposition that was asked for.
    pub(super) told: ByRecord,
    /// How many records there are.
    pub(super) read: u64,
    /// The files that could not be judged.
    pub(super) failed: Vec<(usize, RunError)>,
}

impl Trial<'_> {
    /// Judges files, which stand in the order of their names; tells of those of their records that get this disposition.
    pub(super) fn run(&self, paths: &[PathBuf], disposition: &str) -> Result<Tried, Later> {
        let Trial { config, profile, root, holds, ref settled, work } = *self;
        let mut reference = Reference::load(config.reference.as_deref(), config.rosters.as_deref())?;
        let store = Store::open(&config.store)?;
        reference.authorizations.look_up_in(Box::new(store.clone()));
        let memory = Memory::reading(Arc::new(store));
        let dir = tempfile::Builder::new().prefix(FOLDERS).tempdir_in(work);
        let dir = dir.map_err(files::at("make a folder in", work))?;
        let mut options = Options::at(profile, dir.path(), moment_of(root));
        options.jobs = config.jobs;
        options.holds = holds;
        options.memory = Some(&memory);
        options.taken_back.records.clone_from(settled);
        let report = pipeline::process(&discover(paths), reference, &options, &Staging, &Silent);
        let (mut failed, mut judged) = (Vec::new(), Vec::new());
        for (input, nth) in report.inputs.into_iter().zip(0..) {
            match input.outcome {
                pipeline::Outcome::Done(_) => judged.push(nth),
                // the disk or the store fails for the others too
                pipeline::Outcome::Failed(
                    error @ (RunError::Publish(_) | RunError::Store(_) | RunError::Remembered(_)),
                ) => {
                    return Err(error.into());
                }
                pipeline::Outcome::Failed(error) => failed.push((nth, error)),
            }
        }
        let told = rows::told(dir.path(), disposition)?;
        // those that failed have no outputs
        let place = |output: usize| judged.get(output).copied().unwrap_or(output);
        let told = told.into_iter().map(|((output, record), told)| ((place(output), record - 1), told));
        Ok(Tried { told: told.collect(), read: report.summary.records.read, failed })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Date;
    use crate::rules::ledger::Keeper as _;
    use crate::store::{Wanted, Writer};

    const COUNT: &str = include_str!("../../samples/day/wrong-count-837p.x12");

    #[test]
    fn a_file_that_fails_keeps_no_other_from_its_trial() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let config = include_str!("../../samples/dropfolder/claimsieve.toml");
        std::fs::write(at("watch.toml"), config).unwrap();
        let mut config = Config::load(&at("watch.toml")).unwrap();
        (config.store, config.rosters, config.reference) = (at("plan.store"), None, None);
        Writer::open(&config.store).unwrap().finish().unwrap();
        let arrivals = Arrivals::open(&config.store).unwrap();
        let file = Wanted { partner: "bay".to_owned(), name: "a".into(), bytes: 1, copied: false };
        let received = arrivals.receive(&[file], "2026-07-01T12:00:00-07:00", Date::new(2026, 7, 1).unwrap());
        let root = arrivals.get(received.unwrap()[0]).unwrap().unwrap();
        let paths = [at("1.x12"), at("2.x12")];
        std::fs::write(&paths[0], "no interchange").unwrap();
        std::fs::write(&paths[1], COUNT).unwrap();
        let profile = Profile::load("snip").unwrap().judging_again();
        let trial = Trial {
            config: &config,
            profile: &profile,
            root: &root,
            holds: false,
            settled: BTreeSet::new(),
            work: dir.path(),
        };
        let Tried { told, failed, .. } = trial.run(&paths, "reject").unwrap();
        assert_eq!(failed.iter().map(|(nth, _)| *nth).collect::<Vec<_>>(), [0]);
        assert!(!told.is_empty() && told.keys().all(|(file, _)| *file == 1), "{told:?}");
    }
}
