//! The program itself, as a user runs it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The built program, received on 1 July 2026, with nothing of the test's environment that could matter.
pub(crate) fn claimsieve() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimsieve"));
    command.env_remove("RUST_LOG").env_remove("CLAIMSIEVE_UNIT_BYTES");
    command
}

/// `claimsieve process` into `out`, not yet run.
pub(crate) fn process(out: &Path) -> Command {
    let mut command = claimsieve();
    command.args(["process", "--now", "2026-07-01T12:00:00-07:00", "--out"]).arg(out);
    command
}

/// Runs a command with `input` on its standard input.
pub(crate) fn with_stdin(command: &mut Command, input: &[u8]) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|threads| {
        // the program may end before it has read everything
        threads.spawn(move || {
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().unwrap()
    })
}

/// What a run said, both ways.
pub(crate) fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}
