//! Progress bars, on a terminal's standard error only.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use super::args::Arguments;
use crate::pipeline::Progress;

/// A bar for the input at hand.
#[derive(Debug)]
pub(super) struct Bars {
    bar: Mutex<ProgressBar>,
}

impl Bars {
    /// Bars, if somebody would see them.
    pub(super) fn new(arguments: &Arguments) -> Option<Bars> {
        let wanted = !arguments.quiet && std::io::stderr().is_terminal();
        wanted.then(|| Bars { bar: Mutex::new(ProgressBar::hidden()) })
    }

    fn with(&self, act: impl FnOnce(&mut ProgressBar)) {
        if let Ok(mut bar) = self.bar.lock() {
            act(&mut bar);
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for Bars {
    fn surveyed(&self, file: &str, bytes: u64, of: u64) {
        self.with(|bar| {
            if bar.is_hidden() || bar.is_finished() {
                *bar = ProgressBar::new(of);
                bar.set_style(style("{msg} surveying {bar:30} {bytes}/{total_bytes}"));
                bar.set_message(file.to_owned());
            }
            bar.set_position(bytes);
            if bytes >= of {
                bar.finish_and_clear();
            }
        });
    }

    fn begin(&self, file: &str, records: u64) {
        self.with(|bar| {
            bar.finish_and_clear();
            *bar = ProgressBar::new(records);
            bar.set_style(style("{msg} {bar:30} {human_pos}/{human_len} records {per_sec} {eta}"));
            bar.set_message(file.to_owned());
        });
    }

    fn judged(&self, records: u64) {
        self.with(|bar| bar.set_position(records));
    }

    fn end(&self) {
        self.with(|bar| bar.finish_and_clear());
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.end();
    }
}
