//! Edits: rules that a profile writes itself, without a programmer. Each is a condition over documented fields of a claim or of its
//! lines; where the condition holds, the edit speaks. They cost nothing where a profile has none.

#[cfg(feature = "cel")]
mod expression;
#[cfg(not(feature = "cel"))]
#[path = "without.rs"]
mod expression;
mod field;

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::finding::{Code, Date, Findings, Period, RuleId};
use crate::record::{ClaimKind, ServiceLine};

use super::rule::{Check, Codes, Outcome, Rule, Severity, Stage};
use super::subject::{Subject, at_line};
use expression::{Expression, Known};
pub use field::{Field, Group, fields};

/// The most edits of a profile.
pub const MOST: usize = 64;

/// The longest condition, in bytes.
pub const LONGEST: usize = 2000;

/// How deep conditions nest: parentheses, lists and calls, and `exists`, `all`, `filter` and the like within each other.
pub const DEEPEST: u16 = 32;

/// How many of a claim's lines, diagnoses and modifiers a condition sees; the guides allow no more.
const SEEN: usize = 999;

/// What an edit is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The claim.
    #[default]
    Claim,
    /// Each of its service lines.
    Line,
}

/// What an edit says of itself, and of those that it speaks of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// Its code, `EDT101` to `EDT999`.
    pub code: String,
    /// A title of a few words.
    pub title: String,
    /// What it checks and why.
    pub about: String,
    /// What it is asked about.
    pub scope: Scope,
    /// Which claims it is asked about; all of them where none is named.
    pub kinds: Vec<&'static str>,
    /// The first and the last date of service that it applies to.
    pub period: Period,
    /// The condition, an expression of the Common Expression Language.
    pub when: String,
    /// The message; `{line.procedure}` and the like stand for fields.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// What it does.
    pub severity: Severity,
    /// Whether it rests on judgment or history.
    pub stage: Stage,
    /// Where the claim should go instead, or who can help.
    pub route: String,
    /// 277CA category and status, CARC, RARC.
    pub codes: [String; 4],
}

/// What is wrong with an edit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mistake {
    /// In its condition, at a character of it.
    Condition {
        /// How many characters of the condition stand before it.
        at: usize,
        /// What is wrong and what to write.
        message: String,
    },
    /// In its message.
    Message(String),
    /// There are too many.
    Full,
}

/// An edit, ready to be asked.
#[derive(Debug)]
pub struct Edit {
    /// What it says of itself.
    pub definition: Definition,
    /// As a rule like others.
    pub rule: &'static Rule,
    when: Expression,
    /// The fields that its message names.
    named: Vec<Field>,
}

impl Edit {
    /// Reads an edit and tries it on a sample claim.
    pub fn new(definition: Definition) -> Result<Edit, Mistake> {
        let (message, named) = template(&definition)?;
        let when = Expression::new(&definition.when, definition.scope)
            .map_err(|(at, message)| Mistake::Condition { at, message })?;
        let rule = interned(&definition, message).ok_or(Mistake::Full)?;
        Ok(Edit { definition, rule, when, named })
    }

    fn is_about(&self, kind: ClaimKind) -> bool {
        let kinds = &self.definition.kinds;
        kinds.is_empty() || kinds.contains(&field::kind_word(kind))
    }

    fn applies(&self, date: Option<Date>) -> bool {
        date.is_none_or(|date| self.definition.period.contains(date))
    }

    /// The fields that its condition asks for, as the claim has them: of an edit of lines, those of each line. Nothing of an edit
    /// that is not about such claims.
    pub fn saw(&self, subject: &Subject<'_>) -> impl Iterator<Item = String> {
        let fields = self.when.fields();
        let shown = |line: Option<&ServiceLine>| {
            let all = fields.iter().filter(|field| line.is_some() || field.group() != Group::Line);
            let all: Vec<String> =
                all.map(|field| format!("{field:?} is {}", field.read(subject, line))).collect();
            let of = line.map_or(String::new(), |line| format!("line {}: ", line.number));
            if all.is_empty() { format!("{of}the lines") } else { of + &all.join(", ") }
        };
        let lines = match self.definition.scope {
            Scope::Line => subject.claim.lines().iter().take(SEEN).map(|line| shown(Some(line))).collect(),
            Scope::Claim => vec![shown(None)],
        };
        lines.into_iter().filter(|_| self.is_about(subject.claim.kind()))
    }

    /// Speaks of the claim, or of a line of it.
    fn speak(
        &self,
        outcome: u8,
        subject: &Subject<'_>,
        line: Option<&ServiceLine>,
        why: &str,
        findings: &mut Findings,
    ) {
        let named: Vec<String> =
            self.named.iter().map(|field| field.read(subject, line).to_string()).collect();
        let draft = match line {
            Some(line) => at_line(subject, findings, self.rule.id, line, line.service),
            None => findings.draft(self.rule.id, subject.claim.own_place()),
        };
        let draft = draft.outcome(outcome);
        if outcome > 0 {
            draft.words(why).add();
        } else {
            named.iter().fold(draft, |draft, value| draft.words(value)).add();
        }
    }
}

/// The edits of a profile.
#[derive(Clone, Debug, Default)]
pub struct Edits(Arc<Vec<Edit>>);

impl Edits {
    /// Edits in the order in which the profile names them.
    pub fn new(edits: Vec<Edit>) -> Edits {
        Edits(Arc::new(edits))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.0.iter()
    }

    /// As rules like others.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> + '_ {
        self.0.iter().map(|edit| edit.rule)
    }

    /// Asks every edit that is on about a claim.
    pub fn ask(&self, subject: &Subject<'_>, findings: &mut Findings) {
        let kind = subject.claim.kind();
        let on = |edit: &&Edit| subject.settings.enabled.contains(edit.rule.id) && edit.is_about(kind);
        let mut edits = self.0.iter().filter(on).peekable();
        if edits.peek().is_none() {
            return;
        }
        let known = Known::new(subject);
        for edit in edits {
            match edit.definition.scope {
                Scope::Claim if edit.applies(subject.claim.earliest().or(Some(subject.received))) => {
                    match edit.when.holds(&known, None) {
                        Ok(false) => {}
                        Ok(true) => edit.speak(0, subject, None, "", findings),
                        Err(why) => edit.speak(1, subject, None, &why, findings),
                    }
                }
                Scope::Claim => {}
                Scope::Line => {
                    for (line, view) in subject.lines().filter(|(_, view)| edit.applies(view.date)).take(SEEN)
                    {
                        debug_assert!(view.date.is_some());
                        match edit.when.holds(&known, Some(line)) {
                            Ok(false) => {}
                            Ok(true) => edit.speak(0, subject, Some(line), "", findings),
                            Err(why) => edit.speak(1, subject, Some(line), &why, findings),
                        }
                    }
                }
            }
        }
    }
}

/// The message as a rule's, with a number for each field, and the fields.
fn template(definition: &Definition) -> Result<(String, Vec<Field>), Mistake> {
    let mut message = String::new();
    let mut named = Vec::new();
    let mut rest = definition.message.as_str();
    while let Some(open) = rest.find('{') {
        let (before, behind) = rest.split_at(open);
        message.push_str(before);
        let Some((name, after)) = behind.get(1..).and_then(|behind| behind.split_once('}')) else {
            return Err(Mistake::Message("a { has no }; braces hold the name of a field".to_owned()));
        };
        let field = field::named(name).filter(|field| !field.is_list_of_lines());
        let field = field.ok_or_else(|| {
            Mistake::Message(format!(
                "{{{name}}} is no field; write {{claim.charge}}, {{line.procedure}} or another field of docs/custom-edits.md"
            ))
        })?;
        if field.group() == Group::Line && definition.scope == Scope::Claim {
            return Err(Mistake::Message(format!(
                "{{{name}}} is a field of a line; write for = \"line\" to ask about each line"
            )));
        }
        // writing to a string cannot fail
        let _ = write!(message, "{{{}}}", named.len());
        named.push(field);
        rest = after;
    }
    message.push_str(rest);
    Ok((message, named))
}

/// What every edit known so far says of itself, and its message as a rule's.
static DEFINITIONS: Mutex<Vec<Definition>> = Mutex::new(Vec::new());

/// The edits as rules, by their place.
static RULES: [OnceLock<Rule>; RuleId::EDITS] = [const { OnceLock::new() }; RuleId::EDITS];

/// An edit as a rule.
pub(super) fn rule(id: RuleId) -> Option<&'static Rule> {
    RULES.get(id.edit()?)?.get()
}

/// The rule that an edit is. Edits that say the same are the same rule, so that a profile can be read any number of times; what is
/// kept of them is kept as long as the process lasts. None where there are too many.
fn interned(definition: &Definition, message: String) -> Option<&'static Rule> {
    let mut known = DEFINITIONS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = known.iter().position(|known| known == definition) {
        return RULES.get(at)?.get();
    }
    let at = known.len();
    let keep = |text: &String| -> &'static str { text.clone().leak() };
    let id = RuleId::name_edit(at, keep(&definition.code))?;
    let Definition { title, about, remedy, severity, stage, route, codes, .. } = definition;
    let [category, status, carc, rarc] = codes.each_ref().map(keep);
    let codes = Codes::claim(category, status, carc, rarc);
    let outcomes: &'static [Outcome; 2] = Box::leak(Box::new([
        Outcome {
            when: "the condition holds",
            severity: *severity,
            message: message.leak(),
            remedy: keep(remedy),
            codes,
        },
        Outcome {
            when: "the condition cannot be worked out for the claim",
            // in shadow it is no hit, and is told all the same
            severity: if *severity == Severity::Shadow {
                Severity::Info
            } else {
                (*severity).min(Severity::Warn)
            },
            message: "The condition of this edit cannot be worked out for the claim: {0}.",
            remedy: "Mend the edit in the profile, so that it asks first whether the field is there (has), or how long the list is (size).",
            codes: Codes::NONE,
        },
    ]));
    let rule = Rule {
        id,
        title: keep(title),
        about: keep(about),
        snip: 7,
        stage: *stage,
        outcomes,
        route: keep(route),
        check: Check::Edit,
        ..Rule::BASE
    };
    known.push(definition.clone());
    Some(RULES.get(at)?.get_or_init(|| rule))
}

/// A code as text.
fn text_of(code: Code) -> String {
    code.to_string()
}
