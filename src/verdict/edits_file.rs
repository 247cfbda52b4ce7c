//! The edits of a profile file: `[[edits]]`.

use std::fmt::Write as _;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::place;
use super::profile_file::date_of;
use super::profile_text::word;
use crate::finding::{Date, Period, RuleId};
use crate::rules::edit::{Definition, Edit, Edits, MOST, Mistake, Scope};
use crate::rules::{Severity, Stage};

/// One edit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    code: Spanned<String>,
    title: Spanned<String>,
    #[serde(default)]
    about: String,
    #[serde(rename = "for", default)]
    scope: Scope,
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    from: Option<Spanned<Datetime>>,
    to: Option<Spanned<Datetime>>,
    when: Spanned<String>,
    message: Spanned<String>,
    remedy: Spanned<String>,
    severity: Severity,
    #[serde(default)]
    stage: Stage,
    #[serde(default)]
    route: String,
    status_category: Option<Spanned<String>>,
    status_code: Option<Spanned<String>>,
    carc: Option<Spanned<String>>,
    rarc: Option<Spanned<String>>,
}

/// The kinds of claims.
const KINDS: [&str; 3] = ["837P", "837I", "837D"];

/// The longest title, message and remedy.
const WORDS: usize = 500;

/// The 277CA status of an edit that names none: claim returned, missing or invalid information.
const STATUS: [&str; 2] = ["A3", "21"];

/// The edits of a profile's text; what is wrong is said with its line and column.
pub(super) fn read(entries: Vec<Entry>, text: &str) -> Result<Edits, String> {
    let mut edits: Vec<Edit> = Vec::new();
    for entry in entries {
        let code = entry.code.get_ref().clone();
        let at_code = entry.code.span().start;
        let wrong = |at: usize, what: String| Err(format!("{}: {code}: {what}", place(text, at)));
        if !RuleId::is_code_of_edit(&code) {
            return wrong(at_code, "the code of an edit is one of EDT101 to EDT999".to_owned());
        }
        if edits.iter().any(|other| other.definition.code == code) {
            return wrong(at_code, "another edit has this code".to_owned());
        }
        if edits.len() == MOST {
            return wrong(at_code, format!("a profile has at most {MOST} edits"));
        }
        for words in [&entry.title, &entry.message, &entry.remedy] {
            let shown = words.get_ref();
            let is_plain =
                !shown.trim().is_empty() && shown.len() <= WORDS && !shown.contains(|c: char| c.is_control());
            if !is_plain {
                return wrong(words.span().start, format!("write one line of at most {WORDS} bytes"));
            }
        }
        let mut kinds = Vec::new();
        for kind in &entry.kinds {
            let Some(known) = KINDS.into_iter().find(|known| known == kind.get_ref()) else {
                return wrong(kind.span().start, format!("kinds are some of {}", KINDS.join(", ")));
            };
            kinds.push(known);
        }
        let mut period = Period { from: Date::MIN, to: Date::MAX };
        for (day, bound) in [(&entry.from, &mut period.from), (&entry.to, &mut period.to)] {
            let Some(day) = day else { continue };
            let Some(date) = date_of(day.get_ref()) else {
                return wrong(day.span().start, "write a date such as 2026-07-01".to_owned());
            };
            *bound = date;
        }
        if let Some(to) = entry.to.as_ref().filter(|_| period.to < period.from) {
            return wrong(to.span().start, "it ends before it begins".to_owned());
        }
        let codes = match codes(&entry) {
            Ok(codes) => codes,
            Err((at, what)) => return wrong(at, what.to_owned()),
        };
        let at_message = entry.message.span().start;
        let at_when = entry.when.span();
        let definition = Definition {
            code: code.clone(),
            title: entry.title.into_inner(),
            about: entry.about,
            scope: entry.scope,
            kinds,
            period,
            when: entry.when.into_inner(),
            message: entry.message.into_inner(),
            remedy: entry.remedy.into_inner(),
            severity: entry.severity,
            stage: entry.stage,
            route: entry.route,
            codes,
        };
        let when = definition.when.clone();
        match Edit::new(definition) {
            Ok(edit) => edits.push(edit),
            Err(Mistake::Message(what)) => return wrong(at_message, what),
            Err(Mistake::Full) => {
                return wrong(at_code, "too many edits differ between the profiles in use".to_owned());
            }
            Err(Mistake::Condition { at, message }) => {
                return wrong(at_when.start + within(text.get(at_when).unwrap_or(""), &when, at), message);
            }
        }
    }
    Ok(Edits::new(edits))
}

/// 277CA category and status, CARC and RARC, by their shapes.
fn codes(entry: &Entry) -> Result<[String; 4], (usize, &'static str)> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let lettered = |text: &str, letters: &[&str], most: usize| {
        letters
            .iter()
            .filter_map(|letter| text.strip_prefix(letter))
            .any(|number| !number.is_empty() && number.len() <= most && digits(number))
    };
    let of = |given: &Option<Spanned<String>>, usual: &str| {
        given.as_ref().map_or_else(|| usual.to_owned(), |given| given.get_ref().clone())
    };
    let wrong = |given: &Option<Spanned<String>>, what| {
        Err((given.as_ref().map_or(entry.code.span().start, |given| given.span().start), what))
    };
    if entry.status_category.is_some() != entry.status_code.is_some() {
        return wrong(
            if entry.status_code.is_some() { &entry.status_code } else { &entry.status_category },
            "status_category and status_code go together",
        );
    }
    let category = of(&entry.status_category, STATUS[0]);
    if !["A3", "A6", "A7", "A8"].contains(&category.as_str()) {
        return wrong(&entry.status_category, "status_category is one of A3, A6, A7, A8");
    }
    let status = of(&entry.status_code, STATUS[1]);
    if status.is_empty() || status.len() > 4 || !digits(&status) {
        return wrong(&entry.status_code, "status_code is a claim status code, such as 21");
    }
    let carc = of(&entry.carc, "");
    if !carc.is_empty() && !lettered(&carc, &["", "A", "B", "D", "P", "W", "Y"], 3) {
        return wrong(&entry.carc, "carc is a claim adjustment reason code, such as 16");
    }
    let rarc = of(&entry.rarc, "");
    if !rarc.is_empty() && !lettered(&rarc, &["M", "MA", "N"], 4) {
        return wrong(&entry.rarc, "rarc is a remittance advice remark code, such as M62");
    }
    if carc == "16" && rarc.is_empty() {
        return wrong(&entry.carc, "carc 16 does not stand alone; name a rarc too");
    }
    Ok([category, status, carc, rarc])
}

/// How many bytes of a written value, quotes included, stand before a character of what it says; none where it is written with
/// escapes, so that the two cannot be told to go together.
fn within(written: &str, said: &str, at: usize) -> usize {
    let begin = written.find(said).filter(|_| !said.is_empty());
    let before = said.char_indices().nth(at).map_or(said.len(), |(byte, _)| byte);
    begin.map_or(0, |begin| begin + before)
}

/// Writes edits as a profile file has them.
pub(super) fn write(edits: &Edits, text: &mut String) -> std::fmt::Result {
    for edit in edits.iter() {
        let Definition { code, title, about, scope, kinds, period, when, message, remedy, .. } =
            &edit.definition;
        let Definition { severity, stage, route, codes: [category, status, carc, rarc], .. } =
            &edit.definition;
        writeln!(text, "\n[[edits]]\ncode = {}\ntitle = {}", word(code), word(title))?;
        writeln!(text, "about = {}\nfor = {}\nkinds = {}", word(about), word(scope), word(kinds))?;
        if period.from > Date::MIN {
            writeln!(text, "from = {}", period.from)?;
        }
        if period.to < Date::MAX {
            writeln!(text, "to = {}", period.to)?;
        }
        writeln!(text, "when = {}\nmessage = {}\nremedy = {}", word(when), word(message), word(remedy))?;
        writeln!(text, "severity = {}\nstage = {}\nroute = {}", word(severity), word(stage), word(route))?;
        writeln!(text, "status_category = {}\nstatus_code = {}", word(category), word(status))?;
        writeln!(text, "carc = {}\nrarc = {}", word(carc), word(rarc))?;
    }
    Ok(())
}

#[cfg(all(test, feature = "cel"))]
mod tests {
    use std::path::Path;

    use crate::verdict::Profile;

    fn parse(text: &str) -> Result<Profile, String> {
        Profile::parse(text, Path::new("our-plan.toml")).map_err(|error| error.to_string())
    }

    /// An edit whose condition is `when`.
    fn edit(when: &str) -> String {
        format!(
            "[[edits]]\ncode = \"EDT101\"\ntitle = \"A title\"\nfor = \"line\"\nmessage = \"Line {{line.number}}.\"\nremedy = \"Mend it.\"\n\
             severity = \"warn\"\nwhen = '{when}'\n"
        )
    }

    #[test]
    fn an_edit_is_read_and_written_again() {
        let ours = edit("line.procedure == \"99213\" && !line.modifiers.exists(m, m in [\"95\", \"GT\"])")
            + "kinds = [\"837P\"]\nfrom = 2026-01-01\nto = 2026-12-31\nstage = \"adjudication\"\nroute = \"The desk\"\n\
               status_category = \"A7\"\nstatus_code = \"454\"\ncarc = \"16\"\nrarc = \"M62\"\nabout = \"Why.\"\n";
        let profile = parse(&ours).unwrap();
        let again = parse(&profile.to_toml()).unwrap();
        let all = |profile: &Profile| -> Vec<_> {
            profile.settings.edits.iter().map(|edit| edit.definition.clone()).collect()
        };
        assert_eq!(all(&profile), all(&again));
        let rule = profile.settings.edits.rules().next().unwrap();
        assert_eq!((rule.id.code(), rule.outcome(0).codes.rarc), ("EDT101", "M62"));
        assert!(profile.runs(rule.id) && profile.has_payer_rules());
        // the same edit is the same rule, another with its code is another
        assert_eq!(again.settings.edits.rules().next().unwrap().id, rule.id);
        let other = parse(&edit("line.charge > 5000")).unwrap();
        assert_ne!(other.settings.edits.rules().next().unwrap().id, rule.id);
    }

    #[test]
    fn a_typo_is_named_with_line_and_column() {
        for (when, column, part) in [
            (
                "line.procedur == \"99213\"",
                13,
                "there is no field line.procedur; there are number, procedure, ",
            ),
            ("true || line.procedur == \"99213\"", 21, "there is no field line.procedur"),
            ("claim.lines.exists(l, l.units > 1 && l.unit > 1.0)", 47, "there is no field"),
            ("claim.lines.filter(l, l.procedure == \"X\").exists(l, l.foo == 1)", 62, "there is no field"),
            ("has(line.foo)", 13, "there is no field line.foo"),
            ("lines.size() > 1", 9, "there is no lines; fields begin with claim., member. or line."),
            ("line.procedure.matches(\"9.*\")", 31, "there is no function matches; there are size, contains"),
            ("upper(line.procedure) == \"A\"", 14, "there is no function upper"),
            ("line.procedure > 99213", 24, "a text cannot be compared with a number"),
            ("line.procedure == 99213", 24, "a text is never equal to a number"),
            ("line.procedure in [99213]", 24, "a text is never equal to a number"),
            ("line.charge", 9, "the condition is a number; it must be true or false"),
            ("line.charge && true", 13, "a number stands beside &&"),
            ("line.charge >", 22, "it cannot be read"),
            ("(true", 14, "it cannot be read"),
            (
                "line.modifiers.exists(m, claim.diagnoses.exists(d, d == m))",
                56,
                "cannot stand within each other",
            ),
            ("{\"a\": 1}.a == 1", 9, "no maps"),
            ("1 / 0 == 1", 11, "it divides by zero"),
            ("line.charge > 1.0 || [1][2] == 1", 33, "a list is shorter"),
        ] {
            let error = parse(&edit(when)).unwrap_err();
            let place = error.split("line 8, column ").nth(1).and_then(|rest| rest.split(':').next());
            let found: usize = place.unwrap_or("0").parse().unwrap();
            assert!(error.contains(part) && found.abs_diff(column) <= 1, "{when}: {error}");
        }
    }

    #[test]
    fn what_stands_around_the_condition_is_checked() {
        let good = edit("line.charge > 5000");
        for (from, to, part) in [
            ("EDT101", "TAR101", "line 2, column 8: TAR101: the code of an edit is one of EDT101 to EDT999"),
            ("\"line\"", "\"claim\"", "is a field of a line"),
            ("{line.number}", "{line.foo}", "line 5, column 11: EDT101: {line.foo} is no field"),
            ("{line.number}", "{line.number", "has no }"),
            ("\"warn\"", "\"warning\"", "line 7"),
            ("Mend it.", "", "write one line"),
            ("severity", "severit", "line 7"),
        ] {
            let error = parse(&good.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        for (more, part) in [
            ("kinds = [\"837\"]\n", "kinds are some of 837P"),
            ("status_category = \"A7\"\n", "go together"),
            ("status_category = \"A1\"\nstatus_code = \"20\"\n", "one of A3, A6, A7, A8"),
            ("carc = \"16\"\n", "does not stand alone"),
            ("carc = \"X1\"\n", "claim adjustment reason"),
            ("rarc = \"A1\"\n", "remark code"),
            ("from = 2026-02-01\nto = 2026-01-01\n", "ends before it begins"),
        ] {
            let error = parse(&format!("{good}{more}")).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        let error = parse(&format!("{good}{good}")).unwrap_err();
        assert!(error.contains("line 10, column 8: EDT101: another edit has this code"), "{error}");
        let error = parse(&format!("[rules]\nEDT101 = \"off\"\n{good}")).unwrap_err();
        assert!(error.contains("rules.EDT101"), "{error}");
        let long = format!("line.charge > {}", "1 + ".repeat(600) + "1");
        assert!(parse(&edit(&long)).unwrap_err().contains("at most 2000"));
        let deep = format!("{}true{}", "(".repeat(200), ")".repeat(200));
        assert!(parse(&edit(&deep)).unwrap_err().contains("nests deeper"));
    }
}
