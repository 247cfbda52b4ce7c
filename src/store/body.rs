//! A decision as it is stored: JSON, so that a store can be read by other means.

use serde::{Deserialize, Serialize};

use crate::finding::{Code, Date, Period};
use crate::reference::{
    AuthKind, AuthStatus, Authorization, AuthorizedService, AuthorizedUnits, CareSetting, CodeRange, Issuer,
    MemberKey, Npi, Origin, ProviderId, Quantity, TaxId, UnitOfService,
};

#[derive(Serialize, Deserialize)]
struct Body {
    kind: String,
    issuer: String,
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issued: Option<i32>,
    window: (i32, i32),
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    diagnoses: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    services: Vec<Service>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    units: Option<(i64, String)>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    setting: String,
    /// Where it was read: the file, or nothing for a roster, and the record or row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    row: u64,
}

#[derive(Serialize, Deserialize, Default)]
struct Service {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    codes: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    modifiers: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    units: Option<(i64, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    window: Option<(i32, i32)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
}

fn days(period: Period) -> (i32, i32) {
    (period.from.days(), period.to.days())
}

fn period((from, to): (i32, i32)) -> Period {
    Period { from: Date::from_days(from), to: Date::from_days(to) }
}

fn provider(id: ProviderId) -> String {
    match id {
        ProviderId::Npi(npi) => npi.to_string(),
        ProviderId::TaxId(id) => id.to_string(),
    }
}

fn provider_of(text: &str) -> Option<ProviderId> {
    let npi = Npi::parse(text.as_bytes()).map(ProviderId::Npi);
    npi.or_else(|| TaxId::parse(text.as_bytes()).map(ProviderId::TaxId))
}

fn units(units: AuthorizedUnits) -> (i64, String) {
    (units.quantity.units(), units.unit.code().to_owned())
}

fn units_of((quantity, unit): &(i64, String)) -> Option<AuthorizedUnits> {
    let unit = UnitOfService::from_code(unit.as_bytes())?;
    Some(AuthorizedUnits { quantity: Quantity::from_units(*quantity), unit })
}

fn codes_of(codes: &[String]) -> Vec<Code> {
    codes.iter().filter_map(|code| Code::exact(code.as_bytes())).collect()
}

/// A decision as text; without number and member, which have columns of their own.
pub(super) fn write(authorization: &Authorization) -> String {
    let Authorization { kind, issuer, status, issued_on, window, services, setting, .. } = authorization;
    let (file, row) = match &authorization.origin {
        Origin::Roster { row } => (None, u64::from(*row)),
        Origin::Response { file, record } => (Some(file.to_string()), *record),
    };
    let body = Body {
        kind: kind.word().to_owned(),
        issuer: issuer.word().to_owned(),
        status: status.code().to_owned(),
        issued: issued_on.map(Date::days),
        window: days(*window),
        provider: authorization.provider.map(provider),
        diagnoses: authorization.diagnoses.iter().map(Code::to_string).collect(),
        services: services
            .iter()
            .map(|service| Service {
                codes: service
                    .codes
                    .iter()
                    .map(|range| (range.from().to_string(), range.to().to_string()))
                    .collect(),
                modifiers: service.modifiers.iter().map(Code::to_string).collect(),
                status: service.status.map(|status| status.code().to_owned()),
                units: service.units.map(units),
                window: service.window.map(days),
                provider: service.provider.map(provider),
            })
            .collect(),
        units: authorization.units.map(units),
        setting: setting.word().to_owned(),
        file,
        row,
    };
    serde_json::to_string(&body).unwrap_or_default()
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
            provider: service.provider.as_deref().and_then(provider_of),
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
        provider: body.provider.as_deref().and_then(provider_of),
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
