//! What frees a line from an authorization number.
//!
//! The plan's own exemptions come first:
//!
//! | exemption | test |
//! |---|---|
//! | emergency | see [`emergency`] |
//! | primary care in scope | the code is in `primary_care_scope.csv`, and a PCP renders the line: by the `pcp` flag of `providers.csv`; without that roster by one of the taxonomies of `primary_care.taxonomies`, clinics (261QF0400X, 261QR1300X) among them; bill types 71x and 77x (rural health and federally qualified clinics) always |
//! | carved-out drug | FFS101 or FFS102 rejects the line |
//! | anesthesia | procedure 00100 to 01999 |
//! | assistant surgeon | modifier 80, 81, 82 or AS |
//! | Medicare primary | Medicare (MA, MB, 16) is the primary payer and paid |
//!
//! Then every `exempt_when` word of the row of `tar_required.csv` that decides; `tests/rules/words.rs` has a row for each:
//!
//! | word | test |
//! |---|---|
//! | `emergency`, `emergency_admission_until_stabilised` | the emergency exemption below; on an 837I it covers the whole stay |
//! | `visit_count<=12` | true: the visit counter asks from the 13th on |
//! | `within_limit`, `under_threshold` | true: the frequency counter asks past the limit; of a `yes` row whose limit is no number (a monthly rental), modifier RR |
//! | `medicare_primary` | Medicare (MA, MB, 16) is the primary payer and paid |
//! | `delivery_mother_newborn`, `delivery` | a diagnosis of delivery (O80–O82) or of its outcome (Z37, Z38) |
//! | `well_newborn`, `well_newborn_on_mother_claim` | the principal diagnosis is Z38, or the member is a newborn on the mother's id |
//! | `stabilisation_before_transfer` | discharged by transfer (patient status 02, 05, 66) after a stay, counted from its admission, of at most `nicu.stabilisation_days` |
//! | `pcp`, `pcp_in_scope` | a PCP renders it; and the code is in the primary-care scope |
//! | `self_referral` | a diagnosis of contraception, pregnancy or sexual health (Z30–Z39, Z113, Z202, Z70–Z72), or of behavioral health (F) |
//! | `behavioral_self_referral` | a diagnosis of behavioral health (F) |
//! | `anesthesia` | an anesthesia code, or a procedure with an anesthesia modifier (AA, AD, QK, QX, QY, QZ) |
//! | `preventive`, `family_planning`, `HRIF` | the row's code says so |
//! | `assistant_surgeon` | modifier 80, 81, 82 or AS |
//! | `inpatient` | an inpatient bill type, or place of service 21 |
//! | `replacement_under_warranty` | modifier RA or RB |
//! | `diagnosis_change` | never: a claim does not show it |
//! | `hospital_discharge` | the ambulance modifier begins with H (from a hospital) |
//! | `hospital_transfer` | the ambulance modifier is HH (hospital to hospital) |
//!
//! A word that tells what an inpatient stay is (a delivery, a well newborn, stabilised and transferred) and frees its bed frees all its
//! lines.

use crate::finding::Code;
use crate::record::{Claim, ClaimKind, DiagnosisUse, ServiceLine};
use crate::reference::{
    Allowance, AllowancePeriod, Allowed, CodeRange, ExemptWhen, Reference, Requires, Setting, TarRow,
};
use crate::rules::ffs;
use crate::rules::settings::{Settings, is_emergency_visit};
use crate::rules::subject::{Analysis, LineView};

use super::setting::{self, has_modifier};

/// Why a line needs no number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exemption {
    /// An emergency.
    Emergency,
    /// A PCP's service in the primary-care scope.
    PrimaryCare,
    /// A drug that fee-for-service Medi-Cal pays: that rule speaks alone.
    CarvedOut,
    /// Anesthesia.
    Anesthesia,
    /// An assistant surgeon.
    AssistantSurgeon,
    /// Medicare paid first.
    MedicarePrimary,
    /// Physical therapy, equipment or supplies, which a counter watches, or another word of the table's row.
    Word(ExemptWhen),
}

impl Exemption {
    /// What it is called in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Exemption::Emergency => "emergency",
            Exemption::PrimaryCare => "primary care in scope",
            Exemption::CarvedOut => "carved-out drug",
            Exemption::Anesthesia => "anesthesia",
            Exemption::AssistantSurgeon => "assistant surgeon",
            Exemption::MedicarePrimary => "Medicare primary",
            Exemption::Word(word) => word.word(),
        }
    }

    /// Whether it is a fact of a whole stay, rather than of a service.
    pub(super) fn is_of_the_stay(self) -> bool {
        let Exemption::Word(word) = self else { return false };
        matches!(
            word,
            ExemptWhen::StabilisationBeforeTransfer
                | ExemptWhen::DeliveryMotherNewborn
                | ExemptWhen::Delivery
                | ExemptWhen::WellNewborn
                | ExemptWhen::WellNewbornOnMotherClaim
        )
    }
}

/// What exemptions are asked about.
pub(super) struct Asker<'a, 'c> {
    pub(super) claim: &'a Claim<'c>,
    pub(super) line: &'a ServiceLine,
    pub(super) view: LineView,
    pub(super) analysis: &'a Analysis<'a>,
    pub(super) reference: &'a Reference,
    pub(super) settings: &'a Settings,
}

/// The first exemption that holds for a line.
pub(super) fn of(asker: &Asker<'_, '_>, row: Option<&TarRow>) -> Option<Exemption> {
    let Asker { claim, line, view, analysis, reference, settings } = *asker;
    if emergency(claim, line).is_some() {
        return Some(Exemption::Emergency);
    }
    if setting::is_primary_care(claim, line, reference, settings) {
        return Some(Exemption::PrimaryCare);
    }
    let member = &analysis.member;
    if view.date.is_some_and(|date| ffs::speaks(claim, line, (member, date), reference, settings)) {
        return Some(Exemption::CarvedOut);
    }
    if is_anesthesia(line.procedure) {
        return Some(Exemption::Anesthesia);
    }
    if is_assistant(line) {
        return Some(Exemption::AssistantSurgeon);
    }
    if is_medicare_primary(claim) {
        return Some(Exemption::MedicarePrimary);
    }
    let row = row?;
    row.exempt_when.iter().find(|word| holds(**word, row, asker)).map(|word| Exemption::Word(*word))
}

/// The words that free a line up to a limit, which counters watch.
const COUNTERS: [ExemptWhen; 3] =
    [ExemptWhen::VisitCountUpTo12, ExemptWhen::WithinLimit, ExemptWhen::UnderThreshold];

/// Whether a row asks for a number only past a limit.
pub(super) fn is_watched(row: &TarRow) -> bool {
    matches!(row.requires, Requires::AfterLimit | Requires::Threshold)
        || row.requires == Requires::Yes && row.exempt_when.iter().any(|word| COUNTERS.contains(word))
}

/// Whether a row that decides for a line counts it. What is given in an inpatient stay is part of the stay; what replaces other
/// equipment uses nothing up; and a limit in pieces over more than a month is one of purchases, which a monthly rental is not.
pub(super) fn is_counted(claim: &Claim<'_>, line: &ServiceLine, row: &TarRow) -> bool {
    let is_of_purchases = |allowance: Allowance| {
        matches!(allowance.allowed, Allowed::Units(_))
            && matches!(allowance.period, AllowancePeriod::Months(_))
    };
    let is_free = |allowance: Allowance| {
        is_replacement(line) || has_modifier(line, b"RR") && is_of_purchases(allowance)
    };
    !claim.is_inpatient()
        && is_watched(row)
        && (row.allowance.is_some_and(|allowance| !is_free(allowance))
            || row.setting == Setting::OutpatientTherapyPt)
}

/// Whether a line is free even past the limits that counters watch.
pub(super) fn holds_past_limits(asker: &Asker<'_, '_>, row: &TarRow) -> bool {
    let mut others = row.exempt_when.iter().filter(|word| !COUNTERS.contains(word));
    of(asker, None).is_some() || others.any(|word| holds(*word, row, asker))
}

/// Whether a line replaces equipment under warranty or that was lost: it is free, and uses nothing up.
pub(super) fn is_replacement(line: &ServiceLine) -> bool {
    has_modifier(line, b"RA") || has_modifier(line, b"RB")
}

/// Whether a code is in a range of codes of the same shape.
pub(super) fn is_between(code: Code, from: &[u8], to: &[u8]) -> bool {
    CodeRange::new(Code::new(from), Code::new(to)).is_some_and(|range| range.contains(code))
}

/// Anesthesia: 00100 to 01999.
pub(super) fn is_anesthesia(procedure: Code) -> bool {
    is_between(procedure, b"00100", b"01999")
}

fn is_assistant(line: &ServiceLine) -> bool {
    [b"80", b"81", b"82", b"AS"].iter().any(|modifier| has_modifier(line, *modifier))
}

fn is_medicare_primary(claim: &Claim<'_>) -> bool {
    claim.facts.payers.iter().any(|payer| {
        let (bytes, len) = payer.filing.bytes();
        payer.order == b'P' && payer.paid.is_some() && matches!(bytes.get(..len), Some(b"MA" | b"MB" | b"16"))
    })
}

/// How an emergency shows, if the line is one.
///
/// On an institutional claim one sign covers all of it: admission type 1 or 5, a revenue code 045x or 0981. On a professional one the
/// line's own emergency indicator, place of service 23, an emergency visit on the same date, or an emergency ambulance with its miles.
pub(in crate::rules) fn emergency(claim: &Claim<'_>, line: &ServiceLine) -> Option<&'static str> {
    if claim.kind() == ClaimKind::Institutional {
        let [admission_type, ..] = claim.facts.admission_codes;
        if [Code::new(b"1"), Code::new(b"5")].contains(&admission_type) {
            return Some("admission type");
        }
        let emergency_room = |line: &ServiceLine| {
            line.revenue == Code::new(b"0981")
                || line.revenue.len() == 4 && line.revenue.starts_with(Code::new(b"045"))
        };
        return claim.lines().iter().any(emergency_room).then_some("emergency room revenue code");
    }
    if claim.kind() == ClaimKind::Dental {
        // a dental claim has no sign that the plan's rules take
        return None;
    }
    if line.emergency {
        return Some("emergency indicator");
    }
    let place = if line.place_of_service.is_empty() { claim.facts.facility } else { line.place_of_service };
    if place == Code::new(b"23") {
        return Some("place of service 23");
    }
    let date = |line: &ServiceLine| claim.service_period(line).map(|period| period.from);
    let is_beside = |test: fn(Code) -> bool| {
        claim.lines().iter().any(|other| test(other.procedure) && date(other) == date(line))
    };
    if is_beside(is_emergency_visit) {
        return Some("emergency visit on the date");
    }
    if is_emergency_ambulance(line.procedure) {
        return Some("emergency ambulance");
    }
    (is_ambulance_mileage(line.procedure) && is_beside(is_emergency_ambulance))
        .then_some("mileage of an emergency ambulance")
}

fn is_emergency_ambulance(procedure: Code) -> bool {
    let (bytes, len) = procedure.bytes();
    matches!(bytes.get(..len), Some(b"A0427" | b"A0429" | b"A0430" | b"A0431" | b"A0433"))
}

/// Miles, by ground or by air: billed beside the transport that they are of.
fn is_ambulance_mileage(procedure: Code) -> bool {
    let (bytes, len) = procedure.bytes();
    matches!(bytes.get(..len), Some(b"A0425" | b"A0435" | b"A0436"))
}

/// Whether the line is the administration of a drug, on the date of a carved-out one.
pub(super) fn administers_carved_out(asker: &Asker<'_, '_>) -> bool {
    let Asker { claim, line, view, analysis, reference, settings } = *asker;
    let administration =
        |code: Code| is_between(code, b"96360", b"96379") || is_between(code, b"96401", b"96549");
    administration(line.procedure)
        && claim.lines().iter().zip(&analysis.lines).any(|(other, other_view)| {
            other_view.date == view.date
                && other_view.date.is_some_and(|date| {
                    ffs::speaks(claim, other, (&analysis.member, date), reference, settings)
                })
        })
}

/// Whether the patient was transferred (patient status 02, 05, 66) after a stay of at most the days that stabilising takes, whatever
/// part of it the claim bills.
pub(in crate::rules) fn is_stabilised_and_transferred(claim: &Claim<'_>, settings: &Settings) -> bool {
    let [_, _, status] = claim.facts.admission_codes;
    let (bytes, len) = status.bytes();
    let transferred = matches!(bytes.get(..len), Some(b"02" | b"05" | b"66"));
    transferred && claim.stay_days().is_some_and(|days| days <= settings.stabilisation_days)
}

/// Whether a word of a row of the table holds.
fn holds(word: ExemptWhen, row: &TarRow, asker: &Asker<'_, '_>) -> bool {
    let Asker { claim, line, analysis, reference, settings, .. } = *asker;
    let any = |test: &dyn Fn(Code) -> bool| {
        claim
            .facts
            .diagnoses
            .iter()
            .any(|diagnosis| diagnosis.is_icd10() && diagnosis.is_reported() && test(diagnosis.code))
    };
    let within = |code: Code, from: &[u8], to: &[u8]| {
        let category = code.prefix(3);
        Code::new(from) <= category && category <= Code::new(to)
    };
    let behavioral = |code: Code| code.byte(0) == b'F';
    let delivery = |code: Code| within(code, b"O80", b"O82") || within(code, b"Z37", b"Z38");
    match word {
        // a limit that is no number is a rental's: nothing counts it
        ExemptWhen::WithinLimit | ExemptWhen::UnderThreshold
            if row.requires == Requires::Yes && row.allowance.is_none() =>
        {
            has_modifier(line, b"RR")
        }
        ExemptWhen::VisitCountUpTo12
        | ExemptWhen::WithinLimit
        | ExemptWhen::UnderThreshold
        | ExemptWhen::Preventive
        | ExemptWhen::FamilyPlanning
        | ExemptWhen::Hrif => true,
        ExemptWhen::Anesthesia => {
            is_anesthesia(line.procedure)
                || [b"AA", b"AD", b"QK", b"QX", b"QY", b"QZ"]
                    .iter()
                    .any(|modifier| has_modifier(line, *modifier))
        }
        ExemptWhen::Emergency | ExemptWhen::EmergencyAdmissionUntilStabilised => {
            emergency(claim, line).is_some()
        }
        ExemptWhen::MedicarePrimary => is_medicare_primary(claim),
        ExemptWhen::Delivery | ExemptWhen::DeliveryMotherNewborn => any(&delivery),
        ExemptWhen::WellNewborn | ExemptWhen::WellNewbornOnMotherClaim => {
            let born = |d: &crate::record::Diagnosis| {
                d.usage == DiagnosisUse::Principal && within(d.code, b"Z38", b"Z38")
            };
            analysis.member.newborn || claim.facts.diagnoses.iter().any(born)
        }
        ExemptWhen::StabilisationBeforeTransfer => is_stabilised_and_transferred(claim, settings),
        ExemptWhen::Pcp => setting::is_pcp(claim, line, reference, settings),
        ExemptWhen::PcpInScope => setting::is_primary_care(claim, line, reference, settings),
        ExemptWhen::SelfReferral => any(&|code| {
            behavioral(code)
                || within(code, b"Z30", b"Z39")
                || within(code, b"Z70", b"Z72")
                || code.starts_with(Code::new(b"Z113"))
                || code.starts_with(Code::new(b"Z202"))
        }),
        ExemptWhen::BehavioralSelfReferral => any(&behavioral),
        ExemptWhen::AssistantSurgeon => is_assistant(line),
        ExemptWhen::Inpatient => {
            let place =
                if line.place_of_service.is_empty() { claim.facts.facility } else { line.place_of_service };
            claim.is_inpatient() || claim.kind() != ClaimKind::Institutional && place == Code::new(b"21")
        }
        ExemptWhen::ReplacementUnderWarranty => is_replacement(line),
        ExemptWhen::DiagnosisChange => false,
        ExemptWhen::HospitalDischarge => {
            line.modifiers.iter().any(|modifier| modifier.len() == 2 && modifier.byte(0) == b'H')
        }
        ExemptWhen::HospitalTransfer => has_modifier(line, b"HH"),
    }
}
