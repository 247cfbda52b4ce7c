//! Batches damaged at random: whatever comes in, nothing may be lost, changed or contradicted.

use proptest::prelude::*;

use crate::runs::Run;
use crate::samples::{mixed, restyled};

/// One damage to a batch of segments.
#[derive(Clone, Debug)]
enum Damage {
    Drop(usize),
    Double(usize),
    Swap(usize, usize),
    /// Puts a copy of a segment somewhere else.
    Copy(usize, usize),
    /// Sets an element of a segment to something.
    Element(usize, usize, String),
    /// Puts a text in, at a byte.
    Insert(usize, String),
    /// Ends the file at a byte.
    Cut(usize),
    /// The same at one of the segments that carry structure.
    Structure(usize, Box<Damage>),
}

fn element() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("0".to_owned()),
        "[0-9]{1,2}",
        prop_oneof![Just("20"), Just("21"), Just("22"), Just("23"), Just("EV"), Just("SS"), Just("ev")]
            .prop_map(str::to_owned),
        prop_oneof![Just("837"), Just("278"), Just("835"), Just("HC"), Just("HI"), Just("11"), Just("13")]
            .prop_map(str::to_owned),
        "[A-Z]{1,3}",
    ]
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = || any::<prop::sample::Index>().prop_map(|index| index.index(1 << 30));
    let plain = prop_oneof![
        2 => place().prop_map(Damage::Drop),
        2 => place().prop_map(Damage::Double),
        1 => (place(), place()).prop_map(|(a, b)| Damage::Swap(a, b)),
        2 => (place(), place()).prop_map(|(a, b)| Damage::Copy(a, b)),
        4 => (place(), 0..6usize, element()).prop_map(|(a, n, text)| Damage::Element(a, n, text)),
        1 => (place(), prop_oneof![
                Just("~"), Just("*"), Just(":"), Just("\n"), Just("\r\n"), Just(" "), Just("ISA"), Just("\u{0}"),
                Just("~~"), Just("HL*9*1*22*0~\n"), Just("CLM*X*1~\n"), Just("ST*837*7~\n"), Just("SE*1*7~\n"),
                Just("IEA*1*000000001~\n"), Just("GS*HC*A*B*20260101*1200*77*X*005010X222A1~\n"), Just("GE*1*77~\n"),
                Just("BHT*0007*11*X~\n"), Just("LX*1\r\n"),
            ]).prop_map(|(a, text)| Damage::Insert(a, text.to_owned())),
        1 => place().prop_map(Damage::Cut),
    ]
    .boxed();
    prop_oneof![
        2 => plain.clone(),
        3 => (place(), plain).prop_map(|(a, damage)| Damage::Structure(a, Box::new(damage))),
    ]
}

/// Whether a segment carries structure.
fn is_structure(segment: &str) -> bool {
    ["ISA", "GS", "ST", "BHT", "HL", "CLM", "TRN", "SE", "GE", "IEA"]
        .iter()
        .any(|id| segment.trim_start().starts_with(id))
}

fn apply(segments: &mut Vec<String>, damage: &Damage) {
    if segments.is_empty() {
        return;
    }
    let count = segments.len();
    match damage {
        Damage::Drop(at) => drop(segments.remove(at % count)),
        Damage::Double(at) => segments.insert(at % count, segments[at % count].clone()),
        Damage::Swap(a, b) => segments.swap(a % count, b % count),
        Damage::Copy(from, to) => segments.insert(to % count, segments[from % count].clone()),
        Damage::Element(at, n, text) => {
            let segment = &mut segments[at % count];
            let mut elements: Vec<&str> = segment.split('*').collect();
            let n = n % elements.len();
            elements[n] = text;
            *segment = elements.join("*");
        }
        Damage::Insert(at, text) => {
            let segment = &mut segments[at % count];
            let at = at % (segment.len() + 1);
            if segment.is_char_boundary(at) {
                segment.insert_str(at, text);
            }
        }
        Damage::Cut(at) => segments.truncate(at % count + 1),
        Damage::Structure(at, damage) => {
            let places: Vec<usize> = (0..count).filter(|at| is_structure(&segments[*at])).collect();
            let Some(place) = places.get(at % places.len().max(1)).copied() else { return };
            let damage = match (**damage).clone() {
                Damage::Drop(_) => Damage::Drop(place),
                Damage::Double(_) => Damage::Double(place),
                Damage::Swap(_, to) => Damage::Swap(place, places[to % places.len()]),
                Damage::Copy(_, to) => Damage::Copy(place, to),
                Damage::Element(_, n, text) => Damage::Element(place, n, text),
                // a number of segments, so that the segment is the one meant
                Damage::Insert(at, text) => Damage::Insert(at / count * count + place, text),
                Damage::Cut(_) => Damage::Cut(place),
                other @ Damage::Structure(..) => other,
            };
            apply(segments, &damage);
        }
    }
}

fn damaged(damages: &[Damage], style: usize) -> Vec<u8> {
    let mut segments: Vec<String> =
        [mixed(1), mixed(2)].concat().split_inclusive("~\n").map(str::to_owned).collect();
    for damage in damages {
        apply(&mut segments, damage);
    }
    let text = segments.concat();
    match style {
        0 => text.into_bytes(),
        1 => restyled(&text, ['|', '>', '\n'], "").into_bytes(),
        2 => restyled(&text, ['*', ':', '~'], "").into_bytes(),
        _ => {
            let text = text.replace('\n', "").into_bytes();
            text.chunks(80).collect::<Vec<_>>().join(&b"\r\n"[..])
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(
        std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
    ) })]

    #[test]
    fn damaged_batches_are_processed_and_proven(
        damages in prop::collection::vec(damage(), 1..5),
        style in 0..4usize,
        unit in prop_oneof![Just(1usize), Just(400), Just(3000), Just(1 << 18)],
    ) {
        let text = damaged(&damages, style);
        let run = Run::with("snip", unit, &[("batch.837", &text)]);
        let report = run.verify();
        for why in &run.failed {
            prop_assert!(!why.contains("internal error"), "{why}");
        }
        prop_assert_eq!(report.total(), 0, "{}", report.text());
        prop_assert_eq!(report.unread.len(), run.failed.len(), "{}", report.text());
    }
}

/// Damage that once went wrong.
#[test]
fn damage_of_the_past() {
    // a dependent's level with its subscriber's number: an event that names it stands in the inner one
    let same_number = Damage::Structure(844_489_720, Box::new(Damage::Swap(0, 106_849_347)));
    let text = damaged(&[same_number], 3);
    for unit in [1, 3000, 1 << 18] {
        Run::with("snip", unit, &[("batch.837", &text)]).assert_proven();
    }
}
