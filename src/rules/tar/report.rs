//! How findings about cited numbers are put: a cause that lies in the header's number is one finding with its lines, a
//! cause in the line is a finding a line.
//!
//! Outcomes come in pairs: an even one where the line needs the number, the odd one after it (a warning) where a line cites
//! a number of its own without need.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::{ClaimKind, ServiceLine};
use crate::rules::subject::Subject;

use super::Assessment;

/// Something wrong with a cited number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Wrong {
    /// The even outcome.
    pub(super) outcome: u8,
    /// Facts for the message.
    pub(super) facts: [Fact; 2],
}

/// Lines with their answers, where a wrong number is a matter at all.
fn lines<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (&'a ServiceLine, &'a Assessment<'a>)> + use<'a> {
    let answers = subject.claim.lines().iter().zip(&subject.analysis.authorization);
    answers.filter(|(_, assessment)| assessment.number.is_some() && assessment.counts())
}

/// Reports causes that lie in the number itself: one finding for the header's number, one for each line's own.
pub(super) fn of_numbers(
    subject: &Subject<'_>,
    findings: &mut Findings,
    rule: RuleId,
    wrong: impl Fn(&ServiceLine, &Assessment<'_>) -> Option<Wrong>,
) {
    if !subject.analysis.cites {
        return;
    }
    let in_header = |assessment: &Assessment<'_>| assessment.number.is_some_and(|number| number.in_header);
    let mut reported = 0u32;
    for (line, assessment) in lines(subject) {
        let Some(found) = wrong(line, assessment) else { continue };
        if !in_header(assessment) {
            put(
                subject,
                findings,
                rule,
                assessment,
                found,
                assessment.is_strong(),
                line.number,
                &mut std::iter::empty(),
            );
            continue;
        }
        let bit = 1u32.checked_shl(u32::from(found.outcome)).unwrap_or(0);
        if reported & bit != 0 {
            continue;
        }
        reported |= bit;
        let same = || {
            lines(subject).filter(|(line, assessment)| {
                in_header(assessment)
                    && wrong(line, assessment).is_some_and(|other| other.outcome == found.outcome)
            })
        };
        let strong = same().any(|(_, assessment)| assessment.is_strong());
        put(subject, findings, rule, assessment, found, strong, 0, &mut same().map(|(line, _)| line.number));
    }
}

/// Reports causes that lie in the line: a finding a line; on an institutional claim of an inpatient stay, one for the claim.
pub(super) fn of_lines(
    subject: &Subject<'_>,
    findings: &mut Findings,
    rule: RuleId,
    wrong: impl Fn(&ServiceLine, &Assessment<'_>) -> Option<Wrong>,
) {
    if !subject.analysis.cites {
        return;
    }
    if subject.claim.kind() == ClaimKind::Institutional && subject.claim.is_inpatient() {
        return of_numbers(subject, findings, rule, wrong);
    }
    for (line, assessment) in lines(subject) {
        if let Some(found) = wrong(line, assessment) {
            put(
                subject,
                findings,
                rule,
                assessment,
                found,
                assessment.is_strong(),
                line.number,
                &mut std::iter::empty(),
            );
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn put(
    subject: &Subject<'_>,
    findings: &mut Findings,
    rule: RuleId,
    assessment: &Assessment<'_>,
    wrong: Wrong,
    strong: bool,
    line: u32,
    lines: &mut dyn Iterator<Item = u32>,
) {
    let Some(number) = assessment.number else { return };
    let mut draft = findings
        .draft(rule, subject.claim.place(number.cell))
        .outcome(wrong.outcome + u8::from(!strong))
        .line(line)
        .lines(lines)
        .found(subject.input(number.cell));
    for fact in wrong.facts {
        draft = draft.fact(fact);
    }
    draft.add();
}
