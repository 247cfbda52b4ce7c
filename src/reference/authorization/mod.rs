//! What was authorized: plain facts, from a roster row or a 278 response. What they mean for a claim is the
//! rules' matter.

mod book;
mod cancellation;
mod decision;
mod extension;
mod known;
mod status;

use std::sync::Arc;

pub(super) use book::normal;
pub use book::{AuthorizationBook, DecisionOrder};
pub use decision::{Decided, Effect, outcome_of};
pub use known::{Found, Source};
pub use status::{AuthStatus, Decision};

use super::id::{MemberKey, Npi, Quantity, TaxId};
use super::range::CodeRange;
use crate::finding::{Code, Date, Period};

/// A decision on services for a member, under its number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authorization {
    /// The number that claims must carry, as [`AuthorizationBook::get`] compares it: trimmed, in upper case.
    pub number: Arc<str>,
    /// What kind of authorization it is.
    pub kind: AuthKind,
    /// Who decided.
    pub issuer: Issuer,
    /// What was decided.
    pub status: AuthStatus,
    /// For whom.
    pub member: MemberKey,
    /// When it was issued, where known.
    pub issued_on: Option<Date>,
    /// The dates of service it is for.
    pub window: Period,
    /// For which providers, any of them; none where it names none.
    pub providers: Vec<ProviderId>,
    /// The diagnoses that it was given for, where it says so.
    pub diagnoses: Vec<Code>,
    /// The services it lists; none where it does not list any and every service may be meant.
    pub services: Vec<AuthorizedService>,
    /// How much in all, where it says so; a service may say more.
    pub units: Option<AuthorizedUnits>,
    /// Where the services may take place.
    pub setting: CareSetting,
    /// Where it was read.
    pub origin: Origin,
}

#[cfg(test)]
impl Authorization {
    /// One of the plan's that certifies anything for a member, for tests to change.
    pub(crate) fn plain(number: &str, member: &str) -> Authorization {
        Authorization {
            number: number.into(),
            kind: AuthKind::Tar,
            issuer: Issuer::Plan,
            status: AuthStatus::Certified,
            member: super::id::member_key(member.as_bytes()),
            issued_on: None,
            window: Period::ALWAYS,
            providers: Vec::new(),
            diagnoses: Vec::new(),
            services: Vec::new(),
            units: None,
            setting: CareSetting::Open,
            origin: Origin::Roster { row: 2 },
        }
    }
}

impl Authorization {
    /// The listed services that hold `code`. A service without codes holds every code but those it leaves out.
    pub fn services_for(&self, code: Code) -> impl Iterator<Item = &AuthorizedService> {
        self.services.iter().filter(move |service| service.covers(code))
    }

    /// Whether a service names `code`, rather than being for any.
    pub fn lists(&self, code: Code) -> bool {
        !code.is_empty()
            && self.services.iter().any(|service| !service.codes.is_empty() && service.covers(code))
    }

    /// Whether `code` is among the services, or none are listed.
    pub fn covers(&self, code: Code) -> bool {
        self.services.is_empty() || self.services_for(code).next().is_some()
    }

    /// What was decided on one of its services: the service's own status, else the status of the whole.
    pub fn status_of(&self, service: &AuthorizedService) -> AuthStatus {
        service.status.unwrap_or(self.status)
    }

    /// How much of one of its services was authorized: the service's own units, else those of the whole.
    pub fn units_of(&self, service: &AuthorizedService) -> Option<AuthorizedUnits> {
        service.units.or(self.units)
    }

    /// The dates that one of its services is for: the service's own, else those of the whole.
    pub fn window_of(&self, service: &AuthorizedService) -> Period {
        service.window.unwrap_or(self.window)
    }

    /// The providers that one of its services is for: the service's own, else those of the whole.
    pub fn providers_of<'a>(&'a self, service: &'a AuthorizedService) -> &'a [ProviderId] {
        if service.providers.is_empty() { &self.providers } else { &service.providers }
    }
}

/// A service of an authorization.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuthorizedService {
    /// Its codes; none where any will do.
    pub codes: Vec<CodeRange>,
    /// Codes that it is not for, whatever its codes are: they were cancelled, or are counted otherwise.
    pub except: Vec<CodeRange>,
    /// The modifiers that it was authorized with; none where it names none.
    pub modifiers: Vec<Code>,
    /// What was decided on it, where it differs from the whole.
    pub status: Option<AuthStatus>,
    /// How much of it, where it says so.
    pub units: Option<AuthorizedUnits>,
    /// The dates of service it is for, where it has its own.
    pub window: Option<Period>,
    /// For which providers, any of them, where it names its own.
    pub providers: Vec<ProviderId>,
}

impl AuthorizedService {
    /// Whether `code` is one of its codes, or it has none, and it does not leave that one out.
    pub fn covers(&self, code: Code) -> bool {
        let holds = |ranges: &[CodeRange]| ranges.iter().any(|range| range.contains(code));
        (self.codes.is_empty() || holds(&self.codes)) && !holds(&self.except)
    }

    /// Whether all that it is for another is for too, dates and modifiers aside.
    fn is_within(&self, other: &AuthorizedService) -> bool {
        let holds = |range: &CodeRange| other.covers(range.from()) && other.covers(range.to());
        other.codes.is_empty() && other.except.is_empty()
            || !self.codes.is_empty() && self.codes.iter().all(holds)
    }
}

/// How much was authorized.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AuthorizedUnits {
    /// How many.
    pub quantity: Quantity,
    /// Of what.
    pub unit: UnitOfService,
}

/// What authorized quantities count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnitOfService {
    /// `UN`: units of the service.
    Units,
    /// `VS`: visits, which are distinct dates of service.
    Visits,
    /// `DY`: days, which are those of the accommodation lines.
    Days,
}

impl UnitOfService {
    /// The X12 code.
    pub const fn code(self) -> &'static str {
        match self {
            UnitOfService::Units => "UN",
            UnitOfService::Visits => "VS",
            UnitOfService::Days => "DY",
        }
    }

    /// The unit of a quantity of a 278, where days are `DA` too.
    pub fn of_review(code: Code) -> Option<UnitOfService> {
        let (bytes, len) = code.bytes();
        match bytes.get(..len)? {
            b"DA" => Some(UnitOfService::Days),
            other => UnitOfService::from_code(other),
        }
    }

    /// The unit of a roster's code, in any letter case.
    pub fn from_code(code: &[u8]) -> Option<UnitOfService> {
        [UnitOfService::Units, UnitOfService::Visits, UnitOfService::Days]
            .into_iter()
            .find(|unit| code.eq_ignore_ascii_case(unit.code().as_bytes()))
    }
}

/// The kinds of authorization.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AuthKind {
    /// Treatment authorization request.
    Tar,
    /// Service authorization request of a county CCS program.
    Sar,
    /// Referral.
    Referral,
}

impl AuthKind {
    /// The word of the roster.
    pub const fn word(self) -> &'static str {
        match self {
            AuthKind::Tar => "tar",
            AuthKind::Sar => "sar",
            AuthKind::Referral => "referral",
        }
    }

    /// The kind of a roster's word, in any letter case.
    pub fn parse(word: &[u8]) -> Option<AuthKind> {
        [AuthKind::Tar, AuthKind::Sar, AuthKind::Referral]
            .into_iter()
            .find(|kind| word.eq_ignore_ascii_case(kind.word().as_bytes()))
    }
}

/// Who decides on authorizations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Issuer {
    /// The plan.
    Plan,
    /// A county CCS program.
    County,
}

impl Issuer {
    /// The word of the roster.
    pub const fn word(self) -> &'static str {
        match self {
            Issuer::Plan => "plan",
            Issuer::County => "county",
        }
    }

    /// The issuer of a roster's word, in any letter case.
    pub fn parse(word: &[u8]) -> Option<Issuer> {
        [Issuer::Plan, Issuer::County]
            .into_iter()
            .find(|issuer| word.eq_ignore_ascii_case(issuer.word().as_bytes()))
    }
}

/// Where authorized services may take place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum CareSetting {
    /// In an admission.
    Inpatient,
    /// Not in an admission.
    Outpatient,
    /// Anywhere.
    #[default]
    Open,
}

impl CareSetting {
    /// The word of the roster; empty where open.
    pub const fn word(self) -> &'static str {
        match self {
            CareSetting::Inpatient => "inpatient",
            CareSetting::Outpatient => "outpatient",
            CareSetting::Open => "",
        }
    }

    /// The setting of a roster's word, in any letter case.
    pub fn parse(word: &[u8]) -> Option<CareSetting> {
        [CareSetting::Inpatient, CareSetting::Outpatient, CareSetting::Open]
            .into_iter()
            .find(|setting| word.eq_ignore_ascii_case(setting.word().as_bytes()))
    }
}

/// A provider as an authorization names it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ProviderId {
    /// By NPI.
    Npi(Npi),
    /// By federal tax id.
    TaxId(TaxId),
    /// By what no claim can be held against: whoever bills may be meant.
    Unknown,
}

impl ProviderId {
    /// Ten digits are an NPI, nine a tax id.
    pub fn parse(text: &[u8]) -> Option<ProviderId> {
        Npi::parse(text).map(ProviderId::Npi).or_else(|| TaxId::parse(text).map(ProviderId::TaxId))
    }
}

/// Where an authorization was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A line of `authorizations.csv`, from 1; the first of its number.
    Roster {
        /// The line.
        row: u32,
    },
    /// A 278 response.
    Response {
        /// The file that it came in.
        file: Arc<str>,
        /// The patient event's ordinal in the file, from 1.
        record: u64,
    },
}
