//! TAR132: equipment that is not usual for the diagnosis.

use super::emergency;
use crate::finding::{Fact, Findings, RuleId};
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity, Stage};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR132,
    title: "DME not usual for diagnosis",
    about: "Equipment needs an authorization when it is not normally provided for the diagnosis. equipment_diagnoses.csv says for which diagnoses an item is usual; an item that it does not list is not asked. A line that points to none of them, and has no number, is worth a look. Where TAR101 asks for a number already, this is silent.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R046"],
    effective_from: "2018-07-01",
    route: "TAR",
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "another diagnosis",
        "{found} on line {line} is not usual for diagnosis {0}, and there is no authorization number.",
        "Ask the plan for a TAR, or correct the diagnosis that the line points to.",
        Codes { aaa: "AF", ..Codes::claim("A8", "488", "197", "N569") },
    )],
    examples: &[
        professional(
            "an insulin pump for asthma",
            Expect::Warn,
            "@profile [rules]\n@profile TAR101 = \"off\"\nCLM*A1*80***12:B:1*Y*A*Y*Y\nHI*ABK:J4520\nLX*1\nSV1*HC:E0784*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "for diabetes",
            Expect::Silent,
            "CLM*A1*80***12:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:E0784*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "with a number",
            Expect::Silent,
            "CLM*A1*80***12:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:J4520\nLX*1\nSV1*HC:E0784*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let table = &subject.reference.policy.equipment_diagnoses;
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        if !matches!(line.procedure.byte(0), b'A' | b'B' | b'E' | b'K' | b'L' | b'T' | b'V')
            || assessment.number.is_some()
        {
            continue;
        }
        let asked = assessment
            .need
            .asked()
            .is_some_and(|ask| subject.settings.speaking.contains(ask.asker(subject.settings)));
        if asked || !subject.applies(RuleId::TAR132, view.date) {
            continue;
        }
        let Some(row) = table.find(line.procedure) else { continue };
        let mut pointed = claim.pointed(line).filter(|diagnosis| diagnosis.is_icd10());
        let Some(first) = pointed.next() else { continue };
        if row.is_usual_for(first.code)
            || pointed.any(|other| row.is_usual_for(other.code))
            || emergency(claim, line).is_some()
        {
            continue;
        }
        at_line(subject, findings, RuleId::TAR132, line, line.procedure_cell)
            .found(input(line.procedure_cell))
            .fact(Fact::Code(first.code))
            .rests_on(&row.provenance)
            .add();
    }
}
