//! FFS104: a drug line without its national drug code.

use super::NDC;
use crate::finding::{Code, Date, Fact, Findings, RuleId};
use crate::record::ServiceLine;
use crate::reference::ServiceKind;
use crate::rules::brief::{input, institutional, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::FFS104,
    title: "NDC required for drug lines",
    about: "A drug that is billed by a HCPCS code of sections J and Q (service_kinds.csv says which) names its package too: 2410 LIN with qualifier N4, and the quantity in CTP. Vaccines have none to name, and the drugs of an inpatient stay are part of it. An unclassified code without a drug code is FFS102's.",
    snip: 4,
    requirements: &["R122"],
    silent_if: &[RuleId::FFS105],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no drug code",
        "Drug {found} on line {line} has no national drug code.",
        "Add the eleven-digit drug code in LIN with qualifier N4, and the quantity in CTP.",
        Codes::claim("A6", "218", "16", "M119"),
    )],
    examples: &[
        professional(
            "dexamethasone without it",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J1100*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "dexamethasone with it",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J1100*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*63323016501\nCTP****1*ML",
        ),
        institutional(
            "a drug of an inpatient stay",
            Expect::Silent,
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*DT*202603021000\nCL1*3*1*01\nHI*ABK:J189:::::::Y\nLX*1\nSV2*0636*HC:J1100*900*UN*1",
        ),
        professional(
            "a cast, which is in section Q too",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:Q4010*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

/// Whether a line bills a drug by its HCPCS code.
pub(super) fn is_drug(subject: &Subject<'_>, line: &ServiceLine, date: Date) -> bool {
    matches!(line.procedure.byte(0), b'J' | b'Q')
        && subject.reference.policy.service_kinds.find(line.procedure, ServiceKind::Drug, date).is_some()
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.is_inpatient() {
        return;
    }
    let hidden = subject.settings.enabled.contains(RuleId::FFS102);
    for line in claim.lines().iter().filter(|line| matches!(line.procedure.byte(0), b'J' | b'Q')) {
        let date = claim.service_period(line).map_or(subject.received, |period| period.from);
        let named = claim
            .facts
            .drugs
            .iter()
            .any(|drug| drug.line == line.number && drug.qualifier == NDC && !drug.value.is_empty());
        if named || !is_drug(subject, line, date) {
            continue;
        }
        if hidden && subject.reference.policy.carveout_drugs.needs_ndc(line.procedure, date).is_some() {
            continue;
        }
        at_line(subject, findings, RuleId::FFS104, line, line.procedure_cell)
            .found(input(line.procedure_cell))
            .expected(Fact::Code(Code::new(b"LIN*N4")))
            .add();
    }
}
