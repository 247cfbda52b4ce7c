//! The stable codes of all rules.

use std::fmt;
use std::sync::OnceLock;

/// A rule, as its place in the list of codes below: small enough to index counters by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(u16);

macro_rules! rule_ids {
    ($($code:ident)*) => {
        /// The places of the codes in the list.
        #[allow(clippy::upper_case_acronyms)]
        #[repr(u16)]
        enum Place {
            $($code),*
        }

        impl RuleId {
            $(
                #[doc = concat!("Rule ", stringify!($code), ": `claimsieve explain ", stringify!($code), "` tells what it checks.")]
                pub const $code: RuleId = RuleId(Place::$code as u16);
            )*
        }

        /// Every code, in the order of the ids.
        const CODES: &[&str] = &[$(stringify!($code)),*];
    };
}

// A line a family. A new rule is a code here and a file under `rules/`.
rule_ids! {
    ENV101 ENV102 ENV103 ENV104 ENV105 ENV106 ENV107 ENV108 ENV109 ENV110 ENV111 ENV112 ENV113 ENV114
    GRP101 GRP102 GRP103 GRP104 GRP105 GRP106 GRP107 GRP108
    SET101 SET102 SET103 SET104 SET105 SET106
    HLV101 HLV102 HLV103 HLV104 HLV105 HLV106 HLV107
    SEG101 SEG102 SEG103 SEG104 SEG105 SEG106 SEG107 SEG108
    LOP101 LOP102
    ELM101 ELM102 ELM103 ELM104 ELM105 ELM106 ELM107 ELM108 ELM109 ELM110 ELM111 ELM112 ELM113 ELM114 ELM115
    LIM101
    CLM101 CLM102 CLM103 CLM104 CLM105
    BAL101 BAL102 BAL103 BAL104 BAL105 BAL106 BAL107 BAL108 BAL109
    SIT101 SIT102 SIT104 SIT105 SIT106 SIT107 SIT108 SIT109 SIT110 SIT111 SIT112 SIT113 SIT114 SIT115
    SIT116 SIT117 SIT118 SIT119 SIT120 SIT121 SIT122 SIT123 SIT124 SIT125 SIT126 SIT127 SIT128 SIT129 SIT130
    SIT131 SIT132 SIT133 SIT134 SIT135 SIT136 SIT137 SIT139 SIT140 SIT141 SIT142 SIT143 SIT144 SIT145 SIT146 SIT147
    SIT201 SIT202 SIT203 SIT204 SIT205 SIT206 SIT207 SIT208 SIT211 SIT212 SIT214

    COD101 COD102 COD103 COD104 COD105 COD106 COD107 COD108 COD109 COD110 COD111 COD112 COD113 COD115 COD116
    COD117 COD118 COD119 COD120 COD121 COD122 COD123 COD124 COD125 COD126 COD127 COD128 COD129
    CCS101 CCS102 CCS103 CCS104 CCS105 CCS106 CCS107 CCS108 CCS109 CCS110
    TAR101 TAR102 TAR103 TAR104 TAR105 TAR106 TAR107 TAR108 TAR109 TAR110 TAR120 TAR121 TAR122 TAR130 TAR131 TAR137
    TAR111 TAR112 TAR113 TAR123 TAR124 TAR132 TAR133 TAR134 TAR135 TAR136 TAR138 TAR140 TAR141 TAR142 TAR143 TAR144
    FFS101 FFS102 FFS104 FFS105 FFS106 FFS107
    PRG101 PRG102 PRG103 PRG104 PRG105 PRG106 PRG107 PRG108 PRG109 PRG110 PRG111 PRG112 PRG113 PRG114
    PRV101 PRV102 PRV103 PRV104 PRV105
    NIC101 NIC102 NIC103 NIC104 NIC105 NIC106 NIC107 NIC108 NIC109 NIC110
    AUT101 AUT102 AUT103 AUT104
    DUP101
}

/// The codes of edits, which profiles name; an edit has its place behind the rules from when it is first read.
static EDITS: [OnceLock<&'static str>; RuleId::EDITS] = [const { OnceLock::new() }; RuleId::EDITS];

impl RuleId {
    /// How many edits of profiles there can be in one process.
    pub const EDITS: usize = 128;

    /// How many places there are, of rules and of edits.
    pub const COUNT: usize = CODES.len() + RuleId::EDITS;

    /// The stable code, such as `TAR101`.
    pub fn code(self) -> &'static str {
        match CODES.get(self.index()) {
            Some(code) => code,
            None => self.edit().and_then(|at| EDITS.get(at)?.get()).copied().unwrap_or(""),
        }
    }

    /// The rule of a code, in any letter case; of an edit, the first that was read.
    pub fn parse(code: &str) -> Option<RuleId> {
        let alike = |known: &&str| known.eq_ignore_ascii_case(code);
        let edits = EDITS.iter().map_while(OnceLock::get);
        CODES.iter().chain(edits).position(alike).map(|at| RuleId(at as u16))
    }

    /// Whether a code is one that edits have: `EDT101` to `EDT999`.
    pub fn is_code_of_edit(code: &str) -> bool {
        let number = code.strip_prefix("EDT").filter(|digits| digits.len() == 3);
        number.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()) && digits > "100")
    }

    /// Names the edit at a place among the edits; none where there is no such place. A name that was given stays.
    pub fn name_edit(at: usize, code: &'static str) -> Option<RuleId> {
        EDITS.get(at)?.get_or_init(|| code);
        Some(RuleId((CODES.len() + at) as u16))
    }

    /// The place among the edits; none of a rule.
    pub const fn edit(self) -> Option<usize> {
        self.index().checked_sub(CODES.len())
    }

    /// The place in an array of [`RuleId::COUNT`] counters.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Every rule, in the order of the list.
    pub fn all() -> impl ExactSizeIterator<Item = RuleId> {
        (0..CODES.len() as u16).map(RuleId)
    }

    /// Every place: the rules, then the edits.
    pub fn places() -> impl ExactSizeIterator<Item = RuleId> {
        (0..RuleId::COUNT as u16).map(RuleId)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::RuleId;

    #[test]
    fn codes_name_their_rules() {
        assert_eq!(RuleId::TAR101.code(), "TAR101");
        assert_eq!(RuleId::parse("tar101"), Some(RuleId::TAR101));
        assert_eq!(RuleId::parse("TAR999"), None);
        assert!(RuleId::is_code_of_edit("EDT101") && RuleId::is_code_of_edit("EDT999"));
        for code in ["EDT100", "EDT1000", "EDT1A1", "TAR101", "edt101", "EDT+11"] {
            assert!(!RuleId::is_code_of_edit(code), "{code}");
        }
        assert!(RuleId::all().all(|rule| !RuleId::is_code_of_edit(rule.code()) && rule.edit().is_none()));
        let mut codes: Vec<_> = RuleId::all().map(RuleId::code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RuleId::all().len(), "a code stands twice");
    }
}
