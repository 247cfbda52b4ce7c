//! The payer profile, and what it makes of faults: which rules run, how severe they are, what falls, who is silent.

mod edits_file;
mod fate;
mod partner;
mod partners_file;
mod profile;
mod profile_file;
mod profile_text;
mod rules_file;
mod settle;
mod text_place;

pub use fate::{Fates, SetFate};
pub use partner::Chapter;
pub use profile::{AcknowledgeAs, AdjudicationFindings, Profile, RejectScope, RejectUnit};
pub use profile_file::ProfileError;
pub(crate) use text_place::place;

pub use settle::{Counts, Disposition, Tally, settle, settle_late};
