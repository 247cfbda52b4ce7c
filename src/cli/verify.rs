//! `claimsieve verify-run`.

use super::Failure;
use super::args::{Arguments, VerifyRun};

pub(super) fn run(_command: &VerifyRun, _arguments: &Arguments) -> Result<u8, Failure> {
    Err(Failure::usage("not yet"))
}
