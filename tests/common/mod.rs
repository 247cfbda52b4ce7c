//! What the integration tests share: inputs built to order, runs in a folder of their own, outputs read back and checked
//! by means that owe nothing to the pipeline.
//!
//! - `build`: interchanges of 837 and 278 sets with chosen flaws, and what must become of each record.
//! - `claims`: the texts of claims and patient events, good and bad.
//! - `style`: separators and line ends.
//! - `arbitrary`: such files for proptest.
//! - `run`: `process` in a temporary folder; `program`: the program itself.
//! - `read`: X12 read back with the reference tokeniser.
//! - `check`: what must hold between an input and its outputs.
// Each test crate uses its part of this.
#![allow(dead_code, unused_imports)]

pub(crate) mod arbitrary;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod claims;
pub(crate) mod program;
pub(crate) mod read;
pub(crate) mod run;
pub(crate) mod style;

pub(crate) use build::{
    Fate, File, Group, GroupFlaw, Interchange, InterchangeFlaw, LevelFlaw, Patient, Provider, Set, SetFlaw,
    Subscriber,
};
pub(crate) use claims::{
    Case, Flavour, Kind, SURGEON, granting, interchange_of, npi, requesting, responding, review_of,
};
pub(crate) use run::{Outputs, Ran, Row, Setup};
pub(crate) use style::Style;
