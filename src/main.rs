//! The `claimsieve` command.

fn main() {}
