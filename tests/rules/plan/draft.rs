//! Claims for the tables: a good one of each kind, changed in what a case is about.

use claimsieve::record::ClaimKind;

/// A claim in the making.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    kind: ClaimKind,
    around: Vec<String>,
    /// CLM05-1: place of service or bill type.
    place: String,
    frequency: char,
    /// Statement dates of an institutional claim, else the claim's date of service where it stands there.
    dates: String,
    /// Admission and CL1.
    admission: String,
    claim: Vec<String>,
    diagnoses: Vec<String>,
    people: Vec<String>,
    lines: Vec<(String, String)>,
    day: String,
}

/// An office visit on 2 March 2026 for a child of eleven with a cold; lines are to be added.
pub(crate) fn office() -> Draft {
    Draft {
        kind: ClaimKind::Professional,
        around: Vec::new(),
        place: "11".into(),
        frequency: '1',
        dates: String::new(),
        admission: String::new(),
        claim: Vec::new(),
        diagnoses: vec!["ABK:J069".into()],
        people: Vec::new(),
        lines: Vec::new(),
        day: "20260302".into(),
    }
}

/// An elective stay from 2 to 5 March 2026; lines are to be added.
pub(crate) fn stay() -> Draft {
    Draft {
        kind: ClaimKind::Institutional,
        place: "11".into(),
        dates: "20260302-20260305".into(),
        admission: "DTP*435*DT*202603021000\nCL1*3*1*01".into(),
        diagnoses: vec!["ABK:J189:::::::Y".into()],
        ..office()
    }
}

/// An outpatient day at a hospital on 2 March 2026; lines are to be added.
pub(crate) fn outpatient() -> Draft {
    Draft {
        kind: ClaimKind::Institutional,
        place: "13".into(),
        dates: "20260302-20260302".into(),
        admission: "CL1*3*1*01".into(),
        ..office()
    }
}

/// A dentist's claim of 2 March 2026; lines are to be added.
pub(crate) fn tooth() -> Draft {
    Draft { kind: ClaimKind::Dental, diagnoses: vec!["ABK:K0251".into()], ..office() }
}

#[allow(clippy::needless_pass_by_value)]
impl Draft {
    pub(crate) fn kind(&self) -> ClaimKind {
        self.kind
    }

    /// A line that begins with `@`: see [`crate::ask::answer`].
    pub(crate) fn around(mut self, line: &str) -> Draft {
        self.around.push(line.into());
        self
    }

    pub(crate) fn roster(self, name: &str, row: &str) -> Draft {
        self.around(&format!("@roster {name} {row}"))
    }

    pub(crate) fn authorization(self, row: &str) -> Draft {
        self.around(&format!("@authorization {row}"))
    }

    pub(crate) fn birth(self, day: &str) -> Draft {
        self.around(&format!("@birth {day}"))
    }

    /// The same claim for a patient below the subscriber.
    pub(crate) fn patient(self, birth: &str) -> Draft {
        self.around("@birth 19800101").around(&format!("@patient {birth}"))
    }

    pub(crate) fn place(mut self, code: &str) -> Draft {
        self.place = code.into();
        self
    }

    pub(crate) fn frequency(mut self, code: char) -> Draft {
        self.frequency = code;
        self
    }

    /// The day of professional and dental lines, and of outpatient ones.
    pub(crate) fn day(mut self, day: &str) -> Draft {
        self.day = day.into();
        if self.kind == ClaimKind::Institutional {
            self.dates = format!("{day}-{day}");
        }
        self
    }

    /// Statement dates, and the admission on the first.
    pub(crate) fn between(mut self, from: &str, to: &str) -> Draft {
        self.dates = format!("{from}-{to}");
        if let Some(cl1) = self.admission.split('\n').nth(1) {
            self.admission = format!("DTP*435*DT*{from}1000\n{cl1}");
        }
        self
    }

    /// The same claim on another day: with its stay, and with the birth of a child that was born on the usual day.
    pub(crate) fn on(mut self, day: &str) -> Draft {
        for line in &mut self.around {
            if line == "@birth 20260302" || line == "@patient 20260302" {
                *line = line.replace("20260302", day);
            }
        }
        let is_stay = self.kind == ClaimKind::Institutional && self.admission.starts_with("DTP");
        if is_stay { self.between(day, &format!("{}{}", &day[..6], later(&day[6..]))) } else { self.day(day) }
    }

    /// The day of birth that it gives, or the usual one.
    pub(crate) fn born(&self) -> &str {
        let given = self.around.iter().rev().find_map(|line| line.strip_prefix("@birth "));
        given.unwrap_or("20150302")
    }

    /// CL101 to CL103, as in `3*1*01`.
    pub(crate) fn cl1(mut self, codes: &str) -> Draft {
        let date = self.admission.split('\n').find(|line| line.starts_with("DTP")).map(str::to_owned);
        let cl1 = format!("CL1*{codes}");
        self.admission = date.map_or(cl1.clone(), |date| format!("{date}\n{cl1}"));
        self
    }

    /// A segment of the claim before its diagnoses, such as a REF.
    pub(crate) fn with(mut self, segment: &str) -> Draft {
        self.claim.push(segment.into());
        self
    }

    /// The diagnoses: one HI a text.
    pub(crate) fn diagnoses(mut self, hi: &[&str]) -> Draft {
        self.diagnoses = hi.iter().map(|&one| one.into()).collect();
        self
    }

    /// A segment behind the diagnoses, such as an NM1.
    pub(crate) fn person(mut self, segment: &str) -> Draft {
        self.people.push(segment.into());
        self
    }

    /// A line: the SV1, SV2 or SV3 behind its id. A professional one may be a procedure alone, which points to the first
    /// diagnosis.
    pub(crate) fn line(self, service: &str) -> Draft {
        self.line_with(service, "")
    }

    /// A line with segments behind its date.
    pub(crate) fn line_with(mut self, service: &str, more: &str) -> Draft {
        let service = match self.kind {
            ClaimKind::Professional if !service.contains('*') => format!("HC:{service}*80*UN*1***1"),
            ClaimKind::Dental if !service.contains('*') => format!("AD:{service}*80****1*****1"),
            _ => service.to_owned(),
        };
        self.lines.push((service, more.to_owned()));
        self
    }

    pub(crate) fn text(&self) -> String {
        let (id, charge) = match self.kind {
            ClaimKind::Professional => ("SV1", 1),
            ClaimKind::Institutional => ("SV2", 2),
            ClaimKind::Dental => ("SV3", 1),
        };
        let cents = |service: &str| service.split('*').nth(charge).and_then(|text| text.parse::<u32>().ok());
        let total: u32 = self.lines.iter().filter_map(|(service, _)| cents(service)).sum();
        let (class, signature) = if self.kind == ClaimKind::Institutional { ('A', "") } else { ('B', "Y") };
        let mut text: Vec<String> = self.around.clone();
        text.push(format!("CLM*A1*{total}***{}:{class}:{}*{signature}*A*Y*Y", self.place, self.frequency));
        match self.kind {
            ClaimKind::Institutional => {
                text.push(format!("DTP*434*RD8*{}", self.dates));
                text.push(self.admission.clone());
            }
            ClaimKind::Dental => text.push(format!("DTP*472*D8*{}", self.day)),
            ClaimKind::Professional => {}
        }
        text.extend(self.claim.iter().cloned());
        text.extend(self.diagnoses.iter().map(|hi| format!("HI*{hi}")));
        text.extend(self.people.iter().cloned());
        let dated = match self.kind {
            ClaimKind::Professional => true,
            ClaimKind::Institutional => self.place.starts_with("13") || self.place.starts_with("71"),
            ClaimKind::Dental => false,
        };
        for (nth, (service, more)) in self.lines.iter().enumerate() {
            text.push(format!("LX*{}\n{id}*{service}", nth + 1));
            if dated {
                text.push(format!("DTP*472*D8*{}", self.day));
            }
            if !more.is_empty() {
                text.push(more.clone());
            }
        }
        text.join("\n")
    }
}

/// A later day of the month, where it has one.
fn later(day: &str) -> String {
    let day: u32 = day.parse().unwrap();
    format!("{:02}", (day + 9).min(30))
}
