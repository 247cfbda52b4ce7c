//! A professional claim before it is written: what was wrong, what was done, who did it.

use super::calendar::Day;
use super::catalog::Service;
use super::common::listed;
use super::random::Random;
use super::roll::PayerNumber;
use super::scenario::Scenario;

/// Lines of a claim without a fault; a fault may add one.
const LINES: usize = 8;

/// Where the authorization number stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Number {
    /// The claim needs none and has none.
    #[default]
    None,
    /// In 2300.
    Header,
    /// In each 2400.
    Lines,
}

/// What a fault took away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Missing {
    #[default]
    Nothing,
    /// HI.
    Diagnoses,
    /// DTP*472 of the last line.
    ServiceDate,
}

/// Diagnosis pointers of a line, counted from 1.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pointers {
    at: [u8; 4],
    len: u8,
}

impl Pointers {
    /// To one diagnosis.
    pub(super) fn to(diagnosis: usize) -> Pointers {
        let mut pointers = Pointers::default();
        pointers.add(diagnosis);
        pointers
    }

    /// To the first `n` diagnoses.
    pub(super) fn first(n: usize) -> Pointers {
        let mut pointers = Pointers::default();
        (1..=n).for_each(|diagnosis| pointers.add(diagnosis));
        pointers
    }

    /// To one more, if there is room.
    pub(super) fn add(&mut self, diagnosis: usize) {
        if let Some(free) = self.at.get_mut(usize::from(self.len)) {
            *free = diagnosis as u8;
            self.len += 1;
        }
    }

    pub(super) fn list(&self) -> &[u8] {
        &self.at[..usize::from(self.len)]
    }
}

/// A service line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) service: &'static Service,
    /// A modifier of this line, its separator before it; empty for none.
    pub(super) modifier: &'static str,
    pub(super) units: u32,
    pub(super) cents: u64,
    pub(super) day: Day,
    pub(super) pointers: Pointers,
}

/// A claim. It is filled again and again, so that its lists are allocated once.
#[derive(Debug, Default)]
pub(super) struct Claim {
    /// What it is an example of.
    pub(super) scenario: Scenario,
    /// CLM05-1.
    pub(super) place: &'static str,
    pub(super) diagnoses: Vec<&'static str>,
    pub(super) lines: Vec<Line>,
    pub(super) number: Number,
    /// What stands where the number should.
    pub(super) no_number: Option<&'static str>,
    /// Whether the first diagnosis is a CCS condition, to which every line points.
    pub(super) treats_ccs: bool,
    /// REF*9F.
    pub(super) referral: bool,
    pub(super) onset: Option<Day>,
    pub(super) accident: Option<Day>,
    pub(super) admission: Option<Day>,
    pub(super) discharge: Option<Day>,
    /// CRC*ZZ: a check-up of the child health program.
    pub(super) check_up: bool,
    /// SV109.
    pub(super) emergency: bool,
    /// Ordinals in the provider's or the directory's lists.
    pub(super) rendering: Option<u32>,
    pub(super) supervised: bool,
    pub(super) referring: Option<u32>,
    pub(super) ordering: Option<u32>,
    pub(super) hospital: Option<u32>,
    pub(super) missing: Missing,
    /// REF*F8 of a replacement.
    pub(super) replaces: Option<PayerNumber>,
    /// A REF with a qualifier that 2300 does not know.
    pub(super) stray: bool,
}

impl Claim {
    /// Begins another claim.
    pub(super) fn clear(&mut self) {
        let (mut diagnoses, mut lines) =
            (std::mem::take(&mut self.diagnoses), std::mem::take(&mut self.lines));
        diagnoses.clear();
        lines.clear();
        *self = Claim { diagnoses, lines, place: "11", ..Claim::default() };
    }

    /// Adds a diagnosis unless it stands there already, and says which one it is, counted from 1.
    pub(super) fn diagnose(&mut self, code: &'static str) -> usize {
        listed(&mut self.diagnoses, code)
    }

    /// Adds a line, unless the claim is full.
    pub(super) fn serve(
        &mut self,
        random: &mut Random,
        service: &'static Service,
        day: Day,
        pointers: Pointers,
    ) -> Option<&mut Line> {
        if self.lines.len() >= LINES {
            return None;
        }
        let line = Line::draw(random, service, day, pointers);
        self.lines.push(line);
        self.lines.last_mut()
    }

    /// Adds up to `most` services of a table, each once, beginning anywhere in it.
    pub(super) fn serve_some(
        &mut self,
        random: &mut Random,
        services: &'static [Service],
        most: usize,
        day: Day,
        pointers: Pointers,
    ) {
        let from = random.below(services.len() as u32) as usize;
        for nth in 0..most.min(services.len()) {
            let at = (from + nth) % services.len();
            self.serve(random, &services[at], day, pointers);
        }
    }

    /// CLM02, the sum of the lines.
    pub(super) fn cents(&self) -> u64 {
        self.lines.iter().map(|line| line.cents).sum()
    }

    /// Whether a line treats a CCS condition with a service for which TAR101 itself wants a number.
    pub(super) fn is_asked_by_tar101(&self) -> bool {
        self.treats_ccs && self.lines.iter().any(|line| line.service.asks)
    }

    pub(super) fn has_drug(&self) -> bool {
        self.lines.iter().any(|line| line.service.drug.is_some())
    }
}

impl Line {
    pub(super) fn draw(random: &mut Random, service: &'static Service, day: Day, pointers: Pointers) -> Line {
        let units = match service.most {
            most if service.drug.is_some() => most,
            0 | 1 => 1,
            most => 1 + random.below(most),
        };
        // a provider asks for between 85 and 130 % of the usual, mostly in whole dollars
        let exact = u64::from(service.dollars * units) * u64::from(85 + random.below(46));
        let cents = if random.percent(75) { (exact / 100).max(1) * 100 } else { exact };
        Line { service, modifier: "", units, cents, day, pointers }
    }
}

#[cfg(test)]
mod tests {
    use super::{Claim, LINES, Pointers};
    use crate::generate::calendar::Day;
    use crate::generate::catalog::{LABORATORY, VISITS};
    use crate::generate::random::{Random, Stream};

    #[test]
    fn a_claim_adds_up_and_stays_small() {
        let (mut claim, mut random) = (Claim::default(), Random::new(1, Stream::Claim, 1));
        assert_eq!([claim.diagnose("J069"), claim.diagnose("R509"), claim.diagnose("J069")], [1, 2, 1]);
        claim.serve(&mut random, &VISITS[1], Day(3), Pointers::first(2));
        claim.serve_some(&mut random, &LABORATORY, 20, Day(3), Pointers::to(2));
        assert_eq!(claim.lines.len(), LINES);
        assert_eq!(claim.cents(), claim.lines.iter().map(|line| line.cents).sum::<u64>());
        assert!(claim.lines.iter().all(|line| line.cents > 0));
        assert_eq!(claim.lines[0].pointers.list(), [1, 2]);
        assert_eq!(Pointers::first(9).list(), [1, 2, 3, 4]);
        claim.clear();
        assert_eq!((claim.cents(), claim.diagnoses.len(), claim.place), (0, 0, "11"));
    }
}
