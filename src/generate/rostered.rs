//! What is otherwise in claims that rest on rosters, and what they tell of themselves to the rosters.

use super::bills::{Bill, Care};
use super::calendar::Day;
use super::catalog::{FREE_SUPPLIES, Service};
use super::claim::{Claim, Line, Number, Pointers};
use super::dental::DentalClaim;
use super::random::{Random, Stream};
use super::roll::{Count, Item, PayerNumber, Roll, Standing, Told};
use super::scenario::Scenario;
use super::sets::Scene;

/// 340B, as the last component of a procedure.
const DISCOUNTED: &str = ":UD";

/// The draws of a rostered claim, which leave its other draws alone.
fn draws(scene: &Scene<'_>) -> Random {
    Random::new(scene.common.seed, Stream::Roster, u64::MAX - scene.ordinal)
}

/// Makes a clean professional claim one that rests on rosters.
pub(super) fn professional(claim: &mut Claim, scene: &Scene<'_>) {
    if !scene.common.rostered {
        return;
    }
    let random = &mut draws(scene);
    if scene.standing == Standing::NotInCcs {
        claim.number = Number::None;
    }
    if claim.scenario == Scenario::Equipment && scene.window.is_whole() && random.percent(25) {
        let day = claim.lines.first().map_or_else(Day::default, |line| line.day);
        let supply: &'static Service = random.pick(&FREE_SUPPLIES);
        claim.lines.clear();
        claim.lines.push(Line::draw(random, supply, day, Pointers::to(1)));
        claim.number = Number::None;
        claim.scenario = Scenario::FreeSupplies;
    }
    if claim.scenario == Scenario::Therapy && claim.number == Number::None {
        let is_physical = claim.lines.iter().all(|line| line.service.code.ends_with(":GP"));
        claim.scenario = if is_physical { Scenario::FreeTherapy } else { Scenario::Therapy };
    }
    if scene.provider.is_discounted {
        claim.lines.iter_mut().filter(|line| line.service.drug.is_some()).for_each(|line| {
            line.modifier = DISCOUNTED;
        });
    }
    // what a replaced claim gives back is told best where visits are counted
    let share = if claim.scenario == Scenario::FreeTherapy { 40 } else { 4 };
    let can_be_replaced = claim.scenario != Scenario::FreeSupplies;
    claim.replaces =
        (can_be_replaced && random.percent(share)).then(|| PayerNumber(scene.common.shuffled(scene.ordinal)));
}

/// Tells the rosters of a professional claim.
pub(super) fn tell_professional(roll: &mut Roll, claim: &Claim, scene: &Scene<'_>) {
    let items: Vec<Item> = claim
        .lines
        .iter()
        .map(|line| Item { code: line.service.code, units: line.units, day: line.day })
        .collect();
    if claim.lines.iter().any(|line| line.modifier == DISCOUNTED) {
        roll.saw(Scenario::Discounted);
    }
    let setting = match claim.place {
        "21" => "",
        _ => "outpatient",
    };
    let told = Told {
        scenario: claim.scenario,
        diagnoses: &claim.diagnoses,
        is_authorized: claim.number != Number::None,
        count: if claim.scenario == Scenario::Therapy { Count::Visits } else { Count::Units },
        setting,
        until: items.iter().map(|item| item.day).max().unwrap_or_default(),
        items: &items,
        replaces: claim.replaces,
    };
    roll.claim(scene, &told);
}

/// Makes a clean institutional claim one that rests on rosters.
pub(super) fn institutional(bill: &mut Bill, scene: &Scene<'_>) {
    if !scene.common.rostered {
        return;
    }
    if scene.standing == Standing::NotInCcs {
        bill.is_authorized = false;
    }
    if scene.provider.is_discounted {
        bill.lines.iter_mut().filter(|line| line.charge.drug.is_some()).for_each(|line| {
            line.modifier = DISCOUNTED;
        });
    }
}

/// Tells the rosters of an institutional claim.
pub(super) fn tell_institutional(roll: &mut Roll, bill: &Bill, scene: &Scene<'_>) {
    let is_stay = bill.care.is_stay();
    let rooms = bill.lines.iter().filter(|line| line.is_room || !is_stay);
    let items: Vec<Item> = rooms
        .map(|line| {
            let charge = line.charge;
            let code = if charge.code.is_empty() { charge.revenue } else { charge.code };
            Item { code, units: line.units, day: bill.from }
        })
        .collect();
    if bill.lines.iter().any(|line| line.modifier == DISCOUNTED) {
        roll.saw(Scenario::Discounted);
    }
    if matches!(bill.care, Care::Intensive | Care::Nursery) && scene.has_level {
        roll.saw(Scenario::MothersId);
    }
    let scenario = match bill.care {
        Care::Stay => Scenario::PlannedStay,
        Care::Admitted => Scenario::EmergencyStay,
        Care::Emergency => Scenario::Emergency,
        Care::Clinic => Scenario::Clinic,
        Care::Infusion => Scenario::AdministeredDrug,
        Care::Surgery => Scenario::DaySurgery,
        Care::Tests => Scenario::HospitalTests,
        Care::Center => Scenario::HealthCenter,
        Care::Intensive => Scenario::NewbornIntensive,
        Care::Nursery => Scenario::WellNewborn,
    };
    let told = Told {
        scenario,
        diagnoses: &bill.diagnoses,
        is_authorized: bill.is_authorized,
        items: &items,
        count: if is_stay { Count::Days } else { Count::Units },
        setting: if is_stay { "inpatient" } else { "outpatient" },
        until: bill.to,
        replaces: None,
    };
    roll.claim(scene, &told);
}

/// Makes a clean dental claim one that rests on rosters.
pub(super) fn dental(claim: &mut DentalClaim, scene: &Scene<'_>) {
    if scene.standing == Standing::NotInCcs {
        claim.is_authorized = false;
    }
}

/// Tells the rosters of a dental claim.
pub(super) fn tell_dental(roll: &mut Roll, claim: &DentalClaim, scene: &Scene<'_>) {
    let items: Vec<Item> =
        claim.lines.iter().map(|line| Item { code: line.treatment.code, units: 1, day: claim.day }).collect();
    let told = Told {
        scenario: claim.scenario,
        diagnoses: &claim.diagnoses,
        is_authorized: claim.is_authorized,
        items: &items,
        count: Count::Units,
        setting: "",
        until: claim.day,
        replaces: None,
    };
    roll.claim(scene, &told);
}
