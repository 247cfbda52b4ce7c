//! What each unit has to say in acknowledgements: made of what was sequenced, in parallel. What they look like is a matter of
//! `output::ack`.

use crate::finding::{Finding, RuleId, Total};
use crate::guide::{self, Guide};
use crate::output::ack::{
    self, ClaimAck, Group, Interchange, LineAck, Note, Piece, Set, Sheet, Status, Step, Style, Tree, Unit999,
};
use crate::rules::{self, Severity};
use crate::verdict::{Disposition, Fates, Profile, SetFate};
use crate::x12::survey::{EnvelopeFault, InterchangeNote};
use crate::x12::{Isa, Item, ItemKind, Segment, Unit, grammar};

use super::work::{Root, Verdict, Work};

/// What acknowledging needs to know; shared by all threads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Acks<'r> {
    pub(super) profile: &'r Profile,
    pub(super) fates: &'r Fates<'r>,
    /// The day of the answer, `CCYYMMDD`.
    pub(super) day: &'r str,
}

/// GS01 of acknowledgements: they are never acknowledged.
const ANSWERS: [&[u8]; 3] = [b"FA", b"HN", b"TA"];

/// The interchange, group, set and levels at hand, as places among the unit's items.
#[derive(Clone, Copy, Default)]
struct At<'u> {
    style: Option<Style>,
    isa: Option<Isa>,
    group: u64,
    group_item: Option<usize>,
    /// The group is rejected, or itself an acknowledgement.
    silent: bool,
    set: Option<usize>,
    rejected: bool,
    guide: Option<&'static Guide>,
    levels: [Option<usize>; 4],
    control: [&'u [u8]; 3],
    /// The provider that was named last, and how: each claim of his names him again.
    provider: Option<(usize, Piece)>,
}

impl Acks<'_> {
    /// What an interchange that is refused gets: a TA1, unless it is itself an acknowledgement.
    pub(super) fn refused(&self, unit: &Unit, note: &InterchangeNote, sheet: &mut Sheet) {
        let Some(isa) = &note.isa else { return };
        let behind = unit.bytes().get(isa.raw_len..).unwrap_or(&[]);
        let tail = unit.bytes().get(isa.raw_len.saturating_sub(1)..).unwrap_or(&[]);
        let first = behind.trim_ascii_start();
        let is_answer = first.starts_with(b"TA1")
            || first
                .strip_prefix(b"GS")
                .and_then(|rest| rest.get(1..3))
                .is_some_and(|kind| ANSWERS.contains(&kind));
        if is_answer {
            return;
        }
        let profile = self.profile.of_interchange(note);
        let fault = note.faults.iter().find(|fault| profile.falls(fault));
        let code = fault.map_or("", |fault| rules::rule(fault.rule).outcome(fault.outcome).codes.ta1);
        if code.is_empty() {
            return;
        }
        sheet.steps.push(Step::Refused(Box::new(Interchange {
            offset: unit.offset,
            ordinal: note.ordinal,
            isa: *isa,
            style: Style::of(isa, tail),
            note: Note { code: 'R', note: code },
        })));
    }

    /// What a unit has to say.
    pub(super) fn unit(&self, work: &Work<'_>, sheet: &mut Sheet) {
        let mut at = At::default();
        for (number, item) in work.unit.items.iter().enumerate() {
            let verdict = work.verdicts.get(number).copied().unwrap_or_default();
            self.item(work, number, item, &verdict, &mut at, sheet);
        }
        if work.unit.ends_interchange {
            sheet.steps.push(Step::EndInterchange);
        }
    }

    fn item<'u>(
        &self,
        work: &'u Work<'_>,
        number: usize,
        item: &Item,
        verdict: &Verdict<'_>,
        at: &mut At<'u>,
        sheet: &mut Sheet,
    ) {
        let unit = &work.unit;
        match item.kind {
            ItemKind::Interchange => {
                *at = At::default();
                if let Some(interchange) = self.interchange(unit, item, verdict) {
                    (at.style, at.isa) = (Some(interchange.style), Some(interchange.isa));
                    at.control[0] = unit.segment(item.from).element(13);
                    sheet.steps.push(Step::Interchange(Box::new(interchange)));
                }
            }
            ItemKind::Aside if unit.segment(item.from).id() == b"GS" => {
                let kind = unit.segment(item.from).element(1);
                sheet.steps.push(Step::Aside(ANSWERS.contains(&kind)));
            }
            ItemKind::Group => {
                let group = self.group(work, item, verdict);
                let gs = unit.segment(item.from);
                *at = At {
                    style: at.style,
                    isa: at.isa,
                    group: item.number,
                    group_item: Some(number),
                    silent: group.rejected || group.is_answer,
                    control: [at.control[0], gs.element(6), b""],
                    ..At::default()
                };
                sheet.steps.push(Step::Group(Box::new(group)));
            }
            ItemKind::Header => self.header(work, number, item, verdict, at, sheet),
            ItemKind::Level(depth) => {
                let depth = usize::from(depth);
                at.levels.iter_mut().skip(depth).for_each(|level| *level = None);
                if let Some(level) = at.levels.get_mut(depth) {
                    *level = Some(number);
                }
                errors(work, item, verdict, at, sheet);
            }
            ItemKind::Record => {
                if item.leaves != Item::STAYS {
                    at.levels.iter_mut().skip(usize::from(item.leaves)).for_each(|level| *level = None);
                }
                errors(work, item, verdict, at, sheet);
                self.record(work, item, verdict, at, sheet);
            }
            ItemKind::Trailer => sheet.steps.push(Step::EndSet),
            ItemKind::GroupTrailer => {
                let included = grammar::whole(unit.segment(item.from).element(1));
                sheet.steps.push(Step::EndGroup(included.filter(|included| *included < 1_000_000)));
            }
            ItemKind::InterchangeTrailer | ItemKind::Aside | ItemKind::Continued | ItemKind::Absorbed => {}
        }
    }

    fn interchange(&self, unit: &Unit, item: &Item, verdict: &Verdict<'_>) -> Option<Interchange> {
        let isa = grammar::isa(unit.raw(item.from, item.from + 1))?;
        let profile = self.profile.of(verdict.chapter);
        let note = self.fates.survey().note(item.number);
        // what is wrong with the interchange itself goes before its number
        let faults = || note.iter().flat_map(|note| &note.faults).map(|fault| (fault.rule, fault.outcome));
        let own = faults().filter(|(rule, _)| *rule != RuleId::ENV111);
        let told = own.chain(faults()).find_map(|(rule, outcome)| {
            let code = rules::rule(rule).outcome(outcome).codes.ta1;
            let is_told = profile.severity(rule, outcome, false) > Severity::Shadow;
            (is_told && !code.is_empty()).then_some(Note { code: 'E', note: code })
        });
        Some(Interchange {
            offset: item.offset,
            ordinal: item.number,
            style: Style::of(&isa, unit.tail(item.from)),
            isa,
            note: told.unwrap_or(Note { code: 'A', note: "000" }),
        })
    }

    fn group(&self, work: &Work<'_>, item: &Item, verdict: &Verdict<'_>) -> Group {
        let gs = work.unit.segment(item.from);
        let faults = self.fates.survey().faults_of_group(item.number).iter();
        let profile = self.profile.of(verdict.chapter);
        let faults = faults.filter(|fault| profile.falls(fault)).map(|fault| (fault.rule, fault.outcome));
        let own = work.rejecting(verdict).map(|finding| (finding.rule, finding.outcome));
        let mut codes = Vec::new();
        let mut rejected = false;
        for (rule, outcome) in faults.chain(own) {
            rejected = true;
            add(&mut codes, rules::rule(rule).outcome(outcome).codes.group);
        }
        Group {
            offset: item.offset,
            header: [1, 2, 3, 6, 8].map(|element| gs.element(element).into()),
            is_answer: ANSWERS.contains(&gs.element(1)),
            rejected,
            codes,
        }
    }

    fn header<'u>(
        &self,
        work: &'u Work<'_>,
        number: usize,
        item: &Item,
        verdict: &Verdict<'_>,
        at: &mut At<'u>,
        sheet: &mut Sheet,
    ) {
        let unit = &work.unit;
        let st = unit.segment(item.from);
        at.set = Some(number);
        at.levels = [None; 4];
        at.control[2] = st.element(2);
        let Some(style) = at.style else { return };
        let bht = unit.segment(item.from + 1);
        let bht = if bht.id() == b"BHT" { bht } else { Segment::EMPTY };
        let version = at.group_item.and_then(|group| unit.items.get(group));
        let version = version.map_or(&b""[..], |group| unit.segment(group.from).element(8));
        at.guide = guide::version(version).map(|version| Guide::of(version.family.guide(bht.element(2))));
        let (mut codes, mut rejected) = (Vec::new(), false);
        let profile = self.profile.of(verdict.chapter);
        let fate = self.fates.of_set(profile, at.group, item.number);
        let faults = self.fates.survey().faults_of_set(item.number);
        for fault in faults.iter().filter(|fault| profile.falls(fault)) {
            rejected = true;
            add(&mut codes, rules::rule(fault.rule).outcome(fault.outcome).codes.set);
        }
        for finding in work.rejecting(verdict) {
            rejected = true;
            add(&mut codes, rules::rule(finding.rule).outcome(finding.outcome).codes.set);
        }
        // IK3 and IK4 of the record say whether that is an error against the standard
        rejected |= matches!(fate, SetFate::WithRecord);
        at.rejected = rejected;
        let header = sheet.piece(style, |pen| {
            pen.segment("AK2").echo(st.element(1)).echo(st.element(2)).echo(st.element(3)).end();
        });
        let tree = if at.silent || rejected { Tree::None } else { self.tree(work, item, verdict, at, sheet) };
        let set = Set { offset: item.offset, header, rejected, codes, tree };
        sheet.steps.push(Step::Set(Box::new(set)));
        if !item.carried && !at.silent {
            set_faults(faults.iter().filter(|fault| profile.falls(fault)), style, sheet);
            errors(work, item, verdict, at, sheet);
        }
    }

    /// What else than a 999 answers a set.
    fn tree(
        &self,
        work: &Work<'_>,
        item: &Item,
        verdict: &Verdict<'_>,
        at: &At<'_>,
        sheet: &mut Sheet,
    ) -> Tree {
        let (unit, Some(style)) = (&work.unit, at.style) else { return Tree::None };
        let bht = unit.segment(item.from + 1);
        let reference: Box<[u8]> = if bht.id() == b"BHT" { bht.element(3).into() } else { Box::default() };
        match verdict.kind {
            "837P" | "837I" | "837D" => {
                let role = self.profile.acknowledge_as;
                let find = |code| named(unit, item, code);
                let (isa06, isa08) = (element_of(at, 6), element_of(at, 8));
                let source =
                    sheet.piece(style, |pen| ack::source(pen, role, &find(b"40"), isa08.trim_ascii()));
                let submitter =
                    sheet.piece(style, |pen| ack::submitter(pen, &find(b"41"), isa06.trim_ascii()));
                let receipt = at.control.join(&b'-').into();
                Tree::Claims { source, submitter, reference, receipt, received: role.received() }
            }
            "278" => Tree::Reviews { reference },
            _ => Tree::None,
        }
    }

    fn record(
        &self,
        work: &Work<'_>,
        item: &Item,
        verdict: &Verdict<'_>,
        at: &mut At<'_>,
        sheet: &mut Sheet,
    ) {
        let Some(style) = at.style.filter(|_| !item.carried && !at.silent && !at.rejected && !item.answer)
        else {
            return;
        };
        let rejected = verdict.disposition == Disposition::Reject;
        match verdict.kind {
            // a claim that waits is acknowledged when it is judged again
            "837P" | "837I" | "837D" if verdict.disposition == Disposition::Held => {}
            "837P" | "837I" | "837D" => self.claim(work, item, verdict, at, style, sheet),
            "278" if rejected => review(work, item, verdict, at, style, sheet),
            _ => {}
        }
    }

    fn claim(
        &self,
        work: &Work<'_>,
        item: &Item,
        verdict: &Verdict<'_>,
        at: &mut At<'_>,
        style: Style,
        sheet: &mut Sheet,
    ) {
        let unit = &work.unit;
        let number = at.levels[0];
        let [provider, subscriber, patient, _] = at.levels.map(|level| level.and_then(|n| unit.items.get(n)));
        let find = |item: Option<&Item>, code| item.map_or(Segment::EMPTY, |item| named(unit, item, code));
        let key = |item: Option<&Item>| item.map_or(0, |item| item.offset);
        let named = at.provider.filter(|(named, _)| Some(*named) == number).map(|(_, piece)| piece);
        let piece = named.unwrap_or_else(|| {
            sheet.piece(style, |pen| {
                let tax_id = provider.map_or(&b""[..], |item| tax_id(unit, item));
                ack::provider(pen, &find(provider, b"85"), tax_id);
            })
        });
        at.provider = number.map(|number| (number, piece));
        sheet.steps.push(Step::Level { depth: 0, key: key(provider), code: "19", piece });
        let piece = sheet.piece(style, |pen| {
            let member = find(subscriber, b"IL");
            let name = if patient.is_some() { find(patient, b"QC") } else { member };
            ack::patient(pen, &name, &member);
        });
        sheet.steps.push(Step::Level { depth: 1, key: key(patient.or(subscriber)), code: "PT", piece });
        let accepted = verdict.disposition == Disposition::Accept;
        let (mut own, mut lines) = (Vec::new(), Vec::new());
        // a claim that is accepted costs no allocation
        if !accepted {
            statuses(work, item, verdict, style, &mut own, &mut lines);
        }
        let taken = [self.profile.acknowledge_as.accepted()];
        let clm = unit.segment(item.from);
        let charge = Total::from(verdict.charge());
        let separators = unit.separators();
        let bill_type = if verdict.kind == "837I" {
            [clm.component(5, 1, &separators), clm.component(5, 3, &separators)].concat()
        } else {
            Vec::new()
        };
        let said = ClaimAck {
            accepted,
            id: clm.element(1),
            charge,
            day: self.day,
            statuses: if accepted { &taken } else { &own },
            trace: trace(unit, item),
            bill_type: &bill_type,
            date: verdict.head.date,
            lines: &lines,
        };
        let piece = sheet.piece(style, |pen| ack::claim(pen, unit, &said));
        sheet.steps.push(Step::Claim { piece, accepted, charge: verdict.charge() });
    }
}

/// IK3 of a set's faults in its envelope.
fn set_faults<'f>(faults: impl Iterator<Item = &'f EnvelopeFault>, style: Style, sheet: &mut Sheet) {
    for fault in faults {
        let mut written = ack::Written::default();
        let piece = sheet.piece(style, |pen| written = ack::set_fault(pen, fault));
        if piece.segments > 0 {
            let ack::Written { standard, guide } = written;
            sheet.steps.push(Step::Errors { piece, standard, guide });
        }
    }
}

/// IK3 and IK4 of an item's own findings of SNIP levels 1 and 2 that reject.
fn errors(work: &Work<'_>, item: &Item, verdict: &Verdict<'_>, at: &At<'_>, sheet: &mut Sheet) {
    let Some(style) = at.style.filter(|_| !item.carried && !at.silent) else { return };
    let structural = |finding: &&Finding| {
        let rule = rules::rule(finding.rule);
        let codes = &rule.outcome(finding.outcome).codes;
        // a code of the set says it already
        rule.snip <= 2 && (codes.set.is_empty() || !codes.ik3.is_empty())
    };
    let mut wrong: Vec<&Finding> = work.rejecting(verdict).filter(structural).collect();
    if wrong.is_empty() {
        return;
    }
    let context = match item.kind {
        ItemKind::Record if verdict.kind == "278" => Some(("TRN02", verdict.head.id.text(&work.unit))),
        ItemKind::Record => Some(("CLM01", verdict.head.id.text(&work.unit))),
        _ => None,
    };
    let of = Unit999 { unit: &work.unit, findings: &work.findings, guide: at.guide };
    let mut written = ack::Written::default();
    let piece = sheet.piece(style, |pen| written = ack::errors(pen, of, item, &mut wrong, context));
    let ack::Written { standard, guide } = written;
    sheet.steps.push(Step::Errors { piece, standard, guide });
}

/// A rejected request's answer.
fn review(work: &Work<'_>, item: &Item, verdict: &Verdict<'_>, at: &At<'_>, style: Style, sheet: &mut Sheet) {
    let unit = &work.unit;
    let others = [element_of(at, 8), element_of(at, 6), b"", b""];
    let codes: [&[&[u8]]; 4] = [&[b"X3", b"2B", b"36", b"PR"], &[b"1P", b"FA"], &[b"IL"], &[b"QC"]];
    for (depth, (other, codes)) in others.into_iter().zip(codes).enumerate() {
        let level = at.levels.get(depth).copied().flatten().and_then(|number| unit.items.get(number));
        if level.is_none() && depth == 3 {
            continue;
        }
        let name = level.and_then(|level| {
            let name = |at: u32| unit.segment(at);
            (level.from..level.to).map(name).find(|nm1| nm1.id() == b"NM1" && codes.contains(&nm1.element(1)))
        });
        let mut code = "";
        let piece = sheet.piece(style, |pen| {
            code = ack::level(pen, depth, &name.unwrap_or(Segment::EMPTY), other.trim_ascii());
        });
        sheet.steps.push(Step::Level { depth, key: level.map_or(0, |level| level.offset), code, piece });
    }
    let mut reasons = Vec::new();
    for (_, finding) in causes(work, verdict) {
        add(&mut reasons, ack::answer_code(&rules::rule(finding.rule).outcome(finding.outcome).codes));
    }
    if reasons.is_empty() {
        reasons.push("33");
    }
    let services = (item.from + 1..item.to).find(|at| unit.segment(*at).id() == b"HL").unwrap_or(item.to);
    let own = || (item.from..services).map(|at| unit.segment(at));
    let traces = own().filter(|segment| segment.id() == b"TRN");
    let um = own().find(|segment| segment.id() == b"UM").unwrap_or(Segment::EMPTY);
    let component = unit.separators().component;
    let piece = sheet.piece(style, |pen| ack::event(pen, traces, &reasons, &um, component));
    sheet.steps.push(Step::Event(piece));
}

/// The findings for which a record falls: of what stands above it, for which `true` is answered, and its own.
fn causes<'w, 'r>(
    work: &'w Work<'r>,
    verdict: &Verdict<'r>,
) -> impl Iterator<Item = (bool, &'w Finding)> + use<'w, 'r> {
    let above = work.roots(&verdict.cause).into_iter().filter_map(|root| match root {
        Root::Item(_, finding) => Some((true, finding)),
        Root::Envelope(_) | Root::Sibling => None,
    });
    above.chain(work.rejecting(verdict).map(|finding| (false, finding)))
}

/// What a rejected claim's findings say of it, and of its lines.
fn statuses<'w>(
    work: &'w Work<'_>,
    item: &Item,
    verdict: &Verdict<'_>,
    style: Style,
    own: &mut Vec<Status>,
    lines: &mut Vec<LineAck<'w>>,
) {
    let unit = &work.unit;
    let heads = work.line_heads.get(verdict.lines.0 as usize..verdict.lines.1 as usize).unwrap_or(&[]);
    let mut at_lines: Vec<(u32, Status)> = Vec::new();
    for (is_above, finding) in causes(work, verdict) {
        let codes = &rules::rule(finding.rule).outcome(finding.outcome).codes;
        let status = ack::status_of(codes, verdict.kind, finding.place.loop_id);
        if !is_above && finding.line > 0 {
            at_lines.push((finding.line, status));
        } else {
            add(own, status);
        }
    }
    at_lines.sort_by_key(|(line, _)| *line);
    let services = if at_lines.is_empty() { Vec::new() } else { services(unit, item) };
    let mut open = 0;
    for (line, status) in at_lines {
        if let Some(last) = lines.last_mut().filter(|_| open == line) {
            add(&mut last.statuses, status);
            continue;
        }
        let at = line as usize - 1;
        let Some(service) = services.get(at).copied().filter(|service| ack::can_name(service, unit, style))
        else {
            add(own, status);
            continue;
        };
        open = line;
        let head = heads.get(at).copied().unwrap_or_default();
        let control = [head.control, head.assigned].map(|number| number.text(unit));
        lines.push(LineAck { service, control, date: head.date, statuses: vec![status] });
    }
    if own.is_empty() {
        let first = lines.first().and_then(|line| line.statuses.first()).copied().unwrap_or(["A7", "21", ""]);
        own.push(if lines.is_empty() { first } else { ack::of_line(first) });
    }
}

/// The SV1, SV2 or SV3 of each line of a claim; an empty segment where a line has none.
fn services<'u>(unit: &'u Unit, item: &Item) -> Vec<Segment<'u>> {
    let mut services: Vec<Segment<'u>> = Vec::new();
    for segment in (item.from..item.to).map(|at| unit.segment(at)) {
        match segment.id() {
            b"LX" => services.push(Segment::EMPTY),
            b"SV1" | b"SV2" | b"SV3" => {
                if let Some(last) = services.last_mut().filter(|last| last.id().is_empty()) {
                    *last = segment;
                }
            }
            _ => {}
        }
    }
    services
}

fn add<T: PartialEq + Default>(all: &mut Vec<T>, one: T) {
    if one != T::default() && !all.contains(&one) {
        all.push(one);
    }
}

/// The NM1 with this entity code in an item; an empty segment where there is none.
fn named<'u>(unit: &'u Unit, item: &Item, code: &[u8]) -> Segment<'u> {
    let names = (item.from..item.to).map(|at| unit.segment(at));
    names.into_iter().find(|nm1| nm1.id() == b"NM1" && nm1.element(1) == code).unwrap_or(Segment::EMPTY)
}

fn tax_id<'u>(unit: &'u Unit, item: &Item) -> &'u [u8] {
    let mut all = (item.from..item.to).map(|at| unit.segment(at));
    let found =
        all.find(|reference| reference.id() == b"REF" && matches!(reference.element(1), b"EI" | b"SY"));
    found.map_or(b"", |reference| reference.element(2))
}

/// REF*D9 of the claim itself.
fn trace<'u>(unit: &'u Unit, item: &Item) -> &'u [u8] {
    let all = (item.from..item.to).map(|at| unit.segment(at));
    let mut own = all.take_while(|segment| !matches!(segment.id(), b"HI" | b"SBR" | b"LX"));
    let found = own.find(|reference| reference.id() == b"REF" && reference.element(1) == b"D9");
    found.map_or(b"", |reference| reference.element(2))
}

fn element_of<'a>(at: &'a At<'_>, element: usize) -> &'a [u8] {
    at.isa.as_ref().map_or(b"", |isa| isa.element(element))
}
