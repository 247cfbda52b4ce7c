//! Files for proptest: mostly good, a flaw here and there.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::build::{
    File, Group, GroupFlaw, Interchange, InterchangeFlaw, LevelFlaw, Patient, Provider, Set, SetFlaw,
    Subscriber,
};
use super::claims::{Flavour, Kind};
use super::style::Style;

/// Mostly `none`, else one of the others.
fn flaw<T: Clone + std::fmt::Debug + 'static>(
    none: T,
    others: &'static [T],
    weight: u32,
) -> impl Strategy<Value = T> {
    prop_oneof![weight => Just(none), 1 => select(others)]
}

fn flavour() -> impl Strategy<Value = Flavour> {
    prop_oneof![3 => Just(Flavour::Good), 4 => select(&Flavour::ALL[..])]
}

fn level() -> impl Strategy<Value = LevelFlaw> {
    flaw(LevelFlaw::None, &[LevelFlaw::ChildFlag, LevelFlaw::Nameless], 10)
}

prop_compose! {
    fn patient()(flaw in level(), claims in vec(flavour(), 1..3)) -> Patient {
        Patient { flaw, claims }
    }
}

prop_compose! {
    fn subscriber()(flaw in level(), claims in vec(flavour(), 0..4), patients in vec(patient(), 0..3)) -> Subscriber {
        Subscriber { flaw, claims, patients }
    }
}

prop_compose! {
    fn provider()(flaw in level(), subscribers in vec(subscriber(), 1..3)) -> Provider {
        Provider { flaw, subscribers }
    }
}

const SET_FLAWS: &[SetFlaw] = &[
    SetFlaw::Unclosed,
    SetFlaw::OtherNumber,
    SetFlaw::SegmentCount,
    SetFlaw::UsedNumber,
    SetFlaw::LevelNumber,
    SetFlaw::LevelParent,
    SetFlaw::NoSubmitter,
];

prop_compose! {
    fn set()(flaw in flaw(SetFlaw::None, SET_FLAWS, 8), providers in vec(provider(), 1..3)) -> Set {
        Set { flaw, providers }
    }
}

const GROUP_FLAWS: &[GroupFlaw] =
    &[GroupFlaw::Unclosed, GroupFlaw::OtherNumber, GroupFlaw::SetCount, GroupFlaw::Version];

const KINDS: &[Kind] =
    &[Kind::Professional, Kind::Institutional, Kind::Dental, Kind::Request, Kind::Response];

prop_compose! {
    fn group()(kind in select(KINDS), flaw in flaw(GroupFlaw::None, GROUP_FLAWS, 10), sets in vec(set(), 1..3)) -> Group {
        Group { kind, flaw, sets }
    }
}

const INTERCHANGE_FLAWS: &[InterchangeFlaw] = &[
    InterchangeFlaw::Unclosed,
    InterchangeFlaw::OtherNumber,
    InterchangeFlaw::Version,
    InterchangeFlaw::GroupCount,
];

prop_compose! {
    fn interchange()(
        style in select(&Style::ALL[..]),
        flaw in flaw(InterchangeFlaw::None, INTERCHANGE_FLAWS, 6),
        groups in vec(group(), 1..3),
    ) -> Interchange {
        Interchange { style, flaw, groups }
    }
}

prop_compose! {
    /// A file of one to three interchanges, each in its own style.
    pub(crate) fn file()(interchanges in vec(interchange(), 1..4)) -> File {
        File { interchanges, base: 0 }
    }
}

prop_compose! {
    /// A file without flaws of envelopes, whose records are good and bad.
    pub(crate) fn sound_file()(mut file in file()) -> File {
        for interchange in &mut file.interchanges {
            interchange.flaw = InterchangeFlaw::None;
            for group in &mut interchange.groups {
                group.flaw = GroupFlaw::None;
                group.sets.iter_mut().for_each(|set| set.flaw = SetFlaw::None);
            }
        }
        file
    }
}

/// How many cases a property is tried with: enough for every flaw, few enough for a quick suite. `PROPTEST_CASES` overrides.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(cases), failure_persistence: None, ..ProptestConfig::default() }
}
