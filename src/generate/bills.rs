//! What brings a child to a hospital or health center, and the institutional claim that follows.
//!
//! Every claim made here is clean: an authorization number wherever a CCS condition is treated and nothing exempts it.

use crate::finding::RuleId;

use super::calendar::Day;
use super::common::listed;
use super::hospital_catalog::{
    CCS_STAYS, CENTER_CCS, CENTER_FOLLOW_UP, CENTER_REASONS, CENTER_TESTS, CENTER_VISITS, CLINIC_CCS,
    CLINIC_OTHER, CLINIC_VISITS, Charge, DAY_SURGERY, EMERGENCIES, EMERGENCY_ROOM, EMERGENCY_STAYS,
    INFUSIONS, NEWBORN_INTENSIVE, NEWBORN_SERVICES, NEWBORN_TROUBLES, NURSERY, RECOVERY, ROUTINE, Stay,
    TESTS,
};
use super::providers::Practice;
use super::random::Random;
use super::sets::Scene;

/// What a claim is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Care {
    /// A planned stay for a CCS condition.
    Stay,
    /// A stay that began as an emergency.
    Admitted,
    Emergency,
    Clinic,
    Infusion,
    Surgery,
    Tests,
    Center,
    /// A newborn child: in intensive care, or well.
    Intensive,
    Nursery,
}

impl Care {
    /// What such a provider does for the child.
    pub(super) fn draw(random: &mut Random, scene: &Scene<'_>) -> Care {
        let newborn = || Day::of(scene.child.birth).is_some_and(|birth| scene.window.holds(birth));
        match (scene.provider.practice, random.below(100)) {
            (Practice::HealthCenter, _) => Care::Center,
            (Practice::Nursery, drawn) if newborn() => {
                if drawn < 60 {
                    Care::Intensive
                } else {
                    Care::Nursery
                }
            }
            (_, 0..14) => Care::Stay,
            (_, 14..30) => Care::Admitted,
            (_, 30..55) => Care::Emergency,
            (_, 55..72) => Care::Clinic,
            (_, 72..79) => Care::Infusion,
            (_, 79..86) => Care::Surgery,
            _ => Care::Tests,
        }
    }

    /// The care in which such a fault can be made, where it matters.
    pub(super) fn of_fault(rule: RuleId) -> Option<Care> {
        match rule {
            RuleId::TAR101 | RuleId::TAR102 | RuleId::SIT104 => Some(Care::Stay),
            RuleId::TAR134 => Some(Care::Infusion),
            RuleId::FFS101 => Some(Care::Clinic),
            RuleId::NIC101 => Some(Care::Intensive),
            _ => None,
        }
    }

    /// CLM05-1.
    pub(super) fn bill_type(self) -> &'static str {
        match self {
            _ if self.is_stay() => "11",
            Care::Center => "77",
            _ => "13",
        }
    }

    pub(super) fn is_stay(self) -> bool {
        matches!(self, Care::Stay | Care::Admitted | Care::Intensive | Care::Nursery)
    }
}

/// A service line.
#[derive(Clone, Copy, Debug)]
pub(super) struct BillLine {
    pub(super) charge: &'static Charge,
    /// A modifier of this line, its separator before it; empty for none.
    pub(super) modifier: &'static str,
    /// Whether units are days.
    pub(super) is_room: bool,
    pub(super) units: u32,
    pub(super) cents: u64,
    /// DTP*472, which stands on outpatient lines.
    pub(super) day: Option<Day>,
}

/// An institutional claim. It is filled again and again, so that its lists are allocated once.
#[derive(Debug)]
pub(super) struct Bill {
    pub(super) care: Care,
    /// The statement's days.
    pub(super) from: Day,
    pub(super) to: Day,
    /// CL101 to CL103.
    pub(super) admission: &'static str,
    /// The hours of admission and discharge.
    pub(super) hours: (&'static str, &'static str),
    /// Principal first.
    pub(super) diagnoses: Vec<&'static str>,
    /// ABJ of a stay, APR of an emergency.
    pub(super) reason: Option<&'static str>,
    /// ABN, with the day of the accident.
    pub(super) cause: &'static str,
    pub(super) group: &'static str,
    pub(super) procedure: &'static str,
    /// Value code 54, in grams.
    pub(super) weight: Option<u32>,
    pub(super) lines: Vec<BillLine>,
    pub(super) is_authorized: bool,
    /// What stands where the number should.
    pub(super) no_number: Option<&'static str>,
    /// REF*9F.
    pub(super) referral: bool,
    /// Ordinal of the attending doctor.
    pub(super) attending: usize,
    /// What a fault did to it.
    pub(super) fault: Option<RuleId>,
}

impl Default for Bill {
    fn default() -> Bill {
        Bill {
            care: Care::Tests,
            from: Day::default(),
            to: Day::default(),
            admission: "3*1*01",
            hours: ("", ""),
            diagnoses: Vec::new(),
            reason: None,
            cause: "",
            group: "",
            procedure: "",
            weight: None,
            lines: Vec::new(),
            is_authorized: false,
            no_number: None,
            referral: false,
            attending: 0,
            fault: None,
        }
    }
}

impl Bill {
    /// CLM02, the sum of the lines.
    pub(super) fn cents(&self) -> u64 {
        self.lines.iter().map(|line| line.cents).sum()
    }

    pub(super) fn diagnose(&mut self, code: &'static str) {
        listed(&mut self.diagnoses, code);
    }

    fn clear(&mut self, care: Care) {
        let (mut diagnoses, mut lines) =
            (std::mem::take(&mut self.diagnoses), std::mem::take(&mut self.lines));
        diagnoses.clear();
        lines.clear();
        *self = Bill { care, diagnoses, lines, ..Bill::default() };
    }

    /// Adds a line: of so many units, or of as many as are drawn.
    pub(super) fn charge(
        &mut self,
        random: &mut Random,
        charge: &'static Charge,
        units: Option<u32>,
    ) -> &mut BillLine {
        let is_room = units.is_some();
        let units = units.unwrap_or_else(|| match charge.most {
            most if charge.drug.is_some() => most,
            0 | 1 => 1,
            most => 1 + random.below(most),
        });
        let exact = u64::from(charge.dollars * units) * u64::from(85 + random.below(46));
        let cents = if random.percent(75) { (exact / 100).max(1) * 100 } else { exact };
        let day = (!self.care.is_stay()).then_some(self.from);
        let at = self.lines.len();
        self.lines.push(BillLine { charge, modifier: "", is_room, units, cents, day });
        &mut self.lines[at]
    }

    /// Adds up to `most` charges of a table, each once, beginning anywhere in it.
    fn charge_some(&mut self, random: &mut Random, charges: &'static [Charge], most: u32) {
        let from = random.below(charges.len() as u32) as usize;
        for nth in 0..(most as usize).min(charges.len()) {
            self.charge(random, &charges[(from + nth) % charges.len()], None);
        }
    }
}

/// Hours at which children are admitted, and those at which they go home.
const ARRIVALS: [&str; 6] = ["0230", "0630", "0900", "1115", "1745", "2210"];
const LEAVES: [&str; 4] = ["0930", "1100", "1400", "1630"];

/// Makes `bill` one for this care.
pub(super) fn make(bill: &mut Bill, care: Care, random: &mut Random, scene: &Scene<'_>) {
    bill.clear(care);
    bill.attending = random.below(scene.provider.doctors.len() as u32) as usize;
    match care {
        Care::Stay => stay(bill, random, scene, &CCS_STAYS),
        Care::Admitted => stay(bill, random, scene, &EMERGENCY_STAYS),
        Care::Intensive => intensive(bill, random, scene),
        Care::Nursery => nursery(bill, random, scene),
        _ => {
            bill.from = scene.window.day(random, 0);
            if care != Care::Emergency {
                bill.from = bill.from.open();
            }
            bill.to = bill.from;
            match care {
                Care::Emergency => emergency(bill, random),
                Care::Clinic => clinic(bill, random),
                Care::Infusion => infusion(bill, random),
                Care::Surgery => surgery(bill, random),
                Care::Center => center(bill, random),
                _ => tests(bill, random),
            }
        }
    }
    if scene.common.many_lines {
        many_lines(bill, random);
    }
}

/// The days of a stay, its hours, and its room.
fn lodge(bill: &mut Bill, random: &mut Random, (first, days): (Day, u32), room: &'static Charge) {
    (bill.from, bill.to) = (first, first.after(days));
    bill.hours = (random.word(&ARRIVALS), random.word(&LEAVES));
    bill.charge(random, room, Some(days));
}

fn stay(bill: &mut Bill, random: &mut Random, scene: &Scene<'_>, stays: &'static [Stay]) {
    let (stay, planned) = (random.pick(stays), bill.care == Care::Stay);
    let days = stay.days.0 + random.below(stay.days.1 - stay.days.0 + 1);
    let first = scene.window.day(random, days);
    lodge(bill, random, (first, days), &stay.room);
    bill.admission = if planned { "3*1*01" } else { "1*1*01" };
    bill.is_authorized = planned;
    bill.diagnose(stay.diagnosis);
    bill.reason = Some(stay.diagnosis);
    if !stay.also.is_empty() && random.percent(60) {
        let also = random.word(stay.also);
        if also.starts_with('W') {
            bill.cause = also;
        } else {
            bill.diagnose(also);
        }
    }
    bill.procedure = stay.procedure;
    if random.percent(70) {
        bill.group = stay.group;
    }
    for service in stay.services {
        bill.charge(random, service, None);
    }
    let routine = 1 + random.below(4);
    bill.charge_some(random, &ROUTINE, routine);
}

fn intensive(bill: &mut Bill, random: &mut Random, scene: &Scene<'_>) {
    let born = Day::of(scene.child.birth).filter(|birth| scene.window.holds(*birth));
    let first = born.unwrap_or_else(|| scene.window.day(random, 24));
    let level = random.pick(&NEWBORN_INTENSIVE);
    let days = 5 + random.below(20);
    lodge(bill, random, (first, days), &level.room);
    bill.admission = if born.is_some() { "4*5*01" } else { "3*4*01" };
    let trouble = random.word(&NEWBORN_TROUBLES);
    if born.is_some() {
        bill.diagnose(if random.percent(40) { "Z3801" } else { "Z3800" });
    }
    bill.reason = Some(trouble);
    bill.diagnose(trouble);
    bill.diagnose(level.weight);
    bill.weight = Some(level.grams.0 + random.below(level.grams.1 - level.grams.0 + 1));
    bill.is_authorized = true;
    let services = 2 + random.below(3);
    bill.charge_some(random, &NEWBORN_SERVICES, services);
}

fn nursery(bill: &mut Bill, random: &mut Random, scene: &Scene<'_>) {
    let first = Day::of(scene.child.birth).unwrap_or_default();
    let days = 1 + random.below(3);
    lodge(bill, random, (first, days), &NURSERY);
    bill.admission = "4*5*01";
    bill.diagnose(if random.percent(30) { "Z3801" } else { "Z3800" });
    bill.reason = Some(bill.diagnoses[0]);
    bill.weight = Some(2_600 + random.below(1_500));
    let services = random.below(3);
    bill.charge_some(random, &NEWBORN_SERVICES[2..], services);
}

fn emergency(bill: &mut Bill, random: &mut Random) {
    let reason = random.pick(&EMERGENCIES);
    bill.admission = "1*1*01";
    bill.diagnose(reason.diagnosis);
    bill.reason = Some(reason.reason);
    bill.cause = reason.cause;
    let visit = random.pick(&EMERGENCY_ROOM);
    bill.charge(random, visit, None);
    for service in reason.services {
        bill.charge(random, service, None);
    }
    let tests = random.below(4);
    bill.charge_some(random, &TESTS, tests);
}

fn clinic(bill: &mut Bill, random: &mut Random) {
    let ccs = random.percent(60);
    bill.diagnose(random.word(if ccs { &CLINIC_CCS[..] } else { &CLINIC_OTHER[..] }));
    // on a visit a referral will do
    bill.referral = true;
    let visit = random.pick(&CLINIC_VISITS);
    bill.charge(random, visit, None);
    let tests = random.below(5);
    bill.charge_some(random, &TESTS, tests);
}

fn infusion(bill: &mut Bill, random: &mut Random) {
    let infusion = random.pick(&INFUSIONS);
    bill.diagnose(infusion.diagnosis);
    bill.charge(random, &infusion.drug, None);
    bill.charge(random, &infusion.giving, None);
    bill.is_authorized = true;
}

fn surgery(bill: &mut Bill, random: &mut Random) {
    let (diagnosis, operation) = random.pick(&DAY_SURGERY);
    bill.diagnose(diagnosis);
    bill.charge(random, operation, None);
    let more = 1 + random.below(3);
    bill.charge_some(random, &RECOVERY, more);
    bill.is_authorized = true;
}

fn tests(bill: &mut Bill, random: &mut Random) {
    let ccs = random.percent(30);
    bill.diagnose(random.word(if ccs { &CLINIC_CCS[..] } else { &CLINIC_OTHER[..] }));
    let tests = 1 + random.below(7);
    bill.charge_some(random, &TESTS, tests);
}

fn center(bill: &mut Bill, random: &mut Random) {
    if random.percent(20) {
        bill.diagnose(random.word(&CENTER_CCS));
        bill.charge(random, &CENTER_VISITS[0], None);
        let tests = random.below(3);
        bill.charge_some(random, &CENTER_FOLLOW_UP, tests);
        return;
    }
    bill.diagnose(random.word(&CENTER_REASONS));
    let visit = random.pick(&CENTER_VISITS);
    bill.charge(random, visit, None);
    let tests = random.below(4);
    bill.charge_some(random, &CENTER_TESTS, tests);
}

/// Supplies of a stay or tests of a day, until there are 50 to 98 lines; a fault may add one.
fn many_lines(bill: &mut Bill, random: &mut Random) {
    let many = 50 + random.below(49) as usize;
    let more: &'static [Charge] = match bill.care {
        care if care.is_stay() => &ROUTINE,
        Care::Center => &CENTER_FOLLOW_UP,
        _ => &TESTS,
    };
    for nth in 0..many.saturating_sub(bill.lines.len()) {
        let repeated = nth >= more.len() && !bill.care.is_stay();
        let line = bill.charge(random, &more[nth % more.len()], None);
        // 91: the same test again on the same day
        line.modifier = if repeated { ":91" } else { "" };
    }
}
