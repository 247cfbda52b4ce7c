//! Which files in the inboxes are complete, and how they are taken.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::config::{Config, Inbox};
use super::files::{self, Trouble};
use super::{crash, work_of};
use crate::store::{Arrival, Wanted};

/// What tells whether a file is what it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Look {
    bytes: u64,
    modified: (i64, i64),
    inode: u64,
}

impl Look {
    fn of(file: &fs::Metadata) -> Look {
        Look { bytes: file.len(), modified: (file.mtime(), file.mtime_nsec()), inode: file.ino() }
    }

    /// A file now.
    pub(super) fn at(path: &Path) -> Result<Look, Trouble> {
        path.symlink_metadata().map(|file| Look::of(&file)).map_err(files::at("look up", path))
    }
}

/// The files that wait until they are complete.
#[derive(Default, Debug)]
pub(super) struct Waiting(BTreeMap<PathBuf, (Look, Instant)>);

impl Waiting {
    /// Whether nothing is still under way.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The files that are complete now, by partner in the order of the configuration, then by name. An inbox that cannot be
    /// read is told to `trouble`, and does not keep the others from being read.
    pub(super) fn complete(&mut self, config: &Config, trouble: &mut dyn FnMut(Trouble)) -> Vec<Wanted> {
        let mut found = Vec::new();
        let mut waiting = BTreeMap::new();
        for inbox in &config.inboxes {
            match self.look(config, inbox, &mut waiting) {
                Ok(files) => found.extend(files),
                Err(error) => trouble(error),
            }
        }
        self.0 = waiting;
        found
    }

    fn look(
        &self,
        config: &Config,
        inbox: &Inbox,
        waiting: &mut BTreeMap<PathBuf, (Look, Instant)>,
    ) -> Result<Vec<Wanted>, Trouble> {
        let reading = || files::at("read the inbox", &inbox.path);
        let mut names = Vec::new();
        for entry in fs::read_dir(&inbox.path).map_err(reading())? {
            names.push(entry.map_err(reading())?.file_name());
        }
        names.sort_unstable_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
        let device = fs::metadata(config.work()).map_or(0, |folder| folder.dev());
        let mut complete = Vec::new();
        for name in &names {
            if is_passed_over(name, config) {
                continue;
            }
            let path = inbox.path.join(name);
            // symbolic links are not followed: they could lead anywhere
            let Ok(file) = path.symlink_metadata() else { continue };
            if !file.is_file() {
                continue;
            }
            let look = Look::of(&file);
            let is_complete = if let Some(done) = &config.complete.done_suffix {
                let mut marker = name.clone();
                marker.push(done);
                // a folder of that name is none
                inbox.path.join(marker).symlink_metadata().is_ok_and(|marker| marker.is_file())
            } else {
                let since = match self.0.get(&path) {
                    Some((before, since)) if *before == look => *since,
                    _ => Instant::now(),
                };
                waiting.insert(path.clone(), (look, since));
                since.elapsed() >= Duration::from_secs(config.complete.stable_seconds)
            };
            if is_complete {
                waiting.remove(&path);
                complete.push(Wanted {
                    partner: inbox.name().to_owned(),
                    name: name.clone(),
                    bytes: file.len(),
                    copied: file.dev() != device,
                });
            }
        }
        Ok(complete)
    }
}

/// Hidden files, files under way, and markers.
fn is_passed_over(name: &OsStr, config: &Config) -> bool {
    let name = name.as_bytes();
    let complete = &config.complete;
    let mut ends = complete.temporary_suffixes.iter().chain(&complete.done_suffix);
    name.starts_with(b".") || ends.any(|end| !end.is_empty() && name.ends_with(end.as_bytes()))
}

/// Whether an arrival could be taken.
pub(super) enum Taken {
    /// It is among the files under way.
    Yes,
    /// It is gone, or is another one than was seen.
    Gone,
    /// It can only be copied, though it seems to be on the same disk.
    Apart,
    /// It may not be read: it stays where its owner finds it.
    Unreadable(Trouble),
}

/// Where the input of an arrival is while it is under way.
pub(super) fn input_of(config: &Config, arrival: &Arrival) -> PathBuf {
    work_of(config, arrival.id).join("in").join(files::short(&arrival.name, files::LONGEST))
}

/// Takes a file from its inbox; done again after a crash it comes to the same.
pub(super) fn take(config: &Config, arrival: &Arrival) -> Result<Taken, Trouble> {
    let target = input_of(config, arrival);
    let dir = work_of(config, arrival.id).join("in");
    let Some(inbox) = config.inbox(&arrival.partner) else {
        return Ok(if files::exists(&target)? { Taken::Yes } else { Taken::Gone });
    };
    let from = inbox.path.join(&arrival.name);
    if files::exists(&target)? {
        // the copy was whole, but its original may still be there; a file that was moved has none
        if arrival.copied && files::exists(&from)? && files::same(&from, &target)? {
            fs::remove_file(&from).map_err(files::at("remove", &from))?;
        }
    } else {
        if !files::exists(&inbox.path)? {
            // the inbox itself is gone: wait until it is back
            let gone = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(files::at("read the inbox", &inbox.path)(gone));
        }
        match from.symlink_metadata() {
            Ok(file) if file.is_file() && file.len() as i64 == arrival.bytes => {}
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(files::at("look up", &from)(error));
            }
            // what stands there now, such as one that is sent again, is received when it is complete
            _ => return Ok(Taken::Gone),
        }
        match fs::File::open(&from) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Taken::Gone),
            Err(error) => return Ok(Taken::Unreadable(files::at("read", &from)(error))),
            Ok(_) => {}
        }
        files::make(&dir)?;
        if arrival.copied {
            let partial = dir.join(OsString::from(".partial"));
            files::copy(&from, &partial)?;
            crash::point("taking");
            files::publish(&partial, &target)?;
            files::sync(&dir)?;
            crash::point("taken");
            fs::remove_file(&from).map_err(files::at("remove", &from))?;
        } else {
            match fs::rename(&from, &target) {
                Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => return Ok(Taken::Apart),
                done => done.map_err(files::at("take", &from))?,
            }
            crash::point("taking");
            files::sync(&dir)?;
        }
    }
    // a file that stands there again has a marker of its own
    if let Some(done) = &config.complete.done_suffix
        && !files::exists(&from)?
    {
        let mut marker = arrival.name.clone();
        marker.push(done);
        remove_if_there(&inbox.path.join(marker))?;
    }
    files::sync(&inbox.path)?;
    Ok(Taken::Yes)
}

fn remove_if_there(path: &Path) -> Result<(), Trouble> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(files::at("remove", path)(error)),
        _ => Ok(()),
    }
}
