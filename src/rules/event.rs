//! An authorization request or response with what rules must know of it.

use crate::finding::{Date, Place};
use crate::record::{AuthorizationContext, Cell, EventFacts, loops};
use crate::reference::Reference;
use crate::x12::Unit;

use super::Settings;

/// What a rule of authorizations is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// What holds it.
    pub unit: &'a Unit,
    /// What was read.
    pub facts: &'a EventFacts,
    /// Requester, subscriber and dependent.
    pub context: &'a AuthorizationContext,
    /// Whether it is a response.
    pub is_response: bool,
    /// The number of its HL segment in the unit.
    pub first: u32,
    /// When the set was created (BHT04).
    pub created: Option<Date>,
    /// Code sets, policy tables, rosters, known authorizations.
    pub reference: &'a Reference,
    /// The profile's keys.
    pub settings: &'a Settings,
}

impl<'a> Event<'a> {
    /// The bytes of a cell.
    pub fn text(&self, cell: Cell) -> &'a [u8] {
        cell.text(self.unit)
    }

    /// The place of the event as a whole: its HL.
    pub fn own_place(&self) -> Place {
        Place::segment(self.first, loops::L2000E, loops::HL)
    }

    /// The place of a cell of the event's own segments.
    pub fn place(&self, cell: Cell) -> Place {
        if cell.segment == 0 { self.own_place() } else { cell.place(self.unit, loops::L2000E) }
    }
}
