//! Claims of 837D: examinations, fillings, treatment under sedation, orthodontics.

use crate::finding::RuleId;

use super::batch::Tally;
use super::calendar::Day;
use super::claim::Pointers;
use super::common::{Account, listed};
use super::dental_catalog::{
    ARREST, BRACES, CARE, CLEFTS, DECAY, EXAMS, EXTRACTION, FILLINGS, FRAIL, SEDATION, SURFACES, TEETH,
    Treatment,
};
use super::dental_faults::spoil;
use super::pen::{Cents, Padded, Pen, Put, segment};
use super::providers::Practice;
use super::random::{Random, Stream};
use super::rostered;
use super::scenario::Scenario;
use super::sets::{Claims, Scene};

/// A service line.
#[derive(Clone, Copy, Debug)]
pub(super) struct DentalLine {
    pub(super) treatment: &'static Treatment,
    pub(super) tooth: &'static str,
    pub(super) cents: u64,
    pub(super) pointers: Pointers,
}

/// A dental claim.
#[derive(Debug, Default)]
pub(super) struct DentalClaim {
    pub(super) day: Day,
    pub(super) diagnoses: Vec<&'static str>,
    pub(super) lines: Vec<DentalLine>,
    /// Whether a CCS condition is treated, under an authorization.
    pub(super) is_authorized: bool,
    /// What stands where the number should.
    pub(super) no_number: Option<&'static str>,
    /// Months of orthodontic treatment, all and those left, with the day on which the braces were placed.
    pub(super) months: Option<(u32, u32)>,
    /// What it is an example of.
    pub(super) scenario: Scenario,
    /// What a fault did to it.
    pub(super) fault: Option<RuleId>,
}

impl DentalClaim {
    /// Begins another claim.
    fn clear(&mut self, day: Day) {
        let (mut diagnoses, mut lines) =
            (std::mem::take(&mut self.diagnoses), std::mem::take(&mut self.lines));
        diagnoses.clear();
        lines.clear();
        *self = DentalClaim { day, diagnoses, lines, scenario: Scenario::Dental, ..DentalClaim::default() };
    }

    /// Adds a diagnosis unless it stands there already, and says which one it is, counted from 1.
    pub(super) fn diagnose(&mut self, code: &'static str) -> usize {
        listed(&mut self.diagnoses, code)
    }

    pub(super) fn treat(&mut self, random: &mut Random, treatment: &'static Treatment, pointers: Pointers) {
        let exact = u64::from(treatment.dollars) * u64::from(85 + random.below(46));
        let cents = if random.percent(75) { (exact / 100).max(1) * 100 } else { exact };
        self.lines.push(DentalLine { treatment, tooth: random.word(&TEETH), cents, pointers });
    }

    /// CLM02, the sum of the lines.
    fn cents(&self) -> u64 {
        self.lines.iter().map(|line| line.cents).sum()
    }

    /// A check-up, with or without a word on what was found.
    fn check_up(&mut self, random: &mut Random) {
        let exam = random.pick::<Treatment>(&EXAMS);
        self.treat(random, exam, Pointers::default());
        for treatment in &CARE[..random.below(5) as usize] {
            self.treat(random, treatment, Pointers::default());
        }
    }

    fn fill(&mut self, random: &mut Random) {
        let decay = Pointers::to(self.diagnose(random.word(&DECAY)));
        for _ in 0..=random.below(4) {
            let treatment = random.pick::<Treatment>(&FILLINGS);
            self.treat(random, treatment, decay);
        }
    }

    /// Teeth drawn in sedation, for a child whom a CCS condition makes frail.
    fn sedate(&mut self, random: &mut Random) {
        let frail = self.diagnose(random.word(&FRAIL));
        let mut both = Pointers::to(frail);
        both.add(self.diagnose(random.word(&DECAY)));
        for _ in 0..=random.below(3) {
            self.treat(random, &EXTRACTION, both);
        }
        for treatment in &SEDATION {
            self.treat(random, treatment, both);
        }
        self.scenario = Scenario::DentalSedation;
        self.is_authorized = true;
    }

    /// Braces for a child with a cleft.
    pub(super) fn straighten(&mut self, random: &mut Random) {
        let cleft = Pointers::to(self.diagnose(random.word(&CLEFTS)));
        let treatment = random.pick::<Treatment>(&BRACES);
        self.treat(random, treatment, cleft);
        if random.percent(40) {
            self.treat(random, &CARE[2], cleft);
        }
        let all = 18 + random.below(13);
        self.scenario = Scenario::Orthodontics;
        self.months = Some((all, random.below(all)));
        self.is_authorized = true;
    }

    /// Teeth treated one by one, until there are 30 to 47 lines: fewer than 837D can hold, since a fault may add some.
    fn many_teeth(&mut self, random: &mut Random) {
        let many = 30 + random.below(18) as usize;
        for nth in 0..many.saturating_sub(self.lines.len()) {
            self.treat(random, &ARREST, Pointers::default());
            if let Some(line) = self.lines.last_mut() {
                line.tooth = TEETH[nth % TEETH.len()];
            }
        }
    }
}

/// Dental claims; the one in the making is filled again and again.
#[derive(Default)]
pub(super) struct Dental {
    claim: DentalClaim,
}

impl Claims for Dental {
    const GUIDE: (&'static str, &'static str) = ("HC", "005010X224A2");

    fn claim(&mut self, pen: &mut Pen, scene: &Scene<'_>, tally: &mut Tally) {
        let (claim, common) = (&mut self.claim, scene.common);
        let random = &mut Random::new(common.seed, Stream::Claim, scene.ordinal);
        claim.clear(scene.window.day(random, 0).open());
        match (scene.provider.practice, random.below(100)) {
            (Practice::Orthodontist, 0..80) => claim.straighten(random),
            (_, 0..50) => claim.check_up(random),
            (_, 50..92) => claim.fill(random),
            _ => claim.sedate(random),
        }
        if common.many_lines {
            claim.many_teeth(random);
        }
        rostered::dental(claim, scene);
        let fault = common.is_spoilt(scene.ordinal).then(|| {
            let wanted = common.faults.wanted(random, scene.provider.practice);
            spoil(claim, random, wanted)
        });
        let account = scene.account();
        // a claim out of balance asks for a dollar more than its lines
        let cents = claim.cents() + if fault == Some(RuleId::BAL101) { 100 } else { 0 };
        tally.claim(scene.ordinal, cents, fault, account);
        if let Some(roll) = tally.roll() {
            rostered::tell_dental(roll, claim, scene);
        }
        header(pen, random, (claim, cents), scene);
        let controls = random.percent(70).then_some(account);
        for (nth, line) in claim.lines.iter().enumerate() {
            self::line(pen, (nth, line), scene, controls);
        }
        if fault == Some(RuleId::SEG104) {
            segment!(pen, "LX*", claim.lines.len() as u64 + 1);
        }
    }
}

/// 2300 up to its lines.
fn header(pen: &mut Pen, random: &mut Random, (claim, cents): (&DentalClaim, u64), scene: &Scene<'_>) {
    let (common, account) = (scene.common, scene.account());
    segment!(pen, "CLM*", account, "*", Cents(cents), "***11:B:1*Y*A*Y*Y");
    if claim.months.is_some() {
        segment!(pen, "DTP*452*D8*", claim.day);
    }
    segment!(pen, "DTP*472*D8*", claim.day);
    if let Some((all, left)) = claim.months {
        segment!(pen, "DN1*", u64::from(all), "*", u64::from(left));
    }
    if claim.is_authorized {
        common.number(pen, account.ordinal, claim.no_number);
    }
    if random.percent(60) {
        segment!(pen, "REF*D9*26182", Padded(account.ordinal + 1, 10));
    }
    if claim.fault == Some(RuleId::SEG102) {
        segment!(pen, "REF*ZZ*", account);
    }
    if random.percent(4) {
        segment!(pen, "NTE*ADD*SEEN WITH AN INTERPRETER");
    }
    for (nth, code) in claim.diagnoses.iter().enumerate() {
        pen.part(if nth == 0 { "HI*ABK:" } else { "*ABF:" });
        pen.part(*code);
    }
    if !claim.diagnoses.is_empty() {
        pen.end();
    }
    let doctors = &scene.provider.doctors;
    pen.fragment(&random.pick(doctors).named);
    if let Some(payer) = scene.covered {
        payer.claim(pen, scene.child, claim.lines.iter().map(|line| line.cents));
    }
}

/// Loop 2400.
fn line(pen: &mut Pen, (nth, line): (usize, &DentalLine), scene: &Scene<'_>, controls: Option<Account>) {
    let lx = nth as u64 + 1;
    segment!(pen, "LX*", lx);
    pen.part("SV3*AD:");
    pen.part(line.treatment.code);
    pen.part("*");
    pen.part(Cents(line.cents));
    pen.part("****1");
    for (at, pointer) in line.pointers.list().iter().enumerate() {
        pen.part(if at == 0 { "*****" } else { ":" });
        pen.part(u64::from(*pointer));
    }
    pen.end();
    if let Some(surfaces) = line.treatment.surfaces {
        pen.part("TOO*JP*");
        pen.part(line.tooth);
        if let Some(surfaces) = surfaces.checked_sub(1).and_then(|at| SURFACES.get(at)) {
            pen.part("*");
            pen.part(*surfaces);
        }
        pen.end();
    }
    if let Some(account) = controls {
        segment!(pen, "REF*6R*", account, "L", lx);
    }
    if let Some(payer) = scene.covered {
        payer.line(pen, line.cents, Adjudicated(line));
    }
}

/// SVD03 to SVD05.
struct Adjudicated<'a>(&'a DentalLine);

impl Put for Adjudicated<'_> {
    fn put(self, text: &mut Vec<u8>) {
        "AD:".put(text);
        self.0.treatment.code.put(text);
        "**1".put(text);
    }
}
