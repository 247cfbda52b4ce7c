//! Summaries are what their schema says.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use claimsieve::finding::{Date, RuleId};
use claimsieve::generate::{Batch, Kind};
use claimsieve::pipeline::{Options, Silent, process};
use claimsieve::reference::Reference;
use claimsieve::source::{RealDisk, discover};
use claimsieve::verdict::Profile;
use serde_json::{Value, json};

#[test]
fn summaries_follow_the_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/summary.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();

    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("day.837");
    let mut batch = Batch::new(Kind::Professional, 300, 7);
    batch.reject_rate = 0.2;
    batch.write_to(&mut std::fs::File::create(&input).unwrap()).unwrap();
    let missing = dir.path().join("missing.837");
    let out = dir.path().join("out");
    let text = "[rules]\nCCS101 = \"shadow\"\n";
    let profile = Profile::parse(text, Path::new("shadow.toml")).unwrap();
    let options = Options::new(&profile, &out, Date::new(2026, 7, 2).unwrap());
    let report = process(&discover([&input, &missing]), Reference::builtin(), &options, &RealDisk, &Silent);
    assert_eq!(report.status, 3);
    for name in ["day.summary.json", "summary.json"] {
        let summary: serde_json::Value =
            serde_json::from_slice(&std::fs::read(out.join(name)).unwrap()).unwrap();
        let mut errors = Vec::new();
        validate(&schema, &schema, &summary, name, &mut errors);
        assert!(errors.is_empty(), "{errors:?}");
        let shadow = &summary["findings"]["CCS101"];
        assert!(shadow["shadow"].as_u64() > Some(0) && shadow["reject"] == 0, "{name}");
        assert!(summary["shadow_charges"]["CCS101"].is_string(), "{name}");
    }
    // the schema can fail
    for broken in [json!({ "records": {} }), json!([]), json!({ "charges": { "read": "1.5" }, "more": 1 })] {
        let mut errors = Vec::new();
        validate(&schema, &schema, &broken, "broken", &mut errors);
        assert!(!errors.is_empty(), "{broken}");
    }
}

/// Holds a value against the part of JSON Schema that the schema uses; any other keyword fails the test.
fn validate(root: &Value, schema: &Value, value: &Value, at: &str, errors: &mut Vec<String>) {
    let mut fail = |what: &str| errors.push(format!("{at}: {what}"));
    let mut inner: Vec<(&Value, &Value, String)> = Vec::new();
    for (keyword, rule) in schema.as_object().unwrap() {
        match keyword.as_str() {
            // what describes, and what is looked at below
            "$schema" | "$defs" | "title" | "description" | "properties" | "additionalProperties" => {}
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                inner.push((&root["$defs"][name], value, at.to_owned()));
            }
            "type" => {
                let is = match rule.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_u64() || value.is_i64(),
                    other => panic!("type {other}"),
                };
                if !is {
                    fail(&format!("is no {rule}"));
                }
            }
            "minimum" => {
                if value.as_i64().is_some_and(|number| number < rule.as_i64().unwrap()) {
                    fail("is too small");
                }
            }
            "required" => {
                for name in rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap()) {
                    if value.get(name).is_none() {
                        fail(&format!("has no {name}"));
                    }
                }
            }
            "pattern" => {
                if !matches(rule.as_str().unwrap(), value.as_str().unwrap_or("")) {
                    fail("does not match its pattern");
                }
            }
            "propertyNames" => {
                let pattern = rule["pattern"].as_str().unwrap();
                for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
                    if !matches(pattern, name) {
                        fail(&format!("property {name} does not match"));
                    }
                }
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                inner.extend(items.map(|(n, item)| (rule, item, format!("{at}[{n}]"))));
            }
            other => panic!("the schema uses {other}"),
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let known = &schema["properties"][name];
        let rest = &schema["additionalProperties"];
        if known.is_object() {
            inner.push((known, member, format!("{at}.{name}")));
        } else if rest.is_object() {
            inner.push((rest, member, format!("{at}.{name}")));
        } else if *rest == Value::Bool(false) {
            fail(&format!("has {name}, which the schema does not know"));
        }
    }
    for (schema, value, at) in inner {
        validate(root, schema, value, &at, errors);
    }
}

/// The two patterns of the schema.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[A-Z]{3}[0-9]{3}$" => RuleId::parse(text).is_some_and(|rule| rule.code() == text),
        "^-?[0-9]+\\.[0-9]{2}$" => {
            let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let text = text.strip_prefix('-').unwrap_or(text);
            text.split_once('.').is_some_and(|(whole, rest)| digits(whole) && digits(rest) && rest.len() == 2)
        }
        other => panic!("pattern {other}"),
    }
}
