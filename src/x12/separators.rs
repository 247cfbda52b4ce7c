//! The characters that structure an interchange.

/// The four separators that an ISA declares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Separators {
    /// Between elements: the byte after `ISA`.
    pub element: u8,
    /// Between components of an element: ISA16.
    pub component: u8,
    /// Between repetitions of an element: ISA11, unless that is a letter, digit, blank or another separator (a `U`
    /// there is the 4010 habit and means that there is none).
    pub repetition: Option<u8>,
    /// After each segment: the byte after ISA16.
    pub terminator: u8,
}

impl Separators {
    /// The usual `*`, `:`, `^`, `~`.
    pub const USUAL: Separators =
        Separators { element: b'*', component: b':', repetition: Some(b'^'), terminator: b'~' };

    /// Whether all of them differ and none is a letter or a digit.
    pub fn are_distinct(&self) -> bool {
        let mut all = [self.element, self.component, self.terminator, self.repetition.unwrap_or(0)];
        all.sort_unstable();
        all.windows(2).all(|pair| pair[0] != pair[1]) && !all.iter().any(u8::is_ascii_alphanumeric)
    }

    /// Whether a byte stands between components or repetitions.
    #[inline]
    pub fn parts_values(&self, byte: u8) -> bool {
        byte == self.component || Some(byte) == self.repetition
    }

    /// What each byte means between and inside segments.
    pub fn classes(&self) -> Classes {
        let mut classes = [Class::Data; 256];
        for gap in [b'\r', b'\n', b' ', b'\t', 0] {
            classes[usize::from(gap)] = Class::Gap;
        }
        for line_break in [b'\r', b'\n'] {
            classes[usize::from(line_break)] = Class::Break;
        }
        classes[usize::from(self.component)] = Class::Data;
        classes[usize::from(self.element)] = Class::Element;
        classes[usize::from(self.terminator)] = Class::Terminator;
        Classes(classes)
    }

    /// The components of an element.
    pub fn components<'a>(&self, element: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let separator = self.component;
        element.split(move |byte| *byte == separator)
    }

    /// The component `n` of an element, counted from 1; empty if it is not there.
    pub fn component<'a>(&self, element: &'a [u8], n: u8) -> &'a [u8] {
        self.components(element).nth(usize::from(n).saturating_sub(1)).unwrap_or(&[])
    }

    /// The repetitions of an element; the element itself where there is no repetition separator.
    pub fn repetitions<'a>(&self, element: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let separator = self.repetition;
        element.split(move |byte| Some(*byte) == separator)
    }
}

/// What a byte means to whoever looks for segments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Part of an element.
    Data,
    /// The element separator.
    Element,
    /// The segment terminator.
    Terminator,
    /// CR or LF: between segments the line style, inside one a break to be ignored.
    Break,
    /// A blank: nothing between segments, data inside one.
    Gap,
}

/// The [`Class`] of each byte.
#[derive(Clone, Copy)]
pub struct Classes([Class; 256]);

impl Classes {
    /// The class of a byte.
    pub fn of(&self, byte: u8) -> Class {
        self.0[usize::from(byte)]
    }

    /// Whether a byte between two segments belongs to neither: line style, blanks, empty segments.
    pub fn is_gap(&self, byte: u8) -> bool {
        matches!(self.of(byte), Class::Break | Class::Gap | Class::Terminator)
    }

    /// Where a segment begins that has nothing but a gap between itself and `at`.
    #[inline]
    pub fn skip_gap(&self, bytes: &[u8], mut at: usize) -> usize {
        while bytes.get(at).is_some_and(|byte| self.is_gap(*byte)) {
            at += 1;
        }
        at
    }
}

impl std::fmt::Debug for Classes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Classes")
    }
}
