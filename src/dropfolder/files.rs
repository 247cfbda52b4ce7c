//! Files and folders that must last: moved, copied, synced.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::crash;
use crate::source::{Disk as _, RealDisk};

/// What the disk would not do, and where.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {} ({source})", path.display())]
pub struct Trouble {
    doing: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl Trouble {
    /// Whether it is about one file, so that others may go on.
    pub(super) fn is_of_one_file(&self) -> bool {
        use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, InvalidFilename, NotFound};
        matches!(self.source.kind(), AlreadyExists | DirectoryNotEmpty | InvalidFilename | NotFound)
    }
}

/// Names what was tried.
pub(super) fn at(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Trouble {
    let path = path.to_owned();
    move |source| Trouble { doing, path, source }
}

/// Makes a folder.
pub(super) fn make(dir: &Path) -> Result<(), Trouble> {
    RealDisk.create_dir(dir).map_err(at("make the folder", dir))
}

/// Makes names in a folder last.
pub(super) fn sync(dir: &Path) -> Result<(), Trouble> {
    RealDisk.sync_dir(dir).map_err(at("write the folder", dir))
}

/// Removes a folder with everything in it, if it is there.
pub(super) fn remove_all(dir: &Path) -> Result<(), Trouble> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at("remove", dir)(error)),
        _ => Ok(()),
    }
}

/// Removes the folders whose names begin so.
pub(super) fn remove_named(dir: &Path, prefix: &str) -> Result<(), Trouble> {
    let mut done = Ok(());
    for entry in fs::read_dir(dir).map_err(at("read", dir))? {
        let entry = entry.map_err(at("read", dir))?;
        if entry.file_name().as_bytes().starts_with(prefix.as_bytes()) {
            // one that cannot be removed keeps no other
            done = done.and(remove_all(&entry.path()));
        }
    }
    done
}

/// Opens a file that is only there to be locked.
pub(super) fn lock_file(path: &Path) -> Result<File, Trouble> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600).open(path).map_err(at("write", path))
}

/// Whether anything has that name.
pub(super) fn exists(path: &Path) -> Result<bool, Trouble> {
    RealDisk.exists(path).map_err(at("look up", path))
}

/// Copies a file to a new one, readable by its owner alone, that is on disk when this returns. What stood there goes.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Trouble> {
    let mut source = File::open(from).map_err(at("read", from))?;
    write(to, &mut source)
}

/// The same with what is read from somewhere.
pub(super) fn write(to: &Path, content: &mut impl io::Read) -> Result<(), Trouble> {
    let mut write = || {
        let mut target = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(to)?;
        io::copy(content, &mut target)?;
        target.sync_all()
    };
    write().map_err(at("write", to))
}

/// Gives a file its name; nothing that stands there is replaced.
pub(super) fn publish(from: &Path, to: &Path) -> Result<(), Trouble> {
    RealDisk.rename(from, to, false).or_else(|error| {
        // a crash between link and unlink left both names
        let same = |path: &Path| path.symlink_metadata().map(|file| (file.dev(), file.ino()));
        match (same(from), same(to)) {
            (Ok(one), Ok(other)) if one == other => fs::remove_file(from).map_err(at("remove", from)),
            _ => Err(at("publish", to)(error)),
        }
    })
}

/// What tells a folder from another one of the same path: whether it was removed and made anew, or something is mounted there.
/// The device is no part of it: the same disk may have another number when it is mounted again.
pub(super) fn identity(dir: &Path) -> Result<String, Trouble> {
    let folder = fs::metadata(dir).map_err(at("look up", dir))?;
    let born = folder.created().ok().and_then(|born| born.duration_since(UNIX_EPOCH).ok());
    Ok(format!("{}:{}", folder.ino(), born.map_or(0, |born| born.as_nanos())))
}

/// Whether an identity that was written down is this one; those of before had the device in front.
pub(super) fn is_identity(known: &str, identity: &str) -> bool {
    known.strip_suffix(identity).is_some_and(|device| device.is_empty() || device.ends_with(':'))
}

/// Moves a file or folder, across disks too; it stands there whole or not at all.
pub(super) fn relocate(from: &Path, to: &Path) -> Result<(), Trouble> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {}
        done => return done.map_err(at("move", from)),
    }
    if exists(to)? {
        if !holds_inputs(to, from)? {
            let taken = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(at("move to", to)(taken));
        }
        // it is whole there, and somebody died while it was removed here
        if let Some(above) = to.parent() {
            sync(above)?;
        }
        return remove_all(from);
    }
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    remove_all(&partial)?;
    copy_all(from, &partial)?;
    fs::rename(&partial, to).map_err(at("move", from))?;
    if let Some(above) = to.parent() {
        sync(above)?;
    }
    crash::point("relocated");
    remove_all(from)
}

/// Whether the folder of an arrival holds all inputs that another one still has, byte for byte.
fn holds_inputs(whole: &Path, rest: &Path) -> Result<bool, Trouble> {
    let inputs = rest.join("in");
    if !exists(&inputs)? {
        return Ok(true);
    }
    for entry in fs::read_dir(&inputs).map_err(at("read", &inputs))? {
        let entry = entry.map_err(at("read", &inputs))?;
        let there = whole.join("in").join(entry.file_name());
        if !exists(&there)? || !same(&entry.path(), &there)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn copy_all(from: &Path, to: &Path) -> Result<(), Trouble> {
    make(to)?;
    for entry in fs::read_dir(from).map_err(at("read", from))? {
        let entry = entry.map_err(at("read", from))?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(at("read", from))?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    sync(to)
}

/// Whether two files hold the same bytes.
pub(super) fn same(one: &Path, other: &Path) -> Result<bool, Trouble> {
    let size = |path: &Path| path.symlink_metadata().map(|file| file.len()).map_err(at("read", path));
    if size(one)? != size(other)? {
        return Ok(false);
    }
    let print = |path: &Path| super::scout::fingerprint(path).map_err(at("read", path));
    Ok(print(one)? == print(other)?)
}

/// The longest name that a file is kept under, in bytes: outputs have names longer than that.
pub(super) const LONGEST: usize = 150;

/// A name of at most so many bytes, also after it was made text.
pub(super) fn short(name: &OsStr, bytes: usize) -> OsString {
    let text = name.to_string_lossy();
    if text.len() <= bytes {
        return name.to_owned();
    }
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default().into()
}

/// A file name as logs and listings show it: what is no plain character is escaped.
pub fn shown(name: &OsStr) -> String {
    let text = String::from_utf8_lossy(name.as_bytes());
    text.chars()
        .flat_map(|c| {
            let plain = !c.is_control();
            plain.then_some(c).into_iter().chain((!plain).then(|| c.escape_default()).into_iter().flatten())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;

    use super::{OsStr, holds_inputs, is_identity, remove_named, short};

    #[test]
    fn names_are_short_as_text_too() {
        assert_eq!(short("\u{65e5}".repeat(60).as_ref(), 150).len(), 150);
        assert_eq!(short(OsStr::from_bytes(&b"\xe4".repeat(140)), 150).len(), 150);
        assert_eq!(short(OsStr::from_bytes(b"a\xe4"), 150), OsStr::from_bytes(b"a\xe4"));
    }

    #[test]
    fn a_folder_is_itself_whatever_the_number_of_its_disk() {
        assert!(is_identity("12:34", "12:34") && is_identity("7:12:34", "12:34"));
        assert!(!is_identity("712:34", "12:34") && !is_identity("7:12:35", "12:34"));
    }

    #[test]
    fn a_folder_is_no_remainder_of_one_with_another_input() {
        let dir = tempfile::TempDir::new().unwrap();
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let holds = |rest: &str| holds_inputs(&dir.path().join("whole"), &dir.path().join(rest)).unwrap();
        file("whole/in/a", "same");
        file("rest/in/a", "same");
        file("other/in/a", "else");
        file("more/in/b", "same");
        file("outputs/out/a", "same");
        assert!(holds("rest") && holds("outputs"));
        assert!(!holds("other") && !holds("more"));
    }

    #[test]
    fn folders_are_removed_by_the_beginning_of_their_names() {
        let dir = tempfile::TempDir::new().unwrap();
        for name in ["again-1", "again-2", "000001"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        remove_named(dir.path(), "again-").unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(remove_named(Path::new("/nowhere"), "again-").is_err());
    }
}
