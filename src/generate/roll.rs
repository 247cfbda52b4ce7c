//! The rosters that belong to a batch: what the plan knows of the members, providers and decisions behind its claims.
//!
//! Everything in them is such that no claim of the batch is rejected, and mostly only just: authorizations are used up to
//! the last unit and the last day, therapy to the last free visit.

use std::fmt::{self, Display};
use std::io::{self, Write};

use crate::finding::{Code, Date};
use crate::reference::{Reference, Roster};

use super::batch::TakeRows;
use super::calendar::Day;
use super::common::Common;
use super::pen::Put;
use super::people::{Person, county, member_id};
use super::providers::{Practice, Provider};
use super::random::{Random, Stream};
use super::scenario::Scenario;
use super::sets::Scene;

/// What the plan knows of a member beside who it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    Usual,
    /// The county found the child not eligible: CCS rules do not apply.
    NotInCcs,
    /// Authorized by the county, before the Whole Child Model began there.
    CountyAuthorized,
}

impl Standing {
    /// That of the subscriber with this first claim, who lives there.
    pub(super) fn draw(common: &Common, ordinal: u64, person: &Person, practice: Practice) -> Standing {
        let random = &mut Random::new(common.seed, Stream::Standing, ordinal);
        let late_county = matches!(county(person.city()), "San Benito" | "Mariposa");
        match random.below(100) {
            _ if !common.rostered => Standing::Usual,
            // a newborn child is in nobody's list yet
            0..5 if !matches!(practice, Practice::Nursery) => Standing::NotInCcs,
            5..45 if late_county => Standing::CountyAuthorized,
            _ => Standing::Usual,
        }
    }
}

/// A service as an authorization or the history counts it.
#[derive(Clone, Copy)]
pub(super) struct Item {
    /// The code with modifiers, or the revenue code.
    pub(super) code: &'static str,
    pub(super) units: u32,
    pub(super) day: Day,
}

impl Item {
    /// The code without modifiers, and the first of them.
    fn parts(&self) -> (&'static str, &'static str) {
        let mut parts = self.code.split(':');
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    }
}

/// How an authorization counts what is used of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Count {
    Units,
    Visits,
    /// Of a stay, whose items are its rooms.
    Days,
}

/// What a claim rests on.
pub(super) struct Told<'a> {
    pub(super) scenario: Scenario,
    pub(super) diagnoses: &'a [&'static str],
    /// Whether it cites an authorization.
    pub(super) is_authorized: bool,
    pub(super) items: &'a [Item],
    pub(super) count: Count,
    /// `inpatient`, `outpatient`, or empty where either may be.
    pub(super) setting: &'static str,
    /// The last day of the claim.
    pub(super) until: Day,
    /// The claim that it replaces, in the payer's numbers.
    pub(super) replaces: Option<PayerNumber>,
}

/// The payer's number of an earlier claim.
#[derive(Clone, Copy, Debug)]
pub(super) struct PayerNumber(pub(super) u64);

impl Display for PayerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PCN{:09}", self.0)
    }
}

impl Put for PayerNumber {
    fn put(self, text: &mut Vec<u8>) {
        text.extend_from_slice(self.to_string().as_bytes());
    }
}

/// The member whose claims are being written.
struct Open {
    id: String,
    row: String,
    standing: Standing,
    is_ccs: bool,
    conditions: Vec<&'static str>,
}

/// See above.
pub(super) struct Roll {
    files: [Vec<u8>; Roster::ALL.len()],
    scenarios: [u64; Scenario::ALL.len()],
    reference: Reference,
    member: Option<Open>,
}

/// The days on which the Whole Child Model was not there yet in the counties of 2025.
const COUNTY_ISSUED: &str = "2024-12-02";
const COUNTY_ENDS: &str = "2026-12-31";

impl Roll {
    pub(super) fn new() -> Roll {
        Roll {
            files: Default::default(),
            scenarios: [0; Scenario::ALL.len()],
            reference: Reference::builtin(),
            member: None,
        }
    }

    /// Adds a row.
    fn add(&mut self, roster: Roster, cells: fmt::Arguments<'_>) {
        let at = Roster::ALL.iter().position(|one| *one == roster).unwrap_or_default();
        // writing into memory cannot fail
        let _ = writeln!(self.files[at], "{cells}");
    }

    pub(super) fn saw(&mut self, scenario: Scenario) {
        self.scenarios[scenario as usize] += 1;
    }

    pub(super) fn scenarios(&self) -> Vec<(Scenario, u64)> {
        Scenario::ALL.into_iter().map(|scenario| (scenario, self.scenarios[scenario as usize])).collect()
    }

    /// Hands on the rows so far.
    pub(super) fn hand_on(&mut self, take: &mut TakeRows<'_>) -> io::Result<()> {
        for (roster, rows) in Roster::ALL.into_iter().zip(&mut self.files) {
            if !rows.is_empty() {
                take(roster, rows)?;
                rows.clear();
            }
        }
        Ok(())
    }

    /// Everybody who bills, treats or refers.
    pub(super) fn providers(&mut self, common: &Common) {
        let directory = &common.directory;
        for provider in &directory.billing {
            let (npi, tax_id) = (provider.npi, provider.tax_id);
            let (paneled, pcp) = match provider.practice {
                Practice::PrimaryCare | Practice::HealthCenter => ("Y,2018-07-01,", "Y"),
                Practice::Laboratory | Practice::Equipment => (",,", ""),
                // the day before the first service: paneling that just began
                Practice::Therapy(_) => ("Y,2026-01-31,", "N"),
                _ => ("Y,2018-07-01,2026-06-30", "N"),
            };
            let is_hospital =
                matches!(provider.practice, Practice::Hospital | Practice::Nursery | Practice::HealthCenter);
            let kind = if is_hospital { "facility" } else { "group" };
            self.add(Roster::Providers, format_args!("{npi},{tax_id:09},{kind},,,,{pcp}"));
            let people = provider.doctors.iter().map(|doctor| doctor.npi).chain([provider.supervisor]);
            for person in people {
                self.add(Roster::Providers, format_args!("{person},{tax_id:09},individual,{paneled},{pcp}"));
            }
            if is_hospital {
                let level = if matches!(provider.practice, Practice::Nursery) { "regional" } else { "none" };
                self.add(Roster::Facilities, format_args!("{npi},{level},Y,2018-07-01,,Y"));
            }
            if provider.is_discounted {
                self.add(Roster::Programs, format_args!("{npi},340b,2024-01-01,"));
            }
        }
        for npi in &directory.referrers {
            self.add(Roster::Providers, format_args!("{npi},,individual,Y,2018-07-01,,Y"));
        }
        for npi in &directory.hospital_npis {
            self.add(Roster::Providers, format_args!("{npi},,facility,,,,"));
            self.add(Roster::Facilities, format_args!("{npi},regional,Y,2018-07-01,2026-06-30,Y"));
        }
    }

    /// Ends the member before and begins another: the subscriber with this first claim.
    pub(super) fn member(
        &mut self,
        common: &Common,
        (ordinal, has_patients): (u64, bool),
        person: &Person,
        (provider, standing): (&Provider, Standing),
        other_payer: Option<&str>,
    ) {
        self.end_member();
        let id = String::from_utf8_lossy(&member_id(common.offset, ordinal)).into_owned();
        if let Some(payer) = other_payer {
            self.add(Roster::OtherCoverage, format_args!("{id},{payer},2025-01-01,"));
        }
        let birth = match (has_patients, provider.practice) {
            (false, _) => person.birth.to_string(),
            // the mother's own
            (true, Practice::Nursery) => "1997-03-09".to_owned(),
            (true, _) => String::new(),
        };
        let pcp = common.directory.referrers.get(ordinal as usize % 64).copied().unwrap_or_default();
        let enrolled = person.birth.max(Date::new(2024, 1, 1).unwrap_or(Date::MIN));
        let enrolled = if has_patients { "2024-01-01".to_owned() } else { enrolled.to_string() };
        let row = format!("{pcp},{enrolled},");
        let row = format!("{id},{birth},{},medi-cal,@,{row}", county(person.city()));
        self.member = Some(Open { id, row, standing, is_ccs: false, conditions: Vec::new() });
    }

    /// Writes the row of the member whose claims were written.
    pub(super) fn end_member(&mut self) {
        let Some(member) = self.member.take() else { return };
        let ccs = match member.standing {
            Standing::NotInCcs => "N,".to_owned(),
            _ if member.is_ccs => format!("Y,{}", member.conditions.join("|")),
            _ => ",".to_owned(),
        };
        let row = member.row.replace('@', &ccs);
        self.add(Roster::Members, format_args!("{row}"));
    }

    /// Writes what a claim rests on.
    pub(super) fn claim(&mut self, scene: &Scene<'_>, told: &Told<'_>) {
        self.saw(told.scenario);
        let is_ccs = |code: &&str| self.reference.policy.ccs_conditions.is_ccs(Code::from(*code));
        let ccs: Vec<&'static str> = told.diagnoses.iter().copied().filter(is_ccs).collect();
        if !ccs.is_empty() && ccs.len() < told.diagnoses.len() {
            self.saw(Scenario::Comorbidity);
        }
        let also = [
            (scene.covered.is_some(), Scenario::OtherPayer),
            (scene.has_level, Scenario::Dependent),
            (told.replaces.is_some(), Scenario::Replacement),
            (!ccs.is_empty() && scene.standing == Standing::NotInCcs, Scenario::NotInCcs),
        ];
        also.into_iter().filter(|(is, _)| *is).for_each(|(_, scenario)| self.saw(scenario));
        let mut id = String::new();
        if let Some(member) = &mut self.member {
            member.is_ccs |= !ccs.is_empty();
            let new: Vec<_> = ccs.into_iter().filter(|code| !member.conditions.contains(code)).collect();
            member.conditions.extend(new);
            id.clone_from(&member.id);
        }
        let random = &mut Random::new(scene.common.seed, Stream::Roster, scene.ordinal);
        if let Some(number) = told.replaces {
            self.replaced(scene, told, (&id, number));
        }
        if told.scenario == Scenario::FreeTherapy {
            self.earlier_visits(scene, told, &id);
        }
        if told.scenario == Scenario::FreeSupplies {
            let code = told.items.first().map_or("", |item| item.parts().0);
            self.add(
                Roster::History,
                format_args!("{id},OLD,,2025-01-20,{code},NU,1,{}", scene.provider.npi),
            );
        }
        if told.is_authorized {
            self.authorization(scene, told, random, &id);
        }
    }

    /// The claim that is replaced: of the same services, in January.
    fn replaced(&mut self, scene: &Scene<'_>, told: &Told<'_>, (id, number): (&str, PayerNumber)) {
        for item in told.items {
            let (code, modifier) = item.parts();
            let (units, npi) = (item.units, scene.provider.npi);
            let row = format_args!("{id},WRONG,{number},2026-01-30,{code},{modifier},{units},{npi}");
            self.add(Roster::History, row);
        }
    }

    /// Therapy in January: of a member with one claim as often as its visits leave of the twelve.
    fn earlier_visits(&mut self, scene: &Scene<'_>, told: &Told<'_>, id: &str) {
        let earlier = if scene.window.is_whole() { 12 - visits(told.items).min(12) } else { 1 };
        let npi = scene.provider.npi;
        for nth in 0..earlier {
            let row = format_args!("{id},EARLIER,,2026-01-{:02},97110,GP,2,{npi}", 2 + 2 * nth);
            self.add(Roster::History, row);
        }
    }

    /// The decision behind the claim's number.
    fn authorization(&mut self, scene: &Scene<'_>, told: &Told<'_>, random: &mut Random, id: &str) {
        let number = scene.common.authorization(scene.ordinal).to_string();
        let from = told.items.iter().map(|item| item.day).min().unwrap_or_default();
        let to_the_day = random.percent(30);
        let issued = from.date().plus(-3 - random.below(40) as i32);
        let urgent = if random.percent(20) { 'Y' } else { 'N' };
        let (first, last) =
            if to_the_day { (from.date(), told.until.date()) } else { (issued, told.until.date().plus(60)) };
        let status = *random.pick(&["A1", "A1", "A1", "A1", "A1", "A1", "A2", "A6"]);
        let provider = match random.below(3) {
            0 => String::new(),
            _ => scene.provider.npi.to_string(),
        };
        let head = if scene.standing == Standing::CountyAuthorized {
            self.saw(Scenario::CountyAuthorization);
            format!("{number},sar,county,A1,{id},{COUNTY_ISSUED},{COUNTY_ISSUED},{COUNTY_ENDS},{provider}")
        } else {
            if to_the_day {
                self.saw(Scenario::ToTheDay);
            }
            if status != "A1" {
                self.saw(Scenario::PartlyCertified);
            }
            let (asked, told_county) = (issued.plus(-2), issued.plus(1));
            let log = format_args!("{number},{asked},{urgent},{issued},{told_county}");
            self.add(Roster::RequestLog, log);
            format!("{number},tar,plan,{status},{id},{issued},{first},{last},{provider}")
        };
        let setting = told.setting;
        let how = random.below(4);
        if how > 1 {
            self.saw(Scenario::UsedUp);
        }
        let mut codes: Vec<&str> = told.items.iter().map(|item| item.parts().0).collect();
        codes.sort_unstable();
        codes.dedup();
        let used = |code: Option<&str>| -> u32 {
            let items = told.items.iter().filter(|item| code.is_none_or(|code| item.parts().0 == code));
            items.map(|item| item.units).sum()
        };
        let joined = codes.join("|");
        match (how, told.count) {
            (0, _) => self.add(Roster::Authorizations, format_args!("{head},,,,{setting}")),
            (1, _) => self.add(Roster::Authorizations, format_args!("{head},{joined},,,{setting}")),
            (_, Count::Visits) => {
                let visits = visits(told.items);
                self.add(Roster::Authorizations, format_args!("{head},{joined},{visits},VS,{setting}"));
            }
            (_, Count::Days) => {
                let days = used(None);
                self.add(Roster::Authorizations, format_args!("{head},{joined},{days},DY,{setting}"));
            }
            (2, Count::Units) => {
                let units = used(None);
                self.add(Roster::Authorizations, format_args!("{head},,{units},UN,{setting}"));
            }
            (_, Count::Units) => {
                for code in codes {
                    let units = used(Some(code));
                    self.add(Roster::Authorizations, format_args!("{head},{code},{units},UN,{setting}"));
                }
            }
        }
    }
}

/// How many days there are.
fn visits(items: &[Item]) -> usize {
    let mut days: Vec<Day> = items.iter().map(|item| item.day).collect();
    days.sort_unstable();
    days.dedup();
    days.len()
}
