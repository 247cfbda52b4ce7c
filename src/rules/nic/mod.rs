//! NIC: newborns: neonatal intensive care, and the follow-up of high-risk infants.

mod above_level;
mod age_at_admission;
mod birth_weight;
mod county_case;
mod follow_up_age;
mod follow_up_number;
mod highest_level;
mod medical_eligibility;
mod not_approved;
mod stay_number;

use crate::finding::{Date, Money};
use crate::record::{Claim, ClaimKind, ServiceLine, loops};
use crate::reference::rosters::{FacilityRow, NicuLevel};
use crate::reference::{Npi, Reference, ServiceKind, ServiceKindRow};

use super::brief::{FACILITY, RENDERING};
use super::rule::Rule;
use super::subject::is_nicu_revenue;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[
    stay_number::RULE,
    above_level::RULE,
    not_approved::RULE,
    medical_eligibility::RULE,
    follow_up_number::RULE,
    follow_up_age::RULE,
    age_at_admission::RULE,
    birth_weight::RULE,
    highest_level::RULE,
    county_case::RULE,
]];

/// Whether an institutional claim has neonatal intensive care.
fn has_nicu_line(claim: &Claim<'_>) -> bool {
    claim.kind() == ClaimKind::Institutional && claim.lines().iter().any(|line| is_nicu_revenue(line.revenue))
}

/// A very low birth weight, in grams.
const VERY_LOW_WEIGHT: i64 = 1500;

/// The birth weight in grams: value code 54.
fn birth_weight(claim: &Claim<'_>) -> Option<i64> {
    let separators = claim.unit.separators();
    let mut weights =
        claim.pieces(loops::HI).filter(|piece| piece.loop_id == loops::L2300).filter_map(|piece| {
            let hi = piece.read(claim.unit);
            let is_weight = |element: &u8| {
                hi.component(*element, 1, &separators) == b"BE"
                    && hi.component(*element, 2, &separators) == b"54"
            };
            let element = (1..=hi.elements()).find(is_weight)?;
            Money::parse(hi.component(element, 5, &separators))
        });
    weights.next().map(|grams| grams.units() / Money::from_cents(100).units())
}

/// The highest level of neonatal intensive care that a facility has on a date, where its rows say one.
fn level_on(rows: &[FacilityRow], date: Date) -> Option<(NicuLevel, &FacilityRow)> {
    let on = rows.iter().filter(|row| row.approved.contains(date));
    on.filter_map(|row| Some((row.nicu_level?, row))).max_by_key(|(level, _)| *level)
}

/// The row by which a line is high-risk infant follow-up: a service of that kind, at a facility or by a provider that the
/// facility roster lists with the programme on the date.
pub(super) fn follow_up<'r>(
    claim: &Claim<'_>,
    line: &ServiceLine,
    date: Date,
    reference: &'r Reference,
) -> Option<&'r ServiceKindRow> {
    let facilities = reference.rosters.facilities.as_ref()?;
    let row = reference.policy.service_kinds.find(line.procedure, ServiceKind::Hrif, date)?;
    let has_programme = |npi: &Npi| {
        facilities.find(*npi).iter().any(|row| row.hrif == Some(true) && row.approved.contains(date))
    };
    let named = |role| claim.provider(role, line.number).map(|provider| provider.npi);
    let cells = [named(FACILITY), named(RENDERING), Some(claim.context.billing.npi)].into_iter().flatten();
    cells.filter_map(|cell| Npi::parse(claim.text(cell))).any(|npi| has_programme(&npi)).then_some(row)
}
