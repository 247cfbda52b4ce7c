//! Acknowledgements, held against the input and what the rows say of its records: who is rejected, and what each set came to.

use std::io;

use crate::finding::{Money, Total};
use crate::source::ReadAt;
use crate::x12::grammar::whole;

use super::ack_file::{AckFile, Line};
use super::compare::Sum;
use super::report::{Invariant, Report, Violation};
use super::said::Said;
use super::scan::{Frame, Scanner, Segment, element};
use super::tree::{Role, Tree};

/// GS01 of acknowledgements, which are never acknowledged.
const ANSWERS: [&[u8]; 3] = [b"FA", b"HN", b"TA"];

/// The acknowledgements of one input.
pub(super) struct Acks<'c, 'a> {
    pub(super) said: &'c Said,
    pub(super) ta1: AckFile<'a>,
    pub(super) implementation: AckFile<'a>,
    pub(super) claims: AckFile<'a>,
    pub(super) review: AckFile<'a>,
    at: At,
    /// Only claims are acknowledged: their sets were before.
    only_claims: bool,
    /// The files ran out of step with the input: what follows cannot be told.
    lost: bool,
}

/// What is open in the input.
#[derive(Default)]
struct At {
    refused: bool,
    control: Vec<u8>,
    asks: bool,
    /// A group that is no acknowledgement stands in it.
    is_answerable: bool,
    /// Its first segment was seen.
    begun: bool,
    is_answer: bool,
    group: Option<Group>,
    set: Option<Set>,
}

#[derive(Default)]
struct Group {
    kind: Vec<u8>,
    control: Vec<u8>,
    /// Its 999 was found.
    begun: bool,
    silent: bool,
    /// AK9 follows AK1: it is rejected without naming its sets.
    whole: bool,
    sets: u64,
    accepted: u64,
}

#[derive(Default)]
struct Set {
    control: Vec<u8>,
    /// IK501; 0 where nothing answers the set.
    verdict: u8,
    /// Accepted and rejected.
    sums: [Sum; 2],
    /// Totals that the 277CA gives, once it was begun.
    told: Option<[Sum; 2]>,
    events: u64,
}

/// A claim of a 277CA.
struct Told {
    id: Vec<u8>,
    accepted: bool,
    charge: Option<Money>,
}

impl<'c, 'a> Acks<'c, 'a> {
    pub(super) fn new(
        said: &'c Said,
        [ta1, implementation, claims, review]: [AckFile<'a>; 4],
        only_claims: bool,
    ) -> Self {
        Acks { said, ta1, implementation, claims, review, at: At::default(), only_claims, lost: false }
    }

    /// Goes through the input and the acknowledgements side by side.
    pub(super) fn run(&mut self, input: &dyn ReadAt, report: &mut Report) -> io::Result<()> {
        let (mut scanner, mut tree) = (Scanner::new(input), Tree::default());
        let mut interchanges = 0;
        while let Some(frame) = scanner.next()? {
            match frame {
                Frame::Junk { .. } => {}
                Frame::Unreadable { .. } => interchanges += 1,
                Frame::Open(isa, _) => {
                    tree.open(&isa);
                    let refused = self.said.refused.get(interchanges);
                    interchanges += 1;
                    let control = isa.control().to_vec();
                    self.at = At { refused, control, asks: isa.wants_ta1(), ..At::default() };
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
                        self.end_group(report)?;
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
            (&mut self.claims, b"ST"),
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
        let field = |n| element(&text, n, &segment.separators).to_vec();
        match role {
            Role::Group => {
                self.end_group(report)?;
                let (kind, control) = (field(1), field(6));
                let silent = self.only_claims || ANSWERS.contains(&kind.as_slice());
                self.at.is_answerable |= !silent;
                let ours = tree.group.as_ref().is_some_and(|group| group.ours);
                self.at.group = Some(Group { kind, control, silent, ..Group::default() });
                if ours {
                    self.begin_group(report)?;
                }
            }
            Role::Set => {
                self.end_set(report)?;
                self.begin_group(report)?;
                self.begin_set(field(2), report)?;
            }
            // a claim that is held is acknowledged when it is judged again
            Role::Record if self.said.held.get(tree.counts.records) => {}
            Role::Record => {
                let rejected = self.said.rejecting.get(tree.counts.records);
                if field(0) == b"CLM" {
                    self.claim(&field(1), Money::parse(&field(2)), rejected, report)?;
                } else if let Some(set) = self.at.set.as_mut() {
                    set.sums[usize::from(rejected)].records += 1;
                    set.events += u64::from(rejected);
                }
            }
            Role::SetEnd => self.end_set(report)?,
            Role::GroupEnd | Role::InterchangeEnd => self.end_group(report)?,
            Role::Level(_) | Role::Answer | Role::Part | Role::Other => {}
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
        });
        if !fits {
            let what = format!("group {} is not acknowledged", String::from_utf8_lossy(&group.control));
            let file = self.implementation.name.clone();
            self.lose(&file, what, report);
        }
        Ok(())
    }

    fn begin_set(&mut self, control: Vec<u8>, report: &mut Report) -> io::Result<()> {
        let Some(group) = self.at.group.as_mut().filter(|_| !self.lost) else { return Ok(()) };
        group.sets += 1;
        let mut set = Set { control, ..Set::default() };
        if !group.silent {
            let next = self.implementation.peek(report)?;
            if next.is_some_and(|next| next.id() == b"AK2") {
                let fits = self
                    .implementation
                    .next(report)?
                    .is_some_and(|ak2| ak2.at(2) == ak2.fit(&set.control, usize::MAX));
                let ik5 = self.implementation.seek(b"IK5", report)?;
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

    /// A claim: it must come next in the 277CA, if its set is not rejected.
    fn claim(
        &mut self,
        id: &[u8],
        charge: Option<Money>,
        rejected: bool,
        report: &mut Report,
    ) -> io::Result<()> {
        let Some(set) = self.at.set.as_mut().filter(|_| !self.lost) else { return Ok(()) };
        if let Some(sum) = set.sums.get_mut(usize::from(rejected)) {
            sum.add(charge);
        }
        if !matches!(set.verdict, b'A' | b'E') {
            return Ok(());
        }
        let is_first = set.told.is_none();
        if is_first {
            let found = self.claims.seek(b"ST", report)?.is_some();
            let told = if found { self.totals(b"21", ["90", "AA"], report)? } else { [Sum::default(); 2] };
            if let Some(set) = self.at.set.as_mut() {
                set.told = Some(told);
            }
        }
        let told = self.next_claim(report)?;
        let control = self.at.set.as_ref().map_or(Vec::new(), |set| set.control.clone());
        let fits = told.is_some_and(|told| {
            told.id == id_of(id, self.claims_style(report).as_ref())
                && told.accepted != rejected
                && Total::from(told.charge.unwrap_or_default())
                    == charge.map_or_else(Total::default, Total::from)
        });
        if !fits {
            let word = if rejected { "rejected" } else { "accepted" };
            let what = format!(
                "a claim of set {} that is {word} does not come next as such",
                String::from_utf8_lossy(&control)
            );
            let file = self.claims.name.clone();
            self.lose(&file, what, report);
        }
        Ok(())
    }

    /// A line that shows how the 277CA repeats bytes.
    fn claims_style(&mut self, report: &mut Report) -> Option<Line> {
        self.claims.peek(report).ok().flatten().cloned()
    }

    /// What the level `code`, which comes next, gives as totals.
    fn totals(&mut self, code: &[u8], counts: [&str; 2], report: &mut Report) -> io::Result<[Sum; 2]> {
        let mut sums = [Sum::default(); 2];
        let mut inside = false;
        while let Some(line) = self.claims.peek(report)? {
            match line.id() {
                b"HL" if inside => break,
                b"HL" => inside = line.at(3) == code,
                b"SE" => break,
                b"QTY" if inside => {
                    let at = counts.iter().position(|code| code.as_bytes() == line.at(1));
                    if let Some(sum) = at.and_then(|at| sums.get_mut(at)) {
                        sum.records = whole(line.at(2)).unwrap_or(0);
                    }
                }
                b"AMT" if inside => {
                    let total = Total::from(Money::parse(line.at(2)).unwrap_or_default());
                    if let Some(sum) = sums.get_mut(usize::from(line.at(1) == b"YY")) {
                        sum.charges = total;
                    }
                }
                _ => {}
            }
            self.claims.next(report)?;
        }
        Ok(sums)
    }

    /// The next claim of the open 277CA; none at its SE.
    fn next_claim(&mut self, report: &mut Report) -> io::Result<Option<Told>> {
        let mut in_line = false;
        let mut claim: Option<Told> = None;
        loop {
            let Some(line) = self.claims.peek(report)? else { return Ok(claim) };
            match line.id() {
                b"SE" => return Ok(claim),
                b"HL" | b"TRN" if claim.is_some() => return Ok(claim),
                b"TRN" if line.at(1) == b"2" => {
                    claim = Some(Told { id: line.at(2).to_vec(), accepted: false, charge: None });
                }
                b"SVC" => in_line = true,
                b"STC" if !in_line => {
                    if let Some(claim) = &mut claim {
                        claim.accepted = line.at(3) == b"WQ";
                        claim.charge = Money::parse(line.at(4));
                        // by its category: received, forwarded, taken
                        let passes = matches!(line.at(1).get(..2), Some(b"A0" | b"A1" | b"A2"));
                        if passes != claim.accepted {
                            let what = "the status of a claim (STC01) and what was done with it (STC03) say different things";
                            report.add(Violation::new(Invariant::Agreement, &self.claims.name, what));
                        }
                    }
                }
                _ => {}
            }
            self.claims.next(report)?;
        }
    }

    fn end_set(&mut self, report: &mut Report) -> io::Result<()> {
        let Some(set) = self.at.set.take().filter(|_| !self.lost) else { return Ok(()) };
        let control = String::from_utf8_lossy(&set.control).into_owned();
        if set.verdict == b'R' && set.sums[0].records > 0 {
            let what = format!("set {control} is rejected, and a record of it is accepted");
            report.add(Violation::new(Invariant::Agreement, &self.implementation.name, what));
        }
        if let Some(told) = set.told {
            if self.next_claim(report)?.is_some() {
                let file = self.claims.name.clone();
                self.lose(&file, format!("set {control} has more claims here than in the input"), report);
            } else if told != set.sums {
                let what = format!("the totals of set {control} are not those of its claims");
                report.add(Violation::new(Invariant::Agreement, &self.claims.name, what));
            }
        }
        if set.events > 0 && matches!(set.verdict, b'A' | b'E') {
            let (mut events, mut reasons) = (0, 0);
            for _ in 0..set.events {
                let mut open = false;
                self.review.seek(b"ST", report)?;
                while let Some(line) = self.review.next(report)? {
                    match line.id() {
                        b"SE" => break,
                        b"HL" => {
                            open = line.at(3) == b"EV";
                            events += u64::from(open);
                        }
                        b"AAA" => reasons += u64::from(std::mem::take(&mut open)),
                        _ => {}
                    }
                }
            }
            if events != set.events || reasons != events {
                let file = self.review.name.clone();
                let what = format!(
                    "set {control} has {} rejected requests, and {reasons} are answered with a reason",
                    set.events
                );
                self.lose(&file, what, report);
            }
        }
        Ok(())
    }

    fn end_group(&mut self, report: &mut Report) -> io::Result<()> {
        self.end_set(report)?;
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
        let counts = [(3, group.sets), (4, group.accepted)];
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
        let fits = ta1
            .is_some_and(|ta1| ta1.at(1) == ta1.fit(&self.at.control, 9) && (ta1.at(4) == b"R") == refused);
        if !fits {
            let control = String::from_utf8_lossy(&self.at.control).into_owned();
            let file = self.ta1.name.clone();
            self.lose(&file, format!("interchange {control} has no TA1 that says what became of it"), report);
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
    let fit = line.map_or_else(|| id.to_vec(), |line| line.fit(id, 50));
    if fit.is_empty() { b"0".to_vec() } else { fit }
}
