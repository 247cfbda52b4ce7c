//! Matching whole sets and items: places, and each kind of fault.

use crate::finding::{Code, Fact, Finding, Findings, Place, RuleId};
use crate::guide::samples;
use crate::guide::{
    ElementMemo, Entry, Guide, GuideId, Input, Item, Matched, Matcher, NONE, Slot, Usage, check_elements,
};
use crate::x12::{SegmentTable, Segments, Separators, StructuralIndex};

/// A set that was matched.
pub(super) struct Outcome {
    pub(super) guide: &'static Guide,
    pub(super) bytes: Vec<u8>,
    pub(super) table: SegmentTable,
    pub(super) slots: Vec<u16>,
    pub(super) findings: Findings,
    pub(super) matched: Matched,
}

impl Outcome {
    pub(super) fn of_bytes(id: GuideId, bytes: Vec<u8>, separators: Separators) -> Outcome {
        let mut table = SegmentTable::new();
        StructuralIndex.read(&bytes, &separators, &mut table);
        let (mut slots, mut findings) = (Vec::new(), Findings::default());
        let guide = Guide::of(id);
        let input = Input { bytes: &bytes, segments: &table, separators };
        let to = table.len() as u32;
        let matched = Matcher::new().match_set(guide, input, 0, to, &mut slots, &mut findings);
        Outcome { guide, bytes, table, slots, findings, matched }
    }

    /// The same with what is wrong with elements, but for what may be.
    pub(super) fn with_elements(mut self, separators: Separators) -> Outcome {
        let input = Input { bytes: &self.bytes, segments: &self.table, separators };
        let to = self.table.len() as u32;
        check_elements(
            self.guide,
            input,
            0,
            to,
            &self.slots,
            &mut ElementMemo::default(),
            &mut self.findings,
        );
        self.findings.retain_from(0, |_, finding| {
            finding.rule != RuleId::ELM115 && (finding.rule, finding.outcome) != (RuleId::ELM110, 1)
        });
        self
    }

    /// Matches a set of a segment a line.
    pub(super) fn of(id: GuideId, text: &str) -> Outcome {
        Outcome::of_bytes(id, text.replace('\n', "~").into_bytes(), Separators::USUAL)
    }

    /// The place of a segment.
    pub(super) fn slot(&self, at: usize) -> Option<Slot> {
        self.guide.slot(self.slots[at])
    }

    /// Where a segment was placed: `2310B/NM1`, or `-`.
    pub(super) fn label(&self, at: usize) -> String {
        self.slot(at)
            .map_or_else(|| "-".to_owned(), |slot| format!("{}/{}", slot.loop_id(), slot.segment_id()))
    }

    /// A line a finding: rule, outcome, the place, what was found and what expected.
    pub(super) fn faults(&self) -> Vec<String> {
        let show = |fact: &Fact| match fact {
            Fact::None => String::new(),
            Fact::Input(span) => String::from_utf8_lossy(span.of(&self.bytes)).into_owned(),
            Fact::Text(text) => (*text).to_owned(),
            Fact::Kept(span) => self.findings.text(*span).to_owned(),
            other => format!("{other:?}"),
        };
        let line = |finding: &Finding| {
            let Place { segment, loop_id, segment_id, missing, .. } = finding.place;
            let (rule, outcome) = (finding.rule.code(), finding.outcome);
            let missing = if missing { " missing" } else { "" };
            let (found, expected) = (show(&finding.found), show(&finding.expected));
            format!("{rule}.{outcome} {segment} {loop_id}/{segment_id}{missing} [{found}] [{expected}]")
        };
        self.findings.list().iter().map(line).collect()
    }
}

/// Every valid sample.
pub(super) fn all_samples() -> [(GuideId, String); 7] {
    [
        (GuideId::Professional, samples::professional()),
        (GuideId::Institutional, samples::institutional()),
        (GuideId::Dental, samples::dental()),
        (GuideId::AuthorizationRequest, samples::request()),
        (GuideId::AuthorizationResponse, samples::response()),
        (GuideId::Acknowledgement999, samples::acknowledgement()),
        (GuideId::ClaimAcknowledgement277, samples::claim_acknowledgement()),
    ]
}

#[test]
fn valid_sets_have_no_fault() {
    for (id, text) in all_samples() {
        let outcome = Outcome::of(id, &text);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(outcome.faults(), Vec::<String>::new(), "{}", id.label());
        assert_eq!(outcome.slots.len(), lines.len());
        for (at, line) in lines.iter().enumerate() {
            let slot = outcome.guide.slot(outcome.slots[at]).expect(line);
            assert!(line.starts_with(&slot.segment_id().to_string()), "{line} is {slot:?}");
        }
    }
}

/// Lines of a set that a test changes.
#[derive(Clone, Debug)]
pub(super) struct Lines(pub(super) Vec<String>);

impl Lines {
    pub(super) fn of(text: &str) -> Lines {
        Lines(text.lines().map(str::to_owned).collect())
    }

    /// The `nth` line, counted from 0, of those that begin with `start`.
    fn find(&self, start: &str, nth: usize) -> usize {
        let mut found = self.0.iter().enumerate().filter(|(_, line)| line.starts_with(start));
        found.nth(nth).unwrap_or_else(|| panic!("no {start}")).0
    }

    fn without(mut self, start: &str, nth: usize) -> Lines {
        let at = self.find(start, nth);
        self.0.remove(at);
        self
    }

    fn before(mut self, start: &str, line: &str) -> Lines {
        let at = self.find(start, 0);
        self.0.insert(at, line.to_owned());
        self
    }

    fn after(mut self, start: &str, lines: &[&str]) -> Lines {
        let at = self.find(start, 0);
        for line in lines.iter().rev() {
            self.0.insert(at + 1, (*line).to_owned());
        }
        self
    }

    fn change(mut self, start: &str, line: &str) -> Lines {
        let at = self.find(start, 0);
        line.clone_into(&mut self.0[at]);
        self
    }

    pub(super) fn matched(&self, id: GuideId) -> Outcome {
        Outcome::of(id, &(self.0.join("\n") + "\n"))
    }
}

/// What a changed 837P set is found to have.
fn professional(change: impl Fn(Lines) -> Lines) -> Vec<String> {
    change(Lines::of(&samples::professional())).matched(GuideId::Professional).faults()
}

#[test]
fn every_part_of_a_claim_has_its_place() {
    let outcome = Outcome::of(GuideId::Professional, &samples::professional());
    let lines = Lines::of(&samples::professional());
    for (line, place) in [
        ("NM1*85", "2010AA/NM1"),
        ("N3*PO BOX", "2010AB/N3"),
        ("REF*G2*PR77", "2010BB/REF"),
        ("REF*G1*SAR7730011", "2300/REF"),
        ("REF*0B", "2310B/REF"),
        ("OI", "2320/OI"),
        ("NM1*IL*1*QUILL", "2330A/NM1"),
        ("REF*F8*OCN1", "2330B/REF"),
        ("REF*G2*77001", "2330D/REF"),
        ("REF*G1*SAR7730012", "2400/REF"),
        ("REF*XZ", "2410/REF"),
        ("NM1*DK", "2420E/NM1"),
        ("CAS*CO", "2430/CAS"),
        ("FRM", "2440/FRM"),
        ("SE", "/SE"),
    ] {
        assert_eq!(outcome.label(lines.find(line, 0)), place, "{line}");
    }
    // the certificate of medical necessity shares its report type with other attachments: PWK02 decides
    let at = lines.find("PWK*CT*AD", 0);
    assert_eq!(outcome.slot(at).map(|slot| slot.name()), Some("certificate of medical necessity"));
    let other = lines.change("PWK*CT*AD", "PWK*CT*BM***AC*X").matched(GuideId::Professional);
    assert_eq!(other.slot(at).map(|slot| slot.name()), Some("attachment"));
}

#[test]
fn a_claim_under_a_patient_has_the_same_places() {
    for (id, text) in all_samples().into_iter().take(3) {
        let outcome = Outcome::of(id, &text);
        let lines = Lines::of(&text);
        let claims: Vec<usize> = (0..3).map(|nth| lines.find("CLM", nth)).collect();
        let count = claims[1] - claims[0];
        assert_eq!(outcome.slots[claims[0]..][..count], outcome.slots[claims[1]..][..count]);
        assert_eq!(outcome.slots[claims[0]..][..count], outcome.slots[claims[2]..][..count]);
    }
}

#[test]
fn unknown_segments() {
    let found = professional(|set| set.before("HI", "XYZ*1").before("LX", "HCR*A1"));
    assert_eq!(found, ["SEG101.0 43 2300/XYZ [XYZ] []", "SEG101.1 70 2330D/HCR [HCR] []"]);
    // an id longer than any is shown in part only
    let found = professional(|set| set.before("HI", "A LONG LINE OF TEXT*1"));
    assert_eq!(found, ["SEG101.0 43 2300/ [A LONG LINE ] []"]);
}

#[test]
fn unexpected_segments() {
    let found = professional(|set| set.after("REF*G2*PR77", &["REF*ZZ*1"]));
    assert_eq!(found, ["SEG102.0 28 2010BB/REF [ZZ] [2U, EI, FY, NF, G2, LU]"]);
    let found = professional(|set| set.before("LX", "DTP*472*D8*20250305"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("SEG102.0 69 2300/DTP [472] [431, "), "{found:?}");
    // its loop and name are told in words
    let outcome = Lines::of(&samples::professional()).after("REF*G2*PR77", &["REF*ZZ*1"]);
    let outcome = outcome.matched(GuideId::Professional);
    let finding = outcome.findings.list()[0];
    assert_eq!(outcome.findings.facts(&finding).first(), Some(&Fact::Text("payer")));
}

#[test]
fn segments_out_of_order() {
    // late, with the open loop going on behind it
    let found = professional(|set| set.without("REF*F8*CCN", 0).after("PRV*PE", &["REF*F8*CCN55501"]));
    assert_eq!(found, ["SEG103.0 50 2300/REF [F8] []"]);
    // early: what it passed over is in order
    let found = professional(|set| set.without("HI*ABK", 0).after("CLM", &["HI*ABK:S52501A"]));
    assert_eq!(found.len(), 1, "{found:?}");
    // before the first segment of its loop
    let found = professional(|set| set.without("SV1", 0).before("LX", "SV1*HC:99213*150*UN*1***1"));
    assert_eq!(found, ["SEG103.0 69 2400/SV1 [] []"]);
    // behind the end of its loop
    let found = professional(|set| set.without("REF*G2*77001", 0).after("LX", &["REF*G2*77001"]));
    assert_eq!(found, ["SEG103.0 69 2330D/REF [G2] []"]);
    // a loop: other insurance behind the lines
    let other = "SBR*S*18*******CI\nOI***Y***Y\nNM1*IL*1*QUILL*ADA****MI*OTH4410\nNM1*PR*2*OTHER HEALTH*****PI*OTHP1\nSE*";
    let text = samples::many_professional(1).replace("SE*", other);
    assert_eq!(Outcome::of(GuideId::Professional, &text).faults(), ["SEG103.0 43 2320/SBR [] []"]);
}

#[test]
fn missing_segments_and_loops() {
    // before the first segment of a later group
    let found = professional(|set| set.without("HI*ABK", 0));
    assert_eq!(found, ["SEG104.0 43 2300/HI missing [] [ABK, BK]"]);
    let found = professional(|set| set.without("N4*OXNARD*CA*930301234", 0));
    assert_eq!(found, ["SEG104.0 11 2010AA/N4 missing [] []"]);
    // at the end of its loop
    let found = professional(|set| set.without("DTP*472", 1));
    assert_eq!(found, ["SEG104.0 99 2400/DTP missing [] [472]"]);
    // a whole loop
    let found = professional(|set| set.without("NM1*PR*2*COAST", 1));
    assert_eq!(found, ["LOP101.0 175 2010BB/NM1 missing [] [PR]"]);
}

#[test]
fn a_missing_first_segment_is_one_fault() {
    let found = professional(|set| set.without("NM1*IL*1*VANCE", 0));
    assert_eq!(found, ["LOP101.1 19 2010BA/NM1 missing [] [IL]"]);
    let found = professional(|set| set.without("NM1*PR*2*COAST", 0));
    assert_eq!(found, ["LOP101.1 24 2010BB/NM1 missing [] [PR]"]);
    for nth in [0, 1] {
        let found = professional(|set| set.without("LX", nth));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with("2400/LX missing [] []"), "{found:?}");
    }
    let found = professional(|set| set.without("SVD", 0));
    assert_eq!(found, ["LOP101.1 87 2430/SVD missing [] []"]);
    let found = professional(|set| set.without("NM1*82*1*ABARA", 0));
    assert_eq!(found, ["LOP101.1 49 2310B/NM1 missing [] [82]"]);
    // replaced by something unknown: that is the fault
    let found = professional(|set| set.change("NM1*IL*1*VANCE", "NM*IL*1*VANCE"));
    assert_eq!(found, ["SEG101.0 19 2000B/NM [NM] []"]);
}

#[test]
fn an_unplaceable_first_segment_takes_its_followers() {
    let set = Lines::of(&samples::professional());
    let set =
        set.after("REF*G2*88123", &["NM1*XX*1*NOBODY", "N3*A", "N4*B*CA*93030", "PER*IC*X", "REF*G2*1"]);
    let outcome = set.matched(GuideId::Professional);
    assert_eq!(outcome.faults(), ["SEG102.0 49 2300/NM1 [XX] [DN, P3, 82, 77, DQ, PW, 45]"]);
    assert_eq!(outcome.matched.suppressed, 4);
    assert_eq!(outcome.slots[49..54], [NONE; 5]);
    // a level that no guide knows, with all below it
    let set = Lines::of(&samples::professional()).change("HL*4", "HL*4*3*99*0").change("PAT", "K3*X");
    let outcome = set.matched(GuideId::Professional);
    assert_eq!(outcome.faults(), ["SEG102.0 176 2000B/HL [99] [23]"]);
}

#[test]
fn a_wrong_qualifier_where_there_is_one_place_is_for_the_elements() {
    for (start, line, place) in [
        ("BHT", "BHT*0018*00*REF900*20250401*0915*CH", "/BHT"),
        ("PRV*PE", "PRV*XX*PXC*207X00000X", "2310B/PRV"),
        ("LQ", "LQ*XX*1", "2440/LQ"),
        ("NM1*QC", "NM1*XX*1*OKAFOR*BEN", "2010CA/NM1"),
    ] {
        let set = Lines::of(&samples::professional());
        let at = set.find(start, 0);
        let outcome = set.change(start, line).matched(GuideId::Professional);
        assert_eq!(outcome.faults(), Vec::<String>::new(), "{line}");
        assert_eq!(outcome.label(at), place);
    }
    // where there are several, it stands for the missing one
    let found = professional(|set| set.change("DTP*472", "DTP*47*D8*20250305"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("SEG102.0 72 2400/DTP [47]"), "{found:?}");
}

#[test]
fn more_than_allowed() {
    let found = professional(|set| set.after("REF*G1", &["REF*G1*X", "REF*G1*Y"]));
    assert_eq!(found, ["SEG105.0 35 2300/REF [Number(2)] [Number(1)]"]);
    let again = ["NM1*82*1*POE*SAM****XX*1666666668", "PRV*PE*PXC*207X00000X"];
    let found = professional(|set| set.after("REF*0B", &again));
    assert_eq!(found, ["LOP102.0 52 2310B/NM1 [Number(2)] [Number(1)]"]);
    // eleven other payers, with their lines numbered
    let payer = "SBR*T*18*******CI\nOI***Y***Y\nNM1*IL*1*QUILL*ADA****MI*OTH4410\nNM1*PR*2*OTHER*****PI*P\n";
    let text = samples::many_professional(1).replace("LX*1\n", &(payer.repeat(12) + "LX*1\n"));
    let outcome = Outcome::of(GuideId::Professional, &text);
    assert_eq!(outcome.faults(), ["LOP102.0 75 2320/SBR [Number(11)] [Number(10)]"]);
    assert_eq!(outcome.matched.suppressed, 1);
    let text = samples::many_professional(1);
    let (head, lines) = text.split_once("LX*1\n").expect("lines");
    let (line, rest) = lines.split_once("LX*2").expect("a second line");
    let text = format!("{head}{}LX*2{rest}", format!("LX*1\n{line}").repeat(51));
    let outcome = Outcome::of(GuideId::Professional, &text);
    assert_eq!(outcome.findings.list()[0].line, 51);
    assert_eq!(outcome.faults().len(), 1);
}

/// A set cut into items as the pipeline does: at levels, records and the trailer.
pub(super) fn items(guide: &Guide, outcome: &Outcome) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for at in 0..outcome.table.len() as u32 {
        let segment = outcome.table.segment(&outcome.bytes, at);
        let level = guide.loops().find(|level| {
            let level = (level.is_level() || level.is_record()).then(|| level.trigger()).flatten();
            level.is_some_and(|trigger| {
                trigger.segment_id() == segment.code()
                    && (trigger.qualifiers().is_empty()
                        || trigger.qualifiers().contains(&Code::new(segment.element(3))))
            })
        });
        let entry = match (segment.id(), level) {
            (b"ST", _) => Entry::Header,
            (b"SE", _) => Entry::Trailer,
            (_, Some(record)) if record.is_record() => Entry::Record,
            (_, Some(level)) => Entry::Level(level.id()),
            _ => {
                items.last_mut().expect("a set begins with ST").to += 1;
                continue;
            }
        };
        items.push(Item { from: at, to: at + 1, entry, repeat_base: 0 });
    }
    items
}

/// The same set matched item by item.
pub(super) fn by_items(outcome: &Outcome) -> (Vec<u16>, Findings) {
    let (mut slots, mut findings) = (Vec::new(), Findings::default());
    let input = Input { bytes: &outcome.bytes, segments: &outcome.table, separators: Separators::USUAL };
    let mut matcher = Matcher::new();
    for item in items(outcome.guide, outcome) {
        matcher.match_item(outcome.guide, input, item, &mut slots, &mut findings);
    }
    (slots, findings)
}

#[test]
fn items_match_as_the_whole_set_does() {
    for (id, text) in all_samples().into_iter().filter(|(id, _)| *id != GuideId::Acknowledgement999) {
        let outcome = Outcome::of(id, &text);
        let (slots, findings) = by_items(&outcome);
        assert_eq!(slots, outcome.slots, "{}", id.label());
        assert!(findings.is_empty(), "{}", id.label());
    }
}

#[test]
fn an_item_is_judged_by_itself() {
    let outcome = Outcome::of(GuideId::Professional, &samples::professional());
    let input = Input { bytes: &outcome.bytes, segments: &outcome.table, separators: Separators::USUAL };
    let matched = |item| {
        let (mut slots, mut findings) = (Vec::new(), Findings::default());
        Matcher::new().match_item(outcome.guide, input, item, &mut slots, &mut findings);
        let rule = |finding: &Finding| format!("{} {}", finding.rule, finding.place.loop_id);
        findings.list().iter().map(rule).collect::<Vec<_>>()
    };
    // a level without its claims is whole; a header without its last segments is not
    let level = Entry::Level(Code::new(b"2000A"));
    assert_eq!(matched(Item { from: 6, to: 17, entry: level, repeat_base: 0 }), Vec::<String>::new());
    assert_eq!(matched(Item { from: 0, to: 5, entry: Entry::Header, repeat_base: 0 }), ["LOP101 1000B"]);
    // a record that lost its first segment
    let record = Item { from: 29, to: 100, entry: Entry::Record, repeat_base: 0 };
    assert_eq!(matched(record), ["LOP101 2300"]);
    // the hundredth claim may stand, the next may not
    let record = Item { from: 28, to: 100, entry: Entry::Record, repeat_base: 99 };
    assert_eq!(matched(record), Vec::<String>::new());
    assert_eq!(matched(Item { repeat_base: 100, ..record }), ["LOP102 2300"]);
    // an entry that the guide does not have, and one without segments
    let unknown = Item { from: 6, to: 17, entry: Entry::Level(Code::new(b"2000Z")), repeat_base: 0 };
    assert_eq!(matched(unknown), ["SEG102 "]);
    assert_eq!(matched(Item { from: 9, to: 9, ..record }), Vec::<String>::new());
}

#[test]
fn required_slots_are_known_to_all_loops() {
    // the masks that the matcher goes by say what the slots say
    for id in GuideId::ALL {
        for this in Guide::of(id).loops() {
            let required = this.slots().enumerate().filter(|(_, slot)| slot.usage() == Usage::Required);
            let mask = required.fold(0u64, |mask, (at, _)| mask | 1 << at);
            assert_eq!(
                mask,
                Guide::of(id).tables().loops.iter().find(|row| row.id == this.id()).unwrap().required
            );
        }
    }
}
