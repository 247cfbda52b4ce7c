//! What the `setting` words of `tar_required.csv` ask of a claim.
//!
//! Most name a kind of service, and the code alone says that. These ask for more:
//!
//! | word | test |
//! |---|---|
//! | `outpatient_therapy_PT(modifier GP or PT taxonomy 2251*)` | the line has modifier GP; or neither GO nor GN, and the rendering provider (else the billing provider) has a taxonomy that begins with 2251 |
//! | `dme_rental(modifier RR)` | the line has modifier RR |
//! | `office_PCP_in_scope` | the provider is a PCP and the code is in the primary-care scope |
//! | `office_specialist_CCS_member`, `specialist_consult_CCS_member` | the provider is no PCP, and the line treats a CCS condition or the roster says that the member is in CCS |

use crate::finding::Code;
use crate::record::{Claim, ServiceLine};
use crate::reference::{Npi, Reference, Setting};
use crate::rules::settings::Settings;
use crate::rules::subject::{Analysis, LineView};

const RENDERING: Code = Code::new(b"82");

/// Whether a setting fits a line.
pub(super) fn fits(
    setting: Setting,
    claim: &Claim<'_>,
    line: &ServiceLine,
    view: LineView,
    analysis: &Analysis<'_>,
    reference: &Reference,
    settings: &Settings,
) -> bool {
    match setting {
        Setting::OutpatientTherapyPt => is_physical_therapy(claim, line),
        Setting::DmeRental => has_modifier(line, b"RR"),
        Setting::OfficePcpInScope => is_primary_care(claim, line, reference, settings),
        Setting::OfficeSpecialistCcsMember | Setting::SpecialistConsultCcsMember => {
            let member_is_ccs = analysis.member.row_on(view.date).is_some_and(|row| row.ccs == Some(true));
            (view.is_ccs || member_is_ccs) && !is_pcp(claim, line, reference, settings)
        }
        _ => true,
    }
}

/// Whether a line is physical therapy, by modifier or by who renders it.
pub(in crate::rules) fn is_physical_therapy(claim: &Claim<'_>, line: &ServiceLine) -> bool {
    // GO and GN say occupational and speech therapy, whoever bills
    let other = has_modifier(line, b"GO") || has_modifier(line, b"GN");
    has_modifier(line, b"GP")
        || !other && taxonomies(claim, line).next().is_some_and(|taxonomy| taxonomy.starts_with(b"2251"))
}

/// Whether the line has a modifier.
pub(super) fn has_modifier(line: &ServiceLine, modifier: &[u8]) -> bool {
    line.modifiers.contains(&Code::new(modifier))
}

fn taxonomies<'a>(claim: &'a Claim<'a>, line: &ServiceLine) -> impl Iterator<Item = &'a [u8]> {
    let rendering = claim.provider(RENDERING, line.number).map(|provider| provider.taxonomy);
    // of a rendering provider without PRV nothing is known: the group's taxonomy is not his
    let cell = rendering.unwrap_or(claim.context.billing.taxonomy);
    Some(claim.text(cell)).into_iter().filter(|taxonomy| !taxonomy.is_empty())
}

/// Whether a PCP renders the line: by the provider roster's flag, or without a provider roster by taxonomy. Federally qualified and
/// rural health clinics (bill types 71x, 77x) are PCPs.
pub(in crate::rules) fn is_pcp(
    claim: &Claim<'_>,
    line: &ServiceLine,
    reference: &Reference,
    settings: &Settings,
) -> bool {
    let (bytes, len) = claim.facts.facility.bytes();
    let clinic = claim.kind() == crate::record::ClaimKind::Institutional
        && matches!(bytes.get(..len), Some(b"71" | b"77"));
    if clinic {
        return true;
    }
    let rendering = claim.provider(RENDERING, line.number);
    if let Some(providers) = &reference.rosters.providers {
        let npi = rendering.map(|provider| provider.npi).filter(|cell| !cell.is_empty());
        let npi = claim.text(npi.unwrap_or(claim.context.billing.npi));
        return Npi::parse(npi)
            .is_some_and(|npi| providers.find(npi).iter().any(|row| row.pcp == Some(true)));
    }
    taxonomies(claim, line).next().is_some_and(|taxonomy| settings.is_pcp_taxonomy(taxonomy))
}

/// Whether a PCP renders a service of the primary-care scope.
pub(in crate::rules) fn is_primary_care(
    claim: &Claim<'_>,
    line: &ServiceLine,
    reference: &Reference,
    settings: &Settings,
) -> bool {
    reference.policy.primary_care_scope.contains(line.procedure) && is_pcp(claim, line, reference, settings)
}
