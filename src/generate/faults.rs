//! What is made wrong with a claim that must be rejected: one thing, for which one rule speaks.

use crate::finding::RuleId;

use super::catalog::{CARVED_OUT, CHRONIC, NO_DIAGNOSES, NO_NUMBERS};
use super::claim::{Claim, Line, Missing, Number, Pointers};
use super::random::Random;

/// Spoils a clean claim and says which rule must reject it.
pub(super) fn spoil(claim: &mut Claim, random: &mut Random) -> RuleId {
    let numbered = claim.number != Number::None && claim.treats_ccs;
    if numbered && random.percent(85) {
        // without a number a drug line would be TAR134's, so such claims keep one, a bad one
        if claim.is_asked_by_tar101() && !claim.has_drug() && random.percent(65) {
            claim.number = Number::None;
            return RuleId::TAR101;
        }
        if claim.is_asked_by_tar101() {
            claim.no_number = Some(random.word(&NO_NUMBERS));
            return RuleId::TAR102;
        }
    }
    match random.below(100) {
        0..30 => not_treated(claim, random),
        // in an emergency the plan pays the drug itself
        30..50 if claim.place != "23" => carved_out(claim, random),
        30..66 => {
            claim.diagnose(random.word(&NO_DIAGNOSES));
            RuleId::CLM104
        }
        66..80 => {
            let past = claim.diagnoses.len() + 1 + random.below(3) as usize;
            if let Some(line) = claim.lines.last_mut() {
                line.pointers.add(past);
            }
            RuleId::CLM105
        }
        80..92 => {
            claim.missing = if random.percent(50) { Missing::Diagnoses } else { Missing::ServiceDate };
            RuleId::SEG104
        }
        _ => {
            claim.stray = true;
            RuleId::SEG102
        }
    }
}

/// A CCS diagnosis is listed, and no line points to it.
fn not_treated(claim: &mut Claim, random: &mut Random) -> RuleId {
    let from = random.below(CHRONIC.len() as u32) as usize;
    let turn = CHRONIC[from..].iter().chain(&CHRONIC[..from]);
    if let Some(code) = turn.into_iter().find(|code| !claim.diagnoses.contains(code)) {
        claim.diagnose(code);
    }
    RuleId::CCS101
}

/// A line more, for a drug that is not the plan's to pay.
fn carved_out(claim: &mut Claim, random: &mut Random) -> RuleId {
    let (drug, reason) = random.pick(&CARVED_OUT);
    let pointers = Pointers::to(claim.diagnose(reason));
    if let Some(day) = claim.lines.last().map(|line| line.day) {
        claim.lines.push(Line::draw(random, drug, day, pointers));
    }
    RuleId::FFS101
}
