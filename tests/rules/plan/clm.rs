//! CLM101 to CLM103.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{Reject, Silent, Warn};

use super::{office, outpatient, stay, table, tooth};

#[test]
fn clm101_replacements_and_voids_name_the_claim() {
    let visit = || office().line("99213");
    let room = || stay().line("0120**900*DA*3");
    let filling = || tooth().line("D2391");
    table(
        RuleId::CLM101,
        &[
            ("an original", Silent, visit()),
            ("a replacement", Reject, visit().frequency('7')),
            ("a void", Reject, visit().frequency('8')),
            ("a replacement that names it", Silent, visit().frequency('7').with("REF*F8*PCN1")),
            ("a void that names it", Silent, visit().frequency('8').with("REF*F8*PCN1")),
            ("an authorization is not it", Reject, visit().frequency('7').with("REF*G1*TAR4471")),
            ("a patient below the subscriber", Reject, visit().frequency('7').patient("20150302")),
            ("institutional", Reject, room().frequency('7')),
            ("institutional, named", Silent, room().frequency('7').with("REF*F8*PCN1")),
            ("institutional, the last of a series", Silent, room().frequency('4')),
            ("dental", Reject, filling().frequency('8')),
            ("dental, named", Silent, filling().frequency('8').with("REF*F8*PCN1")),
        ],
    );
}

#[test]
fn clm102_originals_name_none() {
    table(
        RuleId::CLM102,
        &[
            ("an original without", Silent, office().line("99213")),
            ("an original with", Warn, office().with("REF*F8*PCN1").line("99213")),
            ("a replacement with", Silent, office().frequency('7').with("REF*F8*PCN1").line("99213")),
            ("institutional", Warn, stay().with("REF*F8*PCN1").line("0120**900*DA*3")),
            ("an interim claim", Silent, stay().frequency('3').with("REF*F8*PCN1").line("0120**900*DA*3")),
            ("dental", Warn, tooth().with("REF*F8*PCN1").line("D2391")),
        ],
    );
}

#[test]
fn clm103_diagnoses_of_a_stay_were_present_or_not() {
    let with = |hi: &[&str]| stay().diagnoses(hi).line("0120**900*DA*3");
    table(
        RuleId::CLM103,
        &[
            ("each says so", Silent, with(&["ABK:J189:::::::Y", "ABF:E109:::::::Y*ABF:N179:::::::N"])),
            ("the principal does not", Warn, with(&["ABK:J189"])),
            ("another does not", Warn, with(&["ABK:J189:::::::Y", "ABF:E109"])),
            ("an external cause does not, and is exempt", Silent, with(&["ABK:J189:::::::Y", "ABN:W1830XA"])),
            ("a congenital condition is exempt", Silent, with(&["ABK:Q210"])),
            ("a status is exempt", Silent, with(&["ABK:J189:::::::Y", "ABF:Z930"])),
            ("aftercare of a fracture is exempt", Silent, with(&["ABK:S52501D"])),
            ("a fracture under treatment is not", Warn, with(&["ABK:S52501A"])),
            ("an admitting diagnosis has none", Silent, with(&["ABK:J189:::::::Y", "ABJ:R509"])),
            ("bill type 21x", Warn, with(&["ABK:J189"]).place("21")),
            ("outpatient", Silent, outpatient().diagnoses(&["ABK:J189"]).line("0300*HC:85025*90*UN*1")),
            ("professional", Silent, office().diagnoses(&["ABK:J189"]).line("99213")),
        ],
    );
}

#[test]
fn clm104_diagnoses_that_exist() {
    let visit = |hi: &str| office().diagnoses(&[hi]).line("99213");
    table(
        RuleId::CLM104,
        &[
            ("a code", Silent, visit("ABK:J069")),
            ("a heading", Reject, visit("ABK:E10")),
            ("no code", Reject, visit("ABK:J0699")),
            ("no code, the day before the list", Warn, visit("ABK:J0699").day("20250930")),
            ("the list's first day", Reject, visit("ABK:J0699").day("20251001")),
            ("twice", Reject, visit("ABK:J069*ABF:J069")),
            ("an institutional claim", Reject, stay().diagnoses(&["ABK:E10:::::::Y"]).line("0120**900*DA*3")),
            ("dental", Reject, tooth().diagnoses(&["ABK:E10"]).line("D0120")),
            ("a patient below the subscriber", Reject, visit("ABK:E10").patient("20150302")),
        ],
    );
}

#[test]
fn clm105_pointers_lead_somewhere() {
    let visit = |pointer: &str| {
        office().diagnoses(&["ABK:J069*ABF:R051"]).line(&format!("HC:99213*80*UN*1***{pointer}"))
    };
    table(
        RuleId::CLM105,
        &[
            ("the last", Silent, visit("2")),
            ("one beyond", Reject, visit("3")),
            ("the second pointer", Reject, visit("1:3")),
            ("dental", Reject, tooth().line("AD:D0120*80****1*****2")),
        ],
    );
}
