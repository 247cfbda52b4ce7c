//! Some of the records of a file, in the interchanges, groups, sets and levels that they stand in.

use std::collections::BTreeSet;
use std::path::Path;

use crate::record::SHAPES;
use crate::source::{Disk, OutputSet, Source, Suffix};
use crate::verdict::{Disposition, Fates, Profile};
use crate::x12::survey::Senders;
use crate::x12::{ItemKind, Stitcher, StructuralIndex};

use super::execute::{UNIT_BYTES, index};
use super::hold::Holds;
use super::intake::survey_one;
use super::read::Reader;
use super::run::{RunError, Silent};
use super::sequence::Sequencer;
use super::work::{Judged, Task, Verdict, Work};
use super::write::RecordFile;

/// Writes the records with these ordinals, from 0, to `NAME.accept.x12` in a folder, as accepted records are written; answers how
/// many were found, and how many records there are. Nothing is judged.
pub fn pick(
    source: &Source,
    records: &BTreeSet<u64>,
    profile: &Profile,
    dir: &Path,
    name: &str,
    disk: &'static dyn Disk,
) -> Result<(u64, u64), RunError> {
    let input = source.open_within(dir, profile.spool_bytes)?;
    let survey = survey_one(&input, source.file(), profile, &mut Senders::default(), &mut |_| (), &Silent, 1)?;
    let fates = Fates::new(&survey, profile);
    let mut reader = Reader::new(&input, source.file(), &fates, UNIT_BYTES);
    let set_aside = survey.set_aside.iter().map(|group| group.group).collect();
    let mut stitcher = Stitcher::new(SHAPES, set_aside, StructuralIndex);
    let mut sequencer = Sequencer::new(None, Holds::default());
    let set = OutputSet::begin(dir, name, disk, true)?;
    let mut file = RecordFile::new(set.create(Suffix::Accept)?);
    let mut work: Box<Work<'_>> = Box::default();
    loop {
        work.recycle(UNIT_BYTES);
        if !reader.next(&mut work)? {
            break;
        }
        if !matches!(work.task, Task::Judge) {
            continue;
        }
        work = index(work);
        stitcher.stitch(&mut work.unit);
        let Work { unit, verdicts, .. } = &mut *work;
        verdicts.extend(unit.items.iter().map(|item| {
            let is_wanted = item.kind == ItemKind::Record && records.contains(&item.number.wrapping_sub(1));
            let disposition = if is_wanted { Disposition::Accept } else { Disposition::Reject };
            Verdict { disposition, ..Verdict::default() }
        }));
        work = sequencer.sequence(Judged(work)).0;
        let Work { unit, ops, parts, .. } = &mut *work;
        let ([ops, ..], [part, ..]) = (ops, parts);
        part.write(unit, ops);
        file.take(part)?;
    }
    // whoever takes them needs no counts, but every set of outputs ends with its mark
    let mark = set.create(Suffix::Summary)?;
    set.publish(vec![file.finish(), mark])?;
    Ok((sequencer.sums.records.accepted, survey.records))
}
