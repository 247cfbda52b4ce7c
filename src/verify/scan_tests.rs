use super::{Frame, Scanner};
use crate::source::Input;
use proptest::prelude::*;

fn isa(control: &str, separators: [char; 3]) -> String {
    let [element, component, terminator] = separators;
    let text = format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1200*^*00501*{control:0>9}*0*P*:~"
    );
    text.replace('*', &element.to_string())
        .replace(':', &component.to_string())
        .replace('~', &terminator.to_string())
}

const USUAL: [char; 3] = ['*', ':', '~'];

/// Frames as short texts.
fn frames(text: &[u8]) -> Vec<String> {
    let input = Input::from_bytes("a", text.to_vec());
    let mut scanner = Scanner::new(&input);
    let mut seen = Vec::new();
    while let Some(frame) = scanner.next().unwrap() {
        seen.push(match frame {
            Frame::Junk { start } => format!("junk {start}"),
            Frame::Unreadable { start, end } => format!("unreadable {start} {end}"),
            Frame::Open(isa, segment) => {
                assert_eq!(&text[segment.offset as usize..][..segment.raw.len()], segment.raw);
                format!("open {} {}", segment.offset, String::from_utf8_lossy(isa.control()))
            }
            Frame::Segment(segment) => {
                assert_eq!(&text[segment.offset as usize..][..segment.raw.len()], segment.raw);
                String::from_utf8_lossy(&segment.text()).into_owned()
            }
            Frame::Close { end, whole } => format!("close {end} {whole}"),
        });
    }
    seen
}

#[test]
fn segments_and_what_lies_between_interchanges() {
    let one = format!("{}\nGS*A~\r\n~ LX*1~\nIEA*0*000000001~\r\n", isa("1", USUAL));
    let two = format!("{}GS|A\n\nIEA|0|000000002\n", isa("2", ['|', '>', '\n']));
    let text = format!("\u{feff} \n{one} \nJUNK {two}ISA*broken");
    let first = 5;
    let second = text.find("ISA|").unwrap();
    assert_eq!(
        frames(text.as_bytes()),
        [
            format!("open {first} 000000001"),
            "GS*A".to_owned(),
            "LX*1".to_owned(),
            "IEA*0*000000001".to_owned(),
            format!("close {} true", first + one.len()),
            format!("junk {}", first + one.len() + 2),
            format!("open {second} 000000002"),
            "GS|A".to_owned(),
            "IEA|0|000000002".to_owned(),
            format!("close {} true", second + two.len()),
            format!("unreadable {} {}", second + two.len(), text.len()),
        ]
    );
}

#[test]
fn an_interchange_without_end_ends_at_the_next_isa_whatever_its_terminator() {
    let cut = format!("{}GS*A~\n", isa("1", USUAL));
    for separators in [USUAL, ['|', '>', '\n']] {
        let next = format!("{}{}", isa("2", separators), "X".repeat(100));
        let text = format!("{cut}{next}");
        let seen = frames(text.as_bytes());
        assert_eq!(seen[2], format!("close {} false", cut.len()), "{seen:?}");
        assert_eq!(seen[3], format!("open {} 000000002", cut.len()));
    }
    assert_eq!(frames(cut.as_bytes())[2], format!("close {} false", cut.len()));
}

#[test]
fn an_iea_without_terminator_is_whole_if_its_number_is() {
    for (iea, whole) in [("IEA*0*000000001", true), ("IEA*0*00000000", false), ("IEA*0", false)] {
        let text = format!("{}GS*A~\n{iea}", isa("1", USUAL));
        assert_eq!(frames(text.as_bytes()).last().unwrap(), &format!("close {} {whole}", text.len()));
    }
}

#[test]
fn long_segments_and_long_files() {
    let long = "X".repeat(1 << 20);
    let text =
        format!("{}NTE*{long}~\nLX*1~\n{}IEA*0*000000001~", isa("1", USUAL), "LX*2~\n".repeat(200_000));
    let seen = frames(text.as_bytes());
    assert_eq!((seen[1].len(), seen[2].as_str(), seen.len()), (4 + (1 << 20), "LX*1", 3 + 200_000 + 2));
    assert_eq!(seen.last().unwrap(), &format!("close {} true", text.len()));
}

proptest! {
    /// Every byte is in one frame, or blank.
    #[test]
    fn arbitrary_bytes_are_no_harm(bytes in prop::collection::vec(prop_oneof![
        3 => any::<u8>(), 1 => Just(b'~'), 1 => Just(b'*'), 1 => Just(b'\n')], 0..400)) {
        frames(&bytes);
        let text = [isa("1", USUAL).as_bytes(), &bytes].concat();
        let seen = frames(&text);
        prop_assert!(seen[0].starts_with("open 0"));
    }
}
