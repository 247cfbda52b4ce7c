//! Loops and segments by name.

use crate::finding::Code;

macro_rules! names {
    ($($name:ident = $text:literal),* $(,)?) => {
        $(pub(crate) const $name: Code = Code::new($text);)*
    };
}

names! {
    BILLING = b"2010AA", PAY_TO = b"2010AB", SUBSCRIBER = b"2010BA", PAYER = b"2010BB", PATIENT = b"2010CA",
    L2000A = b"2000A", L2000B = b"2000B", L2000C = b"2000C", L2000D = b"2000D", L2000E = b"2000E", L2000F = b"2000F",
    L2010B = b"2010B", L2010C = b"2010C", L2010D = b"2010D", L2010EA = b"2010EA",
    L2300 = b"2300", L2310C = b"2310C", L2310E = b"2310E", L2310F = b"2310F", L2320 = b"2320", L2330B = b"2330B", L2400 = b"2400", L2420B = b"2420B", L2420C = b"2420C", L2420D = b"2420D", L2410 = b"2410", L2430 = b"2430",
    AAA = b"AAA", AMT = b"AMT", CAS = b"CAS", CL1 = b"CL1", CLM = b"CLM", DMG = b"DMG", DTP = b"DTP", HCR = b"HCR", HI = b"HI", HL = b"HL", HSD = b"HSD",
    LIN = b"LIN", LX = b"LX", MIA = b"MIA", MOA = b"MOA", N3 = b"N3", N4 = b"N4", NM1 = b"NM1", PRV = b"PRV", PWK = b"PWK", REF = b"REF", SBR = b"SBR",
    SV1 = b"SV1", SV2 = b"SV2", SV3 = b"SV3", SVD = b"SVD", TOO = b"TOO", TRN = b"TRN", UM = b"UM",
}

/// Providers named for a claim: loops 2310A to 2310F.
pub(crate) const CLAIM_PROVIDERS: Code = Code::new(b"2310");
/// Providers named for a service line: loops 2420A to 2420H.
pub(crate) const LINE_PROVIDERS: Code = Code::new(b"2420");
