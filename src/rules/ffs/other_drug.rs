//! FFS106: the national drug code is of another drug than the HCPCS code.

use super::NDC;
use crate::finding::{Fact, Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::FFS106,
    title: "NDC matches HCPCS",
    about: "The package that a drug line names (2410 LIN, N4) holds the drug that its HCPCS code says. ndc.csv tells the drug of the package, carveout_drugs.csv and drug_codes.csv that of the code; where either is not known, nothing is said, and only the substance is compared, not its salt or form. Unclassified codes stand for any drug.",
    snip: 7,
    requirements: &["R124"],
    only: &[Aspect::Drug],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "another drug",
        "Drug code {found} on line {line} is {0}, but procedure {1} is {2}.",
        "Correct the drug code or the procedure to what was given.",
        Codes::claim("A8", "218", "16", "M119"),
    )],
    examples: &[
        professional(
            "infliximab's package under botulinum toxin",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J0585*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*57894003001\nCTP****1*UN",
        ),
        professional(
            "infliximab's package under infliximab",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J1745*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*57894003001\nCTP****1*UN",
        ),
        professional(
            "a package that the table does not know",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J0585*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*00703000101\nCTP****1*UN",
        ),
    ],
    ..Rule::BASE
};

/// The substance of a generic name: its first word. Tables name salts and forms behind it in their own ways.
fn substance(generic: &str) -> &str {
    generic.split([' ', '-', '/']).next().unwrap_or(generic)
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let policy = &subject.reference.policy;
    for drug in claim.facts.drugs.iter().filter(|drug| drug.qualifier == NDC) {
        let Some(package) = policy.ndc.get(claim.text(drug.value)) else { continue };
        let Some(line) = claim.line(drug.line) else { continue };
        let date = claim.service_period(line).map_or(subject.received, |period| period.from);
        let carved_out =
            policy.carveout_drugs.find(line.procedure, date).map(|row| (&*row.generic, &row.provenance));
        let listed = policy.drug_codes.of(line.procedure).iter().map(|row| (&*row.generic, &row.provenance));
        let mut drugs = carved_out.into_iter().chain(listed);
        let Some((generic, row)) = drugs.next() else { continue };
        let mut names = std::iter::once(generic).chain(drugs.map(|(generic, _)| generic));
        if names.any(|generic| substance(generic).eq_ignore_ascii_case(substance(&package.generic))) {
            continue;
        }
        let [is, should] = [&*package.generic, generic].map(|name| findings.keep(name));
        at_line(subject, findings, RuleId::FFS106, line, drug.value)
            .found(input(drug.value))
            .fact(is)
            .fact(Fact::Code(line.procedure))
            .fact(should)
            .rests_on(&package.provenance)
            .rests_on(row)
            .add();
    }
}
