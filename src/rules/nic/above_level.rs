//! NIC102: neonatal intensive care above the level for which the facility is approved.

use crate::finding::{Code, Fact, Findings, RuleId};
use crate::reference::rosters::NicuLevel;
use crate::rules::brief::{facility, input, institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::Subject;
use crate::rules::tar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC102,
    title: "NICU level within facility approval",
    about: "Each level of neonatal intensive care needs its CCS approval: revenue code 0172 an intermediate NICU, 0173 a community one, 0174 a regional one. The facility roster says which level the facility (the service facility, else the billing provider) has on the date; one that has none is below all of them. A child who was stabilised and transferred (patient status 02, 05, 66) within nicu.stabilisation_days is not asked.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R056"],
    effective_from: "2018-07-01",
    route: "transfer to approved NICU",
    needs: &[Needs::Facilities],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Reject,
        "above the approval",
        "Revenue code {found} needs a {0} NICU, and facility NPI {1} is approved for {2} on {3} (facilities.csv row {4}).",
        "Bill the level that the NICU is approved for, or transfer the child to a NICU of that level.",
        Codes { aaa: "83", ..Codes::claim("A8", "455", "B7", "N188") },
    )],
    examples: &[
        institutional(
            "level III at an intermediate NICU",
            Expect::Reject,
            "@roster facilities 1000000772,intermediate,Y,,,\n@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "level III at a community NICU",
            Expect::Silent,
            "@roster facilities 1000000772,community,Y,,,\n@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "a transfer on the second day",
            Expect::Silent,
            "@roster facilities 1000000772,intermediate,Y,,,\n@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260304\nDTP*435*DT*202603021000\nCL1*4*5*02\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
    ],
    ..Rule::BASE
};

/// The NICU that a revenue code needs.
fn needed(revenue: Code) -> Option<NicuLevel> {
    let (bytes, len) = revenue.bytes();
    match bytes.get(..len)? {
        b"0172" => Some(NicuLevel::Intermediate),
        b"0173" => Some(NicuLevel::Community),
        b"0174" => Some(NicuLevel::Regional),
        _ => None,
    }
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(facilities) = &subject.reference.rosters.facilities else { return };
    let claim = subject.claim;
    if !super::has_nicu_line(claim) || tar::is_stabilised_and_transferred(claim, subject.settings) {
        return;
    }
    let Some((_, npi)) = facility(subject, 0) else { return };
    let above = || {
        subject.lines().filter_map(|(line, view)| {
            let date = view.date.filter(|date| subject.applies(RuleId::NIC102, Some(*date)))?;
            let needed = needed(line.revenue)?;
            let (level, row) = super::level_on(facilities.find(npi), date)?;
            (level < needed).then_some((line, needed, level, date, row))
        })
    };
    let Some((line, needed, level, date, row)) = above().max_by_key(|(_, needed, ..)| *needed) else {
        return;
    };
    let shown = findings.keep(&npi.to_string());
    findings
        .draft(RuleId::NIC102, claim.place(line.revenue_cell))
        .lines(above().map(|(line, ..)| line.number))
        .found(input(line.revenue_cell))
        .fact(Fact::Text(needed.word()))
        .fact(shown)
        .fact(Fact::Text(level.word()))
        .fact(Fact::Date(date))
        .fact(Fact::Number(i64::from(row.row)))
        .add();
}
