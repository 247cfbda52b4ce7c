//! Whether a line needs an authorization number.

use crate::finding::{Code, RuleId};
use crate::record::{Claim, ServiceLine};
use crate::reference::{Reference, Requires, ServiceKindRow, Setting, TarRow};
use crate::rules::nic;
use crate::rules::settings::{RequiredFor, Settings};
use crate::rules::subject::{Analysis, LineView, is_nicu_revenue};

use super::exemption::{self, Exemption};
use super::grant::is_accommodation;
use super::{Assessment, setting};

/// Whether a line needs a number.
#[derive(Clone, Copy, Debug, Default)]
pub enum Need<'r> {
    /// Nothing asks for one.
    #[default]
    None,
    /// It treats a CCS condition, but the table says that its service needs none, or is watched in another way.
    Spared(&'r TarRow),
    /// It would need one, but is exempt.
    Exempt(Exemption, Ask<'r>),
    /// It needs one.
    Asked(Ask<'r>),
}

impl<'r> Need<'r> {
    /// Why it needs a number, if it does.
    pub fn asked(&self) -> Option<Ask<'r>> {
        match self {
            Need::Asked(ask) => Some(*ask),
            _ => None,
        }
    }
}

/// Who asks for a number, and how firmly.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'r> {
    /// Whether a missing or wrong number rejects; else it warns.
    pub strong: bool,
    /// Why.
    pub because: Because,
    /// The row of `tar_required.csv` that was looked at, if one fits.
    pub row: Option<&'r TarRow>,
    /// The row of `service_kinds.csv` by which the service is high-risk infant follow-up, if it is.
    pub follow_up: Option<&'r ServiceKindRow>,
    /// The rule that owns the question: TAR101, or the more specific one.
    pub owner: RuleId,
}

impl Ask<'_> {
    /// The rule that asks: the owner, or TAR101 where the owner is off or in shadow.
    pub fn asker(&self, settings: &Settings) -> RuleId {
        if settings.speaking.contains(self.owner) { self.owner } else { RuleId::TAR101 }
    }
}

/// Why a line needs a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Because {
    /// It treats a CCS condition.
    CcsLine,
    /// The table lists its service.
    Listed,
    /// It is specialty care of a CCS child: a referral number will do.
    Referral,
    /// It is meals or lodging: prior approval where possible.
    MealsAndLodging,
    /// It is high-risk infant follow-up.
    FollowUp,
}

/// The row of the table that decides for a line: of those that fit, the one with a modifier or role test beats the one without, then
/// the narrower range; the procedure's before the revenue code's.
pub(super) fn deciding_row<'r>(
    claim: &Claim<'_>,
    line: &ServiceLine,
    view: LineView,
    analysis: &Analysis<'_>,
    reference: &'r Reference,
    settings: &Settings,
) -> Option<&'r TarRow> {
    let table = &reference.policy.tar_required;
    let date = view.date?;
    let of = |code: Code| {
        let fits =
            |row: &&TarRow| setting::fits(row.setting, claim, line, view, analysis, reference, settings);
        table.rows(code, date).find(fits)
    };
    of(line.procedure).or_else(|| of(line.revenue))
}

/// Whether a line needs a number; `row` is the one that decides.
pub(super) fn need<'r>(
    claim: &Claim<'_>,
    line: &ServiceLine,
    view: LineView,
    row: Option<&'r TarRow>,
    analysis: &Analysis<'_>,
    reference: &'r Reference,
    settings: &Settings,
) -> Need<'r> {
    let before = crate::rules::effective(RuleId::TAR101);
    if view.date.is_none_or(|date| date < before) {
        return Need::None;
    }
    let follow_up = view.date.and_then(|date| nic::follow_up(claim, line, date, reference));
    let Some(mut ask) = ask(claim, line, view, row, follow_up, settings) else {
        return row.filter(|_| view.is_ccs).map_or(Need::None, Need::Spared);
    };
    let asker = exemption::Asker { claim, line, view, analysis, reference, settings };
    if let Some(exemption) = exemption::of(&asker, row) {
        return Need::Exempt(exemption, ask);
    }
    if ask.strong && exemption::administers_carved_out(&asker) {
        ask.strong = false;
    }
    ask.owner = owner(&ask, &asker);
    // whose authorization a newborn's stay on the mother's id has, nobody can tell from the claim
    if ask.owner == RuleId::NIC101 && analysis.member.newborn {
        ask.strong = false;
    }
    Need::Asked(ask)
}

/// Frees the other lines of an inpatient stay whose bed needs no number because of what the stay is: the number would be the stay's, and
/// what was given in it is part of it.
pub(super) fn free_whole_stay(claim: &Claim<'_>, answers: &mut [Assessment<'_>]) {
    if !claim.is_inpatient() {
        return;
    }
    let beds = claim.lines().iter().zip(&*answers).filter(|(line, _)| is_accommodation(line));
    let mut free = beds.filter_map(|(_, answer)| match answer.need {
        Need::Exempt(exemption, _) if exemption.is_of_the_stay() => Some(exemption),
        _ => None,
    });
    let Some(exemption) = free.next() else { return };
    for answer in answers {
        if let Need::Asked(ask) = answer.need {
            answer.need = Need::Exempt(exemption, ask);
        }
    }
}

/// The rule that owns the question for a line.
fn owner(ask: &Ask<'_>, asker: &exemption::Asker<'_, '_>) -> RuleId {
    let exemption::Asker { claim, line, reference, settings, .. } = *asker;
    match ask.because {
        Because::Referral => return RuleId::TAR138,
        Because::MealsAndLodging => return RuleId::TAR135,
        Because::FollowUp => return RuleId::NIC105,
        Because::CcsLine | Because::Listed => {}
    }
    let drug = |setting: Setting| {
        matches!(setting, Setting::PhysicianAdministeredDrug | Setting::PhysicianAdministeredDrugUnclassified)
    };
    if is_nicu_revenue(line.revenue) {
        RuleId::NIC101
    } else if ask.follow_up.is_some() {
        RuleId::NIC105
    } else if exemption::is_between(line.procedure, b"J0000", b"J9999")
        || ask.row.is_some_and(|row| drug(row.setting))
    {
        RuleId::TAR134
    } else if setting::is_pcp(claim, line, reference, settings) {
        // in scope it would be exempt
        RuleId::TAR133
    } else {
        RuleId::TAR101
    }
}

fn ask<'r>(
    claim: &Claim<'_>,
    line: &ServiceLine,
    view: LineView,
    row: Option<&'r TarRow>,
    follow_up: Option<&'r ServiceKindRow>,
    settings: &Settings,
) -> Option<Ask<'r>> {
    let ask = |strong, because| Ask { strong, because, row, follow_up, owner: RuleId::TAR101 };
    let requires = row.map(|row| row.requires);
    if requires == Some(Requires::Referral) {
        // specialty care of a CCS child wants a referral; a referral number will do
        let referred = [line.number, 0].iter().any(|at| claim.reference(super::REFERRAL, *at).is_some());
        return (view.is_ccs && !referred).then_some(ask(false, Because::Referral));
    }
    if requires == Some(Requires::Yes) && row.is_some_and(|row| is_meals_or_lodging(row.setting)) {
        return Some(ask(false, Because::MealsAndLodging));
    }
    let not_by_ccs = matches!(
        requires,
        Some(Requires::No | Requires::AfterLimit | Requires::Threshold | Requires::ViaFacilityAuth)
    );
    if view.is_ccs && settings.required_for == RequiredFor::CcsLines && !not_by_ccs {
        return Some(ask(true, Because::CcsLine));
    }
    match (row, follow_up) {
        (Some(row), _) => (row.requires == Requires::Yes).then(|| ask(row.is_high(), Because::Listed)),
        (None, Some(kind)) => Some(ask(kind.provenance.is_high(), Because::FollowUp)),
        (None, None) => None,
    }
}

fn is_meals_or_lodging(setting: Setting) -> bool {
    matches!(
        setting,
        Setting::MealsLodgingLodgingRecipient
            | Setting::MealsLodgingMealsRecipient
            | Setting::MealsLodgingLodgingEscort
            | Setting::MealsLodgingMealsEscort
    )
}
