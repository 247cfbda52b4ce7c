//! What two ways of judging make of the same records: which change, and by which rules.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::finding::{RuleId, Total};
use crate::rules::{self, Severity};
use crate::verdict::Disposition;

use super::reasons::harmless;
use super::summary::Summary;
use super::text::{counted, dollars, grouped};

/// What differs in a record, or does not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Accepted before and after.
    AcceptedByBoth,
    /// Rejected before and after.
    RejectedByBoth,
    /// Refused before and after.
    RefusedByBoth,
    /// Accepted before, rejected after.
    NewlyRejected,
    /// Rejected before, accepted after.
    NewlyAccepted,
    /// Accepted before, refused after.
    AcceptedThenRefused,
    /// Rejected before, refused after.
    RejectedThenRefused,
    /// Refused before, accepted after.
    RefusedThenAccepted,
    /// Refused before, rejected after.
    RefusedThenRejected,
    /// It falls before and after, and after for this rule too.
    ReasonAdded,
    /// It falls before and after, and before for this rule too.
    ReasonDropped,
    /// The rule warns after.
    WarningAdded,
    /// The rule warned before.
    WarningDropped,
    /// The rule informs after.
    NoteAdded,
    /// The rule informed before.
    NoteDropped,
    /// The rule is counted in shadow after.
    ShadowAdded,
    /// The rule was counted in shadow before.
    ShadowDropped,
}

impl Change {
    /// What becomes of a record whose dispositions are these.
    pub const fn of(before: Disposition, after: Disposition) -> Change {
        use Disposition::{Accept, Held, Refused, Reject};
        match (before, after) {
            (Accept, Accept) => Change::AcceptedByBoth,
            // nothing is held where nothing is delivered
            (Reject | Held, Reject | Held) => Change::RejectedByBoth,
            (Refused, Refused) => Change::RefusedByBoth,
            (Accept, Reject | Held) => Change::NewlyRejected,
            (Reject | Held, Accept) => Change::NewlyAccepted,
            (Accept, Refused) => Change::AcceptedThenRefused,
            (Reject | Held, Refused) => Change::RejectedThenRefused,
            (Refused, Accept) => Change::RefusedThenAccepted,
            (Refused, Reject | Held) => Change::RefusedThenRejected,
        }
    }

    /// The changes of disposition, and what stays, in the order of reports.
    pub const MOVES: [Change; 9] = [
        Change::AcceptedByBoth,
        Change::RejectedByBoth,
        Change::RefusedByBoth,
        Change::NewlyRejected,
        Change::NewlyAccepted,
        Change::AcceptedThenRefused,
        Change::RejectedThenRefused,
        Change::RefusedThenAccepted,
        Change::RefusedThenRejected,
    ];

    /// Whether a record has another disposition after.
    pub const fn is_move(self) -> bool {
        matches!(
            self,
            Change::NewlyRejected
                | Change::NewlyAccepted
                | Change::AcceptedThenRefused
                | Change::RejectedThenRefused
                | Change::RefusedThenAccepted
                | Change::RefusedThenRejected
        )
    }

    /// The word that files use.
    pub const fn word(self) -> &'static str {
        match self {
            Change::AcceptedByBoth => "accepted_by_both",
            Change::RejectedByBoth => "rejected_by_both",
            Change::RefusedByBoth => "refused_by_both",
            Change::NewlyRejected => "newly_rejected",
            Change::NewlyAccepted => "newly_accepted",
            Change::AcceptedThenRefused => "accepted_then_refused",
            Change::RejectedThenRefused => "rejected_then_refused",
            Change::RefusedThenAccepted => "refused_then_accepted",
            Change::RefusedThenRejected => "refused_then_rejected",
            Change::ReasonAdded => "reason_added",
            Change::ReasonDropped => "reason_dropped",
            Change::WarningAdded => "warning_added",
            Change::WarningDropped => "warning_dropped",
            Change::NoteAdded => "note_added",
            Change::NoteDropped => "note_dropped",
            Change::ShadowAdded => "shadow_added",
            Change::ShadowDropped => "shadow_dropped",
        }
    }

    /// As a heading of the table by rules.
    const fn heading(self) -> &'static str {
        match self {
            Change::NewlyRejected => "Newly rejected, by rule",
            Change::NewlyAccepted => "Newly accepted, by the rule that rejected before",
            Change::AcceptedThenRefused => "Newly refused, by rule",
            Change::RefusedThenAccepted => "Refused before and accepted after, by the rule that refused",
            Change::ReasonAdded => "Rejected or refused either way; this reason after only",
            Change::ReasonDropped => "Rejected or refused either way; this reason before only",
            Change::WarningAdded => "Warned of after only",
            Change::WarningDropped => "Warned of before only",
            Change::NoteAdded => "Informed of after only",
            Change::NoteDropped => "Informed of before only",
            Change::ShadowAdded => "In shadow after only",
            Change::ShadowDropped => "In shadow before only",
            _ => "",
        }
    }
}

/// Records with their charges.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Records {
    /// How many.
    pub records: u64,
    /// Their charges.
    pub charges: Total,
}

impl Records {
    /// Adds records.
    pub fn add(&mut self, more: Records) {
        self.records += more.records;
        self.charges.merge(more.charges);
    }

    /// What is left without some.
    #[must_use]
    pub fn less(self, some: Records) -> Records {
        Records {
            records: self.records.saturating_sub(some.records),
            charges: self.charges.less(some.charges),
        }
    }
}

/// The records that a rule has a part in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct ByRule {
    /// All of them.
    #[serde(flatten)]
    pub all: Records,
    /// Those in which it is the only rule with a part in this change.
    pub alone: Records,
}

/// What became of one record in one of the runs.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Its disposition.
    pub disposition: Disposition,
    /// The rules that speak, each once a severity, in order.
    pub said: Vec<(&'static str, Severity)>,
}

impl Side {
    /// The codes of the rules that speak at a severity.
    fn at(&self, severity: Severity) -> impl Iterator<Item = &'static str> + '_ {
        self.said.iter().filter(move |(_, said)| *said == severity).map(|(code, _)| *code)
    }

    fn joined(&self, severity: Severity) -> String {
        self.at(severity).collect::<Vec<_>>().join(" ")
    }
}

/// Two runs compared.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// What the first way of judging came to.
    pub before: Summary,
    /// What the second came to.
    pub after: Summary,
    moves: BTreeMap<Change, Records>,
    rules: BTreeMap<(Change, &'static str), ByRule>,
}

impl Comparison {
    /// How many records changed or stayed so.
    pub fn of(&self, change: Change) -> Records {
        self.moves.get(&change).copied().unwrap_or_default()
    }

    /// What a rule has to do with a change.
    pub fn by_rule(&self, change: Change, rule: &str) -> ByRule {
        let known = self.rules.iter().find(|((at, code), _)| *at == change && *code == rule);
        known.map_or(ByRule::default(), |(_, records)| *records)
    }

    /// Every change by rule that there is.
    pub fn rules(&self) -> impl Iterator<Item = (Change, &'static str, ByRule)> + '_ {
        self.rules.iter().map(|((change, rule), records)| (*change, *rule, *records))
    }

    /// Whether any record has another disposition after.
    pub fn moves_any(&self) -> bool {
        self.moves.iter().any(|(change, records)| change.is_move() && records.records > 0)
    }

    /// Adds records about which nothing is known but what became of them.
    pub fn add_unseen(&mut self, change: Change, records: Records) {
        if records != Records::default() {
            self.moves.entry(change).or_default().add(records);
        }
    }

    /// Adds a record; says whether it belongs in the list of changed records.
    pub fn add(&mut self, before: &Side, after: &Side, record: Records) -> bool {
        let change = Change::of(before.disposition, after.disposition);
        self.moves.entry(change).or_default().add(record);
        if change == Change::AcceptedByBoth && before.said.is_empty() && after.said.is_empty() {
            return false;
        }
        let mut differs = change.is_move();
        let fell = |side: &Side| side.disposition != Disposition::Accept;
        match (fell(before), fell(after)) {
            (false, true) => self.count(change, after.at(Severity::Reject), record),
            (true, false) => self.count(change, before.at(Severity::Reject), record),
            (true, true) => {
                let pair = (Change::ReasonAdded, Change::ReasonDropped);
                differs |= self.differ(pair, Severity::Reject, before, after, record);
            }
            (false, false) => {}
        }
        let pair = (Change::WarningAdded, Change::WarningDropped);
        differs |= self.differ(pair, Severity::Warn, before, after, record);
        self.differ((Change::NoteAdded, Change::NoteDropped), Severity::Info, before, after, record);
        self.differ((Change::ShadowAdded, Change::ShadowDropped), Severity::Shadow, before, after, record);
        differs
    }

    /// Counts the rules that speak at a severity in one of the runs only; says whether there are any.
    fn differ(
        &mut self,
        (added, dropped): (Change, Change),
        severity: Severity,
        before: &Side,
        after: &Side,
        record: Records,
    ) -> bool {
        let only = |one: &Side, other: &Side| -> Vec<&'static str> {
            one.at(severity).filter(|code| other.at(severity).all(|known| known != *code)).collect()
        };
        let (more, fewer) = (only(after, before), only(before, after));
        let any = !more.is_empty() || !fewer.is_empty();
        self.count(added, more.into_iter(), record);
        self.count(dropped, fewer.into_iter(), record);
        any
    }

    fn count(&mut self, change: Change, mut rules: impl Iterator<Item = &'static str>, record: Records) {
        let Some(first) = rules.next() else { return };
        let mut alone = true;
        for rule in rules {
            alone = false;
            self.rules.entry((change, rule)).or_default().all.add(record);
        }
        let counts = self.rules.entry((change, first)).or_default();
        counts.all.add(record);
        if alone {
            counts.alone.add(record);
        }
    }

    /// Adds what another input came to; the summaries are not touched.
    pub fn merge(&mut self, other: &Comparison) {
        for (change, records) in &other.moves {
            self.moves.entry(*change).or_default().add(*records);
        }
        for (key, records) in &other.rules {
            let sum = self.rules.entry(*key).or_default();
            sum.all.add(records.all);
            sum.alone.add(records.alone);
        }
    }

    /// The records of a change in which several rules have a part.
    fn shared(&self, change: Change) -> Records {
        let of = self.rules.iter().filter(|((at, _), _)| *at == change);
        of.fold(self.of(change), |left, (_, rule)| left.less(rule.alone))
    }

    /// The table for a person.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // a String takes everything
        let _ = self.write_text(&mut text);
        text
    }

    fn write_text(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "before: profile {}", self.before.profile)?;
        writeln!(text, "after:  profile {}", self.after.profile)?;
        self.write_tables(text)?;
        let mut read = Records::default();
        self.moves.values().for_each(|records| read.add(*records));
        writeln!(text, "\n{:<26}{:>12}{:>20}", "", "records", "charges")?;
        let mut line = |words: &str, records: Records| {
            writeln!(text, "{words:<26}{:>12}{:>20}", grouped(records.records), dollars(records.charges))
        };
        line("read", read)?;
        for change in Change::MOVES {
            let records = self.of(change);
            let always = matches!(
                change,
                Change::AcceptedByBoth
                    | Change::RejectedByBoth
                    | Change::NewlyRejected
                    | Change::NewlyAccepted
            );
            if always || records.records > 0 {
                line(&change.word().replace('_', " "), records)?;
            }
        }
        let mut at = None;
        for ((change, rule), records) in &self.rules {
            if at != Some(*change) {
                self.write_shared(text, at)?;
                writeln!(
                    text,
                    "\n{}\n  {:<9}{:>12}{:>18}{:>12}{:>18}  rule",
                    change.heading(),
                    "",
                    "records",
                    "charges",
                    "alone",
                    "charges alone"
                )?;
                at = Some(*change);
            }
            let title = RuleId::parse(rule).map_or("", |rule| rules::rule(rule).title);
            writeln!(
                text,
                "  {rule:<9}{:>12}{:>18}{:>12}{:>18}  {title}",
                grouped(records.all.records),
                dollars(records.all.charges),
                grouped(records.alone.records),
                dollars(records.alone.charges)
            )?;
        }
        self.write_shared(text, at)?;
        if self.rules.is_empty() {
            writeln!(text, "\nNo record is judged otherwise.")?;
        }
        for file in self.before.files.iter().chain(&self.after.files).flatten() {
            if let Some(error) = &file.error {
                writeln!(text, "\nNot compared: {error}")?;
            }
        }
        Ok(())
    }

    /// Writes how many records of a change several rules have a part in: with them, the column `alone` adds up to all of them.
    fn write_shared(&self, text: &mut String, change: Option<Change>) -> std::fmt::Result {
        let Some(change) = change.filter(|change| change.is_move()) else { return Ok(()) };
        let shared = self.shared(change);
        if shared.records == 0 {
            return Ok(());
        }
        writeln!(
            text,
            "  {:<39}{:>12}{:>18}  by several rules at once",
            "",
            grouped(shared.records),
            dollars(shared.charges)
        )
    }

    fn write_tables(&self, text: &mut String) -> std::fmt::Result {
        for before in &self.before.tables {
            let after = self.after.tables.iter().find(|after| after.name == before.name);
            if let Some(after) = after.filter(|after| *after != before) {
                writeln!(
                    text,
                    "table {}: {} ({}) before, {} ({}) after",
                    before.name,
                    before.version,
                    counted(before.rows, "row", "rows"),
                    after.version,
                    counted(after.rows, "row", "rows")
                )?;
            }
        }
        for (side, these, others) in
            [("before", &self.before, &self.after), ("after", &self.after, &self.before)]
        {
            for rule in &these.rules_not_run {
                if !others.rules_not_run.contains(rule) {
                    writeln!(text, "rule {} does not run {side}: {}", rule.rule, rule.why)?;
                }
            }
        }
        Ok(())
    }

    /// Everything as JSON: the summary of each run, the changes of disposition, and the changes by rule.
    pub fn to_json(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Move {
            change: Change,
            #[serde(flatten)]
            records: Records,
        }
        #[derive(Serialize)]
        struct Line {
            change: Change,
            rule: &'static str,
            #[serde(flatten)]
            records: ByRule,
        }
        #[derive(Serialize)]
        struct Whole<'a> {
            before: &'a Summary,
            after: &'a Summary,
            changes: Vec<Move>,
            rules: Vec<Line>,
        }
        let changes = Change::MOVES.map(|change| Move { change, records: self.of(change) }).into();
        let rules = self.rules().map(|(change, rule, records)| Line { change, rule, records }).collect();
        let whole = Whole { before: &self.before, after: &self.after, changes, rules };
        let mut text = serde_json::to_vec_pretty(&whole).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// The changes as CSV: a row without a rule for each change of disposition, then a row a change and rule.
    pub fn to_csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut row = |change: Change, rule: &str, records: Records, alone: Option<Records>| {
            let number = |records: Records| records.records.to_string();
            let charges = |records: Records| records.charges.to_string();
            // a Vec takes everything
            let _ = writer.write_record([
                change.word(),
                rule,
                &number(records),
                &charges(records),
                &alone.map_or(String::new(), number),
                &alone.map_or(String::new(), charges),
            ]);
        };
        for change in Change::MOVES {
            row(change, "", self.of(change), None);
        }
        for (change, rule, records) in self.rules() {
            row(change, rule, records.all, Some(records.alone));
        }
        let mut text = b"change,rule,records,charges,records_alone,charges_alone\n".to_vec();
        text.extend(writer.into_inner().unwrap_or_default());
        text
    }
}

/// What the list of changed records says of one beside its dispositions, ready to be shown.
#[derive(Clone, Debug, Default)]
pub struct Listed<'a> {
    /// The input's file name.
    pub file: &'a str,
    /// ISA13.
    pub interchange: &'a str,
    /// GS06.
    pub group: &'a str,
    /// ST02.
    pub transaction: &'a str,
    /// The record's ordinal in the file, from 1.
    pub record: u64,
    /// CLM01, or TRN02 of a 278 request.
    pub record_id: &'a str,
    /// 837P, 837I, 837D, 278.
    pub kind: &'static str,
    /// The billing provider's NPI.
    pub billing_npi: &'a str,
    /// The dates of service.
    pub service_date: String,
    /// CLM02.
    pub charge: String,
}

/// The columns of the list of changed records.
pub const LIST_HEADER: &str = "file,interchange,group,transaction,record,record_id,kind,billing_npi,service_date,charge,change,before,after,rejects_before,rejects_after,warns_before,warns_after\n";

/// Adds a row to the list of changed records.
pub fn list(out: &mut Vec<u8>, record: &Listed<'_>, before: &Side, after: &Side) {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(out);
    let of = |side: &Side| [side.joined(Severity::Reject), side.joined(Severity::Warn)];
    let ([rejects_before, warns_before], [rejects_after, warns_after]) = (of(before), of(after));
    let number = record.record.to_string();
    // a Vec takes everything
    let _ = writer.write_record([
        &*harmless(record.file),
        &*harmless(record.interchange),
        &*harmless(record.group),
        &*harmless(record.transaction),
        &*number,
        &*harmless(record.record_id),
        record.kind,
        &*harmless(record.billing_npi),
        &*record.service_date,
        &*record.charge,
        Change::of(before.disposition, after.disposition).word(),
        before.disposition.word(),
        after.disposition.word(),
        &*rejects_before,
        &*rejects_after,
        &*warns_before,
        &*warns_after,
    ]);
    let _ = writer.flush();
}
