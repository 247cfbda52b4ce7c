//! One output while it is written.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::publish::PublishError;
use super::suffix::Suffix;

/// How many bytes are collected before they are written.
const BUFFER: usize = 128 * 1024;

/// A file of an [`OutputSet`](super::OutputSet) in the making, under a temporary name.
///
/// It counts only once it is handed to [`OutputSet::publish`](super::OutputSet::publish); dropped before, it
/// is removed. After an error it takes no more bytes, and cannot be published.
pub struct OutputFile<'d> {
    disk: &'d dyn Disk,
    file: File,
    partial: PathBuf,
    target: PathBuf,
    suffix: Suffix,
    /// Bytes already handed to the disk; the buffer stands after them.
    written: u64,
    buffer: Vec<u8>,
    failed: bool,
    /// Whether the temporary name is still ours to remove.
    partial_stands: bool,
}

impl<'d> OutputFile<'d> {
    pub(super) fn new(
        disk: &'d dyn Disk,
        file: File,
        partial: PathBuf,
        target: PathBuf,
        suffix: Suffix,
    ) -> OutputFile<'d> {
        let buffer = Vec::new();
        OutputFile {
            disk,
            file,
            partial,
            target,
            suffix,
            written: 0,
            buffer,
            failed: false,
            partial_stands: true,
        }
    }

    /// Which of the set's files it is.
    pub fn suffix(&self) -> Suffix {
        self.suffix
    }

    /// The name that it will have.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// How many bytes were appended so far: the offset of the next one.
    pub fn position(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// Adds `bytes` at the end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), PublishError> {
        self.check()?;
        if self.buffer.len() + bytes.len() > BUFFER {
            self.write_buffer()?;
        }
        if bytes.len() >= BUFFER {
            let done = self.disk.write_at(&self.file, self.written, bytes);
            self.note(done)?;
            self.written += bytes.len() as u64;
        } else {
            if self.buffer.capacity() == 0 {
                self.buffer.reserve_exact(BUFFER);
            }
            self.buffer.extend_from_slice(bytes);
        }
        Ok(())
    }

    /// Overwrites bytes that were appended before, from `offset` on, as a count that is known only at the end.
    /// [`PublishError::Misuse`] where they reach past [`OutputFile::position`].
    pub fn patch(&mut self, offset: u64, bytes: &[u8]) -> Result<(), PublishError> {
        self.check()?;
        let end = offset.checked_add(bytes.len() as u64);
        if end.is_none_or(|end| end > self.position()) {
            return Err(PublishError::Misuse { what: "a patch reaches past the end of the output" });
        }
        // Bytes from `written` on are in the buffer, those before it on the disk.
        let split = self.written.saturating_sub(offset).min(bytes.len() as u64) as usize;
        let (on_disk, in_buffer) = bytes.split_at(split);
        if !on_disk.is_empty() {
            let done = self.disk.write_at(&self.file, offset, on_disk);
            self.note(done)?;
        }
        let from = offset.saturating_sub(self.written) as usize;
        if let Some(place) = self.buffer.get_mut(from..from + in_buffer.len()) {
            place.copy_from_slice(in_buffer);
        }
        Ok(())
    }

    /// Writes and syncs everything, so that nothing but a rename is left to do.
    pub(super) fn finish(&mut self) -> Result<(), PublishError> {
        self.check()?;
        self.write_buffer()?;
        self.buffer = Vec::new();
        let done = self.disk.sync(&self.file);
        self.note(done)
    }

    /// Gives it its final name.
    pub(super) fn rename(&mut self, replace: bool) -> io::Result<()> {
        self.disk.rename(&self.partial, &self.target, replace)?;
        self.partial_stands = false;
        Ok(())
    }

    /// Whether the temporary name is gone though no rename succeeded: a network file system may do
    /// what it was asked and lose the answer.
    pub(super) fn may_be_renamed(&self) -> bool {
        self.partial_stands && matches!(self.disk.exists(&self.partial), Ok(false))
    }

    fn write_buffer(&mut self) -> Result<(), PublishError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let done = self.disk.write_at(&self.file, self.written, &self.buffer);
        self.note(done)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// An output with a hole in it must not be published, even if its writer overlooks the error.
    fn check(&self) -> Result<(), PublishError> {
        if self.failed {
            return Err(PublishError::Misuse { what: "an output is used after it could not be written" });
        }
        Ok(())
    }

    fn note(&mut self, done: io::Result<()>) -> Result<(), PublishError> {
        done.map_err(|error| {
            self.failed = true;
            PublishError::disk("write", &self.target, error)
        })
    }
}

/// Without its bytes.
impl fmt::Debug for OutputFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputFile")
            .field("target", &self.target)
            .field("position", &self.position())
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

impl Write for OutputFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.append(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.check()?;
        Ok(self.write_buffer()?)
    }
}

impl Drop for OutputFile<'_> {
    fn drop(&mut self) {
        if self.partial_stands {
            remove_quietly(self.disk, &self.partial);
        }
    }
}

/// Removes a temporary file where nobody is left to hear of an error; the next run tries again.
pub(super) fn remove_quietly(disk: &dyn Disk, partial: &Path) {
    if let Err(error) = disk.remove(partial)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(file = %partial.display(), %error, "a temporary file could not be removed");
    }
}
