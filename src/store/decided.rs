//! Decisions on authorizations as they are stored: all those on a number together, under a key made of it.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::body;
use super::entry::{Reading, put_bytes, put_code, put_number, put_signed};
use super::layer::damage;
use super::{member_of, member_word};
use crate::finding::{Code, Date, Period, Print};
use crate::reference::{
    AuthKind, AuthStatus, Authorization, AuthorizedService, AuthorizedUnits, CareSetting, CodeRange, Decided,
    DecisionOrder, Effect, Issuer, MemberKey, Origin, ProviderId, Quantity, UnitOfService,
};

/// How many letters a key has room for.
const LETTERS: usize = 12;

/// The key of a number. Short ones have keys of their own, in the order of the numbers: those that were given out one after the
/// other stand together. Others may share one.
pub(super) fn key_of(number: &str) -> i64 {
    let letter = |byte: u8| match byte {
        b'-'..=b'9' => Some(byte - b'-' + 1),
        b'A'..=b'Z' => Some(byte - b'A' + 14),
        _ => None,
    };
    let letters = || number.bytes().map(letter).chain(std::iter::repeat(Some(0))).take(LETTERS);
    let short = if number.len() > LETTERS {
        None
    } else {
        letters().try_fold(0u64, |key, letter| letter.map(|letter| key * 40 + u64::from(letter)))
    };
    let key = short.unwrap_or_else(|| {
        let mut print = Print::new(0);
        print.bytes(number.as_bytes());
        print.finish()
    });
    (key ^ 1 << 63) as i64
}

/// The decisions on a number, in no order; none in the place of one that cannot be read.
pub(super) fn on(connection: &Connection, number: &str) -> rusqlite::Result<Vec<Option<Decided>>> {
    let mut rows = connection.prepare_cached("SELECT body FROM decided WHERE key = ?1")?;
    let mut rows = rows.query([key_of(number)])?;
    let Some(row) = rows.next()? else { return Ok(Vec::new()) };
    let mut found = Vec::with_capacity(1);
    let mut body = Reading(row.get_ref(0)?.as_blob()?);
    while let Some((arrival, decision)) = next(&mut body)? {
        let mut decision = Reading(decision);
        if decision.bytes() == Some(number.as_bytes()) {
            found.push(read(number, arrival, &mut decision));
        }
    }
    Ok(found)
}

/// The numbers that were decided for a member.
pub(super) fn numbers_of(connection: &Connection, member: MemberKey) -> rusqlite::Result<Vec<Arc<str>>> {
    let mut rows = connection.prepare_cached(
        "SELECT body FROM decided WHERE key IN (SELECT key FROM decided_for WHERE member = ?1)",
    )?;
    let mut rows = rows.query([member_word(member)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        each_number(row.get_ref(0)?.as_blob()?, |number, of| {
            if of == member && !found.iter().any(|known: &Arc<str>| **known == *number) {
                found.push(number.into());
            }
        })?;
    }
    Ok(found)
}

/// Every number, in their order.
pub(super) fn numbers(connection: &Connection) -> rusqlite::Result<Vec<Box<str>>> {
    let mut rows = connection.prepare("SELECT body FROM decided ORDER BY key")?;
    let mut rows = rows.query([])?;
    let mut found: Vec<Box<str>> = Vec::new();
    while let Some(row) = rows.next()? {
        each_number(row.get_ref(0)?.as_blob()?, |number, _| found.push(number.into()))?;
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// How many decisions there are.
pub(super) fn count(connection: &Connection) -> rusqlite::Result<u64> {
    let mut rows = connection.prepare("SELECT body FROM decided")?;
    let mut rows = rows.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        each_number(row.get_ref(0)?.as_blob()?, |_, _| count += 1)?;
    }
    Ok(count)
}

/// Calls `each` with number and member of each decision of a row.
fn each_number(body: &[u8], mut each: impl FnMut(&str, MemberKey)) -> rusqlite::Result<()> {
    let mut body = Reading(body);
    while let Some((_, decision)) = next(&mut body)? {
        let mut decision = Reading(decision);
        let number = decision.bytes().and_then(|number| std::str::from_utf8(number).ok());
        let (number, member) = number.zip(decision.member()).ok_or_else(damage)?;
        each(number, member);
    }
    Ok(())
}

/// Keeps a decision that came as the `arrival`th. The same one again keeps its place, and comes later.
pub(super) fn keep(connection: &Connection, decided: &Decided, arrival: u64) -> rusqlite::Result<()> {
    let Decided { authorization, .. } = decided;
    let key = key_of(&authorization.number);
    let before: Option<Vec<u8>> = connection
        .prepare_cached("SELECT body FROM decided WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    let (own, said) = write(decided);
    let said = own.get(..said).unwrap_or_default();
    let mut body = Vec::with_capacity(own.len() + 6);
    let mut others = Reading(before.as_deref().unwrap_or_default());
    while let Some((arrival, decision)) = next(&mut others)? {
        // the same as it was read elsewhere
        if !decision.starts_with(said) {
            put_number(&mut body, arrival);
            put_bytes(&mut body, decision);
        }
    }
    put_number(&mut body, arrival);
    put_bytes(&mut body, &own);
    let sql = match before {
        Some(_) => "UPDATE decided SET body = ?2 WHERE key = ?1",
        None => "INSERT INTO decided (key, body) VALUES (?1, ?2)",
    };
    connection.prepare_cached(sql)?.execute(params![key, body])?;
    connection
        .prepare_cached("INSERT OR IGNORE INTO decided_for (member, key) VALUES (?1, ?2)")?
        .execute(params![member_word(authorization.member), key])?;
    Ok(())
}

/// Takes in the decisions of formats 1 to 4.
pub(super) fn convert(connection: &Connection) -> rusqlite::Result<()> {
    let mut rows = connection
        .prepare("SELECT number, day, time, arrival, effect, previous, member, body FROM decision")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let number = row.get_ref(0)?.as_str()?;
        let member = member_of(row.get_ref(6)?.as_blob()?);
        let authorization = body::read(number, member, row.get_ref(7)?.as_str()?).ok_or_else(damage)?;
        let arrival: i64 = row.get(3)?;
        let order = DecisionOrder::from_parts(Date::from_days(row.get(1)?), row.get(2)?, arrival as u64);
        let effect = Effect::ALL.get(usize::from(row.get::<_, u8>(4)?)).copied().ok_or_else(damage)?;
        let previous = row.get::<_, Option<String>>(5)?.map(Into::into);
        keep(connection, &Decided { authorization, order, effect, previous }, arrival as u64)?;
    }
    Ok(())
}

/// The next decision of a row: its arrival, and its bytes.
fn next<'a>(body: &mut Reading<'a>) -> rusqlite::Result<Option<(u64, &'a [u8])>> {
    if body.0.is_empty() {
        return Ok(None);
    }
    body.number().zip(body.bytes()).map(Some).ok_or_else(damage)
}

/// A decision as bytes: number, member, what it does when, what was decided, and where it was read; and how many of them are before
/// that, which are the same for the same decision, and begin no other's.
fn write(decided: &Decided) -> (Vec<u8>, usize) {
    let Decided { authorization, order, effect, previous } = decided;
    let Authorization { number, member, kind, issuer, status, window, setting, .. } = authorization;
    let mut bytes = Vec::with_capacity(96);
    let to = &mut bytes;
    put_bytes(to, number.as_bytes());
    put_bytes(to, short(&member_word(*member)));
    let (date, time, _) = order.parts();
    put_signed(to, i64::from(date.days()));
    put_number(to, u64::from(time));
    to.push(effect.number());
    put_some(to, previous.as_deref(), |to, number| put_bytes(to, number.as_bytes()));
    put_bytes(to, kind.word().as_bytes());
    put_bytes(to, issuer.word().as_bytes());
    put_bytes(to, status.code().as_bytes());
    put_some(to, authorization.issued_on, |to, day| put_signed(to, i64::from(day.days())));
    put_period(to, *window);
    put_providers(to, &authorization.providers);
    put_codes(to, &authorization.diagnoses);
    put_number(to, authorization.services.len() as u64);
    for service in &authorization.services {
        put_number(to, service.codes.len() as u64);
        for range in &service.codes {
            put_code(to, range.from());
            put_code(to, range.to());
        }
        put_codes(to, &service.modifiers);
        put_some(to, service.status, |to, status| put_bytes(to, status.code().as_bytes()));
        put_units(to, service.units);
        put_some(to, service.window, put_period);
        put_providers(to, &service.providers);
    }
    put_units(to, authorization.units);
    put_bytes(to, setting.word().as_bytes());
    let said = to.len();
    match &authorization.origin {
        Origin::Roster { row } => {
            to.push(0);
            put_number(to, u64::from(*row));
        }
        Origin::Response { file, record } => {
            to.push(1);
            put_bytes(to, file.as_bytes());
            put_number(to, *record);
        }
    }
    (bytes, said)
}

/// A member without the zeros behind it.
fn short(word: &[u8]) -> &[u8] {
    let end = word.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    word.get(..end).unwrap_or(word)
}

fn put_some<T>(to: &mut Vec<u8>, some: Option<T>, put: impl FnOnce(&mut Vec<u8>, T)) {
    to.push(u8::from(some.is_some()));
    if let Some(some) = some {
        put(to, some);
    }
}

fn put_codes(to: &mut Vec<u8>, codes: &[Code]) {
    put_number(to, codes.len() as u64);
    for code in codes {
        put_code(to, *code);
    }
}

fn put_period(to: &mut Vec<u8>, period: Period) {
    put_signed(to, i64::from(period.from.days()));
    put_signed(to, i64::from(period.to.days()));
}

/// Providers with how many there are: of none and one as it stood when there were no more. One who cannot be told is empty.
fn put_providers(to: &mut Vec<u8>, providers: &[ProviderId]) {
    let text = |id: &ProviderId| match id {
        ProviderId::Npi(npi) => npi.to_string(),
        ProviderId::TaxId(id) => id.to_string(),
        ProviderId::Unknown => String::new(),
    };
    put_number(to, providers.len() as u64);
    for id in providers {
        put_bytes(to, text(id).as_bytes());
    }
}

fn put_units(to: &mut Vec<u8>, units: Option<AuthorizedUnits>) {
    put_some(to, units, |to, units| {
        put_signed(to, units.quantity.units());
        put_bytes(to, units.unit.code().as_bytes());
    });
}

/// The decision of bytes that are read up to its number; none where they are damaged.
fn read(number: &str, arrival: u64, from: &mut Reading<'_>) -> Option<Decided> {
    let member = from.member()?;
    let (day, time) = (from.day()?, u32::try_from(from.number()?).ok()?);
    let effect = Effect::ALL.get(usize::from(from.byte()?)).copied()?;
    let previous = from.some(|from| from.text().map(Into::into))?;
    let authorization = Authorization {
        number: number.into(),
        kind: AuthKind::parse(from.bytes()?)?,
        issuer: Issuer::parse(from.bytes()?)?,
        status: AuthStatus::from_hcr01(from.bytes()?)?,
        member,
        issued_on: from.some(Reading::day)?,
        window: from.period()?,
        providers: from.list(Reading::provider)?,
        diagnoses: from.list(Reading::code)?,
        services: from.list(|from| {
            Some(AuthorizedService {
                codes: from.list(|from| CodeRange::new(from.code()?, from.code()?))?,
                modifiers: from.list(Reading::code)?,
                status: from.some(|from| AuthStatus::from_hcr01(from.bytes()?))?,
                units: from.some(Reading::units)?,
                window: from.some(Reading::period)?,
                providers: from.list(Reading::provider)?,
                ..AuthorizedService::default()
            })
        })?,
        units: from.some(Reading::units)?,
        setting: CareSetting::parse(from.bytes()?)?,
        origin: match from.byte()? {
            0 => Origin::Roster { row: u32::try_from(from.number()?).ok()? },
            _ => Origin::Response { file: from.text()?.into(), record: from.number()? },
        },
    };
    let order = DecisionOrder::from_parts(day, time, arrival);
    Some(Decided { authorization, order, effect, previous })
}

impl<'a> Reading<'a> {
    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    fn day(&mut self) -> Option<Date> {
        Some(Date::from_days(i32::try_from(self.signed()?).ok()?))
    }

    fn period(&mut self) -> Option<Period> {
        Some(Period { from: self.day()?, to: self.day()? })
    }

    fn member(&mut self) -> Option<MemberKey> {
        let bytes = self.bytes()?;
        let mut word = [0; 16];
        word.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(member_of(&word))
    }

    fn provider(&mut self) -> Option<ProviderId> {
        match self.bytes()? {
            b"" => Some(ProviderId::Unknown),
            id => ProviderId::parse(id),
        }
    }

    fn units(&mut self) -> Option<AuthorizedUnits> {
        let quantity = Quantity::from_units(self.signed()?);
        Some(AuthorizedUnits { quantity, unit: UnitOfService::from_code(self.bytes()?)? })
    }

    /// Something that need not be there; none where it cannot be read.
    #[allow(clippy::option_option)]
    fn some<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.byte()? {
            0 => Some(None),
            _ => read(self).map(Some),
        }
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        // as many as it says, or until it ends: what is damaged takes no room
        (0..self.number()?).map(|_| read(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{count, keep, key_of, numbers, numbers_of, on};
    use crate::finding::{Code, Date, Period};
    use crate::reference::{
        AuthKind, AuthStatus, Authorization, AuthorizedService, AuthorizedUnits, CareSetting, CodeRange,
        Decided, DecisionOrder, Effect, Issuer, Origin, ProviderId, Quantity, UnitOfService, member_key,
    };

    fn empty() -> Connection {
        let store = Connection::open_in_memory().unwrap();
        crate::store::schema::migrate(&store, std::path::Path::new("a")).unwrap();
        store
    }

    fn decided(number: &str, member: &str) -> Decided {
        Decided {
            authorization: Authorization::plain(number, member),
            order: DecisionOrder::roster(None, 2),
            effect: Effect::Stands,
            previous: None,
        }
    }

    /// One that says all that can be said.
    fn full(number: &str) -> Decided {
        let units = |units, unit| Some(AuthorizedUnits { quantity: Quantity::from_units(units), unit });
        let period = |from, to| Period { from: Date::from_days(from), to: Date::from_days(to) };
        let range = |from: &str, to: &str| CodeRange::new(Code::from(from), Code::from(to)).unwrap();
        let ids = |ids: &[&str]| {
            ids.iter().map(|id| ProviderId::parse(id.as_bytes()).unwrap_or(ProviderId::Unknown)).collect()
        };
        let mut full = decided(number, "90000001A");
        full.order = DecisionOrder::response(Date::from_days(20_500), b"093015", 0);
        (full.effect, full.previous) = (Effect::Extends, Some("T0".into()));
        full.authorization = Authorization {
            kind: AuthKind::Sar,
            issuer: Issuer::County,
            status: AuthStatus::Modified,
            issued_on: Some(Date::from_days(-3)),
            window: period(20_000, 20_400),
            providers: ids(&["1234567893", "123456789"]),
            diagnoses: vec![Code::from("E840"), Code::from("Q211")],
            services: vec![
                AuthorizedService {
                    codes: vec![range("97110", "97140"), range("T1019", "T1019")],
                    modifiers: vec![Code::from("GP")],
                    status: Some(AuthStatus::NotCertified),
                    units: units(-1, UnitOfService::Visits),
                    window: Some(period(20_010, 20_011)),
                    providers: ids(&["123456789", ""]),
                    ..AuthorizedService::default()
                },
                AuthorizedService::default(),
            ],
            units: units(i64::MAX, UnitOfService::Days),
            setting: CareSetting::Inpatient,
            origin: Origin::Response { file: "réponse.278".into(), record: 1 << 40 },
            ..full.authorization
        };
        full
    }

    fn text(decided: &Decided) -> String {
        // the parts of an order that do not come with the decision
        let (date, time, _) = decided.order.parts();
        let Decided { authorization, effect, previous, .. } = decided;
        format!("{authorization:?} {effect:?} {previous:?} {date:?} {time} {:?}", authorization.member.word())
    }

    #[test]
    fn decisions_come_back_as_they_were() {
        let store = empty();
        let long = "AN-AUTHORIZATION-NUMBER-OF-SOME-LENGTH";
        let all = [decided("T1", "M1"), full("T1"), full(long), decided("", ""), decided("Ä B", "m 2")];
        for (decision, arrival) in all.iter().zip(1..) {
            keep(&store, decision, arrival).unwrap();
        }
        for (decision, arrival) in all.iter().zip(1u64..) {
            let found = on(&store, &decision.authorization.number).unwrap();
            let found: Vec<_> = found.into_iter().map(Option::unwrap).collect();
            let own = found.iter().find(|found| found.order.parts().2 == arrival).unwrap();
            assert_eq!(text(own), text(decision));
        }
        assert_eq!(on(&store, "T1").unwrap().len(), 2);
        assert!(on(&store, "T2").unwrap().is_empty());
        let all: Vec<_> = numbers(&store).unwrap();
        assert_eq!(all.iter().map(|number| &**number).collect::<Vec<_>>(), ["", long, "T1", "Ä B"]);
        let mut of = numbers_of(&store, member_key(b"90000001A")).unwrap();
        of.sort();
        assert_eq!(of, [long.into(), "T1".into()]);
    }

    #[test]
    fn the_same_decision_is_kept_once_and_comes_later() {
        let store = empty();
        let mut elsewhere = full("T1");
        elsewhere.authorization.origin = Origin::Response { file: "copy.278".into(), record: 2 };
        for (decision, arrival) in [full("T1"), decided("T1", "M1"), full("T1"), elsewhere].iter().zip(1..) {
            keep(&store, decision, arrival).unwrap();
        }
        let found = on(&store, "T1").unwrap();
        let arrivals: Vec<_> = found.iter().flatten().map(|found| found.order.parts().2).collect();
        assert_eq!((arrivals, count(&store).unwrap()), (vec![2, 4], 2));
    }

    #[test]
    fn numbers_that_share_a_key_are_told_apart() {
        let store = empty();
        keep(&store, &decided("T1", "M1"), 1).unwrap();
        keep(&store, &decided("X9", "M2"), 2).unwrap();
        // as if both had the key of T1
        let mut rows = store.prepare("SELECT body FROM decided").unwrap();
        let bodies = rows.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        let body = bodies.collect::<Result<Vec<_>, _>>().unwrap().concat();
        store.execute("UPDATE decided SET body = ?1", [body]).unwrap();
        for number in ["T1", "X9"] {
            let found = on(&store, number).unwrap();
            assert_eq!(&*found[0].as_ref().unwrap().authorization.number, number);
            assert_eq!(found.len(), 1);
        }
        assert_eq!(numbers_of(&store, member_key(b"M1")).unwrap(), ["T1".into()]);
    }

    #[test]
    fn keys_of_short_numbers_have_their_order() {
        let numbers = [
            "",
            "-",
            "0",
            "00",
            "01",
            "1",
            "26000000099",
            "26000000100",
            "99999999999",
            "A",
            "SAR-12/3.4",
            "ZZZZZZZZZZZZ",
        ];
        assert!(numbers.windows(2).all(|pair| key_of(pair[0]) < key_of(pair[1])));
        assert_ne!(key_of("ZZZZZZZZZZZZZ"), key_of("ZZZZZZZZZZZZ"));
        assert_ne!(key_of("a"), key_of(""));
    }

    #[test]
    fn what_is_damaged_is_none_and_never_a_panic() {
        let store = empty();
        keep(&store, &full("T1"), 1).unwrap();
        let whole: Vec<u8> = store.query_row("SELECT body FROM decided", [], |row| row.get(0)).unwrap();
        for at in 0..whole.len() {
            store.execute("UPDATE decided SET body = ?1", [&whole[..at]]).unwrap();
            assert!(on(&store, "T1").map_or(true, |found| found.is_empty()));
            for other in [0, 0x7f, 0xff] {
                let mut body = whole.clone();
                body[at] = other;
                store.execute("UPDATE decided SET body = ?1", [&body]).unwrap();
                let _ = (on(&store, "T1"), numbers(&store));
            }
        }
    }
}
