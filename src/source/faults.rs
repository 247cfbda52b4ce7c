//! Test support: disks and inputs that fail when they are told to.
//!
//! These are part of the library so that integration tests of the whole pipeline can use them. Nothing in
//! the product does.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::disk::{Disk, Leftover, RealDisk};
use super::error::SourceError;
use super::input::ReadAt;

/// An operation of a [`Disk`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// [`Disk::create_dir`].
    CreateDir,
    /// [`Disk::list`].
    List,
    /// [`Disk::exists`].
    Exists,
    /// [`Disk::create`].
    Create,
    /// [`Disk::write_at`].
    Write,
    /// [`Disk::sync`].
    Sync,
    /// [`Disk::rename`].
    Rename,
    /// [`Disk::remove`].
    Remove,
    /// [`Disk::remove_leftover`].
    RemoveLeftover,
    /// [`Disk::sync_dir`].
    SyncDir,
}

/// A disk in a real folder that fails at a chosen operation, or fills up. It waits for no hardware.
#[derive(Debug)]
pub struct FaultyDisk {
    real: RealDisk,
    fails: Range<u64>,
    /// Whether what fails is done all the same.
    done_anyway: bool,
    room: Mutex<Option<u64>>,
    asked: Mutex<Vec<Operation>>,
}

impl FaultyDisk {
    /// A disk that never fails; its [`operations`](FaultyDisk::operations) tell how often one could.
    pub fn sound() -> FaultyDisk {
        FaultyDisk::new(0..0)
    }

    /// A disk whose `n`th operation, counted from 0, fails without effect, and no other.
    pub fn failing(n: u64) -> FaultyDisk {
        FaultyDisk::new(n..n.saturating_add(1))
    }

    /// A disk that does its `n`th operation, counted from 0, but says that it failed, as a network share may.
    pub fn losing_answer(n: u64) -> FaultyDisk {
        FaultyDisk { done_anyway: true, ..FaultyDisk::failing(n) }
    }

    /// A disk that fails at its `n`th operation, counted from 0, and ever after.
    pub fn dying(n: u64) -> FaultyDisk {
        FaultyDisk::new(n..u64::MAX)
    }

    /// A disk with room for `bytes` bytes. A write for which it does not suffice writes what fits and fails.
    pub fn with_room(bytes: u64) -> FaultyDisk {
        FaultyDisk { room: Mutex::new(Some(bytes)), ..FaultyDisk::sound() }
    }

    fn new(fails: Range<u64>) -> FaultyDisk {
        let (room, asked) = (Mutex::new(None), Mutex::default());
        FaultyDisk { real: RealDisk, fails, done_anyway: false, room, asked }
    }

    /// The operations asked for so far, in order, those that failed too.
    pub fn operations(&self) -> Vec<Operation> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn ask<T>(&self, operation: Operation, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let n = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.push(operation);
            asked.len() as u64 - 1
        };
        if !self.fails.contains(&n) {
            return act();
        }
        if self.done_anyway {
            act()?;
        }
        Err(io::Error::other("injected fault"))
    }
}

impl Disk for FaultyDisk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.ask(Operation::CreateDir, || self.real.create_dir(dir))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<OsString>> {
        self.ask(Operation::List, || self.real.list(dir))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.ask(Operation::Exists, || self.real.exists(path))
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        self.ask(Operation::Create, || self.real.create(path))
    }

    fn write_at(&self, file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.ask(Operation::Write, || {
            let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(room) = room.as_mut() else { return self.real.write_at(file, offset, bytes) };
            let end = offset.saturating_add(bytes.len() as u64);
            let growth = end.saturating_sub(file.metadata()?.len());
            if growth <= *room {
                *room -= growth;
                return self.real.write_at(file, offset, bytes);
            }
            let fits = bytes.len().saturating_sub((growth - *room) as usize);
            *room = 0;
            self.real.write_at(file, offset, bytes.get(..fits).unwrap_or_default())?;
            Err(io::ErrorKind::StorageFull.into())
        })
    }

    fn sync(&self, _file: &File) -> io::Result<()> {
        self.ask(Operation::Sync, || Ok(()))
    }

    fn rename(&self, from: &Path, to: &Path, replace: bool) -> io::Result<()> {
        self.ask(Operation::Rename, || self.real.rename(from, to, replace))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.ask(Operation::Remove, || self.real.remove(path))
    }

    fn remove_leftover(&self, path: &Path) -> io::Result<Leftover> {
        self.ask(Operation::RemoveLeftover, || self.real.remove_leftover(path))
    }

    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        self.ask(Operation::SyncDir, || Ok(()))
    }
}

/// An input that misbehaves: reads that fail or come in pieces, a file that shrinks or changes.
#[derive(Debug)]
pub struct FaultyInput<R> {
    inner: R,
    fails_at: Option<u64>,
    ends_at: Option<u64>,
    piece: usize,
    changes_after: Option<u64>,
    reads: AtomicU64,
}

impl<R: ReadAt> FaultyInput<R> {
    /// `inner`, without a fault so far.
    pub fn new(inner: R) -> FaultyInput<R> {
        let (fails_at, ends_at, changes_after) = (None, None, None);
        FaultyInput { inner, fails_at, ends_at, piece: usize::MAX, changes_after, reads: AtomicU64::new(0) }
    }

    /// The byte at `offset` cannot be read.
    #[must_use]
    pub fn failing_at(mut self, offset: u64) -> FaultyInput<R> {
        self.fails_at = Some(offset);
        self
    }

    /// The file is cut to `len` bytes after it was opened: [`ReadAt::len`] still tells the old length.
    #[must_use]
    pub fn shrunk_to(mut self, len: u64) -> FaultyInput<R> {
        self.ends_at = Some(len);
        self
    }

    /// A read gives `bytes` bytes at most, and at least one.
    #[must_use]
    pub fn in_pieces(mut self, bytes: usize) -> FaultyInput<R> {
        self.piece = bytes.max(1);
        self
    }

    /// The file is another one once `reads` reads were made.
    #[must_use]
    pub fn changed_after(mut self, reads: u64) -> FaultyInput<R> {
        self.changes_after = Some(reads);
        self
    }

    /// How many reads were made.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }
}

impl<R: ReadAt> ReadAt for FaultyInput<R> {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let mut most = (buffer.len().min(self.piece)) as u64;
        if let Some(end) = self.ends_at {
            most = most.min(end.saturating_sub(offset));
        }
        if let Some(fault) = self.fails_at.filter(|&fault| offset.saturating_add(most) > fault) {
            // The bytes before the fault can be read, as on a real disk.
            most = fault.saturating_sub(offset);
            if most == 0 {
                return Err(io::Error::other("injected fault"));
            }
        }
        self.inner.read_at(offset, buffer.get_mut(..most as usize).unwrap_or_default())
    }

    fn unchanged(&self) -> Result<(), SourceError> {
        if self.changes_after.is_some_and(|reads| self.reads() >= reads) {
            return Err(SourceError::Changed { file: "injected fault".to_owned() });
        }
        self.inner.unchanged()
    }
}

#[cfg(test)]
mod tests {
    use super::FaultyInput;
    use crate::source::{Input, ReadAt};

    #[test]
    fn faults_come_where_they_were_put() {
        let input = |n: u8| FaultyInput::new(Input::from_bytes("a", (0..n).collect()));
        let mut buffer = [0; 8];
        let failing = input(20).failing_at(10);
        assert_eq!(failing.read_at(4, &mut buffer).unwrap(), 6);
        assert!(failing.read_at(10, &mut buffer).is_err());
        assert!(failing.read_at(11, &mut buffer).is_err());
        assert!(failing.read_exact_at(4, &mut buffer).is_err());
        let pieces = input(20).in_pieces(3);
        pieces.read_exact_at(7, &mut buffer).unwrap();
        assert_eq!(buffer, [7, 8, 9, 10, 11, 12, 13, 14]);
        assert_eq!(pieces.reads(), 3);
        let shrunk = input(20).shrunk_to(5);
        assert_eq!((shrunk.len(), shrunk.read_at(4, &mut buffer).unwrap()), (20, 1));
        assert!(shrunk.read_exact_at(4, &mut buffer).is_err());
        let changed = input(20).changed_after(1);
        assert!(changed.unchanged().is_ok());
        let _ = changed.read_at(0, &mut buffer);
        assert!(changed.unchanged().is_err());
    }
}
