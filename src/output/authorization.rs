//! What is known of an authorization, in words.

use std::fmt::Write as _;

use crate::finding::{Date, Period};
use crate::reference::{Authorization, AuthorizedService, AuthorizedUnits, CodeRange, ProviderId};

/// How much, and of what.
pub fn units(units: AuthorizedUnits) -> String {
    format!("{} {}", units.quantity, units.unit.code())
}

/// From when to when; an open end is an ellipsis.
pub fn dates(period: Period) -> String {
    let day = |date: Date| {
        if date == Date::MIN || date == Date::MAX { "…".to_owned() } else { date.to_string() }
    };
    format!("{}/{}", day(period.from), day(period.to))
}

/// The codes of a service.
pub fn codes(service: &AuthorizedService) -> String {
    let words = |codes: &[CodeRange]| codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let codes = if service.codes.is_empty() { "any service".to_owned() } else { words(&service.codes) };
    if service.except.is_empty() { codes } else { format!("{codes} but {}", words(&service.except)) }
}

/// The whole with its services, a line each; nothing of whom it is for.
pub fn described(known: &Authorization, indent: &str) -> String {
    let providers = |ids: &[ProviderId]| {
        let each = ids.iter().map(|id| match id {
            ProviderId::Npi(npi) => format!(", provider {npi}"),
            ProviderId::TaxId(_) => ", a provider by tax id".to_owned(),
            ProviderId::Unknown => ", a provider who cannot be told".to_owned(),
        });
        each.collect::<String>()
    };
    let mut text = format!(
        "{indent}{} of the {}, {} ({}), {}{}{}\n",
        known.kind.word(),
        known.issuer.word(),
        known.status.word(),
        known.status.code(),
        dates(known.window),
        providers(&known.providers),
        known.units.map(|all| format!(", {}", units(all))).unwrap_or_default(),
    );
    for service in &known.services {
        let codes = codes(service);
        let status = service
            .status
            .map(|status| format!(", {} ({})", status.word(), status.code()))
            .unwrap_or_default();
        let window = service.window.map(|window| format!(", {}", dates(window))).unwrap_or_default();
        let all = service.units.map(|all| format!(", {}", units(all))).unwrap_or_default();
        let _ = writeln!(text, "{indent}  {codes}{status}{window}{}{all}", providers(&service.providers));
    }
    text
}
