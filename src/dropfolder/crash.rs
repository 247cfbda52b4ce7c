//! Points at which a test makes the service die, to see that nothing is lost or repeated.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// `CLAIMSIEVE_CRASH_AT=STEP:N`: the service dies, as if killed, when it comes to this step for the Nth time.
static CRASH: LazyLock<Option<(String, AtomicU32)>> = LazyLock::new(|| {
    let text = std::env::var("CLAIMSIEVE_CRASH_AT").ok()?;
    let (step, times) = text.split_once(':').unwrap_or((&text, "1"));
    Some((step.to_owned(), AtomicU32::new(times.parse().ok()?)))
});

/// Comes to a step.
pub(super) fn point(step: &str) {
    if let Some((at, left)) = &*CRASH
        && at == step
        && left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        // nothing is cleaned up, as by SIGKILL
        std::process::abort();
    }
}
