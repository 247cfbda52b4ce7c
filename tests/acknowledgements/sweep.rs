//! Every element of small inputs, replaced by what leaves nothing of it to say: whatever comes in, acknowledgements stay valid.

use crate::common::{Case, Kind, SURGEON, Setup, interchange_of, requesting};
use crate::valid;

const PROFESSIONAL: &str = "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*D9*TRACE1\nHI*ABK:J069\nLX*1\nSV1*HC:99213:25*80*UN*1***1\nDTP*472*D8*20260302\nREF*6R*LINE7";
const INSTITUTIONAL: &str = "CLM*A1*80***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nREF*D9*TRACE1\nHI*ABK:J069\nNM1*71*1*WREN*IDA****XX*1000001010\nLX*1\nSV2*0300*HC:85025*80*UN*1\nDTP*472*D8*20260302\nREF*6R*LINE7";
const DENTAL: &str = "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nREF*D9*TRACE1\nHI*ABK:K0251\nLX*1\nSV3*AD:D0120*80****1*****1";
const EVENT: &str = "UM*HS*I*1*11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109\nHSD*VS*4";

/// What each element becomes: a repetition separator, a component separator, a blank, and values that no list has.
const VALUES: [&str; 6] = ["^", ":", " ", "^ :", "?", "Z9999999999Z"];

/// An interchange for each element behind the ISA and each value that takes its place; each is there a second time with its
/// lines at fault (`second`), so that they are named.
fn swept(text: &str, second: (&str, &str)) -> String {
    let segments: Vec<&str> = text.split_inclusive("~\n").collect();
    let mut all = String::new();
    for (at, segment) in segments.iter().enumerate().filter(|(_, segment)| !segment.starts_with("ISA*")) {
        let elements: Vec<&str> = segment.trim_end_matches("~\n").split('*').collect();
        for (n, element) in elements.iter().enumerate().skip(1).filter(|(_, element)| !element.is_empty()) {
            for value in VALUES {
                // the whole element, and of a composite its first component
                let parts = element.split_once(':').map(|(_, rest)| format!("{value}:{rest}"));
                for value in [Some(value.to_owned()), parts].into_iter().flatten() {
                    let mut changed = elements.clone();
                    changed[n] = &value;
                    let (before, behind) = (segments[..at].concat(), segments[at + 1..].concat());
                    let whole = format!("{before}{}~\n{behind}", changed.join("*"));
                    all.push_str(&whole);
                    all.push_str(&whole.replace(second.0, second.1));
                }
            }
        }
    }
    all
}

#[test]
fn whatever_an_element_holds() {
    let claims = |kind, claim| {
        let case = Case { patient: Some("20150302"), ..Case::of(claim) };
        String::from_utf8(interchange_of(kind, SURGEON, &[Case::of(claim), case])).unwrap()
    };
    let bad_date = ("D8*20260302~\nREF*6R", "D8*20260231~\nREF*6R");
    for (text, second) in [
        (claims(Kind::Professional, PROFESSIONAL), bad_date),
        (claims(Kind::Institutional, INSTITUTIONAL), bad_date),
        (claims(Kind::Dental, DENTAL), ("****1*****1~", "****1*****2~")),
    ] {
        assert_ne!(text.replace(second.0, second.1), text);
        let input = swept(&text, second);
        let ran = Setup::with_profile("base = \"snip\"").run(&[("a.837", input.as_bytes())]);
        assert_eq!(ran.errors, Vec::<String>::new());
        assert!(valid(&ran.files) > 1000);
    }
}

/// The answer to a request does not repeat what is wrong with it: no rule of the guides rejects it.
#[test]
fn whatever_a_request_holds() {
    let request = String::from_utf8(requesting("91234567A", 1, EVENT, &[])).unwrap();
    let longer = request.replace("NM1*IL*1*VANCE*TED****MI", "NM1*IL*1*VANCE*TED*A*DR*JR*MI");
    let profile = Setup::with_profile("base = \"snip\"");
    let input = swept(&longer, ("HI*ABK:E109~", "HI*ABK:E1091234567~"));
    let ran = profile.run(&[("a.278", input.as_bytes())]);
    assert!(valid(&ran.files) > 1000);
    let answers = profile.one(&ran.files["a.278.x12"]);
    let said: Vec<_> = answers.rows.iter().filter(|row| row.severity == "reject").collect();
    assert!(said.is_empty(), "{said:#?}");
}

/// The entity of a row that a request inherits is that of its root: the requester, not the subscriber.
#[test]
fn a_requester_is_no_subscriber() {
    let request = String::from_utf8(requesting("91234567A", 1, EVENT, &[])).unwrap();
    let outputs =
        Setup::with_profile("base = \"snip\"").one(request.replace("1000000772", "1000000771").as_bytes());
    let entities: Vec<&str> = outputs.rows_of("COD108").iter().map(|row| row.entity.as_str()).collect();
    assert_eq!(entities, ["1P", "1P"]);
}

#[test]
fn a_request_is_answered_by_its_trace() {
    for (old, new, answer) in [
        ("UM*HS*I*1*11:B", "UM*ZZ*I*1*11:B", "AAA*N**33*C~\nUM*HS*I*1*11:B~"),
        ("UM*HS*I*1*11:B", "UM*HS*I*99*11:Z", "AAA*N**33*C~\nUM*HS*I~"),
        ("EVENT1*9123456789", "EVENT1*912345678", "TRN*2*EVENT1*9000000000~"),
        (
            "NM1*1P*2*HARBOR CLINIC*****XX*1000000772",
            "NM1*1P*2*HARBOR CLINIC*****XX*1000000771",
            "CLINIC*****46*BAYBILLING~",
        ),
    ] {
        let request = String::from_utf8(requesting("91234567A", 1, EVENT, &[])).unwrap();
        let changed = request.replace(old, new);
        assert_ne!(changed, request);
        let ran = Setup::with_profile("base = \"snip\"").run(&[("a.278", changed.as_bytes())]);
        valid(&ran.files);
        let said = String::from_utf8_lossy(&ran.files["a.278.x12"]);
        assert!(said.contains(answer), "{answer} is not in {said}");
    }
}
