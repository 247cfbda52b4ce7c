//! CCS: diagnoses of CCS conditions.

mod authorization_without;
mod behavioral_health;
mod grown_up;
mod listed_not_treated;
mod marked_without;
mod other_condition;
mod potential_eligibility;
mod secondary_institutional;
mod status_code;
mod unrelated_line;

use crate::finding::Code;
use crate::record::{Claim, ClaimKind, Diagnosis, ServiceLine};
use crate::reference::{CcsStatus, Issuer};

use super::rule::Rule;
use super::subject::{LineView, Subject};
use super::tar::{self, Assessment};

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[
    listed_not_treated::RULE,
    secondary_institutional::RULE,
    unrelated_line::RULE,
    authorization_without::RULE,
    other_condition::RULE,
    marked_without::RULE,
    grown_up::RULE,
    potential_eligibility::RULE,
    behavioral_health::RULE,
    status_code::RULE,
]];

/// What marks a line as CCS: a county CCS authorization.
const COUNTY: &str = "a county CCS authorization";
/// What marks a line as CCS: the roster's flag, with a number.
const FLAG: &str = "the member roster, with an authorization number";

/// Whether a line cites a county authorization that is honoured.
fn is_county_s(subject: &Subject<'_>, assessment: &Assessment<'_>) -> bool {
    let honoured = |known: &crate::reference::Authorization| {
        known.issuer == Issuer::County && known.status.is_approved() && tar::counts(subject, known)
    };
    assessment.authorization().is_some_and(honoured)
}

/// What marks a line of a member under the age limit as CCS, if anything does.
fn mark(subject: &Subject<'_>, view: LineView, assessment: &Assessment<'_>) -> Option<&'static str> {
    let member = &subject.analysis.member;
    let young = view.date.is_some_and(|date| member.is_younger(subject.settings.age_limit, date));
    if !young || assessment.number.is_none_or(|number| number.fault.is_some()) {
        return None;
    }
    if is_county_s(subject, assessment) {
        return Some(COUNTY);
    }
    member.row_on(view.date).is_some_and(|row| row.ccs == Some(true)).then_some(FLAG)
}

/// The diagnoses that a line treats: those that it points to, or all reported ones of an institutional claim.
fn treated_diagnoses<'a>(claim: &'a Claim<'a>, line: &'a ServiceLine) -> impl Iterator<Item = &'a Diagnosis> {
    let all = claim.kind() == ClaimKind::Institutional;
    let reported = claim.facts.diagnoses.iter().filter(move |diagnosis| all && diagnosis.is_reported());
    reported.chain(claim.pointed(line))
}

/// Whether a diagnosis is a CCS condition, or may be one.
fn is_condition(subject: &Subject<'_>, diagnosis: &Diagnosis) -> bool {
    subject.analysis.found(subject.claim, diagnosis).is_some_and(|found| found.status != CcsStatus::Excluded)
}

/// Whether a diagnosis is a status, a trait or an external cause, which the table excludes.
fn is_status(subject: &Subject<'_>, diagnosis: &Diagnosis) -> bool {
    let found = subject.analysis.found(subject.claim, diagnosis);
    found.filter(|found| found.status == CcsStatus::Excluded).is_some_and(|found| {
        matches!(diagnosis.code.byte(0), b'V'..=b'Z')
            || ["trait", "carrier", "history", "status"].iter().any(|word| found.note.starts_with(word))
    })
}

/// Whether any principal or other diagnosis of the claim is a CCS condition, or may be one.
fn has_condition(subject: &Subject<'_>) -> bool {
    let mut reported = subject.claim.facts.diagnoses.iter().filter(|diagnosis| diagnosis.is_reported());
    reported.any(|diagnosis| is_condition(subject, diagnosis))
}

/// Mental and behavioral disorders: F01 to F99.
fn is_behavioral(code: Code) -> bool {
    code.byte(0) == b'F'
}
