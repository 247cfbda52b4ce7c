//! Claims that wait for an authorization: when they are judged again. And the records of any arrival that judges some again, taken
//! from the outputs of the one that they came with.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::again::{Trial, Tried};
use super::claims::{outputs, suffix_of};
use super::config::Config;
use super::files::{self, Trouble};
use super::judge::Later;
use super::{crash, inbox, work_of};
use crate::pipeline::{self, RunError};
use crate::source::{Disk, RealDisk, Staging, Suffix, discover};
use crate::store::{Arrival, Arrivals, Fate, Origin, Purpose, Wanted};
use crate::verdict::Profile;

/// What the last look at the claims that wait rested on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Known {
    /// The last decision in the store.
    decision: i64,
    /// Inode, size and time of the roster of authorizations.
    roster: Option<(u64, u64, i64, i64)>,
}

impl Known {
    /// What is known of authorizations now.
    pub(super) fn now(config: &Config, arrivals: &Arrivals) -> Result<Known, Later> {
        let roster =
            config.rosters.as_ref().and_then(|dir| fs::metadata(dir.join("authorizations.csv")).ok());
        let roster = roster.map(|file| (file.ino(), file.len(), file.mtime(), file.mtime_nsec()));
        Ok(Known { decision: arrivals.last_decision()?, roster })
    }
}

/// An arrival, and which of its held claims wait.
type Waiting = (Arrival, BTreeSet<u64>);

/// What the names of folders begin with in which claims are tried.
const TRIALS: &str = "held-";

/// Removes what trials left that did not come to their end.
pub(super) fn tidy(config: &Config) -> Result<(), Trouble> {
    files::remove_named(&config.work(), TRIALS)
}

/// Sees to it that no claim waits longer from `now` on than its partner's claims may: not for a clock that was wrong when it came,
/// nor after its hours were made fewer.
pub(super) fn not_longer(config: &Config, arrivals: &Arrivals, now: i64) -> Result<(), Later> {
    for inbox in &config.inboxes {
        let claims = arrivals.not_longer(inbox.name(), now + config.hold_seconds(inbox))?;
        if claims > 0 {
            let partner = inbox.name();
            tracing::warn!(
                partner,
                claims,
                "held claims would have waited longer than hold_hours, and will not"
            );
        }
    }
    Ok(())
}

/// The claims that are to be judged again, by the arrival that they came with: those whose time is up or that were taken back, and,
/// where something `new` is known, those that it lets go. An arrival whose claims cannot be read or tried is told to `trouble`, and keeps no others waiting.
pub(super) fn due(
    config: &Config,
    arrivals: &Arrivals,
    profiles: &BTreeMap<String, Profile>,
    now: i64,
    new: bool,
    trouble: &mut dyn FnMut(&Arrival, &Later),
) -> Result<BTreeMap<i64, BTreeSet<u64>>, Later> {
    let mut due: BTreeMap<i64, BTreeSet<u64>> = BTreeMap::new();
    let mut waiting: BTreeMap<i64, BTreeSet<u64>> = BTreeMap::new();
    for claim in arrivals.waiting(if new { i64::MAX } else { now })? {
        let claims = if claim.taken_back || claim.until <= now { &mut due } else { &mut waiting };
        claims.entry(claim.origin).or_default().insert(claim.record);
    }
    // those that are judged by the same profile as of the same day are tried together
    let mut groups: BTreeMap<(String, String), Vec<Waiting>> = BTreeMap::new();
    for (id, records) in waiting {
        let Some(origin) = arrivals.get(id)? else { continue };
        let day = origin.received.get(..10).unwrap_or_default().to_owned();
        groups.entry((origin.partner.clone(), day)).or_default().push((origin, records));
    }
    for ((partner, _), group) in &groups {
        let (Some(profile), Some((root, _))) = (profiles.get(partner), group.first()) else { continue };
        let profile = profile.clone().judging_again();
        let dir = tempfile::Builder::new().prefix(TRIALS).tempdir_in(config.work());
        let dir = dir.map_err(files::at("make a folder in", &config.work()))?;
        let (mut paths, mut tried) = (Vec::new(), Vec::new());
        for (origin, records) in group {
            let path = dir.path().join(format!("{:012}.x12", origin.id));
            match pick(origin, Fate::Held, records, &profile, &path, &Staging) {
                Ok(()) => {
                    paths.push(path);
                    tried.push((origin, records));
                }
                Err(error) => trouble(origin, &error),
            }
        }
        let settled = BTreeSet::new();
        let trial = Trial { config, profile: &profile, root, holds: true, settled, work: dir.path() };
        let Tried { told: still, failed, .. } = trial.run(&paths, "held")?;
        let mut failed: BTreeMap<usize, RunError> = failed.into_iter().collect();
        for (file, (origin, records)) in tried.into_iter().enumerate() {
            if let Some(error) = failed.remove(&file) {
                trouble(origin, &error.into());
                continue;
            }
            let released = records.iter().zip(0..).filter(|(_, nth)| !still.contains_key(&(file, *nth)));
            let released: BTreeSet<u64> = released.map(|(record, _)| *record).collect();
            if !released.is_empty() {
                due.entry(origin.id).or_default().extend(released);
            }
        }
    }
    Ok(due)
}

/// The name of an arrival that judges records of another again.
pub(super) fn name_of(origin: &Arrival, purpose: Purpose) -> OsString {
    let name = files::shown(&origin.name).replace(['/', '\\'], "_");
    let stem = Path::new(&name).file_stem().unwrap_or_default();
    let mut name = files::short(stem, 100);
    let word = match purpose {
        Purpose::Release => "released",
        Purpose::Override => "override",
    };
    name.push(format!(".{word}-{:06}.x12", origin.id));
    name
}

/// What an arrival that judges records again is entered as.
pub(super) fn wanted(origin: &Arrival, purpose: Purpose) -> Wanted {
    Wanted { partner: origin.partner.clone(), name: name_of(origin, purpose), bytes: 0, copied: false }
}

/// Puts the records of an arrival that judges them again where its input is; done again after a crash it comes to the same.
pub(super) fn gather(
    config: &Config,
    arrivals: &Arrivals,
    arrival: &Arrival,
    origin: Origin,
    profile: &Profile,
) -> Result<(), Later> {
    let target = inbox::input_of(config, arrival);
    let work = work_of(config, arrival.id);
    let dir = work.join("pick");
    if !files::exists(&target)? {
        let records = arrivals.judged_again_by(arrival.id)?;
        let Some(from) = arrivals.get(origin.arrival)? else { return Ok(()) };
        files::remove_all(&dir)?;
        files::make(&dir)?;
        let picked = dir.join("picked.x12");
        pick(&from, origin.purpose.fate(), &records, &profile.clone().judging_again(), &picked, &RealDisk)?;
        crash::point("picked");
        files::make(&work.join("in"))?;
        files::publish(&picked, &target)?;
        files::sync(&work.join("in"))?;
    }
    files::remove_all(&dir)?;
    Ok(())
}

/// Writes records of an arrival, from its outputs, into a file of their own.
fn pick(
    arrival: &Arrival,
    fate: Fate,
    records: &BTreeSet<u64>,
    profile: &Profile,
    path: &Path,
    disk: &'static dyn Disk,
) -> Result<(), Later> {
    const PART: &str = "part";
    let writing = || files::at("write", path);
    let dir = path.parent().unwrap_or(path);
    let mut all = disk.create(path).map_err(writing())?;
    let out = arrival.place.join("out");
    let (mut before, mut found) = (0, 0);
    // what was purged while a person accepted a claim of it has none left
    let is_gone = arrival.place.as_os_str().is_empty() && fate == Fate::Rejected;
    let from = if is_gone { Vec::new() } else { outputs(&out, suffix_of(fate))? };
    for source in from.iter().flat_map(|path| discover([path])) {
        let own = records.range(before..).map(|record| record - before).collect();
        let (picked, of) = pipeline::pick(&source, &own, profile, dir, PART, disk)?;
        before += of;
        found += picked;
        let part = dir.join(format!("{PART}{}", Suffix::Accept.text()));
        let mut part = File::open(&part).map_err(files::at("read", &part))?;
        io::copy(&mut part, &mut all).map_err(writing())?;
    }
    disk.sync(&all).map_err(writing())?;
    // what a person accepts is looked at before it is judged, and given up where it is not there
    if found != records.len() as u64 && fate != Fate::Rejected {
        let why = format!("{found} of {} records are left in {}", records.len(), out.display());
        return Err(RunError::Defect { file: files::shown(&arrival.name), why }.into());
    }
    Ok(())
}
