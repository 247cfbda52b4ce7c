//! Each exemption of TAR101 by itself: a line that needs a number without it, none with it, and one still with what comes
//! near it.

use claimsieve::finding::RuleId;
use claimsieve::record::ClaimKind;
use claimsieve::rules::Expect::{Reject, Silent, Warn};

use crate::ask::{answer, expect, expect_institutional};

const TAR101: RuleId = RuleId::TAR101;

/// A visit for a child's diabetes.
struct Visit {
    service: &'static str,
    place: &'static str,
    diagnosis: &'static str,
    more: &'static str,
    surroundings: &'static str,
    payer: &'static str,
}

const VISIT: Visit = Visit {
    service: "HC:97802*80*UN*1***1",
    place: "11",
    diagnosis: "ABK:E109",
    more: "",
    surroundings: "",
    payer: "",
};

impl Visit {
    fn text(&self) -> String {
        let Visit { service, place, diagnosis, more, surroundings, payer } = self;
        let total = 80 + 20 * more.matches("SV1*").count();
        format!(
            "{surroundings}CLM*A1*{total}***{place}:B:1*Y*A*Y*Y\nHI*{diagnosis}\n{payer}LX*1\nSV1*{service}\nDTP*472*D8*20260302\n{more}"
        )
    }
}

/// With the exemption TAR101 is silent, near it it rejects.
#[track_caller]
fn frees(what: &str, with: &Visit, near: &Visit) {
    expect(TAR101, Reject, "a claim without exemption", &VISIT.text());
    expect(TAR101, Silent, what, &with.text());
    expect(TAR101, Reject, &format!("nearly: {what}"), &near.text());
}

#[test]
fn an_emergency_indicator() {
    let with = Visit { service: "HC:97802*80*UN*1***1**Y", ..VISIT };
    frees("SV109 Y", &with, &VISIT);
}

#[test]
fn the_emergency_room_as_place() {
    frees("place of service 23", &Visit { place: "23", ..VISIT }, &Visit { place: "22", ..VISIT });
    // the line's own place beats the claim's
    let own = |place| Visit { place, service: "HC:97802*80*UN*1*23**1", ..VISIT };
    expect(TAR101, Silent, "the line's place of service 23", &own("11").text());
    let elsewhere = Visit { place: "23", service: "HC:97802*80*UN*1*11**1", ..VISIT };
    expect(TAR101, Reject, "the claim's place of service 23, the line's 11", &elsewhere.text());
}

#[test]
fn an_emergency_visit_on_the_same_date() {
    let visit = |code: &str, date: &str| format!("LX*2\nSV1*HC:{code}*20*UN*1***1\nDTP*472*D8*{date}");
    for code in ["99281", "99285"] {
        let text = Visit { ..VISIT }.text() + &visit(code, "20260302");
        let text = text.replace("CLM*A1*80*", "CLM*A1*100*");
        expect(TAR101, Silent, code, &text);
    }
    for (code, date) in [("99281", "20260303"), ("99291", "20260302")] {
        let text = VISIT.text().replace("CLM*A1*80*", "CLM*A1*100*") + &visit(code, date);
        expect(TAR101, Reject, code, &text);
    }
}

#[test]
fn an_emergency_ambulance() {
    for code in ["A0427", "A0429", "A0430", "A0431", "A0433"] {
        let text = VISIT.text().replace("97802", code);
        expect(TAR101, Silent, code, &text);
    }
    // its miles, where they are billed beside it
    let with_miles = |transport: &str, miles: &str, day: &str| {
        let ride = Visit { service: "HC:A0427:RH*80*UN*1***1", place: "41", ..VISIT };
        let more = format!("LX*2\nSV1*HC:{miles}:RH*20*UN*12***1\nDTP*472*D8*{day}");
        ride.text().replace("CLM*A1*80*", "CLM*A1*100*").replace("A0427", transport) + &more
    };
    for (transport, miles) in [("A0427", "A0425"), ("A0431", "A0436"), ("A0430", "A0435")] {
        expect(TAR101, Silent, miles, &with_miles(transport, miles, "20260302"));
    }
    expect(TAR101, Reject, "miles of another day", &with_miles("A0427", "A0425", "20260303"));
    expect(TAR101, Reject, "miles of a scheduled transport", &with_miles("A0428", "A0425", "20260302"));
    // scheduled transport is none
    expect(TAR101, Reject, "A0428", &VISIT.text().replace("97802", "A0428"));
}

#[test]
fn primary_care_in_scope() {
    let office = |taxonomy, service| Visit { surroundings: taxonomy, service, ..VISIT };
    for taxonomy in ["207Q00000X", "208D00000X", "208000000X", "207R00000X", "363LF0000X", "363A00000X"] {
        let with = office("", "HC:99213*80*UN*1***1");
        expect(TAR101, Silent, taxonomy, &format!("@taxonomy {taxonomy}\n{}", with.text()));
    }
    // the scope, and the taxonomy, are both asked
    let out_of_scope = office("@taxonomy 208000000X\n", "HC:97802*80*UN*1***1");
    expect(RuleId::TAR133, Reject, "a code outside the scope", &out_of_scope.text());
}

#[test]
fn anesthesia() {
    for code in ["00100", "01999"] {
        expect(TAR101, Silent, code, &VISIT.text().replace("97802", code));
    }
    expect(TAR101, Reject, "10021, surgery", &VISIT.text().replace("97802", "10021"));
    // rows of surgery free who gives the anesthesia, not the surgeon
    expect(TAR101, Reject, "a cochlear implant", &VISIT.text().replace("97802", "69930"));
    for modifier in ["AA", "QX"] {
        let text = VISIT.text().replace("HC:97802*", &format!("HC:69930:{modifier}*"));
        expect(TAR101, Silent, modifier, &text);
    }
}

#[test]
fn an_assistant_surgeon() {
    for modifier in ["80", "81", "82", "AS"] {
        let text = VISIT.text().replace("HC:97802*", &format!("HC:42200:{modifier}*"));
        expect(TAR101, Silent, modifier, &text);
    }
    expect(TAR101, Reject, "modifier 62", &VISIT.text().replace("HC:97802*", "HC:42200:62*"));
}

#[test]
fn medicare_as_the_primary_payer_that_paid() {
    let other = |order: &str, filing: &str, paid: &str| {
        format!(
            "SBR*{order}*18*******{filing}\n{paid}OI***Y***Y\nNM1*IL*1*VANCE*TED****MI*9A\nNM1*PR*2*OTHER*****PI*OTHER1\n"
        )
    };
    let text = |payer: &str| VISIT.text().replace("LX*1\n", &format!("{payer}LX*1\n"));
    for filing in ["MA", "MB", "16"] {
        expect(TAR101, Silent, filing, &text(&other("P", filing, "AMT*D*50\n")));
    }
    expect(TAR101, Reject, "a commercial payer", &text(&other("P", "CI", "AMT*D*50\n")));
    expect(TAR101, Reject, "Medicare second", &text(&other("S", "MB", "AMT*D*50\n")));
    expect(TAR101, Reject, "Medicare paid nothing yet", &text(&other("P", "MB", "")));
}

#[test]
fn a_carved_out_drug_speaks_alone() {
    let with = Visit { service: "HC:J7192*80*UN*80***1", diagnosis: "ABK:D66", ..VISIT };
    expect(TAR101, Silent, "a clotting factor", &with.text());
    let other = Visit { service: "HC:J1100*80*UN*80***1", diagnosis: "ABK:D66", ..VISIT };
    expect(RuleId::TAR134, Reject, "another drug for the same child", &other.text());
}

#[test]
fn administering_a_carved_out_drug_warns() {
    let administration = |code: &str, date: &str| {
        format!(
            "CLM*A1*100***11:B:1*Y*A*Y*Y\nHI*ABK:D66\nLX*1\nSV1*HC:J7192*80*UN*80***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:{code}*20*UN*1***1\nDTP*472*D8*{date}"
        )
    };
    for code in ["96360", "96379", "96401", "96549"] {
        expect(TAR101, Warn, code, &administration(code, "20260302"));
    }
    expect(TAR101, Reject, "another code", &administration("97802", "20260302"));
    expect(TAR101, Reject, "another date", &administration("96374", "20260303"));
}

/// Services that the table watches in another way, or frees: CCS asks for nothing there.
#[test]
fn services_that_the_table_frees() {
    let therapy = Visit { service: "HC:97161:GP*80*UN*1***1", ..VISIT };
    frees("physical therapy", &therapy, &Visit { service: "HC:97165:GO*80*UN*1***1", ..VISIT });
    let immunization = Visit { service: "HC:90460*80*UN*1***1", ..VISIT };
    expect(TAR101, Silent, "immunization", &immunization.text());
    let behavioral = Visit { service: "HC:90834*80*UN*1***1", diagnosis: "ABK:E109*ABF:F411", ..VISIT };
    expect(TAR101, Silent, "behavioral health by self-referral", &behavioral.text());
}

/// A stay for a child's diabetes.
fn stay(admission: &str, revenue: &str) -> String {
    format!(
        "CLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*{admission}*1*01\nHI*ABK:E109\nLX*1\nSV2*0120**800*DA*3\nLX*2\nSV2*{revenue}**100*UN*1\n"
    )
}

#[test]
fn an_emergency_admission_covers_the_stay() {
    expect_institutional(TAR101, Reject, "an elective admission", &stay("3", "0300"));
    for admission in ["1", "5"] {
        expect_institutional(TAR101, Silent, "the admission type", &stay(admission, "0300"));
    }
    expect_institutional(TAR101, Reject, "an urgent admission", &stay("2", "0300"));
    for revenue in ["0450", "0459", "0981"] {
        expect_institutional(TAR101, Silent, revenue, &stay("3", revenue));
    }
    expect_institutional(TAR101, Reject, "urgent care", &stay("3", "0516"));
}

/// A dental claim has no sign of an emergency that the plan's rules take.
#[test]
fn a_dental_claim_is_no_emergency() {
    for place in ["11", "23"] {
        let text = format!(
            "CLM*A1*80***{place}:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*ABK:Q359\nLX*1\nSV3*AD:D7140*80****1*****1"
        );
        assert_eq!(answer(ClaimKind::Dental, &text, TAR101), Reject, "place of service {place}");
    }
}

/// A rendering provider who names no taxonomy is not what the group is.
#[test]
fn the_group_s_taxonomy_is_not_its_provider_s() {
    let visit = |rendering: &str| {
        format!(
            "@taxonomy 208000000X\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\n{rendering}LX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
    expect(TAR101, Silent, "the group itself", &visit(""));
    let provider = "NM1*82*1*ORTEGA*SAM****XX*1000000012\n";
    expect(RuleId::TAR138, Warn, "a provider of no known kind", &visit(provider));
    let with = |taxonomy: &str| visit(&format!("{provider}PRV*PE*PXC*{taxonomy}\n"));
    expect(RuleId::TAR138, Silent, "a pediatrician", &with("208000000X"));
    expect(RuleId::TAR138, Warn, "a surgeon", &with("207X00000X"));
}

/// A rejection that counts as a warning silences nothing.
#[test]
fn a_warning_by_scope_silences_nothing() {
    let drug = "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:D66\nLX*1\nSV1*HC:J7170*80*UN*1***1\nDTP*472*D8*20260302";
    expect(TAR101, Silent, "a carved-out drug", drug);
    let lowered = "@profile [rules]\n@profile FFS101 = { reject_scope = \"line_as_warning\" }\n";
    expect(RuleId::TAR134, Reject, "a carved-out drug that only warns", &(lowered.to_owned() + drug));
}
