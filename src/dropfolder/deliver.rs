//! Outputs get to their folders, each exactly once; then the file is put away.
//!
//! All outputs are first copied to their folders under hidden names. Only when that is in the ledger do they get their names.
//! A hidden name that is no longer there has become an output, whether or not somebody has fetched that already; unless the folder
//! itself is another one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::config::Config;
use super::files::{self, Trouble};
use super::{crash, scout, work_of};
use crate::source::Suffix;
use crate::store::Arrival;

/// An output on its way.
struct Output {
    from: PathBuf,
    hidden: PathBuf,
    target: PathBuf,
    /// What its folder is for.
    role: &'static str,
    /// The order of publication.
    rank: usize,
}

/// What outputs and folders of an arrival begin with.
fn prefix(arrival: &Arrival) -> String {
    format!("{}-{:06}-", arrival.partner, arrival.id)
}

/// The outputs of an arrival, in the order in which they are published.
fn outputs(config: &Config, arrival: &Arrival) -> Result<Vec<Output>, Trouble> {
    let stage = work_of(config, arrival.id).join("out");
    let entries = fs::read_dir(&stage).map_err(files::at("read", &stage))?;
    let mut outputs = Vec::new();
    for entry in entries {
        let name = entry.map_err(files::at("read", &stage))?.file_name().to_string_lossy().into_owned();
        let Some((folder, role, rank)) = folder_of(config, arrival, &name) else { continue };
        let file = format!("{}{name}", prefix(arrival));
        outputs.push(Output {
            from: stage.join(&name),
            hidden: folder.join(format!(".{file}.partial")),
            target: folder.join(file),
            role,
            rank,
        });
    }
    outputs.sort_by(|one, other| (one.rank, &one.target).cmp(&(other.rank, &other.target)));
    Ok(outputs)
}

/// Where an output goes, what that folder is for, and when; none for what is of the run only.
fn folder_of<'c>(
    config: &'c Config,
    arrival: &Arrival,
    name: &str,
) -> Option<(&'c Path, &'static str, usize)> {
    let out = &config.outbox;
    let is = |suffixes: &[Suffix]| suffixes.iter().any(|suffix| name.ends_with(suffix.text()));
    // what is held is delivered when it is judged again
    let is_of_run = name == "summary.json" || name == "run.json" || name.starts_with('.');
    let (folder, role, rank) = if is_of_run || is(&[Suffix::Held]) {
        return None;
    } else if is(&[Suffix::Ta1, Suffix::X999, Suffix::X277ca, Suffix::X278]) {
        (&out.acks, "acks", 0)
    } else if is(&[Suffix::Accept]) {
        (&out.accept, "accept", 1)
    } else if is(&[Suffix::Reject, Suffix::Refused]) {
        (&out.reject, "reject", 2)
    } else if is(&[Suffix::Summary]) {
        // whoever sees it may know that the others are there
        (&out.reports, "reports", 4)
    } else {
        (&out.reports, "reports", 3)
    };
    Some(if arrival.test { (&out.test, "test", rank) } else { (folder, role, rank) })
}

/// Copies the outputs to their folders, under hidden names; answers which folders those are.
pub(super) fn prepare(config: &Config, arrival: &Arrival) -> Result<String, Trouble> {
    let outputs = outputs(config, arrival)?;
    for Output { from, hidden, target, .. } in &outputs {
        if let Some(folder) = target.parent() {
            files::make(folder)?;
        }
        if files::exists(target)? {
            let taken = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(files::at("publish", target)(taken));
        }
        files::copy(from, hidden)?;
        crash::point("copied");
    }
    sync_folders(&outputs)?;
    let roles: BTreeSet<(&str, &Path)> =
        outputs.iter().filter_map(|output| Some((output.role, output.target.parent()?))).collect();
    let identities =
        roles.into_iter().map(|(role, folder)| Ok(format!("{role}={}", files::identity(folder)?)));
    Ok(identities.collect::<Result<Vec<String>, Trouble>>()?.join(" "))
}

/// Gives the outputs their names.
pub(super) fn publish(config: &Config, arrival: &Arrival) -> Result<(), Trouble> {
    let outputs = outputs(config, arrival)?;
    for Output { from, hidden, target, role, .. } in &outputs {
        if !files::exists(hidden)? {
            if files::exists(target)? || !is_elsewhere(arrival, role, target)? {
                continue;
            }
            // its folder was removed, or the configuration names another one
            files::copy(from, hidden)?;
        }
        files::publish(hidden, target)?;
        crash::point("renamed");
    }
    sync_folders(&outputs)
}

/// Whether an output was prepared in another folder than that which is there now, which is made if there is none.
fn is_elsewhere(arrival: &Arrival, role: &str, target: &Path) -> Result<bool, Trouble> {
    let Some(folder) = target.parent().filter(|_| !arrival.prepared_in.is_empty()) else { return Ok(false) };
    files::make(folder)?;
    let identity = files::identity(folder)?;
    let mut known = arrival.prepared_in.split(' ');
    Ok(!known.any(|known| match known.split_once('=') {
        Some((of, known)) => of == role && known == identity,
        // an earlier version did not note what each folder was for
        None => files::is_identity(known, &identity),
    }))
}

fn folders(outputs: &[Output]) -> BTreeSet<&Path> {
    outputs.iter().filter_map(|output| output.target.parent()).collect()
}

fn sync_folders(outputs: &[Output]) -> Result<(), Trouble> {
    folders(outputs).into_iter().try_for_each(files::sync)
}

/// An arrival that is put away.
pub(super) struct PutAway {
    /// Where.
    pub(super) place: PathBuf,
    /// Whether its input is not what was judged.
    pub(super) changed: bool,
}

/// Puts the input and all that came of it away; answers where.
pub(super) fn archive(config: &Config, arrival: &Arrival) -> Result<PutAway, Trouble> {
    let work = work_of(config, arrival.id);
    let place = kept_in(config, arrival);
    let folder = place.parent().unwrap_or(&place);
    if files::exists(&work)? {
        files::make(folder)?;
        files::relocate(&work, &place)?;
        crash::point("moved");
    }
    files::sync(folder)?;
    files::sync(&config.work())?;
    // whoever removed it meanwhile is told by `ledger verify`
    let changed = files::exists(&place)? && is_changed(arrival, &place)?;
    Ok(PutAway { place, changed })
}

/// Whether the input of an arrival that is put away is not what was judged: its sender may still have been writing. What has the
/// size that it came with, and is older than the outputs, was left alone.
pub(super) fn is_changed(arrival: &Arrival, place: &Path) -> Result<bool, Trouble> {
    let entries = |dir: &Path| -> std::io::Result<Vec<(PathBuf, fs::Metadata)>> {
        fs::read_dir(dir)?
            .map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.metadata()?))))
            .collect()
    };
    let read = |dir: &Path| entries(dir).map_err(files::at("read", dir));
    let inputs = read(&place.join("in"))?;
    let outputs = read(&place.join("out"))?;
    let written = outputs.iter().filter_map(|(_, output)| output.modified().ok()).min();
    for (path, input) in inputs {
        let is_older = input.modified().ok() < written;
        let is_as_long = arrival.origin.is_some() || input.len() as i64 == arrival.bytes;
        let print = || scout::fingerprint(&path).map_err(files::at("read", &path));
        if !(is_older && is_as_long) && print()? != arrival.sha256 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the input of an arrival that is put away has another size than when it came.
pub(super) fn has_grown(arrival: &Arrival) -> bool {
    let input = arrival.place.join("in").join(files::short(&arrival.name, files::LONGEST));
    // one that is away is for `ledger verify` to tell
    input.symlink_metadata().is_ok_and(|input| input.len() as i64 != arrival.bytes)
}

/// Where an arrival is kept when all is done.
pub(super) fn kept_in(config: &Config, arrival: &Arrival) -> PathBuf {
    let out = &config.outbox;
    let day = arrival.received.get(..10).unwrap_or("undated");
    let folder = match () {
        () if arrival.outcome.is_quarantined() => out.quarantine.clone(),
        () if arrival.test => out.test.join("archive").join(day),
        () => out.archive.join(day),
    };
    // long names would not fit behind the prefix
    let name = files::short(files::shown(&arrival.name).replace(['/', '\\'], "_").as_ref(), files::LONGEST);
    folder.join(format!("{}{}", prefix(arrival), name.to_string_lossy()))
}
