//! What can be asked for on the command line.

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::rules;

/// Validates X12 837 claims and 278 authorizations and splits them into accept and reject files with reasons.
#[derive(Parser, Debug)]
#[command(
    name = "claimsieve",
    version,
    max_term_width = 100,
    after_help = "Exit status: 0 everything accepted; 1 something rejected or refused; 2 wrong usage, profile or tables; 3 an input that could not be read, or an output that could not be written.",
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// Say nothing but errors; of a service, nothing but what goes wrong.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// Log to standard error what happens. Logs hold file names, counts and times, never the content of a claim.
    #[arg(long, value_name = "LEVEL", value_enum, global = true)]
    pub(super) log: Option<Level>,
    /// When to use colors.
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub(super) color: Color,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The version with those of the built-in tables, which cost some time to load.
pub(super) fn long_version() -> &'static str {
    use std::fmt::Write as _;
    use std::sync::LazyLock;
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut text = format!("{}\ntables:", env!("CARGO_PKG_VERSION"));
        for table in crate::reference::Reference::builtin().tables() {
            let _ = write!(text, "\n  {} {} ({} rows)", table.name, table.version, table.rows);
        }
        text
    });
    &TEXT
}

/// How much to log.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
    /// What failed.
    Error,
    /// And what is odd.
    Warn,
    /// And each step of a run.
    Info,
    /// And details of the steps.
    Debug,
    /// Everything.
    Trace,
}

/// When to use colors.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Split inputs into accept and reject files with reasons.
    Process(Process),
    /// Show what is wrong with inputs, without writing anything.
    ///
    /// Each finding is shown with the segment that it is about, and so with protected health information. Mind where it goes.
    Check(Check),
    /// Show an input as a tree of its loops, segments and elements, in plain words.
    Inspect(Inspect),
    /// List the rules.
    Rules(Rules),
    /// Explain rules: what they check and why, their outcomes, examples.
    Explain(Explain),
    /// Show what every rule made of one claim.
    Why(Why),
    /// Judge inputs in two ways, and show which claims change, by rule, with counts and charges; nothing is written.
    ///
    /// The first way is that of `process`: --profile, --reference, --rosters, --store. The second is the same but for what
    /// --with and the --with-… options give. A record that is accepted in one way and rejected in the other is counted under
    /// each rule that rejects it, and once more under "alone" where it is the only one, so that "alone" and "by several rules"
    /// add up to all that changed.
    #[command(
        after_help = "Exit status: 0 no record is disposed of otherwise; 1 some are; 2 wrong usage, profile or tables; 3 an input that could not be read, or an output that could not be written."
    )]
    Compare(Compare),
    /// Generate a synthetic batch.
    Generate(Generate),
    /// Show or check a profile.
    Profile(Profile),
    /// Write templates of roster files, or check a folder of them.
    Rosters(Rosters),
    /// Import authorizations into a store, and show what is known and used of them.
    #[cfg(feature = "store")]
    Auth(Auth),
    /// Watch the inboxes of a drop folder: judge what comes, deliver what comes of it, each output once.
    #[cfg(feature = "store")]
    Watch(super::dropfolder_args::Watch),
    /// Ask the ledger of a drop folder what became of files and claims, and act on them.
    #[cfg(feature = "store")]
    Ledger(super::dropfolder_args::Ledger),
    /// Prove of a run that nothing was lost, changed or contradicted.
    VerifyRun(VerifyRun),
    /// Write shell completions.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// What judging depends on.
#[derive(Args, Debug, Clone)]
pub(super) struct Judging {
    /// Tables that replace the built-in ones, each as a whole.
    #[arg(long, value_name = "DIR")]
    pub(super) reference: Option<PathBuf>,
    /// The rosters: members.csv, providers.csv, facilities.csv, authorizations.csv, history.csv, as many as there are.
    #[arg(long, value_name = "DIR")]
    pub(super) rosters: Option<PathBuf>,
    /// When the inputs were received; now, if not given.
    #[arg(long, value_name = "RFC3339")]
    pub(super) now: Option<DateTime<FixedOffset>>,
    /// How many threads judge; as many as there are cores, if not given.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) jobs: usize,
}

#[derive(Args, Debug)]
pub(super) struct Process {
    /// Files, folders, or - for standard input; .gz, .zst and .zip are unpacked.
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub(super) inputs: Vec<PathBuf>,
    /// Where the outputs go. They hold protected health information.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// alliance-ccs, snip, or a TOML file.
    #[arg(long, value_name = "NAME|FILE", default_value = "alliance-ccs")]
    pub(super) profile: String,
    /// Replace the outputs of an earlier run, and in the store what it holds of the
    /// same input; without it they stop this one.
    #[arg(long)]
    pub(super) force: bool,
    /// A store of authorizations and accepted claims, which remembers from run to run; made if it is not there. It holds
    /// protected health information.
    #[cfg(feature = "store")]
    #[arg(long, value_name = "FILE")]
    pub(super) store: Option<PathBuf>,
    #[command(flatten)]
    pub(super) judging: Judging,
}

/// Show an input as a tree of its loops, segments and elements, in plain words.
///
/// Loops are those of the guides of 837P, 837I, 837D, 278, 999 and 277CA; other sets are shown as segments. A segment without
/// a place in its guide is shown where it stands, and marked; `check` says what is wrong with it.
///
/// What is shown is the input's content: with real claims, protected health information. Mind where it goes.
#[derive(Args, Debug)]
#[command(after_help = "Exit status: 0 shown; 2 wrong usage; 3 an input that could not be read.")]
pub(super) struct Inspect {
    /// A file, or - for standard input; .gz, .zst and .zip are unpacked, and each file of a zip or a folder is a tree of its own.
    #[arg(value_name = "FILE|-")]
    pub(super) input: PathBuf,
    /// How the tree is written.
    #[arg(long, value_enum, default_value_t = TreeFormat::Text)]
    pub(super) format: TreeFormat,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TreeFormat {
    /// Indented lines.
    Text,
    /// One JSON object an input; interchanges, groups, sets and loops hold `content`: segments and further nodes, in the order
    /// of the input.
    Json,
}

#[derive(Args, Debug)]
pub(super) struct Check {
    /// Files, folders, or - for standard input.
    #[arg(required = true, value_name = "FILE|-")]
    pub(super) inputs: Vec<PathBuf>,
    /// alliance-ccs, snip, or a TOML file.
    #[arg(long, value_name = "NAME|FILE", default_value = "snip")]
    pub(super) profile: String,
    /// How findings are shown.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub(super) format: CheckFormat,
    #[command(flatten)]
    pub(super) judging: Judging,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CheckFormat {
    /// A paragraph a finding: the segment, what is wrong in it underlined, and what to do.
    Text,
    /// One JSON object a line, with the columns of the reasons file.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TableFormat {
    /// For a terminal.
    Text,
    /// JSON.
    Json,
    /// Markdown.
    Markdown,
}

#[derive(Args, Debug)]
pub(super) struct Rules {
    /// How the rules are listed.
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(super) format: TableFormat,
    /// List the edits of this profile too: a TOML file.
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) profile: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct Explain {
    /// Rule codes, such as TAR101.
    #[arg(required = true, value_name = "RULE")]
    pub(super) rules: Vec<String>,
    /// The profile that has the edits among them: a TOML file.
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) profile: Option<String>,
}

/// The rule of a code.
pub(super) fn rule(code: &str) -> Result<crate::finding::RuleId, String> {
    crate::finding::RuleId::parse(code).ok_or_else(|| {
        let family = code.get(..3).unwrap_or("").to_ascii_uppercase();
        let near: Vec<&str> =
            rules::all().filter(|rule| rule.family() == family).map(|rule| rule.id.code()).collect();
        if crate::finding::RuleId::is_code_of_edit(&code.to_ascii_uppercase()) {
            "there is no such edit; give the profile that has it with --profile".to_owned()
        } else if near.is_empty() {
            "there is no such rule; `claimsieve rules` lists them".to_owned()
        } else {
            format!("there is no such rule; of this family there are {}", near.join(", "))
        }
    })
}

#[derive(Args, Debug)]
pub(super) struct Why {
    /// The claim's CLM01, or the TRN02 of a 278 request.
    #[arg(value_name = "RECORD_ID")]
    pub(super) record: String,
    /// The input that holds it. The claims before it in this input count for rules that depend on them.
    #[arg(long = "in", value_name = "FILE")]
    pub(super) input: PathBuf,
    /// A store of authorizations and of accepted claims, which is looked up in and left as it is; the input takes the place that
    /// it has there.
    #[cfg(feature = "store")]
    #[arg(long, value_name = "FILE")]
    pub(super) store: Option<PathBuf>,
    /// alliance-ccs, snip, or a TOML file.
    #[arg(long, value_name = "NAME|FILE", default_value = "alliance-ccs")]
    pub(super) profile: String,
    #[command(flatten)]
    pub(super) judging: Judging,
}

#[derive(Args, Debug)]
pub(super) struct Compare {
    /// Files, folders, or - for standard input.
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub(super) inputs: Vec<PathBuf>,
    /// alliance-ccs, snip, or a TOML file.
    #[arg(long, value_name = "NAME|FILE", default_value = "alliance-ccs")]
    pub(super) profile: String,
    /// The profile to compare it with.
    #[arg(long = "with", value_name = "NAME|FILE")]
    pub(super) with_profile: Option<String>,
    /// Tables to compare those of --reference with, or the built-in ones.
    #[arg(long, value_name = "DIR")]
    pub(super) with_reference: Option<PathBuf>,
    /// Rosters to compare those of --rosters with.
    #[arg(long, value_name = "DIR")]
    pub(super) with_rosters: Option<PathBuf>,
    /// A store of authorizations and accepted claims, which is looked up in and left as it is.
    #[cfg(feature = "store")]
    #[arg(long, value_name = "FILE")]
    pub(super) store: Option<PathBuf>,
    /// A store to compare that of --store with.
    #[cfg(feature = "store")]
    #[arg(long, value_name = "FILE")]
    pub(super) with_store: Option<PathBuf>,
    /// How the counts are shown.
    #[arg(long, value_enum, default_value_t = ComparisonFormat::Text)]
    pub(super) format: ComparisonFormat,
    /// Where a list of the records that change goes, as CSV, with their ids: protected health information.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Replace a list that is there already.
    #[arg(long)]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) judging: Judging,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ComparisonFormat {
    /// Tables for a person.
    Text,
    /// One JSON object, with the summaries of both runs.
    Json,
    /// A row a change, and a row a change and rule.
    Csv,
}

#[derive(Args, Debug)]
pub(super) struct Generate {
    /// 837p, 837i, 837d, 278-request, or 278 for responses.
    #[arg(long, value_name = "KIND")]
    pub(super) kind: String,
    /// How many claims, requests or responses; at least one.
    #[arg(long, value_name = "N")]
    pub(super) claims: u64,
    /// The seed: the same seed gives the same bytes.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// What it looks like: giant (all in one set), small-sets (ten claims a set), dependents (every patient on a level below the subscriber), many-lines (30 to 49 lines a claim, 50 to 99 where the guide holds as many), cob (another payer paid its part before). Can be given more than once.
    #[arg(long, value_name = "SHAPE")]
    pub(super) shape: Vec<String>,
    /// Claims in one transaction set; all in one, if not given, and one of 278.
    #[arg(long, value_name = "N")]
    pub(super) claims_per_set: Option<u64>,
    /// The share of claims with a fault that must reject, 0 to 1.
    #[arg(long, value_name = "R")]
    pub(super) reject_rate: Option<f64>,
    /// Only faults for this rule; a mix, if not given. Can be given more than once; every claim has one, if no rate is given.
    #[arg(long, value_name = "RULE")]
    pub(super) fault: Vec<String>,
    /// Where the batch goes; standard output, if not given. An older file is replaced when the batch is complete.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Where a list of the faults goes: record, record_id, rule.
    #[arg(long, value_name = "FILE")]
    pub(super) faults: Option<PathBuf>,
    /// A folder to which the rosters that belong to the claims are added; the claims then rest on them, and are all clean. A roster that is there must have the columns that are written.
    #[arg(long, value_name = "DIR")]
    pub(super) rosters: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct Profile {
    #[command(subcommand)]
    pub(super) command: ProfileCommand,
}

#[derive(Subcommand, Debug)]
pub(super) enum ProfileCommand {
    /// Show which rules run and what they do under a profile.
    Show {
        /// alliance-ccs, snip, or a TOML file.
        #[arg(default_value = "alliance-ccs")]
        profile: String,
    },
    /// Check a profile file.
    Check {
        /// The TOML file.
        profile: String,
    },
}

#[derive(Args, Debug)]
pub(super) struct Rosters {
    #[command(subcommand)]
    pub(super) command: RostersCommand,
}

#[derive(Subcommand, Debug)]
pub(super) enum RostersCommand {
    /// Write a template of each roster file, with a sample row.
    Template {
        /// The folder; files that are there already are left alone.
        dir: PathBuf,
    },
    /// Check a folder of roster files: what cannot be read or contradicts itself, and what is hardly meant.
    Check {
        /// The folder.
        dir: PathBuf,
    },
}

#[derive(Args, Debug)]
#[command(
    after_help = "Exit status: 0 proven; 1 something is violated; 2 wrong usage; 3 an input or output could not be read, or an input was not processed."
)]
pub(super) struct VerifyRun {
    /// The inputs of the run, as they were given to it.
    #[arg(required = true, value_name = "IN")]
    pub(super) inputs: Vec<PathBuf>,
    /// The run's output folder.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// How many violations of each kind are shown; all are counted.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) limit: usize,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub(super) format: ReportFormat,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ReportFormat {
    /// A line an invariant, and what violates it.
    Text,
    /// JSON.
    Json,
}

#[cfg(feature = "store")]
#[derive(Args, Debug)]
pub(super) struct Auth {
    #[command(subcommand)]
    pub(super) command: AuthCommand,
}

#[cfg(feature = "store")]
#[derive(Subcommand, Debug)]
pub(super) enum AuthCommand {
    /// Import decisions from 278 responses, and from CSV files with the columns of authorizations.csv.
    ///
    /// Nothing is imported where a file cannot be read or a CSV file has an error. Responses that a fault rejects, as it would in a
    /// run, are left out and counted, and the exit status is 1: `claimsieve check` shows what is wrong with them.
    ///
    /// A decision is kept beside earlier ones on the same number. The latest counts; an extension adds to what was granted, a
    /// revision takes its place if it is approved, a cancellation ends it. Test interchanges are left out.
    Import {
        /// Files or folders; a file whose name ends in .csv is read as authorizations.csv.
        #[arg(required = true, value_name = "FILE")]
        inputs: Vec<PathBuf>,
        /// The store; made if it is not there.
        #[arg(long, value_name = "FILE")]
        store: PathBuf,
        /// alliance-ccs, snip, or a TOML file: which responses have no fault that rejects them.
        #[arg(long, value_name = "NAME|FILE", default_value = "alliance-ccs")]
        profile: String,
    },
    /// List authorizations with what is used and left.
    List {
        /// The store.
        #[arg(long, value_name = "FILE")]
        store: PathBuf,
        /// Only those of this member id.
        #[arg(long, value_name = "ID")]
        member: Option<String>,
        /// Show member ids too: protected health information.
        #[arg(long)]
        phi: bool,
    },
    /// Show an authorization: what is granted and left, every decision on it, and what each claim used.
    Show {
        /// Its number.
        number: String,
        /// The store.
        #[arg(long, value_name = "FILE")]
        store: PathBuf,
        /// Show member id and claim ids too: protected health information.
        #[arg(long)]
        phi: bool,
    },
}
