//! The `claimsieve` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(claimsieve::cli::run(std::env::args_os()))
}
