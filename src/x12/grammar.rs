//! The grammar of values, written with nom: the ISA, dates and their ranges, code ranges, drug codes.

use nom::bytes::complete::{tag, take};
use nom::combinator::{all_consuming, map_opt, opt, verify};
use nom::sequence::{preceded, separated_pair};
use nom::{IResult, Parser};

use crate::finding::{Code, Date, Period};

use super::Separators;

/// Bytes of an ISA, its terminator included, when no line break stands in it.
pub const ISA_BYTES: usize = 106;

/// Widths of ISA01 to ISA16.
const ISA_WIDTHS: [usize; 16] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];

/// An interchange header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Isa {
    /// The separators that it declares.
    pub separators: Separators,
    /// How many bytes it takes in the input, terminator included: more than [`ISA_BYTES`] where line breaks
    /// stand inside it.
    pub raw_len: usize,
    text: [u8; ISA_BYTES],
}

impl Isa {
    /// Element `n`, 1 to 16, with its padding.
    pub fn element(&self, n: usize) -> &[u8] {
        let Some(&width) = ISA_WIDTHS.get(n.wrapping_sub(1)) else { return &[] };
        let start = start_of(n);
        self.text.get(start..start + width).unwrap_or(&[])
    }

    /// Where element `n`, 1 to 16, begins in `raw`, the bytes from the ISA on as they came, line breaks included.
    pub fn place_of(&self, n: usize, raw: &[u8]) -> usize {
        let wrapped = self.raw_len > ISA_BYTES;
        let kept = raw.iter().enumerate().filter(|(_, byte)| !(wrapped && is_break(**byte)));
        kept.map(|(at, _)| at).nth(start_of(n)).unwrap_or(0)
    }

    /// ISA13, the control number.
    pub fn control(&self) -> &[u8] {
        self.element(13)
    }

    /// ISA15 is `T`: nothing in it counts.
    pub fn is_test(&self) -> bool {
        self.element(15) == b"T"
    }

    /// ISA14 is `1`: a TA1 is asked for.
    pub fn wants_ta1(&self) -> bool {
        self.element(14) == b"1"
    }

    /// The sender's qualifier and id, ISA05 and ISA06.
    pub fn sender(&self) -> (&[u8], &[u8]) {
        (self.element(5), self.element(6))
    }

    /// The whole header without line breaks, terminator included.
    pub fn text(&self) -> &[u8] {
        &self.text
    }
}

/// Where element `n` begins in an ISA without line breaks.
fn start_of(n: usize) -> usize {
    4 + ISA_WIDTHS.iter().take(n.saturating_sub(1)).map(|width| width + 1).sum::<usize>()
}

/// Reads an ISA at the start of `input`: its fixed layout must hold. Line breaks inside it are passed over, since whole
/// files are sometimes wrapped at 80 columns.
///
/// The terminator may itself be CR or LF. Where a line break stands in its place and a character that can be no data
/// behind the break, the file was wrapped just there, and that character is the terminator.
pub fn isa(input: &[u8]) -> Option<Isa> {
    if let Ok((_, isa)) = fixed_isa(input, ISA_BYTES)
        && !is_break(isa.separators.terminator)
    {
        return Some(isa);
    }
    // a break before it is no break inside
    input.first().filter(|byte| !is_break(**byte))?;
    let mut bytes = input.iter().copied().enumerate().take(2 * ISA_BYTES);
    let mut text = [0u8; ISA_BYTES];
    let (terminator, rest) = text.split_last_mut()?;
    let mut skipped = [false; 256];
    for slot in rest.iter_mut() {
        let is_data = |(_, byte): &(usize, u8)| {
            skipped[usize::from(*byte)] |= is_break(*byte);
            !is_break(*byte)
        };
        (_, *slot) = bytes.find(is_data)?;
    }
    let (mut end, byte) = bytes.next()?;
    *terminator = byte;
    if is_break(byte)
        && let Some((at, behind)) = bytes.find(|(_, byte)| !is_break(*byte))
        && may_separate(behind)
        && ![rest[3], rest[82], rest[104]].contains(&behind)
    {
        (end, *terminator) = (at, behind);
    }
    // a break that ends segments does not stand inside one
    if skipped[usize::from(*terminator)] {
        return None;
    }
    fixed_isa(&text, end + 1).ok().map(|(_, isa)| isa)
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// `ISA`, an element separator, sixteen elements of fixed width between separators, a terminator. In the first fifteen
/// elements no separator stands: whoever reads on by separators must find the same elements.
fn fixed_isa(input: &[u8], raw_len: usize) -> IResult<&[u8], Isa> {
    let start = input;
    let (input, _) = tag(&b"ISA"[..])(input)?;
    let (mut input, element) =
        map_opt(take(1usize), |b: &[u8]| b.first().copied().filter(|b| may_separate(*b))).parse(input)?;
    for width in &ISA_WIDTHS[..15] {
        let is_data = |b: &[u8]| !b.iter().any(|b| is_break(*b) || *b == element);
        let (rest, _) = verify(take(*width), is_data).parse(input)?;
        let (rest, _) = tag(&[element][..])(rest)?;
        input = rest;
    }
    let (input, component) =
        verify(take(1usize), |b: &[u8]| !b.iter().copied().any(is_break)).parse(input)?;
    // where a letter or digit stands as terminator, that is the fault to tell
    let ends =
        |b: &[u8]| b.iter().all(|b| *b == element || b.is_ascii_alphanumeric() || !start[4..104].contains(b));
    let (input, terminator) = verify(take(1usize), ends).parse(input)?;
    let mut text = [0u8; ISA_BYTES];
    text.copy_from_slice(&start[..ISA_BYTES]);
    let others = [element, component[0], terminator[0]];
    let repetition = Some(text[82]).filter(|b| may_separate(*b) && !others.contains(b));
    let separators = Separators { element, component: component[0], repetition, terminator: terminator[0] };
    Ok((input, Isa { separators, raw_len, text }))
}

/// Whether a byte can be a separator at all: no letter, digit or blank.
fn may_separate(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric() && byte != b' ' && !is_break(byte)
}

/// A date or a range of dates as its format qualifier (element 1250) says: `D8` is `CCYYMMDD`, `RD8` two of them with a
/// hyphen, `DT` a date with `HHMM`, `HHMMSS` or more behind it. `None` where it is not that, a day does not exist, or the range runs backwards.
///
/// ```
/// use claimsieve::x12::grammar::date_period;
/// assert_eq!(date_period(b"RD8", b"20260301-20260305").unwrap().to_string(), "2026-03-01/2026-03-05");
/// assert!(date_period(b"D8", b"20260230").is_none());
/// ```
pub fn date_period(format: &[u8], text: &[u8]) -> Option<Period> {
    let parsed = match format {
        b"D8" => return Date::parse(text).map(Period::day),
        b"RD8" => all_consuming(separated_pair(day, tag(&b"-"[..]), day))
            .parse(text)
            .map(|(_, (from, to))| Period { from, to }),
        b"DT" => all_consuming((day, time)).parse(text).map(|(_, (day, ()))| Period::day(day)),
        _ => return None,
    };
    parsed.ok().filter(|period| period.from <= period.to)
}

fn day(input: &[u8]) -> IResult<&[u8], Date> {
    map_opt(take(8usize), Date::parse).parse(input)
}

fn two(input: &[u8], below: u8) -> IResult<&[u8], u8> {
    map_opt(take(2usize), |digits: &[u8]| match digits {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some((a - b'0') * 10 + (b - b'0')).filter(|n| *n < below),
        _ => None,
    })
    .parse(input)
}

/// `HHMM`, `HHMMSS`, and tenths or hundredths behind the seconds.
fn time(input: &[u8]) -> IResult<&[u8], ()> {
    let (input, _) = two(input, 24)?;
    let (input, _) = two(input, 60)?;
    let (input, seconds) = opt(|i| two(i, 60)).parse(input)?;
    let is_digits = |b: &[u8]| b.len() <= 2 && b.iter().all(u8::is_ascii_digit);
    let (rest, decimals) = take(if seconds.is_some() { input.len().min(2) } else { 0 })(input)?;
    if is_digits(decimals) { Ok((rest, ())) } else { Ok((input, ())) }
}

/// Whether an X12 time (`TM`) is one: `HHMM`, `HHMMSS`, `HHMMSSD`, `HHMMSSDD`.
pub fn is_time(text: &[u8]) -> bool {
    all_consuming(time).parse(text).is_ok()
}

/// A code or a range of codes of one length: `97110` or `97110-97140`.
pub fn code_range(text: &[u8]) -> Option<(Code, Code)> {
    let code = |input| -> IResult<&[u8], Code> {
        let text = nom::bytes::complete::take_while1(|b: u8| b.is_ascii_alphanumeric());
        map_opt(text, Code::exact).parse(input)
    };
    let (_, (from, to)) = all_consuming((code, opt(preceded(tag(&b"-"[..]), code)))).parse(text).ok()?;
    let to = to.unwrap_or(from);
    (from.len() == to.len() && from <= to).then_some((from, to))
}

/// An eleven-digit national drug code as it stands in LIN03: digits only.
pub fn ndc(text: &[u8]) -> Option<u64> {
    if text.len() != 11 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// A whole number without sign (`N0`): digits only, at most 18 of them.
pub fn whole(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 18 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// A segment without the line breaks of a file that was wrapped, if it has any.
pub fn without_breaks(text: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr2(b'\r', b'\n', text)?;
    Some(text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect())
}

#[cfg(test)]
mod tests {
    use super::{code_range, date_period, is_time, isa, ndc, whole};
    use proptest::prelude::*;

    const HEADER: &[u8] =
        b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1200*^*00501*000000007*1*P*:~";

    #[test]
    fn an_isa_declares_its_separators() {
        let isa = isa(HEADER).unwrap();
        assert_eq!(isa.separators, super::Separators::USUAL);
        assert_eq!(isa.control(), b"000000007");
        assert_eq!(isa.sender(), (&b"ZZ"[..], &b"SENDER         "[..]));
        assert_eq!(isa.element(16), b":");
        assert_eq!(isa.element(17), b"");
        assert_eq!(isa.element(0), b"");
        assert!(isa.wants_ta1() && !isa.is_test());
        assert_eq!(isa.raw_len, 106);
    }

    #[test]
    fn an_isa_may_be_wrapped() {
        let mut wrapped = HEADER.to_vec();
        wrapped.splice(80..80, *b"\r\n");
        let isa = isa(&wrapped).unwrap();
        assert_eq!(isa.raw_len, 108);
        assert_eq!(isa.text(), HEADER);
        assert_eq!([1, 9, 13].map(|n| isa.place_of(n, &wrapped)), [4, 70, 92]);
    }

    #[test]
    fn an_isa_may_be_wrapped_anywhere() {
        for line_break in [&b"\n"[..], b"\r\n", b"\r"] {
            for at in 1..HEADER.len() {
                let mut wrapped = HEADER.to_vec();
                wrapped.splice(at..at, line_break.iter().copied());
                wrapped.extend_from_slice(b"GS*HC");
                let isa = isa(&wrapped).unwrap();
                assert_eq!((isa.text(), isa.raw_len), (HEADER, 106 + line_break.len()), "at {at}");
            }
        }
    }

    #[test]
    fn separators_stand_only_between_elements() {
        for (from, to) in
            [("SENDER ", "SENDER*"), ("SENDER ", "SENDER~"), ("*^*", "*~*"), ("*^*", "***"), ("*1*P", "*~*P")]
        {
            let text = String::from_utf8_lossy(HEADER).replace(from, to);
            assert!(isa(text.as_bytes()).is_none(), "{to}");
        }
        // wrapped at a line end that ends segments
        for (terminator, line_break) in [("\n", "\n"), ("\n", "\r\n"), ("\r", "\r\n"), ("\r", "\r")] {
            let text = String::from_utf8_lossy(HEADER)
                .replace('~', terminator)
                .replace("SENDER", &format!("SE{line_break}NDER"));
            assert!(isa(text.as_bytes()).is_none(), "{terminator:?} {line_break:?}");
        }
        let text = String::from_utf8_lossy(HEADER).replace('~', "\n").replace("SENDER", "SE\rNDER");
        assert!(isa(text.as_bytes()).is_some());
    }

    #[test]
    fn a_line_end_is_the_terminator_unless_one_follows() {
        let with = |tail: &[u8]| {
            isa(&[&HEADER[..105], tail].concat()).map(|isa| (isa.separators.terminator, isa.raw_len))
        };
        assert_eq!(with(b"\nGS*HC"), Some((b'\n', 106)));
        assert_eq!(with(b"\r\nGS*HC"), Some((b'\r', 106)));
        assert_eq!(with(b"\n"), Some((b'\n', 106)));
        assert_eq!(with(b"\r\n~GS*HC"), Some((b'~', 108)));
        assert_eq!(with(b"\n~\nGS*HC"), Some((b'~', 107)));
        assert_eq!(with(b""), None);
    }

    #[test]
    fn u_is_no_repetition_separator() {
        let old = String::from_utf8_lossy(HEADER).replace("*^*", "*U*");
        assert_eq!(isa(old.as_bytes()).unwrap().separators.repetition, None);
    }

    #[test]
    fn a_broken_layout_is_no_isa() {
        let after_a_break = [b"\n", HEADER].concat();
        for text in [&HEADER[..105], &HEADER[1..], b"", b"ISA", &[HEADER, b"x"].concat()[1..], &after_a_break]
        {
            assert!(isa(text).is_none());
        }
        let narrow = String::from_utf8_lossy(HEADER).replace("SENDER  ", "SENDER ");
        assert!(isa(narrow.as_bytes()).is_none());
    }

    #[test]
    fn periods() {
        assert_eq!(date_period(b"D8", b"20260302").unwrap().to_string(), "2026-03-02");
        assert_eq!(date_period(b"DT", b"202603021430").unwrap().to_string(), "2026-03-02");
        for (format, text) in [
            ("RD8", "20260305-20260301"),
            ("RD8", "20260301"),
            ("D8", "20260301-20260302"),
            ("D6", "260302"),
            ("D8", ""),
            ("DT", "20260302"),
        ] {
            assert_eq!(date_period(format.as_bytes(), text.as_bytes()), None, "{format} {text}");
        }
    }

    #[test]
    fn times() {
        for text in ["0000", "2359", "235959", "2359591", "23595912"] {
            assert!(is_time(text.as_bytes()), "{text}");
        }
        for text in ["", "24", "2400", "1260", "123", "12345", "235960", "235959123", "12:0"] {
            assert!(!is_time(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn ranges_and_drugs() {
        assert!(code_range(b"97110-97140").is_some() && code_range(b"J0585").is_some());
        assert!(
            code_range(b"97140-97110").is_none()
                && code_range(b"0100-01999").is_none()
                && code_range(b"").is_none()
        );
        assert_eq!(ndc(b"00944294010"), Some(944_294_010));
        assert_eq!(ndc(b"0944-2940-10"), None);
        assert_eq!(whole(b"0012"), Some(12));
        assert_eq!(whole(b"-1"), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in proptest::collection::vec(any::<u8>(), 0..120), format in "D8|RD8|DT|XX") {
            let _ = (isa(&text), date_period(format.as_bytes(), &text), code_range(&text), ndc(&text), whole(&text), is_time(&text));
        }

        #[test]
        fn an_isa_survives_any_content(content in proptest::collection::vec(any::<u8>(), 106)) {
            let mut text = HEADER.to_vec();
            for (at, byte) in content.iter().enumerate().skip(4) {
                if text[at] != b'*' && *byte != b'\r' && *byte != b'\n' { text[at] = *byte; }
            }
            let holds = text.split(|byte| *byte == b'*').count() == 17 && !text[..104].contains(&text[105]);
            prop_assert!(isa(&text).is_some() || !holds);
        }
    }
}
