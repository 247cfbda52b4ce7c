//! What brings a child to each kind of provider, and the claim that follows.
//!
//! Every claim made here is clean: an authorization number wherever a CCS condition is treated and nothing exempts it,
//! and every CCS diagnosis pointed to.

use crate::finding::Date;

use super::calendar::{Day, Window};
use super::catalog::{
    ADMINISTRATION, CHECK_UPS, CHRONIC, COUNSELING, CRISES, EMERGENCIES, EMERGENCY_VISITS, EQUIPMENT,
    EQUIPMENT_NEEDS, FIRST_VISITS, FOLLOW_UP, HOSPITAL_DAYS, ILLNESSES, LABORATORY, MENTAL, Service,
    Specialty, Therapy, VISITS,
};
use super::claim::{Claim, Line, Number, Pointers};
use super::providers::{Directory, Practice};
use super::random::Random;
use super::scenario::Scenario;
use super::sets::Scene;

/// Makes `claim` one that the provider could send for the child.
pub(super) fn visit(claim: &mut Claim, random: &mut Random, scene: &Scene<'_>) {
    let (provider, birth) = (scene.provider, scene.child.birth);
    claim.clear();
    claim.rendering = some_of(random, provider.doctors.len());
    let mut visit = Visit { claim, random, directory: &scene.common.directory, window: scene.window };
    match provider.practice {
        Practice::Specialist(specialty) => visit.specialist(specialty),
        Practice::Emergency => visit.emergency(),
        Practice::Therapy(therapy) => visit.therapy(therapy),
        Practice::Counseling => visit.counseling(),
        Practice::Laboratory => visit.laboratory(),
        Practice::Equipment => visit.equipment(),
        _ => visit.primary_care(birth),
    }
    if scene.common.many_lines {
        visit.many_tests();
    }
    let rendering = claim.rendering.and_then(|nth| provider.doctors.get(nth as usize));
    claim.supervised = rendering.is_some_and(|one| one.supervised) && random.percent(50);
}

fn some_of(random: &mut Random, count: usize) -> Option<u32> {
    (count > 0).then(|| random.below(count as u32))
}

struct Visit<'a> {
    claim: &'a mut Claim,
    random: &'a mut Random,
    directory: &'a Directory,
    window: Window,
}

impl Visit<'_> {
    fn office_day(&mut self) -> Day {
        self.window.day(self.random, 0).open()
    }

    /// One of a table by weight; the weights are of a hundred.
    fn weighted(&mut self, services: &'static [Service], weights: &[u32]) -> &'static Service {
        let mut drawn = self.random.below(100);
        for (service, weight) in services.iter().zip(weights) {
            if drawn < *weight {
                return service;
            }
            drawn -= weight;
        }
        self.random.pick(services)
    }

    /// An office visit for all diagnoses so far, apart from what else is done on that day.
    fn office_visit(&mut self, day: Day, with_more: bool) {
        let service = if self.random.percent(18) {
            self.weighted(&FIRST_VISITS, &[50, 35, 15])
        } else {
            self.weighted(&VISITS, &[15, 48, 32, 5])
        };
        let pointers = Pointers::first(self.claim.diagnoses.len());
        if let Some(line) = self.claim.serve(self.random, service, day, pointers)
            && with_more
        {
            line.modifier = ":25";
        }
    }

    fn refer(&mut self, with_number: u32) {
        self.claim.referring = some_of(self.random, self.directory.referring.len());
        self.claim.referral = self.random.percent(with_number);
    }

    fn in_hospital(&mut self, place: &'static str) {
        self.claim.place = place;
        self.claim.hospital = some_of(self.random, self.directory.hospitals.len());
    }

    /// CCS conditions first, then one or two others at times; never more than three, so that a line can point to all of them.
    fn diagnose(&mut self, ccs: &[&'static str], other: &[&'static str]) {
        self.claim.treats_ccs = true;
        self.claim.diagnose(self.random.word(ccs));
        if self.random.percent(30) {
            self.claim.diagnose(self.random.word(ccs));
        }
        if self.random.percent(40) {
            self.claim.diagnose(self.random.word(other));
        }
    }

    fn authorize(&mut self) {
        self.claim.number = if self.random.percent(80) { Number::Header } else { Number::Lines };
    }

    fn primary_care(&mut self, birth: Date) {
        let day = self.office_day();
        match self.random.below(100) {
            0..40 => self.check_up(day, day.date().age(birth)),
            40..86 => self.illness(day),
            _ => self.chronic(day),
        }
    }

    fn check_up(&mut self, day: Day, age: i32) {
        self.claim.scenario = Scenario::CheckUp;
        let Some(kind) = CHECK_UPS.iter().find(|kind| age < kind.below) else { return };
        self.claim.check_up = self.random.percent(60);
        let vaccines = self.random.below(4).min(kind.vaccines.len() as u32) as usize;
        let healthy = self.random.percent(88);
        self.claim.diagnose(if healthy { "Z00129" } else { "Z00121" });
        let mut found = Pointers::to(1);
        if !healthy {
            found.add(self.claim.diagnose(self.random.pick(&ILLNESSES).diagnosis));
        }
        // a condition that is looked after on the same day has a visit of its own
        let chronic = self.random.percent(8).then(|| self.claim.diagnose(self.random.word(&CHRONIC)));
        let service = if self.random.percent(15) { &kind.new } else { &kind.known };
        let main = self.claim.serve(self.random, service, day, found);
        if let Some(main) = main.filter(|_| vaccines > 0) {
            main.modifier = ":25";
        }
        if let Some(chronic) = chronic
            && let Some(visit) = self.claim.serve(self.random, &VISITS[1], day, Pointers::to(chronic))
        {
            visit.modifier = ":25";
        }
        if vaccines > 0 {
            let given = Pointers::to(self.claim.diagnose("Z23"));
            let from = self.claim.lines.len();
            self.claim.serve_some(self.random, kind.vaccines, vaccines, day, given);
            if self.random.percent(70) {
                // SL: the vaccine itself came from the state
                self.claim.lines[from..].iter_mut().for_each(|line| line.modifier = ":SL");
            } else {
                self.claim.serve(self.random, &ADMINISTRATION, day, given);
            }
        }
        let tests = self.random.below(4) as usize;
        self.claim.serve_some(self.random, kind.tests, tests, day, Pointers::to(1));
    }

    fn illness(&mut self, day: Day) {
        let illness = self.random.pick(&ILLNESSES);
        self.claim.diagnose(illness.diagnosis);
        if self.random.percent(45) {
            self.claim.diagnose(self.random.word(illness.also));
        }
        let treated = !illness.services.is_empty() && self.random.percent(60);
        self.office_visit(day, treated);
        if treated {
            self.claim.serve_some(self.random, illness.services, 2, day, Pointers::to(1));
        }
        if self.random.percent(20) {
            let onset = day.before(1 + self.random.below(5));
            self.claim.onset = Some(onset).filter(|onset| *onset < day);
        }
    }

    /// A CCS condition at the child's own doctor: in the primary-care scope no number is needed.
    fn chronic(&mut self, day: Day) {
        self.claim.scenario = Scenario::CcsPrimaryCare;
        self.claim.treats_ccs = true;
        self.claim.diagnose(self.random.word(&CHRONIC));
        if self.random.percent(30) {
            self.claim.diagnose(self.random.pick(&ILLNESSES).diagnosis);
        }
        let tested = self.random.percent(35);
        self.office_visit(day, tested);
        if tested {
            self.claim.serve_some(self.random, &FOLLOW_UP, 1, day, Pointers::to(1));
        }
    }

    fn specialist(&mut self, specialty: &'static Specialty) {
        let day = self.office_day();
        self.claim.scenario = Scenario::Specialist;
        self.claim.referring = some_of(self.random, self.directory.referring.len());
        match self.random.below(100) {
            // on a visit alone a referral will do
            0..12 => {
                self.claim.scenario = Scenario::Referral;
                self.diagnose(specialty.ccs, specialty.other);
                self.refer(100);
                self.office_visit(day, false);
            }
            12..24 => {
                self.claim.scenario = Scenario::Referral;
                self.claim.diagnose(self.random.word(specialty.other));
                self.refer(100);
                self.office_visit(day, false);
            }
            24..32 => self.hospital_stay(specialty),
            32..40 if !specialty.operations.is_empty() => {
                self.diagnose(specialty.ccs, specialty.other);
                self.claim.scenario = Scenario::Operation;
                let place = if self.random.percent(65) { "22" } else { "24" };
                self.in_hospital(place);
                let pointers = Pointers::first(self.claim.diagnoses.len());
                let most = 1 + self.random.below(2) as usize;
                self.claim.serve_some(self.random, specialty.operations, most, day, pointers);
                self.authorize();
            }
            40..55 if !specialty.drugs.is_empty() => {
                self.diagnose(specialty.ccs, specialty.other);
                self.claim.scenario = Scenario::AdministeredDrug;
                let pointers = Pointers::first(self.claim.diagnoses.len());
                let (giving, drug) = self.random.pick(specialty.drugs);
                self.claim.serve(self.random, giving, day, pointers);
                self.claim.serve(self.random, drug, day, Pointers::to(1));
                self.authorize();
            }
            _ => {
                self.diagnose(specialty.ccs, specialty.other);
                self.office_visit(day, true);
                let most = 1 + self.random.below(4) as usize;
                self.claim.serve_some(self.random, specialty.procedures, most, day, Pointers::to(1));
                self.authorize();
                self.claim.referral = self.random.percent(20);
            }
        }
    }

    fn hospital_stay(&mut self, specialty: &'static Specialty) {
        self.diagnose(specialty.ccs, specialty.other);
        self.claim.scenario = Scenario::HospitalVisits;
        self.in_hospital("21");
        let days = 2 + self.random.below(5);
        let first = self.window.day(self.random, days);
        let pointers = Pointers::first(self.claim.diagnoses.len());
        for nth in 0..days {
            let which = usize::from(nth > 0) + usize::from(nth + 1 == days);
            self.claim.serve(self.random, &HOSPITAL_DAYS[which], first.after(nth), pointers);
        }
        self.claim.admission = Some(first);
        self.claim.discharge = Some(first.after(days - 1));
        self.authorize();
    }

    fn emergency(&mut self) {
        let day = self.window.day(self.random, 0);
        self.in_hospital("23");
        self.claim.emergency = self.random.percent(85);
        self.claim.treats_ccs = self.random.percent(10);
        let crisis = self.claim.treats_ccs;
        self.claim.scenario = if crisis { Scenario::CcsEmergency } else { Scenario::Emergency };
        let reason = self.random.pick(if self.claim.treats_ccs { &CRISES[..] } else { &EMERGENCIES[..] });
        self.claim.diagnose(reason.diagnosis);
        if !reason.cause.is_empty() {
            self.claim.accident = Some(day.before(self.random.below(2)));
            if self.random.percent(60) {
                self.claim.diagnose(reason.cause);
            }
        }
        let service = self.weighted(&EMERGENCY_VISITS, &[6, 22, 40, 24, 8]);
        if let Some(line) = self.claim.serve(self.random, service, day, Pointers::to(1))
            && !reason.services.is_empty()
        {
            line.modifier = ":25";
        }
        if !reason.services.is_empty() {
            self.claim.serve_some(self.random, reason.services, 2, day, Pointers::to(1));
        }
    }

    fn therapy(&mut self, therapy: &'static Therapy) {
        self.claim.scenario = Scenario::Therapy;
        self.claim.treats_ccs = true;
        self.claim.diagnose(self.random.word(therapy.ccs));
        self.refer(50);
        // three claims a member at most, and twelve free visits a year
        let without_number = therapy.first_visits_free && self.random.percent(50);
        let visits = 1 + self.random.below(if without_number { 3 } else { 4 });
        let mut day = self.window.day(self.random, 16).open();
        for nth in 0..visits {
            if nth == 0 && self.random.percent(25) {
                self.claim.serve(self.random, &therapy.evaluation, day, Pointers::to(1));
            } else {
                let most = 1 + self.random.below(2) as usize;
                self.claim.serve_some(self.random, therapy.treatments, most, day, Pointers::to(1));
            }
            day = day.after(2 + self.random.below(2)).open();
        }
        if !without_number {
            self.authorize();
        }
    }

    fn counseling(&mut self) {
        self.claim.scenario = Scenario::Counseling;
        self.claim.diagnose(self.random.word(&MENTAL));
        if self.random.percent(25) {
            self.claim.diagnose(self.random.word(&MENTAL));
        }
        let far = self.random.percent(30);
        self.claim.place = if far { "10" } else { "11" };
        let mut day = self.window.day(self.random, 24).open();
        for _ in 0..=self.random.below(4) {
            let service = self.weighted(&COUNSELING, &[20, 34, 22, 12, 12]);
            let pointers = Pointers::first(self.claim.diagnoses.len());
            if let Some(line) = self.claim.serve(self.random, service, day, pointers)
                && far
            {
                // 95: over video
                line.modifier = ":95";
            }
            day = day.after(7).open();
        }
    }

    fn laboratory(&mut self) {
        self.claim.scenario = Scenario::Laboratory;
        self.claim.place = "81";
        let day = self.office_day();
        if self.random.percent(35) {
            self.claim.treats_ccs = true;
            self.claim.diagnose(self.random.word(&CHRONIC));
        }
        if !self.claim.treats_ccs || self.random.percent(30) {
            self.claim.diagnose(self.random.pick(&ILLNESSES).diagnosis);
        }
        self.claim.referring = some_of(self.random, self.directory.referring.len());
        let (most, pointers) =
            (1 + self.random.below(6) as usize, Pointers::first(self.claim.diagnoses.len()));
        self.claim.serve_some(self.random, &LABORATORY, most, day, pointers);
    }

    /// Laboratory tests until there are 30 to 49 lines: one fewer than 837P can hold, since a fault may add one.
    fn many_tests(&mut self) {
        let many = 30 + self.random.below(20) as usize;
        let day = self.claim.lines.last().map_or_else(|| self.window.day(self.random, 0), |line| line.day);
        for nth in 0..many.saturating_sub(self.claim.lines.len()) {
            let (round, at) = (nth / LABORATORY.len(), nth % LABORATORY.len());
            let mut line = Line::draw(self.random, &LABORATORY[at], day, Pointers::to(1));
            // 91: the same test again on the same day
            line.modifier = if round > 0 { ":91" } else { "" };
            self.claim.lines.push(line);
        }
    }

    fn equipment(&mut self) {
        self.claim.scenario = Scenario::Equipment;
        self.claim.place = "12";
        let day = self.office_day();
        self.claim.treats_ccs = true;
        self.claim.diagnose(self.random.word(&EQUIPMENT_NEEDS));
        self.claim.ordering = some_of(self.random, self.directory.ordering.len());
        let most = 1 + self.random.below(3) as usize;
        self.claim.serve_some(self.random, &EQUIPMENT, most, day, Pointers::to(1));
        self.authorize();
    }
}
