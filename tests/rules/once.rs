//! One fault, one finding: what one rule says, others do not say again.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use claimsieve::record::ClaimKind::{self, Dental, Professional};

use crate::ask::rows;
use crate::common::Setup;

/// What another payer of the name BLUE covered and paid: AMT*D.
macro_rules! second {
    ($paid:literal) => {
        concat!(
            "SBR*P*19*******CI\nAMT*D*",
            $paid,
            "\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\n"
        )
    };
}

/// The guide's rules that warn of a claim or reject it, in the order of the findings.
#[track_caller]
fn says(what: &str, kind: ClaimKind, text: &str, expected: &[&str]) {
    let rows = rows(Setup::default(), kind, text);
    let is_of_guide =
        |rule: &str| ["SEG", "ELM", "BAL", "SIT", "COD", "CLM"].iter().any(|f| rule.starts_with(f));
    let said: Vec<String> = rows
        .iter()
        .filter(|row| is_of_guide(&row.rule) && matches!(row.severity.as_str(), "reject" | "warn"))
        .map(|row| row.rule.clone())
        .collect();
    assert_eq!(said, expected, "{what}");
}

#[test]
fn each_fault_is_told_by_one_rule() {
    says(
        "ICD-9-CM beside ICD-10-CM, years after its end",
        Professional,
        "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*BF:4660\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        &["CLM104"],
    );
    says(
        "a discharge from a hospital without the admission",
        Professional,
        "CLM*A1*80***21:B:1*Y*A*Y*Y\nDTP*096*D8*20260302\nHI*ABK:J069\nLX*1\nSV1*HC:99221*80*UN*1***1\nDTP*472*D8*20260302",
        &["SIT104"],
    );
    says(
        "a date of service without qualifier",
        Professional,
        "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP**D8*20260302",
        &["ELM101"],
    );
    says(
        "a claim's pick-up without a drop-off, and a line's own pick-up",
        Professional,
        "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*PW*2\nN3*3 PIER\nN4*SANTA CRUZ*CA*950602222\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nNM1*PW*2\nN3*4 PIER\nN4*SANTA CRUZ*CA*950602222",
        &["SIT143"],
    );
    says(
        "diagnoses of SNODENT",
        Dental,
        "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*TQ:123456*TQ:234567\nLX*1\nSV3*AD:D2392*80****1*****1:2",
        &[],
    );
}

#[test]
fn each_fault_of_another_payer_is_told_by_one_rule() {
    says(
        "a line adjudication of nobody's",
        Professional,
        concat!(
            "@replace SBR*P*18|SBR*S*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\n",
            second!("60"),
            "LX*1\nSV1*HC:99213*95*UN*1***1\nDTP*472*D8*20260302\nSVD*GREEN*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"
        ),
        &["SIT106"],
    );
    says(
        "a bundle out of balance",
        Professional,
        concat!(
            "@replace SBR*P*18|SBR*S*18\nCLM*A1*100***11:B:1*Y*A*Y*Y\nHI*ABK:J069\n",
            second!("70"),
            "LX*1\nSV1*HC:99213*40*UN*1***1\nDTP*472*D8*20260302\nSVD*BLUE*70*HC:99214**1\nCAS*CO*45*20\nDTP*573*D8*20260320\nLX*2\nSV1*HC:99212*60*UN*1***1\nDTP*472*D8*20260302\nSVD*BLUE*0*HC:99214**1*1\nDTP*573*D8*20260320"
        ),
        &["BAL104"],
    );
    says(
        "two payers of one id",
        Professional,
        concat!(
            "@replace SBR*P*18|SBR*T*18\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\n",
            second!("60"),
            "SBR*S*19*******CI\nAMT*D*20\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B2\nNM1*PR*2*GREEN*****PI*BLUE\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*20\nDTP*573*D8*20260320\nSVD*BLUE*20*HC:99213**1\nCAS*CO*45*60\nDTP*573*D8*20260320"
        ),
        &["SIT107"],
    );
}

/// A claim of as many lines as there may be, each adjudicated by ten other payers, is judged in the time that its size takes.
#[test]
fn many_lines_of_many_payers_take_no_more_than_their_time() {
    let mut text = String::from(
        "@replace SBR*P*18|SBR*U*18\nCLM*A1*99900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:J069\nNM1*71*1*TERN*IVY****XX*1000001010\n",
    );
    let payers = 10;
    for (payer, order) in (0..payers).zip("PSTABCDEFG".chars()) {
        let _ = write!(
            text,
            "SBR*{order}*19*******CI\nAMT*D*59940\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B{payer}\nNM1*PR*2*BLUE*****PI*BLUE{payer}\n"
        );
    }
    for line in 1..=999 {
        let _ = write!(text, "LX*{line}\nSV2*0300*HC:80053*100*UN*1\nDTP*472*D8*20260302\n");
        for payer in 0..payers {
            let _ = write!(text, "SVD*BLUE{payer}*60*HC:80053*0300*1\nCAS*PR*2*40\nDTP*573*D8*20260320\n");
        }
    }
    let begun = Instant::now();
    says("each line's adjudications make its charge", ClaimKind::Institutional, &text, &[]);
    // with a look at every adjudication for each of them it was minutes
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
