//! What the service tells Prometheus, and whether it is well: over HTTP, to this machine only.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Numbers that are told, by name and labels.
#[derive(Debug, Default)]
pub(super) struct Metrics(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    counters: BTreeMap<(&'static str, String), u64>,
    states: BTreeMap<String, i64>,
    held: i64,
    looked: Option<Instant>,
}

impl Metrics {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts on.
    pub(super) fn count(&self, name: &'static str, labels: &[(&str, &str)], more: u64) {
        // labels are names of partners and our own words: nothing in them needs escaping
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        *self.told().counters.entry((name, labels.join(","))).or_default() += more;
    }

    /// How many arrivals are in each state, and how many claims are held.
    pub(super) fn states(&self, states: &[(String, i64)], held: i64) {
        let mut told = self.told();
        told.states = states.iter().cloned().collect();
        told.held = held;
    }

    /// The service has looked at everything.
    pub(super) fn looked(&self) {
        self.told().looked = Some(Instant::now());
    }

    fn text(&self) -> String {
        let told = self.told();
        let mut text = String::new();
        let mut last = "";
        for ((name, labels), value) in &told.counters {
            if *name != last {
                let _ = writeln!(text, "# TYPE {name} counter");
                last = name;
            }
            let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
            let _ = writeln!(text, "{name}{labels} {value}");
        }
        text.push_str("# TYPE claimsieve_files gauge\n");
        for (state, count) in &told.states {
            let _ = writeln!(text, "claimsieve_files{{state=\"{state}\"}} {count}");
        }
        if let Some(looked) = told.looked {
            let _ =
                writeln!(text, "# TYPE claimsieve_claims_held gauge\nclaimsieve_claims_held {}", told.held);
            text.push_str("# TYPE claimsieve_seconds_since_look gauge\n");
            let _ = writeln!(text, "claimsieve_seconds_since_look {}", looked.elapsed().as_secs());
        }
        text
    }

    fn is_well(&self, patience: u64) -> bool {
        self.told().looked.is_some_and(|looked| looked.elapsed() <= Duration::from_secs(patience))
    }
}

/// Answers `/metrics` and `/health` from a thread of its own. It is well if it has looked within so many seconds.
pub(super) fn serve(address: SocketAddr, metrics: Arc<Metrics>, patience: u64) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    std::thread::Builder::new().name("metrics".to_owned()).spawn(move || {
        let asking = Arc::new(AtomicUsize::new(0));
        for stream in listener.incoming() {
            match stream {
                Ok(stream) => answer_aside(stream, &metrics, patience, &asking),
                // as when there are no more file descriptors
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    })?;
    Ok(())
}

/// How many are answered at once: whoever is slow keeps nobody else waiting. More are turned away.
const MOST_AT_ONCE: usize = 16;

/// How long a request may take to come, and its answer to be taken.
const DEADLINE: Duration = Duration::from_secs(2);

fn answer_aside(stream: TcpStream, metrics: &Arc<Metrics>, patience: u64, asking: &Arc<AtomicUsize>) {
    if asking.fetch_add(1, Ordering::SeqCst) >= MOST_AT_ONCE {
        asking.fetch_sub(1, Ordering::SeqCst);
        return;
    }
    let (metrics, counted) = (Arc::clone(metrics), Arc::clone(asking));
    let answer = move || {
        // whoever asks and goes away does not matter
        drop(answer(stream, &metrics, patience));
        counted.fetch_sub(1, Ordering::SeqCst);
    };
    if std::thread::Builder::new().name("metrics".to_owned()).spawn(answer).is_err() {
        asking.fetch_sub(1, Ordering::SeqCst);
    }
}

fn answer(mut stream: TcpStream, metrics: &Metrics, patience: u64) -> io::Result<()> {
    let begun = Instant::now();
    stream.set_write_timeout(Some(DEADLINE))?;
    let mut request = [0; 1024];
    let mut length = 0;
    while length < request.len() && !request[..length].windows(2).any(|end| end == b"\r\n") {
        let left = DEADLINE.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(request.get_mut(length..).unwrap_or_default())? {
            0 => break,
            read => length += read,
        }
    }
    let line = String::from_utf8_lossy(&request[..length]);
    let (status, text) = match line.split(' ').nth(1) {
        Some("/metrics") => ("200 OK", metrics.text()),
        Some("/health") if metrics.is_well(patience) => ("200 OK", "ok\n".to_owned()),
        Some("/health") => {
            ("503 Service Unavailable", "it has not looked at its inboxes for long\n".to_owned())
        }
        _ => ("404 Not Found", "ask for /metrics or /health\n".to_owned()),
    };
    let length = text.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    )
}

#[cfg(test)]
mod tests {
    use super::Metrics;

    #[test]
    fn counters_have_their_labels() {
        let metrics = Metrics::default();
        metrics.count("claimsieve_files_total", &[("partner", "bay"), ("outcome", "judged")], 1);
        metrics.count("claimsieve_files_total", &[("partner", "bay"), ("outcome", "judged")], 2);
        metrics.states(&[("archived".to_owned(), 3)], 2);
        let text = metrics.text();
        assert!(text.contains("claimsieve_files_total{partner=\"bay\",outcome=\"judged\"} 3\n"), "{text}");
        assert!(text.contains("claimsieve_files{state=\"archived\"} 3\n"), "{text}");
        assert!(!metrics.is_well(10) && !text.contains("claims_held"), "nothing is known of them yet");
        metrics.looked();
        assert!(metrics.text().contains("claimsieve_claims_held 2\n"));
        assert!(metrics.is_well(10));
    }
}
