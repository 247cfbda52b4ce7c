//! PRG106: a member who is not enrolled on the date of service.

use crate::finding::{Date, Fact, Findings, RuleId};
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG106,
    title: "Member enrolled with the Alliance Medi-Cal",
    about: "The member roster knows the member, but for none of the days of a service. A member whom the roster does not know at all is not judged by it. A newborn on the mother's id, in the month of birth and the next, is the mother's matter; enrolment with a late start is to be checked, so this only warns.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R110"],
    route: "verify eligibility",
    needs: &[Needs::Members],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "not on this date",
        "The member roster has the member, but not on {0}.",
        "Check eligibility on the date of service.",
        Codes { entity: "IL", aaa: "75", ..Codes::claim("A3", "90", "26", "") },
    )],
    examples: &[
        professional(
            "a service after the last day",
            Expect::Warn,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,,,,2024-01-01,2026-03-01\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a service on the last day",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,,,,2024-01-01,2026-03-02\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(members) = &subject.reference.rosters.members else { return };
    let member = &subject.analysis.member;
    let rows = members.of(member.key);
    if rows.is_empty()
        || member.newborn
        || rows.iter().any(|row| member.is_newborn_of(row, subject.claim.earliest()))
    {
        return;
    }
    let enrolled = |date: &Date| rows.iter().any(|row| row.effective.contains(*date));
    let outside = subject.analysis.lines.iter().filter_map(|view| view.date).find(|date| !enrolled(date));
    if let Some(date) = outside {
        findings.draft(RuleId::PRG106, subject.claim.own_place()).fact(Fact::Date(date)).add();
    }
}
