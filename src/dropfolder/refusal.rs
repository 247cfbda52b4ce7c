//! Answers to files that are not judged: a TA1 for each interchange of a stranger, and for each of a file that mixes tests with
//! production, a 999 for each group of a kind that its sender may not send; and a notice for the reports.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::config::Inbox;
use super::files;
use super::scout::{InterchangeSeen, Seen};
use crate::output::ack::{
    Assembler, Derived, Group, Interchange, Kind, Moment, Note, Piece, Set, Sheet, Step, Style, Tree,
};
use crate::source::Suffix;
use crate::store::{Arrival, Outcome};

/// Why a file is not judged.
pub(super) struct Refusal {
    /// What becomes of it.
    pub(super) outcome: Outcome,
    /// Why, and what to do.
    pub(super) why: String,
}

/// Whether a partner may send what a file holds.
pub(super) fn of(seen: &Seen, inbox: &Inbox) -> Option<Refusal> {
    for interchange in &seen.interchanges {
        if let Some((_, why)) = interchange.stranger(inbox) {
            let control = interchange.control();
            return Some(Refusal {
                outcome: Outcome::UnknownParty,
                why: format!(
                    "interchange {control}: {why} ({}); enrol it in the configuration, or ask whose file it is",
                    inbox.name()
                ),
            });
        }
    }
    for interchange in &seen.interchanges {
        if let Some(group) = interchange.groups.iter().find(|group| is_forbidden(group.transaction(), inbox))
        {
            let control = String::from_utf8_lossy(&group.header[3]).into_owned();
            let version = String::from_utf8_lossy(&group.header[4]).into_owned();
            return Some(Refusal {
                outcome: Outcome::NotAllowed,
                why: format!(
                    "interchange {}, group {control}: {} may not send transactions of {version}; allow them in the configuration, or tell the partner",
                    interchange.control(),
                    inbox.name()
                ),
            });
        }
    }
    seen.is_mixed().then(|| Refusal {
        outcome: Outcome::Mixed,
        why: "tests (ISA15 T) stand in one file with interchanges that are none, or whose header cannot be read; tell the partner to send tests in files of their own"
            .to_owned(),
    })
}

fn is_forbidden(transaction: Option<super::config::Transaction>, inbox: &Inbox) -> bool {
    transaction.is_some_and(|transaction| !inbox.transactions.contains(&transaction))
}

/// The outputs of a file that is not judged, by name: the notice, then the answers that are due. The same at any time.
pub(super) fn outputs(
    refusal: &Refusal,
    arrival: &Arrival,
    seen: &Seen,
    inbox: &Inbox,
    now: Moment,
    spool_dir: &Path,
) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let name = output_name(&arrival.name.to_string_lossy());
    let mut outputs = vec![(notice_of(arrival), notice(arrival, refusal))];
    if refusal.outcome.is_answered() {
        let answers = answers(seen, inbox, refusal.outcome, now, spool_dir)?.into_iter();
        outputs.extend(answers.map(|(kind, bytes)| (format!("{name}{}", suffix_of(kind).text()), bytes)));
    }
    Ok(outputs)
}

/// The name of the notice of a file that is not judged.
pub(super) fn notice_of(arrival: &Arrival) -> String {
    format!("{}.notice.json", output_name(&arrival.name.to_string_lossy()))
}

fn suffix_of(kind: Kind) -> Suffix {
    match kind {
        Kind::Interchange => Suffix::Ta1,
        Kind::Implementation => Suffix::X999,
        Kind::Claims => Suffix::X277ca,
        Kind::Review => Suffix::X278,
    }
}

/// The beginning of the names of its outputs.
fn output_name(file: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = file.chars().map(kept).collect();
    files::short(name.as_ref(), files::LONGEST).to_string_lossy().into_owned()
}

/// The acknowledgements due to what may not be sent, by kind.
fn answers(
    seen: &Seen,
    inbox: &Inbox,
    outcome: Outcome,
    now: Moment,
    spool_dir: &Path,
) -> std::io::Result<BTreeMap<Kind, Vec<u8>>> {
    let mut answers: BTreeMap<Kind, Vec<u8>> = BTreeMap::new();
    let mut assembler = Assembler::new(now, Box::new(Derived { now, input: 0 }), spool_dir.to_owned());
    for (seen, ordinal) in seen.interchanges.iter().zip(0..) {
        let mut sheet = Sheet::default();
        let note = match outcome {
            // none of its interchanges was judged, whichever of them should not be there
            Outcome::Mixed => "020",
            _ => seen.stranger(inbox).map_or("000", |(note, _)| note),
        };
        let head = Box::new(Interchange {
            offset: seen.offset,
            ordinal,
            isa: seen.isa,
            style: Style::of(&seen.isa, &seen.tail),
            note: Note { code: 'R', note },
        });
        if note == "000" {
            forbidden_groups(seen, inbox, head, &mut sheet);
        } else {
            sheet.steps.push(Step::Refused(head));
        }
        assembler.take(&sheet, &mut |kind, bytes| {
            answers.entry(kind).or_default().extend_from_slice(bytes);
            Ok(())
        })?;
    }
    answers.retain(|_, bytes| !bytes.is_empty());
    Ok(answers)
}

/// A 999 that rejects the groups that may not be sent: AK905 1, not supported.
fn forbidden_groups(seen: &InterchangeSeen, inbox: &Inbox, mut head: Box<Interchange>, sheet: &mut Sheet) {
    let mut groups = seen.groups.iter().filter(|group| is_forbidden(group.transaction(), inbox)).peekable();
    if groups.peek().is_none() {
        return;
    }
    // a TA1 that is asked for says that the envelope is right
    head.note = Note { code: 'A', note: "000" };
    sheet.steps.push(Step::Interchange(head));
    for group in groups {
        sheet.steps.push(Step::Group(Box::new(Group {
            offset: group.offset,
            header: group.header.clone(),
            is_answer: false,
            rejected: true,
            codes: vec!["1"],
        })));
        for nth in 0..group.sets {
            let (header, codes) = (Piece::default(), Vec::new());
            let offset = group.offset + 1 + nth;
            let set = Set { offset, header, rejected: true, codes, tree: Tree::None };
            sheet.steps.push(Step::Set(Box::new(set)));
        }
        sheet.steps.push(Step::EndGroup(None));
    }
    sheet.steps.push(Step::EndInterchange);
}

/// The notice that stands among the reports for a file that was not judged.
fn notice(arrival: &Arrival, Refusal { outcome, why }: &Refusal) -> Vec<u8> {
    let notice = json!({
        "arrival": arrival.id,
        "partner": arrival.partner,
        "file": files::shown(&arrival.name),
        "received": arrival.received,
        "outcome": outcome.word(),
        "why": why,
    });
    let mut text = serde_json::to_vec_pretty(&notice).unwrap_or_default();
    text.push(b'\n');
    text
}
