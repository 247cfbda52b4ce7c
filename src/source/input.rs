//! An opened input: bytes at positions, for several threads at once.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::error::SourceError;

/// Reading at positions. Unlike [`std::io::Read`] it needs no cursor, so that threads can share it.
pub trait ReadAt: Send + Sync {
    /// How many bytes there were when it was opened.
    fn len(&self) -> u64;

    /// Whether there is no byte.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads bytes from `offset` on into `buffer` and tells how many: perhaps fewer than fit, 0 at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Fills `buffer` with the bytes from `offset` on. `UnexpectedEof` where there are fewer; the
    /// content of `buffer` is then of no use.
    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let mut done = 0;
        while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.read_at(offset.saturating_add(done as u64), rest) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => done += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether it still is what it was when it was opened; [`SourceError::Changed`] otherwise.
    fn unchanged(&self) -> Result<(), SourceError>;
}

impl<R: ReadAt + ?Sized> ReadAt for &R {
    fn len(&self) -> u64 {
        (**self).len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        (**self).read_at(offset, buffer)
    }

    fn unchanged(&self) -> Result<(), SourceError> {
        (**self).unchanged()
    }
}

/// An input opened by [`Source::open`](super::Source::open).
#[derive(Debug)]
pub struct Input {
    name: String,
    file: String,
    body: Body,
}

#[derive(Debug)]
enum Body {
    /// A plain file, read where it is.
    InPlace(Witness),
    /// The content of a pipe or container, in a file without a name. A container is remembered.
    Spooled { file: File, len: u64, origin: Option<Witness> },
    /// Bytes of the program.
    Memory(Bytes),
}

/// Bytes whose Debug shows their number only: they may hold health information.
struct Bytes(Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Input {
    /// An input made of bytes, called `name` in outputs and reports.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Input {
        let name = name.into();
        Input { file: name.clone(), name, body: Body::Memory(Bytes(bytes)) }
    }

    pub(super) fn in_place(name: &str, file: &str, witness: Witness) -> Input {
        Input { name: name.to_owned(), file: file.to_owned(), body: Body::InPlace(witness) }
    }

    pub(super) fn spooled(name: &str, file: &str, spool: File, len: u64, origin: Option<Witness>) -> Input {
        let body = Body::Spooled { file: spool, len, origin };
        Input { name: name.to_owned(), file: file.to_owned(), body }
    }

    /// The NAME of its output files.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the reports' `file` column shows.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whether its content was copied, because it cannot be read at positions where it is.
    pub fn is_spooled(&self) -> bool {
        matches!(self.body, Body::Spooled { .. })
    }

    #[cfg(test)]
    pub(super) fn spool_file(&self) -> Option<&File> {
        if let Body::Spooled { file, .. } = &self.body { Some(file) } else { None }
    }
}

impl ReadAt for Input {
    fn len(&self) -> u64 {
        match &self.body {
            Body::InPlace(witness) => witness.stamp.len,
            Body::Spooled { len, .. } => *len,
            Body::Memory(bytes) => bytes.0.len() as u64,
        }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        // What a sender appends after the opening is not looked at.
        let most = self.len().saturating_sub(offset).min(buffer.len() as u64) as usize;
        let Some(buffer) = buffer.get_mut(..most).filter(|buffer| !buffer.is_empty()) else {
            // An offset past what the operating system can count is past the end too.
            return Ok(0);
        };
        match &self.body {
            Body::InPlace(witness) => witness.file.read_at(buffer, offset),
            Body::Spooled { file, .. } => file.read_at(buffer, offset),
            Body::Memory(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|at| bytes.0.get(at..));
                rest.unwrap_or_default().read(buffer)
            }
        }
    }

    fn unchanged(&self) -> Result<(), SourceError> {
        match &self.body {
            Body::InPlace(witness) | Body::Spooled { origin: Some(witness), .. } => witness.check(),
            Body::Spooled { origin: None, .. } | Body::Memory(_) => Ok(()),
        }
    }
}

/// A file held open, and what it was like then.
#[derive(Debug)]
pub(super) struct Witness {
    path: PathBuf,
    shown: String,
    file: File,
    stamp: Stamp,
}

/// What tells one state of a file from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    pub(super) len: u64,
    modified: (i64, i64),
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Stamp {
        Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            len: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

impl Witness {
    /// Remembers `file`, just opened at `path`; `shown` names it in errors.
    pub(super) fn new(path: &Path, shown: &str, file: File, stamp: Stamp) -> Witness {
        Witness { path: path.to_owned(), shown: shown.to_owned(), file, stamp }
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Asks the handle, for a file written in place, and the path, for one put in its stead.
    pub(super) fn check(&self) -> Result<(), SourceError> {
        let by_path = match std::fs::metadata(&self.path) {
            Ok(metadata) => Some(Stamp::of(&metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(SourceError::reading(&self.shown, error)),
        };
        let by_handle = self.file.metadata().map_err(|error| SourceError::reading(&self.shown, error))?;
        if by_path == Some(self.stamp) && Stamp::of(&by_handle) == self.stamp {
            Ok(())
        } else {
            Err(SourceError::Changed { file: self.shown.clone() })
        }
    }
}
