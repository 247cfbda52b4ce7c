//! What stands where in an input: looked up by byte offset and by record, without holding the input.
//!
//! One pass leaves a mark about every megabyte; a look-up reads again what lies between two marks, and keeps the last few
//! of these stretches, since rows come nearly in the order of the input.

use std::collections::VecDeque;
use std::io;
use std::rc::Rc;

use crate::finding::{Money, Total};
use crate::source::ReadAt;
use crate::x12::{Isa, Separators};

use super::scan::{Frame, Scanner, Segment, element};
use super::tree::{Counts, Role, Tree};

/// About how many bytes lie between two marks.
const STRETCH: u64 = 1 << 20;

/// How many stretches are kept.
const KEPT: usize = 8;

/// The envelope around a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Envelope {
    /// The interchange's number in the file, from 0; none outside of interchanges.
    pub(super) ordinal: Option<u64>,
    /// ISA13, GS06 and ST02 of what is open; an ISA that cannot be read has no number.
    pub(super) interchange: Option<Rc<[u8]>>,
    pub(super) group: Option<Rc<[u8]>>,
    pub(super) set: Option<Rc<[u8]>>,
    /// Where group and set begin: they tell two of one number apart.
    begins: (u64, u64),
}

/// Where a group or set begins that is not there.
const NOWHERE: u64 = u64::MAX;

impl Default for Envelope {
    fn default() -> Envelope {
        Envelope { ordinal: None, interchange: None, group: None, set: None, begins: (NOWHERE, NOWHERE) }
    }
}

impl Envelope {
    /// Whether a place here is in the same set as one there, or in what that set stands in.
    pub(super) fn is_around(&self, inner: &Envelope) -> bool {
        self.is_group_around(inner) && (self.set.is_none() || self.begins.1 == inner.begins.1)
    }

    /// The same, but for the set: a place anywhere in the group will do.
    pub(super) fn is_group_around(&self, inner: &Envelope) -> bool {
        self.ordinal == inner.ordinal && (self.group.is_none() || self.begins.0 == inner.begins.0)
    }
}

/// What stands at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    Segment,
    Junk,
    /// An ISA that cannot be read.
    Unreadable,
    /// The end of the file.
    End,
}

/// Something that begins at an offset.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) start: u64,
    pub(super) what: What,
    /// A segment's bytes before its terminator.
    pub(super) length: u32,
    /// Its position in its set; 0 outside of sets.
    pub(super) position: u32,
    /// The record that it belongs to; 0 for none.
    pub(super) record: u64,
    /// It stands in an answer.
    pub(super) is_answer: bool,
    pub(super) envelope: Rc<Envelope>,
}

/// What is known of a record.
#[derive(Clone, Debug)]
pub(super) struct RecordPlace {
    pub(super) start: u64,
    pub(super) envelope: Rc<Envelope>,
    pub(super) id: Box<[u8]>,
    pub(super) charge: Option<Money>,
}

/// A place from which the input can be read on.
#[derive(Clone)]
struct Mark {
    offset: u64,
    isa: Option<Isa>,
    cursor: Cursor,
}

/// What is open at a place.
#[derive(Clone)]
struct Cursor {
    tree: Tree,
    envelope: Rc<Envelope>,
    interchanges: u64,
    separators: Separators,
    /// What came before.
    last: Entry,
}

/// What lies between two marks.
struct Stretch {
    number: usize,
    /// The entry before its first.
    before: Entry,
    entries: Vec<(Entry, Separators)>,
    /// Which of them begin a record.
    records: Vec<usize>,
}

/// The map of an input.
pub(super) struct Atlas<'a> {
    input: &'a dyn ReadAt,
    marks: Vec<Mark>,
    stretches: VecDeque<Stretch>,
    /// What was counted in the whole input.
    pub(super) counts: Counts,
    /// The sum of its charges.
    pub(super) charges: Total,
    record: Option<(u64, RecordPlace)>,
}

impl<'a> Atlas<'a> {
    /// Goes through an input once.
    pub(super) fn new(input: &'a dyn ReadAt) -> io::Result<Atlas<'a>> {
        let mut cursor = Cursor::new();
        let mut marks = vec![Mark { offset: 0, isa: None, cursor: cursor.clone() }];
        let mut scanner = Scanner::new(input);
        let mut isa_at_hand = None;
        let mut charges = Total::default();
        let mut last = 0;
        while let Some(frame) = scanner.next()? {
            match &frame {
                Frame::Open(isa, _) => isa_at_hand = Some(*isa),
                Frame::Segment(segment) if segment.offset - last >= STRETCH => {
                    last = segment.offset;
                    marks.push(Mark { offset: last, isa: isa_at_hand, cursor: cursor.clone() });
                }
                _ => {}
            }
            let begins_record = cursor.take(&frame, &mut |_| {});
            if let (true, Frame::Segment(segment)) = (begins_record, &frame) {
                let text = segment.text();
                if element(&text, 0, &segment.separators) != b"HL" {
                    charges.add(Money::parse(element(&text, 2, &segment.separators)).unwrap_or_default());
                }
            }
        }
        let counts = cursor.tree.counts;
        let stretches = VecDeque::new();
        Ok(Atlas { input, marks, stretches, counts, charges, record: None })
    }

    /// The entry that holds the byte at `offset`, and the one before it; none past the end.
    pub(super) fn at(&mut self, offset: u64) -> io::Result<Option<Standing>> {
        if offset > self.input.len() {
            return Ok(None);
        }
        let number = self.marks.partition_point(|mark| mark.offset <= offset).saturating_sub(1);
        let input = self.input;
        let stretch = self.stretch(number)?;
        let found = stretch.entries.partition_point(|(entry, _)| entry.start <= offset);
        let Some(at) = found.checked_sub(1) else { return Ok(None) };
        let Some((entry, separators)) = stretch.entries.get(at).cloned() else { return Ok(None) };
        let before = at.checked_sub(1).and_then(|at| stretch.entries.get(at));
        let before = before.map_or_else(|| stretch.before.clone(), |(entry, _)| entry.clone());
        let mut text = vec![0; entry.length as usize];
        input.read_exact_at(entry.start, &mut text)?;
        Ok(Some(Standing { entry, before, text, separators }))
    }

    /// What is known of a record; none if there is none of this number.
    pub(super) fn record(&mut self, ordinal: u64) -> io::Result<Option<RecordPlace>> {
        if ordinal == 0 || ordinal > self.counts.records {
            return Ok(None);
        }
        if let Some((known, place)) = &self.record
            && *known == ordinal
        {
            return Ok(Some(place.clone()));
        }
        let of = |mark: &Mark| mark.cursor.tree.counts.records;
        let mut number = self.marks.partition_point(|mark| of(mark) < ordinal).saturating_sub(1);
        let before = self.marks.get(number).map_or(0, of);
        let input = self.input;
        let stretch = self.stretch(number)?;
        let which = usize::try_from(ordinal - before - 1).unwrap_or(usize::MAX);
        let Some(&first) = stretch.records.get(which) else { return Ok(None) };
        let Some((begin, separators)) = stretch.entries.get(first).cloned() else { return Ok(None) };
        let (mut id, mut charge) = (Box::default(), None);
        let mut at = first;
        // an event's number stands a segment or two behind its HL, perhaps in the next stretch
        loop {
            let stretch = self.stretch(number)?;
            let Some((entry, _)) = stretch.entries.get(at).cloned() else {
                number += 1;
                at = 0;
                if number >= self.marks.len() {
                    break;
                }
                continue;
            };
            if entry.record != ordinal {
                break;
            }
            let mut raw = vec![0; entry.length as usize];
            input.read_exact_at(entry.start, &mut raw)?;
            let text = super::scan::without_breaks(&raw, &separators);
            let field = |n| element(&text, n, &separators);
            let is_first = entry.start == begin.start;
            match field(0) {
                b"HL" if is_first => {}
                b"HL" => break,
                b"TRN" if !is_first => {
                    id = field(2).into();
                    break;
                }
                _ if is_first => {
                    id = field(1).into();
                    charge = Money::parse(field(2));
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        let place = RecordPlace { start: begin.start, envelope: begin.envelope, id, charge };
        self.record = Some((ordinal, place.clone()));
        Ok(Some(place))
    }

    /// What lies behind a mark.
    fn stretch(&mut self, number: usize) -> io::Result<&Stretch> {
        if let Some(at) = self.stretches.iter().position(|stretch| stretch.number == number) {
            self.stretches.swap(0, at);
        } else {
            let stretch = self.read(number)?;
            self.stretches.truncate(KEPT - 1);
            self.stretches.push_front(stretch);
        }
        self.stretches.front().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn read(&self, number: usize) -> io::Result<Stretch> {
        let Some(mark) = self.marks.get(number).cloned() else {
            let before = Cursor::new().last;
            return Ok(Stretch { number, before, entries: Vec::new(), records: Vec::new() });
        };
        let end = self.marks.get(number + 1).map_or(u64::MAX, |mark| mark.offset);
        let Mark { offset, isa, mut cursor } = mark;
        let before = cursor.last.clone();
        let (mut entries, mut records) = (Vec::new(), Vec::new());
        let mut scanner = match isa {
            Some(isa) => Scanner::resume(self.input, offset, isa),
            None => Scanner::new(self.input),
        };
        while let Some(frame) = scanner.next()? {
            if matches!(&frame, Frame::Segment(segment) if segment.offset >= end) {
                return Ok(Stretch { number, before, entries, records });
            }
            let separators = match &frame {
                Frame::Open(isa, _) => isa.separators,
                _ => cursor.separators,
            };
            if cursor.take(&frame, &mut |entry| entries.push((entry.clone(), separators))) {
                records.push(entries.len() - 1);
            }
        }
        let envelope = Rc::new(Envelope::default());
        let start = self.input.len();
        let entry =
            Entry { start, what: What::End, length: 0, position: 0, record: 0, is_answer: false, envelope };
        entries.push((entry, cursor.separators));
        Ok(Stretch { number, before, entries, records })
    }
}

/// What stands at an offset.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) entry: Entry,
    /// What stands before it.
    pub(super) before: Entry,
    /// The segment's bytes before its terminator, line breaks included.
    text: Vec<u8>,
    separators: Separators,
}

impl Standing {
    /// The segment's id.
    pub(super) fn id(&self) -> Vec<u8> {
        let text = super::scan::without_breaks(&self.text, &self.separators);
        element(&text, 0, &self.separators).to_vec()
    }

    /// Where element `element` begins, or component `component` of it; where there is none, where the segment ends.
    /// A line break that a value begins with may be passed over or not: first and last offset.
    pub(super) fn element(&self, element: u8, component: u8) -> (u64, u64) {
        let end = (self.entry.start + self.text.len() as u64, self.entry.start + self.text.len() as u64);
        let mut fields = starts(&self.text, 0, self.separators.element);
        let Some((from, to)) = fields.nth(usize::from(element)) else { return end };
        if component <= 1 {
            return self.begin(from);
        }
        let text = self.text.get(from..to).unwrap_or(&[]);
        let start = starts(text, from, self.separators.component).nth(usize::from(component) - 1);
        start.map_or_else(
            || {
                let end = self.entry.start + to as u64;
                (end, end)
            },
            |(from, _)| self.begin(from),
        )
    }

    /// Whether a later repetition of an element, or a component of it, begins at `offset`; or a repetition ends there that does not
    /// have that component.
    pub(super) fn begins_repetition(&self, element: u8, component: u8, offset: u64) -> bool {
        let mut fields = starts(&self.text, 0, self.separators.element);
        let Some((from, to)) = fields.nth(usize::from(element)) else { return false };
        let at = offset.checked_sub(self.entry.start).and_then(|at| usize::try_from(at).ok());
        let before = at.filter(|at| *at <= to).and_then(|at| self.text.get(from..at)).unwrap_or(&[]);
        let (Some(repetition), Some(last)) = (self.separators.repetition, before.last()) else {
            return false;
        };
        let own = before.rsplit(|byte| *byte == repetition).next().unwrap_or(before);
        let components = own.split(|byte| *byte == self.separators.component).count();
        let ends = at.and_then(|at| self.text.get(at)) == Some(&repetition);
        *last == repetition
            || component > 0 && *last == self.separators.component && before.contains(&repetition)
            || ends && components < usize::from(component)
    }

    fn begin(&self, from: usize) -> (u64, u64) {
        let classes = self.separators.classes();
        let rest = self.text.get(from..).unwrap_or(&[]);
        let breaks = rest.iter().take_while(|byte| classes.of(**byte) == crate::x12::Class::Break).count();
        let start = self.entry.start + from as u64;
        (start, start + breaks as u64)
    }
}

/// Where the fields of a text begin and end; `base` is where the text does.
fn starts(text: &[u8], base: usize, separator: u8) -> impl Iterator<Item = (usize, usize)> {
    let mut from = base;
    text.split(move |byte| *byte == separator).map(move |field| {
        let start = from;
        from += field.len() + 1;
        (start, start + field.len())
    })
}

impl Cursor {
    fn new() -> Cursor {
        let envelope = Rc::new(Envelope::default());
        let last = Entry {
            start: 0,
            what: What::End,
            length: 0,
            position: 0,
            record: 0,
            is_answer: false,
            envelope: Rc::clone(&envelope),
        };
        Cursor { tree: Tree::default(), envelope, interchanges: 0, separators: Separators::USUAL, last }
    }

    /// Takes a frame and tells the entry that it makes; says whether a record begins with it.
    fn take(&mut self, frame: &Frame<'_>, tell: &mut dyn FnMut(&Entry)) -> bool {
        let mut begins_record = false;
        let mut entry = Entry {
            start: 0,
            what: What::Segment,
            length: 0,
            position: 0,
            record: 0,
            is_answer: false,
            envelope: Rc::new(Envelope::default()),
        };
        match frame {
            Frame::Junk { start, .. } => {
                entry.start = *start;
                entry.what = What::Junk;
            }
            Frame::Unreadable { start, .. } => {
                entry.start = *start;
                entry.what = What::Unreadable;
                let ordinal = Some(self.interchanges);
                entry.envelope = Rc::new(Envelope { ordinal, ..Envelope::default() });
                self.interchanges += 1;
            }
            Frame::Open(isa, segment) => {
                self.tree.open(isa);
                self.separators = isa.separators;
                let ordinal = Some(self.interchanges);
                self.interchanges += 1;
                let interchange = Some(Rc::clone(&self.tree.control));
                self.envelope = Rc::new(Envelope { ordinal, interchange, ..Envelope::default() });
                entry.start = segment.offset;
                entry.length = segment.length as u32;
                entry.envelope = Rc::clone(&self.envelope);
            }
            Frame::Segment(segment) => begins_record = self.segment(segment, &mut entry),
            Frame::Close { end, whole } => {
                self.tree.close(*end, *whole);
                return false;
            }
        }
        tell(&entry);
        self.last = entry;
        begins_record
    }

    fn segment(&mut self, segment: &Segment<'_>, entry: &mut Entry) -> bool {
        let role = self.tree.take(segment);
        entry.start = segment.offset;
        entry.length = segment.length as u32;
        if role == Role::SetEnd {
            // it is the last segment of the set that has just ended
            entry.position = self.last.position + 1;
            entry.envelope = Rc::clone(&self.envelope);
        }
        let (group, set) = (self.tree.group.as_ref(), self.tree.set.as_ref());
        let begins = match role {
            Role::GroupEnd => (self.envelope.begins.0, NOWHERE),
            _ => (group.map_or(NOWHERE, |group| group.at), set.map_or(NOWHERE, |set| set.at)),
        };
        if self.envelope.begins != begins {
            let kept = || self.envelope.group.clone().filter(|_| role == Role::GroupEnd);
            self.envelope = Rc::new(Envelope {
                ordinal: self.envelope.ordinal,
                interchange: self.envelope.interchange.clone(),
                group: group.map(|group| Rc::clone(&group.control)).or_else(kept),
                set: set.map(|set| Rc::clone(&set.control)),
                begins,
            });
        }
        if role == Role::SetEnd {
            return false;
        }
        let in_record = role == Role::Record || set.is_some_and(|set| set.in_record);
        entry.position = set.map_or(0, |set| set.position);
        entry.is_answer = set.is_some_and(|set| set.is_answer);
        entry.record = if in_record { self.tree.counts.records } else { 0 };
        entry.envelope = Rc::clone(&self.envelope);
        role == Role::Record
    }
}
