//! Outputs that appear all at once or not at all.
//!
//! A set is written under temporary names in the folder where it will stand, synced, and renamed;
//! `NAME.summary.json` comes last. Whoever sees it sees a whole set.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::disk::{Disk, Leftover};
use super::error::is_full;
use super::output_file::{OutputFile, remove_quietly};
use super::suffix::{Suffix, final_name_of, partial_name};

/// Why outputs could not be published. Of the run's own files none is left then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// An earlier run's output stands there.
    #[error("{} exists; give --force to replace the outputs of that name, or choose another output folder", path.display())]
    Exists {
        /// The output in the way.
        path: PathBuf,
    },
    /// Another run is writing outputs of the same name into the same folder.
    #[error("another run is writing {}; wait until it is done, or choose another output folder", path.display())]
    Busy {
        /// The file that the other run holds.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("no space left to write {}; free some and run again", path.display())]
    Full {
        /// The output that did not fit.
        path: PathBuf,
    },
    /// This user may not write there.
    #[error("this user may not write {}; have write permission granted, or choose another output folder", path.display())]
    Denied {
        /// The output or folder.
        path: PathBuf,
    },
    /// Another failure of the disk.
    #[error("cannot {doing} {} ({source}); check the disk or network share, then run again", path.display())]
    Disk {
        /// What was tried.
        doing: &'static str,
        /// The output or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The program used its own outputs wrongly.
    #[error("internal error: {what}; please report it")]
    Misuse {
        /// What it did.
        what: &'static str,
    },
}

impl PublishError {
    pub(super) fn disk(doing: &'static str, path: &Path, source: io::Error) -> PublishError {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::AlreadyExists => PublishError::Exists { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                PublishError::Denied { path }
            }
            _ if is_full(&source) => PublishError::Full { path },
            _ => PublishError::Disk { doing, path, source },
        }
    }

    /// The error again that went through [`std::io::Write`] on an [`OutputFile`], or that of another writer on
    /// its way to `path`.
    pub fn from_write(error: io::Error, path: &Path) -> PublishError {
        error.downcast().unwrap_or_else(|error| PublishError::disk("write", path, error))
    }
}

impl From<PublishError> for io::Error {
    fn from(error: PublishError) -> io::Error {
        let kind = match &error {
            PublishError::Exists { .. } => io::ErrorKind::AlreadyExists,
            PublishError::Busy { .. } => io::ErrorKind::ResourceBusy,
            PublishError::Full { .. } => io::ErrorKind::StorageFull,
            PublishError::Denied { .. } => io::ErrorKind::PermissionDenied,
            PublishError::Disk { source, .. } => source.kind(),
            PublishError::Misuse { .. } => io::ErrorKind::InvalidInput,
        };
        io::Error::new(kind, error)
    }
}

/// The outputs of one input, from their first byte to their publication.
///
/// ```
/// use claimsieve::source::{OutputSet, RealDisk, Suffix};
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path();
/// let set = OutputSet::begin(dir, "claims", &RealDisk, false)?;
/// let mut summary = set.create(Suffix::Summary)?;
/// summary.append(b"{}")?;
/// assert!(!dir.join("claims.summary.json").exists());
/// set.publish(vec![summary])?;
/// assert!(dir.join("claims.summary.json").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct OutputSet<'d> {
    disk: &'d dyn Disk,
    dir: PathBuf,
    name: String,
    force: bool,
    /// An empty file held while the set is made, so that a second run of the same name keeps out.
    /// Its lock goes with its handle.
    lock: (File, PathBuf),
}

/// What stands in place of a suffix in the name of a set's lock.
const LOCK: &str = ".lock";

impl<'d> OutputSet<'d> {
    /// Begins the set of `name` in `dir`, a folder that is made if it is not there.
    ///
    /// Without `force` an output of that name from an earlier run is [`PublishError::Exists`]; with it the
    /// earlier set is replaced whole when this one is published. What a run that died left of this name is removed.
    pub fn begin(
        dir: &Path,
        name: &str,
        disk: &'d dyn Disk,
        force: bool,
    ) -> Result<OutputSet<'d>, PublishError> {
        check_name(name)?;
        make_dir(disk, dir)?;
        let lock = create_partial(disk, dir, &format!("{name}{LOCK}"))?;
        let set = OutputSet { disk, dir: dir.to_owned(), name: name.to_owned(), force, lock };
        if let Some(path) = set.remove_leftovers()? {
            return Err(PublishError::Busy { path });
        }
        if !force {
            for suffix in Suffix::ALL {
                let path = set.target(suffix);
                if disk.exists(&path).map_err(|error| PublishError::disk("look up", &path, error))? {
                    return Err(PublishError::Exists { path });
                }
            }
        }
        Ok(set)
    }

    /// Begins one file of the set.
    pub fn create(&self, suffix: Suffix) -> Result<OutputFile<'d>, PublishError> {
        let (file, partial) = create_partial(self.disk, &self.dir, &self.file_name(suffix))?;
        Ok(OutputFile::new(self.disk, file, partial, self.target(suffix), suffix))
    }

    /// Where a file of the set will stand.
    pub fn path(&self, suffix: Suffix) -> PathBuf {
        self.target(suffix)
    }

    /// Publishes the set: `files` get their names in that order, the summary last, and the files of an
    /// earlier set of this name that has no successor here are removed. Returns the names in order.
    ///
    /// On an error, what was already renamed is removed again, and a summary never stands beside a part of its set.
    pub fn publish(self, mut files: Vec<OutputFile<'d>>) -> Result<Vec<PathBuf>, PublishError> {
        // Stable, so that the others stay in order.
        files.sort_by_key(|file| file.suffix() == Suffix::Summary);
        self.check(&files)?;
        for file in &mut files {
            file.finish()?;
        }
        if self.force {
            self.remove_old(Suffix::Summary)?;
            self.sync_dir()?;
        }
        match self.rename_all(&mut files) {
            Ok(()) => Ok(files.iter().map(|file| file.target().to_owned()).collect()),
            Err((error, renamed)) => {
                self.take_back(&files, renamed);
                Err(error)
            }
        }
    }

    /// Renames all; on an error also says how many of the files have their final name.
    fn rename_all(&self, files: &mut [OutputFile<'d>]) -> Result<(), (PublishError, usize)> {
        let others = files.len().saturating_sub(1);
        let suffixes: Vec<Suffix> = files.iter().map(OutputFile::suffix).collect();
        for (at, file) in files.iter_mut().enumerate() {
            if at == others {
                if self.force {
                    for suffix in Suffix::ALL.into_iter().filter(|suffix| !suffixes.contains(suffix)) {
                        self.remove_old(suffix).map_err(|error| (error, at))?;
                    }
                }
                // The summary vouches for the others: their names must stay through a crash before its own does.
                self.sync_dir().map_err(|error| (error, at))?;
            }
            file.rename(self.force).map_err(|error| {
                let renamed = at + usize::from(file.may_be_renamed());
                (PublishError::disk("publish", file.target(), error), renamed)
            })?;
        }
        self.sync_dir().map_err(|error| (error, files.len()))
    }

    /// Removes the first `renamed` of `files` again, the summary before the others. If the summary cannot be
    /// removed the others stay with it: a whole set does no harm.
    fn take_back(&self, files: &[OutputFile<'d>], renamed: usize) {
        for file in files.iter().take(renamed).rev() {
            match self.disk.remove(file.target()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let path = file.target().display();
                    tracing::warn!(file = %path, %error, "an output could not be taken back");
                    if file.suffix() == Suffix::Summary {
                        return;
                    }
                }
                _ => {}
            }
        }
        // The caller already has the error that matters.
        let _ = self.disk.sync_dir(&self.dir);
    }

    fn check(&self, files: &[OutputFile<'d>]) -> Result<(), PublishError> {
        let misuse = |what| Err(PublishError::Misuse { what });
        if files.last().map(OutputFile::suffix) != Some(Suffix::Summary) {
            return misuse("a set of outputs is published without its summary");
        }
        for (at, file) in files.iter().enumerate() {
            if file.target() != self.target(file.suffix()) {
                return misuse("an output is published with another set");
            }
            if files.iter().take(at).any(|other| other.suffix() == file.suffix()) {
                return misuse("an output is published twice");
            }
        }
        Ok(())
    }

    fn remove_leftovers(&self) -> Result<Option<PathBuf>, PublishError> {
        let ours = |name: &str| {
            let end = name.strip_prefix(self.name.as_str());
            end.is_some_and(|end| end == LOCK || Suffix::ALL.iter().any(|suffix| suffix.text() == end))
        };
        remove_leftovers(self.disk, &self.dir, ours, Some(&self.lock.1))
    }

    fn remove_old(&self, suffix: Suffix) -> Result<(), PublishError> {
        let path = self.target(suffix);
        match self.disk.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(PublishError::disk("replace", &path, error))
            }
            _ => Ok(()),
        }
    }

    fn sync_dir(&self) -> Result<(), PublishError> {
        self.disk
            .sync_dir(&self.dir)
            .map_err(|error| PublishError::disk("write the folder", &self.dir, error))
    }

    fn file_name(&self, suffix: Suffix) -> String {
        format!("{}{}", self.name, suffix.text())
    }

    fn target(&self, suffix: Suffix) -> PathBuf {
        self.dir.join(self.file_name(suffix))
    }
}

impl Drop for OutputSet<'_> {
    fn drop(&mut self) {
        remove_quietly(self.disk, &self.lock.1);
    }
}

/// Publishes one file by itself, as the `summary.json` and `run.json` of a run. Returns its path.
///
/// Where the name is taken, `force` decides between taking its place and [`PublishError::Exists`].
pub fn publish_one(
    dir: &Path,
    file_name: &str,
    bytes: &[u8],
    disk: &dyn Disk,
    force: bool,
) -> Result<PathBuf, PublishError> {
    check_name(file_name)?;
    let target = dir.join(file_name);
    make_dir(disk, dir)?;
    // One that is in use belongs to a run that publishes at this moment; renames settle which comes last.
    remove_leftovers(disk, dir, |name| name == file_name, None)?;
    let (file, partial) = create_partial(disk, dir, file_name)?;
    let written = disk
        .write_at(&file, 0, bytes)
        .and_then(|()| disk.sync(&file))
        .and_then(|()| disk.rename(&partial, &target, force));
    if let Err(error) = written {
        remove_quietly(disk, &partial);
        return Err(PublishError::disk("write", &target, error));
    }
    if let Err(error) = disk.sync_dir(dir) {
        remove_quietly(disk, &target);
        return Err(PublishError::disk("write the folder", dir, error));
    }
    Ok(target)
}

/// Makes the folder of the outputs if it is not there.
fn make_dir(disk: &dyn Disk, dir: &Path) -> Result<(), PublishError> {
    disk.create_dir(dir).map_err(|error| {
        // A file is in the way; that is no output that --force could replace.
        let in_the_way = error.kind() == io::ErrorKind::AlreadyExists;
        let error = if in_the_way { io::ErrorKind::NotADirectory.into() } else { error };
        PublishError::disk("make the folder", dir, error)
    })
}

/// Removes temporary files in `dir` that became nothing and whose final name `ours` knows, but for `own`.
/// Returns one that is still being written, if there is any.
fn remove_leftovers(
    disk: &dyn Disk,
    dir: &Path,
    ours: impl Fn(&str) -> bool,
    own: Option<&Path>,
) -> Result<Option<PathBuf>, PublishError> {
    let mut in_use = None;
    let names = disk.list(dir).map_err(|error| PublishError::disk("read the folder", dir, error))?;
    for name in names {
        if !name.to_str().and_then(final_name_of).is_some_and(&ours) {
            continue;
        }
        let path = dir.join(name);
        if own == Some(path.as_path()) {
            continue;
        }
        match disk.remove_leftover(&path) {
            Ok(Leftover::Removed | Leftover::Unknown) => {}
            Ok(Leftover::InUse) => in_use = Some(path),
            Err(error) => return Err(PublishError::disk("clear away", &path, error)),
        }
    }
    Ok(in_use)
}

/// Makes a temporary file that will become `final_name`.
fn create_partial(disk: &dyn Disk, dir: &Path, final_name: &str) -> Result<(File, PathBuf), PublishError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // A name may be taken by what another process with our id left; not a thousand times.
    for _ in 0..1000 {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = dir.join(partial_name(final_name, std::process::id(), n));
        match disk.create(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(PublishError::disk("write", &dir.join(final_name), error)),
        }
    }
    Err(PublishError::Busy { path: dir.join(final_name) })
}

/// A name that would leave its folder is a mistake of the program, since inputs' names are made safe.
fn check_name(name: &str) -> Result<(), PublishError> {
    if name.is_empty() || name.contains(['/', '\0']) {
        return Err(PublishError::Misuse { what: "an output has a name that is no file name" });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
