//! What is written: accept, reject and refused X12, reasons, summaries, the closing report. Nothing is decided here.

pub mod ack;
pub mod reasons;
pub mod report;
pub mod rule_docs;
pub mod summary;
pub mod text;
pub mod why;
pub mod x12;
