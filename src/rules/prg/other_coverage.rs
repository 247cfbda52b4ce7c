//! PRG112: another payer comes first.

use crate::finding::{Date, Fact, Findings, RuleId};
use crate::reference::ServiceKind;
use crate::reference::rosters::LineOfBusiness;
use crate::rules::LineView;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG112,
    title: "Other coverage first",
    about: "Medi-Cal pays last. Where another payer covers the member on the date of service (other_coverage.csv, or the member roster's line of business dsnp, whose members have Medicare), the claim tells what that payer made of it (loop 2320). Preventive care of children and prenatal care are paid first and recovered later, so they are not asked.",
    snip: 7,
    requirements: &["R132"],
    needs: &[Needs::OtherCoverage],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no word of the other payer",
        "{0} covers the member on {1}, and the claim does not say what that payer paid.",
        "Bill the other payer first, and send its adjudication with the claim.",
        Codes::claim("A6", "286", "22", ""),
    )],
    examples: &[
        professional(
            "a visit",
            Expect::Warn,
            "@roster other_coverage 91234567A,Blue Plan,2026-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a check-up",
            Expect::Silent,
            "@roster other_coverage 91234567A,Blue Plan,2026-01-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:Z00129\nLX*1\nSV1*HC:99393*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

/// Paid first and recovered from the other payer later.
fn is_recovered_later(view: &LineView) -> bool {
    [ServiceKind::Preventive, ServiceKind::Immunization, ServiceKind::Maternity]
        .iter()
        .any(|kind| view.kinds.contains(*kind))
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let member = &subject.analysis.member;
    let coverage = subject.reference.rosters.other_coverage.as_ref();
    let dual = member.row.is_some_and(|row| row.line_of_business == Some(LineOfBusiness::Dsnp));
    if coverage.is_none() && !dual || !subject.claim.facts.payers.is_empty() {
        return;
    }
    let asked =
        subject.analysis.lines.iter().filter(|view| !is_recovered_later(view)).filter_map(|view| view.date);
    let payer =
        |date: Date| coverage.and_then(|coverage| coverage.find(member.key, date)).map(|row| &*row.payer);
    let covered = |date: Date| payer(date).or(dual.then_some("Medicare")).map(|payer| (payer, date));
    let Some((payer, date)) = asked.into_iter().find_map(covered) else { return };
    let payer = findings.keep(payer);
    findings.draft(RuleId::PRG112, subject.claim.own_place()).fact(payer).fact(Fact::Date(date)).add();
}
