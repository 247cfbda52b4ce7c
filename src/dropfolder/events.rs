//! Events of the operating system, which wake the service before it would look by itself. Nothing rests on them: network folders
//! give none, and some are lost.

use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::config::Config;

/// What tells of news in the inboxes.
#[derive(Debug)]
pub(super) struct Events {
    news: Receiver<()>,
    // events end with it
    _watcher: Option<RecommendedWatcher>,
}

/// Files often come together.
const TOGETHER: Duration = Duration::from_millis(50);

impl Events {
    /// Those of the inboxes; where there can be none, the service looks when it is time.
    pub(super) fn of(config: &Config) -> Events {
        let (tell, news) = sync_channel(1);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| is_of_a_whole_file(&event)) {
                // one that waits to be heard is enough
                let _ = tell.try_send(());
            }
        });
        let said = |error: &notify::Error, of: &str| {
            tracing::info!(inbox = of, "no events wake the service ({error}); it looks every poll_seconds");
        };
        let watcher = watcher.map(|mut watcher| {
            for inbox in &config.inboxes {
                // one that is not there now keeps no other from being watched
                if let Err(error) = watcher.watch(&inbox.path, RecursiveMode::NonRecursive) {
                    said(&error, inbox.name());
                }
            }
            watcher
        });
        Events { news, _watcher: watcher.inspect_err(|error| said(error, "all")).ok() }
    }

    /// Waits for so long at most; says whether there are news.
    pub(super) fn wait(&self, time: Duration) -> bool {
        match self.news.recv_timeout(time) {
            Ok(()) => {
                std::thread::sleep(TOGETHER);
                let _ = self.news.try_recv();
                true
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(time);
                false
            }
        }
    }
}

/// Whether somebody ended writing a file, or gave one its name: not where writing goes on.
fn is_of_a_whole_file(event: &Event) -> bool {
    let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
    event.kind == written || matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)))
}
