//! Stores of many claims: however they are kept, what is told of them is the same.

use std::collections::{BTreeMap, BTreeSet};

use claimsieve::finding::{Code, Date, Print};
use claimsieve::reference::member_key;
use claimsieve::rules::ledger::{
    Account, ClaimRef, FileCounts, Keeper as _, KeptClaim, Past as _, ReceivedFile, Use, id_print,
};
use claimsieve::store::{Store, Writer};
use tempfile::TempDir;

/// What a store should tell.
#[derive(Default)]
struct Told {
    /// Party, print, claim, CLM01.
    claims: Vec<(u64, u64, ClaimRef, String)>,
    uses: Vec<(String, Use)>,
}

/// Numbers without a pattern.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        let mut print = Print::new(self.0);
        print.word(most);
        self.0 = print.finish();
        self.0 % most
    }
}

/// One of some parties, a few of which differ in their last bits only.
fn party(number: u64) -> u64 {
    let mut print = Print::new(7);
    print.word(number / 4);
    (print.finish() & !7) + 2 * (number % 4) + 1
}

/// An account by its name: a member's, or an authorization's.
fn account(name: &str) -> Account {
    match name.strip_prefix('M') {
        Some(member) => Account::Therapy(member_key(member.as_bytes())),
        None => Account::Authorization(name.into()),
    }
}

fn use_of(claim: ClaimRef, id: &str, line: u32, dice: &mut Dice) -> Use {
    let from = Date::from_days(20_000 + dice.below(900) as i32);
    Use {
        claim,
        id: id_print(id.as_bytes()),
        line,
        from,
        to: Date::from_days(from.days() + dice.below(3) as i32),
        code: Code::new(if dice.below(2) == 0 { b"97110" } else { b"H2019" }),
        quantity: dice.below(5_000_000) as i64,
        amount: dice.below(90_000_000) as i64,
    }
}

/// Writes a file of claims in the place of others; answers its number.
fn write(store: &std::path::Path, claims: u64, replaces: &[i64], told: &mut Told, dice: &mut Dice) -> i64 {
    let mut writer = Writer::open(store).unwrap();
    let file = ReceivedFile {
        name: "a.837".to_owned(),
        bytes: 1,
        content: [1; 32],
        received: Date::from_days(20_000),
        replaces: replaces.to_vec(),
    };
    // one that fails leaves nothing
    let number = writer.begin(&file).unwrap();
    keep(&mut writer, number, claims / 3, &mut Told::default(), dice);
    writer.forget().unwrap();
    told.claims.retain(|(_, _, claim, _)| !replaces.contains(&claim.file));
    told.uses.retain(|(_, used)| !replaces.contains(&used.claim.file));
    let number = writer.begin(&file).unwrap();
    keep(&mut writer, number, claims, told, dice);
    writer.end(FileCounts::default()).unwrap();
    writer.finish().unwrap();
    number
}

fn keep(writer: &mut Writer, file: i64, claims: u64, told: &mut Told, dice: &mut Dice) {
    for record in 1..=claims {
        let claim = ClaimRef { file, record };
        let id = format!("C{}", dice.below(500));
        let (party, print) = (party(dice.below(3_000)), dice.below(4));
        writer.claim(&KeptClaim { claim, party, print, id: id.as_bytes() }).unwrap();
        told.claims.push((party, print, claim, id.clone()));
        let name = match dice.below(3) {
            0 => format!("M9{:07}A", dice.below(900)),
            _ => format!("2600{:05}", dice.below(2_000)),
        };
        let used = use_of(claim, &id, 1 + dice.below(3) as u32, dice);
        writer.uses(&account(&name), &used, id.as_bytes()).unwrap();
        told.uses.push((name, used));
    }
}

/// Asks a store for everything, and for what is not there.
fn agrees(store: &Store, told: &Told, what: &str) {
    let mut claims: BTreeMap<u64, Vec<(u64, ClaimRef, &str)>> = BTreeMap::new();
    for (party, print, claim, id) in &told.claims {
        claims.entry(*party).or_default().push((*print, *claim, id));
    }
    for number in 0..3_200 {
        let own = claims.remove(&party(number)).unwrap_or_default();
        for print in 0..5 {
            let expected: BTreeSet<_> =
                own.iter().filter(|(other, _, _)| *other == print).map(|(_, claim, _)| *claim).collect();
            let found = store.alike(party(number), print);
            assert_eq!(found.len(), expected.len(), "{what}");
            assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected, "{what}");
        }
        let Some((_, _, id)) = own.first() else { continue };
        let mut expected: Vec<_> =
            own.iter().filter(|(_, _, other)| other == id).map(|(_, claim, _)| *claim).collect();
        expected.sort_unstable();
        assert_eq!(store.named(party(number), id.as_bytes()), expected, "{what}");
    }
    assert!(claims.is_empty());
    let mut uses: BTreeMap<&str, Vec<Use>> = BTreeMap::new();
    for (name, used) in &told.uses {
        uses.entry(name).or_default().push(*used);
    }
    for (name, mut expected) in uses {
        expected.sort_unstable_by_key(|used| (used.claim, used.line));
        assert_eq!(store.uses(&account(name)), expected, "{what}: {name}");
    }
    assert!(store.uses(&account("27")).is_empty());
    assert!(store.trouble().is_none());
}

/// How many layers and rows by themselves there are.
fn counts(path: &std::path::Path) -> [i64; 3] {
    let database = rusqlite::Connection::open(path).unwrap();
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let rows = count("SELECT count(*) FROM claim") + count("SELECT count(*) FROM use");
    [count("SELECT count(*) FROM layer"), rows, count("SELECT recent FROM arrivals")]
}

#[test]
fn claims_of_many_files_are_told_as_they_were_kept() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("plan.store");
    let (mut told, mut dice) = (Told::default(), Dice(1));
    let mut files = Vec::new();
    // small ones stand by themselves, large ones in layers, which are merged
    let sizes = [30, 5_000, 4_200, 3_900, 900, 70_000, 4_500, 6_000, 5_500, 5_000, 12_000, 3, 4_100, 4_400];
    for (turn, size) in sizes.into_iter().enumerate() {
        // some take the places of earlier ones
        let replaces: Vec<i64> = match turn {
            4 => vec![files[1]],
            6 => vec![files[0], files[3]],
            11 => vec![files[5]],
            _ => Vec::new(),
        };
        files.push(write(&path, size, &replaces, &mut told, &mut dice));
        let [layers, rows, recent] = counts(&path);
        assert_eq!(rows, recent);
        assert!(layers <= 12, "{layers} layers");
        if turn % 3 == 1 || turn + 1 == sizes.len() {
            let store = Store::open(&path).unwrap();
            agrees(&store, &told, &format!("{turn}, looked up"));
        }
    }
    let store = Store::open(&path).unwrap();
    agrees(&store, &told, "the first time");
    // by now it has learnt what is there at all
    agrees(&store, &told, "the second time");
}

#[test]
fn rows_of_many_small_files_become_layers() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("plan.store");
    let (mut told, mut dice) = (Told::default(), Dice(2));
    let first = write(&path, 4_000, &[], &mut told, &mut dice);
    for _ in 0..7 {
        write(&path, 4_000, &[], &mut told, &mut dice);
    }
    assert_eq!(counts(&path), [0, 64_000, 64_000]);
    write(&path, 4_000, &[], &mut told, &mut dice);
    assert_eq!(counts(&path), [2, 0, 0]);
    agrees(&Store::open(&path).unwrap(), &told, "folded");
    write(&path, 10, &[first], &mut told, &mut dice);
    assert_eq!(counts(&path), [2, 20, 20]);
    agrees(&Store::open(&path).unwrap(), &told, "replaced");
}

#[test]
fn a_damaged_layer_is_told() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("plan.store");
    write(&path, 5_000, &[], &mut Told::default(), &mut Dice(3));
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute("UPDATE block SET body = substr(body, 1, 1001)", []).unwrap();
    drop(database);
    let store = Store::open(&path).unwrap();
    for number in 0..3_000 {
        store.named(party(number), b"C1");
    }
    let trouble = store.trouble().unwrap().to_string();
    assert!(trouble.contains("this store is damaged"), "{trouble}");
}
