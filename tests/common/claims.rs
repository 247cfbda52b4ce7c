//! The texts of claims and patient events: good ones, and ones with one fault of which the outcome is known.

use super::style::{Style, isa};

/// What a set holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Professional,
    Institutional,
    Dental,
    Request,
    Response,
}

impl Kind {
    /// GS08 and ST03.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Kind::Professional => "005010X222A1",
            Kind::Institutional => "005010X223A2",
            Kind::Dental => "005010X224A2",
            Kind::Request | Kind::Response => "005010X217",
        }
    }

    /// GS01.
    pub(crate) fn group(self) -> &'static str {
        if self.is_claims() { "HC" } else { "HI" }
    }

    pub(crate) fn is_claims(self) -> bool {
        matches!(self, Kind::Professional | Kind::Institutional | Kind::Dental)
    }

    /// What the reasons call it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Kind::Professional => "837P",
            Kind::Institutional => "837I",
            Kind::Dental => "837D",
            Kind::Request | Kind::Response => "278",
        }
    }
}

/// The attending provider of institutional claims.
const ATTENDING: &str = "NM1*71*1*TERN*IVY****XX*1000001010\n";

/// What is wrong with a record, if anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flavour {
    /// Nothing.
    Good,
    /// Something to look at.
    Warned,
    /// A CCS diagnosis that nothing treats.
    NotTreated,
    /// A CCS line without an authorization number.
    NoNumber,
    /// A carved-out drug.
    CarvedOut,
    /// A segment with a qualifier that its loop does not know.
    Stray,
    /// CLM02 is no number.
    BadCharge,
    /// A void of a claim that would be rejected.
    Void,
}

impl Flavour {
    pub(crate) const ALL: [Flavour; 8] = [
        Flavour::Good,
        Flavour::Warned,
        Flavour::NotTreated,
        Flavour::NoNumber,
        Flavour::CarvedOut,
        Flavour::Stray,
        Flavour::BadCharge,
        Flavour::Void,
    ];

    /// Whether the plan's profile rejects a record of this flavour, in a set of this kind.
    pub(crate) fn rejects(self, kind: Kind) -> bool {
        match self {
            Flavour::Good | Flavour::Warned | Flavour::Void => false,
            Flavour::Stray => true,
            // requests know no charges and no payer rules
            Flavour::NoNumber | Flavour::CarvedOut | Flavour::NotTreated | Flavour::BadCharge => {
                kind.is_claims()
            }
        }
    }

    /// The record's segments, from CLM on, or from the event's TRN on.
    pub(crate) fn text(self, kind: Kind, id: &str, dollars: u32) -> String {
        match kind {
            Kind::Professional => self.professional(id, dollars),
            Kind::Institutional => self.institutional(id, dollars),
            Kind::Dental => self.dental(id, dollars),
            Kind::Request => self.request(id),
            Kind::Response => response(id),
        }
    }

    fn charge(self, dollars: u32) -> String {
        if self == Flavour::BadCharge { format!("{dollars},00") } else { format!("{dollars}.50") }
    }

    /// CLM05-3.
    fn frequency(self) -> char {
        if self == Flavour::Void { '8' } else { '1' }
    }

    /// References of the claim: a stray one, or the payer's number of the claim that a void is about.
    fn stray(self) -> &'static str {
        match self {
            Flavour::Stray => "REF*ZZ*STRAY\n",
            Flavour::Void => "REF*F8*PAYER1\n",
            _ => "",
        }
    }

    fn professional(self, id: &str, dollars: u32) -> String {
        let (charge, frequency, stray) = (self.charge(dollars), self.frequency(), self.stray());
        let (diagnoses, code) = match self {
            Flavour::NotTreated => ("ABK:J069*ABF:E109", "99213"),
            Flavour::NoNumber | Flavour::Void => ("ABK:E109", "97802"),
            Flavour::CarvedOut => ("ABK:D66", "J7192"),
            Flavour::Warned => ("ABK:R69", "J3490"),
            _ => ("ABK:J069", "99213"),
        };
        format!(
            "CLM*{id}*{charge}***11:B:{frequency}*Y*A*Y*Y\n{stray}HI*{diagnoses}\nLX*1\nSV1*HC:{code}*{dollars}.50*UN*1***1\nDTP*472*D8*20260302\nREF*6R*{id}-1\n"
        )
    }

    fn institutional(self, id: &str, dollars: u32) -> String {
        let (charge, frequency, stray) = (self.charge(dollars), self.frequency(), self.stray());
        if matches!(self, Flavour::NoNumber | Flavour::NotTreated | Flavour::Void) {
            return format!(
                "CLM*{id}*{charge}***11:A:{frequency}**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\n{stray}HI*ABK:E109\nHI*ABJ:E109\n{ATTENDING}LX*1\nSV2*0120**{dollars}.50*DA*3\n"
            );
        }
        let (diagnoses, service) = match self {
            Flavour::CarvedOut => ("HI*ABK:D66", "0636*HC:J7192"),
            Flavour::Warned => ("HI*ABK:K3580\nHI*ABF:E109", "0300*HC:85025"),
            _ => ("HI*ABK:J069", "0300*HC:85025"),
        };
        format!(
            "CLM*{id}*{charge}***13:A:{frequency}**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\n{stray}{diagnoses}\n{ATTENDING}LX*1\nSV2*{service}*{dollars}.50*UN*1\nDTP*472*D8*20260302\n"
        )
    }

    fn dental(self, id: &str, dollars: u32) -> String {
        let (charge, frequency, stray) = (self.charge(dollars), self.frequency(), self.stray());
        let (diagnosis, pointer) = match self {
            Flavour::NotTreated | Flavour::NoNumber | Flavour::Void | Flavour::CarvedOut => {
                ("ABK:Q359", "*****1")
            }
            Flavour::Warned => ("ABK:Q359", ""),
            _ => ("ABK:K0251", "*****1"),
        };
        format!(
            "CLM*{id}*{charge}***11:B:{frequency}*Y*A*Y*Y\nDTP*472*D8*20260302\n{stray}HI*{diagnosis}\nLX*1\nSV3*AD:D0120*{dollars}.50****1{pointer}\n"
        )
    }

    fn request(self, id: &str) -> String {
        format!(
            "TRN*1*{id}*9123456789\nUM*HS*I*1*11:B\n{}DTP*AAH*D8*20260401\nHI*ABK:E109\nHSD*VS*4\n",
            if self == Flavour::Stray { self.stray() } else { "" }
        )
    }
}

fn response(id: &str) -> String {
    format!(
        "TRN*2*{id}*9123456789\nUM*HS*I*1*11:B\nHCR*A1*TAR-{id}\nDTP*007*RD8*20260101-20261231\nHI*ABK:E109\n"
    )
}

/// The `n`th provider number, with its check digit.
pub(crate) fn npi(n: u32) -> String {
    let digits = format!("{}", 100_000_000 + n % 800_000_000);
    // Luhn over 80840 and the nine digits: the prefix adds 24
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0') * if at % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{digits}{}", (10 - (sum + 24) % 10) % 10)
}

/// A member with one claim, for sets that are written out rather than drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    pub(crate) member: &'a str,
    /// CCYYMMDD.
    pub(crate) birth: &'a str,
    pub(crate) zip: &'a str,
    /// The birth date of the patient below the subscriber, where the subscriber is not the patient.
    pub(crate) patient: Option<&'a str>,
    /// The claim's segments, from CLM on.
    pub(crate) claim: &'a str,
}

impl<'a> Case<'a> {
    /// A claim of a child of eleven in Santa Cruz.
    pub(crate) fn of(claim: &'a str) -> Case<'a> {
        Case { member: "91234567A", birth: "20150302", zip: "95060", patient: None, claim }
    }
}

/// The taxonomy of an orthopaedic surgeon: no PCP.
pub(crate) const SURGEON: &str = "207X00000X";

/// An interchange with one set: one billing provider of this taxonomy, a subscriber for each case, who is the patient.
pub(crate) fn interchange_of(kind: Kind, taxonomy: &str, cases: &[Case<'_>]) -> Vec<u8> {
    let version = kind.version();
    let mut set = format!(
        "ST*837*0001*{version}\nBHT*0019*00*REF1*20260701*1200*CH\nNM1*41*2*BAY BILLING*****46*SUB1\nPER*IC*DESK*TE*8055550111\nNM1*40*2*COAST PLAN*****46*PLAN1\nHL*1**20*1\nPRV*BI*PXC*{taxonomy}\nNM1*85*2*HARBOR CLINIC*****XX*{}\nN3*14 SHORE ROAD\nN4*OXNARD*CA*930301234\nREF*EI*770000001\n",
        npi(77)
    );
    let mut level = 1;
    for case in cases {
        let Case { member, birth, zip, patient, claim } = case;
        level += 1;
        let (below, own, demographics) = match patient {
            None => ("0", "18", format!("DMG*D8*{birth}*M\n")),
            Some(_) => ("1", "", String::new()),
        };
        set.push_str(&format!(
            "HL*{level}*1*22*{below}\nSBR*P*{own}*******MC\nNM1*IL*1*VANCE*TED****MI*{member}\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*{zip}\n{demographics}NM1*PR*2*COAST PLAN*****PI*PLAN1\n"
        ));
        if let Some(birth) = patient {
            level += 1;
            set.push_str(&format!(
                "HL*{level}*{}*23*0\nPAT*19\nNM1*QC*1*VANCE*LEA\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*{zip}\nDMG*D8*{birth}*F\n",
                level - 1
            ));
        }
        set.push_str(claim.trim_end());
        set.push('\n');
    }
    set.push_str(&format!("SE*{}*0001\n", set.lines().count() + 1));
    let text = format!(
        "{}\nGS*HC*BAYBILLING*COASTPLAN*20260302*1200*1*X*{version}\n{set}GE*1*1\nIEA*1*000000001\n",
        isa(1)
    );
    Style::USUAL.dress(&text)
}

/// A 278 with one event of a subscriber, told from behind its HL on, a segment a line; its services are `HL*5*4*SS*0` and so on.
pub(crate) fn review_of(kind: Kind, event: &str) -> Vec<u8> {
    let bht = if kind == Kind::Request { "13*REQ1*20260302*1200" } else { "11*REQ1*20260302*1200*18" };
    let flag = u8::from(event.lines().any(|line| line.starts_with("HL*")));
    let set = format!(
        "ST*278*0001*005010X217\nBHT*0007*{bht}\nHL*1**20*1\nNM1*X3*2*COAST PLAN*****PI*PLAN1\nHL*2*1*21*1\nNM1*1P*2*HARBOR CLINIC*****XX*{}\nHL*3*2*22*1\nNM1*IL*1*VANCE*LEA****MI*91234567A\nHL*4*3*EV*{flag}\n{}\n",
        npi(77),
        event.trim_end()
    );
    let text = format!(
        "{}\nGS*HI*BAYBILLING*COASTPLAN*20260302*1200*1*X*005010X217\n{set}SE*{}*0001\nGE*1*1\nIEA*1*000000001\n",
        isa(1),
        set.lines().count() + 1
    );
    Style::USUAL.dress(&text)
}

/// A 278 response that grants `number` to a member for services of the year 2026.
pub(crate) fn granting(number: &str, member: &str, control: u32) -> Vec<u8> {
    let event = format!("HCR*A1*{number}\nDTP*007*RD8*20260101-20261231\nHI*ABK:E109");
    let service = format!("HCR*A1*{number}\nSV1*HC:97802*80*UN*4");
    responding(member, control, &event, &[&service])
}

/// A 278 response for a member: an event, from HCR on, and its services, a segment a line.
pub(crate) fn responding(member: &str, control: u32, event: &str, services: &[&str]) -> Vec<u8> {
    let mut set = format!(
        "ST*278*0001*005010X217\nBHT*0007*11*REQ1*20260102*1200*18\nHL*1**20*1\nNM1*X3*2*COAST PLAN*****PI*PLAN1\nHL*2*1*21*1\nNM1*1P*2*HARBOR CLINIC*****XX*{}\nHL*3*2*22*1\nNM1*IL*1*VANCE*TED****MI*{member}\nHL*4*3*EV*{}\nTRN*2*EVENT1*9123456789\nUM*HS*I*1*11:B\n{event}\n",
        npi(77),
        u8::from(!services.is_empty())
    );
    for (level, service) in (5..).zip(services) {
        set.push_str(&format!("HL*{level}*4*SS*0\n{service}\n"));
    }
    let text = format!(
        "{}\nGS*HI*COASTPLAN*BAYBILLING*20260102*1200*1*X*005010X217\n{set}SE*{}*0001\nGE*1*1\nIEA*1*{control:09}\n",
        isa(control),
        set.lines().count() + 1
    );
    Style::USUAL.dress(&text)
}

/// A 278 request for a member: an event, from UM on, and its services, a segment a line.
pub(crate) fn requesting(member: &str, control: u32, event: &str, services: &[&str]) -> Vec<u8> {
    let mut set = format!(
        "ST*278*0001*005010X217\nBHT*0007*13*REQ1*20260102*1200\nHL*1**20*1\nNM1*X3*2*COAST PLAN*****PI*PLAN1\nHL*2*1*21*1\nNM1*1P*2*HARBOR CLINIC*****XX*{}\nHL*3*2*22*1\nNM1*IL*1*VANCE*TED****MI*{member}\nDMG*D8*20150302*M\nHL*4*3*EV*{}\nTRN*1*EVENT1*9123456789\n{event}\n",
        npi(77),
        u8::from(!services.is_empty())
    );
    for (level, service) in (5..).zip(services) {
        set.push_str(&format!("HL*{level}*4*SS*0\n{service}\n"));
    }
    let text = format!(
        "{}\nGS*HI*BAYBILLING*COASTPLAN*20260102*1200*1*X*005010X217\n{set}SE*{}*0001\nGE*1*1\nIEA*1*{control:09}\n",
        isa(control),
        set.lines().count() + 1
    );
    Style::USUAL.dress(&text)
}
