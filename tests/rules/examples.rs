//! Each documented example does what its page says.

use claimsieve::rules::{self, Expect};

use crate::ask::{answer, broken};

#[test]
fn every_example_does_what_it_shows() {
    let mut ran = 0;
    let mut wrong = Vec::new();
    for rule in rules::all() {
        for example in rule.examples {
            let found = answer(example.kind, example.text, rule.id);
            if found != example.expect {
                let name = rule.id.code();
                wrong.push(format!(
                    "{name}, {}: expected {:?}, found {found:?}",
                    example.shows, example.expect
                ));
            }
            ran += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ran > 60, "only {ran} examples");
}

/// A rule shows at least one claim or interchange that it minds and one that it does not.
#[test]
fn every_rule_has_good_and_bad_examples() {
    for rule in rules::all() {
        let silent = rule.examples.iter().filter(|example| example.expect == Expect::Silent).count();
        assert!(silent > 0, "{} shows no good claim", rule.id.code());
        assert!(silent < rule.examples.len(), "{} shows no bad claim", rule.id.code());
    }
}

/// An example that a broken structure keeps from being judged would show nothing.
#[test]
fn good_examples_are_sound() {
    let mut wrong = Vec::new();
    for rule in rules::all().filter(|rule| rule.snip > 2) {
        for example in rule.examples.iter().filter(|example| example.expect == Expect::Silent) {
            if let Some(row) = broken(example.kind, example.text) {
                wrong.push(format!("{}, {}: {row}", rule.id.code(), example.shows));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
