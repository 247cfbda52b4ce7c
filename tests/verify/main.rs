//! `claimsieve verify-run`: proves good runs, finds what was tampered with, and so finds what processing does wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::format_collect)]

mod clean;
mod corpus;
mod mutated;
mod runs;
mod samples;
mod tampered;
