//! What became of each record, as a stream in the order of the input: what a comparison needs of a run.

use std::sync::mpsc::{Receiver, SyncSender};

use crate::finding::{Money, Period, RuleId};
use crate::output::comparison::Records;
use crate::output::text;
use crate::record::RecordHead;
use crate::rules::Severity;
use crate::source::PublishError;
use crate::verdict::{Disposition, Fates};
use crate::x12::{Item, ItemKind, Unit};

use super::work::{Task, Work};
use super::write::Sink;

/// How many pieces of an input may wait to be compared.
pub(super) const WAITING: usize = 4;

/// What is known of the records of one piece of an input.
#[derive(Debug, Default)]
pub(super) struct Page {
    events: Vec<Event>,
    /// The rules that speak, and the texts, of all of them.
    said: Vec<(RuleId, Severity)>,
    text: String,
}

/// A range in one of a page's arrays.
type Part = (u32, u32);

/// Something of the input that a run came by.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// A record was judged.
    Record(Seen),
    /// Bytes of an interchange that is refused, up to an offset, for a rule; with its first piece, what it holds.
    Refused { from: u64, to: u64, rule: RuleId, records: Records },
}

impl Event {
    /// Where in the input it begins.
    pub(super) fn offset(&self) -> u64 {
        match self {
            Event::Record(seen) => seen.offset,
            Event::Refused { from, .. } => *from,
        }
    }
}

/// A record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) offset: u64,
    pub(super) number: u64,
    pub(super) disposition: Disposition,
    pub(super) kind: &'static str,
    pub(super) charge: Option<Money>,
    pub(super) date: Option<Period>,
    id: Part,
    billing_npi: Part,
    control: [Part; 3],
    said: Part,
}

impl Page {
    fn keep(&mut self, bytes: &[u8]) -> Part {
        let from = self.text.len() as u32;
        self.text.push_str(&text::readable(bytes));
        (from, self.text.len() as u32)
    }

    fn text(&self, (from, to): Part) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or("")
    }

    /// CLM01, or TRN02 of a request.
    pub(super) fn id(&self, seen: &Seen) -> &str {
        self.text(seen.id)
    }

    /// The billing provider's NPI.
    pub(super) fn billing_npi(&self, seen: &Seen) -> &str {
        self.text(seen.billing_npi)
    }

    /// ISA13, GS06, ST02.
    pub(super) fn control(&self, seen: &Seen) -> [&str; 3] {
        seen.control.map(|part| self.text(part))
    }

    /// The rules that speak of a record, each once a severity.
    pub(super) fn said(&self, seen: &Seen) -> &[(RuleId, Severity)] {
        self.said.get(seen.said.0 as usize..seen.said.1 as usize).unwrap_or(&[])
    }

    /// Takes the records of a piece.
    fn read(&mut self, work: &Work<'_>) {
        let unit = &work.unit;
        let mut control = [Part::default(); 3];
        for (number, item) in unit.items.iter().enumerate() {
            let mut header = |from: usize, element: u8| {
                control.iter_mut().skip(from).for_each(|part| *part = Part::default());
                let kept = self.keep(unit.segment(item.from).element(element));
                if let Some(part) = control.get_mut(from) {
                    *part = kept;
                }
            };
            match item.kind {
                ItemKind::Interchange => header(0, 13),
                ItemKind::Group => header(1, 6),
                ItemKind::Header => header(2, 2),
                ItemKind::Record if !item.answer && !item.carried => {
                    let seen = self.record(work, number, item, control);
                    self.events.push(Event::Record(seen));
                }
                _ => {}
            }
        }
    }

    fn record(&mut self, work: &Work<'_>, number: usize, item: &Item, control: [Part; 3]) -> Seen {
        let verdict = work.verdicts.get(number).copied().unwrap_or_default();
        let unit = &work.unit;
        // the head of an event is read only where something is said of it
        let head = match verdict.kind {
            "278" => RecordHead::read(unit, item.from, item.to),
            _ => verdict.head,
        };
        let from = self.said.len();
        if verdict.disposition == Disposition::Reject {
            let roots = work.roots(&verdict.cause);
            self.said.extend(roots.into_iter().map(|root| (root.rule(), Severity::Reject)));
        }
        let own = verdict.from as usize..verdict.to as usize;
        let findings = work.findings.list().get(own.clone()).unwrap_or(&[]);
        let severities = work.severities.get(own).unwrap_or(&[]);
        self.said
            .extend(findings.iter().zip(severities).map(|(finding, severity)| (finding.rule, *severity)));
        if let Some(own) = self.said.get_mut(from..) {
            own.sort_unstable_by_key(|(rule, severity)| (rule.code(), *severity));
        }
        let mut last = None;
        let mut at = 0;
        self.said.retain(|said| {
            at += 1;
            at <= from || last.replace(*said) != Some(*said)
        });
        Seen {
            offset: item.offset,
            number: item.number,
            disposition: verdict.disposition,
            kind: verdict.kind,
            charge: verdict.head.charge,
            date: head.date,
            id: self.keep(head.id.text(unit)),
            billing_npi: self.keep(verdict.billing_npi.text(unit)),
            control,
            said: (from as u32, self.said.len() as u32),
        }
    }

    fn refused(&mut self, unit: &Unit, rule: RuleId, records: Records) {
        let to = unit.offset + unit.bytes().len() as u64;
        self.events.push(Event::Refused { from: unit.offset, to, rule, records });
    }
}

/// Sends what became of each record.
pub(super) struct Teller<'f> {
    fates: Fates<'f>,
    pages: SyncSender<Page>,
    /// Why the interchange at hand is refused.
    refused: RuleId,
}

impl<'f> Teller<'f> {
    pub(super) fn new(fates: Fates<'f>, pages: SyncSender<Page>) -> Teller<'f> {
        Teller { fates, pages, refused: RuleId::ENV101 }
    }
}

impl<'r> Sink<'r> for Teller<'_> {
    fn take(&mut self, work: &Work<'r>) -> Result<(), PublishError> {
        let mut page = Page::default();
        match &work.task {
            Task::Judge => page.read(work),
            Task::Refused { note } => {
                let mut records = Records::default();
                if let Some(note) = note {
                    self.refused =
                        self.fates.refusal(note.ordinal).map_or(RuleId::ENV101, |fault| fault.rule);
                    records = Records { records: note.records, charges: note.charges };
                }
                page.refused(&work.unit, self.refused, records);
            }
            Task::Junk(_) => {}
        }
        if !page.events.is_empty() {
            // whoever listens goes on to the end
            let _ = self.pages.send(page);
        }
        Ok(())
    }
}

/// What became of each record, one after the other.
pub(super) struct Stream {
    pages: Receiver<Page>,
    page: Page,
    next: usize,
}

impl Stream {
    pub(super) fn new(pages: Receiver<Page>) -> Stream {
        Stream { pages, page: Page::default(), next: 0 }
    }

    /// The next event; none at the end.
    pub(super) fn peek(&mut self) -> Option<Event> {
        while self.next >= self.page.events.len() {
            self.page = self.pages.recv().ok()?;
            self.next = 0;
        }
        self.page.events.get(self.next).copied()
    }

    /// Goes past the event.
    pub(super) fn pass(&mut self) {
        self.next += 1;
    }

    /// The page on which the event stands that was peeked last.
    pub(super) fn page(&self) -> &Page {
        &self.page
    }
}
