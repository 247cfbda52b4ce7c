//! `claimsieve ledger`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use super::args::Arguments;
use super::dropfolder_args::{self as args, Ledger, LedgerCommand, Place, Totals, Which};
use super::{FAILED, Failure};
use crate::dropfolder::{Clock, Config, again, prove, shown};
use crate::output::text::readable;
use crate::store::{Arrival, ArrivalCounts, Arrivals, Deed, Query, State};

pub(super) fn run(command: &Ledger, arguments: &Arguments) -> Result<u8, Failure> {
    match &command.command {
        LedgerCommand::List { place, which, totals, json } => {
            let (_, arrivals) = open(place)?;
            let found = arrivals.list(&query(which))?;
            match totals {
                Some(by) => write_totals(&found, *by)?,
                None => list(&found, *json)?,
            }
            Ok(0)
        }
        LedgerCommand::Show { arrival, place } => {
            let (_, arrivals) = open(place)?;
            show(&arrivals, *arrival)
        }
        LedgerCommand::Find { place, which, control, name, claim, amount, member, phi } => {
            let (_, arrivals) = open(place)?;
            let [control, name, claim] = [control, name, claim].map(Clone::clone);
            let (charge, member) = (amount.clone(), member.clone());
            // as ISA13 is written
            let control = control.map(|text| format!("{text:0>9}"));
            let query = Query { control, name, claim, charge, member, ..query(which) };
            find(&arrivals, &query, *phi)
        }
        LedgerCommand::Verify { place, which } => {
            let (config, arrivals) = open(place)?;
            let found = arrivals.list(&query(which))?;
            verify(&config, &found, arguments.quiet)
        }
        LedgerCommand::Release { arrival, place, deed } => {
            let (_, arrivals) = open(place)?;
            known(&arrivals, *arrival)?;
            if !arrivals.release(*arrival, &on_record("release", deed))? {
                return Err(Failure::Say(
                    FAILED,
                    format!(
                        "arrival {arrival} is not stopped; `claimsieve ledger list --state stopped` lists those that are"
                    ),
                ));
            }
            writeln!(io::stdout(), "arrival {arrival} is judged again when its watcher looks next")?;
            Ok(0)
        }
        LedgerCommand::Retry { place, which } => {
            let (config, arrivals) = open(place)?;
            let found = arrivals.list(&query(which))?;
            retry(&config, &found)
        }
        LedgerCommand::Purge { place, before, deed } => {
            let (_, arrivals) = open(place)?;
            let query = Query { before: Some(*before), state: Some(State::Archived), ..Query::default() };
            purge(&arrivals, &arrivals.list(&query)?, &on_record("purge", deed))
        }
    }
}

fn open(place: &Place) -> Result<(Config, Arrivals), Failure> {
    let config = Config::load(&place.config).map_err(Failure::usage)?;
    if !config.store.exists() {
        let store = config.store.display();
        return Err(Failure::usage(format!(
            "{store}: there is no ledger yet; start `claimsieve watch` first"
        )));
    }
    let arrivals = Arrivals::open(&config.store)?;
    Ok((config, arrivals))
}

fn query(which: &Which) -> Query {
    let Which { partner, since, before, state } = which;
    Query { partner: partner.clone(), since: *since, before: *before, state: *state, ..Query::default() }
}

fn on_record(what: &str, deed: &args::Deed) -> Deed {
    Deed {
        at: Clock::Machine.now().to_rfc3339(),
        deed: what.to_owned(),
        initials: deed.by.clone(),
        reason: deed.reason.clone(),
    }
}

fn known(arrivals: &Arrivals, id: i64) -> Result<Arrival, Failure> {
    let found = arrivals.get(id)?;
    found.ok_or_else(|| {
        Failure::Say(FAILED, format!("there is no arrival {id}; `claimsieve ledger list` lists them"))
    })
}

fn dollars(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// What became of an arrival, in a word: for what is not there yet, how far it is.
fn fate(arrival: &Arrival) -> &'static str {
    match arrival.state {
        State::Archived => arrival.outcome.word(),
        state => state.word(),
    }
}

fn list(found: &[Arrival], json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if !json {
        writeln!(
            out,
            "{:>8} {:<25} {:<12} {:<13} {:>8} {:>8} {:>8} {:>8}  file",
            "arrival", "received", "partner", "fate", "read", "accepted", "rejected", "refused"
        )?;
    }
    for arrival in found {
        let Arrival { id, partner, received, .. } = arrival;
        let [read, accepted, rejected, refused] = arrival.counts.records;
        let name = shown(&arrival.name);
        if json {
            let charges = arrival.counts.charges.map(dollars);
            let line = json!({
                "arrival": id, "partner": partner, "received": received, "file": name, "bytes": arrival.bytes,
                "state": arrival.state.word(), "outcome": arrival.outcome.word(), "why": arrival.why,
                "test": arrival.test, "sha256": arrival.sha256,
                "records": {"read": read, "accepted": accepted, "rejected": rejected, "refused": refused},
                "charges": {"read": charges[0], "accepted": charges[1], "rejected": charges[2], "refused": charges[3]},
                "place": arrival.place.to_string_lossy(),
            });
            writeln!(out, "{line}")?;
            continue;
        }
        let test = if arrival.test { " (test)" } else { "" };
        writeln!(
            out,
            "{id:>8} {received:<25} {partner:<12} {:<13} {read:>8} {accepted:>8} {rejected:>8} {refused:>8}  {name}{test}",
            fate(arrival)
        )?;
    }
    Ok(())
}

/// Counts and charges for each partner or day; tests are left out.
fn write_totals(found: &[Arrival], by: Totals) -> io::Result<()> {
    let mut totals: BTreeMap<&str, (u64, ArrivalCounts, [i64; 2])> = BTreeMap::new();
    for arrival in found.iter().filter(|arrival| !arrival.test) {
        let key = match by {
            Totals::Partner => arrival.partner.as_str(),
            Totals::Day => arrival.received.get(..10).unwrap_or_default(),
        };
        let (files, counts, held) = totals.entry(key).or_default();
        *files += 1;
        counts.add(&arrival.counts);
        if arrival.state == State::Stopped {
            held[0] += arrival.counts.records[0];
            held[1] += arrival.counts.charges[0];
        }
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<12} {:>8} {:<8} {:>15} {:>15} {:>15} {:>15} {:>15}  balance",
        "", "files", "", "read", "accepted", "rejected", "refused", "held"
    )?;
    for (key, (files, counts, held)) in totals {
        let sums = [(counts.records, held[0], "records"), (counts.charges, held[1], "charges")];
        for ([read, accepted, rejected, refused], held, what) in sums {
            let text = |sum: i64| if what == "charges" { dollars(sum) } else { sum.to_string() };
            let balance = if read == accepted + rejected + refused + held { "yes" } else { "NO" };
            let [read, accepted, rejected, refused, held] =
                [read, accepted, rejected, refused, held].map(text);
            writeln!(
                out,
                "{key:<12} {files:>8} {what:<8} {read:>15} {accepted:>15} {rejected:>15} {refused:>15} {held:>15}  {balance}"
            )?;
        }
    }
    Ok(())
}

fn show(arrivals: &Arrivals, id: i64) -> Result<u8, Failure> {
    let arrival = known(arrivals, id)?;
    let (deeds, controls) = arrivals.story(id)?;
    let mut out = io::stdout().lock();
    let test = if arrival.test { ", a test" } else { "" };
    writeln!(out, "arrival {id}: {} of {}{test}", shown(&arrival.name), arrival.partner)?;
    writeln!(out, "  received {}, {} bytes, sha256 {}", arrival.received, arrival.bytes, arrival.sha256)?;
    writeln!(out, "  state {}", arrival.state.word())?;
    if !arrival.outcome.word().is_empty() {
        writeln!(out, "  outcome {}", arrival.outcome.word())?;
    }
    if !arrival.why.is_empty() {
        writeln!(out, "  {}", arrival.why)?;
    }
    if !controls.is_empty() {
        let more = controls.len().saturating_sub(20);
        let first: Vec<String> =
            controls.iter().take(20).map(|text| readable(text.as_bytes()).into_owned()).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(out, "  interchanges {}{more}", first.join(" "))?;
    }
    let words = ["read", "accepted", "rejected", "refused"];
    for ((word, records), charges) in words.iter().zip(arrival.counts.records).zip(arrival.counts.charges) {
        writeln!(out, "  {word:<9} {records:>9} records {:>15}", dollars(charges))?;
    }
    if !arrival.place.as_os_str().is_empty() {
        writeln!(out, "  kept in {}", arrival.place.display())?;
    }
    for Deed { at, deed, initials, reason } in &deeds {
        writeln!(out, "  {at} {deed} by {initials}: {reason}")?;
    }
    Ok(0)
}

fn find(arrivals: &Arrivals, query: &Query, phi: bool) -> Result<u8, Failure> {
    let found = arrivals.list(query)?;
    list(&found, false)?;
    let about_claims = query.claim.is_some() || query.charge.is_some() || query.member.is_some();
    if !about_claims {
        return Ok(u8::from(found.is_empty()));
    }
    let claims = arrivals.claims(query)?;
    let mut out = io::stdout().lock();
    writeln!(out)?;
    for claim in &claims {
        let (arrival, fate) = (claim.arrival, &claim.fate);
        if phi {
            let [id, charge, member] =
                [&claim.id, &claim.charge, &claim.member].map(|text| readable(text.as_bytes()));
            writeln!(out, "arrival {arrival}: claim {id}, {charge}, member {member}: {fate}")?;
        } else {
            writeln!(out, "arrival {arrival}: a claim was {fate}")?;
        }
    }
    Ok(u8::from(found.is_empty()))
}

fn verify(config: &Config, found: &[Arrival], quiet: bool) -> Result<u8, Failure> {
    let proof = prove(config, found).map_err(|error| Failure::Say(FAILED, error.to_string()))?;
    let mut out = io::stdout().lock();
    for (arrival, what) in &proof.wrong {
        writeln!(out, "arrival {arrival}: {what}")?;
    }
    if !quiet {
        let open = found.iter().filter(|arrival| arrival.state != State::Archived).count();
        writeln!(
            out,
            "{} arrivals: {} proven by their files, {} purged, {open} under way or stopped; {} violations",
            found.len(),
            proof.proven,
            proof.purged,
            proof.wrong.len()
        )?;
    }
    Ok(u8::from(!proof.wrong.is_empty()))
}

fn retry(config: &Config, found: &[Arrival]) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    let (mut rejected, mut passing) = (0, 0);
    for arrival in found.iter().filter(|arrival| arrival.state == State::Archived) {
        let judged = again(config, arrival, Clock::Machine.now());
        if let Some(again) = judged.map_err(|error| Failure::Say(FAILED, error.to_string()))? {
            rejected += again.rejected;
            passing += again.passing;
            let name = shown(&arrival.name);
            writeln!(
                out,
                "arrival {}: {} of {} rejected records would pass now ({} {name})",
                again.arrival, again.passing, again.rejected, arrival.partner
            )?;
        }
    }
    writeln!(out, "{passing} of {rejected} rejected records would pass now; nothing was delivered")?;
    Ok(0)
}

fn purge(arrivals: &Arrivals, found: &[Arrival], deed: &Deed) -> Result<u8, Failure> {
    let mut purged = 0;
    for arrival in found.iter().filter(|arrival| !arrival.place.as_os_str().is_empty()) {
        match std::fs::remove_dir_all(&arrival.place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let place = arrival.place.display();
                return Err(Failure::Say(FAILED, format!("{place} cannot be removed: {error}")));
            }
            _ => {}
        }
        arrivals.purge(arrival.id, deed)?;
        purged += 1;
    }
    writeln!(io::stdout(), "{purged} arrivals purged")?;
    Ok(0)
}
