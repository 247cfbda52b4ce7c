//! Members of zip archives.

use std::ffi::OsStr;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use zip::read::{ArchiveOffset, Config, OwnedZipFileEntry, ZipReadOptions};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::decode::Origin;
use super::error::SourceError;
use super::input::{Input, Stamp, Witness};
use super::names::shown;
use super::spool::Spool;

/// A member as the archive's directory lists it.
#[derive(Debug)]
pub(super) struct Member {
    archive: PathBuf,
    /// What the archive was when its directory was read: places in it hold for no other.
    stamp: Stamp,
    /// Names it in errors.
    shown: String,
    path: String,
    entry: OwnedZipFileEntry,
}

/// What an archive holds.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Its files by the byte order of their paths, as a folder's would be; those that cannot be read with the reason.
    pub(super) members: Vec<(String, Result<Member, SourceError>)>,
    /// Why the listing may not be complete.
    pub(super) error: Option<SourceError>,
}

/// Reads the directory of the archive `file`, opened at `path`, which errors call `name`.
pub(super) fn list(path: &Path, name: &str, file: &File) -> Listing {
    let mut listing = Listing::default();
    listing.error = list_into(&mut listing.members, path, name, file).err();
    if listing.error.is_none() && listing.members.is_empty() {
        listing.error = Some(SourceError::Empty { file: name.to_owned() });
    }
    listing.members.sort_by(|(a, _), (b, _)| a.cmp(b));
    listing
}

fn list_into(
    members: &mut Vec<(String, Result<Member, SourceError>)>,
    path: &Path,
    name: &str,
    file: &File,
) -> Result<(), SourceError> {
    let broken = |error| broken(name, 0, error);
    let metadata = file.metadata().map_err(|error| SourceError::reading(name, error))?;
    let stamp = Stamp::of(&metadata);
    // Its first bytes are the archive's own, so places count from there. Searching for another start could find an
    // archive within a damaged one.
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let zip = ZipArchive::with_config(config, BufReader::new(Origin(file))).map_err(broken)?;
    for index in 0..zip.len() {
        let entry = zip.by_index_data(index).map_err(broken)?;
        // Copies that Finder adds to what a user packs; they hold no content.
        if entry.is_dir() || entry.name_raw().starts_with(b"__MACOSX/") {
            continue;
        }
        let member = entry.name().map_err(broken)?.into_owned();
        let shown = format!("{name}/{}", shown(OsStr::new(&member)));
        let refuse = |why: &str| SourceError::Unsupported { file: shown.clone(), why: why.to_owned() };
        let readable = if entry.encrypted() {
            Err(refuse("is encrypted; unpack it with its password first"))
        } else if entry.is_symlink() {
            Err(refuse("is only a link to another file; pack the file itself"))
        } else if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            Err(refuse(
                "is compressed by an uncommon method; unpack it, or pack it again by the usual one (deflate)",
            ))
        } else {
            Ok(Member { archive: path.to_owned(), stamp, shown, path: member.clone(), entry: entry.into() })
        };
        members.push((member, readable));
    }
    if zip.has_duplicate_names() {
        return Err(SourceError::Unsupported {
            file: name.to_owned(),
            why: "holds two members of one name, and only the last was read; ask the sender to pack it again"
                .to_owned(),
        });
    }
    Ok(())
}

impl Member {
    /// Spools the member's content.
    pub(super) fn open(
        &self,
        name: &str,
        file: &str,
        dir: &Path,
        limit: Option<u64>,
    ) -> Result<Input, SourceError> {
        let spool = Spool { shown: &self.shown, dir, limit };
        let archive = File::open(&self.archive).map_err(|error| SourceError::reading(&self.shown, error))?;
        let witness = Witness::new(&self.archive, &self.shown, archive, self.stamp);
        witness.check()?;
        let mut from = BufReader::with_capacity(64 * 1024, Origin(witness.file()));
        let content = self
            .entry
            .as_ref()
            .with_reader(&mut from, ZipReadOptions::new())
            .map_err(|error| broken(&self.shown, 0, error))?;
        let (copy, len) = spool.fill(content, Path::new(&self.path))?;
        witness.check()?;
        Ok(Input::spooled(name, file, copy, len, Some(witness)))
    }
}

fn broken(file: &str, offset: u64, error: ZipError) -> SourceError {
    let spool = Spool { shown: file, dir: Path::new(""), limit: None };
    match error {
        ZipError::Io(error) => spool.unread(offset, error),
        ZipError::UnsupportedArchive(why) => {
            spool.unsupported(&format!("cannot be read ({why}); unpack it first"))
        }
        error => SourceError::Broken { file: file.to_owned(), offset, why: error.to_string() },
    }
}
