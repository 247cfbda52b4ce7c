//! FFS: drugs that fee-for-service Medi-Cal pays, not the plan.

mod carved_out_drug;
mod discount_modifier;
mod drug_code_form;
mod hidden_drug;
mod missing_drug_code;
mod other_drug;

use crate::finding::{Code, Date, RuleId};
use crate::record::{Claim, ServiceLine};
use crate::reference::{CarveoutRow, Confidence, Reference};

use super::rule::Rule;
use super::settings::Settings;
use super::subject::Member;
use super::tar;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[
    carved_out_drug::RULE,
    hidden_drug::RULE,
    missing_drug_code::RULE,
    drug_code_form::RULE,
    other_drug::RULE,
    discount_modifier::RULE,
]];

/// LIN02 of a national drug code.
const NDC: Code = Code::new(b"N4");

/// Where carved-out drugs are to be billed.
const ROUTE: &str = "Medi-Cal fee-for-service";

/// The carve-out row that a line's procedure matches, if none of the exceptions holds.
pub(super) fn carved_out<'r>(
    claim: &Claim<'_>,
    line: &ServiceLine,
    (member, date): (&Member<'_>, Date),
    reference: &'r Reference,
) -> Option<&'r CarveoutRow> {
    let row = reference.policy.carveout_drugs.find(line.procedure, date)?;
    (!is_excepted(claim, line, (member, date)) && !is_other_use(claim, &row.generic)).then_some(row)
}

/// Lines that the carve-out does not touch: of an inpatient stay, whose drugs are part of it, of an emergency, and of a member whose
/// line of business is not Medi-Cal's (IHSS, the dual-eligible plan): fee-for-service Medi-Cal does not pay in its place.
fn is_excepted(claim: &Claim<'_>, line: &ServiceLine, (member, date): (&Member<'_>, Date)) -> bool {
    claim.is_inpatient() || member.is_outside_model_on(date) || tar::emergency(claim, line).is_some()
}

/// Naloxone and buprenorphine are also given for pain and overdose: without a diagnosis of substance use they are not
/// dependency treatment.
fn is_other_use(claim: &Claim<'_>, generic: &str) -> bool {
    let generic = generic.to_ascii_lowercase();
    if !generic.contains("naloxone") && !generic.contains("buprenorphine") {
        return false;
    }
    let substance_use =
        |code: Code| Code::new(b"F10") <= code.prefix(3) && code.prefix(3) <= Code::new(b"F19");
    !claim.facts.diagnoses.iter().any(|diagnosis| diagnosis.is_icd10() && substance_use(diagnosis.code))
}

/// Whether a carve-out row is sure enough to reject.
fn rejects(row: &CarveoutRow) -> bool {
    row.provenance.standing() != Confidence::Low
}

/// Whether one of this family's rules surely rejects a line: then it speaks alone.
pub(super) fn speaks(
    claim: &Claim<'_>,
    line: &ServiceLine,
    (member, date): (&Member<'_>, Date),
    reference: &Reference,
    settings: &Settings,
) -> bool {
    let on = |rule| settings.rejecting.contains(rule) && super::effective(rule) <= date;
    on(RuleId::FFS101) && carved_out(claim, line, (member, date), reference).is_some_and(rejects)
        || on(RuleId::FFS102)
            && hidden_drug::look(claim, line, (member, date), reference)
                .is_some_and(|found| found.outcome == hidden_drug::REJECT)
}
