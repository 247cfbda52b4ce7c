//! The names of the files that a run writes.

use std::ffi::OsStr;

/// What comes after `NAME` in the file name of an output.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Suffix {
    /// Accepted records, as X12.
    Accept,
    /// Rejected records, as X12.
    Reject,
    /// Interchanges refused whole, byte for byte.
    Refused,
    /// Records that wait for an authorization's decision, as X12; in a drop folder only.
    Held,
    /// A row a finding.
    ReasonsCsv,
    /// A JSON object a finding.
    ReasonsJsonl,
    /// Implementation acknowledgements.
    X999,
    /// Claim acknowledgements.
    X277ca,
    /// Interchange acknowledgements.
    Ta1,
    /// 278 responses for rejected requests.
    X278,
    /// Counts of the input; the commit mark of its set.
    Summary,
}

impl Suffix {
    /// All of them: the files that a set may consist of.
    pub const ALL: [Suffix; 11] = [
        Suffix::Accept,
        Suffix::Reject,
        Suffix::Refused,
        Suffix::Held,
        Suffix::ReasonsCsv,
        Suffix::ReasonsJsonl,
        Suffix::X999,
        Suffix::X277ca,
        Suffix::Ta1,
        Suffix::X278,
        Suffix::Summary,
    ];

    /// The text, from its dot on.
    pub const fn text(self) -> &'static str {
        match self {
            Suffix::Accept => ".accept.x12",
            Suffix::Reject => ".reject.x12",
            Suffix::Refused => ".refused.x12",
            Suffix::Held => ".held.x12",
            Suffix::ReasonsCsv => ".reasons.csv",
            Suffix::ReasonsJsonl => ".reasons.jsonl",
            Suffix::X999 => ".999.x12",
            Suffix::X277ca => ".277ca.x12",
            Suffix::Ta1 => ".ta1.x12",
            Suffix::X278 => ".278.x12",
            Suffix::Summary => ".summary.json",
        }
    }
}

/// Files of a whole run.
const RUN_FILES: [&str; 2] = ["summary.json", "run.json"];

/// What stands between the final name and the process id in a temporary name.
const PARTIAL: &str = ".partial-";

/// The temporary name of `final_name`, the `n`th of process `process`: hidden, and in the same folder,
/// so that a rename publishes it.
pub(super) fn partial_name(final_name: &str, process: u32, n: u64) -> String {
    format!(".{final_name}{PARTIAL}{process}-{n}")
}

/// The final name that a temporary name belongs to, `None` if it is not one of ours.
pub(super) fn final_name_of(partial: &str) -> Option<&str> {
    let (name, numbers) = partial.strip_prefix('.')?.rsplit_once(PARTIAL)?;
    let (process, n) = numbers.split_once('-')?;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (number(process) && number(n)).then_some(name)
}

/// Whether a file of this name in a folder is taken for an output of ours, and so is no input.
pub fn is_own_output(file_name: &OsStr) -> bool {
    let name = file_name.as_encoded_bytes();
    if Suffix::ALL.iter().any(|suffix| name.ends_with(suffix.text().as_bytes())) {
        return true;
    }
    // Names that we make are UTF-8.
    file_name.to_str().is_some_and(|name| RUN_FILES.contains(&name) || final_name_of(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::{final_name_of, is_own_output, partial_name};
    use std::ffi::OsStr;

    #[test]
    fn own_files_are_known_by_name() {
        for name in [
            "a.accept.x12",
            "a.b.reasons.jsonl",
            "a.999.x12",
            "summary.json",
            "a.summary.json",
            "run.json",
            ".a.reject.x12.partial-12-0",
        ] {
            assert!(is_own_output(OsStr::new(name)), "{name}");
        }
        for name in
            ["a.x12", "accept.x12", "a.837", "my-run.json", "a.accept.x12.gz", ".partial-1-2", "a.partial"]
        {
            assert!(!is_own_output(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn a_temporary_name_tells_what_it_becomes() {
        assert_eq!(final_name_of(&partial_name("a.summary.json", 7, 12)), Some("a.summary.json"));
        for name in ["a.partial-1-2", ".a.partial-1", ".a.partial--2", ".a.partial-1-", ".a.partial-x-2"] {
            assert_eq!(final_name_of(name), None, "{name}");
        }
    }
}
