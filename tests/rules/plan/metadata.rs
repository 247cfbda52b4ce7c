//! What the plan's rule table says of each rule, and what the rule says of itself.

use claimsieve::finding::RuleId;
use claimsieve::rules::{self, Stage};

/// Code, title, requirements, usual severity, stage, codes, route, silencers and first day are those of `rules.csv`.
#[test]
fn rules_are_those_of_the_table() {
    let mut reader = csv::Reader::from_reader(include_str!("rules.csv").as_bytes());
    let mut wrong = Vec::new();
    for row in reader.records().map(Result::unwrap) {
        let Some(id) = RuleId::parse(&row[0]) else {
            wrong.push(format!("{}: there is no such rule", &row[0]));
            continue;
        };
        let rule = rules::rule(id);
        let usual = rule.outcome(0);
        let codes = usual.codes;
        let own: Vec<&str> = rule.requirements.iter().copied().filter(|code| code.starts_with('R')).collect();
        let snip = rule.snip.to_string();
        let silent: Vec<&str> = rule.silent_if.iter().map(|other| other.code()).collect();
        let stage = if rule.stage == Stage::Intake { "intake" } else { "adjudication" };
        let mut compare = |what: &str, found: &str, expected: &str| {
            if found != expected {
                wrong.push(format!("{id}: {what} is {found:?}, in the table {expected:?}"));
            }
        };
        compare("family", rule.family(), &row[1]);
        compare("snip", &snip, &row[2]);
        compare("title", rule.title, &row[3]);
        for requirement in row[4].split('|').filter(|code| !own.contains(code)) {
            compare("requirement", "", requirement);
        }
        compare("severity", usual.severity.word(), &row[5]);
        compare("stage", stage, &row[6]);
        compare("STC category", codes.category, &row[7]);
        compare("STC status", codes.status, &row[8]);
        compare("STC entity", codes.entity, &row[9]);
        compare("CARC", codes.carc, &row[10]);
        compare("RARC", codes.rarc, &row[11]);
        compare("AAA", codes.aaa, &row[12]);
        compare("route", rule.route, &row[13]);
        for other in row[14].split('|').filter(|code| !code.is_empty() && !silent.contains(code)) {
            compare("silencer", "", other);
        }
        compare("first day", rule.effective_from, &row[15]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
