//! Conservation, faithfulness, agreement and locality: every record in one place, as it came, with its reasons.

use std::collections::BTreeMap;

use proptest::prelude::*;

use claimsieve::generate::{Batch, Kind as Generated};

use crate::common::arbitrary::{cases, file};
use crate::common::build::Built;
use crate::common::check::{self, View, is_about_something_missing};
use crate::common::{Fate, File, Flavour, Kind, Outputs, Setup, read};

/// What became of each record, by its id.
fn fates(outputs: &Outputs) -> BTreeMap<String, Fate> {
    let of = |bytes: &[u8], fate| {
        let records = read::records(&read::interchanges(bytes));
        records.into_iter().map(move |record| (record.id, fate))
    };
    of(&outputs.accept, Fate::Accept)
        .chain(of(&outputs.reject, Fate::Reject))
        .chain(of(&outputs.refused, Fate::Refused))
        .collect()
}

#[test]
fn each_flavour_has_its_outcome() {
    for kind in [Kind::Professional, Kind::Institutional, Kind::Dental, Kind::Request] {
        for flavour in Flavour::ALL {
            let Built { bytes, fates: expected } = File::simple(kind, &[flavour]).build();
            let outputs = Setup::default().one(&bytes);
            assert_eq!(fates(&outputs), expected, "{kind:?} {flavour:?}: {:#?}", outputs.rows);
            check::all(&bytes, &outputs);
            let warned = outputs.rows.iter().any(|row| row.severity == "warn");
            assert!(warned || flavour != Flavour::Warned || kind == Kind::Request, "{kind:?}");
        }
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn every_record_goes_where_it_must(file in file()) {
        let Built { bytes, fates: expected } = file.build();
        let outputs = Setup::default().one(&bytes);
        prop_assert_eq!(fates(&outputs), expected, "{:#?}", outputs.rows);
        check::all(&bytes, &outputs);
    }
}
