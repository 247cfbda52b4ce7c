//! Claims and uses as bytes: the rows of layers.

use super::layer::Kind;
use crate::finding::{Code, Date, Print};
use crate::rules::ledger::{ClaimRef, Use, id_print};

/// Adds a number, seven bits a byte.
pub(super) fn put_number(bytes: &mut Vec<u8>, number: u64) {
    let mut rest = number;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

/// Adds a number that may be negative.
pub(super) fn put_signed(bytes: &mut Vec<u8>, number: i64) {
    put_number(bytes, ((number << 1) ^ (number >> 63)) as u64);
}

/// Adds bytes with their length.
pub(super) fn put_bytes(bytes: &mut Vec<u8>, added: &[u8]) {
    put_number(bytes, added.len() as u64);
    bytes.extend_from_slice(added);
}

/// Adds a code.
pub(super) fn put_code(bytes: &mut Vec<u8>, code: Code) {
    let (text, length) = code.bytes();
    put_bytes(bytes, text.get(..length).unwrap_or_default());
}

/// Bytes that are read from their beginning; none where they end too early.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a>(pub(super) &'a [u8]);

impl<'a> Reading<'a> {
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn word(&mut self) -> Option<u64> {
        let (word, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*word))
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length as usize)
    }

    pub(super) fn code(&mut self) -> Option<Code> {
        self.bytes().filter(|code| code.len() <= 8).map(Code::new)
    }
}

/// What is asked for: claims by party and print, uses by account.
pub(super) fn asked_claim(party: u64, print: u64) -> u64 {
    party.wrapping_add(print.rotate_left(23))
}

/// The key of an account.
pub(super) fn account_key(kind: i64, account: &[u8]) -> u64 {
    let mut print = Print::new(kind as u64);
    print.bytes(account);
    print.finish()
}

/// The file of a row, and what is asked for in a filter.
pub(super) fn head(kind: Kind, key: u64, row: &[u8]) -> Option<(i64, u64)> {
    let mut row = Reading(row);
    Some(match kind {
        Kind::Claims => {
            let asked = asked_claim(key, row.word()?);
            (row.number()? as i64, asked)
        }
        Kind::Uses => (row.number()? as i64, key),
    })
}

/// An accepted claim of a party.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ClaimRow<'a> {
    pub(super) print: u64,
    pub(super) claim: ClaimRef,
    /// CLM01.
    pub(super) id: &'a [u8],
}

impl<'a> ClaimRow<'a> {
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.print.to_le_bytes());
        put_number(bytes, self.claim.file as u64);
        put_number(bytes, self.claim.record);
        bytes.extend_from_slice(self.id);
    }

    pub(super) fn read(bytes: &'a [u8]) -> Option<ClaimRow<'a>> {
        let mut row = Reading(bytes);
        let print = row.word()?;
        let claim = ClaimRef { file: row.number()? as i64, record: row.number()? };
        Some(ClaimRow { print, claim, id: row.0 })
    }
}

/// What a line of an accepted claim used of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct UseRow<'a> {
    pub(super) claim: ClaimRef,
    pub(super) line: u32,
    pub(super) kind: i64,
    pub(super) account: &'a [u8],
    /// CLM01.
    pub(super) id: &'a [u8],
    pub(super) days: (i32, i32),
    pub(super) code: Code,
    pub(super) quantity: i64,
    pub(super) amount: i64,
}

impl<'a> UseRow<'a> {
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.claim.file as u64);
        put_number(bytes, self.claim.record);
        put_number(bytes, u64::from(self.line));
        put_signed(bytes, self.kind);
        put_bytes(bytes, self.account);
        put_bytes(bytes, self.id);
        let (first, last) = (i64::from(self.days.0), i64::from(self.days.1));
        put_signed(bytes, first);
        put_signed(bytes, last - first);
        put_code(bytes, self.code);
        put_signed(bytes, self.quantity);
        put_signed(bytes, self.amount);
    }

    pub(super) fn read(bytes: &'a [u8]) -> Option<UseRow<'a>> {
        let mut row = Reading(bytes);
        let claim = ClaimRef { file: row.number()? as i64, record: row.number()? };
        let line = u32::try_from(row.number()?).ok()?;
        let kind = row.signed()?;
        let (account, id) = (row.bytes()?, row.bytes()?);
        let first = row.signed()?;
        let last = first.checked_add(row.signed()?)?;
        let days = (i32::try_from(first).ok()?, i32::try_from(last).ok()?);
        let code = row.code()?;
        Some(UseRow {
            claim,
            line,
            kind,
            account,
            id,
            days,
            code,
            quantity: row.signed()?,
            amount: row.signed()?,
        })
    }

    /// As the ledger knows it.
    pub(super) fn used(&self) -> Use {
        Use {
            claim: self.claim,
            id: id_print(self.id),
            line: self.line,
            from: Date::from_days(self.days.0),
            to: Date::from_days(self.days.1),
            code: self.code,
            quantity: self.quantity,
            amount: self.amount,
        }
    }
}
