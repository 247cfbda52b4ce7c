//! What is asked for, and what came of it.

use std::io::{self, Write};

use crate::finding::{Money, RuleId, Total};

use super::claim::Claim;
use super::envelope::Envelopes;
use super::layout::BLOCK;
use super::pen::{Padded, Pen, Put, segment};
use super::professional::{GUIDE, Levels, Professional};
use super::random::Share;

/// Text is handed on when there is about this much.
const CHUNK: usize = 256 * 1024;

/// What a batch is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// 837P.
    Professional,
}

impl Kind {
    /// The kind of a name such as `837p`, in any letter case.
    pub fn parse(name: &str) -> Option<Kind> {
        name.eq_ignore_ascii_case("837p").then_some(Kind::Professional)
    }
}

/// A batch to be written.
///
/// ```
/// use claimsieve::generate::{Batch, Kind};
/// let mut file = Vec::new();
/// let batch = Batch { reject_rate: 0.05, ..Batch::new(Kind::Professional, 200, 7) };
/// let written = batch.write_to(&mut file).unwrap();
/// assert_eq!((written.claims, written.rejects, written.bytes), (200, 10, file.len() as u64));
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Batch {
    /// What kind of transactions.
    pub kind: Kind,
    /// How many claims. None at all make an interchange without groups.
    pub claims: u64,
    /// What everything is drawn from: batches of one seed have the same bytes, and begin alike where only their number
    /// of claims differs.
    pub seed: u64,
    /// Claims in each ST; all of them in one where this is `None`.
    pub claims_per_set: Option<u64>,
    /// Sets in each GS; as many as GE01 can count where this is `None`.
    pub sets_per_group: Option<u64>,
    /// Groups in each ISA; as many as IEA01 can count where this is `None`.
    pub groups_per_interchange: Option<u64>,
    /// Which share of the claims, 0 to 1, gets one fault that must reject it; evenly spread.
    pub reject_rate: f64,
    /// Which share of the subscribers, 0 to 1, are parents whose children have levels (2000C) and claims of their own.
    pub patient_share: f64,
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Claims, those with a fault included.
    pub claims: u64,
    /// Claims with a fault.
    pub rejects: u64,
    /// Bytes of the batch.
    pub bytes: u64,
    /// Segments, envelopes included.
    pub segments: u64,
    /// ISA segments.
    pub interchanges: u64,
    /// GS segments.
    pub groups: u64,
    /// ST segments.
    pub sets: u64,
    /// The sum of CLM02 over all claims.
    pub charges: Total,
    /// The sum of CLM02 over the claims with a fault.
    pub rejected_charges: Total,
    /// How many claims each rule must reject, by the order of the rules; a claim has one fault only.
    pub expected: Vec<(RuleId, u64)>,
}

impl Batch {
    /// A clean batch: one interchange, one group, one set, every subscriber the patient but for one in fifty.
    pub fn new(kind: Kind, claims: u64, seed: u64) -> Batch {
        Batch {
            kind,
            claims,
            seed,
            claims_per_set: None,
            sets_per_group: None,
            groups_per_interchange: None,
            reject_rate: 0.0,
            patient_share: 0.02,
        }
    }

    /// Writes the batch, ever a piece at a time, and flushes `out`.
    ///
    /// # Errors
    /// `InvalidInput` for a share outside 0 to 1 and for sets, groups or interchanges of none; else what `out` reports.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<Written> {
        self.write(out, None::<&mut io::Sink>)
    }

    /// Writes the batch, and into `faults` a CSV file `record,record_id,rule` with a row for each claim that must be rejected:
    /// its ordinal in the batch from 1, its CLM01, the rule.
    ///
    /// # Errors
    /// As [`write_to`](Self::write_to), and what `faults` reports.
    pub fn write_with_faults(&self, out: &mut impl Write, faults: &mut impl Write) -> io::Result<Written> {
        self.write(out, Some(faults))
    }

    fn write(&self, out: &mut impl Write, mut faults: Option<&mut impl Write>) -> io::Result<Written> {
        let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, what);
        let rejects =
            Share::new(self.reject_rate).ok_or_else(|| wrong("reject_rate is not between 0 and 1"))?;
        let patients =
            Share::new(self.patient_share).ok_or_else(|| wrong("patient_share is not between 0 and 1"))?;
        if [self.claims_per_set, self.sets_per_group, self.groups_per_interchange].contains(&Some(0)) {
            return Err(wrong("a set, a group or an interchange cannot hold nothing"));
        }
        let Kind::Professional = self.kind;
        let body = Professional::new(self.seed, patients, rejects);
        let mut envelopes =
            Envelopes::new(self.seed, GUIDE, self.sets_per_group, self.groups_per_interchange);
        let per_set = self.claims_per_set.unwrap_or(self.claims.max(1));
        let mut tally = Tally::new(faults.is_some());
        let (mut pen, mut claim) = (Pen::default(), Claim::default());
        let (mut next, mut sets, mut bytes) = (0, 0, 0);
        while next < self.claims {
            envelopes.before_set(&mut pen);
            sets += 1;
            let before = pen.segments();
            body.open_set(&mut pen, sets);
            let (end, mut levels) = (self.claims.min(next.saturating_add(per_set)), Levels::default());
            while next < end {
                let block = (next, end.min(next + BLOCK));
                body.block(&mut pen, block, &mut levels, &mut claim, &mut tally);
                next = block.1;
                if pen.text().len() >= CHUNK {
                    hand_on(&mut pen, out, &mut bytes)?;
                    tally.hand_on(faults.as_deref_mut())?;
                }
            }
            let counted = pen.segments() - before + 1;
            segment!(&mut pen, "SE*", counted, "*", Padded(sets, 4));
        }
        envelopes.finish(&mut pen);
        hand_on(&mut pen, out, &mut bytes)?;
        tally.hand_on(faults.as_deref_mut())?;
        out.flush()?;
        if let Some(faults) = faults {
            faults.flush()?;
        }
        let (interchanges, groups) = envelopes.counts();
        Ok(Written { bytes, segments: pen.segments(), interchanges, groups, sets, ..tally.finish() })
    }
}

fn hand_on(pen: &mut Pen, out: &mut impl Write, bytes: &mut u64) -> io::Result<()> {
    out.write_all(pen.text())?;
    *bytes += pen.text().len() as u64;
    pen.clear();
    Ok(())
}

/// Counts claims as they are written.
pub(super) struct Tally {
    written: Written,
    expected: [u64; RuleId::COUNT],
    /// Rows of the CSV file of faults, where one is asked for.
    list: Option<Vec<u8>>,
}

impl Tally {
    fn new(listed: bool) -> Tally {
        let list = listed.then(|| b"record,record_id,rule\n".to_vec());
        Tally { written: Written::default(), expected: [0; RuleId::COUNT], list }
    }

    /// Counts one claim: its ordinal from 0, CLM02 and CLM01, and the rule that must reject it.
    pub(super) fn claim(&mut self, ordinal: u64, cents: u64, fault: Option<RuleId>, id: impl Put) {
        let charge = Money::from_cents(cents as i64);
        self.written.claims += 1;
        self.written.charges.add(charge);
        let Some(rule) = fault else { return };
        self.written.rejects += 1;
        self.written.rejected_charges.add(charge);
        self.expected[rule.index()] += 1;
        if let Some(list) = &mut self.list {
            (ordinal + 1).put(list);
            ",".put(list);
            id.put(list);
            ",".put(list);
            rule.code().put(list);
            "\n".put(list);
        }
    }

    fn hand_on(&mut self, faults: Option<&mut impl Write>) -> io::Result<()> {
        if let (Some(faults), Some(list)) = (faults, &mut self.list) {
            faults.write_all(list)?;
            list.clear();
        }
        Ok(())
    }

    fn finish(self) -> Written {
        let expected = RuleId::all().map(|rule| (rule, self.expected[rule.index()]));
        Written { expected: expected.filter(|(_, count)| *count > 0).collect(), ..self.written }
    }
}
