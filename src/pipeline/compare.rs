//! Two ways of judging the same inputs, compared record by record. Both runs go on side by side, and what became of each record
//! is merged in the order of the input: memory holds the records in flight, and the list of those that changed.

use std::path::Path;
use std::sync::mpsc::sync_channel;

use crate::finding::{Period, Total};
use crate::output::comparison::{self, Change, Comparison, Listed, Records, Side};
use crate::output::summary::Summary;
use crate::reference::Reference;
use crate::rules::Severity;
use crate::source::{Input, ReadAt, Source};
use crate::verdict::{Disposition, Fates};
use crate::x12::survey::Survey;

use super::course::{Course, Mode, begin, past};
use super::execute::Passed;
use super::intake::{self, Surveyed, Surveyors, is_kept_open};
use super::ledger::Ledgers;
use super::run::{InputReport, Options, Outcome, RunError, Silent, pool};
use super::seen::{Event, Page, Seen, Stream, Teller, WAITING};
use super::totals::{describe, summary_of, summary_of_all};

/// One of two ways of judging.
#[derive(Debug)]
pub struct Way<'a> {
    /// What claims are compared with.
    pub reference: Reference,
    /// The profile, and what else judging depends on; nothing is written.
    pub options: Options<'a>,
}

/// Judges inputs in two ways and compares what becomes of each record. `list` gets a CSV row for each record that changes.
/// An input that cannot be judged in either way counts in neither; the summaries name it.
pub fn compare(
    sources: &[Source],
    mut sides: [Way<'_>; 2],
    spool_dir: &Path,
    list: &mut Vec<u8>,
) -> Comparison {
    let pool = pool(sides[0].options.jobs);
    let mut surveyed = survey_all(sources, &mut sides, spool_dir);
    let [before, after] = &sides;
    let mut ledgers = [before, after].map(|side| ledgers_of(side, spool_dir));
    let mut all = Comparison::default();
    let mut reports: [Vec<InputReport>; 2] = [Vec::new(), Vec::new()];
    for ((source, surveyed), number) in sources.iter().zip(surveyed.iter_mut()).zip(1..) {
        let taken = std::mem::replace(surveyed, Err(RunError::NoInterchange { file: String::new() }));
        let listed = list.len();
        let outcome = taken.and_then(|(input, surveyed)| {
            let pair = Pair { source, sides: &sides, spool_dir, pool: pool.as_ref(), number };
            pair.judge(input, surveyed, &mut ledgers, list)
        });
        let file = || (source.file().to_owned(), source.name().to_owned());
        match outcome {
            Ok((comparison, summaries)) => {
                all.merge(&comparison);
                for (reports, summary) in reports.iter_mut().zip(summaries) {
                    let (file, name) = file();
                    reports.push(InputReport { file, name, outcome: Outcome::Done(Box::new(summary)) });
                }
            }
            Err(error) => {
                tracing::error!(file = source.file(), "{error}");
                list.truncate(listed);
                ledgers.iter_mut().flatten().for_each(Ledgers::forget);
                let (file, name) = file();
                reports[0].push(InputReport { file, name, outcome: Outcome::Failed(error) });
            }
        }
    }
    drop(ledgers);
    let summary = |reports: &[InputReport], side: &Way<'_>| {
        let mut summary = summary_of_all(reports);
        describe(&mut summary, &side.reference, side.options.profile);
        summary
    };
    all.before = summary(&reports[0], before);
    all.after = summary(&reports[1], after);
    all
}

fn ledgers_of<'s>(side: &'s Way<'_>, spool_dir: &Path) -> Option<Ledgers<'s>> {
    Ledgers::new(&side.options, &side.reference, past(&side.options), spool_dir)
}

/// An input, if it is kept open, with its survey in either way.
type Taken = (Option<Input>, [Surveyed; 2]);

/// Surveys every input in both ways, before any claim is judged.
fn survey_all(
    sources: &[Source],
    sides: &mut [Way<'_>; 2],
    spool_dir: &Path,
) -> Vec<Result<Taken, RunError>> {
    let mut surveyors = [Surveyors::default(), Surveyors::default()];
    let mut one = |source: &Source| {
        let input = intake::open(source, spool_dir, sides[0].options.profile)?;
        let mut survey = |at: usize| {
            let Way { reference, options } = &mut sides[at];
            surveyors[at].survey(&input, source.file(), options, reference, &Silent)
        };
        let surveyed = [survey(0)?, survey(1)?];
        Ok((is_kept_open(source, sources).then_some(input), surveyed))
    };
    let surveyed = sources.iter().map(&mut one).collect();
    for (surveyors, side) in surveyors.into_iter().zip(sides) {
        surveyors.finish(&mut side.reference);
    }
    surveyed
}

/// An input, and what it is judged with in either way.
struct Pair<'p> {
    source: &'p Source,
    sides: &'p [Way<'p>; 2],
    spool_dir: &'p Path,
    pool: Option<&'p rayon::ThreadPool>,
    number: i64,
}

impl<'p> Pair<'p> {
    /// Judges the input in both ways, side by side.
    fn judge(
        &self,
        input: Option<Input>,
        surveyed: [Surveyed; 2],
        ledgers: &mut [Option<Ledgers<'p>>; 2],
        list: &mut Vec<u8>,
    ) -> Result<(Comparison, [Summary; 2]), RunError> {
        let file = self.source.file();
        let is_open = input.is_some();
        let input = match input {
            Some(input) => input,
            None => intake::open(self.source, self.spool_dir, self.sides[0].options.profile)?,
        };
        let mut parts = Vec::new();
        for (surveyed, (side, ledgers)) in surveyed.into_iter().zip(self.sides.iter().zip(ledgers)) {
            let Surveyed { survey, responses, kept } = surveyed;
            let Options { profile, jobs, .. } = side.options;
            let survey =
                if is_open { survey } else { intake::survey_again(&input, file, &survey, profile, jobs)? };
            begin(&side.options, ledgers.as_mut(), file, self.number, &kept)?;
            parts.push((side, ledgers.as_mut(), survey, responses));
        }
        let mut comparison = Comparison::default();
        let passed: Vec<Result<(Passed, Survey, u64), RunError>> = std::thread::scope(|threads| {
            let mut streams = Vec::new();
            let mut runs = Vec::new();
            for (side, ledgers, survey, responses) in parts {
                let (pages, stream) = sync_channel::<Page>(WAITING);
                streams.push(Stream::new(stream));
                let input = &input;
                let pool = self.pool;
                runs.push(threads.spawn(move || {
                    let Way { reference, options } = side;
                    let course =
                        Course { input, file, survey: &survey, reference, options, pool, progress: &Silent };
                    let mut teller = Teller::new(Fates::new(&survey, options.profile), pages);
                    let passed = course.run(ledgers, Mode::Count, &mut teller);
                    drop(teller);
                    passed.map(|passed| (passed, survey, responses))
                }));
            }
            if let [before, after] = &mut streams[..] {
                Merge { file, streams: [before, after], gaps: [None, None] }.run(&mut comparison, list);
            }
            let joined = runs.into_iter().map(std::thread::ScopedJoinHandle::join);
            joined
                .map(|joined| {
                    let defect = |_| RunError::Defect { file: file.to_owned(), why: String::new() };
                    joined.map_err(defect).and_then(|passed| passed)
                })
                .collect()
        });
        input.unchanged()?;
        let mut summaries = passed.into_iter().map(|passed| {
            passed.map(|(passed, survey, responses)| summary_of(file, &survey, responses, &passed))
        });
        let mut next = || summaries.next().unwrap_or_else(|| Ok(Summary::default()));
        Ok((comparison, [next()?, next()?]))
    }
}

/// Two streams of records, merged in the order of the input.
struct Merge<'m> {
    file: &'m str,
    streams: [&'m mut Stream; 2],
    /// The interchange that each refused last: up to where it reaches, and the rule.
    gaps: [Option<(u64, &'static str)>; 2],
}

impl Merge<'_> {
    fn run(&mut self, comparison: &mut Comparison, list: &mut Vec<u8>) {
        // of what each refused, what the other judged
        let mut refused = [Records::default(); 2];
        loop {
            let heads = [self.streams[0].peek(), self.streams[1].peek()];
            let first = match heads.map(|head| head.map(|head| head.offset())) {
                [None, None] => break,
                [Some(before), Some(after)] if before == after => match heads {
                    [Some(Event::Record(before)), Some(Event::Record(after))] => {
                        self.both(&before, &after, comparison, list);
                        continue;
                    }
                    [Some(Event::Refused { .. }), _] => 0,
                    _ => 1,
                },
                [Some(before), Some(after)] => usize::from(after < before),
                [Some(_), None] => 0,
                [None, Some(_)] => 1,
            };
            match heads.get(first).copied().flatten() {
                Some(Event::Refused { to, rule, records, .. }) => {
                    if let (Some(gap), Some(sum)) = (self.gaps.get_mut(first), refused.get_mut(first)) {
                        *gap = Some((to, rule.code()));
                        sum.add(records);
                    }
                }
                Some(Event::Record(seen)) => {
                    let of = self.one(first, &seen, comparison, list);
                    if let Some(sum) = refused.get_mut(1 - first) {
                        *sum = sum.less(of);
                    }
                }
                None => {}
            }
            if let Some(stream) = self.streams.get_mut(first) {
                stream.pass();
            }
        }
        comparison.add_unseen(Change::RefusedByBoth, refused[0]);
    }

    /// A record that both judged.
    fn both(&mut self, before: &Seen, after: &Seen, comparison: &mut Comparison, list: &mut Vec<u8>) {
        let [stream, other] = &mut self.streams;
        let sides = (side(stream.page(), before), side(other.page(), after));
        if comparison.add(&sides.0, &sides.1, records(before)) {
            comparison::list(list, &listed(self.file, stream.page(), before), &sides.0, &sides.1);
        }
        stream.pass();
        other.pass();
    }

    /// A record that one judged and the other refused.
    fn one(&self, at: usize, seen: &Seen, comparison: &mut Comparison, list: &mut Vec<u8>) -> Records {
        let Some(stream) = self.streams.get(at) else { return Records::default() };
        let page = stream.page();
        let judged = side(page, seen);
        let gap = self.gaps.get(1 - at).copied().flatten().filter(|(to, _)| seen.offset < *to);
        let said = gap.map(|(_, rule)| (rule, Severity::Reject)).into_iter().collect();
        let refused = Side { disposition: Disposition::Refused, said };
        let (before, after) = if at == 0 { (&judged, &refused) } else { (&refused, &judged) };
        let records = records(seen);
        if comparison.add(before, after, records) {
            comparison::list(list, &listed(self.file, page, seen), before, after);
        }
        records
    }
}

fn side(page: &Page, seen: &Seen) -> Side {
    let said = page.said(seen).iter().map(|(rule, severity)| (rule.code(), *severity)).collect();
    Side { disposition: seen.disposition, said }
}

fn records(seen: &Seen) -> Records {
    Records { records: 1, charges: seen.charge.map_or(Total::default(), Total::from) }
}

fn listed<'a>(file: &'a str, page: &'a Page, seen: &Seen) -> Listed<'a> {
    let [interchange, group, transaction] = page.control(seen);
    Listed {
        file,
        interchange,
        group,
        transaction,
        record: seen.number,
        record_id: page.id(seen),
        kind: seen.kind,
        billing_npi: page.billing_npi(seen),
        service_date: seen.date.map_or(String::new(), |date: Period| date.to_string()),
        charge: seen.charge.map_or(String::new(), |charge| Total::from(charge).to_string()),
    }
}
