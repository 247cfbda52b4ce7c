//! What travels through the stages. The type says which stage it has passed; what was not sequenced cannot be written.

use crate::finding::{Finding, Findings, Money, RuleId, Total};
use crate::guide::{ElementMemo, Matcher};
use crate::output::ack::Sheet;
use crate::output::reasons::{LineHead, Pages};
use crate::output::summary::Split;
use crate::output::x12::{Op, Part};
use crate::record::{AuthorizationContext, Cell, Context, RecordHead};
use crate::rules::Severity;
use crate::rules::ledger::{Entries, Kept};
use crate::verdict::{Chapter, Disposition, Tally};
use crate::x12::survey::{EnvelopeFault, InterchangeNote, Junk};
use crate::x12::{Item, Unit};

use super::stretch::Stretch;

/// What a piece of work is about.
#[derive(Debug, Default)]
pub(super) enum Task<'r> {
    /// Records and envelopes to be judged.
    #[default]
    Judge,
    /// Bytes of an interchange that is refused, to be handed on as they are; with its first piece, what is wrong with it.
    Refused {
        /// The interchange, with its first piece.
        note: Option<&'r InterchangeNote>,
    },
    /// Bytes outside of interchanges, to be reported.
    Junk(Junk),
}

/// Why a record falls that was not judged by itself; of a level that rejects what is below it, which level above it does too.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Cause<'r> {
    /// It does not, or by its own findings.
    #[default]
    Own,
    /// A fault of its group or set.
    Envelope(&'r EnvelopeFault),
    /// Findings about an item above it (by place among the unit's items), and about those that make that one fall.
    Item(u32),
    /// Another record of its set is broken.
    Sibling,
}

impl Cause<'_> {
    /// Whether header and levels of a set that falls for it are judged all the same: another record is at fault, or that there
    /// is no record, and what stands there instead says why.
    pub(super) fn lets_look(self) -> bool {
        match self {
            Cause::Sibling => true,
            Cause::Envelope(fault) => fault.rule == RuleId::HLV106,
            Cause::Own | Cause::Item(_) => false,
        }
    }
}

/// What stands above a record, and makes it fall.
#[derive(Clone, Copy, Debug)]
pub(super) enum Root<'w> {
    /// A fault of its group or set.
    Envelope(&'w EnvelopeFault),
    /// A finding about an item above it.
    Item(&'w Item, &'w Finding),
    /// Another record of its set.
    Sibling,
}

impl Root<'_> {
    /// The rule that speaks.
    pub(super) fn rule(self) -> RuleId {
        match self {
            Root::Envelope(fault) => fault.rule,
            Root::Item(_, finding) => finding.rule,
            Root::Sibling => RuleId::SET106,
        }
    }
}

/// What was made of one item of a unit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Verdict<'r> {
    /// Its findings.
    pub(super) from: u32,
    /// One past its last finding.
    pub(super) to: u32,
    /// What becomes of it.
    pub(super) disposition: Disposition,
    /// Why, where it is not its own fault alone.
    pub(super) cause: Cause<'r>,
    /// Id, charge and date of a record.
    pub(super) head: RecordHead,
    /// The billing provider's NPI.
    pub(super) billing_npi: Cell,
    /// Where its lines begin in the unit's line heads, and end.
    pub(super) lines: (u32, u32),
    /// 837P, 837I, 837D, 278.
    pub(super) kind: &'static str,
    /// What counts for it: whose it is, and of a record of which day.
    pub(super) chapter: Chapter,
}

impl Verdict<'_> {
    pub(super) fn charge(&self) -> Money {
        self.head.charge.unwrap_or(Money::ZERO)
    }
}

/// The working memory of judging, kept from unit to unit.
#[derive(Debug, Default)]
pub(super) struct Scratch<'r> {
    pub(super) matcher: Matcher,
    pub(super) slots: Vec<u16>,
    pub(super) memo: ElementMemo,
    pub(super) context: Context,
    pub(super) authorization: AuthorizationContext,
    pub(super) stretch: Option<Box<Stretch<'r>>>,
}

/// How many records of each fate, with their charges.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) records: Split<u64>,
    pub(super) charges: Split<Total>,
    pub(super) answers: u64,
}

impl Sums {
    pub(super) fn add(&mut self, disposition: Disposition, charge: Money) {
        self.records.read += 1;
        self.charges.read.add(charge);
        let (records, charges) = match disposition {
            Disposition::Accept => (&mut self.records.accepted, &mut self.charges.accepted),
            Disposition::Reject => (&mut self.records.rejected, &mut self.charges.rejected),
            Disposition::Refused => (&mut self.records.refused, &mut self.charges.refused),
            Disposition::Held => (&mut self.records.held, &mut self.charges.held),
        };
        *records += 1;
        charges.add(charge);
    }

    /// Adds an interchange that was refused whole.
    pub(super) fn refuse(&mut self, note: &InterchangeNote) {
        self.records.read += note.records;
        self.records.refused += note.records;
        self.charges.read.merge(note.charges);
        self.charges.refused.merge(note.charges);
    }
}

/// How many files records go to: those of accepted, of rejected and of held ones, in this order.
pub(super) const X12_FILES: usize = 3;

/// A piece of work with everything that is made of it; its memory is used again for a later piece.
#[derive(Debug, Default)]
pub(super) struct Work<'r> {
    /// Its number, from 0: the order of the input.
    pub(super) number: u64,
    pub(super) task: Task<'r>,
    pub(super) unit: Unit,
    pub(super) scratch: Scratch<'r>,
    pub(super) findings: Findings,
    /// Beside the findings.
    pub(super) severities: Vec<Severity>,
    /// Beside the unit's items.
    pub(super) verdicts: Vec<Verdict<'r>>,
    pub(super) line_heads: Vec<LineHead>,
    /// What the ledger must know of its claims, and what a store is to keep of them.
    pub(super) entries: Entries<'r>,
    pub(super) kept: Vec<Kept>,
    pub(super) tally: Tally,
    /// Steps for the files of accepted, rejected and held records.
    pub(super) ops: [Vec<Op>; X12_FILES],
    /// Parts of those files.
    pub(super) parts: [Part; X12_FILES],
    pub(super) pages: Pages,
    /// What it has to say in acknowledgements.
    pub(super) sheet: Sheet,
    /// How many bytes of memory it was given.
    pub(super) credit: u64,
}

/// How many faults above a record are told with it.
const MOST_ROOTS: usize = 10;

/// More capacity than this many times the usual is given back after a large record.
const KEEP: usize = 4;

impl<'r> Work<'r> {
    /// The findings of an item that reject.
    pub(super) fn rejecting<'w>(
        &'w self,
        verdict: &Verdict<'_>,
    ) -> impl Iterator<Item = &'w Finding> + use<'w, 'r> {
        let range = verdict.from as usize..verdict.to as usize;
        let findings = self.findings.list().get(range.clone()).unwrap_or(&[]).iter();
        let severities = self.severities.get(range).unwrap_or(&[]).iter();
        let beside = findings.zip(severities);
        beside.filter(|(_, severity)| **severity == Severity::Reject).map(|(finding, _)| finding)
    }

    /// What makes a record fall and is not its own fault, the outermost first: of each level each kind of fault once, and not more
    /// than some. However many faults a level has, what is said of the records below it stays small.
    pub(super) fn roots(&self, cause: &Cause<'r>) -> Vec<Root<'_>> {
        match cause {
            Cause::Own => Vec::new(),
            Cause::Envelope(fault) => vec![Root::Envelope(fault)],
            Cause::Sibling => vec![Root::Sibling],
            Cause::Item(number) => {
                let at = *number as usize;
                let Some((item, verdict)) = self.unit.items.get(at).zip(self.verdicts.get(at)) else {
                    return Vec::new();
                };
                let mut roots = self.roots(&verdict.cause);
                for finding in self.rejecting(verdict) {
                    if roots.len() >= MOST_ROOTS {
                        break;
                    }
                    let is_alike = |root: &Root<'_>| match root {
                        Root::Item(of, other) => {
                            of.from == item.from
                                && (other.rule, other.outcome) == (finding.rule, finding.outcome)
                        }
                        _ => false,
                    };
                    if !roots.iter().any(is_alike) {
                        roots.push(Root::Item(item, finding));
                    }
                }
                roots
            }
        }
    }

    /// Forgets what judging made.
    pub(super) fn forget_verdicts(&mut self) {
        self.findings.clear();
        self.severities.clear();
        self.verdicts.clear();
        self.line_heads.clear();
        self.entries.clear();
        self.kept.clear();
        self.tally.clear();
    }

    /// Forgets everything and keeps the memory, unless that is far more than `usual` bytes.
    pub(super) fn recycle(&mut self, usual: usize) {
        self.task = Task::Judge;
        if self.unit.capacity() > KEEP * usual {
            self.unit = Unit::default();
            self.parts = Default::default();
        }
        self.forget_verdicts();
        for at in 0..X12_FILES {
            self.ops[at].clear();
            self.parts[at].clear();
        }
        self.pages.clear();
        self.sheet.clear();
        self.credit = 0;
    }
}

/// Work whose segments have their loops and context.
#[derive(Debug)]
pub(super) struct Located<'r>(pub(super) Box<Work<'r>>);

/// Work whose records have their findings.
#[derive(Debug)]
pub(super) struct Judged<'r>(pub(super) Box<Work<'r>>);

/// Work whose place in the outputs is known.
#[derive(Debug)]
pub(super) struct Sequenced<'r>(pub(super) Box<Work<'r>>);

/// Work whose bytes are ready.
#[derive(Debug)]
pub(super) struct Rendered<'r>(pub(super) Box<Work<'r>>);
