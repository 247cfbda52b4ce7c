//! A value and where it stands.

use crate::finding::{Code, Place, Span};
use crate::x12::{Segment, Separators, Unit, end_of_part, value_length};

/// One element or component of a segment: small, without a lifetime, so that facts can be kept in arrays that are used
/// again for the next claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// The segment's number in the unit.
    pub segment: u32,
    /// The element, from 1.
    pub element: u8,
    /// The component, from 1; 0 for a whole element.
    pub component: u8,
    /// The bytes, without blanks at their end; empty where nothing stands.
    pub span: Span,
}

impl Cell {
    /// Element `element` of segment `at`.
    #[inline]
    pub fn element(at: u32, segment: &Segment<'_>, element: u8) -> Cell {
        Cell { segment: at, element, component: 0, span: segment.value_span(element) }
    }

    /// Element `element` of segment `at` with whatever blanks it has: what is sent back to who wrote it.
    pub fn as_written(at: u32, segment: &Segment<'_>, element: u8) -> Cell {
        Cell { segment: at, element, component: 0, span: segment.span(element) }
    }

    /// Component `component` of element `element` of segment `at`.
    pub fn component(
        at: u32,
        segment: &Segment<'_>,
        element: u8,
        component: u8,
        separators: &Separators,
    ) -> Cell {
        let span = segment.component_value_span(element, component, separators);
        Cell { segment: at, element, component, span }
    }

    /// The first `N` components of element `element` of segment `at`, in one pass.
    #[inline]
    pub fn components<const N: usize>(
        at: u32,
        segment: &Segment<'_>,
        element: u8,
        separators: &Separators,
    ) -> [Cell; N] {
        let whole = segment.span(element);
        let text = segment.element(element);
        let mut cells =
            [Cell { segment: at, element, component: 0, span: Span::new(whole.end, whole.end) }; N];
        let mut start = 0;
        for (cell, number) in cells.iter_mut().zip(1u8..) {
            cell.component = number;
            if start <= text.len() {
                let end = end_of_part(text, start, separators.component);
                let from = whole.start + start as u32;
                let length = value_length(text.get(start..end).unwrap_or_default());
                cell.span = Span::new(from, from + length as u32);
                start = end + 1;
            }
        }
        cells
    }

    /// Whether nothing stands there.
    pub const fn is_empty(&self) -> bool {
        self.span.is_empty()
    }

    /// The bytes.
    pub fn text<'a>(&self, unit: &'a Unit) -> &'a [u8] {
        unit.text(self.span)
    }

    /// The bytes as a packed code; empty when they are more than eight. What has a blank in front is none that any list has.
    #[inline]
    pub fn code(&self, unit: &Unit) -> Code {
        // most modifiers are not there
        if self.is_empty() { Code::EMPTY } else { self.filled_code(unit) }
    }

    fn filled_code(&self, unit: &Unit) -> Code {
        let text = self.text(unit);
        let has_blanks = text.last().is_some_and(u8::is_ascii_whitespace);
        Code::upper(if has_blanks { text.trim_ascii_end() } else { text })
    }

    /// The place to report, in loop `loop_id`.
    pub fn place(&self, unit: &Unit, loop_id: Code) -> Place {
        Place::segment(self.segment, loop_id, unit.segment(self.segment).code())
            .at_element(self.element)
            .at_component(self.component)
    }
}
