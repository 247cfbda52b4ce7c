//! AUT101 to AUT104: 278 requests and responses.

use claimsieve::finding::RuleId;
use claimsieve::record::ClaimKind;
use claimsieve::rules::Expect::{self, Reject, Silent, Warn};

use crate::ask::answer;

/// Asks a rule about each event.
#[track_caller]
fn events(rule: RuleId, cases: &[(&str, Expect, String)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(what, expected, text)| {
            let found = answer(ClaimKind::Professional, text, rule);
            (found != *expected)
                .then(|| format!("{rule}, {what}: expected {expected:?}, found {found:?}\n{text}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn request(event: &str) -> String {
    format!("@request-event\n{event}")
}

fn response(event: &str) -> String {
    format!("@response-event\n{event}")
}

#[test]
fn aut101_what_a_request_says() {
    events(
        RuleId::AUT101,
        &[
            ("all of it", Silent, request("UM*HS*I*1*11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109")),
            ("no diagnosis", Warn, request("UM*HS*I*1*11:B\nDTP*AAH*D8*20260401")),
            ("no date", Warn, request("UM*HS*I*1*11:B\nHI*ABK:E109")),
            ("a referral has none", Silent, request("UM*SC*I*3*11:B\nHI*ABK:E109")),
            ("an individual's own request", Silent, request("UM*IN*I*1*11:B\nDTP*AAH*D8*20260401")),
            (
                "a service level that says nothing",
                Warn,
                request("UM*HS*I*1*11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109\n|DTP*472*D8*20260401"),
            ),
            (
                "the date of a service",
                Silent,
                request("UM*HS*I*1*11:B\nHI*ABK:E109\n|DTP*472*D8*20260401\nSV1*HC:97802*80*UN*4"),
            ),
            ("no service", Reject, request("UM*HS*I**11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109")),
            (
                "a service level",
                Silent,
                request("UM*HS*I**11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109\n|SV1*HC:97802*80*UN*4"),
            ),
            ("a cancellation", Silent, request("UM*HS*3\nREF*BB*TAR4471")),
            (
                "an extension without diagnosis",
                Silent,
                request("UM*HS*4*1*11:B\nREF*BB*TAR4471\nDTP*AAH*D8*20260401"),
            ),
            ("a response", Silent, response("HCR*A1*TAR4471")),
        ],
    );
}

#[test]
fn aut102_what_a_response_says() {
    let service = "SV1*HC:97802*80*UN*4";
    events(
        RuleId::AUT102,
        &[
            ("certified", Silent, response("HCR*A1*TAR4471")),
            ("without a number", Warn, response("HCR*A1")),
            ("modified without a number", Warn, response("HCR*A6")),
            ("not certified, with a reason", Silent, response("HCR*A3**0V")),
            ("without a reason", Warn, response("HCR*A3")),
            ("pended, with a reason", Silent, response("HCR*A4**0U")),
            ("pended without a reason", Warn, response("HCR*A4")),
            (
                "a service's own number",
                Silent,
                response(&format!("HCR*A2*TAR4471\n|HCR*A1*TAR4472\n{service}")),
            ),
            (
                "in part, and a service that was denied",
                Silent,
                response(&format!("HCR*A2*TAR4471\n|HCR*A3**0V\n{service}")),
            ),
            (
                "in total, and a service that was denied",
                Warn,
                response(&format!("HCR*A1*TAR4471\n|HCR*A3**0V\n{service}")),
            ),
            (
                "denied, and a service that was certified",
                Warn,
                response(&format!("HCR*A3**0V\n|HCR*A1*TAR4472\n{service}")),
            ),
            ("a request", Silent, request("UM*HS*I*1*11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109")),
        ],
    );
}

#[test]
fn aut103_what_an_amendment_names() {
    let amend = |kind: &str, references: &str| {
        request(&format!("UM*HS*{kind}*1*11:B\n{references}DTP*AAH*D8*20260401\nHI*ABK:E109"))
    };
    let known = |text: String| format!("@authorization TAR4471,tar,plan,A1,91234567A,,,,,,,,\n{text}");
    let mut cases = vec![
        ("a new request", Silent, amend("I", "")),
        ("an appeal by the administrative number", Warn, amend("1", "REF*NT*ADM1\n")),
        ("an extension by the administrative number", Reject, amend("4", "REF*NT*ADM1\n")),
        ("a number on file", Silent, known(amend("4", "REF*BB*tar4471\n"))),
        ("a number that is not", Warn, known(amend("4", "REF*BB*TAR9999\n"))),
        ("nothing is on file", Silent, amend("4", "REF*BB*TAR9999\n")),
    ];
    for kind in ["1", "2", "3", "4", "N", "R", "S"] {
        cases.push(("no number", Reject, amend(kind, "")));
        cases.push(("a number", Silent, amend(kind, "REF*BB*TAR4471\n")));
    }
    events(RuleId::AUT103, &cases);
}

#[test]
fn aut104_how_long_a_decision_took() {
    let decided = |requested: &str, urgent: &str, decided: &str| {
        format!(
            "@roster authorization_log TAR4471,{requested},{urgent},{decided},\n{}",
            response("HCR*A1*TAR4471")
        )
    };
    events(
        RuleId::AUT104,
        &[
            ("the fifth working day", Silent, decided("2026-03-02", "N", "2026-03-09")),
            ("the sixth", Warn, decided("2026-03-02", "N", "2026-03-10")),
            ("over a weekend", Silent, decided("2026-03-06", "N", "2026-03-13")),
            ("urgent, the third day", Silent, decided("2026-03-06", "Y", "2026-03-09")),
            ("urgent, the fourth", Warn, decided("2026-03-06", "Y", "2026-03-10")),
            // the response was made on 2 January 2026
            ("when the response was made", Warn, decided("2025-12-01", "N", "")),
            ("no day of request", Silent, decided("", "N", "2026-03-10")),
            ("before the plan's rule", Silent, decided("2018-01-01", "N", "2018-06-30")),
            ("its first day", Warn, decided("2018-01-01", "N", "2018-07-01")),
            (
                "more days in the profile",
                Silent,
                format!(
                    "@profile [tar]\n@profile turnaround_days = 6\n{}",
                    decided("2026-03-02", "N", "2026-03-10")
                ),
            ),
        ],
    );
}
