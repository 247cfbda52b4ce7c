//! What is made wrong with a dental claim that must be rejected: one thing, for which one rule speaks.

use crate::finding::RuleId;

use super::catalog::{CHRONIC, NO_DIAGNOSES, NO_NUMBERS};
use super::claim::Pointers;
use super::dental::DentalClaim;
use super::dental_catalog::{CARE, DECAY};
use super::random::Random;

/// The rules for which a dental claim can be spoilt.
pub(super) const FAULTS: [RuleId; 8] = [
    RuleId::TAR101,
    RuleId::TAR102,
    RuleId::CCS101,
    RuleId::CLM104,
    RuleId::CLM105,
    RuleId::BAL101,
    RuleId::SEG104,
    RuleId::SEG102,
];

/// Spoils a clean claim, for the rule that is wanted or one that fits, and says which rule must reject it.
pub(super) fn spoil(claim: &mut DentalClaim, random: &mut Random, wanted: Option<RuleId>) -> RuleId {
    let rule = wanted.unwrap_or_else(|| draw(claim, random));
    let is_asked = matches!(rule, RuleId::TAR101 | RuleId::TAR102);
    if is_asked && !claim.is_authorized {
        claim.straighten(random);
    }
    match rule {
        RuleId::TAR101 => claim.is_authorized = false,
        RuleId::TAR102 => claim.no_number = Some(random.word(&NO_NUMBERS)),
        RuleId::CCS101 => not_treated(claim, random),
        RuleId::CLM104 => {
            claim.diagnose(random.word(&NO_DIAGNOSES));
        }
        RuleId::CLM105 => {
            claim.diagnose(random.word(&DECAY));
            let past = claim.diagnoses.len() + 1;
            if let Some(line) = claim.lines.last_mut() {
                line.pointers.add(past);
            }
        }
        _ => {}
    }
    claim.fault = Some(rule);
    rule
}

fn draw(claim: &DentalClaim, random: &mut Random) -> RuleId {
    if claim.is_authorized && random.percent(70) {
        return if random.percent(65) { RuleId::TAR101 } else { RuleId::TAR102 };
    }
    match random.below(100) {
        0..30 => RuleId::CCS101,
        30..46 => RuleId::CLM104,
        46..62 => RuleId::CLM105,
        62..74 => RuleId::BAL101,
        74..90 => RuleId::SEG104,
        _ => RuleId::SEG102,
    }
}

/// A CCS diagnosis is listed, and the lines point to another one only.
fn not_treated(claim: &mut DentalClaim, random: &mut Random) {
    let decay = Pointers::to(claim.diagnose(random.word(&DECAY)));
    if claim.lines.iter().all(|line| line.pointers.list().is_empty()) {
        claim.treat(random, &CARE[0], decay);
    }
    let from = random.below(CHRONIC.len() as u32) as usize;
    let turn = CHRONIC[from..].iter().chain(&CHRONIC[..from]);
    if let Some(code) = turn.into_iter().find(|code| !claim.diagnoses.contains(code)) {
        claim.diagnose(code);
    }
}
