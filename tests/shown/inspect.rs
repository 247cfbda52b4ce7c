//! The tree of `inspect`.

use serde_json::Value;

use super::{claimsieve, common, file, said, samples, shown, text};

/// A short dental claim, with an unknown segment and one that stands out of place.
const DENTAL: &[&str] = &[
    "ST*837*0001*005010X224A2",
    "BHT*0019*00*B1*20260701*0410*CH",
    "NM1*41*2*CLEARING*****46*C1",
    "PER*IC*DESK*TE*8315550100",
    "NM1*40*2*PLAN*****46*P1",
    "HL*1**20*1",
    "NM1*85*2*MOLAR*****XX*1000001010",
    "N3*1 MAIN",
    "N4*MERCED*CA*953400001",
    "REF*EI*790000101",
    "HL*2*1*22*0",
    "SBR*P*18*******MC",
    "NM1*IL*1*LAUREL*JUNE****MI*90000110T",
    "NM1*PR*2*PLAN*****PI*P1",
    "CLM*D1*100***11:B:1*Y*A*Y*Y",
    "ZZZ*1*2",
    "NTE*ADD*\u{1b}[31m",
    "LX*1",
    "SV3*AD:D1110*100****1",
    "DTP*472*D8*20260618",
    "SE*21*0001",
];

#[test]
fn a_set_is_a_tree_in_plain_words() {
    let output = shown(&["inspect"], &file("HC", "005010X224A2", DENTAL));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = text(&output);
    assert!(!text.contains('\u{1b}'), "no colors, and no control characters of the input");
    let set = text.lines().position(|line| line == "      Set 0001, 837D").unwrap();
    let heads: Vec<&str> = text.lines().skip(set).filter(|line| line.contains("Loop ")).collect();
    assert_eq!(
        heads,
        [
            "        Loop 1000A submitter",
            "        Loop 1000B receiver",
            "        Loop 2000A billing provider level",
            "          Loop 2010AA billing provider",
            "          Loop 2000B subscriber level",
            "            Loop 2010BA subscriber",
            "            Loop 2010BB payer",
            "            Loop 2300 claim",
            "              Loop 2400 service line",
        ]
    );
    for part in [
        "stdin\n  Interchange 000000007, from SENDER to RECEIVER\n    ISA interchange header\n",
        "    Group 1, kind HC, version 005010X224A2\n      GS group header\n",
        "              CLM claim\n                CLM01   claim id                       D1\n",
        "                CLM05-1 place of service or bill type  11\n",
        "              ZZZ  <-- SEG101 Unknown segment\n                ZZZ01   1\n",
        "                NTE02 description  \\x1B[31m\n",
        "                  SV301-1 ",
        "        SE set trailer\n          SE01 segment count       21\n",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    let painted = super::text(&shown(&["inspect", "--color", "always"], &file("HC", "005010X224A2", DENTAL)));
    assert!(painted.contains("\u{1b}[1mLoop 2300 claim\u{1b}[0m"));
}

#[test]
fn json_is_nested_by_loops() {
    let output = shown(&["inspect", "--format", "json"], &file("HC", "005010X224A2", DENTAL));
    let tree: Value = serde_json::from_slice(&output.stdout).unwrap();
    let inside = |node: &Value, key: &str, value: &str| {
        let all = node["content"].as_array().unwrap();
        all.iter().find(|it| it[key] == value).unwrap_or_else(|| panic!("{key} {value} in {node}")).clone()
    };
    assert_eq!(tree["file"], "stdin");
    let interchange = inside(&tree, "interchange", "000000007");
    assert_eq!((&interchange["sender"], &interchange["receiver"]), (&"SENDER".into(), &"RECEIVER".into()));
    let set = inside(&inside(&interchange, "group", "1"), "set", "0001");
    assert_eq!(set["guide"], "837D");
    let mut claim = set.clone();
    for id in ["2000A", "2000B", "2300"] {
        claim = inside(&claim, "loop", id);
    }
    assert_eq!(claim["name"], "claim");
    let clm = inside(&claim, "segment", "CLM");
    assert_eq!(clm["position"], 15);
    assert_eq!(clm["elements"][0]["value"], "D1");
    let place = &clm["elements"][2]["components"][0];
    assert_eq!((&place["component"], &place["value"]), (&"CLM05-1".into(), &"11".into()));
    assert_eq!(inside(&claim, "segment", "ZZZ")["mark"], "SEG101 Unknown segment");
    assert_eq!(inside(&set, "segment", "SE")["name"], "set trailer");
}

/// Every segment of a tree, put together again from its values.
fn segments(node: &Value, found: &mut Vec<String>) {
    let Some(id) = node["segment"].as_str() else {
        for inner in node["content"].as_array().into_iter().flatten() {
            segments(inner, found);
        }
        return;
    };
    let mut parts = vec![id.to_owned()];
    for element in node["elements"].as_array().unwrap() {
        let number: usize = element["element"].as_str().unwrap()[id.len()..].parse().unwrap();
        parts.resize(number, String::new());
        parts.push(match &element["repetitions"] {
            Value::Array(all) => all.iter().map(value).collect::<Vec<_>>().join("^"),
            _ => value(element),
        });
    }
    found.push(parts.join("*"));
}

fn value(of: &Value) -> String {
    let Some(components) = of["components"].as_array() else {
        return of["value"].as_str().unwrap().to_owned();
    };
    let mut parts: Vec<String> = Vec::new();
    for component in components {
        let number: usize =
            component["component"].as_str().unwrap().rsplit('-').next().unwrap().parse().unwrap();
        parts.resize(number - 1, String::new());
        parts.push(component["value"].as_str().unwrap().to_owned());
    }
    parts.join(":")
}

/// Nothing is lost, whatever is wrong with an input, and wherever it is cut.
#[test]
fn every_segment_is_shown_in_order() {
    for path in samples() {
        let name = path.display();
        let inspect = |unit: &str| {
            let mut command = claimsieve();
            command.args(["inspect", "--format", "json"]).arg(&path).env("CLAIMSIEVE_UNIT_BYTES", unit);
            command.output().unwrap().stdout
        };
        let tree = inspect("262144");
        assert!(tree == inspect("150"), "{name}: it depends on where the input is cut");
        let tree: Value = serde_json::from_slice(&tree).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let input = String::from_utf8_lossy(&bytes);
        // put together with the usual separators, and cut by the terminator alone
        let odd = ["faults", "cut-off", "separators"].iter().any(|it| name.to_string().contains(it));
        if odd {
            continue;
        }
        let mut found = Vec::new();
        segments(&tree, &mut found);
        let trimmed = |segment: &str| segment.trim().trim_end_matches(['*', ':']).to_owned();
        let expected: Vec<String> = input.split('~').map(trimmed).filter(|it| !it.is_empty()).collect();
        let found: Vec<String> = found.iter().map(|segment| trimmed(segment)).collect();
        assert_eq!(found, expected, "{name}");
    }
}

/// What we write ourselves has its place, segment for segment.
#[test]
fn acknowledgements_are_shown_in_their_loops() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let day = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/day");
    common::program::process(&out).arg(&day).output().unwrap();
    for (file, guide, loops) in [
        (
            "structure-faults-837p.999.x12",
            "999",
            &["Loop 2000 set acknowledged", "Loop 2110 element in error"][..],
        ),
        (
            "837p-physicians.277ca.x12",
            "277CA",
            &["Loop 2200D claim status", "Loop 2220D service line status"],
        ),
        (
            "278-requests.278.x12",
            "278 response",
            &["Loop 2000E patient event", "Loop 2000C subscriber level"],
        ),
    ] {
        let output = claimsieve().arg("inspect").arg(out.join(file)).output().unwrap();
        let text = text(&output);
        assert!(text.contains(&format!(", {guide}\n")), "{file}: {}", said(&output));
        assert!(!text.contains("<--"), "{file}: {text}");
        for name in loops {
            assert!(text.contains(name), "{name} in {file}");
        }
    }
}

#[test]
fn sets_without_tables_are_shown_as_segments() {
    let set = ["ST*835*0001", "BPR*I*100*C*ACH", "NM1*QC*1*LAUREL", "SE*4*0001"];
    let text = text(&shown(&["inspect"], &file("HP", "005010X221A1", &set)));
    assert!(text.contains("Set 0001, 835 (no tables for it"), "{text}");
    assert!(text.contains("        BPR\n          BPR01   I\n"), "{text}");
    assert!(text.contains("last or organization name  LAUREL"), "{text}");
}

/// A file that is cut off, with text before it and another interchange inside, is shown as far as it goes.
#[test]
fn damaged_files_are_shown_as_far_as_they_go() {
    let whole = file("HC", "005010X224A2", DENTAL);
    let cut = whole.split("SV3").next().unwrap();
    let text = text(&shown(&["inspect"], &format!("hello {cut}\n{whole}GE*1*9~\n")));
    assert!(text.contains("<-- 6 bytes from byte 0 on belong to no interchange"), "{text}");
    assert_eq!(text.matches("Interchange 000000007").count(), 2, "{text}");
    assert_eq!(text.matches("Loop 2400 service line").count(), 2, "{text}");
    let nothing = shown(&["inspect"], "no X12 at all");
    assert_eq!(nothing.status.code(), Some(3));
    assert!(said(&nothing).contains("no readable ISA"), "{}", said(&nothing));
}
