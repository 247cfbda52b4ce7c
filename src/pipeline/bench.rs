//! Single stages, for benches and tests.

use crate::finding::Date;
use crate::output::reasons::Maker;
use crate::reference::Reference;
use crate::verdict::{Fates, Profile};
use crate::x12::survey::{Survey, Surveyor};
use crate::x12::{Stitcher, StructuralIndex, grammar};

use super::hold::Holds;
use super::judge::{Judge, match_only};
use super::render::{Renderer, Telling};
pub use super::rulebook::Rulebook;
use super::sequence::Sequencer;
use super::work::{Located, Sequenced, Work, X12_FILES};
use crate::record::SHAPES;

/// A surveyed text.
#[derive(Debug)]
pub struct Stages<'t> {
    text: &'t [u8],
    survey: Survey,
    profile: &'t Profile,
}

impl<'t> Stages<'t> {
    /// Surveys a text of one interchange.
    pub fn survey(text: &'t [u8], profile: &'t Profile) -> Stages<'t> {
        let mut surveyor = Surveyor::new(SHAPES, profile.limits);
        surveyor.scan(text, true);
        Stages { text, survey: surveyor.finish(), profile }
    }

    /// The rules that are asked.
    pub fn rulebook(&self, reference: &Reference) -> Rulebook<'t> {
        Rulebook::new(self.profile, reference)
    }

    /// The fates of its envelopes.
    pub fn fates(&self) -> Fates<'_> {
        Fates::new(&self.survey, self.profile)
    }

    /// Locates the text as one unit.
    pub fn prepare<'r>(
        &'r self,
        fates: &'r Fates<'r>,
        book: &'r Rulebook<'r>,
        reference: &'r Reference,
        received: Date,
    ) -> Prepared<'r> {
        let mut work = Box::<Work<'r>>::default();
        if let Some(isa) = grammar::isa(self.text) {
            work.unit.reset(0, 0, isa.separators).extend_from_slice(self.text);
        }
        work.unit.ends_interchange = true;
        work.unit.index(&StructuralIndex);
        Stitcher::new(SHAPES, Vec::new(), StructuralIndex).stitch(&mut work.unit);
        Prepared {
            work: Some(work),
            judge: Judge::new(
                book,
                reference,
                fates,
                received,
                super::ledger::scribe(self.profile, reference, None, received),
            ),
            renderer: Renderer {
                profile: self.profile,
                fates,
                maker: Maker { file: "bench" },
                acks: None,
                telling: Telling::Filed,
            },
        }
    }
}

/// A located unit, to be judged again and again.
#[derive(Debug)]
pub struct Prepared<'r> {
    work: Option<Box<Work<'r>>>,
    judge: Judge<'r>,
    renderer: Renderer<'r>,
}

impl Prepared<'_> {
    /// Judges the unit; answers how many findings there are.
    pub fn judge(&mut self) -> usize {
        let Some(mut work) = self.work.take() else { return 0 };
        work.forget_verdicts();
        let work = self.judge.judge(Located(work)).0;
        let findings = work.findings.len();
        self.work = Some(work);
        findings
    }

    /// Matches the unit's segments to the guide, and no more; answers how many segments there are.
    pub fn match_only(&mut self) -> usize {
        let Some(mut work) = self.work.take() else { return 0 };
        work.forget_verdicts();
        match_only(&mut work);
        let segments = work.scratch.slots.len();
        self.work = Some(work);
        segments
    }

    /// Sequences and renders the judged unit; answers how many bytes there are.
    pub fn render(&mut self) -> usize {
        if self.work.as_ref().is_some_and(|work| work.verdicts.is_empty()) {
            self.judge();
        }
        let Some(mut work) = self.work.take() else { return 0 };
        for at in 0..X12_FILES {
            work.ops[at].clear();
            work.parts[at].clear();
        }
        work.pages.clear();
        let sequenced: Sequenced<'_> =
            Sequencer::new(None, Holds::default()).sequence(super::work::Judged(work));
        let work = self.renderer.render(sequenced).0;
        let bytes = work.parts.iter().map(|part| part.bytes.len()).sum::<usize>() + work.pages.csv.len();
        self.work = Some(work);
        bytes
    }
}
