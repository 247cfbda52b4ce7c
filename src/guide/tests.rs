//! The tables as the other rooms see them.

use super::generated::pool;
use super::{CodeSet, ElementType, Guide, GuideId, NoteKind, Slot, Usage, envelope_slot};
use crate::finding::Code;

fn slot(id: GuideId, loop_id: &str, segment: &str, qualifier: &str) -> Slot {
    let found = Guide::of(id).find_slot(loop_id.into(), segment.into(), qualifier.into());
    found.unwrap_or_else(|| panic!("no {loop_id}/{segment}*{qualifier}"))
}

#[test]
fn slots_say_what_the_guide_says() {
    let name = slot(GuideId::Professional, "2310B", "NM1", "82");
    assert_eq!(name.in_loop().name(), "rendering provider");
    assert_eq!(name.discriminator(), Some((1, 0)));
    assert_eq!((name.is_trigger(), name.usage(), name.max()), (true, Usage::Required, Some(1)));
    let kinds = name.notes().map(|note| (note.kind(), note.positions().collect::<Vec<_>>()));
    assert_eq!(kinds.collect::<Vec<_>>()[0], (NoteKind::Paired, vec![8, 9]));
    let npi = name.element(9).expect("NM109");
    assert_eq!((npi.number(), npi.name()), (Code::new(b"67"), "id"));
    assert_eq!((npi.kind(), npi.min(), npi.max(), npi.repeat()), (ElementType::Text, 2, 80, 1));
    let sources: Vec<_> = npi.sources().map(|source| (source.set(), source.when())).collect();
    assert_eq!(sources, [(CodeSet::Npi, Some(Code::new(b"XX")))]);
    assert_eq!(name.elements().len(), 12);
    assert!(name.element(0).is_none() && name.element(13).is_none());
    let diagnoses = slot(GuideId::Professional, "2300", "HI", "ABK");
    assert_eq!(diagnoses.discriminator(), Some((1, 1)));
    let first = diagnoses.element(1).expect("HI01");
    assert_eq!((first.kind(), first.components().len()), (ElementType::Composite, 9));
    let list = first.component(1).expect("HI01-1").codes();
    assert!(list.contains(b"ABK") && !list.contains(b"ABF") && !list.contains(b""));
    assert_eq!((list.to_string(), list.len()), ("ABK, BK".to_owned(), 2));
    assert_eq!(slot(GuideId::Professional, "2300", "REF", "G1").name(), "authorization number");
}

#[test]
fn codes_longer_than_a_word_are_compared_whole() {
    let context = slot(GuideId::Acknowledgement999, "2100", "CTX", "SITUATIO");
    let list = context.element(1).and_then(|element| element.component(1)).expect("CTX01-1").codes();
    assert!(list.contains(b"SITUATIONAL TRIGGER") && !list.contains(b"SITUATIO"));
    assert_eq!(list.to_string(), "SITUATIONAL TRIGGER");
    assert_eq!(context.element(1).map(|element| element.repeat()), Some(10));
}

#[test]
fn a_loop_that_is_mounted_twice_is_one() {
    for (id, record, parents) in [
        (GuideId::Professional, "2300", ["2000B", "2000C"]),
        (GuideId::AuthorizationRequest, "2000E", ["2000C", "2000D"]),
    ] {
        let found = Guide::of(id).find_loop(Code::from(record)).expect(record);
        assert!(found.is_record() && !found.is_level());
        let mut above: Vec<String> = found.parents().map(|parent| parent.id().to_string()).collect();
        above.sort();
        assert_eq!(above, parents);
        assert_eq!(Guide::of(id).record_loop().map(|found| found.id()), Some(Code::from(record)));
    }
    assert!(Guide::of(GuideId::ClaimAcknowledgement277).record_loop().is_none());
}

#[test]
fn the_envelope_has_its_segments() {
    let isa = envelope_slot(Code::new(b"ISA")).expect("ISA");
    assert_eq!((isa.elements().len(), isa.element(13).map(|element| element.max())), (16, Some(9)));
    assert_eq!(envelope_slot(Code::new(b"TA1")).map(|slot| slot.elements().len()), Some(5));
    assert!(envelope_slot(Code::new(b"ST")).is_none());
}

#[test]
fn every_index_of_the_tables_leads_somewhere() {
    for id in GuideId::ALL {
        let guide = Guide::of(id);
        for found in guide.loops().skip(1) {
            assert!(
                !found.name().is_empty() && found.trigger().is_some_and(|trigger| trigger.child().is_none())
            );
            assert!(found.parents().all(|parent| {
                parent.slots().any(|slot| slot.child().is_some_and(|child| child.id() == found.id()))
            }));
        }
        for slot in guide.slots() {
            assert!(!slot.name().is_empty() && !slot.segment_id().is_empty(), "{slot:?}");
            assert!(pool::IDS.contains(&((slot.segment_id().word() >> 32) as u32)));
            if let Some((element, component)) = slot.discriminator().filter(|_| slot.child().is_none()) {
                let element = slot.element(element).expect("the qualifier's element");
                let holder = if component > 0 { element.component(component) } else { Some(element) };
                let list = holder.map(|holder| holder.codes().len());
                assert_eq!(list, Some(slot.qualifiers().len()));
            }
            for element in slot.elements() {
                assert!(!element.name().is_empty() && !element.number().is_empty());
                assert_eq!(element.kind() == ElementType::Composite, element.max() == 0, "{element:?}");
            }
        }
    }
}
