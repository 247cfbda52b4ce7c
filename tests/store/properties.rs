//! What holds of the ledger whatever the claims are.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::common::run::authorizations;
use crate::common::{Case, Kind, Outputs, SURGEON, Setup, interchange_of};

/// A claim drawn by chance: whose, what, how often, when, and which number it cites.
#[derive(Clone, Debug)]
struct Drawn {
    member: usize,
    code: &'static str,
    units: u32,
    day: u32,
    number: usize,
    frequency: u8,
    id: usize,
}

const CODES: [&str; 5] = ["97802", "97110:GP", "A7034", "99213", "E0621"];

fn drawn(members: usize) -> impl Strategy<Value = Drawn> {
    let code = prop::sample::select(&CODES[..]);
    let frequency = prop_oneof![8 => Just(1u8), 1 => Just(7u8), 1 => Just(8u8)];
    (0..members, code, 1u32..4, 1u32..29, 0usize..4, frequency, 0usize..4).prop_map(
        |(member, code, units, day, number, frequency, id)| Drawn {
            member,
            code,
            units,
            day,
            number,
            frequency,
            id,
        },
    )
}

fn member(number: usize) -> String {
    format!("9{:07}A", number + 1)
}

fn text(claim: &Drawn, id: &str) -> String {
    let Drawn { code, units, day, number, frequency, .. } = claim;
    let original = if *frequency == 1 { "" } else { "REF*F8*PCN\n" };
    let cites = if *number == 0 { String::new() } else { format!("REF*G1*T{number}\n") };
    format!(
        "CLM*{id}*80***11:B:{frequency}*Y*A*Y*Y\n{original}{cites}HI*ABK:G801\nLX*1\nSV1*HC:{code}*80*UN*{units}***1\nDTP*472*D8*202603{day:02}"
    )
}

fn judged(setup: &Setup, claims: &[(String, String)]) -> Outputs {
    let cases: Vec<Case<'_>> =
        claims.iter().map(|(member, claim)| Case { member, ..Case::of(claim) }).collect();
    setup.one(&interchange_of(Kind::Professional, SURGEON, &cases))
}

/// What is said of each claim, by its id.
fn said(outputs: &Outputs) -> BTreeMap<String, Vec<(String, String)>> {
    let mut all: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in &outputs.rows {
        // the record's number is another one after a change of order
        let message = row.message.split(" record ").next().unwrap().to_owned();
        all.entry(row.record_id.clone()).or_default().push((row.rule.clone(), message));
    }
    all
}

fn rejected(outputs: &Outputs) -> BTreeSet<String> {
    let rejecting = outputs.rows.iter().filter(|row| row.severity == "reject");
    rejecting.map(|row| row.record_id.clone()).collect()
}

fn tars(units: u32, members: usize) -> String {
    let row = |number: usize| {
        format!(
            "T{number},tar,plan,A1,{},,2026-01-01,2026-12-31,,,{units},UN,",
            member((number - 1) % members)
        )
    };
    (1..4).map(row).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(64), ..ProptestConfig::default() })]

    /// Claims that share no member, number or claim key may stand in any order.
    #[test]
    fn the_order_of_strangers_is_no_matter(claims in prop::collection::vec(drawn(1), 1..12), turn in 0usize..12) {
        let mut claims: Vec<(String, String)> = claims
            .iter()
            .enumerate()
            .map(|(at, claim)| {
                let own = Drawn { number: if claim.number == 1 && at > 0 { 0 } else { claim.number.min(1) }, ..claim.clone() };
                (member(at), text(&own, &format!("C{at}")))
            })
            .collect();
        let setup = Setup::with_authorizations(&tars(2, 1));
        let first = said(&judged(&setup, &claims));
        let turn = turn % claims.len();
        claims.rotate_left(turn);
        prop_assert_eq!(said(&judged(&setup, &claims)), first);
    }

    /// With the ledger rules off, one authorization more never rejects more.
    #[test]
    fn another_authorization_never_rejects_more(claims in prop::collection::vec(drawn(2), 1..8)) {
        let claims: Vec<(String, String)> = claims
            .iter()
            .enumerate()
            .map(|(at, claim)| (member(claim.member), text(claim, &format!("C{at}"))))
            .collect();
        let off: String = ["TAR109", "TAR130", "TAR131", "TAR137", "DUP101"].map(|rule| format!("{rule} = \"off\"\n")).concat();
        let with = |rows: &str| Setup {
            rosters: vec![("authorizations.csv", authorizations(rows))],
            ..Setup::with_profile(&format!("[rules]\n{off}"))
        };
        let rows = tars(2, 2);
        let (fewer, last) = rows.rsplit_once('\n').unwrap();
        let before = rejected(&judged(&with(fewer), &claims));
        let after = rejected(&judged(&with(&format!("{fewer}\n{last}")), &claims));
        prop_assert!(after.is_subset(&before), "{:?} after {:?}", after, before);
    }

    /// A claim's fate never depends on what comes after it.
    #[test]
    fn what_comes_later_is_no_matter(claims in prop::collection::vec(drawn(2), 2..14), cut in 1usize..13) {
        let claims: Vec<(String, String)> =
            claims.iter().map(|claim| (member(claim.member), text(claim, &format!("C{}", claim.id)))).collect();
        let setup = Setup::with_authorizations(&tars(3, 2));
        let rows = |claims: &[(String, String)]| {
            let outputs = judged(&setup, claims);
            outputs.rows.into_iter().map(|row| (row.record, row.rule, row.severity, row.message)).collect::<Vec<_>>()
        };
        let cut = cut.min(claims.len() - 1);
        let mut all = rows(&claims);
        all.retain(|(record, ..)| record.is_some_and(|record| record <= cut as u64));
        prop_assert_eq!(rows(&claims[..cut]), all);
    }
}
