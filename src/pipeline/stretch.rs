//! Levels and records that follow each other in a set are judged together, step by step: all are given their places in the guide,
//! then all are read, then the rules are asked, each about all of them. The guide and the rules are far more code than a processor
//! keeps at hand; so each piece of it is fetched once for several claims. What comes out is what one at a time would give: nothing
//! in a step depends on a later step of an earlier item but what [`Judge::settle_levels`] hands down.

use crate::finding::{Code, Date, Fact, Findings, Place, RuleId};
use crate::guide::{Entry, Guide, GuideId};
use crate::output::reasons::LineHead;
use crate::record::{
    AuthorizationContext, Claim, ClaimFacts, ClaimKind, Context, EventFacts, Piece, PieceIds, RecordHead,
    level_loop,
};
use crate::rules::{self, Analysis, Event, Review, Scene, Subject, structure};
use crate::verdict::{Chapter, Disposition};
use crate::x12::{Item, ItemKind, Unit};

use super::judge::{At, Judge, billing_npi, breaks, line_break, loop_of, match_item};
use super::work::{Cause, Scratch, Verdict, Work};

/// How many items are judged together, and how many records among them: what is known of more would itself not stay at hand.
const ITEMS: usize = 16;
const RECORDS: usize = rules::ROW;

/// What a record is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Asks {
    /// Nothing: it falls anyway, or cannot be read.
    #[default]
    Nothing,
    /// The guides' rules, not the payer's.
    Guides,
    /// Every rule.
    All,
}

/// An item of the stretch.
#[derive(Clone, Copy, Debug)]
struct Seat<'r> {
    /// Its place among the unit's items.
    number: usize,
    item: Item,
    /// The loop of a level; none for a record.
    level: Option<Code>,
    /// Its place among what is read of records.
    record: usize,
    /// Whether its segments have their places.
    is_placed: bool,
    asks: Asks,
    /// What counts for a record, by its day.
    chapter: Chapter,
    /// Why a record falls, whatever it is asked.
    inherited: Option<Cause<'r>>,
    /// What stands above it, a level's own included: its place among what is kept of that.
    above: (usize, usize),
    /// Where its pieces begin and end, of those that were made for rules which look at segments.
    pieces: (usize, usize),
    ids: PieceIds,
}

/// What stands above items. It is large and seldom changes, so that items share it.
#[derive(Debug, Default)]
struct Above {
    contexts: Vec<Context>,
    authorizations: Vec<AuthorizationContext>,
}

impl Above {
    fn clear(&mut self) {
        self.contexts.clear();
        self.authorizations.clear();
    }

    fn of(&self, seat: &Seat<'_>) -> (&Context, &AuthorizationContext) {
        (&self.contexts[seat.above.0], &self.authorizations[seat.above.1])
    }
}

/// The working memory of a stretch.
#[derive(Debug, Default)]
pub(super) struct Stretch<'r> {
    seats: Vec<Seat<'r>>,
    above: Above,
    pieces: Vec<Piece>,
    facts: [ClaimFacts; RECORDS],
    events: [EventFacts; RECORDS],
    analyses: [Analysis<'r>; RECORDS],
    /// What is wrong with each seat, by itself until it is settled.
    findings: [Findings; ITEMS],
}

impl<'r> Stretch<'r> {
    /// The last record: what was read of it if it is a claim, what stands above it, and what was worked out of it.
    pub(super) fn last_claim(&self) -> Option<(&ClaimFacts, &Context, &Analysis<'r>)> {
        let seat = self.seats.iter().rev().find(|seat| seat.level.is_none())?;
        Some((self.facts.get(seat.record)?, self.above.of(seat).0, self.analyses.get(seat.record)?))
    }
}

impl<'r> Judge<'r> {
    /// Judges a stretch of levels and records that begins at item `first`, and nothing from item `end` on; answers how many items it
    /// is of.
    pub(super) fn stretch(&self, work: &mut Work<'r>, first: usize, end: usize, at: &mut At<'r>) -> usize {
        let mut stretch = work.scratch.stretch.take().unwrap_or_default();
        stretch.seats.clear();
        stretch.pieces.clear();
        stretch.above.clear();
        take_seats(&mut stretch, &work.unit, first, end);
        let guide = at.guide.filter(|_| at.set_cause.is_none_or(Cause::lets_look));
        if let Some(guide) = guide {
            self.place(work, guide, &mut stretch, at);
        }
        self.read(work, guide, &mut stretch, at);
        if let Some(guide) = guide {
            self.ask_levels(work, guide, &mut stretch);
            self.settle_levels(work, guide, &mut stretch, at);
            self.ask_records(work, guide, &mut stretch, at);
            self.conclude(work, guide, &mut stretch, at);
        }
        let taken = stretch.seats.len();
        work.scratch.stretch = Some(stretch);
        taken
    }

    /// Gives the segments of every item their places in the guide, and holds their elements against it.
    fn place(&self, work: &mut Work<'r>, guide: &'static Guide, stretch: &mut Stretch<'r>, at: &At<'r>) {
        for (seat, findings) in stretch.seats.iter_mut().zip(&mut stretch.findings) {
            findings.clear();
            let item = &seat.item;
            let Some(level) = seat.level else {
                if falls_with_set(at).is_some() {
                    continue;
                }
                if self.survey().is_oversized(item.number) && !item.answer {
                    let place = Place::segment(item.from, Code::EMPTY, work.unit.segment(item.from).code());
                    let limit = Fact::Number(self.page.profile.limits.record as i64);
                    findings.draft(RuleId::LIM101, place).expected(limit).add();
                } else {
                    match_item(work, guide, item, Entry::Record, findings);
                    seat.is_placed = true;
                }
                continue;
            };
            match_item(work, guide, item, Entry::Level(level), findings);
            seat.is_placed = true;
        }
    }

    /// Reads every item, with what stands above it.
    fn read(
        &self,
        work: &mut Work<'r>,
        guide: Option<&'static Guide>,
        stretch: &mut Stretch<'r>,
        at: &At<'r>,
    ) {
        let Stretch { seats, above, pieces, facts, events, findings, .. } = stretch;
        for (seat, findings) in seats.iter_mut().zip(findings) {
            let Work { unit, scratch, verdicts, .. } = work;
            let Scratch { slots, context, authorization, .. } = scratch;
            let unit = &*unit;
            let item = seat.item;
            let mut verdict = Verdict { kind: at.kind, chapter: self.page.chapter, ..Verdict::default() };
            if let Some(guide) = guide.filter(|_| seat.is_placed) {
                let loops = |segment: u32| loop_of(guide, slots, segment);
                match seat.level {
                    Some(level) => {
                        self.hl04(unit, guide, slots, (item.from, item.number), findings);
                        self.empty_level(unit, guide, slots, (item.from, item.number), at.set, findings);
                        if at.kind == "278" {
                            authorization.read_level(unit, level, item.from, item.to, &loops);
                        } else {
                            context.read_level(unit, level, item.from, item.to, &loops);
                            context.subscriber.has_claims |= item.beside_records;
                            structure::check_level(unit, level, context, findings);
                        }
                        pieces_of(unit, &loops, seat, pieces);
                    }
                    None if at.kind == "278" => {
                        let levels = (item.from..item.to).filter(|at| unit.segment(*at).id() == b"HL");
                        for (segment, ordinal) in levels.zip(item.levels..) {
                            self.hl04(unit, guide, slots, (segment, ordinal), findings);
                        }
                        events[seat.record].read(unit, item.from, item.to, &loops);
                        pieces_of(unit, &loops, seat, pieces);
                    }
                    None => facts[seat.record].read(kind_of(guide), unit, item.from, item.to, &loops),
                }
            } else if item.kind == ItemKind::Level(0) && guide.is_none() {
                // not judged, but reports name the billing provider
                context.billing.npi = billing_npi(unit, &item);
            } else if seat.level.is_none() {
                facts[seat.record].clear();
            }
            if seat.level.is_none() {
                if item.leaves != Item::STAYS {
                    authorization.leave(level_loop(item.leaves));
                }
                verdict.head = RecordHead::first(unit, item.from);
                verdict.billing_npi = context.billing.npi;
                if let Some(cause) = falls_with_set(at) {
                    verdict.cause = cause;
                    verdict.disposition = Disposition::Reject;
                    verdict.head = RecordHead::read(unit, item.from, item.to);
                }
            }
            if seat.level.is_some() || above.contexts.is_empty() {
                above.contexts.push(*context);
            }
            if at.kind == "278" || above.authorizations.is_empty() {
                above.authorizations.push(*authorization);
            }
            seat.above = (above.contexts.len() - 1, above.authorizations.len() - 1);
            verdicts.push(verdict);
        }
    }

    /// Asks the rules that look at segments as they stand about the levels that can be read.
    fn ask_levels(&self, work: &Work<'r>, guide: &'static Guide, stretch: &mut Stretch<'r>) {
        let Stretch { seats, above, pieces, findings, .. } = stretch;
        let can_be_read =
            |at: usize, seat: &Seat<'r>| seat.level.is_some() && !self.would_reject(&findings[at], 0);
        let (who, number) = chosen::<ITEMS>(seats, can_be_read);
        let scenes = who.map(|at| self.scene(&work.unit, guide, &seats[at], above, pieces));
        rules::ask_segments(&scenes[..number], &who, self.page.asked, findings);
    }

    /// What rules see that look at the segments of an item as they stand.
    fn scene<'s>(
        &self,
        unit: &'s Unit,
        guide: &Guide,
        seat: &Seat<'r>,
        above: &'s Above,
        pieces: &'s [Piece],
    ) -> Scene<'s>
    where
        'r: 's,
    {
        let pieces = pieces.get(seat.pieces.0..seat.pieces.1).unwrap_or(&[]);
        let (context, of) = above.of(seat);
        Scene {
            unit,
            pieces,
            ids: seat.ids,
            level: seat.level.unwrap_or(Code::EMPTY),
            context,
            reference: self.reference,
            received: self.received,
            review: match guide.id() {
                GuideId::AuthorizationRequest => Some(Review { is_response: false, of }),
                GuideId::AuthorizationResponse => Some(Review { is_response: true, of }),
                _ => None,
            },
        }
    }

    /// Settles the levels in their order, and hands down to records why they fall with one; says what each record is asked.
    fn settle_levels(
        &self,
        work: &mut Work<'r>,
        guide: &'static Guide,
        stretch: &mut Stretch<'r>,
        at: &mut At<'r>,
    ) {
        for (place, seat) in stretch.seats.iter_mut().enumerate() {
            let findings = &mut stretch.findings[place];
            if let ItemKind::Level(depth) = seat.item.kind {
                let depth = usize::from(depth).min(at.level_causes.len() - 1);
                at.level_causes.iter_mut().skip(depth).for_each(|cause| *cause = None);
                let from = work.findings.len();
                let rejects = self.settle_seat(work, guide, seat, findings, false);
                let above = innermost(at);
                if rejects {
                    at.level_causes[depth] = Some(seat.number as u32);
                    if breaks(&work.findings, from) {
                        self.fates.note_broken(at.set);
                    }
                }
                if let Some(verdict) = work.verdicts.get_mut(seat.number) {
                    (verdict.from, verdict.to) = (from as u32, work.findings.len() as u32);
                    verdict.cause = above.unwrap_or_default();
                }
                continue;
            }
            if seat.item.leaves != Item::STAYS {
                at.level_causes
                    .iter_mut()
                    .skip(usize::from(seat.item.leaves))
                    .for_each(|cause| *cause = None);
            }
            let level_cause = innermost(at);
            seat.inherited = level_cause.or(at.set_cause);
            seat.chapter = self.chapter_of(|| {
                if at.kind == "278" {
                    let head = RecordHead::read(&work.unit, seat.item.from, seat.item.to);
                    return head.date.map(|period| period.from).or(at.created);
                }
                stretch.facts[seat.record].earliest()
            });
            // structure first: a record that cannot be read is not asked what it means
            if seat.is_placed && level_cause.is_none() && !self.would_reject(findings, 0) {
                let is_void = at.kind != "278" && stretch.facts[seat.record].frequency == b'8';
                seat.asks = if !is_void && self.of(seat.chapter).page.profile.has_payer_rules() {
                    Asks::All
                } else {
                    Asks::Guides
                };
            }
        }
    }

    /// Puts an item's findings with those of the unit and settles them; says whether they reject.
    fn settle_seat(
        &self,
        work: &mut Work<'r>,
        guide: &Guide,
        seat: &Seat<'r>,
        findings: &mut Findings,
        institutional: bool,
    ) -> bool {
        line_break(work, guide, &seat.item, seat.is_placed, findings);
        work.findings.begin_item();
        let from = work.findings.len();
        work.findings.append(findings);
        self.settle(work, from, institutional)
    }

    /// Asks the records what they mean.
    fn ask_records(&self, work: &Work<'r>, guide: &'static Guide, stretch: &mut Stretch<'r>, at: &At<'r>) {
        let mut seats = stretch.seats.iter().filter(|seat| seat.asks != Asks::Nothing);
        let Some(first) = seats.next().map(|seat| seat.chapter) else { return };
        if seats.all(|seat| seat.chapter == first) {
            return self.of(first).ask_of_chapter(work, guide, stretch, at);
        }
        let mut chapters: Vec<Chapter> = stretch.seats.iter().map(|seat| seat.chapter).collect();
        chapters.sort_unstable();
        chapters.dedup();
        for chapter in chapters {
            self.of(chapter).ask_of_chapter(work, guide, stretch, at);
        }
    }

    /// Asks the records for which the chapter at hand counts.
    fn ask_of_chapter(&self, work: &Work<'r>, guide: &'static Guide, stretch: &mut Stretch<'r>, at: &At<'r>) {
        let own = |seat: &Seat<'r>| seat.chapter == self.page.chapter;
        if at.kind == "278" {
            let (who, number) = chosen(&stretch.seats, |_, seat| seat.asks != Asks::Nothing && own(seat));
            if number > 0 {
                self.ask_events(work, guide, stretch, (&who, number), at.created);
            }
            return;
        }
        for (asks, payer_rules) in [(Asks::All, true), (Asks::Guides, false)] {
            let (who, number) = chosen(&stretch.seats, |_, seat| seat.asks == asks && own(seat));
            if number > 0 {
                self.ask_claims(work, guide, stretch, (&who, number), payer_rules);
            }
        }
    }

    /// Asks the claims in the first `number` of the seats `who`.
    fn ask_claims(
        &self,
        work: &Work<'r>,
        guide: &'static Guide,
        stretch: &mut Stretch<'r>,
        (who, number): (&[usize; RECORDS], usize),
        payer_rules: bool,
    ) {
        let Stretch { seats, above, facts, analyses, findings, .. } = stretch;
        let unit = &work.unit;
        let loops = |segment: u32| loop_of(guide, &work.scratch.slots, segment);
        let claims = who.map(|at| {
            let seat = &seats[at];
            Claim { unit, facts: &facts[seat.record], context: above.of(seat).0, loops: &loops }
        });
        let settings = &self.page.profile.settings;
        if payer_rules {
            for (at, claim) in who.iter().zip(&claims).take(number) {
                analyses[seats[*at].record].fill(claim, self.reference, settings, self.received);
            }
        }
        let subjects: [(Subject<'_>, Scene<'_>); RECORDS] = std::array::from_fn(|n| {
            let (claim, analysis) = (&claims[n], &analyses[seats[who[n]].record]);
            let subject = Subject::new(claim, self.reference, settings, self.received, analysis, payer_rules);
            (subject, subject.scene())
        });
        rules::ask(&subjects[..number], who, self.page.asked, payer_rules, findings);
    }

    /// Asks authorization requests or responses.
    fn ask_events(
        &self,
        work: &Work<'r>,
        guide: &'static Guide,
        stretch: &mut Stretch<'r>,
        (who, number): (&[usize; RECORDS], usize),
        created: Option<Date>,
    ) {
        let Stretch { seats, above, pieces, events, findings, .. } = stretch;
        let settings = &self.page.profile.settings;
        let scenes = who.map(|at| self.scene(&work.unit, guide, &seats[at], above, pieces));
        rules::ask_segments(&scenes[..number], who, self.page.asked, findings);
        let events = who.map(|at| {
            let seat = &seats[at];
            Event {
                unit: &work.unit,
                facts: &events[seat.record],
                context: above.of(seat).1,
                is_response: seat.item.answer,
                first: seat.item.from,
                created,
                reference: self.reference,
                settings,
            }
        });
        rules::ask_events(&events[..number], who, self.page.asked, findings);
    }

    /// Settles the records in their order, and notes what others must know of them.
    fn conclude(&self, work: &mut Work<'r>, guide: &'static Guide, stretch: &mut Stretch<'r>, at: &At<'r>) {
        if falls_with_set(at).is_some() {
            return;
        }
        let Stretch { seats, above, facts, analyses, findings, .. } = stretch;
        for (seat, findings) in seats.iter().zip(findings).filter(|(seat, _)| seat.level.is_none()) {
            let facts = &facts[seat.record];
            let Some(mut verdict) = work.verdicts.get(seat.number).copied() else { continue };
            let from = work.findings.len();
            let institutional = guide.id() == GuideId::Institutional;
            let judge = self.of(seat.chapter);
            verdict.chapter = seat.chapter;
            let rejects = judge.settle_seat(work, guide, seat, findings, institutional);
            if rejects && breaks(&work.findings, from) {
                self.fates.note_broken(at.set);
            }
            (verdict.from, verdict.to) = (from as u32, work.findings.len() as u32);
            let has_rows = verdict.to > verdict.from || seat.inherited.is_some();
            if has_rows {
                verdict.head = RecordHead::read(&work.unit, seat.item.from, seat.item.to);
            }
            if at.kind != "278" {
                // acknowledgements name the dates of accepted claims too
                verdict.head.date = facts.period().or(verdict.head.date);
                let asked = seat.asks != Asks::Nothing && seat.inherited.is_none();
                let context = above.of(seat).0;
                let known = (facts, context, &analyses[seat.record]);
                let counts = asked && judge.take_down(work, guide, seat.number, known, from);
                if has_rows || counts {
                    verdict.lines = line_heads(facts, &mut work.line_heads);
                }
            }
            if !seat.item.answer {
                verdict.cause = seat.inherited.unwrap_or(Cause::Own);
                let falls = rejects || seat.inherited.is_some();
                verdict.disposition = if falls { Disposition::Reject } else { Disposition::Accept };
            }
            work.verdicts[seat.number] = verdict;
        }
    }

    /// Takes down what the ledger must know of a claim; says whether any of its lines is counted.
    fn take_down(
        &self,
        work: &mut Work<'r>,
        guide: &'static Guide,
        number: usize,
        (facts, context, analysis): (&ClaimFacts, &Context, &Analysis<'r>),
        from: usize,
    ) -> bool {
        let Some(scribe) = self.scribe() else { return false };
        let Work { unit, scratch, findings, severities, entries, .. } = work;
        let loops = |segment: u32| loop_of(guide, &scratch.slots, segment);
        let claim = Claim { unit, facts, context, loops: &loops };
        scribe.take_down(number as u32, &claim, analysis, (findings, severities, from), entries);
        entries.claims.last().is_some_and(|claim| !entries.lines(claim).is_empty())
    }
}

/// Takes the levels and records from item `first` on, as many as are judged together.
fn take_seats(stretch: &mut Stretch<'_>, unit: &Unit, first: usize, end: usize) {
    let mut records = 0;
    let items = unit.items.iter().enumerate().take(end).skip(first).take(ITEMS);
    for (number, item) in items {
        let level = match item.kind {
            ItemKind::Level(depth) => Some(level_loop(depth)),
            ItemKind::Record if records < RECORDS => None,
            _ => return,
        };
        stretch.seats.push(Seat {
            number,
            item: *item,
            level,
            record: if level.is_none() { records } else { 0 },
            is_placed: false,
            asks: Asks::Nothing,
            chapter: 0,
            inherited: None,
            above: (0, 0),
            pieces: (0, 0),
            ids: PieceIds::default(),
        });
        records += usize::from(level.is_none());
    }
}

/// Why every record of a set falls without being judged.
fn falls_with_set<'r>(at: &At<'r>) -> Option<Cause<'r>> {
    at.set_cause.filter(|cause| !matches!(cause, Cause::Sibling))
}

/// The innermost open level that rejects what is below it.
fn innermost<'r>(at: &At<'r>) -> Option<Cause<'r>> {
    at.level_causes.iter().rev().flatten().next().map(|item| Cause::Item(*item))
}

/// The places of the seats that are wanted, and how many they are; what is left over names the first.
fn chosen<'r, const N: usize>(
    seats: &[Seat<'r>],
    is_wanted: impl Fn(usize, &Seat<'r>) -> bool,
) -> ([usize; N], usize) {
    let mut places = [0; N];
    let wanted = seats.iter().enumerate().filter(|(at, seat)| is_wanted(*at, seat));
    let number = places.iter_mut().zip(wanted).map(|(place, (at, _))| *place = at).count();
    (places, number)
}

/// Makes the pieces of an item for the rules that look at segments as they stand.
fn pieces_of(unit: &Unit, loops: &impl Fn(u32) -> Code, seat: &mut Seat<'_>, pieces: &mut Vec<Piece>) {
    let from = pieces.len();
    for (segment, text) in (seat.item.from..).zip(unit.segments(seat.item.from, seat.item.to)) {
        let piece = Piece { id: text.code(), loop_id: loops(segment), segment, line: 0 };
        seat.ids.add(piece.id);
        pieces.push(piece);
    }
    seat.pieces = (from, pieces.len());
}

/// Keeps what reports say of a claim's lines; answers where that begins and ends.
fn line_heads(facts: &ClaimFacts, heads: &mut Vec<LineHead>) -> (u32, u32) {
    let start = heads.len() as u32;
    heads.extend(facts.lines.iter().map(|line| LineHead {
        assigned: line.assigned,
        control: line.control,
        date: line.date,
    }));
    (start, heads.len() as u32)
}

fn kind_of(guide: &Guide) -> ClaimKind {
    match guide.id() {
        GuideId::Institutional => ClaimKind::Institutional,
        GuideId::Dental => ClaimKind::Dental,
        _ => ClaimKind::Professional,
    }
}
