//! COD: codes and numbers by their shape and by the lists at hand (SNIP 5). A wrong shape rejects; a code that a dated list does
//! not have warns. Diagnoses are CLM104's.

mod address;
mod dental;
mod facility;
mod identifier;
mod institutional;
mod own_lists;
mod procedure;
mod remittance;
mod review;
mod shape;

pub use shape::is_facility;

use crate::record::Cell;
use crate::x12::Unit;

use super::brief::{has_small_letters, input, institutional, professional, request, response};
use super::rule::{Codes, Outcome, Rule, Severity};

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[
    institutional::RULES,
    procedure::RULES,
    facility::RULES,
    identifier::RULES,
    address::RULES,
    remittance::RULES,
    review::RULES,
    own_lists::RULES,
    dental::RULES,
];

const BASE: Rule = Rule { snip: 5, ..Rule::BASE };

const CAPITALS: &str = "Send codes in capital letters.";

const fn reject(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    Outcome { when, severity: Severity::Reject, message, remedy, codes }
}

const fn warn(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    Outcome { when, severity: Severity::Warn, message, remedy, codes }
}

/// Another element of a cell's segment.
fn element(unit: &Unit, beside: Cell, element: u8) -> Cell {
    Cell::element(beside.segment, &unit.segment(beside.segment), element)
}

/// Another component of a cell's element.
fn component(unit: &Unit, beside: Cell, component: u8) -> Cell {
    let segment = unit.segment(beside.segment);
    Cell::component(beside.segment, &segment, beside.element, component, &unit.separators())
}
