//! CCS104: a CCS authorization without a CCS diagnosis.

use crate::finding::{Findings, RuleId};
use crate::record::{Cell, DiagnosisUse};
use crate::reference::DiagnosisGroup;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS104,
    title: "CCS diagnosis present when CCS authorization used",
    about: "A county CCS authorization (SAR) that is honoured was given for a CCS condition. A claim that cites one and lists no diagnosis that is, or may be, a CCS condition lacks it. A diagnostic work-up, whose principal diagnosis is a symptom or an examination (diagnosis_groups.csv, work_up), has none yet.",
    snip: 7,
    requirements: &["R050"],
    effective_from: "2018-07-01",
    route: "add diagnosis",
    needs: &[Needs::Authorizations],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no CCS diagnosis",
        "County CCS authorization {found} is cited, and no diagnosis of the claim is a CCS condition.",
        "Add the diagnosis that was treated, or correct the number.",
        Codes { aaa: "AF", ..Codes::claim("A6", "255", "16", "M76") },
    )],
    examples: &[
        professional(
            "a cold",
            Expect::Warn,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:J069\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "diabetes",
            Expect::Silent,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a symptom",
            Expect::Silent,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:R509\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

/// The number of the county authorization that a claim without any CCS diagnosis cites.
pub(super) fn cited(subject: &Subject<'_>) -> Option<Cell> {
    let answers = subject.claim.lines().iter().zip(&subject.analysis.authorization);
    let sar = answers.filter(|(_, assessment)| super::is_county_s(subject, assessment));
    let cell = sar.filter_map(|(_, assessment)| assessment.number).map(|number| number.cell).next()?;
    (!super::has_condition(subject)).then_some(cell)
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let Some(cell) = cited(subject).filter(|_| subject.applies(RuleId::CCS104, claim.earliest())) else {
        return;
    };
    let groups = &subject.reference.policy.diagnosis_groups;
    let principal = claim.facts.diagnoses.iter().find(|diagnosis| diagnosis.usage == DiagnosisUse::Principal);
    if principal.is_some_and(|one| groups.contains(one.code, DiagnosisGroup::WorkUp)) {
        return;
    }
    findings.draft(RuleId::CCS104, claim.place(cell)).found(input(cell)).add();
}
