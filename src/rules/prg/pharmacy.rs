//! PRG113: a drug that a pharmacy bills.

use crate::finding::{Date, Findings, RuleId};
use crate::reference::ServiceKind;
use crate::rules::brief::RENDERING;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::ffs;
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG113,
    title: "Pharmacy benefit same as Medi-Cal",
    about: "The pharmacy benefit of CCS members is that of all Medi-Cal members: since 1 January 2022 a pharmacy bills Medi-Cal Rx, not the plan. A drug line of a billing provider with a pharmacy's taxonomy (3336…) is such a bill; one that names a rendering provider is a drug that a provider gave, which stays with the plan. Carved-out drugs are FFS101's and FFS102's.",
    snip: 7,
    requirements: &["R069"],
    effective_from: "2018-07-01",
    route: "Medi-Cal Rx",
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "since Medi-Cal Rx",
            "{found} on line {line} is a drug that a pharmacy bills.",
            "Bill Medi-Cal Rx.",
            CODES,
        ),
        outcome(
            Severity::Warn,
            "before Medi-Cal Rx",
            "{found} on line {line} is a drug that a pharmacy bills.",
            "Bill it as a pharmacy claim, not as a medical one.",
            CODES,
        ),
    ],
    examples: &[
        professional(
            "a pharmacy",
            Expect::Warn,
            "@taxonomy 333600000X\nCLM*A1*80***01:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J1100*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*63323016501\nCTP****1*ML",
        ),
        professional(
            "a physician",
            Expect::Silent,
            "CLM*A1*80***01:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J1100*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*63323016501\nCTP****1*ML",
        ),
    ],
    ..Rule::BASE
};

const CODES: Codes = Codes::claim("A3", "116", "280", "N418");

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if !claim.text(claim.context.billing.taxonomy).starts_with(b"3336") || claim.is_inpatient() {
        return;
    }
    let medi_cal_rx = Date::new(2022, 1, 1).unwrap_or(Date::MIN);
    for (line, view) in subject.lines() {
        let Some(date) = view.date.filter(|date| subject.applies(RuleId::PRG113, Some(*date))) else {
            continue;
        };
        let packed = claim.facts.drugs.iter().any(|drug| drug.line == line.number);
        let is_drug = view.kinds.contains(ServiceKind::Drug) || packed;
        if !is_drug
            || claim.provider(RENDERING, line.number).is_some()
            || ffs::speaks(claim, line, (&subject.analysis.member, date), subject.reference, subject.settings)
        {
            continue;
        }
        at_line(subject, findings, RuleId::PRG113, line, line.procedure_cell)
            .outcome(u8::from(date < medi_cal_rx))
            .found(input(line.procedure_cell))
            .add();
    }
}
