//! Days and ages: the last on which a rule is silent, the first on which it speaks.

use claimsieve::finding::{Code, RuleId};
use claimsieve::record::ClaimKind;
use claimsieve::rules::Expect::{Reject, Silent, Warn};

use crate::ask::{answer, expect, expect_institutional};

/// A claim for a cold, with diabetes listed.
fn listed(day: &str) -> String {
    format!(
        "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*ABF:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*{day}"
    )
}

/// Nutrition therapy for diabetes.
fn treated(day: &str) -> String {
    format!("CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*{day}")
}

/// The day before the 21st birthday is the last one in the program.
#[test]
fn the_twenty_first_birthday() {
    for (birth, expected) in [("20050303", Reject), ("20050302", Silent), ("20050301", Silent)] {
        let birth_line = format!("@birth {birth}\n");
        expect(RuleId::CCS101, expected, birth, &(birth_line.clone() + &listed("20260302")));
        expect(RuleId::TAR101, expected, birth, &(birth_line + &treated("20260302")));
    }
    // born on 29 February: 21 on 1 March of a year without one
    for (day, expected) in [("20250228", Reject), ("20250301", Silent)] {
        expect(RuleId::CCS101, expected, day, &("@birth 20040229\n".to_owned() + &listed(day)));
    }
    let institutional = |birth: &str| {
        format!(
            "@birth {birth}\nCLM*A1*900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:K3580\nHI*ABF:E109\nLX*1\nSV2*0300*HC:85025*900*UN*1\nDTP*472*D8*20260302"
        )
    };
    for (birth, expected) in [("20050303", Warn), ("20050302", Silent)] {
        let found = answer(ClaimKind::Institutional, &institutional(birth), RuleId::CCS103);
        assert_eq!(found, expected, "{birth}");
    }
}

/// The earliest date of service decides on a claim whose lines lie on both sides of the birthday.
#[test]
fn the_earliest_date_of_service_decides() {
    let claim = |birth: &str| {
        format!(
            "@birth {birth}\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*ABF:E109\nLX*1\nSV1*HC:99213*40*UN*1***1\nDTP*472*D8*20260305\nLX*2\nSV1*HC:99213*40*UN*1***1\nDTP*472*D8*20260302"
        )
    };
    expect(RuleId::CCS101, Reject, "20 on the first day", &claim("20050303"));
    expect(RuleId::CCS101, Silent, "21 on the first day", &claim("20050302"));
}

/// The program begins in a member's county on a day; before it PRG101 speaks, and the rules that ask for a number are silent.
#[test]
fn the_program_s_first_day() {
    for (zip, before, first) in [("95060", "20180630", "20180701"), ("95024", "20241231", "20250101")] {
        let at = |day: &str| format!("@zip {zip}\n{}", treated(day));
        assert_ne!(answer(ClaimKind::Professional, &at(before), RuleId::PRG101), Silent, "{zip} {before}");
        assert_eq!(answer(ClaimKind::Professional, &at(first), RuleId::PRG101), Silent, "{zip} {first}");
        assert_eq!(answer(ClaimKind::Professional, &at(first), RuleId::TAR101), Reject, "{zip} {first}");
    }
}

/// An authorization's window holds its first and its last day.
#[test]
fn both_ends_of_an_authorization() {
    let claim = |from: &str, to: &str| {
        format!(
            "@authorization TAR4471,tar,plan,A1,91234567A,,{from},{to},,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
    for (from, to, expected) in [
        ("2026-03-02", "2026-03-02", Silent),
        ("2026-03-03", "2026-12-31", Reject),
        ("2026-01-01", "2026-03-01", Reject),
        ("2026-01-01", "", Silent),
    ] {
        expect(RuleId::TAR106, expected, &format!("{from} to {to}"), &claim(from, to));
    }
}

/// A drug is carved out from its row's first day to its last.
#[test]
fn a_carve_out_s_dates() {
    let claim = |code: &str, day: &str| {
        format!("CLM*A1*900***11:B:1*Y*A*Y*Y\nHI*ABK:D66\nLX*1\nSV1*HC:{code}*900*UN*1***1\nDTP*472*D8*{day}")
    };
    // J7170 came on 1 January 2019; Q9995 before it, to the day before
    for (code, day, expected) in [
        ("J7170", "20181231", Silent),
        ("J7170", "20190101", Reject),
        ("Q9995", "20181231", Reject),
        ("Q9995", "20190101", Silent),
    ] {
        expect(RuleId::FFS101, expected, &format!("{code} on {day}"), &claim(code, day));
    }
}

/// Rows of the table that are not sure do not reject by themselves: a service that is listed with less than high confidence warns,
/// unless a CCS condition is treated.
#[test]
fn unsure_rows_warn() {
    let claim = |code: &str, diagnosis: &str| {
        format!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:{diagnosis}\nLX*1\nSV1*HC:{code}*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
    let reference = claimsieve::reference::Reference::builtin();
    let day = claimsieve::finding::Date::new(2026, 3, 2).unwrap();
    for code in ["92507", "70450", "81162", "15820", "78811", "19318", "97165", "21141"] {
        let row = reference.policy.tar_required.rows(Code::from(code), day).next().unwrap();
        assert!(!row.is_high(), "{code}");
        expect(RuleId::TAR101, Warn, code, &claim(code, "J069"));
        expect(RuleId::TAR101, Reject, code, &claim(code, "E109"));
    }
    // neonatal intensive care of level III is high, of level II is not
    let stay = |revenue: &str| {
        format!(
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:J069\nLX*1\nSV2*{revenue}**900*DA*3\n"
        )
    };
    expect_institutional(RuleId::NIC101, Reject, "level III", &stay("0173"));
    expect_institutional(RuleId::NIC101, Warn, "level II", &stay("0172"));
}
