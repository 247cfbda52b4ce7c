use super::discover;
use crate::source::{ReadAt, Source, SourceError};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

/// Makes files, with their folders, that hold their own path.
fn make(dir: &Path, files: &[&str]) {
    for file in files {
        let path = dir.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
}

fn names(sources: &[Source]) -> Vec<&str> {
    sources.iter().map(Source::name).collect()
}

fn files(sources: &[Source]) -> Vec<&str> {
    sources.iter().map(Source::file).collect()
}

fn content(source: &Source, dir: &Path) -> Vec<u8> {
    let input = source.open(dir).unwrap();
    let mut bytes = vec![0; input.len() as usize];
    input.read_exact_at(0, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_folder_is_read_in_byte_order_without_our_outputs() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    make(
        dir,
        &[
            "b/c.837",
            "b.837",
            "b-1.837",
            "b0.837",
            "A.837",
            ".hidden",
            "b/deep/er/z.837",
            "c.accept.x12",
            "b/c.reasons.csv",
            "b/summary.json",
            "run.json",
            ".c.999.x12.partial-7-1",
            ".DS_Store",
        ],
    );
    fs::create_dir(dir.join("empty")).unwrap();
    let sources = discover([dir]);
    assert_eq!(names(&sources), [".hidden", "A", "b-1", "b", "c", "z", "b0"]);
    assert_eq!(files(&sources), [".hidden", "A.837", "b-1.837", "b.837", "c.837", "z.837", "b0.837"]);
    assert_eq!(content(&sources[5], dir), b"b/deep/er/z.837");
    // Named itself, an output of ours is an input like any other.
    let sources = discover([dir.join("c.accept.x12")]);
    assert_eq!(names(&sources), ["c.accept"]);
    assert!(sources[0].error().is_none());
}

#[test]
fn files_of_one_name_show_their_folders() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    make(dir, &["2025/a.837", "2026/a.837", "2026/b.837"]);
    let sources = discover([dir]);
    assert_eq!(names(&sources), ["2025__a.837", "2026__a.837", "b"]);
    assert_eq!(files(&sources), ["2025/a.837", "2026/a.837", "b.837"]);
}

#[test]
fn arguments_keep_their_order_and_each_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    make(dir, &["z.837", "in/a.837"]);
    let (z, folder) = (dir.join("z.837"), dir.join("in"));
    let sources = discover([z.as_os_str(), OsStr::new("-"), folder.as_os_str(), z.as_os_str()]);
    let named: Vec<&str> = names(&sources);
    assert_eq!(named[1..3], ["stdin", "a"]);
    assert!(named[0].ends_with("__z.837-1") && named[3].ends_with("__z.837-2"), "{named:?}");
    assert_eq!(sources[1].file(), "stdin");
    assert_eq!(content(&sources[0], dir), content(&sources[3], dir));
}

#[test]
fn what_cannot_be_read_keeps_nothing_else_from_being_read() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    make(dir, &["in/a.837", "in/z.837"]);
    fs::create_dir(dir.join("empty")).unwrap();
    symlink("nowhere", dir.join("in/dangling.837")).unwrap();
    symlink("itself", dir.join("in/itself")).unwrap();
    let _socket = UnixListener::bind(dir.join("in/socket")).unwrap();
    let sources =
        discover([dir.join("missing.837"), dir.join("in"), dir.join("empty"), dir.join("in/a.837/b")]);
    let shown: Vec<(&str, Option<&SourceError>)> =
        sources.iter().map(|source| (source.name(), source.error())).collect();
    let [
        ("missing", Some(SourceError::NotFound { .. })),
        ("a", None),
        ("dangling", Some(SourceError::NotFound { .. })),
        ("itself", Some(SourceError::Read { .. })),
        ("socket", Some(SourceError::NotAFile { .. })),
        ("z", None),
        ("empty", Some(SourceError::NoFiles { .. })),
        ("b", Some(SourceError::NotFound { .. })),
    ] = shown.as_slice()
    else {
        panic!("{shown:?}")
    };
    let error = sources[0].open(dir).unwrap_err();
    assert!(error.file().ends_with("missing.837") && error.to_string().starts_with(error.file()), "{error}");
}

#[test]
fn what_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    make(dir, &["in/locked/a.837", "in/b.837", "in/c.837"]);
    let lock = |path: &str, mode| {
        fs::set_permissions(dir.join(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    lock("in/b.837", 0o000);
    lock("in/locked", 0o000);
    // The superuser may read everything; there is nothing to see then.
    if fs::File::open(dir.join("in/b.837")).is_err() {
        let sources = discover([dir.join("in")]);
        assert_eq!(names(&sources), ["b", "c", "locked"]);
        for (source, readable) in sources.iter().zip([false, true, false]) {
            assert_eq!(source.error().is_none(), readable, "{source:?}");
            assert!(readable || matches!(source.error(), Some(SourceError::Permission { .. })), "{source:?}");
        }
    }
    lock("in/locked", 0o700);
}

#[test]
fn symbolic_links_are_followed_once() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    make(dir, &["a/f.837", "other/g.837"]);
    symlink("..", dir.join("a/up")).unwrap();
    symlink(".", dir.join("a/here")).unwrap();
    symlink("../other", dir.join("a/other")).unwrap();
    symlink("a/f.837", dir.join("link.837")).unwrap();
    let sources = discover([dir]);
    assert_eq!(names(&sources), ["f", "g", "link"]);
}

#[test]
fn names_that_are_no_text_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for name in [&b"a\xFF.837"[..], b"a\xFE.837", b"a\n.837"] {
        fs::write(dir.join(OsStr::from_bytes(name)), name).unwrap();
    }
    let sources = discover([dir]);
    assert_eq!(names(&sources), ["a_.837-1", "a_.837-2", "a_.837-3"]);
    assert_eq!(files(&sources), ["a\\x0A.837", "a\\xFE.837", "a\\xFF.837"]);
    assert_eq!(content(&sources[2], dir), b"a\xFF.837");
}

#[test]
fn nothing_named_is_nothing_found() {
    assert!(discover(std::iter::empty::<&str>()).is_empty());
    let empty = discover([""]);
    assert!(matches!(empty[0].error(), Some(SourceError::NotFound { .. })));
}
