//! Writing 837P sets.

use crate::finding::RuleId;

use super::batch::Tally;
use super::calendar::Window;
use super::claim::{Claim, Line, Missing, Number};
use super::envelope::{DATE, RECEIVER, SENDER, TIME};
use super::faults::spoil;
use super::layout::{Layout, Step};
use super::pen::{Cents, Padded, Pen, Put, segment};
use super::people::{Person, adult, member_id};
use super::providers::{Directory, Provider};
use super::random::{Random, Share, Stream};
use super::visits::visit;

/// GS01, and GS08 with ST03.
pub(super) const GUIDE: (&str, &str) = ("HC", "005010X222A1");

/// What all claims of a batch share.
pub(super) struct Professional {
    seed: u64,
    directory: Directory,
    patients: Share,
    rejects: Share,
    /// Where in the first stretch the first reject falls.
    phase: u32,
    /// Shuffles member ids and authorization numbers.
    offset: u64,
    /// Begins CLM01, so that batches of different seeds have different claims.
    tag: [u8; 4],
}

/// The claim's patient account number: the batch's tag and the claim's ordinal.
#[derive(Clone, Copy)]
struct Account {
    tag: [u8; 4],
    ordinal: u64,
}

impl Put for Account {
    fn put(self, text: &mut Vec<u8>) {
        self.tag.put(text);
        Padded(self.ordinal + 1, 9).put(text);
    }
}

/// What is in hand while the steps of a set are gone through.
#[derive(Default)]
pub(super) struct Levels {
    /// HL01 of the level written last, of the open billing provider, of the open subscriber.
    last: u64,
    provider: u64,
    subscriber: u64,
}

impl Levels {
    /// Opens a level below `parent`: HL01 and HL02.
    fn open(&mut self, pen: &mut Pen, parent: u64) -> u64 {
        self.last += 1;
        pen.part("HL*");
        pen.part(self.last);
        pen.part("*");
        if parent > 0 {
            pen.part(parent);
        }
        self.last
    }
}

impl Professional {
    pub(super) fn new(seed: u64, patients: Share, rejects: Share) -> Professional {
        let mut random = Random::new(seed, Stream::Batch, 1);
        let tag = std::array::from_fn(|_| b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"[random.below(34) as usize]);
        let (phase, offset) = (random.next() as u32, random.next() >> 8);
        Professional { seed, directory: Directory::new(seed), patients, rejects, phase, offset, tag }
    }

    /// ST, BHT, 1000A and 1000B.
    pub(super) fn open_set(&self, pen: &mut Pen, control: u64) {
        segment!(pen, "ST*837*", Padded(control, 4), "*", GUIDE.1);
        let number = Padded(control, 9);
        segment!(pen, "BHT*0019*00*", self.tag, "SET", number, "*", DATE, "*", TIME, "*CH");
        segment!(pen, "NM1*41*2*CLEARWAVE CLEARINGHOUSE*****46*", SENDER);
        segment!(pen, "PER*IC*EDI SUPPORT*TE*8315550100*EM*SUPPORT@EXAMPLE.COM");
        segment!(pen, "NM1*40*2*ALLIANCE HEALTH PLAN*****46*", RECEIVER);
    }

    /// The levels and claims `first..end` of the open set.
    pub(super) fn block(
        &self,
        pen: &mut Pen,
        (first, end): (u64, u64),
        levels: &mut Levels,
        claim: &mut Claim,
        tally: &mut Tally,
    ) {
        let providers = self.directory.billing.len() as u32;
        let mut provider = &self.directory.billing[0];
        let mut child = None;
        let mut family = "";
        for step in Layout::new(self.seed, first, end, providers, self.patients) {
            match step {
                Step::Provider { nth } => {
                    provider = &self.directory.billing[nth as usize];
                    levels.provider = levels.open(pen, 0);
                    segment!(pen, "*20*1");
                    pen.fragment(&provider.loop_2000a);
                }
                Step::Subscriber { ordinal, has_patients } => {
                    let person = Person::draw(self.seed, Stream::Member, ordinal);
                    levels.subscriber = levels.open(pen, levels.provider);
                    family = person.family;
                    self.subscriber(pen, ordinal, &person, has_patients);
                    child = Some(person);
                }
                Step::Patient { ordinal } => {
                    let mut person = Person::draw(self.seed, Stream::Patient, ordinal);
                    person.family = family;
                    levels.open(pen, levels.subscriber);
                    segment!(pen, "*23*0");
                    segment!(pen, "PAT*19");
                    pen.part("NM1*QC*1*");
                    person.name(pen);
                    pen.end();
                    person.demographics(pen);
                    child = Some(person);
                }
                Step::Claim { ordinal, window } => {
                    if let Some(child) = &child {
                        self.claim(pen, (ordinal, window), (provider, child), claim, tally);
                    }
                }
            }
        }
    }

    /// 2000B behind its HL01 and HL02. The subscriber is the child itself, or a parent whose id a child without one uses.
    fn subscriber(&self, pen: &mut Pen, ordinal: u64, person: &Person, has_patients: bool) {
        segment!(pen, if has_patients { "*22*1" } else { "*22*0" });
        segment!(pen, if has_patients { "SBR*P********MC" } else { "SBR*P*18*******MC" });
        pen.part("NM1*IL*1*");
        if has_patients {
            let mut random = Random::new(self.seed, Stream::Patient, u64::MAX - ordinal);
            pen.part(adult(person.family, &mut random).as_slice());
        } else {
            person.name_before_id(pen);
        }
        segment!(pen, "MI*", member_id(self.offset, ordinal));
        if !has_patients {
            person.demographics(pen);
        }
        segment!(pen, "NM1*PR*2*ALLIANCE HEALTH PLAN*****PI*", RECEIVER);
    }

    /// Loop 2300.
    fn claim(
        &self,
        pen: &mut Pen,
        (ordinal, window): (u64, Window),
        (provider, child): (&Provider, &Person),
        claim: &mut Claim,
        tally: &mut Tally,
    ) {
        let random = &mut Random::new(self.seed, Stream::Claim, ordinal);
        visit(claim, random, (&self.directory, provider), child.birth, window);
        let fault: Option<RuleId> = self.rejects.falls_on(ordinal, self.phase).then(|| spoil(claim, random));
        let account = Account { tag: self.tag, ordinal };
        tally.claim(ordinal, claim.cents(), fault, account);
        self.header(pen, random, claim, provider, account);
        let controls = random.percent(70).then_some(account);
        for (nth, line) in claim.lines.iter().enumerate() {
            self.line(pen, (nth, line), claim, account, controls);
        }
    }

    /// 2300 up to its lines.
    fn header(
        &self,
        pen: &mut Pen,
        random: &mut Random,
        claim: &Claim,
        provider: &Provider,
        account: Account,
    ) {
        segment!(
            pen,
            "CLM*",
            account,
            "*",
            Cents(claim.cents()),
            "***",
            claim.place,
            ":B:1*Y*A*Y*Y",
            if claim.accident.is_some() { "**OA" } else { "" },
        );
        let dates = [
            ("431", claim.onset),
            ("439", claim.accident),
            ("435", claim.admission),
            ("096", claim.discharge),
        ];
        for (what, day) in dates {
            if let Some(day) = day {
                segment!(pen, "DTP*", what, "*D8*", day);
            }
        }
        if claim.referral {
            segment!(pen, "REF*9F*R", Padded(self.shuffled(account.ordinal), 9));
        }
        if claim.number == Number::Header {
            self.number(pen, claim, account);
        }
        if claim.lines.iter().any(|line| line.service.laboratory) {
            segment!(pen, "REF*X4*05D", provider.clia);
        }
        if random.percent(60) {
            segment!(pen, "REF*D9*26182", Padded(account.ordinal + 1, 10));
        }
        if random.percent(12) {
            segment!(pen, "REF*EA*MR", u64::from(100_000 + random.below(900_000)));
        }
        if claim.stray {
            segment!(pen, "REF*ZZ*", account);
        }
        if random.percent(4) {
            segment!(pen, "NTE*ADD*", random.word(&NOTES));
        }
        if claim.check_up {
            segment!(pen, "CRC*ZZ*N*NU");
        }
        if claim.missing != Missing::Diagnoses {
            pen.part("HI");
            for (nth, code) in claim.diagnoses.iter().enumerate() {
                pen.part(if nth == 0 { "*ABK:" } else { "*ABF:" });
                pen.part(*code);
            }
            pen.end();
        }
        let people = [
            claim.referring.and_then(|nth| self.directory.referring.get(nth as usize)),
            claim.rendering.and_then(|nth| provider.rendering.get(nth as usize)).map(|one| &one.loop_2310b),
            claim.hospital.and_then(|nth| self.directory.hospitals.get(nth as usize)),
            claim.supervised.then_some(&provider.supervising),
        ];
        people.into_iter().flatten().for_each(|fragment| pen.fragment(fragment));
    }

    /// Loop 2400.
    fn line(
        &self,
        pen: &mut Pen,
        (nth, line): (usize, &Line),
        claim: &Claim,
        account: Account,
        controls: Option<Account>,
    ) {
        let lx = nth as u64 + 1;
        segment!(pen, "LX*", lx);
        pen.part("SV1*HC:");
        pen.part(line.service.code);
        pen.part(line.modifier);
        pen.part("*");
        pen.part(Cents(line.cents));
        pen.part("*UN*");
        pen.part(u64::from(line.units));
        pen.part("***");
        for (at, pointer) in line.pointers.list().iter().enumerate() {
            if at > 0 {
                pen.part(":");
            }
            pen.part(u64::from(*pointer));
        }
        segment!(pen, if claim.emergency { "**Y" } else { "" });
        let last = nth + 1 == claim.lines.len();
        if claim.missing != Missing::ServiceDate || !last {
            segment!(pen, "DTP*472*D8*", line.day);
        }
        if claim.number == Number::Lines {
            self.number(pen, claim, account);
        }
        if let Some(account) = controls {
            segment!(pen, "REF*6R*", account, "L", lx);
        }
        if let Some(drug) = line.service.drug {
            segment!(pen, "LIN**N4*", drug.ndc);
            segment!(pen, "CTP****", drug.quantity);
        }
        if let Some(doctor) = claim.ordering.and_then(|nth| self.directory.ordering.get(nth as usize)) {
            pen.fragment(doctor);
        }
    }

    /// REF*G1: eleven digits, or what stands there instead.
    fn number(&self, pen: &mut Pen, claim: &Claim, account: Account) {
        if let Some(text) = claim.no_number {
            segment!(pen, "REF*G1*", text);
        } else {
            segment!(pen, "REF*G1*26", Padded(self.shuffled(account.ordinal), 9));
        }
    }

    /// A number of nine digits that no other of the first billion claims has.
    fn shuffled(&self, ordinal: u64) -> u64 {
        const NUMBERS: u64 = 1_000_000_000;
        (ordinal % NUMBERS * 618_033_989 + self.offset % NUMBERS) % NUMBERS
    }
}

const NOTES: [&str; 4] =
    ["SEEN SAME DAY AS SIBLING", "INTERPRETER PRESENT", "RECORDS SENT ON REQUEST", "LATE ENTRY OF CHARGES"];
