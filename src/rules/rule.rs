//! What a rule says of itself.

use std::fmt;

use crate::finding::{Date, RuleId};
use crate::record::ClaimKind;
use crate::reference::{OwnList, Reference};

use super::ledger::Question;
use super::{Aspect, Event, Scene, Subject};
use crate::finding::Findings;

/// What a finding does by default; a profile may say otherwise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The rule does not run.
    Off,
    /// Counted in the summary, without any effect.
    Shadow,
    /// Worth knowing.
    Info,
    /// To be looked at; the record is accepted.
    Warn,
    /// The record, or what holds it, falls.
    Reject,
}

impl Severity {
    /// The word that reports and profiles use.
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Off => "off",
            Severity::Shadow => "shadow",
            Severity::Info => "info",
            Severity::Warn => "warn",
            Severity::Reject => "reject",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Whether a rule looks at facts of the claim, or needs judgment or history.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// A fact of the claim.
    #[default]
    Intake,
    /// Judgment or history.
    Adjudication,
}

/// The codes that go with an outcome; empty where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Codes {
    /// 277CA claim status category.
    pub category: &'static str,
    /// 277CA claim status.
    pub status: &'static str,
    /// 277CA entity.
    pub entity: &'static str,
    /// Claim adjustment reason, bare.
    pub carc: &'static str,
    /// Remittance remark.
    pub rarc: &'static str,
    /// 278 reject reason (AAA03).
    pub aaa: &'static str,
    /// 999 segment error (IK304).
    pub ik3: &'static str,
    /// 999 element error (IK403).
    pub ik4: &'static str,
    /// 999 set error (IK502).
    pub set: &'static str,
    /// 999 group error (AK905).
    pub group: &'static str,
    /// TA1 note (TA105).
    pub ta1: &'static str,
}

impl Codes {
    /// No codes.
    pub const NONE: Codes = Codes {
        category: "",
        status: "",
        entity: "",
        carc: "",
        rarc: "",
        aaa: "",
        ik3: "",
        ik4: "",
        set: "",
        group: "",
        ta1: "",
    };

    /// 277CA category and status, with CARC and RARC.
    pub const fn claim(
        category: &'static str,
        status: &'static str,
        carc: &'static str,
        rarc: &'static str,
    ) -> Codes {
        Codes { category, status, carc, rarc, ..Codes::NONE }
    }
}

/// One way in which a rule can speak.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Outcome {
    /// What sets it apart, in a few words.
    pub when: &'static str,
    /// What it does by default.
    pub severity: Severity,
    /// The message. `{0}`, `{1}` … are the finding's facts, `{found}` and `{expected}` what stood there and what should have,
    /// `{segment}`, `{loop}`, `{line}` and `{lines}` its place, `{qualifier}` and `{of}` what stood or should have as a qualifier.
    pub message: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The codes that go with it.
    pub codes: Codes,
}

/// What a rule needs to be loaded; without it the rule does not run, and the summary says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    /// At least one known authorization.
    Authorizations,
    /// The member roster.
    Members,
    /// The provider roster.
    Providers,
    /// The facility roster.
    Facilities,
    /// The programs of providers.
    Programs,
    /// Payers that come before the plan.
    OtherCoverage,
    /// When authorizations were asked for.
    RequestLog,
    /// What marks a line as CCS: the member roster, or known authorizations.
    CcsMark,
    /// The customer's list of revenue codes.
    RevenueCodes,
    /// One of the customer's lists of condition, occurrence, occurrence span and value codes.
    ClaimCodes,
    /// One of the customer's lists of admission types, admission sources and patient status.
    AdmissionCodes,
    /// The customer's list of taxonomy codes.
    Taxonomy,
}

impl Needs {
    /// What to give the program so that the rule runs.
    pub const fn file(self) -> &'static str {
        match self {
            Needs::Authorizations => "authorizations.csv in the rosters folder, or 278 responses in the run",
            Needs::Members => "members.csv in the rosters folder",
            Needs::Providers => "providers.csv in the rosters folder",
            Needs::Facilities => "facilities.csv in the rosters folder",
            Needs::Programs => "provider_programs.csv in the rosters folder",
            Needs::OtherCoverage => "other_coverage.csv or members.csv in the rosters folder",
            Needs::RequestLog => "authorization_log.csv in the rosters folder",
            Needs::CcsMark => {
                "members.csv or authorizations.csv in the rosters folder, or 278 responses in the run"
            }
            Needs::RevenueCodes => "revenue_codes.csv in the reference folder",
            Needs::ClaimCodes => {
                "condition_codes.csv, occurrence_codes.csv, occurrence_span_codes.csv or value_codes.csv in the reference folder"
            }
            Needs::AdmissionCodes => {
                "admission_types.csv, admission_sources.csv or patient_status.csv in the reference folder"
            }
            Needs::Taxonomy => "taxonomy.csv in the reference folder",
        }
    }

    /// Whether it was given.
    pub fn is_met(self, reference: &Reference) -> bool {
        let (own, rosters) = (&reference.codes.own, &reference.rosters);
        let any = |lists: &[&Option<OwnList>]| lists.iter().any(|list| list.is_some());
        match self {
            Needs::Authorizations => !reference.authorizations.is_empty(),
            Needs::Members => rosters.members.is_some(),
            Needs::Providers => rosters.providers.is_some(),
            Needs::Facilities => rosters.facilities.is_some(),
            Needs::Programs => rosters.programs.is_some(),
            Needs::OtherCoverage => rosters.other_coverage.is_some() || rosters.members.is_some(),
            Needs::RequestLog => rosters.request_log.is_some(),
            Needs::CcsMark => rosters.members.is_some() || !reference.authorizations.is_empty(),
            Needs::RevenueCodes => own.revenue_codes.is_some(),
            Needs::ClaimCodes => any(&[
                &own.condition_codes,
                &own.occurrence_codes,
                &own.occurrence_span_codes,
                &own.value_codes,
            ]),
            Needs::AdmissionCodes => {
                any(&[&own.admission_types, &own.admission_sources, &own.patient_status])
            }
            Needs::Taxonomy => own.taxonomy.is_some(),
        }
    }

    /// Why a rule that needs it does not run, and what would make it run.
    pub fn lack(self) -> String {
        let what = match self {
            Needs::Authorizations => "no authorizations are known",
            Needs::Members => "no member roster is loaded",
            Needs::Providers => "no provider roster is loaded",
            Needs::Facilities => "no facility roster is loaded",
            Needs::Programs => "no roster of providers' programs is loaded",
            Needs::OtherCoverage => "no roster of other coverage is loaded",
            Needs::RequestLog => "no log of requests for authorization is loaded",
            Needs::CcsMark => "neither members nor authorizations are known",
            Needs::RevenueCodes | Needs::ClaimCodes | Needs::AdmissionCodes | Needs::Taxonomy => {
                "the code list is not public and none was given"
            }
        };
        format!("{what}; give {}", self.file())
    }
}

/// Whether a rule's example must make it speak.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expect {
    /// The rule rejects.
    Reject,
    /// The rule warns.
    Warn,
    /// The rule informs.
    Info,
    /// The rule is silent.
    Silent,
}

/// An example in a rule's documentation; its test runs it.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What it shows.
    pub shows: &'static str,
    /// What the rule must do.
    pub expect: Expect,
    /// Which claim it is, unless its text says that it is a 278.
    pub kind: ClaimKind,
    /// The claim, from CLM on, a segment a line; or, below a line `@interchange`, a whole interchange, or below `@request-event`
    /// and `@response-event` the event of an authorization. Other lines that begin with `@` change what surrounds it: `tests/rules/ask.rs`
    /// lists them, and runs every example.
    pub text: &'static str,
}

impl Example {
    /// The transaction that it is a part of, as reports name it.
    pub fn transaction(&self) -> &'static str {
        let review = self
            .text
            .lines()
            .find(|line| matches!(*line, "@request" | "@request-event" | "@response" | "@response-event"));
        match (review, self.kind) {
            (Some("@request" | "@request-event"), _) => "278 request",
            (Some(_), _) => "278 response",
            (_, ClaimKind::Professional) => "837P",
            (_, ClaimKind::Institutional) => "837I",
            (_, ClaimKind::Dental) => "837D",
        }
    }
}

/// How a rule is run.
#[derive(Clone, Copy)]
pub enum Check {
    /// The survey finds it.
    Survey,
    /// The guide's matcher finds it.
    Guide,
    /// Each claim is asked.
    Claim(fn(&Subject<'_>, &mut Findings)),
    /// Each level above claims is asked.
    Level(fn(&Scene<'_>, &mut Findings)),
    /// Each level, claim and authorization is asked for its segments.
    Anywhere(fn(&Scene<'_>, &mut Findings)),
    /// Each authorization request and response is asked.
    Event(fn(&Event<'_>, &mut Findings)),
    /// Each level and event of the 278 is asked for its segments.
    Review(fn(&Scene<'_>, &mut Findings)),
    /// Each claim is asked in its turn, once those before it are settled.
    Ledger(fn(&Question<'_, '_>, &mut Findings)),
    /// An edit of the profile: each claim is asked by its expression.
    Edit,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Check::Survey => "Survey",
            Check::Guide => "Guide",
            Check::Claim(_) => "Claim",
            Check::Level(_) => "Level",
            Check::Anywhere(_) => "Anywhere",
            Check::Event(_) => "Event",
            Check::Review(_) => "Review",
            Check::Ledger(_) => "Ledger",
            Check::Edit => "Edit",
        })
    }
}

/// A rule: what it checks, why, what it does, and how it is run.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its stable code.
    pub id: RuleId,
    /// A title of a few words.
    pub title: &'static str,
    /// What it checks and why, in plain words.
    pub about: &'static str,
    /// The SNIP level, 1 to 7.
    pub snip: u8,
    /// Whether it rests on judgment or history.
    pub stage: Stage,
    /// The plan's requirements (R), the balances (B), the situations (S) or the essentials of the 278 (278a …) that it carries out.
    pub requirements: &'static [&'static str],
    /// What it can say; the first is its usual outcome.
    pub outcomes: &'static [Outcome],
    /// Rules whose rejection, on the same line, makes this one silent.
    pub silent_if: &'static [RuleId],
    /// What it cannot do without.
    pub needs: &'static [Needs],
    /// Outcomes that a decision still to come may mend: a claim that nothing else rejects can be held for it.
    pub awaits: &'static [u8],
    /// What a claim must have, all of it, for the rule to speak of it; it is not asked about others.
    pub only: &'static [Aspect],
    /// The first date of service that it applies to, `YYYY-MM-DD`; empty for all.
    pub effective_from: &'static str,
    /// Where the claim should go instead, or who can help.
    pub route: &'static str,
    /// Whether a profile may make it less than a rejection.
    pub can_be_lowered: bool,
    /// Whether a profile may make it reject: not where nothing would fall.
    pub can_reject: bool,
    /// Good and bad examples.
    pub examples: &'static [Example],
    /// How it is run.
    pub check: Check,
}

impl Rule {
    /// What rules mostly are: the fields that a rule does not name.
    pub const BASE: Rule = Rule {
        id: RuleId::ENV101,
        title: "",
        about: "",
        snip: 1,
        stage: Stage::Intake,
        requirements: &[],
        outcomes: &[],
        silent_if: &[],
        needs: &[],
        awaits: &[],
        only: &[],
        effective_from: "",
        route: "",
        can_be_lowered: true,
        can_reject: true,
        examples: &[],
        check: Check::Survey,
    };

    /// An outcome by its number; the first one where there is no such outcome.
    pub fn outcome(&self, number: u8) -> &Outcome {
        const NONE: Outcome =
            Outcome { when: "", severity: Severity::Info, message: "", remedy: "", codes: Codes::NONE };
        self.outcomes.get(usize::from(number)).or(self.outcomes.first()).unwrap_or(&NONE)
    }

    /// The family: the letters of the code.
    pub fn family(&self) -> &'static str {
        self.id.code().get(..3).unwrap_or("")
    }

    /// The first date of service that it applies to.
    pub fn effective(&self) -> Date {
        Date::parse_iso(self.effective_from).unwrap_or(Date::MIN)
    }
}
