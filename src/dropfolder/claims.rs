//! The claims in the outputs of a run.

use std::fs;
use std::path::{Path, PathBuf};

use super::files;
use super::judge::Later;
use super::scout::{self, Piece};
use crate::finding::{Money, Total};
use crate::pipeline::RunError;
use crate::source::{Input, Suffix, discover};
use crate::store::{ArrivalCounts, ClaimRow, Fate, StoreError};

/// The file of the records of a fate.
pub(super) const fn suffix_of(fate: Fate) -> Suffix {
    match fate {
        Fate::Accepted => Suffix::Accept,
        Fate::Rejected => Suffix::Reject,
        Fate::Refused => Suffix::Refused,
        Fate::Held => Suffix::Held,
    }
}

/// The outputs of a run with a suffix, by name: an archive has several.
pub(super) fn outputs(dir: &Path, suffix: Suffix) -> Result<Vec<PathBuf>, Later> {
    let entries = fs::read_dir(dir).and_then(|entries| {
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<PathBuf>>>()
    });
    let mut paths = entries.map_err(files::at("read", dir))?;
    paths.retain(|path| path.to_string_lossy().ends_with(suffix.text()));
    // by their names without the suffix, so that those of one run stand in the same order whatever it is
    paths.sort_by_key(|path| path.to_string_lossy().strip_suffix(suffix.text()).map(str::to_owned));
    Ok(paths)
}

/// Tells of every claim in the outputs of a run.
pub(super) fn each(
    stage: &Path,
    put: &mut dyn FnMut(&ClaimRow) -> Result<(), StoreError>,
) -> Result<(), Later> {
    for fate in Fate::ALL {
        let mut records = 0;
        for path in outputs(stage, suffix_of(fate))? {
            of_file(&path, stage, fate, &mut records, put)?;
        }
    }
    Ok(())
}

/// Tells of every claim in the outputs of a run whose file is stopped: all of them wait.
pub(super) fn each_held(
    stage: &Path,
    put: &mut dyn FnMut(&ClaimRow) -> Result<(), StoreError>,
) -> Result<(), Later> {
    let mut record = 0;
    each(stage, &mut |claim| {
        let held = ClaimRow { fate: Fate::Held, record, ..claim.clone() };
        record += 1;
        put(&held)
    })
}

/// Tells of every claim of a file that is turned away: all of them are refused. Says how many records that are, with their charges.
pub(super) fn each_turned_away(
    file: &Path,
    spool_dir: &Path,
    put: &mut dyn FnMut(&ClaimRow) -> Result<(), StoreError>,
) -> Result<ArrivalCounts, Later> {
    let (mut records, mut charges) = (0, Total::default());
    let mut put = |claim: &ClaimRow| {
        charges.add(Money::parse(claim.charge.as_bytes()).unwrap_or(Money::ZERO));
        put(claim)
    };
    let mut sources = discover([file]);
    // as they are judged
    sources.sort_by(|a, b| a.name().cmp(b.name()));
    for source in sources {
        // what cannot be read, and what stands behind it, is not known: the file is turned away all the same
        let Ok(input) = source.open(spool_dir) else { continue };
        if let Err(Stopped::Store(error)) = of_input(&input, Fate::Refused, &mut records, &mut put) {
            return Err(error.into());
        }
    }
    let cents = i64::try_from(charges.cents()).unwrap_or(i64::MAX);
    let records = records as i64;
    Ok(ArrivalCounts { records: [records, 0, 0, records, 0], charges: [cents, 0, 0, cents, 0], sets: [0, 0] })
}

/// How many sets a run answers: by its 999s (AK903), or with their interchange, which it refused, by a TA1. Sets outside of groups
/// do not count: they are none.
pub(super) fn sets_answered(stage: &Path) -> Result<i64, Later> {
    let mut sets = 0;
    for suffix in [Suffix::X999, Suffix::Refused] {
        for path in outputs(stage, suffix)? {
            for source in discover([&path]) {
                let input = source.open(stage).map_err(RunError::from)?;
                let mut is_in_group = false;
                let read = scout::pieces(&input, &mut |_, piece| {
                    let Piece::Segment { isa, text } = piece else {
                        is_in_group = false;
                        return;
                    };
                    match text.split(|byte| *byte == isa.separators.element).next() {
                        Some(b"GS") => is_in_group = true,
                        Some(b"GE") => is_in_group = false,
                        _ => {}
                    }
                    if suffix == Suffix::X999 && text.starts_with(b"AK9") {
                        // written by us
                        let received = String::from_utf8_lossy(scout::element(isa, text, 3)).parse::<i64>();
                        sets += received.unwrap_or_default();
                    }
                    let is_set = text.starts_with(b"ST") && text.get(2) == Some(&isa.separators.element);
                    sets += i64::from(suffix == Suffix::Refused && is_in_group && is_set);
                });
                read.map_err(files::at("read", &path))?;
            }
        }
    }
    Ok(sets)
}

fn of_file(
    path: &Path,
    stage: &Path,
    fate: Fate,
    records: &mut u64,
    put: &mut dyn FnMut(&ClaimRow) -> Result<(), StoreError>,
) -> Result<(), Later> {
    for source in discover([path]) {
        let input = source.open(stage).map_err(RunError::from)?;
        of_input(&input, fate, records, put).map_err(|stopped| match stopped {
            Stopped::Input(error) => Later::from(files::at("read", path)(error)),
            Stopped::Store(error) => Later::from(error),
        })?;
    }
    Ok(())
}

/// The claims of a file of picked records, and how many records those are.
pub(super) fn picked(path: &Path, spool_dir: &Path) -> Result<(Vec<ClaimRow>, u64), Later> {
    let (mut claims, mut records) = (Vec::new(), 0);
    of_file(path, spool_dir, Fate::Rejected, &mut records, &mut |claim| {
        claims.push(claim.clone());
        Ok(())
    })?;
    Ok((claims, records))
}

/// Why not every claim of an input was told of.
enum Stopped {
    /// It cannot be read to its end.
    Input(std::io::Error),
    /// The store does not take it.
    Store(StoreError),
}

fn of_input(
    input: &Input,
    fate: Fate,
    records: &mut u64,
    put: &mut dyn FnMut(&ClaimRow) -> Result<(), StoreError>,
) -> Result<(), Stopped> {
    let (mut member, mut is_in_claim) = (String::new(), false);
    let (mut result, before) = (Ok(()), *records);
    let read = scout::records(input, &mut |piece, record| {
        let Piece::Segment { isa, text } = piece else { return };
        let words = |n| String::from_utf8_lossy(scout::element(isa, text, n)).into_owned();
        let id = text.split(|byte| *byte == isa.separators.element).next().unwrap_or_default();
        if id == b"ST" || id == b"HL" {
            is_in_claim = false;
            if id == b"ST" || scout::element(isa, text, 3) == b"22" {
                member.clear();
            }
        } else if id == b"NM1" && scout::element(isa, text, 1) == b"IL" && !is_in_claim {
            // within a claim it is another insurance's subscriber
            member = words(9);
        } else if let Some(record) = record.filter(|_| id == b"CLM" && result.is_ok()) {
            is_in_claim = true;
            let (id, charge, member) = (words(1), words(2), member.clone());
            result = put(&ClaimRow { id, charge, member, fate, record: before + record });
        }
    });
    *records += read.map_err(Stopped::Input)?;
    result.map_err(Stopped::Store)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::picked;
    use crate::pipeline;
    use crate::source::{Staging, discover};
    use crate::verdict::Profile;

    /// What may stand in a set; `#` is a number of its own for each place.
    const SEGMENTS: [&str; 16] = [
        "CLM*C#*5***11:B:1*Y*A*Y*Y",
        "CLM*C#*5***11:B:1*Y*A*Y*Y",
        "CLM",
        " \0CLM*C#*5",
        "\u{c}CLM*C#*5",
        "CLM *C#*5",
        "C\nLM*C#*5",
        "HL*1**20*1",
        "HL*2*1*22*0",
        "HL*3*2*EV*0",
        "HL*3*2*23*0",
        "HL*4*3*SS*0",
        "BHT*0007*11*1*20260701*1200",
        "SE*9*000#~ST*837*001#*005010X222A1",
        "SE*9*000#~ST*278*001#*005010X217",
        "SE*9*000#~GE*1*5~GS*XX*A*B*20260701*1200*6*X*005010X222A1~ST*837*001#*005010X222A1",
    ];

    fn file(nth: usize, sets: &[usize], kind: &str) -> String {
        let body: String = sets
            .iter()
            .zip(0..)
            .filter_map(|(segment, at)| {
                Some(SEGMENTS.get(*segment)?.replace('#', &format!("{nth}{at}")) + "~")
            })
            .collect();
        format!(
            "ISA*00*          *00*          *ZZ*BAY            *ZZ*PLAN           *260302*1200*^*00501*000000007*1*P*:~GS*{kind}*A*B*20260302*1200*5*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20260701*1200*CH~HL*1**20*1~HL*2*1*22*0~{body}SE*2*0001~GE*1*5~IEA*1*000000007~\n"
        )
    }

    proptest! {
        /// Whoever picks a claim by the number that the ledger has gets that claim.
        #[test]
        fn numbers_are_those_of_judging(
            sets in prop::collection::vec(prop::collection::vec(0..SEGMENTS.len(), 0..9), 1..4),
            kind in "H[CI]|XX",
        ) {
            let dir = TempDir::new().unwrap();
            let path = dir.path().join("a.x12");
            let text: String = sets.iter().enumerate().map(|(nth, set)| file(nth, set, &kind)).collect();
            std::fs::write(&path, text).unwrap();
            let (claims, records) = picked(&path, dir.path()).unwrap();
            let profile = Profile::load("snip").unwrap().judging_again();
            let out = dir.path().join("out");
            std::fs::create_dir(&out).unwrap();
            let pick = |record: u64, part: &str| -> (u64, u64, String) {
                let source = discover([&path]).pop().unwrap();
                let (found, of) = pipeline::pick(&source, &[record].into(), &profile, &out, part, &Staging).unwrap();
                let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
                (found, of, text(&out.join(format!("{part}.accept.x12"))))
            };
            prop_assert_eq!(pick(u64::MAX - 1, "none").1, records);
            for claim in &claims {
                let (found, _, text) = pick(claim.record, &format!("n{}", claim.record));
                // none, where its interchange is refused
                let is_it = text.contains(&format!("*{}*", claim.id)) || claim.id.is_empty();
                prop_assert!(found == 0 || is_it, "{:?}: {}", claim, text);
            }
            for other in (0..records).filter(|nth| claims.iter().all(|claim| claim.record != *nth)) {
                let (found, _, text) = pick(other, &format!("o{other}"));
                let is_claim = |segment: &str| segment.split('*').next() == Some("CLM");
                prop_assert!(found == 0 || !text.split('~').any(is_claim), "{other}: {text}");
            }
        }
    }
}
