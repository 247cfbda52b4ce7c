//! Whether a line needs an authorization number.

use crate::finding::{Code, RuleId};
use crate::record::{Claim, ServiceLine};
use crate::reference::{Reference, Requires, Setting, TarRow};
use crate::rules::settings::{RequiredFor, Settings};
use crate::rules::subject::{Analysis, LineView};

use super::exemption::{self, Exemption};
use super::setting;

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
    let Some(mut ask) = ask(claim, line, view, row, settings) else {
        return row.filter(|_| view.is_ccs).map_or(Need::None, Need::Spared);
    };
    let asker = exemption::Asker { claim, line, view, analysis, reference, settings };
    if let Some(exemption) = exemption::of(&asker, row) {
        return Need::Exempt(exemption, ask);
    }
    if ask.strong && exemption::administers_carved_out(&asker) {
        ask.strong = false;
    }
    Need::Asked(ask)
}

fn ask<'r>(
    claim: &Claim<'_>,
    line: &ServiceLine,
    view: LineView,
    row: Option<&'r TarRow>,
    settings: &Settings,
) -> Option<Ask<'r>> {
    let requires = row.map(|row| row.requires);
    if requires == Some(Requires::Referral) {
        // specialty care of a CCS child wants a referral; a referral number will do
        let referred = [line.number, 0].iter().any(|at| claim.reference(super::REFERRAL, *at).is_some());
        return (view.is_ccs && !referred).then_some(Ask { strong: false, because: Because::Referral, row });
    }
    if requires == Some(Requires::Yes) && row.is_some_and(|row| is_meals_or_lodging(row.setting)) {
        return Some(Ask { strong: false, because: Because::MealsAndLodging, row });
    }
    let not_by_ccs = matches!(
        requires,
        Some(Requires::No | Requires::AfterLimit | Requires::Threshold | Requires::ViaFacilityAuth)
    );
    if view.is_ccs && settings.required_for == RequiredFor::CcsLines && !not_by_ccs {
        return Some(Ask { strong: true, because: Because::CcsLine, row });
    }
    let listed = row.filter(|row| row.requires == Requires::Yes)?;
    Some(Ask { strong: listed.is_high(), because: Because::Listed, row })
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
