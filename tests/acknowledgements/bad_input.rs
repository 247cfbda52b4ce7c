//! Inputs that are no claims, or hardly: each is a normal outcome, with its acknowledgement and its reason.

use crate::common::{Case, Kind, Outputs, SURGEON, Setup, interchange_of, review_of};
use crate::{GOOD, Said, X277, X999};

fn claims() -> String {
    String::from_utf8(interchange_of(
        Kind::Professional,
        SURGEON,
        &[Case::of(GOOD), Case { member: "91234568B", ..Case::of(GOOD) }],
    ))
    .unwrap()
}

fn run(text: &str) -> Outputs {
    Setup::default().one(text.as_bytes())
}

/// The rules that speak, each once, with how much they say.
fn spoken(outputs: &Outputs) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        outputs.rows.iter().map(|row| (row.rule.clone(), row.severity.clone())).collect();
    all.sort();
    all.dedup();
    all
}

/// One input: the status, what is said with its severity, and what the 999 says from AK1 on; a 999 that is not there is empty.
#[track_caller]
fn is(text: &str, status: u8, said: &[(&str, &str)], answer: &str) {
    let outputs = run(text);
    let said: Vec<(String, String)> =
        said.iter().map(|(rule, severity)| ((*rule).to_owned(), (*severity).to_owned())).collect();
    assert_eq!((outputs.status, spoken(&outputs)), (status, said));
    let answers = Said::of("", text.as_bytes());
    let from = answers.0[X999].find("AK1*").unwrap_or(0);
    let to = answers.0[X999].rfind("SE*").unwrap_or(0);
    assert_eq!(&answers.0[X999][from..to], answer);
    assert_eq!(answers.0[X277], "", "nothing of it is judged claim by claim");
    if status == 1 {
        let rejected = outputs.rows.iter().filter(|row| row.record.is_some() && row.disposition == "reject");
        assert!(rejected.count() >= 2, "each claim has its reason");
    }
}

#[test]
fn a_version_that_nobody_knows() {
    let text = claims().replace("005010X222A1", "005010X999");
    is(&text, 1, &[("GRP104", "reject")], "AK1*HC*1*005010X999~AK9*R*1*1*0*2~");
}

/// What is not for us is passed over: nothing falls, and nobody is answered.
#[test]
fn a_997_a_999_and_an_835() {
    let [isa, gs] = [0, 1].map(|at| claims().lines().nth(at).unwrap_or_default().to_owned());
    for (group, set) in [
        ("FA", "ST*997*0001~\nAK1*HC*1~\nAK9*A*1*1*1~\nSE*4*0001~"),
        ("FA", "ST*999*0001*005010X231A1~\nAK1*HC*1*005010X222A1~\nAK9*A*1*1*1~\nSE*4*0001~"),
        (
            "HP",
            "ST*835*0001~\nBPR*I*80*C*CHK************20260302~\nTRN*1*1*1770000001~\nCLP*A1*1*80*80**MC*1~\nSE*5*0001~",
        ),
    ] {
        let gs = gs.replace("GS*HC*", &format!("GS*{group}*"));
        let text = format!("{isa}\n{gs}\n{set}\nGE*1*1~\nIEA*1*000000001~\n");
        is(&text, 0, &[("ENV113", "info")], "");
    }
}

/// Claims in a group of authorizations, and the other way round.
#[test]
fn a_group_of_the_other_kind() {
    let text = claims().replace("GS*HC*", "GS*HI*");
    is(&text, 1, &[("GRP105", "reject")], "AK1*HI*1*005010X222A1~AK9*R*1*1*0*1~");
    let event = review_of(Kind::Request, "UM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010");
    let outputs = run(&String::from_utf8(event).unwrap().replace("GS*HI*", "GS*HC*"));
    assert_eq!((outputs.status, spoken(&outputs)), (1, vec![("GRP105".to_owned(), "reject".to_owned())]));
}

#[test]
fn a_set_without_levels() {
    let text = claims();
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("HL*")).collect();
    let segments = without.iter().position(|line| line.starts_with("SE*")).unwrap() - 1;
    let trailer = format!("SE*{segments}*0001~");
    let lines = without.iter().map(|line| if line.starts_with("SE*") { trailer.as_str() } else { *line });
    let text = lines.collect::<Vec<_>>().join("\n");
    is(
        &text,
        1,
        &[("HLV105", "reject")],
        "AK1*HC*1*005010X222A1~AK2*837*0001*005010X222A1~IK3*HL*17**3~IK5*R*5~AK9*R*1*1*0~",
    );
}

/// Levels that name each other, or themselves, as parent.
#[test]
fn levels_in_a_circle() {
    let text = claims();
    for (edits, parent) in [
        (&[("HL*2*1*22", "HL*2*3*22"), ("HL*3*1*22", "HL*3*2*22")][..], "3"),
        (&[("HL*2*1*22", "HL*2*2*22")], "2"),
    ] {
        let text = edits.iter().fold(text.clone(), |text, (old, new)| text.replace(old, new));
        let answer = format!(
            "AK1*HC*1*005010X222A1~AK2*837*0001*005010X222A1~IK3*HL*12**8~IK4*2*734*7*{parent}~IK5*R*5~AK9*R*1*1*0~"
        );
        is(&text, 1, &[("HLV102", "reject")], &answer);
    }
}

/// An element of an HL that is not there is missing (1), not wrong (7).
#[test]
fn levels_without_an_element() {
    for (level, rule, element) in [
        ("HL**1*22*0", "HLV101", "1*628"),
        ("HL*2**22*0", "HLV102", "2*734"),
        ("HL*2*1**0", "HLV103", "3*735"),
    ] {
        let text = claims().replacen("HL*2*1*22*0", level, 1);
        let answer = format!(
            "AK1*HC*1*005010X222A1~AK2*837*0001*005010X222A1~IK3*HL*12**8~IK4*{element}*1~IK5*R*5~AK9*R*1*1*0~"
        );
        is(&text, 1, &[(rule, "reject")], &answer);
    }
    let text = claims().replacen("HL*2*1*22*0", "HL*2*1*22", 1);
    Said::of("", text.as_bytes()).has(X999, &["IK3*HL*12*2000*8~IK4*4*736*1~IK5*E*5~"]);
}

/// An id that is none is not told as the one that its beginning would be; a blank that is the fault is not cut off, nor a character
/// cut in two.
#[test]
fn what_cannot_be_said_is_not_said_otherwise() {
    let said = |from: &str, to: &str| Said::of("", claims().replacen(from, to, 1).as_bytes());
    said("DTP*472*", "DTPX*472*").has(X999, &["IK3*ZZZ*"]);
    said("DTP*472*", "dtp*472*").has(X999, &["IK3*dtp*"]);
    said("DTP*472*D8*20260302", "DTP*472*D8*20260302 ").has(X999, &["IK4*3*1251*8~"]);
    said("DTP*472*D8", "DTP*472*TM").has(X999, &["IK4*2*1250*I6*TM~IK5"]);
}

/// A name without its qualifier stands in no loop; the element that is missing is told with its number all the same.
#[test]
fn a_segment_without_its_qualifier() {
    let text = claims().replacen("NM1*IL*1", "NM1**1", 1);
    Said::of("", text.as_bytes()).has(X999, &["IK4*1*98*1~"]);
}

/// The faults that reject by themselves, where SE01 is not looked at.
fn roots(text: &str) -> Vec<String> {
    let outputs = Setup::with_profile("[rules]\nSET103 = \"off\"\n").one(text.as_bytes());
    let own = outputs.rows.iter().filter(|row| row.inherited_from.is_empty() && row.severity == "reject");
    own.map(|row| format!("{} {}{}", row.rule, row.loop_id, row.segment)).collect()
}

/// A patient whose HL is missing is one fault: that the claims behind it stand under the subscriber, and that HL04 announces a
/// level, follows from it.
#[test]
fn a_patient_without_hl() {
    let patient = "PAT*19~\nNM1*QC*1*VANCE*KIM~\nN3*3 PIER STREET~\nN4*SANTA CRUZ*CA*95060~\nDMG*D8*20150302*F~\nCLM*A1*";
    let text = claims().replacen("CLM*A1*", patient, 1).replacen("HL*2*1*22*0", "HL*2*1*22*1", 1);
    assert_eq!(roots(&text), ["LOP101 2000CHL"]);
}

/// A set without any HL is one fault, whatever the levels would hold.
#[test]
fn a_review_without_levels() {
    let event = review_of(Kind::Request, "UM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010");
    let text = String::from_utf8(event).unwrap();
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("HL*")).collect();
    assert_eq!(roots(&without.join("\n")), ["HLV106 HL"]);
}

/// Ten thousand faults in one claim: a hundred are told, the other claim goes on, and the 277CA balances.
#[test]
fn ten_thousand_faults_in_one_claim() {
    let text = claims().replacen("HI*ABK:J069~", &format!("HI*ABK:J069~{}", "ZZZ*1~".repeat(10_000)), 1);
    let said = Said::of("[rules]\nSET103 = \"warn\"\n", text.as_bytes());
    assert_eq!(said.0[X999].matches("IK3*ZZZ*").count(), 100);
    said.has(X999, &["IK5*E*5~AK9*E*1*1*1~"]);
    said.has(X277, &["QTY*90*1~QTY*AA*1~AMT*YU*80~AMT*YY*80~"]);
}

/// However many faults a provider has, its claims are told of each kind once.
#[test]
fn two_hundred_faults_above_a_claim() {
    let text = claims();
    let at = text.find("REF*EI*").unwrap();
    let at = at + text[at..].find('~').unwrap() + 1;
    let odd: String = (0..200).map(|number| format!("REF*QQ*{number}~")).collect();
    let text = format!("{}{odd}{}", &text[..at], &text[at..]);
    let outputs = Setup::with_profile("[rules]\nSET103 = \"warn\"\n").one(text.as_bytes());
    let inherited = outputs.rows.iter().filter(|row| row.record.is_some() && !row.inherited_from.is_empty());
    let rules: Vec<&str> = inherited.map(|row| row.rule.as_str()).collect();
    assert_eq!(rules.len(), 2, "one for each claim: {rules:?}");
    let own = outputs.rows.iter().filter(|row| row.record.is_none() && row.rule == rules[0]).count();
    assert!(own >= 100, "{own} of the provider's own");
}

/// A code that the guide does not list is a fault against the guide (I6), and the set says so (I5).
#[test]
fn a_code_that_the_guide_does_not_list() {
    let text = claims().replacen("*Y*A*Y*Y~", "*Y*Z*Y*Y~", 1);
    Said::of("", text.as_bytes()).has(X999, &["*2300*8~CTX*CLM01:A1~IK4*7*1359*I6*Z~IK5*E*I5~AK9*E*1*1*1~"]);
    let said = Said::of("reject_unit = \"set\"", text.as_bytes());
    said.has(X999, &["IK4*7*1359*I6*Z~IK5*R*I5~AK9*R*1*1*0~"]);
}
