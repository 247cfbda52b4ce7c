//! A profile keeps rules to dates of service: the day before, on, and after; and every rule that can be.

use claimsieve::finding::RuleId;
use claimsieve::record::ClaimKind;
use claimsieve::rules::Expect::{Reject, Silent, Warn};
use claimsieve::rules::{self, Check, Expect};

use crate::ask::{answer, expect, expect_institutional, rows};
use crate::common::{Case, Kind, SURGEON, Setup, interchange_of};

/// A text with a line more in its profile, before all others that it has.
fn with(line: &str, text: &str) -> String {
    let first = text.lines().next().filter(|first| matches!(*first, "@request" | "@response"));
    let (kind, rest) = text.split_at(first.map_or(0, |first| first.len() + 1));
    format!("{kind}@profile {line}\n{rest}")
}

/// Nutrition therapy for diabetes without a number.
fn claim(day: &str) -> String {
    format!("CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*{day}")
}

#[test]
fn from_the_first_day_to_the_last() {
    for (day, expected) in [
        ("20260301", Silent),
        ("20260302", Reject),
        ("20260303", Reject),
        ("20260304", Reject),
        ("20260305", Silent),
    ] {
        let text = with("rules.TAR101 = { from = 2026-03-02, to = 2026-03-04 }", &claim(day));
        expect(RuleId::TAR101, expected, day, &text);
    }
    let text = with("rules.TAR101 = { severity = \"warn\", from = 2026-03-02 }", &claim("20260302"));
    expect(RuleId::TAR101, Warn, "a severity beside the date", &text);
}

/// A claim with lines on both sides of the day is judged by the earliest, as by the member's age: by all of a rule or by none of it.
#[test]
fn the_earliest_date_of_a_claim_decides() {
    let text = "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:97802*40*UN*1***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:97803*40*UN*1***1\nDTP*472*D8*20260301";
    let lines = |text: &str| -> Vec<String> {
        let rows = rows(Setup::default(), ClaimKind::Professional, text);
        rows.into_iter().filter(|row| row.rule == "TAR101").map(|row| row.line).collect()
    };
    assert_eq!(lines(text), ["1", "2"]);
    assert_eq!(lines(&with("rules.TAR101.from = 2026-03-01", text)), ["1", "2"]);
    assert_eq!(lines(&with("rules.TAR101.to = 2026-03-01", text)), ["1", "2"]);
    assert!(lines(&with("rules.TAR101.from = 2026-03-02", text)).is_empty());
    assert!(lines(&with("rules.TAR101.to = 2026-02-28", text)).is_empty());
    let text = "CLM*A1*80***13:A:1**A*Y*Y\nDTP*434*RD8*20260301-20260302\nCL1*3*1*01\nHI*ABK:E109\nLX*1\nSV2*0942*HC:97802*40*UN*1\nDTP*472*D8*20260301\nLX*2\nSV2*0942*HC:97802*40*UN*1\nDTP*472*D8*20260302";
    let dated = |day: &str| with(&format!("rules.TAR101.from = {day}"), text);
    expect_institutional(RuleId::TAR101, Reject, "the day", &dated("2026-03-01"));
    expect_institutional(RuleId::TAR101, Silent, "the day after", &dated("2026-03-02"));
    // what has no date has that of its receipt
    let text = "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV3*AD:D0120*80****1";
    let speaks = |from: &str| {
        let text = with(&format!("rules.SIT113.from = {from}"), text);
        answer(ClaimKind::Dental, &text, RuleId::SIT113) != Silent
    };
    assert_eq!((speaks("2026-07-01"), speaks("2026-07-02")), (true, false), "received on 1 July");
}

/// Claims of different days that are judged together are judged each by its own.
#[test]
fn days_do_not_mix() {
    let days = ["20260301", "20260302", "20260303", "20260302", "20260301", "20260303", "20260304"];
    let texts: Vec<String> = days.iter().map(|day| claim(day)).collect();
    let cases: Vec<Case> = texts.iter().map(|text| Case::of(text)).collect();
    let bytes = interchange_of(Kind::Professional, SURGEON, &cases);
    let profile = "[rules]\nDUP101 = \"off\"\nTAR101 = { from = 2026-03-02, to = 2026-03-02 }\nCOD108.to = 2026-03-03\n";
    let outputs = Setup::with_profile(profile).one(&bytes);
    let records: Vec<Option<u64>> = outputs.rows_of("TAR101").iter().map(|row| row.record).collect();
    assert_eq!(records, [Some(2), Some(4)]);
    assert_eq!((outputs.count("records/accepted"), outputs.count("records/rejected")), (5, 2));
}

/// Where the rule that owns a question is not in force, the general one asks.
#[test]
fn the_general_rule_asks_then() {
    let mut asked = 0;
    for owner in [RuleId::NIC101, RuleId::NIC105, RuleId::TAR133, RuleId::TAR135, RuleId::TAR138] {
        for example in rules::rule(owner).examples.iter().filter(|example| example.expect == Reject) {
            let general = |text: &str| answer(example.kind, text, RuleId::TAR101);
            assert_eq!(general(example.text), Silent, "{} asks: {}", owner.code(), example.shows);
            let kept = with(&format!("rules.{}.from = 2099-01-01", owner.code()), example.text);
            assert_eq!(answer(example.kind, &kept, owner), Silent, "{}: {}", owner.code(), example.shows);
            assert_eq!(general(&kept), Reject, "instead of {}: {}", owner.code(), example.shows);
            asked += 1;
        }
    }
    assert!(asked >= 3, "only {asked}");
}

/// Whether a rule is asked about what has a date of service.
fn can_be_dated(check: Check) -> bool {
    !matches!(check, Check::Survey | Check::Guide | Check::Level(_))
}

/// Every rule that speaks in its examples is silent when it is kept to other times, and speaks when it is kept to a time that holds
/// them; what it says above claims, where there is no date, it goes on saying.
#[test]
fn every_rule_can_be_kept_to_dates() {
    let mut wrong = Vec::new();
    let mut ran = 0;
    let speaks = |kind: ClaimKind, text: &str, rule: RuleId| {
        let rows = rows(Setup::default(), kind, text);
        rows.iter()
            .any(|row| row.rule == rule.code() && row.inherited_from.is_empty() && row.record.is_some())
    };
    for rule in rules::all().filter(|rule| can_be_dated(rule.check)) {
        let spoken = rule.examples.iter().filter(|example| example.expect != Expect::Silent);
        for example in spoken.filter(|example| !example.text.contains("@profile [rules]")) {
            let code = rule.id.code();
            if !speaks(example.kind, example.text, rule.id) {
                continue;
            }
            ran += 1;
            for (dates, expected) in
                [("{ from = 2099-01-01 }", false), ("{ from = 1990-01-01, to = 2098-12-31 }", true)]
            {
                let text = with(&format!("rules.{code} = {dates}"), example.text);
                if speaks(example.kind, &text, rule.id) != expected {
                    wrong.push(format!("{code} {dates}: {}", example.shows));
                }
            }
            // and all others say what they say where it is off
            let said = |choice: &str| {
                let text = with(&format!("rules.{code} = {choice}"), example.text);
                let mut said = rows(Setup::default(), example.kind, &text);
                said.retain(|row| row.record.is_some() && row.rule != code && row.inherited_from.is_empty());
                said
            };
            if said("{ from = 2099-01-01 }") != said("\"off\"") {
                wrong.push(format!("{code} is not as off: {}", example.shows));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ran > 150, "only {ran} examples");
}
