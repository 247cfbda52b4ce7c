//! PRV104: a service of special care centers elsewhere.

use super::{Approval, approval};
use crate::finding::{Fact, Findings, RuleId};
use crate::reference::ServiceKind;
use crate::rules::brief::{facility, input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::{Subject, at_line};
use crate::rules::tar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRV104,
    title: "Special care center requirement",
    about: "Transplants, heart surgery and cochlear implants of CCS children are done at CCS-approved special care centers and hospitals. service_kinds.csv says which services those are (special_center), the facility roster which facilities are approved; the service facility counts, on institutional claims else the billing provider. Emergencies are not asked.",
    snip: 7,
    requirements: &["R126"],
    needs: &[Needs::Facilities],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "not approved",
            "{found} on line {line} is a service of CCS-approved centers, and facility NPI {0} is not approved on {1} (facilities.csv row {2}).",
            "Refer the child to a CCS-approved special care center.",
            CODES,
        ),
        outcome(
            Severity::Warn,
            "not in the roster",
            "{found} on line {line} is a service of CCS-approved centers, and facility NPI {0} is not in the facility roster.",
            "Check the NPI, and whether CCS approved the facility.",
            CODES,
        ),
    ],
    examples: &[
        professional(
            "a hospital that is not approved",
            Expect::Warn,
            "@roster facilities 1000000780,none,N,,,\nCLM*A1*80***21:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:C220\nNM1*77*2*BAY HOSPITAL*****XX*1000000780\nN3*1 SHORE ROAD\nN4*SANTA CRUZ*CA*950601234\nLX*1\nSV1*HC:47135*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "an approved one",
            Expect::Silent,
            "@roster facilities 1000000780,none,Y,,,\nCLM*A1*80***21:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:C220\nNM1*77*2*BAY HOSPITAL*****XX*1000000780\nN3*1 SHORE ROAD\nN4*SANTA CRUZ*CA*950601234\nLX*1\nSV1*HC:47135*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

const CODES: Codes = Codes { entity: "77", ..Codes::claim("A3", "91", "B7", "") };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(facilities) = &subject.reference.rosters.facilities else { return };
    let claim = subject.claim;
    if !subject.analysis.kinds.contains(ServiceKind::SpecialCenter) || claim.is_inpatient() {
        return;
    }
    for (line, view) in
        subject.lines().filter(|(_, view)| view.is_ccs && view.kinds.contains(ServiceKind::SpecialCenter))
    {
        let Some(date) = view.date else { continue };
        let Some((_, npi)) = facility(subject, line.number) else { continue };
        let (outcome, row) = match approval(facilities.find(npi), date) {
            Approval::No(row) => (0, row.row),
            Approval::Unlisted => (1, 0),
            _ => continue,
        };
        if tar::emergency(claim, line).is_some() {
            continue;
        }
        let shown = findings.keep(&npi.to_string());
        let basis =
            subject.reference.policy.service_kinds.find(line.procedure, ServiceKind::SpecialCenter, date);
        let draft = at_line(subject, findings, RuleId::PRV104, line, line.procedure_cell)
            .outcome(outcome)
            .found(input(line.procedure_cell))
            .fact(shown)
            .fact(Fact::Date(date))
            .fact(Fact::Number(i64::from(row)));
        match basis {
            Some(basis) => draft.rests_on(&basis.provenance).add(),
            None => draft.add(),
        }
    }
}
