//! What a claim has that some rules speak of, and of nothing else: worked out once, so that those rules are not asked about claims
//! without it.

use crate::record::{ClaimFacts, ClaimKind, loops};

use super::{Analysis, tar};

/// Something that a claim has or has not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aspect {
    /// A line cites a number that matters.
    Cites,
    /// A line without a number is asked for one.
    Lacks,
    /// A diagnosis that the CCS table lists.
    Listed,
    /// A CCS line.
    CcsLine,
    /// It is professional.
    Professional,
    /// It is institutional.
    Institutional,
    /// It is dental.
    Dental,
    /// It replaces or voids another (CLM05-3 is 7 or 8).
    Amends,
    /// A line names a drug.
    Drug,
    /// A line is marked as an emergency.
    Emergency,
    /// An authorization number stands on it (REF*G1).
    Number,
    /// Something is attached (PWK).
    Attachment,
    /// It tells of other payers.
    OtherPayer,
}

/// Several aspects, a bit each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Aspects(u16);

impl Aspects {
    /// Adds one, if `has` says so.
    fn add(&mut self, aspect: Aspect, has: bool) {
        self.0 |= u16::from(has) << aspect as u16;
    }

    /// All that are named.
    pub fn of(named: &[Aspect]) -> Aspects {
        let mut all = Aspects::default();
        for aspect in named {
            all.add(*aspect, true);
        }
        all
    }

    /// What a claim has.
    pub(super) fn of_facts(facts: &ClaimFacts) -> Aspects {
        let mut all = Aspects::default();
        all.add(Aspect::Professional, facts.kind == ClaimKind::Professional);
        all.add(Aspect::Institutional, facts.kind == ClaimKind::Institutional);
        all.add(Aspect::Dental, facts.kind == ClaimKind::Dental);
        all.add(Aspect::Amends, matches!(facts.frequency, b'7' | b'8'));
        all.add(Aspect::Drug, !facts.drugs.is_empty());
        all.add(Aspect::Emergency, facts.lines.iter().any(|line| line.emergency));
        all.add(Aspect::Number, facts.references.iter().any(|one| one.qualifier == tar::G1));
        all.add(Aspect::Attachment, facts.piece_ids.may_hold(loops::PWK));
        let adjudicated = [loops::CAS, loops::MIA, loops::MOA].iter().any(|id| facts.piece_ids.may_hold(*id));
        let others = !facts.payers.is_empty() || !facts.adjudications.is_empty();
        all.add(Aspect::OtherPayer, others || adjudicated);
        all
    }

    /// What was worked out of a claim.
    pub(super) fn of_analysis(analysis: &Analysis<'_>) -> Aspects {
        let mut all = Aspects::default();
        all.add(Aspect::Cites, analysis.cites);
        all.add(Aspect::Lacks, analysis.authorization.iter().any(tar::Assessment::lacks_number));
        all.add(Aspect::Listed, analysis.diagnoses.iter().any(Option::is_some));
        all.add(Aspect::CcsLine, analysis.lines.iter().any(|view| view.is_ccs));
        all
    }

    /// These and others.
    pub(super) fn and(self, others: Aspects) -> Aspects {
        Aspects(self.0 | others.0)
    }

    /// The numbers of the aspects.
    fn numbers(self) -> impl Iterator<Item = usize> {
        set_bits(u64::from(self.0))
    }

    /// Whether all of `others` are among them.
    #[inline]
    pub fn hold(self, others: Aspects) -> bool {
        self.0 & others.0 == others.0
    }
}

/// Room for as many aspects as [`Aspects`] holds.
const ASPECTS: usize = u16::BITS as usize;

/// Which of a row of claims have which aspect: asked once for each rule, not once for each rule and claim.
#[derive(Clone, Copy, Debug)]
pub(super) struct Having {
    /// How many claims there are, as a bit each.
    all: u64,
    /// Of each aspect, a bit for each claim that has it.
    claims: [u64; ASPECTS],
}

impl Having {
    /// Of the aspects of up to 64 claims.
    pub(super) fn of(each: impl Iterator<Item = Aspects>) -> Having {
        let mut having = Having { all: 0, claims: [0; ASPECTS] };
        for (n, aspects) in (0..u64::BITS).zip(each) {
            having.all |= 1 << n;
            aspects.numbers().for_each(|number| having.claims[number] |= 1 << n);
        }
        having
    }

    /// The numbers of the claims that have all of these aspects.
    #[inline]
    pub(super) fn all_of(&self, wanted: Aspects) -> impl Iterator<Item = usize> + use<> {
        set_bits(wanted.numbers().fold(self.all, |which, number| which & self.claims[number]))
    }
}

/// The numbers of the bits that are set.
#[inline]
fn set_bits(mut rest: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let number = rest.trailing_zeros();
        rest &= rest.wrapping_sub(1);
        (number < u64::BITS).then_some(number as usize)
    })
}
