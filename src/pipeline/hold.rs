//! Claims that wait: what rejects them is nothing but a decision on an authorization that is still to come.

use crate::finding::Finding;
use crate::rules::{self, Severity};
use crate::verdict::Disposition;
use crate::x12::ItemKind;

use super::work::{Cause, Work};

/// Holds the claims of a unit that are rejected only for an authorization that is pended or not known yet. What they wait for is a
/// warning then: it does not reject them. Tests do not wait.
pub(super) fn unit(work: &mut Work<'_>) {
    let Work { unit, findings, severities, verdicts, .. } = work;
    let mut is_test = false;
    for (item, verdict) in unit.items.iter().zip(verdicts) {
        if item.kind == ItemKind::Interchange {
            is_test = unit.segment(item.from).element(15) == b"T";
        }
        let is_rejected = verdict.disposition == Disposition::Reject && matches!(verdict.cause, Cause::Own);
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
    }
}

/// Whether a decision still to come may mend it.
fn awaits(finding: &Finding) -> bool {
    rules::rule(finding.rule).awaits.contains(&finding.outcome)
}
