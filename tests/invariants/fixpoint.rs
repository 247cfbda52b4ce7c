//! What comes out and is put in again: accepted stays accepted; what was rejected for its own fault is rejected again,
//! what fell with an envelope or a wrong number is mended by the rewriting.

use proptest::prelude::*;

use crate::common::arbitrary::{cases, file};
use crate::common::build::Built;
use crate::common::{
    Fate, File, Flavour, GroupFlaw, InterchangeFlaw, Kind, LevelFlaw, Set, SetFlaw, Setup, check,
};

/// The file without the flaws that writing it anew takes away.
fn mended(file: &File) -> File {
    let mut file = file.clone();
    for interchange in &mut file.interchanges {
        interchange.flaw = InterchangeFlaw::None;
        for group in &mut interchange.groups {
            if group.flaw != GroupFlaw::Version {
                group.flaw = GroupFlaw::None;
            }
            for set in &mut group.sets {
                if set.flaw.is_mended() {
                    set.flaw = SetFlaw::None;
                }
                for provider in &mut set.providers {
                    mend(&mut provider.flaw);
                    for subscriber in &mut provider.subscribers {
                        mend(&mut subscriber.flaw);
                        subscriber.patients.iter_mut().for_each(|patient| mend(&mut patient.flaw));
                    }
                }
            }
        }
    }
    file
}

fn mend(flaw: &mut LevelFlaw) {
    if *flaw == LevelFlaw::ChildFlag {
        *flaw = LevelFlaw::None;
    }
}

/// Holds the fixpoint against one file.
fn holds(file: &File) {
    let first = Setup::default().one(&file.build().bytes);
    if !first.accept.is_empty() {
        let again = Setup::default().one(&first.accept);
        check::all(&first.accept, &again);
        assert_eq!(again.status, 0, "{:#?}", again.rows);
        assert_eq!(shown(&again.accept), shown(&first.accept), "accept is no fixpoint");
        assert!(again.reject.is_empty() && again.refused.is_empty());
    }
    if first.reject.is_empty() {
        return;
    }
    let again = Setup::default().one(&first.reject);
    check::all(&first.reject, &again);
    // a set number used twice is mended only if one of the two sets went elsewhere
    let still_twice = |id: &str| again.rows.iter().any(|row| row.record_id == id && row.rule == "SET104");
    let without_envelope_faults = mended(file).build().fates;
    for (id, fate) in again.fates() {
        if !still_twice(&id) {
            assert_eq!(fate, without_envelope_faults[&id], "{id}: {:#?}", again.rows);
        }
    }
    if again.rules().contains(&"SET104") || again.reject.is_empty() {
        return;
    }
    let third = Setup::default().one(&again.reject);
    assert_eq!(shown(&third.reject), shown(&again.reject), "reject is no fixpoint");
    assert!(third.accept.is_empty() && third.refused.is_empty(), "{:#?}", third.rows);
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Each flaw by itself, with good and bad claims under it.
#[test]
fn rewriting_mends_envelopes_and_numbers() {
    let claims = [Flavour::Good, Flavour::NoNumber, Flavour::Good];
    for kind in [Kind::Professional, Kind::Request] {
        for flaw in [
            SetFlaw::Unclosed,
            SetFlaw::OtherNumber,
            SetFlaw::SegmentCount,
            SetFlaw::UsedNumber,
            SetFlaw::LevelNumber,
            SetFlaw::LevelParent,
            SetFlaw::NoSubmitter,
        ] {
            let sets = vec![Set::with(&[Flavour::Good]), Set { flaw, ..Set::with(&claims) }];
            let file = File::of(kind, sets);
            holds(&file);
            let first = Setup::default().one(&file.build().bytes);
            let again = Setup::default().one(&first.reject).fates();
            let accepted = again.values().filter(|fate| **fate == Fate::Accept).count();
            let mended = if kind == Kind::Request { 1 } else { 2 };
            assert_eq!(accepted, if flaw.is_mended() { mended } else { 0 }, "{kind:?} {flaw:?}");
        }
        for flaw in [GroupFlaw::Unclosed, GroupFlaw::OtherNumber, GroupFlaw::SetCount, GroupFlaw::Version] {
            let mut file = File::of(kind, vec![Set::with(&claims)]);
            file.interchanges[0].groups[0].flaw = flaw;
            holds(&file);
        }
        for flaw in [LevelFlaw::ChildFlag, LevelFlaw::Nameless] {
            let mut file = File::of(kind, vec![Set::with(&claims)]);
            file.interchanges[0].groups[0].sets[0].providers[0].subscribers[0].flaw = flaw;
            holds(&file);
            let mut file = File::of(kind, vec![Set::with(&claims)]);
            file.interchanges[0].groups[0].sets[0].providers[0].flaw = flaw;
            holds(&file);
        }
    }
}

/// The same authorizations: a number that is wrong the first time is wrong the second time.
#[test]
fn rosters_say_the_same_again() {
    let setup = || {
        Setup::with_authorizations(
            "TAR-1,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,\nTAR-2,tar,plan,A3,91234567A,,2026-01-01,2026-12-31,,,,,",
        )
    };
    let claim = |id: &str, number: &str| {
        format!(
            "CLM*{id}*80***11:B:1*Y*A*Y*Y\nREF*G1*{number}\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302\n"
        )
    };
    let claims = [claim("GRANTED", "TAR-1"), claim("DENIED", "TAR-2"), claim("UNKNOWN", "TAR-3")].concat();
    let bytes = crate::common::interchange_of(
        Kind::Professional,
        crate::common::SURGEON,
        &[crate::common::Case::of(&claims)],
    );
    let first = setup().one(&bytes);
    check::all(&bytes, &first);
    let fates: Vec<(String, Fate)> = first.fates().into_iter().collect();
    let expected = [("DENIED", Fate::Reject), ("GRANTED", Fate::Accept), ("UNKNOWN", Fate::Reject)];
    assert_eq!(fates, expected.map(|(id, fate)| (id.to_owned(), fate)));
    let rejected_again = setup().one(&first.reject);
    assert_eq!(rejected_again.fates().values().filter(|fate| **fate == Fate::Reject).count(), 2);
    assert_eq!(setup().one(&first.accept).status, 0);
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn accept_and_reject_are_fixpoints(file in file()) {
        let Built { bytes, .. } = file.build();
        prop_assume!(!bytes.is_empty());
        holds(&file);
    }
}
