//! What `check` and `inspect` show.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::format_push_string, clippy::format_collect)]

#[path = "../common/mod.rs"]
mod common;

mod check;
mod generate;
mod inspect;
mod rosters;
mod why;

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use common::program::{claimsieve, said, with_stdin};

/// An input of one set from its segments, a line each; they hold no ISA and GS.
fn file(group: &str, version: &str, set: &[&str]) -> String {
    let mut text = format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260701*0410*^*00501*000000007*0*P*:~\nGS*{group}*SENDER*RECEIVER*20260701*0410*1*X*{version}~\n"
    );
    for segment in set {
        text.push_str(segment);
        text.push_str("~\n");
    }
    text.push_str("GE*1*1~\nIEA*1*000000007~\n");
    text
}

/// The sample inputs that are not packed.
fn samples() -> Vec<PathBuf> {
    let day = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/day");
    let paths = std::fs::read_dir(day).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|it| it == "x12")).collect();
    paths.sort();
    assert!(paths.len() > 8);
    paths
}

/// What the program shows of an input.
fn shown(arguments: &[&str], input: &str) -> Output {
    let mut command = claimsieve();
    command.args(arguments).arg("-");
    with_stdin(&mut command, input.as_bytes())
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Whoever reads only the beginning ends the program without a complaint.
#[test]
fn a_reader_may_leave_early() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large.x12");
    let sample = std::fs::read(&samples()[0]).unwrap();
    std::fs::write(&path, sample.repeat(100)).unwrap();
    for arguments in [
        &["inspect"][..],
        &["inspect", "--format", "json"],
        &["check", "--profile", "alliance-ccs"],
        &["check", "--profile", "alliance-ccs", "--format", "json"],
        &["check", "--profile", "alliance-ccs", "--format", "sarif"],
    ] {
        let mut command = claimsieve();
        command.args(arguments).arg(&path).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 10]).unwrap();
        drop(out);
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""), "{arguments:?}");
    }
}
