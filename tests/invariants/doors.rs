//! However an input comes in, the same comes out: as a file, through a pipe, compressed, as a member of an archive.

use std::fs;
use std::io::Write;

use tempfile::TempDir;

use crate::common::program::{process, with_stdin};
use crate::common::run::{contents, place};
use crate::common::{File, Flavour, Kind, Ran, Row, Set, Style};

/// A file of everything: all flavours, a refused interchange, junk.
fn everything() -> Vec<u8> {
    let good = File::of(Kind::Professional, vec![Set::with(&Flavour::ALL), Set::with(&Flavour::ALL)]);
    let other = File { base: 500, ..File::simple(Kind::Dental, &Flavour::ALL).in_style(Style::ALL[3]) };
    let cut = File { base: 900, ..File::simple(Kind::Institutional, &Flavour::ALL) }.build().bytes;
    [good.build().bytes, b"\r\njunk\r\n".to_vec(), other.build().bytes, cut[..cut.len() - 40].to_vec()]
        .concat()
}

/// What came out under `name`, without names.
fn nameless(ran: &Ran, name: &str) -> (u8, Vec<Vec<u8>>, Vec<Row>, String) {
    let outputs = ran.of(name);
    let rows = outputs.rows.iter().map(|row| Row { file: String::new(), ..row.clone() });
    let mut summary = outputs.summary.clone();
    summary.as_object_mut().unwrap().remove("file");
    (
        ran.status,
        vec![outputs.accept.clone(), outputs.reject.clone(), outputs.refused.clone()],
        rows.collect(),
        summary.to_string(),
    )
}

#[test]
fn every_door_gives_the_same() {
    let bytes = everything();
    let dir = TempDir::new().unwrap();
    let mut files: Vec<(&str, Vec<u8>)> = vec![("a.837", bytes.clone())];
    if cfg!(feature = "containers") {
        files.extend(packed(&bytes));
    }
    let named: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let paths = place(&dir.path().join("in"), &named);
    let run = |n: usize, argument: &std::path::Path, stdin: &[u8]| {
        let out = dir.path().join(format!("out{n}"));
        let output = with_stdin(process(&out).arg(argument), stdin);
        let status = output.status.code().unwrap() as u8;
        Ran { status, errors: Vec::new(), failed: Vec::new(), files: contents(&out) }
    };
    let plain = nameless(&run(0, &paths[0], b""), "a");
    assert_eq!(plain.0, 1);
    assert!(plain.1.iter().all(|file| !file.is_empty()));
    assert_eq!(nameless(&run(1, "-".as_ref(), &bytes), "stdin"), plain, "standard input");
    for (n, (path, (name, _))) in (2..).zip(paths.iter().zip(&files).skip(1)) {
        let outputs = if name.ends_with(".zip") { "pack__a" } else { "a" };
        assert_eq!(nameless(&run(n, path, b""), outputs), plain, "{name}");
        let piped = run(n + 20, "-".as_ref(), &fs::read(path).unwrap());
        if name.ends_with(".zip") {
            assert_eq!((piped.status, piped.files.len()), (3, 0), "members of a pipe cannot be listed");
        } else {
            assert_eq!(nameless(&piped, "stdin"), plain, "{name} on standard input");
        }
    }
}

#[cfg(feature = "containers")]
fn packed(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(bytes).unwrap();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("a.837", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(bytes).unwrap();
    vec![
        ("a.837.gz", gzip.finish().unwrap()),
        ("a.837.zst", zstd::encode_all(bytes, 3).unwrap()),
        ("pack.zip", archive.finish().unwrap().into_inner()),
    ]
}

#[cfg(not(feature = "containers"))]
fn packed(_: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    Vec::new()
}

/// The number of threads and the size of units do not show through the program either.
#[test]
fn jobs_do_not_show() {
    let bytes = everything();
    let dir = TempDir::new().unwrap();
    let paths = place(&dir.path().join("in"), &[("a.837", &bytes)]);
    let run = |jobs: &str, unit_bytes: &str| {
        let out = dir.path().join(format!("out-{jobs}-{unit_bytes}"));
        let mut command = process(&out);
        command.env("CLAIMSIEVE_UNIT_BYTES", unit_bytes).args(["--jobs", jobs]).arg(&paths[0]);
        assert_eq!(command.output().unwrap().status.code(), Some(1));
        let mut files = contents(&out);
        assert!(files.remove("run.json").is_some());
        files
    };
    let expected = run("1", "67108864");
    for (jobs, unit_bytes) in [("1", "1"), ("4", "1"), ("4", "1048576"), ("0", "700")] {
        assert!(run(jobs, unit_bytes) == expected, "jobs {jobs}, units of {unit_bytes} bytes");
    }
}
