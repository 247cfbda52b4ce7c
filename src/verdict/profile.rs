//! A payer profile.

use super::partner::{Partner, Variants};
use crate::finding::{Date, RuleId};
use crate::rules::{self, RuleSet, Settings, Severity, Stage};
use crate::x12::survey::{self, EnvelopeFault};

/// What a structural fault inside a level or claim takes down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RejectUnit {
    /// The claims below it.
    #[default]
    Claim,
    /// The whole set.
    Set,
}

/// What a rejected line takes down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectScope {
    /// The claim.
    #[default]
    Claim,
    /// Nothing: a finding about a line is a warning.
    LineAsWarning,
}

/// What becomes of rejections that need judgment or history.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdjudicationFindings {
    /// They reject.
    #[default]
    Reject,
    /// The claim is accepted, and the finding goes along as a warning with its denial code.
    Route,
}

/// Who acknowledges claims (277CA).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AcknowledgeAs {
    /// The payer: claims are accepted into processing.
    #[default]
    Payer,
    /// A clearinghouse: claims are received and forwarded.
    Clearinghouse,
}

/// What a profile says of one rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct RuleChoice {
    pub(super) severity: Option<Severity>,
    pub(super) scope: Option<RejectScope>,
    /// The first date of service that it applies to, where that is not the rule's own.
    pub(super) from: Option<Date>,
    /// The last.
    pub(super) to: Option<Date>,
}

/// Which rules run and what they do, and the keys that rules read.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The built-in profile that it changes.
    pub base: &'static str,
    /// The keys that rules read.
    pub settings: Settings,
    /// `reject_unit`.
    pub reject_unit: RejectUnit,
    /// `reject_scope`.
    pub reject_scope: RejectScope,
    /// `adjudication_findings`.
    pub adjudication_findings: AdjudicationFindings,
    /// `acknowledge_as`.
    pub acknowledge_as: AcknowledgeAs,
    /// `accept_versions`: guide versions accepted beside the adopted ones, judged by their tables.
    pub accept_versions: Vec<String>,
    /// Whether every errata sibling of the adopted guides is accepted.
    pub accept_siblings: bool,
    /// `limits.segment_bytes`, `limits.claim_bytes`.
    pub limits: survey::Limits,
    /// `limits.spool_bytes`: the most that a compressed input may unpack to.
    pub spool_bytes: Option<u64>,
    pub(super) choices: Vec<RuleChoice>,
    /// Senders for whom something else counts.
    pub(super) partners: Vec<Partner>,
    /// What counts for them, and on days on which not every rule is in force.
    pub(super) variants: Variants,
    severities: Vec<Vec<Severity>>,
    payer_rules: bool,
}

/// The names of the built-in profiles.
pub(super) const BUILT_IN: [&str; 2] = ["alliance-ccs", "snip"];

impl Profile {
    /// A built-in profile: `alliance-ccs`, the plan's rules, or `snip`, the guides only.
    pub fn built_in(name: &str) -> Option<Profile> {
        let base = BUILT_IN.into_iter().find(|known| *known == name)?;
        let mut profile = Profile {
            name: name.to_owned(),
            base,
            settings: Settings::plan(),
            reject_unit: RejectUnit::Claim,
            reject_scope: RejectScope::Claim,
            adjudication_findings: AdjudicationFindings::Reject,
            acknowledge_as: AcknowledgeAs::Payer,
            accept_versions: Vec::new(),
            accept_siblings: false,
            limits: survey::Limits::default(),
            spool_bytes: None,
            choices: vec![RuleChoice::default(); RuleId::COUNT],
            partners: Vec::new(),
            variants: Variants::default(),
            severities: Vec::new(),
            payer_rules: true,
        };
        if base == "snip" {
            profile.accept_siblings = true;
            for rule in rules::all().filter(|rule| rule.snip >= 6) {
                profile.choose(rule.id).severity = Some(Severity::Off);
            }
        }
        profile.settle();
        Some(profile)
    }

    /// What is said of a rule.
    pub(super) fn choice(&self, rule: RuleId) -> RuleChoice {
        self.choices.get(rule.index()).copied().unwrap_or_default()
    }

    pub(super) fn choose(&mut self, rule: RuleId) -> &mut RuleChoice {
        let at = rule.index();
        if self.choices.len() <= at {
            self.choices.resize(at + 1, RuleChoice::default());
        }
        &mut self.choices[at]
    }

    /// Works out the severity of every outcome; to be called after choices change.
    pub(super) fn settle(&mut self) {
        let mut enabled = RuleSet::default();
        let mut rejecting = RuleSet::default();
        let mut speaking = RuleSet::default();
        let edits = self.settings.edits.clone();
        let mut all = vec![Vec::new(); RuleId::COUNT];
        for rule in rules::all().chain(edits.rules()) {
            let severities = {
                let choice = self.choice(rule.id);
                let severities: Vec<Severity> = rule
                    .outcomes
                    .iter()
                    .enumerate()
                    .map(|(at, outcome)| {
                        // a rule's choice is that of its usual outcome; its milder outcomes never become more severe by it
                        let mut severity = match choice.severity {
                            Some(chosen) if at == 0 || outcome.severity == rule.outcome(0).severity => chosen,
                            Some(chosen) => chosen.min(outcome.severity),
                            None => outcome.severity,
                        };
                        if severity == Severity::Reject
                            && rule.stage == Stage::Adjudication
                            && self.adjudication_findings == AdjudicationFindings::Route
                        {
                            severity = Severity::Warn;
                        }
                        severity
                    })
                    .collect();
                if severities.iter().any(|severity| *severity != Severity::Off) {
                    enabled.insert(rule.id);
                }
                if severities.iter().any(|severity| *severity > Severity::Shadow) {
                    speaking.insert(rule.id);
                }
                // a rejection of a line that counts as a warning silences nothing
                let scope = choice.scope.unwrap_or(self.reject_scope);
                if severities.first() == Some(&Severity::Reject) && scope != RejectScope::LineAsWarning {
                    rejecting.insert(rule.id);
                }
                severities
            };
            if let Some(place) = all.get_mut(rule.id.index()) {
                *place = severities;
            }
        }
        self.severities = all;
        self.payer_rules =
            rules::all().chain(edits.rules()).any(|rule| rule.snip >= 6 && enabled.contains(rule.id));
        self.settings.enable(enabled);
        self.settings.rejecting = rejecting;
        self.settings.speaking = speaking;
    }

    /// What an outcome of a rule does, for a finding about a line (or not).
    pub fn severity(&self, rule: RuleId, outcome: u8, about_line: bool) -> Severity {
        let severities = self.severities.get(rule.index()).map_or(&[][..], Vec::as_slice);
        let severity =
            severities.get(usize::from(outcome)).or(severities.first()).copied().unwrap_or(Severity::Off);
        if severity == Severity::Reject && about_line && self.scope(rule) == RejectScope::LineAsWarning {
            return Severity::Warn;
        }
        severity
    }

    fn scope(&self, rule: RuleId) -> RejectScope {
        self.choice(rule).scope.unwrap_or(self.reject_scope)
    }

    /// The same, but that it refuses an interchange whose control number its sender used before.
    #[must_use]
    pub fn refusing_repeated_interchanges(self) -> Profile {
        self.changed(|profile| profile.choose(RuleId::ENV111).severity = Some(Severity::Reject))
    }

    /// The same, for records that were judged before: their interchange's control number was used once, by themselves.
    #[must_use]
    pub fn judging_again(self) -> Profile {
        self.changed(|profile| profile.choose(RuleId::ENV111).severity = Some(Severity::Off))
    }

    /// The same, but that nothing rejects any more: what did is a warning.
    #[must_use]
    pub fn accepting_all(self) -> Profile {
        self.changed(|profile| {
            let edits: Vec<RuleId> = profile.settings.edits.rules().map(|rule| rule.id).collect();
            for rule in rules::all().map(|rule| rule.id).chain(edits) {
                let severity = profile.severity(rule, 0, false).min(Severity::Warn);
                profile.choose(rule).severity = Some(severity);
            }
        })
    }

    /// Whether a fault makes fall what it is a fault of.
    pub fn falls(&self, fault: &EnvelopeFault) -> bool {
        self.severity(fault.rule, fault.outcome, false) == Severity::Reject
    }

    /// Whether a rule runs.
    pub fn runs(&self, rule: RuleId) -> bool {
        self.settings.enabled.contains(rule)
    }

    /// Whether any rule beyond the guides runs.
    pub fn has_payer_rules(&self) -> bool {
        self.payer_rules
    }

    /// Whether a guide version beside the adopted ones is accepted.
    pub fn accepts_version(&self, version: &[u8]) -> bool {
        self.accept_siblings || self.accept_versions.iter().any(|accepted| accepted.as_bytes() == version)
    }
}

#[cfg(test)]
mod tests {
    use super::{Profile, Severity};
    use crate::finding::RuleId;

    #[test]
    fn the_plan_runs_everything_and_snip_the_guides_only() {
        let plan = Profile::built_in("alliance-ccs").unwrap();
        let snip = Profile::built_in("snip").unwrap();
        assert!(RuleId::all().all(|rule| plan.runs(rule)));
        assert!(!snip.runs(RuleId::TAR101) && snip.runs(RuleId::CLM104) && snip.runs(RuleId::SEG104));
        assert!(Profile::built_in("other").is_none());
        assert!(snip.accepts_version(b"005010X222A2") && !plan.accepts_version(b"005010X222A2"));
    }

    #[test]
    fn a_choice_never_makes_a_mild_outcome_severe() {
        let mut profile = Profile::built_in("alliance-ccs").unwrap();
        assert_eq!(profile.severity(RuleId::TAR101, 0, true), Severity::Reject);
        assert_eq!(profile.severity(RuleId::TAR101, 2, true), Severity::Warn);
        profile.choose(RuleId::TAR101).severity = Some(Severity::Info);
        profile.settle();
        assert_eq!(profile.severity(RuleId::TAR101, 0, true), Severity::Info);
        assert_eq!(profile.severity(RuleId::TAR101, 2, true), Severity::Info);
        profile.choose(RuleId::CCS103).severity = Some(Severity::Reject);
        profile.choose(RuleId::TAR101).severity = Some(Severity::Reject);
        profile.settle();
        assert_eq!(profile.severity(RuleId::CCS103, 0, false), Severity::Reject);
        assert_eq!(profile.severity(RuleId::TAR101, 2, true), Severity::Warn);
    }
}
