//! Rows that are found by a fingerprint: the latest in memory, the others on disk, so that memory does not grow with what a run
//! must know.

use std::io;
use std::path::{Path, PathBuf};

use super::sorted_run::{Row, SortedRun, key};

/// How many runs of one size are put together to one of the next.
const FAN_IN: usize = 8;

const NONE: u32 = u32::MAX;

/// For how many rows memory is set aside at once.
const ROOM: usize = 1 << 16;

/// How many chains there are at first; a power of two, as there always are.
const FEWEST: usize = 64;

/// Rows of `N` words, found by the first.
#[derive(Debug)]
pub(super) struct Shelf<const N: usize> {
    /// Where rows go that memory is not to hold.
    dir: PathBuf,
    /// How many rows memory is to hold; all, once the disk would not take them.
    most: usize,
    /// Whether most looks are for what is not there.
    is_filtered: bool,
    recent: Vec<Row<N>>,
    /// What a look has to know of each of them.
    links: Vec<Link>,
    /// The latest of the recent ones of each chain: those whose keys begin alike.
    latest: Vec<u32>,
    /// Those on disk, and how often they were put together; the largest first.
    runs: Vec<(u32, SortedRun<N>)>,
    /// Room to read in.
    page: Vec<u8>,
    /// Why the disk could not be read.
    trouble: Option<io::Error>,
}

/// What a look has to know of a row: most that it comes by are not what it looks for, and rows are far apart.
#[derive(Debug, Clone, Copy)]
struct Link {
    /// The end of its key; chains are told by the beginning.
    end: u32,
    /// The row before it, of the same chain.
    before: u32,
}

impl<const N: usize> Shelf<N> {
    /// An empty one. `most` rows are held in memory, the others in files without names in `dir`; with `is_filtered` a look for what
    /// is not there seldom goes to the disk.
    pub(super) fn new(dir: &Path, most: usize, is_filtered: bool) -> Shelf<N> {
        Shelf {
            dir: dir.to_owned(),
            most: most.clamp(1, NONE as usize),
            is_filtered,
            recent: Vec::new(),
            links: Vec::new(),
            latest: vec![NONE; FEWEST],
            runs: Vec::new(),
            page: Vec::new(),
            trouble: None,
        }
    }

    /// Adds a row.
    pub(super) fn add(&mut self, row: Row<N>) {
        if self.recent.len() >= self.most {
            self.put_aside();
        }
        if self.recent.capacity() == 0 {
            // all at once: what is not used yet is only addresses, and nothing is ever copied
            let room = self.most.min(ROOM);
            self.recent.reserve_exact(room);
            self.links.reserve_exact(room);
        }
        self.links.push(Link { end: key(&row) as u32, before: NONE });
        self.recent.push(row);
        if self.recent.len() > self.latest.len() {
            self.latest = vec![NONE; 2 * self.latest.len()];
            (0..self.recent.len()).for_each(|at| self.chain(at));
        } else {
            self.chain(self.recent.len() - 1);
        }
    }

    /// The chain of a key.
    fn chain_of(&self, key: u64) -> usize {
        (key >> (u64::BITS - self.latest.len().trailing_zeros())) as usize
    }

    /// Puts a recent row in front of its chain.
    fn chain(&mut self, at: usize) {
        let chain = self.recent.get(at).map_or(0, |row| self.chain_of(key(row)));
        if let (Some(latest), Some(link)) = (self.latest.get_mut(chain), self.links.get_mut(at)) {
            link.before = std::mem::replace(latest, at as u32);
        }
    }

    /// Gives the rows of a key to `each`, in any order.
    pub(super) fn find(&mut self, wanted: u64, mut each: impl FnMut(Row<N>)) {
        let mut next = self.latest.get(self.chain_of(wanted)).copied().unwrap_or(NONE);
        while let Some(link) = self.links.get(next as usize) {
            let row = if link.end == wanted as u32 { self.recent.get(next as usize) } else { None };
            if let Some(row) = row.filter(|row| key(row) == wanted) {
                each(*row);
            }
            next = link.before;
        }
        for (_, run) in &self.runs {
            if let Err(error) = run.find(wanted, &mut self.page, &mut each) {
                self.trouble.get_or_insert(error);
            }
        }
    }

    /// Why some could not be found, if they could not: what was answered since the last time is not to be relied on.
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
        // beside `recent`: where the disk fails, its places must still hold
        let mut sorted = self.recent.clone();
        sorted.sort_unstable_by_key(key);
        let run = SortedRun::write(&self.dir, sorted.len(), self.is_filtered, sorted.into_iter().map(Ok))?;
        self.runs.push((0, run));
        self.recent.clear();
        self.links.clear();
        self.latest.fill(NONE);
        while let Some((times, from)) = self.of_one_size() {
            let alike: Vec<SortedRun<N>> = self.runs.drain(from..).map(|(_, run)| run).collect();
            match SortedRun::merge(&self.dir, &alike) {
                Ok(run) => self.runs.push((times + 1, run)),
                Err(error) => {
                    self.runs.extend(alike.into_iter().map(|run| (times, run)));
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

#[cfg(test)]
mod tests {
    use super::Shelf;
    use proptest::prelude::*;

    fn found(shelf: &mut Shelf<2>, key: u64) -> Vec<u64> {
        let mut found = Vec::new();
        shelf.find(key, |[_, word]| found.push(word));
        found.sort_unstable();
        found
    }

    #[test]
    fn where_the_disk_takes_nothing_memory_holds_all() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        let mut shelf = Shelf::new(&file, 2, true);
        (0..20).for_each(|n| shelf.add([n % 3, n]));
        assert_eq!(found(&mut shelf, 1), [1, 4, 7, 10, 13, 16, 19]);
        assert!(shelf.trouble().is_none());
    }

    #[test]
    fn a_disk_that_fills_later_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut shelf = Shelf::new(dir.path(), 2, true);
        (0..15).for_each(|n| shelf.add([n % 3, n]));
        // what stands in the way of new files, and of runs that are put together
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        shelf.dir = file;
        (15..30).for_each(|n| shelf.add([n % 3, n]));
        assert_eq!(found(&mut shelf, 1), [1, 4, 7, 10, 13, 16, 19, 22, 25, 28]);
    }

    #[test]
    fn many_are_put_together_to_few_runs() {
        let dir = tempfile::tempdir().unwrap();
        let mut shelf = Shelf::new(dir.path(), 2, false);
        let all = 2 * 8 * 8 * 3;
        (0..all).for_each(|n| shelf.add([n, n]));
        assert!(shelf.runs.len() < 3 * 8, "{}", shelf.runs.len());
        assert_eq!(
            shelf.runs.iter().map(|(_, run)| run.len()).sum::<usize>() + shelf.recent.len(),
            all as usize
        );
        assert!((0..all).all(|n| found(&mut shelf, n) == [n]));
        // nothing has a name there
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_many_memory_holds(
            // also some that begin alike, and some that end alike
            keys in proptest::collection::vec((0..4u64, 0..3u64).prop_map(|(begin, end)| begin << 33 | end), 0..400),
            most in 1..50usize,
            is_filtered in any::<bool>(),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let mut shelf = Shelf::new(dir.path(), most, is_filtered);
            for (key, n) in keys.iter().zip(0u64..) {
                let meant: Vec<u64> = (0..n).filter(|earlier| keys[*earlier as usize] == *key).collect();
                prop_assert_eq!(found(&mut shelf, *key), meant);
                shelf.add([*key, n]);
            }
        }
    }
}
