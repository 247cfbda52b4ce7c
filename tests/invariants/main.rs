//! What always holds, over built and generated inputs: a module an invariant.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::case_sensitive_file_extension_comparisons
)]

#[path = "../common/mod.rs"]
mod common;

mod accounted;
mod bad_input;
mod clean_day;
mod determinism;
mod doors;
mod envelope;
mod fixpoint;
mod generated;
mod nothing_lost;
mod privacy;
mod split;
