//! What a store remembers from run to run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::format_push_string, clippy::format_collect)]
#![cfg(feature = "store")]

#[path = "../common/mod.rs"]
mod common;

mod authorizations;
mod layers;
mod ledger;
mod numbers;
mod older;
mod properties;
mod trouble;
