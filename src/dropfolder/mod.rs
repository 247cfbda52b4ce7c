//! The drop folder: a service that takes files from partners' inboxes, judges them, and puts outputs and acknowledgements into
//! their folders, each exactly once.
//!
//! An arrival goes through the states of the ledger of files, which stands in the store: received, taken, processed, prepared,
//! published, archived. Each is on disk before what it allows is done, and each step can be done again: whoever dies at any
//! point goes on from there.
//!
//! - `config`: the configuration file.
//! - `inbox`: which files are complete, and how they are taken.
//! - `events`: what wakes the service before its time.
//! - `scout`: a first look: fingerprint, envelopes.
//! - `refusal`: files that may not be sent, and their answers.
//! - `judge`: a run of the pipeline in a folder of its own, settled in the ledger with what the store takes.
//! - `deliver`: outputs published, the file put away.
//! - `batch`: files that go a step together.
//! - `service`, `start`: the steps in their order, again and again; why it does not start.
//! - `state`: the state folder, whose it is, and what belongs to nobody.
//! - `clock`: what time it is, and whether that can be believed.
//! - `metrics`: what is told to Prometheus.
//! - `held`: claims that wait for an authorization, and when they are judged again.
//! - `overrule`: a rejected claim that a person accepts.
//! - `prove`, `again`: the ledger held against the files; rejected claims judged again, to see what would become of them.
//! - `claims`, `rows`: the claims in outputs, and what the reasons say of them.
//! - `files`, `crash`: the disk; points at which tests make it die.

mod again;
mod batch;
mod claims;
mod clock;
mod config;
mod crash;
mod deliver;
mod events;
mod files;
mod held;
mod inbox;
mod judge;
mod metrics;
mod overrule;
mod prove;
mod refusal;
mod rows;
mod scout;
mod service;
mod start;
mod state;

use std::path::PathBuf;

pub use again::{AgainError, Retried, again};
pub use clock::Clock;
pub use config::{
    Complete, Config, ConfigError, Guard, Inbox, Loopback, Outbox, Partner, Party, Repeated, Share,
    Transaction,
};
pub use files::{Trouble, shown};
pub use judge::Later;
pub use overrule::{OverruleError, overrule};
pub use prove::{Proof, prove};
pub use service::{Done, Service};
pub use start::StartError;

/// The folder of an arrival while it is under way.
fn work_of(config: &Config, arrival: i64) -> PathBuf {
    config.work().join(format!("{arrival:06}"))
}
