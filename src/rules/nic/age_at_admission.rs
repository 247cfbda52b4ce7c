//! NIC107: neonatal intensive care of a child who is no newborn.

use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::reference::ServiceKind;
use crate::rules::brief::{input, institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::is_nicu_revenue;
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC107,
    title: "Newborn age consistency for NICU",
    about: "Neonatal intensive care begins in the first 28 days: by the admission date on an institutional claim with NICU revenue codes, by the date of service of the neonatal critical-care codes (service_kinds.csv, neonatal_professional) on a professional one. A preterm child (P07), or one who comes from another hospital (admission source 4 or D), may be older, up to a year. A later claim of one stay (frequency 3 or 4) that does not name the admission is not asked.",
    snip: 7,
    requirements: &["R114"],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "older than 28 days",
        "The child was {0} days old on {1}, too old for neonatal intensive care ({found}).",
        "Check the birth date, the admission date and the codes.",
        Codes::claim("A8", "475", "6", "N129"),
    )],
    examples: &[
        institutional(
            "admitted on the 29th day",
            Expect::Warn,
            "@birth 20260201\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "admitted on the 28th",
            Expect::Silent,
            "@birth 20260202\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "born preterm",
            Expect::Silent,
            "@birth 20260101\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P0739:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
    ],
    ..Rule::BASE
};

const LAST_DAY: i32 = 28;
const YEAR: i32 = 365;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(birth) = subject.analysis.member.birth else { return };
    let claim = subject.claim;
    if claim.kind() != ClaimKind::Institutional {
        if !subject.analysis.kinds.contains(ServiceKind::NeonatalProfessional) {
            return;
        }
        for (line, view) in
            subject.lines().filter(|(_, view)| view.kinds.contains(ServiceKind::NeonatalProfessional))
        {
            let Some(date) = view.date else { continue };
            let days = date.days() - birth.days();
            if days > LAST_DAY {
                at_line(subject, findings, RuleId::NIC107, line, line.procedure_cell)
                    .found(input(line.procedure_cell))
                    .fact(Fact::Number(i64::from(days)))
                    .fact(Fact::Date(date))
                    .add();
            }
        }
        return;
    }
    let Some(line) = claim.lines().iter().find(|line| is_nicu_revenue(line.revenue)) else { return };
    let continued = matches!(claim.facts.frequency, b'3' | b'4');
    let begins = claim.facts.statement.map(|stay| stay.from).filter(|_| !continued);
    let Some(date) = claim.facts.admission.or(begins) else { return };
    let days = date.days() - birth.days();
    let [_, source, _] = claim.facts.admission_codes;
    let preterm = claim.facts.diagnoses.iter().any(|diagnosis| diagnosis.code.starts_with(Code::new(b"P07")));
    let limit = if preterm || matches!(source.byte(0), b'4' | b'D') { YEAR } else { LAST_DAY };
    if days > limit {
        findings
            .draft(RuleId::NIC107, claim.place(line.revenue_cell))
            .found(input(line.revenue_cell))
            .fact(Fact::Number(i64::from(days)))
            .fact(Fact::Date(date))
            .add();
    }
}
