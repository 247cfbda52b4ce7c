//! Acknowledgements, held against the input and what the rows say of its records: who is rejected, and what each set came to.

use std::io;

use crate::finding::{Money, Total};
use crate::source::ReadAt;
use crate::x12::grammar::whole;

use super::ack_file::{AckFile, Line};
use super::causes::{Causes, Why};
use super::claim_file::ClaimFile;
use super::errors::{Error, Errors};
use super::open::{At, Due, Group, Implementation, Pending, Set};
use super::report::{Invariant, Report, Violation};
use super::review_file::Answer;
use super::said::Said;
use super::scan::{Frame, Scanner, Segment, element};
use super::tree::{Role, Tree};

/// GS01 of acknowledgements, which are never acknowledged.
const ANSWERS: [&[u8]; 3] = [b"FA", b"HN", b"TA"];

/// The most traces of a request that are kept: of those, the first three that can be repeated come back.
const TRACES: usize = 64;

/// The acknowledgements of one input.
pub(super) struct Acks<'c, 'a> {
    pub(super) said: &'c Said,
    causes: Causes,
    pub(super) ta1: AckFile<'a>,
    pub(super) implementation: AckFile<'a>,
    pub(super) claims: ClaimFile<'a>,
    pub(super) review: AckFile<'a>,
    at: At,
    /// Only claims are acknowledged: their sets were before.
    only_claims: bool,
    /// The files ran out of step with the input: what follows cannot be told.
    lost: bool,
}

impl<'c, 'a> Acks<'c, 'a> {
    pub(super) fn new(
        said: &'c Said,
        causes: Causes,
        [ta1, implementation, claims, review]: [AckFile<'a>; 4],
        only_claims: bool,
    ) -> Self {
        let (at, claims) = (At::default(), ClaimFile::new(claims));
        Acks { said, causes, ta1, implementation, claims, review, at, only_claims, lost: false }
    }

    /// Goes through the input and the acknowledgements side by side.
    pub(super) fn run(&mut self, input: &dyn ReadAt, report: &mut Report) -> io::Result<()> {
        let (mut scanner, mut tree) = (Scanner::new(input), Tree::default());
        let mut interchanges = 0;
        while let Some(frame) = scanner.next()? {
            match frame {
                Frame::Junk { .. } => {}
                Frame::Unreadable { .. } => interchanges += 1,
                Frame::Open(isa, segment) => {
                    tree.open(&isa);
                    self.at = At {
                        ordinal: interchanges,
                        is_test: isa.is_test(),
                        refused: self.said.refused.get(interchanges),
                        control: isa.control().to_vec(),
                        number: element(&segment.text(), 13, &segment.separators).to_vec(),
                        asks: isa.wants_ta1(),
                        ..At::default()
                    };
                    interchanges += 1;
                }
                Frame::Segment(segment) => {
                    let begins = !std::mem::replace(&mut self.at.begun, true);
                    if begins {
                        let kind = segment.raw.strip_prefix(b"GS").and_then(|rest| rest.get(1..3));
                        self.at.is_answer = segment.raw.starts_with(b"TA1")
                            || kind.is_some_and(|kind| ANSWERS.contains(&kind));
                    }
                    let role = tree.take(&segment);
                    if !self.at.refused && !self.lost {
                        self.take(role, &segment, &tree, report)?;
                    }
                }
                Frame::Close { end, whole } => {
                    tree.close(end, whole);
                    if !self.lost {
                        self.end_group((tree.counts.records, end), None, report)?;
                        self.end_interchange(report)?;
                    }
                }
            }
        }
        if self.lost {
            return Ok(());
        }
        for (file, id) in [
            (&mut self.ta1, &b"TA1"[..]),
            (&mut self.implementation, b"ST"),
            (&mut self.claims.file, b"ST"),
            (&mut self.review, b"ST"),
        ] {
            if let Some(line) = file.seek(id, report)? {
                let what = "it answers what is not in the input, or again";
                report.add(Violation::new(Invariant::Agreement, &file.name, what).at(line.offset));
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        role: Role,
        segment: &Segment<'_>,
        tree: &Tree,
        report: &mut Report,
    ) -> io::Result<()> {
        let text = segment.text();
        let field = |n| element(&text, n, &segment.separators);
        // how many records there were, and where what was open ends
        let before = (tree.counts.records - u64::from(role == Role::Record), segment.offset);
        match role {
            Role::Group => {
                self.end_group(before, None, report)?;
                let [kind, control, version] = [1, 6, 8].map(|n| field(n).to_vec());
                let silent = self.only_claims || ANSWERS.contains(&kind.as_slice());
                self.at.is_answerable |= !silent;
                let ours = tree.group.as_ref().is_some_and(|group| group.ours);
                self.at.group = Some(Group { kind, control, version, silent, ..Group::default() });
                if ours {
                    self.begin_group(report)?;
                }
            }
            Role::Set => {
                self.end_set(before, report)?;
                self.begin_group(report)?;
                self.begin_set(&[1, 2, 3].map(|n| field(n).to_vec()), report)?;
            }
            Role::Record => {
                self.end_record(report)?;
                self.record(tree.counts.records, &field, report)?;
            }
            Role::SetEnd => self.end_set((before.0, before.1 + segment.raw.len() as u64), report)?,
            Role::GroupEnd => {
                let included = whole(field(1)).filter(|included| *included < 1_000_000);
                self.end_group(before, included, report)?;
            }
            Role::InterchangeEnd => self.end_group(before, None, report)?,
            Role::Part => {
                let position = tree.set.as_ref().map_or(0, |set| set.position);
                self.part(position, &field);
            }
            Role::Level(_) | Role::Answer | Role::Other => {}
        }
        Ok(())
    }

    /// A record: what rows say of it, and what is to be held against it.
    fn record<'t>(
        &mut self,
        record: u64,
        field: &dyn Fn(usize) -> &'t [u8],
        report: &mut Report,
    ) -> io::Result<()> {
        let why = if self.said.rejecting.get(record) {
            let mut elsewhere = Errors::default();
            let errors = self.at.set.as_mut().map_or(&mut elsewhere, |set| &mut set.errors);
            Some(self.causes.of_record(record, errors)?)
        } else {
            None
        };
        // a claim that is held is acknowledged when it is judged again
        if self.said.held.get(record) {
            return Ok(());
        }
        if field(0) == b"CLM" {
            return self.claim(field(1), Money::parse(field(2)), why.as_ref(), report);
        }
        let Some(set) = self.at.set.as_mut() else { return Ok(()) };
        set.sums[usize::from(why.is_some())].records += 1;
        set.pending = why.filter(|_| matches!(set.verdict, b'A' | b'E')).map(|why| Pending {
            open: true,
            repeated: Vec::new(),
            due: Due::Review(why),
        });
        Ok(())
    }

    /// A segment that begins nothing.
    fn part<'t>(&mut self, position: u32, field: &dyn Fn(usize) -> &'t [u8]) {
        let Some(set) = self.at.set.as_mut() else { return };
        if position == 2 && field(0) == b"BHT" {
            set.reference = field(3).to_vec();
        }
        let Some(pending) = set.pending.as_mut().filter(|pending| pending.open) else { return };
        match (&pending.due, field(0)) {
            // what follows is about lines, other payers or services
            (Due::Claim(_), b"HI" | b"SBR" | b"LX") | (Due::Review(_), b"HL") => pending.open = false,
            (Due::Claim(_), b"REF") if field(1) == b"D9" => {
                pending.repeated.push(field(2).to_vec());
                pending.open = false;
            }
            (Due::Review(_), b"TRN") if pending.repeated.len() < TRACES => {
                pending.repeated.push(field(2).to_vec());
            }
            _ => {}
        }
    }

    /// All was seen of a record.
    fn end_record(&mut self, report: &mut Report) -> io::Result<()> {
        let pending = self.at.set.as_mut().and_then(|set| set.pending.take());
        let Some(pending) = pending.filter(|_| !self.lost) else { return Ok(()) };
        match pending.due {
            Due::Claim(told) => {
                let trace = pending.repeated.first().map_or(&[][..], Vec::as_slice);
                let style = self.claims_style(report);
                let trace = style.map_or_else(|| trace.to_vec(), |line| line.fit(trace, 50));
                if told.trace != trace {
                    let what = "the clearinghouse's number of a claim (REF*D9) is not that of the input";
                    let file = &self.claims.file.name;
                    report.add(Violation::new(Invariant::Agreement, file, what).at(told.offset));
                }
                Ok(())
            }
            Due::Review(why) => self.answer(&pending.repeated, &why, report),
        }
    }

    /// The next answer must be that to a request with these traces, rejected for these reasons.
    fn answer(&mut self, traces: &[Vec<u8>], why: &Why, report: &mut Report) -> io::Result<()> {
        let Some(set) = &self.at.set else { return Ok(()) };
        let control = String::from_utf8_lossy(&set.control).into_owned();
        let reference = set.reference.clone();
        let answer = Answer::read(&mut self.review, report)?;
        self.review.check_usage(self.at.is_test, report);
        let Some(answer) = answer.filter(|answer| answer.events == 1 && !answer.reasons.is_empty()) else {
            let file = self.review.name.clone();
            self.lose(
                &file,
                format!("a rejected request of set {control} is not answered with a reason"),
                report,
            );
            return Ok(());
        };
        let fit = |data: &[u8], max| answer.style.as_ref().map_or_else(Vec::new, |line| line.fit(data, max));
        let traces: Vec<Vec<u8>> = traces.iter().map(|trace| fit(trace, usize::MAX)).collect();
        let mut wrong = |what: &str| {
            let what = format!("the answer to a rejected request of set {control} {what}");
            report.add(Violation::new(Invariant::Agreement, &self.review.name, what).at(answer.offset));
        };
        if !answer.repeats(&traces) {
            wrong("does not repeat its traces (TRN02)");
        }
        if answer.reference != or_zero(fit(&reference, 50)) {
            wrong("does not repeat its number (BHT03)");
        }
        if !answer.is_for(why) {
            wrong("has other reasons (AAA03) than its rows");
        }
        Ok(())
    }

    /// The files tell another story from here on.
    fn lose(&mut self, file: &str, what: String, report: &mut Report) {
        self.lost = true;
        report.add(Violation::new(Invariant::Agreement, file, what));
    }

    fn begin_group(&mut self, report: &mut Report) -> io::Result<()> {
        let Some(group) = self.at.group.as_mut().filter(|group| !group.begun && !group.silent) else {
            return Ok(());
        };
        group.begun = true;
        let found = self.implementation.seek(b"ST", report)?.is_some();
        let ak1 = if found { self.implementation.next(report)? } else { None };
        let fits = ak1.is_some_and(|ak1| {
            ak1.id() == b"AK1"
                && ak1.at(1) == ak1.fit(&group.kind, usize::MAX)
                && ak1.at(2) == ak1.fit(&group.control, usize::MAX)
                && ak1.at(3) == ak1.fit(&group.version, usize::MAX)
        });
        self.implementation.check_usage(self.at.is_test, report);
        if !fits {
            let what = format!("group {} is not acknowledged", String::from_utf8_lossy(&group.control));
            let file = self.implementation.name.clone();
            self.lose(&file, what, report);
        }
        Ok(())
    }

    fn begin_set(&mut self, header: &[Vec<u8>; 3], report: &mut Report) -> io::Result<()> {
        let Some(group) = self.at.group.as_mut().filter(|_| !self.lost) else { return Ok(()) };
        group.sets += 1;
        let mut set = Set { control: header[1].clone(), ..Set::default() };
        if !group.silent {
            let next = self.implementation.peek(report)?;
            if next.is_some_and(|next| next.id() == b"AK2") {
                let ak2 = self.implementation.next(report)?;
                let fits = ak2.is_some_and(|ak2| {
                    (1..).zip(header).all(|(at, element)| ak2.at(at) == ak2.fit(element, usize::MAX))
                });
                set.implementation = self.implementation_of_set(report)?;
                let ik5 = set.implementation.as_ref().map(|said| &said.ik5);
                set.verdict = ik5.and_then(|ik5| ik5.at(1).first().copied()).unwrap_or(0);
                if !fits || !matches!(set.verdict, b'A' | b'E' | b'R') {
                    let what = format!("set {} is not acknowledged", String::from_utf8_lossy(&set.control));
                    let file = self.implementation.name.clone();
                    self.lose(&file, what, report);
                }
                group_accepts(&mut self.at.group, set.verdict);
            } else {
                group.whole = true;
                set.verdict = b'R';
            }
        }
        if self.only_claims {
            set.verdict = b'A';
        }
        self.at.set = Some(set);
        Ok(())
    }

    /// What the 999 says of the set whose AK2 was read; none without an IK5.
    fn implementation_of_set(&mut self, report: &mut Report) -> io::Result<Option<Implementation>> {
        let mut errors = Errors::default();
        // an IK3 that no IK4 has followed yet stands for itself
        let (mut segment, mut is_alone) = (Error::default(), false);
        while let Some(line) = self.implementation.next(report)? {
            match line.id() {
                b"IK4" => {
                    errors.note(&segment.of_element(&line));
                    is_alone = false;
                }
                b"CTX" if is_alone => segment = segment.in_context(&line),
                b"IK3" | b"IK5" => {
                    if is_alone {
                        errors.note(&segment);
                    }
                    if line.id() == b"IK5" {
                        return Ok(Some(Implementation { errors, ik5: line }));
                    }
                    (segment, is_alone) = (Error::of_segment(&line), true);
                }
                b"SE" => break,
                _ => {}
            }
        }
        Ok(None)
    }

    /// A claim: it must come next in the 277CA, if its set is not rejected.
    fn claim(
        &mut self,
        id: &[u8],
        charge: Option<Money>,
        why: Option<&Why>,
        report: &mut Report,
    ) -> io::Result<()> {
        let Some(set) = self.at.set.as_mut().filter(|_| !self.lost) else { return Ok(()) };
        set.sums[usize::from(why.is_some())].add(charge);
        if !matches!(set.verdict, b'A' | b'E') {
            return Ok(());
        }
        if set.told.is_none() {
            self.begin_claims(report)?;
        }
        let told = self.claims.next_claim(report)?;
        let style = self.claims_style(report);
        let told = told.filter(|told| {
            told.id == id_of(id, style.as_ref())
                && told.accepted == why.is_none()
                && Total::from(told.charge.unwrap_or_default())
                    == charge.map_or_else(Total::default, Total::from)
        });
        let Some(set) = self.at.set.as_mut() else { return Ok(()) };
        let control = String::from_utf8_lossy(&set.control);
        let Some(told) = told else {
            let word = if why.is_some() { "rejected" } else { "accepted" };
            let what = format!("a claim of set {control} that is {word} does not come next as such");
            let file = self.claims.file.name.clone();
            self.lose(&file, what, report);
            return Ok(());
        };
        if !told.is_for(why) {
            let what = match why {
                Some(_) => format!("a claim of set {control} has other statuses (STC) than its rows"),
                None => format!(
                    "a claim of set {control} that is accepted has a status (STC) that says otherwise"
                ),
            };
            let file = &self.claims.file.name;
            report.add(Violation::new(Invariant::Agreement, file, what).at(told.offset));
        }
        set.pending = Some(Pending { open: true, repeated: Vec::new(), due: Due::Claim(told) });
        Ok(())
    }

    /// The 277CA of the open set begins.
    fn begin_claims(&mut self, report: &mut Report) -> io::Result<()> {
        let opening = self.claims.begin_set(report)?;
        self.claims.file.check_usage(self.at.is_test, report);
        let style = self.claims_style(report);
        let At { number, group, set: Some(set), .. } = &mut self.at else { return Ok(()) };
        if let (Some(opening), Some(style)) = (&opening, style) {
            let group = group.as_ref().map_or(&[][..], |group| group.control.as_slice());
            let receipt = [number.as_slice(), group, &set.control].join(&b'-');
            let reference = or_zero(style.fit(&set.reference, 50));
            if opening.receipt != style.fit(&receipt, 50) || opening.reference != reference {
                let control = String::from_utf8_lossy(&set.control);
                let what = format!("TRN02 of set {control} or of its submitter is not made of its numbers");
                report.add(Violation::new(Invariant::Agreement, &self.claims.file.name, what));
            }
        }
        set.told = Some(opening.unwrap_or_default());
        Ok(())
    }

    /// A line that shows how the 277CA repeats bytes.
    fn claims_style(&mut self, report: &mut Report) -> Option<Line> {
        self.claims.file.peek(report).ok().flatten().cloned()
    }

    /// The set ends, after so many records of the file and at this offset.
    fn end_set(&mut self, (records, end): (u64, u64), report: &mut Report) -> io::Result<()> {
        self.end_record(report)?;
        let Some(mut set) = self.at.set.take() else { return Ok(()) };
        self.causes.rest_of_set(records, end, &mut set.errors)?;
        if self.lost {
            return Ok(());
        }
        let control = String::from_utf8_lossy(&set.control).into_owned();
        if set.verdict == b'R' && set.sums[0].records > 0 {
            let what = format!("set {control} is rejected, and a record of it is accepted");
            report.add(Violation::new(Invariant::Agreement, &self.implementation.name, what));
        }
        if let Some(Implementation { errors, ik5 }) = &set.implementation {
            let mut wrong = |what: String| {
                let file = &self.implementation.name;
                report.add(Violation::new(Invariant::Agreement, file, what).at(ik5.offset));
            };
            if *errors != set.errors {
                wrong(format!("IK3 and IK4 of set {control} are not the errors that rows name"));
            }
            if !errors.fit(ik5) {
                wrong(format!("IK5 of set {control} is not what its IK3 and IK4 come to"));
            }
        }
        if let Some(told) = &set.told {
            if self.claims.next_claim(report)?.is_some() {
                let file = self.claims.file.name.clone();
                self.lose(&file, format!("set {control} has more claims here than in the input"), report);
            } else if !told.totals.are(&set.sums) {
                let what = format!("the totals of set {control} are not those of its claims");
                report.add(Violation::new(Invariant::Agreement, &self.claims.file.name, what));
            }
        }
        Ok(())
    }

    /// The group ends as its last set does; `included` is what GE01 says.
    fn end_group(&mut self, end: (u64, u64), included: Option<u64>, report: &mut Report) -> io::Result<()> {
        self.end_set(end, report)?;
        let Some(group) = self.at.group.take().filter(|group| group.begun && !self.lost) else {
            return Ok(());
        };
        let control = String::from_utf8_lossy(&group.control).into_owned();
        let ak9 = self.implementation.next(report)?.filter(|line| line.id() == b"AK9");
        let Some(ak9) = ak9 else {
            let file = self.implementation.name.clone();
            self.lose(&file, format!("group {control} has sets here that are not in the input"), report);
            return Ok(());
        };
        let expected = match (group.accepted, group.sets) {
            _ if group.whole => &b"R"[..],
            (0, 1..) => b"R",
            (accepted, sets) if accepted < sets => b"P",
            // without sets it may be rejected for itself
            (_, 0) => b"AR",
            _ => b"AE",
        };
        let fits = ak9.at(1).len() == 1 && ak9.at(1).iter().all(|code| expected.contains(code));
        let counts = [(2, included.unwrap_or(group.sets)), (3, group.sets), (4, group.accepted)];
        if !fits || counts.iter().any(|(at, count)| whole(ak9.at(*at)) != Some(*count)) {
            let what = format!("AK9 of group {control} is not what its sets come to");
            report.add(Violation::new(Invariant::Agreement, &self.implementation.name, what).at(ak9.offset));
        }
        Ok(())
    }

    fn end_interchange(&mut self, report: &mut Report) -> io::Result<()> {
        let At { refused, asks, is_answerable, is_answer, .. } = self.at;
        let is_due = if refused { !is_answer } else { asks && is_answerable };
        if !is_due || self.lost {
            return Ok(());
        }
        let ta1 = self.ta1.seek(b"TA1", report)?;
        self.ta1.check_usage(self.at.is_test, report);
        let control = String::from_utf8_lossy(&self.at.control).into_owned();
        let fits = |ta1: &Line| ta1.at(1) == ta1.fit(&self.at.control, 9) && (ta1.at(4) == b"R") == refused;
        let Some(ta1) = ta1.filter(fits) else {
            let file = self.ta1.name.clone();
            self.lose(&file, format!("interchange {control} has no TA1 that says what became of it"), report);
            return Ok(());
        };
        let ordinal = self.at.ordinal;
        let is_said = match ta1.at(4) {
            b"A" => ta1.at(5) == b"000" && !self.said.noted.get(ordinal),
            b"E" | b"R" => {
                let mut notes = self.said.notes.iter().filter(|(_, said)| said.get(ordinal));
                notes.any(|(note, _)| note.as_bytes() == ta1.at(5))
            }
            _ => false,
        };
        if !is_said {
            let what =
                format!("the TA1 of interchange {control} has a code (TA104, TA105) that no row gives");
            report.add(Violation::new(Invariant::Agreement, &self.ta1.name, what).at(ta1.offset));
        }
        Ok(())
    }
}

fn group_accepts(group: &mut Option<Group>, verdict: u8) {
    if let Some(group) = group {
        group.accepted += u64::from(verdict != b'R');
    }
}

/// CLM01 as a 277CA repeats it.
fn id_of(id: &[u8], line: Option<&Line>) -> Vec<u8> {
    or_zero(line.map_or_else(|| id.to_vec(), |line| line.fit(id, 50)))
}

/// A number as an answer repeats it: `0` where there is none.
fn or_zero(number: Vec<u8>) -> Vec<u8> {
    if number.is_empty() { b"0".to_vec() } else { number }
}
