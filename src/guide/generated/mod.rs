//! Written by the generator from the tables.

pub(super) mod acknowledgement_999;
pub(super) mod authorization_request;
pub(super) mod authorization_response;
pub(super) mod claim_acknowledgement_277;
pub(super) mod dental;
pub(super) mod envelope;
pub(super) mod institutional;
pub(super) mod pool;
pub(super) mod professional;
