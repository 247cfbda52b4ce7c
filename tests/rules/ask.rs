//! One claim, one rule, one answer.

use claimsieve::finding::RuleId;
use claimsieve::record::ClaimKind;
use claimsieve::rules::Expect;

use crate::common::{Case, Kind, SURGEON, Setup, interchange_of};

/// A claim and what surrounds it. The text is the claim from CLM on, a segment a line; lines that begin with `@` change the
/// surroundings:
///
/// - `@birth CCYYMMDD`: the subscriber's date of birth (else 2 March 2015),
/// - `@zip NNNNN`: the subscriber's ZIP code (else 95060, Santa Cruz),
/// - `@taxonomy CODE`: the billing provider's taxonomy (else an orthopaedic surgeon's),
/// - `@authorization ROW`: a row of `authorizations.csv`,
/// - `@profile LINE`: a line of the profile, below `base = "alliance-ccs"`.
pub(crate) fn answer(kind: ClaimKind, text: &str, rule: RuleId) -> Expect {
    let kind = match kind {
        ClaimKind::Professional => Kind::Professional,
        ClaimKind::Institutional => Kind::Institutional,
        ClaimKind::Dental => Kind::Dental,
    };
    let said = |key: &str| {
        let lines = text.lines().filter_map(move |line| line.strip_prefix(key)?.strip_prefix(' '));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let one = |key: &str, usual: &str| said(key).pop().unwrap_or_else(|| usual.to_owned());
    let claim: Vec<&str> = text.lines().filter(|line| !line.starts_with('@')).collect();
    let (claim, birth, zip) = (claim.join("\n"), one("@birth", "20150302"), one("@zip", "95060"));
    let case = Case { birth: &birth, zip: &zip, ..Case::of(&claim) };
    let bytes = interchange_of(kind, &one("@taxonomy", SURGEON), &[case]);
    let profile = said("@profile");
    let mut setup = Setup::with_profile(&format!("base = \"alliance-ccs\"\n{}\n", profile.join("\n")));
    let authorizations = said("@authorization");
    if !authorizations.is_empty() {
        setup.rosters = Setup::with_authorizations(&authorizations.join("\n")).rosters;
    }
    let outputs = setup.one(&bytes);
    let severities: Vec<&str> = outputs
        .rows
        .iter()
        .filter(|row| row.rule == rule.code() && row.inherited_from.is_empty())
        .map(|row| row.severity.as_str())
        .collect();
    let has = |severity: &str| severities.contains(&severity);
    match () {
        () if has("reject") => Expect::Reject,
        () if has("warn") => Expect::Warn,
        () if has("info") => Expect::Info,
        () => Expect::Silent,
    }
}

/// Asserts what a rule says of a professional claim.
#[track_caller]
pub(crate) fn expect(rule: RuleId, expected: Expect, what: &str, text: &str) {
    assert_eq!(answer(ClaimKind::Professional, text, rule), expected, "{} on {what}:\n{text}", rule.code());
}

/// Asserts what a rule says of an institutional claim.
#[track_caller]
pub(crate) fn expect_institutional(rule: RuleId, expected: Expect, what: &str, text: &str) {
    assert_eq!(answer(ClaimKind::Institutional, text, rule), expected, "{} on {what}:\n{text}", rule.code());
}
