//! A decision as formats 1 to 4 held it: JSON.

use serde::Deserialize;

use crate::finding::{Code, Date, Period};
use crate::reference::{
    AuthKind, AuthStatus, Authorization, AuthorizedService, AuthorizedUnits, CareSetting, CodeRange, Issuer,
    MemberKey, Npi, Origin, ProviderId, Quantity, TaxId, UnitOfService,
};

#[derive(Deserialize)]
struct Body {
    kind: String,
    issuer: String,
    status: String,
    #[serde(default)]
    issued: Option<i32>,
    window: (i32, i32),
    #[serde(default)]
    provider: Option<String>,
    #[serde(default)]
    diagnoses: Vec<String>,
    #[serde(default)]
    services: Vec<Service>,
    #[serde(default)]
    units: Option<(i64, String)>,
    #[serde(default)]
    setting: String,
    /// Where it was read: the file, or nothing for a roster, and the record or row.
    #[serde(default)]
    file: Option<String>,
    row: u64,
}

#[derive(Deserialize, Default)]
struct Service {
    #[serde(default)]
    codes: Vec<(String, String)>,
    #[serde(default)]
    modifiers: Vec<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    units: Option<(i64, String)>,
    #[serde(default)]
    window: Option<(i32, i32)>,
    #[serde(default)]
    provider: Option<String>,
}

fn period((from, to): (i32, i32)) -> Period {
    Period { from: Date::from_days(from), to: Date::from_days(to) }
}

fn provider_of(text: &str) -> Option<ProviderId> {
    let npi = Npi::parse(text.as_bytes()).map(ProviderId::Npi);
    npi.or_else(|| TaxId::parse(text.as_bytes()).map(ProviderId::TaxId))
}

fn units_of((quantity, unit): &(i64, String)) -> Option<AuthorizedUnits> {
    let unit = UnitOfService::from_code(unit.as_bytes())?;
    Some(AuthorizedUnits { quantity: Quantity::from_units(*quantity), unit })
}

fn codes_of(codes: &[String]) -> Vec<Code> {
    codes.iter().filter_map(|code| Code::exact(code.as_bytes())).collect()
}

/// The decision of a text; none where the text is damaged.
pub(super) fn read(number: &str, member: MemberKey, text: &str) -> Option<Authorization> {
    let body: Body = serde_json::from_str(text).ok()?;
    let status = |code: &str| AuthStatus::from_hcr01(code.as_bytes());
    let services = body.services.iter().map(|service| {
        let codes = service
            .codes
            .iter()
            .map(|(from, to)| CodeRange::new(Code::exact(from.as_bytes())?, Code::exact(to.as_bytes())?));
        Some(AuthorizedService {
            codes: codes.collect::<Option<Vec<_>>>()?,
            modifiers: codes_of(&service.modifiers),
            status: service.status.as_deref().and_then(status),
            units: service.units.as_ref().and_then(units_of),
            window: service.window.map(period),
            providers: service.provider.as_deref().and_then(provider_of).into_iter().collect(),
            ..AuthorizedService::default()
        })
    });
    Some(Authorization {
        number: number.into(),
        kind: AuthKind::parse(body.kind.as_bytes())?,
        issuer: Issuer::parse(body.issuer.as_bytes())?,
        status: status(&body.status)?,
        member,
        issued_on: body.issued.map(Date::from_days),
        window: period(body.window),
        providers: body.provider.as_deref().and_then(provider_of).into_iter().collect(),
        diagnoses: codes_of(&body.diagnoses),
        services: services.collect::<Option<Vec<_>>>()?,
        units: body.units.as_ref().and_then(units_of),
        setting: CareSetting::parse(body.setting.as_bytes())?,
        origin: match body.file {
            None => Origin::Roster { row: u32::try_from(body.row).ok()? },
            Some(file) => Origin::Response { file: file.into(), record: body.row },
        },
    })
}
