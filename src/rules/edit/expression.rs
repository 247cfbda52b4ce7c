//! Conditions, in the Common Expression Language: the only place that knows the crate `cel`.
//!
//! A condition is tried on a sample claim when it is read: each part of it by itself, so that a mistake is found in a branch that
//! the sample would never reach.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, SourceInfo};
use cel::common::types::{CelDouble, DOUBLE_TYPE, INT_TYPE};
use cel::common::value::CowVal;
use cel::parser::Parser;
use cel::{Context, Env, ExecutionError, IdedExpr, Value as Cel};

use super::field::{self, Field, Group, Holds, Value};
use super::{DEEPEST, LONGEST, SEEN, Scope};
use crate::record::ServiceLine;
use crate::rules::Subject;

/// How deep `exists`, `all`, `filter` and the like stand within each other: a claim can have a thousand lines, and each step looks
/// at all of them.
const NESTED: usize = 2;

/// The functions and operators of conditions; `_` stands for what they are applied to.
const FUNCTIONS: [&str; 26] = [
    "_&&_",
    "_||_",
    "!_",
    "_?_:_",
    "_==_",
    "_!=_",
    "_<_",
    "_<=_",
    "_>_",
    "_>=_",
    "@in",
    "_+_",
    "_-_",
    "_*_",
    "_/_",
    "_%_",
    "-_",
    "_[_]",
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "int",
    "double",
    "string",
    "@not_strictly_false",
];

/// What conditions are worked out with: the standard functions, and [`DIVISOR`].
static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut all = Env::stdlib();
    for (kind, id) in [(DOUBLE_TYPE, "divisor_double"), (INT_TYPE, "divisor_int")] {
        // fails where there is one of that name and kind already
        let _ = all.add_overload(DIVISOR, id, vec![kind], divisor);
    }
    Arc::new(all)
});

/// Hands its argument back, unless that is zero: fractions are divided by zero without an error, and what comes of it is larger than
/// any limit.
const DIVISOR: &str = "@divisor";

fn divisor<'b, 'v>(mut arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let Some(number) = arguments.pop() else {
        return Err(ExecutionError::InternalError("a divisor without a number".to_owned()));
    };
    if number.downcast_ref::<CelDouble>().is_some_and(|number| *number.inner() == 0.0) {
        return Err(ExecutionError::DivisionByZero(Cel::Float(0.0)));
    }
    Ok(number)
}

/// Puts [`DIVISOR`] around everything that is divided by.
fn guard(expression: &mut IdedExpr) {
    match &mut expression.expr {
        Expr::Select(select) => guard(&mut select.operand),
        Expr::Call(call) => {
            call.target.iter_mut().for_each(|target| guard(target));
            call.args.iter_mut().for_each(guard);
            if let ("_/_", [_, by]) = (call.func_name.as_str(), &mut call.args[..]) {
                let id = by.id;
                let args = vec![std::mem::take(by)];
                let call = CallExpr { func_name: DIVISOR.to_owned(), target: None, args };
                *by = IdedExpr { id, expr: Expr::Call(call) };
            }
        }
        Expr::List(list) => list.elements.iter_mut().for_each(guard),
        Expr::Comprehension(all) => {
            let ComprehensionExpr { iter_range, accu_init, loop_cond, loop_step, result, .. } = &mut **all;
            [iter_range, accu_init, loop_cond, loop_step, result].into_iter().for_each(guard);
        }
        _ => {}
    }
}

/// A condition, ready to be asked.
#[derive(Debug)]
pub(super) struct Expression {
    root: IdedExpr,
    /// The fields that it asks for.
    claim: Vec<&'static Field>,
    member: Vec<&'static Field>,
    line: Vec<&'static Field>,
}

/// What conditions are asked about.
pub(super) struct Known<'s>(&'s Subject<'s>);

impl<'s> Known<'s> {
    pub(super) fn new(subject: &'s Subject<'s>) -> Known<'s> {
        Known(subject)
    }
}

impl Expression {
    /// Reads a condition and tries it. A mistake is at so many characters of the text.
    pub(super) fn new(text: &str, scope: Scope) -> Result<Expression, (usize, String)> {
        if text.len() > LONGEST {
            return Err((0, format!("the condition has {} bytes; write at most {LONGEST}", text.len())));
        }
        let parser = Parser::new().max_recursion_depth(DEEPEST);
        let (mut root, places) = parser.parse_with_source_info(text).map_err(|errors| {
            let Some(first) = errors.errors.first() else { return (0, "it cannot be read".to_owned()) };
            let (row, column) = first.pos;
            let rows = text.split_inclusive('\n').take(usize::try_from(row - 1).unwrap_or(0));
            let before: usize = rows.map(|row| row.chars().count()).sum();
            (before + usize::try_from(column - 1).unwrap_or(0), plain(&first.msg))
        })?;
        let mut names = Vec::new();
        names_in(&root, &mut names);
        let used = |group: Group, variable: bool| -> Vec<&'static Field> {
            field::fields()
                .filter(|field| variable && field.group() == group && names.contains(&field.name))
                .collect()
        };
        let references = root.references();
        let with_lines = scope == Scope::Line || names.contains(&"lines");
        let expression = Expression {
            claim: used(Group::Claim, references.has_variable("claim")),
            member: used(Group::Member, references.has_variable("member")),
            line: used(Group::Line, with_lines),
            root: IdedExpr::default(),
        };
        let trial = Trial { places: &places, scope };
        let found = trial.part(&root, &expression.sample(scope), 0)?;
        match found {
            Some(Cel::Bool(_)) | None => {
                guard(&mut root);
                Ok(Expression { root, ..expression })
            }
            Some(other) => Err((0, format!("the condition is {}; it must be true or false", word(&other)))),
        }
    }

    /// Whether the condition holds for the claim, or for a line of it; why not if that cannot be worked out.
    pub(super) fn holds(&self, known: &Known<'_>, line: Option<&ServiceLine>) -> Result<bool, String> {
        let subject = known.0;
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        let of = |fields: &[&'static Field], line| {
            map(fields, |field| match field.holds {
                Holds::Lines => Some(self.lines(subject)),
                _ => value(field.read(subject, line)),
            })
        };
        context.add_variable_from_value("claim", of(&self.claim, None));
        context.add_variable_from_value("member", of(&self.member, None));
        if line.is_some() {
            context.add_variable_from_value("line", of(&self.line, line));
        }
        match Cel::resolve(&self.root, &context) {
            Ok(Cel::Bool(holds)) => Ok(holds),
            Ok(_) => Err("it is neither true nor false".to_owned()),
            Err(error) => Err(why(&error)),
        }
    }

    /// The fields that it asks for, but for the list of lines.
    pub(super) fn fields(&self) -> Vec<&'static Field> {
        let all = self.claim.iter().chain(&self.member).chain(&self.line);
        all.copied().filter(|field| field.holds != Holds::Lines).collect()
    }

    fn lines(&self, subject: &Subject<'_>) -> Cel {
        let lines = subject.claim.lines().iter().take(SEEN);
        let each = lines.map(|line| map(&self.line, |field| value(field.read(subject, Some(line)))));
        Cel::List(Arc::new(each.collect()))
    }

    /// A claim with one line, whose every field is there.
    fn sample(&self, scope: Scope) -> Context<'static, 'static> {
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        let text = || Cel::String(Arc::new("A".to_owned()));
        let some = |field: &Field| {
            Some(match field.holds {
                Holds::Text => text(),
                Holds::Number => Cel::Float(1.0),
                Holds::Whole => Cel::Int(1),
                Holds::Flag => Cel::Bool(true),
                Holds::Texts => Cel::List(Arc::new(vec![text()])),
                Holds::Lines => Cel::Null,
            })
        };
        let line = map(&self.line, some);
        let claim = map(&self.claim, |field| match field.holds {
            Holds::Lines => Some(Cel::List(Arc::new(vec![line.clone()]))),
            _ => some(field),
        });
        context.add_variable_from_value("claim", claim);
        context.add_variable_from_value("member", map(&self.member, some));
        if scope == Scope::Line {
            context.add_variable_from_value("line", line);
        }
        context
    }
}

/// The names that stand behind a point anywhere in an expression.
fn names_in<'e>(expression: &'e IdedExpr, names: &mut Vec<&'e str>) {
    match &expression.expr {
        Expr::Select(select) => {
            names.push(&select.field);
            names_in(&select.operand, names);
        }
        Expr::Call(call) => {
            call.target.iter().for_each(|target| names_in(target, names));
            call.args.iter().for_each(|argument| names_in(argument, names));
        }
        Expr::List(list) => list.elements.iter().for_each(|element| names_in(element, names)),
        Expr::Comprehension(all) => {
            for part in [&all.iter_range, &all.accu_init, &all.loop_cond, &all.loop_step, &all.result] {
                names_in(part, names);
            }
        }
        _ => {}
    }
}

fn map(fields: &[&'static Field], read: impl Fn(&Field) -> Option<Cel>) -> Cel {
    let all = fields.iter().filter_map(|field| Some((field.name.to_owned(), read(field)?)));
    Cel::from(all.collect::<HashMap<String, Cel>>())
}

fn value(value: Value) -> Option<Cel> {
    let text = |text: String| Cel::String(Arc::new(text));
    Some(match value {
        Value::Text(value) => text(value),
        Value::Number(number) => Cel::Float(number),
        Value::Whole(number) => Cel::Int(number),
        Value::Flag(flag) => Cel::Bool(flag),
        Value::Texts(texts) => Cel::List(Arc::new(texts.into_iter().map(text).collect())),
        Value::Absent => return None,
    })
}

/// What a value is, in plain words.
fn word(value: &Cel) -> &'static str {
    match value {
        Cel::Bool(_) => "true or false",
        Cel::Int(_) | Cel::UInt(_) | Cel::Float(_) => "a number",
        Cel::String(_) => "a text",
        Cel::List(_) => "a list",
        Cel::Map(_) => "a group of fields",
        _ => "something else",
    }
}

/// Why a condition cannot be worked out; nothing of what the claim says.
fn why(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("the field {key} is not known"),
        ExecutionError::IndexOutOfBounds(_) => "a list is shorter".to_owned(),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "it divides by zero".to_owned()
        }
        ExecutionError::Overflow(..) => "a number grows too large".to_owned(),
        ExecutionError::UnsupportedBinaryOperator(..) => {
            "a sign of arithmetic stands between two kinds; amounts and units are fractions, beside which a whole number is written 2.0, and double(…) makes one of a field".to_owned()
        }
        _ => "a value is not of the kind that it asks for".to_owned(),
    }
}

/// The first sentence of what the parser says.
fn plain(message: &str) -> String {
    if message.contains("Recursion limit") {
        return format!("it nests deeper than {DEEPEST}");
    }
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    let message = message.split(" expecting").next().unwrap_or(message);
    format!("it cannot be read: {}", message.replace("'<EOF>'", "its end"))
}

/// Tries a condition part by part.
struct Trial<'t> {
    places: &'t SourceInfo,
    scope: Scope,
}

/// A part's value on the sample; none where the sample does not tell.
type Tried = Result<Option<Cel>, (usize, String)>;

impl Trial<'_> {
    fn mistake<T>(&self, at: &IdedExpr, message: impl Into<String>) -> Result<T, (usize, String)> {
        let place = self.places.offset_for(at.id).map_or(0, |(start, _)| start as usize);
        Err((place, message.into()))
    }

    fn part(&self, at: &IdedExpr, context: &Context<'_, '_>, nested: usize) -> Tried {
        match &at.expr {
            Expr::Literal(_) => {}
            Expr::Ident(name) => {
                if Cel::resolve(at, context).is_err() {
                    return self.unknown(at, name);
                }
            }
            Expr::Select(select) => {
                let operand = self.part(&select.operand, context, nested)?;
                let Some(operand) = operand else { return Ok(None) };
                let group = match &select.operand.expr {
                    Expr::Ident(name) => name.as_str(),
                    _ => "",
                };
                if !matches!(operand, Cel::Map(_)) {
                    return self.mistake(at, format!("{} has no fields", word(&operand)));
                }
                let name = format!("{group}.{}", select.field);
                let there = if select.test {
                    // on the sample every field is there
                    Cel::resolve(at, context) == Ok(Cel::Bool(true))
                } else {
                    Cel::resolve(at, context).is_ok()
                };
                if !there {
                    return self.mistake(at, no_field(&name, &select.field));
                }
            }
            Expr::List(list) => {
                for element in &list.elements {
                    self.part(element, context, nested)?;
                }
            }
            Expr::Call(call) => return self.call(at, call, context, nested),
            Expr::Comprehension(all) => return self.comprehension(at, all, context, nested),
            _ => return self.mistake(at, "conditions have no maps or messages"),
        }
        self.resolved(at, context)
    }

    fn unknown(&self, at: &IdedExpr, name: &str) -> Tried {
        let message = if name == "line" && self.scope == Scope::Claim {
            "this edit is asked about the claim; write for = \"line\", or claim.lines.exists(l, …)".to_owned()
        } else {
            format!("there is no {name}; fields begin with claim., member. or line.")
        };
        self.mistake(at, message)
    }

    /// The value of a part whose parts were tried.
    fn resolved(&self, at: &IdedExpr, context: &Context<'_, '_>) -> Tried {
        match Cel::resolve(at, context) {
            Ok(value) => Ok(Some(value)),
            // the sample's lists are short, and its numbers alike; what asks no field is so for every claim
            Err(
                ExecutionError::IndexOutOfBounds(_)
                | ExecutionError::DivisionByZero(_)
                | ExecutionError::RemainderByZero(_),
            ) if !is_constant(at) => Ok(None),
            Err(error) => self.mistake(at, why(&error)),
        }
    }

    fn call(&self, at: &IdedExpr, call: &CallExpr, context: &Context<'_, '_>, nested: usize) -> Tried {
        let name = call.func_name.as_str();
        if !FUNCTIONS.contains(&name) {
            let known: Vec<&str> = FUNCTIONS
                .into_iter()
                .filter(|known| known.starts_with(|c: char| c.is_ascii_lowercase()))
                .collect();
            return self.mistake(
                at,
                format!(
                    "there is no function {name}; there are {}, and exists, exists_one, all, filter, map, has",
                    known.join(", ")
                ),
            );
        }
        let mut values = Vec::new();
        for part in call.target.as_deref().into_iter().chain(&call.args) {
            values.push(self.part(part, context, nested)?);
        }
        let alike = |one: &Cel, other: &Cel| word(one) == word(other);
        match (name, &values[..]) {
            ("_&&_" | "_||_" | "!_", all) => {
                let wrong =
                    all.iter().flatten().zip(&call.args).find(|(value, _)| !matches!(value, Cel::Bool(_)));
                if let Some((value, part)) = wrong {
                    let sign = name.trim_matches('_');
                    return self.mistake(
                        part,
                        format!("{} stands beside {sign}, which joins what is true or false", word(value)),
                    );
                }
            }
            ("_==_" | "_!=_", [Some(one), Some(other)]) if !alike(one, other) => {
                return self.mistake(at, format!("{} is never equal to {}", word(one), word(other)));
            }
            ("@in", [Some(one), Some(Cel::List(list))]) => {
                if let Some(other) = list.iter().find(|other| !alike(one, other)) {
                    return self.mistake(at, format!("{} is never equal to {}", word(one), word(other)));
                }
            }
            ("_<_" | "_<=_" | "_>_" | "_>=_", [Some(one), Some(other)]) if !alike(one, other) => {
                return self.mistake(at, format!("{} cannot be compared with {}", word(one), word(other)));
            }
            _ => {}
        }
        if values.iter().any(Option::is_none) {
            return Ok(None);
        }
        self.resolved(at, context)
    }

    /// `exists`, `all`, `filter` and the like: what they ask is tried on the first element.
    fn comprehension(
        &self,
        at: &IdedExpr,
        all: &ComprehensionExpr,
        context: &Context<'_, '_>,
        nested: usize,
    ) -> Tried {
        // asked about each line, it goes through the lines once already
        let most = if self.scope == Scope::Line { NESTED - 1 } else { NESTED };
        if nested >= most {
            let how = if most == 1 {
                "cannot stand within each other in a condition that is asked of each line"
            } else {
                "stand within each other at most 2 deep"
            };
            return self
                .mistake(at, format!("exists, all and the like {how}: a claim can have a thousand lines"));
        }
        let range = self.part(&all.iter_range, context, nested)?;
        let first = match &range {
            None => return Ok(None),
            Some(Cel::List(list)) => list.first().cloned(),
            Some(other) => {
                return self.mistake(at, format!("it goes through {}; it must be a list", word(other)));
            }
        };
        let Some(first) = first else { return Ok(None) };
        let mut inner = context.new_inner_scope();
        let begins = self.part(&all.accu_init, context, nested)?;
        let Some(begins) = begins else { return Ok(None) };
        let gathers = matches!(begins, Cel::List(_));
        inner.add_variable_from_value(all.iter_var.clone(), first);
        inner.add_variable_from_value(all.accu_var.clone(), begins);
        self.part(&all.loop_step, &inner, nested + 1)?;
        if !gathers {
            return self.resolved(at, context);
        }
        // what is gathered may be nothing on the sample; so it is shown what would be
        let Some(element) = gathered(&all.loop_step) else { return Ok(None) };
        let element = self.part(element, &inner, nested + 1)?;
        Ok(element.map(|element| Cel::List(Arc::new(vec![element]))))
    }
}

/// Whether a part asks for no field.
fn is_constant(part: &IdedExpr) -> bool {
    match &part.expr {
        Expr::Literal(_) => true,
        Expr::List(list) => list.elements.iter().all(is_constant),
        Expr::Call(call) => call.target.as_deref().into_iter().chain(&call.args).all(is_constant),
        _ => false,
    }
}

/// The element that `filter` or `map` adds in a step.
fn gathered(step: &IdedExpr) -> Option<&IdedExpr> {
    let Expr::Call(call) = &step.expr else { return None };
    match (call.func_name.as_str(), &call.args[..]) {
        ("_?_:_", [_, adds, _]) => gathered(adds),
        ("_+_", [_, added]) => match &added.expr {
            Expr::List(list) => list.elements.first(),
            _ => None,
        },
        _ => None,
    }
}

/// That there is no such field, and which there are.
fn no_field(name: &str, field: &str) -> String {
    let group = name.split('.').next().unwrap_or("");
    let all: Vec<&str> =
        field::fields().filter(|one| one.group().word() == group).map(|one| one.name).collect();
    if all.is_empty() {
        return format!("there is no field {field} here");
    }
    format!("there is no field {name}; there are {}", all.join(", "))
}
