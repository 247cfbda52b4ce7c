//! CCS106: a line that is marked as CCS and treats no CCS condition.

use super::authorization_without;
use crate::finding::{Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::reference::DiagnosisGroup;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS106,
    title: "Member-flag vs condition mismatch",
    about: "A line is marked as CCS when it cites a county CCS authorization, or when the member roster flags the member as CCS and the line carries an authorization number. Such a line should point to a diagnosis that is, or may be, a CCS condition. Behavioral health (CCS109), a diagnostic work-up, and a status or cause (CCS110) are not asked here; nor is a claim without any such diagnosis under a county authorization (CCS104).",
    snip: 7,
    requirements: &["R003"],
    effective_from: "2018-07-01",
    route: "manual review",
    needs: &[Needs::CcsMark],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no CCS condition",
        "{found} on line {line} is marked as CCS by {0}, and points to no diagnosis that is a CCS condition.",
        "Check the diagnosis that the line points to, and whether the authorization belongs to it.",
        Codes { aaa: "AF", ..Codes::claim("A8", "488", "11", "M76") },
    )],
    examples: &[
        professional(
            "a flagged child with a cold, under a number",
            Expect::Warn,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,Y,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:J069\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "with diabetes",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,Y,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "without a number",
            Expect::Silent,
            "@roster members 91234567A,2015-03-02,Santa Cruz,medi-cal,Y,,,2024-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let without = authorization_without::cited(subject).is_some();
    let mut once = claim.kind() == ClaimKind::Institutional;
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        let Some(mark) = super::mark(subject, view, assessment) else { continue };
        if without && mark == super::COUNTY || !subject.applies(RuleId::CCS106, view.date) {
            continue;
        }
        let groups = &subject.reference.policy.diagnosis_groups;
        let mut asked = false;
        let excepted = super::treated_diagnoses(claim, line).any(|diagnosis| {
            asked = true;
            super::is_condition(subject, diagnosis)
                || super::is_behavioral(diagnosis.code)
                || super::is_status(subject, diagnosis)
                || groups.contains(diagnosis.code, DiagnosisGroup::WorkUp)
        });
        if excepted || !asked {
            continue;
        }
        let cell = if line.procedure_cell.is_empty() { line.revenue_cell } else { line.procedure_cell };
        at_line(subject, findings, RuleId::CCS106, line, cell)
            .found(input(cell))
            .fact(Fact::Text(mark))
            .add();
        if std::mem::take(&mut once) {
            return;
        }
    }
}
