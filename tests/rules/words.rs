//! Each word of `tar_required.csv` by itself: every `exempt_when` frees the line that it is about and not the one that comes
//! near it, and every `setting` finds its row. And the plan's own exemptions that need a roster or a clinic.

use std::collections::{BTreeMap, BTreeSet};

use claimsieve::finding::RuleId;
use claimsieve::reference::{ExemptWhen, Setting};
use claimsieve::rules::Expect::{self, Reject, Silent, Warn};

use crate::ask::{answer_with, expect, expect_institutional};
use crate::common::{Case, Kind, SURGEON, Setup, interchange_of};
use claimsieve::record::ClaimKind::{self, Institutional, Professional};

const TAR101: RuleId = RuleId::TAR101;

const HEADER: &str = "code_system,code_from,code_to,setting,requires_tar,frequency_limit,period,exempt_when,effective_from,effective_to,source,confidence";

/// The rules that own a need.
const OWNERS: [&str; 6] = ["NIC101", "NIC105", "TAR133", "TAR134", "TAR135", "TAR138"];

/// Switches them off, so that TAR101 asks for every line.
const OWNERS_OFF: &str = "@profile [rules]\n@profile NIC101 = \"off\"\n@profile NIC105 = \"off\"\n@profile TAR133 = \"off\"\n@profile TAR134 = \"off\"\n@profile TAR135 = \"off\"\n@profile TAR138 = \"off\"\n";

/// What TAR101 says where one row alone is the table.
fn by_row(kind: ClaimKind, row: &str, text: &str) -> Expect {
    let tables = vec![("tar_required.csv", format!("{HEADER}\n{row}\n"))];
    answer_with(Setup { tables, ..Setup::default() }, kind, &(OWNERS_OFF.to_owned() + text), TAR101)
}

/// A visit that no CCS condition calls for.
fn visit(service: &str, place: &str, diagnosis: &str) -> String {
    format!("CLM*A1*80***{place}:B:1*Y*A*Y*Y\nHI*{diagnosis}\nLX*1\nSV1*{service}\nDTP*472*D8*20260302")
}

fn plain(service: &str) -> String {
    visit(service, "11", "ABK:J069")
}

fn diagnosed(diagnosis: &str) -> String {
    visit("HC:97802*80*UN*1***1", "11", diagnosis)
}

/// A stay of some days with an admission type and a patient status.
fn stay(bill: &str, admission: &str, status: &str, last: &str, diagnosis: &str) -> String {
    format!(
        "CLM*A1*900***{bill}:A:1**A*Y*Y\nDTP*434*RD8*20260302-{last}\nDTP*435*D8*20260302\nCL1*{admission}*1*{status}\nHI*{diagnosis}\nLX*1\nSV2*0120**900*DA*3"
    )
}

/// Another payer before the plan.
fn medicare(filing: &str) -> String {
    let payer = format!(
        "SBR*P*18*******{filing}\nAMT*D*50\nOI***Y***Y\nNM1*IL*1*VANCE*TED****MI*9A\nNM1*PR*2*OTHER*****PI*OTHER1\n"
    );
    plain("HC:97802*80*UN*1***1").replace("LX*1\n", &format!("{payer}LX*1\n"))
}

/// A word, a claim that it frees, and claims that come near it. No claim is freed by `diagnosis_change`, and nothing is asked
/// of those words whose counters are to ask.
fn words() -> Vec<(ExemptWhen, ClaimKind, Option<String>, Vec<String>)> {
    use ExemptWhen as W;
    let base = || plain("HC:97802*80*UN*1***1");
    let modified = |modifier: &str| plain(&format!("HC:97802:{modifier}*80*UN*1***1"));
    let elective = || stay("11", "3", "01", "20260305", "ABK:J069");
    let transfer = |status: &str, last: &str| stay("11", "3", status, last, "ABK:P220");
    let always = |word| (word, Professional, Some(base()), vec![]);
    vec![
        always(W::VisitCountUpTo12),
        // the row does not say how much, so that nothing counts it
        (W::WithinLimit, Professional, Some(modified("RR")), vec![base()]),
        (W::UnderThreshold, Professional, Some(modified("RR")), vec![base()]),
        always(W::Preventive),
        always(W::FamilyPlanning),
        always(W::Hrif),
        (W::Emergency, Professional, Some(plain("HC:97802*80*UN*1***1**Y")), vec![base()]),
        (
            W::EmergencyAdmissionUntilStabilised,
            Institutional,
            Some(stay("11", "1", "01", "20260305", "ABK:J069")),
            vec![elective(), stay("11", "2", "01", "20260305", "ABK:J069")],
        ),
        (W::MedicarePrimary, Professional, Some(medicare("MB")), vec![medicare("CI")]),
        (W::Delivery, Professional, Some(diagnosed("ABK:O80")), vec![diagnosed("ABK:O9989")]),
        (
            W::DeliveryMotherNewborn,
            Institutional,
            Some(stay("11", "3", "01", "20260305", "ABK:O80\nHI*ABF:Z370")),
            vec![elective()],
        ),
        (
            W::WellNewborn,
            Institutional,
            Some(stay("11", "4", "01", "20260305", "ABK:Z3800")),
            vec![stay("11", "4", "01", "20260305", "ABK:P220\nHI*ABF:Z3800")],
        ),
        (
            W::WellNewbornOnMotherClaim,
            Professional,
            Some(format!(
                "@birth 20260220\n@roster members.csv\n@row member_id,birth_date,county,line_of_business,ccs,ccs_conditions,pcp_npi,effective_from,effective_to\n@row 91234567A,1995-05-05,,,,,,,\n{}",
                base()
            )),
            // the mother herself
            vec![format!(
                "@birth 19950505\n@roster members.csv\n@row member_id,birth_date,county,line_of_business,ccs,ccs_conditions,pcp_npi,effective_from,effective_to\n@row 91234567A,1995-05-05,,,,,,,\n{}",
                base()
            )],
        ),
        (
            W::StabilisationBeforeTransfer,
            Institutional,
            Some(transfer("02", "20260305")),
            // discharged home; a day longer than nicu.stabilisation_days; and the end of a longer stay
            vec![
                transfer("01", "20260305"),
                transfer("02", "20260306"),
                transfer("02", "20260305").replace("435*D8*20260302", "435*D8*20260220"),
            ],
        ),
        (W::Pcp, Professional, Some(format!("@taxonomy 208000000X\n{}", base())), vec![base()]),
        (
            W::PcpInScope,
            Professional,
            Some(format!("@taxonomy 208000000X\n{}", plain("HC:99406*80*UN*1***1"))),
            vec![plain("HC:99406*80*UN*1***1")],
        ),
        (W::SelfReferral, Professional, Some(diagnosed("ABK:Z30011")), vec![diagnosed("ABK:J069")]),
        (W::BehavioralSelfReferral, Professional, Some(diagnosed("ABK:F411")), vec![diagnosed("ABK:Z30011")]),
        (W::AssistantSurgeon, Professional, Some(modified("AS")), vec![modified("62")]),
        (W::Anesthesia, Professional, Some(modified("QZ")), vec![modified("QW")]),
        (
            W::Inpatient,
            Professional,
            Some(visit("HC:97802*80*UN*1***1", "21", "ABK:J069")),
            vec![visit("HC:97802*80*UN*1***1", "22", "ABK:J069")],
        ),
        (W::ReplacementUnderWarranty, Professional, Some(modified("RB")), vec![modified("NU")]),
        (W::DiagnosisChange, Professional, None, vec![base()]),
        (W::HospitalDischarge, Professional, Some(modified("HR")), vec![modified("RH")]),
        (W::HospitalTransfer, Professional, Some(modified("HH")), vec![modified("HN")]),
    ]
}

#[test]
fn every_word_frees_what_it_is_about() {
    let words = words();
    let covered: BTreeSet<ExemptWhen> = words.iter().map(|(word, ..)| *word).collect();
    let missing: Vec<_> = ExemptWhen::ALL.iter().filter(|word| !covered.contains(word)).collect();
    assert!(missing.is_empty(), "{missing:?} have no test");
    for (word, kind, freed, near) in words {
        let row = |exempt: &str| match kind {
            Institutional => format!("REV,0120,0120,,yes,,,{exempt},,,test,high"),
            _ if word == ExemptWhen::PcpInScope => format!("CPT,99406,99406,,yes,,,{exempt},,,test,high"),
            _ => format!("CPT,97802,97802,,yes,,,{exempt},,,test,high"),
        };
        let name = word.word();
        if let Some(freed) = &freed {
            assert_eq!(by_row(kind, &row(name), freed), Silent, "{name}:\n{freed}");
        }
        for near in &near {
            assert_eq!(by_row(kind, &row(name), near), Reject, "nearly {name}:\n{near}");
        }
        // a PCP's service in scope is free whatever the table says
        let asked =
            freed.filter(|_| word != ExemptWhen::PcpInScope).map(|text| by_row(kind, &row(""), &text));
        let by_the_plan = matches!(
            word,
            ExemptWhen::Emergency
                | ExemptWhen::EmergencyAdmissionUntilStabilised
                | ExemptWhen::MedicarePrimary
                | ExemptWhen::AssistantSurgeon
        );
        if let Some(asked) = asked {
            assert_eq!(asked, if by_the_plan { Silent } else { Reject }, "without {name}");
        }
    }
}

/// An 837I of an outpatient stay counts as no inpatient, and an 837P needs no bill type for it.
#[test]
fn inpatient_is_a_bill_type_on_an_institutional_claim() {
    let row = "REV,0120,0120,,yes,,,inpatient,,,test,high";
    for (bill, expected) in [("11", Silent), ("18", Silent), ("21", Silent), ("41", Silent), ("13", Reject)] {
        let text = stay(bill, "3", "01", "20260305", "ABK:J069");
        assert_eq!(by_row(Institutional, row, &text), expected, "bill type {bill}");
    }
}

#[test]
fn a_transfer_shows_in_three_patient_statuses() {
    let row = "REV,0120,0120,,yes,,,stabilisation_before_transfer,,,test,high";
    for (status, expected) in [("02", Silent), ("05", Silent), ("66", Silent), ("03", Reject), ("70", Reject)]
    {
        let text = stay("11", "3", status, "20260305", "ABK:P220");
        assert_eq!(by_row(Institutional, row, &text), expected, "patient status {status}");
    }
}

#[test]
fn a_delivery_shows_in_its_diagnoses() {
    let row = "CPT,97802,97802,,yes,,,delivery,,,test,high";
    for (diagnosis, expected) in [
        ("O80", Silent),
        ("O82", Silent),
        ("Z370", Silent),
        ("Z3800", Silent),
        ("O9989", Reject),
        ("Z390", Reject),
    ] {
        let text = diagnosed(&format!("ABK:{diagnosis}"));
        assert_eq!(by_row(Professional, row, &text), expected, "{diagnosis}");
    }
}

#[test]
fn self_referral_shows_in_its_diagnoses() {
    let row = "CPT,97802,97802,,yes,,,self_referral,,,test,high";
    for (diagnosis, expected) in [
        ("Z30011", Silent),
        ("Z3402", Silent),
        ("Z113", Silent),
        ("Z202", Silent),
        ("Z7251", Silent),
        ("F411", Silent),
        ("Z114", Reject),
        ("Z203", Reject),
        ("Z79899", Reject),
    ] {
        let text = diagnosed(&format!("ABK:{diagnosis}"));
        assert_eq!(by_row(Professional, row, &text), expected, "{diagnosis}");
    }
}

/// Care in the scope of primary care that no row of the table lists: a CCS line needs a number for it, unless a PCP gives it.
const IN_SCOPE: &str =
    "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:99406*80*UN*1***1\nDTP*472*D8*20260302";

#[test]
fn clinics_are_primary_care_by_taxonomy() {
    for (taxonomy, expected) in [
        ("261QF0400X", Silent),
        ("261QR1300X", Silent),
        // a clinic of another kind
        ("261QP2300X", Reject),
        (SURGEON, Reject),
    ] {
        expect(TAR101, expected, taxonomy, &format!("@taxonomy {taxonomy}\n{IN_SCOPE}"));
    }
}

#[test]
fn clinics_are_primary_care_by_bill_type() {
    for (bill, expected) in [("71", Silent), ("77", Silent), ("73", Reject), ("13", Reject)] {
        let text = format!(
            "CLM*A1*80***{bill}:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:E109\nLX*1\nSV2*0521*HC:99406*80*UN*1\nDTP*472*D8*20260302"
        );
        expect_institutional(TAR101, expected, &format!("bill type {bill}"), &text);
    }
}

/// With a provider roster its flag decides, whatever the taxonomy; the rendering provider's before the group's.
#[test]
fn the_roster_says_who_is_a_pcp() {
    let roster = |rows: &str, taxonomy: &str, rendering: &str| {
        let rows: Vec<String> = rows.lines().map(|row| format!("@row {row}\n")).collect();
        let claim = IN_SCOPE.replace("LX*1", &format!("{rendering}LX*1"));
        format!(
            "@roster providers.csv\n@row npi,group_tax_id,provider_type,ccs_paneled,paneled_from,paneled_to,pcp\n{}@taxonomy {taxonomy}\n{claim}",
            rows.concat()
        )
    };
    let group = |flag: &str| format!("1000000772,,group,,,,{flag}");
    let pediatrician = "208000000X";
    expect(TAR101, Silent, "a group with the flag", &roster(&group("Y"), SURGEON, ""));
    expect(TAR101, Reject, "a group without it", &roster(&group("N"), pediatrician, ""));
    expect(TAR101, Reject, "a group of which nothing is said", &roster(&group(""), pediatrician, ""));
    expect(TAR101, Reject, "a group that is not listed", &roster("1000000020,,group,,,,Y", pediatrician, ""));
    let rendering = "NM1*82*1*ORTEGA*SAM****XX*1000000012\n";
    let both =
        |own: &str, group: &str| format!("1000000012,,individual,,,,{own}\n1000000772,,group,,,,{group}");
    expect(TAR101, Silent, "a PCP of a group", &roster(&both("Y", "N"), SURGEON, rendering));
    expect(TAR101, Reject, "a specialist of a group", &roster(&both("N", "Y"), SURGEON, rendering));
}

/// A newborn on the mother's id is not what the roster says of her: TAR101 reads the birth date of the claim.
#[test]
fn a_well_newborn_needs_no_number() {
    let nursery = |revenue: &str, diagnosis: &str| {
        stay("11", "4", "01", "20260305", diagnosis).replace("0120", revenue)
    };
    for (revenue, expected) in [("0170", Silent), ("0171", Silent), ("0172", Warn), ("0173", Reject)] {
        expect_institutional(RuleId::NIC101, expected, revenue, &nursery(revenue, "ABK:Z3800"));
    }
}

/// Settings that ask something of the claim.
#[test]
fn settings_with_a_test() {
    let on = |setting: &str, service: &str, more: &str| {
        let row = format!("HCPCS,E0100,E0100,{setting},yes,,,,,,test,high");
        by_row(Professional, &row, &format!("{more}{}", plain(service)))
    };
    let (therapy, rental) =
        ("outpatient_therapy_PT(modifier GP or PT taxonomy 2251*)", "dme_rental(modifier RR)");
    let therapist = "@taxonomy 225100000X\n";
    for (setting, service, more, expected) in [
        (therapy, "HC:E0100:GP*80*UN*1***1", "", Reject),
        (therapy, "HC:E0100*80*UN*1***1", therapist, Reject),
        (therapy, "HC:E0100*80*UN*1***1", "", Silent),
        (therapy, "HC:E0100:GO*80*UN*1***1", therapist, Silent),
        (therapy, "HC:E0100:GN*80*UN*1***1", therapist, Silent),
        (rental, "HC:E0100:RR*80*UN*1***1", "", Reject),
        (rental, "HC:E0100:NU*80*UN*1***1", "", Silent),
    ] {
        assert_eq!(on(setting, service, more), expected, "{setting}, {service}, {more}");
    }
    let office =
        |more: &str, diagnosis: &str| format!("{more}{}", visit("HC:99213*80*UN*1***1", "11", diagnosis));
    let member = |ccs: &str| {
        format!(
            "@roster members.csv\n@row member_id,birth_date,county,line_of_business,ccs,ccs_conditions,pcp_npi,effective_from,effective_to\n@row 91234567A,2015-03-02,,,{ccs},,,,\n"
        )
    };
    // office_PCP_in_scope and office_specialist_CCS_member share their codes
    expect(RuleId::TAR138, Silent, "a PCP's visit", &office("@taxonomy 208000000X\n", "ABK:E109"));
    expect(RuleId::TAR138, Warn, "a specialist's visit for a CCS condition", &office("", "ABK:E109"));
    expect(RuleId::TAR138, Silent, "a specialist's visit for another", &office("", "ABK:J069"));
    expect(RuleId::TAR138, Silent, "the same of a member in CCS", &office(&member("Y"), "ABK:J069"));
    let consult = |diagnosis: &str| visit("HC:99243*80*UN*1***1", "11", diagnosis);
    expect(RuleId::TAR138, Warn, "specialist_consult_CCS_member", &consult("ABK:E109"));
    expect(RuleId::TAR138, Silent, "a consult for another condition", &consult("ABK:J069"));
}

/// What TAR101 says of a service, by the answer of its row: for a CCS condition, and for another.
fn by_answer(setting: &str, requires: &str, exempt: &str, confidence: &str) -> [Expect; 2] {
    match requires {
        _ if exempt.contains("within_limit") || exempt.contains("visit_count") => [Silent; 2],
        "yes" if setting.starts_with("meals_lodging") => [Warn; 2],
        "yes" if confidence == "high" => [Reject; 2],
        "yes" => [Reject, Warn],
        "referral" => [Warn, Silent],
        // Medi-Cal Dental takes it, but CCS asks for its number
        "route_medi_cal_dental" => [Reject, Silent],
        _ => [Silent; 2],
    }
}

/// Every setting of the shipped table decides for the first code of its first row.
#[test]
fn every_setting_finds_its_row() {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/src/reference/tables/tar_required.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(table).unwrap();
    let headers = reader.headers().unwrap().clone();
    let mut rows: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for record in reader.records().map(Result::unwrap) {
        let row: BTreeMap<String, String> = headers
            .iter()
            .zip(record.iter())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        rows.entry(row["setting"].clone()).or_insert(row);
    }
    let known: BTreeSet<&str> =
        Setting::ALL.iter().map(|setting| setting.word()).filter(|it| !it.is_empty()).collect();
    assert_eq!(known, rows.keys().map(String::as_str).collect());
    // these have a test of their own above
    rows.retain(|_, row| !Setting::ALL.iter().any(|it| it.has_test() && it.word() == row["setting"]));
    let mut claims: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut expected = Vec::new();
    for (number, (setting, row)) in rows.iter().enumerate() {
        let (code, system) = (&row["code_from"], row["code_system"].as_str());
        let said = by_answer(setting, &row["requires_tar"], &row["exempt_when"], &row["confidence"]);
        for (diagnosis, said, kind) in [("E109", said[0], "C"), ("J069", said[1], "N")] {
            let id = format!("{kind}{number}");
            let text = match system {
                "REV" => format!(
                    "CLM*{id}*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:{diagnosis}\nLX*1\nSV2*{code}**900*DA*3"
                ),
                "CDT" => format!(
                    "CLM*{id}*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*ABK:{diagnosis}\nLX*1\nSV3*AD:{code}*80****1*****1"
                ),
                _ => format!(
                    "CLM*{id}*80***11:B:1*Y*A*Y*Y\nHI*ABK:{diagnosis}\nLX*1\nSV1*HC:{code}*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            };
            claims.entry(system).or_default().push(text);
            expected.push((id, setting, code, said));
        }
    }
    let mut found: BTreeMap<String, Expect> = BTreeMap::new();
    for (system, texts) in &claims {
        let kind = match *system {
            "REV" => Kind::Institutional,
            "CDT" => Kind::Dental,
            _ => Kind::Professional,
        };
        let cases: Vec<Case<'_>> = texts.iter().map(|text| Case::of(text)).collect();
        let outputs = Setup::default().one(&interchange_of(kind, SURGEON, &cases));
        for row in
            outputs.rows.iter().filter(|row| row.rule == "TAR101" || OWNERS.contains(&row.rule.as_str()))
        {
            let said = if row.severity == "reject" { Reject } else { Warn };
            found.insert(row.record_id.clone(), said);
        }
    }
    for (id, setting, code, said) in expected {
        let found = found.get(&id).copied().unwrap_or(Silent);
        assert_eq!(found, said, "{setting}: {code} ({id})");
    }
}
