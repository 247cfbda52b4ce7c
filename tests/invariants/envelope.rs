//! Faults of envelopes and structure: what falls, what is still processed, what is said, and the exit status.

use std::collections::BTreeMap;

use crate::common::run::Outputs;
use crate::common::{
    Fate, File, Flavour, Group, GroupFlaw, Interchange, InterchangeFlaw, Kind, LevelFlaw, Patient, Provider,
    Set, SetFlaw, Setup, Style, Subscriber, check, read,
};

/// Two interchanges; the first with two groups of claims and one of requests.
///
/// | records | where |
/// |---|---|
/// | 1, 2 | interchange 1, group 1, set 1, first provider, first subscriber |
/// | 3 | the same provider's second subscriber's child |
/// | 4 | the same set's second provider |
/// | 5 | set 2 |
/// | 6 | group 2 |
/// | 7, 8 | group 3, two requests |
/// | 9 | interchange 2 |
fn two_interchanges() -> String {
    let family = Subscriber {
        patients: vec![Patient { flaw: LevelFlaw::None, claims: vec![Flavour::Good] }],
        ..Subscriber::with(&[])
    };
    let provider = |subscribers| Provider { flaw: LevelFlaw::None, subscribers };
    let set = |providers| Set { flaw: SetFlaw::None, providers };
    let group = |kind, sets| Group { kind, flaw: GroupFlaw::None, sets };
    let first = vec![
        group(
            Kind::Professional,
            vec![
                set(vec![
                    provider(vec![Subscriber::with(&[Flavour::Good, Flavour::Good]), family]),
                    provider(vec![Subscriber::with(&[Flavour::Good])]),
                ]),
                Set::with(&[Flavour::Good]),
            ],
        ),
        group(Kind::Professional, vec![Set::with(&[Flavour::Good])]),
        group(
            Kind::Request,
            vec![set(vec![provider(vec![
                Subscriber::with(&[Flavour::Good]),
                Subscriber::with(&[Flavour::Good]),
            ])])],
        ),
    ];
    let second = vec![group(Kind::Professional, vec![Set::with(&[Flavour::Good])])];
    let interchange = |groups| Interchange { style: Style::USUAL, flaw: InterchangeFlaw::None, groups };
    let file = File { interchanges: vec![interchange(first), interchange(second)], base: 0 };
    String::from_utf8(file.build().bytes).unwrap()
}

/// Makes every SE01 right, so that an edit that adds or takes away segments is one fault only.
fn recounted(text: &str) -> String {
    let mut begun = 0;
    let lines = text.split_inclusive("~\n").enumerate().map(|(at, segment)| {
        if segment.starts_with("ST*") {
            begun = at;
        }
        match segment.strip_prefix("SE*").and_then(|rest| rest.split_once('*')) {
            Some((_, control)) => format!("SE*{}*{control}", at - begun + 1),
            None => segment.to_owned(),
        }
    });
    lines.collect()
}

/// One row of the table.
struct Case {
    what: &'static str,
    /// The edits: first occurrences replaced.
    edits: &'static [(&'static str, &'static str)],
    /// A profile beside the plan's.
    profile: &'static str,
    rule: &'static str,
    severity: &'static str,
    /// Part of the message.
    says: &'static str,
    rejected: &'static [u64],
    refused: &'static [u64],
    status: u8,
}

const BASE: Case = Case {
    what: "",
    edits: &[],
    profile: "",
    rule: "",
    severity: "reject",
    says: "",
    rejected: &[],
    refused: &[],
    status: 1,
};

const FIRST: &[u64] = &[1, 2, 3, 4, 5, 6, 7, 8];
const GROUP: &[u64] = &[1, 2, 3, 4, 5];
const SET: &[u64] = &[1, 2, 3, 4];

const fn harmless(
    what: &'static str,
    edits: &'static [(&'static str, &'static str)],
    says: &'static str,
) -> Case {
    Case { what, edits, rule: "ENV110", severity: "warn", says, status: 0, ..BASE }
}

const CASES: &[Case] = &[
    // the interchange is refused
    Case {
        what: "no IEA before the next ISA",
        edits: &[("IEA*3*000000001~\n", "")],
        rule: "ENV102",
        says: "before the next ISA",
        refused: FIRST,
        ..BASE
    },
    Case {
        what: "ISA13 and IEA02 differ",
        edits: &[("IEA*3*000000001", "IEA*3*000000007")],
        rule: "ENV103",
        says: "IEA02 is 000000007, but ISA13 is 000000001",
        refused: FIRST,
        ..BASE
    },
    Case {
        what: "another version",
        edits: &[("*00501*", "*00401*")],
        rule: "ENV104",
        says: "00401",
        refused: FIRST,
        ..BASE
    },
    Case {
        what: "ISA13 is no number",
        edits: &[("*000000001*0*P", "*00000000A*0*P"), ("IEA*3*000000001", "IEA*3*00000000A")],
        rule: "ENV105",
        says: "nine digits",
        refused: FIRST,
        ..BASE
    },
    Case {
        what: "one separator for two things",
        edits: &[("*P*:~", "*P**~")],
        rule: "ENV106",
        refused: FIRST,
        ..BASE
    },
    Case {
        what: "a segment over its limit",
        edits: &[(
            "*CH~",
            "*CH*xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx~",
        )],
        profile: "limits.segment_bytes = 106",
        rule: "ENV107",
        says: "longer than 106 bytes",
        refused: FIRST,
        ..BASE
    },
    Case {
        what: "a level over its limit",
        edits: &[(
            "PRV*BI*PXC*207X00000X~\n",
            "PRV*BI*PXC*207X00000X~\nREF*0B*1~\nREF*0B*1~\nREF*0B*1~\nREF*0B*1~\nREF*0B*1~\nREF*0B*1~\nREF*0B*1~\nREF*0B*1~\nREF*0B*1~\nREF*0B*1~\nREF*0B*1~\n",
        )],
        profile: "limits = { segment_bytes = 110, claim_bytes = 240 }",
        rule: "ENV107",
        says: "larger than 240 bytes",
        refused: FIRST,
        ..BASE
    },
    Case {
        what: "a segment outside of sets",
        edits: &[("GE*2*1~\n", "GE*2*1~\nREF*X*1~\n")],
        rule: "ENV108",
        says: "REF stands outside",
        refused: FIRST,
        ..BASE
    },
    // nothing falls
    Case {
        what: "wrong IEA01",
        edits: &[("IEA*3*", "IEA*4*")],
        rule: "ENV109",
        severity: "warn",
        says: "IEA01 is 4, but the interchange holds 3 groups",
        status: 0,
        ..BASE
    },
    harmless("odd ISA02", &[("*00*          *00*", "*00*SECRET    *00*")], "ISA02"),
    harmless("odd ISA04", &[("*00*          *ZZ*", "*00*SECRET    *ZZ*")], "ISA04"),
    harmless("odd ISA01", &[("ISA*00*", "ISA*99*")], "ISA01 is 99"),
    harmless("odd ISA05", &[("*00*          *ZZ*", "*00*          *QQ*")], "ISA05 is QQ"),
    harmless("odd ISA09", &[("*260302*1200*^", "*261302*1200*^")], "ISA09 is 261302"),
    harmless("odd ISA10", &[("*1200*^", "*2500*^")], "ISA10 is 2500"),
    harmless("odd ISA11", &[("*1200*^", "*1200*A")], "no repetition separator"),
    harmless("odd ISA14", &[("*0*P*:", "*7*P*:")], "ISA14 is 7"),
    harmless("odd ISA15", &[("*0*P*:", "*0*Q*:")], "ISA15 is Q"),
    Case {
        what: "ISA13 used before",
        edits: &[("*000000002*0*P", "*000000001*0*P"), ("IEA*1*000000002", "IEA*1*000000001")],
        rule: "ENV111",
        severity: "warn",
        says: "used before",
        status: 0,
        ..BASE
    },
    Case {
        what: "junk between interchanges",
        edits: &[("IEA*3*000000001~\n", "IEA*3*000000001~\nEND OF BATCH\n")],
        rule: "ENV112",
        severity: "info",
        says: "13 bytes",
        status: 0,
        ..BASE
    },
    Case {
        what: "a group of another kind",
        edits: &[(
            "IEA*3*",
            "GS*HP*A*B*20260302*1200*9*X*005010X221A1~\nST*835*0001~\nBPR*I~\nSE*3*0001~\nGE*1*9~\nIEA*4*",
        )],
        rule: "ENV113",
        severity: "info",
        says: "GS01 is HP: the group was set aside",
        status: 0,
        ..BASE
    },
    // the group is rejected
    Case { what: "GE missing", edits: &[("GE*2*1~\n", "")], rule: "GRP101", rejected: GROUP, ..BASE },
    Case {
        what: "GS06 and GE02 differ",
        edits: &[("GE*2*1~", "GE*2*5~")],
        rule: "GRP102",
        says: "GE02 is 5, but GS06 is 1",
        rejected: GROUP,
        ..BASE
    },
    Case {
        what: "wrong GE01",
        edits: &[("GE*2*1~", "GE*3*1~")],
        rule: "GRP103",
        says: "GE01 is 3, but the group holds 2 sets",
        rejected: GROUP,
        ..BASE
    },
    Case {
        what: "GS08 unknown",
        edits: &[("*1*X*005010X222A1", "*1*X*004010X098A1")],
        rule: "GRP104",
        says: "004010X098A1",
        rejected: GROUP,
        ..BASE
    },
    Case {
        what: "GS01 not for the sets",
        edits: &[("GS*HC*", "GS*HI*")],
        rule: "GRP105",
        rejected: GROUP,
        ..BASE
    },
    Case {
        what: "ST01 unknown",
        edits: &[("ST*837*0001", "ST*873*0001")],
        rule: "GRP105",
        says: "A set with ST01 873 does not belong in a group with GS01 HC",
        rejected: GROUP,
        ..BASE
    },
    // the set is rejected
    Case { what: "SE missing", edits: &[("SE*66*0001~\n", "")], rule: "SET101", rejected: SET, ..BASE },
    Case {
        what: "ST02 and SE02 differ",
        edits: &[("SE*66*0001", "SE*66*0009")],
        rule: "SET102",
        says: "SE02 is 0009, but ST02 is 0001",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "wrong SE01",
        edits: &[("SE*66*0001", "SE*67*0001")],
        rule: "SET103",
        says: "SE01 is 67, but the set holds 66 segments",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "wrong SE01, lowered by the profile",
        edits: &[("SE*66*0001", "SE*67*0001")],
        profile: "rules.SET103 = \"warn\"",
        rule: "SET103",
        severity: "warn",
        status: 0,
        ..BASE
    },
    Case {
        what: "ST02 twice in a group",
        edits: &[("ST*837*0002", "ST*837*0001"), ("SE*25*0002", "SE*25*0001")],
        rule: "SET104",
        says: "0001, which was used before",
        rejected: &[5],
        ..BASE
    },
    Case {
        what: "ST02 too short",
        edits: &[("ST*837*0001", "ST*837*1"), ("SE*66*0001", "SE*66*1")],
        rule: "SET105",
        says: "ST02 is 1",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "ST03 is another version",
        edits: &[("ST*837*0001*005010X222A1", "ST*837*0001*005010X222")],
        rule: "SET105",
        says: "ST03 is 005010X222, but GS08 is 005010X222A1",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "BHT missing",
        edits: &[("BHT*0019*00*REF1*20260302*1200*CH~\n", "")],
        rule: "SEG104",
        says: "BHT",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "1000A missing",
        edits: &[("NM1*41*2*BAY BILLING*****46*SUB1~\nPER*IC*DESK*TE*8055550111~\n", "")],
        rule: "LOP101",
        says: "1000A",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "1000B missing",
        edits: &[("NM1*40*2*COAST PLAN*****46*PLAN1~\n", "")],
        rule: "LOP101",
        says: "1000B",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "HL01 out of sequence",
        edits: &[("HL*2*1*22*0", "HL*5*1*22*0")],
        rule: "HLV101",
        says: "HL01 is 5; it should be 2",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "HL02 names no parent",
        edits: &[("HL*2*1*22*0", "HL*2*9*22*0")],
        rule: "HLV102",
        says: "HL02 is 9",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "HL03 unknown",
        edits: &[("HL*4*3*23*0", "HL*4*3*99*0")],
        rule: "HLV103",
        says: "HL03 is 99",
        rejected: SET,
        ..BASE
    },
    Case {
        what: "claims under no subscriber",
        edits: &[("HL*6*5*22*0~\n", "")],
        rule: "HLV105",
        rejected: SET,
        ..BASE
    },
    // what stands below a level is rejected
    Case {
        what: "fault in 2000A",
        edits: &[("NM1*85*2*HARBOR CLINIC*****XX*1000000012~\n", "")],
        rule: "LOP101",
        says: "2010AA",
        rejected: &[1, 2, 3],
        ..BASE
    },
    Case {
        what: "fault in 2000B",
        edits: &[("SBR*P*18*******MC~\n", "")],
        rule: "SEG104",
        says: "SBR",
        rejected: &[1, 2],
        ..BASE
    },
    Case {
        what: "fault in 2000C",
        edits: &[("NM1*QC*1*VANCE*BEN~\n", "")],
        rule: "LOP101",
        says: "2010CA",
        rejected: &[3],
        ..BASE
    },
    Case {
        what: "wrong HL04",
        edits: &[("HL*2*1*22*0", "HL*2*1*22*1")],
        rule: "HLV104",
        says: "HL04 is 1, but no lower level follows",
        rejected: &[1, 2],
        ..BASE
    },
    // the record is rejected
    Case {
        what: "fault in a claim",
        edits: &[("HI*ABK:J069~\n", "REF*ZZ*1~\nHI*ABK:J069~\n")],
        rule: "SEG102",
        rejected: &[1],
        ..BASE
    },
    Case {
        what: "a claim over its limit",
        edits: &[(
            "HI*ABK:J069~\n",
            "HI*ABK:J069~\nK3*xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx~\nK3*xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx~\n",
        )],
        profile: "limits = { segment_bytes = 110, claim_bytes = 240 }",
        rule: "LIM101",
        says: "larger than 240 bytes",
        rejected: &[1],
        ..BASE
    },
    Case {
        what: "fault in a 278 event",
        edits: &[("UM*HS*I*1*11:B~\n", "")],
        rule: "SEG104",
        says: "UM",
        rejected: &[7],
        ..BASE
    },
    Case {
        what: "fault in a claim, whole sets rejected",
        edits: &[("HI*ABK:J069~\n", "REF*ZZ*1~\nHI*ABK:J069~\n")],
        profile: "reject_unit = \"set\"",
        rule: "SEG102",
        rejected: SET,
        ..BASE
    },
    Case { what: "SNIP 4", edits: &[("*UN*1***1~", "*UN*1***2~")], rule: "CLM105", rejected: &[1], ..BASE },
    Case {
        what: "SNIP 7",
        edits: &[("HI*ABK:J069~\n", "HI*ABK:J069*ABF:E109~\n")],
        rule: "CCS101",
        rejected: &[1],
        ..BASE
    },
];

fn outputs(text: &str, profile: &str) -> Outputs {
    let setup = if profile.is_empty() { Setup::default() } else { Setup::with_profile(profile) };
    setup.one(text.as_bytes())
}

#[test]
fn what_falls() {
    let good = two_interchanges();
    assert_eq!(recounted(&good), good);
    let sound = outputs(&good, "");
    assert_eq!((sound.status, sound.rows.len(), sound.count("records/read")), (0, 0, 9), "{:#?}", sound.rows);
    for case in CASES {
        let mut text = good.clone();
        for (from, to) in case.edits {
            let edited = text.replacen(from, to, 1);
            assert_ne!(edited, text, "{}: {from}", case.what);
            text = edited;
        }
        if !case.rule.starts_with("SET10") {
            text = recounted(&text);
        }
        let outputs = outputs(&text, case.profile);
        let what = format!("{}: {:#?}", case.what, outputs.rows);
        check::all(text.as_bytes(), &outputs);
        let mut expected: BTreeMap<String, Fate> =
            (1..=9).map(|n| (format!("C{n:05}"), Fate::Accept)).collect();
        for (numbers, fate) in [(case.rejected, Fate::Reject), (case.refused, Fate::Refused)] {
            for number in numbers {
                expected.insert(format!("C{number:05}"), fate);
            }
        }
        assert_eq!(outputs.fates(), expected, "{what}");
        assert_eq!(outputs.status, case.status, "{what}");
        let root = outputs.rows_of(case.rule);
        assert!(!root.is_empty(), "{what}");
        assert!(
            root.iter().all(|row| row.severity == case.severity && row.message.contains(case.says)),
            "{what}"
        );
        let others: Vec<&str> = outputs.rules().into_iter().filter(|rule| *rule != case.rule).collect();
        let allowed: &[&str] = match case.what {
            // one cause shows in two places
            "claims under no subscriber" => &["HLV101"],
            "GS01 not for the sets" => &["GRP104"],
            "fault in a claim, whole sets rejected" => &["SET106"],
            _ => &[],
        };
        assert!(others.iter().all(|rule| allowed.contains(rule)), "{what}");
    }
}

/// An ISA that cannot be read: its bytes go to the refused file, and the next interchange is processed.
#[test]
fn an_unreadable_isa_refuses_up_to_the_next() {
    let good = two_interchanges();
    let text = good.replacen("ISA*00*          ", "ISA*00*         ", 1);
    let outputs = outputs(&text, "");
    check::all(text.as_bytes(), &outputs);
    assert_eq!((outputs.status, outputs.rules()), (1, vec!["ENV101"]));
    assert_eq!(outputs.rows[0].disposition, "refused");
    let second = text.rfind("\nISA*").unwrap() + 1;
    assert_eq!(String::from_utf8_lossy(&outputs.refused), text[..second]);
    assert_eq!(outputs.fates().into_keys().collect::<Vec<_>>(), ["C00009"]);
}

/// A cut at the end refuses the last interchange only.
#[test]
fn a_cut_refuses_the_last_interchange() {
    let good = two_interchanges();
    let text = &good[..good.len() - 40];
    let outputs = outputs(text, "");
    check::all(text.as_bytes(), &outputs);
    assert_eq!((outputs.status, outputs.rules()), (1, vec!["ENV102"]));
    assert!(outputs.rows[0].message.contains("cut off"));
    let refused = outputs.fates().into_iter().filter(|(_, fate)| *fate == Fate::Refused);
    assert_eq!(refused.map(|(id, _)| id).collect::<Vec<_>>(), ["C00009"]);
}

/// ISA11 `U`, the habit of 4010: nothing to say, and `^` is data.
#[test]
fn u_means_no_repetition_separator() {
    let good = two_interchanges();
    let text = good.replacen("*1200*^*", "*1200*U*", 1).replacen("*VANCE*LISA*", "*VAN^CE*LI^SA*", 1);
    let outputs = outputs(&text, "");
    assert_eq!((outputs.status, outputs.rows.len()), (0, 0), "{:#?}", outputs.rows);
    assert_eq!(outputs.accept, text.as_bytes());
}

#[test]
fn a_test_interchange_is_judged_and_said_to_be_one() {
    let good = two_interchanges();
    let text = good.replacen("*0*P*:", "*0*T*:", 1).replacen("HI*ABK:J069~", "HI*ABK:J0699~", 1);
    let outputs = outputs(&text, "");
    assert_eq!((outputs.status, outputs.rules()), (1, vec!["CLM104"]));
    assert_eq!(outputs.summary["test"], true);
    assert_eq!(self::outputs(&good, "").summary["test"], false);
}

/// An envelope without groups is legal, with or without a TA1 in it.
#[test]
fn an_interchange_may_hold_no_groups() {
    let good = two_interchanges();
    for ta1 in ["", "TA1*000000001*260302*1200*A*000~\n"] {
        let bare = format!("{}{ta1}IEA*0*000000005~\n", &good[..107].replace("*000000001*", "*000000005*"));
        let text = [bare.as_str(), &good].concat();
        let outputs = outputs(&text, "");
        assert_eq!((outputs.status, outputs.rows.len()), (0, 0), "{:#?}", outputs.rows);
        assert_eq!(outputs.count("interchanges"), 3);
        let alone = self::outputs(&bare, "");
        assert_eq!((alone.status, alone.accept.len(), alone.count("records/read")), (0, 0, 0));
    }
}

/// What the profile forgives is mended in what is written: the receiver gets right counts.
#[test]
fn a_forgiven_count_is_written_right() {
    let text = two_interchanges().replacen("SE*66*0001", "SE*67*0001", 1);
    let outputs = outputs(&text, "rules.SET103 = \"warn\"");
    assert_eq!(read::envelope_faults(&outputs.accept), Vec::<String>::new());
    assert_eq!(outputs.accept, two_interchanges().as_bytes());
}
