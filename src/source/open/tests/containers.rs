//! Compressed files and archives, whole and damaged.

use super::{Desk, all, one};
use crate::source::{ReadAt, SourceError, discover};
use proptest::prelude::*;
use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use zip::write::SimpleFileOptions;

const CONTENT: &[u8] =
    b"ISA*00*          *00*          *ZZ*SENDER~GS*HC~ST*837*0001~SE*2*0001~GE*1*1~IEA*1*1~";

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        if name.ends_with('/') {
            zip.add_directory(*name, SimpleFileOptions::default()).unwrap();
        } else {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn compressed_files_are_unpacked_whatever_their_name() {
    let desk = Desk::new();
    let half = CONTENT.len() / 2;
    let (first, second) = CONTENT.split_at(half);
    let mut padded = gz(CONTENT);
    padded.extend([0; 700]);
    let mut skipped = b"\x50\x2A\x4D\x18\x03\x00\x00\x00abc".to_vec();
    skipped.extend(zst(CONTENT));
    for (name, bytes) in [
        ("a.837.gz", gz(CONTENT)),
        ("a.837.zst", zst(CONTENT)),
        ("a.837", gz(CONTENT)),
        ("a", zst(CONTENT)),
        ("a.837.zst", gz(CONTENT)),
        // Several members, several frames, one of them empty.
        ("a.gz", [gz(first), gz(b""), gz(second)].concat()),
        ("a.zst", [zst(first), zst(b""), zst(second)].concat()),
        ("a.gz", padded),
        ("a.zst", skipped),
    ] {
        let input = desk.open(&desk.put(name, &bytes)).unwrap();
        assert!(input.is_spooled());
        assert_eq!((input.name(), all(&input).as_slice()), ("a", CONTENT), "{name}");
        assert_eq!(input.spool_file().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(desk.spool_is_empty());
        input.unchanged().unwrap();
        desk.put(name, b"ISA");
        assert!(matches!(input.unchanged(), Err(SourceError::Changed { .. })), "{name}");
    }
    let plain = desk.open(&desk.put("a.837.gz", CONTENT)).unwrap();
    assert!(!plain.is_spooled());
    assert_eq!(all(&plain), CONTENT);
}

#[test]
fn content_larger_than_a_buffer_comes_out_whole() {
    let desk = Desk::new();
    let big = CONTENT.repeat(20_000);
    for (name, bytes) in [("a.gz", gz(&big)), ("a.zst", zst(&big)), ("a.zip", zip(&[("a.837", &big)]))] {
        assert!(all(&desk.open(&desk.put(name, &bytes)).unwrap()) == big, "{name}");
    }
}

#[test]
fn empty_and_doubled_containers_are_told() {
    let desk = Desk::new();
    for (name, bytes) in
        [("a.gz", gz(b"")), ("a.zst", zst(b"")), ("a.zip", zip(&[])), ("b.zip", zip(&[("a", b"")]))]
    {
        let error = desk.open(&desk.put(name, &bytes)).unwrap_err();
        assert!(matches!(error, SourceError::Empty { .. }), "{name}: {error}");
    }
    for (name, bytes) in [
        ("a.gz", gz(&gz(CONTENT))),
        ("a.zst", zst(&zip(&[("a", CONTENT)]))),
        ("a.zip", zip(&[("b.zip", &zip(&[("a", CONTENT)]))])),
        ("b.zip", zip(&[("a.gz", &gz(&gz(CONTENT)))])),
    ] {
        let error = desk.open(&desk.put(name, &bytes)).unwrap_err();
        assert!(matches!(error, SourceError::Unsupported { .. }), "{name}: {error}");
    }
}

#[test]
fn a_window_past_the_bound_is_no_damage() {
    let desk = Desk::new();
    // A frame that asks for a window of 256 MiB, and in it one empty block.
    let error = desk.open(&desk.put("a.zst", b"\x28\xB5\x2F\xFD\x00\x90\x01\x00\x00")).unwrap_err();
    assert!(
        matches!(error, SourceError::Unsupported { .. }) && error.to_string().contains("--long"),
        "{error}"
    );
}

#[test]
fn a_bomb_ends_at_the_limit() {
    let desk = Desk::new();
    let zeros = vec![0; 5_000_000];
    for (name, bytes) in [("a.gz", gz(&zeros)), ("a.zst", zst(&zeros)), ("a.zip", zip(&[("a", &zeros)]))] {
        let source = one(&desk.put(name, &bytes));
        let error = source.open_within(&desk.spool(), Some(4_999_999)).unwrap_err();
        assert!(matches!(error, SourceError::TooLarge { limit: 4_999_999, .. }), "{error}");
        assert_eq!(source.open_within(&desk.spool(), Some(5_000_000)).unwrap().len(), 5_000_000);
    }
}

#[test]
fn members_of_an_archive_are_inputs() {
    let desk = Desk::new();
    let path = desk.put(
        "batch.zip",
        &zip(&[
            ("z.837", b"z"),
            ("q1/", b""),
            ("q1/a.837.gz", &gz(b"a")),
            ("q1/b.837", b"b"),
            ("../../up.837", b"up"),
            ("__MACOSX/._z.837", b"finder"),
        ]),
    );
    let sources = discover([&path]);
    let shown: Vec<(&str, &str)> = sources.iter().map(|source| (source.name(), source.file())).collect();
    assert_eq!(
        shown,
        [
            ("batch__up", "batch.zip/up.837"),
            ("batch__q1__a", "batch.zip/q1/a.837.gz"),
            ("batch__q1__b", "batch.zip/q1/b.837"),
            ("batch__z", "batch.zip/z.837"),
        ]
    );
    let bytes: Vec<Vec<u8>> =
        sources.iter().map(|source| all(&source.open(&desk.spool()).unwrap())).collect();
    assert_eq!(bytes, [b"up".to_vec(), b"a".to_vec(), b"b".to_vec(), b"z".to_vec()]);

    // In a folder, and whatever it is called.
    fs::rename(&path, path.with_extension("dat")).unwrap();
    let sources = discover([desk.0.path()]);
    assert_eq!(sources.len(), 4);
    assert_eq!(sources[3].file(), "batch.dat/z.837");

    // An archive replaced since its directory was read is not read by that.
    desk.put("batch.dat", &zip(&[("z.837", b"other")]));
    assert!(matches!(sources[3].open(&desk.spool()), Err(SourceError::Changed { .. })));
}

#[test]
fn a_member_that_cannot_be_read_is_an_error_of_its_own() {
    let desk = Desk::new();
    let clean = zip(&[("a.837", CONTENT), ("b.837", CONTENT), ("c.837", CONTENT)]);
    let directory = |n: usize| {
        let mut starts = clean.windows(4).enumerate().filter(|(_, window)| *window == b"PK\x01\x02");
        starts.nth(n).unwrap().0
    };
    // Flag bit 0 is encryption; method 12 is bzip2.
    let mut bytes = clean.clone();
    bytes[directory(0) + 8] |= 1;
    bytes[directory(1) + 10] = 12;
    let sources = discover([desk.put("batch.zip", &bytes)]);
    assert_eq!(sources.len(), 3);
    for (source, words) in sources.iter().zip(["encrypted", "uncommon method"]) {
        let Some(error @ SourceError::Unsupported { .. }) = source.error() else { panic!("{source:?}") };
        assert!(error.to_string().contains(words) && error.file().contains("batch.zip/"), "{error}");
    }
    assert_eq!(all(&sources[2].open(&desk.spool()).unwrap()), CONTENT);

    // A damaged member: the others are whole.
    let mut bytes = clean.clone();
    bytes[directory(0) - 5] ^= 0xFF;
    let sources = discover([desk.put("batch.zip", &bytes)]);
    let opened: Vec<_> = sources.iter().map(|source| source.open(&desk.spool())).collect();
    assert!(opened[0].is_ok() && opened[1].is_ok());
    assert!(matches!(opened[2], Err(SourceError::Broken { .. })), "{opened:?}");
}

#[test]
fn a_member_name_that_stands_twice_is_not_passed_over() {
    let desk = Desk::new();
    let mut bytes = zip(&[("a.837", b"first"), ("b.837", b"second")]);
    while let Some(at) = bytes.windows(5).position(|window| window == b"b.837") {
        bytes[at] = b'a';
    }
    let sources = discover([desk.put("batch.zip", &bytes)]);
    assert_eq!(all(&sources[0].open(&desk.spool()).unwrap()), b"second");
    assert!(matches!(sources[1].error(), Some(SourceError::Unsupported { .. })), "{sources:?}");
}

#[test]
fn an_archive_in_a_pipe_says_what_to_do() {
    let desk = Desk::new();
    let path = desk.0.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let bytes = zip(&[("a.837", CONTENT)]);
    std::thread::scope(|scope| {
        scope.spawn(|| fs::write(&path, &bytes));
        let error = desk.open(&path).unwrap_err();
        assert!(
            matches!(error, SourceError::Unsupported { .. }) && error.to_string().contains("save it"),
            "{error}"
        );
    });
}

#[test]
fn a_cut_container_is_broken_at_every_byte() {
    let desk = Desk::new();
    for (name, bytes) in
        [("a.gz", gz(CONTENT)), ("a.zst", zst(CONTENT)), ("a.zip", zip(&[("a.837", CONTENT)]))]
    {
        for cut in 0..bytes.len() {
            let path = desk.put(name, &bytes[..cut]);
            let opened = one(&path).open(&desk.spool());
            match opened {
                Err(SourceError::Empty { .. }) if cut == 0 => {}
                Err(SourceError::Broken { offset, .. }) => assert!(offset <= CONTENT.len() as u64),
                other => panic!("{name} cut at {cut}: {other:?}"),
            }
        }
    }
    // After a whole member or frame a cut cannot be seen; its content is right as far as it goes.
    for (name, part) in [("a.gz", gz as fn(&[u8]) -> Vec<u8>), ("a.zst", zst)] {
        let (first, second) = (part(CONTENT), part(b"more"));
        let bytes = [first.as_slice(), second.as_slice()].concat();
        for cut in first.len()..bytes.len() {
            match one(&desk.put(name, &bytes[..cut])).open(&desk.spool()) {
                Ok(input) => assert_eq!((cut, all(&input).as_slice()), (first.len(), CONTENT)),
                Err(SourceError::Broken { offset, .. }) => assert!(offset >= CONTENT.len() as u64),
                Err(other) => panic!("{name} cut at {cut}: {other}"),
            }
        }
    }
}

#[test]
fn bytes_after_a_gzip_file_are_not_passed_over() {
    let desk = Desk::new();
    for tail in [&b"ISA*00"[..], b"\x00\x00ISA"] {
        let bytes = [&gz(CONTENT), tail].concat();
        let error = desk.open(&desk.put("a.gz", &bytes)).unwrap_err();
        let SourceError::Broken { offset, why, .. } = &error else { panic!("{error}") };
        assert_eq!((*offset, why.as_str()), (CONTENT.len() as u64, "other bytes follow its end"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_flipped_byte_never_gives_other_content(kind in 0usize..3, at in any::<prop::sample::Index>(), flip in 1u8..) {
        let desk = Desk::new();
        let (name, mut bytes) = match kind {
            0 => ("a.gz", gz(CONTENT)),
            1 => ("a.zst", zst(CONTENT)),
            _ => ("a.zip", zip(&[("a.837", CONTENT)])),
        };
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        for source in discover([desk.put(name, &bytes)]) {
            if let Ok(input) = source.open(&desk.spool()) {
                let content = all(&input);
                // Broken within its first bytes it is no container any more.
                prop_assert!(content == CONTENT || content == bytes, "{} byte {}: {:?}", name, at, content);
            }
        }
    }
}
