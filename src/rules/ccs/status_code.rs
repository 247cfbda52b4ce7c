//! CCS110: a status or cause that stands as a CCS diagnosis.

use crate::finding::{Findings, RuleId};
use crate::record::ClaimKind;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS110,
    title: "External cause/status code as CCS",
    about: "External causes, status codes and carrier traits are no conditions under treatment: ccs_conditions.csv excludes them (rows of letters V to Z, and those that it calls trait, carrier, history or status). A line that is marked as CCS (see CCS106) and points to such a code, and to no CCS condition, lacks the diagnosis itself.",
    snip: 7,
    requirements: &["R121"],
    silent_if: &[RuleId::CCS101],
    needs: &[Needs::CcsMark],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "an excluded code",
        "{found} ({0}) is no CCS condition, and line {line}, which is marked as CCS, points to no other.",
        "Point to the condition that was treated.",
        Codes::NONE,
    )],
    examples: &[
        professional(
            "a history of cancer",
            Expect::Warn,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:Z8571\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "with the condition",
            Expect::Silent,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:C9100*ABF:Z8571\nLX*1\nSV1*HC:97802*80*UN*1***1:2\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let mut once = claim.kind() == ClaimKind::Institutional;
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        if super::mark(subject, view, assessment).is_none() {
            continue;
        }
        if super::treated_diagnoses(claim, line).any(|diagnosis| super::is_condition(subject, diagnosis)) {
            continue;
        }
        let excluded =
            super::treated_diagnoses(claim, line).find(|diagnosis| super::is_status(subject, diagnosis));
        let Some((diagnosis, found)) =
            excluded.and_then(|one| Some((one, subject.analysis.found(claim, one)?)))
        else {
            continue;
        };
        let category = findings.keep(found.category);
        findings
            .draft(RuleId::CCS110, claim.place(diagnosis.cell))
            .line(line.number)
            .found(input(diagnosis.cell))
            .fact(category)
            .rests_on(found.provenance)
            .add();
        if std::mem::take(&mut once) {
            return;
        }
    }
}
