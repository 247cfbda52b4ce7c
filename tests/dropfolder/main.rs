//! The drop folder as its users see it: files in, outputs out, each exactly once, whatever happens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::format_push_string, clippy::format_collect)]
#![cfg(feature = "store")]

#[path = "../common/mod.rs"]
mod common;

mod accepted;
mod clock;
mod crashes;
mod days;
mod disks;
mod folder;
mod holds;
mod many;
mod odd;
mod secrecy;
mod state;
mod taken_back;
mod trouble;
mod undecided;
