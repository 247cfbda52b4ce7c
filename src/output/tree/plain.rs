//! The tree as indented lines.

use std::io::{self, Write};

use super::{Node, Shown, Tree};
use crate::output::paint::Paint;
use crate::output::text::{counted, printable};

/// Writes indented lines.
#[derive(Debug)]
pub struct Plain<W> {
    out: W,
    paint: Paint,
    depth: usize,
}

impl<W: Write> Plain<W> {
    /// Writes to `out`.
    pub const fn new(out: W, paint: Paint) -> Plain<W> {
        Plain { out, paint, depth: 0 }
    }

    fn indent(&mut self, more: usize) -> io::Result<()> {
        write!(self.out, "{:1$}", "", 2 * (self.depth + more))
    }
}

impl<W: Write> Tree for Plain<W> {
    fn file(&mut self, name: &str) -> io::Result<()> {
        self.depth = 1;
        writeln!(self.out, "{}", self.paint.strong(&printable(name.as_bytes())))
    }

    fn begin(&mut self, node: &Node<'_>) -> io::Result<()> {
        self.indent(0)?;
        self.depth += 1;
        let text = |bytes: &[u8]| printable(bytes).trim().to_owned();
        let title = match node {
            Node::Interchange { control, sender, receiver } => {
                format!("Interchange {}, from {} to {}", text(control), text(sender), text(receiver))
            }
            Node::Group { control, kind, version } => {
                format!("Group {}, kind {}, version {}", text(control), text(kind), text(version))
            }
            Node::Set { control, guide: Some(guide), .. } => {
                format!("Set {}, {}", text(control), guide.id().label())
            }
            Node::Set { control, kind, guide: None } => {
                format!("Set {}, {} (no tables for it: segments as they come)", text(control), text(kind))
            }
            Node::Loop { id, name } => format!("Loop {id} {name}"),
        };
        writeln!(self.out, "{}", self.paint.strong(&title))
    }

    fn segment(&mut self, shown: &Shown<'_>) -> io::Result<()> {
        let id = printable(shown.segment.id());
        self.indent(0)?;
        write!(self.out, "{id}")?;
        if !shown.name().is_empty() {
            write!(self.out, " {}", shown.name())?;
        }
        if !shown.mark.is_empty() {
            write!(self.out, "  {}", self.paint.severity("reject", &format!("<-- {}", shown.mark)))?;
        }
        writeln!(self.out)?;
        let mut lines: Vec<(String, &str, String)> = Vec::new();
        for (n, text) in shown.elements() {
            let repetitions = shown.repetitions(text);
            for (which, repetition) in (1..).zip(&repetitions) {
                for value in shown.values(n, repetition) {
                    let mut label = format!("{id}{n:02}");
                    if value.component > 0 {
                        label = format!("{label}-{}", value.component);
                    }
                    if repetitions.len() > 1 {
                        label = format!("{label} [{which}]");
                    }
                    lines.push((label, value.name, printable(value.text).into_owned()));
                }
            }
        }
        let widest =
            |it: &dyn Fn(&(String, &str, String)) -> usize| lines.iter().map(it).max().unwrap_or(0).min(48);
        let labels = widest(&|(label, _, _)| label.len());
        let names = widest(&|(_, name, _)| name.len());
        for (label, name, value) in &lines {
            self.indent(1)?;
            let head = format!("{label:labels$} {name:names$}");
            writeln!(self.out, "{}  {}", self.paint.faint(&head), value.trim_end())?;
        }
        Ok(())
    }

    fn junk(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.indent(0)?;
        let bytes = counted(to - from, "byte", "bytes");
        let belong = if to - from == 1 { "belongs" } else { "belong" };
        let text = format!("<-- {bytes} from byte {from} on {belong} to no interchange");
        writeln!(self.out, "{}", self.paint.severity("reject", &text))
    }

    fn end(&mut self) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }
}
