//! PRG108: dental services.

use crate::finding::{Findings, RuleId};
use crate::record::ServiceLine;
use crate::reference::Requires;
use crate::rules::LineView;
use crate::rules::brief::{dental, input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG108,
    title: "Dental/orthodontic claims",
    about: "Dental and orthodontic services of Medi-Cal members are paid by Medi-Cal Dental. tar_required.csv says which procedures those are (route_medi_cal_dental); oral surgery that is a medical benefit is billed on a professional claim with medical codes.",
    snip: 7,
    requirements: &["R128"],
    route: "Medi-Cal Dental",
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "a dental service",
        "Medi-Cal Dental pays the dental services of {lines}.",
        "Send the claim to Medi-Cal Dental; oral surgery that is a medical benefit goes on a professional claim.",
        Codes::claim("A3", "116", "109", "N418"),
    )],
    examples: &[
        dental(
            "a check-up",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*ABK:K0251\nLX*1\nSV3*AD:D0120*80****1*****1",
        ),
        professional(
            "an office visit",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let table = &subject.reference.policy.tar_required;
    let row = |line: &ServiceLine, view: LineView| {
        let date = view.date.filter(|_| line.procedure.byte(0) == b'D')?;
        table.rows(line.procedure, date).next().filter(|row| row.requires == Requires::RouteMediCalDental)
    };
    let mut dental = subject.lines().filter_map(|(line, view)| Some((line, row(line, view)?)));
    let Some((first, basis)) = dental.next() else { return };
    let lines = std::iter::once(first.number).chain(dental.map(|(line, _)| line.number));
    findings
        .draft(RuleId::PRG108, subject.claim.own_place())
        .lines(lines)
        .found(input(first.procedure_cell))
        .rests_on(&basis.provenance)
        .add();
}
