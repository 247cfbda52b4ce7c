//! The rows of the reasons a second time, in step with the input: what they say of each record is at hand when its
//! acknowledgement is looked at, and forgotten behind it.
//!
//! Rows come in the order of the input, those of a record together, and those about a set or level before those of the records
//! in it.

use std::io;

use crate::finding::RuleId;
use crate::output::ack;
use crate::rules;

use super::errors::{Error, Errors};
use super::rows::{Fault, Row, Rows};

/// A claim status: category, code, entity.
pub(super) type Status = [Vec<u8>; 3];

/// Why a record falls, by the rows that reject it.
#[derive(Debug, Default)]
pub(super) struct Why {
    /// The statuses that a 277CA gives for it, each once.
    pub(super) statuses: Vec<Status>,
    /// For each row, the reasons (AAA03) that a 278 response may give for it; none where any may be.
    pub(super) answers: Vec<Option<Vec<&'static str>>>,
}

impl Why {
    fn add(&mut self, row: &Row) {
        let status = status_of(row);
        if !self.statuses.contains(&status) {
            self.statuses.push(status);
        }
        let answers = answers_of(row);
        if !self.answers.contains(&answers) {
            self.answers.push(answers);
        }
    }
}

/// The status of a row; where it has none, that of claims that are rejected for invalid information.
fn status_of(row: &Row) -> Status {
    let [category, code, entity] = ["status_category", "status_code", "entity"].map(|name| row.text(name));
    let said =
        if category.is_empty() || code.is_empty() { ["A7", "21", ""] } else { [category, code, entity] };
    said.map(|part| part.as_bytes().to_vec())
}

/// The reasons that a 278 response may give for a row: the row does not tell them, but its rule does, of which it shows the
/// other codes. An edit of a profile is not known here: it may have any.
fn answers_of(row: &Row) -> Option<Vec<&'static str>> {
    let rule = rules::rule(RuleId::parse(row.text("rule")).filter(|rule| rule.edit().is_none())?);
    let alike = rule.outcomes.iter().filter(|outcome| {
        let codes = &outcome.codes;
        [
            ("status_category", codes.category),
            ("status_code", codes.status),
            ("carc", codes.carc),
            ("rarc", codes.rarc),
            ("ik3", codes.ik3),
            ("ik4", codes.ik4),
        ]
        .into_iter()
        .all(|(column, code)| row.text(column) == code)
    });
    let answers: Vec<&str> = alike.map(|outcome| ack::answer_code(&outcome.codes)).collect();
    Some(answers).filter(|answers| !answers.is_empty())
}

/// Both kinds of rows: those that reject a record, and those that a 999 repeats.
pub(super) struct Causes {
    rows: Rows,
    row: Row,
    /// `row` was read and not yet taken.
    at_hand: bool,
}

impl Causes {
    pub(super) fn new(rows: Rows) -> Causes {
        Causes { rows, row: Row::default(), at_hand: false }
    }

    /// Why a record falls that does; what is said before of the set and levels that it stands in goes to `errors` as well.
    pub(super) fn of_record(&mut self, record: u64, errors: &mut Errors) -> io::Result<Why> {
        let mut why = Why::default();
        let mut begun = false;
        while self.peek()? {
            let row = &self.row;
            match row.number("record").ok().flatten() {
                Some(number) if number > record => break,
                Some(number) if number == record => {
                    begun = true;
                    if row.text("severity") == "reject" {
                        why.add(row);
                        told(row, errors);
                    }
                }
                // of a record that is accepted
                Some(_) => {}
                None if begun => break,
                None => told(row, errors),
            }
            self.at_hand = false;
        }
        Ok(why)
    }

    /// What is said of the set that ends with the `last` record of the file so far, and before `end`.
    pub(super) fn rest_of_set(&mut self, last: u64, end: u64, errors: &mut Errors) -> io::Result<()> {
        while self.peek()? {
            let row = &self.row;
            let number = |column| row.number(column).ok().flatten();
            match number("record") {
                Some(record) if record > last => break,
                Some(_) => {}
                None => {
                    let offset = number("byte_offset").unwrap_or(0);
                    // what is missing at the end of a set without SE stands where the next one begins
                    let is_of_next = offset > end || offset == end && number("position") < Some(2);
                    if is_of_next && is_told(row) {
                        break;
                    }
                    told(row, errors);
                }
            }
            self.at_hand = false;
        }
        Ok(())
    }

    fn peek(&mut self) -> io::Result<bool> {
        while !self.at_hand {
            // what is wrong with the files was told when they were read first
            match self.rows.next(&mut self.row, &mut |_| {}) {
                Ok(true) => self.at_hand = true,
                Ok(false) | Err(Fault::Content(..)) => return Ok(false),
                Err(Fault::Io(error)) => return Err(error),
            }
        }
        Ok(true)
    }
}

/// Whether a 999 has an IK3 or IK4 of a row: it rejects, stands in a set, and is of SNIP level 1 or 2. Of rules that have a code
/// for the set, IK5 says it, unless they have one for the segment too.
fn is_told(row: &Row) -> bool {
    let is_structural = row.text("severity") == "reject"
        && matches!(row.text("snip"), "1" | "2")
        && !row.text("position").is_empty()
        && row.text("inherited_from").is_empty()
        && row.text("disposition") != "refused";
    let of_set = |rule: RuleId| {
        let mut outcomes = rules::rule(rule).outcomes.iter();
        outcomes.any(|outcome| !outcome.codes.set.is_empty() && outcome.codes.ik3.is_empty())
    };
    is_structural && (!row.text("ik3").is_empty() || !RuleId::parse(row.text("rule")).is_some_and(of_set))
}

fn told(row: &Row, errors: &mut Errors) {
    if is_told(row) {
        errors.note(&Error::of_row(row));
    }
}
