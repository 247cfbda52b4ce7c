//! Ledger rules across claims, files and runs: what each counts, what gives back, and that it makes no difference how the work
//! is cut up.

use std::collections::BTreeMap;

use claimsieve::verdict::Profile;
use tempfile::TempDir;

use crate::common::run::authorizations;
use crate::common::{Case, Kind, Outputs, SURGEON, Setup, interchange_of};

const MEMBER: &str = "91234567A";

fn professional(id: &str, frequency: u8, more: &str, lines: &[(&str, u32, &str)]) -> String {
    let mut text = format!("CLM*{id}*{}***11:B:{frequency}*Y*A*Y*Y\n{more}HI*ABK:G801\n", 80 * lines.len());
    for (number, (code, units, day)) in (1..).zip(lines) {
        text.push_str(&format!("LX*{number}\nSV1*HC:{code}*80*UN*{units}***1\nDTP*472*D8*{day}\n"));
    }
    text
}

/// A file of claims of one member, with a control number of its own.
pub(super) fn file(control: u32, claims: &[String]) -> Vec<u8> {
    let cases: Vec<Case<'_>> =
        claims.iter().map(|claim| Case { member: MEMBER, ..Case::of(claim) }).collect();
    let text = String::from_utf8(interchange_of(Kind::Professional, SURGEON, &cases)).unwrap();
    let text = text.replace("*000000001*0*P", &format!("*{control:09}*0*P"));
    text.replace("IEA*1*000000001", &format!("IEA*1*{control:09}")).into_bytes()
}

/// Which rules reject each claim, by its place in the file.
fn rejecting(outputs: &Outputs) -> BTreeMap<u64, Vec<&str>> {
    let mut all: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for row in outputs.rows.iter().filter(|row| row.severity == "reject") {
        all.entry(row.record.unwrap()).or_default().push(&row.rule);
    }
    all
}

fn said(setup: &Setup, claims: &[String]) -> Vec<(u64, Vec<String>)> {
    let outputs = setup.one(&file(1, claims));
    let own = |rules: Vec<&str>| rules.into_iter().map(str::to_owned).collect();
    rejecting(&outputs).into_iter().map(|(record, rules)| (record, own(rules))).collect()
}

fn none() -> Vec<(u64, Vec<String>)> {
    Vec::new()
}

fn only(record: u64, rule: &str) -> Vec<(u64, Vec<String>)> {
    vec![(record, vec![rule.to_owned()])]
}

fn tar(units: &str) -> Setup {
    Setup::with_authorizations(&format!(
        "T1,tar,plan,A1,{MEMBER},,2026-01-01,2026-12-31,,97802|97803,{units},"
    ))
}

fn nutrition(id: &str, units: u32, day: &str) -> String {
    professional(id, 1, "REF*G1*T1\n", &[("97802", units, day)])
}

#[test]
fn units_are_counted_over_claims_in_their_order() {
    let claims =
        [nutrition("A1", 3, "20260302"), nutrition("A2", 2, "20260303"), nutrition("A3", 1, "20260304")];
    // the second is over and uses nothing, so that the third fits
    assert_eq!(said(&tar("4,UN"), &claims), only(2, "TAR109"));
    assert_eq!(said(&tar("6,UN"), &claims), none());
    let [a, b, c] = claims;
    assert_eq!(said(&tar("4,UN"), &[b, c, a]), only(3, "TAR109"));
}

#[test]
fn visits_are_distinct_dates() {
    let claims = |days: &[&str]| -> Vec<String> {
        days.iter().zip(1..).map(|(day, at)| nutrition(&format!("A{at}"), at, day)).collect()
    };
    assert_eq!(said(&tar("2,VS"), &claims(&["20260302", "20260303", "20260302"])), none());
    assert_eq!(said(&tar("2,VS"), &claims(&["20260302", "20260303", "20260304"])), only(3, "TAR109"));
}

/// A claim that is rejected for another reason uses nothing.
#[test]
fn rejected_claims_use_nothing() {
    let outside = professional("A1", 1, "REF*G1*T1\n", &[("97802", 3, "20260302"), ("97802", 1, "20250302")]);
    let claims = [outside, nutrition("A2", 4, "20260303")];
    assert_eq!(said(&tar("4,UN"), &claims), only(1, "TAR106"));
}

/// A wrong number uses nothing of the authorization that it names: a service that is not listed, another member.
#[test]
fn a_wrong_number_uses_nothing() {
    let other = professional("A1", 1, "REF*G1*T1\n", &[("97110", 9, "20260302")]);
    let setup = Setup {
        profile: Profile::parse("[rules]\nTAR107 = \"warn\"\n", std::path::Path::new("p.toml")).unwrap(),
        ..tar("4,UN")
    };
    assert_eq!(said(&setup, &[other, nutrition("A2", 4, "20260303")]), none());
}

#[test]
fn replacements_and_voids_give_back() {
    let first = nutrition("A1", 4, "20260302");
    let again = |frequency, id: &str, units| {
        professional(id, frequency, "REF*F8*PCN1\nREF*G1*T1\n", &[("97802", units, "20260302")])
    };
    let next = nutrition("A2", 2, "20260304");
    let setup = || tar("4,UN");
    assert_eq!(said(&setup(), &[first.clone(), next.clone()]), only(2, "TAR109"));
    // replaced by a smaller one: two are free
    assert_eq!(said(&setup(), &[first.clone(), again(7, "A1", 2), next.clone()]), none());
    // the replacement is over, so that the original stays
    let claims = [first.clone(), again(7, "A1", 5), next.clone()];
    let over: Vec<u64> = said(&setup(), &claims).into_iter().map(|(record, _)| record).collect();
    assert_eq!(over, [2, 3]);
    assert_eq!(said(&setup(), &[first.clone(), again(8, "A1", 4), next.clone()]), none());
    // a void of another claim gives nothing back
    assert_eq!(said(&setup(), &[first.clone(), again(8, "A9", 4), next.clone()]), only(3, "TAR109"));
    // a voided claim is no longer a duplicate's original
    assert_eq!(said(&setup(), &[first.clone(), first.clone()]).first().unwrap().0, 2);
    assert_eq!(said(&setup(), &[first.clone(), again(8, "A1", 4), first]), none());
}

/// The replaced claim is looked for in history.csv by the payer's number, too.
#[test]
fn history_is_given_back_by_the_payers_number() {
    let header = "member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi";
    let rows: String =
        (1..=12).map(|day| format!("{MEMBER},H{day},PCN{day},2026-01-{day:02},97110,GP,1,\n")).collect();
    let setup = || Setup { rosters: vec![("history.csv", format!("{header}\n{rows}"))], ..Setup::default() };
    let visit = |id: &str, day: &str| professional(id, 1, "", &[("97110:GP", 1, day)]);
    assert_eq!(said(&setup(), &[visit("A1", "20260302")]), only(1, "TAR130"));
    assert_eq!(said(&setup(), &[visit("A1", "20260112")]), none(), "a visit that counts already");
    assert_eq!(said(&setup(), &[visit("A1", "20250302")]), none(), "another year");
    let void = professional("H3", 8, "REF*F8*PCN3\n", &[("97110:GP", 1, "20260103")]);
    let after = [void, visit("A1", "20260302"), visit("A2", "20260303")];
    assert_eq!(said(&setup(), &after), only(3, "TAR130"));
    let unknown = professional("H3", 8, "REF*F8*PCN99\n", &[("97110:GP", 1, "20260103")]);
    let outputs = setup().one(&file(1, &[unknown]));
    assert_eq!(outputs.rows_of("TAR109").len(), 1, "nothing is given back");
}

#[test]
fn the_thirteenth_visit_needs_a_number() {
    let visit =
        |at: u32| professional(&format!("A{at}"), 1, "", &[("97110:GP", 1, &format!("202603{at:02}"))]);
    let claims: Vec<String> = (1..=13).map(visit).collect();
    assert_eq!(said(&Setup::default(), &claims), only(13, "TAR130"));
    assert_eq!(said(&Setup::default(), &claims[..12]), none());
    // all in one claim: the line is named
    let days: Vec<String> = (1..=13).map(|day| format!("202603{day:02}")).collect();
    let lines: Vec<_> = days.iter().map(|day| ("97110:GP", 1, day.as_str())).collect();
    let outputs = Setup::default().one(&file(1, &[professional("A1", 1, "", &lines)]));
    let rows = outputs.rows_of("TAR130");
    assert_eq!(rows.iter().map(|row| row.line.as_str()).collect::<Vec<_>>(), ["13"]);
}

#[test]
fn supplies_are_counted_in_their_time() {
    let mask = |id: &str, units, day: &str| {
        professional(id, 1, "", &[("A7034", units, day)]).replace("ABK:G801", "ABK:E840")
    };
    for (claims, expected) in [
        (vec![mask("A1", 1, "20250710"), mask("A2", 1, "20260110")], none()),
        (vec![mask("A1", 1, "20250710"), mask("A2", 1, "20260109")], only(2, "TAR131")),
        // in whatever order the dates come
        (vec![mask("A1", 1, "20260109"), mask("A2", 1, "20250710")], only(2, "TAR131")),
        (vec![mask("A1", 2, "20260110")], only(1, "TAR131")),
    ] {
        assert_eq!(said(&Setup::default(), &claims), expected, "{claims:?}");
    }
    let rented = mask("A1", 1, "20260110").replace("HC:A7034", "HC:A7034:RR");
    assert_eq!(said(&Setup::default(), &[mask("A2", 1, "20260111"), rented]), none());
}

fn visit(id: &str) -> String {
    format!("CLM*{id}*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302")
}

#[test]
fn duplicates_are_alike_in_all_lines() {
    let two = |a: &str, b: &str| {
        format!(
            "CLM*B1*160***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:{a}*80*UN*1***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:{b}*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
    let setup = Setup::default;
    assert_eq!(said(&setup(), &[visit("A1"), visit("A2")]), only(2, "DUP101"), "CLM01 is no matter");
    assert_eq!(said(&setup(), &[two("99213", "85025"), two("85025", "99213")]), only(2, "DUP101"));
    for (old, new) in [
        ("HC:99213", "HC:99214"),
        ("HC:99213", "HC:99213:25"),
        ("80*UN*1", "80*UN*2"),
        ("D8*20260302", "D8*20260303"),
        ("***11:B:1", "***22:B:1"),
    ] {
        let other = visit("A2").replace(old, new);
        assert!(!said(&setup(), &[visit("A1"), other]).iter().any(|(record, _)| *record == 2), "{new}");
    }
    // a line's own place is no matter where it is the claim's
    let placed = |place: &str| visit("A2").replace("UN*1***1", &format!("UN*1*{place}**1"));
    assert_eq!(said(&setup(), &[visit("A1"), placed("11")]), only(2, "DUP101"));
    assert!(!said(&setup(), &[visit("A1"), placed("22")]).iter().any(|(record, _)| *record == 2));
    let minutes =
        |minutes: &str| visit("A1").replace("HC:99213*80*UN*1", &format!("HC:01214*80*MJ*{minutes}"));
    assert_eq!(said(&setup(), &[minutes("30"), minutes("30")]), only(2, "DUP101"));
    let longer = said(&setup(), &[minutes("30"), minutes("60")]);
    assert!(!longer.iter().any(|(record, _)| *record == 2), "{longer:?}");
    let repeated = visit("A1").replace("HC:99213", "HC:99213:76");
    let outputs = setup().one(&file(1, &[repeated.clone(), repeated]));
    assert_eq!(outputs.rows_of("DUP101")[0].severity, "warn");
    // a rejected claim makes no duplicate
    let rejected = visit("A1").replace("J069", "J0699");
    assert!(
        said(&setup(), &[rejected.clone(), rejected])
            .iter()
            .all(|(_, rules)| !rules.contains(&"DUP101".to_owned()))
    );
}

/// Scaling of two quadrants, or fillings of two teeth, is not one service billed twice.
#[test]
fn what_is_done_elsewhere_in_the_mouth_is_no_duplicate() {
    let done = |id: &str, service: &str, tooth: &str| {
        format!(
            "CLM*{id}*80***11:B:1*Y*A*Y*Y\nHI*ABK:K0251\nLX*1\nSV3*AD:{service}**1*****1\n{tooth}DTP*472*D8*20260302\n"
        )
    };
    let duplicates = |first: &str, second: &str| {
        let cases = [first, second].map(|claim| Case { member: MEMBER, ..Case::of(claim) });
        let outputs = Setup::default().one(&interchange_of(Kind::Dental, SURGEON, &cases));
        outputs.rows_of("DUP101").len()
    };
    let scaling = |id: &str, quadrant: &str| done(id, &format!("D4341*80**{quadrant}"), "");
    assert_eq!(duplicates(&scaling("A1", "10"), &scaling("A2", "10")), 1);
    assert_eq!(duplicates(&scaling("A1", "10"), &scaling("A2", "20")), 0);
    let filling = |id: &str, tooth: &str| done(id, "D2392*80**", &format!("TOO*JP*{tooth}*M\n"));
    assert_eq!(duplicates(&filling("A1", "3"), &filling("A2", "3")), 1);
    assert_eq!(duplicates(&filling("A1", "3"), &filling("A2", "14")), 0);
}

/// Claims that use each other's units, visits and places, in one or two files.
pub(super) fn mixture() -> [Vec<String>; 2] {
    let therapy = |at: u32| {
        professional(&format!("P{at}"), 1, "", &[("97110:GP", 1, &format!("202604{:02}", at % 28 + 1))])
    };
    let mut first: Vec<String> = (0..9).map(therapy).collect();
    first.push(nutrition("N1", 3, "20260302"));
    first.push(visit("V1"));
    first.push(nutrition("N2", 2, "20260303"));
    let mut second: Vec<String> = (9..15).map(therapy).collect();
    second.push(professional("N1", 7, "REF*F8*X\nREF*G1*T1\n", &[("97802", 1, "20260302")]));
    second.push(nutrition("N3", 3, "20260305"));
    second.push(nutrition("N4", 1, "20260306"));
    second.push(visit("V2"));
    second.push(professional("P3", 8, "REF*F8*Y\n", &[("97110:GP", 1, "20260404")]));
    second.push(therapy(20));
    [first, second]
}

pub(super) fn with_store(dir: &TempDir) -> Setup {
    let rows = format!("T1,tar,plan,A1,{MEMBER},,2026-01-01,2026-12-31,,97802|97803,4,UN,");
    Setup {
        store: Some(dir.path().join("plan.store")),
        rosters: vec![("authorizations.csv", authorizations(&rows))],
        ..Setup::default()
    }
}

/// One run of two files says what two runs say, byte for byte, whatever the number of threads and the size of units.
#[test]
fn one_run_of_two_files_is_two_runs() {
    let [first, second] = mixture();
    let files = [("a.837", file(1, &first)), ("b.837", file(2, &second))];
    let both: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, &bytes[..])).collect();
    let outputs = |ran: &crate::common::Ran, name: &str| -> BTreeMap<String, Vec<u8>> {
        let own = ran.files.iter().filter(|(file, _)| file.starts_with(&format!("{name}.")));
        own.map(|(file, bytes)| (file.clone(), bytes.clone())).collect()
    };
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let together = with_store(&one).run(&both);
    let apart = both.iter().map(|file| with_store(&two).run(&[*file])).collect::<Vec<_>>();
    for (at, name) in ["a", "b"].into_iter().enumerate() {
        assert_eq!(outputs(&together, name), outputs(&apart[at], name), "{name}");
    }
    let of = |name: &str| together.of(name);
    assert_eq!(rejecting(&of("a")).into_iter().collect::<Vec<_>>(), [(12, vec!["TAR109"])]);
    let second = of("b");
    let said: Vec<(u64, Vec<&str>)> = rejecting(&second).into_iter().collect();
    // twelve visits are reached with the third; N1 gave two back; V2 is V1; the void makes room for one visit
    assert_eq!(
        said,
        [
            (4, vec!["TAR130"]),
            (5, vec!["TAR130"]),
            (6, vec!["TAR130"]),
            (9, vec!["TAR109"]),
            (10, vec!["DUP101"])
        ]
    );
    for (jobs, unit_bytes) in [(4, 2000), (2, 700), (1, 900)] {
        let dir = TempDir::new().unwrap();
        let setup = Setup { jobs, unit_bytes, ..with_store(&dir) };
        assert_eq!(setup.run(&both).lasting(), together.lasting(), "{jobs} threads, units of {unit_bytes}");
    }
}

/// An input that is run again with --force takes its own place; without, its claims are duplicates.
#[test]
fn an_input_again_takes_its_own_place() {
    let dir = TempDir::new().unwrap();
    let [first, _] = mixture();
    let bytes = file(1, &first);
    let files: &[(&str, &[u8])] = &[("a.837", &bytes)];
    let ran = with_store(&dir).run(files);
    let forced = Setup { force: true, ..with_store(&dir) };
    // control numbers go on
    let reasons = |ran: &crate::common::Ran| ran.files["a.reasons.csv"].clone();
    assert_eq!(reasons(&forced.run(files)), reasons(&ran));
    assert_eq!(reasons(&forced.run(files)), reasons(&ran));
    let again = with_store(&dir).run(files);
    let rules = again.of("a");
    assert!(rules.rows_of("DUP101").len() > 5 && !rules.rows_of("ENV111").is_empty());
}

/// What took its place since, or took it back, counts as it did.
#[test]
fn an_input_again_stays_taken_back() {
    for (frequency, units) in [(7, 3), (7, 2), (8, 3)] {
        let dir = TempDir::new().unwrap();
        let original = file(1, &[nutrition("A1", 3, "20260302")]);
        let later =
            [professional("A1", frequency, "REF*F8*PCN1\nREF*G1*T1\n", &[("97802", units, "20260302")])];
        let ran = with_store(&dir).run(&[("a.837", &original)]);
        let reasons = |ran: &crate::common::Ran| ran.files["a.reasons.csv"].clone();
        assert!(rejecting(&ran.of("a")).is_empty());
        with_store(&dir).run(&[("b.837", &file(2, &later))]);
        let forced = Setup { force: true, ..with_store(&dir) };
        for _ in 0..2 {
            assert_eq!(reasons(&forced.run(&[("a.837", &original)])), reasons(&ran), "{frequency}, {units}");
        }
        // of four units there is what the later one leaves
        let left = if frequency == 8 { 4 } else { 4 - units };
        let over = with_store(&dir).run(&[("c.837", &file(3, &[nutrition("A2", left + 1, "20260303")]))]);
        assert_eq!(over.of("c").rows_of("TAR109").len(), 1, "{frequency}, {units}");
        let fits = with_store(&dir).run(&[("d.837", &file(4, &[nutrition("A3", left, "20260303")]))]);
        assert!(fits.of("d").rows_of("TAR109").is_empty(), "{frequency}, {units}");
    }
}

/// What a run of a store that failed to publish leaves behind: nothing.
#[test]
fn an_input_that_fails_uses_nothing() {
    use claimsieve::source::faults::FaultyDisk;
    let dir = TempDir::new().unwrap();
    let bytes = file(1, &[nutrition("N1", 4, "20260302")]);
    let disk: &'static FaultyDisk = Box::leak(Box::new(FaultyDisk::failing(12)));
    let failed = Setup { disk, ..with_store(&dir) }.run(&[("a.837", &bytes)]);
    assert_eq!(failed.status, 3);
    assert!(with_store(&dir).one(&bytes).rows.is_empty());
}

/// Tests (ISA15 T) are held against each other, and nothing else against them.
#[test]
fn tests_leave_no_trace() {
    let dir = TempDir::new().unwrap();
    let setup = with_store(&dir);
    let test = |control, claims: &[String]| {
        String::from_utf8(file(control, claims)).unwrap().replace("*0*P*:", "*0*T*:").into_bytes()
    };
    let outputs = setup.one(&test(1, &[nutrition("N1", 4, "20260302"), nutrition("N2", 1, "20260303")]));
    assert_eq!(rejecting(&outputs).into_iter().collect::<Vec<_>>(), [(2, vec!["TAR109"])]);
    assert!(setup.one(&file(2, &[nutrition("N1", 4, "20260302")])).rows.is_empty());
    let outputs = setup.one(&test(3, &[nutrition("N2", 1, "20260303")]));
    assert_eq!(rejecting(&outputs).into_iter().collect::<Vec<_>>(), [(1, vec!["TAR109"])]);
}
