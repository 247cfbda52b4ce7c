//! Outcomes and examples in few words.

use crate::finding::{Code, Date, Fact};
use crate::record::{Cell, Claim, ClaimKind, Edition};
use crate::reference::{Npi, TaxId};

use super::rule::{Codes, Example, Expect, Outcome, Severity};
use super::subject::Subject;

/// An outcome.
pub(super) const fn outcome(
    severity: Severity,
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    codes: Codes,
) -> Outcome {
    Outcome { when, severity, message, remedy, codes }
}

/// A professional claim as an example.
pub(super) const fn professional(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Professional, text }
}

/// An institutional claim as an example.
pub(super) const fn institutional(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Institutional, text }
}

/// A dental claim as an example.
pub(super) const fn dental(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Dental, text }
}

/// An event of a request as an example: its text begins with `@request`.
pub(super) const fn request(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Professional, text }
}

/// An event of a response as an example: its text begins with `@response`.
pub(super) const fn response(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Professional, text }
}

/// The edition that the qualifier of a review's diagnosis names; none for other codes of its HI.
pub(super) fn edition(qualifier: &[u8]) -> Option<Edition> {
    match qualifier {
        b"ABK" | b"ABF" | b"ABJ" | b"APR" => Some(Edition::Icd10),
        b"BK" | b"BF" | b"BJ" | b"PR" => Some(Edition::Icd9),
        _ => None,
    }
}

/// The tax id of a claim's billing provider, where it gives one.
pub(super) fn billing_tax_id(claim: &Claim<'_>) -> Option<TaxId> {
    TaxId::parse(claim.text(claim.context.billing.tax_id))
}

/// Whether an address with this country is one of the United States.
pub(super) fn is_domestic(country: &[u8]) -> bool {
    matches!(country, b"" | b"US" | b"USA")
}

/// Whether a code is written with small letters, where capital ones are asked for.
pub(super) fn has_small_letters(code: &[u8]) -> bool {
    code.iter().any(u8::is_ascii_lowercase)
}

/// The day on which the codes of a claim must be in force: the last of an institutional claim's statement, else its first
/// date of service, else that of receipt.
pub(super) fn coded_on(subject: &Subject<'_>) -> Date {
    let claim = subject.claim;
    let statement = claim.facts.statement.map(|period| period.to);
    statement.or_else(|| claim.earliest()).unwrap_or(subject.received)
}

/// Whether ICD-9 had ended on a day: services from October 2015 on are coded in ICD-10.
pub(super) fn is_after_icd9(date: Date) -> bool {
    Date::new(2015, 10, 1).is_some_and(|day| date >= day)
}

/// What stands in a cell.
pub(super) fn input(cell: Cell) -> Fact {
    if cell.is_empty() { Fact::None } else { Fact::Input(cell.span) }
}

/// Rendering provider.
pub(super) const RENDERING: Code = Code::new(b"82");
/// Service facility.
pub(super) const FACILITY: Code = Code::new(b"77");

/// The NPI of a line's facility: the service facility that the claim names, else the billing provider of an institutional
/// claim. Of a professional claim that names none, nothing is known.
pub(super) fn facility(subject: &Subject<'_>, line: u32) -> Option<(Cell, Npi)> {
    let claim = subject.claim;
    let named = claim.provider(FACILITY, line).map(|provider| provider.npi).filter(|cell| !cell.is_empty());
    let own = Some(claim.context.billing.npi).filter(|_| claim.kind() == ClaimKind::Institutional);
    let cell = named.or(own)?;
    Npi::parse(claim.text(cell)).map(|npi| (cell, npi))
}

/// The NPI of who renders a line: the rendering provider, else the billing provider.
pub(super) fn rendering(subject: &Subject<'_>, line: u32) -> Option<(Cell, Npi)> {
    let claim = subject.claim;
    let named = claim.provider(RENDERING, line).map(|provider| provider.npi).filter(|cell| !cell.is_empty());
    let cell = named.unwrap_or(claim.context.billing.npi);
    Npi::parse(claim.text(cell)).map(|npi| (cell, npi))
}
