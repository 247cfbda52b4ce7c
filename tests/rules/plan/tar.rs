//! The TAR rules that this table adds, and the rules that own a need.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{self, Info, Reject, Silent, Warn};

use super::{Draft, office, outpatient, stay, table, tooth};

/// Nutrition therapy for diabetes that cites TAR4471.
fn cited() -> Draft {
    office().with("REF*G1*TAR4471").diagnoses(&["ABK:E109"]).line("97802")
}

/// The same, with TAR4471 on file: status, issued on, first and last day, provider, codes.
fn on_file(status: &str, issued: &str, provider: &str, codes: &str) -> Draft {
    cited().authorization(&format!("TAR4471,tar,plan,{status},91234567A,{issued},,,{provider},{codes},,,"))
}

/// The same, as a county's of 2018 for this provider and these codes.
fn sar(provider: &str, codes: &str) -> Draft {
    cited().authorization(&format!(
        "TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,{provider},{codes},,,"
    ))
}

/// A 278 response for TAR4471, its diagnosis and one service.
fn response(diagnosis: &str, service: &str) -> String {
    format!(
        "@response HCR*A1*TAR4471~DTP*007*RD8*20260101-20261231~HI*ABK:{diagnosis}|HCR*A1*TAR4471~SV1*HC:{service}*80*UN*4"
    )
}

#[test]
fn tar111_partial_certification() {
    table(
        RuleId::TAR111,
        &[
            ("in part", Info, on_file("A2", "", "", "")),
            ("modified", Info, on_file("A6", "", "", "")),
            ("in total", Silent, on_file("A1", "", "", "")),
            ("pended", Silent, on_file("A4", "", "", "")),
            (
                "a line that needs none, with its own number",
                Info,
                office()
                    .authorization("TAR4471,tar,plan,A2,91234567A,,,,,,,,")
                    .line_with("99213", "REF*G1*TAR4471"),
            ),
        ],
    );
}

#[test]
fn tar112_related_diagnoses() {
    let given = |diagnosis: &str| cited().around(&response(diagnosis, "97802"));
    table(
        RuleId::TAR112,
        &[
            ("another category", Warn, given("G809")),
            ("the same code", Silent, given("E109")),
            ("another code of the category", Silent, given("E1065")),
            ("a second diagnosis of the claim", Silent, given("G809").diagnoses(&["ABK:E109*ABF:G804"])),
            (
                "the admitting diagnosis does not count",
                Warn,
                stay()
                    .with("REF*G1*TAR4471")
                    .diagnoses(&["ABK:E109:::::::Y", "ABJ:G809"])
                    .around(&response("G809", "97802"))
                    .line("0120**900*DA*3"),
            ),
            ("a roster row", Silent, on_file("A1", "", "", "")),
        ],
    );
}

#[test]
fn tar113_authorized_modifiers() {
    let pump = |authorized: &str, billed: &str| {
        office()
            .place("12")
            .diagnoses(&["ABK:E109"])
            .around(&response("E109", authorized))
            .line_with(billed, "REF*G1*TAR4471")
    };
    table(
        RuleId::TAR113,
        &[
            ("a purchase under a rental", Warn, pump("E0784:RR", "E0784:NU")),
            ("a rental", Silent, pump("E0784:RR", "E0784:RR")),
            ("no modifier", Warn, pump("E0784:RR", "E0784")),
            ("another side", Warn, pump("L1960:LT", "L1960:RT")),
            ("the side", Silent, pump("L1960:LT", "L1960:LT")),
            ("none was authorized", Silent, pump("E0784", "E0784:NU")),
            ("a modifier that says something else", Silent, pump("97110:GP", "97110")),
        ],
    );
}

#[test]
fn tar123_service_code_groupings() {
    table(
        RuleId::TAR123,
        &[
            ("a grouping", Reject, on_file("A1", "", "", "SCG01")),
            ("a grouping beside the code", Silent, on_file("A1", "", "", "SCG01|97802")),
            ("codes", Silent, on_file("A1", "", "", "97802")),
            ("a county's of before", Silent, sar("", "SCG01")),
            (
                "the day before the plan's rule",
                Silent,
                on_file("A1", "", "", "SCG01").day("20180630").around("@zip 95060"),
            ),
        ],
    );
    // one fault, one finding
    table(
        RuleId::TAR107,
        &[
            ("a grouping", Silent, on_file("A1", "", "", "SCG01")),
            ("another code", Reject, on_file("A1", "", "", "97804")),
            ("a county's grouping", Warn, sar("", "SCG01")),
        ],
    );
}

#[test]
fn tar124_shared_county_authorizations() {
    let person = |role: &str| format!("NM1*{role}*1*WREN*IDA****XX*1000000780");
    table(
        RuleId::TAR124,
        &[
            ("nobody is named", Reject, sar("1000000780", "")),
            ("the provider refers", Silent, sar("1000000780", "").person(&person("DN"))),
            ("the provider renders", Silent, sar("1000000780", "").person(&person("82"))),
            ("the provider bills", Silent, sar("1000000772", "")),
            ("the provider supervises", Warn, sar("1000000780", "").person(&person("DQ"))),
            (
                "radiology",
                Warn,
                office()
                    .with("REF*G1*TAR4471")
                    .diagnoses(&["ABK:E109"])
                    .authorization("TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1000000780,,,,")
                    .line("71046"),
            ),
            (
                "a special care center",
                Silent,
                sar("1000000780", "").roster("facilities", "1000000780,none,Y,,,"),
            ),
            (
                "a facility of the provider roster",
                Silent,
                sar("1000000780", "").roster("providers", "1000000780,,facility,,,,"),
            ),
            ("the plan's own", Silent, on_file("A1", "", "1000000780", "")),
            ("no provider", Silent, sar("", "")),
            (
                "one of the billing group",
                Silent,
                sar("1000000780", "").roster("providers", "1000000780,770000001,,,,,"),
            ),
            ("the billing tax id", Silent, sar("770000001", "")),
            ("another tax id", Reject, sar("770000002", "")),
            ("another tax id, and somebody refers", Warn, sar("770000002", "").person(&person("DN"))),
            (
                "another tax id, whose group refers",
                Silent,
                sar("770000002", "").person(&person("DN")).roster("providers", "1000000780,770000002,,,,,"),
            ),
        ],
    );
    table(
        RuleId::TAR108,
        &[
            ("the plan's own", Reject, on_file("A1", "", "1000000780", "")),
            ("a county's", Silent, sar("1000000780", "")),
        ],
    );
}

#[test]
fn tar132_unusual_equipment() {
    let item = |code: &str, diagnosis: &str| office().place("12").diagnoses(&[diagnosis]).line(code);
    table(
        RuleId::TAR132,
        &[
            (
                "phototherapy for a cold",
                Warn,
                item("E0202", "ABK:J069").around("@profile [rules]\n@profile TAR101 = \"off\""),
            ),
            ("a monitor for diabetes", Silent, item("E2103", "ABK:E109")),
            (
                "a monitor for asthma",
                Warn,
                item("E2103", "ABK:J4520").around("@profile [rules]\n@profile TAR101 = \"off\""),
            ),
            ("a number", Silent, item("E2103", "ABK:J4520").with("REF*G1*TAR4471")),
            ("TAR101 asks for a number already", Silent, item("V5060", "ABK:J4520")),
            ("an item that the table does not list", Silent, item("E0100", "ABK:J069")),
            ("a visit", Silent, office().line("99213")),
        ],
    );
}

#[test]
fn tar133_pcps_outside_of_the_scope() {
    let pcp = |code: &str| office().around("@taxonomy 208000000X").diagnoses(&["ABK:E109"]).line(code);
    let rostered = |flag: &str| {
        office()
            .diagnoses(&["ABK:E109"])
            .roster("providers", &format!("1000000772,,individual,,,,{flag}"))
            .line("97802")
    };
    table(
        RuleId::TAR133,
        &[
            ("nutrition therapy", Reject, pcp("97802")),
            ("an office visit", Silent, pcp("99213")),
            ("with a number", Silent, pcp("97802").with("REF*G1*TAR4471")),
            ("no CCS condition", Silent, pcp("97802").diagnoses(&["ABK:J069"])),
            (
                "a listed service outside of CCS",
                Warn,
                pcp("81225").with("REF*X4*05D1234567").diagnoses(&["ABK:J069"]),
            ),
            ("a surgeon", Silent, office().diagnoses(&["ABK:E109"]).line("97802")),
            ("a PCP by roster", Reject, rostered("Y")),
            ("none by roster", Silent, rostered("N")),
            ("an emergency", Silent, pcp("97802").place("23")),
            ("the day before", Silent, pcp("97802").day("20180630")),
            ("the first day", Reject, pcp("97802").day("20180701")),
            ("a patient below the subscriber", Reject, pcp("97802").patient("20150302")),
            (
                "a federally qualified clinic",
                Reject,
                outpatient().place("77").diagnoses(&["ABK:E109"]).line("0521*HC:97802*90*UN*1"),
            ),
        ],
    );
    asks_itself(RuleId::TAR133, &pcp("97802"), Reject);
}

#[test]
fn tar134_administered_drugs() {
    let ndc = "LIN**N4*57894003001\nCTP****1*UN";
    let drug = |code: &str, diagnosis: &str| office().diagnoses(&[diagnosis]).line_with(code, ndc);
    table(
        RuleId::TAR134,
        &[
            ("a CCS line", Reject, drug("J1745", "ABK:K5000")),
            ("a listed drug outside of CCS", Warn, drug("J1745", "ABK:R69")),
            ("a drug that is not listed, outside of CCS", Silent, drug("J1100", "ABK:R69")),
            ("the same on a CCS line", Reject, drug("J1100", "ABK:E109")),
            ("a listed drug of section Q", Warn, drug("Q5103", "ABK:R69")),
            ("an unclassified biological of hospitals", Warn, drug("C9399", "ABK:R69")),
            ("with a number", Silent, drug("J1745", "ABK:K5000").with("REF*G1*TAR4471")),
            ("a carved-out drug", Silent, office().diagnoses(&["ABK:D66"]).line("J7170")),
            ("an emergency", Silent, drug("J1745", "ABK:K5000").place("23")),
            ("a PCP gives it", Reject, drug("J1745", "ABK:K5000").around("@taxonomy 208000000X")),
            ("outpatient", Reject, outpatient().diagnoses(&["ABK:K5000"]).line("0636*HC:J1745*90*UN*1")),
            ("the day before", Silent, drug("J1745", "ABK:K5000").day("20180630")),
            ("the first day", Reject, drug("J1745", "ABK:K5000").day("20180701")),
        ],
    );
    asks_itself(RuleId::TAR134, &drug("J1745", "ABK:K5000"), Reject);
}

#[test]
fn tar135_meals_and_lodging() {
    let meal = |code: &str| office().diagnoses(&["ABK:E109"]).line(code);
    table(
        RuleId::TAR135,
        &[
            ("lodging of the child", Warn, meal("A0180")),
            ("meals of the escort", Warn, meal("A0210")),
            ("with a number", Silent, meal("A0180").with("REF*G1*TAR4471")),
            ("transport", Silent, meal("A0130")),
            ("the day before", Silent, meal("A0180").day("20180630")),
            ("the first day", Warn, meal("A0180").day("20180701")),
        ],
    );
    asks_itself(RuleId::TAR135, &meal("A0180"), Warn);
}

#[test]
fn tar136_meals_asked_for_in_time() {
    let meal = |log: &str| {
        office()
            .with("REF*G1*TAR4471")
            .diagnoses(&["ABK:E109"])
            .roster("authorization_log", log)
            .line("A0180")
    };
    table(
        RuleId::TAR136,
        &[
            ("four days", Warn, meal("TAR4471,2026-02-26,N,,")),
            ("five days", Silent, meal("TAR4471,2026-02-25,N,,")),
            ("after the trip", Warn, meal("TAR4471,2026-03-05,N,,")),
            ("urgent", Silent, meal("TAR4471,2026-03-01,Y,,")),
            ("no day", Silent, meal("TAR4471,,N,,")),
            ("another number", Silent, meal("TAR4472,2026-03-01,N,,")),
            (
                "more notice in the profile",
                Warn,
                meal("TAR4471,2026-02-25,N,,").around("@profile [tar]\n@profile meals_notice_days = 7"),
            ),
        ],
    );
}

#[test]
fn tar138_referrals_of_ccs_children() {
    let visit = || office().diagnoses(&["ABK:E109"]).line("99214");
    table(
        RuleId::TAR138,
        &[
            ("no referral", Warn, visit()),
            ("a referral", Silent, visit().with("REF*9F*RFL1")),
            ("an authorization", Silent, visit().with("REF*G1*TAR4471")),
            ("a PCP", Silent, visit().around("@taxonomy 208000000X")),
            ("an emergency", Silent, visit().place("23")),
            ("no CCS condition", Silent, office().line("99214")),
            ("behavioral health", Silent, visit().diagnoses(&["ABK:E109*ABF:F329"])),
            ("the day before", Silent, visit().day("20180630")),
            ("the first day", Warn, visit().day("20180701")),
            ("a patient below the subscriber", Warn, visit().patient("20150302")),
        ],
    );
    asks_itself(RuleId::TAR138, &visit(), Warn);
}

#[test]
fn tar140_doubtful_emergencies() {
    let marked = |code: &str| format!("HC:{code}*80*UN*1***1**Y");
    table(
        RuleId::TAR140,
        &[
            ("an office visit", Warn, office().line(&marked("99213"))),
            ("in a hospital", Silent, office().place("22").line(&marked("99213"))),
            ("the line's own place", Silent, office().line("HC:99213*80*UN*1*22**1**Y")),
            ("an emergency visit on the date", Silent, office().line(&marked("99213")).line("99283")),
            ("not marked", Silent, office().line("99213")),
            ("dental", Silent, tooth().line("D0140")),
        ],
    );
}

#[test]
fn tar141_one_number_of_a_kind() {
    let line = |more: &str| office().line_with("99213", more);
    table(
        RuleId::TAR141,
        &[
            ("one", Silent, line("REF*G1*TAR1")),
            ("two authorizations", Reject, line("REF*G1*TAR1\nREF*G1*TAR2")),
            ("two referrals", Reject, line("REF*9F*R1\nREF*9F*R2")),
            ("the same twice", Warn, line("REF*G1*TAR1\nREF*G1* tar1 ")),
            ("another payer's", Silent, line("REF*G1*TAR1\nREF*G1*TAR2**2U:OTHER")),
            ("on two lines", Silent, line("REF*G1*TAR1").line_with("99213", "REF*G1*TAR2")),
            ("on the claim and a line", Silent, line("REF*G1*TAR1").with("REF*G1*TAR2")),
            ("dental", Reject, tooth().line_with("D0120", "REF*G1*TAR1\nREF*G1*TAR2")),
        ],
    );
}

#[test]
fn tar142_not_the_referral_s_number() {
    table(
        RuleId::TAR142,
        &[
            ("on the claim", Warn, office().with("REF*9F*A1").with("REF*G1*a1").line("99213")),
            ("on a line", Warn, office().line_with("99213", "REF*9F*A1\nREF*G1*A1")),
            ("at two levels", Silent, office().with("REF*9F*A1").line_with("99213", "REF*G1*A1")),
            ("two numbers", Silent, office().with("REF*9F*A1").with("REF*G1*A2").line("99213")),
            ("institutional", Warn, stay().with("REF*9F*A1").with("REF*G1*A1").line("0120**900*DA*3")),
        ],
    );
}

#[test]
fn tar143_not_the_payer_s_claim_number() {
    let replaced = |number: &str| {
        office()
            .frequency('7')
            .with(&format!("REF*G1*{number}"))
            .with("REF*F8*PCN1")
            .diagnoses(&["ABK:E109"])
            .line("97802")
    };
    table(
        RuleId::TAR143,
        &[
            ("the same", Reject, replaced("pcn1")),
            ("another", Silent, replaced("TAR4471")),
            (
                "on a line",
                Reject,
                office().frequency('7').with("REF*F8*PCN1").line_with("99213", "REF*G1*PCN1"),
            ),
            (
                "institutional",
                Reject,
                stay().frequency('7').with("REF*G1*PCN1").with("REF*F8*PCN1").line("0120**900*DA*3"),
            ),
        ],
    );
    // one fault, one finding
    let other = "TAR9999,tar,plan,A1,91234567A,,,,,,,,";
    table(
        RuleId::TAR103,
        &[
            ("the same", Silent, replaced("PCN1").authorization(other)),
            ("another", Reject, replaced("TAR4471").authorization(other)),
        ],
    );
}

#[test]
fn tar144_issued_after_the_service() {
    let issued = |day: &str| on_file("A1", day, "", "");
    table(
        RuleId::TAR144,
        &[
            ("30 days after", Silent, issued("2026-04-01")),
            ("31 days after", Warn, issued("2026-04-02")),
            ("before", Silent, issued("2026-02-01")),
            ("no day", Silent, issued("")),
            ("an emergency", Silent, issued("2026-04-02").place("23")),
            (
                "more days in the profile",
                Silent,
                issued("2026-04-02").around("@profile [tar]\n@profile retro_days = 31"),
            ),
        ],
    );
}

/// While an owner is off or in shadow, TAR101 asks, at the severity that the owner would have; and not while it is on.
fn asks_itself(owner: RuleId, draft: &Draft, severity: Expect) {
    let with =
        |choice: &str| draft.clone().around(&format!("@profile [rules]\n@profile {owner} = \"{choice}\""));
    table(
        RuleId::TAR101,
        &[
            ("the owner asks", Silent, draft.clone()),
            ("the owner is off", severity, with("off")),
            ("the owner is in shadow", severity, with("shadow")),
        ],
    );
}

#[test]
fn nic101_numbers_of_neonatal_stays() {
    let nicu = |revenue: &str, diagnosis: &str| {
        stay()
            .birth("20260302")
            .between("20260302", "20260320")
            .cl1("4*5*01")
            .diagnoses(&[&format!("ABK:{diagnosis}:::::::Y")])
            .line(&format!("{revenue}**900*DA*18"))
    };
    let mother = "91234567A,1995-03-02,Santa Cruz,medi-cal,,,,2020-01-01,";
    table(
        RuleId::NIC101,
        &[
            ("a CCS stay at level II", Reject, nicu("0172", "P270")),
            ("with a number", Silent, nicu("0172", "P270").with("REF*G1*TAR4471")),
            ("level III, whose row is sure, outside of CCS", Reject, nicu("0173", "R2589")),
            ("level II, whose row is not", Warn, nicu("0172", "R2589")),
            ("a well newborn", Silent, nicu("0170", "Z3800")),
            (
                "a transfer within three days",
                Silent,
                nicu("0174", "P270").cl1("4*5*02").between("20260302", "20260305"),
            ),
            (
                "a transfer on the fourth",
                Reject,
                nicu("0174", "P270").cl1("4*5*02").between("20260302", "20260306"),
            ),
            ("an emergency admission", Silent, nicu("0173", "P270").cl1("1*5*01")),
            (
                "on the id of a mother whose coverage has ended",
                Warn,
                nicu("0173", "P270")
                    .roster("members", &mother.replace("2020-01-01,", "2020-01-01,2026-02-20")),
            ),
            ("on the mother's id", Warn, nicu("0173", "P270").roster("members", mother)),
            ("another ward beside it", Reject, nicu("0173", "P270").line("0120**900*DA*1")),
            (
                "the day before",
                Silent,
                nicu("0173", "P270").birth("20180630").between("20180630", "20180710"),
            ),
            ("the first day", Reject, nicu("0173", "P270").birth("20180701").between("20180701", "20180710")),
        ],
    );
    let transferred = |day: &str| {
        let stay = nicu("0174", "P270").cl1("4*5*02").between("20260302", day);
        stay.line("0250**80*UN*1").line("0300**80*UN*1")
    };
    asks_itself(RuleId::NIC101, &nicu("0173", "P270"), Reject);
    // TAR101 is silent for the whole claim
    table(
        RuleId::TAR101,
        &[
            ("another ward beside it", Silent, nicu("0173", "P270").line("0120**900*DA*1")),
            ("that ward alone", Reject, nicu("0120", "P270")),
            ("drugs and laboratory of a stay until a transfer", Silent, transferred("20260305")),
            ("of a longer one, which is NIC101's", Silent, transferred("20260306")),
            (
                "of a stay elsewhere",
                Reject,
                transferred("20260305").cl1("4*5*01").around("@replace SV2*0174|SV2*0120"),
            ),
        ],
    );
}

#[test]
fn nic105_numbers_of_follow_up() {
    let tested = |diagnosis: &str| {
        office()
            .birth("20250302")
            .diagnoses(&[diagnosis])
            .roster("facilities", "1000000772,,Y,,,Y")
            .line("96112")
    };
    table(
        RuleId::NIC105,
        &[
            ("a CCS condition", Reject, tested("ABK:G809")),
            ("no CCS condition", Warn, tested("ABK:R6250")),
            ("with a number", Silent, tested("ABK:G809").with("REF*G1*TAR4471")),
            (
                "a screening, which needs none",
                Silent,
                office()
                    .birth("20250302")
                    .diagnoses(&["ABK:R6250"])
                    .roster("facilities", "1000000772,,Y,,,Y")
                    .line("96110"),
            ),
            ("another facility", Silent, tested("ABK:G809").around("@replace 1000000772|1000000780")),
            ("the day before", Silent, tested("ABK:G809").birth("20170302").day("20180630")),
            ("the first day", Reject, tested("ABK:G809").birth("20170302").day("20180701")),
        ],
    );
    asks_itself(RuleId::NIC105, &tested("ABK:G809"), Reject);
}
