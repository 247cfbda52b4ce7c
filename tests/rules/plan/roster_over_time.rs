//! What the member roster says may change between the lines of a claim: each line is judged by what holds on its date.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{self, Reject, Silent};

use crate::ask::expect;

const TAR101: RuleId = RuleId::TAR101;

/// Two lines for diabetes, the first with a number where it has one.
fn two(rows: &[&str], days: [&str; 2], number: &str) -> String {
    let rows: String =
        rows.iter().map(|row| format!("@roster members 91234567A,2015-03-02,{row}\n")).collect();
    let [first, second] = days;
    format!(
        "{rows}CLM*A1*160***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*{first}\n{number}LX*2\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*{second}"
    )
}

#[test]
fn a_line_is_a_ccs_line_by_its_own_date() {
    let march = ["20260310", "20260320"];
    let enrolled_until = ["Santa Cruz,medi-cal,Y,,,,2026-03-15", "Santa Cruz,medi-cal,N,,,2026-03-16,"];
    let enrolled_from = ["Santa Cruz,medi-cal,N,,,,2026-03-15", "Santa Cruz,medi-cal,Y,,,2026-03-16,"];
    let from_ihss = ["Santa Cruz,ihss,,,,,2026-03-15", "Santa Cruz,medi-cal,Y,,,2026-03-16,"];
    let left = ["Santa Cruz,medi-cal,N,,,2026-03-16,"];
    let cited = "REF*G1*TAR4471\n";
    let cases: [(&str, Expect, String); 5] = [
        ("in CCS until between the lines", Silent, two(&enrolled_until, march, cited)),
        ("and no number of the first line", Reject, two(&enrolled_until, march, "")),
        ("in CCS from between the lines", Reject, two(&enrolled_from, march, cited)),
        ("in a line of business without it until then", Reject, two(&from_ihss, march, cited)),
        ("not in CCS from then, and not in the roster before", Silent, two(&left, march, cited)),
    ];
    for (what, wanted, text) in cases {
        expect(TAR101, wanted, what, &text);
    }
}

#[test]
fn a_county_is_that_of_the_day() {
    let moved = ["Santa Cruz,medi-cal,Y,,,,2024-12-24", "Mariposa,medi-cal,Y,,,2024-12-25,"];
    for (days, wanted) in [
        (["20241220", "20241224"], Silent),
        (["20241220", "20241228"], Reject),
        (["20241224", "20250101"], Silent),
    ] {
        expect(RuleId::PRG101, wanted, days[1], &two(&moved, days, "REF*G1*TAR4471\n"));
    }
}
