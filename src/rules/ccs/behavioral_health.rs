//! CCS109: behavioral health under CCS without a CCS condition.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::{ClaimKind, Diagnosis};
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS109,
    title: "Behavioral health linked to CCS condition",
    about: "Behavioral health is a CCS service when it is related to a CCS condition. A line that is marked as CCS (see CCS106) and treats a mental or behavioral disorder (F01 to F99), on a claim without a CCS condition and for a member whose roster lists none, is ordinary Medi-Cal: it is to be reclassified, not denied.",
    snip: 7,
    requirements: &["R062"],
    effective_from: "2018-07-01",
    route: "process as Medi-Cal BH / county mental health plan",
    needs: &[Needs::CcsMark],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no CCS condition",
        "{found} on line {line} is behavioral health marked as CCS by {0}, and neither the claim nor the member roster has a CCS condition.",
        "Process it as behavioral health of Medi-Cal; specialty services are the county mental health plan's.",
        Codes::claim("A8", "488", "11", "M76"),
    )],
    examples: &[
        professional(
            "depression under a county authorization",
            Expect::Warn,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:F329\nLX*1\nSV1*HC:90834*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "depression with diabetes on the claim",
            Expect::Silent,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:F329*ABF:E109\nLX*1\nSV1*HC:90834*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a number that is not CCS",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:F329\nLX*1\nSV1*HC:90834*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let behavioral = |diagnosis: &Diagnosis| super::is_behavioral(diagnosis.code);
    if !claim.facts.diagnoses.iter().any(behavioral) || super::has_condition(subject) {
        return;
    }
    let rosters = subject.reference.rosters.members.as_ref().zip(subject.analysis.member.row);
    if rosters.is_some_and(|(members, row)| !members.conditions(row).reveal().is_empty()) {
        return;
    }
    let mut once = claim.kind() == ClaimKind::Institutional;
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        let Some(mark) = super::mark(subject, view, assessment) else { continue };
        let first = super::treated_diagnoses(claim, line).next();
        if !first.is_some_and(behavioral) || !subject.applies(RuleId::CCS109, view.date) {
            continue;
        }
        let cell = if line.procedure_cell.is_empty() { line.revenue_cell } else { line.procedure_cell };
        at_line(subject, findings, RuleId::CCS109, line, cell)
            .found(input(cell))
            .fact(Fact::Text(mark))
            .add();
        if std::mem::take(&mut once) {
            return;
        }
    }
}
