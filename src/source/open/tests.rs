use crate::source::{Input, ReadAt, Source, SourceError, discover};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

/// A folder with one file in it, and a folder to spool in.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn spool(&self) -> PathBuf {
        self.0.path().join("out/spool")
    }

    fn open(&self, path: &Path) -> Result<Input, SourceError> {
        one(path).open(&self.spool())
    }

    /// Nothing of a spool file shows.
    fn spool_is_empty(&self) -> bool {
        fs::read_dir(self.spool()).map_or(true, |mut entries| entries.next().is_none())
    }
}

fn one(path: &Path) -> Source {
    let mut sources = discover([path]);
    assert_eq!(sources.len(), 1);
    sources.remove(0)
}

fn all(input: &Input) -> Vec<u8> {
    let mut bytes = vec![0; input.len() as usize];
    input.read_exact_at(0, &mut bytes).unwrap();
    let mut more = [0];
    assert_eq!(input.read_at(input.len(), &mut more).unwrap(), 0);
    assert_eq!(input.read_at(u64::MAX, &mut more).unwrap(), 0);
    bytes
}

#[test]
fn a_plain_file_is_read_in_place_by_many_threads() {
    let desk = Desk::new();
    let bytes: Vec<u8> = (0..100_000u32).map(|n| (n % 251) as u8).collect();
    let input = desk.open(&desk.put("a.837", &bytes)).unwrap();
    assert_eq!((input.name(), input.file(), input.len()), ("a", "a.837", 100_000));
    assert!(!input.is_spooled() && !input.is_empty());
    std::thread::scope(|scope| {
        for start in [0, 7, 50_000, 99_000] {
            let (input, bytes) = (&input, &bytes);
            scope.spawn(move || {
                let mut buffer = [0; 1000];
                input.read_exact_at(start, &mut buffer).unwrap();
                assert_eq!(buffer, bytes[start as usize..start as usize + 1000]);
            });
        }
    });
    let mut buffer = [0; 10];
    assert!(input.read_exact_at(99_995, &mut buffer).is_err());
    assert!(!desk.spool().exists());
}

#[test]
fn what_cannot_be_opened_says_why() {
    let desk = Desk::new();
    let folder = desk.0.path();
    fs::create_dir(folder.join("sub")).unwrap();
    let path = desk.put("a.837", b"ISA");
    let source = one(&path);
    fs::remove_file(&path).unwrap();
    assert!(matches!(source.open(folder), Err(SourceError::NotFound { .. })));
    fs::create_dir(&path).unwrap();
    assert!(matches!(source.open(folder), Err(SourceError::Folder { .. })));
    let empty = desk.put("empty.837", b"");
    assert!(matches!(desk.open(&empty), Err(SourceError::Empty { .. })));
    assert!(matches!(desk.open(Path::new("/dev/null")), Err(SourceError::Empty { .. })));
}

#[test]
fn a_change_is_noticed() {
    let desk = Desk::new();
    let path = desk.put("a.837", b"ISA*00");
    let open = || {
        let input = desk.open(&path).unwrap();
        input.unchanged().unwrap();
        input
    };
    let changed = |input: &Input| matches!(input.unchanged(), Err(SourceError::Changed { .. }));

    let grown = open();
    fs::write(&path, b"ISA*00*more").unwrap();
    assert!(changed(&grown));
    // The length stays what it was: what is appended is not read.
    assert_eq!(all(&grown).len(), 6);

    let touched = open();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_mins(1)).unwrap();
    assert!(changed(&touched));

    let replaced = open();
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let copy = desk.put("copy", b"ISA*00*more");
    fs::File::options().write(true).open(&copy).unwrap().set_modified(modified).unwrap();
    fs::rename(&copy, &path).unwrap();
    assert!(changed(&replaced));

    let removed = open();
    fs::remove_file(&path).unwrap();
    assert!(changed(&removed));
    let memory = Input::from_bytes("a", b"ISA".to_vec());
    assert!(memory.unchanged().is_ok());
    assert_eq!(all(&memory), b"ISA");
    assert!(!format!("{memory:?}").contains("73, 83"), "content in a debug text");
}

#[test]
fn a_pipe_is_spooled() {
    let desk = Desk::new();
    let path = desk.0.path().join("pipe.837");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let bytes = b"ISA*00~".repeat(100_000);
    std::thread::scope(|scope| {
        scope.spawn(|| fs::write(&path, &bytes).unwrap());
        let input = desk.open(&path).unwrap();
        assert!(input.is_spooled());
        assert_eq!(all(&input), bytes);
        assert!(input.unchanged().is_ok());
        assert!(desk.spool_is_empty());
        let mode = |metadata: fs::Metadata| metadata.permissions().mode() & 0o777;
        assert_eq!(mode(input.spool_file().unwrap().metadata().unwrap()), 0o600);
        assert_eq!(mode(fs::metadata(desk.spool()).unwrap()), 0o700);
    });
}

/// Not a test by itself: reads standard input in a process of its own for the next one.
#[test]
#[ignore = "run by standard_input_is_spooled"]
fn read_standard_input() {
    let dir = tempfile::tempdir().unwrap();
    let sources = discover(["-"]);
    let input = sources[0].open(dir.path()).unwrap();
    assert_eq!((input.name(), input.file()), ("stdin", "stdin"));
    assert_eq!(all(&input), b"ISA*00~".repeat(50_000));
    assert!(matches!(sources[0].open(dir.path()), Err(SourceError::Empty { .. })));
}

#[test]
fn standard_input_is_spooled() {
    use std::io::Write;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "source::open::tests::read_standard_input"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&b"ISA*00~".repeat(50_000)).unwrap();
    let output = child.wait_with_output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && report.contains("1 passed"), "{report}");
}

#[cfg(not(feature = "containers"))]
#[test]
fn a_build_without_containers_says_so() {
    let desk = Desk::new();
    for bytes in [&b"\x1F\x8B\x08\x00"[..], b"\x28\xB5\x2F\xFD", b"PK\x03\x04"] {
        let error = desk.open(&desk.put("a.837", bytes)).unwrap_err();
        assert!(matches!(error, SourceError::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains("containers"), "{error}");
    }
}

#[cfg(feature = "containers")]
mod containers;
