//! What is asked for, and what came of it.

use std::io::{self, Write};

use crate::finding::{Money, RuleId, Total};
use crate::reference::Roster;

use super::common::{Common, Faults};
use super::dental::Dental;
use super::envelope::Envelopes;
use super::institutional::Institutional;
use super::layout::BLOCK;
use super::pen::{Padded, Pen, Put, segment};
use super::professional::Professional;
use super::random::Share;
use super::reviews::{self, Reviews};
use super::roll::Roll;
use super::scenario::Scenario;
use super::sets::Sets;
use super::{dental_faults, faults, hospital_faults};

/// Text is handed on when there is about this much.
const CHUNK: usize = 256 * 1024;

/// What a batch is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// 837P.
    Professional,
    /// 837I: stays in hospital, outpatient services, visits to health centers.
    Institutional,
    /// 837D.
    Dental,
    /// 278 requests for authorization.
    Request,
    /// 278 responses: what was decided.
    Response,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] =
        [Kind::Professional, Kind::Institutional, Kind::Dental, Kind::Request, Kind::Response];

    /// Its name: `837p`, `837i`, `837d`, `278-request`, `278`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Professional => "837p",
            Kind::Institutional => "837i",
            Kind::Dental => "837d",
            Kind::Request => "278-request",
            Kind::Response => "278",
        }
    }

    /// The kind of a name, in any letter case.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| name.eq_ignore_ascii_case(kind.name()))
    }

    /// Whether it is a 278, in which a set is about one patient.
    pub(super) fn is_review(self) -> bool {
        matches!(self, Kind::Request | Kind::Response)
    }

    /// The rules for which a claim of this kind can be given a fault.
    pub fn faults(self) -> &'static [RuleId] {
        match self {
            Kind::Professional => &faults::FAULTS,
            Kind::Institutional => &hospital_faults::FAULTS,
            Kind::Dental => &dental_faults::FAULTS,
            Kind::Request => &reviews::REQUEST_FAULTS,
            Kind::Response => &reviews::RESPONSE_FAULTS,
        }
    }
}

/// How a batch is laid out, where it is not the usual mix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// All claims in one set.
    Giant,
    /// Ten claims a set, one review a set.
    SmallSets,
    /// Every patient is a child with a level (2000C, 2000D) below the subscriber's.
    Dependents,
    /// As many lines a claim as its guide can hold: 30 to 49 for 837P and 837D, 50 to 99 for 837I; as many services for 278.
    ManyLines,
    /// Another payer paid its part of every claim before: 2320, 2330 and 2430, in balance.
    Cob,
}

impl Shape {
    /// All of them.
    pub const ALL: [Shape; 5] =
        [Shape::Giant, Shape::SmallSets, Shape::Dependents, Shape::ManyLines, Shape::Cob];

    /// Its name: `giant`, `small-sets`, `dependents`, `many-lines`, `cob`.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Giant => "giant",
            Shape::SmallSets => "small-sets",
            Shape::Dependents => "dependents",
            Shape::ManyLines => "many-lines",
            Shape::Cob => "cob",
        }
    }

    /// The shape of a name, in any letter case.
    pub fn parse(name: &str) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| name.eq_ignore_ascii_case(shape.name()))
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
    /// How many claims, or requests, or responses. None at all make an interchange without groups.
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
    /// The rules whose faults are made, of [`Kind::faults`]; a mix of all of them where there are none.
    pub faults: Vec<RuleId>,
    /// Which share of the subscribers, 0 to 1, are parents whose children have levels (2000C) and claims of their own.
    pub patient_share: f64,
    /// Which share of the subscribers, 0 to 1, another payer covers first, who has adjudicated every line. None of 278.
    pub other_payer_share: f64,
    /// Whether every claim has many lines: see [`Shape::ManyLines`].
    pub many_lines: bool,
    /// Whether the claims rest on rosters, which [`write_beside`](Self::write_beside) writes with them: see
    /// [`rostered`](Self::rostered).
    pub rostered: bool,
}

/// What is written beside a batch.
#[derive(Default)]
pub struct Beside<'a> {
    /// Takes a CSV file `record,record_id,rule` with a row for each claim that must be rejected: its ordinal in the batch
    /// from 1, its CLM01, the rule.
    pub faults: Option<&'a mut dyn Write>,
    /// Takes rows of rosters, a piece at a time, each of whole rows without header; those of a batch that is
    /// [`rostered`](Batch::rostered).
    pub rosters: Option<&'a mut TakeRows<'a>>,
}

/// Takes rows of a roster.
pub type TakeRows<'a> = dyn FnMut(Roster, &[u8]) -> io::Result<()> + 'a;

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
    /// How many claims are examples of each scenario, where rosters were written.
    pub scenarios: Vec<(Scenario, u64)>,
}

impl Batch {
    /// A clean batch: one interchange, one group, one set (of 278 a set for each review), every subscriber the patient but for
    /// one in fifty.
    pub fn new(kind: Kind, claims: u64, seed: u64) -> Batch {
        Batch {
            kind,
            claims,
            seed,
            claims_per_set: kind.is_review().then_some(1),
            sets_per_group: None,
            groups_per_interchange: None,
            reject_rate: 0.0,
            faults: Vec::new(),
            patient_share: 0.02,
            other_payer_share: 0.0,
            many_lines: false,
            rostered: false,
        }
    }

    /// The batch as a day of a plan that knows its members: its claims are clean under full rosters, with which they are
    /// written. One member in twenty is not in CCS, some have a county's authorization; claims are replaced, use
    /// authorizations to the last unit and therapy to the last free visit; another payer pays for some first. Without the
    /// rosters some of them would be rejected. Only of claims, and only clean.
    #[must_use]
    pub fn rostered(self) -> Batch {
        // some newborn children are on the ids of their mothers
        let mothers = if self.kind == Kind::Institutional { 0.15 } else { self.patient_share };
        let (patient_share, other_payer_share) =
            (self.patient_share.max(mothers), self.other_payer_share.max(0.04));
        Batch { rostered: true, patient_share, other_payer_share, ..self }
    }

    /// The batch in this shape. Shapes can be put on each other.
    #[must_use]
    pub fn shaped(self, shape: Shape) -> Batch {
        match shape {
            Shape::Giant => Batch { claims_per_set: None, ..self },
            Shape::SmallSets => {
                let claims_per_set = Some(if self.kind.is_review() { 1 } else { 10 });
                Batch { claims_per_set, ..self }
            }
            Shape::Dependents => Batch { patient_share: 1.0, ..self },
            Shape::ManyLines => Batch { many_lines: true, ..self },
            Shape::Cob => Batch { other_payer_share: 1.0, ..self },
        }
    }

    /// Whether the batch can be written as it is asked for; nothing is written.
    ///
    /// # Errors
    /// `InvalidInput`, as [`write_beside`](Self::write_beside).
    pub fn check(&self) -> io::Result<()> {
        self.shares().map(drop)
    }

    /// The shares of claims with a fault, of patients with a level of their own, of subscribers whom another payer covers.
    fn shares(&self) -> io::Result<[Share; 3]> {
        let share = |name: &str, rate: f64| {
            Share::new(rate).ok_or_else(|| wrong(format!("{name} is not between 0 and 1")))
        };
        let rejects = share("reject_rate", self.reject_rate)?;
        let patients = share("patient_share", self.patient_share)?;
        let covered = share("other_payer_share", self.other_payer_share)?;
        if [self.claims_per_set, self.sets_per_group, self.groups_per_interchange].contains(&Some(0)) {
            return Err(wrong("a set, a group or an interchange cannot hold nothing".to_owned()));
        }
        if let Some(rule) = self.faults.iter().find(|rule| !self.kind.faults().contains(rule)) {
            let names: Vec<&str> = self.kind.faults().iter().map(|rule| rule.code()).collect();
            let (kind, names) = (self.kind.name(), names.join(", "));
            return Err(wrong(format!("{} is not among the faults of {kind}: {names}", rule.code())));
        }
        // a batch that is rostered has other payers, whether they were asked for or not
        if self.rostered && (self.kind.is_review() || !rejects.is_none()) {
            return Err(wrong("rosters belong to clean claims, not to reviews or faults".to_owned()));
        }
        if !covered.is_none() && self.kind.is_review() {
            return Err(wrong("another payer's part stands in claims, not in reviews".to_owned()));
        }
        Ok([rejects, patients, covered])
    }

    /// Writes the batch, ever a piece at a time, and flushes `out`.
    ///
    /// # Errors
    /// `InvalidInput` for a share outside 0 to 1, for sets, groups or interchanges of none, and for faults that the kind does
    /// not have; else what `out` reports.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<Written> {
        self.write_beside(out, Beside::default())
    }

    /// Writes the batch, and into `faults` a CSV file `record,record_id,rule` with a row for each claim that must be rejected:
    /// its ordinal in the batch from 1, its CLM01, the rule.
    ///
    /// # Errors
    /// As [`write_to`](Self::write_to), and what `faults` reports.
    pub fn write_with_faults(&self, out: &mut impl Write, faults: &mut impl Write) -> io::Result<Written> {
        self.write_beside(out, Beside { faults: Some(faults), rosters: None })
    }

    /// Writes the batch, and beside it what is asked for.
    ///
    /// # Errors
    /// As [`write_to`](Self::write_to), and what takes the rest reports; `InvalidInput` for rosters of a batch that is not
    /// rostered, and for reviews or claims with a fault that are.
    pub fn write_beside(&self, out: &mut impl Write, beside: Beside<'_>) -> io::Result<Written> {
        let [rejects, patients, covered] = self.shares()?;
        if beside.rosters.is_some() && !self.rostered {
            return Err(wrong("a batch that is not rostered has no rosters".to_owned()));
        }
        let intended = Faults::new(rejects, self.faults.clone());
        let common = Common::new(
            (self.kind, self.seed),
            (patients, covered),
            intended,
            (self.many_lines, self.rostered),
        );
        let roll = beside.rosters.is_some().then(|| {
            let mut roll = Roll::new();
            roll.providers(&common);
            roll
        });
        let tally = Tally::new(beside.faults.is_some(), roll);
        match self.kind {
            Kind::Professional => {
                self.write_body(Sets::new(common, Professional::default()), out, (beside, tally))
            }
            Kind::Institutional => {
                self.write_body(Sets::new(common, Institutional::default()), out, (beside, tally))
            }
            Kind::Dental => self.write_body(Sets::new(common, Dental::default()), out, (beside, tally)),
            Kind::Request => self.write_body(Reviews::requests(common), out, (beside, tally)),
            Kind::Response => self.write_body(Reviews::responses(common), out, (beside, tally)),
        }
    }

    fn write_body(
        &self,
        mut body: impl Body,
        out: &mut impl Write,
        (mut beside, mut tally): (Beside<'_>, Tally),
    ) -> io::Result<Written> {
        let mut envelopes =
            Envelopes::new(self.seed, body.guide(), self.sets_per_group, self.groups_per_interchange);
        let per_set = self.claims_per_set.unwrap_or(self.claims.max(1));
        let mut pen = Pen::default();
        let (mut next, mut sets, mut bytes) = (0, 0, 0);
        while next < self.claims {
            envelopes.before_set(&mut pen);
            sets += 1;
            let before = pen.segments();
            body.open_set(&mut pen, sets);
            let end = self.claims.min(next.saturating_add(per_set));
            while next < end {
                let block = (next, end.min(next + BLOCK));
                body.block(&mut pen, block, &mut tally);
                next = block.1;
                if pen.text().len() >= CHUNK {
                    hand_on(&mut pen, out, &mut bytes)?;
                    tally.hand_on(&mut beside)?;
                }
            }
            let counted = pen.segments() - before + 1;
            segment!(&mut pen, "SE*", counted, "*", Padded(sets, 4));
        }
        envelopes.finish(&mut pen);
        hand_on(&mut pen, out, &mut bytes)?;
        tally.hand_on(&mut beside)?;
        out.flush()?;
        if let Some(faults) = beside.faults {
            faults.flush()?;
        }
        let (interchanges, groups) = envelopes.counts();
        Ok(Written { bytes, segments: pen.segments(), interchanges, groups, sets, ..tally.finish() })
    }
}

fn wrong(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

/// What stands between the envelopes: sets of one kind.
pub(super) trait Body {
    /// GS01, and GS08 with ST03.
    fn guide(&self) -> (&'static str, &'static str);

    /// Writes what begins a set, ST included.
    fn open_set(&mut self, pen: &mut Pen, control: u64);

    /// Writes the levels and claims `first..end` of the open set.
    fn block(&mut self, pen: &mut Pen, block: (u64, u64), tally: &mut Tally);
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
    /// Rows of the rosters, where those are asked for.
    roll: Option<Roll>,
}

impl Tally {
    fn new(listed: bool, roll: Option<Roll>) -> Tally {
        let list = listed.then(|| b"record,record_id,rule\n".to_vec());
        Tally { written: Written::default(), expected: [0; RuleId::COUNT], list, roll }
    }

    /// Counts one claim: its ordinal from 0, CLM02 and CLM01 (nothing and TRN02 of a review), and the rule that must reject it.
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

    /// The rosters, where they are asked for.
    pub(super) fn roll(&mut self) -> Option<&mut Roll> {
        self.roll.as_mut()
    }

    fn hand_on(&mut self, beside: &mut Beside<'_>) -> io::Result<()> {
        if let (Some(faults), Some(list)) = (&mut beside.faults, &mut self.list) {
            faults.write_all(list)?;
            list.clear();
        }
        if let (Some(take), Some(roll)) = (&mut beside.rosters, &mut self.roll) {
            roll.hand_on(take)?;
        }
        Ok(())
    }

    fn finish(self) -> Written {
        let expected = RuleId::all().map(|rule| (rule, self.expected[rule.index()]));
        let scenarios = self.roll.as_ref().map(Roll::scenarios).unwrap_or_default();
        Written { expected: expected.filter(|(_, count)| *count > 0).collect(), scenarios, ..self.written }
    }
}
