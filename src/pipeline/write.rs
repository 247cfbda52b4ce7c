//! Stage 7: bytes to files, in order.

use std::collections::VecDeque;

use crate::output::ack::{Assembler, Kind};
use crate::output::reasons;
use crate::output::x12::Part;
use crate::rules::ledger::{KeepError, Kept, KeptClaim};
use crate::source::{Disk, OutputFile, OutputSet, PublishError, Suffix};

use super::memory::Memory;
use super::work::{Rendered, Task, Work, X12_FILES};

/// Takes what was rendered, in the order of the input.
pub(super) trait Sink<'r> {
    /// Takes one piece.
    fn take(&mut self, work: &Work<'r>) -> Result<(), PublishError>;
}

/// Takes nothing: for passes that only look.
#[derive(Debug, Default)]
pub(super) struct Nowhere;

impl<'r> Sink<'r> for Nowhere {
    fn take(&mut self, _: &Work<'r>) -> Result<(), PublishError> {
        Ok(())
    }
}

/// A file of records. The HL04 of a level that was written may change until the level is closed.
#[derive(Debug)]
pub(super) struct RecordFile<'d> {
    file: OutputFile<'d>,
    /// Where the HL04 of the levels written last stands.
    children: VecDeque<(u64, u64)>,
}

impl<'d> RecordFile<'d> {
    pub(super) fn new(file: OutputFile<'d>) -> RecordFile<'d> {
        RecordFile { file, children: VecDeque::new() }
    }

    /// Takes the next part.
    pub(super) fn take(&mut self, part: &Part) -> Result<(), PublishError> {
        let RecordFile { file, children } = self;
        let base = file.position();
        file.append(&part.bytes)?;
        children.extend(part.children.iter().map(|(serial, place)| (*serial, base + u64::from(*place))));
        for serial in &part.set_children {
            if let Some((_, place)) = children.iter().rev().find(|(known, _)| known == serial) {
                file.patch(*place, b"1")?;
            }
        }
        while children.len() > REMEMBERED {
            children.pop_front();
        }
        Ok(())
    }

    /// The file, whole.
    pub(super) fn finish(self) -> OutputFile<'d> {
        self.file
    }
}

/// The output files of one input. Accept, reject and refused exist once there is something in them.
#[derive(Debug)]
pub(super) struct Files<'d> {
    set: OutputSet<'d>,
    x12: [Option<RecordFile<'d>>; X12_FILES],
    refused: Option<OutputFile<'d>>,
    csv: OutputFile<'d>,
    jsonl: OutputFile<'d>,
    assembler: Assembler,
    acks: [Option<OutputFile<'d>>; 4],
    /// Whether only claims are acknowledged: their sets were before.
    only_claims: bool,
    /// The store that takes what is accepted.
    memory: Option<Memory>,
    /// Why it did not.
    trouble: Option<KeepError>,
    /// Whether it took anything.
    has_kept: bool,
}

/// How many levels are remembered: those of one path are open at once, and units hold their own.
const REMEMBERED: usize = 64;

impl<'d> Files<'d> {
    pub(super) fn begin(
        dir: &std::path::Path,
        name: &str,
        disk: &'d dyn Disk,
        force: bool,
        assembler: Assembler,
        only_claims: bool,
        memory: Option<Memory>,
    ) -> Result<Files<'d>, PublishError> {
        let set = OutputSet::begin(dir, name, disk, force)?;
        let mut csv = set.create(Suffix::ReasonsCsv)?;
        let jsonl = set.create(Suffix::ReasonsJsonl)?;
        csv.append(&reasons::header())?;
        Ok(Files {
            set,
            x12: Default::default(),
            refused: None,
            csv,
            jsonl,
            assembler,
            acks: Default::default(),
            only_claims,
            memory,
            trouble: None,
            has_kept: false,
        })
    }

    /// Why the store did not take what was accepted, if it did not.
    pub(super) fn trouble(&mut self) -> Option<KeepError> {
        self.trouble.take()
    }

    /// Whether the store took anything.
    pub(super) fn has_kept(&self) -> bool {
        self.has_kept
    }

    /// Hands what was accepted to the store.
    fn keep(&mut self, work: &Work<'_>) {
        let Some(memory) = self.memory.as_ref().filter(|_| !work.kept.is_empty() && self.trouble.is_none())
        else {
            return;
        };
        self.has_kept = true;
        let mut keeper = memory.keeper();
        let text = |id| work.unit.text(id).trim_ascii();
        let kept = work.kept.iter().try_for_each(|kept| match kept {
            Kept::Claim { claim, party, print, id } => {
                keeper.claim(&KeptClaim { claim: *claim, party: *party, print: *print, id: text(*id) })
            }
            Kept::Use { account, used, id } => keeper.uses(account, used, text(*id)),
            Kept::GivenBack { claim, by } => keeper.give_back(*claim, *by),
            Kept::TakesBack { by, party, name } => keeper.take_back(*party, *name, *by),
            Kept::Held { record, party, name } => keeper.hold(*record, *party, *name),
        });
        self.trouble = kept.err();
    }

    /// Publishes everything under its final name, with the summary as the last.
    pub(super) fn publish(self, summary: &[u8]) -> Result<(), PublishError> {
        let Files { set, x12, refused, csv, jsonl, acks, .. } = self;
        let mut last = set.create(Suffix::Summary)?;
        last.append(summary)?;
        let x12 = x12
            .into_iter()
            .flatten()
            .map(RecordFile::finish)
            .chain(refused)
            .chain(acks.into_iter().flatten());
        let files = x12.chain([csv, jsonl, last]).collect();
        set.publish(files)?;
        Ok(())
    }

    fn part(&mut self, at: usize, work: &Work<'_>) -> Result<(), PublishError> {
        let part = &work.parts[at];
        if part.bytes.is_empty() {
            return Ok(());
        }
        if self.x12[at].is_none() {
            let suffix = [Suffix::Accept, Suffix::Reject, Suffix::Held][at];
            self.x12[at] = Some(RecordFile::new(self.set.create(suffix)?));
        }
        self.x12[at].as_mut().map_or(Ok(()), |file| file.take(part))
    }
}

impl Files<'_> {
    fn acknowledge(&mut self, work: &Work<'_>) -> Result<(), PublishError> {
        let Files { set, assembler, acks, only_claims, .. } = self;
        let mut out = |kind: Kind, bytes: &[u8]| -> std::io::Result<()> {
            if *only_claims && kind != Kind::Claims {
                return Ok(());
            }
            let Some(slot) = acks.get_mut(kind as usize).filter(|_| !bytes.is_empty()) else { return Ok(()) };
            if slot.is_none() {
                *slot = Some(set.create(match kind {
                    Kind::Interchange => Suffix::Ta1,
                    Kind::Implementation => Suffix::X999,
                    Kind::Claims => Suffix::X277ca,
                    Kind::Review => Suffix::X278,
                })?);
            }
            slot.as_mut().map_or(Ok(()), |file| Ok(file.append(bytes)?))
        };
        let target = set.path(Suffix::X277ca);
        let taken = assembler.take(&work.sheet, &mut out);
        taken.map_err(|error| PublishError::from_write(error, &target))
    }
}

impl<'r> Sink<'r> for Files<'_> {
    fn take(&mut self, work: &Work<'r>) -> Result<(), PublishError> {
        if let Task::Refused { .. } = work.task {
            if self.refused.is_none() {
                self.refused = Some(self.set.create(Suffix::Refused)?);
            }
            if let Some(file) = &mut self.refused {
                file.append(work.unit.bytes())?;
            }
        }
        (0..X12_FILES).try_for_each(|at| self.part(at, work))?;
        if !work.pages.csv.is_empty() {
            self.csv.append(&work.pages.csv)?;
            self.jsonl.append(&work.pages.jsonl)?;
        }
        self.acknowledge(work)?;
        self.keep(work);
        Ok(())
    }
}

/// Hands a rendered piece to a sink.
pub(super) fn write<'r>(
    rendered: Rendered<'r>,
    sink: &mut dyn Sink<'r>,
) -> Result<Box<Work<'r>>, PublishError> {
    let work = rendered.0;
    sink.take(&work)?;
    Ok(work)
}
