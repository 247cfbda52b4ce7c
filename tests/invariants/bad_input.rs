//! Input that is no good, or odd and yet good: a clear message, the right exit status, no panic, nothing under a final name
//! that should not be there, and the other inputs unaffected.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use tempfile::TempDir;

use crate::common::arbitrary::{cases, file};
use crate::common::program::{process, said};
use crate::common::run::{contents, place};
use crate::common::style::isa;
use crate::common::{
    Case, Fate, File, Flavour, Kind, SURGEON, Set, Setup, Style, check, interchange_of, read,
};

fn good() -> Vec<u8> {
    File::simple(Kind::Professional, &[Flavour::Good]).build().bytes
}

/// Inputs that hold nothing to process: status 3, a message that names the file, nothing written, the others done.
#[test]
fn what_is_no_batch_is_refused_with_a_message() {
    let dir = TempDir::new().unwrap();
    let bad: [(&str, &[u8], &str); 7] = [
        ("empty.837", b"", "is empty"),
        ("blank.837", b" \r\n\r\n ", "no readable ISA"),
        (
            "text.837",
            b"Dear claims department,\nplease find enclosed...\nISA will follow.\n",
            "no readable ISA",
        ),
        ("binary.837", &[0, 159, 146, 150, 255, 254, 7, 0, 1], "no readable ISA"),
        ("cut.837", b"ISA*00*          *00*      ", "no readable ISA"),
        ("fragment.837", b"ST*837*0001*005010X222A1~\nSE*2*0001~\n", "no readable ISA"),
        ("page.837", b"<!DOCTYPE html><html><body>404</body></html>", "no readable ISA"),
    ];
    for (name, bytes, says) in bad {
        let paths = place(&dir.path().join("in"), &[(name, bytes), ("good.837", &good())]);
        let out = dir.path().join(name);
        let output = process(&out).args(&paths).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{name}");
        let text = said(&output);
        assert!(text.contains(name) && text.contains(says), "{name}: {text}");
        let written = contents(&out);
        assert!(
            written.keys().all(|file| file.starts_with("good.")
                || !file.contains('.')
                || file == "summary.json"
                || file == "run.json"),
            "{:?}",
            written.keys()
        );
        assert!(written.contains_key("good.accept.x12"));
    }
}

#[test]
fn paths_that_are_no_files() {
    let dir = TempDir::new().unwrap();
    let (inputs, hollow) = (dir.path().join("in"), dir.path().join("hollow"));
    fs::create_dir_all(hollow.join("deeper")).unwrap();
    let good = place(&inputs, &[("good.837", &good())]);
    for (path, says) in [(dir.path().join("missing.837"), "no such file"), (hollow, "holds no input")] {
        let out = TempDir::new().unwrap();
        let output = process(out.path()).arg(&path).args(&good).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert!(said(&output).contains(says), "{}", said(&output));
        assert!(contents(out.path()).contains_key("good.accept.x12"));
    }
}

/// A folder is read to its bottom, in byte order, without what we wrote ourselves.
#[test]
fn a_folder_is_read_whole() {
    let dir = TempDir::new().unwrap();
    let inputs = dir.path().join("in");
    place(&inputs, &[("b.837", &good()), ("A.837", &good()), ("b.accept.x12", b"ours"), ("run.json", b"{}")]);
    place(&inputs.join("deeper/yet"), &[("c.837", &good()), ("b.837", &good())]);
    let ran = Setup::repeating().run_in(&[inputs], &dir.path().join("out"), &claimsieve::pipeline::Silent);
    assert_eq!((ran.status, ran.errors.len()), (0, 0));
    let names: Vec<&str> = ran.files.keys().filter_map(|file| file.strip_suffix(".accept.x12")).collect();
    assert_eq!(names, ["A", "b.837", "c", "deeper__yet__b.837"]);
}

/// An output folder that cannot be had: status 3, and nothing anywhere.
#[test]
fn an_output_folder_that_cannot_be_written() {
    let dir = TempDir::new().unwrap();
    let paths = place(&dir.path().join("in"), &[("a.837", &good())]);
    let file = dir.path().join("file");
    fs::write(&file, "in the way").unwrap();
    for out in [file.clone(), file.join("below"), "/proc/claimsieve".into()] {
        let output = process(&out).args(&paths).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", out.display());
        assert!(said(&output).contains(out.to_str().unwrap()), "{}", said(&output));
    }
    assert_eq!(fs::read(&file).unwrap(), b"in the way");
}

/// A file cut at every byte: nothing panics, and what is cut off is refused, byte for byte.
#[test]
fn a_file_cut_at_every_byte() {
    let whole = good();
    let end = whole.len() - 2;
    for cut in 0..whole.len() {
        let ran = Setup::default().run(&[("a.837", &whole[..cut])]);
        if cut < 106 {
            assert_eq!((ran.status, ran.files.len()), (3, 0), "cut at {cut}");
            continue;
        }
        let outputs = ran.of("a");
        check::all(&whole[..cut], &outputs);
        if cut < end {
            assert_eq!((ran.status, outputs.rules()), (1, vec!["ENV102"]), "cut at {cut}");
            assert_eq!(outputs.refused, whole[..cut], "cut at {cut}");
        } else {
            assert_eq!((ran.status, outputs.rows.len()), (0, 0), "cut at {cut}");
        }
    }
}

/// A segment of 50 MB: its interchange is refused in bounded memory, and the next one is processed.
#[test]
fn a_segment_of_fifty_megabytes() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.837");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    let text = String::from_utf8(good()).unwrap();
    let (before, after) = text.split_at(text.find("HI*").unwrap());
    file.write_all(before.as_bytes()).unwrap();
    file.write_all(b"NTE*ADD*").unwrap();
    for _ in 0..50 {
        file.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    file.write_all(b"~\n").unwrap();
    file.write_all(after.as_bytes()).unwrap();
    file.write_all(&File { base: 70, ..File::simple(Kind::Dental, &[Flavour::Good]) }.build().bytes).unwrap();
    file.flush().unwrap();
    let out = dir.path().join("out");
    let mut command = process(&out);
    command.arg(&path).args(["--jobs", "4"]).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let (begun, mut peak) = (Instant::now(), 0);
    let status = loop {
        // the high-water mark only grows: the last look before the end counts
        peak = peak.max(high_water(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "it hangs");
        std::thread::sleep(Duration::from_millis(2));
    };
    assert_eq!(status.code(), Some(1));
    assert!(peak > 0 && peak < 120 << 10, "{peak} KiB of memory at its peak");
    let files = contents(&out);
    assert_eq!(files["a.refused.x12"].len(), text.len() + (50 << 20) + 10);
    assert_eq!(read::records(&read::interchanges(&files["a.accept.x12"])).len(), 1);
    assert!(String::from_utf8_lossy(&files["a.reasons.csv"]).contains("ENV107"));
}

/// The most memory that a process had so far, in KiB; 0 once it is gone.
fn high_water(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
}

/// Names that end in ISA, a name that is ISA, a segment value that looks like a header.
#[test]
fn isa_in_names_is_no_header() {
    let text = String::from_utf8(good()).unwrap();
    for (from, to) in [
        ("*VANCE*LISA*", "*VANCE*ISA*"),
        ("*VANCE*LISA*", "*ISA*LISA*"),
        ("*VANCE*LISA*", "*FRISA*ISA*"),
        ("3 PIER STREET", "ISA"),
        ("3 PIER STREET", "ISA 3 ISA"),
        ("*HARBOR CLINIC*", "*ISA*"),
    ] {
        for style in [Style::USUAL, Style::ONE_LINE] {
            let changed = text.replacen(from, to, 1).replace("~\n", "\n");
            let bytes = style.dress(&changed);
            let outputs = Setup::default().one(&bytes);
            check::all(&bytes, &outputs);
            assert_eq!((outputs.status, outputs.count("interchanges")), (0, 1), "{to}: {:#?}", outputs.rows);
            assert_eq!(outputs.accept, bytes);
        }
    }
}

/// What harmlessly surrounds interchanges, and what is told of.
#[test]
fn what_surrounds_interchanges() {
    let (a, b) =
        (good(), File { base: 10, ..File::simple(Kind::Institutional, &[Flavour::Good]) }.build().bytes);
    let bom = b"\xef\xbb\xbf".as_slice();
    for (before, between, after, rules) in [
        (bom, b"".as_slice(), b"".as_slice(), vec![]),
        (b"\r\n \t\r\n", b"\r\n\r\n", b"\x1a", vec![]),
        (b"\0\0", b"\0\0\0\0", b"\0\0\0\0\0", vec![]),
        (b"", b"END OF BATCH\r\n", b"", vec!["ENV112"]),
        (b"//JOB CARD\n", b"", b"trailer", vec!["ENV112"]),
    ] {
        let bytes = [before, &a, between, &b, after].concat();
        let outputs = Setup::default().one(&bytes);
        check::all(&bytes, &outputs);
        assert_eq!((outputs.status, outputs.rules()), (0, rules));
        assert_eq!(outputs.count("interchanges"), 2);
    }
}

/// Interchanges of all styles in one file.
#[test]
fn separators_may_differ_from_interchange_to_interchange() {
    let flavours = [Flavour::Good, Flavour::NoNumber];
    let file = File {
        interchanges: Style::ALL
            .into_iter()
            .flat_map(|style| File::simple(Kind::Professional, &flavours).in_style(style).interchanges)
            .collect(),
        base: 0,
    };
    let built = file.build();
    let outputs = Setup::default().one(&built.bytes);
    check::all(&built.bytes, &outputs);
    assert_eq!(outputs.fates(), built.fates);
    assert_eq!(outputs.count("records/rejected"), Style::ALL.len() as u64);
}

/// Bytes that are no UTF-8, and characters outside the basic set, leave as they came.
#[test]
fn foreign_characters_are_kept() {
    let claim =
        "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302";
    let text = interchange_of(Kind::Professional, SURGEON, &[Case::of(claim)]);
    for name in [&b"PE\xd1A"[..], "PEÑA".as_bytes(), b"\x80\xfe\xff", b"a`b|c"] {
        let at = text.windows(5).position(|window| window == b"VANCE").unwrap();
        let bytes = [&text[..at], name, &text[at + 5..]].concat();
        let outputs = Setup::default().one(&bytes);
        check::all(&bytes, &outputs);
        assert_eq!((outputs.status, &outputs.accept), (0, &bytes));
    }
}

/// An edit of a file: at some byte, some bytes taken away and some put in.
fn edit() -> impl Strategy<Value = (Index, usize, Vec<u8>)> {
    let bytes = prop_oneof![
        Just(b"~".to_vec()),
        Just(b"*".to_vec()),
        Just(b":".to_vec()),
        Just(b"\n".to_vec()),
        Just(Vec::new()),
        Just(b"~CLM*X*1~".to_vec()),
        Just(b"~HL*9*8*23*0~".to_vec()),
        Just(b"~ST*837*0009*005010X222A1~".to_vec()),
        Just(b"~SE*1*0009~".to_vec()),
        Just(b"~GE*1*1~".to_vec()),
        Just(b"~GS*HC*A*B*20260101*1200*5*X*005010X222A1~".to_vec()),
        Just(b"~IEA*1*000000001~".to_vec()),
        Just([b"~", isa(77).as_bytes(), b"~"].concat()),
        proptest::collection::vec(any::<u8>(), 1..6),
    ];
    (any::<Index>(), prop_oneof![3 => Just(0usize), 2 => 1usize..4, 1 => 4usize..400], bytes)
}

fn edited(mut bytes: Vec<u8>, edits: &[(Index, usize, Vec<u8>)]) -> Vec<u8> {
    for (at, taken, put) in edits {
        let at = at.index(bytes.len() + 1);
        let to = (at + taken).min(bytes.len());
        bytes.splice(at..to, put.iter().copied());
    }
    bytes
}

/// Leaves the input of a case that fails where it can be looked at.
struct Kept<'a>(&'a [u8]);

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("damaged.837");
            let _ = fs::write(path, self.0);
        }
    }
}

proptest! {
    #![proptest_config(cases(150))]

    /// Whatever is done to a file, its records are in one place each, as they came, with their reasons.
    #[test]
    fn damage_loses_nothing(file in file(), edits in proptest::collection::vec(edit(), 1..4)) {
        let bytes = edited(file.build().bytes, &edits);
        let _kept = Kept(&bytes);
        let ran = Setup { unit_bytes: 3000, ..Setup::default() }.run(&[("a.837", &bytes)]);
        prop_assert!(ran.errors.iter().all(|error| !error.contains("internal error")), "{:?}", ran.errors);
        if ran.errors.is_empty() {
            let view_of = ran.of("a");
            let view = check::View::new(&bytes, &view_of);
            view.conserved();
            view.faithful_but_for_levels();
            view.agrees();
        }
    }

    /// Any bytes behind an ISA.
    #[test]
    fn any_bytes_are_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..2000), jobs in 1usize..3) {
        let bytes = [isa(1).as_bytes(), b"~", &bytes].concat();
        let ran = Setup { jobs, unit_bytes: 50, ..Setup::default() }.run(&[("a.837", &bytes), ("b.837", &good())]);
        prop_assert!(ran.errors.is_empty(), "{:?}", ran.errors);
        prop_assert_eq!(ran.of("b").fates().into_values().collect::<Vec<_>>(), [Fate::Accept]);
    }
}

/// A second header that is none, within a set: the claims behind it are still the set's.
#[test]
fn a_header_that_cannot_be_read_within_a_set_ends_nothing() {
    let good = good();
    let at = good.windows(4).position(|window| window == b"PRV*" || window == b"NM1*").unwrap();
    for header in ["ISA~", "ISA*00~", "ISA*00*          *00*~"] {
        let bytes = [&good[..at], header.as_bytes(), &good[at..]].concat();
        let ran = Setup::default().run(&[("a.837", &bytes)]);
        assert_eq!(ran.errors, [""; 0], "{header}");
        assert_eq!(ran.of("a").fates().len(), 1, "{header}");
    }
}

/// What a header must not hold: its own separators, or a line break that also ends segments. It is refused with what follows it
/// up to the next one, and not written in part.
#[test]
fn a_header_with_separators_inside_is_refused() {
    let (good, rest) =
        (good(), File { base: 10, ..File::simple(Kind::Institutional, &[Flavour::Good]) }.build().bytes);
    let ended = |terminator: &str| String::from_utf8(good.clone()).unwrap().replace("~\n", terminator);
    for bad in [
        ended("~\n").replacen("BAYBILLING ", "BAYBILLING~", 1),
        ended("~\n").replacen("BAYBILLING ", "BAYBILLING*", 1),
        ended("~\n").replacen("*^*", "*~*", 1),
        ended("\n").replacen("ISA*", "I\nSA*", 1),
        ended("\r\n").replacen("ISA*", "IS\r\nA*", 1),
        ended("\n").replacen("*P*:", "*P*\n:", 1),
    ] {
        let bytes = [bad.as_bytes(), &rest].concat();
        let outputs = Setup { unit_bytes: 50, ..Setup::default() }.one(&bytes);
        check::all(&bytes, &outputs);
        assert_eq!((outputs.status, outputs.rules()), (1, vec!["ENV101"]), "{bad}");
        assert_eq!((outputs.refused, outputs.accept), (bad.into_bytes(), rest.clone()));
    }
}

/// A wrapped file may break just before ISA16.
#[test]
fn a_header_may_be_wrapped_before_its_last_element() {
    let text = String::from_utf8(good()).unwrap().replace("~\n", "~");
    for line_break in ["\n", "\r\n", "\r"] {
        let bytes = text.replacen("*P*:", &format!("*P*{line_break}:"), 1).into_bytes();
        let outputs = Setup::default().one(&bytes);
        check::all(&bytes, &outputs);
        assert_eq!((outputs.status, &outputs.accept), (0, &bytes), "{line_break:?}");
    }
}

/// Many thousands of faults in one claim: a hundred rows, exact counts.
#[test]
fn a_flood_of_faults_is_counted() {
    let good = good();
    let at = good.windows(3).position(|window| window == b"HI*").unwrap();
    let bytes = [&good[..at], "ZZZ*1~".repeat(10_000).as_bytes(), &good[at..]].concat();
    // the set's count of segments is wrong by them too
    let outputs = Setup::with_profile("[rules]\nSET103 = \"warn\"\n").one(&bytes);
    let rows = outputs.rows.iter().filter(|row| row.rule == "SEG101").count();
    assert_eq!((outputs.status, rows), (1, 100));
    assert_eq!(outputs.count("findings/SEG101/reject"), 10_000);
    assert_eq!(outputs.count("findings_not_shown/SEG101/reject"), 9_900);
}

/// Many small sets in one group: their control numbers are all told apart.
#[test]
fn many_sets_in_one_group() {
    let file = File::of(Kind::Dental, vec![Set::with(&[Flavour::Good]); 300]);
    let outputs = Setup::default().one(&file.build().bytes);
    assert_eq!((outputs.status, outputs.count("transactions")), (0, 300));
}
