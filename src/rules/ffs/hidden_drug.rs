//! FFS102: a carved-out drug is billed under an unclassified code.

use crate::finding::{Code, Date, Fact, Findings, RuleId};
use crate::record::{Cell, Claim, ClaimKind, Drug, ServiceLine};
use crate::reference::{Confidence, Provenance, Reference};
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::{Member, Subject, at_line};

use super::drug_code_form;

const CARVED_OUT: Codes = Codes::claim("A3", "116", "109", "N418");
const NO_NDC: Codes = Codes::claim("A7", "218", "16", "M119");

pub(super) const REJECT: u8 = 0;
const UNSURE: u8 = 1;
const MISSING: u8 = 2;
const UNMAPPED: u8 = 3;

pub(super) const RULE: Rule = Rule {
    id: RuleId::FFS102,
    title: "Carved-out drug hidden in unclassified code",
    about: "Unclassified drug codes (J3490, J3590, C9399, J8499, J7199 …) can hide a carved-out drug; the national drug code of the line (2410 LIN, N4) tells which it is; one of a wrong shape is FFS105's. What is not carved out is that of FFS101. The table ndc.csv names drug codes with their class.",
    snip: 7,
    requirements: &["R065"],
    effective_from: "2018-07-01",
    route: super::ROUTE,
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "the drug code is carved out",
            severity: Severity::Reject,
            message: "Drug code {found} on line {line} is {1}, a drug for {0}: it is carved out to Medi-Cal fee-for-service.",
            remedy: "Bill the drug to Medi-Cal fee-for-service (the state's fiscal intermediary); a pharmacy bills Medi-Cal Rx.",
            codes: CARVED_OUT,
        },
        Outcome {
            when: "carved out, but the table is not sure",
            severity: Severity::Warn,
            message: "Drug code {found} on line {line} is {1}, perhaps a drug for {0} that is carved out to Medi-Cal fee-for-service.",
            remedy: "Check whether the drug is carved out.",
            codes: CARVED_OUT,
        },
        Outcome {
            when: "no national drug code",
            severity: Severity::Warn,
            message: "Procedure {2} on line {line} may hide a carved-out drug, and the line names no national drug code.",
            remedy: "Add the eleven-digit drug code in LIN with qualifier N4.",
            codes: NO_NDC,
        },
        Outcome {
            when: "an unknown national drug code",
            severity: Severity::Warn,
            message: "Drug code {found} on line {line} is not in the drug table, so nobody can tell whether procedure {2} is carved out.",
            remedy: "Check the drug; add the code to ndc.csv in the reference folder.",
            codes: NO_NDC,
        },
    ],
    examples: &[
        Example {
            shows: "no drug code",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "CLM*A1*900***11:B:1*Y*A*Y*Y\nHI*ABK:R69\nLX*1\nSV1*HC:J3490*900*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the drug code of a carved-out drug",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*900***11:B:1*Y*A*Y*Y\nHI*ABK:R69\nLX*1\nSV1*HC:J3490*900*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*25021083805\nCTP****1*UN",
        },
        Example {
            shows: "the drug code of another drug",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*900***11:B:1*Y*A*Y*Y\nHI*ABK:R69\nLX*1\nSV1*HC:J3490*900*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*00006302602\nCTP****1*UN",
        },
        Example {
            shows: "an ordinary drug's own code",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*900***11:B:1*Y*A*Y*Y\nHI*ABK:R69\nLX*1\nSV1*HC:J1100*900*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

/// What an unclassified line tells of its drug.
pub(super) struct Found<'r> {
    pub(super) outcome: u8,
    cell: Cell,
    class: &'static str,
    generic: &'r str,
    /// The rows of the carve-out table, and of the drug table where it knows the drug.
    rows: (&'r Provenance, Option<&'r Provenance>),
}

/// Looks behind a line's unclassified code; nothing where the code is no such code, where an exception holds, or where the drug is
/// known and not carved out.
pub(super) fn look<'r>(
    claim: &Claim<'_>,
    line: &ServiceLine,
    (member, date): (&Member<'_>, Date),
    reference: &'r Reference,
) -> Option<Found<'r>> {
    let row = reference.policy.carveout_drugs.needs_ndc(line.procedure, date)?;
    let rows = (&row.provenance, None);
    if super::is_excepted(claim, line, (member, date)) {
        return None;
    }
    let is_ndc = |drug: &&Drug| drug.line == line.number && drug.qualifier == Code::new(b"N4");
    let named = claim.facts.drugs.iter().find(is_ndc).map(|drug| drug.value).filter(|cell| !cell.is_empty());
    let Some(cell) = named else {
        return Some(Found { outcome: MISSING, cell: line.procedure_cell, class: "", generic: "", rows });
    };
    let Some(drug) = reference.policy.ndc.get(claim.text(cell)) else {
        return Some(Found { outcome: UNMAPPED, cell, class: "", generic: "", rows });
    };
    if super::is_other_use(claim, &drug.generic) {
        return None;
    }
    let sure =
        [&row.provenance, &drug.provenance].iter().all(|rests_on| rests_on.standing() != Confidence::Low);
    let outcome = if sure { REJECT } else { UNSURE };
    Some(Found {
        outcome,
        cell,
        class: drug.class?.name(),
        generic: &drug.generic,
        rows: (rows.0, Some(&drug.provenance)),
    })
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // a code that is none is not looked for twice
    let says_shape = subject.settings.speaking.contains(RuleId::FFS105);
    for (line, view) in subject.lines() {
        let Some(date) = view.date.filter(|date| subject.applies(RuleId::FFS102, Some(*date))) else {
            continue;
        };
        let asked = (&subject.analysis.member, date);
        let Some(found) = look(subject.claim, line, asked, subject.reference) else { continue };
        if found.outcome == UNMAPPED && says_shape && drug_code_form::is_wrong(subject.claim.text(found.cell))
        {
            continue;
        }
        let generic = findings.keep(found.generic);
        let draft = at_line(subject, findings, RuleId::FFS102, line, found.cell)
            .outcome(found.outcome)
            .found(subject.input(found.cell))
            .fact(Fact::Text(found.class))
            .fact(generic)
            .fact(Fact::Code(line.procedure))
            .rests_on(found.rows.0);
        match found.rows.1 {
            Some(row) => draft.rests_on(row).add(),
            None => draft.add(),
        }
    }
}
