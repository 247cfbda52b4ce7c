//! The hierarchy of one set: numbers, parents, and whether HL04 tells the truth.

use crate::finding::{Code, RuleId};
use crate::x12::Shape;
use crate::x12::grammar::whole;

use super::{Bits, Short};

/// Deepest nesting of any shape.
const DEPTH: usize = 8;

/// The levels that are open at a place in a set.
#[derive(Debug, Default)]
pub(super) struct Levels {
    last: u64,
    open: [Option<Open>; DEPTH],
    /// The innermost open level.
    current: Option<usize>,
    /// Whether the set answers: a level of it may hold nothing.
    pub(super) answers: bool,
}

/// What is found of levels when they end, a bit for each.
#[derive(Debug, Default, Clone)]
pub struct LevelBits {
    /// Those whose HL04 is wrong.
    pub wrong_flag: Bits,
    /// Those that may hold records and hold none, nor any other level.
    pub empty: Bits,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    id: u64,
    /// The HL's number in the file, for the bits.
    ordinal: u64,
    claims_child: Option<bool>,
    has_child: bool,
    /// Whether records may stand in it, and one is still to come.
    lacks_record: bool,
}

/// What is wrong with an HL: the rule and its outcome, the element, what stood there, what should have.
pub(super) struct LevelFault {
    pub(super) rule: RuleId,
    pub(super) outcome: u8,
    pub(super) element: u8,
    pub(super) found: Short,
    pub(super) expected: Short,
}

impl Levels {
    pub(super) fn begin_set(&mut self) {
        *self = Levels::default();
    }

    /// Whether a record may begin here.
    pub(super) fn holds_records(&self, shape: &Shape) -> bool {
        self.current.and_then(|at| shape.levels.get(at)).is_some_and(|level| level.holds_records)
    }

    /// Takes an HL with elements HL01 to HL04; `ordinal` is its number in the file.
    pub(super) fn enter(
        &mut self,
        shape: &Shape,
        hl: [&[u8]; 4],
        ordinal: u64,
        wrong: &mut LevelBits,
    ) -> Option<LevelFault> {
        let [id, parent, code, child] = hl;
        let expected_id = self.last + 1;
        self.last = expected_id;
        let level = Code::exact(code).and_then(|code| shape.level(code));
        let Some(level) = level else {
            return Some(LevelFault {
                rule: RuleId::HLV103,
                outcome: u8::from(code.is_empty()),
                element: 3,
                found: Short::new(code),
                expected: Short::EMPTY,
            });
        };
        let number = whole(id).filter(|_| id.first() != Some(&b'0'));
        let parents = shape.levels.get(level).map_or(&[][..], |level| level.parents);
        let holder = self.holder(shape, parents, parent);
        // what is nested deeper than the parent, or as deep as this level, ends here
        let from = holder.map_or(0, |at| at + 1).min(level);
        self.close_from(from, wrong);
        if let Some(holder) = holder.and_then(|at| self.open.get_mut(at)).and_then(Option::as_mut) {
            holder.has_child = true;
        }
        let claims_child = match child {
            b"0" => Some(false),
            b"1" => Some(true),
            _ => None,
        };
        let id_number = number.unwrap_or(expected_id);
        if let Some(slot) = self.open.get_mut(level) {
            let lacks_record =
                shape.levels.get(level).is_some_and(|level| level.holds_records) && !self.answers;
            *slot = Some(Open { id: id_number, ordinal, claims_child, has_child: false, lacks_record });
        }
        self.current = Some(level);

        if number != Some(expected_id) {
            return Some(LevelFault {
                rule: RuleId::HLV101,
                outcome: u8::from(id.is_empty()),
                element: 1,
                found: Short::new(id),
                expected: Short::number(expected_id),
            });
        }
        let right_parent = match holder.and_then(|at| self.open.get(at)).and_then(Option::as_ref) {
            Some(holder) => whole(parent) == Some(holder.id),
            None => parents.is_empty() && parent.is_empty(),
        };
        if right_parent {
            return None;
        }
        let expected = holder.and_then(|at| self.open.get(at)).and_then(Option::as_ref);
        Some(LevelFault {
            rule: RuleId::HLV102,
            outcome: match expected {
                Some(_) if parent.is_empty() => 3,
                Some(_) => 0,
                None if parents.is_empty() => 2,
                None => 1,
            },
            element: 2,
            found: Short::new(parent),
            expected: expected.map_or(Short::EMPTY, |holder| Short::number(holder.id)),
        })
    }

    /// The open level that holds a level with these possible `parents`: the one that HL02 names, else the innermost; the
    /// innermost too where two have the same number.
    fn holder(&self, shape: &Shape, parents: &[Code], parent: &[u8]) -> Option<usize> {
        let is_open = |at: &usize| self.open.get(*at).is_some_and(Option::is_some);
        let id = |at: usize| self.open.get(at).and_then(Option::as_ref).map(|open| open.id);
        let candidates = || parents.iter().filter_map(|code| shape.level(*code)).filter(is_open);
        let named = whole(parent);
        candidates().filter(|at| named.is_some() && id(*at) == named).max().or_else(|| candidates().max())
    }

    /// Takes a record in the innermost level.
    pub(super) fn take_record(&mut self) {
        let open = self.current.and_then(|at| self.open.get_mut(at));
        if let Some(open) = open.and_then(Option::as_mut) {
            open.lacks_record = false;
        }
    }

    pub(super) fn end_set(&mut self, wrong: &mut LevelBits) {
        self.close_from(0, wrong);
        self.current = None;
    }

    fn close_from(&mut self, from: usize, wrong: &mut LevelBits) {
        for open in self.open.iter_mut().skip(from).filter_map(Option::take) {
            if open.claims_child != Some(open.has_child) {
                wrong.wrong_flag.set(open.ordinal);
            }
            if open.lacks_record && !open.has_child {
                wrong.empty.set(open.ordinal);
            }
        }
    }
}
