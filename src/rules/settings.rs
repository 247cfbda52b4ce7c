//! The keys of a profile that rules read.

use crate::finding::{Code, Date, RuleId};
use crate::reference::County;

/// A set of rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RuleSet([u64; RuleId::COUNT.div_ceil(64)]);

impl RuleSet {
    /// Every rule.
    pub fn all() -> RuleSet {
        let mut all = RuleSet::default();
        RuleId::all().for_each(|rule| all.insert(rule));
        all
    }

    /// Puts a rule in.
    pub fn insert(&mut self, rule: RuleId) {
        if let Some(word) = self.0.get_mut(rule.index() / 64) {
            *word |= 1 << (rule.index() % 64);
        }
    }

    /// Takes a rule out.
    pub fn remove(&mut self, rule: RuleId) {
        if let Some(word) = self.0.get_mut(rule.index() / 64) {
            *word &= !(1 << (rule.index() % 64));
        }
    }

    /// Whether a rule is in it.
    pub fn contains(&self, rule: RuleId) -> bool {
        self.0.get(rule.index() / 64).is_some_and(|word| word >> (rule.index() % 64) & 1 == 1)
    }
}

/// Which lines need an authorization number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredFor {
    /// CCS lines, unless the table says otherwise, and services that the table lists.
    #[default]
    CcsLines,
    /// Services that the table lists only.
    ListedServices,
}

/// Whether the known authorizations are all that there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Completeness {
    /// A number that is not among them does not exist.
    Complete,
    /// There may be others.
    Partial,
}

/// When a county's Whole Child Model began and ended; outside of it the county CCS program pays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CountyStart {
    /// The county.
    pub county: County,
    /// The first day.
    pub from: Date,
}

/// In which time visits for physical therapy are counted together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TherapyPeriod {
    /// The calendar year.
    #[default]
    CalendarYear,
    /// The twelve months up to the visit.
    TwelveMonths,
}

/// The keys of a profile that rules read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The rules that run.
    pub enabled: RuleSet,
    /// The rules whose usual outcome rejects.
    pub rejecting: RuleSet,
    /// The rules that say something: those that run and are not in shadow.
    pub speaking: RuleSet,
    /// `tar.required_for`.
    pub required_for: RequiredFor,
    /// `tar.authorizations`; where it is not set, the known set is complete when a roster or store gave it.
    pub authorizations: Option<Completeness>,
    /// `counties`: the Whole Child Model's first day in each.
    pub counties: Vec<CountyStart>,
    /// `primary_care.taxonomies`: those that make a provider a PCP where no provider roster is loaded; one ending in
    /// `*` stands for all that begin so.
    pub pcp_taxonomies: Vec<String>,
    /// `members.id_forms`: forms of member ids beside those of Medi-Cal: 9 stands for a digit, A for a letter, any other
    /// character for itself.
    pub member_id_forms: Vec<String>,
    /// `tar.number_forms`: the forms of authorization numbers, written as those of member ids; any may be one where it is empty.
    pub number_forms: Vec<String>,
    /// `ccs.age_limit`: CCS serves members younger than this, in years.
    pub age_limit: i32,
    /// `tar.meals_notice_days`: how many days ahead meals and lodging are to be asked for.
    pub meals_notice_days: i32,
    /// `tar.retro_days`: how many days after the service an authorization may be issued.
    pub retro_days: i32,
    /// `tar.turnaround_days`: working days in which a routine request is decided.
    pub turnaround_days: i32,
    /// `tar.urgent_turnaround_days`: days in which an urgent request is decided.
    pub urgent_turnaround_days: i32,
    /// `nicu.stabilisation_days`: the longest stay before a transfer that needs no number.
    pub stabilisation_days: i32,
    /// `therapy.visits`: how many visits for physical therapy need no number.
    pub therapy_visits: u16,
    /// `therapy.period`: in which time.
    pub therapy_period: TherapyPeriod,
    /// `edits`: the profile's own rules.
    pub edits: super::edit::Edits,
}

impl Settings {
    /// Says which rules run.
    pub fn enable(&mut self, rules: RuleSet) {
        self.enabled = rules;
    }

    /// The plan's settings, all rules on.
    pub fn plan() -> Settings {
        let day = |year, month, day| Date::new(year, month, day).unwrap_or(Date::MIN);
        let first = day(2018, 7, 1);
        let later = day(2025, 1, 1);
        Settings {
            enabled: RuleSet::all(),
            rejecting: RuleSet::all(),
            speaking: RuleSet::all(),
            required_for: RequiredFor::CcsLines,
            authorizations: None,
            counties: [
                (County::Mariposa, later),
                (County::Merced, first),
                (County::Monterey, first),
                (County::SanBenito, later),
                (County::SantaCruz, first),
            ]
            .map(|(county, from)| CountyStart { county, from })
            .to_vec(),
            pcp_taxonomies: [
                "207Q00000X",
                "208D00000X",
                "208000000X",
                "207R00000X",
                "363L*",
                "363A*",
                "261QF0400X",
                "261QR1300X",
            ]
            .map(str::to_owned)
            .to_vec(),
            member_id_forms: Vec::new(),
            number_forms: Vec::new(),
            age_limit: 21,
            meals_notice_days: 5,
            retro_days: 30,
            turnaround_days: 5,
            urgent_turnaround_days: 3,
            stabilisation_days: 3,
            therapy_visits: 12,
            therapy_period: TherapyPeriod::CalendarYear,
            edits: super::edit::Edits::default(),
        }
    }

    /// The Whole Child Model's first day in a county; none for a county outside of the service area.
    pub fn county_start(&self, county: County) -> Option<Date> {
        self.counties.iter().find(|start| start.county == county).map(|start| start.from)
    }

    /// The latest of the counties' first days: what counts where the county is unknown.
    pub fn latest_start(&self) -> Date {
        self.counties.iter().map(|start| start.from).max().unwrap_or(Date::MIN)
    }

    /// Whether a member id has one of the plan's own forms.
    pub fn is_plans_member_id(&self, id: &[u8]) -> bool {
        has_form(&self.member_id_forms, id)
    }

    /// Whether an authorization number has a form that the profile gives; every number has, where it gives none.
    pub fn may_be_number(&self, number: &[u8]) -> bool {
        self.number_forms.is_empty() || has_form(&self.number_forms, number)
    }

    /// Whether a taxonomy code makes a PCP.
    pub fn is_pcp_taxonomy(&self, taxonomy: &[u8]) -> bool {
        self.pcp_taxonomies.iter().any(|known| match known.strip_suffix('*') {
            Some(prefix) => taxonomy.len() == 10 && taxonomy.starts_with(prefix.as_bytes()),
            None => taxonomy == known.as_bytes(),
        })
    }
}

/// Whether a text has one of some forms: 9 stands for a digit, A for a letter, any other character for itself.
fn has_form(forms: &[String], text: &[u8]) -> bool {
    let fits = |(form, byte): (&u8, &u8)| match form {
        b'9' => byte.is_ascii_digit(),
        b'A' => byte.is_ascii_alphabetic(),
        other => other == byte,
    };
    let mut forms = forms.iter().map(String::as_bytes);
    forms.any(|form| form.len() == text.len() && form.iter().zip(text).all(fits))
}

/// Emergency department and critical visit codes that make a line an emergency.
pub(super) fn is_emergency_visit(procedure: Code) -> bool {
    Code::new(b"99281") <= procedure && procedure <= Code::new(b"99285") && procedure.len() == 5
}
