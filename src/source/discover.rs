//! From the command line's arguments to the inputs they stand for.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::decode::{Format, HEAD};
use super::error::SourceError;
use super::names::{Location, Names, settle, shown};
use super::open::{Origin, Source};
use super::suffix::is_own_output;

/// Files that desktops leave in folders.
const DESKTOP_FILES: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// The inputs that `arguments` stand for, in their order: `-` is standard input, a folder is all files in it and
/// below by the byte order of their paths, a zip archive is its members.
///
/// In a folder, files named like our own outputs are left out ([`is_own_output`]), as are `.DS_Store` and its like;
/// a folder reached twice through symbolic links is read once.
///
/// What cannot be read becomes a source whose [`Source::error`] says why, so that it takes part in the run's
/// report and does not keep the others from being read.
///
/// No two sources have one [`Source::name`]; a file that is named twice is there twice, under two names. Names
/// are compared exactly: in an output folder that ignores letter case, inputs whose names differ in
/// case alone meet as existing outputs, and the second is refused.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # std::fs::write(dir.path().join("claims.837"), "ISA")?;
/// let sources = claimsieve::source::discover([dir.path(), "missing.837".as_ref()]);
/// let names: Vec<_> = sources.iter().map(|source| source.name()).collect();
/// assert_eq!(names, ["claims", "missing"]);
/// assert!(sources[0].error().is_none() && sources[1].error().is_some());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn discover(arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> Vec<Source> {
    let mut found = Found::default();
    for argument in arguments {
        let argument = argument.as_ref();
        if argument == "-" {
            let location = Location { file: "stdin".into(), ..Location::default() };
            found.add(location, Origin::Stdin);
        } else {
            found.add_argument(Path::new(argument));
        }
    }
    let names = settle(&found.locations);
    let sources = names.into_iter().zip(found.origins);
    sources.map(|(Names { name, file }, origin)| Source::new(name, file, origin)).collect()
}

/// What was found so far, in order.
#[derive(Default)]
struct Found {
    locations: Vec<Location>,
    origins: Vec<Origin>,
}

impl Found {
    fn add(&mut self, location: Location, origin: Origin) {
        self.locations.push(location);
        self.origins.push(origin);
    }

    fn add_error(&mut self, location: Location, error: SourceError) {
        self.add(location, Origin::Unreadable(error));
    }

    fn add_argument(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.add_folder(path, &metadata),
            Ok(metadata) => self.add_file(named(path), path, &metadata),
            Err(error) => self.add_error(named(path), SourceError::reading(&shown(path.as_os_str()), error)),
        }
    }

    fn add_folder(&mut self, argument: &Path, metadata: &Metadata) {
        let mut walk = Walk { argument, seen: FxHashSet::default(), files: Vec::new() };
        walk.folder(Path::new(""), metadata);
        let mut files = walk.files;
        files.sort_by(|(a, _), (b, _)| a.as_os_str().as_bytes().cmp(b.as_os_str().as_bytes()));
        if files.is_empty() {
            self.add_error(named(argument), SourceError::NoFiles { file: shown(argument.as_os_str()) });
        }
        for (relative, metadata) in files {
            let location = Location {
                argument: argument.to_owned(),
                folder: relative.parent().map(Path::to_owned).unwrap_or_default(),
                file: relative.file_name().unwrap_or(argument.as_os_str()).to_owned(),
                member: None,
            };
            let path = argument.join(&relative);
            match metadata {
                Ok(metadata) if metadata.is_file() => self.add_file(location, &path, &metadata),
                // A pipe would keep the whole run waiting for whoever writes to it.
                Ok(_) => self.add_error(location, SourceError::NotAFile { file: shown(path.as_os_str()) }),
                Err(error) => {
                    self.add_error(location, SourceError::reading(&shown(path.as_os_str()), error));
                }
            }
        }
    }

    /// Adds a file that is no folder: itself, or an archive's members.
    fn add_file(&mut self, location: Location, path: &Path, metadata: &Metadata) {
        if !metadata.is_file() {
            // To look into a pipe is to take from it.
            self.add(location, Origin::File(path.to_owned()));
            return;
        }
        match is_archive(path) {
            Ok(None) => self.add(location, Origin::File(path.to_owned())),
            Ok(Some(file)) => self.add_archive(location, path, &file),
            Err(error) => self.add_error(location, SourceError::reading(&shown(path.as_os_str()), error)),
        }
    }

    #[cfg(feature = "containers")]
    fn add_archive(&mut self, location: Location, path: &Path, file: &File) {
        let listing = super::archive::list(path, &shown(path.as_os_str()), file);
        for (member, readable) in listing.members {
            let location = Location { member: Some(member), ..location.clone() };
            match readable {
                Ok(member) => self.add(location, Origin::Member(member.into())),
                Err(error) => self.add_error(location, error),
            }
        }
        if let Some(error) = listing.error {
            self.add_error(location, error);
        }
    }

    #[cfg(not(feature = "containers"))]
    fn add_archive(&mut self, location: Location, path: &Path, _: &File) {
        let (file, why) = (shown(path.as_os_str()), super::decode::NO_CONTAINERS.to_owned());
        self.add_error(location, SourceError::Unsupported { file, why });
    }
}

/// The location of a path that was named itself.
fn named(path: &Path) -> Location {
    Location {
        argument: PathBuf::new(),
        folder: path.parent().map(Path::to_owned).unwrap_or_default(),
        file: path.file_name().unwrap_or(path.as_os_str()).to_owned(),
        member: None,
    }
}

/// The opened file if it is a zip archive.
fn is_archive(path: &Path) -> io::Result<Option<File>> {
    let file = File::open(path)?;
    let mut head = [0; HEAD];
    let n = file.read_at(&mut head, 0)?;
    let format = Format::of(head.get(..n).unwrap_or_default(), path);
    Ok((format == Format::Zip).then_some(file))
}

/// A walk through a folder.
struct Walk<'a> {
    argument: &'a Path,
    /// Device and inode of the folders entered: a loop of symbolic links ends here.
    seen: FxHashSet<(u64, u64)>,
    /// Paths below the argument, not yet in order; folders only where they cannot be read.
    files: Vec<(PathBuf, io::Result<Metadata>)>,
}

impl Walk<'_> {
    fn folder(&mut self, relative: &Path, metadata: &Metadata) {
        if !self.seen.insert((metadata.dev(), metadata.ino())) {
            return;
        }
        let names = fs::read_dir(self.argument.join(relative))
            .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>());
        let mut names = match names {
            Ok(names) => names,
            Err(error) => return self.files.push((relative.to_owned(), Err(error))),
        };
        // Of two ways into one folder it must always be the same that is taken.
        names.sort_unstable();
        for name in names {
            let relative = relative.join(&name);
            let metadata = fs::metadata(self.argument.join(&relative));
            if let Ok(metadata) = &metadata
                && metadata.is_dir()
            {
                self.folder(&relative, metadata);
            } else if is_own_output(&name) {
                let file = self.argument.join(&relative);
                tracing::info!(file = %file.display(), "left out: named like an output of ours");
            } else if !DESKTOP_FILES.iter().any(|known| name == *known) {
                self.files.push((relative, metadata));
            }
        }
    }
}

#[cfg(test)]
mod tests;
