//! Stage 4: what is wrong with each record. Runs in parallel; nothing is formatted here.

use crate::finding::{Code, Date, Fact, Finding, Findings, Place, RuleId, Span};
use crate::guide::{self, ElementMemo, Entry, Guide, GuideId, Input, Matcher};
use crate::record::{AuthorizationContext, Cell, Context, level_loop, loops};
use crate::reference::Reference;
use crate::rules::ledger::Scribe;
use crate::rules::{self, Severity};
use crate::verdict::{Chapter, Disposition, Fates, Profile, SetFate, settle};
use crate::x12::survey::Survey;
use crate::x12::{Item, ItemKind, Segment, Unit};

use super::rulebook::{Page, Rulebook};
use super::work::{Cause, Judged, Located, Scratch, Verdict, Work};

/// What judging needs to know; shared by all threads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge<'r> {
    book: &'r Rulebook<'r>,
    /// What counts for what is at hand.
    pub(super) page: Page<'r>,
    pub(super) reference: &'r Reference,
    pub(super) fates: &'r Fates<'r>,
    pub(super) received: Date,
    /// Who takes down what the ledger must know, where it is asked.
    scribe: Option<Scribe<'r>>,
}

/// The group and set at hand.
#[derive(Clone, Copy, Default)]
pub(super) struct At<'r> {
    group: u64,
    family: Option<guide::Family>,
    /// GS08.
    version: Span,
    /// Why everything in the group falls.
    group_cause: Option<Cause<'r>>,
    pub(super) set: u64,
    pub(super) guide: Option<&'static Guide>,
    pub(super) kind: &'static str,
    /// BHT04 of an authorization's set.
    pub(super) created: Option<Date>,
    /// Why everything in the set falls.
    pub(super) set_cause: Option<Cause<'r>>,
    /// The open levels that make everything below them fall, by depth.
    pub(super) level_causes: [Option<u32>; 8],
}

impl<'r> Judge<'r> {
    /// Judges by a book of rules, for senders that it does not name until [`Judge::of`] says another.
    pub(super) fn new(
        book: &'r Rulebook<'r>,
        reference: &'r Reference,
        fates: &'r Fates<'r>,
        received: Date,
        scribe: Option<Scribe<'r>>,
    ) -> Judge<'r> {
        Judge { book, page: book.page(0), reference, fates, received, scribe }
    }

    /// The same, by what counts under a chapter of the book.
    pub(super) fn of(&self, chapter: Chapter) -> Judge<'r> {
        Judge { page: self.book.page(chapter), ..*self }
    }

    /// What counts for the sender at hand, whatever the day.
    pub(super) fn whatever_the_day(&self) -> &'r Profile {
        self.book.whatever_the_day(self.page.chapter)
    }

    /// What counts for a record of the sender at hand, by its day; `day` is not asked where no rule is kept to dates.
    pub(super) fn chapter_of(&self, day: impl FnOnce() -> Option<Date>) -> Chapter {
        if self.book.is_dated() {
            self.book.on_day(self.page.chapter, day().unwrap_or(self.received))
        } else {
            self.page.chapter
        }
    }

    /// The same, by what counts for the sender of the interchange or group that an item begins.
    fn of_sender(&self, unit: &Unit, item: &Item, isa06: Span) -> Judge<'r> {
        let gs02 = if item.kind == ItemKind::Group { unit.segment(item.from).element(2) } else { b"" };
        Judge { page: self.book.of_sender(unit.text(isa06), gs02), ..*self }
    }

    /// Who takes down what the ledger must know of this sender's claims.
    pub(super) fn scribe(&self) -> Option<Scribe<'r>> {
        let profile = self.page.profile;
        let scribe = self.scribe.filter(|_| profile.has_payer_rules());
        scribe.map(|scribe| Scribe { settings: &profile.settings, ..scribe })
    }

    /// Judges a unit.
    pub(super) fn judge(&self, located: Located<'r>) -> Judged<'r> {
        let items = located.0.unit.items.len();
        self.judge_to(located, items)
    }

    /// Judges a unit's first `items` items.
    pub(super) fn judge_to(&self, located: Located<'r>, items: usize) -> Judged<'r> {
        let mut work = located.0;
        let mut at = At::default();
        work.scratch.memo.forget();
        let items = items.min(work.unit.items.len());
        let mut number = 0;
        let mut judge = *self;
        let mut isa06 = Span::default();
        while let Some(item) = work.unit.items.get(number).copied().filter(|_| number < items) {
            if matches!(item.kind, ItemKind::Interchange | ItemKind::Group) && !self.book.is_for_all() {
                if item.kind == ItemKind::Interchange {
                    isa06 = work.unit.segment(item.from).span(6);
                }
                judge = self.of_sender(&work.unit, &item, isa06);
            }
            number += match item.kind {
                ItemKind::Level(_) | ItemKind::Record => judge.stretch(&mut work, number, items, &mut at),
                _ => judge.item(&mut work, number, &item, &mut at),
            };
        }
        Judged(work)
    }

    /// Numbers of the groups that are set aside.
    pub(super) fn set_aside(&self) -> Vec<u64> {
        self.survey().set_aside.iter().map(|group| group.group).collect()
    }

    pub(super) fn survey(&self) -> &'r Survey {
        self.fates.survey()
    }

    /// Judges an item that is neither level nor record.
    fn item(&self, work: &mut Work<'r>, number: usize, item: &Item, at: &mut At<'r>) -> usize {
        work.findings.begin_item();
        let from = work.findings.len();
        let chapter = self.page.chapter;
        let mut verdict = Verdict { from: from as u32, chapter, ..Verdict::default() };
        match item.kind {
            ItemKind::Group => {
                let version = work.unit.segment(item.from).span(8);
                *at = At { group: item.number, version, ..At::default() };
                self.group(work, item, number as u32, at);
            }
            ItemKind::Header => {
                self.header(work, item, number as u32, at);
                verdict.kind = at.kind;
            }
            ItemKind::Continued => {
                verdict.kind = at.kind;
                verdict.disposition = Disposition::Reject;
            }
            ItemKind::Trailer => at.set_cause = None,
            _ => {}
        }
        verdict.to = work.findings.len() as u32;
        work.verdicts.push(verdict);
        1
    }

    /// Settles the findings made since `from`; says whether they reject.
    pub(super) fn settle(&self, work: &mut Work<'r>, from: usize, institutional: bool) -> bool {
        let Work { findings, severities, tally, .. } = work;
        settle(self.page.profile, findings, severities, from, institutional, tally) == Disposition::Reject
    }

    /// Whether findings made since `from` would reject.
    pub(super) fn would_reject(&self, findings: &Findings, from: usize) -> bool {
        findings.list().iter().skip(from).any(|finding| {
            self.page.profile.severity(finding.rule, finding.outcome, finding.line > 0) == Severity::Reject
        })
    }

    fn group(&self, work: &mut Work<'r>, item: &Item, number: u32, at: &mut At<'r>) {
        let gs = work.unit.segment(item.from);
        let version = guide::version(gs.element(8));
        let kind_fits = |family: guide::Family| match gs.element(1) {
            b"HC" => matches!(
                family,
                guide::Family::Professional | guide::Family::Institutional | guide::Family::Dental
            ),
            b"HI" => family == guide::Family::Authorization,
            _ => false,
        };
        let place = Place::segment(item.from, Code::EMPTY, Code::new(b"GS")).at_element(8);
        let found = Fact::Input(gs.span(8));
        let from = work.findings.len();
        match version.filter(|version| kind_fits(version.family)) {
            Some(version) if version.adopted => at.family = Some(version.family),
            Some(version) if self.page.profile.accepts_version(gs.element(8)) => {
                at.family = Some(version.family);
                let judged_as = version.family.guide(b"").version();
                let draft = work.findings.draft(RuleId::ENV114, place);
                draft.found(found).expected(Fact::Text(judged_as)).add();
            }
            // that its sets are of another kind says it already
            _ if self.survey().faults_of_group(item.number).iter().any(|f| f.rule == RuleId::GRP105) => {}
            _ => {
                let misfit = version.is_some_and(|version| !kind_fits(version.family));
                let draft = work.findings.draft(RuleId::GRP104, place).outcome(u8::from(misfit));
                draft.found(found).fact(Fact::Input(gs.span(1))).add();
            }
        }
        let rejects = self.settle(work, from, false);
        at.group_cause = if rejects {
            Some(Cause::Item(number))
        } else {
            self.fates.group_rejection(self.page.profile, item.number).map(Cause::Envelope)
        };
    }

    fn header(&self, work: &mut Work<'r>, item: &Item, number: u32, at: &mut At<'r>) {
        let bht = work.unit.segment(item.from + 1);
        let purpose = if bht.id() == b"BHT" { bht.element(2) } else { b"" };
        let guide_id = at.family.map(|family| family.guide(purpose));
        // what is left of another set points into another unit's bytes
        work.scratch.context = Context::default();
        work.scratch.authorization = AuthorizationContext::default();
        at.set = item.number;
        at.created = Date::parse(if bht.id() == b"BHT" { bht.element(4) } else { b"" });
        at.guide = guide_id.map(Guide::of);
        at.kind = match guide_id {
            Some(GuideId::Professional) => "837P",
            Some(GuideId::Institutional) => "837I",
            Some(GuideId::Dental) => "837D",
            Some(GuideId::AuthorizationRequest | GuideId::AuthorizationResponse) => "278",
            _ => "",
        };
        at.level_causes = [None; 8];
        at.set_cause = at.group_cause.or(match self.fates.of_set(self.page.profile, at.group, item.number) {
            SetFate::Judged => None,
            SetFate::WithGroup(fault) | SetFate::Rejected(fault) => Some(Cause::Envelope(fault)),
            SetFate::WithRecord => Some(Cause::Sibling),
        });
        if at.set_cause.is_some_and(|cause| !cause.lets_look()) {
            return;
        }
        let Some(guide) = at.guide else { return };
        let from = work.findings.len();
        let st = work.unit.segment(item.from);
        let place = Place::segment(item.from, Code::EMPTY, Code::new(b"ST"));
        let [wrong_number, other_version] = st_faults(&st, work.unit.text(at.version));
        if wrong_number {
            let found = Fact::Input(st.span(2));
            work.findings.draft(RuleId::SET105, place.at_element(2)).found(found).add();
        }
        if other_version {
            let found = Fact::Input(st.span(3));
            let draft = work.findings.draft(RuleId::SET105, place.at_element(3)).outcome(1);
            draft.found(found).expected(Fact::Input(at.version)).add();
        }
        let mut own = std::mem::take(&mut work.findings);
        match_item(work, guide, item, Entry::Header, &mut own);
        if self.has_no_level(item.number) {
            // that is said; what the header would open for want of levels follows from it
            let before = own.len();
            own.retain_from(from, |_, finding| !lacks_level(finding));
            if !item.carried {
                work.tally.suppressed += (before - own.len()) as u64;
            }
        }
        work.findings = own;
        if self.settle(work, from, false) && at.set_cause.is_none() {
            at.set_cause = Some(Cause::Item(number));
        }
    }

    /// Whether the survey found no HL in a set.
    fn has_no_level(&self, set: u64) -> bool {
        let faults = self.survey().faults_of_set(set);
        faults.iter().any(|fault| fault.rule == RuleId::HLV106 && fault.outcome == 0)
    }
}

/// Whether a finding says that a level is missing.
pub(super) fn lacks_level(finding: &Finding) -> bool {
    finding.rule == RuleId::LOP101 && finding.place.segment_id == loops::HL
}

/// Whether findings from `from` on are about structure.
pub(super) fn breaks(findings: &Findings, from: usize) -> bool {
    findings.list().iter().skip(from).any(|finding| rules::rule(finding.rule).snip <= 2)
}

/// What is wrong with an ST, by the outcomes of SET105: the length of ST02, and ST03 beside its group's GS08.
pub(super) fn st_faults(st: &Segment<'_>, version: &[u8]) -> [bool; 2] {
    let named = st.element(3);
    [!(4..=9).contains(&st.element(2).len()), !named.is_empty() && named != version]
}

/// The NPI in the NM1 of a billing provider's level.
pub(super) fn billing_npi(unit: &Unit, item: &Item) -> Cell {
    let mut segments = (item.from..item.to).map(|at| (at, unit.segment(at)));
    let is_name = |segment: &Segment<'_>| {
        segment.id() == b"NM1" && segment.element(1) == b"85" && segment.element(8) == b"XX"
    };
    let name = segments.find(|(_, segment)| is_name(segment));
    name.map_or_else(Cell::default, |(at, segment)| Cell::element(at, &segment, 9))
}

/// The loop of each segment of a claim of a kind (837P …).
pub(super) fn loops_of<'s>(slots: &'s [u16], kind: &str) -> impl Fn(u32) -> Code + use<'s> {
    let guide = Guide::of(match kind {
        "837I" => GuideId::Institutional,
        "837D" => GuideId::Dental,
        _ => GuideId::Professional,
    });
    move |segment| loop_of(guide, slots, segment)
}

pub(super) fn loop_of(guide: &Guide, slots: &[u16], segment: u32) -> Code {
    guide.loop_id(slots.get(segment as usize).copied().unwrap_or(guide::NONE))
}

/// Matches every item of a located unit, for benches.
pub(super) fn match_only(work: &mut Work<'_>) {
    let mut guide = None;
    let mut version = Span::default();
    let mut findings = std::mem::take(&mut work.findings);
    for number in 0..work.unit.items.len() {
        let Some(item) = work.unit.items.get(number).copied() else { break };
        match (item.kind, guide) {
            (ItemKind::Group, _) => version = work.unit.segment(item.from).span(8),
            (ItemKind::Header, _) => {
                guide = guide::version(work.unit.text(version))
                    .map(|version| Guide::of(version.family.guide(b"")));
                if let Some(guide) = guide {
                    match_item(work, guide, &item, Entry::Header, &mut findings);
                }
            }
            (ItemKind::Level(depth), Some(guide)) => {
                match_item(work, guide, &item, Entry::Level(level_loop(depth)), &mut findings);
            }
            (ItemKind::Record, Some(guide)) => {
                match_item(work, guide, &item, Entry::Record, &mut findings);
            }
            _ => {}
        }
    }
    work.findings = findings;
}

/// Gives the segments of an item their places in the guide, and holds their elements against it.
pub(super) fn match_item(
    work: &mut Work<'_>,
    guide: &'static Guide,
    item: &Item,
    entry: Entry,
    findings: &mut Findings,
) {
    let Work { unit, scratch, tally, .. } = work;
    let Scratch { matcher, slots, memo, .. } = scratch;
    let suppressed = held_against(guide, unit, item, entry, (matcher, slots, memo), findings);
    if !item.carried {
        tally.suppressed += u64::from(suppressed);
    }
}

/// The same, of a unit that nobody works on; answers how many faults only follow from others.
pub(super) fn held_against(
    guide: &'static Guide,
    unit: &Unit,
    item: &Item,
    entry: Entry,
    (matcher, slots, memo): (&mut Matcher, &mut Vec<u16>, &mut ElementMemo),
    findings: &mut Findings,
) -> u32 {
    let input = Input { bytes: unit.bytes(), segments: unit.table(), separators: unit.separators() };
    let matched = guide::Item { from: item.from, to: item.to, entry, repeat_base: item.before };
    let suppressed = matcher.match_item(guide, input, matched, slots, findings).suppressed;
    guide::check_elements(guide, input, item.from, item.to, slots, memo, findings);
    suppressed
}

/// Says, once an item, that line breaks were taken out of its segments; in which loop, if they have their places.
pub(super) fn line_break(
    work: &Work<'_>,
    guide: &Guide,
    item: &Item,
    is_placed: bool,
    findings: &mut Findings,
) {
    let Some(fold) = work.unit.first_fold(item.from, item.to) else { return };
    let table = work.unit.table();
    let segment =
        (item.from..item.to).rev().find(|at| table.extent(*at, *at).start <= fold).unwrap_or(item.from);
    let loop_id = if is_placed { loop_of(guide, &work.scratch.slots, segment) } else { Code::EMPTY };
    let place = Place::segment(segment, loop_id, work.unit.segment(segment).code());
    findings.draft(RuleId::SEG106, place).add();
}
