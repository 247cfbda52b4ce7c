//! What always holds, over built and generated inputs: a module an invariant.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
mod common;

// mod determinism;
// mod fixpoint;
mod split;
