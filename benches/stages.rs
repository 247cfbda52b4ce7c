//! Criterion benches: the survey, the structural index, the matcher, judging, rendering and the whole, over a generated 837P.

#![allow(clippy::expect_used)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

use claimsieve::finding::Date;
use claimsieve::generate::{Batch, Kind};
use claimsieve::pipeline::{Options, Silent, bench::Stages, process};
use claimsieve::reference::Reference;
use claimsieve::source::{RealDisk, discover};
use claimsieve::verdict::Profile;
use claimsieve::x12::{SegmentTable, Segments, Separators, StructuralIndex, Tokeniser};

/// A batch with 5 % of its claims rejected.
fn batch(claims: u64) -> Vec<u8> {
    let mut batch = Batch::new(Kind::Professional, claims, 1);
    batch.reject_rate = 0.05;
    let mut text = Vec::new();
    batch.write_to(&mut text).expect("a Vec takes everything");
    text
}

fn received() -> Date {
    Date::new(2026, 7, 2).expect("a day")
}

fn index(criterion: &mut Criterion) {
    let text = batch(2_000);
    let mut group = criterion.benchmark_group("index");
    group.throughput(Throughput::Bytes(text.len() as u64));
    let mut table = SegmentTable::new();
    group.bench_function("structural", |bench| {
        bench.iter(|| StructuralIndex.read(black_box(&text), &Separators::USUAL, &mut table));
    });
    // what the machine gives a second thread at best: each has a text and a table of its own
    group.throughput(Throughput::Bytes(2 * text.len() as u64));
    group.bench_function("structural, two threads", |bench| {
        bench.iter_custom(|times| {
            let begun = Instant::now();
            std::thread::scope(|threads| {
                for text in [text.clone(), text.clone()] {
                    threads.spawn(move || {
                        let mut table = SegmentTable::new();
                        for _ in 0..times {
                            StructuralIndex.read(black_box(&text), &Separators::USUAL, &mut table);
                        }
                    });
                }
            });
            begun.elapsed()
        });
    });
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("nom", |bench| {
        bench.iter(|| Tokeniser.read(black_box(&text), &Separators::USUAL, &mut table));
    });
    group.finish();
}

fn stages(criterion: &mut Criterion) {
    let text = batch(500);
    let profile = Profile::built_in("alliance-ccs").expect("built in");
    let guides = Profile::built_in("snip").expect("built in");
    let reference = Reference::builtin();
    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Bytes(text.len() as u64));
    for (name, profile) in [("judge, guides only", &guides), ("judge", &profile)] {
        let stages = Stages::survey(&text, profile);
        let (fates, book) = (stages.fates(), stages.rulebook(&reference));
        let mut prepared = stages.prepare(&fates, &book, &reference, received());
        group.bench_function(name, |bench| bench.iter(|| black_box(prepared.judge())));
    }
    group.bench_function("survey", |bench| {
        bench.iter(|| Stages::survey(black_box(&text), &profile));
    });
    let stages = Stages::survey(&text, &profile);
    let (fates, book) = (stages.fates(), stages.rulebook(&reference));
    let mut prepared = stages.prepare(&fates, &book, &reference, received());
    group.bench_function("match", |bench| bench.iter(|| black_box(prepared.match_only())));
    group.bench_function("render", |bench| bench.iter(|| black_box(prepared.render())));
    group.finish();
}

fn whole(criterion: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a folder");
    let input = dir.path().join("batch.837");
    let text = batch(10_000);
    std::fs::write(&input, &text).expect("an input");
    let sources = discover([&input]);
    let profile = Profile::built_in("alliance-ccs").expect("built in");
    let out = dir.path().join("out");
    let mut group = criterion.benchmark_group("process");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.sample_size(10);
    for jobs in [1, 2] {
        group.bench_function(format!("{jobs} jobs"), |bench| {
            bench.iter(|| run(&sources, &profile, &out, jobs));
        });
    }
    group.finish();
}

fn run(sources: &[claimsieve::source::Source], profile: &Profile, out: &Path, jobs: usize) {
    let mut options = Options::new(profile, out, received());
    options.force = true;
    options.jobs = jobs;
    let report = process(sources, Reference::builtin(), &options, &RealDisk, &Silent);
    assert_eq!(report.status, 1, "some claims are rejected");
}

criterion_group!(benches, index, stages, whole);
criterion_main!(benches);
