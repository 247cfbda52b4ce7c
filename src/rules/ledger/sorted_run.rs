//! Rows on disk, in the order of their keys.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::path::Path;

use crate::finding::Filter;
use crate::source::Scratch;

/// How many rows are read at a time.
const PAGE: usize = 128;

/// How many bytes are written at a time.
const PIECE: usize = 64 * 1024;

/// How many bits a filter has for each row.
const FILTER_BITS: u64 = 8;

/// Some words, of which the first is the key: a fingerprint.
pub(super) type Row<const N: usize> = [u64; N];

/// Rows in order.
pub(super) struct SortedRun<const N: usize> {
    file: Scratch,
    /// The first key of each page.
    firsts: Vec<u64>,
    /// Which keys there may be; none where every look goes to the disk.
    filter: Option<Filter>,
}

impl<const N: usize> std::fmt::Debug for SortedRun<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SortedRun({} rows)", self.len())
    }
}

impl<const N: usize> SortedRun<N> {
    const ROW: usize = N * size_of::<u64>();

    /// Writes `sorted` rows, at most `count` of them, to a folder.
    pub(super) fn write(
        dir: &Path,
        count: usize,
        is_filtered: bool,
        sorted: impl Iterator<Item = io::Result<Row<N>>>,
    ) -> io::Result<SortedRun<N>> {
        let filter = is_filtered.then(|| Filter::new(count as u64, FILTER_BITS));
        let mut run = SortedRun { file: Scratch::new(dir)?, firsts: Vec::new(), filter };
        let mut piece = Vec::with_capacity(PIECE);
        for (number, row) in sorted.enumerate() {
            let row = row?;
            if number % PAGE == 0 {
                run.firsts.push(key(&row));
            }
            if let Some(filter) = &mut run.filter {
                filter.add(key(&row));
            }
            if piece.len() + Self::ROW > PIECE {
                run.file.append(&piece)?;
                piece.clear();
            }
            for word in row {
                piece.extend_from_slice(&word.to_le_bytes());
            }
        }
        run.file.append(&piece)?;
        Ok(run)
    }

    /// Puts several together to a new one.
    pub(super) fn merge(dir: &Path, runs: &[SortedRun<N>]) -> io::Result<SortedRun<N>> {
        let count = runs.iter().map(SortedRun::len).sum();
        let is_filtered = runs.iter().any(|run| run.filter.is_some());
        SortedRun::write(dir, count, is_filtered, Merged::new(runs))
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        (self.file.len() / Self::ROW as u64) as usize
    }

    /// Gives the rows of a key to `each`; `page` is room to read in.
    pub(super) fn find(
        &self,
        wanted: u64,
        page: &mut Vec<u8>,
        each: &mut impl FnMut(Row<N>),
    ) -> io::Result<()> {
        if self.filter.as_ref().is_some_and(|filter| !filter.may_hold(wanted)) {
            return Ok(());
        }
        // a key's rows may begin on the page before the first one that begins with it
        let mut number = self.firsts.partition_point(|first| *first < wanted).saturating_sub(1);
        loop {
            self.read(number, page)?;
            for row in rows(page) {
                match key(&row) {
                    found if found > wanted => return Ok(()),
                    found if found == wanted => each(row),
                    _ => {}
                }
            }
            if page.is_empty() {
                return Ok(());
            }
            number += 1;
        }
    }

    /// Reads the rows of a page; none behind the last.
    fn read(&self, number: usize, page: &mut Vec<u8>) -> io::Result<()> {
        let from = number.saturating_mul(PAGE);
        page.resize(self.len().saturating_sub(from).min(PAGE) * Self::ROW, 0);
        self.file.read_at((from * Self::ROW) as u64, page)
    }
}

/// What a row is found by.
pub(super) fn key<const N: usize>(row: &Row<N>) -> u64 {
    row.first().copied().unwrap_or(0)
}

/// The rows of a page.
fn rows<const N: usize>(page: &[u8]) -> impl Iterator<Item = Row<N>> {
    page.as_chunks::<8>().0.as_chunks::<N>().0.iter().map(|row| row.map(u64::from_le_bytes))
}

/// The rows of several runs, in order.
struct Merged<'r, const N: usize> {
    readers: Vec<Reader<'r, N>>,
    /// The next row of each.
    next: BinaryHeap<Reverse<(Row<N>, usize)>>,
    failed: Option<io::Error>,
}

impl<'r, const N: usize> Merged<'r, N> {
    fn new(runs: &'r [SortedRun<N>]) -> Merged<'r, N> {
        let readers: Vec<Reader<'r, N>> = runs.iter().map(Reader::new).collect();
        let mut merged = Merged { next: BinaryHeap::with_capacity(readers.len()), readers, failed: None };
        (0..merged.readers.len()).for_each(|reader| merged.advance(reader));
        merged
    }

    fn advance(&mut self, reader: usize) {
        match self.readers.get_mut(reader).map(Reader::next) {
            Some(Ok(Some(row))) => self.next.push(Reverse((row, reader))),
            Some(Ok(None)) | None => {}
            Some(Err(error)) => self.failed = Some(error),
        }
    }
}

impl<const N: usize> Iterator for Merged<'_, N> {
    type Item = io::Result<Row<N>>;

    fn next(&mut self) -> Option<io::Result<Row<N>>> {
        if let Some(error) = self.failed.take() {
            return Some(Err(error));
        }
        let Reverse((row, reader)) = self.next.pop()?;
        self.advance(reader);
        Some(Ok(row))
    }
}

/// Reads a run from its beginning.
struct Reader<'r, const N: usize> {
    run: &'r SortedRun<N>,
    page: Vec<u8>,
    at: usize,
}

impl<'r, const N: usize> Reader<'r, N> {
    fn new(run: &'r SortedRun<N>) -> Reader<'r, N> {
        Reader { run, page: Vec::new(), at: 0 }
    }

    fn next(&mut self) -> io::Result<Option<Row<N>>> {
        let (number, within) = (self.at / PAGE, self.at % PAGE);
        if within == 0 {
            self.run.read(number, &mut self.page)?;
        }
        self.at += 1;
        Ok(rows(&self.page).nth(within))
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGE, Row, SortedRun};
    use proptest::prelude::*;

    fn find(run: &SortedRun<3>, key: u64) -> Vec<Row<3>> {
        let mut found = Vec::new();
        run.find(key, &mut Vec::new(), &mut |row| found.push(row)).unwrap();
        found
    }

    #[test]
    fn a_key_of_many_pages_is_found_whole() {
        let dir = tempfile::tempdir().unwrap();
        let count = 3 * PAGE as u64 + 5;
        let all: Vec<Row<3>> = (0..count).map(|n| [if n < 7 { 1 } else { 3 }, n, u64::MAX]).collect();
        for is_filtered in [true, false] {
            let run =
                SortedRun::write(dir.path(), all.len(), is_filtered, all.iter().copied().map(Ok)).unwrap();
            assert_eq!(run.len(), all.len());
            assert_eq!((find(&run, 1), find(&run, 3)), (all[..7].to_vec(), all[7..].to_vec()));
            assert!([0, 2, 4].into_iter().all(|key| find(&run, key).is_empty()));
        }
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(SortedRun::write(&file, 1, false, std::iter::once(Ok([1, 1, 1]))).is_err());
        let failing = std::iter::once(Err::<Row<3>, _>(std::io::ErrorKind::StorageFull.into()));
        assert!(SortedRun::write(dir.path(), 1, false, failing).is_err());
    }

    proptest! {
        #[test]
        fn merged_runs_hold_what_each_held(keys in proptest::collection::vec(0..40u64, 0..600), parts in 1..5usize) {
            let dir = tempfile::tempdir().unwrap();
            let mut all: Vec<Row<3>> = keys.iter().zip(0..).map(|(key, n)| [*key, n, 0]).collect();
            let runs: Vec<SortedRun<3>> = (0..parts)
                .map(|part| {
                    let mut some: Vec<Row<3>> = all.iter().skip(part).step_by(parts).copied().collect();
                    some.sort_unstable();
                    SortedRun::write(dir.path(), some.len(), part % 2 == 0, some.into_iter().map(Ok)).unwrap()
                })
                .collect();
            let merged = SortedRun::merge(dir.path(), &runs).unwrap();
            all.sort_unstable();
            prop_assert_eq!((0..41).flat_map(|key| find(&merged, key)).collect::<Vec<_>>(), all);
        }
    }
}
