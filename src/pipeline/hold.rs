//! Claims that wait: what rejects them is nothing but a decision on an authorization that is still to come.

use crate::finding::{Code, Fact, Finding, Place, RuleId};
use crate::rules::ledger::{ClaimEntry, Entries, Kept, TAKEN_BACK, TakenBack};
use crate::rules::{self, Severity};
use crate::verdict::Disposition;
use crate::x12::ItemKind;

use super::ledger::put_in_place;
use super::work::{Cause, Work};

/// What becomes of claims that wait or waited.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Holds<'p> {
    /// Whether claims wait for authorizations.
    pub(super) waits: bool,
    /// What was voided or replaced while it waited.
    pub(super) taken_back: Option<&'p TakenBack>,
}

impl Holds<'_> {
    /// Rejects the claims of a unit that were taken back while they waited, for that alone, whatever the profile says: what else
    /// would have rejected them is a warning.
    pub(super) fn take_back(self, work: &mut Work<'_>) {
        let Some(taken_back) = self.taken_back.filter(|taken_back| !taken_back.is_empty()) else { return };
        let Work { unit, findings, severities, verdicts, entries, .. } = work;
        let judged = findings.len();
        // of findings that are made here, whose they are
        let mut owners: Vec<u32> = Vec::new();
        let mut is_test = false;
        for ((item, verdict), number) in unit.items.iter().zip(verdicts).zip(0..) {
            if item.kind == ItemKind::Interchange {
                is_test = unit.segment(item.from).element(15) == b"T";
            }
            if item.kind != ItemKind::Record || !matches!(verdict.cause, Cause::Own) || is_test {
                continue;
            }
            let TakenBack { records, claims } = taken_back;
            if !records.contains(&item.number) && !claims.contains(&known_as(entries, number)) {
                continue;
            }
            let own = severities.get_mut(verdict.from as usize..verdict.to as usize);
            for severity in own.into_iter().flatten() {
                *severity = (*severity).min(Severity::Warn);
            }
            let claim = (item.from..item.to).find(|at| unit.segment(*at).id() == b"CLM");
            let at = claim.unwrap_or(item.from);
            let place = Place::segment(at, Code::new(b"2300"), unit.segment(at).code()).at_element(1);
            let id = unit.segment(at).span(1);
            findings.begin_item();
            findings.draft(RuleId::DUP101, place).outcome(TAKEN_BACK).found(Fact::Input(id)).add();
            severities.push(Severity::Reject);
            verdict.disposition = Disposition::Reject;
            owners.push(number);
        }
        if !owners.is_empty() {
            put_in_place(work, judged, &owners);
        }
    }

    /// Holds the claims of a unit that are rejected only for an authorization that is pended or not known yet. What they wait for
    /// is a warning then: it does not reject them. Tests do not wait.
    pub(super) fn hold(self, work: &mut Work<'_>) {
        if !self.waits {
            return;
        }
        let Work { unit, findings, severities, verdicts, entries, kept, .. } = work;
        let mut is_test = false;
        for ((item, verdict), number) in unit.items.iter().zip(verdicts).zip(0..) {
            if item.kind == ItemKind::Interchange {
                is_test = unit.segment(item.from).element(15) == b"T";
            }
            let is_rejected =
                verdict.disposition == Disposition::Reject && matches!(verdict.cause, Cause::Own);
            if item.kind != ItemKind::Record || !is_rejected || is_test {
                continue;
            }
            let range = verdict.from as usize..verdict.to as usize;
            let Some(severities) = severities.get_mut(range.clone()) else { continue };
            let of_record = findings.list().get(range).unwrap_or(&[]);
            let rejecting =
                || of_record.iter().zip(&*severities).filter(|(_, severity)| **severity == Severity::Reject);
            if rejecting().next().is_none() || !rejecting().all(|(finding, _)| awaits(finding)) {
                continue;
            }
            verdict.disposition = Disposition::Held;
            for severity in severities {
                *severity = (*severity).min(Severity::Warn);
            }
            let (party, name) = known_as(entries, number);
            kept.push(Kept::Held { record: item.number, party, name });
        }
    }
}

/// Party and name under which a claim can be voided or replaced, by its place among the unit's items.
fn known_as(entries: &Entries<'_>, number: u32) -> (u64, u64) {
    let place = |claim: &ClaimEntry| claim.item;
    let found = entries.claims.binary_search_by_key(&number, place).ok();
    found.and_then(|at| entries.claims.get(at)).map_or((0, 0), |claim| (claim.party, claim.id))
}

/// Whether a decision still to come may mend it.
fn awaits(finding: &Finding) -> bool {
    rules::rule(finding.rule).awaits.contains(&finding.outcome)
}
