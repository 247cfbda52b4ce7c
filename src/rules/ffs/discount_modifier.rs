//! FFS107: a drug of a 340B entity without its modifier.

use super::missing_drug_code::is_drug;
use crate::finding::{Code, Findings, RuleId};
use crate::reference::Npi;
use crate::reference::ServiceKind;
use crate::reference::rosters::Program;
use crate::rules::brief::{input, outcome, professional, rendering};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::FFS107,
    title: "340B modifier",
    about: "A provider that buys drugs under the 340B program says so on each drug line with modifier UD, so that the state does not ask the maker for a rebate twice. provider_programs.csv says who takes part; the billing provider counts, and who renders the line.",
    snip: 7,
    requirements: &["R125"],
    needs: &[Needs::Programs],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no modifier",
        "Drug {found} on line {line} is billed by a 340B entity without modifier UD.",
        "Add modifier UD if the drug was bought under 340B.",
        Codes::claim("A6", "453", "4", "N519"),
    )],
    examples: &[
        professional(
            "a drug without it",
            Expect::Warn,
            "@roster provider_programs 1000000772,340b,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J1100*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a drug with it",
            Expect::Silent,
            "@roster provider_programs 1000000772,340b,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J1100:UD*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(programs) = &subject.reference.rosters.programs else { return };
    let claim = subject.claim;
    // the drugs of an inpatient stay are part of it
    if claim.is_inpatient() || !subject.analysis.kinds.contains(ServiceKind::Drug) {
        return;
    }
    let billing = Npi::parse(claim.text(claim.context.billing.npi));
    for (line, view) in subject.lines() {
        let Some(date) = view.date.filter(|date| is_drug(subject, line, *date)) else { continue };
        let renders = rendering(subject, line.number).map(|(_, npi)| npi);
        let buys = [billing, renders]
            .into_iter()
            .flatten()
            .any(|npi| programs.find(npi, Program::Drugs340b, date).is_some());
        if buys && !line.modifiers.contains(&Code::new(b"UD")) {
            at_line(subject, findings, RuleId::FFS107, line, line.procedure_cell)
                .found(input(line.procedure_cell))
                .add();
        }
    }
}
