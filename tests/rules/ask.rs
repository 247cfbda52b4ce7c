//! One claim, one rule, one answer.

use claimsieve::finding::RuleId;
use claimsieve::record::ClaimKind;
use claimsieve::reference::Roster;
use claimsieve::rules::Expect;

use crate::common::{Case, Kind, Row, SURGEON, Setup, interchange_of, requesting, responding, review_of};

/// The code lists that a text may give.
const LISTS: [&str; 12] = [
    "revenue_codes.csv",
    "condition_codes.csv",
    "occurrence_codes.csv",
    "occurrence_span_codes.csv",
    "value_codes.csv",
    "admission_types.csv",
    "admission_sources.csv",
    "patient_status.csv",
    "taxonomy.csv",
    "hcpcs.csv",
    "hcpcs_modifiers.csv",
    "pos.csv",
];

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
/// - `@request-event`, `@response-event`: what follows is no claim but the event of a 278 request (from UM on) or response (from HCR on), of
///   the member; a line that begins with `|` begins a service,
/// - `@roster NAME ROW`: a row of another roster, such as `members`, below its usual header,
/// - `@again`: the claim stands twice in the file,
/// - `@replace OLD|NEW`: text of the interchange to be replaced everywhere, such as a segment above the claim; `~` ends segments,
/// - `@profile LINE`: a line of the profile, below `base = "alliance-ccs"`,
/// - `@roster FILE`: a file of the rosters; the lines `@row LINE` below it, its header first, are what it holds,
/// - `@interchange`: the text is a whole interchange, or several,
/// - `@patient`: the claim stands under a patient who is not the subscriber,
/// - `@list FILE LINE|LINE`: a file of the reference folder,
/// - `@request`, `@response` as the first line: the text is an event of a 278, from behind its HL on. Its HL is number 4, so that
///   services are `HL*5*4*SS*0` and so on.
pub(crate) fn answer(kind: ClaimKind, text: &str, rule: RuleId) -> Expect {
    answer_with(Setup::default(), kind, text, rule)
}

/// The same with tables of its own.
pub(crate) fn answer_with(setup: Setup, kind: ClaimKind, text: &str, rule: RuleId) -> Expect {
    let rows = rows(setup, kind, text);
    let has = |severity: &str| {
        let mut own = rows.iter().filter(|row| row.rule == rule.code() && row.inherited_from.is_empty());
        own.any(|row| row.severity == severity)
    };
    match () {
        () if has("reject") => Expect::Reject,
        () if has("warn") => Expect::Warn,
        () if has("info") => Expect::Info,
        () => Expect::Silent,
    }
}

/// What is wrong with the structure of such a text, which keeps rules from being asked.
pub(crate) fn broken(kind: ClaimKind, text: &str) -> Option<String> {
    let rows = rows(Setup::default(), kind, text);
    let row = rows.iter().find(|row| row.snip <= 2 && row.severity == "reject")?;
    Some(format!("{} {}", row.rule, row.message))
}

/// All that is said of such a text.
pub(crate) fn rows(setup: Setup, kind: ClaimKind, text: &str) -> Vec<Row> {
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
    let of_event = is("@request-event") || is("@response-event");
    let (claim, birth, zip) = (claim.join("\n"), one("@birth", "20150302"), one("@zip", "95060"));
    let patient = said("@patient").pop();
    let case = Case { birth: &birth, zip: &zip, patient: patient.as_deref(), ..Case::of(&claim) };
    let bytes = match text.lines().next() {
        Some("@request") => review_of(Kind::Request, &claim),
        Some("@response") => review_of(Kind::Response, &claim),
        _ if is("@interchange") => claim.clone().into_bytes(),
        _ if of_event => {
            let mut parts = claim.split('|');
            let event = parts.next().unwrap_or_default().trim();
            let services: Vec<&str> = parts.map(str::trim).collect();
            let build = if is("@request-event") { requesting } else { responding };
            build("91234567A", 1, event, &services)
        }
        _ => {
            let times = if is("@again") { 2 } else { 1 };
            interchange_of(kind, &one("@taxonomy", SURGEON), &vec![case; times])
        }
    };
    let bytes = said("@replace").iter().fold(bytes, |bytes, edit| replaced(&bytes, edit));
    let bytes = if is("@patient") { under_patient(&bytes) } else { bytes };
    let profile = said("@profile");
    let profile = Setup::with_profile(&format!("base = \"alliance-ccs\"\n{}\n", profile.join("\n"))).profile;
    let mut setup = Setup { profile, ..setup };
    let authorizations = said("@authorization");
    if !authorizations.is_empty() {
        setup.rosters = Setup::with_authorizations(&authorizations.join("\n")).rosters;
    }
    for list in said("@list") {
        let (name, lines) = list.split_once(' ').expect("@list FILE LINE|LINE");
        let file = LISTS.iter().find(|known| **known == name).expect("a list's name");
        setup.tables.push((file, lines.replace('|', "\n") + "\n"));
    }
    let mut roster = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("@roster ").filter(|name| {
            std::path::Path::new(name).extension().is_some_and(|end| end == "csv") && !name.contains(',')
        }) {
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
    ran.of("a").rows
}

/// The claim of a subscriber who is the patient, under a patient level.
fn under_patient(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).replace("HL*2*1*22*0~", "HL*2*1*22*1~");
    let mut out: Vec<String> = Vec::new();
    let mut person: Vec<&str> = Vec::new();
    let mut in_subscriber = false;
    for segment in text.split('~').map(str::trim).filter(|segment| !segment.is_empty()) {
        let id = segment.split('*').next().unwrap_or_default();
        match id {
            "SBR" if out.last().is_some_and(|last| last.starts_with("HL*")) => {
                in_subscriber = true;
                out.push(segment.replacen("*18*", "**", 1));
            }
            "N3" | "N4" | "DMG"
                if in_subscriber && !out.last().is_some_and(|last| last.starts_with("NM1*PR")) =>
            {
                person.push(segment);
            }
            "CLM" => {
                in_subscriber = false;
                out.extend(["HL*3*2*23*0", "PAT*19", "NM1*QC*1*VANCE*BEN"].map(str::to_owned));
                out.extend(person.drain(..).map(str::to_owned));
                out.push(segment.to_owned());
            }
            _ => out.push(segment.to_owned()),
        }
    }
    replaced((out.join("~\n") + "~\n").as_bytes(), "ST*837*|ST*837*")
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
