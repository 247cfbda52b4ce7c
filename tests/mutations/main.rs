//! The mutation suite: valid sets of every kind with one fault each, driven by the guide tables. Each fault must be found
//! with its rule, loop, segment, position, element, component and IK3 and IK4 code, and nothing else may be reported.
//!
//! `expectations.csv` lists every case with what must be said; it is made from the guides and the mutations, not from what
//! the program says. `UPDATE_MUTATIONS=1 cargo test --test mutations` writes it anew after a change of tables, bases or
//! mutations. With `MUTATIONS_OUT` naming a folder, each case is written there as a file of its own, `CASE.x12`, and each
//! set without a fault as `BASE.valid.x12`, so that other tools can be asked the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::format_push_string, clippy::format_collect)]

#[path = "../common/mod.rs"]
mod common;

mod base;
mod elements;
mod segments;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use claimsieve::verdict::Profile;

use base::{Base, Case, Expected};
use common::{Setup, style};

fn cases(base: &Base) -> Vec<Case> {
    let mut cases = elements::cases(base);
    cases.extend(segments::cases(base));
    cases
}

/// The columns of `expectations.csv`.
const COLUMNS: [&str; 12] = [
    "case",
    "kind",
    "base",
    "mutation",
    "loop",
    "segment",
    "position",
    "element",
    "component",
    "ik3",
    "ik4",
    "rule",
];

/// `expectations.csv` as the cases say it.
fn expectations(bases: &[(Base, Vec<Case>)]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).unwrap();
    let number = |n: u32| if n == 0 { String::new() } else { n.to_string() };
    for (base, cases) in bases {
        for case in cases {
            for Expected { loop_id, segment, position, element, component, ik3, ik4, rule } in &case.expected
            {
                let position = number(*position);
                let (element, component) = (number(u32::from(*element)), number(u32::from(*component)));
                writer
                    .write_record([
                        &case.id,
                        base.kind,
                        base.name,
                        &case.mutation,
                        loop_id,
                        segment,
                        &position,
                        &element,
                        &component,
                        ik3,
                        ik4,
                        rule,
                    ])
                    .unwrap();
            }
        }
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn all() -> Vec<(Base, Vec<Case>)> {
    base::all()
        .into_iter()
        .map(|base| {
            let cases = cases(&base);
            (base, cases)
        })
        .collect()
}

/// Sets in one interchange, each under its number.
fn interchange<'a>(base: &Base, sets: impl Iterator<Item = &'a [Vec<String>]>) -> Vec<u8> {
    let mut text = style::isa(1);
    text.push_str(&format!(
        "\nGS*{}*BAYBILLING*COASTPLAN*20260302*1200*1*X*{}\n",
        base.group(),
        base.version()
    ));
    let mut count = 0;
    for set in sets {
        count += 1;
        for (at, segment) in set.iter().enumerate() {
            let mut segment = segment.clone();
            match segment[0].as_str() {
                "ST" if at == 0 => segment[2] = format!("{count:04}"),
                "SE" if at + 1 == set.len() => {
                    segment[1] = set.len().to_string();
                    segment[2] = format!("{count:04}");
                }
                _ => {}
            }
            text.push_str(&segment.join("*"));
            text.push('\n');
        }
    }
    text.push_str(&format!("GE*{count}*1\nIEA*1*{:09}\n", 1));
    text.replace('\n', "~\n").into_bytes()
}

/// What the program says of the structure of each set of an interchange (SNIP 1 and 2), by number from 1; inherited rows left
/// out. Balances, codes and situations have examples of their own.
fn said(bytes: &[u8]) -> BTreeMap<usize, Vec<Expected>> {
    let setup = Setup { profile: Profile::built_in("snip").unwrap(), ..Setup::default() };
    let mut said: BTreeMap<usize, Vec<Expected>> = BTreeMap::new();
    for row in setup.one(bytes).rows.into_iter().filter(|row| row.snip <= 2 && row.inherited_from.is_empty())
    {
        let set = row.transaction.parse().unwrap_or(0);
        said.entry(set).or_default().push(Expected {
            loop_id: row.loop_id,
            segment: row.segment,
            position: row.position.unwrap_or(0),
            element: row.element.unwrap_or(0),
            component: row.component.unwrap_or(0),
            ik3: row.ik3,
            ik4: row.ik4,
            rule: row.rule,
        });
    }
    said
}

#[test]
fn bases_have_no_fault() {
    for base in base::all() {
        let bytes = interchange(&base, std::iter::once(&base.lines[..]));
        assert_eq!(said(&bytes), BTreeMap::new(), "{}", base.name);
        // nor one of balances, situations and codes for which it would fall
        let setup = Setup { profile: Profile::built_in("snip").unwrap(), ..Setup::default() };
        let rows = setup.one(&bytes).rows;
        let falls = rows.iter().find(|row| row.severity == "reject");
        assert_eq!(falls.map(|row| row.message.as_str()), None, "{}", base.name);
    }
}

#[test]
fn expectations_are_not_stale() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mutations/expectations.csv");
    let made = expectations(&all());
    if std::env::var_os("UPDATE_MUTATIONS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert!(made == stored, "stale: run UPDATE_MUTATIONS=1 cargo test --test mutations");
}

#[test]
fn every_mutation_is_found_and_nothing_else() {
    let out = std::env::var_os("MUTATIONS_OUT").map(PathBuf::from);
    let write = |name: &str, bytes: Vec<u8>| {
        let Some(out) = &out else { return };
        fs::create_dir_all(out).unwrap();
        fs::write(out.join(format!("{name}.x12")), bytes).unwrap();
    };
    let (mut count, mut wrong) = (0, Vec::new());
    for (base, cases) in all() {
        write(&format!("{}.valid", base.name), interchange(&base, std::iter::once(&base.lines[..])));
        let bytes = interchange(&base, cases.iter().map(|case| &case.lines[..]));
        let mut said = said(&bytes);
        for (number, case) in (1..).zip(&cases) {
            count += 1;
            let mut said = said.remove(&number).unwrap_or_default();
            said.sort();
            let mut expected = case.expected.clone();
            expected.sort();
            if said != expected {
                wrong.push(format!("{}\n  expected {expected:?}\n  said     {said:?}", case.id));
            }
            write(&case.id, interchange(&base, std::iter::once(&case.lines[..])));
        }
        assert!(said.is_empty(), "{}: of no case: {said:?}", base.name);
    }
    eprintln!("{count} mutations");
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// `scripts/compare-validators` counts by classes of mutations: each has one.
#[test]
fn every_mutation_has_a_class_where_validators_are_compared() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let classes = fs::read_to_string(root.join("scripts/compare/mutations.py")).unwrap();
    let expectations = fs::read_to_string(root.join("tests/mutations/expectations.csv")).unwrap();
    let mutations: BTreeSet<&str> =
        expectations.lines().skip(1).filter_map(|row| row.split(',').nth(3)).collect();
    assert!(mutations.len() > 30);
    for mutation in mutations {
        assert!(classes.contains(&format!("\"{mutation}\"")), "{mutation}");
    }
}
