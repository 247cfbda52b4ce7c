//! What always holds, over built and generated inputs: a module an invariant.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
mod common;

mod bad_input;
mod determinism;
mod doors;
mod envelope;
mod fixpoint;
mod nothing_lost;
mod privacy;
mod split;
