//! The files of a run beside an input: which are there, opened for reading.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::source::{Input, SourceError, Suffix, discover};

/// What stands in the output folder under one name.
#[derive(Debug)]
pub(super) struct Outputs {
    dir: PathBuf,
    name: String,
    there: BTreeMap<Suffix, u64>,
}

impl Outputs {
    /// Looks what is there.
    pub(super) fn find(dir: &Path, name: &str) -> io::Result<Outputs> {
        let mut there = BTreeMap::new();
        for suffix in Suffix::ALL {
            match fs::metadata(dir.join(format!("{name}{}", suffix.text()))) {
                Ok(metadata) => drop(there.insert(suffix, metadata.len())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Outputs { dir: dir.to_owned(), name: name.to_owned(), there })
    }

    /// Whether none is there.
    pub(super) fn is_empty(&self) -> bool {
        self.there.is_empty()
    }

    /// Whether this one is there.
    pub(super) fn has(&self, suffix: Suffix) -> bool {
        self.there.contains_key(&suffix)
    }

    /// Those that are there and hold nothing.
    pub(super) fn hollow(&self) -> impl Iterator<Item = Suffix> + '_ {
        self.there.iter().filter(|(_, length)| **length == 0).map(|(suffix, _)| *suffix)
    }

    /// A file's name.
    pub(super) fn file(&self, suffix: Suffix) -> String {
        format!("{}{}", self.name, suffix.text())
    }

    /// Where a file is, if it is there.
    pub(super) fn path(&self, suffix: Suffix) -> Option<PathBuf> {
        self.has(suffix).then(|| self.dir.join(self.file(suffix)))
    }

    /// Opens a file; none where it is not there or holds nothing.
    pub(super) fn open(&self, suffix: Suffix) -> Result<Option<Input>, SourceError> {
        let Some(path) = self.path(suffix).filter(|_| self.there.get(&suffix) != Some(&0)) else {
            return Ok(None);
        };
        discover([&path]).first().map(|source| source.open(&self.dir)).transpose()
    }
}
