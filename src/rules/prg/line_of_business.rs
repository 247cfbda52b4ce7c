//! PRG104: a member of a line of business without CCS.

use crate::finding::{Fact, Findings, RuleId};
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG104,
    title: "Line of business is Medi-Cal",
    about: "Members of Alliance Care IHSS and of the dual-eligible plan (TotalCare) are not in the Whole Child Model: the member roster's line of business says so. No line of their claims is a CCS line; this rule only tells it.",
    snip: 7,
    requirements: &["R112"],
    needs: &[Needs::Members],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Info,
        "another line of business",
        "The member roster (row {0}) says line of business {1}: the CCS rules do not apply.",
        "Nothing to do.",
        Codes::NONE,
    )],
    examples: &[
        professional(
            "a member of IHSS",
            Expect::Info,
            "@roster members 91234567A,2015-03-02,Santa Cruz,ihss,,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a member of Medi-Cal",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(row) = subject.analysis.member.row else { return };
    let Some(line) = row.line_of_business.filter(|line| line.is_without_ccs()) else { return };
    findings
        .draft(RuleId::PRG104, subject.claim.own_place())
        .fact(Fact::Number(i64::from(row.row)))
        .fact(Fact::Text(line.word()))
        .add();
}
