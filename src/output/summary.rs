//! Summaries: one input, and all of a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::finding::{RuleId, Total};
use crate::verdict::{Counts, Tally};

/// How many records, or how much in charges, came and where they went.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(bound = "T: Default + PartialEq + Serialize + serde::de::DeserializeOwned")]
pub struct Split<T> {
    /// All that were read.
    pub read: T,
    /// Accepted.
    pub accepted: T,
    /// Rejected.
    pub rejected: T,
    /// In interchanges that were refused whole.
    pub refused: T,
    /// Waiting for an authorization's decision; only in a drop folder, and absent where there are none.
    #[serde(skip_serializing_if = "is_nothing", default = "T::default")]
    pub held: T,
}

fn is_nothing<T: Default + PartialEq>(sum: &T) -> bool {
    *sum == T::default()
}

/// A table that was used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its rows.
    pub rows: u64,
}

/// A rule that did not run.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct NotRun {
    /// Its code.
    pub rule: String,
    /// Why, and what would switch it on.
    pub why: String,
}

/// What a run made of one input, or of all of them.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// The input's file name; absent in the summary of a run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// The inputs; in the summary of a run only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub files: Option<Vec<FileLine>>,
    /// Claims and authorization requests.
    pub records: Split<u64>,
    /// Their charges.
    pub charges: Split<String>,
    /// Interchanges with a readable ISA.
    pub interchanges: u64,
    /// Groups that were processed.
    pub groups: u64,
    /// Sets in those groups.
    pub transactions: u64,
    /// 278 responses that were imported.
    pub responses: u64,
    /// Groups of another kind, passed over.
    pub set_aside: u64,
    /// Findings by rule and severity.
    pub findings: BTreeMap<String, Counts>,
    /// Those of them that the reasons file does not show: of one record, it shows the first hundred.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub findings_not_shown: BTreeMap<String, Counts>,
    /// Charges of claims that shadow rules would have rejected, by rule.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub shadow_charges: BTreeMap<String, String>,
    /// Findings that another rule's rejection made silent.
    pub silenced: u64,
    /// Structural faults that only follow from one that was found, such as the segments of a loop whose first is missing.
    pub suppressed: u64,
    /// Rules that did not run, and why.
    pub rules_not_run: Vec<NotRun>,
    /// The tables that were used.
    pub tables: Vec<Table>,
    /// The profile.
    pub profile: String,
    /// The program's version.
    pub version: String,
    /// Whether an interchange was a test (ISA15 T).
    pub test: bool,
}

/// One input in the summary of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct FileLine {
    /// The input's file name.
    pub file: String,
    /// The name of its outputs; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Why it could not be processed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// Its records.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub records: Option<Split<u64>>,
}

impl Summary {
    /// The JSON text, with a newline at the end.
    pub fn to_json(&self) -> Vec<u8> {
        // a summary holds nothing that JSON cannot
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Takes over the counts of a tally.
    pub fn take_tally(&mut self, tally: &Tally) {
        let by_code = |(rule, counts): (RuleId, Counts)| (rule.code().to_owned(), counts);
        self.findings = tally.spoken().map(by_code).collect();
        self.findings_not_shown = tally.not_shown().map(by_code).collect();
        self.shadow_charges =
            tally.shadow_charges().map(|(rule, total)| (rule.code().to_owned(), total.to_string())).collect();
        self.silenced = tally.silenced;
        self.suppressed = tally.suppressed;
    }

    /// Takes over sums of charges.
    pub fn take_charges(&mut self, charges: &Split<Total>) {
        self.charges = Split {
            read: charges.read.to_string(),
            accepted: charges.accepted.to_string(),
            rejected: charges.rejected.to_string(),
            refused: charges.refused.to_string(),
            held: if charges.held == Total::default() { String::new() } else { charges.held.to_string() },
        };
    }
}
