//! What a run knows of the claims that it accepted: which there are, and what they used.

use std::io;
use std::path::Path;

use super::shelf::Shelf;
use super::{Account, ClaimRef, Use};
use crate::finding::{Code, Date, Print};

/// The claims of a run that were accepted.
#[derive(Debug)]
pub(super) struct Earlier {
    /// By what their lines are.
    by_lines: Shelf<4>,
    /// By their CLM01.
    by_name: Shelf<4>,
    /// What they used, by what of.
    uses: Shelf<10>,
}

impl Earlier {
    /// None yet. Memory holds `most` rows of each kind, files without names in `dir` the others.
    pub(super) fn new(dir: &Path, most: usize) -> Earlier {
        Earlier {
            by_lines: Shelf::new(dir, most, true),
            // few claims ask: those that replace or void others, which are there
            by_name: Shelf::new(dir, most, false),
            uses: Shelf::new(dir, most, true),
        }
    }

    /// Adds a claim of a party, by the fingerprints of its lines and its CLM01.
    pub(super) fn add(&mut self, party: u64, lines: u64, name: u64, claim: ClaimRef) {
        let row = |print: u64| [key(party, print), print, claim.file as u64, claim.record];
        self.by_lines.add(row(lines));
        self.by_name.add(row(name));
    }

    /// Adds what a claim used.
    pub(super) fn add_use(&mut self, account: &Account, used: &Use) {
        let (key, check) = prints(account);
        let Use { claim, id, line, from, to, code, quantity, amount } = *used;
        let (from, to) = (from.days() as u32 as u64, to.days() as u32 as u64);
        let (quantity, amount) = (quantity as u64, amount as u64);
        let line = u64::from(line);
        let days = from << 32 | to;
        self.uses.add([
            key,
            check,
            claim.file as u64,
            claim.record,
            id,
            line,
            days,
            code.word(),
            quantity,
            amount,
        ]);
    }

    /// Adds the claims of a party with these lines to `found`.
    pub(super) fn alike(&mut self, party: u64, lines: u64, found: &mut Vec<ClaimRef>) {
        claims(&mut self.by_lines, party, lines, found);
    }

    /// Adds the claims of a party with this CLM01 to `found`.
    pub(super) fn named(&mut self, party: u64, name: u64, found: &mut Vec<ClaimRef>) {
        claims(&mut self.by_name, party, name, found);
    }

    /// Adds what was used of an account to `found`.
    pub(super) fn uses(&mut self, account: &Account, found: &mut Vec<Use>) {
        let (key, wanted) = prints(account);
        self.uses.find(key, |[_, check, file, record, id, line, days, code, quantity, amount]| {
            if check == wanted {
                found.push(Use {
                    claim: ClaimRef { file: file as i64, record },
                    id,
                    line: line as u32,
                    from: Date::from_days((days >> 32) as i32),
                    to: Date::from_days(days as u32 as i32),
                    code: Code::from_word(code),
                    quantity: quantity as i64,
                    amount: amount as i64,
                });
            }
        });
    }

    /// Why some could not be found, if they could not: what was answered since the last time is not to be relied on.
    pub(super) fn trouble(&mut self) -> Option<io::Error> {
        // each is taken, so that none is laid to what comes later
        let [first, second, third] = [self.by_lines.trouble(), self.by_name.trouble(), self.uses.trouble()];
        first.or(second).or(third)
    }
}

fn claims(shelf: &mut Shelf<4>, party: u64, print: u64, found: &mut Vec<ClaimRef>) {
    shelf.find(key(party, print), |[_, check, file, record]| {
        if check == print {
            found.push(ClaimRef { file: file as i64, record });
        }
    });
}

/// What a party's claim is found by. With the fingerprint it tells the party.
fn key(party: u64, print: u64) -> u64 {
    party ^ print.rotate_left(32)
}

/// Two fingerprints of an account, so that no two are taken for one.
fn prints(account: &Account) -> (u64, u64) {
    let print = |seed: u64| {
        let mut print = Print::new(seed);
        match account {
            Account::Authorization(number) => print.bytes(number.as_bytes()),
            Account::Therapy(member) | Account::Supplies(member) | Account::Rentals(member) => {
                print.bytes(&member.word().to_le_bytes());
            }
        }
        print.finish()
    };
    let kind = match account {
        Account::Authorization(_) => 1,
        Account::Therapy(_) => 2,
        Account::Supplies(_) => 3,
        Account::Rentals(_) => 4,
    };
    (print(kind), print(kind + 4))
}

#[cfg(test)]
mod tests {
    use super::{Account, ClaimRef, Date, Earlier, Use};
    use crate::finding::Code;
    use crate::reference::MemberKey;

    #[test]
    fn uses_come_back_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let mut earlier = Earlier::new(dir.path(), 1);
        let member = MemberKey::from_word(7);
        let accounts = [
            Account::Authorization("7".into()),
            Account::Therapy(member),
            Account::Supplies(member),
            Account::Rentals(member),
        ];
        let used = |record| Use {
            claim: ClaimRef { file: -2, record },
            id: u64::MAX,
            line: u32::MAX,
            from: Date::MIN,
            to: Date::MAX,
            code: Code::new(b"97110"),
            quantity: -5,
            amount: i64::MAX,
        };
        for (account, record) in accounts.iter().zip(0..) {
            earlier.add_use(account, &used(record));
        }
        for (account, record) in accounts.iter().zip(0..) {
            let mut found = Vec::new();
            earlier.uses(account, &mut found);
            assert_eq!(found, [used(record)]);
        }
    }
}
