//! The diagnostics of `check`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{claimsieve, said, samples, text};
use crate::common::{Case, Kind, SURGEON, interchange_of};

const DAY: [&str; 4] = ["--now", "2026-07-01T12:00:00Z", "--profile", "snip"];

fn sample(name: &str) -> std::path::PathBuf {
    samples().into_iter().find(|path| path.ends_with(name)).unwrap()
}

#[test]
fn the_fault_is_printed_and_underlined() {
    let output =
        claimsieve().arg("check").args(DAY).arg(sample("structure-faults-837p.x12")).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let text = text(&output);
    assert!(!text.contains('\u{1b}'), "no colors where nobody sees them");
    for part in [
        "\
reject ELM108: SV101-3 (modifier) in loop 2400 (service line) is 2: its length is 1, at least 2 is asked for.
  --> structure-faults-837p.x12, set 0001, record 20, claim S-ELM108-TOO-SHORT, line 1, byte 5121
      2000A billing provider level > 2000B subscriber level > 2300 claim > 2400 service line
  201 | LX*1~
  202 | SV1*HC:99213:2*95*UN*1***1~
      |              ^ SV101-3 modifier
  203 | DTP*472*D8*20260417~
  found:    2
  expected: 2
  to mend:  Correct the element.

",
        "  75 | SV1*HC:99213*95*UN*1***1~\n     | + DTP should stand here\n  76 | REF*6R*SEG104-NO-DATE-1~\n",
        "\n  29 | SE*12*0007~\n     |    ^^ SE01 segment count\n",
        "      falls with its set, which is shown by itself\n",
    ] {
        assert!(text.contains(part), "{part}\nin\n{text}");
    }
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with("47 records: 7 would be accepted, 40 rejected, 0 refused; findings: "),
        "{last}"
    );
}

#[test]
fn colors_and_cuts_change_nothing_else() {
    for path in samples() {
        let check = |more: &[&str], unit: &str| {
            let mut command = claimsieve();
            command.arg("check").args(DAY).args(more).arg(&path).env("CLAIMSIEVE_UNIT_BYTES", unit);
            text(&command.output().unwrap())
        };
        let plain = check(&["--jobs", "1"], "262144");
        assert_eq!(plain, check(&["--jobs", "2"], "400"), "{}", path.display());
        let painted = check(&["--color", "always"], "262144");
        assert!(painted == plain || painted.contains("\u{1b}["));
        let mut stripped = String::new();
        for (at, part) in painted.split('\u{1b}').enumerate() {
            stripped.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
        }
        assert_eq!(stripped, plain, "{}", path.display());
    }
}

#[test]
fn sarif_says_which_bytes() {
    for path in samples() {
        let mut command = claimsieve();
        command.arg("check").args(DAY).args(["--format", "sarif"]).arg(&path);
        let log: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
        let rules: BTreeSet<&str> = run["tool"]["driver"]["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|rule| rule["id"].as_str().unwrap())
            .collect();
        let input = std::fs::read(&path).unwrap();
        let mut rows = claimsieve();
        let rows = rows.arg("check").args(DAY).args(["--format", "json"]).arg(&path).output().unwrap().stdout;
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), rows.split(|byte| *byte == b'\n').filter(|row| !row.is_empty()).count());
        for result in results {
            assert!(rules.contains(result["ruleId"].as_str().unwrap()), "{result}");
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()), "{result}");
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            let place = &result["locations"][0]["physicalLocation"];
            assert!(place["artifactLocation"]["uri"].is_string(), "{result}");
            let Some(offset) = place["region"]["byteOffset"].as_u64() else { continue };
            let length = place["region"]["byteLength"].as_u64().unwrap();
            let bytes = input.get(offset as usize..(offset + length) as usize).expect("bytes of the input");
            // line breaks inside segments are left out of what is shown
            if let Some(snippet) =
                place["region"]["snippet"]["text"].as_str().filter(|_| !bytes.contains(&b'\n'))
            {
                assert!(
                    snippet.contains(&*String::from_utf8_lossy(bytes)) || snippet.contains("\\x"),
                    "{result}"
                );
            }
        }
    }
}

#[test]
fn an_input_that_cannot_be_read_is_told_of() {
    let output = claimsieve().args(["check", "--format", "sarif", "/no/such/file"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert!(
        invocation["toolExecutionNotifications"][0]["message"]["text"]
            .as_str()
            .unwrap()
            .contains("no such file")
    );
}

/// The fault of an envelope is shown without the claims of other interchanges, which may have other separators.
#[test]
fn other_interchanges_are_not_shown() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("two.x12");
    let claim =
        "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302";
    let sound = String::from_utf8(interchange_of(Kind::Professional, SURGEON, &[Case::of(claim)])).unwrap();
    let other = |text: String| text.replace('~', "'").replace('\n', "");
    let no_date = other(sound.replace("*260302*1200*^", "*269901*1200*^"));
    let cut = sound.replace("IEA*1*000000001~\n", "").replace("*000000001*0*P", "*000000002*0*P");
    for two in [sound.clone() + &no_date, cut.clone() + &other(sound.clone()), other(cut) + &sound] {
        std::fs::write(&path, &two).unwrap();
        let output = claimsieve().arg("check").args(DAY).arg(&path).output().unwrap();
        let text = text(&output);
        assert!(text.contains("ENV"), "{text}");
        for part in ["VANCE", "99213", "J069"] {
            assert!(!text.contains(part), "{part} in\n{text}\nof\n{two}");
        }
    }
}
