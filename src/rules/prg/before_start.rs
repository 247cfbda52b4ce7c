//! PRG101: a CCS service before the county's Whole Child Model began.

use crate::finding::{Date, Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::reference::County;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::{LineView, Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG101,
    title: "WCM start date by county",
    about: "The plan pays CCS services from the day on which the Whole Child Model began in the member's county: 1 July 2018 in Merced, Monterey and Santa Cruz, 1 January 2025 in Mariposa and San Benito. CCS services before it are the county CCS program's. The county is the member roster's, else that of the subscriber's ZIP code where it lies in one county only; where it is unknown, the rule does not speak.",
    snip: 7,
    requirements: &["R007", "R025", "R060"],
    route: "county CCS program",
    check: Check::Claim(check),
    outcomes: &[Outcome {
        when: "before the start",
        severity: Severity::Reject,
        message: "The CCS service of {0} is before {1}, when the Whole Child Model began in {2} county.",
        remedy: "Bill the county CCS program.",
        codes: Codes { aaa: "62", ..Codes::claim("A3", "116", "109", "N418") },
    }],
    examples: &[
        Example {
            shows: "San Benito, the day before",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@zip 95024\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20241231",
        },
        Example {
            shows: "San Benito, the first day",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@zip 95024\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20250101",
        },
        Example {
            shows: "Santa Cruz in 2024",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@zip 95060\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20241231",
        },
        Example {
            shows: "a ZIP code that lies in two counties",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@zip 95004\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20180630",
        },
    ],
    ..Rule::BASE
};

/// The county that a CCS line is before the start of, and that start.
fn too_early(subject: &Subject<'_>, view: LineView) -> Option<(County, Date)> {
    let date = view.date.filter(|_| view.is_ccs)?;
    let county = subject.analysis.member.county_on(view.date)?;
    let start = subject.settings.county_start(county).filter(|start| date < *start)?;
    Some((county, start))
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let early =
        || subject.lines().filter_map(|(line, view)| Some((line, view.date, too_early(subject, view)?)));
    let claim = subject.claim;
    if claim.kind() == ClaimKind::Institutional {
        let Some((_, first, (county, start))) = early().next() else { return };
        let date = first.map_or(Fact::None, Fact::Date);
        let cell = claim.facts.date_cell;
        let place = if cell.is_empty() { claim.own_place() } else { claim.place(cell) };
        let name = findings.keep(county.name());
        findings
            .draft(RuleId::PRG101, place)
            .lines(early().map(|(line, ..)| line.number))
            .found(subject.input(cell))
            .fact(date)
            .fact(Fact::Date(start))
            .fact(name)
            .add();
        return;
    }
    for (line, date, (county, start)) in early() {
        let cell = if line.date_cell.is_empty() { claim.facts.date_cell } else { line.date_cell };
        let name = findings.keep(county.name());
        at_line(subject, findings, RuleId::PRG101, line, cell)
            .found(subject.input(cell))
            .fact(date.map_or(Fact::None, Fact::Date))
            .fact(Fact::Date(start))
            .fact(name)
            .add();
    }
}
