//! PRG105: a CCS child without Medi-Cal.

use crate::finding::{Fact, Findings, RuleId};
use crate::reference::rosters::{LineOfBusiness, MemberRow};
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG105,
    title: "CCS State-only children",
    about: "Children who have CCS without Medi-Cal stay with their county's CCS program. The member roster's line of business tells them.",
    snip: 7,
    requirements: &["R113"],
    route: "county CCS office",
    needs: &[Needs::Members],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "CCS without Medi-Cal",
        "The member roster (row {0}) says that the member has CCS without Medi-Cal.",
        "Send the claim to the county CCS office.",
        Codes::claim("A3", "116", "109", "N418"),
    )],
    examples: &[
        professional(
            "CCS State-only",
            Expect::Warn,
            "@roster members 91234567A,2015-03-02,Santa Cruz,ccs-state-only,,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "Medi-Cal",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let state_only = |row: &&MemberRow| row.line_of_business == Some(LineOfBusiness::CcsStateOnly);
    let Some(row) = subject.analysis.member.row.filter(state_only) else { return };
    findings.draft(RuleId::PRG105, subject.claim.own_place()).fact(Fact::Number(i64::from(row.row))).add();
}
