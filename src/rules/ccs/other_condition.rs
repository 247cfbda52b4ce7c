//! CCS105: a CCS diagnosis that is not the member's.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::{ClaimKind, DiagnosisUse};
use crate::reference::CcsStatus;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS105,
    title: "CCS diagnosis matches member CCS conditions",
    about: "The member roster can list the conditions for which the county made the child eligible (ccs_conditions, beginnings of diagnoses). A CCS diagnosis that a line treats and that begins like none of them may be a new condition, for which a referral is due.",
    snip: 7,
    requirements: &["R051"],
    effective_from: "2018-07-01",
    route: "referral for new condition",
    needs: &[Needs::Members],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "not among the member's conditions",
        "CCS diagnosis {found} ({0}) is not among the conditions for which the member is in CCS (members.csv row {1}).",
        "If the condition is new, send a referral to the county CCS office; else correct the diagnosis.",
        Codes::claim("A8", "255", "11", "M76"),
    )],
    examples: &[
        professional(
            "diabetes of a child with cystic fibrosis",
            Expect::Warn,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,Y,E84,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "diabetes of a child with diabetes",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,Y,E84|E10,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let analysis = subject.analysis;
    let Some((members, row)) = subject.reference.rosters.members.as_ref().zip(analysis.member.row) else {
        return;
    };
    let conditions = members.conditions(row);
    let conditions = *conditions.reveal();
    if conditions.is_empty() || !analysis.lines.iter().any(|view| view.is_ccs) {
        return;
    }
    let claim = subject.claim;
    if !subject.applies(RuleId::CCS105, claim.earliest()) {
        return;
    }
    for (diagnosis, found) in claim.facts.diagnoses.iter().zip(&analysis.diagnoses) {
        let Some(found) = found.filter(|found| found.status == CcsStatus::Always) else { continue };
        let treated = match claim.kind() {
            ClaimKind::Institutional => diagnosis.usage == DiagnosisUse::Principal,
            _ => subject.lines().any(|(line, view)| {
                view.is_ccs && claim.pointed(line).any(|one| one.number == diagnosis.number)
            }),
        };
        if !treated || conditions.iter().any(|known| diagnosis.code.starts_with(*known)) {
            continue;
        }
        let category = findings.keep(found.category);
        findings
            .draft(RuleId::CCS105, claim.place(diagnosis.cell))
            .found(input(diagnosis.cell))
            .fact(category)
            .fact(Fact::Number(i64::from(row.row)))
            .rests_on(found.provenance)
            .add();
    }
}
