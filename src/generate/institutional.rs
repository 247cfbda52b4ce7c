//! Writing claims of 837I.

use crate::finding::RuleId;

use super::batch::Tally;
use super::bills::{self, Bill, BillLine, Care};
use super::common::Account;
use super::hospital_faults::spoil;
use super::pen::{Cents, Padded, Pen, Put, segment};
use super::random::{Random, Stream};
use super::rostered;
use super::sets::{Claims, Scene};

/// Institutional claims; the one in the making is filled again and again.
#[derive(Default)]
pub(super) struct Institutional {
    bill: Bill,
}

impl Claims for Institutional {
    const GUIDE: (&'static str, &'static str) = ("HC", "005010X223A2");

    fn claim(&mut self, pen: &mut Pen, scene: &Scene<'_>, tally: &mut Tally) {
        let (bill, common) = (&mut self.bill, scene.common);
        let random = &mut Random::new(common.seed, Stream::Claim, scene.ordinal);
        let is_spoilt = common.is_spoilt(scene.ordinal);
        let practice = scene.provider.practice;
        let wanted = is_spoilt.then(|| common.faults.wanted(random, practice)).flatten();
        let care = wanted.and_then(Care::of_fault).unwrap_or_else(|| Care::draw(random, scene));
        bills::make(bill, care, random, scene);
        rostered::institutional(bill, scene);
        let fault = is_spoilt.then(|| spoil(bill, random, wanted));
        let account = scene.account();
        // a claim out of balance asks for a dollar more than its lines
        let cents = bill.cents() + if fault == Some(RuleId::BAL101) { 100 } else { 0 };
        tally.claim(scene.ordinal, cents, fault, account);
        if let Some(roll) = tally.roll() {
            rostered::tell_institutional(roll, bill, scene);
        }
        header(pen, random, (bill, cents), scene);
        let controls = random.percent(70).then_some(account);
        for (nth, line) in bill.lines.iter().enumerate() {
            self::line(pen, (nth, line), scene, controls);
        }
    }
}

/// 2300 up to its lines.
fn header(pen: &mut Pen, random: &mut Random, (bill, cents): (&Bill, u64), scene: &Scene<'_>) {
    let (common, account) = (scene.common, scene.account());
    segment!(pen, "CLM*", account, "*", Cents(cents), "***", bill.care.bill_type(), ":A:1**A*Y*Y");
    let is_stay = bill.care.is_stay();
    if is_stay {
        segment!(pen, "DTP*096*TM*", bill.hours.1);
    }
    segment!(pen, "DTP*434*RD8*", bill.from, "-", bill.to);
    if is_stay && bill.fault != Some(RuleId::SIT104) {
        segment!(pen, "DTP*435*DT*", bill.from, bill.hours.0);
    }
    if bill.fault != Some(RuleId::SEG104) {
        segment!(pen, "CL1*", bill.admission);
    }
    if bill.referral {
        segment!(pen, "REF*9F*R", Padded(common.shuffled(account.ordinal), 9));
    }
    if bill.is_authorized {
        common.number(pen, account.ordinal, bill.no_number);
    }
    if random.percent(60) {
        segment!(pen, "REF*D9*26182", Padded(account.ordinal + 1, 10));
    }
    if bill.fault == Some(RuleId::SEG102) {
        segment!(pen, "REF*ZZ*", account);
    }
    segment!(pen, "REF*EA*MR", u64::from(100_000 + random.below(900_000)));
    codes(pen, bill);
    let attending = scene.provider.doctors.get(bill.attending);
    if let Some(doctor) = attending.filter(|_| bill.fault != Some(RuleId::SIT119)) {
        pen.fragment(&doctor.named);
    }
    if let Some(doctor) = attending.filter(|_| !bill.procedure.is_empty()) {
        pen.fragment(&doctor.operating);
    }
    if let Some(payer) = scene.covered {
        payer.claim(pen, scene.child, bill.lines.iter().map(|line| line.cents));
    }
}

/// The HI segments.
fn codes(pen: &mut Pen, bill: &Bill) {
    // whether it was there on admission is asked of stays
    let present = if bill.care.is_stay() { ":::::::Y" } else { "" };
    for (nth, code) in bill.diagnoses.iter().enumerate() {
        if nth == 0 {
            segment!(pen, "HI*ABK:", *code, present);
            between(pen, bill);
        } else {
            pen.part(if nth == 1 { "HI*ABF:" } else { "*ABF:" });
            pen.part(*code);
            pen.part(present);
        }
    }
    if bill.diagnoses.len() > 1 {
        pen.end();
    }
    if !bill.procedure.is_empty() {
        segment!(pen, "HI*BBR:", bill.procedure, ":D8:", bill.from);
    }
    if !bill.cause.is_empty() {
        segment!(pen, "HI*BH:05:D8:", bill.from);
    }
    if let Some(grams) = bill.weight {
        segment!(pen, "HI*BE:54:::", u64::from(grams));
    }
}

/// What stands between the principal and the other diagnoses: why the child came, how it happened, the group.
fn between(pen: &mut Pen, bill: &Bill) {
    if let Some(reason) = bill.reason {
        segment!(pen, if bill.care.is_stay() { "HI*ABJ:" } else { "HI*APR:" }, reason);
    }
    if !bill.cause.is_empty() {
        segment!(pen, "HI*ABN:", bill.cause, if bill.care.is_stay() { ":::::::Y" } else { "" });
    }
    if !bill.group.is_empty() {
        segment!(pen, "HI*DR:", bill.group);
    }
}

/// Loop 2400.
fn line(pen: &mut Pen, (nth, line): (usize, &BillLine), scene: &Scene<'_>, controls: Option<Account>) {
    let lx = nth as u64 + 1;
    segment!(pen, "LX*", lx);
    pen.part("SV2*");
    pen.part(line.charge.revenue);
    pen.part("*");
    pen.part(Procedure(line));
    pen.part("*");
    pen.part(Cents(line.cents));
    pen.part(if line.is_room { "*DA*" } else { "*UN*" });
    pen.part(u64::from(line.units));
    pen.end();
    if let Some(day) = line.day {
        segment!(pen, "DTP*472*D8*", day);
    }
    if let Some(account) = controls {
        segment!(pen, "REF*6R*", account, "L", lx);
    }
    if let Some(drug) = line.charge.drug {
        segment!(pen, "LIN**N4*", drug.ndc);
        segment!(pen, "CTP****", drug.quantity);
    }
    if let Some(payer) = scene.covered {
        payer.line(pen, line.cents, Adjudicated(line));
    }
}

/// SV202, which may be empty.
struct Procedure<'a>(&'a BillLine);

impl Put for Procedure<'_> {
    fn put(self, text: &mut Vec<u8>) {
        if !self.0.charge.code.is_empty() {
            "HC:".put(text);
            self.0.charge.code.put(text);
            self.0.modifier.put(text);
        }
    }
}

/// SVD03 to SVD05.
struct Adjudicated<'a>(&'a BillLine);

impl Put for Adjudicated<'_> {
    fn put(self, text: &mut Vec<u8>) {
        Procedure(self.0).put(text);
        "*".put(text);
        self.0.charge.revenue.put(text);
        "*".put(text);
        u64::from(self.0.units).put(text);
    }
}
