//! NIC110: an authorization of which the county was not told.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::Cell;
use crate::rules::brief::{input, institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;
use crate::rules::subject::is_nicu_revenue;

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC110,
    title: "NICU case opened in state system",
    about: "The plan tells the county CCS office of each authorization for neonatal intensive care or high-risk infant follow-up, so that the county opens a case in the state's system. authorization_log.csv says when that was; an authorization that a claim cites and that the log has without that day is for the plan to follow up. It is no fault of the provider.",
    snip: 7,
    requirements: &["R054", "R059"],
    effective_from: "2018-07-01",
    route: "county CCS office",
    needs: &[Needs::RequestLog],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "the county was not told",
        "Authorization {found} is for {0}, and the log (row {1}) has no day on which the county was told.",
        "Tell the county CCS office, so that it opens the case.",
        Codes::NONE,
    )],
    examples: &[
        institutional(
            "not told",
            Expect::Warn,
            "@roster authorization_log TAR4471,2026-03-01,N,2026-03-02,\n@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "told",
            Expect::Silent,
            "@roster authorization_log TAR4471,2026-03-01,N,2026-03-02,2026-03-03\n@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(log) = &subject.reference.rosters.request_log else { return };
    let claim = subject.claim;
    let mut said = Cell::default();
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        let Some(date) = view.date.filter(|date| subject.applies(RuleId::NIC110, Some(*date))) else {
            continue;
        };
        let what = if is_nicu_revenue(line.revenue) {
            "neonatal intensive care"
        } else if super::follow_up(subject.claim, line, date, subject.reference).is_some() {
            "high-risk infant follow-up"
        } else {
            continue;
        };
        let Some(number) = assessment.number.filter(|number| number.cell != said) else { continue };
        let logged = log.get(claim.text(number.cell));
        if let Some(logged) = logged.filter(|logged| logged.county_notified_on.is_none()) {
            said = number.cell;
            findings
                .draft(RuleId::NIC110, claim.place(number.cell))
                .found(input(number.cell))
                .fact(Fact::Text(what))
                .fact(Fact::Number(i64::from(logged.row)))
                .add();
        }
    }
}
