//! FFS101: a carved-out drug is billed to the plan.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

const REMEDY: &str = "Bill the drug to Medi-Cal fee-for-service (the state's fiscal intermediary); a pharmacy bills Medi-Cal Rx.";

const CODES: Codes = Codes { aaa: "88", ..Codes::claim("A3", "116", "109", "N418") };

pub(super) const RULE: Rule = Rule {
    id: RuleId::FFS101,
    title: "Carved-out drug on medical claim",
    about: "Drugs for HIV/AIDS and hepatitis B, for alcohol and heroin dependency, for clotting factor disorders, and antipsychotics are carved out to fee-for-service Medi-Cal. A line whose HCPCS code is such a drug, in force on the date of service, is rejected and routed there.\n\nNot carved out: lines of an inpatient stay, lines of an emergency, those of members of IHSS and of the dual-eligible plan, and naloxone and buprenorphine without a diagnosis of substance use (F10–F19). Rows of the table with low confidence only warn.",
    snip: 7,
    requirements: &["R064", "R066"],
    effective_from: "2018-07-01",
    route: super::ROUTE,
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "a carved-out drug",
            severity: Severity::Reject,
            message: "{found} on line {line} is {1}, a drug for {0}: it is carved out to Medi-Cal fee-for-service.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "the table is not sure",
            severity: Severity::Warn,
            message: "{found} on line {line} is {1}, perhaps a drug for {0} that is carved out to Medi-Cal fee-for-service.",
            remedy: "Check whether the drug is carved out.",
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "clotting factor in the office",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*900***11:B:1*Y*A*Y*Y\nHI*ABK:D66\nLX*1\nSV1*HC:J7192*900*UN*900***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "clotting factor in the emergency room",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*900***23:B:1*Y*A*Y*Y\nHI*ABK:D66\nLX*1\nSV1*HC:J7192*900*UN*900***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "clotting factor during an inpatient stay",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "CLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:D66\nLX*1\nSV2*0636*HC:J7192*900*UN*900",
        },
        Example {
            shows: "a row of low confidence",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "CLM*A1*900***11:B:1*Y*A*Y*Y\nHI*ABK:R69\nLX*1\nSV1*HC:J7171*900*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (claim, member) = (subject.claim, &subject.analysis.member);
    for (line, view) in subject.lines() {
        let Some(date) = view.date.filter(|date| subject.applies(RuleId::FFS101, Some(*date))) else {
            continue;
        };
        let Some(row) = super::carved_out(claim, line, (member, date), subject.reference) else { continue };
        let outcome = u8::from(!super::rejects(row));
        let name = findings.keep(&row.generic);
        at_line(subject, findings, RuleId::FFS101, line, line.procedure_cell)
            .outcome(outcome)
            .found(subject.input(line.procedure_cell))
            .fact(Fact::Text(row.class.name()))
            .fact(name)
            .rests_on(&row.provenance)
            .add();
    }
}
