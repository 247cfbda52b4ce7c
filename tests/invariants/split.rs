//! Conservation, faithfulness, agreement and locality: every record in one place, as it came, with its reasons.

use std::collections::BTreeMap;

use proptest::prelude::*;

use claimsieve::generate::{Batch, Kind as Generated};

use crate::common::arbitrary::{cases, file};
use crate::common::build::Built;
use crate::common::{File, Flavour, Kind, Setup, check};

#[test]
fn each_flavour_has_its_outcome() {
    for kind in [Kind::Professional, Kind::Institutional, Kind::Dental, Kind::Request] {
        for flavour in Flavour::ALL {
            let Built { bytes, fates: expected } = File::simple(kind, &[flavour]).build();
            let outputs = Setup::default().one(&bytes);
            assert_eq!(outputs.fates(), expected, "{kind:?} {flavour:?}: {:#?}", outputs.rows);
            check::all(&bytes, &outputs);
            let warned = outputs.rows.iter().any(|row| row.severity == "warn");
            assert!(warned || flavour != Flavour::Warned || kind == Kind::Request, "{kind:?}");
        }
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn every_record_goes_where_it_must(file in file()) {
        let Built { bytes, fates: expected } = file.build();
        let outputs = Setup::default().one(&bytes);
        prop_assert_eq!(outputs.fates(), expected, "{:#?}", outputs.rows);
        check::all(&bytes, &outputs);
    }

    #[test]
    fn a_generated_batch_is_split_as_it_was_meant(
        (claims, seed, rate) in (1u64..150, any::<u64>(), 0.0..0.4),
        claims_per_set in proptest::option::of(1u64..40),
        sets_per_group in proptest::option::of(1u64..4),
        groups_per_interchange in proptest::option::of(1u64..3),
        patient_share in 0.0..0.6,
    ) {
        let batch = Batch {
            claims_per_set,
            sets_per_group,
            groups_per_interchange,
            patient_share,
            reject_rate: rate,
            ..Batch::new(Generated::Professional, claims, seed)
        };
        let (mut bytes, mut faults) = (Vec::new(), Vec::new());
        let written = batch.write_with_faults(&mut bytes, &mut faults).unwrap();
        let outputs = Setup::default().one(&bytes);
        check::all(&bytes, &outputs);
        prop_assert_eq!(outputs.count("records/read"), written.claims);
        prop_assert_eq!(&outputs.summary["charges"]["rejected"], &written.rejected_charges.to_string());
        let expected: BTreeMap<u64, String> = csv::Reader::from_reader(faults.as_slice())
            .records()
            .map(|row| row.map(|row| (row[0].parse().unwrap(), row[2].to_owned())).unwrap())
            .collect();
        let rejecting = outputs.rows.iter().filter(|row| row.severity == "reject");
        let found: BTreeMap<u64, String> =
            rejecting.filter_map(|row| Some((row.record?, row.rule.clone()))).collect();
        prop_assert_eq!(found, expected);
    }
}
