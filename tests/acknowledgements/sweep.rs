//! Every element of small inputs, replaced by what leaves nothing of it to say: whatever comes in, acknowledgements stay valid.

use crate::common::{Case, Kind, SURGEON, Setup, interchange_of};
use crate::valid;

const PROFESSIONAL: &str = "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*D9*TRACE1\nHI*ABK:J069\nLX*1\nSV1*HC:99213:25*80*UN*1***1\nDTP*472*D8*20260302\nREF*6R*LINE7";
const INSTITUTIONAL: &str = "CLM*A1*80***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nREF*D9*TRACE1\nHI*ABK:J069\nNM1*71*1*WREN*IDA****XX*1000001010\nLX*1\nSV2*0300*HC:85025*80*UN*1\nDTP*472*D8*20260302\nREF*6R*LINE7";
const DENTAL: &str = "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nREF*D9*TRACE1\nHI*ABK:K0251\nLX*1\nSV3*AD:D0120*80****1*****1";

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
