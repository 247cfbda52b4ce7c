//! What is made wrong with an institutional claim that must be rejected: one thing, for which one rule speaks.

use crate::finding::RuleId;

use super::bills::{Bill, Care};
use super::catalog::{NO_DIAGNOSES, NO_NUMBERS};
use super::hospital_catalog::CARVED_OUT;
use super::random::Random;

/// The rules for which an institutional claim can be spoilt.
pub(super) const FAULTS: [RuleId; 11] = [
    RuleId::TAR101,
    RuleId::TAR102,
    RuleId::TAR134,
    RuleId::NIC101,
    RuleId::FFS101,
    RuleId::CLM104,
    RuleId::BAL101,
    RuleId::SIT104,
    RuleId::SIT119,
    RuleId::SEG104,
    RuleId::SEG102,
];

/// Spoils a clean claim, for the rule that is wanted or one that fits, and says which rule must reject it.
pub(super) fn spoil(bill: &mut Bill, random: &mut Random, wanted: Option<RuleId>) -> RuleId {
    let rule = wanted.unwrap_or_else(|| draw(bill, random));
    match rule {
        RuleId::TAR101 | RuleId::TAR134 | RuleId::NIC101 => bill.is_authorized = false,
        RuleId::TAR102 => bill.no_number = Some(random.word(&NO_NUMBERS)),
        RuleId::FFS101 => {
            let (drug, reason) = &CARVED_OUT[random.below(CARVED_OUT.len() as u32) as usize];
            bill.diagnose(reason);
            bill.charge(random, drug, None);
        }
        RuleId::CLM104 => bill.diagnose(random.word(&NO_DIAGNOSES)),
        _ => {}
    }
    bill.fault = Some(rule);
    rule
}

fn draw(bill: &Bill, random: &mut Random) -> RuleId {
    if bill.is_authorized && random.percent(70) {
        return match bill.care {
            _ if random.percent(25) => RuleId::TAR102,
            Care::Infusion => RuleId::TAR134,
            Care::Intensive => RuleId::NIC101,
            _ => RuleId::TAR101,
        };
    }
    match random.below(100) {
        0..25 if bill.care == Care::Clinic => RuleId::FFS101,
        0..25 if bill.care.is_stay() => RuleId::SIT104,
        0..45 => RuleId::CLM104,
        45..60 => RuleId::BAL101,
        60..72 => RuleId::SIT119,
        72..90 => RuleId::SEG104,
        _ => RuleId::SEG102,
    }
}
