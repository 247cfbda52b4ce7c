//! Where an interchange may be cut into units.

use memchr::{memchr, memrchr};

use super::lanes::{Lanes as _, Plain, for_each_block};
use super::separators::{Class, Classes};
use super::{Isa, RecordStart, Shape, Shapes};
use crate::finding::Code;

/// Finds places where no record is cut in two.
///
/// Units begin at an envelope segment, at a hierarchical level, or at a record. Levels inside a record (HL03 SS) are no
/// place to cut, nor is what would begin a record in a set of another kind.
#[derive(Clone, Debug)]
pub struct Cutter {
    shapes: Shapes,
    element: u8,
    terminator: u8,
    classes: Classes,
    target: usize,
    limit: usize,
    /// The set that is open where the next unit begins.
    set: Open,
    /// Whether every set is of that shape.
    is_uniform: bool,
}

/// The shape of the set that is open at a place; none outside of sets, and in sets that nobody knows.
type Open = Option<&'static Shape>;

impl Cutter {
    /// A cutter for one interchange: units of about `target` bytes; one of `limit` bytes is cut anywhere between segments.
    pub fn new(shapes: Shapes, isa: &Isa, target: usize, limit: usize) -> Cutter {
        Cutter {
            shapes,
            element: isa.separators.element,
            terminator: isa.separators.terminator,
            classes: isa.separators.classes(),
            target: target.max(1),
            limit: limit.max(target),
            set: None,
            is_uniform: false,
        }
    }

    /// The same for an interchange in which every set is of one shape, if it is: then nobody need look which set is open. Places
    /// outside of sets are those of this shape too, which are fewer.
    #[must_use]
    pub fn of_one_shape(mut self, shape: Option<&'static Shape>) -> Cutter {
        self.is_uniform = shape.is_some();
        self.set = shape;
        self
    }

    /// How long the unit at the start of `data` is; `None` if more bytes must be read to tell. `data` begins at a
    /// segment, where the last unit ended, and `last` says that it reaches to the end of the interchange.
    pub fn cut(&mut self, data: &[u8], last: bool) -> Option<usize> {
        if last && data.len() <= self.target {
            return Some(data.len());
        }
        let before = self.target.min(data.len());
        if let Some((at, set)) = self.last_place(data, before).or_else(|| self.first_place(data, before)) {
            self.set = set;
            return Some(at);
        }
        if last && data.len() <= self.limit {
            return Some(data.len());
        }
        if data.len() < self.limit {
            return None;
        }
        // an oversized record: the survey knows it, and its pieces are not judged
        let window = data.get(..self.limit).unwrap_or(data);
        let mut end = window.len();
        while let Some(at) = memrchr(self.terminator, window.get(..end)?) {
            let next = self.classes.skip_gap(data, at + 1);
            if next <= window.len() && next < data.len() {
                self.set = self.set_before(data, next).1;
                return Some(next);
            }
            end = at;
        }
        Some(window.len())
    }

    /// The last place to cut at or before `limit`, but not at the start, and the set that is open there.
    fn last_place(&self, data: &[u8], limit: usize) -> Option<(usize, Open)> {
        let mut end = limit;
        // the set that is open from some place on
        let mut known: Option<(usize, Open)> = None;
        loop {
            let at = memrchr(self.terminator, data.get(..end)?)?;
            let next = self.classes.skip_gap(data, at + 1);
            end = at;
            let rest = data.get(next..)?;
            if next > limit || !self.may_be_place(rest) {
                continue;
            }
            let (from, set) =
                known.filter(|(from, _)| *from < next).unwrap_or_else(|| self.set_before(data, next));
            known = Some((from, set));
            if self.is_place(rest, set) {
                return Some((next, set));
            }
        }
    }

    /// The first place to cut after `from`, and the set that is open there.
    fn first_place(&self, data: &[u8], from: usize) -> Option<(usize, Open)> {
        let mut start = from.saturating_sub(1);
        let mut set = self.set_before(data, start + 1).1;
        loop {
            let at = start + memchr(self.terminator, data.get(start..)?)?;
            let next = self.classes.skip_gap(data, at + 1);
            let rest = data.get(next..)?;
            if next > 0 && self.is_place(rest, set) {
                return Some((next, set));
            }
            if !self.is_uniform {
                set = self.envelope(rest).unwrap_or(set);
            }
            start = at + 1;
        }
    }

    /// The set that is open before `place`, and from where on.
    fn set_before(&self, data: &[u8], place: usize) -> (usize, Open) {
        if self.is_uniform {
            return (0, self.set);
        }
        let mut open = match self.envelope(data) {
            Some(set) if place > 0 => (0, set),
            _ => (0, self.set),
        };
        let before = data.get(..place).unwrap_or(data);
        for_each_block(before, 0, |base, block| {
            let find = |byte| Plain.equal(block, byte);
            let mut starts = find(b'S') | find(b'G') | find(b'I');
            while starts != 0 {
                let start = base + starts.trailing_zeros() as usize;
                starts &= starts - 1;
                let behind_gap = start.checked_sub(1).and_then(|at| data.get(at));
                if !behind_gap.is_some_and(|byte| self.classes.is_gap(*byte))
                    || !self.begins_segment(data, start)
                {
                    continue;
                }
                if let Some(set) = data.get(start..).and_then(|segment| self.envelope(segment)) {
                    open = (start, set);
                }
            }
        });
        open
    }

    /// Whether a segment, and not the first, begins at `start`: nothing but a gap is between it and a terminator.
    fn begins_segment(&self, data: &[u8], start: usize) -> bool {
        let is_gap = |byte: &u8| self.classes.is_gap(*byte);
        let mut gap = data.iter().take(start).rev().take_while(|byte| is_gap(byte));
        data.get(start).is_some_and(|byte| !is_gap(byte)) && gap.any(|byte| *byte == self.terminator)
    }

    /// The set that is open after a segment, if the segment begins or ends one.
    #[allow(clippy::option_option)] // no change, no known set, a known one
    fn envelope(&self, segment: &[u8]) -> Option<Open> {
        let is_break = |byte: u8| self.classes.of(byte) == Class::Break;
        match *segment {
            [b'S', b'T' | b'E', ..] | [b'G' | b'I', b'S' | b'E', ..] => {}
            [b'S' | b'G' | b'I', second, ..] if is_break(second) => {}
            _ => return None,
        }
        // a wrapped file may break even an id
        let mut head = [0u8; 8];
        let unbroken = segment.iter().filter(|byte| self.classes.of(**byte) != Class::Break);
        let length = head.iter_mut().zip(unbroken).map(|(to, from)| *to = *from).count();
        let head = head.get(..length).unwrap_or(&[]);
        let is_end = |byte: &u8| *byte == self.element || *byte == self.terminator;
        let mut elements = head.split(is_end);
        match elements.next()? {
            b"ST" => Some(elements.next().and_then(|set| self.shapes.of_set(set))),
            b"SE" | b"GS" | b"GE" | b"ISA" | b"IEA" => Some(None),
            _ => None,
        }
    }

    /// Whether a unit might begin here, whatever the set.
    fn may_be_place(&self, data: &[u8]) -> bool {
        self.is_place(data, None)
    }

    /// Whether what begins here begins a unit in this set.
    fn is_place(&self, data: &[u8], set: Open) -> bool {
        let Some(end) = data.iter().take(9).position(|byte| *byte == self.element) else { return false };
        let id = data.get(..end).unwrap_or(&[]);
        let mut shapes = self.shapes.0.iter().filter(|shape| set.is_none_or(|set| set == *shape));
        match id {
            b"ST" | b"SE" | b"GS" | b"GE" => true,
            b"HL" => {
                let Some(end) = memchr(self.terminator, data) else { return false };
                let mut elements = data.get(..end).unwrap_or(&[]).split(|byte| *byte == self.element);
                let Some(code) = elements.nth(3).and_then(Code::exact) else { return false };
                shapes.any(|shape| {
                    let record = shape.record_level();
                    shape.level(code).is_some_and(|level| record.is_none_or(|record| level <= record))
                })
            }
            _ => {
                let starts = Code::exact(id).map(RecordStart::Segment);
                starts.is_some_and(|starts| shapes.any(|shape| shape.record == starts))
            }
        }
    }
}
