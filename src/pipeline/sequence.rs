//! Stage 5: where everything goes, in the order of the input. Serial and small: it looks at items, not at segments.

use crate::output::x12::{Op, Trailer};
use crate::verdict::Disposition;
use crate::x12::{Item, ItemKind};

use super::hold::Holds;
use super::ledger::Ledgers;
use super::work::{Judged, Sequenced, Sums, Task, Work, X12_FILES};

/// Where the reject file stands among the files.
const REJECT: usize = 1;

/// Where the file that a record goes to stands among the files.
const fn file_of(disposition: Disposition) -> usize {
    match disposition {
        Disposition::Accept => 0,
        Disposition::Reject | Disposition::Refused => REJECT,
        Disposition::Held => 2,
    }
}

/// Deepest path of items above a record: interchange, group, set and levels.
const DEPTH: usize = 12;

/// Places of interchange, group and set in a path; levels follow.
const INTERCHANGE: usize = 0;
const GROUP: usize = 1;
const SET: usize = 2;
const LEVELS: usize = 3;

/// Puts judged units in order.
#[derive(Debug)]
pub(super) struct Sequencer<'p, 'l, 'g> {
    files: [OutFile; X12_FILES],
    /// The items that are open, by depth, as places among the items of the unit at hand.
    path: [Option<u32>; DEPTH],
    pub(super) sums: Sums,
    serial: u64,
    /// What claims are held against that came before.
    ledgers: Option<&'l mut Ledgers<'g>>,
    /// Which claims wait for authorizations.
    holds: Holds<'p>,
}

/// One of the files that records go to: what was written of the open path, and what was counted.
#[derive(Debug, Default)]
struct OutFile {
    /// What of the path was written, by depth.
    written: [Option<Written>; DEPTH],
    /// Groups in the interchange, sets in the group.
    groups: u64,
    sets: u64,
    /// Segments and levels in the set.
    segments: u64,
    levels: u64,
}

#[derive(Debug, Clone, Copy)]
struct Written {
    /// Which item: its offset in the input.
    offset: u64,
    /// HL01.
    id: u64,
    /// Serial of the level, for its HL04.
    serial: u64,
    has_child: bool,
}

impl<'p, 'l, 'g> Sequencer<'p, 'l, 'g> {
    pub(super) fn new(ledgers: Option<&'l mut Ledgers<'g>>, holds: Holds<'p>) -> Sequencer<'p, 'l, 'g> {
        let files = Default::default();
        Sequencer { files, path: [None; DEPTH], sums: Sums::default(), serial: 0, ledgers, holds }
    }

    /// Gives a unit its place.
    pub(super) fn sequence<'r>(&mut self, judged: Judged<'r>) -> Sequenced<'r>
    where
        'g: 'r,
    {
        let mut work = judged.0;
        match work.task {
            Task::Judge => {
                self.holds.take_back(&mut work);
                if let Some(ledgers) = &mut self.ledgers {
                    ledgers.unit(&mut work);
                }
                self.holds.hold(&mut work);
                self.unit(&mut work);
            }
            Task::Refused { note: Some(note) } => self.sums.refuse(note),
            Task::Refused { note: None } | Task::Junk(_) => {}
        }
        Sequenced(work)
    }

    /// How many of the files can hold anything.
    const fn files_at_work(&self) -> usize {
        if self.holds.waits { X12_FILES } else { X12_FILES - 1 }
    }

    fn unit(&mut self, work: &mut Work<'_>) {
        self.path = [None; DEPTH];
        for number in 0..work.unit.items.len() {
            let Some(item) = work.unit.items.get(number).copied() else { break };
            self.item(work, number as u32, &item);
        }
        if work.unit.ends_interchange {
            self.close(work, INTERCHANGE, None);
        }
    }

    fn item(&mut self, work: &mut Work<'_>, number: u32, item: &Item) {
        match item.kind {
            ItemKind::Interchange => self.open(work, INTERCHANGE, number, item),
            ItemKind::Group => self.open(work, GROUP, number, item),
            ItemKind::Header => self.open(work, SET, number, item),
            ItemKind::Level(depth) => self.open(work, LEVELS + usize::from(depth), number, item),
            ItemKind::Record => {
                let verdict = work.verdicts.get(number as usize).copied().unwrap_or_default();
                if item.answer {
                    self.sums.answers += 1;
                    return;
                }
                self.sums.add(verdict.disposition, verdict.charge());
                let file = file_of(verdict.disposition);
                self.record(work, file, item);
            }
            ItemKind::Continued => {
                // the rest of a record that was too large to be judged
                work.ops[REJECT].push(Op::Copy { from: item.from, to: item.to });
                self.files[REJECT].segments += u64::from(item.to - item.from);
            }
            ItemKind::Trailer => self.close(work, SET, Some(item)),
            ItemKind::GroupTrailer => self.close(work, GROUP, Some(item)),
            ItemKind::InterchangeTrailer => self.close(work, INTERCHANGE, Some(item)),
            ItemKind::Aside => self.close(work, GROUP, None),
            ItemKind::Absorbed => {}
        }
    }

    /// Opens a part of the path; what is as deep or deeper ends.
    fn open(&mut self, work: &mut Work<'_>, depth: usize, number: u32, item: &Item) {
        if !item.carried {
            self.close(work, depth, None);
        }
        for place in self.path.iter_mut().skip(depth) {
            *place = None;
        }
        if let Some(place) = self.path.get_mut(depth) {
            *place = Some(number);
        }
    }

    /// Ends everything from `depth` on, writing trailers where headers were written. `trailer` is the trailer that ends it, if one is there.
    fn close(&mut self, work: &mut Work<'_>, depth: usize, trailer: Option<&Item>) {
        for file in 0..self.files_at_work() {
            for (level, kind) in
                [(SET, Trailer::Set), (GROUP, Trailer::Group), (INTERCHANGE, Trailer::Interchange)]
            {
                if level >= depth {
                    let own = trailer.filter(|_| level == depth);
                    self.write_trailer(work, file, level, kind, own);
                }
            }
            for written in self.files[file].written.iter_mut().skip(depth) {
                *written = None;
            }
        }
        for place in self.path.iter_mut().skip(depth) {
            *place = None;
        }
    }

    fn write_trailer(
        &mut self,
        work: &mut Work<'_>,
        file: usize,
        level: usize,
        kind: Trailer,
        own: Option<&Item>,
    ) {
        let out = &mut self.files[file];
        if out.written[level].is_none() {
            return;
        }
        let Some(header) = self.path[level].and_then(|at| work.unit.items.get(at as usize)) else { return };
        let count = match kind {
            Trailer::Set => out.segments + 1,
            Trailer::Group => out.sets,
            Trailer::Interchange => out.groups,
        };
        let style = own.map_or(header.from, |item| item.from);
        work.ops[file].push(Op::Trailer { trailer: kind, count, header: header.from, style });
        out.written[level] = None;
    }

    /// Writes a record, after what of its path is not written yet.
    fn record(&mut self, work: &mut Work<'_>, file: usize, item: &Item) {
        let shape_nests = work.unit.segment(item.from).id() == b"HL";
        if item.leaves != Item::STAYS {
            let inner = LEVELS + usize::from(item.leaves);
            self.path.iter_mut().skip(inner).for_each(|place| *place = None);
            let files = self.files_at_work();
            for out in self.files.iter_mut().take(files) {
                out.written.iter_mut().skip(inner).for_each(|written| *written = None);
            }
        }
        let deepest = (0..DEPTH).rev().find(|depth| self.path[*depth].is_some());
        for depth in 0..DEPTH {
            let Some(number) = self.path[depth] else { continue };
            let Some(above) = work.unit.items.get(number as usize).copied() else { continue };
            if self.files[file].written[depth].is_some_and(|written| written.offset == above.offset) {
                continue;
            }
            let has_child =
                depth >= LEVELS && (shape_nests || deepest.is_some_and(|deepest| depth < deepest));
            self.write(work, file, depth, &above, has_child);
        }
        let out = &mut self.files[file];
        if shape_nests {
            gains_child(&mut out.written, DEPTH, &mut work.ops[file]);
            let parent = parent_of(&out.written, DEPTH);
            let id = out.levels + 1;
            let hls = (item.from..item.to).filter(|at| work.unit.segment(*at).id() == b"HL").count() as u64;
            out.levels += hls;
            work.ops[file].push(Op::Event { from: item.from, to: item.to, id, parent });
        } else {
            work.ops[file].push(Op::Copy { from: item.from, to: item.to });
        }
        out.segments += u64::from(item.to - item.from);
    }

    /// Writes one part of the path.
    fn write(&mut self, work: &mut Work<'_>, file: usize, depth: usize, item: &Item, has_child: bool) {
        let out = &mut self.files[file];
        for written in out.written.iter_mut().skip(depth) {
            *written = None;
        }
        let ops = &mut work.ops[file];
        let mut written = Written { offset: item.offset, id: 0, serial: 0, has_child };
        match depth {
            INTERCHANGE => {
                out.groups = 0;
                ops.push(Op::Copy { from: item.from, to: item.from + 1 });
            }
            GROUP => {
                out.groups += 1;
                out.sets = 0;
                ops.push(Op::Copy { from: item.from, to: item.from + 1 });
            }
            SET => {
                out.sets += 1;
                out.levels = 0;
                out.segments = u64::from(item.to - item.from);
                ops.push(Op::Copy { from: item.from, to: item.to });
            }
            _ => {
                let parent = parent_of(&out.written, depth);
                gains_child(&mut out.written, depth, ops);
                out.levels += 1;
                out.segments += u64::from(item.to - item.from);
                self.serial += 1;
                written.id = out.levels;
                written.serial = self.serial;
                ops.push(Op::Level {
                    from: item.from,
                    to: item.to,
                    id: out.levels,
                    parent,
                    child: has_child,
                    serial: self.serial,
                });
            }
        }
        out.written[depth] = Some(written);
    }
}

/// The innermost written level above `depth` has a level below it now: if it was written without one, its HL04 is set.
fn gains_child(written: &mut [Option<Written>; DEPTH], depth: usize, ops: &mut Vec<Op>) {
    let above = written.get_mut(LEVELS..depth).and_then(|above| above.iter_mut().rev().flatten().next());
    if let Some(above) = above.filter(|above| !above.has_child) {
        above.has_child = true;
        ops.push(Op::SetChild { serial: above.serial });
    }
}

/// HL01 of the innermost written level above `depth`; 0 where there is none.
fn parent_of(written: &[Option<Written>; DEPTH], depth: usize) -> u64 {
    written.iter().take(depth).skip(LEVELS).rev().flatten().next().map_or(0, |level| level.id)
}
