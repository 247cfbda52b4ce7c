//! Findings shown rather than filed: paragraphs for a terminal, JSON lines, SARIF results.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use super::paint::Paint;
use super::reasons::Row;
use super::sarif;
use super::text::{printable, readable};

/// How findings are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A paragraph a finding, with the segment and what is around it.
    Text(Paint),
    /// A line a finding: the row of the reasons file as JSON.
    Json,
    /// A line a finding: a result of SARIF.
    Sarif,
}

/// A segment in an excerpt.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Quote<'a> {
    /// Its position in its set; 0 outside of sets.
    pub position: u32,
    /// Its bytes without the terminator.
    pub text: Cow<'a, [u8]>,
}

/// What stands in the input where a finding points.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Excerpt<'a> {
    /// The segment before.
    pub before: Option<Quote<'a>>,
    /// The segment with the fault; none where one is missing.
    pub at: Option<Quote<'a>>,
    /// The segment after.
    pub after: Option<Quote<'a>>,
    /// Which bytes of the segment are at fault.
    pub fault: Range<usize>,
    /// The terminator that is shown behind segments.
    pub terminator: Option<u8>,
    /// The loops from the outermost to that of the segment, with their names.
    pub path: Vec<(String, &'static str)>,
    /// What the element at fault is, in plain words.
    pub element: &'static str,
}

/// Shows a finding.
pub fn write(form: Form, out: &mut Vec<u8>, row: &Row<'_>, excerpt: &Excerpt<'_>) {
    match form {
        Form::Text(paint) => {
            let mut text = String::new();
            // a String takes everything
            let _ = paragraph(&mut text, row, excerpt, paint);
            out.extend_from_slice(text.as_bytes());
        }
        Form::Json => row.write_json(out),
        Form::Sarif => sarif::result(out, row, excerpt),
    }
}

fn paragraph(out: &mut String, row: &Row<'_>, excerpt: &Excerpt<'_>, paint: Paint) -> std::fmt::Result {
    let shown = |text: &str| printable(text.as_bytes()).into_owned();
    let head = paint.severity(row.severity, &format!("{} {}", row.severity, row.rule));
    writeln!(out, "{head}: {}", paint.strong(&shown(&row.message)))?;
    write!(out, "  {} {}", paint.faint("-->"), shown(&row.file))?;
    for (word, value) in [
        ("set", shown(&row.transaction)),
        ("record", row.record.map_or(String::new(), |record| record.to_string())),
        ("claim", shown(&row.record_id)),
        ("line", shown(&row.line)),
        ("byte", row.byte_offset.map_or(String::new(), |offset| offset.to_string())),
    ] {
        let word = if word == "claim" && row.kind == "278" { "event" } else { word };
        if !value.is_empty() {
            write!(out, ", {word} {value}")?;
        }
    }
    writeln!(out)?;
    if row.inherited_from.is_empty() {
        if !excerpt.path.is_empty() {
            let loops: Vec<String> = excerpt.path.iter().map(|(id, name)| format!("{id} {name}")).collect();
            writeln!(out, "      {}", loops.join(" > "))?;
        }
        quote(out, row, excerpt, paint)?;
    } else {
        writeln!(out, "      falls with {}, which is shown by itself", above(&row.inherited_from))?;
        return writeln!(out);
    }
    for (word, text) in [("found:   ", &*row.found), ("expected:", &row.expected), ("to mend: ", row.remedy)]
    {
        if !text.is_empty() {
            writeln!(out, "  {} {}", paint.faint(word), shown(text))?;
        }
    }
    writeln!(out)
}

/// What a record falls with.
fn above(from: &str) -> String {
    match from {
        "GS" => "its group".to_owned(),
        "ST" => "its set".to_owned(),
        level => format!("loop {level} above it"),
    }
}

/// Columns that a quoted segment may take.
const WIDTH: usize = 100;

/// The segments, and under the one at fault what of it is.
fn quote(out: &mut String, row: &Row<'_>, excerpt: &Excerpt<'_>, paint: Paint) -> std::fmt::Result {
    let quotes = [&excerpt.before, &excerpt.at, &excerpt.after];
    let digits = |quote: &Quote<'_>| quote.position.checked_ilog10().map_or(0, |log| log as usize + 1);
    let Some(digits) = quotes.into_iter().flatten().map(digits).max() else { return Ok(()) };
    let margin = |position: u32| {
        let number = if position > 0 { position.to_string() } else { String::new() };
        paint.faint(&format!("  {number:>digits$} |"))
    };
    let around = |out: &mut String, quote: &Option<Quote<'_>>| match quote {
        Some(quote) => {
            let text = [&quote.text, excerpt.terminator.as_slice()].concat();
            writeln!(
                out,
                "{} {}",
                margin(quote.position),
                paint.faint(&clipped(&printable(&text), WIDTH, false))
            )
        }
        None => Ok(()),
    };
    around(out, &excerpt.before)?;
    if let Some(at) = &excerpt.at {
        let part = |range: Range<usize>| printable(at.text.get(range).unwrap_or(&[])).into_owned();
        let (start, end) = (excerpt.fault.start.min(at.text.len()), excerpt.fault.end.min(at.text.len()));
        let fault = clipped(&part(start..end), WIDTH * 2 / 3, false);
        let room = WIDTH.saturating_sub(fault.chars().count());
        let before = clipped(&part(0..start), room * 2 / 3, true);
        let room = room.saturating_sub(before.chars().count());
        let rest = [at.text.get(end..).unwrap_or(&[]), excerpt.terminator.as_slice()].concat();
        let rest = clipped(&printable(&rest), room.max(1), false);
        writeln!(out, "{} {before}{}{rest}", margin(at.position), paint.severity(row.severity, &fault))?;
        let line = "^".repeat(fault.chars().count().max(1));
        let mut label = String::new();
        if let Some(element) = row.element {
            write!(label, " {}{element:02}", row.segment)?;
            if let Some(component) = row.component {
                write!(label, "-{component}")?;
            }
            if !excerpt.element.is_empty() {
                write!(label, " {}", excerpt.element)?;
            }
        }
        let under = paint.severity(row.severity, &format!("{line}{label}"));
        writeln!(out, "{} {:2$}{under}", margin(0), "", before.chars().count())?;
    } else {
        let missing = format!("+ {} should stand here", printable(row.segment.as_bytes()));
        writeln!(out, "{} {}", margin(0), paint.severity(row.severity, &missing))?;
    }
    around(out, &excerpt.after)
}

/// Text cut to a width; of what is too long, the end or else the beginning is kept.
fn clipped(text: &str, width: usize, keep_end: bool) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    if keep_end {
        std::iter::once('…').chain(text.chars().skip(length - kept)).collect()
    } else {
        text.chars().take(kept).chain(['…']).collect()
    }
}

/// The segment of an excerpt as text.
pub(super) fn snippet(excerpt: &Excerpt<'_>) -> String {
    excerpt.at.as_ref().map_or(String::new(), |at| readable(&at.text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, Form, Quote, Row, clipped, write};
    use crate::output::paint::Paint;

    fn shown(row: &Row<'_>, excerpt: &Excerpt<'_>) -> String {
        let mut out = Vec::new();
        write(Form::Text(Paint::new(false)), &mut out, row, excerpt);
        String::from_utf8(out).unwrap()
    }

    fn quoted(position: u32, text: &str) -> Quote<'static> {
        Quote { position, text: text.as_bytes().to_vec().into() }
    }

    #[test]
    fn a_fault_is_underlined() {
        let row = Row {
            file: "day.x12".into(),
            rule: "ELM105",
            severity: "reject",
            message: "too short".into(),
            segment: "NM1".into(),
            element: Some(9),
            record: Some(3),
            ..Row::default()
        };
        let excerpt = Excerpt {
            before: Some(quoted(9, "SBR*P")),
            at: Some(quoted(10, "NM1*IL*1*A\u{1b}B***MI*1*X")),
            after: Some(quoted(11, "N3*1 MAIN")),
            fault: 19..20,
            terminator: Some(b'~'),
            path: vec![("2000B".to_owned(), "subscriber level"), ("2010BA".to_owned(), "subscriber")],
            element: "id",
        };
        assert_eq!(
            shown(&row, &excerpt),
            "reject ELM105: too short
  --> day.x12, record 3
      2000B subscriber level > 2010BA subscriber
   9 | SBR*P~
  10 | NM1*IL*1*A\\x1BB***MI*1*X~
     |                       ^ NM109 id
  11 | N3*1 MAIN~

"
        );
    }

    #[test]
    fn what_is_missing_has_its_place_shown() {
        let row = Row { segment: "N4".into(), ..Row::default() };
        let excerpt = Excerpt {
            before: Some(quoted(9, "N3*1")),
            after: Some(quoted(10, "DMG*D8")),
            ..Excerpt::default()
        };
        let text = shown(&row, &excerpt);
        assert!(text.contains("   9 | N3*1\n     | + N4 should stand here\n  10 | DMG*D8\n"), "{text}");
    }

    #[test]
    fn long_texts_are_cut_at_the_side_that_matters_less() {
        assert_eq!(clipped("abcdef", 4, false), "abc…");
        assert_eq!(clipped("abcdef", 4, true), "…def");
        assert_eq!(clipped("abcd", 4, true), "abcd");
        let row = Row { segment: "NTE".into(), severity: "warn", element: Some(2), ..Row::default() };
        let long = format!("NTE*{}*{}", "A".repeat(300), "B".repeat(300));
        let text =
            shown(&row, &Excerpt { at: Some(quoted(7, &long)), fault: 305..605, ..Excerpt::default() });
        assert!(text.lines().all(|line| line.chars().count() < 120), "{text}");
        assert!(text.contains("…AAA") && text.contains("BBB…") && text.contains("^^^^ NTE02"), "{text}");
    }
}
