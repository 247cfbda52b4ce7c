//! Writing 278 sets: requests for authorization, and what was decided on them.
//!
//! A set has one requester and, as the guide asks, one patient event, unless a batch wants more in one set.

use crate::finding::RuleId;

use super::batch::{Body, Tally};
use super::calendar::Day;
use super::catalog::{EQUIPMENT, EQUIPMENT_NEEDS, Service};
use super::claim::{Line, Pointers};
use super::common::{Account, Common};
use super::envelope::{DATE, RECEIVER, TIME};
use super::hospital_catalog::{CCS_STAYS, NEWBORN_INTENSIVE, NEWBORN_TROUBLES};
use super::layout::{Layout, Step};
use super::pen::{Cents, Padded, Pen, segment};
use super::people::{Person, adult, member_id};
use super::providers::{Practice, Provider};
use super::random::{Random, Stream};
use super::sets::Levels;

/// The rules for which a request can be spoilt.
pub(super) const REQUEST_FAULTS: [RuleId; 7] = [
    RuleId::AUT101,
    RuleId::AUT103,
    RuleId::SIT205,
    RuleId::SIT207,
    RuleId::SIT208,
    RuleId::SEG104,
    RuleId::SEG102,
];

/// The rules for which a response can be spoilt.
pub(super) const RESPONSE_FAULTS: [RuleId; 6] =
    [RuleId::ELM111, RuleId::SIT205, RuleId::SIT207, RuleId::SIT208, RuleId::SEG104, RuleId::SEG102];

/// What a service level asks for.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Service(Line),
    /// Days in a room of this revenue code, at this price.
    Room(&'static str, u32, u64),
}

/// What was decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Decision {
    Certified,
    /// Some services are certified, others not.
    Partial,
    /// Fewer units than were asked for.
    Modified,
    Pended,
    Denied,
}

/// A review before it is written. It is filled again and again.
#[derive(Debug, Default)]
struct Review {
    /// UM01, UM03, UM04 with its qualifier, UM06 behind its separators.
    category: &'static str,
    service_type: &'static str,
    place: &'static str,
    urgency: &'static str,
    /// UM02: I, or what is to be done with an earlier decision.
    certification: char,
    diagnoses: [Option<&'static str>; 2],
    /// The day of admission of a newborn child, who is there already.
    admitted: Option<Day>,
    services: Vec<Asked>,
    /// HSD02 of the event: visits.
    visits: u32,
}

/// The sets of a batch of requests or responses.
pub(super) struct Reviews {
    common: Common,
    is_response: bool,
    review: Review,
    levels: Levels,
    /// The requester of the open set.
    requester: usize,
}

/// Who a review is about.
struct Patient {
    /// The first review of the subscriber, which gives the member id.
    member: u64,
    person: Person,
    /// The parent whose level stands above the child's, if the child has one.
    has_own_level: bool,
}

impl Reviews {
    pub(super) fn requests(common: Common) -> Reviews {
        Reviews {
            common,
            is_response: false,
            review: Review::default(),
            levels: Levels::default(),
            requester: 0,
        }
    }

    pub(super) fn responses(common: Common) -> Reviews {
        Reviews { is_response: true, ..Reviews::requests(common) }
    }

    fn draw_fault(&self, random: &mut Random) -> RuleId {
        let all = if self.is_response { &RESPONSE_FAULTS[..] } else { &REQUEST_FAULTS[..] };
        let practice = self.common.directory.billing[self.requester].practice;
        self.common.faults.wanted(random, practice).unwrap_or_else(|| *random.pick(all))
    }

    /// The levels of the patient, and the event with its services.
    fn event(&mut self, pen: &mut Pen, ordinal: u64, patient: &Patient, tally: &mut Tally) {
        let random = &mut Random::new(self.common.seed, Stream::Claim, ordinal);
        let fault = self.common.is_spoilt(ordinal).then(|| self.draw_fault(random));
        let (common, levels, review) = (&self.common, &mut self.levels, &mut self.review);
        let provider = &common.directory.billing[self.requester];
        review.draw(random, provider, &patient.person, common.many_lines);
        review.spoil(random, fault);
        let account = common.account(ordinal);
        tally.claim(ordinal, 0, fault, account);
        let above = who(pen, common, levels, patient);
        let event = levels.open(pen, above);
        segment!(pen, "*EV*", if review.services.is_empty() { '0' } else { '1' });
        let decision = self.is_response.then(|| review.decide(random));
        let writing = Writing { common, provider, account, fault, decision };
        writing.event(pen, random, review);
        for (nth, asked) in review.services.iter().enumerate() {
            levels.open(pen, event);
            segment!(pen, "*SS*0");
            writing.service(pen, (nth, asked));
        }
    }
}

impl Body for Reviews {
    fn guide(&self) -> (&'static str, &'static str) {
        ("HI", "005010X217")
    }

    /// ST, BHT, and the levels of the plan and the requester.
    fn open_set(&mut self, pen: &mut Pen, control: u64) {
        let common = &self.common;
        let random = &mut Random::new(common.seed, Stream::Layout, u64::MAX - control);
        self.requester = random.below(common.directory.billing.len() as u32) as usize;
        self.levels = Levels::default();
        segment!(pen, "ST*278*", Padded(control, 4), "*005010X217");
        let number = Padded(control, 9);
        pen.part(if self.is_response { "BHT*0007*11*" } else { "BHT*0007*13*" });
        segment!(
            pen,
            common.tag,
            "REQ",
            number,
            "*",
            DATE,
            "*",
            TIME,
            if self.is_response { "*18" } else { "" }
        );
        let payer = self.levels.open(pen, 0);
        segment!(pen, "*20*1");
        segment!(pen, "NM1*X3*2*ALLIANCE HEALTH PLAN*****PI*", RECEIVER);
        if self.is_response {
            segment!(pen, "PER*IC*AUTHORIZATIONS*TE*8315550106");
        }
        self.levels.provider = self.levels.open(pen, payer);
        segment!(pen, "*21*1");
        pen.fragment(&common.directory.billing[self.requester].named);
    }

    fn block(&mut self, pen: &mut Pen, (first, end): (u64, u64), tally: &mut Tally) {
        let mut patient = None;
        let practice = self.common.directory.billing[self.requester].practice;
        let (seed, patients) = (self.common.seed, self.common.patients);
        for step in Layout::new(seed, first, end, 1, patients) {
            match step {
                Step::Provider { .. } => {}
                Step::Subscriber { ordinal, .. } => {
                    let person = Person::draw(seed, Stream::Member, ordinal, practice);
                    patient = Some(Patient { member: ordinal, person, has_own_level: false });
                }
                Step::Patient { ordinal } => {
                    if let Some(Patient { person, has_own_level, .. }) = &mut patient {
                        let family = person.family;
                        *person = Person::draw(seed, Stream::Patient, ordinal, practice);
                        person.family = family;
                        *has_own_level = true;
                    }
                }
                Step::Claim { ordinal, .. } => {
                    if let Some(patient) = &patient {
                        self.event(pen, ordinal, patient, tally);
                    }
                }
            }
        }
    }
}

/// 2000C, and 2000D of a child with a level of its own; gives the HL01 under which the event stands.
fn who(pen: &mut Pen, common: &Common, levels: &mut Levels, patient: &Patient) -> u64 {
    let subscriber = levels.open(pen, levels.provider);
    segment!(pen, "*22*1");
    pen.part("NM1*IL*1*");
    if patient.has_own_level {
        let mut random = Random::new(common.seed, Stream::Patient, u64::MAX - patient.member);
        pen.part(adult(patient.person.family, &mut random).as_slice());
    } else {
        patient.person.name_before_id(pen);
    }
    segment!(pen, "MI*", member_id(common.offset, patient.member));
    if !patient.has_own_level {
        patient.person.birth_and_sex(pen);
        return subscriber;
    }
    let child = levels.open(pen, subscriber);
    segment!(pen, "*23*1");
    pen.part("NM1*QC*1*");
    patient.person.name(pen);
    pen.end();
    patient.person.birth_and_sex(pen);
    segment!(pen, "INS*N*19");
    child
}

impl Review {
    /// What such a provider asks for.
    fn draw(&mut self, random: &mut Random, provider: &Provider, child: &Person, many: bool) {
        self.services.clear();
        self.admitted = None;
        self.visits = 0;
        self.certification = if random.percent(80) { 'I' } else { *random.pick(&['R', 'S', '4']) };
        (self.category, self.service_type, self.place) = ("HS", "1", "11:B");
        self.urgency = if random.percent(10) { "**U" } else { "" };
        match provider.practice {
            Practice::Therapy(therapy) => {
                self.service_type = therapy.service_type;
                self.diagnoses = [Some(random.word(therapy.ccs)), None];
                self.visits = 8 + random.below(41);
                self.ask(random, therapy.treatments, 1);
            }
            Practice::Equipment => {
                (self.service_type, self.place) = ("12", "12:B");
                self.diagnoses = [Some(random.word(&EQUIPMENT_NEEDS)), None];
                self.ask(random, &EQUIPMENT, 2);
            }
            Practice::Hospital => {
                let stay = random.pick(&CCS_STAYS);
                (self.category, self.service_type, self.place, self.urgency) = ("AR", "2", "21:A", "**E");
                self.diagnoses = [Some(stay.diagnosis), None];
                let days = stay.days.1;
                let cents = u64::from(stay.room.dollars * days) * 100;
                self.services.push(Asked::Room(stay.room.revenue, days, cents));
            }
            Practice::Nursery => {
                let level = random.pick(&NEWBORN_INTENSIVE);
                (self.category, self.service_type, self.place, self.urgency) = ("AR", "NI", "21:A", "**U");
                self.admitted = Day::of(child.birth);
                self.diagnoses = [Some(random.word(&NEWBORN_TROUBLES)), Some(level.weight)];
                let days = 7 + random.below(22);
                let cents = u64::from(level.room.dollars * days) * 100;
                self.services.push(Asked::Room(level.room.revenue, days, cents));
            }
            Practice::Specialist(specialty) => {
                let other = random.percent(30).then(|| random.word(specialty.other));
                self.diagnoses = [Some(random.word(specialty.ccs)), other];
                if random.percent(20) {
                    (self.category, self.service_type) = ("SC", "3");
                    self.visits = 1 + random.below(6);
                } else {
                    self.ask(random, specialty.procedures, 3);
                }
            }
            _ => self.diagnoses = [Some("Z00129"), None],
        }
        if many {
            self.ask_much(random);
        }
    }

    /// Up to `most` services of a table.
    fn ask(&mut self, random: &mut Random, services: &'static [Service], most: u32) {
        let (from, count) = (random.below(services.len() as u32), 1 + random.below(most));
        for nth in 0..count.min(services.len() as u32) {
            let service = &services[(from + nth) as usize % services.len()];
            self.services.push(Asked::Service(Line::draw(
                random,
                service,
                Day::default(),
                Pointers::default(),
            )));
        }
    }

    /// Equipment and supplies until there are 50 to 99 services.
    fn ask_much(&mut self, random: &mut Random) {
        let many = 50 + random.below(50) as usize;
        for nth in 0..many.saturating_sub(self.services.len()) {
            let service = &EQUIPMENT[nth % EQUIPMENT.len()];
            self.services.push(Asked::Service(Line::draw(
                random,
                service,
                Day::default(),
                Pointers::default(),
            )));
        }
    }

    /// What must be there, or must not, for a fault to be made.
    fn spoil(&mut self, random: &mut Random, fault: Option<RuleId>) {
        match fault {
            // no service is named
            Some(RuleId::AUT101) => {
                self.services.clear();
                self.service_type = "";
                self.certification = 'I';
            }
            Some(RuleId::AUT103) => self.certification = '4',
            // a service told in two ways
            Some(RuleId::SIT207) if self.services.is_empty() => self.ask(random, &EQUIPMENT, 1),
            _ => {}
        }
    }

    /// What the plan decided. Only where there are several services can some be certified and others not.
    fn decide(&self, random: &mut Random) -> Decision {
        match random.below(100) {
            0..55 => Decision::Certified,
            55..67 if self.services.len() > 1 => Decision::Partial,
            55..80 => Decision::Modified,
            80..90 => Decision::Pended,
            _ => Decision::Denied,
        }
    }
}

/// What one review is written with.
struct Writing<'a> {
    common: &'a Common,
    provider: &'a Provider,
    account: Account,
    fault: Option<RuleId>,
    decision: Option<Decision>,
}

impl Writing<'_> {
    /// 2000E behind its HL, and 2010EA.
    fn event(&self, pen: &mut Pen, random: &mut Random, review: &Review) {
        let (common, ordinal) = (self.common, self.account.ordinal);
        segment!(pen, if self.decision.is_some() { "TRN*2*" } else { "TRN*1*" }, self.account, "*9790000101");
        if self.fault != Some(RuleId::SEG104) {
            segment!(
                pen,
                "UM*",
                review.category,
                "*",
                review.certification,
                "*",
                review.service_type,
                "*",
                review.place,
                review.urgency
            );
        }
        self.decide(pen, self.decision, true);
        // an earlier decision that is to be changed, by the number of another review
        if review.certification != 'I' && self.fault != Some(RuleId::AUT103) {
            segment!(pen, "REF*BB*25", Padded(common.shuffled(ordinal ^ 1), 9));
        }
        if self.fault == Some(RuleId::SEG102) {
            segment!(pen, "REF*G1*", common.authorization(ordinal));
        }
        self.days(pen, random, review);
        let edition = if self.fault == Some(RuleId::SIT208) { "*BF:" } else { "*ABF:" };
        for (nth, code) in review.diagnoses.iter().flatten().enumerate() {
            pen.part(if nth == 0 { "HI*ABK:" } else { edition });
            pen.part(*code);
        }
        if self.fault == Some(RuleId::SIT208) && review.diagnoses[1].is_none() {
            pen.part("*BF:7483");
        }
        pen.end();
        if review.visits > 0 {
            segment!(pen, "HSD*VS*", u64::from(review.visits));
        }
        if review.category == "AR" && self.decision.is_none() {
            segment!(pen, if review.admitted.is_some() { "CL1*4*5" } else { "CL1*3*1" });
        }
        if self.decision == Some(Decision::Denied) {
            segment!(pen, "MSG*NOT MEDICALLY NECESSARY AS SUBMITTED");
        }
        if self.fault == Some(RuleId::SIT205) {
            segment!(pen, "NM1*SJ*2");
        } else if review.category == "AR" || self.provider.doctors.is_empty() {
            pen.fragment(&self.provider.gives);
        } else {
            pen.fragment(&random.pick(&self.provider.doctors).named);
        }
        if review.category == "SC" {
            pen.fragment(random.pick(&common.directory.referring));
        }
    }

    /// The days for which is asked, or of which was decided.
    fn days(&self, pen: &mut Pen, random: &mut Random, review: &Review) {
        let first = u64::from(20_260_701 + random.below(28));
        let is_admission = review.category == "AR";
        let certifies = self.decision.is_some_and(|one| !matches!(one, Decision::Pended | Decision::Denied));
        match (is_admission, review.admitted) {
            (true, Some(day)) => segment!(pen, "DTP*435*D8*", day),
            (true, None) => segment!(pen, "DTP*435*D8*", first),
            _ if self.decision.is_some() => {}
            _ => segment!(pen, "DTP*AAH*RD8*", first, "-20261231"),
        }
        if self.decision.is_some() {
            segment!(pen, "DTP*102*D8*20260630");
        }
        if certifies && !is_admission {
            segment!(pen, "DTP*007*RD8*", first, "-20261231");
        }
    }

    /// HCR of the event, or of a service below it.
    fn decide(&self, pen: &mut Pen, decision: Option<Decision>, is_event: bool) {
        let Some(decision) = decision else { return };
        // a code that there is not
        let action = match decision {
            _ if is_event && self.fault == Some(RuleId::ELM111) => "A9",
            Decision::Certified => "A1",
            Decision::Partial => "A2",
            Decision::Modified => "A6",
            Decision::Pended => "A4",
            Decision::Denied => "A3",
        };
        pen.part("HCR*");
        pen.part(action);
        match decision {
            Decision::Pended => pen.part("**0U"),
            Decision::Denied => pen.part("**0F"),
            _ => {
                pen.part("*");
                pen.part(self.common.authorization(self.account.ordinal));
            }
        }
        pen.end();
    }

    /// 2000F behind its HL.
    fn service(&self, pen: &mut Pen, (nth, asked): (usize, &Asked)) {
        let decision = match self.decision {
            Some(Decision::Partial) if nth == 0 => Some(Decision::Certified),
            Some(Decision::Partial) => Some(Decision::Denied),
            other => other,
        };
        self.decide(pen, decision, false);
        // of what was asked for, half is certified
        let granted = |units: u32| {
            u64::from(if decision == Some(Decision::Modified) { units.div_ceil(2) } else { units })
        };
        match asked {
            Asked::Service(line) => {
                segment!(
                    pen,
                    "SV1*HC:",
                    line.service.code,
                    "*",
                    Cents(line.cents),
                    "*UN*",
                    granted(line.units)
                );
                if self.fault == Some(RuleId::SIT207) && nth == 0 {
                    segment!(pen, "SV2*0270**", Cents(line.cents), "*UN*1");
                }
            }
            Asked::Room(revenue, days, cents) => {
                if self.fault == Some(RuleId::SIT207) {
                    segment!(pen, "SV1*HC:99223*", Cents(*cents), "*UN*1");
                }
                segment!(pen, "SV2*", *revenue, "**", Cents(*cents), "*DA*", granted(*days));
            }
        }
    }
}
