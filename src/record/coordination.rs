//! What other payers covered, paid and adjusted (2320, 2330B, 2430).

use crate::finding::{Code, Money};
use crate::x12::Segment;

use super::{Cell, Claim, ClaimFacts, loops};

/// Another payer's coverage (2320).
#[derive(Clone, Copy, Debug, Default)]
pub struct OtherPayer {
    /// SBR01: P primary, S secondary …
    pub order: u8,
    /// SBR09, the kind of coverage.
    pub filing: Code,
    /// What it paid (AMT*D).
    pub paid: Option<Money>,
    /// Where that stands.
    pub paid_cell: Cell,
    /// What the patient still owes by it (AMT*EAF).
    pub liability: Option<Money>,
    /// Where that stands.
    pub liability_cell: Cell,
    /// SBR01.
    pub sbr: Cell,
    /// What it adjusted on the claim as a whole: the amounts of its CAS segments.
    pub adjusted: Money,
    /// Of those amounts, the patient's part (group PR).
    pub patient_part: Money,
    /// Whether there is such a CAS.
    pub has_adjustments: bool,
    /// Its id (2330B NM109).
    pub payer_id: Cell,
    /// Whether it says when it adjudicated (2330B DTP*573).
    pub is_dated: bool,
}

/// What another payer made of a service line (2430).
#[derive(Clone, Copy, Debug, Default)]
pub struct Adjudication {
    /// The line, from 1.
    pub line: u32,
    /// SVD01, which payer.
    pub payer_id: Cell,
    /// SVD02, what it paid.
    pub paid: Money,
    /// Where that stands.
    pub paid_cell: Cell,
    /// SVD06, the line into which this one was bundled; empty where it was not.
    pub bundled_into: Cell,
    /// The amounts of its CAS segments.
    pub adjusted: Money,
    /// Of those amounts, the patient's part (group PR).
    pub patient_part: Money,
    /// Whether it says when (DTP*573).
    pub is_dated: bool,
}

/// The amounts of a CAS: up to six.
pub fn adjusted(cas: &Segment<'_>) -> Money {
    [3, 6, 9, 12, 15, 18].into_iter().filter_map(|element| Money::parse(cas.element(element))).sum()
}

impl<'a> Claim<'a> {
    /// What another payer made of the lines, by its id: nothing where it has none.
    pub fn adjudications_of(&self, payer: &OtherPayer) -> impl Iterator<Item = &'a Adjudication> + use<'a> {
        let (id, unit) = (self.text(payer.payer_id), self.unit);
        self.facts.adjudications.iter().filter(move |one| !id.is_empty() && one.payer_id.text(unit) == id)
    }

    /// How many of the claim's other payers have an id: where several have that of a line adjudication, nobody can tell whose
    /// it is, and where none has, it is nobody's.
    pub fn payers_with_id(&self, id: Cell) -> usize {
        let id = self.text(id);
        self.facts.payers.iter().filter(|payer| self.text(payer.payer_id) == id).count()
    }

    /// Whether a line adjudication is of a payer that the claim does not name: it may be any payer's.
    pub fn has_stray_adjudication(&self) -> bool {
        self.facts.adjudications.iter().any(|one| self.payers_with_id(one.payer_id) == 0)
    }
}

impl ClaimFacts {
    /// Takes in a segment of 2320 or 2330B.
    pub(super) fn payer_segment(&mut self, at: u32, segment: &Segment<'_>) {
        if segment.code() == loops::SBR {
            self.payers.push(OtherPayer {
                order: segment.element(1).first().copied().unwrap_or(0),
                filing: Code::upper(segment.element(9)),
                sbr: Cell::element(at, segment, 1),
                ..OtherPayer::default()
            });
        }
        let Some(payer) = self.payers.last_mut() else { return };
        match (segment.code(), segment.element(1)) {
            (loops::AMT, b"D") => {
                payer.paid = Money::parse(segment.element(2));
                payer.paid_cell = Cell::element(at, segment, 2);
            }
            (loops::AMT, b"EAF") => {
                payer.liability = Money::parse(segment.element(2));
                payer.liability_cell = Cell::element(at, segment, 2);
            }
            (loops::CAS, group) => {
                let amount = adjusted(segment);
                payer.has_adjustments = true;
                payer.adjusted = payer.adjusted + amount;
                if group == b"PR" {
                    payer.patient_part = payer.patient_part + amount;
                }
            }
            (loops::NM1, b"PR") => payer.payer_id = Cell::element(at, segment, 9),
            (loops::DTP, b"573") => payer.is_dated = true,
            _ => {}
        }
    }

    /// Takes in a segment of 2430.
    pub(super) fn adjudication_segment(&mut self, at: u32, segment: &Segment<'_>) {
        if segment.code() == loops::SVD {
            self.adjudications.push(Adjudication {
                line: self.lines.len() as u32,
                payer_id: Cell::element(at, segment, 1),
                paid: Money::parse(segment.element(2)).unwrap_or_default(),
                paid_cell: Cell::element(at, segment, 2),
                bundled_into: Cell::element(at, segment, 6),
                ..Adjudication::default()
            });
        }
        let Some(adjudication) = self.adjudications.last_mut() else { return };
        match (segment.code(), segment.element(1)) {
            (loops::CAS, group) => {
                let amount = adjusted(segment);
                adjudication.adjusted = adjudication.adjusted + amount;
                if group == b"PR" {
                    adjudication.patient_part = adjudication.patient_part + amount;
                }
            }
            (loops::DTP, b"573") => adjudication.is_dated = true,
            _ => {}
        }
    }
}
