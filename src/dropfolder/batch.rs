//! Files that go a step together: a disk syncs many of them in hardly more time than one.

use std::panic::resume_unwind;
use std::thread::{Builder, scope};

use super::config::Config;
use super::deliver::PutAway;
use super::files::Trouble;
use super::judge::Later;
use super::{crash, deliver};
use crate::store::{Arrival, Arrivals, State, StoreError};

/// How many files go together at most.
pub(super) const MOST: usize = 32;

/// Larger files are not waited for by those of other partners.
pub(super) const LARGE: i64 = 1 << 20;

/// What is said of a file that its sender went on writing to.
pub(super) const CHANGED: &str = "it was written to after it was judged, and what came then was not judged: see that it is in its inbox for longer before it is taken, and ask its sender for what is missing";

/// What happens to an arrival on its way.
pub(super) enum Event {
    /// Its step failed.
    Trouble(Trouble),
    /// It is put away, and is not what was judged.
    Changed,
}

/// Does something for each of a few, at the same time.
pub(super) fn together<T: Sync, R: Send>(all: &[T], act: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let act = &act;
    if let [one] = all {
        return vec![act(one)];
    }
    scope(|threads| {
        let begun = all.iter().map(|one| Builder::new().spawn_scoped(threads, move || act(one)));
        // where no thread can be had, it is done here
        let begun: Vec<_> = begun.zip(all).map(|(thread, one)| thread.map_err(|_| act(one))).collect();
        let done = |thread| match thread {
            Ok(thread) => {
                std::thread::ScopedJoinHandle::join(thread).unwrap_or_else(|panic| resume_unwind(panic))
            }
            Err(done) => done,
        };
        begun.into_iter().map(done).collect()
    })
}

/// Brings arrivals that were judged to their end, step by step. Those whose step fails stay where they are; that is told to `event`.
/// Answers whether others may go on.
pub(super) fn deliver(
    config: &Config,
    ledger: &Arrivals,
    batch: &mut Vec<Arrival>,
    event: &mut dyn FnMut(&Arrival, Event),
) -> Result<bool, Later> {
    let mut way = Way { batch, event, is_clear: true };
    way.step(
        [State::Processed, State::Prepared],
        |arrival| deliver::prepare(config, arrival),
        |arrival, folders| arrival.prepared_in.clone_from(folders),
        |done| ledger.prepared(done),
    )?;
    way.step(
        [State::Prepared, State::Published],
        |arrival| deliver::publish(config, arrival),
        |_, ()| {},
        |done| ledger.advance(done.iter().map(|(id, ())| *id), State::Published),
    )?;
    way.step(
        [State::Published, State::Archived],
        |arrival| deliver::archive(config, arrival),
        |arrival, put| {
            if put.changed {
                CHANGED.clone_into(&mut arrival.why);
            }
        },
        |done| {
            let why = |put: &PutAway| put.changed.then_some(CHANGED);
            let done: Vec<_> = done.iter().map(|(id, put)| (*id, put.place.as_path(), why(put))).collect();
            ledger.archived(&done)
        },
    )?;
    for arrival in way.batch.iter().filter(|arrival| arrival.why == CHANGED) {
        (way.event)(arrival, Event::Changed);
    }
    let is_clear = way.is_clear;
    batch.clear();
    Ok(is_clear)
}

struct Way<'a> {
    batch: &'a mut Vec<Arrival>,
    event: &'a mut dyn FnMut(&Arrival, Event),
    is_clear: bool,
}

impl Way<'_> {
    /// Takes those that are in one state to the next; the ledger knows of all of them at once.
    fn step<T: Send>(
        &mut self,
        [from, to]: [State; 2],
        act: impl Fn(&Arrival) -> Result<T, Trouble> + Sync,
        keep: impl Fn(&mut Arrival, &T),
        note: impl Fn(&[(i64, T)]) -> Result<(), StoreError>,
    ) -> Result<(), Later> {
        let (mut at_hand, others): (Vec<Arrival>, Vec<Arrival>) =
            std::mem::take(self.batch).into_iter().partition(|arrival| arrival.state == from);
        *self.batch = others;
        if at_hand.is_empty() {
            return Ok(());
        }
        let mut done = Vec::with_capacity(at_hand.len());
        for (result, arrival) in together(&at_hand, act).into_iter().zip(&mut at_hand) {
            match result {
                Ok(what) => {
                    keep(arrival, &what);
                    done.push((arrival.id, what));
                    arrival.state = to;
                }
                Err(error) => {
                    self.is_clear &= error.is_of_one_file();
                    (self.event)(arrival, Event::Trouble(error));
                }
            }
        }
        note(&done)?;
        crash::point(to.word());
        self.batch.extend(at_hand.into_iter().filter(|arrival| arrival.state == to));
        Ok(())
    }
}
