//! The configuration file of the drop folder.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::verdict::place;
use serde::Deserialize;
use toml::Spanned;

/// Why a configuration cannot be used; the message names line and column.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct ConfigError {
    path: PathBuf,
    message: String,
}

/// A drop folder as its configuration describes it. Paths are absolute, or as good: those in the file count from its folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the service keeps its lock and the files that are under way.
    pub state: PathBuf,
    /// The store, with the ledger of files in it.
    pub store: PathBuf,
    /// The rosters.
    pub rosters: Option<PathBuf>,
    /// Tables that replace built-in ones.
    pub reference: Option<PathBuf>,
    /// The profile of partners that name none.
    #[serde(default = "profile")]
    pub profile: String,
    /// How long claims are held for an authorization, in hours, where the partner's inbox says nothing; 0 for not at all.
    #[serde(default)]
    pub hold_hours: u32,
    /// How many threads judge.
    #[serde(default)]
    pub jobs: usize,
    /// How often inboxes are looked at, in seconds.
    #[serde(default = "poll_seconds")]
    pub poll_seconds: u64,
    /// Where metrics and health are told: an address of this machine only.
    pub metrics: Option<Loopback>,
    /// When a file is complete.
    #[serde(default)]
    pub complete: Complete,
    /// Where outputs go.
    pub outbox: Outbox,
    /// When a file is stopped.
    #[serde(default)]
    pub guard: Guard,
    /// The inboxes, one a partner.
    #[serde(rename = "inbox")]
    pub inboxes: Vec<Inbox>,
}

fn profile() -> String {
    "alliance-ccs".to_owned()
}

const fn poll_seconds() -> u64 {
    5
}

/// An address of this machine that others cannot reach.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "SocketAddr")]
pub struct Loopback(pub SocketAddr);

impl TryFrom<SocketAddr> for Loopback {
    type Error = String;

    fn try_from(address: SocketAddr) -> Result<Loopback, String> {
        if address.ip().is_loopback() {
            return Ok(Loopback(address));
        }
        Err(format!("{address} can be reached from outside; write an address such as 127.0.0.1:9464"))
    }
}

/// When a file in an inbox is complete.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Complete {
    /// Its size and time have not changed for so many seconds.
    pub stable_seconds: u64,
    /// Names that end so are of files still under way.
    pub temporary_suffixes: Vec<String>,
    /// Where given, a file is complete when there is an empty file of its name with this behind it; not an empty text.
    pub done_suffix: Option<String>,
}

impl Default for Complete {
    fn default() -> Complete {
        let temporary = [".tmp", ".part", ".partial", ".filepart", ".crdownload"];
        Complete {
            stable_seconds: 10,
            temporary_suffixes: temporary.map(str::to_owned).to_vec(),
            done_suffix: None,
        }
    }
}

/// The folders of outputs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbox {
    /// Accepted claims.
    pub accept: PathBuf,
    /// Rejected claims and refused interchanges.
    pub reject: PathBuf,
    /// TA1, 999, 277CA, 278.
    pub acks: PathBuf,
    /// Reasons and summaries.
    pub reports: PathBuf,
    /// Inputs with all their outputs.
    pub archive: PathBuf,
    /// Inputs that were not judged.
    pub quarantine: PathBuf,
    /// Everything that comes of test files.
    pub test: PathBuf,
}

/// When a file is stopped for a person instead of being rejected in bulk.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guard {
    /// More than this share of its records is rejected or refused: 0 to 1.
    pub max_reject_rate: Share,
    /// The share is this much over that of the partner's last twenty files: 0 to 1.
    pub max_jump: Share,
    /// Files of fewer records are never stopped.
    pub min_records: u64,
}

impl Default for Guard {
    fn default() -> Guard {
        Guard { max_reject_rate: Share(1.0), max_jump: Share(1.0), min_records: 50 }
    }
}

/// A share, 0 to 1.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Deserialize)]
#[serde(try_from = "f64")]
pub struct Share(pub f64);

impl TryFrom<f64> for Share {
    type Error = String;

    fn try_from(share: f64) -> Result<Share, String> {
        if (0.0..=1.0).contains(&share) {
            return Ok(Share(share));
        }
        Err(format!("{share} is no share; write a number from 0 to 1, such as 0.4"))
    }
}

/// A partner's inbox.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbox {
    /// What the partner is called, in the names of outputs too.
    pub partner: Spanned<Partner>,
    /// The folder.
    pub path: PathBuf,
    /// Who may send, as ISA05 and ISA06.
    pub senders: Vec<Party>,
    /// To whom, as ISA07 and ISA08.
    pub receivers: Vec<Party>,
    /// What.
    pub transactions: Vec<Transaction>,
    /// The partner's profile.
    pub profile: Option<String>,
    /// What is done with an interchange whose ISA13 its sender used before, with other bytes.
    #[serde(default)]
    pub repeated_control_number: Repeated,
    /// How long the partner's claims are held for an authorization that is pended or not known yet, in hours.
    pub hold_hours: Option<u32>,
    /// When the partner's files are stopped; the general guard where it is not given.
    pub guard: Option<Guard>,
}

impl Inbox {
    /// What the partner is called.
    pub fn name(&self) -> &str {
        &self.partner.get_ref().0
    }
}

/// A partner's name: part of file names.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Partner(pub String);

impl TryFrom<String> for Partner {
    type Error = String;

    fn try_from(name: String) -> Result<Partner, String> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if (1..=32).contains(&name.len()) && name.bytes().all(is_plain) {
            return Ok(Partner(name));
        }
        Err(format!("\"{name}\" stands in file names: write 1 to 32 letters, digits and underscores"))
    }
}

/// Qualifier and id of a sender or receiver.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Party {
    /// ISA05 or ISA07.
    pub qualifier: String,
    /// ISA06 or ISA08, without the blanks behind it.
    pub id: String,
}

impl TryFrom<String> for Party {
    type Error = String;

    fn try_from(text: String) -> Result<Party, String> {
        match text.split_once(':') {
            Some((qualifier, id))
                if qualifier.len() == 2 && (1..=15).contains(&id.len()) && id.trim() == id =>
            {
                Ok(Party { qualifier: qualifier.to_owned(), id: id.to_owned() })
            }
            _ => Err(format!(
                "\"{text}\" is no party; write qualifier and id as in the ISA, such as \"ZZ:BAYBILLING\""
            )),
        }
    }
}

/// What a partner may send.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum Transaction {
    /// Professional claims.
    #[serde(rename = "837P")]
    Professional,
    /// Institutional claims.
    #[serde(rename = "837I")]
    Institutional,
    /// Dental claims.
    #[serde(rename = "837D")]
    Dental,
    /// Authorization requests and decisions.
    #[serde(rename = "278")]
    Authorization,
}

/// What is done with an interchange whose number its sender used before.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Repeated {
    /// As the profile says: usually a warning.
    #[default]
    Warn,
    /// It is refused, TA1 R 025.
    Refuse,
}

impl Config {
    /// Reads a configuration file.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        let wrong = |message: String| ConfigError { path: path.to_owned(), message };
        let text = std::fs::read_to_string(path)
            .map_err(|error| wrong(format!("the configuration cannot be read: {error}")))?;
        let mut config: Config = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        config.check(&text).map_err(wrong)?;
        let base = std::path::absolute(path).map_err(|error| wrong(error.to_string()))?;
        config.resolve(base.parent().unwrap_or(Path::new("/")));
        config.distinct().map_err(wrong)?;
        Ok(config)
    }

    fn check(&self, text: &str) -> Result<(), String> {
        if self.inboxes.is_empty() {
            return Err("there is no [[inbox]]; add one for each partner".to_owned());
        }
        if self.complete.done_suffix.as_deref() == Some("") {
            return Err(
                "complete.done_suffix is empty, and would take every file for its own marker; give one such as \".done\", or leave it out"
                    .to_owned(),
            );
        }
        let mut names = BTreeSet::new();
        for inbox in &self.inboxes {
            if !names.insert(inbox.name()) {
                let at = place(text, inbox.partner.span().start);
                let name = inbox.name();
                return Err(format!("{at}: there are two inboxes of {name}; give each partner one"));
            }
            if inbox.senders.is_empty() || inbox.receivers.is_empty() || inbox.transactions.is_empty() {
                let at = place(text, inbox.partner.span().start);
                return Err(format!(
                    "{at}: senders, receivers and transactions of {} need an entry each, or every file is refused",
                    inbox.name()
                ));
            }
        }
        Ok(())
    }

    fn resolve(&mut self, base: &Path) {
        let Outbox { accept, reject, acks, reports, archive, quarantine, test } = &mut self.outbox;
        let mut paths = vec![&mut self.state, &mut self.store];
        paths.extend([accept, reject, acks, reports, archive, quarantine, test]);
        paths.extend(self.rosters.iter_mut().chain(&mut self.reference));
        paths.extend(self.inboxes.iter_mut().map(|inbox| &mut inbox.path));
        for path in paths {
            *path = base.join(&*path);
        }
        let profiles = self.inboxes.iter_mut().filter_map(|inbox| inbox.profile.as_mut());
        for profile in profiles.chain([&mut self.profile]) {
            if Path::new(&*profile).extension().is_some() || profile.contains('/') {
                *profile = base.join(&*profile).to_string_lossy().into_owned();
            }
        }
    }

    /// No folder in or below an inbox may be one of ours, or outputs would come in again.
    fn distinct(&self) -> Result<(), String> {
        let own = self.others();
        for (at, inbox) in self.inboxes.iter().enumerate() {
            let others = self.inboxes.iter().enumerate().filter(|(other, _)| *other != at);
            for other in own.iter().chain(others.map(|(_, inbox)| &inbox.path)) {
                if *other == inbox.path {
                    return Err(format!(
                        "{} is the inbox of {} and something else; give each its own folder",
                        other.display(),
                        inbox.name()
                    ));
                }
            }
        }
        let is_kept = |output: &Path| output == self.state || output.starts_with(self.work());
        if let Some(output) = self.folders().into_iter().find(|output| is_kept(output)) {
            return Err(under_way(output));
        }
        if self.folders().into_iter().filter(|output| **output == self.outbox.test).count() > 1 {
            return Err(test_is_another(&self.outbox.test));
        }
        Ok(())
    }

    /// Every folder that is no inbox: those that outputs go to, what is kept, and what is read beside.
    fn others(&self) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = self.folders().into_iter().cloned().collect();
        all.extend([self.state.clone(), self.work()]);
        all.extend(self.store.parent().map(Path::to_owned));
        all.extend(self.rosters.iter().chain(&self.reference).cloned());
        all
    }

    /// The same by the folders themselves, whatever they are called: a link, or `..` in a path, may lead to one of ours.
    pub(super) fn distinct_on_disk(&self) -> Result<(), ConfigError> {
        let identity = |path: &PathBuf| fs::metadata(path).ok().map(|folder| (folder.dev(), folder.ino()));
        let mut known: Vec<_> = self.others().iter().map(identity).collect();
        for inbox in &self.inboxes {
            let own = identity(&inbox.path);
            if own.is_some() && known.contains(&own) {
                let name = inbox.name();
                return Err(ConfigError {
                    path: inbox.path.clone(),
                    message: format!(
                        "the inbox of {name} is another folder of the configuration by another name; give each its own folder"
                    ),
                });
            }
            known.push(own);
        }
        let wrong = |path: &Path, message| ConfigError { path: path.to_owned(), message };
        let work = fs::canonicalize(self.work()).ok();
        for output in self.folders() {
            let real = fs::canonicalize(output).ok();
            if real.zip(work.as_ref()).is_some_and(|(output, work)| output.starts_with(work)) {
                return Err(wrong(output, under_way(output)));
            }
        }
        let test = identity(&self.outbox.test);
        let is_test = |output: &&PathBuf| test.is_some() && identity(output) == test;
        if self.folders().into_iter().filter(is_test).count() > 1 {
            return Err(wrong(&self.outbox.test, test_is_another(&self.outbox.test)));
        }
        Ok(())
    }

    /// The folders that outputs go to.
    pub fn folders(&self) -> [&PathBuf; 7] {
        let Outbox { accept, reject, acks, reports, archive, quarantine, test } = &self.outbox;
        [accept, reject, acks, reports, archive, quarantine, test]
    }

    /// The inbox of a partner.
    pub fn inbox(&self, partner: &str) -> Option<&Inbox> {
        self.inboxes.iter().find(|inbox| inbox.name() == partner)
    }

    /// How long claims of an inbox are held, in seconds; 0 for not at all.
    pub(super) fn hold_seconds(&self, inbox: &Inbox) -> i64 {
        i64::from(inbox.hold_hours.unwrap_or(self.hold_hours)) * 3600
    }

    /// The folder of what is under way.
    pub fn work(&self) -> PathBuf {
        self.state.join("work")
    }
}

fn under_way(output: &Path) -> String {
    let output = output.display();
    format!(
        "{output} is the folder of what is under way, or in it, and an outbox; give the outbox a folder of its own"
    )
}

fn test_is_another(test: &Path) -> String {
    let test = test.display();
    format!(
        "{test} is for tests and for something else; give tests a folder of their own, or they are taken for production"
    )
}

#[cfg(test)]
mod tests {
    use super::Config;

    const SAMPLE: &str = include_str!("../../samples/dropfolder/claimsieve.toml");

    fn load(text: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("watch.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn the_sample_can_be_used() {
        let config = load(SAMPLE).unwrap();
        assert_eq!(config.inboxes.len(), 2);
        assert!(config.state.is_absolute());
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (from, to, said) in [
            ("poll_seconds = 5", "pol_seconds = 5", "pol_seconds"),
            ("\"ZZ:BAYBILLING\"", "\"BAYBILLING\"", "is no party"),
            ("\"837P\"", "\"837X\"", "837X"),
            ("127.0.0.1:9464", "0.0.0.0:9464", "can be reached from outside"),
            ("max_jump = 0.3", "max_jump = 30.0", "is no share"),
            ("\"seaside\"", "\"bay\"", "two inboxes of bay"),
        ] {
            assert!(SAMPLE.contains(from), "{from}");
            let error = load(&SAMPLE.replace(from, to)).unwrap_err();
            assert!(error.contains(said), "{error}");
            assert!(error.contains("line ") && error.contains("column "), "{error}");
        }
        for (from, to) in [
            ("path = \"inbox/seaside\"", "path = \"inbox/bay\""),
            ("path = \"inbox/seaside\"", "path = \"state\""),
            ("store = \"", "store = \"inbox/bay/plan.store\" # \""),
            ("# rosters = \"", "rosters = \"inbox/bay\" # \""),
            ("archive = \"", "archive = \"inbox/bay\" # \""),
        ] {
            assert!(SAMPLE.contains(from), "{from}");
            let error = load(&SAMPLE.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains("give each its own folder"), "{to}: {error}");
        }
        let error = load(&SAMPLE.replacen("archive = \"", "archive = \"state/work\" # \"", 1)).unwrap_err();
        assert!(error.contains("a folder of its own"), "{error}");
        for (from, to, said) in [
            ("archive = \"", "archive = \"state/work/7\" # \"", "a folder of its own"),
            ("test = \"", "test = \"out/accept\" # \"", "for tests and for something else"),
            ("accept = \"", "accept = \"test\" # \"", "for tests and for something else"),
        ] {
            let error = load(&SAMPLE.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(said), "{to}: {error}");
        }
    }
}
