//! Logs, listings and metrics hold no health information.

use std::collections::BTreeSet;
use std::net::TcpStream;

use crate::folder::{Folder, altered, asked, free_port, sample, terminate, until};
use crate::holds::counts;

/// Names, member ids, birth dates, addresses, diagnoses and claim numbers of an X12 text.
fn secrets(text: &str) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    for segment in text.split('~').map(str::trim) {
        let elements: Vec<&str> = segment.split('*').collect();
        let wanted: &[usize] = match (elements[0], elements.get(1)) {
            ("NM1", Some(&("IL" | "QC" | "82" | "74"))) => &[3, 4, 9],
            ("DMG", _) => &[2],
            ("N3" | "CLM", _) => &[1],
            ("HI", _) => &[1, 2, 3],
            _ => &[],
        };
        for at in wanted {
            let Some(value) = elements.get(*at) else { continue };
            let value = if elements[0] == "HI" { value.split(':').nth(1).unwrap_or("") } else { value };
            if value.len() >= 4 {
                secrets.insert(value.to_lowercase());
            }
        }
    }
    secrets
}

#[test]
fn nothing_that_is_said_holds_health_information() {
    let port = free_port();
    let folder = Folder::with(|config| {
        config
            .replace("\"278\"]", "\"278\", \"837D\"]")
            .replace("jobs = 1", &format!("jobs = 1\nhold_hours = 24\nmetrics = \"127.0.0.1:{port}\""))
            .replace("[[inbox]]", "[guard]\nmax_reject_rate = 0.9\n[[inbox]]")
    });
    let mut all = BTreeSet::new();
    let mut drop_in = |name: &str, bytes: &[u8]| {
        all.extend(secrets(&String::from_utf8_lossy(bytes)));
        folder.drop_in(name, bytes);
    };
    // authorizations first, so that claims are held for those that are not among them
    drop_in("278-responses.x12", &sample("278-responses.x12"));
    folder.looked(0);
    for name in
        ["837p-physicians.x12", "837i-hospitals.x12", "837d-dentists.x12", "structure-faults-837p.x12"]
    {
        drop_in(name, &sample(name));
    }
    drop_in("cut.837", &sample("837p-physicians.x12")[..9000]);
    drop_in("stranger.837", &altered("837p-physicians.x12", &[("SAMPLECLR      *ZZ", "STRANGER       *ZZ")]));
    drop_in("again.837", &sample("837p-physicians.x12"));
    assert!(all.len() > 100);
    let mut said = folder.looked(1);
    assert!(counts(&folder).iter().any(|(_, [.., held])| *held > 0), "some claims wait");
    said.push_str(&folder.ledger(&["show", "2"]).1);
    // their time is up, in a watcher that is asked for its metrics
    let log = folder.path().join("watch.log");
    let mut watch = folder.watch_at("2026-07-09T12:00:00-07:00");
    let mut child =
        watch.args(["--log", "debug"]).stderr(std::fs::File::create(&log).unwrap()).spawn().unwrap();
    until("it has looked", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    until("what waited is judged", || asked(port, "/metrics").contains("claimsieve_claims_held 0\n"));
    let metrics = asked(port, "/metrics");
    assert!(
        metrics.contains("fate=\"rejected\"") && metrics.contains("claimsieve_files{state=\"archived\"}"),
        "{metrics}"
    );
    said.push_str(&metrics);
    said.push_str(&asked(port, "/health"));
    terminate(child.id());
    child.wait().unwrap();
    said.push_str(&std::fs::read_to_string(log).unwrap());
    let overrule = ["--by", "AB", "--reason", "phoned the plan"];
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["list", "--totals", "partner"],
        &["show", "1"],
        &["show", "3"],
        &["find", "--amount", "80"],
        &["find", "--claim", "P-LAST-DAY"],
        &["verify"],
        &["retry"],
        &[&["override", "P-CCS101-POINTER"][..], &overrule].concat(),
        &[&["override", "P-CCS101-POINTER"][..], &overrule].concat(),
        &[&["override", "P-LAST-DAY"][..], &overrule].concat(),
        &["purge", "--before", "2026-07-01", "--by", "AB", "--reason", "retention"],
    ] {
        said.push_str(&folder.ledger(arguments).1);
    }
    // one of them was held, let go and rejected before it was accepted
    said.push_str(&folder.looked(0));
    folder.proven();
    let said = said.to_lowercase();
    let words: BTreeSet<&str> = said.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).collect();
    let leaked: Vec<_> = all.iter().filter(|secret| words.contains(secret.as_str())).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
}
