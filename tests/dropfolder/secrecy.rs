//! Logs, listings and metrics hold no health information.

use std::collections::BTreeSet;

use crate::folder::{Folder, sample};

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
    let folder = Folder::with(|config| {
        config
            .replace("\"278\"]", "\"278\", \"837D\"]")
            .replace("[[inbox]]", "[guard]\nmax_reject_rate = 0.9\n[[inbox]]")
    });
    let mut all = BTreeSet::new();
    for name in
        ["837p-physicians.x12", "837i-hospitals.x12", "837d-dentists.x12", "structure-faults-837p.x12"]
    {
        let bytes = sample(name);
        all.extend(secrets(&String::from_utf8_lossy(&bytes)));
        folder.drop_in(name, &bytes);
    }
    assert!(all.len() > 100);
    let mut said = folder.looked(1);
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["list", "--totals", "partner"],
        &["show", "1"],
        &["find", "--amount", "80"],
        &["verify"],
        &["retry"],
    ] {
        said.push_str(&folder.ledger(arguments).1);
    }
    let said = said.to_lowercase();
    let words: BTreeSet<&str> = said.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).collect();
    let leaked: Vec<_> = all.iter().filter(|secret| words.contains(secret.as_str())).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
}
