//! PRG109: therapy of a county's medical therapy unit.

use crate::finding::{Code, Findings, RuleId};
use crate::record::ServiceLine;
use crate::reference::CodeRange;
use crate::reference::rosters::Program;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG109,
    title: "Medical Therapy Program",
    about: "Physical and occupational therapy that a county's medical therapy unit gives is the county's own program. provider_programs.csv says which providers those are; who renders the line counts, and the billing provider.",
    snip: 7,
    requirements: &["R129"],
    route: "county MTP",
    needs: &[Needs::Programs],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "a medical therapy unit",
        "{found} on line {line} is therapy by a county medical therapy unit.",
        "Bill the county's Medical Therapy Program.",
        Codes::claim("A3", "116", "109", "N418"),
    )],
    examples: &[
        professional(
            "therapy of a unit",
            Expect::Warn,
            "@roster provider_programs 1000000772,mtu,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:G809\nLX*1\nSV1*HC:97530:GO*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a visit there",
            Expect::Silent,
            "@roster provider_programs 1000000772,mtu,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

/// Physical or occupational therapy.
fn is_therapy(line: &ServiceLine) -> bool {
    let evaluation = CodeRange::new(Code::new(b"97161"), Code::new(b"97168"));
    [b"GP", b"GO"].iter().any(|modifier| line.modifiers.contains(&Code::new(*modifier)))
        || evaluation.is_some_and(|range| range.contains(line.procedure))
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(programs) = &subject.reference.rosters.programs else { return };
    for (line, view) in subject.lines().filter(|(line, _)| is_therapy(line)) {
        let Some(date) = view.date else { continue };
        if super::takes_part(subject, programs, line.number, Program::MedicalTherapyUnit, date) {
            at_line(subject, findings, RuleId::PRG109, line, line.procedure_cell)
                .found(input(line.procedure_cell))
                .add();
        }
    }
}
