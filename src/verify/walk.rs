//! The records of a file with what stands above them, each reduced to a digest: equal digests are equal bytes.

use std::collections::VecDeque;
use std::io;
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use crate::finding::{Money, Total};
use crate::source::ReadAt;

use super::scan::{Frame, Scanner, Segment, element};
use super::tree::{Counts, Fault, Role, Tree};

/// What was read of a file is told by a SHA-256 of it.
pub(super) type Digest = [u8; 32];

/// An ISA, a GS, a set's header, or a level without the levels and records in it.
#[derive(Debug)]
pub(super) struct Part {
    /// Its number among all parts of the file.
    pub(super) serial: u64,
    /// Offset of its first byte.
    pub(super) start: u64,
    /// Of its bytes; HL01, HL02 and HL04 do not count.
    pub(super) digest: Digest,
    /// What follows its first segment: terminator and line style.
    tail: Box<[u8]>,
    /// It holds a segment that was not read whole.
    pub(super) cut: bool,
}

/// Places of interchange, group and set in a path; levels follow.
pub(super) const INTERCHANGE: usize = 0;
pub(super) const GROUP: usize = 1;
pub(super) const SET: usize = 2;

/// A claim or authorization request.
#[derive(Debug)]
pub(super) struct Record {
    /// Its number in the file, from 1.
    pub(super) ordinal: u64,
    /// Offset of its first byte.
    pub(super) start: u64,
    /// Of its bytes; in levels HL01, HL02 and HL04 do not count.
    pub(super) digest: Digest,
    /// CLM01, or TRN02 of an event.
    pub(super) id: Box<[u8]>,
    /// CLM02, where that is an amount.
    pub(super) charge: Option<Money>,
    /// What stands above it: interchange, group, set, levels.
    pub(super) path: Vec<Rc<Part>>,
    /// It holds a segment that was not read whole.
    pub(super) cut: bool,
}

/// What comes next in a file.
#[derive(Debug)]
pub(super) enum Event {
    /// An interchange begins; its number in the file, from 0.
    Open { ordinal: u64, start: u64 },
    /// A record.
    Record(Record),
    /// A set, group or interchange ends: its place in a path, its serial, and the line style of its trailer, or where
    /// that is missing of its header.
    Trailer { place: usize, serial: u64, at: u64, tail: Box<[u8]> },
    /// The interchange ends.
    Close { ordinal: u64, start: u64, end: u64 },
    /// An interchange whose ISA cannot be read.
    Unreadable { ordinal: u64, start: u64, end: u64 },
}

/// Walks through a file.
pub(super) struct Walk<'a> {
    scanner: Scanner<'a>,
    tree: Tree,
    parts: Parts,
}

/// What is open, and what is ready to be told.
#[derive(Default)]
struct Parts {
    events: VecDeque<Event>,
    path: Vec<Rc<Part>>,
    item: Option<Item>,
    /// Number and offset of the open interchange.
    open: Option<(u64, u64)>,
    interchanges: u64,
    serial: u64,
    charges: Total,
}

/// A part or record in the making.
struct Item {
    kind: Kind,
    start: u64,
    hasher: Sha256,
    tail: Box<[u8]>,
    id: Box<[u8]>,
    charge: Option<Money>,
    /// A record that is a level, with levels in it.
    is_event: bool,
    /// Its id is still looked for.
    seeks_id: bool,
    cut: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Part,
    /// A record, and its number.
    Record(u64),
    Answer,
}

impl<'a> Walk<'a> {
    /// A walk through an input, which may be as it likes.
    pub(super) fn new(input: &'a dyn ReadAt) -> Walk<'a> {
        Walk { scanner: Scanner::new(input), tree: Tree::default(), parts: Parts::default() }
    }

    /// A walk through a file that we wrote: what it must not have is noted.
    pub(super) fn strict(input: &'a dyn ReadAt) -> Walk<'a> {
        Walk { tree: Tree::strict(), ..Walk::new(input) }
    }

    /// What was counted so far.
    pub(super) fn counts(&self) -> &Counts {
        &self.tree.counts
    }

    /// The sum of the records' charges so far.
    pub(super) fn charges(&self) -> Total {
        self.parts.charges
    }

    /// The faults noted since the last call.
    pub(super) fn take_faults(&mut self) -> Vec<Fault> {
        self.tree.take_faults()
    }

    /// The next event; none at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Event>> {
        let Walk { scanner, tree, parts } = self;
        while parts.events.is_empty() {
            let Some(frame) = scanner.next()? else { return Ok(None) };
            match frame {
                Frame::Junk { start, .. } => {
                    tree.fault(start, || "bytes stand outside of any interchange".to_owned());
                }
                Frame::Unreadable { start, end } => {
                    tree.fault(start, || "an ISA cannot be read".to_owned());
                    let ordinal = parts.interchanges;
                    parts.interchanges += 1;
                    parts.events.push_back(Event::Unreadable { ordinal, start, end });
                }
                Frame::Open(isa, segment) => {
                    tree.open(&isa);
                    parts.open(&segment);
                }
                Frame::Segment(segment) => {
                    let role = tree.take(&segment);
                    parts.take(role, &segment, tree);
                }
                Frame::Close { end, whole } => {
                    tree.close(end, whole);
                    parts.end(INTERCHANGE, end, None);
                    if let Some((ordinal, start)) = parts.open.take() {
                        parts.events.push_back(Event::Close { ordinal, start, end });
                    }
                }
            }
        }
        Ok(parts.events.pop_front())
    }
}

impl Parts {
    fn open(&mut self, isa: &Segment<'_>) {
        let ordinal = self.interchanges;
        self.interchanges += 1;
        self.open = Some((ordinal, isa.offset));
        self.events.push_back(Event::Open { ordinal, start: isa.offset });
        self.item = Some(Item::new(Kind::Part, isa));
        self.finish();
    }

    fn take(&mut self, role: Role, segment: &Segment<'_>, tree: &Tree) {
        let at = segment.offset;
        match role {
            Role::Part => {
                if let Some(item) = &mut self.item {
                    item.feed(segment);
                }
            }
            Role::Group => {
                self.end(GROUP, at, None);
                self.item = Some(Item::new(Kind::Part, segment));
                self.finish();
            }
            Role::Set => {
                self.end(SET, at, None);
                self.item = Some(Item::new(Kind::Part, segment));
            }
            Role::Level(above) => {
                self.finish();
                self.path.truncate(SET + 1 + above);
                self.item = Some(Item::new(Kind::Part, segment));
            }
            Role::Record | Role::Answer => {
                self.finish();
                self.path.truncate(SET + 1 + tree.depth());
                let kind =
                    if role == Role::Record { Kind::Record(tree.counts.records) } else { Kind::Answer };
                self.item = Some(Item::new(kind, segment));
            }
            Role::SetEnd => self.end(SET, at, Some(segment)),
            Role::GroupEnd => self.end(GROUP, at, Some(segment)),
            Role::InterchangeEnd => self.end(INTERCHANGE, at, Some(segment)),
            Role::Other => self.finish(),
        }
    }

    /// Ends the open item.
    fn finish(&mut self) {
        let Some(item) = self.item.take() else { return };
        let Item { kind, start, hasher, tail, id, charge, cut, .. } = item;
        let digest = hasher.finalize().into();
        match kind {
            Kind::Part => {
                let serial = self.serial;
                self.serial += 1;
                self.path.push(Rc::new(Part { serial, start, digest, tail, cut }));
            }
            Kind::Record(ordinal) => {
                self.charges.add(charge.unwrap_or_default());
                let path = self.path.clone();
                let record = Record { ordinal, start, digest, id, charge, path, cut };
                self.events.push_back(Event::Record(record));
            }
            Kind::Answer => {}
        }
    }

    /// Ends what is open from `place` on; `trailer` is the one that says so, if one does.
    fn end(&mut self, place: usize, at: u64, trailer: Option<&Segment<'_>>) {
        self.finish();
        for open in (place..=SET).rev() {
            let Some(part) = self.path.get(open) else { continue };
            let own = trailer.filter(|_| open == place);
            let tail = own.map_or_else(|| part.tail.clone(), tail_of);
            self.events.push_back(Event::Trailer { place: open, serial: part.serial, at, tail });
        }
        self.path.truncate(place);
    }
}

impl Item {
    fn new(kind: Kind, segment: &Segment<'_>) -> Item {
        let text = segment.text();
        let field = |n| element(&text, n, &segment.separators);
        let is_level = field(0) == b"HL";
        let is_record = matches!(kind, Kind::Record(_));
        let is_claim = is_record && !is_level;
        let mut item = Item {
            kind,
            start: segment.offset,
            hasher: Sha256::new(),
            tail: tail_of(segment),
            id: if is_claim { field(1).into() } else { Box::default() },
            charge: if is_claim { Money::parse(field(2)) } else { None },
            is_event: is_record && is_level,
            seeks_id: is_record && is_level,
            cut: false,
        };
        if is_level {
            item.feed_level(segment);
        } else {
            item.feed_raw(segment);
        }
        item
    }

    /// Takes a segment that belongs to the item.
    fn feed(&mut self, segment: &Segment<'_>) {
        if self.is_event {
            let text = segment.text();
            match element(&text, 0, &segment.separators) {
                b"HL" => {
                    // what follows is a service, with a number of its own
                    self.seeks_id = false;
                    return self.feed_level(segment);
                }
                b"TRN" if self.seeks_id => {
                    self.seeks_id = false;
                    self.id = element(&text, 2, &segment.separators).into();
                }
                _ => {}
            }
        }
        self.feed_raw(segment);
    }

    fn feed_raw(&mut self, segment: &Segment<'_>) {
        self.hasher.update(segment.raw);
        self.cut |= segment.cut;
    }

    /// Takes an HL, whose numbers and flag are written anew.
    fn feed_level(&mut self, segment: &Segment<'_>) {
        let text = segment.text();
        let separator = segment.separators.element;
        // HL03, which is written even where it was not there, and what follows HL04
        self.hasher.update(element(&text, 3, &segment.separators));
        for field in text.split(|byte| *byte == separator).skip(5) {
            self.hasher.update([separator]);
            self.hasher.update(field);
        }
        self.hasher.update(segment.tail());
        self.cut |= segment.cut;
    }
}

/// Terminator and line style of a segment; the terminator alone where the file ends before it.
fn tail_of(segment: &Segment<'_>) -> Box<[u8]> {
    match segment.tail() {
        [] => [segment.separators.terminator].into(),
        tail => tail.into(),
    }
}
