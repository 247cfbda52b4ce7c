//! A day of clean claims of all kinds, with every roster: nothing is rejected, and each roster was asked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use claimsieve::generate::{Batch, Beside, Kind, Scenario};
use claimsieve::reference::Roster;

use crate::common::{Row, Setup};

/// The batches of the day: how many claims of which kind, and the seed.
const BATCHES: [(Kind, u64, u64, &str); 3] = [
    (Kind::Professional, 1_200, 101, "a.837p"),
    (Kind::Institutional, 560, 102, "b.837i"),
    (Kind::Dental, 240, 103, "c.837d"),
];

/// What may be said of a clean claim: that Medi-Cal Dental pays it, that it may need a number (outside of CCS), and facts.
const SAID: [&str; 8] = ["PRG108", "TAR101", "TAR134", "TAR131", "TAR132", "TAR111", "TAR122", "CCS108"];

type Rosters = BTreeMap<&'static str, String>;

struct Day {
    files: Vec<(&'static str, Vec<u8>)>,
    rosters: Rosters,
    scenarios: BTreeMap<Scenario, u64>,
}

static DAY: LazyLock<Day> = LazyLock::new(|| {
    let header = |roster: Roster| roster.template().lines().next().unwrap().to_owned() + "\n";
    let mut day = Day {
        files: Vec::new(),
        rosters: Roster::ALL.into_iter().map(|roster| (roster.file_name(), header(roster))).collect(),
        scenarios: BTreeMap::new(),
    };
    for (kind, claims, seed, name) in BATCHES {
        let mut bytes = Vec::new();
        let mut add = |roster: Roster, rows: &[u8]| {
            let file = day.rosters.get_mut(roster.file_name()).unwrap();
            file.push_str(std::str::from_utf8(rows).unwrap());
            Ok(())
        };
        let batch = Batch { claims_per_set: Some(100), ..Batch::new(kind, claims, seed).rostered() };
        let beside = Beside { rosters: Some(&mut add), ..Beside::default() };
        let written = batch.write_beside(&mut bytes, beside).unwrap();
        for (scenario, count) in written.scenarios {
            *day.scenarios.entry(scenario).or_default() += count;
        }
        day.files.push((name, bytes));
    }
    day
});

/// All that is said of the day under these rosters.
fn said(rosters: &Rosters) -> Vec<Row> {
    let rosters = rosters.iter().map(|(name, text)| (*name, text.clone())).collect();
    let setup = Setup { rosters, jobs: 2, ..Setup::default() };
    let files: Vec<(&str, &[u8])> = DAY.files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let ran = setup.run(&files);
    assert_eq!(ran.errors, Vec::<String>::new());
    ["a", "b", "c"].into_iter().flat_map(|name| ran.of(name).rows).collect()
}

#[test]
fn nothing_of_a_clean_day_is_rejected() {
    let missing: Vec<&str> = Scenario::ALL
        .into_iter()
        .filter(|scenario| DAY.scenarios.get(scenario).is_none_or(|count| *count < 3))
        .map(Scenario::name)
        .collect();
    assert!(missing.is_empty(), "these scenarios hardly occur: {missing:?} in {:?}", DAY.scenarios);
    let rows = said(&DAY.rosters);
    let mut wrong = String::new();
    for row in rows.iter().filter(|row| row.severity == "reject" || !SAID.contains(&row.rule.as_str())) {
        let _ = writeln!(wrong, "{} {}: {}", row.record_id, row.rule, row.message);
    }
    assert_eq!(wrong, "");
    let rules: BTreeSet<&str> = rows.iter().map(|row| row.rule.as_str()).collect();
    assert!(["TAR111", "TAR122", "CCS108"].into_iter().all(|rule| rules.contains(rule)), "{rules:?}");
}

#[test]
fn scenarios_have_names_of_their_own() {
    let names: BTreeSet<&str> = Scenario::ALL.into_iter().map(Scenario::name).collect();
    assert_eq!(names.len(), Scenario::ALL.len());
    let page = include_str!("../../docs/generate.md");
    assert_eq!(
        names.into_iter().filter(|name| !page.contains(&format!("`{name}`"))).collect::<Vec<_>>(),
        [""; 0]
    );
}

/// One row of a roster is another, and the claims behind it are what the rule is about: of the rows for which `change` gives
/// another one (an empty one takes it away), the first few are tried one at a time.
#[track_caller]
fn one_row_decides(
    roster: &'static str,
    rule: &str,
    severity: &str,
    change: impl Fn(&[&str]) -> Option<String>,
) {
    let text = &DAY.rosters[roster];
    let mut tried = 0;
    for (at, row) in text.lines().enumerate().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        // rows of one number are one decision
        let beside = at.checked_sub(1).into_iter().chain([at + 1]);
        if beside.filter_map(|at| text.lines().nth(at)).any(|row| row.split(',').next() == Some(cells[0]))
            && roster == "authorizations.csv"
        {
            continue;
        }
        let Some(other) = change(&cells) else { continue };
        let lines = text.lines().enumerate().map(|(nth, line)| if nth == at { other.as_str() } else { line });
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        let mut rosters = DAY.rosters.clone();
        rosters.insert(roster, lines.join("\n") + "\n");
        let mut rows = said(&rosters).into_iter();
        if rows.any(|row| row.rule == rule && row.severity == severity) {
            return;
        }
        tried += 1;
        if tried == 40 {
            break;
        }
    }
    panic!("{tried} rows of {roster} were changed one by one, and {rule} never gave {severity}");
}

/// The row with one cell changed.
fn with(cells: &[&str], at: usize, value: &str) -> String {
    let mut cells = cells.to_vec();
    cells[at] = value;
    cells.join(",")
}

#[test]
fn authorizations_are_asked() {
    const FILE: &str = "authorizations.csv";
    let is_plans = |cells: &[&str]| cells[2] == "plan";
    one_row_decides(FILE, "TAR103", "reject", |cells| is_plans(cells).then(String::new));
    one_row_decides(FILE, "TAR104", "reject", |cells| Some(with(cells, 3, "A3")));
    one_row_decides(FILE, "TAR105", "reject", |cells| Some(with(cells, 4, "90000001A")));
    // the last unit, and the last day
    one_row_decides(FILE, "TAR109", "reject", |cells| {
        let less = cells[10].parse::<u32>().ok()? - 1;
        Some(with(cells, 10, &less.to_string()))
    });
    one_row_decides(FILE, "TAR106", "reject", |cells| {
        let is_one_day = is_plans(cells) && cells[6] == cells[7];
        is_one_day
            .then(|| with(&with(cells, 6, "2026-07-01").split(',').collect::<Vec<_>>(), 7, "2026-07-31"))
    });
    one_row_decides(FILE, "TAR107", "reject", |cells| {
        (is_plans(cells) && !cells[9].is_empty()).then(|| with(cells, 9, "99070"))
    });
    one_row_decides(FILE, "TAR108", "reject", |cells| {
        (is_plans(cells) && !cells[8].is_empty()).then(|| with(cells, 8, "1999999984"))
    });
    // a county's that came on the day on which the model began there
    one_row_decides(FILE, "TAR120", "reject", |cells| {
        (cells[2] == "county").then(|| with(cells, 5, "2025-01-01"))
    });
    one_row_decides(FILE, "TAR121", "reject", |cells| {
        (cells[2] == "county").then(|| with(cells, 7, "2026-01-31"))
    });
}

#[test]
fn members_are_asked() {
    const FILE: &str = "members.csv";
    let not_in_ccs = |cells: &[&str]| cells[4] == "N";
    one_row_decides(FILE, "TAR101", "reject", |cells| not_in_ccs(cells).then(|| with(cells, 4, "Y")));
    one_row_decides(FILE, "TAR101", "reject", |cells| not_in_ccs(cells).then(String::new));
    // the county's start is that of another county
    one_row_decides(FILE, "TAR120", "reject", |cells| {
        let is_late = ["San Benito", "Mariposa"].contains(&cells[2]) && cells[4] == "Y";
        is_late.then(|| with(cells, 2, "Merced"))
    });
    one_row_decides(FILE, "PRG106", "warn", |cells| Some(with(cells, 8, "2026-01-31")));
    one_row_decides(FILE, "PRG103", "warn", |cells| Some(with(cells, 3, "kaiser")));
    one_row_decides(FILE, "CCS105", "warn", |cells| (cells[4] == "Y").then(|| with(cells, 5, "B20")));
}

#[test]
fn providers_and_facilities_are_asked() {
    one_row_decides("providers.csv", "PRV101", "reject", |cells| {
        (cells[3] == "Y" && cells[6] == "N").then(|| with(cells, 3, "N"))
    });
    // paneled a month too late
    let claims = String::from_utf8_lossy(&DAY.files[0].1);
    let therapists: BTreeSet<&str> = claims
        .split("~\nPRV*PE*PXC*225100000X")
        .map(|before| &before[before.len().saturating_sub(10)..])
        .collect();
    one_row_decides("providers.csv", "PRV102", "reject", |cells| {
        therapists.contains(cells[0]).then(|| with(cells, 4, "2026-07-01"))
    });
    one_row_decides("facilities.csv", "NIC102", "reject", |cells| {
        (cells[1] == "regional").then(|| with(cells, 1, "intermediate"))
    });
}

#[test]
fn history_is_asked() {
    const FILE: &str = "history.csv";
    // visits that a replacement does not give back are one too many
    one_row_decides(FILE, "TAR130", "reject", |cells| {
        (cells[1] == "WRONG" && cells[5] == "GP").then(|| with(cells, 2, "PCN1"))
    });
    one_row_decides(FILE, "TAR131", "reject", |cells| {
        (cells[1] == "OLD").then(|| with(cells, 3, "2026-01-31"))
    });
}

#[test]
fn programs_payers_and_the_log_are_asked() {
    // every group buys under 340B: those that did not say so are asked
    let groups = DAY.rosters["providers.csv"].lines().filter(|row| row.contains(",group,"));
    let all: Vec<String> = groups.map(|row| format!("{},340b,,", &row[..10])).collect();
    one_row_decides("provider_programs.csv", "FFS107", "warn", |cells| {
        (cells[1] == "340b").then(|| all.join("\n"))
    });
    // a payer of whom the claims say nothing
    let members: Vec<&str> =
        DAY.rosters["members.csv"].lines().skip(1).take(40).map(|row| &row[..9]).collect();
    let mut members = members.iter().cycle();
    let next = std::cell::RefCell::new(&mut members);
    one_row_decides("other_coverage.csv", "PRG112", "warn", |cells| {
        let mut next = next.borrow_mut();
        next.next().map(|member| with(cells, 0, member))
    });
    let intensive: BTreeSet<&str> = DAY.rosters["authorizations.csv"]
        .lines()
        .filter(|row| row.contains(",0173,") || row.contains(",0174,"))
        .map(|row| &row[..11])
        .collect();
    one_row_decides("authorization_log.csv", "NIC110", "warn", |cells| {
        intensive.contains(cells[0]).then(|| with(cells, 4, ""))
    });
}
