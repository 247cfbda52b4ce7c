//! `claimsieve ledger`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::json;

use super::args::Arguments;
use super::dropfolder_args::{self as args, Ledger, LedgerCommand, Place, Totals, Which};
use super::{FAILED, Failure};
use crate::dropfolder::{Clock, Config, Retried, again, overrule, prove, shown};
use crate::output::text::readable;
use crate::store::{Arrival, ArrivalCounts, Arrivals, Deed, Origin, Outcome, Purpose, Query, State};

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
            verify(&config, &arrivals, &found, arguments.quiet)
        }
        LedgerCommand::Release { arrival, place, deed } => {
            let (_, arrivals) = open(place)?;
            known(&arrivals, *arrival)?;
            if !arrivals.release(*arrival, &on_record("release", deed))? {
                return Err(not_stopped(*arrival));
            }
            writeln!(io::stdout(), "arrival {arrival} is judged again when its watcher looks next")?;
            Ok(0)
        }
        LedgerCommand::Withdraw { arrival, place, deed } => {
            let (_, arrivals) = open(place)?;
            if let Some(origin) = known(&arrivals, *arrival)?.origin {
                let of = origin.arrival;
                return Err(Failure::Say(
                    FAILED,
                    format!(
                        "arrival {arrival} judges claims of arrival {of} again, which stay held without it; release it"
                    ),
                ));
            }
            if !arrivals.withdraw(*arrival, &on_record("withdraw", deed))? {
                return Err(not_stopped(*arrival));
            }
            writeln!(io::stdout(), "arrival {arrival} goes to quarantine when its watcher looks next")?;
            Ok(0)
        }
        LedgerCommand::Retry { place, which, phi } => {
            let (config, arrivals) = open(place)?;
            let found = arrivals.list(&query(which))?;
            retry(&config, &arrivals, &found, *phi)
        }
        LedgerCommand::Override { claim, arrival, now, place, deed } => {
            let (config, arrivals) = open(place)?;
            let deed = on_record("override", deed);
            let clock = now.map_or(Clock::Machine, Clock::Fixed);
            let entered = overrule(&config, &arrivals, claim, *arrival, clock, &deed);
            let id = entered.map_err(|error| Failure::Say(FAILED, error.to_string()))?;
            writeln!(
                io::stdout(),
                "arrival {id} accepts the claim when the watcher looks next, unless another one of its id stands by then; its outputs are delivered at once"
            )?;
            Ok(0)
        }
        LedgerCommand::Purge { place, before, deed } => {
            let (_, arrivals) = open(place)?;
            let query = Query { before: Some(*before), state: Some(State::Archived), ..Query::default() };
            purge(&arrivals, &arrivals.list(&query)?, &on_record("purge", deed))
        }
    }
}

fn not_stopped(arrival: i64) -> Failure {
    let why = format!(
        "arrival {arrival} is not stopped; `claimsieve ledger list --state stopped` lists those that are"
    );
    Failure::Say(FAILED, why)
}

fn open(place: &Place) -> Result<(Config, Arrivals), Failure> {
    let config = Config::load(&place.config).map_err(Failure::usage)?;
    if !Arrivals::is_begun(&config.store)? {
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
            "{:>8} {:<25} {:<12} {:<13} {:>8} {:>8} {:>8} {:>8} {:>8}  file",
            "arrival", "received", "partner", "fate", "read", "accepted", "rejected", "refused", "held"
        )?;
    }
    for arrival in found {
        let Arrival { id, partner, received, .. } = arrival;
        let [read, accepted, rejected, refused, held] = arrival.counts.records;
        let name = shown(&arrival.name);
        if json {
            let charges = arrival.counts.charges.map(dollars);
            let origin = arrival
                .origin
                .map(|origin| json!({"arrival": origin.arrival, "purpose": origin.purpose.word()}));
            let [sets, answered] = arrival.counts.known_sets();
            let line = json!({
                "arrival": id, "partner": partner, "received": received, "file": name, "bytes": arrival.bytes,
                "state": arrival.state.word(), "outcome": arrival.outcome.word(), "why": arrival.why,
                "test": arrival.test, "sha256": arrival.sha256,
                "records": {
                    "read": read, "accepted": accepted, "rejected": rejected, "refused": refused, "held": held
                },
                "charges": {
                    "read": charges[0], "accepted": charges[1], "rejected": charges[2], "refused": charges[3],
                    "held": charges[4]
                },
                "sets": {"received": sets, "acknowledged": answered},
                "place": arrival.place.to_string_lossy(), "origin": origin,
            });
            writeln!(out, "{line}")?;
            continue;
        }
        let test = if arrival.test { " (test)" } else { "" };
        writeln!(
            out,
            "{id:>8} {received:<25} {partner:<12} {:<13} {read:>8} {accepted:>8} {rejected:>8} {refused:>8} {held:>8}  {name}{test}",
            fate(arrival)
        )?;
    }
    Ok(())
}

/// Counts and charges for each partner or day. Tests are left out, and what was judged again counts with the file that it came with.
fn write_totals(found: &[Arrival], by: Totals) -> io::Result<()> {
    let mut totals: BTreeMap<&str, (u64, ArrivalCounts)> = BTreeMap::new();
    for arrival in found.iter().filter(|arrival| !arrival.test && arrival.origin.is_none()) {
        let key = match by {
            Totals::Partner => arrival.partner.as_str(),
            Totals::Day => arrival.received.get(..10).unwrap_or_default(),
        };
        let (files, counts) = totals.entry(key).or_default();
        *files += 1;
        counts.add(&arrival.counts);
        if arrival.outcome == Outcome::Open {
            // all of it waits: it is stopped, or was until now
            counts.records[4] += arrival.counts.records[0];
            counts.charges[4] += arrival.counts.charges[0];
        }
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<12} {:>8} {:<8} {:>15} {:>15} {:>15} {:>15} {:>15}  balance",
        "", "files", "", "read", "accepted", "rejected", "refused", "held"
    )?;
    for (key, (files, counts)) in totals {
        let [sets, answered] = counts.sets;
        for (sums, what) in [(counts.records, "records"), (counts.charges, "charges")] {
            let [read, accepted, rejected, refused, held] = sums;
            let text = |sum: i64| if what == "charges" { dollars(sum) } else { sum.to_string() };
            let balance = if read == accepted + rejected + refused + held { "yes" } else { "NO" };
            let [read, accepted, rejected, refused, held] =
                [read, accepted, rejected, refused, held].map(text);
            writeln!(
                out,
                "{key:<12} {files:>8} {what:<8} {read:>15} {accepted:>15} {rejected:>15} {refused:>15} {held:>15}  {balance}"
            )?;
        }
        let balance = if sets == answered { "yes" } else { "NO" };
        let said = format!("{answered} acknowledged");
        writeln!(out, "{key:<12} {files:>8} {:<8} {sets:>15} {said:<63}  {balance}", "sets")?;
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
    if let Some(Origin { arrival, purpose }) = arrival.origin {
        let of = match purpose {
            Purpose::Release => "judges claims again that were held",
            Purpose::Override => "accepts a claim that was rejected",
        };
        writeln!(out, "  {of} in arrival {arrival}")?;
    }
    for again in arrivals.descendants(id)? {
        let [read, accepted, rejected, ..] = again.counts.records;
        let purpose = again.origin.map_or("", |origin| origin.purpose.word());
        let (id, fate) = (again.id, fate(&again));
        writeln!(
            out,
            "  {purpose} by arrival {id}, {fate}: {read} records, {accepted} accepted, {rejected} rejected"
        )?;
    }
    let words = ["read", "accepted", "rejected", "refused", "held"];
    for ((word, records), charges) in words.iter().zip(arrival.counts.records).zip(arrival.counts.charges) {
        writeln!(out, "  {word:<9} {records:>9} records {:>15}", dollars(charges))?;
    }
    if let [Some(sets), Some(answered)] = arrival.counts.known_sets() {
        writeln!(out, "  sets {sets}, acknowledged {answered}")?;
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
            writeln!(out, "arrival {arrival}: claim {id}, {charge}, member {member}: {}", fate.word())?;
        } else {
            writeln!(out, "arrival {arrival}: a claim was {}", fate.word())?;
        }
    }
    Ok(u8::from(found.is_empty()))
}

fn verify(config: &Config, arrivals: &Arrivals, found: &[Arrival], quiet: bool) -> Result<u8, Failure> {
    let proof = prove(config, arrivals, found).map_err(|error| Failure::Say(FAILED, error.to_string()))?;
    let mut out = io::stdout().lock();
    for (arrival, what) in &proof.wrong {
        writeln!(out, "arrival {arrival}: {what}")?;
    }
    if !quiet {
        let open = found.iter().filter(|arrival| arrival.state != State::Archived).count();
        writeln!(
            out,
            "{} arrivals: {} proven by their files, {} purged, {} gone before they were taken, {open} under way or stopped; {} violations",
            found.len(),
            proof.proven,
            proof.purged,
            proof.gone,
            proof.wrong.len()
        )?;
    }
    Ok(u8::from(!proof.wrong.is_empty()))
}

fn retry(config: &Config, arrivals: &Arrivals, found: &[Arrival], phi: bool) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    let (mut rejected, mut passing) = (0, 0);
    // nobody waits for what tests would come to now
    for arrival in found.iter().filter(|arrival| arrival.state == State::Archived && !arrival.test) {
        let judged = again(config, arrivals, arrival);
        let Some(again) = judged.map_err(|error| Failure::Say(FAILED, error.to_string()))? else { continue };
        let passes = again.iter().filter(|record| record.passes()).count();
        rejected += again.len();
        passing += passes;
        let (id, partner, name) = (arrival.id, &arrival.partner, shown(&arrival.name));
        writeln!(
            out,
            "arrival {id}: {passes} of {} rejected records would pass now ({partner} {name})",
            again.len()
        )?;
        for one in &again {
            let Retried { record, id, charge, before, now, elsewhere } = one;
            let listed = |rules: &BTreeSet<String>| rules.iter().cloned().collect::<Vec<_>>().join(", ");
            let id = if phi { format!(" {}", readable(id.as_bytes())) } else { String::new() };
            let fate = if one.passes() {
                format!("would pass now, was rejected by {}", listed(before))
            } else {
                format!("still rejected, by {}", listed(now))
            };
            let other = elsewhere.map_or_else(String::new, |arrival| {
                format!("; a claim of that id stands in arrival {arrival} as well")
            });
            writeln!(out, "  record {record}{id}, charge {charge}: {fate}{other}")?;
        }
    }
    writeln!(out, "{passing} of {rejected} rejected records would pass now; nothing was delivered")?;
    Ok(0)
}

fn purge(arrivals: &Arrivals, found: &[Arrival], deed: &Deed) -> Result<u8, Failure> {
    let mut purged = 0;
    for arrival in found.iter().filter(|arrival| !arrival.place.as_os_str().is_empty()) {
        if arrivals.is_open(arrival.id)? {
            writeln!(io::stdout(), "arrival {} is kept: claims of it are held", arrival.id)?;
            continue;
        }
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
    if purged > 0 && !arrivals.forget_log()? {
        writeln!(
            io::stdout(),
            "the store is being looked in: what was purged may stand in its log for a while; purge again later"
        )?;
    }
    Ok(0)
}
