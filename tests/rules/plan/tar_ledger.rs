//! TAR130, TAR131 and TAR137, as far as one claim shows them; what counts across claims is asked in `tests/store/ledger.rs`.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{Reject, Silent, Warn};

use crate::ask::expect;

use super::{Draft, office, outpatient, stay, table};

/// Five days of a stay from 2 March under an authorization from that day to this one, of these units.
fn reviewed(diagnosis: &str, until: &str, units: &str) -> Draft {
    stay()
        .between("20260302", "20260307")
        .with("REF*G1*TAR4471")
        .authorization(&format!("TAR4471,tar,plan,A1,91234567A,,2026-03-02,{until},,,{units},inpatient"))
        .diagnoses(&[&format!("ABK:{diagnosis}:::::::Y")])
        .line("0120**900*DA*5")
}

#[test]
fn tar137_days_that_were_reviewed() {
    table(
        RuleId::TAR137,
        &[
            ("four days of five", Reject, reviewed("E1010", "2026-03-05", ",")),
            ("five days", Silent, reviewed("E1010", "2026-03-06", ",")),
            ("no last day", Silent, reviewed("E1010", "", ",")),
            ("the admission alone", Silent, reviewed("E1010", "2026-03-02", ",")),
            ("days are counted by TAR109", Silent, reviewed("E1010", "2026-03-05", "4,DY")),
            (
                "paid by its group",
                Silent,
                reviewed("E1010", "2026-03-05", ",").diagnoses(&["ABK:E1010:::::::Y", "DR:638"]),
            ),
            ("a stay that may need the number", Warn, reviewed("J189", "2026-03-05", ",")),
        ],
    );
}

/// A visit or a piece of equipment on 2 March 2026, for a CCS condition.
fn past(limit: &str, place: &str, line: &str) -> Draft {
    office().around(limit).place(place).diagnoses(&["ABK:G800"]).line(line)
}

const NO_VISITS: &str = "@profile therapy.visits = 0";

#[test]
fn tar130_and_tar131_leave_inpatient_stays_alone() {
    let given = |draft: Draft, service: &str| {
        let diagnoses = ["ABK:G800:::::::Y"];
        draft.around(NO_VISITS).diagnoses(&diagnoses).line("0120**900*DA*3").line(service)
    };
    let (therapy, masks) = ("0420*HC:97110:GP*80*UN*1", "0270*HC:A7028*80*UN*3");
    for (rule, service) in [(RuleId::TAR130, therapy), (RuleId::TAR131, masks)] {
        table(
            rule,
            &[
                ("in a stay", Silent, given(stay(), service)),
                ("in a nursing facility", Silent, given(stay().place("21"), service)),
                (
                    "as an outpatient",
                    Reject,
                    outpatient().around(NO_VISITS).diagnoses(&["ABK:G800"]).line(service),
                ),
            ],
        );
    }
}

#[test]
fn tar131_purchases_and_rentals() {
    let history = |code: &str| {
        format!(
            "@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-02-02,{code},1,"
        )
    };
    table(
        RuleId::TAR131,
        &[
            ("a second wheelchair", Reject, past(&history("K0861,"), "12", "K0861")),
            ("the second month of one", Silent, past(&history("K0861,RR"), "12", "K0861:RR")),
            ("the second month of another", Silent, past(&history("K0001,RR"), "12", "K0001:RR")),
        ],
    );
}

#[test]
fn tar131_dollars_of_a_group() {
    let lift = |dollars: u32| format!("HC:E0621*{dollars}*UN*1***1");
    let both = |first: &str| office().place("12").diagnoses(&["ABK:G800"]).line(first).line(&lift(50));
    let granted = "TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,E0621,,,";
    table(
        RuleId::TAR131,
        &[
            ("two of 60 and 50 dollars", Reject, both(&lift(60))),
            ("two of 50 dollars", Silent, both(&lift(50))),
            ("beside a bed, which has a limit of its own", Silent, both("HC:E0250*900*UN*1***1")),
            (
                "beside one that is authorized",
                Silent,
                office()
                    .place("12")
                    .diagnoses(&["ABK:G800"])
                    .authorization(granted)
                    .line_with(&lift(900), "REF*G1*TAR4471")
                    .line(&lift(50)),
            ),
        ],
    );
}

#[test]
fn past_the_limits_a_number_must_be_for_the_provider_and_have_something_left() {
    let cited = |authorization: &str, units: u32| {
        past(NO_VISITS, "11", &format!("HC:97110:GP*80*UN*{units}***1"))
            .authorization(&format!("TAR4471,{authorization}"))
            .with("REF*G1*TAR4471")
    };
    let therapy = |rest: &str| cited(&format!("tar,plan,A1,91234567A,,2026-01-01,2026-12-31,{rest}"), 1);
    let county = |rest: &str| cited(&format!("sar,county,A1,91234567A,{rest}"), 1);
    let two_of_one = cited("tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97110,1,UN,", 2);
    table(
        RuleId::TAR130,
        &[
            ("for the provider", Silent, therapy("1000000772,97110,4,VS,")),
            ("for another provider", Reject, therapy("1000000780,97110,4,VS,")),
            (
                "for one of the billing group",
                Silent,
                therapy("1000000780,97110,4,VS,").roster("providers", "1000000780,770000001,,,,,"),
            ),
            ("one unit of one", Silent, therapy(",97110,1,UN,")),
            ("none of none", Reject, therapy(",97110,0,UN,")),
            ("two units of one", Reject, two_of_one.clone()),
            ("a county's of the time before", Silent, county("2018-05-01,2018-05-01,,,,,,")),
            ("a county's of the time since", Reject, county("2020-05-01,2020-05-01,,,,,,")),
        ],
    );
    expect(RuleId::TAR109, Warn, "two units of one", &two_of_one.text());
}
