//! Stage 6: the bytes of the outputs. Runs in parallel.

use crate::finding::{Code, RuleId};
use crate::output::diagnostic::{self, Excerpt, Form};
use crate::output::reasons::{Envelope, Maker, Pages, Row, Subject};
use crate::output::text;
use crate::record::level_loop;
use crate::rules::{self, Severity};
use crate::source::Input;
use crate::verdict::{Disposition, Fates, Profile, SetFate};
use crate::x12::survey::{EnvelopeFault, InterchangeNote, Short};
use crate::x12::{Item, ItemKind, Separators};

use super::acks::Acks;
use super::excerpt::{self, Around};
use super::work::{Rendered, Root, Sequenced, Task, Work, X12_FILES};

/// A set falls with one of its records: it is said of the ST.
const SIBLING: EnvelopeFault =
    EnvelopeFault { rule: RuleId::SET106, position: 1, segment_id: Code::new(b"ST"), ..NOTHING };

const NOTHING: EnvelopeFault = EnvelopeFault {
    rule: RuleId::ENV112,
    outcome: 0,
    ordinal: 0,
    offset: 0,
    position: 0,
    segment_id: Code::EMPTY,
    element: 0,
    found: Short::EMPTY,
    expected: Short::EMPTY,
};

/// What rendering needs to know; shared by all threads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Renderer<'r> {
    pub(super) profile: &'r Profile,
    pub(super) fates: &'r Fates<'r>,
    pub(super) maker: Maker<'r>,
    /// How to acknowledge, where that is to be done.
    pub(super) acks: Option<Acks<'r>>,
    /// What becomes of rows.
    pub(super) telling: Telling<'r>,
}

/// What becomes of rows, and of the records.
#[derive(Clone, Copy, Debug)]
pub(super) enum Telling<'r> {
    /// Rows go to the reasons files, and records to the accept file or the reject file.
    Filed,
    /// Rows are shown.
    Shown(Show<'r>),
    /// Findings are counted, and nothing is written.
    Counted,
}

/// How rows are shown, and the input that they are about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Show<'r> {
    pub(super) form: Form,
    pub(super) input: &'r Input,
}

impl<'r> Renderer<'r> {
    /// Makes the bytes of a unit.
    pub(super) fn render(&self, sequenced: Sequenced<'r>) -> Rendered<'r> {
        let mut work = sequenced.0;
        match work.task {
            Task::Judge => {
                let files = if matches!(self.telling, Telling::Filed) { 0..X12_FILES } else { 0..0 };
                for file in files {
                    let ops = std::mem::take(&mut work.ops[file]);
                    let Work { unit, parts, .. } = &mut *work;
                    parts[file].write(unit, &ops);
                    work.ops[file] = ops;
                }
                self.rows(&mut work);
                if let Some(acks) = &self.acks {
                    let mut sheet = std::mem::take(&mut work.sheet);
                    acks.unit(&work, &mut sheet);
                    work.sheet = sheet;
                }
            }
            Task::Refused { note: Some(note) } => {
                self.refusal(&mut work, note);
                if let Some(acks) = &self.acks {
                    let Work { unit, sheet, .. } = &mut *work;
                    acks.refused(unit, note, sheet);
                }
            }
            Task::Refused { note: None } => {}
            Task::Junk(junk) => {
                let fault = EnvelopeFault { offset: junk.start, ..NOTHING };
                let bytes = junk.end - junk.start;
                let Work { unit, pages, tally, .. } = &mut *work;
                let severity = self.profile.severity(fault.rule, 0, false);
                tally.count(fault.rule, severity);
                if severity > Severity::Shadow {
                    let row = || {
                        let message = rules::rule(fault.rule).outcome(0).message;
                        let message = text::fill(message, |_, text| text.push_str(&bytes.to_string()));
                        let (envelope, subject) = (Envelope::default(), Subject::default());
                        let row = self.maker.envelope_fault(unit, &fault, severity, envelope, &subject);
                        Row { message: message.into(), ..row }
                    };
                    self.put(pages, row, |show| excerpt::of_junk(show.input, junk.start, junk.end));
                }
            }
        }
        Rendered(work)
    }

    /// Files a row, or shows it with an excerpt; it is not made where neither is wanted.
    fn put<'e, 'w>(
        &self,
        pages: &mut Pages,
        row: impl FnOnce() -> Row<'w>,
        excerpt: impl FnOnce(&Show<'r>) -> Excerpt<'e>,
    ) {
        match &self.telling {
            Telling::Filed => pages.add(&row()),
            Telling::Shown(show) => diagnostic::write(show.form, &mut pages.shown, &row(), &excerpt(show)),
            Telling::Counted => {}
        }
    }

    /// Rows of an interchange that is refused.
    fn refusal(&self, work: &mut Work<'r>, note: &InterchangeNote) {
        let Work { unit, pages, tally, .. } = work;
        let control = note.isa.as_ref().map_or(&b""[..], |isa| isa.control());
        let envelope = Envelope { interchange: control, ..Envelope::default() };
        let subject = Subject { disposition: Disposition::Refused.word(), ..Subject::default() };
        let separators = note.isa.as_ref().map_or(Separators::USUAL, |isa| isa.separators);
        let profile = self.profile.of_interchange(note);
        for fault in &note.faults {
            let severity = profile.severity(fault.rule, fault.outcome, false);
            tally.count(fault.rule, severity);
            if severity > Severity::Shadow {
                let row = || self.maker.envelope_fault(unit, fault, severity, envelope, &subject);
                let start = unit.offset;
                self.put(pages, row, |show| excerpt::of_envelope(show.input, start, separators, fault));
            }
        }
    }

    /// Rows of a unit's findings, in the order of the input.
    fn rows(&self, work: &mut Work<'r>) {
        let mut pages = std::mem::take(&mut work.pages);
        let mut tally = std::mem::take(&mut work.tally);
        let Work { unit, scratch, findings, severities, verdicts, line_heads, .. } = &*work;
        let mut envelope = Envelope::default();
        let (mut interchange, mut group) = (unit.offset, 0);
        let mut around = Around::default();
        for (number, item) in unit.items.iter().enumerate() {
            let verdict = verdicts.get(number).copied().unwrap_or_default();
            match item.kind {
                ItemKind::Interchange => {
                    interchange = item.offset;
                    envelope =
                        Envelope { interchange: unit.segment(item.from).element(13), ..Envelope::default() };
                }
                ItemKind::Group => {
                    group = item.number;
                    envelope.group = unit.segment(item.from).element(6);
                    envelope.transaction = b"";
                }
                ItemKind::Header => envelope.transaction = unit.segment(item.from).element(2),
                ItemKind::Aside if unit.segment(item.from).id() == b"GS" => {
                    envelope.group = unit.segment(item.from).element(6);
                    envelope.transaction = b"";
                }
                _ => {}
            }
            if matches!(self.telling, Telling::Shown(_)) {
                around.enter(unit, item);
            }
            if item.carried {
                continue;
            }
            let profile = self.profile.of(verdict.chapter);
            let mut put = |fault: &EnvelopeFault, envelope: Envelope<'_>| {
                let severity = profile.severity(fault.rule, fault.outcome, false);
                tally.count(fault.rule, severity);
                if severity > Severity::Shadow {
                    let subject = Subject { kind: verdict.kind, ..Subject::default() };
                    let row = || self.maker.envelope_fault(unit, fault, severity, envelope, &subject);
                    self.put(&mut pages, row, |show| {
                        excerpt::of_envelope(show.input, interchange, unit.separators(), fault)
                    });
                }
            };
            self.envelope_faults(item, |fault| put(fault, envelope), unit);
            if item.kind == ItemKind::Header
                && self.fates.of_set(profile, group, item.number) == SetFate::WithRecord
            {
                put(&EnvelopeFault { ordinal: item.number, offset: item.offset, ..SIBLING }, envelope);
            }
            let is_record = item.kind == ItemKind::Record;
            let subject = Subject {
                record: (is_record && !item.answer).then_some(item.number),
                head: verdict.head,
                billing_npi: verdict.billing_npi,
                disposition: if is_record && !item.answer { verdict.disposition.word() } else { "" },
                kind: verdict.kind,
                lines: line_heads.get(verdict.lines.0 as usize..verdict.lines.1 as usize).unwrap_or(&[]),
            };
            for at in verdict.from..verdict.to {
                let (Some(finding), Some(severity)) =
                    (findings.list().get(at as usize), severities.get(at as usize))
                else {
                    continue;
                };
                tally.count(finding.rule, *severity);
                if *severity == Severity::Shadow {
                    let would_reject =
                        rules::rule(finding.rule).outcome(finding.outcome).severity == Severity::Reject;
                    let first = !findings
                        .list()
                        .get(verdict.from as usize..at as usize)
                        .unwrap_or(&[])
                        .iter()
                        .any(|f| f.rule == finding.rule);
                    if is_record && would_reject && first {
                        tally.shadow_charge(finding.rule, verdict.charge());
                    }
                    continue;
                }
                let row = || self.maker.finding(unit, findings, finding, *severity, item, envelope, &subject);
                self.put(&mut pages, row, |_| around.finding(unit, &scratch.slots, item, &finding.place));
            }
            let falls = is_record && !item.answer && verdict.disposition == Disposition::Reject;
            for root in falls.then(|| work.roots(&verdict.cause)).into_iter().flatten() {
                tally.count(root.rule(), Severity::Reject);
                let row = || self.inherited(work, item, root, envelope, &subject);
                self.put(&mut pages, row, |_| Excerpt::default());
            }
        }
        work.pages = pages;
        work.tally = tally;
    }

    /// Calls `put` with the faults of the envelope that an item begins.
    fn envelope_faults(&self, item: &Item, mut put: impl FnMut(&EnvelopeFault), unit: &crate::x12::Unit) {
        let survey = self.fates.survey();
        let own = |rule, element, found: Short| EnvelopeFault {
            rule,
            outcome: 0,
            ordinal: item.number,
            offset: unit.offset_in(item, unit.segment(item.from).span(element).start),
            position: 0,
            segment_id: unit.segment(item.from).code(),
            element,
            found,
            expected: Short::EMPTY,
        };
        match item.kind {
            ItemKind::Interchange => {
                for fault in survey.note(item.number).iter().flat_map(|note| &note.faults) {
                    put(fault);
                }
            }
            ItemKind::Group => survey.faults_of_group(item.number).iter().for_each(put),
            ItemKind::Header => {
                survey.faults_of_set(item.number).iter().for_each(&mut put);
            }
            ItemKind::Aside => {
                let gs = unit.segment(item.from);
                if gs.id() == b"GS" {
                    put(&own(RuleId::ENV113, 1, Short::new(gs.element(1))));
                }
            }
            _ => {}
        }
    }

    /// The row of a record that falls with what is above it.
    fn inherited<'w>(
        &'w self,
        work: &'w Work<'r>,
        record: &Item,
        root: Root<'w>,
        envelope: Envelope<'w>,
        subject: &Subject<'_>,
    ) -> Row<'w> {
        let Work { unit, findings, .. } = work;
        let none = Subject { kind: subject.kind, ..Subject::default() };
        let (root, from) = match root {
            Root::Envelope(fault) => {
                let group = fault.rule.code().starts_with("GRP");
                let row = self.maker.envelope_fault(unit, fault, Severity::Reject, envelope, &none);
                (row, Code::new(if group { b"GS" } else { b"ST" }))
            }
            Root::Sibling => {
                let set = unit.items.iter().take_while(|item| item.offset <= record.offset);
                let set = set.filter(|item| item.kind == ItemKind::Header).last();
                let row = self.maker.envelope_fault(unit, &SIBLING, Severity::Reject, envelope, &none);
                (Row { byte_offset: set.map(|set| set.offset), ..row }, Code::new(b"ST"))
            }
            Root::Item(item, finding) => {
                let row =
                    self.maker.finding(unit, findings, finding, Severity::Reject, item, envelope, &none);
                let from = match item.kind {
                    ItemKind::Group => Code::new(b"GS"),
                    ItemKind::Level(depth) if finding.place.loop_id.is_empty() => level_loop(depth),
                    _ if finding.place.loop_id.is_empty() => Code::new(b"ST"),
                    _ => finding.place.loop_id,
                };
                (row, from)
            }
        };
        Maker::inherited(root, from, unit, subject)
    }
}
