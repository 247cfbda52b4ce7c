//! A first look at a file: its fingerprint, who sends it to whom, and what is in it.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::config::{Inbox, Party, Transaction};
use crate::finding::hexadecimal;
use crate::pipeline;
use crate::source::{Input, ReadAt, Source};
use crate::x12::grammar::{self, without_breaks};
use crate::x12::survey::Boundaries;
use crate::x12::{Classes, Isa};

/// How many bytes are read at once.
const BLOCK: usize = 1 << 20;

/// Longer segments are passed over; judging refuses them.
const LONGEST: usize = 4 << 20;

/// SHA-256 of a file, in hexadecimal digits.
pub(super) fn fingerprint(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BLOCK];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => hasher.update(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hexadecimal(&hasher.finalize()))
}

/// A piece of an X12 file.
pub(super) enum Piece<'a> {
    /// An interchange begins; what follows its header up to two bytes behind the terminator, which show its line style.
    Interchange { isa: &'a Isa, tail: &'a [u8] },
    /// An interchange whose header cannot be read: nothing of it is told.
    Unreadable,
    /// A segment of it, without line breaks and without its terminator; the last one may have been cut off.
    Segment { isa: &'a Isa, text: &'a [u8] },
}

/// Calls `each` with every piece of an input that stands in an interchange. Where those begin and end is judging's to say: a
/// claim that is judged must be one whose sender was looked at.
pub(super) fn pieces(input: &Input, each: &mut dyn FnMut(u64, &Piece<'_>)) -> io::Result<()> {
    pieces_of(input, &pipeline::interchanges(input).map_err(io::Error::other)?, each)
}

fn pieces_of(
    input: &Input,
    interchanges: &Boundaries,
    each: &mut dyn FnMut(u64, &Piece<'_>),
) -> io::Result<()> {
    let mut buffer = Vec::new();
    for (start, end) in interchanges.iter() {
        pieces_between(input, start..end, &mut buffer, each)?;
    }
    Ok(())
}

/// Calls `each` with every piece of an input and, where a record begins with it, that record's number, from 0; answers how many
/// records there are. Which there are is judging's to say too: whoever picks one by its number must get the one that is meant.
pub(super) fn records(input: &Input, each: &mut dyn FnMut(&Piece<'_>, Option<u64>)) -> io::Result<u64> {
    let (interchanges, starts) = pipeline::records(input).map_err(io::Error::other)?;
    let count = starts.len() as u64;
    let mut starts = starts.into_iter().zip(0..).peekable();
    pieces_of(input, &interchanges, &mut |offset, piece| {
        let Piece::Segment { .. } = piece else { return each(piece, None) };
        let mut record = None;
        while let Some((start, number)) = starts.next_if(|(start, _)| *start <= offset) {
            // one that begins with a segment that was passed over, since it is too long, is not told of
            record = (start == offset).then_some(number);
        }
        each(piece, record);
    })?;
    Ok(count)
}

/// The same for one interchange, by where it stands.
fn pieces_between(
    input: &Input,
    place: Range<u64>,
    buffer: &mut Vec<u8>,
    each: &mut dyn FnMut(u64, &Piece<'_>),
) -> io::Result<()> {
    let mut unread = place.clone();
    buffer.clear();
    read_on(input, &mut unread, buffer)?;
    // a header that cannot be read has neither sender nor claims
    let Some(isa) = grammar::isa(buffer) else {
        each(place.start, &Piece::Unreadable);
        return Ok(());
    };
    let tail = buffer.get(isa.raw_len.saturating_sub(1)..).unwrap_or_default();
    let tail = tail.get(..3).unwrap_or(tail);
    each(place.start, &Piece::Interchange { isa: &isa, tail });
    let classes = isa.separators.classes();
    let mut at = isa.raw_len;
    // within a segment that is longer than any may be
    let mut is_flooded = false;
    loop {
        let base = unread.start - buffer.len() as u64;
        while let Some(length) =
            memchr::memchr(isa.separators.terminator, buffer.get(at..).unwrap_or_default())
        {
            if !std::mem::take(&mut is_flooded) {
                segment(&isa, &classes, base, buffer, at..at + length, each);
            }
            at += length + 1;
        }
        if unread.is_empty() {
            if !is_flooded {
                segment(&isa, &classes, base, buffer, at..buffer.len(), each);
            }
            return Ok(());
        }
        if buffer.len() - at > LONGEST {
            (is_flooded, at) = (true, buffer.len());
        }
        buffer.drain(..at);
        at = 0;
        read_on(input, &mut unread, buffer)?;
    }
}

/// Reads the next block of what is unread, if there is any.
fn read_on(input: &Input, unread: &mut Range<u64>, buffer: &mut Vec<u8>) -> io::Result<()> {
    let (held, wanted) = (buffer.len(), (unread.end - unread.start).min(BLOCK as u64));
    buffer.resize(held + wanted as usize, 0);
    input.read_exact_at(unread.start, buffer.get_mut(held..).unwrap_or_default())?;
    unread.start += wanted;
    Ok(())
}

/// Calls `each` with what stands at a place of a buffer that begins at `base`, if it is a segment.
fn segment(
    isa: &Isa,
    classes: &Classes,
    base: u64,
    buffer: &[u8],
    place: Range<usize>,
    each: &mut dyn FnMut(u64, &Piece<'_>),
) {
    let text = buffer.get(place.clone()).unwrap_or_default();
    let gap = classes.skip_gap(text, 0);
    let text = text.get(gap..).unwrap_or_default();
    let joined = without_breaks(text);
    let text = joined.as_deref().unwrap_or(text);
    if !text.is_empty() {
        each(base + (place.start + gap) as u64, &Piece::Segment { isa, text });
    }
}

/// Element `n` of a segment.
pub(super) fn element<'a>(isa: &Isa, text: &'a [u8], n: usize) -> &'a [u8] {
    text.split(|byte| *byte == isa.separators.element).nth(n).unwrap_or_default().trim_ascii()
}

/// A group of a file.
#[derive(Clone, Debug)]
pub(super) struct GroupSeen {
    /// Its offset.
    pub(super) offset: u64,
    /// GS01, GS02, GS03, GS06, GS08.
    pub(super) header: [Box<[u8]>; 5],
    /// How many sets it has.
    pub(super) sets: u64,
    /// Whether any is a response (BHT02 of 11), which may decide on authorizations.
    pub(super) responds: bool,
}

impl GroupSeen {
    /// What it is about; none for what is set aside or of a version that nobody knows, which judging answers.
    pub(super) fn transaction(&self) -> Option<Transaction> {
        let [code, .., version] = &self.header;
        let version = String::from_utf8_lossy(version).into_owned();
        match &**code {
            b"HI" => Some(Transaction::Authorization),
            b"HC" if version.contains("X222") => Some(Transaction::Professional),
            b"HC" if version.contains("X223") => Some(Transaction::Institutional),
            b"HC" if version.contains("X224") => Some(Transaction::Dental),
            _ => None,
        }
    }
}

/// An interchange of a file.
#[derive(Clone, Debug)]
pub(super) struct InterchangeSeen {
    /// Its offset.
    pub(super) offset: u64,
    /// Its header.
    pub(super) isa: Isa,
    /// What stands behind it.
    pub(super) tail: Vec<u8>,
    /// Its groups.
    pub(super) groups: Vec<GroupSeen>,
}

impl InterchangeSeen {
    fn party(&self, qualifier: usize) -> Party {
        let text = |n| String::from_utf8_lossy(self.isa.element(n)).trim().to_owned();
        Party { qualifier: text(qualifier), id: text(qualifier + 1) }
    }

    /// TA105 of what is wrong with sender or receiver.
    pub(super) fn stranger(&self, inbox: &Inbox) -> Option<(&'static str, &'static str)> {
        if !inbox.senders.contains(&self.party(5)) {
            return Some(("006", "the sender of ISA05 and ISA06 is not enrolled for this inbox"));
        }
        if !inbox.receivers.contains(&self.party(7)) {
            return Some(("008", "the receiver of ISA07 and ISA08 is not enrolled for this inbox"));
        }
        None
    }

    /// ISA13.
    pub(super) fn control(&self) -> String {
        String::from_utf8_lossy(self.isa.control()).trim().to_owned()
    }
}

/// What a file holds.
#[derive(Clone, Default, Debug)]
pub(super) struct Seen {
    /// Its interchanges.
    pub(super) interchanges: Vec<InterchangeSeen>,
    /// Whether there are tests.
    tests: bool,
    /// Whether there is anything that is no test, or may be none: an interchange whose header cannot be read.
    others: bool,
}

/// More interchanges and groups than this are not looked at one by one.
const MOST: usize = 1 << 20;

impl Seen {
    /// Looks at an input.
    pub(super) fn look(&mut self, input: &Input) -> io::Result<()> {
        let Seen { interchanges, tests, others } = self;
        pieces(input, &mut |offset, piece| match piece {
            Piece::Interchange { isa, tail } => {
                *(if isa.is_test() { &mut *tests } else { &mut *others }) = true;
                if interchanges.len() < MOST {
                    let (isa, tail) = (**isa, tail.to_vec());
                    interchanges.push(InterchangeSeen { offset, isa, tail, groups: Vec::new() });
                }
            }
            Piece::Unreadable => *others = true,
            Piece::Segment { isa, text } => {
                let Some(last) = interchanges.last_mut() else { return };
                let is_bht = || text.starts_with(b"BHT") && element(isa, text, 2) == b"11";
                if text.starts_with(b"GS") && text.get(2) == Some(&isa.separators.element) {
                    let header = [1, 2, 3, 6, 8].map(|n| element(isa, text, n).into());
                    last.groups.push(GroupSeen { offset, header, sets: 0, responds: false });
                } else if text.starts_with(b"ST")
                    && text.get(2) == Some(&isa.separators.element)
                    && let Some(group) = last.groups.last_mut()
                {
                    group.sets += 1;
                } else if let Some(group) = last.groups.last_mut().filter(|_| is_bht()) {
                    group.responds = true;
                }
            }
        })
    }

    /// Whether there are tests in it, and nothing else.
    pub(super) fn is_test(&self) -> bool {
        self.tests && !self.others
    }

    /// Whether there are tests in it, and something that is none or may be none.
    pub(super) fn is_mixed(&self) -> bool {
        self.tests && self.others
    }

    /// Whether it goes before the claims that arrived with it: it holds 278s, and where it holds claims too, some are responses.
    pub(super) fn goes_in_front(&self) -> bool {
        let groups = || self.interchanges.iter().flat_map(|one| &one.groups);
        let is_278 = |group: &GroupSeen| group.transaction() == Some(Transaction::Authorization);
        let is_any = groups().any(is_278);
        is_any && (groups().all(is_278) || groups().any(|group| is_278(group) && group.responds))
    }
}

/// Looks at a file: a zip archive has several inputs. What cannot be opened is for judging to name.
pub(super) fn look(sources: &[Source], spool_dir: &Path) -> Seen {
    let mut seen = Seen::default();
    for source in sources {
        if let Ok(input) = source.open(spool_dir) {
            // what breaks off here breaks off in judging too
            let _ = seen.look(&input);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, LONGEST, Piece, Seen, pieces};
    use crate::source::Input;

    #[test]
    fn interchanges_and_groups_are_seen_whatever_stands_between() {
        let isa = |end: &str| {
            format!(
                "ISA*00*          *00*          *ZZ*BAY            *ZZ*PLAN           *260302*1200*^*00501*000000007*1*T*:{end}"
            )
        };
        let text = format!(
            "junk\n{}GS*HC*A*B*20260302*1200*5*X*005010X222A1~\nST*837*0001~SE*2*0001~GE*1*5~IEA*1*000000007~\r\n{}\nGS*HI*A*B*20260302*1200*6*X*005010X217\nST*278*0001\nBHT*0007*13\nIEA*1*000000007\n",
            isa("~\n"),
            isa("\n")
        );
        let mut seen = Seen::default();
        seen.look(&Input::from_bytes("a", text.clone().into_bytes())).unwrap();
        let groups: Vec<usize> = seen.interchanges.iter().map(|one| one.groups.len()).collect();
        assert_eq!(groups, [1, 1]);
        assert_eq!(seen.interchanges[0].groups[0].sets, 1);
        assert!(seen.is_test() && !seen.goes_in_front(), "claims, and a request");
        let mut seen = Seen::default();
        seen.look(&Input::from_bytes("a", text.replace("*13", "*11").into_bytes())).unwrap();
        assert!(seen.goes_in_front(), "a response");
    }

    #[test]
    fn nothing_between_or_at_the_end_of_interchanges_hides_the_next_one() {
        let header = |sender: &str| {
            format!(
                "ISA*00*          *00*          *ZZ*{sender:15}*ZZ*PLAN           *260302*1200*^*00501*000000007*1*P*:~"
            )
        };
        let first = header("BAY") + "GS*HC*A*B*20260302*1200*5*X*005010X222A1~ST*837*0001~SE*2*0001~GE*1*5~";
        let second =
            header("STRANGER") + "G\nS*HC*A*B*20260302*1200*6*X*005010X2\n23A2~GE*0*6~IEA*1*000000007~";
        for between in [
            "IEA*1*000000007~",
            "IEA*1*000000007~\n--- next file ---\n",
            "IEA*1*000000007~ISA is what follows",
            "IEA*1*0000\n",
            "IEA*1*0000",
            "IEA",
            "",
        ] {
            let mut seen = Seen::default();
            let text = format!("{first}{between}{second}");
            seen.look(&Input::from_bytes("a", text.into_bytes())).unwrap();
            let found: Vec<(String, usize)> =
                seen.interchanges.iter().map(|one| (one.party(5).id, one.groups.len())).collect();
            assert_eq!(found, [("BAY".to_owned(), 1), ("STRANGER".to_owned(), 1)], "{between:?}");
            assert_eq!(*seen.interchanges[1].groups[0].header[4], *b"005010X223A2", "{between:?}");
        }
    }

    /// What judging passes over between segments is passed over here.
    #[test]
    fn padding_hides_no_group() {
        let text = "ISA*00*          *00*          *ZZ*BAY            *ZZ*PLAN           *260302*1200*^*00501*000000007*1*P*:~\0 \t\0GS*HC*A*B*20260302*1200*5*X*005010X222A1~\0ST*837*0001~GE*1*5~IEA*1*000000007~";
        let mut seen = Seen::default();
        seen.look(&Input::from_bytes("a", text.as_bytes().to_vec())).unwrap();
        assert_eq!(seen.interchanges[0].groups[0].sets, 1);
    }

    /// A segment over every limit, the claim of its middle, and one that the input breaks off in.
    #[test]
    fn what_is_too_long_is_passed_over_to_its_end() {
        let mut text = String::from(
            "ISA*00*          *00*          *ZZ*BAY            *ZZ*PLAN           *260302*1200*^*00501*000000007*1*P*:~NTE*ADD*",
        );
        text.push_str(&"CLM*".repeat((LONGEST + 3 * BLOCK) / 4));
        text.push_str("~CLM*A*1~\nCLM*B");
        let mut found = Vec::new();
        pieces(&Input::from_bytes("a", text.clone().into_bytes()), &mut |offset, piece| {
            if let Piece::Segment { text, .. } = piece {
                found.push((offset as usize, String::from_utf8(text.to_vec()).unwrap()));
            }
        })
        .unwrap();
        let at = |what: &str| text.rfind(what).unwrap();
        assert_eq!(found, [(at("CLM*A"), "CLM*A*1".to_owned()), (at("CLM*B"), "CLM*B".to_owned())]);
    }
}
