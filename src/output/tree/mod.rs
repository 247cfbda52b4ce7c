//! An input as a tree for people and programs: interchanges, groups, sets, loops, segments, elements, with their names.
//!
//! It is written while it is read: a node is begun, gets its segments and nodes, and ends; nothing is kept.

mod json;
mod plain;

use std::io;

pub use json::Json;
pub use plain::Plain;

use crate::finding::Code;
use crate::guide::{Element, ElementType, Guide, GuideId, Slot};
use crate::x12::{Segment, Separators};

/// A part of the tree that holds others.
#[derive(Clone, Debug)]
pub enum Node<'a> {
    /// An interchange: its control number, sender and receiver, with their padding.
    Interchange {
        /// ISA13.
        control: &'a [u8],
        /// ISA06.
        sender: &'a [u8],
        /// ISA08.
        receiver: &'a [u8],
    },
    /// A functional group.
    Group {
        /// GS06.
        control: &'a [u8],
        /// GS01.
        kind: &'a [u8],
        /// GS08.
        version: &'a [u8],
    },
    /// A transaction set.
    Set {
        /// ST02.
        control: &'a [u8],
        /// ST01.
        kind: &'a [u8],
        /// The guide that it follows; none where there are no tables for it.
        guide: Option<&'static Guide>,
    },
    /// A loop of a guide.
    Loop {
        /// Its id, such as `2310B`.
        id: Code,
        /// What it is about.
        name: &'static str,
    },
}

/// A segment as it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The segment.
    pub segment: Segment<'a>,
    /// How its elements are divided.
    pub separators: Separators,
    /// Its place in the guide; none where it has none.
    pub slot: Option<Slot>,
    /// A slot of the same id that names its elements, where it has no place of its own.
    pub like: Option<Slot>,
    /// What is odd about where it stands; empty if nothing is.
    pub mark: &'a str,
    /// Its position in its set, ST being 1; 0 outside of sets.
    pub position: u32,
    /// Offset in the input of its first byte.
    pub offset: u64,
}

/// What a tree is written to.
pub trait Tree {
    /// Begins the tree of an input.
    fn file(&mut self, name: &str) -> io::Result<()>;
    /// Begins a node in the one that is open.
    fn begin(&mut self, node: &Node<'_>) -> io::Result<()>;
    /// Puts a segment into the open node.
    fn segment(&mut self, shown: &Shown<'_>) -> io::Result<()>;
    /// Tells of bytes that belong to no interchange.
    fn junk(&mut self, from: u64, to: u64) -> io::Result<()>;
    /// Ends the open node, or the tree.
    fn end(&mut self) -> io::Result<()>;
}

/// A value in an element.
struct Value<'a> {
    /// Its component, from 1; 0 where the element has none.
    component: u8,
    name: &'static str,
    text: &'a [u8],
}

impl<'a> Shown<'a> {
    /// What the segment is, in plain words; empty where nobody knows.
    fn name(&self) -> &'static str {
        self.slot.map_or("", |slot| slot.name())
    }

    fn element(&self, n: u8) -> Option<Element> {
        self.slot.or(self.like)?.element(n)
    }

    /// Whether separators that stand in an element are its value: those of an ISA declare them.
    fn is_whole(&self) -> bool {
        self.segment.id() == b"ISA"
    }

    /// The elements that hold something.
    fn elements(&self) -> impl Iterator<Item = (u8, &'a [u8])> + use<'a> {
        let segment = self.segment;
        (1..=segment.elements()).map(move |n| (n, segment.element(n))).filter(|(_, text)| !text.is_empty())
    }

    /// The repetitions of an element.
    fn repetitions(&self, text: &'a [u8]) -> Vec<&'a [u8]> {
        if self.is_whole() { vec![text] } else { self.separators.repetitions(text).collect() }
    }

    /// The values of a repetition of element `n`: its components that hold something, or it itself.
    fn values(&self, n: u8, text: &'a [u8]) -> Vec<Value<'a>> {
        let element = self.element(n);
        let composite = element.is_some_and(|element| element.kind() == ElementType::Composite);
        if self.is_whole() || !(composite || text.contains(&self.separators.component)) {
            return vec![Value { component: 0, name: element.map_or("", |element| element.name()), text }];
        }
        let name = |component: u8| {
            element.and_then(|element| element.component(component)).map_or("", |part| part.name())
        };
        (1u8..)
            .zip(self.separators.components(text))
            .filter(|(_, text)| !text.is_empty())
            .map(|(component, text)| Value { component, name: name(component), text })
            .collect()
    }
}

/// A slot of any guide that names the elements of a segment id, `guide`'s own first.
pub fn like(guide: Option<&'static Guide>, id: Code) -> Option<Slot> {
    guide
        .into_iter()
        .chain(GuideId::ALL.map(Guide::of))
        .find_map(|guide| guide.slots().find(|slot| slot.child().is_none() && slot.segment_id() == id))
}
