//! What rules are asked about that look at segments as they stand: a level above claims, a claim, an authorization.

use crate::finding::{Code, Date, Draft, Fact, Findings, Place, RuleId};
use crate::record::{AuthorizationContext, Context, Piece, PieceIds};
use crate::reference::Reference;
use crate::x12::{Segment, Unit};

/// The segments of a level or record with what they are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// What holds them.
    pub unit: &'a Unit,
    /// The segments.
    pub pieces: &'a [Piece],
    /// Their ids.
    pub ids: PieceIds,
    /// The level's loop (2000A …); empty for a record.
    pub level: Code,
    /// Billing provider, subscriber and patient, for claims; the level's own included.
    pub context: &'a Context,
    /// Code sets.
    pub reference: &'a Reference,
    /// When the file was received.
    pub received: Date,
    /// Which side of a review it is of, and whose review; none for claims.
    pub review: Option<Review<'a>>,
}

/// What is known of the review (278) that a level or event belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// Whether it is a response.
    pub is_response: bool,
    /// Subscriber and dependent.
    pub of: &'a AuthorizationContext,
}

impl<'a> Scene<'a> {
    /// The segments with an id.
    pub fn of(&self, id: Code) -> impl Iterator<Item = (&'a Piece, Segment<'a>)> + use<'a> {
        let unit = self.unit;
        let pieces: &[Piece] = if self.ids.may_hold(id) { self.pieces } else { &[] };
        pieces.iter().filter(move |piece| piece.id == id).map(move |piece| (piece, piece.read(unit)))
    }

    /// The first segment with an id in a loop.
    pub fn first(&self, loop_id: Code, id: Code) -> Option<(&'a Piece, Segment<'a>)> {
        self.of(id).find(|(piece, _)| piece.loop_id == loop_id)
    }
}

/// Begins a finding at an element of a piece, with what stands there.
pub(super) fn at_piece<'f>(
    findings: &'f mut Findings,
    rule: RuleId,
    piece: &Piece,
    segment: &Segment<'_>,
    element: u8,
) -> Draft<'f> {
    let place: Place = piece.place().at_element(element);
    let span = segment.value_span(element);
    let found = if span.is_empty() { Fact::None } else { Fact::Input(span) };
    findings.draft(rule, place).line(piece.line).found(found)
}
