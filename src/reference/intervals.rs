//! Which of many overlapping ranges hold a word, answered by one binary search.

use super::range::CodeRange;

/// Ranges cut at every end, so that within a piece the ranges that hold it do not change. Each piece
/// lists them, best first.
#[derive(Debug, Default)]
pub(super) struct Intervals {
    /// Where each piece begins; the last one reaches to the end of all words.
    begins: Vec<u64>,
    /// The list of each piece, as a range in `ids`.
    lists: Vec<(u32, u32)>,
    ids: Vec<u32>,
}

impl Intervals {
    /// Cuts ranges, each a first and a last word and its id. Lists are sorted by `rank`, smallest first, then by id.
    pub(super) fn new<R: Ord>(mut ranges: Vec<(u64, u64, u32)>, rank: impl Fn(u32) -> R) -> Intervals {
        let mut cuts: Vec<u64> = ranges
            .iter()
            .flat_map(|(first, last, _)| [Some(*first), last.checked_add(1)])
            .flatten()
            .collect();
        cuts.sort_unstable();
        cuts.dedup();
        ranges.sort_unstable();
        let mut waiting = ranges.into_iter().peekable();
        let mut open: Vec<(u64, u32)> = Vec::new();
        let mut cut = Intervals::default();
        for begin in cuts {
            open.retain(|(last, _)| *last >= begin);
            while let Some((_, last, id)) = waiting.next_if(|(first, ..)| *first <= begin) {
                open.push((last, id));
            }
            let start = cut.ids.len();
            cut.ids.extend(open.iter().map(|(_, id)| *id));
            if let Some(list) = cut.ids.get_mut(start..) {
                list.sort_unstable_by_key(|id| (rank(*id), *id));
            }
            cut.begins.push(begin);
            cut.lists.push((start as u32, cut.ids.len() as u32));
        }
        cut
    }

    /// Cuts ranges of codes, each with its id; sorted as in [`Intervals::new`].
    pub(super) fn of_codes<R: Ord>(
        ranges: impl Iterator<Item = (u32, CodeRange)>,
        rank: impl Fn(u32) -> R,
    ) -> Intervals {
        let words = ranges.map(|(id, codes)| (codes.from().word(), codes.to().word(), id)).collect();
        Intervals::new(words, rank)
    }

    /// Cuts the ranges of a table's rows, whose ids are their places; the narrowest goes first.
    pub(super) fn narrowest_first<T>(rows: &[T], codes: impl Fn(&T) -> CodeRange) -> Intervals {
        let ranges = (0..).zip(rows).map(|(id, row)| (id, codes(row)));
        Intervals::of_codes(ranges, |id| rows.get(id as usize).map(|row| codes(row).width()))
    }

    /// The ranges that hold `word`, best first.
    pub(super) fn at(&self, word: u64) -> &[u32] {
        let piece = self.begins.partition_point(|begin| *begin <= word);
        let list = piece.checked_sub(1).and_then(|piece| self.lists.get(piece));
        list.and_then(|(start, end)| self.ids.get(*start as usize..*end as usize)).unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::Intervals;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lists_what_a_scan_lists(
            ranges in proptest::collection::vec((0u64..50, 0u64..12, 0u8..3), 0..30),
            high in any::<bool>(),
        ) {
            let shift = if high { u64::MAX - 61 } else { 0 };
            let ends: Vec<_> = ranges.iter().zip(0..).map(|((a, n, _), id)| (a + shift, a + n + shift, id)).collect();
            let rank = |id: u32| ranges[id as usize].2;
            let cut = Intervals::new(ends.clone(), rank);
            for word in (0..62).map(|w| w + shift) {
                let mut naive: Vec<u32> = (0..ranges.len() as u32)
                    .filter(|id| ends[*id as usize].0 <= word && word <= ends[*id as usize].1)
                    .collect();
                naive.sort_by_key(|id| (rank(*id), *id));
                prop_assert_eq!(cut.at(word), naive.as_slice());
            }
        }
    }
}
