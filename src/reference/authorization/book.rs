//! Every authorization that is known, by number and by member.

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Authorization;
use super::decision::{Decided, Effect, outcome_of};
use super::known::{Found, Known, Source};
use crate::finding::Date;
use crate::reference::id::{MemberKey, digits};

/// When a decision was taken, to tell which of two on one number is the later.
///
/// Decisions are ordered by date, then time and place in the input. A roster row comes before the responses of the day on
/// which it was issued, and before every response where it does not say when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DecisionOrder {
    date: Date,
    /// `HHMMSSDD` and one; zero for a roster row, which comes before every response of its day.
    time: u32,
    input: u64,
}

impl DecisionOrder {
    /// The order of a roster row: by the day on which it was issued, where it says so.
    pub fn roster(issued_on: Option<Date>, row: u32) -> DecisionOrder {
        DecisionOrder { date: issued_on.unwrap_or(Date::MIN), time: 0, input: u64::from(row) }
    }

    /// The order of a 278 response: its creation date (BHT04) and time (BHT05, `HHMM` with or without seconds
    /// and fractions; anything else counts as midnight), and its place in the input, which must grow.
    pub fn response(date: Date, time: &[u8], input: u64) -> DecisionOrder {
        let mut padded = *b"00000000";
        let known = match padded.get_mut(..time.len()) {
            Some(place) if time.len() >= 4 => {
                place.copy_from_slice(time);
                digits(&padded, 8)
            }
            _ => None,
        };
        DecisionOrder { date, time: known.unwrap_or(0) as u32 + 1, input }
    }

    /// The day, the time of that day (zero for what comes before every response), and the place in the input.
    pub const fn parts(self) -> (Date, u32, u64) {
        (self.date, self.time, self.input)
    }

    /// An order of these [`DecisionOrder::parts`].
    pub const fn from_parts(date: Date, time: u32, input: u64) -> DecisionOrder {
        DecisionOrder { date, time, input }
    }
}

/// No further entry in the list of a member.
const END: u32 = u32::MAX;

struct Entry {
    authorization: Authorization,
    decided: DecisionOrder,
    /// Every decision on the number, where there are more than one, or the one does more than to stand for itself; else none.
    history: Vec<Decided>,
    /// The next entry of the same member.
    next: u32,
}

impl Entry {
    fn history(&self) -> Vec<Decided> {
        if !self.history.is_empty() {
            return self.history.clone();
        }
        let authorization = self.authorization.clone();
        vec![Decided { authorization, order: self.decided, effect: Effect::Stands, previous: None }]
    }
}

/// The known authorizations. Filled before claims are judged, then only read, by any number of threads.
#[derive(Default)]
pub struct AuthorizationBook {
    /// A number that was decided again for another member leaves its old entry behind, which `by_number` no
    /// longer leads to.
    entries: Vec<Entry>,
    by_number: FxHashMap<Arc<str>, u32>,
    /// The latest entry of each member.
    by_member: FxHashMap<MemberKey, u32>,
    /// Where more are looked up, by number or member.
    known: Option<Known>,
}

impl AuthorizationBook {
    /// Takes an authorization in. Of two decisions on a number the later one counts. Services that gave no
    /// authorization (`NA`) are left out, and so is the whole if nothing is left of it or it has no number.
    pub fn insert(&mut self, authorization: Authorization, order: DecisionOrder) {
        self.decide(Decided { authorization, order, effect: Effect::Stands, previous: None });
    }

    /// Takes a decision in: [`outcome_of`] tells what several on one number come to, in whatever order they are taken in.
    pub fn decide(&mut self, mut decided: Decided) {
        if !decided.make_ready() {
            return;
        }
        let Some(at) = self.by_number.get(&decided.authorization.number).copied() else {
            return self.add(decided);
        };
        let Some(entry) = self.entries.get_mut(at as usize) else { return };
        if decided.effect == Effect::Stands && entry.history.is_empty() {
            // the usual: the later one counts
            if decided.order < entry.decided {
                return;
            }
            if entry.authorization.member == decided.authorization.member {
                entry.authorization = decided.authorization;
                entry.decided = decided.order;
                return;
            }
            return self.add(decided);
        }
        let mut history = entry.history();
        history.push(decided);
        history.sort_by_key(|decided| decided.order);
        let order = history.last().map_or(entry.decided, |last| last.order);
        let outcome = outcome_of(&history).unwrap_or_else(|| entry.authorization.clone());
        if outcome.member == entry.authorization.member {
            entry.authorization = outcome;
            entry.decided = order;
            entry.history = history;
        } else {
            self.put(outcome, order, history);
        }
    }

    /// Adds the first decision on a number, or one that gives the number to another member.
    fn add(&mut self, decided: Decided) {
        let order = decided.order;
        if decided.effect == Effect::Stands {
            return self.put(decided.authorization, order, Vec::new());
        }
        if let Some(authorization) = outcome_of(std::slice::from_ref(&decided)) {
            self.put(authorization, order, vec![decided]);
        }
    }

    fn put(&mut self, authorization: Authorization, decided: DecisionOrder, history: Vec<Decided>) {
        let at = self.entries.len() as u32;
        let next = self.by_member.insert(authorization.member, at).unwrap_or(END);
        self.by_number.insert(Arc::clone(&authorization.number), at);
        self.entries.push(Entry { authorization, decided, history, next });
    }

    /// Says where decisions are looked up that were not taken in. What is looked up is kept for a while, so that nothing may be taken
    /// in after the first look.
    pub fn look_up_in(&mut self, source: Box<dyn Source>) {
        self.known = Some(Known::new(source));
    }

    /// Whether decisions are looked up somewhere: those are all that there are.
    pub fn is_looked_up(&self) -> bool {
        self.known.is_some()
    }

    /// The decisions on a number that were taken in.
    fn own(&self, number: &str) -> Vec<Decided> {
        let entry = self.by_number.get(number).and_then(|at| self.entries.get(*at as usize));
        entry.map_or_else(Vec::new, Entry::history)
    }

    /// Makes room for so many more.
    pub fn reserve(&mut self, authorizations: usize) {
        self.entries.reserve_exact(authorizations);
        self.by_number.reserve(authorizations);
    }

    /// The authorization of a number in its normal form, to be completed.
    pub(in crate::reference) fn get_mut(&mut self, number: &str) -> Option<&mut Authorization> {
        let at = *self.by_number.get(number)?;
        self.entries.get_mut(at as usize).map(|entry| &mut entry.authorization)
    }

    /// Changes every authorization; its number and member must stay.
    pub(in crate::reference) fn for_each(&mut self, change: impl Fn(&mut Authorization)) {
        self.entries.iter_mut().for_each(|entry| change(&mut entry.authorization));
    }

    /// Takes in all of another book, each as late as it was decided there.
    pub(in crate::reference) fn merge(&mut self, other: AuthorizationBook) {
        if self.is_empty() {
            *self = other;
            return;
        }
        let AuthorizationBook { entries, by_number, .. } = other;
        for (entry, at) in entries.into_iter().zip(0..) {
            if by_number.get(&entry.authorization.number) == Some(&at) {
                self.insert(entry.authorization, entry.decided);
            }
        }
    }

    /// The authorization of a number, compared trimmed and in upper case.
    pub fn get(&self, number: &[u8]) -> Option<Found<'_>> {
        // Numbers on claims are short; no memory is taken for looking one up.
        let number = number.trim_ascii();
        let mut bytes = [0u8; 64];
        if let Some(place) = bytes.get_mut(..number.len()) {
            place.copy_from_slice(number);
            place.make_ascii_uppercase();
            if let Ok(number) = std::str::from_utf8(place) {
                return self.find(number);
            }
        }
        self.find(&normal(number))
    }

    /// The authorization of a number in its normal form.
    fn find(&self, number: &str) -> Option<Found<'_>> {
        match &self.known {
            Some(known) if !number.is_empty() => known.get(number, || self.own(number)).map(Found::LookedUp),
            _ => {
                let at = self.by_number.get(number)?;
                self.entries.get(*at as usize).map(|entry| Found::TakenIn(&entry.authorization))
            }
        }
    }

    /// The authorizations of a member, by number: for hints.
    pub fn for_member(&self, member: MemberKey) -> Vec<Found<'_>> {
        let mut found = Vec::new();
        if let Some(known) = &self.known {
            let numbers = known.numbers_of(member);
            found.extend(numbers.iter().filter_map(|number| self.find(number)));
            found.retain(|authorization| authorization.member == member);
        }
        let mut next = self.by_member.get(&member).copied().unwrap_or(END);
        while let Some(entry) = self.entries.get(next as usize) {
            if self.by_number.get(&entry.authorization.number) == Some(&next) {
                found.extend(self.find(&entry.authorization.number));
            }
            next = entry.next;
        }
        found.sort_unstable_by(|a, b| a.number.cmp(&b.number));
        found.dedup_by(|a, b| a.number == b.number);
        found.retain(|authorization| authorization.member == member);
        found
    }

    /// Every authorization that was taken in, by number.
    pub fn iter(&self) -> impl Iterator<Item = &Authorization> {
        let mut places: Vec<_> = self.by_number.iter().collect();
        places.sort_unstable();
        places.into_iter().filter_map(|(_, at)| self.entries.get(*at as usize)).map(|e| &e.authorization)
    }

    /// Every decision that was taken in, by number; of one number the earliest first.
    pub fn decisions(&self) -> impl Iterator<Item = Decided> {
        let mut numbers: Vec<_> = self.by_number.keys().collect();
        numbers.sort_unstable();
        numbers.into_iter().flat_map(|number| self.own(number))
    }

    /// How many numbers were taken in.
    pub fn len(&self) -> usize {
        self.by_number.len()
    }

    /// Whether no authorization is known.
    pub fn is_empty(&self) -> bool {
        self.by_number.is_empty() && self.known.as_ref().is_none_or(Known::is_empty)
    }
}

impl fmt::Debug for AuthorizationBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorizationBook({})", self.len())
    }
}

/// A number as numbers are compared.
pub(in crate::reference) fn normal(number: &[u8]) -> String {
    String::from_utf8_lossy(number.trim_ascii()).to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::super::{AuthStatus, Authorization, AuthorizedService, AuthorizedUnits, UnitOfService};
    use super::{AuthorizationBook, DecisionOrder};
    use crate::finding::{Code, Date, Period};
    use crate::reference::{CodeRange, Quantity, member_key};

    fn auth(number: &str, member: &str, status: AuthStatus) -> Authorization {
        Authorization { status, ..Authorization::plain(number, member) }
    }

    fn service(codes: &[&str], status: Option<AuthStatus>) -> AuthorizedService {
        let codes = codes.iter().map(|text| CodeRange::parse(text.as_bytes()).unwrap()).collect();
        AuthorizedService { codes, status, ..AuthorizedService::default() }
    }

    fn at(day: &str, time: &str, input: u64) -> DecisionOrder {
        DecisionOrder::response(Date::parse_iso(day).unwrap(), time.as_bytes(), input)
    }

    #[test]
    fn numbers_are_compared_trimmed_and_in_upper_case() {
        let mut book = AuthorizationBook::default();
        book.insert(auth(" tar-1 ", "M1", AuthStatus::Certified), DecisionOrder::roster(None, 2));
        for number in [&b"TAR-1"[..], b"tar-1", b"  Tar-1\r"] {
            assert_eq!(&*book.get(number).unwrap().number, "TAR-1");
        }
        for number in [&b"TAR1"[..], b"", b"TAR-11", b"\xff", &[b'A'; 100]] {
            assert!(book.get(number).is_none());
        }
        book.insert(auth("  ", "M1", AuthStatus::Certified), DecisionOrder::roster(None, 3));
        assert_eq!(book.len(), 1);
        book.insert(auth(&"x".repeat(80), "M1", AuthStatus::Certified), DecisionOrder::roster(None, 3));
        assert!(book.get(&[b'X'; 80]).is_some());
    }

    #[test]
    fn the_later_decision_counts_in_whatever_order_they_come() {
        let decisions = [
            (DecisionOrder::roster(None, 900), AuthStatus::Certified),
            (at("2025-03-01", "0900", 1), AuthStatus::Pended),
            (at("2025-03-01", "093015", 2), AuthStatus::Modified),
            (at("2025-03-01", "093015", 3), AuthStatus::Cancelled),
            (DecisionOrder::roster(Date::parse_iso("2025-03-02"), 7), AuthStatus::Certified),
            (at("2025-03-02", "", 0), AuthStatus::NotCertified),
        ];
        for skip in 0..decisions.len() {
            let mut book = AuthorizationBook::default();
            for (order, status) in decisions.iter().cycle().skip(skip).take(decisions.len()) {
                book.insert(auth("T1", "M1", *status), *order);
            }
            assert_eq!(book.get(b"T1").unwrap().status, AuthStatus::NotCertified);
            assert_eq!(book.len(), 1);
        }
        assert!(decisions.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(at("2025-03-01", "0930", 9) > at("2025-03-01", "09x0", 9));
    }

    #[test]
    fn a_number_belongs_to_one_member_at_a_time() {
        let mut book = AuthorizationBook::default();
        let numbers = |book: &AuthorizationBook, member: &str| {
            let found = book.for_member(member_key(member.as_bytes()));
            found.iter().map(|a| a.number.to_string()).collect::<Vec<_>>()
        };
        book.insert(auth("T3", "M1", AuthStatus::Certified), DecisionOrder::roster(None, 2));
        book.insert(auth("T1", "M1", AuthStatus::Certified), DecisionOrder::roster(None, 3));
        book.insert(auth("T2", "M2", AuthStatus::Certified), DecisionOrder::roster(None, 4));
        assert_eq!(numbers(&book, "m1"), ["T1", "T3"]);
        book.insert(auth("T1", "M2", AuthStatus::Certified), at("2025-01-01", "1200", 1));
        assert_eq!(numbers(&book, "M1"), ["T3"]);
        assert_eq!(numbers(&book, "M2"), ["T1", "T2"]);
        book.insert(auth("T1", "M1", AuthStatus::Pended), at("2025-01-02", "1200", 2));
        assert_eq!(numbers(&book, "M1"), ["T1", "T3"]);
        assert_eq!(numbers(&book, "M2"), ["T2"]);
        assert_eq!(book.iter().map(|a| &*a.number).collect::<Vec<_>>(), ["T1", "T2", "T3"]);
        assert_eq!(book.len(), 3);
    }

    #[test]
    fn no_action_gives_no_authorization() {
        let mut book = AuthorizationBook::default();
        book.insert(auth("T1", "M1", AuthStatus::NoAction), DecisionOrder::roster(None, 2));
        let all_none = [service(&["97110"], Some(AuthStatus::NoAction))].to_vec();
        let with = |number, status, services| Authorization { services, ..auth(number, "M1", status) };
        book.insert(with("T2", AuthStatus::Certified, all_none), DecisionOrder::roster(None, 3));
        assert!(book.is_empty());
        let mixed = vec![service(&["97110"], None), service(&["97112"], Some(AuthStatus::Pended))];
        book.insert(with("T3", AuthStatus::NoAction, mixed), DecisionOrder::roster(None, 4));
        let kept = book.get(b"T3").unwrap();
        assert_eq!((kept.status, kept.services.len()), (AuthStatus::Pended, 1));
    }

    #[test]
    fn services_inherit_from_the_whole() {
        let units = |n| Some(AuthorizedUnits { quantity: Quantity::whole(n), unit: UnitOfService::Visits });
        let mut whole = auth("T1", "M1", AuthStatus::Certified);
        assert!(whole.covers(Code::from("97110")), "nothing is listed");
        whole.units = units(12);
        whole.services = vec![
            service(&["97110-97112", "0120"], None),
            AuthorizedService { units: units(3), ..service(&["97530"], Some(AuthStatus::NotCertified)) },
        ];
        let day = Some(Period::day(Date::parse_iso("2026-03-02").unwrap()));
        let dated = AuthorizedService { window: day, ..service(&["97802"], None) };
        assert_eq!(Some(whole.window_of(&dated)), day);
        assert_eq!(whole.window_of(&service(&["97802"], None)), Period::ALWAYS);
        let status = |code| {
            let found = whole.services_for(Code::from(code)).next();
            found.map(|s| (whole.status_of(s), whole.units_of(s)))
        };
        assert_eq!(status("97112"), Some((AuthStatus::Certified, units(12))));
        assert_eq!(status("97530"), Some((AuthStatus::NotCertified, units(3))));
        assert_eq!(status("97113"), None);
        assert!(whole.covers(Code::from("0120")) && !whole.covers(Code::from("E0601")));
        whole.services.push(AuthorizedService::default());
        assert!(whole.covers(Code::from("E0601")), "a service without codes is any");
    }

    #[test]
    fn the_book_can_be_read_from_many_threads_and_says_nothing_of_members() {
        fn shared<T: Sync + Send>(_: &T) {}
        let mut book = AuthorizationBook::default();
        book.insert(auth("T1", "90000001A", AuthStatus::Certified), DecisionOrder::roster(None, 2));
        shared(&book);
        assert_eq!(format!("{book:?}"), "AuthorizationBook(1)");
        assert!(!format!("{:?}", book.get(b"T1")).contains("90000001A"));
    }
}
