//! What is wrong and where: rule ids, places, faults.
//!
//! A [`Finding`] is ids and spans; it says which rule spoke, where, and with which facts.
//! It knows nothing of severities or policy (`verdict` does), and no text is made
//! here (`output` does).

mod code;
mod filter;
mod place;
mod print;
mod rule_id;
mod sensitive;
mod value;

use std::fmt;

pub use code::Code;
pub use filter::Filter;
pub use place::{Place, Span};
pub use print::{Print, hexadecimal};
pub use rule_id::RuleId;
pub use sensitive::Sensitive;
pub use value::{Date, Money, Period, Total};

/// A fact that a message is made of. Spans point into the buffer of the unit that holds the finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fact {
    /// Nothing to show.
    #[default]
    None,
    /// Bytes of the input.
    Input(Span),
    /// Words of the program or of a built-in table.
    Text(&'static str),
    /// Words kept in the arena beside the findings ([`Findings::text`]).
    Kept(Span),
    /// A whole number.
    Number(i64),
    /// An amount.
    Money(Money),
    /// A day.
    Date(Date),
    /// A code.
    Code(Code),
}

/// A range in one of the arena's arrays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Range32 {
    start: u32,
    end: u32,
}

impl Range32 {
    fn of<T>(self, all: &[T]) -> &[T] {
        all.get(self.start as usize..self.end as usize).unwrap_or(&[])
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// One thing that is wrong with, or worth saying of, a record or its envelope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule that speaks.
    pub rule: RuleId,
    /// Which of the rule's documented outcomes: it decides the default severity and the codes.
    pub outcome: u8,
    /// Where.
    pub place: Place,
    /// The service line it is about, counted from 1 within its claim; 0 where it is about the header.
    pub line: u32,
    /// Lines that share a cause in the header: [`Findings::lines`].
    pub lines: Range32,
    /// What stood there.
    pub found: Fact,
    /// What should have stood there.
    pub expected: Fact,
    /// The facts its message names: [`Findings::facts`].
    pub facts: Range32,
    /// The rows of policy tables that it rests on, with their source and confidence: [`Findings::text`].
    pub basis: Span,
}

/// The findings of one unit and what they refer to, in reusable arrays.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    facts: Vec<Fact>,
    lines: Vec<u32>,
    text: String,
    /// Where the findings of the record or level at hand begin.
    item: usize,
    uncounted: Vec<Uncounted>,
}

/// The most findings of one record or level that are kept with their places; of what comes after, only the first of each kind is.
pub const SHOWN: usize = 100;

/// Findings of one kind, past the first [`SHOWN`] of a record, of which only the number is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uncounted {
    /// The rule that speaks.
    pub rule: RuleId,
    /// Which of its outcomes.
    pub outcome: u8,
    /// Whether they are about service lines.
    pub about_line: bool,
    /// How many.
    pub number: u64,
}

impl Findings {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.list.clear();
        self.facts.clear();
        self.lines.clear();
        self.text.clear();
        self.begin_item();
    }

    /// Begins the findings of another record, level or envelope segment.
    pub fn begin_item(&mut self) {
        self.item = self.list.len();
        self.uncounted.clear();
    }

    /// The findings of the item at hand that were not kept; they are forgotten by this.
    pub fn take_uncounted(&mut self) -> impl Iterator<Item = Uncounted> + '_ {
        self.uncounted.drain(..)
    }

    /// Whether there is room for a finding among those of its item: else it is counted.
    fn has_room(&mut self, finding: &Finding) -> bool {
        let own = self.list.get(self.item..).unwrap_or(&[]);
        let is_alike = |other: &Finding| other.rule == finding.rule && other.outcome == finding.outcome;
        if own.len() < SHOWN || !own.iter().any(is_alike) {
            return true;
        }
        let Finding { rule, outcome, line, .. } = *finding;
        let about_line = line > 0;
        let known = |other: &&mut Uncounted| {
            (other.rule, other.outcome, other.about_line) == (rule, outcome, about_line)
        };
        match self.uncounted.iter_mut().find(known) {
            Some(other) => other.number += 1,
            None => self.uncounted.push(Uncounted { rule, outcome, about_line, number: 1 }),
        }
        false
    }

    /// All findings, in the order in which they were made.
    pub fn list(&self) -> &[Finding] {
        &self.list
    }

    /// How many findings there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The facts of a finding's message.
    pub fn facts(&self, finding: &Finding) -> &[Fact] {
        finding.facts.of(&self.facts)
    }

    /// The lines that a header finding covers.
    pub fn lines(&self, finding: &Finding) -> &[u32] {
        finding.lines.of(&self.lines)
    }

    /// Text of a [`Fact::Kept`].
    pub fn text(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Keeps a text for a fact.
    pub fn keep(&mut self, text: &str) -> Fact {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Fact::Kept(Span::new(start, self.text.len() as u32))
    }

    /// Begins a finding of `rule` at `place`; nothing is added before [`Draft::add`].
    pub fn draft(&mut self, rule: RuleId, place: Place) -> Draft<'_> {
        let facts = Range32 { start: self.facts.len() as u32, end: self.facts.len() as u32 };
        let lines = Range32 { start: self.lines.len() as u32, end: self.lines.len() as u32 };
        Draft {
            finding: Finding {
                rule,
                outcome: 0,
                place,
                line: 0,
                lines,
                found: Fact::None,
                expected: Fact::None,
                facts,
                basis: Span::default(),
            },
            arena: self,
        }
    }

    /// Takes over what another holds of one item, after the own findings, and leaves it empty.
    pub fn append(&mut self, other: &mut Findings) {
        let (facts, lines, text) = (self.facts.len() as u32, self.lines.len() as u32, self.text.len() as u32);
        let moved = |range: Range32, by: u32| Range32 { start: range.start + by, end: range.end + by };
        let kept = |span: Span| Span::new(span.start + text, span.end + text);
        let fact = |fact: Fact| if let Fact::Kept(span) = fact { Fact::Kept(kept(span)) } else { fact };
        self.list.extend(other.list.drain(..).map(|finding| Finding {
            lines: moved(finding.lines, lines),
            found: fact(finding.found),
            expected: fact(finding.expected),
            facts: moved(finding.facts, facts),
            basis: if finding.basis.is_empty() { finding.basis } else { kept(finding.basis) },
            ..finding
        }));
        self.facts.extend(other.facts.drain(..).map(fact));
        self.lines.append(&mut other.lines);
        self.text.push_str(&other.text);
        self.uncounted.append(&mut other.uncounted);
        other.clear();
    }

    /// Changes which lines a finding covers.
    pub fn set_lines(&mut self, at: usize, lines: impl IntoIterator<Item = u32>) {
        let start = self.lines.len() as u32;
        self.lines.extend(lines);
        if let Some(finding) = self.list.get_mut(at) {
            finding.lines = Range32 { start, end: self.lines.len() as u32 };
        }
    }

    /// Puts findings into another order: `places` names each by its place.
    pub fn reorder(&mut self, places: &[u32]) {
        let list = places.iter().filter_map(|at| self.list.get(*at as usize).copied()).collect();
        self.list = list;
    }

    /// Drops every finding made after the first `len`, as when a claim is judged again.
    pub fn truncate(&mut self, len: usize) {
        self.list.truncate(len);
    }

    /// Keeps, of the findings from `from` on, those for which `keep` is true.
    pub fn retain_from(&mut self, from: usize, mut keep: impl FnMut(usize, &Finding) -> bool) {
        let mut to = from;
        for at in from..self.list.len() {
            if keep(at, &self.list[at]) {
                self.list[to] = self.list[at];
                to += 1;
            }
        }
        self.list.truncate(to);
    }
}

/// A finding in the making.
#[must_use = "a draft is a finding only after add()"]
#[derive(Debug)]
pub struct Draft<'a> {
    arena: &'a mut Findings,
    finding: Finding,
}

impl Draft<'_> {
    /// Sets which outcome of the rule it is.
    pub fn outcome(mut self, outcome: u8) -> Self {
        self.finding.outcome = outcome;
        self
    }

    /// Says which service line it is about, from 1.
    pub fn line(mut self, line: u32) -> Self {
        self.finding.line = line;
        self
    }

    /// Says which lines share this header cause.
    pub fn lines(mut self, lines: impl IntoIterator<Item = u32>) -> Self {
        self.arena.lines.extend(lines);
        self.finding.lines.end = self.arena.lines.len() as u32;
        self
    }

    /// Says what stood there.
    pub fn found(mut self, fact: Fact) -> Self {
        self.finding.found = fact;
        self
    }

    /// Says what should have stood there.
    pub fn expected(mut self, fact: Fact) -> Self {
        self.finding.expected = fact;
        self
    }

    /// Adds a fact to the message, in the order of its placeholders.
    pub fn fact(mut self, fact: Fact) -> Self {
        self.arena.facts.push(fact);
        self.finding.facts.end = self.arena.facts.len() as u32;
        self
    }

    /// Adds words to the message that must be kept with the finding.
    pub fn words(mut self, text: &str) -> Self {
        let fact = self.arena.keep(text);
        self.arena.facts.push(fact);
        self.finding.facts.end = self.arena.facts.len() as u32;
        self
    }

    /// Says which row of a policy table it rests on. A second row is named right after the first.
    pub fn rests_on(mut self, row: impl fmt::Display) -> Self {
        use fmt::Write as _;
        let text = &mut self.arena.text;
        if self.finding.basis.is_empty() {
            self.finding.basis.start = text.len() as u32;
        } else {
            text.push_str("; ");
        }
        // writing to a string cannot fail
        let _ = write!(text, "{row}");
        self.finding.basis.end = text.len() as u32;
        self
    }

    /// Puts the finding on record.
    pub fn add(self) {
        let Draft { arena, finding } = self;
        if arena.has_room(&finding) {
            arena.list.push(finding);
        } else {
            arena.facts.truncate(finding.facts.start as usize);
            arena.lines.truncate(finding.lines.start as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Fact, Findings, Place, RuleId, SHOWN};

    #[test]
    fn a_finding_keeps_its_facts() {
        let mut findings = Findings::default();
        let place = Place::segment(3, Code::new(b"2300"), Code::new(b"REF"));
        let hint = "TAR 4471";
        findings
            .draft(RuleId::TAR101, place.at_element(2))
            .line(2)
            .fact(Fact::Number(7))
            .words(hint)
            .found(Fact::Text("x"))
            .add();
        findings.draft(RuleId::TAR102, place).lines([1, 3]).add();
        let [first, second] = findings.list() else { panic!("two findings") };
        let [Fact::Number(7), Fact::Kept(span)] = findings.facts(first) else { panic!("two facts") };
        assert_eq!(findings.text(*span), hint);
        assert_eq!(findings.lines(second), [1, 3]);
        assert!(findings.lines(first).is_empty());
        findings.retain_from(0, |_, finding| finding.rule == RuleId::TAR102);
        assert_eq!(findings.list().len(), 1);
    }

    #[test]
    fn what_is_taken_over_keeps_its_facts() {
        let place = Place::segment(3, Code::new(b"2300"), Code::new(b"REF"));
        let (mut all, mut own) = (Findings::default(), Findings::default());
        for findings in [&mut all, &mut own] {
            let found = findings.keep("found");
            let draft =
                findings.draft(RuleId::TAR101, place).fact(Fact::Number(7)).words("hint").found(found);
            draft.lines([1, 3]).rests_on("row 5").add();
        }
        own.begin_item();
        for _ in 0..=SHOWN {
            own.draft(RuleId::SEG101, place).fact(Fact::Number(1)).add();
        }
        all.append(&mut own);
        assert!(own.is_empty() && own.take_uncounted().next().is_none());
        assert_eq!(all.len(), 2 + SHOWN);
        assert_eq!(all.take_uncounted().map(|more| more.number).sum::<u64>(), 1);
        for finding in &all.list()[..2] {
            let (Fact::Kept(found), [Fact::Number(7), Fact::Kept(hint)]) =
                (finding.found, all.facts(finding))
            else {
                panic!("its facts")
            };
            assert_eq!((all.text(found), all.text(*hint)), ("found", "hint"));
            assert_eq!((all.lines(finding), all.text(finding.basis)), (&[1, 3][..], "row 5"));
        }
    }

    #[test]
    fn past_the_hundredth_findings_are_counted() {
        let mut findings = Findings::default();
        let place = Place::segment(3, Code::new(b"2300"), Code::new(b"REF"));
        for _ in 0..2 {
            findings.begin_item();
            let before = findings.len();
            for _ in 0..250 {
                findings.draft(RuleId::SEG101, place).fact(Fact::Number(1)).add();
            }
            findings.draft(RuleId::TAR101, place).line(1).add();
            findings.draft(RuleId::TAR101, place).line(2).add();
            // the first of a kind is always kept
            assert_eq!(findings.len() - before, SHOWN + 1);
            let uncounted: Vec<_> = findings.take_uncounted().collect();
            let numbers: Vec<_> =
                uncounted.iter().map(|one| (one.rule, one.about_line, one.number)).collect();
            assert_eq!(numbers, [(RuleId::SEG101, false, 150), (RuleId::TAR101, true, 1)]);
            assert_eq!(findings.take_uncounted().count(), 0);
        }
        assert_eq!(findings.facts.len(), 2 * SHOWN);
    }
}
