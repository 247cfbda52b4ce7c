//! CCS108: a child who may be eligible for CCS.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::DiagnosisUse;
use crate::reference::CcsStatus;
use crate::reference::rosters::LineOfBusiness;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS108,
    title: "Alliance identifies potential CCS eligibility",
    about: "The plan finds children who may be eligible for CCS and refers them. A member under 21 whom the roster does not flag as CCS, with a CCS condition as the principal or first-listed diagnosis, is one: a task for the plan, never a fault of the claim. Members of another line of business than Medi-Cal are not the plan's to refer. Where the roster says that the member is not in CCS, no line is a CCS line, and this informs.",
    snip: 7,
    requirements: &["R011"],
    effective_from: "2018-07-01",
    route: "open CCS referral task; do not reject",
    needs: &[Needs::Members],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "nothing is said of CCS",
            "The principal diagnosis {found} ({0}) is a CCS condition, and the member roster (row {1}) says nothing of CCS.",
            "Open a CCS referral for the member, unless one was sent in the last 12 months.",
            Codes::NONE,
        ),
        outcome(
            Severity::Info,
            "the roster says no",
            "The principal diagnosis {found} ({0}) is a CCS condition, and the member roster (row {1}) says that the member is not in CCS.",
            "Open a CCS referral for the member, unless one was sent in the last 12 months.",
            Codes::NONE,
        ),
    ],
    examples: &[
        professional(
            "diabetes of a child without a flag",
            Expect::Warn,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "of a child who is not in CCS",
            Expect::Info,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,N,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "of a CCS child",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,Y,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let member = &subject.analysis.member;
    let Some(row) = member.row.filter(|row| row.ccs != Some(true)) else { return };
    let claim = subject.claim;
    // whom another plan or the county pays for is not the plan's to refer
    if row.line_of_business.is_some_and(|line| line != LineOfBusiness::MediCal) || !subject.is_young() {
        return;
    }
    let diagnoses = claim.facts.diagnoses.iter().zip(&subject.analysis.diagnoses);
    let mut principal = diagnoses.filter(|(diagnosis, _)| diagnosis.usage == DiagnosisUse::Principal);
    let Some((diagnosis, Some(found))) = principal.next() else { return };
    if found.status != CcsStatus::Always || !subject.applies(RuleId::CCS108, claim.earliest()) {
        return;
    }
    let category = findings.keep(found.category);
    findings
        .draft(RuleId::CCS108, claim.place(diagnosis.cell))
        .outcome(u8::from(row.ccs == Some(false)))
        .found(input(diagnosis.cell))
        .fact(category)
        .fact(Fact::Number(i64::from(row.row)))
        .rests_on(found.provenance)
        .add();
}
