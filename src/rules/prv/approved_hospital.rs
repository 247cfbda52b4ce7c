//! PRV105: a CCS stay at a hospital that CCS did not approve.

use super::{Approval, approval};
use crate::finding::{Fact, Findings, RuleId};
use crate::rules::brief::{facility, input, institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;
use crate::rules::tar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRV105,
    title: "CCS-approved hospital for inpatient CCS stay",
    about: "An inpatient stay for a CCS condition is at a CCS-approved hospital, as the facility roster says on the day of admission; the service facility counts, else the billing provider. Emergencies are not asked.",
    snip: 7,
    requirements: &["R127"],
    needs: &[Needs::Facilities],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "not approved",
            "The stay treats a CCS condition, and facility NPI {0} is not CCS-approved on {1} (facilities.csv row {2}).",
            "Transfer the child to a CCS-approved hospital once stable; ask the plan.",
            CODES,
        ),
        outcome(
            Severity::Warn,
            "not in the roster",
            "The stay treats a CCS condition, and facility NPI {0} is not in the facility roster.",
            "Check the NPI, and whether CCS approved the hospital.",
            CODES,
        ),
    ],
    examples: &[
        institutional(
            "a hospital that is not approved",
            Expect::Warn,
            "@roster facilities 1000000772,none,N,,,\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*DT*202603021000\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E1010:::::::Y\nLX*1\nSV2*0120**900*DA*3",
        ),
        institutional(
            "an approved one",
            Expect::Silent,
            "@roster facilities 1000000772,none,Y,,,\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*DT*202603021000\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E1010:::::::Y\nLX*1\nSV2*0120**900*DA*3",
        ),
    ],
    ..Rule::BASE
};

const CODES: Codes = Codes { entity: "77", ..Codes::claim("A3", "91", "B7", "N570") };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(facilities) = &subject.reference.rosters.facilities else { return };
    let claim = subject.claim;
    if !claim.is_inpatient() {
        return;
    }
    let Some((line, view)) = subject.lines().find(|(_, view)| view.is_ccs) else { return };
    if tar::emergency(claim, line).is_some() {
        return;
    }
    let Some(date) = claim.facts.admission.or(view.date) else { return };
    let Some((cell, npi)) = facility(subject, 0) else { return };
    let (outcome, row) = match approval(facilities.find(npi), date) {
        Approval::No(row) => (0, row.row),
        Approval::Unlisted => (1, 0),
        _ => return,
    };
    let shown = findings.keep(&npi.to_string());
    findings
        .draft(RuleId::PRV105, claim.own_place())
        .outcome(outcome)
        .found(input(cell))
        .fact(shown)
        .fact(Fact::Date(date))
        .fact(Fact::Number(i64::from(row)))
        .add();
}
