//! Elements of whole sets: the valid ones, and what is said where.

use super::{ElementMemo, check_elements};
use crate::finding::{Fact, Findings, Place};
use crate::guide::{Guide, GuideId, Input, Matcher, samples};
use crate::x12::{SegmentTable, Segments, Separators, StructuralIndex};

/// A line a finding about elements of a set: rule, outcome, loop, segment with element, component and repetition, data element.
fn faults(id: GuideId, text: &str) -> Vec<String> {
    faults_of(id, text.replace('\n', "~").as_bytes(), Separators::USUAL)
}

/// The same of bytes with separators of their own.
fn faults_of(id: GuideId, bytes: &[u8], separators: Separators) -> Vec<String> {
    let mut segments = SegmentTable::new();
    StructuralIndex.read(bytes, &separators, &mut segments);
    let (mut slots, mut findings) = (Vec::new(), Findings::default());
    let guide = Guide::of(id);
    let input = Input { bytes, segments: &segments, separators };
    let to = segments.len() as u32;
    Matcher::new().match_set(guide, input, 0, to, &mut slots, &mut findings);
    assert!(findings.is_empty(), "segments: {:?}", findings.list());
    check_elements(guide, input, 0, to, &slots, &mut ElementMemo::default(), &mut findings);
    let line = |finding: &crate::finding::Finding| {
        let Place { loop_id, segment_id, element, component, repetition, data_element, .. } = finding.place;
        let found = match finding.found {
            Fact::Input(span) => String::from_utf8_lossy(span.of(bytes)).into_owned(),
            _ => String::new(),
        };
        let (rule, outcome, line) = (finding.rule.code(), finding.outcome, finding.line);
        format!(
            "{rule}.{outcome} {loop_id} {segment_id} {element}-{component}^{repetition} {data_element} line {line} [{found}]"
        )
    };
    findings.list().iter().map(line).collect()
}

/// A 837P set with one segment changed.
fn professional(from: &str, to: &str) -> Vec<String> {
    let text = samples::many_professional(1);
    assert!(text.contains(from), "{from}");
    faults(GuideId::Professional, &text.replacen(from, to, 1))
}

#[test]
fn valid_sets_have_no_fault() {
    for (id, text) in [
        (GuideId::Professional, samples::professional()),
        (GuideId::Institutional, samples::institutional()),
        (GuideId::Dental, samples::dental()),
        (GuideId::AuthorizationRequest, samples::request()),
        (GuideId::AuthorizationResponse, samples::response()),
        (GuideId::Acknowledgement999, samples::acknowledgement()),
        (GuideId::ClaimAcknowledgement277, samples::claim_acknowledgement()),
    ] {
        assert_eq!(faults(id, &text), Vec::<String>::new(), "{}", id.label());
    }
}

/// Builds with debug assertions hold the quick look against the full one.
#[test]
fn a_separator_is_no_part_of_a_value_whatever_byte_it_is() {
    let text = samples::many_professional(1).replace('\n', "~");
    let in_value = [
        ("*350***", "*3:0***"),
        ("*350***", "*350:***"),
        ("*350***", "*3^50***"),
        ("*D8*20", "*D8*2:"),
        ("*D8*20", "*D8:*20"),
        ("NM1*85*2*", "NM1*85*2:*"),
        ("NM1*85*2*", "NM1*85*2^*"),
    ];
    for separator in [b'.', b'-', b'>', b'|', 0, 1, 0x1d, 0x7f, 0x80, 0x8a, 0xc0, 0xff] {
        for (component, repetition) in [(separator, b'^'), (b':', separator)] {
            let bytes = |text: &str| -> Vec<u8> {
                let put = |byte| match byte {
                    b':' => component,
                    b'^' => repetition,
                    _ => byte,
                };
                text.bytes().map(put).collect()
            };
            let separators = Separators { component, repetition: Some(repetition), ..Separators::USUAL };
            assert_eq!(faults_of(GuideId::Professional, &bytes(&text), separators), Vec::<String>::new());
            for (from, to) in in_value {
                assert!(text.contains(from), "{from}");
                let changed = bytes(&text.replacen(from, to, 1));
                let found = faults_of(GuideId::Professional, &changed, separators);
                assert!(!found.is_empty(), "{to} with {component:02x} and {repetition:02x}");
            }
        }
    }
}

#[test]
fn each_fault_is_said_once_and_where_it_is() {
    for (from, to, expected) in [
        ("*350***", "****", "ELM101.0 2300 CLM 2-0^0 782 line 0 []"),
        ("*350***", "*350*X**", "ELM104.0 2300 CLM 3-0^0 1032 line 0 [X]"),
        ("11:B:1*Y", "11::1*Y", "ELM101.0 2300 CLM 5-2^0 1332 line 0 []"),
        ("11:B:1*Y", "11:B:1:::X*Y", "ELM106.0 2300 CLM 5-6^0 C023 line 0 [X]"),
        ("ABK:E109", "ABK:E109:D8", "ELM104.0 2300 HI 1-3^0 1250 line 0 [D8]"),
        ("ABK:E109", "ABK:E109^ABK:I10", "ELM107.0 2300 HI 1-0^1 C022 line 0 []"),
        ("HC:99213:25", "HC:99213:5", "ELM108.0 2400 SV1 1-3^0 1339 line 1 [5]"),
        ("HC:73090", "HC:73090:250", "ELM109.0 2400 SV1 1-3^0 1339 line 2 [250]"),
        ("*200*UN", "*2O0*UN", "ELM102.0 2400 SV1 2-0^0 782 line 2 [2O0]"),
        ("*200*UN", "*200.00001*UN", "ELM102.2 2400 SV1 2-0^0 782 line 2 [200.00001]"),
        ("UN*1***1:2", "UN*1.***9:2:X", "ELM102.1 2400 SV1 7-3^0 1328 line 1 [X]"),
        ("DTP*472*D8*20250305", "DTP*472*D8*20250355", "ELM103.0 2400 DTP 3-0^0 1251 line 1 [20250355]"),
        ("DMG*D8*20150704", "DMG*D8*20150732", "ELM103.1 2010BA DMG 2-0^0 1251 line 0 [20150732]"),
        ("*20250401*0915", "*20250401*2500", "ELM112.0  BHT 5-0^0 337 line 0 [2500]"),
        ("*20250401*0915", "*20250431*0915", "ELM103.2  BHT 4-0^0 373 line 0 [20250431]"),
        ("*18*GRP1", "*19*GRP1", "ELM111.0 2000B SBR 2-0^0 1069 line 0 [19]"),
        ("MI*91234567A", "MI", "ELM113.0 2010BA NM1 9-0^0 67 line 0 []"),
        ("MI*91234567A", "*91234567A", "ELM113.0 2010BA NM1 8-0^0 66 line 0 []"),
        ("CA*93030\nDMG", "CA*93030*US***06\nDMG", "ELM114.0 2010BA N4 7-0^0 1715 line 0 [06]"),
        ("HARBOR CLINIC", "HARBOR\tCLINIC", "ELM110.0 2010AA NM1 3-0^0 1035 line 0 [HARBOR\tCLINIC]"),
        ("HARBOR CLINIC", "HARBOR CLÍNIC", "ELM110.1 2010AA NM1 3-0^0 1035 line 0 [HARBOR CLÍNIC]"),
        ("HARBOR CLINIC", "HARBOR:CLINIC", "ELM110.2 2010AA NM1 3-0^0 1035 line 0 [HARBOR:CLINIC]"),
        ("HARBOR CLINIC", "  ", "ELM101.0 2010AA NM1 3-0^0 1035 line 0 []"),
        ("REF*6R*L0", "REF*6R*L0***X", "ELM105.0 2400 REF 5-0^0  line 1 [X]"),
        ("REF*6R*L0", "REF*6R*L0**", "ELM115.0 2400 REF 0-0^0  line 1 []"),
        ("LX*1", "LX", "SEG107.0 2400 LX 0-0^0  line 1 []"),
    ] {
        assert_eq!(professional(from, to), [expected], "{from} to {to}");
    }
}

#[test]
fn repetitions_are_checked_each() {
    let text = samples::response();
    let with = |codes: &str| faults(GuideId::AuthorizationResponse, &text.replace("HCR*A3**0F", codes));
    assert_eq!(with("HCR*A3**0F^0F"), Vec::<String>::new());
    assert_eq!(with("HCR*A3**0F^0F^0F^0F^0F^0F"), ["ELM107.0 2000F HCR 3-0^5 1271 line 2 []"]);
}

#[test]
fn the_caret_is_data_where_it_separates_nothing() {
    let bytes = b"NTE*ADD*A^B~".to_vec();
    for (repetition, expected) in
        [(None, &[][..]), (Some(b'!'), &[("ELM110", 1)]), (Some(b'^'), &[("ELM107", 0)])]
    {
        let separators = Separators { repetition, ..Separators::USUAL };
        let mut segments = SegmentTable::new();
        StructuralIndex.read(&bytes, &separators, &mut segments);
        let guide = Guide::of(GuideId::Professional);
        let slot = guide.find_slot("2300".into(), "NTE".into(), "".into()).unwrap();
        let mut findings = Findings::default();
        let input = Input { bytes: &bytes, segments: &segments, separators };
        check_elements(guide, input, 0, 1, &[slot.number()], &mut ElementMemo::default(), &mut findings);
        let said: Vec<(&str, u8)> = findings.list().iter().map(|f| (f.rule.code(), f.outcome)).collect();
        assert_eq!(said, expected, "{repetition:?}");
    }
}
