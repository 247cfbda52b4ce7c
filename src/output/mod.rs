//! What is written: accept, reject and refused X12, reasons, summaries, the closing report. Nothing is decided here.

pub mod ack;
pub mod authorization;
pub mod comparison;
pub mod diagnostic;
pub mod paint;
pub mod reasons;
pub mod report;
pub mod rule_docs;
pub mod sarif;
pub mod statements;
pub mod summary;
pub mod text;
pub mod tree;
pub mod why;
pub mod x12;
