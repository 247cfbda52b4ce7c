//! What publishing asks of the operating system.

use std::ffi::OsString;
use std::fmt;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What became of a temporary file that an earlier run may have left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leftover {
    /// Its run is over; it was removed.
    Removed,
    /// A run is still writing it.
    InUse,
    /// It cannot be told, and was left alone.
    Unknown,
}

/// The few operations that publishing outputs is made of, so that a test can make any of them fail
/// ([`faults::FaultyDisk`](super::faults::FaultyDisk)).
pub trait Disk: Send + Sync + fmt::Debug {
    /// Makes a folder that is not there, and the folders above it, open to this user alone; afterwards it
    /// stays through a crash.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;

    /// The file names in a folder.
    fn list(&self, dir: &Path) -> io::Result<Vec<OsString>>;

    /// Whether anything has that name, a dangling symbolic link too.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// Makes a new file that this user alone may read and write, and holds it, so that
    /// [`Disk::remove_leftover`] knows it is in use. `AlreadyExists` where the name is taken.
    fn create(&self, path: &Path) -> io::Result<File>;

    /// Writes all of `bytes` at `offset` bytes from the start: at the end to append, before it to patch.
    fn write_at(&self, file: &File, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Waits until a file's bytes stay through a crash.
    fn sync(&self, file: &File) -> io::Result<()>;

    /// Gives a file its new name in one step. Where that name is taken, `replace` decides between taking
    /// its place and `AlreadyExists`.
    fn rename(&self, from: &Path, to: &Path, replace: bool) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Removes a file that [`Disk::create`] made, unless a run still holds it.
    fn remove_leftover(&self, path: &Path) -> io::Result<Leftover>;

    /// Waits until a folder's names stay through a crash.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
}

/// The disk itself.
#[derive(Clone, Copy, Default, Debug)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        let missing: Vec<&Path> =
            dir.ancestors().take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists()).collect();
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        // A folder's name stands in the folder above it.
        for made in missing {
            if let Some(above) = made.parent() {
                self.sync_dir(above)?;
            }
        }
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<OsString>> {
        or_here(dir).read_dir()?.map(|entry| Ok(entry?.file_name())).collect()
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        match path.symlink_metadata() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?;
        match file.try_lock() {
            // Another run took it for a leftover in the moment before it was locked, and removes it.
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::AlreadyExists.into()),
            // A file system without locks: leftovers stay there, nothing else suffers.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        if file.metadata()?.nlink() == 0 {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok(file)
    }

    fn write_at(&self, file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
        file.write_all_at(bytes, offset)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path, replace: bool) -> io::Result<()> {
        if replace {
            return std::fs::rename(from, to);
        }
        let from = tempfile::TempPath::try_from_path(from)?;
        from.persist_noclobber(to).map_err(|mut failed| {
            // Whoever made the file removes it.
            failed.path.disable_cleanup(true);
            failed.error
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_leftover(&self, path: &Path) -> io::Result<Leftover> {
        // By its lock, not by its process id: ids are used again, and in a container every run has the same.
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Leftover::Removed),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(Leftover::Unknown),
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Leftover::InUse),
            Err(TryLockError::Error(_)) => return Ok(Leftover::Unknown),
        }
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(Leftover::Removed),
        }
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        match File::open(or_here(dir))?.sync_all() {
            // Some network file systems cannot do it for folders; they answer so.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) =>
            {
                Ok(())
            }
            done => done,
        }
    }
}

/// The folder to open for `dir`: the empty path is the current folder.
fn or_here(dir: &Path) -> PathBuf {
    if dir.as_os_str().is_empty() { PathBuf::from(".") } else { dir.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Disk, Leftover, RealDisk};
    use std::fs;
    use std::io::ErrorKind;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn new_files_and_folders_are_this_users_alone() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("a/b");
        RealDisk.create_dir(&out).unwrap();
        RealDisk.create_dir(&out).unwrap();
        let _file = RealDisk.create(&out.join("f")).unwrap();
        let mode = |path: &str| fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("a"), mode("a/b"), mode("a/b/f")), (0o700, 0o700, 0o600));
        assert_eq!(RealDisk.create(&out.join("f")).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert!(RealDisk.create_dir(&out.join("f")).is_err());
    }

    #[test]
    fn a_folder_that_was_there_keeps_its_mode() {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        RealDisk.create_dir(dir.path()).unwrap();
        assert_eq!(fs::metadata(dir.path()).unwrap().permissions().mode() & 0o777, 0o755);
    }

    #[test]
    fn a_rename_replaces_only_when_told() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::write(&from, "new").unwrap();
        fs::write(&to, "old").unwrap();
        assert_eq!(RealDisk.rename(&from, &to, false).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!((fs::read(&from).unwrap(), fs::read(&to).unwrap()), (b"new".to_vec(), b"old".to_vec()));
        RealDisk.rename(&from, &to, true).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"new");
        RealDisk.rename(&to, &from, false).unwrap();
        assert!(from.exists() && !to.exists());
    }

    #[test]
    fn a_leftover_goes_when_its_run_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let file = RealDisk.create(&path).unwrap();
        assert_eq!(RealDisk.remove_leftover(&path).unwrap(), Leftover::InUse);
        assert!(path.exists());
        drop(file);
        assert_eq!(RealDisk.remove_leftover(&path).unwrap(), Leftover::Removed);
        assert!(!path.exists());
        assert_eq!(RealDisk.remove_leftover(&path).unwrap(), Leftover::Removed);
    }
}
