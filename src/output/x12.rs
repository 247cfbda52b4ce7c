//! Accept and reject files: what stays, byte for byte, and the few segments that are written anew.

use std::io::Write as _;

use crate::x12::{Separators, Unit};

/// One step in writing a unit's part of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// Segments as they came.
    Copy {
        /// First segment.
        from: u32,
        /// One past the last.
        to: u32,
    },
    /// A hierarchical level: its HL is written anew, the rest as it came.
    Level {
        /// Its HL.
        from: u32,
        /// One past its last segment.
        to: u32,
        /// HL01.
        id: u64,
        /// HL02; 0 for the outermost level.
        parent: u64,
        /// HL04.
        child: bool,
        /// What a later [`Op::SetChild`] calls it.
        serial: u64,
    },
    /// A record that is a level itself, with levels in it (a 278 event with its services).
    Event {
        /// Its HL.
        from: u32,
        /// One past its last segment.
        to: u32,
        /// HL01 of the first HL; the others follow.
        id: u64,
        /// HL02 of the first.
        parent: u64,
    },
    /// SE, GE or IEA, with its count.
    Trailer {
        /// Which.
        trailer: Trailer,
        /// The count.
        count: u64,
        /// The header segment that holds the control number.
        header: u32,
        /// The segment whose line style it takes: itself, or the header where it is missing.
        style: u32,
    },
    /// Sets HL04 of a level that was written before.
    SetChild {
        /// The level.
        serial: u64,
    },
}

/// A trailer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trailer {
    /// SE, of a set.
    Set,
    /// GE, of a group.
    Group,
    /// IEA, of an interchange.
    Interchange,
}

/// A unit's part of a file.
#[derive(Debug, Default)]
pub struct Part {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where the HL04 of each level stands in the bytes.
    pub children: Vec<(u64, u32)>,
    /// Levels whose HL04 must become 1; they may stand in earlier parts.
    pub set_children: Vec<u64>,
}

impl Part {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.children.clear();
        self.set_children.clear();
    }

    /// Carries out the steps.
    pub fn write(&mut self, unit: &Unit, ops: &[Op]) {
        let separators = unit.separators();
        for op in ops {
            match *op {
                Op::Copy { from, to } => self.copy(unit, from, to),
                Op::Level { from, to, id, parent, child, serial } => {
                    let at = self.hl(unit, from, id, parent, child, &separators);
                    self.children.push((serial, at));
                    self.copy(unit, from + 1, to);
                }
                Op::Event { from, to, id, parent } => self.event(unit, from, to, id, parent, &separators),
                Op::Trailer { trailer, count, header, style } => {
                    self.trailer(unit, trailer, count, header, style, &separators);
                }
                Op::SetChild { serial } => self.set_children.push(serial),
            }
        }
    }

    fn copy(&mut self, unit: &Unit, from: u32, to: u32) {
        if from < to {
            self.bytes.extend_from_slice(unit.raw(from, to));
        }
    }

    /// Writes an HL; answers where its HL04 stands.
    fn hl(
        &mut self,
        unit: &Unit,
        at: u32,
        id: u64,
        parent: u64,
        child: bool,
        separators: &Separators,
    ) -> u32 {
        let segment = unit.segment(at);
        let element = separators.element;
        let out = &mut self.bytes;
        out.extend_from_slice(b"HL");
        out.push(element);
        number(out, id);
        out.push(element);
        if parent > 0 {
            number(out, parent);
        }
        out.push(element);
        out.extend_from_slice(segment.element(3));
        out.push(element);
        let place = out.len() as u32;
        out.push(if child { b'1' } else { b'0' });
        for n in 5..=segment.elements() {
            out.push(element);
            out.extend_from_slice(segment.element(n));
        }
        self.tail(unit, at, separators);
        place
    }

    fn event(&mut self, unit: &Unit, from: u32, to: u32, id: u64, parent: u64, separators: &Separators) {
        let is_hl = |at: &u32| unit.segment(*at).id() == b"HL";
        let has_children = (from + 1..to).any(|at| is_hl(&at));
        self.hl(unit, from, id, parent, has_children, separators);
        let mut copied = from + 1;
        for (next, at) in (id + 1..).zip((from + 1..to).filter(is_hl)) {
            self.copy(unit, copied, at);
            self.hl(unit, at, next, id, false, separators);
            copied = at + 1;
        }
        self.copy(unit, copied, to);
    }

    fn trailer(
        &mut self,
        unit: &Unit,
        trailer: Trailer,
        count: u64,
        header: u32,
        style: u32,
        separators: &Separators,
    ) {
        let (id, control) = match trailer {
            Trailer::Set => (&b"SE"[..], 2),
            Trailer::Group => (&b"GE"[..], 6),
            Trailer::Interchange => (&b"IEA"[..], 13),
        };
        self.bytes.extend_from_slice(id);
        self.bytes.push(separators.element);
        number(&mut self.bytes, count);
        self.bytes.push(separators.element);
        self.bytes.extend_from_slice(unit.segment(header).element(control));
        self.tail(unit, style, separators);
    }

    fn tail(&mut self, unit: &Unit, at: u32, separators: &Separators) {
        let tail = unit.tail(at);
        if tail.is_empty() {
            self.bytes.push(separators.terminator);
        } else {
            self.bytes.extend_from_slice(tail);
        }
    }
}

fn number(out: &mut Vec<u8>, number: u64) {
    // writing to a Vec cannot fail
    let _ = write!(out, "{number}");
}
