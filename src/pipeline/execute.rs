//! The stages at work: one thread, or many with one in charge.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex};

use crate::source::{PublishError, ReadAt, SourceError};
use crate::verdict::Tally;
use crate::x12::{Stitcher, StructuralIndex};

use super::hold::Holds;
use super::judge::Judge;
use super::ledger::Ledgers;
use super::read::Reader;
use super::render::Renderer;
use super::sequence::Sequencer;
use super::work::{Judged, Located, Rendered, Sequenced, Sums, Task, Work};
use super::write::{Sink, write};
use crate::record::SHAPES;

/// About how many bytes a unit has: large enough that the work around it does not show, small enough for a core's cache.
pub const UNIT_BYTES: usize = 256 << 10;

/// Why a pass did not come to its end.
#[derive(Debug)]
pub(super) enum Stop {
    Source(SourceError),
    Publish(PublishError),
    /// A defect of the program.
    Defect(String),
}

impl From<SourceError> for Stop {
    fn from(error: SourceError) -> Stop {
        Stop::Source(error)
    }
}

impl From<PublishError> for Stop {
    fn from(error: PublishError) -> Stop {
        Stop::Publish(error)
    }
}

/// The stages of one pass over one input.
#[allow(missing_debug_implementations)]
pub(super) struct Pass<'r, 'p> {
    pub(super) judge: Judge<'r>,
    pub(super) renderer: Renderer<'r>,
    pub(super) unit_bytes: usize,
    /// Which claims wait for authorizations that are still to be decided, and which waited in vain.
    pub(super) holds: Holds<'p>,
    pub(super) pool: Option<&'p rayon::ThreadPool>,
    /// Told how many records were judged.
    pub(super) progress: &'p (dyn Fn(u64) + Sync),
}

/// What a pass came to.
#[derive(Debug)]
pub(super) struct Passed {
    pub(super) sums: Sums,
    pub(super) tally: Tally,
}

impl<'r> Pass<'r, '_> {
    /// Carries out the pass.
    pub(super) fn run<'g: 'r, I: ReadAt>(
        &self,
        reader: Reader<'r, I>,
        ledgers: Option<&mut Ledgers<'g>>,
        sink: &mut (dyn Sink<'r> + Send),
    ) -> Result<Passed, Stop> {
        match self.pool {
            Some(pool) if pool.current_num_threads() > 1 => self.run_in(pool, reader, ledgers, sink),
            _ => self.run_here(reader, ledgers, sink),
        }
    }

    /// One piece after the other, in this thread.
    fn run_here<'g: 'r, I: ReadAt>(
        &self,
        mut reader: Reader<'r, I>,
        ledgers: Option<&mut Ledgers<'g>>,
        sink: &mut dyn Sink<'r>,
    ) -> Result<Passed, Stop> {
        let mut serial = Serial::new(self, ledgers);
        let mut work: Box<Work<'r>> = Box::default();
        loop {
            work.recycle(self.unit_bytes);
            if !reader.next(&mut work)? {
                return Ok(serial.passed());
            }
            work = index(work);
            let located = serial.stitch(work);
            let judged = guarded(|| self.judge(located))?;
            let sequenced = serial.sequence(judged);
            let rendered = guarded(|| self.renderer.render(sequenced))?;
            serial.count(&rendered);
            work = write(rendered, sink)?;
        }
    }

    fn judge(&self, located: Located<'r>) -> Judged<'r> {
        match located.0.task {
            Task::Judge => self.judge.judge(located),
            _ => Judged(located.0),
        }
    }

    /// Reading and writing in threads of their own, the stages between them on the pool, and this thread in charge of the order.
    fn run_in<'g: 'r, I: ReadAt>(
        &self,
        pool: &rayon::ThreadPool,
        reader: Reader<'r, I>,
        ledgers: Option<&mut Ledgers<'g>>,
        sink: &mut (dyn Sink<'r> + Send),
    ) -> Result<Passed, Stop> {
        let pieces = pool.current_num_threads() * 2 + 2;
        let credits = Credits::new((pieces * self.unit_bytes * 2) as u64);
        let (events, inbox) = channel::<Event<'r>>();
        let (free, idle) = channel::<Box<Work<'r>>>();
        for _ in 0..pieces {
            let _ = free.send(Box::default());
        }
        let (outbox, to_write) = channel::<Rendered<'r>>();
        std::thread::scope(|threads| {
            let reader_events = events.clone();
            let unit_bytes = self.unit_bytes;
            let credits = &credits;
            let reading = move || read_all(reader, &idle, &reader_events, credits, unit_bytes);
            thread("reader").spawn_scoped(threads, reading).map_err(no_thread)?;
            let writer_events = events.clone();
            let writing = move || write_all(&to_write, sink, &free, &writer_events, credits);
            if let Err(error) = thread("writer").spawn_scoped(threads, writing) {
                credits.close();
                return Err(no_thread(error));
            }
            let passed = pool.in_place_scope(|scope| self.direct(scope, ledgers, &events, &inbox, &outbox));
            // without an outbox the writer ends; without credits to wait for, so does the reader
            drop(outbox);
            credits.close();
            drop(inbox);
            passed
        })
    }

    /// Takes events as they come and keeps the serial stages in order.
    fn direct<'s, 'g: 'r>(
        &'s self,
        scope: &rayon::Scope<'s>,
        ledgers: Option<&mut Ledgers<'g>>,
        events: &Sender<Event<'r>>,
        inbox: &Receiver<Event<'r>>,
        outbox: &Sender<Rendered<'r>>,
    ) -> Result<Passed, Stop>
    where
        'r: 's,
    {
        let mut serial = Serial::new(self, ledgers);
        let (mut indexed, mut judged, mut rendered) =
            (InOrder::default(), InOrder::default(), InOrder::default());
        let mut all = None;
        let mut written = 0;
        loop {
            if all == Some(written) {
                return Ok(serial.passed());
            }
            let Ok(event) = inbox.recv() else {
                return Err(Stop::Defect("the stages ended early".to_owned()));
            };
            match event {
                Event::Read(work) => {
                    let events = events.clone();
                    scope.spawn(move |_| {
                        let number = work.number;
                        send(&events, guarded(|| index(work)).map(|work| Event::Indexed(number, work)));
                    });
                }
                Event::Indexed(number, work) => {
                    indexed.put(number, work);
                    while let Some(work) = indexed.next() {
                        let located = serial.stitch(work);
                        let events = events.clone();
                        scope.spawn(move |_| {
                            let number = located.0.number;
                            send(
                                &events,
                                guarded(|| self.judge(located)).map(|work| Event::Judged(number, work)),
                            );
                        });
                    }
                }
                Event::Judged(number, work) => {
                    judged.put(number, work);
                    while let Some(work) = judged.next() {
                        let sequenced: Sequenced<'r> = serial.sequence(work);
                        let events = events.clone();
                        scope.spawn(move |_| {
                            let number = sequenced.0.number;
                            let rendered = guarded(|| self.renderer.render(sequenced));
                            send(&events, rendered.map(|work| Event::Rendered(number, work)));
                        });
                    }
                }
                Event::Rendered(number, work) => {
                    rendered.put(number, work);
                    while let Some(work) = rendered.next() {
                        serial.count(&work);
                        if outbox.send(work).is_err() {
                            return Err(why_the_writer_ended(inbox));
                        }
                    }
                }
                Event::Written => written += 1,
                Event::AllRead(pieces) => all = Some(pieces),
                Event::Failed(stop) => return Err(stop),
            }
        }
    }
}

/// A thread in the making, with a name that a system's tools show.
fn thread(name: &str) -> std::thread::Builder {
    std::thread::Builder::new().name(name.to_owned())
}

#[allow(clippy::needless_pass_by_value)]
fn no_thread(error: std::io::Error) -> Stop {
    Stop::Defect(format!("no thread could be had: {error}"))
}

/// What the writer said before it ended: its word may still stand behind others'.
fn why_the_writer_ended(inbox: &Receiver<Event<'_>>) -> Stop {
    let why = inbox.try_iter().find_map(|event| match event {
        Event::Failed(stop) => Some(stop),
        _ => None,
    });
    why.unwrap_or_else(|| Stop::Defect("the writer ended early".to_owned()))
}

/// Sends what a task came to; whoever listened may be gone after a failure.
fn send<'r>(events: &Sender<Event<'r>>, event: Result<Event<'r>, Stop>) {
    let _ = events.send(event.unwrap_or_else(Event::Failed));
}

/// The stages that run in order.
struct Serial<'p, 'l, 'g> {
    stitcher: Stitcher<StructuralIndex>,
    sequencer: Sequencer<'p, 'l, 'g>,
    tally: Tally,
    progress: &'p (dyn Fn(u64) + Sync),
}

impl<'p, 'l, 'g> Serial<'p, 'l, 'g> {
    fn new(pass: &Pass<'_, 'p>, ledgers: Option<&'l mut Ledgers<'g>>) -> Serial<'p, 'l, 'g> {
        Serial {
            stitcher: Stitcher::new(SHAPES, pass.judge.set_aside(), StructuralIndex),
            sequencer: Sequencer::new(ledgers, pass.holds),
            tally: Tally::default(),
            progress: pass.progress,
        }
    }

    fn stitch<'r>(&mut self, mut work: Box<Work<'r>>) -> Located<'r> {
        match work.task {
            Task::Judge => self.stitcher.stitch(&mut work.unit),
            Task::Refused { note: Some(note) } => self.stitcher.skip_to(note.counted),
            Task::Refused { note: None } | Task::Junk(_) => {}
        }
        Located(work)
    }

    fn sequence<'r>(&mut self, judged: Judged<'r>) -> Sequenced<'r>
    where
        'g: 'r,
    {
        self.sequencer.sequence(judged)
    }

    fn count(&mut self, rendered: &Rendered<'_>) {
        self.tally.merge(&rendered.0.tally);
        (self.progress)(self.sequencer.sums.records.read);
    }

    fn passed(self) -> Passed {
        Passed { sums: self.sequencer.sums, tally: self.tally }
    }
}

/// What happened, told to the thread in charge.
enum Event<'r> {
    Read(Box<Work<'r>>),
    Indexed(u64, Box<Work<'r>>),
    Judged(u64, Judged<'r>),
    Rendered(u64, Rendered<'r>),
    Written,
    /// The input is read; so many pieces there are.
    AllRead(u64),
    Failed(Stop),
}

/// Gives pieces out in the order of their numbers.
struct InOrder<T> {
    next: u64,
    waiting: BTreeMap<u64, T>,
}

impl<T> Default for InOrder<T> {
    fn default() -> InOrder<T> {
        InOrder { next: 0, waiting: BTreeMap::new() }
    }
}

impl<T> InOrder<T> {
    fn put(&mut self, number: u64, piece: T) {
        self.waiting.insert(number, piece);
    }

    fn next(&mut self) -> Option<T> {
        let piece = self.waiting.remove(&self.next)?;
        self.next += 1;
        Some(piece)
    }
}

/// Finds the segments of a unit.
pub(super) fn index(mut work: Box<Work<'_>>) -> Box<Work<'_>> {
    if matches!(work.task, Task::Judge) {
        work.unit.index(&StructuralIndex);
    }
    work
}

/// Runs a stage; a panic in it becomes an error of this input.
fn guarded<T>(stage: impl FnOnce() -> T) -> Result<T, Stop> {
    catch_unwind(AssertUnwindSafe(stage)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        Stop::Defect(text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default())
    })
}

fn read_all<'r, I: ReadAt>(
    mut reader: Reader<'r, I>,
    idle: &Receiver<Box<Work<'r>>>,
    events: &Sender<Event<'r>>,
    credits: &Credits,
    unit_bytes: usize,
) {
    let mut pieces = 0;
    while let Ok(mut work) = idle.recv() {
        work.recycle(unit_bytes);
        if !credits.take(unit_bytes as u64) {
            return;
        }
        match reader.next(&mut work) {
            Ok(true) => {
                pieces += 1;
                let more = (work.unit.capacity() as u64).saturating_sub(unit_bytes as u64);
                credits.add_debt(more);
                work.credit = unit_bytes as u64 + more;
                if events.send(Event::Read(work)).is_err() {
                    return;
                }
            }
            Ok(false) => {
                let _ = events.send(Event::AllRead(pieces));
                return;
            }
            Err(error) => {
                let _ = events.send(Event::Failed(Stop::Source(error)));
                return;
            }
        }
    }
}

fn write_all<'r>(
    to_write: &Receiver<Rendered<'r>>,
    sink: &mut (dyn Sink<'r> + Send),
    free: &Sender<Box<Work<'r>>>,
    events: &Sender<Event<'r>>,
    credits: &Credits,
) {
    while let Ok(rendered) = to_write.recv() {
        match write(rendered, sink) {
            Ok(work) => {
                credits.give(work.credit);
                let _ = free.send(work);
                if events.send(Event::Written).is_err() {
                    return;
                }
            }
            Err(error) => {
                let _ = events.send(Event::Failed(Stop::Publish(error)));
                return;
            }
        }
    }
}

/// Bytes that may be in flight. Only the reader waits for them.
#[derive(Debug)]
struct Credits {
    state: Mutex<(i64, bool)>,
    changed: Condvar,
}

impl Credits {
    fn new(bytes: u64) -> Credits {
        Credits { state: Mutex::new((bytes as i64, true)), changed: Condvar::new() }
    }

    /// Waits until something is left, then takes; false when nobody will give any more.
    fn take(&self, bytes: u64) -> bool {
        let Ok(mut state) = self.state.lock() else { return false };
        while state.0 <= 0 && state.1 {
            match self.changed.wait(state) {
                Ok(changed) => state = changed,
                Err(_) => return false,
            }
        }
        state.0 -= bytes as i64;
        state.1
    }

    /// Takes more without waiting: a record turned out larger than a unit.
    fn add_debt(&self, bytes: u64) {
        if let Ok(mut state) = self.state.lock() {
            state.0 -= bytes as i64;
        }
    }

    fn give(&self, bytes: u64) {
        if let Ok(mut state) = self.state.lock() {
            state.0 += bytes as i64;
        }
        self.changed.notify_all();
    }

    fn close(&self) {
        if let Ok(mut state) = self.state.lock() {
            state.1 = false;
        }
        self.changed.notify_all();
    }
}
