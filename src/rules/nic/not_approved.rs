//! NIC103: neonatal intensive care at a facility without an approved NICU.

use crate::finding::{Fact, Findings, RuleId};
use crate::reference::rosters::{FacilityRow, NicuLevel};
use crate::rules::brief::{facility, institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC103,
    title: "Non-approved NICU: stabilize, transfer, transport",
    about: "A hospital without a CCS-approved NICU stabilises the child and transfers it. A stay with neonatal intensive care there for longer than nicu.stabilisation_days, counted from its admission, is for review: the facility roster says that the facility is not approved on the day of admission, or has no NICU, or does not list it. Where NIC102 rejects for the level, this is silent.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R057"],
    effective_from: "2018-07-01",
    route: "transfer; manual review",
    silent_if: &[RuleId::NIC102],
    needs: &[Needs::Facilities],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "no approved NICU",
            "The stay has {0} days of neonatal intensive care at facility NPI {1}, which has no CCS-approved NICU on {2} (facilities.csv row {3}).",
            "Review the stay against the CCS guidelines for stabilization, transfer and transport.",
            Codes { aaa: "83", ..Codes::claim("A8", "455", "B7", "N188") },
        ),
        outcome(
            Severity::Warn,
            "not in the roster",
            "The stay has {0} days of neonatal intensive care at facility NPI {1}, which is not in the facility roster.",
            "Check the NPI, and whether CCS approved the NICU.",
            Codes { aaa: "83", ..Codes::claim("A8", "455", "B7", "N188") },
        ),
    ],
    examples: &[
        institutional(
            "eighteen days at a hospital that is not approved",
            Expect::Warn,
            "@roster facilities 1000000772,,N,,,\n@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "three days there",
            Expect::Silent,
            "@roster facilities 1000000772,,N,,,\n@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "an approved NICU",
            Expect::Silent,
            "@roster facilities 1000000772,regional,Y,,,\n@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(facilities) = &subject.reference.rosters.facilities else { return };
    let claim = subject.claim;
    if !super::has_nicu_line(claim) {
        return;
    }
    let Some(stay) = claim.facts.statement else { return };
    let Some(days) = claim.stay_days() else { return };
    let date = claim.facts.admission.unwrap_or(stay.from);
    if days <= subject.settings.stabilisation_days || !subject.applies(RuleId::NIC103, Some(date)) {
        return;
    }
    let Some((_, npi)) = facility(subject, 0) else { return };
    let rows = facilities.find(npi);
    let approved = |row: &&FacilityRow| {
        row.approved.contains(date)
            && row.ccs_approved != Some(false)
            && row.nicu_level.is_none_or(|level| level > NicuLevel::None)
    };
    let (outcome, row) = match rows.first() {
        None => (1, 0),
        Some(_) if rows.iter().any(|row| approved(&row)) => return,
        Some(row) => (0, row.row),
    };
    let shown = findings.keep(&npi.to_string());
    findings
        .draft(RuleId::NIC103, claim.own_place())
        .outcome(outcome)
        .fact(Fact::Number(i64::from(days)))
        .fact(shown)
        .fact(Fact::Date(date))
        .fact(Fact::Number(i64::from(row)))
        .add();
}
