//! Accepted claims on disk, in the order of their fingerprints.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::path::Path;

use fastbloom::BloomFilter;
use rustc_hash::FxBuildHasher;

use super::ClaimRef;
use crate::source::Scratch;

/// How many entries are read at a time.
const PAGE: usize = 128;

/// How many bytes an entry has.
const ENTRY: usize = 32;

/// How many bytes are written at a time.
const PIECE: usize = 64 * 1024;

/// How often a filter may say that a fingerprint could be there which is not.
const MISTAKEN: f64 = 0.02;

/// An accepted claim under a fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Entry {
    /// What it is looked up by.
    pub(super) key: u64,
    /// What tells it from others under that key.
    pub(super) check: u64,
    /// The claim.
    pub(super) claim: ClaimRef,
}

/// Entries in the order of their keys.
pub(super) struct SortedRun {
    file: Scratch,
    /// The first key of each page.
    firsts: Vec<u64>,
    /// Which keys there may be; none where every look goes to the disk.
    filter: Option<BloomFilter<FxBuildHasher>>,
}

impl std::fmt::Debug for SortedRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SortedRun({} entries)", self.len())
    }
}

impl SortedRun {
    /// Writes `sorted` entries, at most `count` of them, to a folder.
    pub(super) fn write(
        dir: &Path,
        count: usize,
        is_filtered: bool,
        sorted: impl Iterator<Item = io::Result<Entry>>,
    ) -> io::Result<SortedRun> {
        let filter = is_filtered.then(|| {
            BloomFilter::with_false_pos(MISTAKEN).hasher(FxBuildHasher).expected_items(count.max(1))
        });
        let mut run = SortedRun { file: Scratch::new(dir)?, firsts: Vec::new(), filter };
        let mut piece = Vec::with_capacity(PIECE);
        for (number, entry) in sorted.enumerate() {
            let entry = entry?;
            if number % PAGE == 0 {
                run.firsts.push(entry.key);
            }
            if let Some(filter) = &mut run.filter {
                filter.insert(&entry.key);
            }
            if piece.len() + ENTRY > PIECE {
                run.file.append(&piece)?;
                piece.clear();
            }
            piece.extend_from_slice(&entry.to_bytes());
        }
        run.file.append(&piece)?;
        Ok(run)
    }

    /// Puts several together; what they hold must not be used again where it fails.
    pub(super) fn merge(dir: &Path, runs: &[SortedRun]) -> io::Result<SortedRun> {
        let count = runs.iter().map(SortedRun::len).sum();
        let is_filtered = runs.iter().any(|run| run.filter.is_some());
        SortedRun::write(dir, count, is_filtered, Merged::new(runs))
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        (self.file.len() / ENTRY as u64) as usize
    }

    /// Adds the claims under a key and check to `found`.
    pub(super) fn find(&self, key: u64, check: u64, found: &mut Vec<ClaimRef>) -> io::Result<()> {
        if self.filter.as_ref().is_some_and(|filter| !filter.contains(&key)) {
            return Ok(());
        }
        // a key's entries may begin on the page before the first one that begins with it
        let mut page = self.firsts.partition_point(|first| *first < key).saturating_sub(1);
        let mut buffer = [0; PAGE * ENTRY];
        loop {
            let entries = self.page(page, &mut buffer)?;
            if entries.is_empty() {
                return Ok(());
            }
            for entry in entries.iter().map(Entry::from_bytes) {
                if entry.key > key {
                    return Ok(());
                }
                if (entry.key, entry.check) == (key, check) {
                    found.push(entry.claim);
                }
            }
            page += 1;
        }
    }

    /// The entries of a page; none behind the last.
    fn page<'b>(&self, page: usize, buffer: &'b mut [u8; PAGE * ENTRY]) -> io::Result<&'b [[u8; ENTRY]]> {
        let from = page.saturating_mul(PAGE);
        let count = self.len().saturating_sub(from).min(PAGE);
        let bytes = buffer.get_mut(..count * ENTRY).unwrap_or_default();
        self.file.read_at((from * ENTRY) as u64, bytes)?;
        Ok(bytes.as_chunks().0)
    }
}

/// The entries of several runs, in order.
struct Merged<'r> {
    readers: Vec<Reader<'r>>,
    /// The next entry of each.
    next: BinaryHeap<Reverse<(Entry, usize)>>,
    failed: Option<io::Error>,
}

impl<'r> Merged<'r> {
    fn new(runs: &'r [SortedRun]) -> Merged<'r> {
        let readers: Vec<Reader<'r>> = runs.iter().map(Reader::new).collect();
        let mut merged = Merged { next: BinaryHeap::with_capacity(readers.len()), readers, failed: None };
        (0..merged.readers.len()).for_each(|reader| merged.advance(reader));
        merged
    }

    fn advance(&mut self, reader: usize) {
        match self.readers.get_mut(reader).map(Reader::next) {
            Some(Ok(Some(entry))) => self.next.push(Reverse((entry, reader))),
            Some(Ok(None)) | None => {}
            Some(Err(error)) => self.failed = Some(error),
        }
    }
}

impl Iterator for Merged<'_> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<io::Result<Entry>> {
        if let Some(error) = self.failed.take() {
            return Some(Err(error));
        }
        let Reverse((entry, reader)) = self.next.pop()?;
        self.advance(reader);
        Some(Ok(entry))
    }
}

/// Reads a run from its beginning.
struct Reader<'r> {
    run: &'r SortedRun,
    buffer: Box<[u8; PAGE * ENTRY]>,
    at: usize,
}

impl<'r> Reader<'r> {
    fn new(run: &'r SortedRun) -> Reader<'r> {
        Reader { run, buffer: Box::new([0; PAGE * ENTRY]), at: 0 }
    }

    fn next(&mut self) -> io::Result<Option<Entry>> {
        if self.at >= self.run.len() {
            return Ok(None);
        }
        if self.at.is_multiple_of(PAGE) {
            self.run.page(self.at / PAGE, &mut self.buffer)?;
        }
        let entry = self.buffer.as_chunks().0.get(self.at % PAGE).map(Entry::from_bytes);
        self.at += 1;
        Ok(entry)
    }
}

impl Entry {
    fn to_bytes(self) -> [u8; ENTRY] {
        let Entry { key, check, claim: ClaimRef { file, record } } = self;
        let mut bytes = [0; ENTRY];
        for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip([key, check, file as u64, record]) {
            *place = word.to_le_bytes();
        }
        bytes
    }

    fn from_bytes(bytes: &[u8; ENTRY]) -> Entry {
        let (words, _) = bytes.as_chunks::<8>();
        let word = |at: usize| words.get(at).map_or(0, |word| u64::from_le_bytes(*word));
        Entry { key: word(0), check: word(1), claim: ClaimRef { file: word(2) as i64, record: word(3) } }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, PAGE, SortedRun};
    use crate::rules::ledger::ClaimRef;
    use proptest::prelude::*;

    fn entry(key: u64, check: u64, record: u64) -> Entry {
        Entry { key, check, claim: ClaimRef { file: -3, record } }
    }

    #[test]
    fn a_key_of_many_pages_is_found_whole() {
        let dir = tempfile::tempdir().unwrap();
        let count = 3 * PAGE as u64 + 5;
        let all = (0..count).map(|record| Ok(entry(if record < 7 { 1 } else { 2 }, record % 2, record)));
        let run = SortedRun::write(dir.path(), count as usize, true, all).unwrap();
        assert_eq!(run.len() as u64, count);
        let find = |key, check| {
            let mut found = Vec::new();
            run.find(key, check, &mut found).unwrap();
            found.into_iter().map(|claim| claim.record).collect::<Vec<u64>>()
        };
        assert_eq!(find(2, 1), (7..count).filter(|record| record % 2 == 1).collect::<Vec<u64>>());
        assert_eq!(find(1, 0), [0, 2, 4, 6]);
        assert_eq!((find(0, 0), find(3, 0), find(2, 2)), (vec![], vec![], vec![]));
    }

    #[test]
    fn a_run_that_cannot_be_read_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(SortedRun::write(&file, 1, false, std::iter::once(Ok(entry(1, 1, 1)))).is_err());
        let failing = std::iter::once(Err(std::io::ErrorKind::StorageFull.into()));
        assert!(SortedRun::write(dir.path(), 1, false, failing).is_err());
    }

    proptest! {
        #[test]
        fn merged_runs_hold_what_each_held(keys in proptest::collection::vec((0..40u64, 0..3u64), 0..600), parts in 1..5usize) {
            let dir = tempfile::tempdir().unwrap();
            let all: Vec<Entry> = keys.iter().zip(0..).map(|((key, check), record)| entry(*key, *check, record)).collect();
            let runs: Vec<SortedRun> = (0..parts)
                .map(|part| {
                    let mut some: Vec<Entry> = all.iter().skip(part).step_by(parts).copied().collect();
                    some.sort_unstable();
                    SortedRun::write(dir.path(), some.len(), part % 2 == 0, some.into_iter().map(Ok)).unwrap()
                })
                .collect();
            let merged = SortedRun::merge(dir.path(), &runs).unwrap();
            prop_assert_eq!(merged.len(), all.len());
            for (key, check) in (0..41).flat_map(|key| (0..3).map(move |check| (key, check))) {
                let mut found = Vec::new();
                merged.find(key, check, &mut found).unwrap();
                found.sort_unstable();
                let meant: Vec<ClaimRef> =
                    all.iter().filter(|entry| (entry.key, entry.check) == (key, check)).map(|entry| entry.claim).collect();
                prop_assert_eq!(found, meant);
            }
        }
    }
}
