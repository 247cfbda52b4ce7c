//! Text for people: bytes made readable, messages made of facts.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::finding::{Fact, Finding, Findings, Total};
use crate::rules;
use crate::x12::Unit;

/// Bytes as text: UTF-8 stays, other bytes become `\xNN`.
pub fn readable(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    Cow::Owned(text)
}

/// Bytes as text that a terminal shows as it stands: what would move its cursor or change its colors is shown as `\xNN` too.
pub fn printable(bytes: &[u8]) -> Cow<'_, str> {
    let text = readable(bytes);
    if !text.chars().any(char::is_control) {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() {
            let _ = write!(shown, "\\x{:02X}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// A fact as text.
pub fn fact<'a>(fact: Fact, unit: &'a Unit, findings: &'a Findings) -> Cow<'a, str> {
    match fact {
        Fact::None => Cow::Borrowed(""),
        Fact::Input(span) => readable(unit.text(span)),
        Fact::Text(text) => Cow::Borrowed(text),
        Fact::Kept(span) => Cow::Borrowed(findings.text(span)),
        Fact::Number(number) => Cow::Owned(number.to_string()),
        Fact::Money(money) => Cow::Owned(money.to_string()),
        Fact::Date(date) => Cow::Owned(date.to_string()),
        Fact::Code(code) => Cow::Owned(code.to_string()),
    }
}

/// A value as messages show it: what holds nothing but spaces is called blank.
pub fn shown(value: &str) -> &str {
    if value.trim().is_empty() { "blank" } else { value }
}

/// A fact as messages show it. What the input holds may be blank; a rule's own words may be none.
fn told<'a>(it: Fact, unit: &'a Unit, findings: &'a Findings) -> Cow<'a, str> {
    let text = fact(it, unit, findings);
    if matches!(it, Fact::Input(_)) && text.trim().is_empty() { Cow::Borrowed("blank") } else { text }
}

/// The message of a finding, made of its outcome's template and its facts, and in brackets the rows of policy tables that it rests
/// on; `line` is what the line is called (LX01), its number where it is called nothing.
pub fn message(finding: &Finding, unit: &Unit, findings: &Findings, line: &str) -> String {
    let number = finding.line.to_string();
    let line = if line.trim().is_empty() && finding.line > 0 { &number } else { line };
    let template = rules::rule(finding.rule).outcome(finding.outcome).message;
    let facts = findings.facts(finding);
    let mut text = fill(template, |name, text| match name {
        "found" => text.push_str(&told(finding.found, unit, findings)),
        "expected" => text.push_str(&told(finding.expected, unit, findings)),
        "line" => text.push_str(line),
        "lines" => lines(findings.lines(finding), line, text),
        "segment" => text.push_str(&finding.place.segment_id.to_string()),
        "loop" => {
            if finding.place.loop_id.is_empty() {
                text.push_str("the set");
            } else {
                let _ = write!(text, "loop {}", finding.place.loop_id);
            }
        }
        "qualifier" => {
            let found = fact(finding.found, unit, findings);
            if !found.is_empty() {
                let _ = write!(text, " with qualifier {found}");
            }
        }
        "of" => {
            let expected = fact(finding.expected, unit, findings);
            if !expected.is_empty() {
                let _ = write!(text, " (qualifier {expected})");
            }
        }
        _ => {
            let value = name.parse::<usize>().ok().and_then(|at| facts.get(at));
            text.push_str(&told(value.copied().unwrap_or_default(), unit, findings));
        }
    });
    if !finding.basis.is_empty() {
        let _ = write!(text, " [{}]", findings.text(finding.basis));
    }
    text
}

/// `line 2`, `lines 1, 2 and 4`, or the line of the finding itself.
fn lines(numbers: &[u32], line: &str, text: &mut String) {
    match numbers {
        [] => {
            text.push_str(if line.is_empty() { "the claim" } else { "line " });
            text.push_str(line);
        }
        [one] => {
            let _ = write!(text, "line {one}");
        }
        [most @ .., last] => {
            text.push_str("lines ");
            for (at, number) in most.iter().enumerate() {
                let _ = write!(text, "{}{number}", if at == 0 { "" } else { ", " });
            }
            let _ = write!(text, " and {last}");
        }
    }
}

/// Fills the `{names}` of a template; `{name:one|many}` is a number and what it counts.
pub fn fill(template: &str, mut value: impl FnMut(&str, &mut String)) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        let (name, forms) = name.split_once(':').unwrap_or((name, ""));
        let from = text.len();
        value(name, &mut text);
        if let Some((one, many)) = forms.split_once('|') {
            let form = if text.get(from..) == Some("1") { one } else { many };
            text.push(' ');
            text.push_str(form);
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// A number with its thousands set apart.
pub fn grouped(number: u64) -> String {
    group_digits(&number.to_string())
}

/// An amount with its thousands set apart.
pub fn dollars(total: Total) -> String {
    let text = total.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    format!("{sign}{}.{cents}", group_digits(whole))
}

fn group_digits(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and what it counts: `1 group`, `1,200 groups`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::{counted, dollars, fill, grouped, lines, printable, readable, shown};
    use crate::finding::{Money, Total};

    #[test]
    fn numbers_are_readable() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(dollars(Total::default()), "0.00");
        assert_eq!(dollars(Total::from(Money::from_cents(-501_233_120))), "-5,012,331.20");
        assert_eq!([0, 1, 1200].map(|n| counted(n, "set", "sets")), ["0 sets", "1 set", "1,200 sets"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_shown() {
        assert_eq!(readable(b"Pe\xf1a"), "Pe\\xF1a");
        assert_eq!(readable("Peña".as_bytes()), "Peña");
        assert_eq!(printable("Peña\u{1b}[2J\u{9b}".as_bytes()), "Peña\\x1B[2J\\x9B");
    }

    #[test]
    fn templates_are_filled() {
        let filled = fill("{a} and {b}{", |name, text| text.push_str(&name.to_uppercase()));
        assert_eq!(filled, "A and B{");
        for (number, expected) in [("0", "holds 0 sets."), ("1", "holds 1 set."), ("11", "holds 11 sets.")] {
            assert_eq!(fill("holds {expected:set|sets}.", |_, text| text.push_str(number)), expected);
        }
        assert_eq!(["", "  ", "7"].map(shown), ["blank", "blank", "7"]);
    }

    #[test]
    fn lines_are_listed() {
        for (numbers, line, expected) in [
            (&[][..], "3", "line 3"),
            (&[], "", "the claim"),
            (&[2], "", "line 2"),
            (&[1, 2, 4], "", "lines 1, 2 and 4"),
        ] {
            let mut text = String::new();
            lines(numbers, line, &mut text);
            assert_eq!(text, expected);
        }
    }
}
