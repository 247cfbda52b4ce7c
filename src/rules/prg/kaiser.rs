//! PRG103: a member of Kaiser Permanente.

use crate::finding::{Fact, Findings, RuleId};
use crate::reference::rosters::{LineOfBusiness, MemberRow};
use crate::rules::LineView;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG103,
    title: "Kaiser members in Santa Cruz",
    about: "Since 2024 Kaiser Permanente runs the Whole Child Model for its own members in Santa Cruz county. Their claims, which the member roster's line of business tells, are not the plan's.",
    snip: 7,
    requirements: &["R111"],
    effective_from: "2024-01-01",
    route: "Kaiser Permanente",
    needs: &[Needs::Members],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "a member of Kaiser",
        "The member roster (row {0}) says that the member is with Kaiser Permanente on {1}.",
        "Send the claim to Kaiser Permanente.",
        Codes { aaa: "78", ..Codes::claim("A3", "116", "109", "N418") },
    )],
    examples: &[
        professional(
            "a member of Kaiser",
            Expect::Warn,
            "@roster members 91234567A,2015-03-02,Santa Cruz,kaiser,,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a member of the plan",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let kaiser = |row: &&MemberRow| row.line_of_business == Some(LineOfBusiness::Kaiser);
    let Some(row) = subject.analysis.member.row.filter(kaiser) else { return };
    let late = |view: &LineView| view.date.filter(|date| subject.applies(RuleId::PRG103, Some(*date)));
    let Some(date) = subject.analysis.lines.iter().find_map(late) else { return };
    findings
        .draft(RuleId::PRG103, subject.claim.own_place())
        .fact(Fact::Number(i64::from(row.row)))
        .fact(Fact::Date(date))
        .add();
}
