//! `claimsieve watch`.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::dropfolder_args::Watch;
use super::{FAILED, Failure, USAGE};
use crate::dropfolder::{Clock, Config, Service, StartError};

pub(super) fn run(command: &Watch) -> Result<u8, Failure> {
    let config = Config::load(&command.config).map_err(Failure::usage)?;
    let stop = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|error| Failure::Say(FAILED, format!("signals cannot be heard: {error}")))?;
    }
    let clock = command.now.map_or(Clock::Machine, Clock::Fixed);
    let mut service = Service::start(config, clock, stop).map_err(unusable)?;
    if !command.once {
        service.run();
        return Ok(0);
    }
    let done = service.once();
    Ok(if done.trouble { FAILED } else { u8::from(done.rejected) })
}

/// A disk that fails is no wrong usage; the rest is.
#[allow(clippy::needless_pass_by_value)]
fn unusable(error: StartError) -> Failure {
    let status = if matches!(error, StartError::Disk(_)) { FAILED } else { USAGE };
    Failure::Say(status, error.to_string())
}
