//! TAR: authorization numbers. Which lines need one, which number they cite, and whether it covers them.

mod administered_drug;
mod concurrent_review;
mod county_sar;
mod doubtful_emergency;
mod exemption;
mod grant;
mod issued_late;
mod late_request;
mod meals_and_lodging;
pub(super) mod missing_number;
mod need;
mod not_approved;
mod number_form;
mod other_diagnosis;
mod other_member;
mod other_modifier;
mod other_provider;
mod other_service;
mod other_setting;
mod outside_scope;
mod outside_window;
mod partly_certified;
mod payer_claim_number;
mod report;
mod same_as_referral;
mod service_grouping;
mod setting;
mod shared_sar;
mod specialty_referral;
mod supply_limit;
mod therapy_visits;
mod two_numbers;
mod units_left;
mod unknown_number;
mod unusual_equipment;

use crate::finding::{Code, Date};
use crate::record::{Cell, Claim, ClaimKind, ServiceLine};
use crate::reference::{AuthKind, Authorization, Decision, FoundAuthorization, Reference, TarRow};

pub(super) use county_sar::counts;
pub use exemption::Exemption;
pub(super) use exemption::{emergency, is_stabilised_and_transferred};
pub use need::{Ask, Because, Need};
pub use number_form::NumberFault;
pub(super) use other_provider::works_under_another;
pub(super) use outside_window::PARTLY as PARTLY_OUTSIDE;
pub(super) use setting::{is_physical_therapy, is_primary_care};

use super::Settings;
use super::rule::Rule;
use super::subject::{Analysis, Subject};

/// REF*G1: prior authorization.
pub(super) const G1: Code = Code::new(b"G1");
/// REF*9F: referral.
pub(super) const REFERRAL: Code = Code::new(b"9F");

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[
    &[
        missing_number::RULE,
        number_form::RULE,
        unknown_number::RULE,
        not_approved::RULE,
        other_member::RULE,
        outside_window::RULE,
        other_service::RULE,
        other_provider::RULE,
        units_left::RULE,
        other_setting::RULE,
        outside_scope::RULE,
        administered_drug::RULE,
        meals_and_lodging::RULE,
        specialty_referral::RULE,
        partly_certified::RULE,
        other_diagnosis::RULE,
        other_modifier::RULE,
        service_grouping::RULE,
        shared_sar::RULE,
        unusual_equipment::RULE,
        late_request::RULE,
        doubtful_emergency::RULE,
        two_numbers::RULE,
        same_as_referral::RULE,
        payer_claim_number::RULE,
        issued_late::RULE,
        therapy_visits::RULE,
        supply_limit::RULE,
        concurrent_review::RULE,
    ],
    county_sar::RULES,
];

/// The authorization question for one line.
#[derive(Clone, Debug, Default)]
pub struct Assessment<'r> {
    /// Whether it needs a number, and why.
    pub need: Need<'r>,
    /// The number it cites.
    pub number: Option<CitedNumber>,
    /// The authorization of that number, where it does for the line.
    pub known: Option<FoundAuthorization<'r>>,
    /// Whether the number is a referral's, and the line needs an authorization.
    pub is_referral: bool,
    /// The row of the table that lets so much of the service be without a number.
    pub counted: Option<Counted<'r>>,
}

/// A service of which so much needs no number.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'r> {
    /// The row that says so.
    pub row: &'r TarRow,
    /// Whether the line needs no number even past that limit.
    pub is_exempt: bool,
}

/// What a cited number is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Worth {
    /// It is none, or its authorization does not grant the line.
    Nothing,
    /// Its authorization is not on file, or pended: a decision may still come.
    Undecided,
    /// Its authorization grants the line, or may be elsewhere.
    Good,
}

/// An authorization number on a claim.
#[derive(Clone, Copy, Debug)]
pub struct CitedNumber {
    /// Where it stands.
    pub cell: Cell,
    /// Whether it is the claim's rather than the line's own.
    pub in_header: bool,
    /// Why it can be no number.
    pub fault: Option<NumberFault>,
}

impl Assessment<'_> {
    /// What is known under the number that it cites.
    pub fn authorization(&self) -> Option<&Authorization> {
        self.known.as_deref()
    }

    /// Whether the line is asked for a number and has none.
    pub fn lacks_number(&self) -> bool {
        self.number.is_none() && self.need.asked().is_some()
    }

    /// What the number that it cites is worth on a date where one is needed, as far as is known.
    pub(in crate::rules) fn worth(&self, subject: &Subject<'_>, line: &ServiceLine, date: Date) -> Worth {
        let Subject { reference, settings, .. } = *subject;
        if self.number.is_none_or(|number| number.fault.is_some()) {
            return Worth::Nothing;
        }
        let Some(known) = self.authorization() else {
            let is_elsewhere =
                !unknown_number::are_all_known(reference, settings) || reference.authorizations.is_empty();
            return if is_elsewhere { Worth::Good } else { Worth::Undecided };
        };
        let covers = |code: Code| !code.is_empty() && known.covers(code);
        let is_for_it = known.kind != AuthKind::Referral
            && known.member == subject.analysis.member.key
            && county_sar::counts(subject, known)
            && (covers(line.procedure) || covers(line.revenue))
            && !other_provider::is_for_another(subject, line, self);
        let mut grants = grant::of_line(known, line).filter(|grant| grant.window.contains(date));
        if is_for_it && grants.any(|grant| grant.status.is_approved()) {
            Worth::Good
        } else if is_for_it && known.status.decision() == Some(Decision::Pended) {
            Worth::Undecided
        } else {
            Worth::Nothing
        }
    }

    /// Whether a wrong number is a matter at all: the line needs one, or cites one of its own.
    pub(super) fn counts(&self) -> bool {
        self.need.asked().is_some() || self.number.is_some_and(|number| !number.in_header)
    }

    /// Whether a wrong number rejects: the line needs one, on sure ground.
    fn is_strong(&self) -> bool {
        self.need.asked().is_some_and(|ask| ask.strong)
    }
}

/// Answers the authorization question for every line of a claim.
pub(super) fn assess<'r>(
    analysis: &mut Analysis<'r>,
    claim: &Claim<'_>,
    reference: &'r Reference,
    settings: &Settings,
) {
    let mut answers = std::mem::take(&mut analysis.authorization);
    answers.clear();
    for (line, view) in claim.lines().iter().zip(&analysis.lines) {
        let row = need::deciding_row(claim, line, *view, analysis, reference, settings);
        let need = need::need(claim, line, *view, row, analysis, reference, settings);
        let own =
            if claim.kind() == ClaimKind::Institutional { None } else { claim.reference(G1, line.number) };
        let cell = own.or_else(|| claim.reference(G1, 0));
        let number = cell.map(|cell| CitedNumber {
            cell,
            in_header: own.is_none(),
            fault: number_form::fault(claim, claim.text(cell), settings),
        });
        let known = number
            .filter(|number| number.fault.is_none())
            .and_then(|number| reference.authorizations.get(claim.text(number.cell)));
        let wants_more = need.asked().is_some_and(|ask| ask.because != Because::Referral);
        let is_referral = wants_more && known.as_ref().is_some_and(|known| known.kind == AuthKind::Referral);
        let known = known.filter(|_| !is_referral);
        let counted = row.filter(|row| exemption::is_counted(claim, line, row)).map(|row| {
            let asker = exemption::Asker { claim, line, view: *view, analysis, reference, settings };
            Counted { row, is_exempt: exemption::holds_past_limits(&asker, row) }
        });
        answers.push(Assessment { need, number, known, is_referral, counted });
    }
    need::free_whole_stay(claim, &mut answers);
    analysis.cites = answers.iter().any(|answer| answer.number.is_some() && answer.counts());
    analysis.authorization = answers;
}
