//! A drop folder in a temporary folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::common::program::{claimsieve, said};

/// One partner, whose files are those of the samples.
const CONFIG: &str = r#"
state = "state"
store = "state/plan.store"
jobs = 1
poll_seconds = 1
[complete]
stable_seconds = 0
[outbox]
accept = "out/accept"
reject = "out/reject"
acks = "out/acks"
reports = "out/reports"
archive = "archive"
quarantine = "quarantine"
test = "test"
[[inbox]]
partner = "bay"
path = "inbox/bay"
senders = ["ZZ:SAMPLECLR"]
receivers = ["ZZ:CCSPLAN"]
transactions = ["837P", "837I", "278"]
"#;

pub(crate) struct Folder {
    // unmounted before its place is removed
    _disk: Option<Disk>,
    dir: TempDir,
}

/// A small disk in memory.
pub(crate) struct Disk(PathBuf);

impl Disk {
    /// Puts one over a folder; none, with a word on why, where this user may not.
    pub(crate) fn over(path: &Path, kib: u32) -> Option<Disk> {
        Disk::mounted(path, &["-t", "tmpfs", "-o", &format!("size={kib}k"), "none"])
    }

    /// The same folder, mounted apart from its surroundings.
    pub(crate) fn bound(path: &Path) -> Option<Disk> {
        Disk::mounted(path, &["--bind", path.to_str()?])
    }

    fn mounted(path: &Path, how: &[&str]) -> Option<Disk> {
        let mount = Command::new("mount").args(how).arg(path).output();
        if mount.is_ok_and(|mount| mount.status.success()) {
            return Some(Disk(path.to_owned()));
        }
        eprintln!("skipped: this user may not mount a small disk");
        None
    }

    /// Lets nobody write to it, or everybody again.
    pub(crate) fn read_only(&self, read_only: bool) {
        let how = if read_only { "remount,ro" } else { "remount,rw" };
        assert!(Command::new("mount").args(["-o", how]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder::with(|config| config)
    }

    /// With another configuration.
    pub(crate) fn with(change: impl FnOnce(String) -> String) -> Folder {
        Folder::filled(TempDir::new().unwrap(), None, change)
    }

    /// With another configuration, on a small disk of its own.
    pub(crate) fn on_small_disk(kib: u32, change: impl FnOnce(String) -> String) -> Option<Folder> {
        let dir = TempDir::new().unwrap();
        let disk = Disk::over(dir.path(), kib)?;
        Some(Folder::filled(dir, Some(disk), change))
    }

    fn filled(dir: TempDir, disk: Option<Disk>, change: impl FnOnce(String) -> String) -> Folder {
        fs::create_dir_all(dir.path().join("inbox/bay")).unwrap();
        fs::write(dir.path().join("watch.toml"), change(CONFIG.to_owned())).unwrap();
        Folder { _disk: disk, dir }
    }

    /// Changes the configuration.
    pub(crate) fn reconfigure(&self, change: impl FnOnce(String) -> String) {
        let path = self.path().join("watch.toml");
        let config = fs::read_to_string(&path).unwrap();
        fs::write(path, change(config)).unwrap();
    }

    /// Looks once and dies at a step.
    pub(crate) fn dies_at(&self, step: &str, times: u32) {
        let mut watch = self.watch();
        let output =
            watch.arg("--once").env("CLAIMSIEVE_CRASH_AT", format!("{step}:{times}")).output().unwrap();
        assert_eq!(output.status.code(), None, "{step} is never come to: {}", said(&output));
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn drop_in(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join("inbox/bay").join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// `watch`, not yet run.
    pub(crate) fn watch(&self) -> Command {
        self.watch_at("2026-07-01T12:00:00-07:00")
    }

    /// Looks once as somebody who may not read everything.
    pub(crate) fn once_as_nobody(&self) -> Output {
        let mut watch = self.watch();
        if is_root() {
            let mut chown = Command::new("chown");
            assert!(chown.args(["-R", "65534:65534"]).arg(self.path()).status().unwrap().success());
            watch.uid(65_534).gid(65_534);
        }
        watch.arg("--once").output().unwrap()
    }

    /// `watch` at a moment.
    pub(crate) fn watch_at(&self, now: &str) -> Command {
        let mut command = claimsieve();
        command.args(["watch", "--now", now, "--config"]);
        command.arg(self.path().join("watch.toml"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn once(&self) -> Output {
        self.watch().arg("--once").output().unwrap()
    }

    /// Looks once, with this exit status; answers the log.
    pub(crate) fn looked(&self, status: i32) -> String {
        let output = self.once();
        assert_eq!(output.status.code(), Some(status), "{}", said(&output));
        said(&output)
    }

    /// Looks once at a moment, with this exit status; answers the log.
    pub(crate) fn looked_at(&self, now: &str, status: i32) -> String {
        let output = self.watch_at(now).arg("--once").output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{}", said(&output));
        said(&output)
    }

    /// `ledger`: its status and what it says.
    pub(crate) fn ledger(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let config = self.path().join("watch.toml");
        let output = claimsieve().arg("ledger").args(arguments).arg("--config").arg(config).output().unwrap();
        (output.status.code(), said(&output))
    }

    /// What became of each file, by its name.
    pub(crate) fn fates(&self) -> BTreeMap<String, String> {
        let (status, said) = self.ledger(&["list", "--json"]);
        assert_eq!(status, Some(0), "{said}");
        let lines = said.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        lines
            .map(|line| {
                let word = |key: &str| line[key].as_str().unwrap().to_owned();
                (word("file"), format!("{} {}", word("state"), word("outcome")).trim().to_owned())
            })
            .collect()
    }

    /// The ledger agrees with all files.
    pub(crate) fn proven(&self) {
        let (status, said) = self.ledger(&["verify"]);
        assert_eq!(status, Some(0), "{said}");
    }

    /// All files but the store and what may differ from run to run, by their path.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(base: &Path, dir: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(base).unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    walk(base, &path, found);
                } else if !name.starts_with("state/") && !name.ends_with("run.json") {
                    found.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(self.path(), self.path(), &mut found);
        found
    }

    /// The names of outputs in a folder.
    pub(crate) fn names(&self, dir: &str) -> Vec<String> {
        let prefix = format!("{dir}/");
        let names = self.files().into_keys();
        names.filter_map(|name| name.strip_prefix(&prefix).map(str::to_owned)).collect()
    }
}

/// Whether this user may write where nobody may: then the disk refuses nothing.
pub(crate) fn is_root() -> bool {
    let dir = TempDir::new().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o500)).unwrap();
    fs::write(dir.path().join("a"), "").is_ok()
}

pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// SIGTERM, to a process of ours.
pub(crate) fn terminate(process: u32) {
    assert!(Command::new("kill").arg(process.to_string()).status().unwrap().success());
}

/// A port of this machine that nobody listens at.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What a watcher answers about itself.
pub(crate) fn asked(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

pub(crate) fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/day").join(name)).unwrap()
}

/// A sample with other words in it.
pub(crate) fn altered(name: &str, changes: &[(&str, &str)]) -> Vec<u8> {
    let mut text = String::from_utf8(sample(name)).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text.into_bytes()
}
