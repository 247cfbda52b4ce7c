//! A file that is there whole or not at all: it is written beside its place and put there when it is complete.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::Failure;

/// A file in the making. Dropped before [`finish`](Self::finish), it leaves what stood in its place as it was.
#[derive(Debug)]
pub(super) enum WholeFile {
    /// Beside its place.
    Staged(BufWriter<NamedTempFile>, PathBuf),
    /// In its place, which is no plain file: a pipe, a device.
    Direct(BufWriter<File>, PathBuf),
}

impl WholeFile {
    /// Begins the file of a path; nothing is changed there yet.
    pub(super) fn create(path: &Path) -> Result<WholeFile, Failure> {
        WholeFile::begin(path).map_err(|error| failed(path, &error))
    }

    fn begin(path: &Path) -> io::Result<WholeFile> {
        let there = match fs::metadata(path) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            let file = OpenOptions::new().write(true).open(path)?;
            return Ok(WholeFile::Direct(BufWriter::new(file), path.to_owned()));
        }
        // a link stays one: the file that it names is replaced
        let target = if there.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = Builder::new();
        builder.prefix(".claimsieve-").suffix(".partial");
        as_others_are(&mut builder);
        let file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        if let Some(there) = there {
            // as when it is written over, also where it may not be
            OpenOptions::new().append(true).open(&target)?;
            file.as_file().set_permissions(there.permissions())?;
        }
        Ok(WholeFile::Staged(BufWriter::new(file), target))
    }

    /// Puts the file into its place.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self {
            WholeFile::Direct(mut file, path) => file.flush().map_err(|error| failed(&path, &error)),
            WholeFile::Staged(file, path) => {
                let file = file.into_inner().map_err(|error| failed(&path, error.error()))?;
                file.persist(&path).map_err(|error| failed(&path, &error.error))?;
                Ok(())
            }
        }
    }
}

/// A new file has the permissions that any program's has, not those of a temporary one.
#[cfg(unix)]
fn as_others_are(builder: &mut Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn as_others_are(_: &mut Builder<'_, '_>) {}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            WholeFile::Staged(file, _) => file.write(bytes),
            WholeFile::Direct(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            WholeFile::Staged(file, _) => file.flush(),
            WholeFile::Direct(file, _) => file.flush(),
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::Say(3, format!("{}: cannot be written: {error}", path.display()))
}
