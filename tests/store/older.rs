//! Stores of earlier formats tell the same.

use claimsieve::finding::{Code, Date, Print};
use claimsieve::reference::{AuthorizationSource, Effect, member_key};
use claimsieve::rules::ledger::{Account, ClaimRef, Past as _, Use, id_print};
use claimsieve::store::Store;
use rusqlite::{Connection, params};
use tempfile::TempDir;

use super::ledger::{file, mixture, with_store};

const SIMPLE: &str = r#"{"kind":"tar","issuer":"plan","status":"A1","issued":20458,"window":[20463,20818],"units":[99990000,"UN"],"row":3241}"#;
const FULL: &str = r#"{"kind":"sar","issuer":"county","status":"A6","window":[20000,20400],"provider":"1234567893","diagnoses":["E840"],"services":[{"codes":[["97110","97140"]],"modifiers":["GP"],"status":"A1","units":[240000,"VS"],"window":[20010,20300],"provider":"123456789"},{}],"setting":"outpatient","file":"resp.278","row":7}"#;

/// A store of format 4.
fn format_4(path: &std::path::Path) -> Connection {
    let database = Connection::open(path).unwrap();
    for step in [
        include_str!("../../src/store/schema_1.sql"),
        include_str!("../../src/store/schema_2.sql"),
        include_str!("../../src/store/schema_3.sql"),
        include_str!("../../src/store/schema_4.sql"),
    ] {
        database.execute_batch(step).unwrap();
    }
    database.execute_batch("PRAGMA application_id = 0x43534c56; PRAGMA user_version = 4").unwrap();
    database
}

fn decide(database: &Connection, number: &str, arrival: i64, effect: u8, member: &str, body: &str) {
    let member = member_key(member.as_bytes()).word().to_be_bytes();
    database
        .execute(
            "INSERT INTO decision (number, day, time, print, arrival, effect, previous, member, body)
             VALUES (?1, 20458, 9301501, ?2, ?2, ?3, 'T0', ?4, ?5)",
            params![number, arrival, effect, member, body],
        )
        .unwrap();
}

#[test]
fn decisions_of_format_4() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("plan.store");
    let database = format_4(&path);
    decide(&database, "26000004863", 1, 0, "90000001A", SIMPLE);
    decide(&database, "26000004863", 3, 2, "90000001A", FULL);
    decide(&database, "AN-AUTHORIZATION-OF-SOME-LENGTH", 2, 0, "90000002A", FULL);
    database.execute("UPDATE arrivals SET last = 3", []).unwrap();
    drop(database);
    let store = Store::open(&path).unwrap();
    let found = AuthorizationSource::decisions(&store, "26000004863");
    let [simple, full] = &found[..] else { panic!("{found:?}") };
    assert_eq!((simple.effect, full.effect), (Effect::Stands, Effect::Extends));
    assert_eq!(simple.order.parts(), (Date::from_days(20458), 9_301_501, 1));
    assert_eq!((full.order.parts().2, full.previous.as_deref()), (3, Some("T0")));
    let said = format!("{:?}", simple.authorization);
    for part in ["Tar", "Plan", "Certified", "3241", "99990000"] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(simple.authorization.member, member_key(b"90000001A"));
    assert_eq!(simple.authorization.window.from, Date::from_days(20463));
    let authorization = &full.authorization;
    let [first, any] = &authorization.services[..] else { panic!() };
    assert!(first.codes[0].contains(Code::from("97112")) && any.codes.is_empty());
    assert_eq!(first.units.unwrap().quantity.units(), 240_000);
    assert!(first.providers.len() == 1 && authorization.providers.len() == 1);
    assert_eq!(store.numbers_of(member_key(b"90000002A")), ["AN-AUTHORIZATION-OF-SOME-LENGTH".into()]);
    assert!(!AuthorizationSource::is_empty(&store) && store.trouble().is_none());
    // the next one comes behind them
    let database = Connection::open(&path).unwrap();
    assert_eq!(database.query_row("SELECT last FROM arrivals", [], |row| row.get(0)), Ok(3));
}

#[test]
fn a_decision_that_cannot_be_read_leaves_the_store_as_it_was() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("plan.store");
    decide(&format_4(&path), "T1", 1, 0, "90000001A", "{");
    let error = Store::open(&path).unwrap_err().to_string();
    assert!(error.contains("this store is damaged"), "{error}");
    let database = Connection::open(&path).unwrap();
    assert_eq!(database.query_row("PRAGMA user_version", [], |row| row.get(0)), Ok(4));
    assert_eq!(database.query_row("SELECT count(*) FROM decision", [], |row| row.get(0)), Ok(1));
}

/// Claims and uses of format 4, few and many.
#[test]
fn claims_of_format_4() {
    for many in [10, 70_000] {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("plan.store");
        let database = format_4(&path);
        let transaction = database.unchecked_transaction().unwrap();
        let party = |record: i64| (record % 977).wrapping_mul(0x1234_5678_9abc_def1);
        let member = member_key(b"90000001A");
        for record in 1..=many {
            let id = format!("C{record}");
            transaction
                .prepare_cached(
                    "INSERT INTO claim (party, print, file, record, id) VALUES (?1, ?2, 1, ?3, ?4)",
                )
                .unwrap()
                .execute(params![party(record), record % 5 - 2, record, id.as_bytes()])
                .unwrap();
        }
        let sql = "INSERT INTO use (kind, account, file, record, line, id, first_day, last_day, code, quantity, amount)
                   VALUES (?1, ?2, 1, ?3, 2, x'4331', 20000, 20003, '97110', 40000, -5)";
        transaction.execute(sql, params![1, b"T1", 1]).unwrap();
        transaction.execute(sql, params![3, member.word().to_be_bytes(), 2]).unwrap();
        transaction.commit().unwrap();
        drop(database);
        let store = Store::open(&path).unwrap();
        for record in [1, 7, many / 2, many] {
            let found = store.named(party(record) as u64, format!("C{record}").as_bytes());
            assert_eq!(found, [ClaimRef { file: 1, record: record as u64 }]);
            let alike = store.alike(party(record) as u64, (record % 5 - 2) as u64);
            assert!(alike.contains(&found[0]));
            assert!(store.alike(party(record) as u64, 9).is_empty());
        }
        let used = |record| Use {
            claim: ClaimRef { file: 1, record },
            id: id_print(b"C1"),
            line: 2,
            from: Date::from_days(20_000),
            to: Date::from_days(20_003),
            code: Code::from("97110"),
            quantity: 40_000,
            amount: -5,
        };
        assert_eq!(store.uses(&Account::Authorization("T1".into())), [used(1)]);
        assert_eq!(store.uses(&Account::Supplies(member)), [used(2)]);
        assert!(store.uses(&Account::Rentals(member)).is_empty() && store.trouble().is_none());
        let database = Connection::open(&path).unwrap();
        let layers: i64 = database.query_row("SELECT count(*) FROM layer", [], |row| row.get(0)).unwrap();
        assert_eq!(layers > 0, many > 10);
    }
}

/// An input that an earlier version took is known again by its bytes.
#[test]
fn an_input_of_format_4_again_takes_its_own_place() {
    let dir = TempDir::new().unwrap();
    let [first, _] = mixture();
    let bytes = file(1, &first);
    let files: &[(&str, &[u8])] = &[("a.837", &bytes)];
    let ran = with_store(&dir).run(files);
    let print = [1, 2].into_iter().fold(0u128, |all, seed| {
        let mut print = Print::new(seed);
        print.bytes(&bytes);
        all << 64 | u128::from(print.finish())
    });
    let path = dir.path().join("plan.store");
    let database = Connection::open(&path).unwrap();
    assert_eq!(database.execute("UPDATE file SET content = ?1", [print.to_be_bytes()]), Ok(1));
    drop(database);
    let forced = crate::common::Setup { force: true, ..with_store(&dir) };
    let reasons = |ran: &crate::common::Ran| ran.files["a.reasons.csv"].clone();
    assert_eq!(reasons(&forced.run(files)), reasons(&ran));
    assert_eq!(reasons(&forced.run(files)), reasons(&ran));
}
