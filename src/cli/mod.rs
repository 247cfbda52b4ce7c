//! The command line: arguments, progress, exit codes. No logic.

mod args;
#[cfg(feature = "store")]
mod auth;
mod check;
mod color;
mod compare;
#[cfg(feature = "store")]
mod dropfolder_args;
mod explain;
mod generate;
mod inspect;
#[cfg(feature = "store")]
mod ledger;
mod process;
mod profile;
mod progress;
mod reference;
mod rosters;
mod verify;
#[cfg(feature = "store")]
mod watch;
mod whole_file;
mod why;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{CommandFactory, FromArgMatches};

pub use args::Arguments;
use args::{Command, Level};
pub use reference::command_line_reference;

/// Wrong usage, profile or tables: nothing was read.
const USAGE: u8 = 2;

/// An input could not be read, or an output not written.
const FAILED: u8 = 3;

/// Runs the program; answers its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match parse(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { USAGE } else { 0 };
        }
    };
    start_log(&arguments);
    let result = match &arguments.command {
        Command::Process(process) => process::run(process, &arguments),
        Command::Check(check) => check::run(check, &arguments),
        Command::Inspect(inspect) => inspect::run(inspect, &arguments),
        Command::Rules(rules) => explain::list(rules),
        Command::Explain(explain) => explain::explain(explain),
        Command::Why(why) => why::run(why, &arguments),
        Command::Compare(compare) => compare::run(compare, &arguments),
        Command::Generate(generate) => generate::run(generate, &arguments),
        Command::Profile(profile) => profile::run(profile),
        Command::Rosters(rosters) => rosters::run(rosters),
        #[cfg(feature = "store")]
        Command::Auth(auth) => auth::run(auth),
        #[cfg(feature = "store")]
        Command::Watch(watch) => watch::run(watch),
        #[cfg(feature = "store")]
        Command::Ledger(ledger) => ledger::run(ledger, &arguments),
        Command::VerifyRun(verify) => verify::run(verify, &arguments),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(*shell, &mut command, "claimsieve", &mut io::stdout());
            Ok(0)
        }
    };
    match result {
        Ok(status) => status,
        Err(Failure::BrokenPipe) => 0,
        Err(Failure::Say(status, message)) => {
            let _ = writeln!(io::stderr(), "claimsieve: {message}");
            status
        }
    }
}

/// Parses the command line. The tables, whose editions the version names, are loaded only where it is asked for.
fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut command = Arguments::command();
    if arguments.iter().any(|argument| argument == "--version") {
        command = command.long_version(args::long_version());
    }
    let matches = command.try_get_matches_from(arguments)?;
    Arguments::from_arg_matches(&matches)
}

/// Why a command did not come to its end.
#[derive(Debug)]
enum Failure {
    /// Whoever read our output went away: no error.
    BrokenPipe,
    /// To be said, with the exit code.
    Say(u8, String),
}

impl Failure {
    fn usage(message: impl std::fmt::Display) -> Failure {
        Failure::Say(USAGE, format!("{message}"))
    }
}

/// The status of a run that came to its end; whoever reads what it says of itself may go away before.
fn ended(status: u8, said: io::Result<()>) -> Result<u8, Failure> {
    match said {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(status),
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::BrokenPipe;
        }
        Failure::Say(FAILED, format!("the output could not be written: {error}"))
    }
}

/// Sends logs to standard error, if they are asked for; a service logs in JSON what it does, or if quiet what goes wrong.
fn start_log(arguments: &Arguments) {
    let of_service = if arguments.quiet { Level::Warn } else { Level::Info };
    let level = arguments.log.or(is_service(&arguments.command).then_some(of_service));
    let Some(level) = level else { return };
    let level = match level {
        Level::Error => tracing::Level::ERROR,
        Level::Warn => tracing::Level::WARN,
        Level::Info => tracing::Level::INFO,
        Level::Debug => tracing::Level::DEBUG,
        Level::Trace => tracing::Level::TRACE,
    };
    let color = color::paint(arguments.color, &io::stderr()).on();
    let builder = tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).with_ansi(color);
    let _ = if is_service(&arguments.command) {
        builder.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
    } else {
        builder.try_init()
    };
}

/// Whether nobody sits before it.
fn is_service(command: &Command) -> bool {
    #[cfg(feature = "store")]
    return matches!(command, Command::Watch(_));
    #[cfg(not(feature = "store"))]
    {
        let _ = command;
        false
    }
}
