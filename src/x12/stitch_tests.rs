use proptest::prelude::*;

use super::Stitcher;
use crate::x12::samples::{SET, SHAPES, good, group, isa};
use crate::x12::survey::{Limits, Survey, Surveyor};
use crate::x12::{Cutter, Item, ItemKind, Shape, StructuralIndex, Unit, grammar};

/// An item with its bytes, and with the bytes of what was open around it.
#[derive(Debug, PartialEq, Clone)]
struct Seen {
    kind: ItemKind,
    number: u64,
    before: u32,
    beside_records: bool,
    offset: u64,
    position: u32,
    answer: bool,
    raw: String,
    path: Vec<(u64, u32, String)>,
}

/// Cuts one interchange into units of about `target` bytes and lists every item: the same whether it is known that all sets have
/// one shape or not.
fn items(text: &[u8], target: usize, limit: usize) -> Vec<Seen> {
    let survey = survey(text);
    let seen = items_of(text, &survey, None, target, limit);
    if let Some(shape) = survey.shape.one() {
        assert_eq!(items_of(text, &survey, Some(shape), target, limit), seen);
    }
    seen
}

fn items_of(
    text: &[u8],
    survey: &Survey,
    shape: Option<&'static Shape>,
    target: usize,
    limit: usize,
) -> Vec<Seen> {
    let isa = grammar::isa(text).expect("an ISA");
    let mut cutter = Cutter::new(SHAPES, &isa, target, limit).of_one_shape(shape);
    let set_aside = survey.set_aside.iter().map(|group| group.group).collect();
    let mut stitcher = Stitcher::new(SHAPES, set_aside, StructuralIndex);
    let mut seen = Vec::new();
    let (mut from, mut number) = (0, 0);
    let mut unit = Unit::default();
    while from < text.len() {
        // a reader that gives more and more bytes
        let mut to = from;
        let length = loop {
            to = (to + 50).min(text.len());
            if let Some(length) = cutter.cut(&text[from..to], to == text.len()) {
                break length;
            }
        };
        unit.reset(number, from as u64, isa.separators).extend_from_slice(&text[from..from + length]);
        from += length;
        number += 1;
        unit.ends_interchange = from == text.len();
        unit.index(&StructuralIndex);
        stitcher.stitch(&mut unit);
        collect(&unit, &mut seen);
    }
    seen
}

fn survey(text: &[u8]) -> Survey {
    let mut surveyor = Surveyor::new(SHAPES, Limits::default());
    surveyor.scan(text, true);
    surveyor.finish()
}

fn depth(item: &Item) -> usize {
    match item.kind {
        ItemKind::Interchange | ItemKind::InterchangeTrailer => 0,
        ItemKind::Group | ItemKind::GroupTrailer | ItemKind::Aside => 1,
        ItemKind::Header | ItemKind::Trailer => 2,
        ItemKind::Level(level) => 3 + usize::from(level),
        _ => 10,
    }
}

fn collect(unit: &Unit, seen: &mut Vec<Seen>) {
    let mut path: Vec<(usize, (u64, u32, String))> = Vec::new();
    for item in &unit.items {
        let raw = String::from_utf8_lossy(unit.raw(item.from, item.to)).into_owned();
        let ends = depth(item).min(3 + usize::from(item.leaves));
        path.retain(|(at, _)| *at < ends);
        if !item.carried {
            seen.push(Seen {
                kind: item.kind,
                number: item.number,
                before: item.before,
                beside_records: item.beside_records,
                offset: item.offset,
                position: item.position,
                answer: item.answer,
                raw: raw.clone(),
                path: path.iter().map(|(_, open)| open.clone()).collect(),
            });
        }
        path.push((depth(item), (item.offset, item.position, raw)));
    }
}

fn authorizations() -> String {
    let set = |purpose: &str, number: &str| {
        format!(
            "ST*278*{number}*005010X217~BHT*0007*{purpose}*1*20260302*1200~HL*1**20*1~HL*2*1*21*1~HL*3*2*22*1~HL*4*3*EV*1~TRN*1*A~HL*5*4*SS*0~SV1*HC:97110~HL*6*4*SS*0~HL*7*3*EV*0~SE*12*{number}~"
        )
    };
    let aside = "GS*HP*S*R*20260302*1200*9*X*005010X221A1~ST*835*1~CLP*1~CLP*2~HL*1**20~SE*5*1~GE*1*9~";
    format!(
        "{}GS*HI*SUB*PLAN*20260302*1200*1*X*005010X217~{}{}GE*2*1~{aside}IEA*2*000000001~",
        isa("1"),
        set("13", "0001"),
        set("11", "0002")
    )
}

#[test]
fn items_have_their_numbers_places_and_context() {
    let text = format!("{}{}IEA*1*000000001~\n", isa("1"), group(&[SET, SET].concat(), 2));
    let seen = items(text.as_bytes(), usize::MAX, usize::MAX);
    let records: Vec<_> = seen.iter().filter(|item| item.kind == ItemKind::Record).collect();
    assert_eq!(
        records.iter().map(|r| (r.number, r.before, r.position)).collect::<Vec<_>>(),
        [(1, 0, 5), (2, 1, 7), (3, 0, 10), (4, 0, 5), (5, 1, 7), (6, 0, 10)]
    );
    for item in &seen {
        assert!(text[item.offset as usize..].starts_with(&item.raw), "{item:?}");
    }
    let path: Vec<&str> = records[2].path.iter().map(|(_, _, raw)| &raw[..3]).collect();
    assert_eq!(path, ["ISA", "GS*", "ST*", "HL*", "HL*", "HL*"]);
    let all: String = seen.iter().map(|item| item.raw.as_str()).collect();
    assert_eq!(all, text);
}

#[test]
fn a_level_knows_whether_records_stand_in_the_level_around_it() {
    // two patients behind the claims of the first subscriber; the patient of the second one has no such neighbours
    let own = "CLM*B*50.5~\n";
    let set = SET.replace(own, &format!("{own}HL*8*2*23*0~\nCLM*D*1~\nHL*9*2*23*0~\nCLM*E*1~\n"));
    let text = format!("{}{}IEA*1*000000001~\n", isa("1"), group(&set, 1));
    for target in [1, 60, usize::MAX] {
        let seen = items(text.as_bytes(), target, usize::MAX);
        let levels = seen.iter().filter(|item| item.raw.starts_with("HL*"));
        let beside: Vec<(&str, bool)> = levels.map(|item| (&item.raw[..4], item.beside_records)).collect();
        let expected = ["HL*1", "HL*2", "HL*8", "HL*9", "HL*3", "HL*4"];
        assert_eq!(beside, expected.map(|level| (level, matches!(level, "HL*8" | "HL*9"))), "{target}");
    }
}

#[test]
fn authorization_records_hold_their_services() {
    let text = authorizations();
    let seen = items(text.as_bytes(), 1, usize::MAX);
    let records: Vec<_> = seen.iter().filter(|item| item.kind == ItemKind::Record).collect();
    assert_eq!(records.len(), 4);
    assert_eq!(records[0].raw, "HL*4*3*EV*1~TRN*1*A~HL*5*4*SS*0~SV1*HC:97110~HL*6*4*SS*0~");
    assert_eq!(
        records.iter().map(|r| (r.number, r.answer)).collect::<Vec<_>>(),
        [(1, false), (2, false), (0, true), (0, true)]
    );
    assert!(seen.iter().any(|item| item.kind == ItemKind::Aside && item.raw.contains("CLP*2")));
}

#[test]
fn an_event_of_the_subscriber_stands_outside_of_the_dependents_before_it() {
    let text = authorizations().replace("HL*4*3*EV*1~", "HL*4*3*23*1~HL*5*4*EV*0~HL*6*3*EV*0~HL*7*3*EV*1~");
    for target in [1, usize::MAX] {
        let seen = items(text.as_bytes(), target, usize::MAX);
        let records: Vec<_> = seen.iter().filter(|item| item.kind == ItemKind::Record).collect();
        let above = |record: &Seen| record.path.last().map(|(_, _, raw)| raw[..9].to_owned()).unwrap();
        assert_eq!(
            records[..3].iter().map(|r| above(r)).collect::<Vec<_>>(),
            ["HL*4*3*23", "HL*3*2*22", "HL*3*2*22"]
        );
    }
}

#[test]
fn a_claim_among_authorizations_cuts_none_of_them() {
    let text = authorizations().replace("SV1*HC:97110~", "CLM*A*1~SV1*HC:97110~");
    let whole = items(text.as_bytes(), usize::MAX, usize::MAX);
    for target in [1, 150, 400] {
        let cut = items(text.as_bytes(), target, usize::MAX);
        let records = |seen: &[Seen]| {
            seen.iter()
                .filter(|item| item.kind == ItemKind::Record)
                .map(|item| item.raw.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(records(&cut), records(&whole));
        assert!(cut.iter().all(|item| item.kind != ItemKind::Continued));
    }
}

/// What survey and stitcher count must be the same, or a run stops.
#[test]
fn survey_and_stitcher_know_the_same_records() {
    let text = authorizations();
    for (from, to) in [
        ("EV", "ev"),
        ("*EV*1", "**1"),
        ("BHT*0007*13", "REF*X~BHT*0007*11"),
        ("BHT*0007*13*1*20260302*1200~", "BHT*0007*13~BHT*0007*11~"),
        ("TRN*1*A~", "BHT*0007*11~"),
    ] {
        let text = text.replacen(from, to, 1);
        let mut surveyor = Surveyor::new(SHAPES, Limits::default());
        surveyor.scan(text.as_bytes(), true);
        let survey = surveyor.finish();
        let seen = items(text.as_bytes(), 1, usize::MAX);
        let count = |answer| {
            let is_record = |item: &&Seen| item.kind == ItemKind::Record && item.answer == answer;
            seen.iter().filter(is_record).count() as u64
        };
        assert_eq!((count(false), count(true)), (survey.records, survey.answers), "{from} -> {to}");
    }
}

#[test]
fn a_record_over_the_limit_is_cut_anywhere() {
    let text = good("1").replace("HI*ABK:E109~", &"NTE*ADD*X~".repeat(40));
    let seen = items(text.as_bytes(), 64, 128);
    let of_first: String = seen
        .iter()
        .filter(|item| item.number == 1 && matches!(item.kind, ItemKind::Record | ItemKind::Continued))
        .map(|item| item.raw.as_str())
        .collect();
    assert!(of_first.starts_with("CLM*A*100~") && of_first.matches("NTE").count() == 40);
    let all: String = seen.iter().map(|item| item.raw.as_str()).collect();
    assert_eq!(all, text);
}

proptest! {
    #[test]
    fn units_of_any_size_hold_the_same_items(target in 1usize..700, wrap in 0usize..90, which in 0u8..2, crlf in any::<bool>()) {
        let mut text = if which == 0 {
            format!("{}{}IEA*1*000000001~\n", isa("1"), group(&[SET, SET].concat(), 2))
        } else {
            authorizations()
        };
        if crlf { text = text.replace('\n', "\r\n"); }
        let mut bytes = text.into_bytes();
        if wrap > 5 {
            bytes.retain(|b| !matches!(b, b'\r' | b'\n'));
            bytes = bytes.chunks(wrap).collect::<Vec<_>>().join(&b'\n');
        }
        let whole = items(&bytes, usize::MAX, usize::MAX);
        let cut = items(&bytes, target, usize::MAX);
        // what is set aside is cut where it comes, since nobody looks into it
        let ours = |items: &[Seen]| items.iter().filter(|item| item.kind != ItemKind::Aside).cloned().collect::<Vec<_>>();
        prop_assert_eq!(ours(&whole), ours(&cut));
        let all: String = cut.iter().map(|item| item.raw.as_str()).collect();
        prop_assert_eq!(all.as_bytes(), &bytes[..]);
        for item in &cut {
            prop_assert!(bytes[item.offset as usize..].starts_with(item.raw.as_bytes()));
        }
    }

    #[test]
    fn broken_text_is_never_lost(target in 1usize..400, edits in proptest::collection::vec((106usize..800, any::<u8>()), 1..6)) {
        let mut bytes = good("1").into_bytes();
        for (at, byte) in edits { if let Some(place) = bytes.get_mut(at) { *place = byte; } }
        let cut = items(&bytes, target, usize::MAX);
        let all: Vec<u8> = items_raw(&bytes, target);
        prop_assert_eq!(all.len(), bytes.len());
        prop_assert!(!cut.is_empty());
    }
}

/// The raw bytes of all items of an interchange, one after the other.
fn items_raw(text: &[u8], target: usize) -> Vec<u8> {
    items(text, target, usize::MAX)
        .iter()
        .flat_map(|item| {
            let from = item.offset as usize;
            let next = from + raw_len(text, item);
            text[from..next].to_vec()
        })
        .collect()
}

/// Length of an item in the input: its text may hold bytes that are no UTF-8.
fn raw_len(text: &[u8], item: &Seen) -> usize {
    (1..=text.len())
        .find(|n| String::from_utf8_lossy(&text[item.offset as usize..item.offset as usize + n]) == item.raw)
        .unwrap()
}
