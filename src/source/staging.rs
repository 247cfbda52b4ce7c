//! A disk that does not wait.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;

use super::disk::{Disk, Leftover, RealDisk};

/// The disk, for outputs in a folder that nobody looks at before it is synced as a whole, or ever: nothing is waited for.
#[derive(Clone, Copy, Default, Debug)]
pub struct Staging;

impl Disk for Staging {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.create_dir(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<OsString>> {
        RealDisk.list(dir)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        RealDisk.exists(path)
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        RealDisk.create(path)
    }

    fn write_at(&self, file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
        RealDisk.write_at(file, offset, bytes)
    }

    fn sync(&self, _: &File) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path, replace: bool) -> io::Result<()> {
        RealDisk.rename(from, to, replace)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn remove_leftover(&self, path: &Path) -> io::Result<Leftover> {
        RealDisk.remove_leftover(path)
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}
