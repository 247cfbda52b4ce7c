//! Batches built from made-up claims and requests: levels are numbered and envelopes counted as they are put together.

use std::fmt::Write as _;

/// Text that counts its own segments and levels.
#[derive(Default)]
pub(crate) struct Set {
    segments: Vec<String>,
    levels: usize,
}

impl Set {
    fn push(&mut self, text: &str) {
        self.segments.extend(text.split('\n').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned));
    }

    /// Writes a level; answers its number.
    fn level(&mut self, parent: Option<usize>, code: &str, child: bool, text: &str) -> usize {
        self.levels += 1;
        let parent = parent.map_or_else(String::new, |parent| parent.to_string());
        self.segments.push(format!("HL*{}*{parent}*{code}*{}", self.levels, u8::from(child)));
        self.push(text);
        self.levels
    }

    /// The set with ST and SE.
    fn text(&self, kind: &str, control: &str, guide: &str) -> String {
        let mut text = format!("ST*{kind}*{control}*{guide}~\n");
        for segment in &self.segments {
            let _ = writeln!(text, "{segment}~");
        }
        let _ = writeln!(text, "SE*{}*{control}~", self.segments.len() + 2);
        text
    }
}

/// Whether a record is right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Is {
    Good,
    Bad,
}
pub(crate) use Is::{Bad, Good};

/// A subscriber: claims of his own, and those of each dependent.
pub(crate) struct Subscriber<'a> {
    pub(crate) own: &'a [Is],
    pub(crate) dependents: &'a [&'a [Is]],
}

/// Gives each record a number of its own.
#[derive(Default)]
pub(crate) struct Maker {
    records: usize,
}

impl Maker {
    fn claim(&mut self, set: &mut Set, is: Is, dental: bool) {
        self.records += 1;
        let number = self.records;
        let charge = format!("{}.{}", 100 + number, number % 10);
        set.push(&format!("CLM*C-{number:04}*{charge}***11:B:1*Y*A*Y*Y"));
        if is == Good && !dental {
            set.push("HI*ABK:J020");
        }
        set.push("LX*1");
        set.push(&if dental {
            format!("SV3*AD:D1110*{charge}{}", if is == Bad { "\nSV3*AD:D1110*1" } else { "" })
        } else {
            format!("SV1*HC:99213*{charge}*UN*1***1")
        });
        set.push("DTP*472*D8*20260302");
    }

    /// An 837P or 837D set: billing providers with their subscribers.
    pub(crate) fn claims(&mut self, dental: bool, control: &str, providers: &[&[Subscriber<'_>]]) -> String {
        let mut set = Set::default();
        set.push(
            "BHT*0019*00*B1*20260303*1200*CH
            NM1*41*2*BAY BILLING*****46*SUB1
            PER*IC*DESK*TE*8055550100
            NM1*40*2*COAST PLAN*****46*PLAN1",
        );
        for subscribers in providers {
            let provider = set.level(
                None,
                "20",
                true,
                "NM1*85*2*HARBOR CLINIC*****XX*1777777776
                N3*14 SHORE ROAD
                N4*OXNARD*CA*930301234
                REF*EI*770000001",
            );
            for subscriber in *subscribers {
                let is_patient = !subscriber.own.is_empty();
                let has_dependents = !subscriber.dependents.is_empty();
                let above = set.level(
                    Some(provider),
                    "22",
                    has_dependents,
                    &format!(
                        "SBR*P*{}*******MC
                        NM1*IL*1*OKAFOR*JUNE****MI*98765432B
                        N3*1 HILL ST
                        N4*OXNARD*CA*930301234
                        {}
                        NM1*PR*2*COAST PLAN*****PI*PLAN1",
                        if is_patient { "18" } else { "" },
                        if is_patient { "DMG*D8*19900101*F" } else { "" },
                    ),
                );
                for is in subscriber.own {
                    self.claim(&mut set, *is, dental);
                }
                for claims in subscriber.dependents {
                    let text = "PAT*19
                        NM1*QC*1*OKAFOR*BEN
                        N3*1 HILL ST
                        N4*OXNARD*CA*930301234
                        DMG*D8*20180101*M";
                    set.level(Some(above), "23", false, text);
                    for is in *claims {
                        self.claim(&mut set, *is, dental);
                    }
                }
            }
        }
        set.text("837", control, if dental { "005010X224A2" } else { "005010X222A1" })
    }

    /// A 278 request: subscribers, each with events of their own and of dependents, an event with so many services.
    pub(crate) fn requests(
        &mut self,
        control: &str,
        subscribers: &[Subscriber<'_>],
        services: usize,
    ) -> String {
        self.authorizations(control, "13", subscribers, services)
    }

    /// A 278 response.
    pub(crate) fn responses(&mut self, control: &str, subscribers: &[Subscriber<'_>]) -> String {
        self.authorizations(control, "11", subscribers, 1)
    }

    fn authorizations(
        &mut self,
        control: &str,
        purpose: &str,
        subscribers: &[Subscriber<'_>],
        services: usize,
    ) -> String {
        let mut set = Set::default();
        set.push(&format!(
            "BHT*0007*{purpose}*REQ1*20260303*1200{}",
            if purpose == "11" { "*18" } else { "" }
        ));
        let payer = set.level(None, "20", true, "NM1*X3*2*COAST PLAN*****PI*PLAN1");
        let requester = "NM1*1P*2*HARBOR CLINIC*****XX*1777777776\nPER*IC*DESK*TE*8055550100";
        let requester = set.level(Some(payer), "21", true, requester);
        for subscriber in subscribers {
            let member = "NM1*IL*1*OKAFOR*JUNE****MI*98765432B";
            let above = set.level(Some(requester), "22", true, member);
            for is in subscriber.own {
                self.event(&mut set, above, *is, services);
            }
            for events in subscriber.dependents {
                let dependent = "NM1*QC*1*OKAFOR*BEN\nDMG*D8*20180101*M";
                let above = set.level(Some(above), "23", true, dependent);
                for is in *events {
                    self.event(&mut set, above, *is, services);
                }
            }
        }
        set.text("278", control, "005010X217")
    }

    fn event(&mut self, set: &mut Set, above: usize, is: Is, services: usize) {
        self.records += 1;
        let number = self.records;
        let trace = format!("TRN*1*E-{number:04}*9123456789");
        let event = set.level(Some(above), "EV", services > 0, &trace);
        if is == Good {
            set.push("UM*HS*I*1*11:B");
        }
        set.push("DTP*AAH*RD8*20260301-20260501\nHI*ABK:J020");
        set.push("NM1*SJ*1*ABARA*NOOR****XX*1888888884");
        for _ in 0..services {
            set.level(Some(event), "SS", false, "SV1*HC:97110*100*UN*4");
        }
    }
}

/// A group around sets.
pub(crate) fn group(kind: &str, control: &str, guide: &str, sets: &[String]) -> String {
    let text = sets.concat();
    format!("GS*{kind}*SUB1*PLAN1*20260303*1200*{control}*X*{guide}~\n{text}GE*{}*{control}~\n", sets.len())
}

pub(crate) fn claims_group(control: &str, sets: &[String]) -> String {
    group("HC", control, "005010X222A1", sets)
}

/// An interchange around groups.
pub(crate) fn interchange(control: u32, groups: &[String]) -> String {
    let text = groups.concat();
    format!(
        "ISA*00*          *00*          *ZZ*SUB1           *ZZ*PLAN1          *260303*1200*^*00501*{control:09}*0*P*:~\n{text}IEA*{}*{control:09}~\n",
        groups.len()
    )
}

/// The same with other separators (element, component, terminator) and other line ends.
pub(crate) fn restyled(text: &str, separators: [char; 3], line: &str) -> String {
    let [element, component, terminator] = separators;
    text.replace('\n', line)
        .chars()
        .map(|letter| match letter {
            '*' => element,
            ':' => component,
            '~' => terminator,
            other => other,
        })
        .collect()
}

/// Claims good and bad, of subscribers and their dependents, under two providers.
pub(crate) fn families(maker: &mut Maker, control: &str) -> String {
    maker.claims(
        false,
        control,
        &[
            &[
                Subscriber { own: &[Good, Bad, Good], dependents: &[&[Bad], &[Good, Good]] },
                Subscriber { own: &[Bad], dependents: &[] },
                Subscriber { own: &[], dependents: &[&[Good], &[Bad, Bad]] },
                Subscriber { own: &[Good], dependents: &[&[Bad]] },
                Subscriber { own: &[Bad], dependents: &[&[Good]] },
            ],
            &[
                Subscriber { own: &[Good], dependents: &[] },
                Subscriber { own: &[Good, Good], dependents: &[] },
            ],
            &[Subscriber { own: &[Bad], dependents: &[] }],
        ],
    )
}

/// Requests good and bad.
pub(crate) fn reviews(maker: &mut Maker, control: &str) -> String {
    maker.requests(
        control,
        &[
            Subscriber { own: &[Good, Bad], dependents: &[] },
            Subscriber { own: &[], dependents: &[&[Bad, Good], &[Good]] },
            Subscriber { own: &[Bad], dependents: &[] },
        ],
        2,
    )
}

/// Claims and requests in one interchange, and responses beside them.
pub(crate) fn mixed(control: u32) -> String {
    let mut maker = Maker::default();
    let claims = claims_group("11", &[families(&mut maker, "0001"), families(&mut maker, "0002")]);
    let requests = reviews(&mut maker, "0001");
    let answers = maker.responses("0002", &[Subscriber { own: &[Good, Good], dependents: &[] }]);
    let reviews = group("HI", "12", "005010X217", &[requests, answers]);
    let dental = maker.claims(true, "0001", &[&[Subscriber { own: &[Good, Bad], dependents: &[&[Good]] }]]);
    let dental = group("HC", "13", "005010X224A2", &[dental]);
    interchange(control, &[claims, reviews, dental])
}
