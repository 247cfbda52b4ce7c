//! The rows that the generated tables are made of: small, plain, linked by index.
//!
//! Everything is `static`, so that nothing is built when the program starts, and indexes are narrow, so that
//! a guide stays in the first-level cache while a file is matched. [`super::model`] is the view for the other
//! rooms.

use crate::finding::{Code, Place};

use super::generated::pool;
use super::terms::{CodeSet, ElementType, NoteKind, Usage};

/// One guide.
#[derive(Debug)]
pub(super) struct Tables {
    /// Its loops; the first is the set itself.
    pub(super) loops: &'static [LoopRow],
    /// Runs of slots with one segment id.
    pub(super) groups: &'static [GroupRow],
    /// The slots of all loops, loop by loop, in document order.
    pub(super) slots: &'static [SlotRow],
    /// Of each slot the id of its loop: beside the slots, since it is asked of every segment.
    pub(super) loop_ids: &'static [Code],
    /// Of each slot its segment's row in [`pool::SEGMENTS`], [`NONE`](super::NONE) for a loop's.
    pub(super) definitions: &'static [u16],
}

/// A loop.
#[derive(Debug)]
pub(super) struct LoopRow {
    pub(super) id: Code,
    /// In [`pool::NAMES`].
    pub(super) name: u16,
    /// The loops it stands in: one, or two where it is mounted twice; the set's own row repeats 0.
    pub(super) parents: [u8; 2],
    /// The number of its first slot in the guide.
    pub(super) first_slot: u16,
    pub(super) slots: &'static [SlotRow],
    pub(super) groups: &'static [GroupRow],
    pub(super) kind: LoopKind,
    /// The ids of its groups, a bit each as [`id_bit`](crate::x12::id_bit) gives it: without the bit there is no such group.
    pub(super) ids: u64,
    /// One bit for each required slot, counted from the loop's first.
    pub(super) required: u64,
    /// The same without child loops at which a set is cut into items: these are not missing in their parent's
    /// item.
    pub(super) own: u64,
}

impl LoopRow {
    /// The slot at `at`, counted from the loop's first.
    pub(super) fn slot(&self, at: u8) -> &'static SlotRow {
        &self.slots[usize::from(at)]
    }

    /// The loop of the slot at `at`, if it is not a segment's.
    pub(super) fn child(&self, at: u8) -> Option<u8> {
        match self.slot(at).target {
            Target::Loop(child) => Some(child),
            Target::Segment(_) => None,
        }
    }
}

/// How a loop stands to the items that a set is cut into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LoopKind {
    /// The set itself.
    Set,
    /// A hierarchical level above the records.
    Level,
    /// A claim, or a patient event of an authorization.
    Record,
    /// A service line of a record.
    Line,
    /// Any other.
    Inner,
}

/// Slots of one segment id that stand together in a loop: among them any order is right.
#[derive(Debug)]
pub(super) struct GroupRow {
    /// The segment id as [`super::id_word`] packs it.
    pub(super) id: u32,
    /// The first slot, counted from the loop's first.
    pub(super) first: u8,
    pub(super) slots: &'static [SlotRow],
    /// The element that tells the slots apart, 0 where nothing does.
    pub(super) element: u8,
    /// Its component, 0 for the whole element.
    pub(super) component: u8,
    /// A second element that decides where one qualifier stands in two slots, 0 for none.
    pub(super) tie: u8,
    /// Whether each of the slots takes one qualifier or two, its [`keys`](SlotRow::keys).
    pub(super) by_key: bool,
}

/// A segment or child loop in its place.
#[derive(Debug)]
pub(super) struct SlotRow {
    /// The loop it stands in.
    pub(super) loop_at: u8,
    /// Its group, counted from the loop's first.
    pub(super) group: u8,
    pub(super) usage: Usage,
    pub(super) target: Target,
    /// How often it may stand in one instance of its loop, 0 for any number.
    pub(super) max: u16,
    /// The qualifiers it takes, none where it asks for none.
    pub(super) qualifiers: &'static [Code],
    /// Its only qualifier, twice, or its two; empty where it takes more, or any.
    pub(super) keys: [Code; 2],
    pub(super) name: u16,
}

/// What stands in a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// A segment: its row in [`pool::SEGMENTS`].
    Segment(u16),
    /// A child loop, entered by its first segment.
    Loop(u8),
}

/// A stretch of one of the pool's arrays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Run {
    pub(super) start: u16,
    pub(super) len: u16,
}

impl Run {
    /// What it names in `all`.
    pub(super) fn of<T>(self, all: &[T]) -> &[T] {
        all.get(usize::from(self.start)..usize::from(self.start) + usize::from(self.len)).unwrap_or(&[])
    }
}

/// The definition of a segment, shared by all slots that use it alike.
#[derive(Debug)]
pub(super) struct SegmentRow {
    /// In [`pool::PARTS`].
    pub(super) elements: Run,
    /// In [`pool::NOTES`].
    pub(super) notes: Run,
}

/// An element or a component.
#[derive(Debug)]
pub(super) struct ElementRow {
    pub(super) number: Code,
    pub(super) name: u16,
    pub(super) usage: Usage,
    pub(super) kind: ElementType,
    pub(super) min: u16,
    pub(super) max: u16,
    pub(super) repeat: u8,
    /// In [`pool::CODES`].
    pub(super) codes: Run,
    /// In [`pool::LONG`], where a code of the list is longer than eight bytes.
    pub(super) long: Run,
    /// In [`pool::SOURCES`].
    pub(super) sources: Run,
    /// A composite's components, in [`pool::PARTS`].
    pub(super) parts: Run,
    pub(super) notes: Run,
}

impl ElementRow {
    /// What an element or component is called at a place: `SV101-2 (procedure)`.
    pub(super) fn label(&self, place: Place) -> String {
        let Place { segment_id, element, component, .. } = place;
        let name = pool::NAMES.get(usize::from(self.name)).copied().unwrap_or("");
        if component == 0 {
            format!("{segment_id}{element:02} ({name})")
        } else {
            format!("{segment_id}{element:02}-{component} ({name})")
        }
    }
}

/// A code set kept elsewhere, and the qualifier under which it is meant.
#[derive(Debug)]
pub(super) struct SourceRow {
    pub(super) set: CodeSet,
    pub(super) when: Code,
}

/// A relational note: which positions, the rest zero.
#[derive(Debug)]
pub(super) struct NoteRow {
    pub(super) kind: NoteKind,
    pub(super) positions: [u8; NOTE_POSITIONS],
}

/// The most positions that a relational note names.
pub(super) const NOTE_POSITIONS: usize = 6;

/// The most slots that a loop has: each has a bit in a word.
pub(super) const MAX_SLOTS: usize = 64;

/// The deepest nesting of loops, the set included.
pub(super) const MAX_DEPTH: usize = 10;

/// Constructors that keep the generated files short: a row a line.
pub(super) mod make {
    pub(in crate::guide) use super::Tables;
    use super::{
        Code, CodeSet, ElementRow, ElementType, GroupRow, LoopKind, LoopRow, NOTE_POSITIONS, NoteKind,
        NoteRow, Run, SegmentRow, SlotRow, SourceRow, Target, Usage,
    };
    use crate::guide::generated::pool::CODES;
    pub(in crate::guide) use crate::guide::id_word as id;
    pub(in crate::guide) use ElementType::{
        Composite as CC, Date as DT, Decimal as RE, Identifier as ID, Integer as N0, Text as AN, Time as TM,
    };
    pub(in crate::guide) use LoopKind::{Inner, Level, Line, Record, Set};
    pub(in crate::guide) use NoteKind::{
        Conditional as NC, Exclusion as NE, ListConditional as NL, Paired as NP, Required as NR,
    };
    pub(in crate::guide) use Usage::{NotUsed as N, Required as R, Situational as S};

    /// The ids of the slots' loops.
    pub(in crate::guide) const fn loop_ids<const N: usize>(
        loops: &[LoopRow],
        slots: &[SlotRow; N],
    ) -> [Code; N] {
        let mut ids = [Code::EMPTY; N];
        let mut at = 0;
        while at < N {
            ids[at] = loops[slots[at].loop_at as usize].id;
            at += 1;
        }
        ids
    }

    /// What the slots' segments are made of.
    pub(in crate::guide) const fn definitions<const N: usize>(slots: &[SlotRow; N]) -> [u16; N] {
        let mut rows = [crate::guide::NONE; N];
        let mut at = 0;
        while at < N {
            if let Target::Segment(row) = slots[at].target {
                rows[at] = row;
            }
            at += 1;
        }
        rows
    }

    const fn run(pair: (u16, u16)) -> Run {
        Run { start: pair.0, len: pair.1 }
    }

    /// A stretch of an array, as start and length.
    const fn cut<T>(all: &'static [T], pair: (u16, u16)) -> &'static [T] {
        all.split_at(pair.0 as usize).1.split_at(pair.1 as usize).0
    }

    #[allow(clippy::too_many_arguments)]
    pub(in crate::guide) const fn lp(
        id: &[u8],
        name: u16,
        parents: [u8; 2],
        slots: (&'static [SlotRow], (u16, u16)),
        groups: (&'static [GroupRow], (u16, u16)),
        kind: LoopKind,
        required: u64,
        own: u64,
    ) -> LoopRow {
        let groups = cut(groups.0, groups.1);
        let mut ids = 0;
        let mut at = 0;
        while at < groups.len() {
            ids |= crate::x12::id_bit(groups[at].id);
            at += 1;
        }
        LoopRow {
            ids,
            id: Code::new(id),
            name,
            parents,
            first_slot: slots.1.0,
            slots: cut(slots.0, slots.1),
            groups,
            kind,
            required,
            own,
        }
    }

    /// A group: all slots of the guide and which of them, the first counted from the loop's first, what tells
    /// them apart.
    pub(in crate::guide) const fn gr(
        segment: &[u8],
        slots: (&'static [SlotRow], (u16, u16)),
        first: u8,
        (element, component, tie): (u8, u8, u8),
    ) -> GroupRow {
        let slots = cut(slots.0, slots.1);
        let mut by_key = true;
        let mut at = 0;
        while at < slots.len() {
            by_key &= matches!(slots[at].qualifiers.len(), 1 | 2);
            at += 1;
        }
        GroupRow { id: id(segment), first, slots, element, component, tie, by_key }
    }

    const fn slot(
        loop_at: u8,
        group: u8,
        usage: Usage,
        target: Target,
        max: u16,
        qualifiers: (u16, u16),
        name: u16,
    ) -> SlotRow {
        let qualifiers = cut(&CODES, qualifiers);
        let keys = match *qualifiers {
            [only] => [only; 2],
            [first, second] => [first, second],
            _ => [Code::EMPTY; 2],
        };
        SlotRow { loop_at, group, usage, target, max, qualifiers, keys, name }
    }

    /// A slot of a segment.
    pub(in crate::guide) const fn sg(
        loop_at: u8,
        group: u8,
        usage: Usage,
        target: u16,
        max: u16,
        qualifiers: (u16, u16),
        name: u16,
    ) -> SlotRow {
        slot(loop_at, group, usage, Target::Segment(target), max, qualifiers, name)
    }

    /// A slot of a child loop.
    pub(in crate::guide) const fn ch(
        loop_at: u8,
        group: u8,
        usage: Usage,
        target: u8,
        max: u16,
        qualifiers: (u16, u16),
        name: u16,
    ) -> SlotRow {
        slot(loop_at, group, usage, Target::Loop(target), max, qualifiers, name)
    }

    pub(in crate::guide) const fn df(elements: (u16, u16), notes: (u16, u16)) -> SegmentRow {
        SegmentRow { elements: run(elements), notes: run(notes) }
    }

    #[allow(clippy::too_many_arguments)]
    pub(in crate::guide) const fn el(
        number: &[u8],
        name: u16,
        usage: Usage,
        kind: ElementType,
        lengths: (u16, u16),
        repeat: u8,
        codes: (u16, u16),
        long: (u16, u16),
        sources: (u16, u16),
        parts: (u16, u16),
        notes: (u16, u16),
    ) -> ElementRow {
        ElementRow {
            number: Code::new(number),
            name,
            usage,
            kind,
            min: lengths.0,
            max: lengths.1,
            repeat,
            codes: run(codes),
            long: run(long),
            sources: run(sources),
            parts: run(parts),
            notes: run(notes),
        }
    }

    pub(in crate::guide) const fn so(set: CodeSet, when: &[u8]) -> SourceRow {
        SourceRow { set, when: Code::new(when) }
    }

    pub(in crate::guide) const fn no(kind: NoteKind, positions: [u8; NOTE_POSITIONS]) -> NoteRow {
        NoteRow { kind, positions }
    }

    pub(in crate::guide) const fn c(code: &[u8]) -> Code {
        Code::new(code)
    }
}
