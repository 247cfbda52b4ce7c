//! TAR136: meals or lodging that were asked for late.

use super::need::Because;
use crate::finding::{Fact, Findings, RuleId};
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR136,
    title: "Meals/lodging request lead time",
    about: "Meals and lodging for a first or routine visit are asked for at least five to seven days ahead: fewer than tar.meals_notice_days (5) days' notice is late. authorization_log.csv says when the cited authorization was asked for, and whether it was urgent; urgent trips are not asked.",
    snip: 7,
    requirements: &["R071"],
    effective_from: "2018-07-01",
    route: "Pediatric Complex Care Management",
    needs: &[Needs::RequestLog],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "fewer days",
        "Authorization {found} was asked for on {0}, {1} days before the meals or lodging of {2}.",
        "Ask Pediatric Complex Care Management at least five to seven days ahead.",
        Codes { aaa: "56", ..Codes::claim("", "", "210", "") },
    )],
    examples: &[
        professional(
            "four days",
            Expect::Warn,
            "@roster authorization_log TAR4471,2026-02-26,N,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:A0180*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "five days",
            Expect::Silent,
            "@roster authorization_log TAR4471,2026-02-25,N,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:A0180*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "an urgent trip",
            Expect::Silent,
            "@roster authorization_log TAR4471,2026-03-01,Y,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:A0180*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(log) = &subject.reference.rosters.request_log else { return };
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        let asked = assessment.need.asked().is_some_and(|ask| ask.because == Because::MealsAndLodging);
        let Some(date) = view.date.filter(|date| asked && subject.applies(RuleId::TAR136, Some(*date)))
        else {
            continue;
        };
        let Some(number) = assessment.number else { continue };
        let Some(logged) = log.get(subject.claim.text(number.cell)).filter(|logged| !logged.urgent) else {
            continue;
        };
        let Some(requested) = logged.requested_on else { continue };
        let days = date.days() - requested.days();
        if days < subject.settings.meals_notice_days {
            at_line(subject, findings, RuleId::TAR136, line, number.cell)
                .found(input(number.cell))
                .fact(Fact::Date(requested))
                .fact(Fact::Number(i64::from(days)))
                .fact(Fact::Date(date))
                .add();
        }
    }
}
