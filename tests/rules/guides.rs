//! Balances, codes and situations at their boundaries, and faults of the levels above claims.

use claimsieve::finding::RuleId;
use claimsieve::record::ClaimKind;
use claimsieve::rules::Expect::{Info, Reject, Silent, Warn};

use crate::ask::{answer, expect, expect_institutional};
use crate::common::{Case, Kind, SURGEON, Setup, interchange_of};

fn visit(charge: &str, lines: &[&str]) -> String {
    let mut text = format!("CLM*A1*{charge}***11:B:1*Y*A*Y*Y\nHI*ABK:J069\n");
    for (number, line) in (1..).zip(lines) {
        text += &format!("LX*{number}\nSV1*HC:99213*{line}*UN*1***1\nDTP*472*D8*20260302\n");
    }
    text
}

/// Decimals are compared exactly: neither rounding nor tolerance.
#[test]
fn charges_balance_to_the_last_decimal() {
    for (charge, lines, expected) in [
        ("100", &["33.33", "33.33", "33.34"][..], Silent),
        ("100", &["33.33", "33.33", "33.33"], Reject),
        ("0.3", &["0.1", "0.2"], Silent),
        ("80", &["80.0001"], Reject),
        ("80.000", &["80."], Silent),
        ("0", &["0"], Silent),
        ("80", &["100", "-20"], Silent),
    ] {
        expect(RuleId::BAL101, expected, charge, &visit(charge, lines));
    }
}

/// A claim to the second payer, each line with what the first one made of it.
fn secondary(paid: &str, lines: &[(&str, &str)]) -> String {
    let charge: i64 = lines.iter().map(|(charge, _)| charge.parse::<i64>().unwrap()).sum();
    let mut text = format!(
        "@replace SBR*P*18|SBR*S*18\nCLM*A1*{charge}***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*P*19*******CI\nAMT*D*{paid}\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\n"
    );
    for (number, (charge, adjudication)) in (1..).zip(lines) {
        text += &format!("LX*{number}\nSV1*HC:99213*{charge}*UN*1***1\nDTP*472*D8*20260302\n{adjudication}");
    }
    text
}

/// A line that was adjudicated in parts, and lines that were bundled into one, balance together.
#[test]
fn parts_and_bundles_are_added() {
    let parts = "SVD*BLUE*30*HC:99213**1\nCAS*CO*45*20\nDTP*573*D8*20260320\nSVD*BLUE*40*HC:99212**1\nCAS*CO*45*5\nDTP*573*D8*20260320\n";
    expect(RuleId::BAL104, Silent, "two parts", &secondary("70", &[("95", parts)]));
    expect(RuleId::BAL104, Reject, "two parts of more", &secondary("70", &[("96", parts)]));
    let bundled = |adjusted: &str| {
        let into = format!("SVD*BLUE*120*HC:99214**1\nCAS*CO*45*{adjusted}\nDTP*573*D8*20260320\n");
        secondary("120", &[("95", into.as_str()), ("60", "SVD*BLUE*0*HC:99214**1*1\nDTP*573*D8*20260320\n")])
    };
    expect(RuleId::BAL104, Silent, "a bundle", &bundled("35"));
    expect(RuleId::BAL104, Reject, "a bundle that lacks a dollar", &bundled("34"));
    let left_out =
        secondary("60", &[("95", "SVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320\n"), ("0", "")]);
    expect(RuleId::BAL105, Silent, "a line of no charge needs no adjudication", &left_out);
}

/// Each single wrong digit of an NPI is found, and so are most neighbours that changed places.
#[test]
fn every_wrong_digit_of_an_npi_is_found() {
    let claim = |npi: &str| {
        format!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*WREN*IDA****XX*{npi}\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
    expect(RuleId::COD108, Silent, "as it is", &claim("1234567893"));
    for at in 1..10 {
        let mut npi = b"1234567893".to_vec();
        npi[at] = if npi[at] == b'9' { b'0' } else { npi[at] + 1 };
        let npi = String::from_utf8(npi).unwrap();
        expect(RuleId::COD108, Reject, &npi, &claim(&npi));
    }
    expect(RuleId::COD108, Reject, "two digits changed places", &claim("1324567893"));
}

/// What is wrong with a billing provider is said once, and rejects each claim below it.
#[test]
fn claims_inherit_the_faults_of_their_billing_provider() {
    let claim = visit("80", &["80"]);
    let cases = [Case::of(&claim), Case { member: "91234568B", ..Case::of(&claim) }];
    let bytes = interchange_of(Kind::Professional, SURGEON, &cases);
    let text = String::from_utf8(bytes).unwrap();
    let outputs = Setup::default().one(text.replace("REF*EI*770000001", "REF*EI*77000000").as_bytes());
    let rows = |inherited: bool| {
        let of_rule = outputs.rows.iter().filter(|row| row.rule == "COD110");
        of_rule.filter(|row| row.inherited_from.is_empty() != inherited).count()
    };
    assert_eq!((rows(false), rows(true)), (1, 2), "{:#?}", outputs.rows);
    assert_eq!((outputs.count("records/accepted"), outputs.count("records/rejected")), (0, 2));
}

/// A warning about a level above claims rejects nothing.
#[test]
fn a_level_s_warning_rejects_nothing() {
    let claim = visit("80", &["80"]);
    let bytes = interchange_of(Kind::Professional, SURGEON, &[Case::of(&claim)]);
    let text = String::from_utf8(bytes).unwrap();
    let outputs = Setup::default().one(text.replace("930301234", "930300000").as_bytes());
    assert!(outputs.rows.iter().any(|row| row.rule == "SIT130" && row.severity == "warn"));
    assert_eq!(outputs.count("records/accepted"), 1);
}

/// Dates: the last day on which a rule is silent, the first on which it speaks.
#[test]
fn days() {
    let stay = |procedure: &str, dates: &str| {
        format!(
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*{dates}\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:J069\nHI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:{procedure}\nNM1*71*1*TERN*IVY****XX*1000001010\nNM1*72*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0120**900*DA*3\n"
        )
    };
    for (day, expected) in
        [("20260226", Warn), ("20260227", Silent), ("20260305", Silent), ("20260306", Warn)]
    {
        expect_institutional(RuleId::SIT114, expected, day, &stay(day, "20260302-20260305"));
    }
    // the file was received on 1 July 2026
    for (to, expected) in [("20260701", Silent), ("20260702", Reject)] {
        expect_institutional(RuleId::SIT101, expected, to, &stay("20260302", &format!("20260302-{to}")));
    }
}

/// Naming the billing provider again only informs.
#[test]
fn the_billing_provider_may_render() {
    let number = String::from_utf8(interchange_of(Kind::Professional, SURGEON, &[])).unwrap();
    let npi =
        number.split("HARBOR CLINIC*****XX*").nth(1).and_then(|rest| rest.get(..10)).unwrap().to_owned();
    for (npi, expected) in [(npi.as_str(), Info), ("1000001184", Silent)] {
        let claim = format!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*WREN*IDA****XX*{npi}\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        );
        assert_eq!(answer(ClaimKind::Professional, &claim, RuleId::SIT126), expected, "{npi}");
    }
}
