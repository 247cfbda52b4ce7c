//! The tree as JSON: nodes hold `content`, in the order of the input.

use std::io::{self, Write};

use serde::Serialize;

use super::{Node, Shown, Tree, Value};
use crate::output::text::readable;

/// Writes one JSON object an input, a segment a line.
#[derive(Debug)]
pub struct Json<W> {
    out: W,
    depth: usize,
    /// Whether the open node holds something already.
    filled: bool,
}

impl<W: Write> Json<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Json<W> {
        Json { out, depth: 0, filled: false }
    }

    /// Goes to where the next thing in the open node is written.
    fn next(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.filled, true) {
            self.out.write_all(b",")?;
        }
        self.line()
    }

    fn line(&mut self) -> io::Result<()> {
        write!(self.out, "\n{:1$}", "", self.depth)
    }

    fn put(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.next()?;
        serde_json::to_writer(&mut self.out, value).map_err(io::Error::from)
    }

    /// Begins an object that has these fields and content.
    fn open(&mut self, fields: &[(&str, &str)]) -> io::Result<()> {
        self.out.write_all(b"{")?;
        for (key, value) in fields {
            write!(self.out, "\"{key}\":")?;
            serde_json::to_writer(&mut self.out, value).map_err(io::Error::from)?;
            self.out.write_all(b",")?;
        }
        self.out.write_all(b"\"content\":[")?;
        self.depth += 1;
        self.filled = false;
        Ok(())
    }
}

#[derive(Serialize)]
struct SegmentOut<'a> {
    segment: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    mark: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    position: u32,
    byte_offset: u64,
    elements: Vec<ElementOut<'a>>,
}

// serde hands references
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[derive(Serialize)]
struct ElementOut<'a> {
    element: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(flatten)]
    value: Content,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Content {
    Value(String),
    Components(Vec<ComponentOut>),
    Repetitions(Vec<Content>),
}

#[derive(Serialize)]
struct ComponentOut {
    component: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'static str,
    value: String,
}

fn content(element: &str, values: Vec<Value<'_>>) -> Content {
    match &values[..] {
        [Value { component: 0, text, .. }] => Content::Value(readable(text).into_owned()),
        _ => Content::Components(
            values
                .into_iter()
                .map(|value| ComponentOut {
                    component: format!("{element}-{}", value.component),
                    name: value.name,
                    value: readable(value.text).into_owned(),
                })
                .collect(),
        ),
    }
}

impl<W: Write> Tree for Json<W> {
    fn file(&mut self, name: &str) -> io::Result<()> {
        self.open(&[("file", name)])
    }

    fn begin(&mut self, node: &Node<'_>) -> io::Result<()> {
        self.next()?;
        match node {
            Node::Interchange { control, sender, receiver } => self.open(&[
                ("interchange", &readable(control)),
                ("sender", readable(sender).trim_end()),
                ("receiver", readable(receiver).trim_end()),
            ]),
            Node::Group { control, kind, version } => self.open(&[
                ("group", &readable(control)),
                ("kind", &readable(kind)),
                ("version", &readable(version)),
            ]),
            Node::Set { control, kind, guide } => self.open(&[
                ("set", &readable(control)),
                ("kind", &readable(kind)),
                ("guide", guide.map_or("", |guide| guide.id().label())),
            ]),
            Node::Loop { id, name } => self.open(&[("loop", &id.to_string()), ("name", name)]),
        }
    }

    fn segment(&mut self, shown: &Shown<'_>) -> io::Result<()> {
        let id = readable(shown.segment.id());
        let elements = shown.elements().map(|(n, text)| {
            let element = format!("{id}{n:02}");
            let mut repetitions: Vec<Content> = shown
                .repetitions(text)
                .into_iter()
                .map(|repetition| content(&element, shown.values(n, repetition)))
                .collect();
            let value = match repetitions.pop() {
                Some(only) if repetitions.is_empty() => only,
                last => {
                    repetitions.extend(last);
                    Content::Repetitions(repetitions)
                }
            };
            ElementOut { element, name: shown.element(n).map_or("", |element| element.name()), value }
        });
        let segment = SegmentOut {
            segment: &id,
            name: shown.name(),
            mark: shown.mark,
            position: shown.position,
            byte_offset: shown.offset,
            elements: elements.collect(),
        };
        self.put(&segment)
    }

    fn junk(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.put(&serde_json::json!({ "junk": to - from, "byte_offset": from }))
    }

    fn end(&mut self) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        self.filled = true;
        self.line()?;
        self.out.write_all(b"]}")?;
        if self.depth == 0 {
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }
}
