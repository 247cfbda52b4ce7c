//! Where in a unit a finding points.

use super::Code;

/// A run of bytes in a unit's buffer: block-relative, so that it is small and nothing grows with the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to before `end`.
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// How many bytes.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Whether it holds no byte.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The bytes it names in `buffer`; empty if it does not fit.
    pub fn of(self, buffer: &[u8]) -> &[u8] {
        buffer.get(self.start as usize..self.end as usize).unwrap_or(&[])
    }
}

/// The place of a finding: a segment of a unit, and in it perhaps an element and a component.
///
/// Positions in the set and byte offsets in the file are worked out from it when the finding is
/// written; until then a place is unit-relative.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The segment's number in the unit; for a missing segment, the one before which it should have stood.
    pub segment: u32,
    /// The guide's loop, such as `2310B`; empty outside of any.
    pub loop_id: Code,
    /// The segment's id; for a missing segment, of the one that is missing.
    pub segment_id: Code,
    /// The element's number, 0 for the whole segment.
    pub element: u8,
    /// The component's number, 0 for the whole element.
    pub component: u8,
    /// Which repetition of the element, 0 for the first.
    pub repetition: u8,
    /// Whether `segment_id` is missing rather than there.
    pub missing: bool,
    /// The data element number of the element or component (`1035`; `C023` of a composite), as IK402 names it; empty where
    /// nobody said.
    pub data_element: Code,
}

impl Place {
    /// A whole segment.
    pub const fn segment(segment: u32, loop_id: Code, segment_id: Code) -> Place {
        Place {
            segment,
            loop_id,
            segment_id,
            element: 0,
            component: 0,
            repetition: 0,
            missing: false,
            data_element: Code::EMPTY,
        }
    }

    /// The same segment's element `element`.
    #[must_use]
    pub const fn at_element(mut self, element: u8) -> Place {
        self.element = element;
        self
    }

    /// The same element's component `component`.
    #[must_use]
    pub const fn at_component(mut self, component: u8) -> Place {
        self.component = component;
        self
    }

    /// The same place with the data element number of what stands there.
    #[must_use]
    pub const fn of_data_element(mut self, number: Code) -> Place {
        self.data_element = number;
        self
    }
}
