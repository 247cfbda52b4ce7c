//! The 277CA of an input: the totals that it gives of sets and billing providers, and what it says of each claim.

use std::io;

use crate::finding::{Money, Total};
use crate::x12::grammar::whole;

use super::ack_file::{AckFile, Line};
use super::causes::{Status, Why};
use super::compare::Sum;
use super::report::{Invariant, Report, Violation};

/// What a 277CA says of a claim that is accepted: taken into processing by a payer, forwarded to one by a clearinghouse.
const TAKEN: [[&[u8]; 3]; 2] = [[b"A2", b"20", b"PR"], [b"A0", b"16", b"PR"]];

/// The status of a claim for what is wrong with its lines.
const OF_LINES: [&[u8]; 2] = [b"247", b""];

/// Accepted and rejected.
pub(super) type Sums = [Sum; 2];

/// What stands of a set before its providers.
#[derive(Debug, Default)]
pub(super) struct Opening {
    /// TRN02 of 2200A: what the set is called.
    pub(super) receipt: Vec<u8>,
    /// TRN02 of 2200B: BHT03 of the claims.
    pub(super) reference: Vec<u8>,
    pub(super) totals: Totals,
}

/// Totals of a level.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    pub(super) sums: Sums,
    /// STC04: of both.
    charges: Total,
}

impl Totals {
    /// Takes an STC, QTY or AMT; `counts` are the qualifiers of accepted and rejected counts.
    fn take(&mut self, line: &Line, counts: [&[u8]; 2]) {
        match line.id() {
            b"STC" => self.charges = amount(line.at(4)),
            b"QTY" => {
                let at = counts.iter().position(|code| *code == line.at(1));
                if let Some(sum) = at.and_then(|at| self.sums.get_mut(at)) {
                    sum.records = whole(line.at(2)).unwrap_or(0);
                }
            }
            b"AMT" => self.sums[usize::from(line.at(1) == b"YY")].charges = amount(line.at(2)),
            _ => {}
        }
    }

    /// Whether they are those of claims.
    pub(super) fn are(&self, sums: &Sums) -> bool {
        let mut all = sums[0].charges;
        all.merge(sums[1].charges);
        self.sums == *sums && self.charges == all
    }
}

/// A claim of a 277CA.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// TRN02.
    pub(super) id: Vec<u8>,
    pub(super) accepted: bool,
    pub(super) charge: Option<Money>,
    /// REF*D9.
    pub(super) trace: Vec<u8>,
    /// Where it begins.
    pub(super) offset: u64,
    /// Each once: of the claim, and of its lines.
    own: Vec<Status>,
    lines: Vec<Status>,
}

impl Told {
    /// Whether its statuses are those of a claim that falls, or not, for these reasons.
    pub(super) fn is_for(&self, why: Option<&Why>) -> bool {
        let Some(why) = why else {
            let is_taken = |status: &Status| TAKEN.iter().any(|taken| taken.iter().eq(status.iter()));
            return self.lines.is_empty() && self.own.iter().all(is_taken);
        };
        let is_named = |status: &&Status| why.statuses.contains(status);
        let is_of_lines = |status: &&Status| {
            let [category, rest @ ..] = status;
            rest.iter().eq(OF_LINES) && self.lines.iter().any(|line| line[0] == *category)
        };
        let is_told = |status: &Status| self.own.contains(status) || self.lines.contains(status);
        self.own.iter().all(|status| is_named(&status) || is_of_lines(&status))
            && self.lines.iter().all(|status| is_named(&status))
            && why.statuses.iter().all(is_told)
    }
}

/// A billing provider's level.
#[derive(Debug)]
struct Provider {
    offset: u64,
    totals: Totals,
    /// Of its claims so far.
    sums: Sums,
}

/// The 277CA of an input.
pub(super) struct ClaimFile<'a> {
    pub(super) file: AckFile<'a>,
    provider: Option<Provider>,
}

impl<'a> ClaimFile<'a> {
    pub(super) fn new(file: AckFile<'a>) -> ClaimFile<'a> {
        ClaimFile { file, provider: None }
    }

    /// Begins the next set, up to its first provider; none where there is no other.
    pub(super) fn begin_set(&mut self, report: &mut Report) -> io::Result<Option<Opening>> {
        if self.file.seek(b"ST", report)?.is_none() {
            return Ok(None);
        }
        let mut opening = Opening::default();
        let mut level = Vec::new();
        while let Some(line) = self.file.peek(report)? {
            match line.id() {
                b"SE" => break,
                b"HL" if line.at(3) == b"19" => break,
                b"HL" => level = line.at(3).to_vec(),
                b"TRN" if level == b"20" => opening.receipt = line.at(2).to_vec(),
                b"TRN" if level == b"21" => opening.reference = line.at(2).to_vec(),
                _ if level == b"21" => opening.totals.take(line, [b"90", b"AA"]),
                _ => {}
            }
            self.file.next(report)?;
        }
        Ok(Some(opening))
    }

    /// The next claim of the open set; none at its end.
    pub(super) fn next_claim(&mut self, report: &mut Report) -> io::Result<Option<Told>> {
        let mut claim: Option<Told> = None;
        let mut in_line = false;
        while let Some(line) = self.file.peek(report)? {
            match (line.id(), &mut claim) {
                (b"SE", _) | (b"HL" | b"TRN", Some(_)) => break,
                (b"HL", None) if line.at(3) == b"19" => {
                    let provider =
                        Provider { offset: line.offset, totals: Totals::default(), sums: Sums::default() };
                    self.end_provider(report);
                    self.provider = Some(provider);
                }
                (b"TRN", None) if line.at(1) == b"2" => {
                    claim = Some(Told { id: line.at(2).to_vec(), offset: line.offset, ..Told::default() });
                }
                (b"SVC", _) => in_line = true,
                (b"STC", Some(claim)) => {
                    let all = if in_line { &mut claim.lines } else { &mut claim.own };
                    take_statuses(line, all);
                    if !in_line {
                        claim.accepted = line.at(3) == b"WQ";
                        claim.charge = Money::parse(line.at(4));
                        // by its category: received, forwarded, taken
                        let passes = matches!(line.at(1).get(..2), Some(b"A0" | b"A1" | b"A2"));
                        if passes != claim.accepted {
                            let what = "the status of a claim (STC01) and what was done with it (STC03) say different things";
                            let offset = line.offset;
                            report
                                .add(Violation::new(Invariant::Agreement, &self.file.name, what).at(offset));
                        }
                    }
                }
                (b"REF", Some(claim)) if !in_line && line.at(1) == b"D9" => {
                    claim.trace = line.at(2).to_vec();
                }
                (_, None) => {
                    if let Some(provider) = &mut self.provider {
                        provider.totals.take(line, [b"QA", b"QC"]);
                    }
                }
                _ => {}
            }
            self.file.next(report)?;
        }
        match &claim {
            Some(claim) => {
                if let Some(provider) = &mut self.provider {
                    provider.sums[usize::from(!claim.accepted)].add(claim.charge);
                }
            }
            None => self.end_provider(report),
        }
        Ok(claim)
    }

    fn end_provider(&mut self, report: &mut Report) {
        let Some(provider) = self.provider.take().filter(|provider| !provider.totals.are(&provider.sums))
        else {
            return;
        };
        let what = "the totals of a billing provider are not those of its claims";
        report.add(Violation::new(Invariant::Agreement, &self.file.name, what).at(provider.offset));
    }
}

/// A sum as it is written: with no, one or two decimals.
fn amount(text: &[u8]) -> Total {
    let text = String::from_utf8_lossy(text);
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    Total::parse(&format!("{whole}.{rest:0<2}")).unwrap_or_default()
}

/// Takes the statuses of an STC: STC01, STC10 and STC11.
fn take_statuses(line: &Line, all: &mut Vec<Status>) {
    for (at, text) in [1, 10, 11].map(|at| (at, line.at(at))) {
        if text.is_empty() && at > 1 {
            continue;
        }
        let mut parts = text.split(|byte| *byte == line.separators.component);
        let status = [(); 3].map(|()| parts.next().unwrap_or(&[]).to_vec());
        if !all.contains(&status) {
            all.push(status);
        }
    }
}
