//! Profiles from TOML files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::partner::{MOST_VARIANTS, Variants};
use super::profile::{AcknowledgeAs, AdjudicationFindings, BUILT_IN, Profile, RejectScope, RejectUnit};
use super::{edits_file, partners_file, place, rules_file};
use crate::finding::Date;
use crate::guide;
use crate::reference::County;
use crate::rules::{Completeness, CountyStart, RequiredFor, TherapyPeriod};

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Neither a built-in name nor a file.
    #[error("{name}: there is no such profile; give alliance-ccs, snip, or a TOML file")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The file cannot be read.
    #[error("{}: the profile cannot be read: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The text is no profile; the message names line and column.
    #[error("{}: {error}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What and where.
        error: Box<toml::de::Error>,
    },
    /// A value that makes no sense.
    #[error("{}: {message}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to write.
        message: String,
    },
}

/// The keys of a profile file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    name: Option<String>,
    base: Option<Spanned<String>>,
    reject_unit: Option<RejectUnit>,
    reject_scope: Option<RejectScope>,
    adjudication_findings: Option<AdjudicationFindings>,
    acknowledge_as: Option<AcknowledgeAs>,
    accept_versions: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    rules: rules_file::Entries,
    #[serde(default)]
    tar: Tar,
    #[serde(default)]
    members: Members,
    #[serde(default)]
    ccs: Ccs,
    #[serde(default)]
    nicu: Nicu,
    #[serde(default)]
    therapy: Therapy,
    #[serde(default)]
    primary_care: PrimaryCare,
    #[serde(default)]
    counties: BTreeMap<Spanned<String>, toml::value::Datetime>,
    limits: Option<Spanned<Limits>>,
    #[serde(default)]
    edits: Vec<edits_file::Entry>,
    #[serde(default)]
    partners: Vec<partners_file::Entry>,
}

/// The day that a TOML value names, if it is a day and no hour of it.
pub(super) fn date_of(value: &toml::value::Datetime) -> Option<Date> {
    let day = value.date.filter(|_| value.time.is_none())?;
    Date::new(i32::from(day.year), u32::from(day.month), u32::from(day.day))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Tar {
    required_for: Option<RequiredFor>,
    authorizations: Option<Completeness>,
    number_forms: Option<Vec<Spanned<String>>>,
    meals_notice_days: Option<u16>,
    retro_days: Option<u16>,
    turnaround_days: Option<u16>,
    urgent_turnaround_days: Option<u16>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Members {
    id_forms: Option<Vec<Spanned<String>>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Ccs {
    age_limit: Option<u8>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Nicu {
    stabilisation_days: Option<u16>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Therapy {
    visits: Option<u16>,
    period: Option<TherapyPeriod>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct PrimaryCare {
    taxonomies: Option<Vec<Spanned<String>>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names)]
struct Limits {
    segment_bytes: Option<u32>,
    claim_bytes: Option<u32>,
    spool_bytes: Option<u64>,
}

/// What a form of numbers is.
const FORM: &str =
    "write a form of letters, digits and hyphens, such as 99999999A: 9 stands for a digit, A for a letter";

fn is_form(form: &str) -> bool {
    !form.is_empty() && form.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// What a taxonomy code is.
const TAXONOMY: &str =
    "write the ten capital letters and digits of a taxonomy code, or how some begin, such as 363L*";

fn is_taxonomy(code: &str) -> bool {
    let begins = code.strip_suffix('*');
    let letters = begins.unwrap_or(code);
    let is_long_enough =
        if begins.is_some() { (1..10).contains(&letters.len()) } else { letters.len() == 10 };
    is_long_enough && letters.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// Texts of a list, each of which must be as `is_good` says; `what` to write where one is not.
fn texts(
    given: Vec<Spanned<String>>,
    text: &str,
    key: &str,
    is_good: fn(&str) -> bool,
    what: &str,
) -> Result<Vec<String>, String> {
    let take = |one: Spanned<String>| {
        let at = one.span().start;
        let one = one.into_inner();
        if is_good(&one) { Ok(one) } else { Err(format!("{}: {key}: \"{one}\": {what}", place(text, at))) }
    };
    given.into_iter().map(take).collect()
}

/// Guide versions that are accepted beside the adopted ones.
pub(super) fn versions(given: Vec<Spanned<String>>, text: &str) -> Result<Vec<String>, String> {
    let mut accepted = Vec::new();
    for version in given {
        let (at, version) = (version.span().start, version.into_inner());
        if !guide::acceptable_versions().any(|known| known == version) {
            let known: Vec<&str> = guide::acceptable_versions().collect();
            let known = known.join(", ");
            let at = place(text, at);
            return Err(format!(
                "{at}: accept_versions: there are no tables for \"{version}\"; write some of {known}"
            ));
        }
        accepted.push(version);
    }
    Ok(accepted)
}

impl Profile {
    /// A built-in profile by its name, or the profile of a TOML file.
    pub fn load(name_or_file: &str) -> Result<Profile, ProfileError> {
        if let Some(profile) = Profile::built_in(name_or_file) {
            return Ok(profile);
        }
        let path = Path::new(name_or_file);
        let looks_like_file = path.extension().is_some() || name_or_file.contains('/');
        if !looks_like_file && !path.exists() {
            return Err(ProfileError::Unknown { name: name_or_file.to_owned() });
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| ProfileError::Read { path: path.to_owned(), error })?;
        Profile::parse(&text, path)
    }

    /// The profile of a TOML text; `path` is for error messages, and names the profile where the text does not.
    pub fn parse(text: &str, path: &Path) -> Result<Profile, ProfileError> {
        let file: File = toml::from_str(text)
            .map_err(|error| ProfileError::Syntax { path: path.to_owned(), error: Box::new(error) })?;
        let wrong = |message: String| ProfileError::Value { path: path.to_owned(), message };
        let wrong_at = |at: usize, what: String| wrong(format!("{}: {what}", place(text, at)));
        let base = file.base.as_ref().map_or("alliance-ccs", |base| base.get_ref());
        let mut profile = Profile::built_in(base).ok_or_else(|| {
            let at = file.base.as_ref().map_or(0, |base| base.span().start);
            wrong_at(at, format!("base = \"{base}\": write one of {}", BUILT_IN.join(", ")))
        })?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        profile.name = file.name.or(stem).unwrap_or_else(|| base.to_owned());
        profile.reject_unit = file.reject_unit.unwrap_or(profile.reject_unit);
        profile.reject_scope = file.reject_scope.unwrap_or(profile.reject_scope);
        profile.adjudication_findings = file.adjudication_findings.unwrap_or(profile.adjudication_findings);
        profile.acknowledge_as = file.acknowledge_as.unwrap_or(profile.acknowledge_as);
        profile.accept_versions = versions(file.accept_versions.unwrap_or_default(), text).map_err(wrong)?;
        rules_file::read(&file.rules, &mut profile, text).map_err(wrong)?;
        let settings = &mut profile.settings;
        settings.required_for = file.tar.required_for.unwrap_or(settings.required_for);
        settings.authorizations = file.tar.authorizations.or(settings.authorizations);
        settings.meals_notice_days = file.tar.meals_notice_days.map_or(settings.meals_notice_days, i32::from);
        settings.turnaround_days = file.tar.turnaround_days.map_or(settings.turnaround_days, i32::from);
        settings.urgent_turnaround_days =
            file.tar.urgent_turnaround_days.map_or(settings.urgent_turnaround_days, i32::from);
        settings.retro_days = file.tar.retro_days.map_or(settings.retro_days, i32::from);
        settings.age_limit = file.ccs.age_limit.map_or(settings.age_limit, i32::from);
        settings.stabilisation_days =
            file.nicu.stabilisation_days.map_or(settings.stabilisation_days, i32::from);
        if let Some(forms) = file.tar.number_forms {
            settings.number_forms = texts(forms, text, "tar.number_forms", is_form, FORM).map_err(wrong)?;
        }
        if let Some(forms) = file.members.id_forms {
            settings.member_id_forms =
                texts(forms, text, "members.id_forms", is_form, FORM).map_err(wrong)?;
        }
        settings.therapy_visits = file.therapy.visits.unwrap_or(settings.therapy_visits);
        settings.therapy_period = file.therapy.period.unwrap_or(settings.therapy_period);
        if let Some(taxonomies) = file.primary_care.taxonomies {
            let key = "primary_care.taxonomies";
            settings.pcp_taxonomies = texts(taxonomies, text, key, is_taxonomy, TAXONOMY).map_err(wrong)?;
        }
        let mut named = Vec::new();
        for (key, day) in &file.counties {
            let name = key.get_ref();
            let wrong = |what: &str| wrong_at(key.span().start, format!("counties.{name}: {what}"));
            let county = County::parse(name.as_bytes()).filter(|county| *county != County::Other);
            let county = county
                .ok_or_else(|| wrong("write Mariposa, Merced, Monterey, \"San Benito\" or \"Santa Cruz\""))?;
            if named.contains(&county) {
                return Err(wrong("the county stands there twice"));
            }
            named.push(county);
            let from = date_of(day).ok_or_else(|| wrong("write a date such as 2018-07-01"))?;
            settings.counties.retain(|start| start.county != county);
            settings.counties.push(CountyStart { county, from });
        }
        settings.counties.sort_by_key(|start| start.county.name());
        let limits = &mut profile.limits;
        let at_limits = file.limits.as_ref().map_or(0, |limits| limits.span().start);
        let given = file.limits.map(Spanned::into_inner).unwrap_or_default();
        limits.segment = given.segment_bytes.map_or(limits.segment, |bytes| bytes as usize);
        limits.record = given.claim_bytes.map_or(limits.record, u64::from);
        profile.spool_bytes = given.spool_bytes;
        let is_nothing = profile.spool_bytes == Some(0);
        if limits.segment < 106
            || limits.record < limits.segment as u64
            || limits.record > 1 << 30
            || is_nothing
        {
            return Err(wrong_at(
                at_limits,
                "limits: segment_bytes must be at least 106, claim_bytes at least segment_bytes and at most 1 GiB, spool_bytes at least 1"
                    .to_owned(),
            ));
        }
        profile.settings.edits = edits_file::read(file.edits, text).map_err(wrong)?;
        profile.settle();
        profile.partners = partners_file::read(file.partners, &profile, text).map_err(wrong)?;
        profile.variants = Variants::of(&profile).ok_or_else(|| {
            wrong(format!(
                "partners and dates of rules together make more than {MOST_VARIANTS} variants of it"
            ))
        })?;
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::Profile;
    use crate::finding::RuleId;
    use crate::rules::{Completeness, RequiredFor, Severity};
    use crate::verdict::{AcknowledgeAs, AdjudicationFindings, RejectUnit};
    use std::path::Path;

    fn parse(text: &str) -> Result<Profile, String> {
        Profile::parse(text, Path::new("our-plan.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_changes_what_it_names() {
        let profile = parse(
            "reject_unit = \"set\"\nadjudication_findings = \"route\"\nacknowledge_as = \"clearinghouse\"\naccept_versions = [\"005010X222A2\"]\n\
             [rules]\nSET103 = \"warn\"\nTAR107 = { reject_scope = \"line_as_warning\" }\n\
             [tar]\nrequired_for = \"listed_services\"\nauthorizations = \"partial\"\n\
             [therapy]\nvisits = 6\nperiod = \"twelve_months\"\n\
             [counties]\n\"San Benito\" = 2024-07-01\n[limits]\nclaim_bytes = 2000000\n",
        )
        .unwrap();
        assert_eq!(profile.name, "our-plan");
        assert_eq!(profile.reject_unit, RejectUnit::Set);
        assert_eq!(profile.adjudication_findings, AdjudicationFindings::Route);
        assert_eq!(profile.acknowledge_as, AcknowledgeAs::Clearinghouse);
        assert_eq!(profile.severity(RuleId::SET103, 0, false), Severity::Warn);
        assert_eq!(profile.severity(RuleId::TAR106, 0, true), Severity::Warn, "routed");
        assert_eq!(profile.severity(RuleId::TAR101, 0, true), Severity::Reject, "an intake rule");
        assert_eq!(profile.settings.required_for, RequiredFor::ListedServices);
        assert_eq!(profile.settings.authorizations, Some(Completeness::Partial));
        let start = profile.settings.county_start(crate::reference::County::SanBenito);
        assert_eq!(start.unwrap().to_string(), "2024-07-01");
        assert_eq!(profile.settings.therapy_visits, 6);
        assert_eq!(profile.settings.therapy_period, crate::rules::TherapyPeriod::TwelveMonths);
        assert_eq!(profile.limits.record, 2_000_000);
        assert!(profile.accepts_version(b"005010X222A2") && !profile.accepts_version(b"005010X222"));
    }

    #[test]
    fn a_line_can_be_spared() {
        let profile = parse("[rules]\nTAR101 = { reject_scope = \"line_as_warning\" }\n").unwrap();
        assert_eq!(profile.severity(RuleId::TAR101, 0, true), Severity::Warn);
        assert_eq!(profile.severity(RuleId::TAR101, 0, false), Severity::Reject);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let error = parse("[rules]\nTAR101 = \"warning\"\n").unwrap_err();
        assert!(error.contains("line 2") && error.contains("off, shadow, info, warn, reject"), "{error}");
        let error = parse("rejct_unit = \"set\"\n").unwrap_err();
        assert!(error.contains("line 1") && error.contains("reject_unit"), "{error}");
        for (text, part) in [
            ("[rules]\nTAR999 = \"warn\"\n", "rules.TAR999: there is no such rule"),
            ("[rules]\nENV107 = \"warn\"\n", "cannot be lowered"),
            ("[rules]\nENV102 = \"warn\"\n", "cannot be lowered"),
            ("[rules]\nENV112 = \"reject\"\n", "cannot reject"),
            ("base = \"medicare\"\n", "alliance-ccs, snip"),
            ("[counties]\nFresno = 2020-01-01\n", "counties.Fresno"),
            (
                "[counties]\nMerced = 2020-01-01\nmerced = 2021-01-01\n",
                "counties.merced: the county stands there twice",
            ),
            ("[counties]\nMerced = 2020-01-01T10:00:00\n", "counties.Merced: write a date"),
            ("[rules]\nTAR101 = \"warn\"\ntar101 = \"off\"\n", "rules.tar101: the rule stands there twice"),
            ("[rules]\nEDT101 = \"off\"\n", "rules.EDT101: an edit says its severity itself"),
            ("[tar]\nnumber_forms = [\"\"]\n", "tar.number_forms: \"\": write a form"),
            ("[members]\nid_forms = [\"9*\"]\n", "members.id_forms: \"9*\": write a form"),
            (
                "[primary_care]\ntaxonomies = [\"2*07Q\"]\n",
                "primary_care.taxonomies: \"2*07Q\": write the ten",
            ),
            ("[primary_care]\ntaxonomies = [\"xyz\"]\n", "primary_care.taxonomies: \"xyz\": write the ten"),
            ("[limits]\nspool_bytes = 0\n", "spool_bytes at least 1"),
            ("[limits]\nsegment_bytes = 5\n", "at least 106"),
            (
                "accept_versions = [\"005010X222A9\"]\n",
                "no tables for \"005010X222A9\"; write some of 005010X222A1,",
            ),
            ("accept_versions = [\"005010X231\"]\n", "no tables for \"005010X231\""),
            ("[rules]\nSET106 = \"warn\"\n", "cannot be lowered"),
            ("[rules]\nSET103 = { from = 2026-07-01 }\n", "rules.SET103: this rule looks at structure"),
            ("[rules]\nTAR101 = { from = 10:00:00 }\n", "rules.TAR101: from and to are dates"),
            ("[rules]\nTAR101 = { from = 2026-07-01T00:00:00Z }\n", "rules.TAR101: from and to are dates"),
            ("[rules]\nTAR101 = { to = 2010-01-01 }\n", "ends before it begins"),
            ("[rules]\nTAR101 = { from = 2026-07-01, to = 2026-06-30 }\n", "ends before it begins"),
            ("[[partners]]\nname = \"X\"\n", "partners, X: write isa06 or gs02"),
            ("[[partners]]\nname = \"X\"\nisa06 = \"X  \"\n", "without the spaces"),
            ("[[partners]]\nname = \"X\"\nisa06 = \"X\"\nrules.TAR999 = \"warn\"\n", "rules.TAR999"),
            ("[[partners]]\nname = \"X\"\nisa06 = \"X\"\naccept_versions = [\"X\"]\n", "no tables for"),
            (
                "[[partners]]\nname = \"X\"\nisa06 = \"X\"\n[[partners]]\nname = \"Y\"\nisa06 = \"X\"\n",
                "partners, Y: what it sends is already X's",
            ),
            (
                "[[partners]]\nname = \"X\"\nisa06 = \"X\"\n[[partners]]\nname = \"X\"\ngs02 = \"X\"\n",
                "another partner has this name",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with("our-plan.toml: line ") && error.contains(part), "{error}");
        }
        let error = parse("name = \"x\"\n[rules]\nCCS101 = \"warn\"\n  TAR999 = \"warn\"\n").unwrap_err();
        assert!(error.contains("line 4, column 3: rules.TAR999"), "{error}");
        assert!(Profile::load("no-such").unwrap_err().to_string().contains("no such profile"));
        assert!(Profile::load("no/such.toml").unwrap_err().to_string().contains("cannot be read"));
    }
}
