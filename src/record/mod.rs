//! Typed views of located segments: claims of all three kinds, and authorization requests and responses.
//!
//! Views borrow the unit and own nothing but positions; what is read once is kept in arrays that serve the next claim.
//! Nothing is judged here.

mod authorization;
mod cell;
mod claim;
mod context;
mod coordination;
mod head;
pub(crate) mod loops;
mod piece;
mod read_claim;
mod shapes;

pub use authorization::{
    Amount, AuthorizationContext, AuthorizedService, Decision, EventDate, EventFacts, EventProvider, Rate,
    Review,
};
pub use cell::Cell;
pub use claim::{
    Claim, ClaimFacts, ClaimKind, Diagnosis, DiagnosisUse, Drug, Edition, ProcedureUse, Provider, Reference,
    ServiceLine, hospital_procedure, pointer,
};
pub use context::{BillingProvider, Context, Patient, Person, Subscriber};
pub use coordination::{Adjudication, OtherPayer, adjusted};
pub use head::RecordHead;
pub use piece::{Piece, PieceIds};
pub use shapes::{SHAPES, level_loop};
