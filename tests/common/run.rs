//! `process` in a folder of its own, with everything that it wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

use claimsieve::finding::Date;
use claimsieve::pipeline::{self, Options, Outcome, Progress, Silent, UNIT_BYTES};
use claimsieve::reference::Reference;
use claimsieve::source::faults::FaultyDisk;
use claimsieve::source::{Disk, discover};
use claimsieve::verdict::Profile;

use super::build::Fate;
use super::read;

/// A disk without faults that waits for no hardware.
static QUICK: LazyLock<FaultyDisk> = LazyLock::new(FaultyDisk::sound);

/// Everything that a run depends on beside its inputs.
pub(crate) struct Setup {
    pub(crate) profile: Profile,
    /// Files of the reference folder.
    pub(crate) tables: Vec<(&'static str, String)>,
    /// Files of the rosters folder.
    pub(crate) rosters: Vec<(&'static str, String)>,
    pub(crate) jobs: usize,
    pub(crate) unit_bytes: usize,
    /// How many accepted claims are held in memory, if not as many as usual.
    pub(crate) claims_in_memory: Option<usize>,
    pub(crate) force: bool,
    pub(crate) disk: &'static dyn Disk,
    pub(crate) received: Date,
    /// A store that remembers.
    pub(crate) store: Option<PathBuf>,
}

impl Default for Setup {
    /// The plan's profile, one thread, the usual units, received on 1 July 2026.
    fn default() -> Setup {
        Setup {
            profile: Profile::built_in("alliance-ccs").unwrap(),
            tables: Vec::new(),
            rosters: Vec::new(),
            jobs: 1,
            unit_bytes: UNIT_BYTES,
            claims_in_memory: None,
            force: false,
            disk: &*QUICK,
            received: Date::new(2026, 7, 1).unwrap(),
            store: None,
        }
    }
}

/// Writes files into a folder and answers their paths.
pub(crate) fn place(dir: &Path, files: &[(&str, &[u8])]) -> Vec<PathBuf> {
    fs::create_dir_all(dir).unwrap();
    let paths = files.iter().map(|(name, bytes)| {
        let path = dir.join(name);
        fs::write(&path, bytes).unwrap();
        path
    });
    paths.collect()
}

/// All files of a folder with their content.
pub(crate) fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(dir) else { return BTreeMap::new() };
    let files = entries.map(|entry| entry.unwrap().path());
    files
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect()
}

impl Setup {
    /// The plan's profile changed by a TOML text.
    pub(crate) fn with_profile(text: &str) -> Setup {
        let profile = Profile::parse(text, Path::new("test.toml")).unwrap();
        Setup { profile, ..Setup::default() }
    }

    /// The plan's profile, for inputs in which claims are alike.
    pub(crate) fn repeating() -> Setup {
        Setup::with_profile("[rules]\nDUP101 = \"off\"\n")
    }

    /// The authorizations of a roster, rows without header.
    pub(crate) fn with_authorizations(rows: &str) -> Setup {
        Setup { rosters: vec![("authorizations.csv", authorizations(rows))], ..Setup::default() }
    }

    pub(crate) fn reference(&self) -> Reference {
        if self.rosters.is_empty() && self.tables.is_empty() {
            return Reference::builtin();
        }
        let dir = TempDir::new().unwrap();
        let folder = |name: &str, files: &[(&'static str, String)]| {
            let folder = dir.path().join(name);
            let files: Vec<(&str, &[u8])> =
                files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
            place(&folder, &files);
            (!files.is_empty()).then_some(folder)
        };
        let (tables, rosters) = (folder("tables", &self.tables), folder("rosters", &self.rosters));
        Reference::load(tables.as_deref(), rosters.as_deref()).unwrap()
    }

    /// Processes files, given by name and content, in this order.
    pub(crate) fn run(&self, files: &[(&str, &[u8])]) -> Ran {
        let dir = TempDir::new().unwrap();
        let paths = place(&dir.path().join("in"), files);
        self.run_in(&paths, &dir.path().join("out"), &Silent)
    }

    /// Processes one file, called `a.837`.
    pub(crate) fn one(&self, bytes: &[u8]) -> Outputs {
        let ran = self.run(&[("a.837", bytes)]);
        assert_eq!(ran.errors, Vec::<String>::new());
        ran.of("a")
    }

    /// Processes paths into a folder.
    pub(crate) fn run_in(&self, paths: &[PathBuf], out: &Path, progress: &dyn Progress) -> Ran {
        let mut options = Options::new(&self.profile, out, self.received);
        options.jobs = self.jobs;
        options.unit_bytes = self.unit_bytes;
        options.claims_in_memory = self.claims_in_memory.unwrap_or(options.claims_in_memory);
        options.force = self.force;
        let sources = discover(paths);
        #[cfg_attr(not(feature = "store"), allow(unused_mut))]
        let mut reference = self.reference();
        #[cfg(feature = "store")]
        let memory = self.store.as_ref().map(|path| {
            let writer = claimsieve::store::Writer::open(path).unwrap();
            reference.authorizations.look_up_in(Box::new(writer.before()));
            pipeline::Memory::new(std::sync::Arc::new(writer.before()), writer)
        });
        #[cfg(feature = "store")]
        {
            options.memory = memory.as_ref();
        }
        let report = pipeline::process(&sources, reference, &options, self.disk, progress);
        let errors = report.inputs.iter().filter_map(|input| match &input.outcome {
            Outcome::Failed(error) => Some(error.to_string()),
            Outcome::Done(_) => None,
        });
        let failed = report.inputs.iter().filter(|input| matches!(input.outcome, Outcome::Failed(_)));
        Ran {
            status: report.status,
            errors: errors.collect(),
            failed: failed.map(|input| input.name.clone()).collect(),
            files: contents(out),
        }
    }
}

/// `authorizations.csv` with these rows.
pub(crate) fn authorizations(rows: &str) -> String {
    format!(
        "number,kind,issuer,status,member_id,issued_on,valid_from,valid_to,provider_npi,codes,units,unit,setting\n{rows}\n"
    )
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: u8,
    /// Why inputs failed.
    pub(crate) errors: Vec<String>,
    /// The names of those inputs' outputs.
    pub(crate) failed: Vec<String>,
    /// Everything in the output folder.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Ran {
    /// The outputs of one input.
    pub(crate) fn of(&self, name: &str) -> Outputs {
        let file = |suffix: &str| self.files.get(&format!("{name}{suffix}")).cloned();
        let summary =
            file(".summary.json").unwrap_or_else(|| panic!("{name} has no summary: {:?}", self.errors));
        Outputs {
            status: self.status,
            accept: file(".accept.x12").unwrap_or_default(),
            reject: file(".reject.x12").unwrap_or_default(),
            refused: file(".refused.x12").unwrap_or_default(),
            csv: file(".reasons.csv").unwrap(),
            rows: rows(&file(".reasons.jsonl").unwrap()),
            summary: serde_json::from_slice(&summary).unwrap(),
        }
    }

    /// Everything but what may differ between runs.
    pub(crate) fn lasting(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.files.clone();
        files.remove("run.json");
        files
    }
}

/// The outputs of one input.
#[derive(Clone, Debug)]
pub(crate) struct Outputs {
    /// The run's exit status.
    pub(crate) status: u8,
    pub(crate) accept: Vec<u8>,
    pub(crate) reject: Vec<u8>,
    pub(crate) refused: Vec<u8>,
    pub(crate) csv: Vec<u8>,
    pub(crate) rows: Vec<Row>,
    pub(crate) summary: Value,
}

impl Outputs {
    /// What became of each record, by its id.
    pub(crate) fn fates(&self) -> BTreeMap<String, Fate> {
        let of = |bytes: &[u8], fate| {
            let records = read::records(&read::interchanges(bytes));
            records.into_iter().map(move |record| (record.id, fate))
        };
        let refused = of(&self.refused, Fate::Refused);
        of(&self.accept, Fate::Accept).chain(of(&self.reject, Fate::Reject)).chain(refused).collect()
    }

    /// Rows of one rule.
    pub(crate) fn rows_of(&self, rule: &str) -> Vec<&Row> {
        self.rows.iter().filter(|row| row.rule == rule).collect()
    }

    /// The rules that said something, each once, in order.
    pub(crate) fn rules(&self) -> Vec<&str> {
        let mut rules: Vec<&str> = self.rows.iter().map(|row| row.rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// A number of the summary, such as `records/accepted`.
    pub(crate) fn count(&self, path: &str) -> u64 {
        self.summary.pointer(&format!("/{path}")).and_then(Value::as_u64).unwrap()
    }
}

/// One row of the reasons.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
pub(crate) struct Row {
    pub(crate) file: String,
    pub(crate) interchange: String,
    pub(crate) group: String,
    pub(crate) transaction: String,
    pub(crate) record: Option<u64>,
    pub(crate) record_id: String,
    pub(crate) disposition: String,
    pub(crate) rule: String,
    pub(crate) severity: String,
    pub(crate) snip: u8,
    #[serde(rename = "loop")]
    pub(crate) loop_id: String,
    pub(crate) segment: String,
    pub(crate) position: Option<u32>,
    pub(crate) element: Option<u8>,
    pub(crate) component: Option<u8>,
    pub(crate) message: String,
    pub(crate) kind: String,
    pub(crate) line: String,
    pub(crate) line_control: String,
    pub(crate) byte_offset: Option<u64>,
    pub(crate) charge: String,
    pub(crate) service_date: String,
    pub(crate) entity: String,
    pub(crate) found: String,
    pub(crate) expected: String,
    pub(crate) inherited_from: String,
    pub(crate) ik3: String,
    pub(crate) ik4: String,
}

fn rows(jsonl: &[u8]) -> Vec<Row> {
    let lines = jsonl.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// What differs between the outputs of two runs, for a failing test to show.
pub(crate) fn difference(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) -> String {
    let mut shown = String::new();
    let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for name in names.into_iter().filter(|name| a.get(*name) != b.get(*name)) {
        let text = |files: &BTreeMap<String, Vec<u8>>| {
            files.get(name).map_or("(none)".into(), |bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        shown.push_str(&format!("--- {name}\n{}\n+++ {name}\n{}\n", text(a), text(b)));
    }
    shown
}
