//! What the survey found wrong with a level as a whole, said where the level is judged.

use super::judge::{Judge, lacks_level, loop_of};
use crate::finding::{Code, Fact, Findings, Place, RuleId};
use crate::guide::Guide;
use crate::x12::Unit;

impl Judge<'_> {
    /// Says that a level holds nothing, if the survey found it so; not in a set that holds nothing at all, which is said of it.
    pub(super) fn empty_level(
        &self,
        unit: &Unit,
        guide: &Guide,
        slots: &[u16],
        (segment, ordinal): (u32, u64),
        set: u64,
        findings: &mut Findings,
    ) {
        let survey = self.survey();
        if !survey.levels.empty.get(ordinal)
            || survey.faults_of_set(set).iter().any(|fault| fault.rule == RuleId::HLV106)
        {
            return;
        }
        let level = unit.segment(segment).element(3);
        let place = Place::segment(segment, loop_of(guide, slots, segment), Code::new(b"HL"));
        let whose = if level == b"23" { "patient" } else { "subscriber" };
        findings.draft(RuleId::HLV107, place).fact(Fact::Text(whose)).add();
    }

    /// Says that an HL04 is wrong, if the survey found it so. `ordinal` is the HL's number in the input.
    pub(super) fn hl04(
        &self,
        unit: &Unit,
        guide: &Guide,
        slots: &[u16],
        (segment, ordinal): (u32, u64),
        findings: &mut Findings,
    ) {
        if !self.survey().levels.wrong_flag.get(ordinal) {
            return;
        }
        let hl = unit.segment(segment);
        // a level below whose HL is missing was told
        if hl.element(4) == b"1" && findings.list().iter().any(lacks_level) {
            return;
        }
        let loop_id = loop_of(guide, slots, segment);
        let truth = match hl.element(4) {
            b"0" => "a lower level follows",
            b"1" => "no lower level follows",
            _ => "it must be 0 or 1",
        };
        let place = Place::segment(segment, loop_id, Code::new(b"HL")).at_element(4);
        let is_missing = hl.element(4).is_empty();
        let found = if is_missing { Fact::None } else { Fact::Input(hl.span(4)) };
        let draft = findings.draft(RuleId::HLV104, place).outcome(u8::from(is_missing));
        draft.found(found).fact(Fact::Text(truth)).add();
    }
}
