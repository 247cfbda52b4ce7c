//! The rules, asked through whole runs: every documented example, and what lies just on either side of each line they draw.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::format_push_string, clippy::format_collect)]

#[path = "../common/mod.rs"]
mod common;

mod ask;
mod boundaries;
mod dates;
mod examples;
mod exemptions;
mod guides;
mod once;
mod partners;
mod plan;
mod properties;
mod responses;
mod sides;
mod words;
