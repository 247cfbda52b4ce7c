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

/// Leaves the input of a case that fails where it can be looked at.
struct Kept<'a>(&'a [u8]);

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutated.837");
            let _ = std::fs::write(path, self.0);
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
        let _kept = Kept(&text);
        let run = Run::with("snip", unit, &[("batch.837", &text)]);
        let report = run.verify();
        for why in &run.failed {
            assert!(!why.contains("internal error"), "{why}");
        }
        assert_eq!(report.total(), 0, "{}", report.text());
        assert_eq!(report.unread.len(), run.failed.len(), "{}", report.text());
    }
}

/// Damage that once went wrong.
#[test]
fn damage_of_the_past() {
    // a dependent's level with its subscriber's number: an event that names it stands in the inner one
    let same_number = Damage::Structure(844_489_720, Box::new(Damage::Swap(0, 106_849_347)));
    // an ISA within an interchange, in a wrapped file
    let header_within = Damage::Structure(523_144_466, Box::new(Damage::Swap(0, 567_274_846)));
    for damage in [same_number, header_within] {
        let text = damaged(&[damage], 3);
        for unit in [1, 3000, 1 << 18] {
            Run::with("snip", unit, &[("batch.837", &text)]).assert_proven();
        }
    }
}

/// Two interchanges, cut at every byte, and one cut at every byte with another behind it: all of it is proven.
#[test]
fn two_interchanges_cut_and_glued_at_every_byte() {
    let [first, second] =
        [("000000001", '~'), ("000000002", '\'')].map(|(control, end)| one_claim(control, end));
    let both = [first.as_str(), &second].concat();
    let cut = (1..both.len()).map(|cut| both[..cut].to_owned());
    let glued = (1..first.len()).flat_map(|cut| [&first, &second].map(|next| [&first[..cut], next].concat()));
    let inputs: Vec<(String, String)> =
        cut.chain(glued).enumerate().map(|(at, text)| (format!("{at}.837"), text)).collect();
    // many small files in one run are quicker than as many runs
    for inputs in inputs.chunks(100) {
        let inputs: Vec<(&str, &[u8])> =
            inputs.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        let run = Run::with("snip", 100, &inputs);
        let report = run.verify();
        assert_eq!(report.total(), 0, "{}", report.text());
        assert!(run.failed.iter().all(|why| why.contains("no readable ISA")), "{:?}", run.failed);
    }
}

/// A small interchange with one claim.
fn one_claim(control: &str, terminator: char) -> String {
    let text = format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1200*^*00501*{control}*0*P*:~
GS*HC*S*R*20260302*1200*1*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*1*20260302*1200*CH~
HL*1**20*1~
HL*2*1*22*0~
CLM*A*100~
SE*6*0001~
GE*1*1~
IEA*1*{control}~
"
    );
    text.replace('~', &terminator.to_string())
}

/// Odd files, each in units of one byte and of all.
#[test]
fn odd_files_are_proven() {
    let one = one_claim("000000001", '~');
    let header = &one[..107];
    let within = |at: &str, what: &str| one.replacen(at, &format!("{what}{at}"), 1);
    let odd = [
        // headers in headers, in sets, behind each other
        [header, header, &one].concat(),
        [&header[..50], &one].concat(),
        within("CLM*", header),
        within("CLM*", &header[..60]),
        within("CLM*", "ISA~"),
        within("GE*", header),
        within("IEA*", header),
        [one.as_str(), &header[..105]].concat(),
        [one.trim_end_matches("~\n"), &one].concat(),
        [one.trim_end_matches("~\n"), " \n", &one].concat(),
        [one.trim_end_matches("~\n"), " \n", &one.replace("00501", "00401")].concat(),
        [one.replace("00501", "00401").trim_end_matches("~\n"), " \n", &one].concat(),
        // the same control numbers over and over
        one.repeat(5),
        within("GE*", "ST*837*0001*005010X222A1~\nSE*2*0001~\n"),
        // line ends of all kinds, and many of them
        one.replace("~\n", "\r"),
        one.replace("~\n", "\n\r"),
        one.replace("~\n", "\n"),
        one.replace('~', "~~~~").replace("IEA*1*000000001", &format!("{}IEA*1*000000001", "\n".repeat(300))),
        [one.as_str(), &"\r\n".repeat(200), &one, &"~".repeat(200)].concat(),
        [one.replace("00501", "00401").as_str(), &"\n".repeat(200), &one].concat(),
        // separators that are blanks elsewhere
        one.replace('*', "\t"),
        one.replace('*', "\0"),
        one.replace('~', "\t"),
        one.replace('~', " "),
        one.replace(':', " "),
        one.replace(":~", "\n~"),
        one.replace(":~", "*~"),
        one.replace(":~", "~~"),
        // a huge segment, an endless one
        within("CLM*", &format!("NTE*ADD*{}~", "x".repeat(3 << 20))),
        one.replace("CLM*A*100", &format!("CLM*A*100*{}", "x".repeat(3 << 20))),
        within("CLM*", &format!("NTE*ADD*{}", "x".repeat(1 << 20))),
        [&one[..250], &"x".repeat(3 << 20), &one].concat(),
        // answers and strays
        one.replace("BHT*0019*00", "BHT*0007*11").replace("*837*", "*278*").replace("*HC*", "*HI*"),
        within("ST*", "BHT*0007*11~CLM*X*1~"),
        within("GS*", "CLM*X*1~"),
        within("IEA*", "CLM*X*1~SE*1*1~GE*1*1~"),
        one.replace("GS*HC", "GS*XX"),
        one.replace("GS*HC", "GS*XX").replace("ST*837", "ST*835"),
        one.replace("ST*837", "ST*835"),
    ];
    for (at, text) in odd.iter().enumerate() {
        for unit in [1, 1 << 18] {
            let run = Run::with("snip", unit, &[("batch.837", text.as_bytes())]);
            let report = run.verify();
            assert_eq!(report.total(), 0, "{at}: {}", report.text());
            assert!(run.failed.iter().all(|why| why.contains("no readable ISA")), "{at}: {:?}", run.failed);
        }
    }
}
