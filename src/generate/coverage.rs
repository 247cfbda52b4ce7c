//! Another payer, who paid its part before Medi-Cal is asked: loops 2320, 2330 and 2430, in balance.

use super::pen::{Cents, Pen, Put, segment};
use super::people::{Person, member_id};
use super::random::{Random, Share, Stream};

/// Payers that do not exist, with their ids.
const PAYERS: [(&str, &str); 4] = [
    ("GOLDEN VALLEY HEALTH INSURANCE", "GVHI1"),
    ("COASTLINE BENEFIT TRUST", "CLBT7"),
    ("SIERRA EMPLOYEES HEALTH FUND", "SEHF3"),
    ("REDWOOD MUTUAL", "RDWM2"),
];

/// What a covered service costs the patient at most, in cents.
const COPAY: u64 = 20_00;

/// The payer that comes first for a subscriber, and how it pays.
pub(super) struct OtherPayer {
    name: &'static str,
    id: &'static str,
    member: [u8; 9],
    /// Of a hundred cents billed it pays so many.
    pays: u64,
}

impl OtherPayer {
    /// The other payer of a subscriber, if there is one.
    pub(super) fn draw(seed: u64, ordinal: u64, share: Share) -> Option<OtherPayer> {
        if share.is_none() {
            return None;
        }
        let random = &mut Random::new(seed, Stream::Coverage, ordinal);
        share.drawn(random).then(|| {
            let (name, id) = *random.pick(&PAYERS);
            let member = member_id(seed.rotate_left(17) >> 8, ordinal);
            OtherPayer { name, id, member, pays: u64::from(40 + random.below(51)) }
        })
    }

    /// Its name.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    fn paid(&self, cents: u64) -> u64 {
        cents * self.pays / 100
    }

    /// 2320, 2330A and 2330B of a claim with lines of these charges.
    pub(super) fn claim(&self, pen: &mut Pen, child: &Person, lines: impl Iterator<Item = u64>) {
        segment!(pen, "SBR*P*18*******CI");
        segment!(pen, "AMT*D*", Cents(lines.map(|cents| self.paid(cents)).sum()));
        segment!(pen, "OI***Y***Y");
        pen.part("NM1*IL*1*");
        child.name_before_id(pen);
        segment!(pen, "MI*", self.member);
        segment!(pen, "NM1*PR*2*", self.name, "*****PI*", self.id);
    }

    /// 2430 of a line: `service` is what stands in SVD03 to SVD05.
    pub(super) fn line(&self, pen: &mut Pen, cents: u64, service: impl Put) {
        let paid = self.paid(cents);
        let patient = COPAY.min((cents - paid) / 2);
        let reduced = cents - paid - patient;
        segment!(pen, "SVD*", self.id, "*", Cents(paid), "*", service);
        if reduced > 0 {
            segment!(pen, "CAS*CO*45*", Cents(reduced));
        }
        if patient > 0 {
            segment!(pen, "CAS*PR*3*", Cents(patient));
        }
        segment!(pen, "DTP*573*D8*20260630");
    }
}
