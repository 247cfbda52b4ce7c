//! `claimsieve auth`.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::args::{Auth, AuthCommand};
use super::{Failure, USAGE};
use crate::finding::{Date, Period};
use crate::output::authorization::{codes, dates, described, units};
use crate::pipeline::{self, ImportError};
use crate::reference::{Authorization, MemberKey, member_key, outcome_of};
use crate::rules::ledger::Balance;
use crate::source::discover;
use crate::store::{Filed, Store, StoreError, Writer};
use crate::verdict::Profile;

pub(super) fn run(command: &Auth) -> Result<u8, Failure> {
    match &command.command {
        AuthCommand::Import { inputs, store, profile } => {
            let profile = Profile::load(profile).map_err(Failure::usage)?;
            let is_new = !store.exists();
            let writer = Writer::open(store).map_err(unusable)?;
            let imported = pipeline::import(&discover(inputs), &profile, writer);
            let imported = imported.map_err(|error| {
                if is_new {
                    // it holds nothing, and would be taken for a store of somebody who has no authorizations
                    remove(store);
                }
                match error {
                    ImportError::Rosters(_) => Failure::Say(USAGE, error.to_string()),
                    error => Failure::Say(3, error.to_string()),
                }
            })?;
            let mut out = io::stdout().lock();
            for (file, counts) in &imported {
                writeln!(out, "{file}: {counts}")?;
            }
            Ok(u8::from(!imported.iter().all(|(_, counts)| counts.is_whole())))
        }
        AuthCommand::List { store, member, phi } => {
            let store = Store::open(store).map_err(unusable)?;
            let member = member.as_deref().map(|id| member_key(id.as_bytes()));
            list(&store, member, *phi)
        }
        AuthCommand::Show { number, store, phi } => {
            let store = Store::open(store).map_err(unusable)?;
            let number = number.trim().to_ascii_uppercase();
            let found = store.authorization(&number).map_err(unusable)?;
            let Some(found) = found else {
                return Err(Failure::Say(
                    3,
                    format!(
                        "{}: there is no authorization of this number in it; `claimsieve auth list` shows those that are known",
                        store.path().display()
                    ),
                ));
            };
            let mut out = io::stdout().lock();
            write!(out, "{}", shown(&number, &found, *phi))?;
            Ok(0)
        }
    }
}

/// Removes a store with what SQLite keeps beside it.
fn remove(store: &Path) {
    for beside in ["", "-wal", "-shm"] {
        let mut path = store.as_os_str().to_owned();
        path.push(beside);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(file = %Path::new(&path).display(), "cannot remove: {error}");
        }
    }
}

/// A store that cannot be used is wrong usage: nothing was read.
#[allow(clippy::needless_pass_by_value)]
pub(super) fn unusable(error: StoreError) -> Failure {
    Failure::Say(USAGE, error.to_string())
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        unusable(error)
    }
}

/// A table of all authorizations, or of one member's.
fn list(store: &Store, member: Option<MemberKey>, phi: bool) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    let more = if phi { "  member" } else { "" };
    writeln!(
        out,
        "{:<20} {:<8} {:<6} {:<20} {:<21} {:>12} {:>9} {:>9}{more}",
        "number", "kind", "issuer", "status", "dates of service", "authorized", "used", "left"
    )?;
    store.each_authorization(|filed| -> Result<(), Failure> {
        let Some(known) = outcome_of(&filed.decisions) else { return Ok(()) };
        if member.is_some_and(|member| member != known.member) {
            return Ok(());
        }
        let balance = balance(&known, &filed);
        let (authorized, used, left) = balance.map_or_else(Default::default, |balance| {
            (units(balance.authorized), balance.used.to_string(), balance.left().to_string())
        });
        let more = if phi { format!("  {}", member_word(known.member)) } else { String::new() };
        writeln!(
            out,
            "{:<20} {:<8} {:<6} {:<2} {:<17} {:<21} {authorized:>12} {used:>9} {left:>9}{more}",
            known.number,
            known.kind.word(),
            known.issuer.word(),
            known.status.code(),
            known.status.word(),
            dates(known.window),
        )?;
        Ok(())
    })?;
    Ok(0)
}

/// What is left of the whole; none where it does not say how much.
fn balance(known: &Authorization, filed: &Filed) -> Option<Balance> {
    Balance::of_whole(known, &active(filed))
}

/// A member id, as far as it is kept: of one too long for a word only its fingerprint is.
fn member_word(member: MemberKey) -> String {
    let bytes = member.word().to_be_bytes();
    if bytes[0] >= 0x80 {
        return "(a long id)".to_owned();
    }
    String::from_utf8_lossy(&bytes).trim_end_matches('\0').to_owned()
}

/// Everything that is known of one number.
fn shown(number: &str, filed: &Filed, phi: bool) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{number}");
    if let Some(known) = outcome_of(&filed.decisions) {
        let _ = write!(text, "{}", described(&known, "  "));
        if phi {
            let _ = writeln!(text, "  member {}", member_word(known.member));
        }
        for (service, balance) in Balance::all(&known, &active(filed)) {
            let of = service.and_then(|at| known.services.get(at)).map_or_else(|| "in all".to_owned(), codes);
            let _ = writeln!(
                text,
                "  {of}: {} authorized, {} used, {} left",
                units(balance.authorized),
                balance.used,
                balance.left()
            );
        }
    }
    let _ = writeln!(text, "\ndecisions, the latest last:");
    for decided in &filed.decisions {
        let (day, time, _) = decided.order.parts();
        let when = match (day, time) {
            (Date::MIN, _) => "undated".to_owned(),
            (day, 0) => day.to_string(),
            (day, time) => format!("{day} {:02}:{:02}", (time - 1) / 1_000_000, (time - 1) / 10_000 % 100),
        };
        let _ = write!(text, "  {when}: {}", decided.effect.word());
        if let Some(previous) = &decided.previous {
            let _ = write!(text, " of {previous}");
        }
        let _ = writeln!(text, ", {}", described(&decided.authorization, "    ").trim_start());
    }
    let _ = writeln!(text, "used by:");
    if filed.uses.is_empty() {
        let _ = writeln!(text, "  nothing yet");
    }
    for one in &filed.uses {
        let used = &one.used;
        let _ = write!(
            text,
            "  {} record {} line {}: {} on {}, {} units",
            one.file,
            used.claim.record,
            used.line,
            used.code,
            Period { from: used.from, to: used.to },
            crate::reference::Quantity::from_units(used.quantity),
        );
        if phi {
            let _ = write!(text, ", claim {}", crate::output::text::readable(&one.id));
        }
        text.push_str(if one.given_back { ", given back\n" } else { "\n" });
    }
    text
}

fn active(filed: &Filed) -> Vec<crate::rules::ledger::Use> {
    filed.uses.iter().filter(|one| !one.given_back).map(|one| one.used).collect()
}
