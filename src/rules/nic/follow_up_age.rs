//! NIC106: high-risk infant follow-up of a child of three or more.

use crate::finding::{Fact, Findings, RuleId};
use crate::reference::ServiceKind;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC106,
    title: "HRIF age limit",
    about: "High-risk infant follow-up is for children under three. A follow-up service (service_kinds.csv, hrif) at a facility that the facility roster lists with the programme is for review from the third birthday on: the same tests are done for other reasons too, so that only a row of high confidence, as every row of the plan's own table is, rejects.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R117"],
    needs: &[Needs::Facilities],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "three or older",
            "{found} on line {line} is high-risk infant follow-up, and the child is {0} on {1}.",
            "Bill the service as what it is, or correct the birth date.",
            CODES,
        ),
        outcome(
            Severity::Warn,
            "three or older, and the table is not sure",
            "{found} on line {line} may be high-risk infant follow-up, and the child is {0} on {1}.",
            "Check which programme the service belongs to.",
            CODES,
        ),
    ],
    examples: &[
        professional(
            "a child of three",
            Expect::Warn,
            "@roster facilities 1000000772,,Y,,,Y\n@birth 20230302\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:P0739\nLX*1\nSV1*HC:96112*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "the day before the third birthday",
            Expect::Silent,
            "@roster facilities 1000000772,,Y,,,Y\n@birth 20230303\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:P0739\nLX*1\nSV1*HC:96112*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a facility without the programme",
            Expect::Silent,
            "@roster facilities 1000000772,,Y,,,N\n@birth 20230302\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:P0739\nLX*1\nSV1*HC:96112*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

const CODES: Codes = Codes::claim("A8", "475", "6", "N129");

/// Follow-up ends with the third birthday.
pub(super) const AGE_LIMIT: i32 = 3;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.reference.rosters.facilities.is_none() || !subject.analysis.kinds.contains(ServiceKind::Hrif) {
        return;
    }
    for (line, view) in subject.lines() {
        let Some((date, birth)) = view.date.zip(subject.analysis.member.birth) else { continue };
        let Some(row) = super::follow_up(subject.claim, line, date, subject.reference) else { continue };
        let age = date.age(birth);
        if age < AGE_LIMIT {
            continue;
        }
        at_line(subject, findings, RuleId::NIC106, line, line.procedure_cell)
            .outcome(u8::from(!row.provenance.is_high()))
            .found(input(line.procedure_cell))
            .fact(Fact::Number(i64::from(age)))
            .fact(Fact::Date(date))
            .rests_on(&row.provenance)
            .add();
    }
}
