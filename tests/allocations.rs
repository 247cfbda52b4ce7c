//! How many allocations a claim costs once everything is warm: counted over a whole run, not sampled.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::cast_precision_loss)]

use std::alloc::System;
use std::path::Path;

use claimsieve::finding::Date;
use claimsieve::generate::{Batch, Kind};
use claimsieve::pipeline::{Options, Silent, process};
use claimsieve::reference::Reference;
use claimsieve::source::{RealDisk, discover};
use claimsieve::verdict::Profile;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn received() -> Date {
    Date::new(2026, 7, 2).unwrap()
}

/// Allocations and bytes of processing a batch of so many claims, on one thread of judging.
fn of_a_run(folder: &Path, claims: u64, reject_rate: f64) -> (usize, usize) {
    let input = folder.join("batch.837");
    let mut batch = Batch::new(Kind::Professional, claims, 1);
    batch.reject_rate = reject_rate;
    batch.write_to(&mut std::io::BufWriter::new(std::fs::File::create(&input).unwrap())).unwrap();
    let profile = Profile::built_in("alliance-ccs").unwrap();
    let out = folder.join("out");
    let mut options = Options::new(&profile, &out, received());
    options.force = true;
    options.jobs = 1;
    let sources = discover([&input]);
    let reference = Reference::builtin();
    let region = Region::new(ALLOCATOR);
    let report = process(&sources, reference, &options, &RealDisk, &Silent);
    let stats = region.change();
    assert_eq!(report.summary.records.read, claims);
    (stats.allocations + stats.reallocations, stats.bytes_allocated)
}

/// What a claim more costs: two runs that differ in the number of claims only, long past the first units.
fn for_each_claim(reject_rate: f64) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    // the first run in a process fills what is made once
    of_a_run(folder.path(), 100, reject_rate);
    let (few, many) = (12_000, 24_000);
    let before = of_a_run(folder.path(), few, reject_rate);
    let after = of_a_run(folder.path(), many, reject_rate);
    let claims = (many - few) as f64;
    ((after.0 as f64 - before.0 as f64) / claims, (after.1 as f64 - before.1 as f64) / claims)
}

/// One test, since the counter is the process's.
#[test]
fn judging_a_claim_allocates_nothing_and_a_rejected_one_its_rows() {
    let (allocations, bytes) = for_each_claim(0.0);
    println!("clean: {allocations:.3} allocations and {bytes:.1} bytes a claim");
    // units allocate, claims do not: a unit holds hundreds of claims; what the ledger counts is kept by member
    assert!(allocations < 0.2, "{allocations:.3} allocations a clean claim");
    assert!(bytes < 300.0, "{bytes:.1} bytes a clean claim");
    let (allocations, bytes) = for_each_claim(1.0);
    println!("rejected: {allocations:.3} allocations and {bytes:.1} bytes a claim");
    assert!(allocations < 25.0, "{allocations:.3} allocations a rejected claim");
}
