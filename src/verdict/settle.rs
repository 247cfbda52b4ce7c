//! From the findings of a record to its disposition.

use super::Profile;
use crate::finding::{Finding, Findings, RuleId, Total};
use crate::rules::{self, Severity};

/// What becomes of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disposition {
    /// It goes to the accept file.
    #[default]
    Accept,
    /// It goes to the reject file.
    Reject,
    /// Its interchange is refused whole.
    Refused,
    /// It waits for an authorization's decision, in a drop folder.
    Held,
}

impl Disposition {
    /// The word that reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Disposition::Accept => "accept",
            Disposition::Reject => "reject",
            Disposition::Refused => "refused",
            Disposition::Held => "held",
        }
    }
}

/// How often a rule spoke, by severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    /// Rejections.
    pub reject: u64,
    /// Warnings.
    pub warn: u64,
    /// Notes.
    pub info: u64,
    /// Hits without effect.
    pub shadow: u64,
}

impl Counts {
    /// Whether the rule never spoke.
    pub fn is_zero(&self) -> bool {
        *self == Counts::default()
    }

    fn add(&mut self, severity: Severity, number: u64) {
        match severity {
            Severity::Reject => self.reject += number,
            Severity::Warn => self.warn += number,
            Severity::Info => self.info += number,
            Severity::Shadow => self.shadow += number,
            Severity::Off => {}
        }
    }

    /// Adds other counts.
    pub fn merge(&mut self, more: Counts) {
        self.reject += more.reject;
        self.warn += more.warn;
        self.info += more.info;
        self.shadow += more.shadow;
    }
}

/// What findings add up to: counters by rule.
#[derive(Clone, Debug)]
pub struct Tally {
    counts: Vec<Counts>,
    not_shown: Vec<Counts>,
    shadow_charges: Vec<Total>,
    /// Findings that were left out because another rule's rejection said it already.
    pub silenced: u64,
    /// Structural faults that follow from one that was found.
    pub suppressed: u64,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            counts: vec![Counts::default(); RuleId::COUNT],
            not_shown: vec![Counts::default(); RuleId::COUNT],
            shadow_charges: vec![Total::default(); RuleId::COUNT],
            silenced: 0,
            suppressed: 0,
        }
    }
}

impl Tally {
    /// Counts one finding.
    pub fn count(&mut self, rule: RuleId, severity: Severity) {
        if let Some(counts) = self.counts.get_mut(rule.index()) {
            counts.add(severity, 1);
        }
    }

    /// Counts findings that no row shows.
    fn count_not_shown(&mut self, rule: RuleId, severity: Severity, number: u64) {
        for counts in [&mut self.counts, &mut self.not_shown] {
            if let Some(counts) = counts.get_mut(rule.index()) {
                counts.add(severity, number);
            }
        }
    }

    /// Counts the charge of a record that a shadow rule would have rejected.
    pub fn shadow_charge(&mut self, rule: RuleId, charge: crate::finding::Money) {
        if let Some(total) = self.shadow_charges.get_mut(rule.index()) {
            total.add(charge);
        }
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: &Tally) {
        let sums = self.counts.iter_mut().chain(&mut self.not_shown);
        for (sum, more) in sums.zip(other.counts.iter().chain(&other.not_shown)) {
            sum.merge(*more);
        }
        for (sum, more) in self.shadow_charges.iter_mut().zip(&other.shadow_charges) {
            sum.merge(*more);
        }
        self.silenced += other.silenced;
        self.suppressed += other.suppressed;
    }

    /// Sets every counter to zero.
    pub fn clear(&mut self) {
        self.counts.fill(Counts::default());
        self.not_shown.fill(Counts::default());
        self.shadow_charges.fill(Total::default());
        self.silenced = 0;
        self.suppressed = 0;
    }

    /// The rules that spoke, with their counts.
    pub fn spoken(&self) -> impl Iterator<Item = (RuleId, Counts)> + '_ {
        RuleId::places().zip(self.counts.iter().copied()).filter(|(_, counts)| !counts.is_zero())
    }

    /// Those of the findings that no row shows, by rule.
    pub fn not_shown(&self) -> impl Iterator<Item = (RuleId, Counts)> + '_ {
        RuleId::places().zip(self.not_shown.iter().copied()).filter(|(_, counts)| !counts.is_zero())
    }

    /// What shadow rules would have rejected, in charges.
    pub fn shadow_charges(&self) -> impl Iterator<Item = (RuleId, Total)> + '_ {
        let totals = RuleId::places().zip(self.shadow_charges.iter().copied());
        totals.filter(|(_, total)| *total != Total::default())
    }
}

/// Settles the findings of a record, those from `from` on: takes out those of rules that are off and those that another's
/// rejection makes silent, and says what the rest comes to. `severities` runs beside the findings. On an `institutional` claim
/// lines do not count: a rejection silences for the whole claim.
pub fn settle(
    profile: &Profile,
    findings: &mut Findings,
    severities: &mut Vec<Severity>,
    from: usize,
    institutional: bool,
    tally: &mut Tally,
) -> Disposition {
    for more in findings.take_uncounted() {
        let severity = profile.severity(more.rule, more.outcome, more.about_line);
        tally.count_not_shown(more.rule, severity, more.number);
    }
    severities.truncate(from);
    if findings.len() == from {
        return Disposition::Accept;
    }
    for finding in findings.list().iter().skip(from) {
        severities.push(profile.severity(finding.rule, finding.outcome, finding.line > 0));
    }
    if findings.len() > from + 1 {
        silence(findings, severities, from, institutional, tally);
    }
    let is_kept = |severity: Option<&Severity>| severity.is_some_and(|severity| *severity != Severity::Off);
    findings.retain_from(from, |at, _| is_kept(severities.get(at)));
    let mut to = from;
    for at in from..severities.len() {
        if severities[at] != Severity::Off {
            severities[to] = severities[at];
            to += 1;
        }
    }
    severities.truncate(to);
    if severities.iter().skip(from).any(|severity| *severity == Severity::Reject) {
        Disposition::Reject
    } else {
        Disposition::Accept
    }
}

/// Settles findings that were made later, those from `late` on, of a record whose own are `own`: the ledger's. Says whether they
/// reject.
pub fn settle_late(
    profile: &Profile,
    findings: &mut Findings,
    severities: &mut Vec<Severity>,
    own: std::ops::Range<usize>,
    late: usize,
    institutional: bool,
    tally: &mut Tally,
) -> bool {
    for more in findings.take_uncounted() {
        let severity = profile.severity(more.rule, more.outcome, more.about_line);
        tally.count_not_shown(more.rule, severity, more.number);
    }
    severities.truncate(late);
    let list = findings.list();
    for finding in list.get(late..).unwrap_or(&[]) {
        severities.push(profile.severity(finding.rule, finding.outcome, finding.line > 0));
    }
    let rejecting = |at: &usize| severities.get(*at) == Some(&Severity::Reject);
    let is_silent = |finding: &Finding| {
        let mut others = own.clone().chain(late..list.len()).filter(rejecting).filter_map(|at| list.get(at));
        others.any(|other| {
            let about_same = institutional || finding.line == 0 || covers(findings, other, finding.line);
            about_same && rules::silences(other.rule, finding.rule)
        })
    };
    let silent: Vec<bool> = list.iter().skip(late).map(is_silent).collect();
    for (severity, silent) in severities.iter_mut().skip(late).zip(silent) {
        if silent && *severity != Severity::Off {
            tally.silenced += 1;
            *severity = Severity::Off;
        }
    }
    let kept: Vec<Severity> = severities.split_off(late);
    findings
        .retain_from(late, |at, _| kept.get(at - late).is_some_and(|severity| *severity != Severity::Off));
    severities.extend(kept.into_iter().filter(|severity| *severity != Severity::Off));
    severities.iter().skip(late).any(|severity| *severity == Severity::Reject)
}

/// Sets the severity of findings to off where another's rejection says it already.
fn silence(
    findings: &mut Findings,
    severities: &mut [Severity],
    from: usize,
    institutional: bool,
    tally: &mut Tally,
) {
    let rejects = |severities: &[Severity], at: usize| severities.get(at) == Some(&Severity::Reject);
    // the table of silencers is transitive, so that a rejection which is silent itself still silences
    let before = severities.to_vec();
    for at in from..before.len() {
        let Some(finding) = findings.list().get(at).copied() else { continue };
        if rules::rule(finding.rule).silent_if.is_empty() {
            continue;
        }
        let silencers: Vec<Finding> = findings
            .list()
            .iter()
            .enumerate()
            .skip(from)
            .filter(|(other, f)| rejects(&before, *other) && rules::silences(f.rule, finding.rule))
            .map(|(_, f)| *f)
            .collect();
        if silencers.is_empty() {
            continue;
        }
        let silenced_on = |line: u32| silencers.iter().any(|f| institutional || covers(findings, f, line));
        let lines = findings.lines(&finding);
        let is_silent = if institutional || finding.line > 0 {
            silenced_on(finding.line)
        } else if lines.is_empty() {
            true
        } else {
            let left: Vec<u32> = lines.iter().copied().filter(|line| !silenced_on(*line)).collect();
            if !left.is_empty() && left.len() < lines.len() {
                findings.set_lines(at, left.iter().copied());
            }
            left.is_empty()
        };
        if is_silent {
            tally.silenced += 1;
            if let Some(severity) = severities.get_mut(at) {
                *severity = Severity::Off;
            }
        }
    }
}

/// Whether a finding is about a line: its own, one of those that share its cause, or the whole claim.
fn covers(findings: &Findings, finding: &Finding, line: u32) -> bool {
    let lines = findings.lines(finding);
    finding.line == line && line > 0 || lines.contains(&line) || finding.line == 0 && lines.is_empty()
}
