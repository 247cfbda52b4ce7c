//! Runs into folders of their own, and what verifying says of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use claimsieve::finding::Date;
use claimsieve::pipeline::{self, Options, Outcome, Silent};
use claimsieve::reference::Reference;
use claimsieve::source::discover;
use claimsieve::source::faults::FaultyDisk;
use claimsieve::verdict::Profile;
use claimsieve::verify::{Acknowledged, Invariant, Report, verify};

/// How many violations are kept.
const LIMIT: usize = 50;

/// A disk without faults that waits for no hardware.
static QUICK: LazyLock<FaultyDisk> = LazyLock::new(FaultyDisk::sound);

/// A folder with inputs and the outputs of a run.
pub(crate) struct Run {
    dir: tempfile::TempDir,
    pub(crate) inputs: Vec<PathBuf>,
    /// What could not be processed, and why.
    pub(crate) failed: Vec<String>,
    /// Records read, accepted, rejected and refused.
    pub(crate) records: [u64; 4],
}

impl Run {
    /// Processes inputs, given by name and content, by a profile in units of `unit` bytes.
    pub(crate) fn with(profile: &str, unit: usize, inputs: &[(&str, &[u8])]) -> Run {
        let dir = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = inputs.iter().map(|(name, _)| dir.path().join("in").join(name)).collect();
        fs::create_dir(dir.path().join("in")).unwrap();
        for (path, (_, content)) in paths.iter().zip(inputs) {
            fs::write(path, content).unwrap();
        }
        Run::over(dir, profile, unit, paths)
    }

    /// Processes one input by the guides alone.
    pub(crate) fn of(text: &str) -> Run {
        let run = Run::with("snip", 1 << 18, &[("batch.837", text.as_bytes())]);
        assert_eq!(run.failed, [""; 0]);
        run
    }

    fn over(dir: tempfile::TempDir, profile: &str, unit: usize, inputs: Vec<PathBuf>) -> Run {
        let profile = Profile::load(profile).unwrap();
        let out = dir.path().join("out");
        let mut options = Options::new(&profile, &out, Date::new(2026, 7, 1).unwrap());
        options.unit_bytes = unit;
        options.jobs = 1;
        let sources = discover(&inputs);
        let report = pipeline::process(&sources, Reference::builtin(), &options, &*QUICK, &Silent);
        let failed = report.inputs.iter().filter_map(|input| match &input.outcome {
            Outcome::Failed(error) => Some(error.to_string()),
            Outcome::Done(_) => None,
        });
        let records = &report.summary.records;
        let records = [records.read, records.accepted, records.rejected, records.refused];
        Run { failed: failed.collect(), records, dir, inputs }
    }

    /// Processes a folder that is already there.
    pub(crate) fn of_folder(profile: &str, folder: &Path) -> Run {
        Run::over(tempfile::tempdir().unwrap(), profile, 1 << 12, vec![folder.to_owned()])
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    pub(crate) fn verify(&self) -> Report {
        verify(&discover(&self.inputs), &self.out(), &self.out(), Acknowledged::All, LIMIT)
    }

    /// The text of an output; empty where there is none.
    pub(crate) fn output(&self, suffix: &str) -> String {
        fs::read_to_string(self.out().join(format!("batch.{suffix}"))).unwrap_or_default()
    }

    /// Writes an output.
    pub(crate) fn write(&self, suffix: &str, text: &str) {
        fs::write(self.out().join(format!("batch.{suffix}")), text).unwrap();
    }

    /// Changes an output; it must change.
    pub(crate) fn tamper(&self, suffix: &str, change: impl FnOnce(&str) -> String) -> &Run {
        let text = self.output(suffix);
        let changed = change(&text);
        assert_ne!(text, changed, "nothing was changed in {suffix}");
        self.write(suffix, &changed);
        self
    }

    /// Nothing may be violated.
    #[track_caller]
    pub(crate) fn assert_proven(&self) -> Report {
        let report = self.verify();
        assert_eq!(report.total(), 0, "{}", report.text());
        report
    }

    /// This must be found violated, in these words.
    #[track_caller]
    pub(crate) fn assert_violates(&self, invariant: Invariant, words: &str) -> Report {
        let report = self.verify();
        let found = report
            .violations
            .iter()
            .any(|violation| violation.invariant == invariant && format!("{violation}").contains(words));
        assert!(found, "{} {words:?} is not in\n{}", invariant.word(), report.text());
        assert_eq!(report.status(), 1, "{}", report.text());
        report
    }
}
