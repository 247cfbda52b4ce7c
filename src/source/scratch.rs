//! A file without a name, for what a run puts aside and reads again.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;

use super::disk::{Disk, RealDisk};

/// A file that nobody else can reach, and that is gone with the process. It is written at its end.
#[derive(Debug)]
pub struct Scratch {
    file: File,
    len: u64,
}

impl Scratch {
    /// An empty one in a folder, which is made if it is not there.
    pub fn new(dir: &Path) -> io::Result<Scratch> {
        RealDisk.create_dir(dir)?;
        let file = tempfile::tempfile_in(dir)?;
        // Without this it has the mode that the umask leaves, and shows in /proc. It is empty as yet.
        file.set_permissions(Permissions::from_mode(0o600))?;
        Ok(Scratch { file, len: 0 })
    }

    /// Adds bytes at the end.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, self.len)?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Reads as many bytes as `into` holds; it is an error where there are fewer from `offset` on.
    pub fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(into, offset)
    }

    /// How many bytes it holds.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The file itself.
    pub fn into_file(self) -> File {
        self.file
    }
}
