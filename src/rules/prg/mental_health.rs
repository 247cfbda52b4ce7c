//! PRG110: specialty mental health services.

use crate::finding::{Code, Fact, Findings, RuleId};
use crate::reference::ServiceKind;
use crate::reference::rosters::Program;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG110,
    title: "Specialty mental health",
    about: "Specialty mental health services are the county mental health plan's. service_kinds.csv says which services those are, provider_programs.csv which providers. Therapy and counselling that the plan's own behavioral health benefit covers are not among them.",
    snip: 7,
    requirements: &["R130"],
    route: "county mental health plan",
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "such a service",
            "{found} on line {line} is a specialty mental health service, which the county mental health plan pays.",
            "Bill the county mental health plan.",
            Codes::claim("A3", "116", "109", ""),
        ),
        outcome(
            Severity::Warn,
            "such a provider",
            "{found} on line {line} is by a provider of that program, as provider_programs.csv (row {0}) says.",
            "Bill the county mental health plan.",
            Codes::claim("A3", "116", "109", ""),
        ),
    ],
    examples: &[
        professional(
            "crisis intervention",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:F332\nLX*1\nSV1*HC:H2011*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "psychotherapy",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:F332\nLX*1\nSV1*HC:90834*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let programs = subject.reference.rosters.programs.as_ref();
    if programs.is_none() && !subject.analysis.kinds.contains(ServiceKind::SpecialtyMentalHealth) {
        return;
    }
    for (line, view) in subject.lines() {
        let Some(date) = view.date else { continue };
        let kind = |code: Code| {
            subject.reference.policy.service_kinds.find(code, ServiceKind::SpecialtyMentalHealth, date)
        };
        let found = kind(line.procedure).map(|row| (row, line.procedure_cell));
        if let Some((row, cell)) = found.or_else(|| kind(line.revenue).map(|row| (row, line.revenue_cell))) {
            at_line(subject, findings, RuleId::PRG110, line, cell)
                .found(input(cell))
                .rests_on(&row.provenance)
                .add();
        } else if let Some(row) = programs.and_then(|programs| {
            super::program_row(subject, programs, line.number, Program::SpecialtyMentalHealth, date)
        }) {
            let cell = if line.procedure_cell.is_empty() { line.revenue_cell } else { line.procedure_cell };
            at_line(subject, findings, RuleId::PRG110, line, cell)
                .outcome(1)
                .found(input(cell))
                .fact(Fact::Number(i64::from(row.row)))
                .add();
        }
    }
}
