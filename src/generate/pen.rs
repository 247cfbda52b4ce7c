//! Writing segments.

/// Ends every segment. A line break behind it is for people; no X12 reader may mind it.
const TERMINATOR: &[u8] = b"~\n";

/// Text of segments in the making, and how many there are.
#[derive(Debug, Default)]
pub(super) struct Pen {
    text: Vec<u8>,
    segments: u64,
}

/// Something that can stand in a segment.
pub(super) trait Put {
    fn put(self, text: &mut Vec<u8>);
}

/// Writes one segment from its parts, separators included, and ends it.
macro_rules! segment {
    ($pen:expr, $($part:expr),+ $(,)?) => {{
        let pen: &mut $crate::generate::pen::Pen = $pen;
        $( pen.part($part); )+
        pen.end();
    }};
}
pub(super) use segment;

impl Pen {
    /// Adds to the segment in the making.
    pub(super) fn part(&mut self, part: impl Put) {
        part.put(&mut self.text);
    }

    /// Ends the segment in the making.
    pub(super) fn end(&mut self) {
        self.text.extend_from_slice(TERMINATOR);
        self.segments += 1;
    }

    /// Adds whole segments written before.
    pub(super) fn fragment(&mut self, fragment: &Fragment) {
        self.text.extend_from_slice(&fragment.text);
        self.segments += fragment.segments;
    }

    /// Segments ended so far, those that were taken away included.
    pub(super) fn segments(&self) -> u64 {
        self.segments
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Forgets the text, which was written elsewhere, and goes on counting.
    pub(super) fn clear(&mut self) {
        self.text.clear();
    }

    /// The segments written so far, to be used many times.
    pub(super) fn into_fragment(self) -> Fragment {
        Fragment { text: self.text.into_boxed_slice(), segments: self.segments }
    }
}

/// Whole segments that are used again and again: a provider, a facility.
#[derive(Debug)]
pub(super) struct Fragment {
    text: Box<[u8]>,
    segments: u64,
}

impl Put for &str {
    #[inline]
    fn put(self, text: &mut Vec<u8>) {
        text.extend_from_slice(self.as_bytes());
    }
}

impl Put for &[u8] {
    #[inline]
    fn put(self, text: &mut Vec<u8>) {
        text.extend_from_slice(self);
    }
}

impl<const N: usize> Put for [u8; N] {
    #[inline]
    fn put(self, text: &mut Vec<u8>) {
        text.extend_from_slice(&self);
    }
}

impl Put for u64 {
    #[inline]
    fn put(self, text: &mut Vec<u8>) {
        if self < 10 {
            text.push(b'0' + self as u8);
        } else {
            decimal(self, 1, text);
        }
    }
}

impl Put for char {
    #[inline]
    fn put(self, text: &mut Vec<u8>) {
        text.push(self as u8);
    }
}

/// A number with zeros before it up to a width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Padded(pub(super) u64, pub(super) usize);

impl Put for Padded {
    #[inline]
    fn put(self, text: &mut Vec<u8>) {
        decimal(self.0, self.1, text);
    }
}

/// An amount in cents, as X12 writes it: no zeros behind the point that say nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cents(pub(super) u64);

impl Put for Cents {
    #[inline]
    fn put(self, text: &mut Vec<u8>) {
        (self.0 / 100).put(text);
        let cents = (self.0 % 100) as u8;
        if cents > 0 {
            text.extend_from_slice(&[b'.', b'0' + cents / 10]);
            if !cents.is_multiple_of(10) {
                text.push(b'0' + cents % 10);
            }
        }
    }
}

fn decimal(mut number: u64, width: usize, text: &mut Vec<u8>) {
    // 20 digits hold every u64; wider padding is asked for nowhere.
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while number > 0 {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    text.extend_from_slice(&digits[at.min(digits.len() - width.min(digits.len()))..]);
}

#[cfg(test)]
mod tests {
    use super::{Cents, Padded, Pen};

    #[test]
    fn segments_and_numbers() {
        let mut pen = Pen::default();
        segment!(&mut pen, "HL*", 12u64, "**20*", '1');
        segment!(&mut pen, Padded(7, 4), "*", Padded(12345, 4), "*", u64::MAX, "*", 0u64, "*", Padded(0, 2));
        assert_eq!(pen.text(), b"HL*12**20*1~\n0007*12345*18446744073709551615*0*00~\n");
        pen.clear();
        for cents in [0, 5, 50, 125, 100, 12_345_678] {
            pen.part(Cents(cents));
            pen.part("|");
        }
        assert_eq!(pen.text(), b"0|0.05|0.5|1.25|1|123456.78|");
        assert_eq!(pen.segments(), 2);
    }
}
