//! PRG: which program pays.

mod before_start;
mod dental;
mod kaiser;
mod line_of_business;
mod member_id_form;
mod mental_health;
mod narcotic_treatment;
mod not_enrolled;
mod other_coverage;
mod other_payer;
mod outside_area;
mod pharmacy;
mod state_only;
mod therapy_unit;

use crate::finding::Date;
use crate::reference::Npi;
use crate::reference::rosters::{Program, ProgramRow, Programs};

use super::brief::rendering;
use super::rule::Rule;
use super::subject::Subject;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[
    before_start::RULE,
    outside_area::RULE,
    kaiser::RULE,
    line_of_business::RULE,
    state_only::RULE,
    not_enrolled::RULE,
    member_id_form::RULE,
    dental::RULE,
    therapy_unit::RULE,
    mental_health::RULE,
    narcotic_treatment::RULE,
    other_coverage::RULE,
    pharmacy::RULE,
    other_payer::RULE,
]];

/// The row by which the billing provider of a claim, or who renders the line, takes part in a program on a date.
fn program_row<'r>(
    subject: &Subject<'_>,
    programs: &'r Programs,
    line: u32,
    program: Program,
    date: Date,
) -> Option<&'r ProgramRow> {
    let billing = Npi::parse(subject.claim.text(subject.claim.context.billing.npi));
    let renders = rendering(subject, line).map(|(_, npi)| npi);
    [renders, billing].into_iter().flatten().find_map(|npi| programs.find(npi, program, date))
}

/// Whether one of them does.
fn takes_part(subject: &Subject<'_>, programs: &Programs, line: u32, program: Program, date: Date) -> bool {
    program_row(subject, programs, line, program, date).is_some()
}
