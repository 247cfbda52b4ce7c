//! CLM: what a claim of any kind says of itself.

pub(super) mod diagnosis_code;
mod number_on_original;
mod pointer;
mod present_on_admission;
mod replaced_claim;

use crate::finding::Code;
use crate::record::{Cell, Claim};

use super::rule::Rule;

/// REF*F8: the payer's own number for a claim.
pub(super) const F8: Code = Code::new(b"F8");

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[
    replaced_claim::RULE,
    number_on_original::RULE,
    present_on_admission::RULE,
    diagnosis_code::RULE,
    pointer::RULE,
]];

/// CLM05-3.
fn frequency_cell(claim: &Claim<'_>) -> Cell {
    Cell { element: 5, component: 3, segment: claim.facts.id.segment, ..Cell::default() }
}
