//! A segment that looks for its place.

use std::cell::Cell;

use crate::finding::Code;
use crate::x12::{Segment, Separators};

use super::super::table::GroupRow;
use super::item::Input;

/// A segment that looks for its place, and its qualifier, read once.
pub(super) struct Probe<'a> {
    pub(super) segment: Segment<'a>,
    pub(super) id: u32,
    pub(super) separators: Separators,
    /// The element and component that `key` was read from.
    read: Cell<(u8, u8)>,
    key: Cell<Code>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(input: Input<'a>, at: u32) -> Probe<'a> {
        let segment = input.segments.segment(input.bytes, at);
        Probe {
            segment,
            id: segment.word(),
            separators: input.separators,
            read: Cell::new((0, 0)),
            key: Cell::new(Code::EMPTY),
        }
    }

    /// The first eight bytes of the qualifier that `group` asks for.
    pub(super) fn key(&self, group: &GroupRow) -> Code {
        let wanted = (group.element, group.component);
        if self.read.get() != wanted {
            self.read.set(wanted);
            let mut value = self.segment.element(group.element);
            if group.component > 0 {
                value = self.separators.component(value, group.component);
            }
            self.key.set(Code::new(value));
        }
        self.key.get()
    }
}
