use proptest::prelude::*;

use super::{Limits, Surveyor, may_be_acted_on};
use crate::finding::RuleId;
use crate::x12::samples::{SET, SHAPES, good, group, isa};
use crate::x12::survey::Survey;

fn survey(bytes: &[u8]) -> Survey {
    survey_in(bytes, usize::MAX)
}

/// Surveys with `step` new bytes at a time.
fn survey_in(bytes: &[u8], step: usize) -> Survey {
    let mut surveyor = Surveyor::new(SHAPES, Limits { segment: 1000, record: 10_000 });
    let (mut from, mut to) = (0usize, 0usize);
    loop {
        to = to.saturating_add(step).min(bytes.len());
        from += surveyor.scan(&bytes[from..to], to == bytes.len());
        if to == bytes.len() {
            assert_eq!(from, to);
            return surveyor.finish();
        }
    }
}

/// Every fault found, as rule codes.
fn rules(survey: &Survey) -> Vec<RuleId> {
    let notes = survey.interchange_notes.iter().flat_map(|note| &note.faults);
    notes.chain(&survey.group_faults).chain(&survey.set_faults).map(|fault| fault.rule).collect()
}

#[test]
fn a_good_file_has_no_exceptions() {
    let text = [good("1"), good("2")].concat();
    let survey = survey(text.as_bytes());
    assert_eq!(rules(&survey), []);
    assert_eq!((survey.interchanges, survey.groups, survey.sets, survey.records), (2, 2, 2, 6));
    assert_eq!(survey.charges.to_string(), "303.00");
    assert_eq!(survey.bytes, text.len() as u64);
    let first = good("1").len() as u64;
    assert_eq!(survey.boundaries.iter().collect::<Vec<_>>(), [(0, first), (first, 2 * first)]);
    assert!((0..8).all(|hl| !survey.levels.wrong_flag.get(hl)));
    assert!(survey.junk.is_empty() && survey.set_aside.is_empty());
}

/// One edit of a good file, and the one fault it must give.
#[test]
fn one_fault_is_one_fault() {
    let cases: &[(&str, &str, RuleId)] = &[
        ("SE*11*", "SE*12*", RuleId::SET103),
        ("SE*11*", "SE*x*", RuleId::SET103),
        ("SE*11*0001", "SE*11*0002", RuleId::SET102),
        ("SE*11*0001~\n", "", RuleId::SET101),
        ("GE*1*1~", "GE*2*1~", RuleId::GRP103),
        ("GE*1*1~", "GE*1*2~", RuleId::GRP102),
        ("GS*HC*SUB*", "GS*HC**", RuleId::GRP108),
        ("GS*HC*SUB*", "GS*HC*S*", RuleId::GRP108),
        ("*20260302*1200*1*X", "*20261302*1200*1*X", RuleId::GRP108),
        ("*1200*1*X", "*9930*1*X", RuleId::GRP108),
        ("*1200*1*X", "*1200*1*T", RuleId::GRP108),
        ("*005010X222A1~", "*005010X222A1*X~", RuleId::GRP108),
        ("GE*1*1~", "GE*1*1*X~", RuleId::GRP108),
        ("GE*1*1~\n", "", RuleId::GRP101),
        ("IEA*1*", "IEA*2*", RuleId::ENV109),
        ("IEA*1*000000001", "IEA*1*000000002", RuleId::ENV103),
        ("IEA*1*000000001~\n", "", RuleId::ENV102),
        ("*00501*", "*00401*", RuleId::ENV104),
        ("*000000001*0*P", "*00000000A*0*P", RuleId::ENV105),
        ("*0*P*:~", "*0*P**~", RuleId::ENV106),
        ("*0*P*:~", "*0*Q*:~", RuleId::ENV110),
        ("*260302*1200", "*261302*1200", RuleId::ENV110),
        ("*1200*^*", "*2500*^*", RuleId::ENV110),
        ("*1200*^*", "*1200*A*", RuleId::ENV110),
        ("*00*          *ZZ", "*09*          *ZZ", RuleId::ENV110),
        ("*00*          *ZZ", "*00*          *Q9", RuleId::ENV110),
        ("*00*          *ZZ", "*00*SECRET    *ZZ", RuleId::ENV110),
        ("HL*2*1*22*0", "HL*3*1*22*0", RuleId::HLV101),
        ("HL*2*1*22*0", "HL*02*1*22*0", RuleId::HLV101),
        ("HL*2*1*22*0", "HL*2*7*22*0", RuleId::HLV102),
        ("HL*4*3*23*0", "HL*4*1*23*0", RuleId::HLV102),
        ("HL*1**20*1", "HL*1*1*20*1", RuleId::HLV102),
        ("HL*4*3*23*0", "HL*4*3*99*0", RuleId::HLV103),
        ("HL*1**20*1~\nHL*2*1*22*0~\n", "", RuleId::HLV105),
        ("GE*1*1~\n", "GE*1*1~\nREF*X*1~\n", RuleId::ENV108),
        ("HI*ABK:E109", &"HI*".repeat(400), RuleId::ENV107),
    ];
    for (from, to, rule) in cases {
        let text = good("1").replacen(from, to, 1);
        assert_ne!(text, good("1"), "{from}");
        let mut found = rules(&survey(text.as_bytes()));
        // an edit that takes segments away also makes SE01 wrong, or loses the control number
        found.retain(|other| other == rule || !matches!(other.code(), "SET103" | "ENV103" | "HLV101"));
        assert_eq!(found, [*rule], "{from} -> {to}");
    }
}

#[test]
fn faults_tell_where_their_element_stands() {
    for (from, to) in [
        ("SE*11*0001", "SE*12*0002"),
        ("GE*1*1~", "GE*2*2~"),
        ("IEA*1*000000001", "IEA*2*000000002"),
        ("*00501*", "*00401*"),
        ("*260302*1200", "*261302*2500"),
        ("HL*2*1*22*0", "HL*3*1*22*0"),
        ("HL*4*3*23*0", "HL*4*1*23*0"),
        ("HL*4*3*23*0", "HL*4*3*99*0"),
    ] {
        let text = good("1").replacen(from, to, 1);
        // wrapped at odd places, an element may begin with a line break
        let lines: Vec<&[u8]> = text.as_bytes().chunks(7).collect();
        for text in [text.clone().into_bytes(), lines.join(&b"\r\n"[..])] {
            let survey = survey(&text);
            let notes = survey.interchange_notes.iter().flat_map(|note| &note.faults);
            let faults: Vec<_> = notes.chain(&survey.group_faults).chain(&survey.set_faults).collect();
            assert!(!faults.is_empty());
            for fault in faults {
                let rest = text[fault.offset as usize..].iter().filter(|b| !b"\r\n".contains(b));
                let stands: Vec<u8> = rest.take(fault.found.bytes().len()).copied().collect();
                assert_eq!(stands, fault.found.bytes(), "{from} -> {to}: {}", fault.rule);
            }
        }
    }
}

#[test]
fn a_missing_se_should_have_stood_before_what_ends_the_set() {
    let set = SET.replace("SE*11*0001~\n", "");
    for ends in ["", "GE*1*1~\n", "ST*837*0002~\n", "GS*HC~\n"] {
        let text = format!("{}GS*HC*SUB*PLAN*20260302*1200*1*X~{set}{ends}IEA*1*000000001~", isa("1"));
        let survey = survey(text.as_bytes());
        let fault = survey.faults_of_set(0)[0];
        assert_eq!((fault.rule, fault.position), (RuleId::SET101, 11), "{ends}");
    }
}

#[test]
fn hl04_must_tell_the_truth() {
    for (from, to, hl) in [("22*0", "22*1", 1), ("22*1", "22*0", 2), ("23*0", "23*1", 3), ("20*1", "20*", 0)]
    {
        let text = good("1").replacen(from, to, 1);
        let survey = survey(text.as_bytes());
        assert_eq!(rules(&survey), []);
        assert_eq!((0..4).filter(|at| survey.levels.wrong_flag.get(*at)).collect::<Vec<_>>(), [hl]);
    }
}

#[test]
fn the_next_interchange_begins_at_the_next_isa() {
    let cut = good("1").replace("IEA*1*000000001~\n", "");
    for text in [
        [cut.clone(), good("2")].concat(),
        [cut.replace("~\n", "~"), good("2")].concat(),
        // a name that ends in ISA, and one that is ISA, are no headers
        [cut.replace("HI*ABK:E109", "NM1*IL*1*DOE*LISA~\nNM1*ISA*1*ISA"), good("2")].concat(),
    ] {
        let survey = survey(text.as_bytes());
        assert_eq!(survey.interchanges, 2);
        assert_eq!(rules(&survey)[0], RuleId::ENV102);
        assert_eq!(survey.interchange_notes.len(), 1);
        assert_eq!(survey.interchange_notes[0].records, 3);
        assert_eq!(survey.interchange_notes[0].charges.to_string(), "151.50");
        let second = text.len() - good("2").len();
        assert_eq!(survey.boundaries.iter().last(), Some((second as u64, text.len() as u64)));
    }
}

#[test]
fn the_next_interchange_may_have_another_terminator() {
    let cut = good("1").replace("IEA*1*000000001~\n", "");
    for terminator in ["'", "\n", "\r\n"] {
        let second = good("2").replace("~\n", terminator);
        let text = [cut.as_str(), &second].concat();
        for step in [1, 7, 150, usize::MAX] {
            let survey = survey_in(text.as_bytes(), step);
            assert_eq!((survey.interchanges, survey.records), (2, 6), "{terminator:?} {step}");
            assert_eq!(rules(&survey), [RuleId::ENV102]);
        }
    }
}

#[test]
fn a_transfer_cut_within_a_segment_costs_only_itself() {
    let (first, second) = (good("1"), good("2"));
    let whole = first.find("IEA").unwrap() + "IEA*1*000000001".len();
    for cut in 106..first.len() {
        for glue in ["", "\n", "\r\n"] {
            let text = [&first[..cut], glue, &second].concat();
            let survey = survey(text.as_bytes());
            assert_eq!(survey.interchanges, 2, "{cut} {glue:?}");
            let begin = (text.len() - second.len()) as u64;
            assert_eq!(survey.boundaries.iter().last(), Some((begin, text.len() as u64)), "{cut} {glue:?}");
            let notes: Vec<u64> = survey.interchange_notes.iter().map(|note| note.ordinal).collect();
            assert_eq!(notes, if cut < whole { vec![0] } else { vec![] }, "{cut} {glue:?}");
            let pieces = survey_in(text.as_bytes(), 1 + cut % 200);
            assert_eq!(format!("{survey:?}"), format!("{pieces:?}"), "{cut} {glue:?}");
        }
    }
}

#[test]
fn an_isa_that_cannot_be_read_costs_only_itself() {
    let text = [good("1").replacen("ISA*00*   ", "ISA*00*  ", 1), good("2")].concat();
    let survey = survey(text.as_bytes());
    assert_eq!(rules(&survey), [RuleId::ENV101]);
    assert_eq!((survey.interchanges, survey.records), (1, 3));
    assert_eq!(survey.boundaries.iter().count(), 2);
    assert_eq!(survey.interchange_notes[0].ordinal, 0);
}

#[test]
fn what_surrounds_interchanges() {
    let text = ["\u{feff} \r\n", &good("1"), "\r\n  \r\nEND OF BATCH\n", &good("2"), "trailing"].concat();
    let survey = survey(text.as_bytes());
    assert_eq!(rules(&survey), []);
    assert_eq!(survey.interchanges, 2);
    let junk: Vec<&str> = survey.junk.iter().map(|j| &text[j.start as usize..j.end as usize]).collect();
    assert_eq!(junk, ["END OF BATCH\n", "trailing"]);
}

#[test]
fn an_iea_may_lack_its_terminator_at_the_end() {
    let text = good("1");
    let survey = survey(text.trim_end().trim_end_matches('~').as_bytes());
    assert_eq!(rules(&survey), []);
    for cut in 107..text.len() - 2 {
        let survey = self::survey(&text.as_bytes()[..cut]);
        assert_eq!(survey.interchange_notes.len(), 1, "cut at {cut}");
        let faults: Vec<RuleId> = survey.interchange_notes[0].faults.iter().map(|fault| fault.rule).collect();
        assert_eq!(faults, [RuleId::ENV102], "cut at {cut}");
    }
}

/// A file that is wrapped, or ends with a line end but without the last terminator, is whole.
#[test]
fn a_wrapped_iea_may_lack_its_terminator_at_the_end() {
    let text = good("1").replace('\n', "");
    let text = text.trim_end_matches('~');
    for ending in ["", "\n", "\r\n"] {
        for broken in [0, 1, 2, 3, 9, 14] {
            let (start, end) = text.split_at(text.len() - broken);
            for line_break in ["", "\r\n"] {
                let survey = survey([start, line_break, end, ending].concat().as_bytes());
                assert_eq!(rules(&survey), [], "{broken} {ending:?}");
            }
        }
    }
}

/// What looks like a header in the midst of a line is none, wherever the input is cut while it is read.
#[test]
fn a_header_begins_a_line() {
    for (between, unreadable) in [("PETRA LISA*X\n", 0), ("PETRA\nISA*X\n", 1), ("ISA*X\n", 1)] {
        let text = [&good("1"), between, &"x".repeat(300), "\n", &good("2")].concat();
        for step in [1, 7, 150, usize::MAX] {
            let survey = survey_in(text.as_bytes(), step);
            let found = rules(&survey).iter().filter(|rule| **rule == RuleId::ENV101).count();
            assert_eq!((survey.interchanges, found), (2, unreadable), "{between} {step}");
        }
    }
}

#[test]
fn other_groups_are_set_aside() {
    let text = good("1").replace("GS*HC", "GS*HP").replace("ST*837", "ST*835");
    let remittance = text.replace("CLM*", "CLP*");
    let survey = survey(remittance.as_bytes());
    assert_eq!(rules(&survey), []);
    assert_eq!((survey.groups, survey.sets, survey.records, survey.set_aside.len()), (0, 0, 0, 1));
    // claims are not passed over: what they stand in cannot be processed
    let survey = self::survey(text.as_bytes());
    assert_eq!(rules(&survey), [RuleId::ENV108]);
    assert_eq!((survey.records, survey.interchange_notes[0].records), (3, 3));
    let bare = format!("{}TA1*000000001*260302*1200*A*000~IEA*0*000000001~", isa("1"));
    assert_eq!(rules(&self::survey(bare.as_bytes())), []);
}

#[test]
fn claims_in_a_group_of_another_kind_are_not_passed_over() {
    let other = SET.replace("ST*837*0001", "ST*835*0009").replace("CLM*", "CLP*");
    for sets in [SET.to_owned(), [other.as_str(), SET].concat()] {
        let count = sets.matches("ST*8").count();
        let text = format!("{}{}IEA*1*000000001~", isa("1"), group(&sets, count).replace("GS*HC", "GS*XX"));
        let survey = survey(text.as_bytes());
        assert_eq!(rules(&survey), [RuleId::GRP105]);
        assert_eq!((survey.groups, survey.records, survey.set_aside.len()), (1, 3, 0));
        assert_eq!(survey.sets as usize, count);
    }
}

#[test]
fn claims_of_a_set_with_a_wrong_kind_are_counted() {
    let text = good("1").replace("ST*837*", "ST*873*");
    let survey = survey(text.as_bytes());
    assert_eq!(rules(&survey), [RuleId::GRP105]);
    assert_eq!((survey.sets, survey.records), (1, 3));
}

#[test]
fn authorization_sets_are_listed() {
    let set = |purpose: &str, number: &str| {
        format!(
            "ST*278*{number}*005010X217~BHT*0007*{purpose}*1*20260302*1200~HL*1**20*1~HL*2*1*21*1~HL*3*2*22*1~HL*4*3*EV*1~HL*5*4*SS*0~HL*6*4*SS*0~SE*9*{number}~"
        )
    };
    let text = format!(
        "{}GS*HI*SUB*PLAN*20260302*1200*1*X*005010X217~{}{}GE*2*1~IEA*1*000000001~",
        isa("1"),
        set("13", "0001"),
        set("11", "0002")
    );
    let survey = survey(text.as_bytes());
    assert_eq!(rules(&survey), []);
    assert_eq!((survey.records, survey.answers, survey.early.len()), (1, 1, 2));
    let second = survey.early[1];
    assert_eq!(&text[second.start as usize..second.end as usize], set("11", "0002"));
}

#[test]
fn a_wrapped_file_is_read() {
    let text = good("1").replace('\n', "");
    for width in [20, 40, 80] {
        let lines: Vec<&[u8]> = text.as_bytes().chunks(width).collect();
        let survey = survey(&lines.join(&b"\r\n"[..]));
        assert_eq!(rules(&survey), [], "{width}");
        assert_eq!((survey.records, survey.charges.to_string().as_str()), (3, "151.50"));
    }
}

#[test]
fn an_isa_broken_by_a_line_end_is_found_after_an_unclosed_interchange() {
    let cut = good("1").replace("IEA*1*000000001~\n", "").replace('\n', "");
    for broken in ["I\r\nSA*", "IS\nA*", "ISA\r\n*"] {
        let text = [cut.as_str(), &good("2").replacen("ISA*", broken, 1)].concat();
        for step in [1, 7, usize::MAX] {
            let survey = survey_in(text.as_bytes(), step);
            assert_eq!((survey.interchanges, survey.records), (2, 6), "{broken:?} {step}");
            assert_eq!(rules(&survey), [RuleId::ENV102]);
        }
    }
}

#[test]
fn records_over_the_limit_are_listed() {
    let note = format!("NTE*ADD*{}~\n", "x".repeat(900));
    let text = good("1").replace("HI*ABK:E109~\n", &note.repeat(12)).replace("SE*11*", "SE*22*");
    let survey = survey(text.as_bytes());
    assert_eq!(rules(&survey), []);
    assert_eq!(survey.oversized, [1]);
    let text = good("1").replace("BHT*", &format!("{}BHT*", note.repeat(12)));
    assert!(rules(&self::survey(text.as_bytes())).contains(&RuleId::ENV107));
}

#[test]
fn a_repeated_set_number_is_a_fault_of_the_later_set() {
    let text = format!("{}{}IEA*1*000000001~", isa("1"), group(&[SET, SET].concat(), 2));
    let survey = survey(text.as_bytes());
    assert_eq!(rules(&survey), [RuleId::SET104]);
    assert_eq!((survey.faults_of_set(1).len(), survey.faults_of_set(0).len()), (1, 0));
}

#[test]
fn a_repeated_group_number_is_a_fault_of_the_later_group() {
    let groups = [group(SET, 1), group(SET, 1)].concat();
    let text = format!("{}{groups}IEA*2*000000001~", isa("1"));
    let survey = survey(text.repeat(2).as_bytes());
    // in each interchange, not from one to the next
    assert_eq!(rules(&survey), [RuleId::ENV111, RuleId::GRP106, RuleId::GRP106]);
    assert_eq!((survey.faults_of_group(0).len(), survey.faults_of_group(1).len()), (0, 1));
}

/// A claim in a segment over the limit is counted, wherever the input is cut while it is read.
#[test]
fn a_claim_over_the_limit_of_a_segment_is_still_a_claim() {
    let long = format!("CLM*A*100*{}~", "x".repeat(3000));
    let text = good("1").replacen("CLM*A*100~", &long, 1);
    assert_ne!(text, good("1"));
    for step in [1, 7, 500, 2000, usize::MAX] {
        let survey = survey_in(text.as_bytes(), step);
        assert_eq!(rules(&survey), [RuleId::ENV107], "{step}");
        assert_eq!((survey.records, survey.charges.to_string().as_str()), (3, "151.50"), "{step}");
    }
}

/// Pieces of interchanges, and what may stand around them.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let cut = |from: usize, to: usize| {
        let text = good("1").into_bytes();
        text[from.min(to) % text.len()..=from.max(to) % text.len()].to_vec()
    };
    prop_oneof![
        4 => (0usize..1, 0..good("1").len()).prop_map(move |(from, to)| cut(from, to)),
        2 => Just(good("2").into_bytes()),
        2 => Just(good("2").replace("~\n", "\n").into_bytes()),
        1 => Just(good("3").replacen("ISA*", "I\r\nSA*", 1).into_bytes()),
        1 => Just(good("3").replacen("ISA*00*  ", "ISA*00*", 1).into_bytes()),
        1 => Just(isa("4").into_bytes()),
        1 => (0usize..120).prop_map(|n| isa("4").into_bytes()[..n.min(105)].to_vec()),
        2 => (0usize..9).prop_map(|at| [&b"\n"[..], b"~", b"I", b"IS\n", b" ISA*", b"\0", b"x", b"IEA*1*000000001", b"\r\n"][at].to_vec()),
        1 => (1usize..300, prop_oneof![Just(b'\n'), Just(b'~'), Just(b' ')]).prop_map(|(n, byte)| vec![byte; n]),
        1 => (900usize..2500).prop_map(|n| [b"NTE*".to_vec(), vec![b'x'; n], b"~".to_vec()].concat()),
    ]
}

#[test]
fn what_is_acted_on_is_not_passed_over() {
    for head in
        [b"CLM*", b"HL*1", b"ST*8", b"SE*9", b"BHT*", b"GS*H", b"GE*1", b"ISA*", b"IEA*", b"C\nLM", b"HL\r*"]
    {
        assert!(may_be_acted_on(*head), "{head:?}");
    }
    for head in
        [b"NM1*", b"REF*", b"DTP*", b"SV1*", b"SBR*", b"HI*A", b"LX*1", b"CAS*", b"PRV*", b"N4*S", b"UM*H"]
    {
        assert!(!may_be_acted_on(*head), "{head:?}");
    }
}

proptest! {
    #[test]
    fn cutting_changes_nothing_in_any_soup(pieces in proptest::collection::vec(piece(), 1..8), step in 1usize..2000) {
        let text = pieces.concat();
        let (whole, pieces) = (survey(&text), survey_in(&text, step));
        prop_assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
    }

    #[test]
    fn cutting_changes_nothing(step in 1usize..300, edit in 0usize..2000, byte in prop_oneof![Just(b'~'), Just(b'*'), Just(b'\n'), any::<u8>()]) {
        let mut text = ["junk\n", &good("1"), "more\n", &good("2").replace("~\n", "~\r\n"), &isa("3"), &good("4")].concat().into_bytes();
        if let Some(at) = text.get_mut(edit) { *at = byte; }
        let whole = survey(&text);
        let pieces = survey_in(&text, step);
        prop_assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
        prop_assert_eq!(whole.boundaries.iter().last().map(|(_, end)| end <= text.len() as u64), Some(true));
    }

    #[test]
    fn arbitrary_bytes_are_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let text = [isa("1").as_bytes(), &bytes, good("2").as_bytes()].concat();
        let survey = survey(&text);
        prop_assert_eq!(survey.bytes, text.len() as u64);
        let survey = self::survey(&bytes);
        prop_assert_eq!(survey.bytes, bytes.len() as u64);
    }
}
