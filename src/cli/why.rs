//! `claimsieve why`.

use super::Failure;
use super::args::{Arguments, Why};

pub(super) fn run(_command: &Why, _arguments: &Arguments) -> Result<u8, Failure> {
    Err(Failure::usage("not yet"))
}
