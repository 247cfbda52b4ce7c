//! What one unit has to say, before numbers and envelopes are put around it.

use crate::finding::Money;
use crate::x12::Isa;

use super::pen::{Pen, Style};

/// Segments in a sheet's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Piece {
    from: u32,
    to: u32,
    /// How many segments.
    pub segments: u64,
}

/// TA104 and TA105.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Note {
    /// A, E or R.
    pub code: char,
    /// The three digits.
    pub note: &'static str,
}

/// An interchange that begins, or that is refused.
#[derive(Clone, Debug)]
pub struct Interchange {
    /// Its offset in the input: by it a header that is carried into a later unit is known.
    pub offset: u64,
    /// Its number in the input, from 0.
    pub ordinal: u64,
    /// Its header.
    pub isa: Isa,
    /// How answers are written.
    pub style: Style,
    /// What a TA1 would say.
    pub note: Note,
}

/// A group that begins.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its offset in the input.
    pub offset: u64,
    /// GS01, GS02, GS03, GS06, GS08.
    pub header: [Box<[u8]>; 5],
    /// It is itself an acknowledgement.
    pub is_answer: bool,
    /// It is rejected as a whole, or has faults that do not reject it: with these AK905 codes.
    pub rejected: bool,
    /// AK905 and what follows.
    pub codes: Vec<&'static str>,
}

/// What else than the 999 answers a set.
#[derive(Clone, Debug)]
pub enum Tree {
    /// Nothing.
    None,
    /// A 277CA.
    Claims {
        /// NM1 of the payer or clearinghouse, NM1 of the submitter.
        source: Piece,
        /// The same.
        submitter: Piece,
        /// BHT03 of the claims.
        reference: Box<[u8]>,
        /// What the set is called by us.
        receipt: Box<[u8]>,
        /// What stands in STC01 of provider and submitter: category, status, entity.
        received: [&'static str; 3],
    },
    /// A 278 response.
    Reviews {
        /// BHT03 of the request.
        reference: Box<[u8]>,
    },
}

/// A set that begins.
#[derive(Clone, Debug)]
pub struct Set {
    /// Its offset in the input.
    pub offset: u64,
    /// Its AK2.
    pub header: Piece,
    /// It is rejected.
    pub rejected: bool,
    /// IK502 and what follows.
    pub codes: Vec<&'static str>,
    /// What else answers it.
    pub tree: Tree,
}

/// A step of assembling.
#[derive(Clone, Debug)]
pub enum Step {
    /// An interchange begins.
    Interchange(Box<Interchange>),
    /// An interchange is refused; it gets a TA1 and nothing else.
    Refused(Box<Interchange>),
    /// A group is set aside; whether it is an acknowledgement.
    Aside(bool),
    /// A group begins.
    Group(Box<Group>),
    /// A set begins.
    Set(Box<Set>),
    /// IK3 and IK4 of the set at hand.
    Errors {
        /// The segments.
        piece: Piece,
        /// Among them is an error against the base standard.
        standard: bool,
        /// Among them is an error against the guide only.
        guide: bool,
    },
    /// A level of the answer, written unless the open one has the same key.
    Level {
        /// How deep, 0 the outermost that is not the answer's own.
        depth: usize,
        /// What sets it apart.
        key: u64,
        /// HL03.
        code: &'static str,
        /// What follows the HL.
        piece: Piece,
    },
    /// A claim (2200D).
    Claim {
        /// The segments.
        piece: Piece,
        /// Whether it is accepted.
        accepted: bool,
        /// Its charge.
        charge: Money,
    },
    /// A patient event of a 278 response, its HL not included.
    Event(Piece),
    /// The set ends.
    EndSet,
    /// The group ends, with what GE01 says.
    EndGroup(Option<u64>),
    /// The interchange ends.
    EndInterchange,
}

/// The part of one unit.
#[derive(Debug, Default)]
pub struct Sheet {
    bytes: Vec<u8>,
    /// What to do, in order.
    pub steps: Vec<Step>,
}

impl Sheet {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.steps.clear();
    }

    /// Writes a piece.
    pub fn piece(&mut self, style: Style, write: impl FnOnce(&mut Pen<'_>)) -> Piece {
        let from = self.bytes.len() as u32;
        let mut pen = Pen::new(&mut self.bytes, style);
        write(&mut pen);
        let segments = pen.segments;
        Piece { from, to: self.bytes.len() as u32, segments }
    }

    /// The bytes of a piece.
    pub fn bytes(&self, piece: Piece) -> &[u8] {
        self.bytes.get(piece.from as usize..piece.to as usize).unwrap_or(&[])
    }
}
