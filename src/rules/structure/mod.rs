//! Rules of structure: envelopes, hierarchy, segments and loops, elements.
//!
//! Survey, matcher and the element tables find what these rules name; here is what they mean.

/// A whole interchange as an example, made of literals; `@profile` lines may stand before it.
macro_rules! whole {
    ($($part:expr),* $(,)?) => { concat!("@interchange\n", $($part),*) };
}
macro_rules! isa {
    () => {
        isa!("00501", "000000001", "0", ":")
    };
    ($version:literal, $control:literal, $asks:literal, $component:literal) => {
        concat!(
            "ISA*00*          *00*          *ZZ*BAYBILLING     *ZZ*COASTPLAN      *260302*1200*^*",
            $version,
            "*",
            $control,
            "*",
            $asks,
            "*P*",
            $component,
            "~\n"
        )
    };
}
macro_rules! gs {
    () => {
        "GS*HC*BAYBILLING*COASTPLAN*20260302*1200*1*X*005010X222A1~\n"
    };
}
macro_rules! st {
    () => {
        "ST*837*0001*005010X222A1~\n"
    };
}
macro_rules! header {
    () => {
        "BHT*0019*00*REF1*20260302*1200*CH~\nNM1*41*2*BAY BILLING*****46*SUB1~\nPER*IC*DESK*TE*8055550111~\nNM1*40*2*COAST PLAN*****46*PLAN1~\n"
    };
}
macro_rules! provider {
    () => {
        "HL*1**20*1~\nPRV*BI*PXC*207X00000X~\nNM1*85*2*HARBOR CLINIC*****XX*1000000772~\nN3*14 SHORE ROAD~\nN4*OXNARD*CA*930301234~\nREF*EI*770000001~\n"
    };
}
macro_rules! member {
    () => {
        "SBR*P*18*******MC~\nNM1*IL*1*VANCE*TED****MI*91234567A~\nN3*3 PIER STREET~\nN4*SANTA CRUZ*CA*95060~\nDMG*D8*20150302*M~\nNM1*PR*2*COAST PLAN*****PI*PLAN1~\n"
    };
}
macro_rules! subscriber {
    () => {
        concat!("HL*2*1*22*0~\n", member!())
    };
}
macro_rules! claim {
    () => {
        "CLM*A1*80***11:B:1*Y*A*Y*Y~\nHI*ABK:J069~\nLX*1~\nSV1*HC:99213*80*UN*1***1~\nDTP*472*D8*20260302~\n"
    };
}
/// A provider with one subscriber and one claim.
macro_rules! one_claim {
    () => {
        concat!(provider!(), subscriber!(), claim!())
    };
}
macro_rules! se {
    () => {
        "SE*24*0001~\n"
    };
}
macro_rules! set {
    () => {
        concat!(st!(), header!(), one_claim!(), se!())
    };
}
macro_rules! ge {
    () => {
        "GE*1*1~\n"
    };
}
macro_rules! iea {
    () => {
        "IEA*1*000000001~\n"
    };
}
/// An interchange of one group, which holds these parts.
macro_rules! in_group {
    ($($part:expr),* $(,)?) => { whole!(isa!(), gs!(), $($part,)* ge!(), iea!()) };
}
/// An interchange of one set, which holds these parts behind its header; the last of them is the SE, if it has one.
macro_rules! in_set {
    ($($part:expr),* $(,)?) => { in_group!(st!(), header!(), $($part),*) };
}

/// An interchange with nothing wrong.
const SOUND: &str = in_group!(set!());

mod element;
mod group;
mod hierarchy;
mod interchange;
mod line_number;
mod segment;
mod set;

pub use element::check_level;

use super::rule::{Example, Expect, Rule};
use crate::record::ClaimKind;

const fn example(expect: Expect, shows: &'static str, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Professional, text }
}

const fn rejected(shows: &'static str, text: &'static str) -> Example {
    example(Expect::Reject, shows, text)
}

const fn warned(shows: &'static str, text: &'static str) -> Example {
    example(Expect::Warn, shows, text)
}

const fn informed(shows: &'static str, text: &'static str) -> Example {
    example(Expect::Info, shows, text)
}

const fn good(shows: &'static str, text: &'static str) -> Example {
    example(Expect::Silent, shows, text)
}

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[
    interchange::RULES,
    group::RULES,
    set::RULES,
    hierarchy::RULES,
    segment::RULES,
    &[line_number::RULE],
    element::RULES,
];
