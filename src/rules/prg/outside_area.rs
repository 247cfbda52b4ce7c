//! PRG102: a member who lives outside of the five counties.

use crate::finding::{Fact, Findings, RuleId};
use crate::reference::County;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;
use crate::rules::tar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG102,
    title: "Five-county service area",
    about: "The Whole Child Model is that of Mariposa, Merced, Monterey, San Benito and Santa Cruz. A member whose county in the member roster is another is served by that county's CCS office or another plan. The member's county counts, never the provider's; a ZIP code alone does not place a member outside; emergencies are not affected.",
    snip: 7,
    requirements: &["R006"],
    effective_from: "2018-07-01",
    route: "county CCS office of residence or other plan",
    needs: &[Needs::Members],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "another county",
        "The member roster (row {0}) places the member outside of the five counties of the Whole Child Model.",
        "Check where the member lives; the CCS office of that county, or another plan, may be responsible.",
        Codes { entity: "IL", aaa: "78", ..Codes::claim("A3", "109", "109", "N418") },
    )],
    examples: &[
        professional(
            "a member of Fresno county",
            Expect::Warn,
            "@roster members 91234567A,2015-03-02,Fresno,medi-cal,,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a member of Merced county",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Merced,medi-cal,,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let Some(row) = subject.analysis.member.row.filter(|row| row.county == Some(County::Other)) else {
        return;
    };
    let emergency =
        !claim.lines().is_empty() && claim.lines().iter().all(|line| tar::emergency(claim, line).is_some());
    if emergency || !subject.applies(RuleId::PRG102, claim.earliest()) {
        return;
    }
    findings.draft(RuleId::PRG102, claim.own_place()).fact(Fact::Number(i64::from(row.row))).add();
}
