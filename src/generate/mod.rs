//! Synthetic batches for tests, benches and trials: real in shape, made up in content.
//!
//! A [`Batch`] of a seed has the same bytes on every machine. What stands in a claim is drawn from the seed and the claim's
//! ordinal alone, and the levels above it from the seed and its block of claims, so that memory does not grow with the batch,
//! and blocks could be made side by side: of what stands before them they need only the last HL01.
//!
//! Nobody in it exists. Members and doctors are names put together by lot, provider numbers come from a range below those
//! that are issued. Its days of service are February to June 2026; it is sent on 2026-07-01, and should be judged as of then or later.
//!
//! A clean claim passes the guide and every rule of the plan as long as no authorizations are known (its numbers are made up,
//! too). A claim with a fault has one, for which one rule must reject it. A batch that is [rostered](Batch::rostered) rests on
//! rosters, with which it is written: under them, every claim is clean.
//!
//! - `batch`, `envelope`: what is asked for and what was written; interchanges and groups.
//! - `common`, `layout`, `sets`, `coverage`: what all claims share; the levels of a set, and of an 837; another payer's part.
//! - `providers`, `people`, `calendar`: who, and when.
//! - `roll`, `rostered`, `scenario`: the rosters that belong to a batch, what is otherwise in claims that rest on them, and what
//!   each claim is an example of.
//! - `catalog`, `claim`, `visits`, `faults`, `professional`: codes; a claim in the making, clean or with a fault; its writing
//!   as 837P. `hospital_catalog`, `bills`, `hospital_faults`, `institutional` are the same for 837I, `dental_catalog`,
//!   `dental_faults`, `dental` for 837D. `reviews` writes 278.
//!
//! Another kind of 837 is another `sets::Claims`, another kind of transaction another `batch::Body`.

mod batch;
mod bills;
mod calendar;
mod catalog;
mod claim;
mod common;
mod coverage;
mod dental;
mod dental_catalog;
mod dental_faults;
mod envelope;
mod faults;
mod hospital_catalog;
mod hospital_faults;
mod institutional;
mod layout;
mod pen;
mod people;
mod professional;
mod providers;
mod random;
mod reviews;
mod roll;
mod rostered;
mod scenario;
mod sets;
#[cfg(test)]
mod tests;
mod visits;

pub use batch::{Batch, Beside, Kind, Shape, TakeRows, Written};
pub use scenario::Scenario;
