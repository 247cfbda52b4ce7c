//! Acknowledgements: what is sent when, and that each is valid by our own guide tables.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::format_push_string,
    clippy::format_collect,
    dead_code
)]

mod bad_input;
#[path = "../common/mod.rs"]
mod common;
mod guides;
mod sweep;

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use claimsieve::generate::{Batch, Kind as Generated};
use claimsieve::pipeline::Silent;

use common::arbitrary::{cases, file};
use common::{Case, Kind, SURGEON, Setup, interchange_of};

const SUFFIXES: [&str; 4] = [".ta1.x12", ".999.x12", ".277ca.x12", ".278.x12"];

/// Every acknowledgement of a run is valid; answers how many segments they have.
fn valid(files: &BTreeMap<String, Vec<u8>>) -> usize {
    let mut segments = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| SUFFIXES.iter().any(|suffix| name.ends_with(suffix)))
    {
        assert!(!bytes.is_empty(), "{name} is empty");
        let faults = guides::faults(bytes);
        assert!(faults.is_empty(), "{name}: {faults:#?}\n{}", String::from_utf8_lossy(bytes));
        segments += String::from_utf8_lossy(bytes).matches(['~', '\'']).count();
    }
    segments
}

#[test]
fn those_of_the_sample_day_are_valid() {
    let day = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/day");
    let out = tempfile::tempdir().unwrap();
    for profile in ["", "acknowledge_as = \"clearinghouse\"", "reject_unit = \"set\"", "base = \"snip\""] {
        let ran = Setup { force: true, ..Setup::with_profile(profile) }.run_in(
            std::slice::from_ref(&day),
            out.path(),
            &Silent,
        );
        assert_eq!(ran.errors, Vec::<String>::new());
        assert!(valid(&ran.files) > 500);
        for (name, there) in [
            ("278-requests.278.x12", !profile.starts_with("reject_unit")),
            ("278-responses.278.x12", false),
            ("837d-dentists.277ca.x12", true),
        ] {
            assert_eq!(ran.files.contains_key(name), there, "{name}");
        }
    }
}

#[test]
fn those_of_generated_batches_are_valid() {
    for seed in 1..4 {
        let batch = Batch {
            reject_rate: 0.3,
            patient_share: 0.3,
            claims_per_set: Some(40),
            sets_per_group: Some(3),
            groups_per_interchange: Some(2),
            ..Batch::new(Generated::Professional, 400, seed)
        };
        let mut bytes = Vec::new();
        batch.write_to(&mut bytes).unwrap();
        assert!(valid(&Setup::default().run(&[("a.837", &bytes)]).files) > 1000);
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn those_of_flawed_files_are_valid(file in file()) {
        let ran = Setup::default().run(&[("a.837", &file.build().bytes)]);
        valid(&ran.files);
    }
}

const GOOD: &str = "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*D9*TRACE1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302";
const BAD: &str = "CLM*A2*70.50***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*7\nSV1*HC:99213:25*70.50*UN*1***1\nDTP*472*D8*20260231\nREF*6R*LINE7";

/// The acknowledgements of one input, without line breaks.
struct Said([String; 4]);

impl Said {
    fn of(profile: &str, bytes: &[u8]) -> Said {
        let ran = Setup::with_profile(profile).run(&[("a.837", bytes)]);
        valid(&ran.files);
        let text = |suffix: &&str| {
            let bytes = ran.files.get(&format!("a{suffix}")).cloned().unwrap_or_default();
            String::from_utf8(bytes).unwrap().replace('\n', "")
        };
        Said(SUFFIXES.each_ref().map(text))
    }

    #[track_caller]
    fn has(&self, at: usize, parts: &[&str]) {
        for part in parts {
            assert!(self.0[at].contains(part), "{part} is not in {}", self.0[at]);
        }
    }
}

const TA1: usize = 0;
const X999: usize = 1;
const X277: usize = 2;

fn two_claims() -> String {
    String::from_utf8(interchange_of(Kind::Professional, SURGEON, &[Case::of(GOOD), Case::of(BAD)])).unwrap()
}

#[test]
fn a_claim_with_a_structural_fault_is_in_both() {
    let said = Said::of("", two_claims().as_bytes());
    said.has(X999, &["*2400*8~CTX*CLM01:A2~IK4*3*1251*8*20260231~IK5*E*5~AK9*E*1*1*1~"]);
    said.has(
        X277,
        &[
            "QTY*90*1~QTY*AA*1~AMT*YU*80~AMT*YY*70.5~",
            "QTY*QA*1~QTY*QC*1~",
            "TRN*2*A1~STC*A2:20:PR*20260701*WQ*80~REF*D9*TRACE1~DTP*472*D8*20260302~",
            "TRN*2*A2~STC*A7:247*20260701*U*70.5~",
            "SVC*HC:99213:25*70.5~STC*A7:187**U~REF*FJ*LINE7~",
        ],
    );
    assert_eq!(said.0[TA1], "", "none is asked for");
    assert_eq!(said.0[3], "");
}

/// Each fault of each level above a claim is told of it, the outermost first.
#[test]
fn a_claim_has_a_status_for_each_fault_above_it() {
    let cases = [Case { patient: Some("20150302"), ..Case::of(GOOD) }, Case::of(GOOD)];
    let text = String::from_utf8(interchange_of(Kind::Professional, SURGEON, &cases)).unwrap();
    let text = text.replace("REF*EI*770000001", "REF*EI*77000000").replace("1000000772", "1000000771");
    let text = text.replace("NM1*QC*1*VANCE*LEA", "NM1*QC*3*VANCE*LEA");
    let outputs = Setup::default().one(text.as_bytes());
    let of = |record: Option<u64>| {
        let rows = outputs.rows.iter().filter(|row| row.record == record && row.severity == "reject");
        rows.map(|row| (row.rule.as_str(), row.inherited_from.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(of(None), [("COD108", ""), ("COD110", ""), ("ELM111", "")]);
    assert_eq!(of(Some(1)), [("COD108", "2010AA"), ("COD110", "2010AA"), ("ELM111", "2010CA")]);
    assert_eq!(of(Some(2)), [("COD108", "2010AA"), ("COD110", "2010AA")]);
    assert_eq!(outputs.count("findings/COD110/reject"), 3);
    let said = Said::of("", text.as_bytes());
    said.has(
        X277,
        &["A7:562:85*20260701*U*80******A7:128:85*A7:21~", "A7:562:85*20260701*U*80******A7:128:85~"],
    );
}

#[test]
fn who_acknowledges_is_a_choice() {
    let said = Said::of("acknowledge_as = \"clearinghouse\"", two_claims().as_bytes());
    said.has(X277, &["NM1*AY*2*", "STC*A1:19:AY*", "TRN*2*A1~STC*A0:16:PR*"]);
}

#[test]
fn a_rejected_set_has_no_277ca() {
    let said = Said::of("", two_claims().replace("SE*", "SE*9").as_bytes());
    said.has(X999, &["IK5*R*4~AK9*R*1*1*0~"]);
    assert_eq!(said.0[X277], "");
    let said = Said::of("reject_unit = \"set\"", two_claims().as_bytes());
    said.has(X999, &["IK4*3*1251*8*20260231~IK5*R*5~AK9*R*1*1*0~"]);
    assert_eq!(said.0[X277], "");
}

/// A 999 names group and set as they came, even where its own elements are shorter.
#[test]
fn long_control_numbers_are_not_cut() {
    let said = Said::of(
        "",
        two_claims()
            .replace("*20260302*1200*1*X*", "*20260302*1200*1234567890123*X*")
            .replace("GE*1*1~", "GE*1*1234567890123~")
            .as_bytes(),
    );
    said.has(X999, &["AK1*HC*1234567890123*005010X222A1~"]);
    let said = Said::of(
        "",
        two_claims()
            .replace("ST*837*0001*", "ST*837*1234567890*")
            .replace("*0001~\nGE", "*1234567890~\nGE")
            .as_bytes(),
    );
    said.has(X999, &["AK2*837*1234567890*005010X222A1~"]);
}

/// Each 277CA has a BHT03 of its own, in whichever group of the interchange it stands.
#[test]
fn sets_of_several_groups_have_references_of_their_own() {
    let text = two_claims();
    let (from, to) = (text.find("GS*").unwrap(), text.find("IEA*").unwrap());
    let second =
        text[from..to].replace("*20260302*1200*1*X*", "*20260302*1200*2*X*").replace("GE*1*1~", "GE*1*2~");
    let said = Said::of("", format!("{}{second}IEA*2*000000001~\n", &text[..to]).as_bytes());
    let sets = said.0[X277].split("BHT*0085*08*").skip(1);
    let references: Vec<&str> = sets.map(|rest| rest.split('*').next().unwrap()).collect();
    assert_eq!(references.len(), 2);
    assert_ne!(references[0], references[1]);
}

#[test]
fn a_rejected_group_is_told_of_as_one() {
    let said = Said::of("", two_claims().replace("GE*1*", "GE*2*").as_bytes());
    said.has(X999, &["~AK9*R*2*1*0*5~"]);
    assert!(!said.0[X999].contains("AK2") && said.0[X277].is_empty());
}

#[test]
fn an_interchange_gets_a_ta1_where_it_asks_or_is_refused() {
    let text = two_claims();
    let asking = text.replacen("*0*P*", "*1*T*", 1);
    assert_ne!(asking, text);
    let said = Said::of("", asking.as_bytes());
    said.has(TA1, &["*0*T*:~TA1*", "*A*000~IEA*0*1"]);
    let said = Said::of("", asking.replacen("*00*          *", "*00*SECRET    *", 1).as_bytes());
    said.has(TA1, &["*E*011~"]);
    assert!(!said.0[TA1].contains("SECRET"));
    let said = Said::of("", text.replace("*00501*", "*00401*").as_bytes());
    said.has(TA1, &["*00501*", "*R*003~"]);
    assert_eq!((said.0[X999].as_str(), said.0[X277].as_str()), ("", ""));
}

#[test]
fn acknowledgements_are_not_acknowledged() {
    let text = two_claims();
    let answer =
        text.replacen("*0*P*", "*1*P*", 1).replacen("GS*HC*", "GS*FA*", 1).replace("ST*837*", "ST*999*");
    let bare = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260302*1200*^*00501*000000007*1*P*:~TA1*000000001*260301*1200*A*000~IEA*0*000000007~";
    for text in [answer.as_str(), bare, &answer.replace("IEA*1*", "IEA*1*9")] {
        assert_eq!(Said::of("", text.as_bytes()).0, ["", "", "", ""]);
    }
}

#[test]
fn separators_are_mirrored_and_the_parties_change_places() {
    let text = two_claims().replace('*', "|").replace(':', ">").replace('~', "'");
    let said = Said::of("", text.as_bytes());
    said.has(X999, &["|P|>'GS|FA|", "CTX|CLM01>A2'"]);
    let isa = &text.split('\'').next().unwrap().split('|').collect::<Vec<_>>();
    said.has(X999, &[&format!("|{}|{}|{}|{}|", isa[7], isa[8], isa[5], isa[6])]);
}
