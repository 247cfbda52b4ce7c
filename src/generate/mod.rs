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
//! too). A claim with a fault has one, for which one rule must reject it.
//!
//! - `batch`, `envelope`: what is asked for and what was written; interchanges and groups.
//! - `layout`: the levels of a set.
//! - `providers`, `people`, `calendar`, `catalog`: who, when, and the codes.
//! - `claim`, `visits`, `faults`: a claim in the making, clean or with a fault.
//! - `professional`: the writing of 837P; another kind of transaction is another such file over the same parts.

mod batch;
mod calendar;
mod catalog;
mod claim;
mod envelope;
mod faults;
mod layout;
mod pen;
mod people;
mod professional;
mod providers;
mod random;
#[cfg(test)]
mod tests;
mod visits;

pub use batch::{Batch, Kind, Written};
