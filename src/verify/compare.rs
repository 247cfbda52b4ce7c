//! The input walked through once more, side by side with what left.

use std::io;

use crate::finding::{Money, Total};
use crate::source::ReadAt;

use super::refused::RefusedFile;
use super::report::{Invariant, Report, Violation};
use super::said::Said;
use super::side::{Fit, Side};
use super::walk::{Event, Record, Walk};

/// Where the files stand among the sides.
const ACCEPTED: usize = 0;
const REJECTED: usize = 1;
const HELD: usize = 2;

/// Where the records of an input were found.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) accepted: Sum,
    pub(super) rejected: Sum,
    pub(super) refused: Sum,
    pub(super) held: Sum,
}

/// How many records, and their charges.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Sum {
    pub(super) records: u64,
    pub(super) charges: Total,
}

impl Sum {
    pub(super) fn add(&mut self, charge: Option<Money>) {
        self.records += 1;
        self.charges.add(charge.unwrap_or_default());
    }
}

/// The files of one run over one input.
pub(super) struct Comparison<'c, 'a> {
    pub(super) input: &'a dyn ReadAt,
    /// The input's file name.
    pub(super) file: &'a str,
    /// The files of accepted, rejected and held records.
    pub(super) sides: [Side<'a>; 3],
    pub(super) refused: RefusedFile<'a>,
    /// What the rows say; none where they could not be read.
    pub(super) said: Option<&'c Said>,
    pub(super) sums: Sums,
}

impl Comparison<'_, '_> {
    /// Finds every record of the input in one of the files.
    pub(super) fn run(&mut self, report: &mut Report) -> io::Result<()> {
        let mut walk = Walk::new(self.input);
        let mut is_refused = false;
        // where the interchange at hand begins, while nobody knows whether it was refused
        let mut undecided = None;
        while let Some(event) = walk.next()? {
            match event {
                Event::Open { ordinal, start } => {
                    let begins = self.refused.begins(self.input, start)?;
                    is_refused = begins && self.is_said_refused(ordinal);
                    undecided = Some(start).filter(|_| begins && !is_refused);
                }
                Event::Record(record) => {
                    if undecided.take().is_some() {
                        is_refused = self.fits(&record, report)?.iter().all(|fit| *fit != Fit::Whole);
                    }
                    if is_refused {
                        self.sums.refused.add(record.charge);
                    } else {
                        self.place(&record, report)?;
                    }
                }
                Event::Trailer { place, serial, tail, .. } => {
                    for side in &mut self.sides {
                        side.end(place, serial, &tail, report);
                    }
                }
                Event::Close { ordinal, start, end } => {
                    if undecided.take().is_some() {
                        is_refused = self.refused.holds(self.input, start, end)?;
                    }
                    self.end_interchange(is_refused, ordinal, (start, end), report)?;
                    is_refused = false;
                }
                Event::Unreadable { ordinal, start, end } => {
                    self.end_interchange(true, ordinal, (start, end), report)?;
                }
            }
        }
        for side in &mut self.sides {
            side.finish(report)?;
        }
        self.refused.finish(report);
        Ok(())
    }

    fn is_said_refused(&self, ordinal: u64) -> bool {
        self.said.is_some_and(|said| said.refused.get(ordinal))
    }

    fn end_interchange(
        &mut self,
        is_refused: bool,
        ordinal: u64,
        (start, end): (u64, u64),
        report: &mut Report,
    ) -> io::Result<()> {
        let number = ordinal + 1;
        if is_refused {
            self.refused.take(self.input, self.file, number, (start, end), report)?;
        }
        let is_said = self.is_said_refused(ordinal);
        if self.said.is_some() && is_refused != is_said {
            let what = if is_said {
                format!("a row calls interchange {number} refused, and it is not in the refused file")
            } else {
                format!("interchange {number} is refused, and no row says why")
            };
            report.add(Violation::new(Invariant::Agreement, self.file, what).at(start));
        }
        Ok(())
    }

    fn fits(&mut self, record: &Record, report: &mut Report) -> io::Result<[Fit; 3]> {
        let [accept, reject, held] = &mut self.sides;
        Ok([accept.fit(record, report)?, reject.fit(record, report)?, held.fit(record, report)?])
    }

    /// Where the rows say that a record is.
    fn place_said(&self, record: &Record) -> usize {
        match self.said {
            Some(said) if said.rejecting.get(record.ordinal) => REJECTED,
            Some(said) if said.held.get(record.ordinal) => HELD,
            _ => ACCEPTED,
        }
    }

    /// Finds a record in one of the files.
    fn place(&mut self, record: &Record, report: &mut Report) -> io::Result<()> {
        let mut fits = self.fits(record, report)?;
        if fits.iter().all(|fit| *fit < Fit::Record) {
            // it does not come next in either: it was moved, changed or lost
            for side in &mut self.sides {
                if side.seek(record, report)? {
                    break;
                }
            }
            fits = self.fits(record, report)?;
        }
        let best = fits.into_iter().max().unwrap_or(Fit::None);
        // records that are alike in every byte are told apart by what the rows say of them
        let said = self.place_said(record);
        let place = if fits[said] == best { Some(said) } else { fits.iter().position(|fit| *fit == best) };
        if let Some(place) = place.filter(|_| best > Fit::None) {
            if self.sides[place].take(record, self.file, report).is_some() {
                self.note(record, place, report);
            }
            return Ok(());
        }
        if let Some(place) = self.sides.iter_mut().position(|side| side.was_passed(record)) {
            // that it stands elsewhere was said
            self.note(record, place, report);
            return Ok(());
        }
        let what = "the record is in none of the files";
        report.add(
            Violation::new(Invariant::Conservation, self.file, what).record(record.ordinal).at(record.start),
        );
        Ok(())
    }

    /// Notes where a record was found, and compares that with what the rows say of it.
    fn note(&mut self, record: &Record, place: usize, report: &mut Report) {
        let sums = &mut self.sums;
        let (sum, word) = match place {
            REJECTED => (&mut sums.rejected, "rejected"),
            HELD => (&mut sums.held, "held"),
            _ => (&mut sums.accepted, "accepted"),
        };
        sum.add(record.charge);
        let Some(said) = self.said else { return };
        let at = record.ordinal;
        let is_said = [&said.accepted, &said.rejected, &said.held].map(|said| said.get(at));
        let what = match (place, said.rejecting.get(at)) {
            (REJECTED, false) => Some("the record is rejected, and no row says why".to_owned()),
            (ACCEPTED | HELD, true) => Some(format!("the record is {word}, and a row rejects it")),
            (HELD, _) if !is_said[HELD] => Some("the record is held, and no row says why".to_owned()),
            _ if is_said.iter().enumerate().any(|(other, said)| *said && other != place) => {
                Some(format!("the record is {word}, and the disposition of a row is another"))
            }
            _ => None,
        };
        if let Some(what) = what {
            report.add(Violation::new(Invariant::Agreement, self.file, what).record(at).at(record.start));
        }
    }
}
