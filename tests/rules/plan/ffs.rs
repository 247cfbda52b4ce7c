//! FFS101, FFS102 and FFS104 to FFS107.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{Reject, Silent, Warn};

use super::{office, outpatient, stay, table, tooth};

const NDC: &str = "LIN**N4*63323016501\nCTP****1*ML";

#[test]
fn ffs101_carved_out_drugs() {
    let drug = |code: &str| office().diagnoses(&["ABK:D66"]).line(code);
    table(
        RuleId::FFS101,
        &[
            ("emicizumab", Reject, drug("J7170")),
            ("an ordinary drug", Silent, drug("J1100")),
            ("the last day of a temporary code", Reject, drug("Q9995").day("20181231")),
            ("the day after", Silent, drug("Q9995").day("20190101")),
            ("the day before the code began", Silent, drug("J7170").day("20181231")),
            ("its first day", Reject, drug("J7170").day("20190101")),
            ("before the plan's rule", Silent, drug("J7192").day("20180630")),
            ("its first day", Reject, drug("J7192").day("20180701")),
            ("a row of low confidence", Warn, drug("J7171")),
            ("an adult", Reject, drug("J7170").birth("19800101")),
            ("a patient below the subscriber", Reject, drug("J7170").patient("20150302")),
            ("in the emergency room", Silent, drug("J7170").place("23")),
            ("outpatient", Reject, outpatient().diagnoses(&["ABK:D66"]).line("0636*HC:J7170*80*UN*1")),
            ("inpatient", Silent, stay().diagnoses(&["ABK:D66:::::::Y"]).line("0636*HC:J7170*80*UN*1")),
            (
                "another inpatient bill type",
                Silent,
                stay().place("21").diagnoses(&["ABK:D66:::::::Y"]).line("0636*HC:J7170*80*UN*1"),
            ),
            ("naloxone without substance use", Silent, office().line("J2310")),
            (
                "a member of IHSS",
                Silent,
                drug("J7170").roster("members", "91234567A,2015-03-02,Santa Cruz,ihss,,,,2024-01-01,"),
            ),
            (
                "whom Medi-Cal has from the day on",
                Reject,
                drug("J7170")
                    .roster("members", "91234567A,2015-03-02,Santa Cruz,ihss,,,,2024-01-01,2026-03-01")
                    .roster("members", "91234567A,2015-03-02,Santa Cruz,medi-cal,,,,2026-03-02,"),
            ),
            ("before the codes of substance use", Silent, office().diagnoses(&["ABK:F0780"]).line("J0572")),
            ("alcohol, the first of them", Reject, office().diagnoses(&["ABK:F1020"]).line("J0572")),
            ("other substances, the last", Reject, office().diagnoses(&["ABK:F1920"]).line("J0572")),
            ("behind them", Silent, office().diagnoses(&["ABK:F209"]).line("J0572")),
        ],
    );
}

#[test]
fn ffs102_drugs_behind_unclassified_codes() {
    let drug = |ndc: &str| office().line_with("J3490", &format!("LIN**N4*{ndc}\nCTP****1*UN"));
    table(
        RuleId::FFS102,
        &[
            ("an antipsychotic", Reject, drug("50458056301")),
            ("infliximab", Silent, drug("57894003001")),
            ("nobody knows", Warn, drug("00703000101")),
            ("no drug code of eleven digits, which FFS105 says", Silent, drug("0703000101")),
            (
                "which it may not",
                Warn,
                drug("0703000101").around("@profile [rules]\n@profile FFS105 = \"off\""),
            ),
            (
                "an antipsychotic for a member of IHSS",
                Silent,
                drug("50458056301").roster("members", "91234567A,2015-03-02,Santa Cruz,ihss,,,,2024-01-01,"),
            ),
            ("no drug code", Warn, office().line("J3490")),
            ("no drug code in the emergency room", Silent, office().place("23").line("J3490")),
        ],
    );
}

#[test]
fn ffs104_drugs_name_their_package() {
    table(
        RuleId::FFS104,
        &[
            ("no drug code", Warn, office().line("J1100")),
            ("a drug code", Silent, office().line_with("J1100", NDC)),
            ("the drug code of another line", Warn, office().line_with("J1100", NDC).line("J0897")),
            (
                "another kind of product code",
                Warn,
                office().line_with("J1100", "LIN**UP*012345678905\nCTP****1*UN"),
            ),
            ("a biosimilar", Warn, office().line("Q5103")),
            ("a cast", Silent, office().line("Q4010")),
            ("a visit", Silent, office().line("99213")),
            ("a vaccine", Silent, office().line("90686")),
            ("FFS102 asks for unclassified ones", Silent, office().line("J3490")),
            (
                "not where it is off",
                Warn,
                office().around("@profile [rules]\n@profile FFS102 = \"off\"").line("J3490"),
            ),
            ("outpatient", Warn, outpatient().line("0636*HC:J1100*80*UN*1")),
            ("inpatient", Silent, stay().line("0636*HC:J1100*80*UN*1")),
            ("a patient below the subscriber", Warn, office().patient("20150302").line("J1100")),
            ("dental", Silent, tooth().line("D9222")),
        ],
    );
}

#[test]
fn ffs105_drug_codes_are_eleven_digits() {
    let drug = |ndc: &str| office().line_with("J1100", &format!("LIN**N4*{ndc}\nCTP****1*UN"));
    table(
        RuleId::FFS105,
        &[
            ("eleven digits", Silent, drug("63323016501")),
            ("ten", Reject, drug("6332301650")),
            ("twelve", Reject, drug("633230165010")),
            ("hyphens", Reject, drug("63323-0165-01")),
            ("zeros", Reject, drug("00000000000")),
            (
                "outpatient",
                Reject,
                outpatient().line_with("0636*HC:J1100*80*UN*1", "LIN**N4*6332301650\nCTP****1*UN"),
            ),
        ],
    );
}

#[test]
fn ffs106_the_package_is_of_the_drug() {
    let drug = |code: &str, ndc: &str| office().line_with(code, &format!("LIN**N4*{ndc}\nCTP****1*UN"));
    table(
        RuleId::FFS106,
        &[
            ("infliximab as infliximab", Silent, drug("J1745", "57894003001")),
            ("infliximab as botulinum toxin", Warn, drug("J0585", "57894003001")),
            ("an unknown package", Silent, drug("J0585", "00703000101")),
            ("a code whose drug is not known", Silent, drug("J9999", "57894003001")),
            ("an unclassified code", Silent, drug("J3490", "57894003001")),
            ("a carved-out code with another drug's package", Warn, drug("J7170", "57894003001")),
            ("its own package", Silent, drug("J7170", "50242092001")),
        ],
    );
}

#[test]
fn ffs107_drugs_of_340b_entities_say_so() {
    let entity = |row: &str| office().roster("provider_programs", &format!("1000000772,{row}"));
    table(
        RuleId::FFS107,
        &[
            ("without the modifier", Warn, entity("340b,,").line("J1100")),
            ("with it", Silent, entity("340b,,").line("J1100:UD")),
            ("a visit", Silent, entity("340b,,").line("99213")),
            (
                "in an inpatient stay",
                Silent,
                stay()
                    .roster("provider_programs", "1000000772,340b,,")
                    .line("0120**900*DA*3")
                    .line("0636*HC:J1100*80*UN*1"),
            ),
            (
                "as an outpatient",
                Warn,
                outpatient().roster("provider_programs", "1000000772,340b,,").line("0636*HC:J1100*80*UN*1"),
            ),
            ("another program", Silent, entity("mtu,,").line("J1100")),
            ("the last day", Warn, entity("340b,2025-01-01,2026-03-02").line("J1100")),
            ("the day after it ended", Silent, entity("340b,2025-01-01,2026-03-01").line("J1100")),
            ("the day before it began", Silent, entity("340b,2026-03-03,").line("J1100")),
            ("no roster", Silent, office().line("J1100")),
        ],
    );
}
