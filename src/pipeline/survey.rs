//! Stage 1: the survey of an input.

use std::sync::mpsc::channel;
use std::thread::Builder;

use crate::finding::Print;
use crate::record::SHAPES;
use crate::rules::ledger::Content;
use crate::source::{Input, ReadAt, SourceError};
use crate::x12::survey::{Boundaries, Limits, Senders, Survey, Surveyor};

/// Which of the files of an input's length are of the same bytes.
pub(super) fn same_bytes(
    input: &impl ReadAt,
    file: &str,
    as_long: &[(i64, Content)],
) -> Result<Vec<i64>, SourceError> {
    if as_long.is_empty() {
        return Ok(Vec::new());
    }
    let mut hash = blake3::Hasher::new();
    let mut prints = [Print::new(1), Print::new(2)];
    let has_prints = as_long.iter().any(|(_, content)| matches!(content, Content::Print(_)));
    let mut buffer = vec![0; BLOCK];
    let mut offset = 0;
    loop {
        let got = input.read_at(offset, &mut buffer).map_err(|error| SourceError::reading(file, error))?;
        if got == 0 {
            break;
        }
        let bytes = buffer.get(..got).unwrap_or(&[]);
        hash.update(bytes);
        for print in prints.iter_mut().filter(|_| has_prints) {
            print.bytes(bytes);
        }
        offset += got as u64;
    }
    let own = [
        Content::Hash(*hash.finalize().as_bytes()),
        Content::Print(prints.iter().fold(0, |all, print| all << 64 | u128::from(print.finish()))),
    ];
    Ok(as_long.iter().filter(|(_, content)| own.contains(content)).map(|(file, _)| *file).collect())
}

/// Where the interchanges of an input stand, as judging it finds them.
pub fn interchanges(input: &Input) -> Result<Boundaries, SourceError> {
    outline(input, Surveyor::new(SHAPES, Limits::default())).map(|survey| survey.boundaries)
}

/// The same, and where each record begins, in the order of their numbers.
pub fn records(input: &Input) -> Result<(Boundaries, Vec<u64>), SourceError> {
    let survey = outline(input, Surveyor::new(SHAPES, Limits::default()).noting_records())?;
    Ok((survey.boundaries, survey.record_starts))
}

fn outline(input: &Input, mut surveyor: Surveyor) -> Result<Survey, SourceError> {
    let mut blocks = Blocks { input, file: input.name(), see: &mut |_| (), offset: 0 };
    take_in_turn(&mut blocks, &mut Taker { surveyor: &mut surveyor, kept: Vec::new(), progress: &|_| () })?;
    Ok(surveyor.finish())
}

/// How many new bytes are read at once: as many as stay in a processor's own memory until they were looked at.
const BLOCK: usize = 128 << 10;

/// Room in front of a block for what was left of the one before it: the beginning of a segment, nearly always.
const ROOM: usize = 4 << 10;

/// From this length on it pays to read in a thread of its own, where there may be one.
const READ_AHEAD_FROM: u64 = 4 << 20;

/// How many blocks are read ahead at most.
const BLOCKS_AHEAD: usize = 4;

/// Surveys an input after others, whose `senders` are known; `see` is shown all bytes, and `progress` told how many are done. With
/// more than one of `jobs` (0: as many as there are processors) it is read and shown in a thread of its own.
pub(super) fn survey(
    input: &impl ReadAt,
    file: &str,
    limits: Limits,
    senders: &mut Senders,
    see: &mut (dyn FnMut(&[u8]) + Send),
    progress: &dyn Fn(u64),
    jobs: usize,
) -> Result<Survey, SourceError> {
    let mut surveyor = Surveyor::new(SHAPES, limits).after(std::mem::take(senders));
    let mut blocks = Blocks { input, file, see, offset: 0 };
    let mut taker = Taker { surveyor: &mut surveyor, kept: Vec::new(), progress };
    let read = if jobs != 1 && input.len() >= READ_AHEAD_FROM {
        take_ahead(&mut blocks, &mut taker)
    } else {
        take_in_turn(&mut blocks, &mut taker)
    };
    let mut survey = surveyor.finish();
    *senders = std::mem::take(&mut survey.senders);
    if read.is_err() {
        senders.forget_last();
    }
    read.map(|()| survey)
}

/// Reads a block, has it surveyed, reads the next.
fn take_in_turn(blocks: &mut Blocks<'_, impl ReadAt>, taker: &mut Taker<'_>) -> Result<(), SourceError> {
    let mut block = Block::default();
    while !block.last {
        blocks.fill(&mut block)?;
        taker.take(&mut block);
    }
    Ok(())
}

/// Has blocks surveyed while the next ones are read; in turn, where a thread cannot be had.
fn take_ahead(blocks: &mut Blocks<'_, impl ReadAt>, taker: &mut Taker<'_>) -> Result<(), SourceError> {
    let (empty, to_fill) = channel::<Block>();
    let (full, to_take) = channel::<Result<Block, SourceError>>();
    for _ in 0..BLOCKS_AHEAD {
        let _ = empty.send(Block::default());
    }
    let (reads, takes) = (&mut *blocks, &mut *taker);
    let is_reading = std::thread::scope(move |threads| {
        let reading = move || {
            while let Ok(mut block) = to_fill.recv() {
                let read = reads.fill(&mut block);
                let is_over = read.is_err() || block.last;
                if full.send(read.map(|()| block)).is_err() || is_over {
                    break;
                }
            }
        };
        let reader = Builder::new().name("survey reader".to_owned()).spawn_scoped(threads, reading);
        if reader.is_err() {
            return Ok(false);
        }
        for block in to_take {
            let mut block = block?;
            takes.take(&mut block);
            // behind the last one nobody waits for more
            let _ = empty.send(block);
        }
        Ok(true)
    })?;
    if is_reading { Ok(()) } else { take_in_turn(blocks, taker) }
}

/// A piece of an input, with room in front.
struct Block {
    buffer: Vec<u8>,
    /// How many bytes were read, behind the room.
    length: usize,
    /// Whether nothing follows.
    last: bool,
    /// Offset in the input of what follows.
    end: u64,
}

impl Default for Block {
    fn default() -> Block {
        Block { buffer: vec![0; ROOM], length: 0, last: false, end: 0 }
    }
}

/// An input from its beginning on, block by block.
struct Blocks<'i, I> {
    input: &'i I,
    file: &'i str,
    see: &'i mut (dyn FnMut(&[u8]) + Send),
    offset: u64,
}

impl<I: ReadAt> Blocks<'_, I> {
    /// Reads the next block.
    fn fill(&mut self, block: &mut Block) -> Result<(), SourceError> {
        let length = self.input.len();
        let wanted = BLOCK.min((length - self.offset.min(length)).try_into().unwrap_or(BLOCK));
        if block.buffer.len() < ROOM + wanted {
            block.buffer.resize(ROOM + wanted, 0);
        }
        let space = block.buffer.get_mut(ROOM..ROOM + wanted).unwrap_or(&mut []);
        let got = if space.is_empty() {
            0
        } else {
            self.input.read_at(self.offset, space).map_err(|error| SourceError::reading(self.file, error))?
        };
        if got == 0 && self.offset < length {
            // shorter than it was: the comparison at the end says so too
            self.input.unchanged()?;
        }
        self.offset += got as u64;
        (block.length, block.end) = (got, self.offset);
        block.last = got == 0 || self.offset >= length;
        (self.see)(block.buffer.get(ROOM..ROOM + got).unwrap_or(&[]));
        Ok(())
    }
}

/// Gives blocks to the survey, each with what it left of the one before.
struct Taker<'s> {
    surveyor: &'s mut Surveyor,
    kept: Vec<u8>,
    progress: &'s dyn Fn(u64),
}

impl Taker<'_> {
    fn take(&mut self, block: &mut Block) {
        let Taker { surveyor, kept, progress } = self;
        let end = ROOM + block.length;
        if let Some(from) = ROOM.checked_sub(kept.len()) {
            block.buffer.get_mut(from..ROOM).unwrap_or(&mut []).copy_from_slice(kept);
            let bytes = block.buffer.get(from..end).unwrap_or(&[]);
            let done = surveyor.scan(bytes, block.last);
            kept.clear();
            kept.extend_from_slice(bytes.get(done..).unwrap_or(&[]));
        } else {
            kept.extend_from_slice(block.buffer.get(ROOM..end).unwrap_or(&[]));
            let done = surveyor.scan(kept, block.last);
            kept.drain(..done);
        }
        progress(block.end);
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use proptest::prelude::*;

    use super::{BLOCK, Blocks, ROOM, Taker, take_ahead, take_in_turn};
    use crate::record::SHAPES;
    use crate::source::{ReadAt, SourceError};
    use crate::x12::survey::{Limits, Surveyor};

    /// Bytes that come a few at a time, and none from a place on where reading fails.
    struct Slow {
        bytes: Vec<u8>,
        at_once: usize,
        fails_at: u64,
    }

    impl ReadAt for Slow {
        fn len(&self) -> u64 {
            self.bytes.len() as u64
        }

        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
            if offset >= self.fails_at {
                return Err(io::Error::other("cannot be read"));
            }
            let rest = self.bytes.get(offset as usize..).unwrap_or(&[]);
            let got = rest.len().min(buffer.len()).min(self.at_once);
            buffer[..got].copy_from_slice(&rest[..got]);
            Ok(got)
        }

        fn unchanged(&self) -> Result<(), SourceError> {
            Ok(())
        }
    }

    /// Interchanges with segments of all lengths, also longer than the room in front of a block, and one that is too long.
    fn text(lengths: &[usize]) -> Vec<u8> {
        let mut text = Vec::new();
        for (number, length) in lengths.iter().enumerate() {
            let isa = format!(
                "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260701*1200*^*00501*{number:09}*0*P*:~"
            );
            text.extend_from_slice(isa.as_bytes());
            text.extend_from_slice(
                b"GS*HC*A*B*20260701*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~HL*1**20*1~NTE*ADD*",
            );
            text.extend(std::iter::repeat_n(b'x', *length));
            text.extend_from_slice(b"~CLM*1*10***11:B:1~SE*5*0001~GE*1*1~");
            text.extend_from_slice(format!("IEA*1*{number:09}~\n").as_bytes());
        }
        text
    }

    /// What is learnt of an input, or why not; what was shown of it; and how far it was told to be.
    fn survey(input: &Slow, is_ahead: bool) -> (String, Vec<u8>, u64) {
        let limits = Limits { segment: 3 * BLOCK, ..Limits::default() };
        let mut surveyor = Surveyor::new(SHAPES, limits);
        let mut seen = Vec::new();
        let mut see = |bytes: &[u8]| seen.extend_from_slice(bytes);
        let mut blocks = Blocks { input, file: "a.837", see: &mut see, offset: 0 };
        let told = std::cell::Cell::new(0);
        let mut taker =
            Taker { surveyor: &mut surveyor, kept: Vec::new(), progress: &|bytes| told.set(bytes) };
        let take = if is_ahead { take_ahead } else { take_in_turn };
        let read = take(&mut blocks, &mut taker);
        let told = told.get();
        (format!("{:?} {:?}", read.map_err(|error| error.to_string()), surveyor.finish()), seen, told)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn reading_ahead_finds_the_same(
            lengths in proptest::collection::vec(
                prop_oneof![0..200usize, Just(ROOM - 24), Just(ROOM), ROOM..BLOCK, 2 * BLOCK..4 * BLOCK], 1..12),
            at_once in prop_oneof![Just(BLOCK), Just(BLOCK / 7), 900..5_000usize],
        ) {
            let bytes = text(&lengths);
            let mut whole = Surveyor::new(SHAPES, Limits { segment: 3 * BLOCK, ..Limits::default() });
            whole.scan(&bytes, true);
            let whole = format!("Ok(()) {:?}", whole.finish());
            let input = Slow { bytes, at_once, fails_at: u64::MAX };
            for is_ahead in [false, true] {
                let (learnt, seen, told) = survey(&input, is_ahead);
                prop_assert_eq!(&learnt, &whole);
                prop_assert!(seen == input.bytes);
                prop_assert_eq!(told, input.len());
            }
        }
    }

    #[test]
    fn what_cannot_be_read_ends_both() {
        let bytes = text(&[100, 2 * BLOCK, 3_000, 2 * BLOCK]);
        for fails_at in [0, BLOCK as u64, 3 * BLOCK as u64 + 5] {
            let input = Slow { bytes: bytes.clone(), at_once: BLOCK, fails_at };
            let (alone, ahead) = (survey(&input, false), survey(&input, true));
            assert!(ahead.0.starts_with("Err") && ahead.0.contains("a.837"), "{}", ahead.0);
            assert_eq!(ahead, alone);
        }
    }
}
