//! A profile as the text of a TOML file: every key that there is, and what each rule does.

use std::fmt::Write as _;

use serde::Serialize;

use super::profile::RuleChoice;
use super::{Profile, edits_file, partners_file, rules_file};
use crate::rules;

impl Profile {
    /// The profile as TOML; read again, it is the same profile. What it chooses for rules is written out, and what rules do of
    /// themselves stands in comments, by outcome where their outcomes differ.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        // a String takes everything
        let _ = self.write_toml(&mut text);
        text
    }

    fn write_toml(&self, text: &mut String) -> std::fmt::Result {
        let settings = &self.settings;
        writeln!(text, "name = {}", word(&self.name))?;
        writeln!(text, "base = {}", word(self.base))?;
        writeln!(text, "reject_unit = {}", word(self.reject_unit))?;
        writeln!(text, "reject_scope = {}", word(self.reject_scope))?;
        writeln!(text, "adjudication_findings = {}", word(self.adjudication_findings))?;
        writeln!(text, "acknowledge_as = {}", word(self.acknowledge_as))?;
        writeln!(text, "accept_versions = {}", word(&self.accept_versions))?;
        writeln!(text, "\n[rules]")?;
        for rule in rules::all() {
            self.write_rule(text, rule)?;
        }
        writeln!(text, "\n[tar]\nrequired_for = {}", word(settings.required_for))?;
        match settings.authorizations {
            Some(known) => writeln!(text, "authorizations = {}", word(known))?,
            None => {
                writeln!(
                    text,
                    "# authorizations: complete where authorizations.csv or a store is given, else partial"
                )?;
            }
        }
        writeln!(text, "number_forms = {}", word(&settings.number_forms))?;
        writeln!(text, "meals_notice_days = {}", settings.meals_notice_days)?;
        writeln!(text, "retro_days = {}", settings.retro_days)?;
        writeln!(text, "turnaround_days = {}", settings.turnaround_days)?;
        writeln!(text, "urgent_turnaround_days = {}", settings.urgent_turnaround_days)?;
        writeln!(text, "\n[members]\nid_forms = {}", word(&settings.member_id_forms))?;
        writeln!(text, "\n[ccs]\nage_limit = {}", settings.age_limit)?;
        writeln!(text, "\n[nicu]\nstabilisation_days = {}", settings.stabilisation_days)?;
        writeln!(text, "\n[therapy]\nvisits = {}", settings.therapy_visits)?;
        writeln!(text, "period = {}", word(settings.therapy_period))?;
        writeln!(text, "\n[primary_care]\ntaxonomies = {}", word(&settings.pcp_taxonomies))?;
        writeln!(text, "\n[counties]")?;
        for start in &settings.counties {
            writeln!(text, "{} = {}", word(start.county.name()), start.from)?;
        }
        writeln!(text, "\n[limits]\nsegment_bytes = {}", self.limits.segment)?;
        writeln!(text, "claim_bytes = {}", self.limits.record)?;
        match self.spool_bytes {
            Some(bytes) => writeln!(text, "spool_bytes = {bytes}")?,
            None => writeln!(text, "# spool_bytes: only the disk sets a limit")?,
        }
        edits_file::write(&settings.edits, text)?;
        partners_file::write(self, text)
    }

    fn write_rule(&self, text: &mut String, rule: &rules::Rule) -> std::fmt::Result {
        let choice = self.choice(rule.id);
        if choice == RuleChoice::default() {
            write!(text, "# {} = {}", rule.id, word(self.severity(rule.id, 0, false)))?;
        } else {
            rules_file::write(&choice, rule, text)?;
        }
        let usual = self.severity(rule.id, 0, false);
        let others = rule.outcomes.iter().enumerate().skip(1);
        let others = others.map(|(at, outcome)| (outcome.when, self.severity(rule.id, at as u8, false)));
        let others: Vec<String> = others
            .filter(|(_, severity)| *severity != usual)
            .map(|(when, severity)| format!("{severity}: {when}"))
            .collect();
        if others.is_empty() { writeln!(text) } else { writeln!(text, "  # {}", others.join("; ")) }
    }
}

/// A value as TOML writes it.
pub(super) fn word(value: impl Serialize) -> String {
    toml::Value::try_from(value).map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Profile;
    use crate::finding::RuleId;
    use std::path::Path;

    /// Everything that a profile holds, as text.
    fn all_of(profile: &Profile) -> String {
        let severities: Vec<_> = RuleId::all()
            .flat_map(|rule| (0..8).flat_map(move |outcome| [true, false].map(|line| (rule, outcome, line))))
            .flat_map(|(rule, outcome, line)| {
                profile.each().map(move |own| own.severity(rule, outcome, line))
            })
            .collect();
        format!("{profile:?} {severities:?}")
    }

    #[test]
    fn what_is_shown_is_the_profile() {
        let ours = "base = \"snip\"\nreject_unit = \"set\"\nreject_scope = \"line_as_warning\"\n\
             adjudication_findings = \"route\"\nacknowledge_as = \"clearinghouse\"\naccept_versions = [\"005010X222A2\"]\n\
             [rules]\nSET103 = \"warn\"\nENV111 = \"reject\"\nTAR101 = { reject_scope = \"claim\" }\n\
             TAR107 = { severity = \"shadow\", reject_scope = \"line_as_warning\" }\n\
             CCS101 = { from = 2026-07-01 }\nFFS101 = { severity = \"warn\", from = 2026-07-01, to = 2026-12-31 }\n\
             [[partners]]\nname = \"two\"\nisa06 = \"HOUSE X\"\ngs02 = \"ANNEX\"\naccept_versions = []\nadjudication_findings = \"reject\"\n\
             [[partners]]\nname = \"one\"\nisa06 = \"HOUSE X\"\nreject_scope = \"claim\"\n\
             [partners.rules]\nTAR101 = \"info\"\nCCS101 = { to = 2026-12-31 }\n\
             [tar]\nrequired_for = \"listed_services\"\nauthorizations = \"partial\"\nmeals_notice_days = 7\n\
             number_forms = [\"99999999999\"]\nretro_days = 60\nturnaround_days = 6\nurgent_turnaround_days = 2\n[members]\nid_forms = [\"AA999\"]\n[ccs]\nage_limit = 19\n\
             [nicu]\nstabilisation_days = 5\n[primary_care]\ntaxonomies = [\"2*\"]\n\
             [counties]\n\"San Benito\" = 2024-07-01\n[limits]\nclaim_bytes = 2000000\nspool_bytes = 1000\n";
        for text in ["", "base = \"snip\"\n", ours] {
            let profile = Profile::parse(text, Path::new("our-plan.toml")).unwrap();
            let shown = profile.to_toml();
            let again = Profile::parse(&shown, Path::new("other.toml")).unwrap();
            assert_eq!(all_of(&profile), all_of(&again), "{shown}");
        }
        let shown = Profile::parse(ours, Path::new("our-plan.toml")).unwrap().to_toml();
        for line in [
            "name = \"our-plan\"",
            "reject_unit = \"set\"",
            "required_for = \"listed_services\"",
            "\"San Benito\" = 2024-07-01",
            "ENV111 = \"reject\"",
            "CCS101 = { severity = \"off\", from = 2026-07-01 }",
            "CCS101 = { severity = \"off\", from = 2026-07-01, to = 2026-12-31 }",
            "FFS101 = { severity = \"warn\", from = 2026-07-01, to = 2026-12-31 }",
            "gs02 = \"ANNEX\"",
            "TAR107 = { severity = \"shadow\", reject_scope = \"line_as_warning\" }",
        ] {
            assert!(shown.lines().any(|shown| shown == line), "{line} in\n{shown}");
        }
        assert!(shown.contains("\n# SIT131 = \"info\"\n"), "{shown}");
        let plan = Profile::built_in("alliance-ccs").unwrap().to_toml();
        assert!(plan.contains("\n# SIT120 = \"reject\"  # warn: "), "{plan}");
        // each is ready to be chosen
        let chosen = |line: &str| {
            let rule =
                line.strip_prefix("# ").filter(|rest| RuleId::parse(rest.get(..6).unwrap_or("")).is_some());
            rule.unwrap_or(line).to_owned() + "\n"
        };
        let all: String = plan.lines().map(chosen).collect();
        let read = Profile::parse(&all, Path::new("all.toml")).unwrap();
        assert_eq!(read.severity(RuleId::SIT120, 0, false), crate::rules::Severity::Reject);
    }
}
