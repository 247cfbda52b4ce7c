//! The sample day: every record gets what `samples/expected.csv` says, on the day as a whole, file by file, and under
//! other profiles.
//!
//! `UPDATE_SAMPLES=1 cargo test --test samples` writes the snapshot of whole rows anew; nothing writes `expected.csv`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use claimsieve::finding::{Date, RuleId};
use claimsieve::output::reasons::COLUMNS;
use claimsieve::output::summary::Summary;
use claimsieve::pipeline::{Options, Outcome, RunReport, Silent, process};
use claimsieve::reference::Reference;
use claimsieve::rules;
use claimsieve::source::{RealDisk, discover};
use claimsieve::verdict::Profile;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

fn day(file: &str) -> PathBuf {
    samples().join("day").join(file)
}

/// A record: its file, and CLM01 or TRN02. An empty id stands for all that is not about a record.
type Key = (String, String);

/// The names of the columns of the reasons file.
fn names() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(name, _)| *name)
}

/// What becomes of a record.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Verdict {
    kind: String,
    disposition: String,
    rejecting: BTreeSet<String>,
    /// Rules that warn or inform.
    telling: BTreeSet<String>,
}

fn rules_of(text: &str) -> BTreeSet<String> {
    text.split('|').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

/// `samples/expected.csv`.
fn expected() -> BTreeMap<Key, Verdict> {
    let mut reader = csv::Reader::from_path(samples().join("expected.csv")).unwrap();
    let mut all = BTreeMap::new();
    for row in reader.records().map(Result::unwrap) {
        let (rejecting, telling) = row[4].split_once('+').unwrap_or((&row[4], ""));
        let verdict = Verdict {
            kind: row[2].to_owned(),
            disposition: row[3].to_owned(),
            rejecting: rules_of(rejecting),
            telling: rules_of(telling),
        };
        let twice = all.insert((row[0].to_owned(), row[1].to_owned()), verdict);
        assert!(twice.is_none(), "{} stands twice", &row[1]);
    }
    all
}

/// A run with its outputs.
struct Run {
    out: tempfile::TempDir,
    report: RunReport,
}

fn run_with(inputs: &[PathBuf], profile: &Profile, tables: Option<&Path>) -> Run {
    let out = tempfile::tempdir().unwrap();
    let reference = Reference::load(tables, Some(&samples().join("rosters"))).unwrap();
    let options = Options::new(profile, out.path(), Date::new(2026, 7, 1).unwrap());
    let report = process(&discover(inputs), reference, &options, &RealDisk, &Silent);
    Run { out, report }
}

fn run(inputs: &[PathBuf], profile: &Profile) -> Run {
    run_with(inputs, profile, None)
}

fn plan() -> Profile {
    Profile::built_in("alliance-ccs").unwrap()
}

impl Run {
    fn summaries(&self) -> impl Iterator<Item = (&str, &Summary)> {
        self.report.inputs.iter().map(|input| match &input.outcome {
            Outcome::Done(summary) => (input.name.as_str(), &**summary),
            Outcome::Failed(error) => panic!("{}: {error}", input.file),
        })
    }

    fn output(&self, name: &str, suffix: &str) -> Option<Vec<u8>> {
        fs::read(self.out.path().join(format!("{name}.{suffix}"))).ok()
    }

    /// The rows of the reasons file of an input, by column.
    fn rows(&self, name: &str) -> Vec<BTreeMap<&'static str, String>> {
        let text = self.output(name, "reasons.csv").unwrap();
        let mut reader = csv::Reader::from_reader(&text[..]);
        let rows = reader.records().map(Result::unwrap);
        rows.map(|row| names().zip(row.iter().map(str::to_owned)).collect()).collect()
    }

    /// What became of every record, as the X12 outputs and the reasons tell it.
    fn verdicts(&self) -> BTreeMap<Key, Verdict> {
        let mut all: BTreeMap<Key, Verdict> = BTreeMap::new();
        for (name, summary) in self.summaries() {
            let file = summary.file.clone().unwrap();
            let rows = self.rows(name);
            for disposition in ["accept", "reject", "refused"] {
                let text = self.output(name, &format!("{disposition}.x12")).unwrap_or_default();
                for record in records(&String::from_utf8(text).unwrap()) {
                    let mut verdict = Verdict {
                        kind: record.kind,
                        disposition: disposition.to_owned(),
                        ..Verdict::default()
                    };
                    if disposition == "refused" {
                        let refusing = rows.iter().filter(|row| {
                            row["disposition"] == "refused" && row["interchange"] == record.interchange
                        });
                        verdict.rejecting.extend(refusing.map(|row| row["rule"].clone()));
                    }
                    let twice = all.insert((file.clone(), record.id.clone()), verdict);
                    assert!(twice.is_none(), "{file}: {} came out twice", record.id);
                }
            }
            for row in rows {
                let verdict = if row["record"].is_empty() {
                    all.entry((file.clone(), String::new())).or_default()
                } else {
                    let key = (file.clone(), row["record_id"].clone());
                    let verdict = all.get_mut(&key).unwrap_or_else(|| panic!("{key:?} is in no output"));
                    assert_eq!(verdict.disposition, row["disposition"], "{key:?}");
                    verdict
                };
                let rules =
                    if row["severity"] == "reject" { &mut verdict.rejecting } else { &mut verdict.telling };
                rules.insert(row["rule"].clone());
            }
        }
        all
    }
}

/// A record of an X12 output.
struct Record {
    interchange: String,
    kind: String,
    id: String,
}

/// The records of an X12 output, read by plain splitting.
fn records(text: &str) -> Vec<Record> {
    let mut all = Vec::new();
    let is_header = |at: &usize| {
        let after = &text.as_bytes()[at + 3..];
        matches!(after, [separator, b'0', b'0', ..] if !separator.is_ascii_alphanumeric())
    };
    let starts: Vec<usize> = text.match_indices("ISA").map(|(at, _)| at).filter(is_header).collect();
    for (n, start) in starts.iter().enumerate() {
        let piece = &text[*start..starts.get(n + 1).copied().unwrap_or(text.len())];
        let (Some(element), Some(terminator)) = (piece.chars().nth(3), piece.chars().nth(105)) else {
            continue;
        };
        let segments: Vec<Vec<&str>> =
            piece.split(terminator).map(|segment| segment.trim().split(element).collect()).collect();
        let (mut interchange, mut version) = ("", "");
        for (at, segment) in segments.iter().enumerate() {
            let id = match segment[..] {
                ["ISA", ..] => {
                    interchange = segment.get(13).copied().unwrap_or("");
                    continue;
                }
                ["GS", ..] => {
                    version = segment[8];
                    continue;
                }
                ["CLM", id, ..] => id,
                ["HL", _, _, "EV", ..] => match segments.get(at + 1).map(|next| &next[..]) {
                    Some(["TRN", _, id, ..]) => id,
                    _ => "",
                },
                _ => continue,
            };
            let kind = match version.get(..10) {
                Some("005010X222") => "837P",
                Some("005010X223") => "837I",
                Some("005010X224") => "837D",
                _ => "278",
            };
            all.push(Record {
                interchange: interchange.to_owned(),
                kind: kind.to_owned(),
                id: id.to_owned(),
            });
        }
    }
    all
}

/// Says every difference at once.
fn assert_verdicts(found: &BTreeMap<Key, Verdict>, expected: &BTreeMap<Key, Verdict>) {
    let keys: BTreeSet<&Key> = found.keys().chain(expected.keys()).collect();
    let different = keys.into_iter().filter(|key| found.get(*key) != expected.get(*key));
    let text: Vec<String> = different
        .map(|key| format!("{key:?}\n  expected {:?}\n  found    {:?}", expected.get(key), found.get(key)))
        .collect();
    assert!(text.is_empty(), "{}", text.join("\n"));
}

/// The table in `samples/README.md`: for each file the records read, accepted, rejected, refused, and the exit status.
fn counts() -> BTreeMap<String, [u64; 5]> {
    let text = fs::read_to_string(samples().join("README.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with('|'));
    rows.filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let numbers: Vec<u64> = cells[2..].iter().filter_map(|cell| cell.parse().ok()).collect();
        Some((cells[0].trim_matches('`').to_owned(), numbers.try_into().ok()?))
    })
    .collect()
}

fn files() -> Vec<String> {
    counts().into_keys().filter(|name| name != "all").collect()
}

#[test]
fn the_day_gets_what_is_expected() {
    let run = run(&[samples().join("day")], &plan());
    assert_verdicts(&run.verdicts(), &expected());
    let counts = counts();
    let split = |summary: &Summary| {
        let records = &summary.records;
        [records.read, records.accepted, records.rejected, records.refused]
    };
    let [all @ .., status] = counts["all"];
    assert_eq!((split(&run.report.summary), u64::from(run.report.status)), (all, status));
    let found: BTreeMap<String, [u64; 4]> =
        run.summaries().map(|(_, summary)| (summary.file.clone().unwrap(), split(summary))).collect();
    let told = files().into_iter().map(|file| {
        let [split @ .., _] = counts[&file];
        (file, split)
    });
    assert_eq!(found, told.collect());
    // the day has no lists of codes that are not public
    let not_run: Vec<&str> = run.report.summary.rules_not_run.iter().map(|rule| rule.rule.as_str()).collect();
    assert_eq!(not_run, ["COD123", "COD124", "COD125", "COD126"]);
}

/// What records get whose authorization is decided in a file that is not there.
const ALONE: [(&str, &str, &str); 7] = [
    ("P-GENE-APPROVED", "reject", "TAR104"),
    ("P-HEART-SURGEON", "reject", "TAR103"),
    ("P-TAR104-CANCELLED", "accept", ""),
    ("P-TAR104-MIXED", "reject", "TAR103"),
    ("P-TAR104-SERVICE", "reject", "TAR103"),
    ("I-HEART-SURGERY", "reject", "TAR103"),
    ("I-NICU-NUMBER", "reject", "TAR103"),
];

#[test]
fn each_file_alone_gets_the_same_but_for_decisions_of_other_files() {
    let expected = expected();
    for file in files() {
        let run = run(&[day(&file)], &plan());
        let mut own: BTreeMap<Key, Verdict> = expected.clone();
        own.retain(|(of, _), _| *of == file);
        for (id, disposition, rules) in ALONE {
            if let Some(verdict) = own.get_mut(&(file.clone(), id.to_owned())) {
                verdict.disposition = disposition.to_owned();
                verdict.rejecting = rules_of(rules);
            }
        }
        // the stay that it extends was granted in the other file
        if let Some(verdict) = own.get_mut(&(file.clone(), "R-NICU-EXTENSION".to_owned())) {
            verdict.telling.insert("AUT103".to_owned());
        }
        assert_verdicts(&run.verdicts(), &own);
        assert_eq!(u64::from(run.report.status), counts()[&file][4], "{file}");
    }
}

#[test]
fn the_guides_alone_leave_the_payers_rules_out() {
    let is_guide = |code: &String| rules::rule(RuleId::parse(code).unwrap()).snip <= 5;
    let mut expected = expected();
    for verdict in expected.values_mut() {
        verdict.rejecting.retain(is_guide);
        verdict.telling.retain(is_guide);
        if verdict.disposition == "reject" && verdict.rejecting.is_empty() {
            verdict.disposition = "accept".to_owned();
        }
    }
    // errata versions are accepted, with a warning about the group
    let file = "envelope-faults.x12".to_owned();
    let errata = expected.get_mut(&(file.clone(), "E-GRP104-ERRATA".to_owned())).unwrap();
    *errata = Verdict { kind: "837P".to_owned(), disposition: "accept".to_owned(), ..Verdict::default() };
    let root = expected.get_mut(&(file, String::new())).unwrap();
    root.rejecting.remove("GRP104");
    root.telling.insert("ENV114".to_owned());

    // where FFS102 does not run, a missing drug code of an unclassified drug is asked like any other
    let hidden =
        expected.get_mut(&("837p-physicians.x12".to_owned(), "P-FFS102-W-NO-NDC".to_owned())).unwrap();
    hidden.telling.insert("FFS104".to_owned());

    let run = run(&[samples().join("day")], &Profile::built_in("snip").unwrap());
    assert_verdicts(&run.verdicts(), &expected);
}

#[test]
fn the_sample_profile_names_every_key_at_its_default() {
    let path = samples().join("profile.toml");
    let profile = Profile::load(path.to_str().unwrap()).unwrap();
    // a severity that is written down is the default one; how it came about may differ
    for rule in rules::all() {
        for (outcome, about_line) in (0..rule.outcomes.len() as u8).flat_map(|n| [(n, false), (n, true)]) {
            assert_eq!(
                profile.severity(rule.id, outcome, about_line),
                plan().severity(rule.id, outcome, about_line),
                "{}",
                rule.id
            );
        }
    }
    let of = |profile: &Profile| {
        let mut settings = profile.settings.clone();
        settings.counties.sort_by_key(|start| start.county);
        format!(
            "{} {settings:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            profile.name,
            profile.reject_unit,
            profile.reject_scope,
            profile.adjudication_findings,
            profile.accept_versions,
            profile.limits,
            profile.spool_bytes,
        )
    };
    assert_eq!(of(&profile), of(&plan()));
    // keys without a default stand in comments and can be switched on
    let text = fs::read_to_string(&path).unwrap();
    let uncommented: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(key) if !key.starts_with(' ') && key.contains('=') => key,
            _ => line,
        })
        .collect();
    let full = Profile::parse(&uncommented.join("\n"), &path).unwrap();
    assert!(full.settings.authorizations.is_some() && full.spool_bytes.is_some());
}

/// Rules that no record of the day can show, with the profile that makes one show them.
const BY_PROFILE: [(&str, &str, &str); 4] = [
    ("SET106", "structure-faults-837p.x12", "reject_unit = \"set\""),
    ("ENV107", "278-requests.x12", "[limits]\nsegment_bytes = 120\nclaim_bytes = 100000"),
    ("LIM101", "837p-physicians.x12", "[limits]\nsegment_bytes = 120\nclaim_bytes = 500"),
    ("ENV114", "envelope-faults.x12", "accept_versions = [\"005010X222A2\"]"),
];

#[test]
fn every_rule_is_shown() {
    let mut shown: BTreeSet<String> =
        expected().into_values().flat_map(|v| v.rejecting.into_iter().chain(v.telling)).collect();
    for (rule, file, keys) in BY_PROFILE {
        let profile = Profile::parse(keys, Path::new("sample.toml")).unwrap();
        let run = run(&[day(file)], &profile);
        assert!(run.report.summary.findings.contains_key(rule), "{rule} in {file}");
        shown.insert(rule.to_owned());
    }
    // balances, codes and situations are many, and so are the plan's rules, of which ledger rules need many claims: those that
    // no record of the day shows have their own examples, and tables in tests/rules
    let by_examples = |rule: &&rules::Rule| {
        matches!(rule.family(), "BAL" | "COD" | "SIT")
            // of a level that holds no record, no record tells
            || rule.id.code() == "HLV107"
            || rule.requirements.iter().any(|code| code.starts_with('R')) && !shown.contains(rule.id.code())
    };
    let all: BTreeSet<String> =
        rules::all().filter(|rule| !by_examples(rule)).map(|rule| rule.id.code().to_owned()).collect();
    shown.retain(|code| all.contains(code));
    assert_eq!(shown, all);
}

#[test]
fn a_set_falls_with_its_broken_record_where_the_profile_says_so() {
    let profile = Profile::parse("reject_unit = \"set\"", Path::new("sample.toml")).unwrap();
    let file = "structure-faults-837p.x12";
    let verdicts = run(&[day(file)], &profile).verdicts();
    for (id, disposition, rule) in [
        ("S-GOOD-NEIGHBOR", "reject", "SET106"),
        ("S-GOOD-AT-END", "reject", "SET106"),
        ("S-GOOD-SET", "accept", ""),
    ] {
        let verdict = &verdicts[&(file.to_owned(), id.to_owned())];
        assert_eq!(
            (verdict.disposition.as_str(), &verdict.rejecting),
            (disposition, &rules_of(rule)),
            "{id}"
        );
    }
}

/// Rows that an examiner would recognise, whole: file, record, rule.
const ROWS: [(&str, &str, &str); 9] = [
    ("278-requests.x12", "R-SEG104-NO-UM", "SEG104"),
    ("837i-hospitals.x12", "I-TAR101-CLEFT", "TAR101"),
    ("837p-physicians.x12", "P-CCS101-POINTER", "CCS101"),
    ("837p-physicians.x12", "P-TAR101-9F-ONLY", "TAR101"),
    ("837p-physicians.x12", "P-TAR104-MIXED", "TAR104"),
    ("837p-physicians.x12", "P-TAR106-AFTER", "TAR106"),
    ("837p-physicians.x12", "P-FFS101-FACTOR", "FFS101"),
    ("structure-faults-837p.x12", "S-LEVEL-NO-BIRTH", "SEG104"),
    ("wrong-count-837p.x12", "W-SET103-SECOND", "SET103"),
];

#[test]
fn whole_rows_are_as_they_were() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/samples-reasons.csv");
    let run = run(&[samples().join("day")], &plan());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(names()).unwrap();
    for (file, record, rule) in ROWS {
        let name = file.trim_end_matches(".x12");
        let rows = run.rows(name).into_iter().filter(|row| row["record_id"] == record && row["rule"] == rule);
        rows.for_each(|row| writer.write_record(names().map(|column| &row[column])).unwrap());
    }
    let found = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(&path).unwrap(), "see UPDATE_SAMPLES");
}

/// A claim of a drug under an unclassified code, for a patient with this diagnosis.
fn unclassified_drug(diagnosis: &str) -> String {
    let segments = format!(
        "ISA*00*          *00*          *ZZ*SAMPLECLR      *ZZ*CCSPLAN        *260701*0410*^*00501*260701901*0*P*:
GS*HC*SAMPLECLR*CCSPLAN*20260701*0410*1*X*005010X222A1
ST*837*0001*005010X222A1
BHT*0019*00*DRUG*20260701*0410*CH
NM1*41*2*SAMPLE CLEARINGHOUSE*****46*SAMPLECLR
PER*IC*EDI DESK*TE*8315550100
NM1*40*2*CENTRAL COAST SAMPLE PLAN*****46*CCSPLAN
HL*1**20*1
NM1*85*2*SEAGLASS SPECIALTY CLINIC*****XX*1000001028
N3*22 SEAGLASS COURT
N4*SANTA CRUZ*CA*950650102
REF*EI*790000102
HL*2*1*22*0
SBR*P*18*******MC
NM1*IL*1*HAZEL*DEAN****MI*90000119D
N3*119 GARDEN PATH
N4*WATSONVILLE*CA*95076
DMG*D8*20070616*M
NM1*PR*2*CENTRAL COAST SAMPLE PLAN*****PI*CCSPLAN
CLM*DRUG*140***11:B:1*Y*A*Y*Y
HI*ABK:{diagnosis}
LX*1
SV1*HC:J3490*140*UN*1***1
DTP*472*D8*20260619
LIN**N4*99999012399
CTP****1*ML
SE*25*0001
GE*1*1
IEA*1*260701901
"
    );
    segments.replace('\n', "~\n")
}

/// Naloxone for an overdose is no treatment of dependency, whether its own code names it or its drug code does.
#[test]
fn naloxone_is_carved_out_only_for_substance_use() {
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("tables");
    fs::create_dir(&tables).unwrap();
    let map = "ndc11,generic,class\n99999012399,naloxone HCl,alcohol_heroin_detox_dependency\n";
    fs::write(tables.join("ndc.csv"), map).unwrap();
    for (diagnosis, speaks) in [("F1120", true), ("T402X1A", false)] {
        let input = folder.path().join(format!("{diagnosis}.x12"));
        fs::write(&input, unclassified_drug(diagnosis)).unwrap();
        let run = run_with(&[input], &plan(), Some(&tables));
        let found = run.report.summary.findings.keys().any(|rule| rule == "FFS102");
        assert_eq!(found, speaks, "{diagnosis}: {:?}", run.report.summary.findings);
    }
}
