//! CCS107: a CCS member of 21 or more.

use crate::finding::{Date, Fact, Findings, RuleId};
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS107,
    title: "CCS member under 21",
    about: "CCS serves members until their twenty-first birthday (profile key ccs.age_limit). Where the member roster still flags an older one as CCS, the claim is judged as ordinary Medi-Cal; this only says so.",
    snip: 7,
    requirements: &["R001"],
    effective_from: "2018-07-01",
    route: "re-run as non-CCS Medi-Cal",
    needs: &[Needs::Members],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Info,
        "21 or more",
        "The member is flagged as CCS (members.csv row {0}) and was {1} on {2}: the claim is judged as ordinary Medi-Cal.",
        "Nothing to do for the claim; the roster may need a correction.",
        Codes { entity: "QC", aaa: "95", ..Codes::claim("A3", "109", "272", "N129") },
    )],
    examples: &[
        professional(
            "the 21st birthday",
            Expect::Info,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,Y,,,2024-01-01,\n@birth 20050302\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "the day before",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,Y,,,2024-01-01,\n@birth 20050303\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let member = &subject.analysis.member;
    let Some(row) = member.row.filter(|row| row.ccs == Some(true)) else { return };
    let Some(birth) = member.birth else { return };
    let old = |date: &Date| {
        !date.is_younger(birth, subject.settings.age_limit) && subject.applies(RuleId::CCS107, Some(*date))
    };
    if let Some(date) = subject.analysis.lines.iter().filter_map(|view| view.date).find(old) {
        findings
            .draft(RuleId::CCS107, subject.claim.own_place())
            .fact(Fact::Number(i64::from(row.row)))
            .fact(Fact::Number(i64::from(date.age(birth))))
            .fact(Fact::Date(date))
            .add();
    }
}
