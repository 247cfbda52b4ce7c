//! The guides as the other rooms see them: loops, slots, elements.

use std::fmt;

use crate::finding::Code;

use super::generated::{self, pool};
use super::table::{
    ElementRow, LoopKind, LoopRow, NoteRow, Run, SegmentRow, SlotRow, SourceRow, Tables, Target,
};
use super::terms::{CodeSet, ElementType, NoteKind, Usage};
use super::version::GuideId;

/// The number that stands for a segment without a place in the guide.
pub const NONE: u16 = u16::MAX;

/// One implementation guide: its loops, and in them its slots, in document order.
#[derive(Debug)]
pub struct Guide {
    id: GuideId,
    tables: &'static Tables,
}

/// In the order of [`GuideId::ALL`].
static GUIDES: [Guide; GuideId::ALL.len()] = [
    Guide { id: GuideId::Professional, tables: &generated::professional::TABLES },
    Guide { id: GuideId::Institutional, tables: &generated::institutional::TABLES },
    Guide { id: GuideId::Dental, tables: &generated::dental::TABLES },
    Guide { id: GuideId::AuthorizationRequest, tables: &generated::authorization_request::TABLES },
    Guide { id: GuideId::AuthorizationResponse, tables: &generated::authorization_response::TABLES },
    Guide { id: GuideId::Acknowledgement999, tables: &generated::acknowledgement_999::TABLES },
    Guide { id: GuideId::ClaimAcknowledgement277, tables: &generated::claim_acknowledgement_277::TABLES },
];

impl Guide {
    /// The guide of an id.
    pub fn of(id: GuideId) -> &'static Guide {
        // the array has a row for each id, a test holds it
        GUIDES.get(id as usize).unwrap_or(&GUIDES[0])
    }

    /// Which guide it is.
    pub const fn id(&self) -> GuideId {
        self.id
    }

    /// The slot that the matcher named by `number`; none for [`NONE`].
    pub fn slot(&self, number: u16) -> Option<Slot> {
        Slot::at(self.tables, number)
    }

    /// The id of the loop that a slot stands in; empty for [`NONE`].
    #[inline]
    pub fn loop_id(&self, number: u16) -> Code {
        self.tables.loop_ids.get(usize::from(number)).copied().unwrap_or(Code::EMPTY)
    }

    /// Every slot, loop by loop in document order; a slot is a segment or a child loop.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + use<> {
        let tables = self.tables;
        (0..tables.slots.len() as u16).filter_map(move |number| Slot::at(tables, number))
    }

    /// Every loop in document order; the first, without an id, is the transaction set itself.
    pub fn loops(&self) -> impl Iterator<Item = Loop> + use<> {
        let tables = self.tables;
        (0..tables.loops.len() as u8).filter_map(move |at| Loop::at(tables, at))
    }

    /// The loop of an id such as `2310B`.
    pub fn find_loop(&self, id: Code) -> Option<Loop> {
        self.loops().find(|found| found.id() == id)
    }

    /// The slot of a segment in a loop: the first that takes `qualifier`, or with an empty one the first at all.
    pub fn find_slot(&self, loop_id: Code, segment: Code, qualifier: Code) -> Option<Slot> {
        self.find_loop(loop_id)?.slots().find(|slot| {
            slot.child().is_none()
                && slot.segment_id() == segment
                && (qualifier.is_empty() || slot.qualifiers().contains(&qualifier))
        })
    }

    /// The loop of a record: 2300 of a claim, 2000E of an authorization; none in acknowledgements.
    pub fn record_loop(&self) -> Option<Loop> {
        self.loops().find(|found| found.row.kind == LoopKind::Record)
    }

    pub(super) const fn tables(&self) -> &'static Tables {
        self.tables
    }
}

/// The place of a segment of the interchange envelope: ISA, TA1, GS, GE, IEA. Their guide has no loops.
pub fn envelope_slot(segment: Code) -> Option<Slot> {
    let tables = &generated::envelope::TABLES;
    (0..tables.slots.len() as u16)
        .filter_map(|number| Slot::at(tables, number))
        .find(|slot| slot.segment_id() == segment)
}

/// A loop of a guide. One that stands in two places (the claim under subscriber and patient) is held once.
#[derive(Clone, Copy)]
pub struct Loop {
    tables: &'static Tables,
    row: &'static LoopRow,
}

impl Loop {
    pub(super) fn at(tables: &'static Tables, at: u8) -> Option<Loop> {
        tables.loops.get(usize::from(at)).map(|row| Loop { tables, row })
    }

    /// Its id, such as `2310B`; empty for the transaction set.
    pub const fn id(&self) -> Code {
        self.row.id
    }

    /// What it is about, in plain words: `rendering provider`.
    pub fn name(&self) -> &'static str {
        name(self.row.name)
    }

    /// Its slots, segments and child loops, in document order; the first is the trigger.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + use<> {
        let (tables, first) = (self.tables, self.row.first_slot);
        (first..first + self.row.slots.len() as u16).filter_map(move |number| Slot::at(tables, number))
    }

    /// The slot of its first segment, by which it is known.
    pub fn trigger(&self) -> Option<Slot> {
        Slot::at(self.tables, self.row.first_slot)
    }

    /// The loops that it stands in: none for the set, two for one that is mounted twice.
    pub fn parents(&self) -> impl Iterator<Item = Loop> + use<> {
        let [first, second] = self.row.parents;
        let count = match self.row.kind {
            LoopKind::Set => 0,
            _ if first == second => 1,
            _ => 2,
        };
        let tables = self.tables;
        [first, second].into_iter().take(count).filter_map(move |at| Loop::at(tables, at))
    }

    /// Whether it is a hierarchical level above the records.
    pub fn is_level(&self) -> bool {
        self.row.kind == LoopKind::Level
    }

    /// Whether it is a claim's or an authorization's own loop.
    pub fn is_record(&self) -> bool {
        self.row.kind == LoopKind::Record
    }

    /// Whether it is a service line of a record.
    pub fn is_line(&self) -> bool {
        self.row.kind == LoopKind::Line
    }
}

impl fmt::Debug for Loop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loop({})", self.row.id)
    }
}

/// A place in a loop: for a segment, or for a child loop.
#[derive(Clone, Copy)]
pub struct Slot {
    tables: &'static Tables,
    row: &'static SlotRow,
    number: u16,
}

impl Slot {
    pub(super) fn at(tables: &'static Tables, number: u16) -> Option<Slot> {
        tables.slots.get(usize::from(number)).map(|row| Slot { tables, row, number })
    }

    /// Its number in the guide, as the matcher gives it.
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// The loop it stands in.
    pub fn in_loop(&self) -> Loop {
        // generated rows point at rows that are there, a test holds it
        Loop::at(self.tables, self.row.loop_at)
            .unwrap_or(Loop { tables: self.tables, row: &self.tables.loops[0] })
    }

    /// The id of the loop it stands in, such as `2310B`; empty in the transaction set itself.
    pub fn loop_id(&self) -> Code {
        self.in_loop().id()
    }

    /// The child loop that stands here, if it is not a segment.
    pub fn child(&self) -> Option<Loop> {
        match self.row.target {
            Target::Loop(at) => Loop::at(self.tables, at),
            Target::Segment(_) => None,
        }
    }

    /// Whether its segment is the first of its loop.
    pub fn is_trigger(&self) -> bool {
        let row = self.in_loop().row;
        row.kind != LoopKind::Set && row.first_slot == self.number
    }

    /// The segment id, such as `NM1`; of a child loop, that of its first segment.
    pub fn segment_id(&self) -> Code {
        self.group().map_or(Code::EMPTY, |group| Code::from_word(u64::from(group.id) << 32))
    }

    /// What it is, in plain words: `authorization number`; a child loop's name is the loop's.
    pub fn name(&self) -> &'static str {
        name(self.row.name)
    }

    /// Whether the guide asks for it in each instance of its loop.
    pub const fn usage(&self) -> Usage {
        self.row.usage
    }

    /// How often it may stand in one instance of its loop; none for any number.
    pub const fn max(&self) -> Option<u16> {
        if self.row.max == 0 { None } else { Some(self.row.max) }
    }

    /// The qualifiers by which it is told from other slots of its segment id, in the first eight bytes each;
    /// empty if nothing is asked.
    pub fn qualifiers(&self) -> &'static [Code] {
        self.row.qualifiers
    }

    /// The element, and its component or 0, that holds the qualifier.
    pub fn discriminator(&self) -> Option<(u8, u8)> {
        if self.row.qualifiers.is_empty() {
            return None;
        }
        self.group().map(|group| (group.element, group.component))
    }

    /// The segment's elements, the first is element 1; of a child loop, none.
    pub fn elements(&self) -> impl ExactSizeIterator<Item = Element> + use<> {
        elements(self.definition().map_or(Run { start: 0, len: 0 }, |row| row.elements))
    }

    /// Element `n`, counted from 1.
    pub fn element(&self, n: u8) -> Option<Element> {
        element(self.definition()?.elements, n)
    }

    /// The notes that bind the segment's elements to each other.
    pub fn notes(&self) -> impl Iterator<Item = Note> + use<> {
        notes(self.definition().map_or(Run { start: 0, len: 0 }, |row| row.notes))
    }

    fn group(&self) -> Option<&'static super::table::GroupRow> {
        let row = self.tables.loops.get(usize::from(self.row.loop_at))?;
        row.groups.get(usize::from(self.row.group))
    }

    fn definition(&self) -> Option<&'static SegmentRow> {
        match self.row.target {
            Target::Segment(at) => pool::SEGMENTS.get(usize::from(at)),
            Target::Loop(_) => None,
        }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slot({}/{}", self.loop_id(), self.segment_id())?;
        if let Some(first) = self.qualifiers().first() {
            write!(f, "*{first}")?;
        }
        f.write_str(")")
    }
}

fn name(at: u16) -> &'static str {
    pool::NAMES.get(usize::from(at)).copied().unwrap_or("")
}

fn element(run: Run, n: u8) -> Option<Element> {
    let at = run.of(&pool::PARTS).get(usize::from(n).checked_sub(1)?)?;
    pool::ELEMENTS.get(usize::from(*at)).map(|row| Element { row })
}

fn elements(run: Run) -> impl ExactSizeIterator<Item = Element> {
    // a part that is not there cannot be: the generator wrote both arrays, a test holds it
    run.of(&pool::PARTS)
        .iter()
        .map(|at| Element { row: pool::ELEMENTS.get(usize::from(*at)).unwrap_or(&pool::ELEMENTS[0]) })
}

fn notes(run: Run) -> impl Iterator<Item = Note> {
    run.of(&pool::NOTES).iter().map(|row| Note { row })
}

/// What the guide says of an element or a component.
#[derive(Clone, Copy)]
pub struct Element {
    row: &'static ElementRow,
}

impl Element {
    /// The data element number, such as `1035`, or `C023` of a composite.
    pub const fn number(&self) -> Code {
        self.row.number
    }

    /// What it holds, in plain words: `last or organization name`.
    pub fn name(&self) -> &'static str {
        name(self.row.name)
    }

    /// Whether it must, may or must not be there.
    pub const fn usage(&self) -> Usage {
        self.row.usage
    }

    /// What kind of value it holds.
    pub const fn kind(&self) -> ElementType {
        self.row.kind
    }

    /// The least length in bytes; of a number, in digits. 0 for a composite.
    pub const fn min(&self) -> u16 {
        self.row.min
    }

    /// The greatest length in bytes; of a number, in digits. 0 for a composite.
    pub const fn max(&self) -> u16 {
        self.row.max
    }

    /// How often it may be repeated, counting the first: 1 for most.
    pub const fn repeat(&self) -> u8 {
        self.row.repeat
    }

    /// The guide's own list of codes; empty where there is none.
    pub fn codes(&self) -> CodeList {
        CodeList::of(self.row)
    }

    /// The code sets kept elsewhere that its values come from.
    pub fn sources(&self) -> impl ExactSizeIterator<Item = Source> + use<> {
        self.row.sources.of(&pool::SOURCES).iter().map(|row| Source { row })
    }

    /// A composite's components, the first is component 1.
    pub fn components(&self) -> impl ExactSizeIterator<Item = Element> + use<> {
        elements(self.row.parts)
    }

    /// Component `n`, counted from 1.
    pub fn component(&self, n: u8) -> Option<Element> {
        element(self.row.parts, n)
    }

    /// The notes that bind a composite's components to each other.
    pub fn notes(&self) -> impl Iterator<Item = Note> + use<> {
        notes(self.row.notes)
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({} {})", self.row.number, self.name())
    }
}

/// A guide's list of codes for an element.
#[derive(Clone, Copy, Debug)]
pub struct CodeList {
    codes: &'static [Code],
    long: &'static [&'static str],
}

impl CodeList {
    pub(super) fn of(row: &ElementRow) -> CodeList {
        CodeList { codes: row.codes.of(&pool::CODES), long: row.long.of(&pool::LONG) }
    }

    /// Whether the guide lists none: any value, or a code set kept elsewhere.
    pub const fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Whether `value` is one of them.
    pub fn contains(&self, value: &[u8]) -> bool {
        if !self.long.is_empty() {
            return self.long.iter().any(|code| code.as_bytes() == value);
        }
        Code::exact(value).is_some_and(|value| self.codes.contains(&value))
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.codes.len()
    }
}

impl fmt::Display for CodeList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.long.is_empty() { list(f, self.codes) } else { list(f, self.long) }
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, all: &[T]) -> fmt::Result {
    for (at, one) in all.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        one.fmt(f)?;
    }
    Ok(())
}

/// A code set kept elsewhere, for the values of an element.
#[derive(Clone, Copy)]
pub struct Source {
    row: &'static SourceRow,
}

impl Source {
    /// Which code set.
    pub const fn set(&self) -> CodeSet {
        self.row.set
    }

    /// The value of the qualifier beside it under which it is meant (`XX` for an NPI); none where that is
    /// plain from the qualifier's own meaning.
    pub const fn when(&self) -> Option<Code> {
        if self.row.when.is_empty() { None } else { Some(self.row.when) }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.row.set.token())
    }
}

/// A syntax note: which positions depend on each other.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    row: &'static NoteRow,
}

impl Note {
    /// How they depend on each other.
    pub const fn kind(&self) -> NoteKind {
        self.row.kind
    }

    /// The positions, in the note's order: elements of a segment, or components of a composite.
    pub fn positions(&self) -> impl Iterator<Item = u8> + use<> {
        self.row.positions.iter().copied().filter(|position| *position != 0)
    }
}
