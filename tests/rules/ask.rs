//! One claim, one rule, one answer.

use claimsieve::finding::RuleId;
use claimsieve::record::ClaimKind;
use claimsieve::reference::Roster;
use claimsieve::rules::Expect;

use crate::common::{Case, Kind, SURGEON, Setup, interchange_of, requesting, responding};

/// The rosters that a text may give.
const ROSTERS: [&str; 4] = ["members.csv", "providers.csv", "facilities.csv", "history.csv"];

/// A claim and what surrounds it. The text is the claim from CLM on, a segment a line; lines that begin with `@` change the
/// surroundings:
///
/// - `@birth CCYYMMDD`: the subscriber's date of birth (else 2 March 2015),
/// - `@zip NNNNN`: the subscriber's ZIP code (else 95060, Santa Cruz),
/// - `@taxonomy CODE`: the billing provider's taxonomy (else an orthopaedic surgeon's),
/// - `@patient CCYYMMDD`: the claim is of a patient below the subscriber (2000C), born on that day,
/// - `@authorization ROW`: a row of `authorizations.csv`,
/// - `@response EVENT|SERVICE|…`: a 278 response for the member, its event from HCR on and its services; `~` ends segments,
/// - `@request`, `@answer`: what follows is no claim but the event of a 278 request (from UM on) or response (from HCR on), of
///   the member; a line that begins with `|` begins a service,
/// - `@roster NAME ROW`: a row of another roster, such as `members`, below its usual header,
/// - `@replace OLD|NEW`: text of the interchange to be replaced everywhere, such as a segment above the claim; `~` ends segments,
/// - `@profile LINE`: a line of the profile, below `base = "alliance-ccs"`,
/// - `@roster FILE`: a file of the rosters; the lines `@row LINE` below it, its header first, are what it holds,
/// - `@interchange`: the text is a whole interchange, or several.
pub(crate) fn answer(kind: ClaimKind, text: &str, rule: RuleId) -> Expect {
    answer_with(Setup::default(), kind, text, rule)
}

/// The same with tables of its own.
pub(crate) fn answer_with(setup: Setup, kind: ClaimKind, text: &str, rule: RuleId) -> Expect {
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
    let is = |word: &str| text.lines().any(|line| line == word);
    let of_event = is("@request") || is("@answer");
    let (claim, birth, zip) = (claim.join("\n"), one("@birth", "20150302"), one("@zip", "95060"));
    let patient = said("@patient").pop();
    let case = Case { birth: &birth, zip: &zip, patient: patient.as_deref(), ..Case::of(&claim) };
    let bytes = if is("@interchange") {
        claim.clone().into_bytes()
    } else if of_event {
        let mut parts = claim.split('|');
        let event = parts.next().unwrap_or_default().trim();
        let services: Vec<&str> = parts.map(str::trim).collect();
        let build = if is("@request") { requesting } else { responding };
        build("91234567A", 1, event, &services)
    } else {
        interchange_of(kind, &one("@taxonomy", SURGEON), &[case])
    };
    let bytes = said("@replace").iter().fold(bytes, |bytes, edit| replaced(&bytes, edit));
    let profile = said("@profile");
    let profile = Setup::with_profile(&format!("base = \"alliance-ccs\"\n{}\n", profile.join("\n"))).profile;
    let mut setup = Setup { profile, ..setup };
    let authorizations = said("@authorization");
    if !authorizations.is_empty() {
        setup.rosters = Setup::with_authorizations(&authorizations.join("\n")).rosters;
    }
    let mut roster = None;
    for line in text.lines() {
        if let Some(name) =
            line.strip_prefix("@roster ").filter(|name| name.ends_with(".csv") && !name.contains(','))
        {
            roster = ROSTERS.iter().find(|known| **known == name);
            setup.rosters.push((roster.expect("a roster's name"), String::new()));
        } else if let (Some(row), Some((_, file))) = (line.strip_prefix("@row "), setup.rosters.last_mut()) {
            file.push_str(&format!("{row}\n"));
        }
    }
    assert!(roster.is_some() || !text.contains("@row "), "@row without @roster");
    for roster in Roster::ALL.into_iter().filter(|roster| *roster != Roster::Authorizations) {
        let rows = said(&format!("@roster {}", roster.name()));
        if let (Some(header), false) = (roster.template().lines().next(), rows.is_empty()) {
            setup.rosters.push((roster.file_name(), format!("{header}\n{}\n", rows.join("\n"))));
        }
    }
    let responses: Vec<(String, Vec<u8>)> = (1..)
        .zip(said("@response"))
        .map(|(nth, text)| {
            let lines = text.replace('~', "\n");
            let mut parts = lines.split('|');
            let event = parts.next().unwrap_or_default();
            let services: Vec<&str> = parts.collect();
            (format!("response{nth}.278"), responding("91234567A", nth + 1, event, &services))
        })
        .collect();
    let mut files: Vec<(&str, &[u8])> = vec![("a.837", &bytes)];
    files.extend(responses.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    let ran = setup.run(&files);
    assert_eq!(ran.errors, Vec::<String>::new());
    let outputs = ran.of("a");
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

/// An interchange with some text replaced, and the segments of its set counted anew.
fn replaced(bytes: &[u8], edit: &str) -> Vec<u8> {
    let (old, new) = edit.split_once('|').expect("@replace OLD|NEW");
    let text = String::from_utf8_lossy(bytes);
    assert!(text.contains(old), "there is no {old} to replace");
    let text = text.replace(old, new);
    let segments = || text.split('~').map(str::trim);
    let begin = segments().position(|segment| segment.starts_with("ST*")).expect("an ST");
    let end = segments().position(|segment| segment.starts_with("SE*")).expect("an SE");
    let trailer = segments().nth(end).expect("an SE");
    let number = trailer.rsplit('*').next().unwrap_or_default();
    text.replace(trailer, &format!("SE*{}*{number}", end - begin + 1)).into_bytes()
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
