//! Every situational rule, code rule and balance on both sides of each line that its page draws, with each exception that it
//! names; each claim once below the subscriber and once below a patient.

use claimsieve::finding::RuleId;
use claimsieve::record::ClaimKind::{self, Dental, Institutional, Professional};
use claimsieve::rules::Expect::{self, Info, Reject, Silent, Warn};

use crate::ask::{answer, broken};

/// A visit.
const VISIT: &str =
    "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302";
/// A hospital stay.
const STAY: &str = "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:J069\nHI*ABJ:J069\nNM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0120**900*DA*3";
/// A hospital's outpatient claim of two days.
const OUTPATIENT: &str = "CLM*A1*900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260303\nCL1*3*1*01\nHI*ABK:J069\nNM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0300*HC:85025*900*UN*1\nDTP*472*D8*20260302";
/// A tooth.
const TOOTH: &str = "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nLX*1\nSV3*AD:D0120*80****1";
/// A visit that another payer has adjudicated as a whole.
const SECOND: &str = "@replace SBR*P*18|SBR*S*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*P*19*******CI\nCAS*CO*45*35\nAMT*D*60\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\nDTP*573*D8*20260320\nLX*1\nSV1*HC:99213*95*UN*1***1\nDTP*472*D8*20260302";

/// A claim, its edits `OLD>NEW` (or `@…` lines in front), and what the rule must say.
type Row = (&'static str, &'static [&'static str], Expect);

fn kind_of(base: &str) -> ClaimKind {
    match base {
        STAY | OUTPATIENT => Institutional,
        TOOTH => Dental,
        _ => Professional,
    }
}

fn edited(base: &str, edits: &[&str]) -> String {
    edits.iter().fold(base.to_owned(), |text, edit| {
        if edit.starts_with('@') {
            return format!("{edit}\n{text}");
        }
        let (old, new) = edit.split_once('>').expect("OLD>NEW");
        assert!(text.contains(old), "there is no {old} in\n{text}");
        text.replacen(old, new, 1)
    })
}

/// Asks each row below the subscriber, and below a patient unless it is about the subscriber.
#[track_caller]
fn table(rule: RuleId, rows_of: &[Row]) {
    let mut wrong = Vec::new();
    for (base, edits, expected) in rows_of {
        let (kind, text) = (kind_of(base), edited(base, edits));
        let under_patient = format!("@patient\n{text}");
        let is_about_subscriber = edits.contains(&"@subscriber");
        let texts = [("", text), ("under a patient, ", under_patient)];
        for (place, text) in texts.into_iter().take(if is_about_subscriber { 1 } else { 2 }) {
            let found = answer(kind, &text, rule);
            if found != *expected {
                wrong.push(format!("{place}{edits:?}: {found:?}, not {expected:?}"));
            }
            // a claim of a broken structure would show nothing
            if let Some(row) = broken(kind, &text).filter(|_| *expected == Silent) {
                wrong.push(format!("{place}{edits:?}: {row}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", rule.code(), wrong.join("\n"));
}

macro_rules! tables {
    ($($name:ident $rule:ident: $([$base:ident $($edit:literal)*] $expected:ident),* $(,)?;)*) => {
        $(
            #[test]
            fn $name() {
                table(RuleId::$rule, &[$(($base, &[$($edit),*], $expected)),*]);
            }
        )*
        /// The rules that have a table.
        const TABLED: &[RuleId] = &[$(RuleId::$rule),*];
    };
}

tables! {
    charges BAL101:
        [VISIT] Silent,
        [VISIT "A1*80*>A1*79.99*"] Reject,
        [VISIT "A1*80*>A1*80.01*"] Reject,
        [VISIT "A1*80*>A1*80.00*"] Silent,
        [STAY] Silent,
        [STAY "A1*900*>A1*900.01*"] Reject,
        // non-covered charges are part of the line's
        [STAY "*900*DA*3>*900*DA*3**100"] Silent,
        [STAY "LX*1\n>LX*1\nSV2*0001**900*UN*1\nLX*2\n"] Silent,
        [TOOTH] Silent,
        [TOOTH "A1*80*>A1*81*"] Reject;
    other_payers_claims BAL102:
        [SECOND] Silent,
        [SECOND "CAS*CO*45*35>CAS*CO*45*34.99"] Reject,
        [SECOND "CAS*CO*45*35>CAS*CO*45*35.01"] Reject,
        [SECOND "CAS*CO*45*35>CAS*CO*45*30**97*5"] Silent,
        [SECOND "CAS*CO*45*35>CAS*CO*45*30\nCAS*PR*1*5"] Silent,
        [SECOND "CAS*CO*45*35>CAS*CO*45*95" "AMT*D*60>AMT*D*0"] Silent,
        // an adjustment upwards
        [SECOND "CAS*CO*45*35>CAS*CO*45*-5" "AMT*D*60>AMT*D*100"] Silent;
    other_payers_sums BAL103:
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"] Silent,
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60.01*HC:99213**1\nCAS*CO*45*34.99\nDTP*573*D8*20260320"] Reject,
        // the adjustment of the claim as a whole is taken off
        [SECOND "CAS*CO*45*35>CAS*OA*23*10" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*70*HC:99213**1\nCAS*CO*45*25\nDTP*573*D8*20260320"] Silent;
    other_payers_lines BAL104:
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"] Silent,
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*34.99\nDTP*573*D8*20260320"] Reject,
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*35.01\nDTP*573*D8*20260320"] Reject;
    lines_left_out BAL105:
        [SECOND] Silent,
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320\nLX*2\nSV1*HC:99214*10*UN*1***1\nDTP*472*D8*20260302" "A1*95>A1*105"] Warn,
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320\nLX*2\nSV1*HC:99214*0*UN*1***1\nDTP*472*D8*20260302"] Silent;
    adjustments_of_nothing BAL106:
        [SECOND] Silent,
        [SECOND "CAS*CO*45*35>CAS*CO*45*35**97*0"] Warn,
        [SECOND "CAS*CO*45*35>CAS*CO*45*35.00"] Silent,
        [SECOND "CAS*CO*45*35>CAS*CO*45*36**97*-1"] Silent;
    what_the_patient_paid BAL107:
        [VISIT "HI*>AMT*F5*80\nHI*"] Silent,
        [VISIT "HI*>AMT*F5*80.01\nHI*"] Warn,
        [VISIT "HI*>AMT*F5*0\nHI*"] Silent,
        [STAY "HI*ABK>AMT*F3*900\nHI*ABK"] Silent,
        [STAY "HI*ABK>AMT*F3*900.01\nHI*ABK"] Warn,
        [TOOTH "DTP*472*D8*20260302\n>DTP*472*D8*20260302\nAMT*F5*81\n"] Warn,
        [TOOTH "DTP*472*D8*20260302\n>DTP*472*D8*20260302\nAMT*F5*80\n"] Silent;
    what_the_patient_owes BAL108:
        [SECOND "CAS*CO*45*35>CAS*PR*1*35" "AMT*D*60\n>AMT*D*60\nAMT*EAF*35\n"] Silent,
        [SECOND "CAS*CO*45*35>CAS*PR*1*35" "AMT*D*60\n>AMT*D*60\nAMT*EAF*35.01\n"] Warn,
        [SECOND "AMT*D*60\n>AMT*D*60\nAMT*EAF*0\n"] Silent;
    covered_days BAL109:
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BE:80:::4\n"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BE:80:::5\n"] Warn,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BE:80:::3*BE:81:::1\n"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BE:80:::3*BE:81:::2\n"] Warn,
        [OUTPATIENT "HI*ABK:J069\n>HI*ABK:J069\nHI*BE:80:::9\n"] Silent;
    the_future SIT101:
        // received on 1 July 2026
        [VISIT "20260302>20260701"] Silent,
        [VISIT "20260302>20260702"] Reject,
        [VISIT "D8*20260302>RD8*20260701-20260702"] Reject,
        [STAY "20260305>20260702"] Reject,
        [STAY "435*D8*20260302>435*D8*20260702"] Reject,
        [STAY "20260305>20260701"] Silent,
        [TOOTH "20260302>20260702"] Reject,
        [TOOTH "20260302>20260701"] Silent;
    birth SIT102:
        [VISIT "@birth 20260302"] Silent,
        [VISIT "@birth 20260303"] Reject,
        [STAY "@birth 20260302"] Silent,
        [STAY "@birth 20260303"] Reject,
        [TOOTH "@birth 20260303"] Reject;
    replaced_claims CLM101:
        [VISIT "B:1*>B:7*"] Reject,
        [VISIT "B:1*>B:8*"] Reject,
        [VISIT "B:1*>B:7*" "HI*>REF*F8*CCN1\nHI*"] Silent,
        [VISIT "B:1*>B:8*" "HI*>REF*F8*CCN1\nHI*"] Silent,
        [VISIT "B:1*>B:6*"] Silent,
        [STAY "A:1*>A:7*"] Reject,
        [STAY "A:1*>A:2*"] Silent,
        [TOOTH "B:1*>B:8*"] Reject;
    admission_dates SIT104:
        [STAY] Silent,
        [STAY "DTP*435*D8*20260302\n>"] Reject,
        [STAY "DTP*435*D8*20260302\n>" "*11:A>*18:A"] Reject,
        [STAY "DTP*435*D8*20260302\n>" "*11:A>*21:A"] Reject,
        [STAY "DTP*435*D8*20260302\n>" "*11:A>*41:A"] Reject,
        [STAY "DTP*435*D8*20260302\n>" "*11:A>*12:A"] Silent,
        [OUTPATIENT] Silent,
        [VISIT "*11:B>*21:B"] Warn,
        [VISIT "*11:B>*51:B"] Warn,
        [VISIT "*11:B>*61:B"] Warn,
        [VISIT "*11:B>*22:B"] Silent,
        [VISIT "*11:B>*21:B" "HI*>DTP*435*D8*20260301\nHI*"] Silent;
    payer_order SIT105:
        [SECOND] Silent,
        [SECOND "SBR*P*19>SBR*S*19"] Reject,
        [SECOND "|SBR*S*18>|SBR*U*18" "SBR*P*19>SBR*U*19"] Silent;
    unknown_payers SIT106:
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"] Silent,
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLU*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"] Reject;
    payer_ids SIT107:
        [SECOND] Silent,
        [SECOND "PI*BLUE>PI*PLAN1"] Warn;
    adjudication_dates SIT108:
        [SECOND] Silent,
        [SECOND "DTP*573*D8*20260320\n>"] Reject,
        [SECOND "CAS*CO*45*35\n>" "DTP*573*D8*20260320\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"] Silent,
        // nothing adjudicated yet
        [SECOND "DTP*573*D8*20260320\n>" "AMT*D*60\n>" "CAS*CO*45*35\n>"] Silent;
    earlier_payers SIT109:
        [VISIT] Silent,
        [VISIT "@subscriber" "@replace SBR*P*18|SBR*S*18"] Reject,
        [SECOND] Silent,
        [SECOND "|SBR*S*18>|SBR*T*18"] Reject;
    payments SIT110:
        [SECOND] Silent,
        [SECOND "AMT*D*60\n>"] Reject,
        [SECOND "CAS*CO*45*35>CAS*CO*45*95" "AMT*D*60>AMT*D*0"] Silent,
        [SECOND "CAS*CO*45*35\n>" "AMT*D*60\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"] Reject;
    line_dates_within SIT111:
        [OUTPATIENT] Silent,
        [OUTPATIENT "472*D8*20260302>472*D8*20260303"] Silent,
        [OUTPATIENT "472*D8*20260302>472*D8*20260301"] Reject,
        [OUTPATIENT "472*D8*20260302>472*D8*20260304"] Reject;
    line_dates_there SIT112:
        [OUTPATIENT] Silent,
        [OUTPATIENT "\nDTP*472*D8*20260302>"] Warn,
        [OUTPATIENT "\nDTP*472*D8*20260302>" "-20260303>-20260302"] Silent,
        [OUTPATIENT "\nDTP*472*D8*20260302>" "*13:A>*14:A"] Warn,
        [OUTPATIENT "\nDTP*472*D8*20260302>" "*13:A>*71:A"] Warn,
        [OUTPATIENT "\nDTP*472*D8*20260302>" "*13:A>*77:A"] Warn,
        [OUTPATIENT "\nDTP*472*D8*20260302>" "*13:A>*83:A"] Warn,
        [OUTPATIENT "\nDTP*472*D8*20260302>" "*13:A>*85:A"] Warn,
        [OUTPATIENT "\nDTP*472*D8*20260302>" "*13:A>*78:A"] Silent,
        [STAY] Silent,
        [STAY "*900*DA*3>*900*DA*3\nDTP*472*D8*20260302"] Info;
    dental_dates SIT113:
        [TOOTH] Silent,
        [TOOTH "DTP*472*D8*20260302\n>"] Warn,
        [TOOTH "DTP*472*D8*20260302\n>" "80****1>80****1\nDTP*472*D8*20260302"] Silent,
        [TOOTH "DTP*472*D8*20260302\n>" "*Y*A*Y*Y>*Y*A*Y*Y**********PB"] Silent,
        [TOOTH "DTP*472*D8*20260302\n>DTP*452*D8*20260302\nDN1*24\n"] Silent,
        [TOOTH "*Y*A*Y*Y>*Y*A*Y*Y**********PB"] Warn,
        [TOOTH "DTP*472*D8*20260302\n>" "*Y*A*Y*Y>*Y*A*Y*Y**********PB" "80****1>80****1\nDTP*472*D8*20260302"] Warn,
        [TOOTH "80****1>80****1\nDTP*472*D8*20260302"] Silent,
        [TOOTH "80****1>80****1\nDTP*472*D8*20260303"] Info;
    procedure_dates SIT114:
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260226\n"] Warn,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260227\n"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260305\n"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260306\n"] Warn,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260302\nHI*BBQ:02QM0ZZ:D8:20260306\n"] Warn,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BR:3995:D8:20260227\n"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BR:3995:D8:20260226\n"] Warn,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BR:3995:D8:20260302\nHI*BQ:3995:D8:20260306\n"] Warn;
    claim_numbers SIT115:
        [VISIT "CLM*A1*>CLM*A1234567890123456789*"] Silent,
        [VISIT "CLM*A1*>CLM*A12345678901234567890*"] Warn,
        [STAY "CLM*A1*>CLM*A12345678901234567890*"] Warn,
        [TOOTH "CLM*A1*>CLM*A12345678901234567890*"] Warn;
    accident_states SIT116:
        [VISIT] Silent,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**AA" "HI*>DTP*439*D8*20260301\nHI*"] Reject,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**AA:::CA" "HI*>DTP*439*D8*20260301\nHI*"] Silent,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**AA::::MX" "HI*>DTP*439*D8*20260301\nHI*"] Silent,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**AA:::99" "HI*>DTP*439*D8*20260301\nHI*"] Warn,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**AA:::ON:CA" "HI*>DTP*439*D8*20260301\nHI*"] Silent,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**AA:::ZZ:MX" "HI*>DTP*439*D8*20260301\nHI*"] Silent,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**AA::::XX" "HI*>DTP*439*D8*20260301\nHI*"] Warn,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**EM:AA" "HI*>DTP*439*D8*20260301\nHI*"] Reject,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**OA" "HI*>DTP*439*D8*20260301\nHI*"] Silent;
    accident_dates SIT117:
        [VISIT] Silent,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**OA"] Reject,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**AA:::CA"] Reject,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**EM"] Silent,
        [VISIT "*Y*A*Y*Y>*Y*A*Y*Y**OA" "HI*>DTP*439*D8*20260301\nHI*"] Silent,
        [TOOTH "*Y*A*Y*Y>*Y*A*Y*Y**OA"] Reject;
    editions SIT118:
        [VISIT "ABK:J069>ABK:J069*ABF:R051"] Silent,
        [VISIT "ABK:J069>ABK:J069*BF:4660" "20260302>20150930"] Reject,
        [VISIT "ABK:J069>BK:4660*ABF:R051" "20260302>20150930"] Reject,
        // CLM104 says so
        [VISIT "ABK:J069>ABK:J069*BF:4660" "20260302>20151001"] Silent,
        [STAY "ABJ:J069>BJ:4660"] Silent,
        [VISIT "ABK:J069>BK:4660*BF:7862"] Silent,
        [STAY "ABJ:J069>BJ:4660" "20260302-20260305>20150927-20150930" "DTP*435*D8*20260302>DTP*435*D8*20150927"] Reject,
        [TOOTH "LX*1>HI*ABK:K0251*TQ:123456\nLX*1"] Silent,
        [TOOTH "LX*1>HI*BK:5210*TQ:123456\nLX*1" "20260302>20150930"] Silent,
        [TOOTH "LX*1>HI*TQ:123456*ABF:K0251\nLX*1"] Silent;
    attending SIT119:
        [STAY] Silent,
        [STAY "NM1*71*1*TERN*IVY****XX*1000001010\n>"] Reject,
        [OUTPATIENT "NM1*71*1*TERN*IVY****XX*1000001010\n>"] Reject,
        [OUTPATIENT "NM1*71*1*TERN*IVY****XX*1000001010\n>" "0300*HC:85025>0540*HC:A0428"] Silent,
        // and something beside the transport
        [OUTPATIENT "NM1*71*1*TERN*IVY****XX*1000001010\n>" "LX*1\n>LX*1\nSV2*0540*HC:A0428*0*UN*1\nDTP*472*D8*20260302\nLX*2\n"] Reject;
    operating SIT120:
        [STAY "XX*1000001010\n>XX*1000001010\nNM1*ZZ*1*WREN*IDA****XX*1000001184\n"] Reject,
        [STAY "XX*1000001010\n>XX*1000001010\nNM1*72*1*GULL*OLA****XX*1000001010\nNM1*ZZ*1*WREN*IDA****XX*1000001184\n"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260302\n"] Warn,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260302\n" "XX*1000001010\n>XX*1000001010\nNM1*72*1*GULL*OLA****XX*1000001010\n"] Silent;
    principal_procedure SIT121:
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBQ:02QM0ZZ:D8:20260302\n"] Reject,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260302\nHI*BBQ:02QM0ZZ:D8:20260302\n"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BQ:3995:D8:20260302\n"] Reject,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BR:3995:D8:20260302\nHI*BQ:3995:D8:20260302\n"] Silent,
        [OUTPATIENT "HI*ABK:J069\n>HI*ABK:J069\nHI*BBR:02QM0ZZ:D8:20260302\n"] Warn,
        [OUTPATIENT] Silent;
    discharge_hours SIT122:
        [STAY] Silent,
        [STAY "DTP*096*TM*1000\n>"] Warn,
        [STAY "DTP*096*TM*1000\n>" "A:1*>A:4*"] Warn,
        [STAY "DTP*096*TM*1000\n>" "A:1*>A:2*"] Silent,
        [STAY "DTP*096*TM*1000\n>" "A:1*>A:3*"] Silent,
        [STAY "DTP*096*TM*1000\n>" "*11:A>*21:A"] Silent,
        [STAY "DTP*096*TM*1000\n>" "*11:A>*18:A"] Warn,
        [STAY "DTP*096*TM*1000\n>" "CL1*3*1*01>CL1*3*1*30"] Silent,
        [OUTPATIENT] Silent;
    admitting SIT123:
        [STAY] Silent,
        [STAY "HI*ABJ:J069\n>"] Reject,
        [STAY "HI*ABJ:J069\n>" "*11:A>*41:A"] Reject,
        [OUTPATIENT] Silent;
    reasons_for_visit SIT124:
        [OUTPATIENT "CL1*3>CL1*1" "0300*>0450*"] Warn,
        [OUTPATIENT "CL1*3>CL1*2" "0300*>0459*"] Warn,
        [OUTPATIENT "CL1*3>CL1*5" "0300*>0516*"] Warn,
        [OUTPATIENT "CL1*3>CL1*1" "0300*>0762*"] Warn,
        [OUTPATIENT "CL1*3>CL1*1" "0300*>0450*" "*13:A>*85:A"] Warn,
        [OUTPATIENT "CL1*3>CL1*1" "0300*>0450*" "*13:A>*78:A"] Warn,
        [OUTPATIENT "CL1*3>CL1*1" "0300*>0450*" "*13:A>*14:A"] Silent,
        [OUTPATIENT "0300*>0450*"] Silent,
        [OUTPATIENT "CL1*3>CL1*1" "0300*>0761*"] Silent,
        [OUTPATIENT "CL1*3>CL1*1" "0300*>0460*"] Silent,
        [OUTPATIENT "CL1*3>CL1*1" "0300*>0450*" "HI*ABK:J069\n>HI*ABK:J069\nHI*APR:R509\n"] Silent;
    type_and_source SIT125:
        [STAY] Silent,
        [STAY "CL1*3*1*01>CL1**1*01"] Reject,
        [STAY "CL1*3*1*01>CL1*3**01"] Reject,
        [OUTPATIENT "CL1*3*1*01>CL1***01"] Silent;
    named_again SIT126:
        [VISIT "LX*1>NM1*82*1*WREN*IDA****XX*1000001184\nLX*1"] Silent,
        [VISIT "LX*1>NM1*82*1*WREN*IDA****XX*1000001184\nLX*1" "DTP*472*D8*20260302>DTP*472*D8*20260302\nNM1*82*1*WREN*IDA****XX*1000001184"] Info,
        [VISIT "LX*1>NM1*82*1*WREN*IDA****XX*1000001184\nLX*1" "DTP*472*D8*20260302>DTP*472*D8*20260302\nNM1*82*1*GULL*OLA****XX*1000001010"] Silent,
        [TOOTH "LX*1>NM1*82*1*WREN*IDA****XX*1000001184\nPRV*PE*PXC*1223G0001X\nLX*1" "80****1>80****1\nNM1*82*1*WREN*IDA****XX*1000001184\nPRV*PE*PXC*1223G0001X"] Info,
        [STAY "LX*1>NM1*82*1*TERN*IVY****XX*1000001010\nLX*1"] Info,
        [STAY "LX*1>NM1*82*1*WREN*IDA****XX*1000001184\nLX*1"] Silent;
    facilities SIT127:
        [VISIT "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*950600101\nLX*1"] Silent,
        [VISIT "*11:B>*12:B" "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*950600101\nLX*1"] Info,
        [VISIT "*11:B>*12:B" "HC:99213>HC:A0428" "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*950600101\nLX*1"] Silent,
        [STAY "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*950600101\nLX*1"] Silent;
    pay_to SIT128:
        [VISIT "@replace REF*EI*770000001~|REF*EI*770000001~NM1*87*2~N3*14 SHORE ROAD~N4*OXNARD*CA*930301234~"] Info,
        [VISIT "@replace REF*EI*770000001~|REF*EI*770000001~NM1*87*2~N3*14 SHORE ROAD~N4*OXNARD*CA*930301235~"] Silent,
        [STAY "@replace REF*EI*770000001~|REF*EI*770000001~NM1*87*2~N3*14 SHORE ROAD~N4*OXNARD*CA*930301234~"] Info;
    boxes SIT129:
        [VISIT] Silent,
        [VISIT "@replace N3*14 SHORE ROAD|N3*PO BOX 14"] Warn,
        [VISIT "@replace N3*14 SHORE ROAD|N3*P.O. BOX 14"] Warn,
        [VISIT "@replace N3*14 SHORE ROAD|N3*14 BOXER ROAD"] Silent,
        [TOOTH "@replace N3*14 SHORE ROAD|N3*PO BOX 14"] Warn;
    zip_codes SIT130:
        [VISIT] Silent,
        [VISIT "@replace 930301234|93030"] Warn,
        [VISIT "@replace 930301234|930300000"] Warn,
        [VISIT "@replace 930301234|930300001"] Silent,
        [VISIT "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\nLX*1"] Warn,
        [STAY "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\nLX*1"] Warn;
    billing_taxonomy SIT131:
        [VISIT] Silent,
        [VISIT "@replace PRV*BI*PXC*207X00000X~|"] Info,
        [TOOTH "@replace PRV*BI*PXC*207X00000X~|"] Info;
    coverage SIT136:
        [VISIT] Silent,
        [VISIT "@subscriber" "@replace *******MC~|~"] Warn,
        [STAY "@subscriber" "@replace *******MC~|~"] Warn;
    whose_claim SIT133:
        [VISIT] Silent,
        [VISIT "@subscriber" "@replace SBR*P*18*|SBR*P**"] Reject;
    subscribers_address SIT134:
        [VISIT] Silent,
        [VISIT "@subscriber" "@replace N3*3 PIER STREET~|"] Reject,
        [VISIT "@subscriber" "@replace N4*SANTA CRUZ*CA*95060~|"] Reject;
    pointers SIT137:
        [VISIT "ABK:J069>ABK:J069*ABF:R051" "UN*1***1>UN*1***1:2"] Silent,
        [VISIT "ABK:J069>ABK:J069*ABF:R051" "UN*1***1>UN*1***1:2:1"] Warn;
    laboratories SIT139:
        [VISIT "99213>80047"] Info,
        [VISIT "99213>89398"] Info,
        [VISIT "99213>80046"] Silent,
        [VISIT "99213>89399"] Silent,
        [VISIT "99213>89220"] Silent,
        [VISIT "99213>80500"] Silent,
        [VISIT "99213>80506"] Silent,
        [VISIT "99213>80507"] Info,
        [VISIT "99213>85025" "HI*>REF*X4*05D0000105\nHI*"] Silent,
        [VISIT "99213>85025" "DTP*472*D8*20260302>DTP*472*D8*20260302\nREF*X4*05D0000105"] Silent,
        [VISIT "99213>85025:90" "HI*>REF*X4*05D0000105\nHI*"] Warn,
        [VISIT "99213>85025:90" "HI*>REF*X4*05D0000105\nHI*" "DTP*472*D8*20260302>DTP*472*D8*20260302\nREF*F4*05D0000106"] Silent;
    mammographies SIT140:
        [VISIT "99213>77064"] Silent,
        [VISIT "99213>77065"] Info,
        [VISIT "99213>77067"] Info,
        [VISIT "99213>77068"] Silent,
        [VISIT "99213>77067" "HI*>REF*EW*MAMMO1\nHI*"] Silent,
        [VISIT "99213>77067" "DTP*472*D8*20260302>DTP*472*D8*20260302\nREF*EW*MAMMO1"] Silent;
    attachments SIT141:
        [VISIT "HI*>PWK*OZ*BM\nHI*"] Reject,
        [VISIT "HI*>PWK*OZ*EL\nHI*"] Reject,
        [VISIT "HI*>PWK*OZ*EM\nHI*"] Reject,
        [VISIT "HI*>PWK*OZ*FX\nHI*"] Reject,
        [VISIT "HI*>PWK*OZ*FT\nHI*"] Reject,
        [VISIT "HI*>PWK*OZ*FX***AC*N1\nHI*"] Silent,
        [VISIT "HI*>PWK*OZ*AA\nHI*"] Silent,
        [VISIT "HI*>PWK*OZ*AA***AC*N1\nHI*"] Warn,
        [STAY "HI*ABK>PWK*OZ*BM\nHI*ABK"] Reject,
        [TOOTH "DTP*472*D8*20260302\n>DTP*472*D8*20260302\nPWK*DA*BM\n"] Reject;
    purchases SIT142:
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nPS1*1000001184*20"] Reject,
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nNM1*QB*2******XX*1000001184"] Reject,
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nPS1*1000001184*20\nNM1*QB*2******XX*1000001184"] Silent,
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nPS1*1000001010*20\nNM1*QB*2******XX*1000001184"] Warn,
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nPS1*LAB7 *20\nNM1*QB*2******XX*1000001184\nREF*G2*lab7"] Silent,
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nPS1*LAB7*20\nNM1*QB*2\nREF*G2*LAB8"] Silent,
        [VISIT] Silent;
    ambulances SIT143:
        [VISIT "99213>A0428"] Warn,
        [VISIT "99213>A0225"] Warn,
        [VISIT "99213>A0426"] Warn,
        [VISIT "99213>A0436"] Warn,
        [VISIT "99213>A0425"] Silent,
        [VISIT "99213>A0428" "HI*>CR1****A*DH*10\nHI*"] Silent,
        [VISIT "99213>A0428" "HI*>CR1****A*DH*10\nHI*" "LX*1>NM1*PW*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\nLX*1"] Warn,
        [VISIT "99213>A0428" "HI*>CR1****A*DH*10\nHI*" "LX*1>NM1*45*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\nLX*1"] Warn,
        [VISIT "99213>A0428" "DTP*472*D8*20260302>CR1****A*DH*10\nDTP*472*D8*20260302"] Silent,
        [VISIT "99213>A0428" "DTP*472*D8*20260302>CR1****A*DH*10\nDTP*472*D8*20260302\nNM1*PW*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060"] Warn,
        [VISIT "99213>A0428" "DTP*472*D8*20260302>CR1****A*DH*10\nDTP*472*D8*20260302\nNM1*45*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060"] Warn,
        [VISIT "99213>A0428" "DTP*472*D8*20260302>CR1****A*DH*10\nDTP*472*D8*20260302\nNM1*PW*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\nNM1*45*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060"] Silent;
    referrals SIT144:
        [VISIT "LX*1>NM1*DN*1*GULL*OLA****XX*1000001010\nLX*1"] Silent,
        [VISIT "LX*1>NM1*P3*1*GULL*OLA****XX*1000001010\nLX*1"] Warn,
        [VISIT "LX*1>NM1*P3*1*WREN*IDA****XX*1000001184\nNM1*DN*1*GULL*OLA****XX*1000001010\nLX*1"] Warn,
        [VISIT "LX*1>NM1*DN*1*GULL*OLA****XX*1000001010\nNM1*P3*1*WREN*IDA****XX*1000001184\nLX*1"] Silent;
    discharges SIT145:
        [VISIT "HI*>DTP*096*D8*20260303\nHI*"] Warn,
        [VISIT "HI*>DTP*435*D8*20260301\nDTP*096*D8*20260303\nHI*"] Silent,
        [VISIT "HI*>DTP*435*D8*20260303\nDTP*096*D8*20260303\nHI*"] Silent,
        [VISIT "HI*>DTP*435*D8*20260304\nDTP*096*D8*20260303\nHI*"] Reject,
        // SIT104 asks for the admission
        [VISIT "***11:B>***21:B" "HI*>DTP*096*D8*20260303\nHI*"] Silent,
        [VISIT] Silent;
    incomplete_addresses SIT146:
        [VISIT] Silent,
        [VISIT "@replace OXNARD*CA*930301234|OXNARD*CA"] Reject,
        [VISIT "@replace OXNARD*CA*930301234|OXNARD**930301234"] Warn,
        [VISIT "@replace OXNARD*CA*930301234|OXNARD***PT"] Silent,
        [VISIT "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA\nLX*1"] Warn,
        [STAY "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*TORONTO*ON**CA\nLX*1"] Silent;
    admissions_beside_statements SIT147:
        [STAY] Silent,
        [STAY "DTP*435*D8*20260302>DTP*435*D8*20260201"] Silent,
        [STAY "DTP*435*D8*20260302>DTP*435*D8*20260305"] Silent,
        [STAY "DTP*435*D8*20260302>DTP*435*D8*20260306"] Reject,
        [STAY "DTP*435*D8*20260302>DTP*435*DT*202603060630"] Reject,
        [OUTPATIENT "CL1*3>DTP*435*D8*20260306\nCL1*3"] Silent;
    external_causes COD101:
        [VISIT "ABK:J069>ABK:V000XXA"] Reject,
        [VISIT "ABK:J069>ABK:Y999"] Reject,
        [VISIT "ABK:J069>ABK:T751XXA"] Silent,
        [VISIT "ABK:J069>ABK:Z0000"] Silent,
        [VISIT "ABK:J069>ABK:S60211A*ABF:W010XXA"] Silent,
        [STAY "ABK:J069>ABK:W010XXA"] Reject;
    procedures COD102:
        [VISIT "99213>9921"] Reject,
        [VISIT "99213>992133"] Reject,
        [VISIT "99213>V2020"] Silent,
        [VISIT "99213>W2020"] Reject,
        [VISIT "99213>0001U"] Silent,
        [OUTPATIENT "HC:85025>HC:850"] Reject,
        [OUTPATIENT "HC:85025>HP:1AA01"] Silent,
        [OUTPATIENT "HC:85025>HP:1AA0"] Reject,
        [VISIT "99213>g0463"] Warn,
        [OUTPATIENT "HC:85025>HC:j1100"] Warn,
        [TOOTH "D0120>d0120"] Warn,
        [TOOTH "D0120>0120"] Reject;
    listed_procedures COD103:
        [VISIT "99213>J9998"] Warn,
        [VISIT "99213>J1100"] Silent,
        [VISIT "99213>99998"] Silent,
        // a list of one's own, by date and with CPT codes
        [VISIT "@list hcpcs.csv code,effective_from,effective_to|99213,,2026-03-01|J1100,,"] Warn,
        [VISIT "@list hcpcs.csv code,effective_from,effective_to|99213,2026-03-02,2026-03-02|J1100,,"] Silent,
        [VISIT "@list hcpcs.csv code|99214|J1100"] Warn,
        [VISIT "@list hcpcs.csv code|J1100"] Silent,
        [TOOTH "@list hcpcs.csv code|D0140"] Warn,
        [TOOTH "@list hcpcs.csv code|D0120"] Silent;
    modifiers COD104:
        [VISIT "99213>99213:25"] Silent,
        [VISIT "99213>99213:2-"] Reject,
        [VISIT "99213>99213:25:25"] Reject,
        [VISIT "99213>99213:ZY"] Warn,
        [VISIT "99213>99213:P1"] Silent,
        [VISIT "99213>99213:P6"] Silent,
        [VISIT "99213>99213:P7"] Warn,
        [VISIT "99213>99213:1P"] Silent,
        [VISIT "99213>99213:8P"] Silent,
        [VISIT "99213>A0428:RH"] Silent,
        [VISIT "99213>99213:gp"] Warn,
        [VISIT "99213>99213:25:gP"] Warn,
        [VISIT "99213>99213:GP:gp"] Reject,
        [VISIT "99213>99213:ZY" "@list hcpcs_modifiers.csv code,effective_to|ZY,2026-03-02"] Silent,
        [VISIT "99213>99213:ZY" "@list hcpcs_modifiers.csv code,effective_to|ZY,2026-03-01"] Warn;
    places COD105:
        [VISIT] Silent,
        [VISIT "*11:B>*1:B"] Reject,
        [VISIT "*11:B>*30:B"] Warn,
        [VISIT "UN*1***1>UN*1*30**1"] Warn,
        [VISIT "UN*1***1>UN*1*22**1"] Silent,
        [TOOTH "*11:B>*30:B"] Warn,
        [VISIT "@list pos.csv code,effective_to|11,2026-03-01|12,"] Warn,
        [VISIT "@list pos.csv code,effective_to|11,2026-03-02|12,"] Silent;
    bill_types COD106:
        [STAY] Silent,
        [OUTPATIENT "*13:A>*03:A"] Reject,
        [OUTPATIENT "*13:A>*30:A"] Reject,
        [OUTPATIENT "13:A:1>13:A:a"] Reject,
        [OUTPATIENT "13:A:1>13:A:Q"] Silent,
        [OUTPATIENT "13:A:1>13:A:R"] Warn,
        [OUTPATIENT "13:A:1>13:A:Z"] Warn,
        [OUTPATIENT "13:A:1>13:A:5"] Silent,
        [OUTPATIENT "13:A:1>13:A:6"] Warn,
        [OUTPATIENT "13:A:1>13:A:9"] Silent,
        [VISIT "B:1*>B:6*"] Silent,
        [VISIT "B:1*>B:2*"] Warn;
    revenue_codes COD107:
        [STAY] Silent,
        [STAY "*0120*>*120*"] Reject,
        [STAY "*0120*>*0001*"] Warn,
        [STAY "*0120*>*0022*"] Silent,
        [STAY "*0120*>*0099*"] Warn,
        [STAY "*0120*>*0100*"] Silent,
        [STAY "*0120*>*0999*"] Silent,
        [STAY "*0120*>*1000*"] Silent,
        [STAY "*0120*>*1010*"] Warn,
        [STAY "*0120*>*2100*"] Silent,
        [STAY "*0120*>*3109*"] Silent,
        [STAY "*0120*>*3110*"] Warn,
        // a list of one's own says it instead
        [STAY "*0120*>*1010*" "@list revenue_codes.csv code|1010"] Silent;
    npis COD108:
        [VISIT "LX*1>NM1*82*1*WREN*IDA****XX*1000001184\nLX*1"] Silent,
        [VISIT "LX*1>NM1*82*1*WREN*IDA****XX*1000001185\nLX*1"] Reject,
        [VISIT "LX*1>NM1*82*1*WREN*IDA****XX*3000001184\nLX*1"] Reject,
        [STAY "XX*1000001010>XX*1000001011"] Reject;
    taxonomies COD109:
        [VISIT "@taxonomy 207X00000X"] Silent,
        [VISIT "@taxonomy 207X000000"] Reject,
        [VISIT "@taxonomy 207X0000X"] Reject;
    tax_ids COD110:
        [VISIT "@replace REF*EI*770000001|REF*EI*77000001"] Reject,
        [VISIT "@replace REF*EI*770000001|REF*EI*777777777"] Warn,
        [VISIT "@replace REF*EI*770000001|REF*SY*123456789"] Silent,
        [VISIT "@replace REF*EI*770000001|REF*SY*000456789"] Warn,
        [VISIT "@replace REF*EI*770000001|REF*SY*666456789"] Warn,
        [VISIT "@replace REF*EI*770000001|REF*SY*900456789"] Warn,
        [VISIT "@replace REF*EI*770000001|REF*SY*899456789"] Silent;
    clia_numbers COD111:
        [VISIT "HI*>REF*X4*05D0000105\nHI*"] Silent,
        [VISIT "HI*>REF*X4*05D000010\nHI*"] Reject,
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nREF*F4*0500000105"] Reject;
    states COD112:
        [VISIT] Silent,
        [VISIT "@replace OXNARD*CA*|OXNARD*C1*"] Reject,
        [VISIT "@replace OXNARD*CA*|OXNARD*ZZ*"] Warn,
        [VISIT "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*TORONTO*ON*M5V2T6*CA\nLX*1"] Silent,
        [VISIT "LX*1>NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*NOWHERE***QQ\nLX*1"] Warn;
    zips COD113:
        [VISIT] Silent,
        [VISIT "@replace 930301234|93030-1234"] Reject,
        [VISIT "@replace 930301234|9303"] Reject,
        [VISIT "@replace OXNARD*CA*930301234|OXNARD*NV*930301234"] Warn,
        [VISIT "@replace OXNARD*CA*930301234|OXNARD*ZZ*930301234"] Silent,
        [VISIT "@zip 95060"] Silent,
        [VISIT "@zip 10001"] Warn;
    ndcs FFS105:
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nLIN**N4*00409117530\nCTP****2*UN"] Silent,
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nLIN**N4*0040911753\nCTP****2*UN"] Reject,
        [VISIT "DTP*472*D8*20260302>DTP*472*D8*20260302\nLIN**N4*00409-1175-30\nCTP****2*UN"] Reject;
    adjustment_reasons COD115:
        [SECOND] Silent,
        [SECOND "CAS*CO*45*>CAS*CO*999*"] Silent,
        [SECOND "CAS*CO*45*>CAS*CO*1000*"] Reject,
        [SECOND "CAS*CO*45*>CAS*CO*CO45*"] Reject,
        [SECOND "CAS*CO*45*>CAS*CO*B12*"] Silent;
    remarks COD116:
        [SECOND "OI***Y***Y\n>OI***Y***Y\nMOA***MA01\n"] Silent,
        [SECOND "OI***Y***Y\n>OI***Y***Y\nMOA***N290\n"] Silent,
        [SECOND "OI***Y***Y\n>OI***Y***Y\nMOA***X290\n"] Reject,
        [SECOND "OI***Y***Y\n>OI***Y***Y\nMOA***N2901\n"] Reject;
    hospital_procedures COD117:
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260302\n"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QM0Z:D8:20260302\n"] Reject,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BBR:02QMOZZ:D8:20260302\n"] Reject;
    admission_codes COD118:
        [STAY] Silent,
        [STAY "CL1*3*1*01>CL1*5*1*01"] Silent,
        [STAY "CL1*3*1*01>CL1*6*1*01"] Warn,
        [STAY "CL1*3*1*01>CL1*9*1*01"] Silent,
        [STAY "CL1*3*1*01>CL1*3*3*01"] Warn,
        [STAY "CL1*3*1*01>CL1*3*F*01"] Silent,
        [STAY "CL1*3*1*01>CL1*3*G*01"] Warn,
        [STAY "CL1*3*1*01>CL1*4*5*01"] Silent,
        [STAY "CL1*3*1*01>CL1*4*7*01"] Warn,
        [STAY "CL1*3*1*01>CL1*3*1*1"] Reject,
        // lists of one's own say it instead
        [STAY "CL1*3*1*01>CL1*6*1*01" "@list admission_types.csv code|6"] Silent,
        [STAY "CL1*3*1*01>CL1*3*G*01" "@list admission_sources.csv code|G"] Silent;
    claim_codes COD119:
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BE:80:::3\n"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BE:080:::3\n"] Reject,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BG:C\n"] Reject,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BH:1-:D8:20260301\n"] Reject,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BI:7:RD8:20260301-20260302\n"] Reject;
    own_revenue_codes COD123:
        [STAY] Silent,
        [STAY "@list revenue_codes.csv code,effective_from,effective_to|0120,2026-03-03,"] Warn,
        [STAY "@list revenue_codes.csv code,effective_from,effective_to|0120,2026-03-02,2026-03-02"] Silent,
        [STAY "@list revenue_codes.csv code,effective_from,effective_to|0120,,2026-03-01"] Warn,
        [STAY "@list revenue_codes.csv code|0130"] Warn,
        [STAY "@list revenue_codes.csv # effective_from: 2026-03-03|code|0130"] Silent;
    own_claim_codes COD124:
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BE:80:::3\n" "@list value_codes.csv code,effective_to|80,2026-03-04"] Warn,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BE:80:::3\n" "@list value_codes.csv code,effective_to|80,2026-03-05"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BG:C1\n" "@list condition_codes.csv code|C2"] Warn,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BG:C1\n" "@list value_codes.csv code|C2"] Silent,
        [STAY "HI*ABJ:J069\n>HI*ABJ:J069\nHI*BG:C1\n" "@list condition_codes.csv code|C2" "@profile [rules]\n@profile COD124 = \"reject\""] Reject;
    own_admission_codes COD125:
        [STAY "@list patient_status.csv code|02"] Warn,
        [STAY "@list patient_status.csv code,effective_from|01,2026-03-05"] Silent,
        [STAY "@list patient_status.csv code,effective_from|01,2026-03-06"] Warn,
        [STAY "@list admission_types.csv code|1"] Warn,
        [STAY "@list admission_sources.csv code|2"] Warn;
    own_taxonomies COD126:
        [VISIT "@list taxonomy.csv code|207X00000X"] Silent,
        [VISIT "@list taxonomy.csv code,effective_from|207X00000X,2026-07-01"] Silent,
        [VISIT "@list taxonomy.csv code,effective_from|207X00000X,2026-07-02"] Warn,
        [VISIT "@list taxonomy.csv code|208000000X"] Warn;
    teeth COD128:
        [TOOTH "80****1>80****1\nTOO*JP*1"] Silent,
        [TOOTH "80****1>80****1\nTOO*JP*01"] Silent,
        [TOOTH "80****1>80****1\nTOO*JP*32"] Silent,
        [TOOTH "80****1>80****1\nTOO*JP*33"] Warn,
        [TOOTH "80****1>80****1\nTOO*JP*50"] Warn,
        [TOOTH "80****1>80****1\nTOO*JP*51"] Silent,
        [TOOTH "80****1>80****1\nTOO*JP*82"] Silent,
        [TOOTH "80****1>80****1\nTOO*JP*83"] Warn,
        [TOOTH "80****1>80****1\nTOO*JP*T"] Silent,
        [TOOTH "80****1>80****1\nTOO*JP*TS"] Silent,
        [TOOTH "80****1>80****1\nTOO*JP*U"] Warn,
        [TOOTH "80****1>80**40**1"] Silent,
        [TOOTH "80****1>80**50**1"] Warn,
        [TOOTH "80****1>80**UR:LL**1"] Silent,
        [TOOTH "80****1>80**UR:XX**1"] Warn;
    adjudicated_codes COD129:
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213:25**1\nCAS*CO*45*35\nDTP*573*D8*20260320"] Silent,
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:992133**1\nCAS*CO*45*35\nDTP*573*D8*20260320"] Warn,
        [SECOND "CAS*CO*45*35\n>" "DTP*472*D8*20260302>DTP*472*D8*20260302\nSVD*BLUE*60*HC:99213:2-**1\nCAS*CO*45*35\nDTP*573*D8*20260320"] Warn;
}

/// Rules of balances, situations and codes that claims are asked have a table here, or say why not.
#[test]
fn every_rule_has_a_table() {
    // told by examples and by `guides.rs`: what is said of the subscriber's level itself, and of events of the 278
    let others = ["SIT132", "SIT135", "COD120", "COD121", "COD122", "COD127"];
    for rule in claimsieve::rules::all().filter(|rule| (3..=5).contains(&rule.snip)) {
        let code = rule.id.code();
        let is_of_family = ["BAL", "SIT1", "COD"].iter().any(|family| code.starts_with(family));
        assert!(!is_of_family || TABLED.contains(&rule.id) || others.contains(&code), "{code} has no table");
    }
}
