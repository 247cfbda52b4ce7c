//! One input before and as it is opened.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileExt, FileTypeExt};
use std::path::{Path, PathBuf};
#[cfg(feature = "containers")]
use std::sync::Arc;

use super::decode::{self, Format, HEAD};
use super::error::SourceError;
use super::input::{Input, Stamp, Witness};
use super::names::shown;
use super::spool::Spool;

/// An input that a run is to read, with the names that it and its outputs go by.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    file: String,
    origin: Origin,
}

/// Where an input's bytes are.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    Stdin,
    File(PathBuf),
    #[cfg(feature = "containers")]
    Member(Arc<super::archive::Member>),
    /// Nowhere that could be read.
    Unreadable(SourceError),
}

impl Source {
    pub(super) fn new(name: String, file: String, origin: Origin) -> Source {
        Source { name, file, origin }
    }

    /// The NAME of its output files: a file name's beginning that no other source of the run has.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the reports' `file` column shows: the file name, for a member of an archive its path in there
    /// after it, and the folder before it where the name alone is not clear.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Why it cannot be read, if that is already known.
    pub fn error(&self) -> Option<&SourceError> {
        if let Origin::Unreadable(error) = &self.origin { Some(error) } else { None }
    }

    /// Opens it, with no bound on what it may unpack to. See [`Source::open_within`].
    pub fn open(&self, spool_dir: &Path) -> Result<Input, SourceError> {
        self.open_within(spool_dir, None)
    }

    /// Opens it. A plain file is read where it is; anything else (standard input, a named pipe, what is
    /// compressed, a member of an archive) is copied to a file without a name in `spool_dir`, which is
    /// made if it is not there, and [`SourceError::TooLarge`] if it has more than `spool_bytes` bytes of content.
    ///
    /// Nothing of an input that breaks off is given: a container is unpacked whole, checksums compared, before
    /// this returns.
    pub fn open_within(&self, spool_dir: &Path, spool_bytes: Option<u64>) -> Result<Input, SourceError> {
        let limit = spool_bytes;
        match &self.origin {
            Origin::Unreadable(error) => Err(error.clone()),
            Origin::Stdin => {
                let spool = Spool { shown: "standard input", dir: spool_dir, limit };
                let stdin = io::stdin().as_fd().try_clone_to_owned();
                let stdin = stdin.map_err(|error| SourceError::reading(spool.shown, error))?;
                self.open_stream(File::from(stdin), Path::new(""), &spool)
            }
            Origin::File(path) => {
                let shown = shown(path.as_os_str());
                self.open_path(path, &Spool { shown: &shown, dir: spool_dir, limit })
            }
            #[cfg(feature = "containers")]
            Origin::Member(member) => member.open(&self.name, &self.file, spool_dir, limit),
        }
    }

    fn open_stream(&self, stream: File, name: &Path, spool: &Spool<'_>) -> Result<Input, SourceError> {
        let (copy, len) = spool.fill(decode::Origin(stream), name)?;
        Ok(Input::spooled(&self.name, &self.file, copy, len, None))
    }

    fn open_path(&self, path: &Path, spool: &Spool<'_>) -> Result<Input, SourceError> {
        let reading = |error| SourceError::reading(spool.shown, error);
        let file = || spool.shown.to_owned();
        let kind = fs::metadata(path).map_err(reading)?.file_type();
        if kind.is_dir() {
            return Err(SourceError::Folder { file: file() });
        }
        if kind.is_socket() {
            return Err(SourceError::NotAFile { file: file() });
        }
        let opened = File::open(path).map_err(reading)?;
        let metadata = opened.metadata().map_err(reading)?;
        if !metadata.is_file() {
            return self.open_stream(opened, path, spool);
        }
        if metadata.len() == 0 {
            return Err(SourceError::Empty { file: file() });
        }
        let mut head = [0; HEAD];
        let n = opened.read_at(&mut head, 0).map_err(reading)?;
        let format = Format::of(head.get(..n).unwrap_or_default(), path);
        let witness = Witness::new(path, spool.shown, opened, Stamp::of(&metadata));
        if format == Format::Plain {
            return Ok(Input::in_place(&self.name, &self.file, witness));
        }
        let (copy, len) = spool.fill(decode::Origin(witness.file()), path)?;
        // Of a transfer still under way it holds an unknown part.
        witness.check()?;
        Ok(Input::spooled(&self.name, &self.file, copy, len, Some(witness)))
    }
}

#[cfg(test)]
mod tests;
