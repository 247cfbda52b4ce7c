//! Generated batches of every kind and shape are judged as they were meant.

use std::collections::BTreeMap;

use proptest::prelude::*;

use claimsieve::finding::RuleId;
use claimsieve::generate::{Batch, Kind, Shape};
use claimsieve::verdict::Profile;

use crate::common::arbitrary::cases;
use crate::common::{Setup, check};

/// Writes a batch and has it judged: each fault is rejected by its rule alone, and nothing else is rejected.
fn is_split_as_meant(batch: &Batch) {
    let (mut bytes, mut faults) = (Vec::new(), Vec::new());
    let written = batch.write_with_faults(&mut bytes, &mut faults).unwrap();
    let outputs = Setup::default().one(&bytes);
    check::all(&bytes, &outputs);
    // decisions are no records: nothing is split, but what is wrong with them is told
    let is_record = batch.kind != Kind::Response;
    assert_eq!(outputs.count("records/read"), if is_record { written.claims } else { 0 }, "{batch:?}");
    if is_record {
        let rejected = written.rejected_charges.to_string();
        assert_eq!(outputs.summary["charges"]["rejected"], rejected, "{batch:?}");
    }
    let expected: BTreeMap<String, String> = csv::Reader::from_reader(faults.as_slice())
        .records()
        .map(|row| row.map(|row| (row[1].to_owned(), row[2].to_owned())).unwrap())
        .collect();
    assert_eq!(expected.len() as u64, written.rejects);
    let rejecting = outputs.rows.iter().filter(|row| row.severity == "reject");
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for row in rejecting {
        let other = found.insert(row.record_id.clone(), row.rule.clone());
        assert!(other.is_none_or(|rule| rule == row.rule), "{batch:?}: {} beside another rule", row.rule);
    }
    assert_eq!(found, expected, "{batch:?}");
}

fn shapes(kind: Kind) -> impl Iterator<Item = Batch> {
    let has_payers = !matches!(kind, Kind::Request | Kind::Response);
    let shapes = Shape::ALL.into_iter().filter(move |shape| has_payers || *shape != Shape::Cob);
    let usual = Batch::new(kind, 150, 11);
    shapes.map(move |shape| usual.clone().shaped(shape)).chain([Batch::new(kind, 600, 12)])
}

#[test]
fn every_shape_is_split_as_meant() {
    for kind in Kind::ALL {
        for batch in shapes(kind) {
            is_split_as_meant(&Batch { reject_rate: 0.25, ..batch });
        }
    }
}

#[test]
fn every_fault_can_be_had_alone() {
    // so many that each scenario of a kind is among them
    for (claims, seed) in [(60, 13), (400, 77)] {
        for kind in Kind::ALL {
            for rule in kind.faults() {
                let batch = Batch::new(kind, claims, seed);
                is_split_as_meant(&Batch { faults: vec![*rule], reject_rate: 1.0, ..batch });
            }
        }
    }
}

#[test]
fn two_faults_are_mixed() {
    let faults = vec![RuleId::NIC101, RuleId::SEG104];
    let batch = Batch { faults, reject_rate: 1.0, ..Batch::new(Kind::Institutional, 200, 14) };
    let written = batch.write_to(&mut std::io::sink()).unwrap();
    let (rules, counts): (Vec<RuleId>, Vec<u64>) = written.expected.into_iter().unzip();
    assert_eq!((rules, counts.iter().sum()), (vec![RuleId::SEG104, RuleId::NIC101], 200));
    is_split_as_meant(&batch);
}

#[test]
fn what_is_clean_is_quiet() {
    for kind in Kind::ALL {
        for batch in shapes(kind) {
            let mut bytes = Vec::new();
            batch.write_to(&mut bytes).unwrap();
            for profile in ["snip", "alliance-ccs"] {
                let setup = Setup { profile: Profile::built_in(profile).unwrap(), ..Setup::default() };
                let rows = setup.one(&bytes).rows;
                // Medi-Cal Dental pays dental claims, whatever is right about them
                let loud = rows.iter().filter(|row| row.rule != "PRG108" && row.severity != "info");
                let said: Vec<_> = loud.map(|row| (&row.record_id, &row.rule, &row.message)).collect();
                assert!(said.is_empty(), "{profile} {batch:?}: {:?}", said.first());
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn any_batch_is_split_as_meant(
        kind in proptest::sample::select(Kind::ALL.to_vec()),
        (claims, seed, reject_rate) in (1u64..120, any::<u64>(), 0.0..0.4),
        claims_per_set in proptest::option::of(1u64..40),
        sets_per_group in proptest::option::of(1u64..4),
        groups_per_interchange in proptest::option::of(1u64..3),
        (patient_share, payers, many_lines) in (0.0..0.6, 0.0..1.0, proptest::bool::weighted(0.1)),
    ) {
        let other_payer_share = if matches!(kind, Kind::Request | Kind::Response) { 0.0 } else { payers };
        is_split_as_meant(&Batch {
            claims_per_set,
            sets_per_group,
            groups_per_interchange,
            patient_share,
            other_payer_share,
            many_lines,
            reject_rate,
            ..Batch::new(kind, claims, seed)
        });
    }
}
