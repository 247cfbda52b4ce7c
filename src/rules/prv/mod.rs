//! PRV: who may give CCS services, and where.

mod approved_hospital;
mod paneled;
mod referred_to;
mod special_center;
mod therapist;

use crate::finding::{Date, Fact, Findings, RuleId};
use crate::record::{ClaimKind, ServiceLine};
use crate::reference::rosters::{FacilityRow, ProviderRow};
use crate::reference::{Authorization, Issuer, Npi, ProviderId};

use super::brief::{RENDERING, rendering};
use super::rule::Rule;
use super::subject::{Subject, at_line};
use super::tar::{self, Assessment};

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] =
    &[&[paneled::RULE, therapist::RULE, referred_to::RULE, special_center::RULE, approved_hospital::RULE]];

/// What the provider roster says of CCS paneling on a date.
#[derive(Clone, Copy)]
enum Panel<'r> {
    /// Paneled, or paneling does not apply.
    Yes,
    /// Not paneled, or on other dates only.
    No(&'r ProviderRow),
    /// The provider is not in the roster.
    Unlisted,
}

/// What a provider's rows say: one that panels it on the date is enough; rows without the flag say that paneling does not apply.
fn panel(rows: &[ProviderRow], date: Date) -> Panel<'_> {
    if rows.is_empty() {
        return Panel::Unlisted;
    }
    if rows.iter().any(|row| row.ccs_paneled == Some(true) && row.paneled.contains(date)) {
        return Panel::Yes;
    }
    // an N of other dates says nothing of this one
    let says_no = |row: &&ProviderRow| match row.ccs_paneled {
        Some(true) => true,
        Some(false) => row.paneled.contains(date),
        None => false,
    };
    rows.iter().find(says_no).map_or(Panel::Yes, Panel::No)
}

/// Who renders a line, where paneling is asked of: the rendering provider, else the billing one. Nobody on an institutional claim that
/// names none, in an emergency, where a PCP serves in the primary-care scope, or where a county authorization that is honoured names
/// who renders or bills.
fn asked_about(subject: &Subject<'_>, line: &ServiceLine, assessment: &Assessment<'_>) -> Option<Npi> {
    let claim = subject.claim;
    let is_named = claim.provider(RENDERING, line.number).is_some();
    if claim.kind() == ClaimKind::Institutional && !is_named
        || tar::emergency(claim, line).is_some()
        || tar::is_primary_care(claim, line, subject.reference, subject.settings)
    {
        return None;
    }
    let (_, npi) = rendering(subject, line.number)?;
    let honoured = |known: &&Authorization| known.issuer == Issuer::County && tar::counts(subject, known);
    let billing = Npi::parse(claim.text(claim.context.billing.npi));
    let is_ours = |named: &ProviderId| matches!(*named, ProviderId::Npi(named) if named == npi || Some(named) == billing);
    let county = assessment.authorization().filter(honoured);
    let is_named = county.is_some_and(|known| known.providers.iter().any(is_ours));
    (!is_named).then_some(npi)
}

/// Reports a line's provider by what the roster says of it.
fn say(
    subject: &Subject<'_>,
    findings: &mut Findings,
    rule: RuleId,
    line: &ServiceLine,
    (npi, date): (Npi, Date),
    panel: Panel<'_>,
) {
    let (outcome, row) = match panel {
        Panel::Yes => return,
        Panel::No(row) => (0, row.row),
        Panel::Unlisted => (1, 0),
    };
    let cell = if line.procedure_cell.is_empty() { line.revenue_cell } else { line.procedure_cell };
    let shown = findings.keep(&npi.to_string());
    at_line(subject, findings, rule, line, cell)
        .outcome(outcome)
        .found(subject.input(cell))
        .fact(shown)
        .fact(Fact::Date(date))
        .fact(Fact::Number(i64::from(row)))
        .add();
}

/// What the facility roster says of CCS approval on a date.
#[derive(Clone, Copy)]
enum Approval<'r> {
    /// Approved.
    Yes,
    /// Not approved, or on other dates only.
    No(&'r FacilityRow),
    /// Nothing.
    Unknown,
    /// The facility is not in the roster.
    Unlisted,
}

fn approval(rows: &[FacilityRow], date: Date) -> Approval<'_> {
    if rows.is_empty() {
        return Approval::Unlisted;
    }
    if rows.iter().any(|row| row.ccs_approved == Some(true) && row.approved.contains(date)) {
        return Approval::Yes;
    }
    let says_no = |row: &&FacilityRow| match row.ccs_approved {
        Some(true) => true,
        Some(false) => row.approved.contains(date),
        None => false,
    };
    rows.iter().find(says_no).map_or(Approval::Unknown, Approval::No)
}
