//! Runs that nobody touched must be proven, whatever came in.

use std::io::Write as _;

use claimsieve::generate::{Batch, Kind};

use crate::runs::Run;
use crate::samples::{
    Bad, Good, Maker, Subscriber, claims_group, families, group, interchange, mixed, restyled, reviews,
};

#[test]
fn claims_of_families_stand_in_both_files() {
    let text = mixed(1);
    for unit in [1, 700, 1 << 18] {
        let run = Run::with("snip", unit, &[("batch.837", text.as_bytes())]);
        let report = run.assert_proven();
        assert_eq!(report.status(), 0, "{}", report.text());
        let [read, accepted, rejected, refused] = run.records;
        assert_eq!([read, accepted, rejected, refused], [45, 24, 21, 0], "{}", run.output("reasons.csv"));
        assert_eq!([report.counted.records, report.counted.accepted], [read, accepted]);
        assert!(report.counted.places > 0 && report.counted.levels > 40);
    }
}

#[test]
fn the_report_is_a_line_an_invariant() {
    let report = Run::of(&mixed(1)).verify();
    let text = report.text();
    assert!(text.starts_with("conservation: 45 records: "), "{text}");
    for word in ["faithfulness: 2 interchanges", "agreement: ", "locality: ", "Proven for 1 input."] {
        assert!(text.contains(word), "{word} in\n{text}");
    }
}

#[test]
fn generated_batches() {
    for (claims, claims_per_set) in [(300, None), (120, Some(7)), (1, None), (0, None)] {
        let mut text = Vec::new();
        let batch = Batch {
            reject_rate: 0.2,
            patient_share: 0.4,
            claims_per_set,
            sets_per_group: claims_per_set.map(|_| 3),
            groups_per_interchange: claims_per_set.map(|_| 2),
            ..Batch::new(Kind::Professional, claims, 5)
        };
        batch.write_to(&mut text).unwrap();
        let run = Run::with("alliance-ccs", 20_000, &[("batch.837", &text)]);
        run.assert_proven();
        assert_eq!(run.records[0], claims);
        assert!(claims < 2 || run.records[1] > 0 && run.records[2] > 0);
    }
}

#[test]
fn interchanges_of_different_delimiters_and_what_lies_between() {
    let parts = [
        "\u{feff}".to_owned(),
        mixed(1),
        "\r\n \nsome junk\r\n".to_owned(),
        restyled(&mixed(2), ['|', '>', '\''], "\r\n"),
        restyled(&mixed(3), ['+', '<', '\n'], ""),
        restyled(&mixed(4), ['*', ':', '~'], ""),
        restyled(&mixed(5), ['\u{1d}', '\u{1f}', '\u{1c}'], "\n"),
        "end of transmission".to_owned(),
    ];
    let text = parts.concat();
    for unit in [300, 1 << 18] {
        let run = Run::with("snip", unit, &[("batch.837", text.as_bytes())]);
        let report = run.assert_proven();
        assert_eq!((run.records[0], run.records[3]), (5 * 45, 0));
        assert_eq!(report.counted.interchanges, 10);
    }
}

#[test]
fn a_wrapped_file() {
    let text = mixed(1).replace('\n', "");
    for width in [11, 80] {
        let lines: Vec<&[u8]> = text.as_bytes().chunks(width).collect();
        let run = Run::with("snip", 500, &[("batch.837", &lines.join(&b"\r\n"[..]))]);
        run.assert_proven();
        assert_eq!(run.records[0], 45);
    }
}

#[test]
fn refused_interchanges() {
    let good = mixed(1);
    let cut = good.replace("IEA*3*000000001~\n", "");
    let wrong_version = mixed(2).replace("*00501*", "*00401*");
    let unreadable = mixed(3).replacen("ISA*00*   ", "ISA*00*  ", 1);
    let two_controls = mixed(4).replace("IEA*3*000000004", "IEA*3*000000009");
    let stray = mixed(5).replacen("GE*2*11~", "GE*2*11~\nREF*X*1~", 1);
    for (parts, refused) in [
        (vec![&cut, &good], 45),
        (vec![&good, &wrong_version, &unreadable, &good], 45),
        (vec![&unreadable], 0),
        (vec![&wrong_version, &two_controls, &stray], 3 * 45),
        (vec![&good, &cut], 45),
    ] {
        let text: String = parts.into_iter().map(String::as_str).collect();
        let run = Run::with("snip", 600, &[("batch.837", text.as_bytes())]);
        if run.failed.is_empty() {
            run.assert_proven();
            assert_eq!(run.records[3], refused, "{:?}", run.records);
        } else {
            assert_eq!(run.verify().status(), 3);
        }
    }
}

#[test]
fn set_aside_groups_and_claims_in_wrong_groups() {
    let mut maker = Maker::default();
    let remittance =
        group("HP", "7", "005010X221A1", &["ST*835*0001~\nCLP*NONE*1~\nSE*3*0001~\n".to_owned()]);
    let claims = claims_group("8", &[families(&mut maker, "0001")]);
    let odd = group("XX", "9", "005010X222A1", &[families(&mut maker, "0001")]);
    let misplaced = group("HC", "10", "005010X217", &[reviews(&mut maker, "0001")]);
    let text = interchange(1, &[remittance.clone(), claims, odd, misplaced, remittance]);
    let run = Run::of(&text);
    run.assert_proven();
    assert!(run.output("summary.json").contains("\"set_aside\": 2"));
    assert_eq!(run.records[0], 18 + 18 + 6);
}

/// A claim that stands where no claims are is in one of the outputs all the same, and counted.
#[test]
fn claims_among_others_are_not_lost() {
    let claim = "CLM*ASTRAY*12.50***11:B:1*Y*A*Y*Y~\n";
    let requests = |at: &str| reviews(&mut Maker::default(), "0001").replacen(at, &format!("{claim}{at}"), 1);
    for (kind, version, set, fate) in [
        // rejected with its set
        ("HI", "005010X217", requests("HL*1*"), 2),
        ("HI", "005010X217", requests("HL*4*"), 2),
        ("HI", "005010X217", requests("SE*"), 2),
        // refused with its interchange
        ("HP", "005010X221A1", format!("ST*835*0001~\n{claim}SE*3*0001~\n"), 3),
        ("HC", "005010X222A1", claim.to_owned(), 3),
    ] {
        let text = interchange(1, &[group(kind, "7", version, std::slice::from_ref(&set))]);
        let run = Run::of(&text);
        run.assert_proven();
        let fell = run.output(if fate == 2 { "reject.x12" } else { "refused.x12" });
        assert!(fell.contains(claim.trim_end()), "{set}");
        assert!(run.records[fate] >= 1 && run.records[1] == 0, "{:?}", run.records);
        assert!(run.output("summary.json").contains("\"read\": \"12.50\""), "{set}");
    }
}

/// Faults that take down a set, a group or a level, one at a time.
#[test]
fn faults_of_envelopes_and_levels() {
    let text = mixed(1);
    for (from, to) in [
        ("SE*", "SE*1"),
        ("~\nST*837*0002", "~\nST*837*0001"),
        ("GE*2*11", "GE*3*11"),
        ("GE*2*11~\n", ""),
        ("IEA*3*", "IEA*4*"),
        ("SE*", "SX*"),
        ("HL*2*1*22*1", "HL*2*1*22*0"),
        ("HL*2*1*22*1", "HL*02*1*22*1"),
        ("HL*2*1*22*1", "HL*2*7*22*1"),
        ("HL*2*1*22*1", "HL*2*1*99*1"),
        ("HL*1**20*1", "HL*1**20*0"),
        ("HL*1**20*1", "HL*1**20"),
        ("HL*1**20*1~\n", ""),
        ("EV*1", "EV*0"),
        ("SS*0", "SS*1"),
        ("NM1*85*2*HARBOR CLINIC*****XX*1777777776~\n", ""),
        ("NM1*IL*1*OKAFOR*JUNE****MI*98765432B", "NM1*IL*1*OKAFOR*JUNE"),
        ("DMG*D8*20180101*M", "DMG*D8*20180231*M"),
        ("NM1*40*2*COAST PLAN*****46*PLAN1~\n", ""),
        ("BHT*0019*00*B1", "BHT*0019"),
        ("*X*005010X222A1", "*X*005010X222A7"),
        ("ST*837*0001", "ST*837*01"),
        ("ST*837*0001", "ST*837*1234567890"),
        ("*1200*11*X*005010X222A1", "*1200*1234567890123*X*005010X222A1"),
        ("ST*837*0001", "ST*835*0001"),
        ("GS*HC", "GS*HI"),
        ("ST*278*0001", "ST*837*0001"),
        ("BHT*0007*13", "BHT*0007*11"),
        ("*P*:~", "*T*:~"),
        ("HL*", "hl*"),
    ] {
        for changed in [text.replacen(from, to, 1), text.replace(from, to)] {
            assert_ne!(text, changed, "{from}");
            for unit in [200, 1 << 18] {
                let run = Run::with("snip", unit, &[("batch.837", changed.as_bytes())]);
                assert_eq!(run.failed, [""; 0], "{from} -> {to}");
                let report = run.verify();
                assert_eq!(report.total(), 0, "{from} -> {to}\n{}", report.text());
            }
        }
    }
}

#[test]
fn a_subscriber_s_event_may_follow_those_of_dependents() {
    let mut maker = Maker::default();
    let set = maker.requests("0001", &[Subscriber { own: &[], dependents: &[&[Good], &[Bad]] }], 1);
    // a third event, of the subscriber himself: its parent is HL 3
    let own = "HL*10*3*EV*1~\nTRN*1*E-OWN*9123456789~\nUM*HS*I*1*11:B~\nDTP*AAH*RD8*20260301-20260501~\nHI*ABK:J020~\nNM1*SJ*1*ABARA*NOOR****XX*1888888884~\nHL*11*10*SS*0~\nSV1*HC:97110*100*UN*4~\n";
    let (body, trailer) = set.rsplit_once("SE*").unwrap();
    let count: usize = trailer.split('*').next().unwrap().parse().unwrap();
    let set = format!("{body}{own}SE*{}*0001~\n", count + 8);
    let run = Run::of(&interchange(1, &[group("HI", "1", "005010X217", &[set])]));
    run.assert_proven();
    assert_eq!(run.records, [3, 2, 1, 0]);
}

/// A composite that comes twice where it should not, and lacks a component in the one or the other.
#[test]
fn a_repetition_may_lack_a_component() {
    for changed in ["HC^B", "HC^HC:99213", "HC:99213^HC", "HC^HC", "^HC", "HC:99213:25^HC:"] {
        let run = Run::of(&mixed(1).replacen("HC:99213", changed, 1));
        run.assert_proven();
        assert!(run.output("reasons.csv").contains("SV1"), "{changed}");
    }
}

#[test]
fn several_inputs_of_one_name_and_containers() {
    let text = mixed(1);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(mixed(2).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let run = Run::with(
        "snip",
        1 << 18,
        &[("day.837", text.as_bytes()), ("day.x12.gz", &packed), ("night.edi", mixed(3).as_bytes())],
    );
    let report = run.assert_proven();
    assert_eq!((report.counted.inputs, run.records[0]), (3, 3 * 45));
    assert!(run.out().join("day.x12.gz.summary.json").exists());
}

#[test]
fn an_input_that_was_not_processed_is_not_proven() {
    let run = Run::with("snip", 1 << 18, &[("a.837", mixed(1).as_bytes()), ("b.837", b"no x12 at all")]);
    assert_eq!(run.failed.len(), 1);
    let report = run.verify();
    assert_eq!((report.status(), report.total(), report.unread.len()), (3, 0, 1), "{}", report.text());
    assert!(report.text().contains("not proven: b.837"), "{}", report.text());
}

#[test]
fn whole_sets_are_rejected_where_the_profile_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let profile = dir.path().join("sets.toml");
    std::fs::write(&profile, "name = \"sets\"\nbase = \"snip\"\nreject_unit = \"set\"\n").unwrap();
    for unit in [300, 1 << 18] {
        let run = Run::with(profile.to_str().unwrap(), unit, &[("batch.837", mixed(1).as_bytes())]);
        run.assert_proven();
        assert_eq!(run.records[1], 0, "{:?}", run.records);
    }
}
