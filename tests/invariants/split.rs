//! Conservation, faithfulness, agreement and locality: every record in one place, as it came, with its reasons.

use proptest::prelude::*;

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
}
