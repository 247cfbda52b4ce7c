//! Acknowledgements: TA1, 999, 277CA, and the 278 response to a rejected request. What they say was decided before; here
//! is how it is written.
//!
//! A unit's part is made in parallel with its other bytes: a [`Sheet`] of steps, each with segments that need no numbers.
//! The [`Assembler`] takes sheets in the order of the input and puts envelopes, levels and counts around them.
//! What a 277CA says of a set and a provider before their claims (how many, how much) is known only behind them: their
//! claims wait, in memory or in a file without a name, so that memory does not grow.

mod assembler;
mod claim_status;
mod entity;
mod errors;
mod numbers;
mod pen;
mod review;
mod sheet;
mod spill;
mod transmission;

pub use assembler::{Assembler, Taker};
pub use claim_status::{
    ClaimAck, LineAck, Status, can_name, claim, of_line, patient, provider, source, status_of, submitter,
};
pub use entity::entity;
pub use errors::{Unit999, Written, errors, set_fault};
pub use numbers::{ControlNumbers, Derived, Moment};
pub use pen::{Pen, Style};
pub use review::{answer_code, event, level};
pub use sheet::{Group, Interchange, Note, Piece, Set, Sheet, Step, Tree};

/// The kinds of acknowledgements.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// TA1, of an interchange.
    Interchange,
    /// 999, of a group.
    Implementation,
    /// 277CA, of claims.
    Claims,
    /// 278 response, of authorization requests.
    Review,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Interchange, Kind::Implementation, Kind::Claims, Kind::Review];

    /// The first digit of derived control numbers.
    const fn digit(self) -> u64 {
        self as u64 + 1
    }

    /// GS01 and GS08.
    const fn group(self) -> (&'static str, &'static str) {
        match self {
            Kind::Interchange => ("", ""),
            Kind::Implementation => ("FA", "005010X231A1"),
            Kind::Claims => ("HN", "005010X214"),
            Kind::Review => ("HI", "005010X217"),
        }
    }

    /// ST01.
    const fn set(self) -> &'static str {
        match self {
            Kind::Interchange => "",
            Kind::Implementation => "999",
            Kind::Claims => "277",
            Kind::Review => "278",
        }
    }
}
