//! What a profile says of a partner counts for its files as if it were the profile, and for nobody else's; by ISA06, by GS02, in files
//! of their own and together in one.

use std::collections::BTreeMap;

use claimsieve::generate::{Batch, Kind, Shape};

use crate::common::build::Fate;
use crate::common::{Case, Ran, SURGEON, Setup, interchange_of, responding};

/// What counts for the partner: severities, scopes and dates of claim, level, structure, envelope and ledger rules.
const RULES: &str = "TAR101 = \"warn\"\nCCS101 = \"shadow\"\nBAL101 = \"info\"\nSEG104 = \"warn\"\nSET103 = \"warn\"\nDUP101 = \"off\"\n\
     COD108 = \"off\"\nSIT105 = \"warn\"\nFFS101 = { to = 2020-01-01 }\nTAR103 = { reject_scope = \"line_as_warning\" }\n";

/// The profile of everybody.
const OURS: &str =
    "name = \"ours\"\n[rules]\nCOD101 = \"warn\"\nTAR104 = { severity = \"warn\", from = 2020-01-01 }\n";

fn plain() -> Setup {
    Setup::with_profile(OURS)
}

/// The profile as if the partner's rules were everybody's.
fn as_partner() -> Setup {
    Setup::with_profile(&format!("adjudication_findings = \"route\"\n{OURS}{RULES}"))
}

fn with_partner(ids: &str) -> Setup {
    Setup::with_profile(&format!(
        "{OURS}[[partners]]\nname = \"somebody else\"\nisa06 = \"NOBODY\"\n[partners.rules]\nCLM104 = \"off\"\n\
         [[partners]]\nname = \"a house\"\n{ids}\nadjudication_findings = \"route\"\n[partners.rules]\n{RULES}"
    ))
}

/// Claims of a kind with faults of every sort, and a set with a wrong count.
fn batch(kind: Kind, seed: u64) -> String {
    let mut bytes = Vec::new();
    let batch = Batch { reject_rate: 0.6, ..Batch::new(kind, 120, seed) }.shaped(Shape::SmallSets);
    batch.write_to(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let at = text.find("\nSE*").unwrap() + 4;
    format!("{}9{}", &text[..at], &text[at..])
}

/// The same from another sender.
fn from_isa06(text: &str, sender: &str) -> String {
    let (at, end) = (35, 50);
    format!("{}{sender:15}{}", &text[..at], &text[end..])
}

fn from_gs02(text: &str, sender: &str) -> String {
    let mut segments: Vec<String> = text.split('~').map(str::to_owned).collect();
    for segment in segments.iter_mut().filter(|segment| segment.trim_start().starts_with("GS*")) {
        let mut elements: Vec<&str> = segment.split('*').collect();
        elements[2] = sender;
        *segment = elements.join("*");
    }
    segments.join("~")
}

/// Everything that was written, but for the profile's name.
fn written(ran: &Ran) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(ran.errors, Vec::<String>::new());
    let mut files = ran.lasting();
    files.remove("report.txt");
    for (name, bytes) in &mut files {
        if bytes.starts_with(b"{") && !name.contains(".jsonl") {
            let mut summary: serde_json::Value = serde_json::from_slice(bytes).unwrap();
            // which rules nobody is asked differs where somebody is
            let keys = summary.as_object_mut().unwrap();
            keys.remove("profile");
            keys.remove("rules_not_run");
            *bytes = serde_json::to_vec(&summary).unwrap();
        }
    }
    files
}

#[test]
fn its_files_are_judged_as_if_its_rules_were_the_profile_s() {
    for kind in Kind::ALL {
        let text = batch(kind, 21);
        for (ids, theirs) in [
            ("isa06 = \"HOUSE X\"", from_isa06(&text, "HOUSE X")),
            ("gs02 = \"HX77\"", from_gs02(&text, "HX77")),
            ("isa06 = \"HOUSE X\"\ngs02 = \"HX77\"", from_gs02(&from_isa06(&text, "HOUSE X"), "HX77")),
        ] {
            let run = |setup: &Setup, text: &str| written(&setup.run(&[("a.837", text.as_bytes())]));
            let setup = with_partner(ids);
            assert_eq!(run(&setup, &theirs), run(&as_partner(), &theirs), "{kind:?} {ids}");
            assert_eq!(run(&setup, &text), run(&plain(), &text), "{kind:?}, others, {ids}");
            assert_ne!(run(&plain(), &theirs), run(&as_partner(), &theirs), "{kind:?} {ids}");
        }
    }
}

/// One file with interchanges of several senders; whatever is judged with whatever else.
#[test]
fn senders_in_one_file_do_not_mix() {
    let texts = [batch(Kind::Professional, 31), from_isa06(&batch(Kind::Institutional, 32), "HOUSE X")];
    let numbered = |text: &str, nth: usize| text.replace("*000000001", &format!("*{:09}", nth + 1));
    let mut expected: Vec<BTreeMap<String, Fate>> = Vec::new();
    for (text, setup) in texts.iter().zip([plain(), as_partner()]) {
        expected.push(setup.one(text.as_bytes()).fates());
    }
    let all: String = [0, 1, 0, 1].iter().enumerate().map(|(nth, of)| numbered(&texts[*of], nth)).collect();
    for (jobs, unit_bytes) in [(1, 4096), (2, 4096), (2, 1 << 20)] {
        let mut setup = with_partner("isa06 = \"HOUSE X\"");
        (setup.jobs, setup.unit_bytes) = (jobs, unit_bytes);
        // the second time that a claim comes it is a duplicate, but for the partner, who is not asked for it
        let fates = setup.one(all.as_bytes());
        let records =
            |fate| fates.rows.iter().filter(|row| row.rule == "DUP101" && row.severity == fate).count();
        assert!(records("reject") > 0, "{:?}", fates.rules());
        let of_partner = |id: &str| expected[1].contains_key(id);
        assert!(fates.rows_of("DUP101").iter().all(|row| !of_partner(&row.record_id)));
        let found = fates.fates();
        for (id, fate) in &expected[1] {
            assert_eq!(found.get(id), Some(fate), "{id} with {jobs} jobs, units of {unit_bytes}");
        }
    }
}

/// A decision counts if its sender's rules let it, and a refusal is a matter of the sender.
#[test]
fn decisions_and_envelopes_too() {
    let claim = "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR-77\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302";
    let member = "91234567A";
    let claims =
        interchange_of(crate::common::Kind::Professional, SURGEON, &[Case { member, ..Case::of(claim) }]);
    let response = responding(
        member,
        9,
        "HCR*A1*TAR-77\nHI*ABK:E109",
        &["HCR*A1*TAR-77\nDTP*472*RD8*20260301-20260330\nSV1*HC:97802*80*UN*1"],
    );
    let response = String::from_utf8(response).unwrap();
    // a wrong number of segments: the set falls, and with it the decision, unless the sender's is let through
    let broken = response.replace("\nSE*", "\nSE*9");
    assert_ne!(broken, response);
    let known = |setup: &str, response: &str| {
        let other = "TAR5,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,";
        let rosters = Setup::with_authorizations(other).rosters;
        let setup = Setup { rosters, ..Setup::with_profile(setup) };
        let ran = setup.run(&[("a.837", &claims), ("b.278", response.as_bytes())]);
        !ran.of("a").rules().contains(&"TAR103")
    };
    let lenient = "[[partners]]\nname = \"X\"\nisa06 = \"HOUSE X\"\nrules.SET103 = \"warn\"\n";
    assert!(known("", &response));
    assert!(!known("", &broken));
    assert!(!known(lenient, &broken));
    assert!(known(lenient, &from_isa06(&broken, "HOUSE X")));
    // the same with a number that its sender used before
    let twice = |sender: &str| from_isa06(&String::from_utf8(claims.clone()).unwrap(), sender).repeat(2);
    let refused = |sender: &str| {
        let strict = "[[partners]]\nname = \"X\"\nisa06 = \"HOUSE X\"\nrules.ENV111 = \"reject\"\n";
        Setup::with_profile(strict).one(twice(sender).as_bytes()).count("records/refused")
    };
    assert_eq!((refused("HOUSE X"), refused("HOUSE Y")), (1, 0));
}
