//! Writing claims of 837P.

use super::batch::Tally;
use super::claim::{Claim, Line, Missing, Number};
use super::common::Account;
use super::faults::spoil;
use super::pen::{Cents, Padded, Pen, Put, segment};
use super::random::{Random, Stream};
use super::rostered;
use super::sets::{Claims, Scene};
use super::visits::visit;

/// Professional claims; the one in the making is filled again and again.
#[derive(Default)]
pub(super) struct Professional {
    claim: Claim,
}

impl Claims for Professional {
    const GUIDE: (&'static str, &'static str) = ("HC", "005010X222A1");

    fn claim(&mut self, pen: &mut Pen, scene: &Scene<'_>, tally: &mut Tally) {
        let (claim, common) = (&mut self.claim, scene.common);
        let random = &mut Random::new(common.seed, Stream::Claim, scene.ordinal);
        visit(claim, random, scene);
        rostered::professional(claim, scene);
        let fault = common.is_spoilt(scene.ordinal).then(|| {
            let wanted = common.faults.wanted(random, scene.provider.practice);
            spoil(claim, random, wanted)
        });
        let account = scene.account();
        tally.claim(scene.ordinal, claim.cents(), fault, account);
        if let Some(roll) = tally.roll() {
            rostered::tell_professional(roll, claim, scene);
        }
        header(pen, random, claim, scene);
        let controls = random.percent(70).then_some(account);
        for (nth, line) in claim.lines.iter().enumerate() {
            self::line(pen, (nth, line), claim, scene, controls);
        }
    }
}

/// 2300 up to its lines.
fn header(pen: &mut Pen, random: &mut Random, claim: &Claim, scene: &Scene<'_>) {
    let (common, provider, account) = (scene.common, scene.provider, scene.account());
    segment!(
        pen,
        "CLM*",
        account,
        "*",
        Cents(claim.cents()),
        "***",
        claim.place,
        if claim.replaces.is_some() { ":B:7*Y*A*Y*Y" } else { ":B:1*Y*A*Y*Y" },
        if claim.accident.is_some() { "**OA" } else { "" },
    );
    let dates =
        [("431", claim.onset), ("439", claim.accident), ("435", claim.admission), ("096", claim.discharge)];
    for (what, day) in dates {
        if let Some(day) = day {
            segment!(pen, "DTP*", what, "*D8*", day);
        }
    }
    if claim.referral {
        segment!(pen, "REF*9F*R", Padded(common.shuffled(account.ordinal), 9));
    }
    if claim.number == Number::Header {
        common.number(pen, account.ordinal, claim.no_number);
    }
    if let Some(number) = claim.replaces {
        segment!(pen, "REF*F8*", number);
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
        claim.referring.and_then(|nth| common.directory.referring.get(nth as usize)),
        claim.rendering.and_then(|nth| provider.doctors.get(nth as usize)).map(|one| &one.named),
        claim.hospital.and_then(|nth| common.directory.hospitals.get(nth as usize)),
        claim.supervised.then_some(&provider.supervising),
    ];
    people.into_iter().flatten().for_each(|fragment| pen.fragment(fragment));
    if let Some(payer) = scene.covered {
        payer.claim(pen, scene.child, claim.lines.iter().map(|line| line.cents));
    }
}

/// Loop 2400.
fn line(
    pen: &mut Pen,
    (nth, line): (usize, &Line),
    claim: &Claim,
    scene: &Scene<'_>,
    controls: Option<Account>,
) {
    let common = scene.common;
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
        common.number(pen, scene.ordinal, claim.no_number);
    }
    if let Some(account) = controls {
        segment!(pen, "REF*6R*", account, "L", lx);
    }
    if let Some(drug) = line.service.drug {
        segment!(pen, "LIN**N4*", drug.ndc);
        segment!(pen, "CTP****", drug.quantity);
    }
    if let Some(doctor) = claim.ordering.and_then(|nth| common.directory.ordering.get(nth as usize)) {
        pen.fragment(doctor);
    }
    if let Some(payer) = scene.covered {
        payer.line(pen, line.cents, Adjudicated(line));
    }
}

/// SVD03 to SVD05.
struct Adjudicated<'a>(&'a Line);

impl Put for Adjudicated<'_> {
    fn put(self, text: &mut Vec<u8>) {
        "HC:".put(text);
        self.0.service.code.put(text);
        self.0.modifier.put(text);
        "**".put(text);
        u64::from(self.0.units).put(text);
    }
}

const NOTES: [&str; 4] =
    ["SEEN SAME DAY AS SIBLING", "INTERPRETER PRESENT", "RECORDS SENT ON REQUEST", "LATE ENTRY OF CHARGES"];
