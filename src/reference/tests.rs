//! The room as a whole: built-in tables, folders, reports.

use std::fs;
use std::path::Path;

use super::rosters::template;
use super::{Reference, Roster};
use crate::finding::{Code, Date, Period};
use proptest::prelude::*;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn every_built_in_table_loads_whole() {
    let rows: Vec<_> =
        Reference::builtin().tables().into_iter().map(|table| (table.name, table.rows)).collect();
    assert_eq!(
        rows,
        [
            ("icd10cm", 74_719),
            ("hcpcs", 6_588),
            ("hcpcs_modifiers", 360),
            ("pos", 52),
            ("states", 73),
            ("countries", 249),
            ("claim_status", 759),
            ("claim_status_category", 48),
            ("zip_state", 42_789),
            ("ccs_conditions", 530),
            ("carveout_drugs", 234),
            ("tar_required", 254),
            ("primary_care_scope", 26),
            ("county_zip", 108),
            ("ndc", 31),
            ("service_kinds", 95),
            ("diagnosis_groups", 44),
            ("equipment_diagnoses", 10),
            ("drug_codes", 13),
        ]
    );
    for table in Reference::builtin().tables() {
        assert!(!table.own && !table.version.is_empty() && !table.source.is_empty(), "{}", table.name);
    }
}

/// Each file of the tables' folder is in the index, and the index names no other.
#[test]
fn the_index_names_every_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reference/tables");
    let mut files: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    files.retain(|file| file != "index.csv");
    files.sort_unstable();
    let index = fs::read_to_string(folder.join("index.csv")).unwrap();
    let mut named: Vec<_> =
        index.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect();
    named.sort_unstable();
    assert_eq!(files, named);
}

#[test]
fn code_sets_hold_what_exists() {
    let codes = Reference::builtin().codes;
    let e109 = Code::from("E109");
    assert!(codes.icd10cm.contains(e109) && !codes.icd10cm.contains(e109.prefix(3)));
    assert!(codes.icd10cm.has_longer(e109.prefix(3)));
    assert_eq!(
        codes.icd10cm.info().effective,
        Period { from: Date::new(2025, 10, 1).unwrap(), to: Date::new(2026, 9, 30).unwrap() }
    );
    assert!(codes.hcpcs.contains(Code::from("J3490")) && codes.hcpcs_modifiers.contains(Code::from("GP")));
    assert!(codes.hcpcs.iter().all(|code| (b'A'..=b'V').contains(&code.byte(0)) && code.byte(0) != b'D'));
    assert!(codes.pos.contains(Code::from("02")) && codes.states.contains(Code::from("CA")));
    assert!(codes.countries.contains(Code::from("US")) && !codes.countries.contains(Code::from("UK")));
    assert!(codes.claim_status.contains(Code::from("252")));
    assert!(codes.claim_status_category.contains(Code::from("A7")));
    assert_eq!(codes.zip_state.state(b"95060"), Some(Code::from("CA")));
    let unknown = codes.zip_state.state(b"00000");
    assert_eq!(unknown, None);
}

/// Drugs that are younger than the built-in HCPCS list are known all the same.
#[test]
fn a_code_in_a_policy_table_is_known() {
    let reference = Reference::builtin();
    for code in ["J7174", "J0577", "C9399", "E0601", "99215"] {
        assert!(reference.policy.names(Code::from(code)), "{code}");
    }
    for code in ["E0999", "99216", "", "J9998"] {
        assert!(!reference.policy.names(Code::from(code)), "{code}");
    }
}

#[test]
fn a_folder_replaces_tables_whole() {
    let folder = folder(&[
        ("Primary_Care_Scope.CSV", "code_from\n99213\n"),
        ("hcpcs.txt", "# version: 2026-07; source: CMS\nJ7174\n"),
        ("pos.csv", "\u{feff}code,name\r\n11,office\r\n"),
        ("zip_state.csv", "zip,state\n95060,CA\n"),
        ("notes.txt", "hello"),
        ("index.csv", "name\n"),
        ("members.csv", "not a table"),
    ]);
    fs::create_dir(folder.path().join("old")).unwrap();
    let reference = Reference::load(Some(folder.path()), None).unwrap();
    assert!(reference.policy.primary_care_scope.contains(Code::from("99213")));
    assert!(!reference.policy.primary_care_scope.contains(Code::from("99214")));
    assert!(reference.policy.primary_care_scope.find(Code::from("99213")).unwrap().provenance.is_high());
    assert!(
        reference.codes.pos.contains(Code::from("11")) && !reference.codes.pos.contains(Code::from("12"))
    );
    assert_eq!(reference.codes.zip_state.len(), 1);
    assert_eq!(reference.codes.icd10cm.len(), 74_719, "ours stays where the folder has none");
    assert_eq!(reference.ignored_files(), ["index.csv", "members.csv", "notes.txt", "old"]);
    let own: Vec<_> = reference.tables().into_iter().filter(|table| table.own).collect();
    let said: Vec<_> = own.iter().map(|t| (t.name, t.version.as_str(), t.rows, t.source.as_str())).collect();
    assert_eq!(
        said,
        [
            ("hcpcs", "2026-07", 1, "CMS"),
            ("pos", "sha256:8370961e3384", 1, "pos.csv"),
            ("zip_state", "sha256:6c25d58eb892", 1, "zip_state.csv"),
            ("primary_care_scope", "sha256:f691075cd2b1", 1, "Primary_Care_Scope.CSV"),
        ]
    );
}

#[test]
fn a_folder_of_rosters_is_read_as_far_as_it_goes() {
    let folder = folder(&[
        ("members.csv", template("members").unwrap()),
        ("authorizations.csv", template("authorizations").unwrap()),
        ("tar_required.csv", "no roster"),
    ]);
    let reference = Reference::load(None, Some(folder.path())).unwrap();
    assert!(reference.rosters.members.is_some() && reference.rosters.providers.is_none());
    assert!(reference.rosters.authorizations.is_some() && reference.rosters.history.is_none());
    assert_eq!(reference.authorizations.len(), 2);
    assert_eq!(reference.ignored_files(), ["tar_required.csv"]);
    let rosters: Vec<_> =
        reference.tables().into_iter().skip(19).map(|table| (table.name, table.rows)).collect();
    assert_eq!(rosters, [("members", 2), ("authorizations", 2)]);
}

#[test]
fn errors_of_every_file_are_told_at_once() {
    let tables = folder(&[
        ("pos.txt", ""),
        ("pos.csv", "code\n11\n"),
        ("ndc.csv", "ndc11\n"),
        ("tar_required.csv", "code_system,code_from,requires_tar,setting\nCPT,97110,yes,spa\n"),
    ]);
    let rosters = folder(&[("providers.csv", "npi\n1\n"), ("history.csv", "")]);
    let errors = Reference::load(Some(tables.path()), Some(rosters.path())).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "pos.txt: stands beside pos.csv, which is the same table: keep one of them\n\
         tar_required.csv row 2, column setting: holds \"spa\", expected a setting of the built-in table or nothing\n\
         ndc.csv: lacks the columns generic, class; its first line must name ndc11,generic,class\n\
         providers.csv: lacks the columns group_tax_id, provider_type, ccs_paneled, paneled_from, paneled_to, pcp; \
         its first line must name npi,group_tax_id,provider_type,ccs_paneled,paneled_from,paneled_to,pcp\n\
         history.csv: is empty; its first line must name the columns"
    );
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let nowhere = Path::new("nowhere/at all");
    let errors = Reference::load(Some(nowhere), Some(nowhere)).unwrap_err();
    assert_eq!(errors.list().len(), 2);
    assert!(errors.to_string().starts_with("nowhere/at all: cannot be read: "));
}

proptest! {
    /// Whatever a customer's file holds, reading it ends with a table or with errors.
    #[test]
    fn reading_a_table_never_panics(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        cells in proptest::collection::vec("[ -~]{0,8}|[A-Z][0-9]{4}|[0-9]{5}|always|yes|2025-01-01", 0..40),
    ) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reference/tables");
        for table in Reference::builtin().tables() {
            let ours = folder.join(format!("{}.csv", table.name));
            let ours = fs::read_to_string(ours).unwrap_or_else(|_| "code".to_owned());
            let header = ours.lines().next().unwrap();
            let rows: Vec<_> = cells.chunks(header.split(',').count()).map(|row| row.join(",")).collect();
            let lines = format!("# source: a\n{}", cells.join("\n"));
            let sheet = format!("{header}\n{}", rows.join("\n"));
            for file in [bytes.as_slice(), lines.as_bytes(), sheet.as_bytes()] {
                for end in ["csv", "txt"] {
                    let _ = Reference::builtin().take_table(&format!("{}.{end}", table.name), file);
                }
            }
        }
    }
}

#[test]
fn a_table_can_be_given_without_a_folder() {
    let mut reference = Reference::builtin();
    assert!(matches!(reference.take_table("pos.csv", b"code\n11\n"), Ok(true)));
    assert!(matches!(reference.take_table("claims.csv", b"code\n11\n"), Ok(false)));
    assert!(reference.take_table("pos.txt", b"").is_err());
    assert_eq!(reference.codes.pos.len(), 1);
    let members = template("members").unwrap();
    reference.take_roster(Roster::Members, "members.csv", members.as_bytes()).unwrap();
    assert_eq!(reference.rosters.members.unwrap().find(b"90000001A").len(), 1);
}

/// All threads read one snapshot.
#[test]
fn the_snapshot_is_shared() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Reference::builtin());
    assert_eq!(Roster::ALL.len(), 8);
}

/// A folder with the name of a roster or table is an error, like one that cannot be read.
#[test]
fn a_folder_is_no_file() {
    for name in ["authorizations.csv", "Members.CSV"] {
        let folder = folder(&[]);
        fs::create_dir(folder.path().join(name)).unwrap();
        let said = Reference::load(None, Some(folder.path())).unwrap_err().to_string();
        assert!(said.contains(name) && said.contains("cannot be read"), "{said}");
    }
    let folder = folder(&[]);
    fs::create_dir(folder.path().join("hcpcs.txt")).unwrap();
    assert!(Reference::load(Some(folder.path()), None).is_err());
}

/// What the built-in tables cost, the best of many times: run with `--ignored --nocapture --release`.
#[test]
#[ignore = "a measurement, not a test"]
fn what_the_tables_cost() {
    use super::index::embedded;
    use super::{CarveoutDrugs, CcsConditions, CodeSet, TarRequired, ZipStates};
    use std::hint::black_box;
    use std::time::Instant;

    fn timed(what: &str, per: usize, run: &mut dyn FnMut()) {
        let time = || {
            let start = Instant::now();
            run();
            start.elapsed()
        };
        let best = std::iter::repeat_with(time).take(20).min().unwrap();
        println!("{what}: {:?}", best / per as u32);
    }

    timed("load icd10cm", 1, &mut || drop(black_box(embedded("icd10cm", CodeSet::read))));
    timed("load hcpcs", 1, &mut || drop(black_box(embedded("hcpcs", CodeSet::read))));
    timed("load zip_state", 1, &mut || drop(black_box(embedded("zip_state", ZipStates::read))));
    timed("load ccs_conditions", 1, &mut || drop(black_box(embedded("ccs_conditions", CcsConditions::read))));
    timed("load tar_required", 1, &mut || drop(black_box(embedded("tar_required", TarRequired::read))));
    timed("load carveout_drugs", 1, &mut || drop(black_box(embedded("carveout_drugs", CarveoutDrugs::read))));

    let reference = Reference::builtin();
    // In no order, as on claims.
    let mut diagnoses: Vec<Code> = reference.codes.icd10cm.iter().collect();
    diagnoses.sort_by_key(|code| code.word().wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let services: Vec<Code> = reference.codes.hcpcs.iter().collect();
    let day = Date::new(2026, 1, 1).unwrap();
    timed("icd10cm.contains", diagnoses.len(), &mut || {
        assert!(diagnoses.iter().all(|code| reference.codes.icd10cm.contains(*code)));
    });
    timed("ccs_conditions.classify", diagnoses.len(), &mut || {
        black_box(diagnoses.iter().filter(|c| reference.policy.ccs_conditions.is_ccs(**c)).count());
    });
    timed("tar_required.rows", services.len(), &mut || {
        black_box(
            services.iter().map(|c| reference.policy.tar_required.rows(*c, day).count()).sum::<usize>(),
        );
    });
}
