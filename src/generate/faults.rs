//! What is made wrong with a claim that must be rejected: one thing, for which one rule speaks.

use crate::finding::RuleId;

use super::calendar::Day;
use super::catalog::{
    CARVED_OUT, CHRONIC, ECHOCARDIOGRAM, EMERGENCY_VISITS, NO_DIAGNOSES, NO_NUMBERS, VISITS,
};
use super::claim::{Claim, Line, Missing, Number, Pointers};
use super::random::Random;

/// The rules for which a professional claim can be spoilt.
pub(super) const FAULTS: [RuleId; 8] = [
    RuleId::TAR101,
    RuleId::TAR102,
    RuleId::CCS101,
    RuleId::FFS101,
    RuleId::CLM104,
    RuleId::CLM105,
    RuleId::SEG104,
    RuleId::SEG102,
];

/// Spoils a clean claim, for the rule that is wanted or one that fits, and says which rule must reject it.
pub(super) fn spoil(claim: &mut Claim, random: &mut Random, wanted: Option<RuleId>) -> RuleId {
    let rule = match wanted {
        Some(rule) => {
            make_room(claim, random, rule);
            rule
        }
        None => draw(claim, random),
    };
    match rule {
        RuleId::TAR101 => claim.number = Number::None,
        RuleId::TAR102 => claim.no_number = Some(random.word(&NO_NUMBERS)),
        RuleId::CCS101 => not_treated(claim, random),
        RuleId::FFS101 => carved_out(claim, random),
        RuleId::CLM104 => {
            claim.diagnose(random.word(&NO_DIAGNOSES));
        }
        RuleId::CLM105 => {
            let past = claim.diagnoses.len() + 1 + random.below(3) as usize;
            if let Some(line) = claim.lines.last_mut() {
                line.pointers.add(past);
            }
        }
        RuleId::SEG104 => {
            claim.missing = if random.percent(50) { Missing::Diagnoses } else { Missing::ServiceDate };
        }
        _ => claim.stray = true,
    }
    rule
}

/// The fault of a claim by the usual mix.
fn draw(claim: &Claim, random: &mut Random) -> RuleId {
    let numbered = claim.number != Number::None && claim.treats_ccs;
    if numbered && random.percent(85) {
        // without a number a drug line would be TAR134's, so such claims keep one, a bad one
        if claim.is_asked_by_tar101() && !claim.has_drug() && random.percent(65) {
            return RuleId::TAR101;
        }
        if claim.is_asked_by_tar101() {
            return RuleId::TAR102;
        }
    }
    match random.below(100) {
        0..30 => RuleId::CCS101,
        // in an emergency the plan pays the drug itself
        30..50 if claim.place != "23" => RuleId::FFS101,
        30..66 => RuleId::CLM104,
        66..80 => RuleId::CLM105,
        80..92 => RuleId::SEG104,
        _ => RuleId::SEG102,
    }
}

/// Makes a claim one that can have a fault for the rule.
fn make_room(claim: &mut Claim, random: &mut Random, rule: RuleId) {
    let is_asked = matches!(rule, RuleId::TAR101 | RuleId::TAR102);
    // in an emergency no number is needed, and the plan pays the drug itself
    if (is_asked || rule == RuleId::FFS101) && claim.place == "23" {
        leave_emergency(claim);
    }
    if !is_asked {
        return;
    }
    claim.lines.retain(|line| line.service.drug.is_none());
    if !claim.is_asked_by_tar101() {
        claim.treats_ccs = true;
        let condition = Pointers::to(claim.diagnose(random.word(&CHRONIC)));
        let day = claim.lines.last().map_or_else(Day::default, |line| line.day);
        claim.lines.push(Line::draw(random, &ECHOCARDIOGRAM, day, condition));
    }
    claim.number = Number::Header;
}

/// Makes a claim of an emergency department one of a hospital's clinic: neither its place nor its visits show an emergency.
fn leave_emergency(claim: &mut Claim) {
    claim.place = "22";
    claim.emergency = false;
    for line in &mut claim.lines {
        let level = EMERGENCY_VISITS.iter().position(|visit| visit.code == line.service.code);
        if let Some(visit) = level.and_then(|level| VISITS.get(level).or(VISITS.last())) {
            line.service = visit;
        }
    }
    // what an emergency excuses has its number elsewhere
    if claim.is_asked_by_tar101() {
        claim.number = Number::Header;
    }
}

/// A CCS diagnosis is listed, and no line points to it.
fn not_treated(claim: &mut Claim, random: &mut Random) {
    let from = random.below(CHRONIC.len() as u32) as usize;
    let turn = CHRONIC[from..].iter().chain(&CHRONIC[..from]);
    if let Some(code) = turn.into_iter().find(|code| !claim.diagnoses.contains(code)) {
        claim.diagnose(code);
    }
}

/// A line more, for a drug that is not the plan's to pay.
fn carved_out(claim: &mut Claim, random: &mut Random) {
    let (drug, reason) = random.pick(&CARVED_OUT);
    let pointers = Pointers::to(claim.diagnose(reason));
    if let Some(day) = claim.lines.last().map(|line| line.day) {
        claim.lines.push(Line::draw(random, drug, day, pointers));
    }
}
