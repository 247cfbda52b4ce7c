//! Rows of medium and low confidence never reject by themselves; the same rows in a plan's own table do.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{self, Reject, Silent, Warn};

use super::{Draft, office, stay};
use crate::ask::answer_with;
use crate::common::Setup;

/// What a rule says with the tables that come with the program, and with a table of the plan's own.
fn both(rule: RuleId, draft: &Draft, table: (&'static str, &str)) -> [Expect; 2] {
    let own = Setup { tables: vec![(table.0, table.1.to_owned())], ..Setup::default() };
    [Setup::default(), own].map(|setup| answer_with(setup, draft.kind(), &draft.text(), rule))
}

const TAR: &str = "code_system,code_from,code_to,setting,requires_tar";

#[test]
fn services_that_may_need_a_number() {
    let visit = |code: &str| office().line(code);
    let drug = office().line_with("J1745", "LIN**N4*57894003001\nCTP****1*UN");
    let pcp = office().around("@taxonomy 208000000X").line("97165");
    let nicu =
        stay().birth("20260302").cl1("4*5*01").diagnoses(&["ABK:R2589:::::::Y"]).line("0172**900*DA*3");
    for (rule, draft, row) in [
        (RuleId::TAR101, visit("97165"), "CPT,97165,97167,,yes"),
        (RuleId::TAR134, drug, "HCPCS,J1745,J1745,physician_administered_drug,yes"),
        (RuleId::TAR133, pcp, "CPT,97165,97167,,yes"),
        (RuleId::NIC101, nicu, "REV,0172,0172,inpatient_NICU_level_II,yes"),
    ] {
        let table = format!("{TAR}\n{row}\n");
        assert_eq!(both(rule, &draft, ("tar_required.csv", &table)), [Warn, Reject], "{rule}");
    }
}

#[test]
fn follow_up_of_infants() {
    let tested = |birth: &str| {
        office()
            .birth(birth)
            .diagnoses(&["ABK:R6250"])
            .roster("facilities", "1000000772,,Y,,,Y")
            .line("96112")
    };
    let table = ("service_kinds.csv", "code_from,code_to,kind\n96112,96113,hrif\n");
    assert_eq!(both(RuleId::NIC105, &tested("20250302"), table), [Warn, Reject]);
    assert_eq!(both(RuleId::NIC106, &tested("20200302"), table), [Warn, Reject]);
    assert_eq!(both(RuleId::NIC106, &tested("20250302"), table), [Silent, Silent]);
}

#[test]
fn drugs_that_may_be_carved_out() {
    let table = ("carveout_drugs.csv", "class,hcpcs,drug_name\nclotting_factor,J7171,Adzynma\n");
    assert_eq!(both(RuleId::FFS101, &office().line("J7171"), table), [Warn, Reject]);
}

/// A review row of the CCS table only warns, whoever keeps the table.
#[test]
fn conditions_for_review() {
    let table = ("ccs_conditions.csv", "icd10_from,icd10_to_or_prefix,qualifier\nA39,A39,review: residual\n");
    let listed = office().diagnoses(&["ABK:J069*ABF:A390"]).line("99213");
    assert_eq!(both(RuleId::CCS101, &listed, table), [Warn, Warn]);
    let treated = office().diagnoses(&["ABK:A390"]).line("97802");
    assert_eq!(both(RuleId::TAR101, &treated, table), [Silent, Silent]);
}

/// Limits of the table, asked by the ledger.
#[test]
fn limits_that_may_be_others() {
    let header = format!("{TAR},frequency_limit,period\n");
    let nebulizers = office().place("12").diagnoses(&["ABK:E840"]).line("HC:E0570:NU*80*UN*2***1");
    let table = format!("{header}HCPCS,E0570,E0570,dme,after_limit,1,5 years\n");
    assert_eq!(both(RuleId::TAR131, &nebulizers, ("tar_required.csv", &table)), [Warn, Reject]);
    let therapy =
        office().diagnoses(&["ABK:M545"]).around("@profile [therapy]\n@profile visits = 0").line("97110:GP");
    let table = format!(
        "{header}CPT,97110,97116,outpatient_therapy_PT(modifier GP or PT taxonomy 2251*),after_limit,12 visits,\n"
    );
    assert_eq!(both(RuleId::TAR130, &therapy, ("tar_required.csv", &table)), [Warn, Reject]);
}

/// A ZIP code that may lie in another county places nobody.
#[test]
fn counties_that_may_be_others() {
    let early = office()
        .with("REF*G1*TAR4471")
        .diagnoses(&["ABK:E109"])
        .around("@zip 93601")
        .day("20240601")
        .line("97802");
    let table = ("county_zip.csv", "zip,county\n93601,Mariposa\n");
    assert_eq!(both(RuleId::PRG101, &early, table), [Silent, Reject]);
}
