//! Writes segments with the partner's separators.

use crate::finding::{Date, Period, Total};
use crate::x12::{Isa, Separators};

/// What stands where the input gives no name or number.
pub(super) const UNKNOWN: &[u8] = b"UNKNOWN";

/// How segments are written: the separators of the interchange that is answered, and its line style.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The separators; four different characters.
    pub separators: Separators,
    /// What follows a terminator.
    line: &'static [u8],
    /// Which bytes may stand in an element, a bit for each.
    data: [u64; 4],
}

impl Style {
    /// The style of an interchange; `tail` is what stands behind its ISA, the terminator included. Separators that cannot be
    /// told apart, or that would stand in what is written, are not mirrored.
    pub fn of(isa: &Isa, tail: &[u8]) -> Style {
        let mut separators = isa.separators;
        // what stands in amounts, in numbers that we give, and between words
        let is_ours = |byte: u8| matches!(byte, b'.' | b'-' | b' ');
        let Separators { element, component, terminator, repetition } = separators;
        if !separators.are_distinct()
            || [element, component, terminator].into_iter().chain(repetition).any(is_ours)
        {
            separators = Separators::USUAL;
        }
        let Separators { element, component, terminator, .. } = separators;
        if separators.repetition.is_none() {
            let taken = [element, component, terminator];
            separators.repetition = b"^`|!".iter().copied().find(|byte| !taken.contains(byte));
        }
        let line: &[u8] = match tail.get(1..).unwrap_or(&[]) {
            [b'\r', b'\n', ..] => b"\r\n",
            [b'\n', ..] => b"\n",
            [b'\r', ..] => b"\r",
            _ => b"",
        };
        let Separators { element, component, repetition, terminator } = separators;
        let structure = [Some(element), Some(component), repetition, Some(terminator)];
        let mut data = [0; 4];
        for byte in (b' '..=u8::MAX).filter(|byte| *byte != 0x7f && !structure.contains(&Some(*byte))) {
            data[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        Style { separators, line, data }
    }

    /// Whether a byte may stand in an element.
    #[inline]
    fn is_data(&self, byte: u8) -> bool {
        self.data[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// The part of `data` that may stand in an element of at most `max` characters: without what is blank, or would be, around it.
    fn fit<'d>(&self, data: &'d [u8], max: usize) -> &'d [u8] {
        let stands = |byte: &u8| *byte != b' ' && self.is_data(*byte);
        // nearly always it is fit as it stands
        if data.len() <= max && data.first().is_none_or(stands) && data.last().is_none_or(stands) {
            return data;
        }
        let from = data.iter().position(stands).unwrap_or(data.len());
        let data = data.get(from..).unwrap_or(&[]);
        let data = at_most(data, max);
        data.get(..data.iter().rposition(stands).map_or(0, |last| last + 1)).unwrap_or(&[])
    }

    /// The first of these bytes of the input of which at least `min` can stand in an element of at most `max`; none where there
    /// is none. What can be written of a value decides whether it is there.
    pub(super) fn first<'d>(&self, values: &[&'d [u8]], min: usize, max: usize) -> &'d [u8] {
        let mut fit = values.iter().map(|value| self.fit(value, max));
        fit.find(|fit| !fit.is_empty() && fit.len() >= min).unwrap_or(&[])
    }

    /// A byte of the input as it is written: what would be a separator or control character is a blank.
    fn written(&self, byte: u8) -> u8 {
        if self.is_data(byte) { byte } else { b' ' }
    }

    /// Bytes of the input as they may stand in an element of at most `max` bytes.
    pub fn clean(&self, data: &[u8], max: usize) -> Vec<u8> {
        self.fit(data, max).iter().map(|byte| self.written(*byte)).collect()
    }
}

/// The first `max` characters of a text; of what is no text, bytes.
fn at_most(data: &[u8], max: usize) -> &[u8] {
    if data.len() <= max {
        return data;
    }
    let end = match std::str::from_utf8(data) {
        Ok(text) => text.char_indices().nth(max).map(|(at, _)| at),
        Err(_) => Some(max),
    };
    end.and_then(|end| data.get(..end)).unwrap_or(data)
}

/// Writes segments to the end of a buffer and counts them.
#[derive(Debug)]
pub struct Pen<'o> {
    out: &'o mut Vec<u8>,
    /// How it writes.
    pub style: Style,
    /// How many segments were written.
    pub segments: u64,
}

impl<'o> Pen<'o> {
    /// A pen that writes behind what stands in `out`.
    pub fn new(out: &'o mut Vec<u8>, style: Style) -> Pen<'o> {
        Pen { out, style, segments: 0 }
    }

    /// Begins a segment; it is written by `Line::end`.
    pub fn segment(&mut self, id: &str) -> Line<'_, 'o> {
        self.out.extend_from_slice(id.as_bytes());
        Line { pen: self, elements: 0, components: 0 }
    }

    /// Writes a REF with the first of these values that can be written, and nothing where none can.
    pub fn reference(&mut self, qualifier: &str, values: &[&[u8]]) {
        let value = self.style.first(values, 1, 50);
        if !value.is_empty() {
            self.segment("REF").text(qualifier).data(value, 50).end();
        }
    }
}

/// Writes a number in decimal digits, at least `width` of them.
fn put_number(out: &mut Vec<u8>, mut number: u128, width: usize) {
    // the longest has 39
    let mut digits = [b'0'; 40];
    let mut at = digits.len();
    while number > 0 {
        at -= 1;
        if let Some(digit) = digits.get_mut(at) {
            // most numbers fit a machine word, which divides faster
            *digit +=
                u64::try_from(number).map_or_else(|_| (number % 10) as u8, |number| (number % 10) as u8);
        }
        number = u64::try_from(number).map_or_else(|_| number / 10, |number| u128::from(number / 10));
    }
    let from = at.min(digits.len() - width);
    out.extend_from_slice(digits.get(from..).unwrap_or(&[]));
}

/// Writes a day as `CCYYMMDD`.
fn put_day(out: &mut Vec<u8>, date: Date) {
    let (year, month, day) = date.ymd();
    let day = i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day);
    put_number(out, day.unsigned_abs().into(), 8);
}

/// A segment in the making. Separators are written only before what follows them, so that none trails.
#[must_use = "a segment ends with end()"]
#[derive(Debug)]
pub struct Line<'p, 'o> {
    pen: &'p mut Pen<'o>,
    /// Element and component separators that are due.
    elements: usize,
    components: usize,
}

impl Line<'_, '_> {
    /// How it is written.
    pub(super) fn style(&self) -> Style {
        self.pen.style
    }

    #[inline]
    fn due(&mut self) {
        let Separators { element, component, .. } = self.pen.style.separators;
        for _ in 0..std::mem::take(&mut self.elements) {
            self.pen.out.push(element);
        }
        for _ in 0..std::mem::take(&mut self.components) {
            self.pen.out.push(component);
        }
    }

    #[inline]
    fn put(mut self, bytes: &[u8]) -> Self {
        if !bytes.is_empty() {
            self.due();
            self.pen.out.extend_from_slice(bytes);
        }
        self
    }

    /// Bytes that fit, what they may not hold as blanks.
    fn put_fit(mut self, fit: &[u8]) -> Self {
        if !fit.is_empty() {
            self.due();
            let style = self.pen.style;
            if fit.iter().all(|byte| style.is_data(*byte)) {
                self.pen.out.extend_from_slice(fit);
            } else {
                self.pen.out.extend(fit.iter().map(|byte| style.written(*byte)));
            }
        }
        self
    }

    fn next(mut self) -> Self {
        self.elements += 1;
        self.components = 0;
        self
    }

    /// The next element: words of the program.
    pub fn text(self, text: &str) -> Self {
        self.next().put(text.as_bytes())
    }

    /// The next element, whose separators are written: it is not empty.
    fn open(mut self) -> Self {
        self.elements += 1;
        self.components = 0;
        self.due();
        self
    }

    /// The next element: a number.
    pub fn number(self, number: u64) -> Self {
        let line = self.open();
        put_number(line.pen.out, number.into(), 1);
        line
    }

    /// The next element: an amount, without trailing zeros.
    pub fn amount(self, amount: Total) -> Self {
        let line = self.open();
        let cents = amount.cents();
        if cents < 0 {
            line.pen.out.push(b'-');
        }
        put_number(line.pen.out, cents.unsigned_abs() / 100, 1);
        let rest = cents.unsigned_abs() % 100;
        if rest > 0 {
            line.pen.out.push(b'.');
            put_number(line.pen.out, rest, 2);
            if line.pen.out.last() == Some(&b'0') {
                line.pen.out.pop();
            }
        }
        line
    }

    /// The next element: a day, `CCYYMMDD`.
    pub fn day(self, date: Date) -> Self {
        let line = self.open();
        put_day(line.pen.out, date);
        line
    }

    /// The next element: a range of days.
    pub fn days(self, period: Period) -> Self {
        let line = self.open();
        put_day(line.pen.out, period.from);
        line.pen.out.push(b'-');
        put_day(line.pen.out, period.to);
        line
    }

    /// The next element is empty.
    pub fn skip(self) -> Self {
        self.next()
    }

    /// The next element: bytes of the input, made fit, at most `max` of them.
    pub fn data(self, data: &[u8], max: usize) -> Self {
        let fit = self.pen.style.fit(data, max);
        self.next().put_fit(fit)
    }

    /// The next element: bytes of the input that the other side looks for, made fit, however long.
    pub fn echo(self, data: &[u8]) -> Self {
        self.data(data, usize::MAX)
    }

    /// The next element: the first of these values of which at least `min` bytes are fit.
    pub fn required(self, values: &[&[u8]], min: usize, max: usize) -> Self {
        let fit = self.pen.style.first(values, min, max);
        self.next().put_fit(fit)
    }

    /// The next component of the element at hand: words of the program.
    pub fn part(mut self, text: &str) -> Self {
        self.components += 1;
        self.put(text.as_bytes())
    }

    /// The next component of the element at hand: bytes of the input, made fit.
    pub fn data_part(mut self, data: &[u8], max: usize) -> Self {
        let fit = self.pen.style.fit(data, max);
        self.components += 1;
        self.put_fit(fit)
    }

    /// The next element: a composite of codes.
    pub fn codes(self, codes: &[&str]) -> Self {
        codes.iter().enumerate().fold(self.next(), |line, (at, code)| {
            if at == 0 { line.put(code.as_bytes()) } else { line.part(code) }
        })
    }

    /// Writes the terminator.
    pub fn end(self) {
        self.pen.out.push(self.pen.style.separators.terminator);
        self.pen.out.extend_from_slice(self.pen.style.line);
        self.pen.segments += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Pen, Style};
    use crate::finding::{Date, Period, Total};
    use crate::x12::grammar;

    fn style(isa: &str) -> Style {
        let head = grammar::isa(isa.as_bytes()).unwrap();
        Style::of(&head, &isa.as_bytes()[105..])
    }

    const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1200*^*00501*000000007*1*P*:~\n";

    #[test]
    fn no_separator_trails_and_none_stands_in_data() {
        let mut out = Vec::new();
        let mut pen = Pen::new(&mut out, style(ISA));
        pen.segment("NM1").text("85").skip().data(b" A*B:C\x07 ", 60).skip().skip().end();
        pen.segment("STC").text("A7").part("21").part("").skip().skip().end();
        pen.segment("IK4").text("2").part("").part("3").required(&[b"x", b" none"], 2, 5).end();
        for values in [&[&b" ^"[..], b"7"][..], &[b":", b" "]] {
            pen.reference("FJ", values);
        }
        assert_eq!(pen.segments, 4);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "NM1*85**A B C~\nSTC*A7:21~\nIK4*2::3*none~\nREF*FJ*7~\n"
        );
    }

    #[test]
    fn numbers_days_and_amounts() {
        let mut out = Vec::new();
        let mut pen = Pen::new(&mut out, style(ISA));
        let total = |text: &str| Total::parse(text).unwrap();
        let day = |text: &str| Date::parse_iso(text).unwrap();
        pen.segment("QTY").number(0).number(7).number(u64::MAX).end();
        let amounts = ["0.00", "120.50", "-0.05", "80.60", "100.00", "184467440737095516150.01"];
        amounts.iter().fold(pen.segment("AMT"), |line, text| line.amount(total(text))).end();
        let period = Period { from: day("2026-01-02"), to: day("2026-12-31") };
        pen.segment("DTP").day(day("0999-01-02")).days(period).end();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "QTY*0*7*18446744073709551615~\nAMT*0*120.5*-.05*80.6*100*184467440737095516150.01~\n\
             DTP*09990102*20260102-20261231~\n"
                .replace("*-.05", "*-0.05")
        );
    }

    #[test]
    fn separators_that_cannot_be_told_apart_are_not_mirrored() {
        let same = style(&ISA.replace(":~", "*~"));
        assert_eq!(same.separators, crate::x12::Separators::USUAL);
        let none = style(&ISA.replace("*^*", "*U*").replace(":~", "^~"));
        assert_eq!(none.separators.repetition, Some(b'`'));
        for byte in [".", "-", " "] {
            let ours = style(&ISA.replace(":~", &format!("{byte}~")));
            assert_eq!(ours.separators, crate::x12::Separators::USUAL, "{byte:?}");
        }
    }

    #[test]
    fn a_character_is_never_cut() {
        let mut out = Vec::new();
        let mut pen = Pen::new(&mut out, style(ISA));
        let name = "\u{e9}".repeat(60);
        pen.segment("NM1").data(name.as_bytes(), 60).data(name.as_bytes(), 5).data(b"\xe9\xe9\xe9", 2).end();
        let expected = [format!("NM1*{name}*{}*", "\u{e9}".repeat(5)).as_bytes(), b"\xe9\xe9~\n"].concat();
        assert_eq!(out, expected);
    }
}
