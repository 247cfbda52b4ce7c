//! Interchanges built to order: any nesting of interchanges, groups, sets and levels, with flaws at chosen places, and what
//! the plan's profile must make of each record.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::claims::{Flavour, Kind, npi};
use super::style::{Style, isa};

/// What must become of a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Fate {
    Accept,
    Reject,
    Refused,
}

/// A flaw of an interchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum InterchangeFlaw {
    None,
    /// No IEA.
    Unclosed,
    /// IEA02 is another number.
    OtherNumber,
    /// ISA12 is 00401.
    Version,
    /// IEA01 is wrong: harmless.
    GroupCount,
}

/// A flaw of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum GroupFlaw {
    None,
    Unclosed,
    OtherNumber,
    SetCount,
    Version,
}

/// A flaw of a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SetFlaw {
    None,
    Unclosed,
    OtherNumber,
    SegmentCount,
    /// ST02 of the set before it, where there is one.
    UsedNumber,
    /// HL01 of the second level is one too high.
    LevelNumber,
    /// HL02 of the second level names no level.
    LevelParent,
    /// 1000A is missing; in authorizations BHT03.
    NoSubmitter,
}

impl SetFlaw {
    /// Whether writing the set anew mends it.
    pub(crate) fn is_mended(self) -> bool {
        !matches!(self, SetFlaw::None | SetFlaw::NoSubmitter)
    }
}

/// A flaw of a billing provider, subscriber or patient level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LevelFlaw {
    None,
    /// HL04 tells the contrary.
    ChildFlag,
    /// Its NM1 is missing.
    Nameless,
}

#[derive(Clone, Debug)]
pub(crate) struct Patient {
    pub(crate) flaw: LevelFlaw,
    pub(crate) claims: Vec<Flavour>,
}

#[derive(Clone, Debug)]
pub(crate) struct Subscriber {
    pub(crate) flaw: LevelFlaw,
    pub(crate) claims: Vec<Flavour>,
    pub(crate) patients: Vec<Patient>,
}

/// A billing provider, or the requester of a 278.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    pub(crate) flaw: LevelFlaw,
    pub(crate) subscribers: Vec<Subscriber>,
}

#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) flaw: SetFlaw,
    pub(crate) providers: Vec<Provider>,
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) kind: Kind,
    pub(crate) flaw: GroupFlaw,
    pub(crate) sets: Vec<Set>,
}

#[derive(Clone, Debug)]
pub(crate) struct Interchange {
    pub(crate) style: Style,
    pub(crate) flaw: InterchangeFlaw,
    pub(crate) groups: Vec<Group>,
}

/// A file to be built.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) interchanges: Vec<Interchange>,
    /// What its record ids and control numbers begin from, so that files can be put behind each other.
    pub(crate) base: u32,
}

/// A file that was built.
#[derive(Clone, Debug)]
pub(crate) struct Built {
    pub(crate) bytes: Vec<u8>,
    /// What must become of each record, by its id.
    pub(crate) fates: BTreeMap<String, Fate>,
}

impl Subscriber {
    pub(crate) fn with(claims: &[Flavour]) -> Subscriber {
        Subscriber { flaw: LevelFlaw::None, claims: claims.to_vec(), patients: Vec::new() }
    }
}

impl Set {
    /// One provider with one subscriber who has these claims.
    pub(crate) fn with(claims: &[Flavour]) -> Set {
        let provider = Provider { flaw: LevelFlaw::None, subscribers: vec![Subscriber::with(claims)] };
        Set { flaw: SetFlaw::None, providers: vec![provider] }
    }
}

impl File {
    /// One interchange with one group.
    pub(crate) fn of(kind: Kind, sets: Vec<Set>) -> File {
        let groups = vec![Group { kind, flaw: GroupFlaw::None, sets }];
        File {
            interchanges: vec![Interchange { style: Style::USUAL, flaw: InterchangeFlaw::None, groups }],
            base: 0,
        }
    }

    /// One set of one subscriber with these claims.
    pub(crate) fn simple(kind: Kind, claims: &[Flavour]) -> File {
        File::of(kind, vec![Set::with(claims)])
    }

    /// Writes it.
    pub(crate) fn build(&self) -> Built {
        let mut writer =
            Writer { next: self.base, fates: BTreeMap::new(), text: String::new(), segments: 0, level: 0 };
        let mut bytes = Vec::new();
        for (at, interchange) in (1..).zip(&self.interchanges) {
            writer.text.clear();
            writer.interchange(interchange, self.base + at);
            bytes.extend(interchange.style.dress(&writer.text));
        }
        Built { bytes, fates: writer.fates }
    }

    /// The same in another style.
    pub(crate) fn in_style(mut self, style: Style) -> File {
        for interchange in &mut self.interchanges {
            interchange.style = style;
        }
        self
    }
}

struct Writer {
    /// Number of the next record.
    next: u32,
    fates: BTreeMap<String, Fate>,
    text: String,
    /// Segments and levels in the set.
    segments: u32,
    level: u32,
}

impl Writer {
    fn put(&mut self, segments: &str) {
        for segment in segments.lines().filter(|segment| !segment.is_empty()) {
            self.text.push_str(segment);
            self.text.push('\n');
            self.segments += 1;
        }
    }

    fn interchange(&mut self, interchange: &Interchange, control: u32) {
        let flaw = interchange.flaw;
        let mut header = isa(control);
        if interchange.style.repetition == b'U' {
            header.replace_range(82..83, "U");
        }
        if flaw == InterchangeFlaw::Version {
            header = header.replace("*00501*", "*00401*");
        }
        let refused = matches!(
            flaw,
            InterchangeFlaw::Unclosed | InterchangeFlaw::OtherNumber | InterchangeFlaw::Version
        );
        self.put(&header);
        for (number, group) in (1..).zip(&interchange.groups) {
            self.group(group, number, refused);
        }
        let count = interchange.groups.len() as u32 + u32::from(flaw == InterchangeFlaw::GroupCount);
        let trailer = control + 50_000 * u32::from(flaw == InterchangeFlaw::OtherNumber);
        if flaw != InterchangeFlaw::Unclosed {
            self.put(&format!("IEA*{count}*{trailer:09}"));
        }
    }

    fn group(&mut self, group: &Group, number: u32, refused: bool) {
        let (kind, flaw) = (group.kind, group.flaw);
        let version = if flaw == GroupFlaw::Version { "005010X999" } else { kind.version() };
        self.put(&format!("GS*{}*BAYBILLING*COASTPLAN*20260302*1200*{number}*X*{version}", kind.group()));
        let above = match (refused, flaw) {
            (true, _) => Fate::Refused,
            (false, GroupFlaw::None) => Fate::Accept,
            (false, _) => Fate::Reject,
        };
        let mut before = 0;
        for (number, set) in (1..).zip(&group.sets) {
            let is_first = before == 0;
            let number = if set.flaw == SetFlaw::UsedNumber && !is_first { before } else { number };
            before = number;
            self.set(set, kind, number, above, is_first);
        }
        let count = group.sets.len() as u32 + u32::from(flaw == GroupFlaw::SetCount);
        let trailer = number + 7 * u32::from(flaw == GroupFlaw::OtherNumber);
        if flaw != GroupFlaw::Unclosed {
            self.put(&format!("GE*{count}*{trailer}"));
        }
    }

    fn set(&mut self, set: &Set, kind: Kind, number: u32, above: Fate, is_first: bool) {
        let flaw = match set.flaw {
            SetFlaw::UsedNumber if is_first => SetFlaw::None,
            // without BHT nobody could tell a response from a request
            SetFlaw::NoSubmitter if kind == Kind::Response => SetFlaw::None,
            flaw => flaw,
        };
        let above = if flaw == SetFlaw::None { above } else { above.max(Fate::Reject) };
        let begin = self.text.len();
        (self.segments, self.level) = (0, 0);
        self.head(kind, number, flaw);
        let top = self.level;
        for (at, provider) in (1..).zip(&set.providers) {
            self.provider(provider, kind, top, at, above);
        }
        if matches!(flaw, SetFlaw::LevelNumber | SetFlaw::LevelParent) {
            self.break_second_level(begin, flaw);
        }
        let count = self.segments + 1 + u32::from(flaw == SetFlaw::SegmentCount);
        let trailer = number + 1000 * u32::from(flaw == SetFlaw::OtherNumber);
        if flaw != SetFlaw::Unclosed {
            self.put(&format!("SE*{count}*{trailer:04}"));
        }
    }

    fn head(&mut self, kind: Kind, number: u32, flaw: SetFlaw) {
        let version = kind.version();
        let no_submitter = flaw == SetFlaw::NoSubmitter;
        if kind.is_claims() {
            self.put(&format!("ST*837*{number:04}*{version}\nBHT*0019*00*REF{number}*20260302*1200*CH"));
            if !no_submitter {
                self.put("NM1*41*2*BAY BILLING*****46*SUB1\nPER*IC*DESK*TE*8055550111");
            }
            self.put("NM1*40*2*COAST PLAN*****46*PLAN1");
        } else {
            let purpose = if kind == Kind::Request { "13" } else { "11" };
            let tail = if kind == Kind::Request { "" } else { "*18" };
            self.put(&format!("ST*278*{number:04}*{version}"));
            if !no_submitter {
                self.put(&format!("BHT*0007*{purpose}*REQ{number}*20260302*1200{tail}"));
            }
            self.level += 1;
            self.put(&format!("HL*{}**20*1\nNM1*X3*2*COAST PLAN*****PI*PLAN1", self.level));
        }
    }

    /// Writes an HL and answers its number.
    fn hl(&mut self, parent: u32, code: &str, has_child: bool, flaw: LevelFlaw) -> u32 {
        self.level += 1;
        let flag = u32::from(has_child != (flaw == LevelFlaw::ChildFlag));
        let parent = if parent == 0 { String::new() } else { parent.to_string() };
        self.put(&format!("HL*{}*{parent}*{code}*{flag}", self.level));
        self.level
    }

    fn provider(&mut self, provider: &Provider, kind: Kind, top: u32, at: u32, above: Fate) {
        let claims = kind.is_claims();
        let above = below(above, provider.flaw);
        let has_child = !provider.subscribers.is_empty();
        let own = self.hl(top, if claims { "20" } else { "21" }, has_child, provider.flaw);
        let nameless = provider.flaw == LevelFlaw::Nameless;
        let number = npi(self.next + at);
        if claims {
            self.put("PRV*BI*PXC*207X00000X");
            if !nameless {
                self.put(&format!("NM1*85*2*HARBOR CLINIC*****XX*{number}"));
            }
            self.put("N3*14 SHORE ROAD\nN4*OXNARD*CA*930301234\nREF*EI*770000001");
        } else if !nameless {
            self.put(&format!("NM1*1P*2*HARBOR CLINIC*****XX*{number}"));
        }
        for subscriber in &provider.subscribers {
            self.subscriber(subscriber, kind, own, above);
        }
    }

    fn subscriber(&mut self, subscriber: &Subscriber, kind: Kind, parent: u32, above: Fate) {
        let above = below(above, subscriber.flaw);
        let claims = kind.is_claims();
        let has_child = !subscriber.patients.is_empty() || !claims && !subscriber.claims.is_empty();
        let own = self.hl(parent, "22", has_child, subscriber.flaw);
        let is_patient = !subscriber.claims.is_empty();
        let nameless = subscriber.flaw == LevelFlaw::Nameless;
        let member = format!("9{:07}A", self.next % 10_000_000);
        if claims {
            self.put(if is_patient { "SBR*P*18*******MC" } else { "SBR*P********MC" });
        }
        if !nameless {
            self.put(&format!("NM1*IL*1*VANCE*LISA****MI*{member}"));
        }
        if claims {
            if is_patient && !nameless {
                self.put("N3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\nDMG*D8*20150302*M");
            }
            self.put("NM1*PR*2*COAST PLAN*****PI*PLAN1");
        }
        for flavour in subscriber.claims.iter().take(most(kind)) {
            self.record(*flavour, kind, own, above);
        }
        for patient in &subscriber.patients {
            self.patient(patient, kind, own, above);
        }
    }

    fn patient(&mut self, patient: &Patient, kind: Kind, parent: u32, above: Fate) {
        let above = below(above, patient.flaw);
        let claims = kind.is_claims();
        let own = self.hl(parent, "23", !claims && !patient.claims.is_empty(), patient.flaw);
        if claims {
            self.put("PAT*19");
        }
        if patient.flaw != LevelFlaw::Nameless {
            self.put("NM1*QC*1*VANCE*BEN");
            if claims {
                self.put("N3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060");
            }
            self.put("DMG*D8*20180101*M");
        }
        if !claims {
            self.put("INS*N*19");
        }
        for flavour in patient.claims.iter().take(most(kind)) {
            self.record(*flavour, kind, own, above);
        }
    }

    fn record(&mut self, flavour: Flavour, kind: Kind, parent: u32, above: Fate) {
        self.next += 1;
        let id = format!("C{:05}", self.next);
        let fate = if flavour.rejects(kind) { above.max(Fate::Reject) } else { above };
        let text = flavour.text(kind, &id, 100 + self.next % 900);
        if kind.is_claims() {
            self.put(&text);
        } else {
            let event = self.hl(parent, "EV", true, LevelFlaw::None);
            self.put(&text);
            if kind == Kind::Request {
                self.put(&format!("NM1*SJ*1*WREN*IDA****XX*{}", npi(7)));
            }
            let decision = if kind == Kind::Response { "HCR*A1*TAR-SERVICE\n" } else { "" };
            for code in ["97110", "97140"] {
                self.hl(event, "SS", false, LevelFlaw::None);
                self.put(&format!("{decision}SV1*HC:{code}*100*UN*4"));
            }
        }
        if kind != Kind::Response {
            self.fates.insert(id, fate);
        }
    }

    /// Makes HL01 or HL02 of the set's second level wrong.
    fn break_second_level(&mut self, begin: usize, flaw: SetFlaw) {
        let set = self.text.split_off(begin);
        let mut seen = 0;
        for line in set.lines() {
            let is_second = line.starts_with("HL*") && {
                seen += 1;
                seen == 2
            };
            if is_second {
                let mut parts: Vec<&str> = line.split('*').collect();
                if flaw == SetFlaw::LevelNumber {
                    parts[1] = "77";
                } else {
                    parts[2] = "78";
                }
                let _ = writeln!(self.text, "{}", parts.join("*"));
            } else {
                let _ = writeln!(self.text, "{line}");
            }
        }
    }
}

/// How many records a level may hold: the 278 has one event for a patient.
fn most(kind: Kind) -> usize {
    if kind.is_claims() { usize::MAX } else { 1 }
}

/// What becomes of what stands below a level.
fn below(above: Fate, flaw: LevelFlaw) -> Fate {
    if flaw == LevelFlaw::None { above } else { above.max(Fate::Reject) }
}
