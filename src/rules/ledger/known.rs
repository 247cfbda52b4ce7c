//! The accepted claims of a run, found by a fingerprint: the latest in memory, the others on disk, so that memory does not grow
//! with the input.

use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::ClaimRef;
use super::sorted_run::{Entry, SortedRun};

/// How many runs of one size are put together to one of the next.
const FAN_IN: usize = 8;

const NONE: u32 = u32::MAX;

/// Claims by what they are looked up by.
#[derive(Debug)]
pub(super) struct KnownClaims {
    /// Where claims go that memory is not to hold.
    dir: PathBuf,
    /// How many claims memory is to hold; all, once the disk would not take them.
    most: usize,
    /// Whether most looks are for what is not there.
    is_filtered: bool,
    recent: Vec<Entry>,
    /// The one before each of the recent ones, under the same key.
    before: Vec<u32>,
    /// The latest of the recent ones under each key.
    latest: FxHashMap<u64, u32>,
    /// Those on disk, and how often they were put together; the largest first.
    runs: Vec<(u32, SortedRun)>,
    /// Why the disk could not be read.
    trouble: Option<io::Error>,
}

impl KnownClaims {
    /// None yet. `most` are held in memory, the others in files without names in `dir`; with `is_filtered` a look for what is not
    /// there seldom goes to the disk.
    pub(super) fn new(dir: &Path, most: usize, is_filtered: bool) -> KnownClaims {
        KnownClaims {
            dir: dir.to_owned(),
            most: most.clamp(1, NONE as usize),
            is_filtered,
            recent: Vec::new(),
            before: Vec::new(),
            latest: FxHashMap::default(),
            runs: Vec::new(),
            trouble: None,
        }
    }

    /// Adds a claim of a party under a fingerprint.
    pub(super) fn add(&mut self, party: u64, print: u64, claim: ClaimRef) {
        if self.recent.len() >= self.most {
            self.put_aside();
        }
        let key = key(party, print);
        let before = self.latest.insert(key, self.recent.len() as u32);
        self.recent.push(Entry { key, check: print, claim });
        self.before.push(before.unwrap_or(NONE));
    }

    /// Adds the claims of a party under a fingerprint to `found`, in any order.
    pub(super) fn find(&mut self, party: u64, print: u64, found: &mut Vec<ClaimRef>) {
        let key = key(party, print);
        let mut next = self.latest.get(&key).copied().unwrap_or(NONE);
        while let (Some(entry), Some(before)) =
            (self.recent.get(next as usize), self.before.get(next as usize))
        {
            if entry.check == print {
                found.push(entry.claim);
            }
            next = *before;
        }
        for (_, run) in &self.runs {
            if let Err(error) = run.find(key, print, found) {
                self.trouble.get_or_insert(error);
            }
        }
    }

    /// Why some could not be found, if they could not: what was answered since is not to be relied on.
    pub(super) fn trouble(&mut self) -> Option<io::Error> {
        self.trouble.take()
    }

    /// Moves the recent ones to the disk. Where that fails they stay, and so will all others.
    fn put_aside(&mut self) {
        if let Err(error) = self.try_put_aside() {
            tracing::warn!(
                folder = %self.dir.display(),
                "accepted claims could not be put on disk ({error}); they are kept in memory, which grows with the input"
            );
            self.most = NONE as usize;
        }
    }

    fn try_put_aside(&mut self) -> io::Result<()> {
        // in its own memory: where the disk fails, places in `recent` must still hold
        let mut sorted = self.recent.clone();
        sorted.sort_unstable();
        let run = SortedRun::write(&self.dir, sorted.len(), self.is_filtered, sorted.into_iter().map(Ok))?;
        self.runs.push((0, run));
        self.recent.clear();
        self.before.clear();
        self.latest.clear();
        while let Some((times, last)) = self.of_one_size() {
            let (_, runs): (Vec<u32>, Vec<SortedRun>) = self.runs.split_off(last).into_iter().unzip();
            match SortedRun::merge(&self.dir, &runs) {
                Ok(run) => self.runs.push((times + 1, run)),
                Err(error) => {
                    self.runs.extend(runs.into_iter().map(|run| (times, run)));
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Where the last runs begin, if there are as many of one size as are put together; and how often they were.
    fn of_one_size(&self) -> Option<(u32, usize)> {
        let from = self.runs.len().checked_sub(FAN_IN)?;
        let (times, _) = self.runs.last()?;
        self.runs.get(from..)?.iter().all(|(other, _)| other == times).then_some((*times, from))
    }
}

/// What a party's claim is looked up by. With the fingerprint it tells the party.
fn key(party: u64, print: u64) -> u64 {
    party ^ print.rotate_left(32)
}

#[cfg(test)]
mod tests {
    use super::KnownClaims;
    use crate::rules::ledger::ClaimRef;
    use proptest::prelude::*;

    fn found(claims: &mut KnownClaims, party: u64, print: u64) -> Vec<u64> {
        let mut found = Vec::new();
        claims.find(party, print, &mut found);
        let mut records: Vec<u64> = found.into_iter().map(|claim| claim.record).collect();
        records.sort_unstable();
        records
    }

    #[test]
    fn where_the_disk_takes_nothing_memory_holds_all() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        let mut claims = KnownClaims::new(&file, 2, true);
        (0..20).for_each(|record| claims.add(record % 3, 7, ClaimRef { file: 1, record }));
        assert_eq!(found(&mut claims, 1, 7), [1, 4, 7, 10, 13, 16, 19]);
        assert!(claims.trouble().is_none());
    }

    #[test]
    fn many_are_put_together_to_few_runs() {
        let dir = tempfile::tempdir().unwrap();
        let mut claims = KnownClaims::new(dir.path(), 2, false);
        (0..2 * 8 * 8 * 3).for_each(|record| claims.add(record, record, ClaimRef { file: 1, record }));
        assert!(claims.runs.len() < 3 * 8, "{}", claims.runs.len());
        assert_eq!(claims.runs.iter().map(|(_, run)| run.len()).sum::<usize>() + claims.recent.len(), 384);
        assert!((0..384).all(|record| found(&mut claims, record, record) == [record]));
        // nothing has a name there
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_many_memory_holds(
            put in proptest::collection::vec((0..6u64, 0..4u64), 0..400),
            most in 1..50usize,
            is_filtered in any::<bool>(),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let mut some = KnownClaims::new(dir.path(), most, is_filtered);
            let mut seen: Vec<(u64, u64)> = Vec::new();
            for (party, print) in put {
                let meant: Vec<u64> = (0u64..).zip(&seen).filter(|(_, known)| **known == (party, print)).map(|(at, _)| at).collect();
                prop_assert_eq!(found(&mut some, party, print), meant);
                some.add(party, print, ClaimRef { file: 1, record: seen.len() as u64 });
                seen.push((party, print));
            }
        }
    }
}
