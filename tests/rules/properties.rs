//! What holds of all rules together, whatever the claims are.

use std::collections::BTreeSet;

use proptest::prelude::*;

use claimsieve::finding::RuleId;
use claimsieve::reference::Roster;

use crate::common::arbitrary::cases;
use crate::common::run::authorizations;
use crate::common::{Case, Kind, Outputs, Row, SURGEON, Setup, interchange_of};

/// The rules that hold claims against those before them. With one of them, or with one that rejects an earlier claim, what is
/// left for a later claim changes; the properties are about claims by themselves.
const LEDGER: [&str; 5] = ["TAR109", "TAR130", "TAR131", "TAR137", "DUP101"];

/// Services with the diagnoses that they may point to, so that every family of rules has something to say.
const SERVICES: [&str; 18] = [
    "99213", "99214", "97802", "97110:GP", "J1745", "J7192", "J3490", "J1100", "A7034", "99393", "D0120",
    "V5060", "A0180", "E0784:NU", "H0020", "96112", "47135", "71046",
];
const DIAGNOSES: [&str; 9] = [
    "ABK:J069",
    "ABK:E109",
    "ABK:J069*ABF:E109",
    "ABK:G801",
    "ABK:D66",
    "ABK:A390",
    "ABK:Z8571",
    "ABK:F329",
    "ABK:C220*ABF:J069",
];
const NUMBERS: [&str; 9] = [
    "",
    "REF*G1*T0",
    "REF*G1*T1",
    "REF*G1*T2",
    "REF*G1*T3",
    "REF*G1*T4",
    "REF*G1*T9",
    "REF*G1*PENDING",
    "REF*9F*T1\nREF*G1*T1",
];
const PLACES: [&str; 4] = ["11", "12", "21", "23"];
const BIRTHS: [&str; 3] = ["20150302", "20230201", "20050302"];

/// A claim's parts, by their places in the lists above.
type Parts = (usize, usize, usize, usize, usize, usize);

fn parts() -> impl Strategy<Value = Parts> {
    let below = |list: usize| 0..list;
    (
        below(SERVICES.len()),
        below(DIAGNOSES.len()),
        prop_oneof![Just(0), below(NUMBERS.len())],
        below(PLACES.len()),
        below(BIRTHS.len()),
        0..4usize,
    )
}

fn text((service, diagnoses, number, place, _, _): &Parts, at: usize, is_institutional: bool) -> String {
    let (service, hi) = (SERVICES[*service], DIAGNOSES[*diagnoses]);
    let number = if NUMBERS[*number].is_empty() { String::new() } else { format!("{}\n", NUMBERS[*number]) };
    if is_institutional {
        let hi = hi.replace("*ABF", "\nHI*ABF");
        return format!(
            "CLM*C{at}*80***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\n{number}HI*{hi}\nNM1*71*1*RAY*ANN****XX*1000000012\nLX*1\nSV2*0510*HC:{service}*80*UN*2\nDTP*472*D8*20260302"
        );
    }
    let place = PLACES[*place];
    format!(
        "CLM*C{at}*80***{place}:B:1*Y*A*Y*Y\n{number}HI*{hi}\nLX*1\nSV1*HC:{service}*80*UN*2***1\nDTP*472*D8*20260302"
    )
}

fn member(number: usize) -> String {
    format!("9{:07}A", number + 1)
}

/// Authorizations of the first members, of every kind that a rule minds; each is of a member by itself.
fn rows() -> Vec<String> {
    [
        "T0,tar,plan,A1,90000001A,,2026-01-01,2026-12-31,,,,,",
        "T1,tar,plan,A3,90000002A,,2026-01-01,2026-12-31,,,,,",
        "T2,sar,county,A1,90000001A,2018-07-02,2018-06-01,,,,,,",
        "T3,tar,plan,A1,90000003A,,2026-01-01,2026-02-01,1000000780,97802,,,inpatient",
        "T4,sar,county,A1,90000004A,2018-05-01,2018-05-01,,1000000780,SCG01,,,",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn rosters(authorized: &[String]) -> Vec<(&'static str, String)> {
    let header = |roster: Roster, rows: &str| {
        let header = roster.template().lines().next().unwrap();
        (roster.file_name(), format!("{header}\n{rows}\n"))
    };
    vec![
        ("authorizations.csv", authorizations(&authorized.join("\n"))),
        header(
            Roster::Members,
            "90000001A,,Santa Cruz,medi-cal,Y,E10,,,\n90000002A,,Fresno,medi-cal,,,,,\n90000003A,,Merced,ccs-state-only,N,,,,",
        ),
        header(Roster::Providers, "1000000772,,individual,N,,,\n1000000012,,individual,Y,,,Y"),
        header(Roster::Facilities, "1000000772,none,N,,,Y"),
        header(Roster::Programs, "1000000772,340b,,"),
    ]
}

fn off(rules: &[&str]) -> Setup {
    let lines: String = rules.iter().map(|rule| format!("{rule} = \"off\"\n")).collect();
    Setup::with_profile(&format!("base = \"alliance-ccs\"\n[rules]\n{lines}"))
}

fn judged(setup: &Setup, claims: &[Parts], is_institutional: bool) -> Outputs {
    let texts: Vec<String> =
        claims.iter().enumerate().map(|(at, claim)| text(claim, at, is_institutional)).collect();
    let ids: Vec<String> = claims.iter().map(|claim| member(claim.5)).collect();
    let cases: Vec<Case<'_>> = texts
        .iter()
        .zip(&ids)
        .zip(claims)
        .map(|((text, member), claim)| Case { member, birth: BIRTHS[claim.4], ..Case::of(text) })
        .collect();
    let kind = if is_institutional { Kind::Institutional } else { Kind::Professional };
    setup.one(&interchange_of(kind, SURGEON, &cases))
}

fn rejected(outputs: &Outputs) -> BTreeSet<String> {
    let rejecting = outputs.rows.iter().filter(|row: &&Row| row.severity == "reject");
    rejecting.map(|row| row.record_id.clone()).collect()
}

/// The rules that silence nothing: no other rule is silent because of them.
fn silencing_nothing() -> Vec<RuleId> {
    let silencers: BTreeSet<RuleId> =
        claimsieve::rules::all().flat_map(|rule| rule.silent_if.iter().copied()).collect();
    let is_free = |rule: &&claimsieve::rules::Rule| rule.snip >= 3 && !silencers.contains(&rule.id);
    claimsieve::rules::all().filter(is_free).map(|rule| rule.id).collect()
}

#[test]
fn many_rules_silence_nothing() {
    assert!(silencing_nothing().len() > 60);
}

proptest! {
    #![proptest_config(cases(48))]

    /// Turning off a rule that silences nothing never rejects more: each that has something to say of the claims, and another.
    #[test]
    fn a_rule_less_never_rejects_more(
        claims in prop::collection::vec(parts(), 4..16),
        is_institutional in any::<bool>(),
        other in any::<prop::sample::Index>(),
    ) {
        let with = |more: &[&str]| {
            let all: Vec<&str> = LEDGER.iter().chain(more).copied().collect();
            Setup { rosters: rosters(&rows()), ..off(&all) }
        };
        let before = judged(&with(&[]), &claims, is_institutional);
        let free = silencing_nothing();
        let spoke = |rule: &RuleId| before.rows.iter().any(|row| row.rule == rule.code());
        let rules = free.iter().copied().filter(spoke).chain([*other.get(&free)]);
        let before = rejected(&before);
        for rule in rules.filter(|rule| !LEDGER.contains(&rule.code())) {
            let after = rejected(&judged(&with(&[rule.code()]), &claims, is_institutional));
            prop_assert!(after.is_subset(&before), "without {}: {:?} after {:?}", rule, after, before);
        }
    }

    /// With the ledger rules off, adding an authorization to those that are known never rejects more.
    #[test]
    fn an_authorization_more_never_rejects_more(
        claims in prop::collection::vec(parts(), 1..10),
        is_institutional in any::<bool>(),
        nth in 0usize..5,
    ) {
        let with = |authorized: &[String]| Setup { rosters: rosters(authorized), ..off(&LEDGER) };
        let all = rows();
        let fewer: Vec<String> =
            all.iter().enumerate().filter(|(at, _)| *at != nth).map(|(_, row)| row.clone()).collect();
        let before = rejected(&judged(&with(&fewer), &claims, is_institutional));
        let after = rejected(&judged(&with(&all), &claims, is_institutional));
        prop_assert!(after.is_subset(&before), "with {}: {:?} after {:?}", all[nth], after, before);
    }

    /// Claims that share no member, number or claim key may stand in any order, under every rule.
    #[test]
    fn strangers_may_change_places(
        claims in prop::collection::vec(parts(), 2..5),
        is_institutional in any::<bool>(),
        turn in 1usize..4,
    ) {
        let setup = Setup { rosters: rosters(&rows()), ..Setup::default() };
        let mut cited = BTreeSet::new();
        let own: Vec<(usize, Parts)> = claims
            .iter()
            .enumerate()
            .map(|(at, claim)| {
                let number = if cited.insert(NUMBERS[claim.2]) { claim.2 } else { 0 };
                (at, (claim.0, claim.1, number, claim.3, claim.4, at))
            })
            .collect();
        let said = |claims: &[(usize, Parts)]| {
            let texts: Vec<String> = claims.iter().map(|(at, claim)| text(claim, *at, is_institutional)).collect();
            let ids: Vec<String> = claims.iter().map(|(at, _)| member(*at)).collect();
            let cases: Vec<Case<'_>> = texts.iter().zip(&ids).zip(claims)
                .map(|((text, member), (_, claim))| Case { member, birth: BIRTHS[claim.4], ..Case::of(text) })
                .collect();
            let kind = if is_institutional { Kind::Institutional } else { Kind::Professional };
            let rows = setup.one(&interchange_of(kind, SURGEON, &cases)).rows;
            let of_claims = rows.into_iter().filter(|row| row.record.is_some());
            let mut said: Vec<_> = of_claims.map(|row| (row.record_id, row.rule, row.severity, row.message)).collect();
            said.sort();
            said
        };
        let first = said(&own);
        let mut turned = own;
        let by = turn % turned.len();
        turned.rotate_left(by);
        prop_assert_eq!(said(&turned), first);
    }
}
