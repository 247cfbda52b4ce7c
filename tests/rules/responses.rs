//! What known authorizations grant: 278 responses with several services, each with its own dates and provider; county SARs
//! without dates.

use crate::common::{Case, Kind, SURGEON, Setup, granting, interchange_of, npi, responding};

const MEMBER: &str = "91234567A";

/// The rules that speak of a claim for `code` on `day`, beside a response of this event and these services.
fn said(event: &str, services: &[&str], code: &str, day: &str) -> Vec<String> {
    let claim = format!(
        "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR-77\nHI*ABK:E109\nLX*1\nSV1*HC:{code}*80*UN*1***1\nDTP*472*D8*{day}"
    );
    beside(event, services, Kind::Professional, &claim)
}

fn beside(event: &str, services: &[&str], kind: Kind, claim: &str) -> Vec<String> {
    let claims = interchange_of(kind, SURGEON, &[Case { member: MEMBER, ..Case::of(claim) }]);
    let response = responding(MEMBER, 9, event, services);
    let ran = Setup::with_profile("tar.authorizations = \"complete\"")
        .run(&[("a.837", &claims), ("b.278", &response)]);
    assert_eq!(ran.of("b").rows, vec![], "the response is sound");
    ran.of("a").rules().into_iter().map(str::to_owned).collect()
}

/// Each service has its own dates, whichever comes first.
#[test]
fn services_have_their_own_dates() {
    let nutrition = "HCR*A1*TAR-77\nDTP*472*RD8*20260401-20260430\nSV1*HC:97802*80*UN*1";
    let therapy = "HCR*A1*TAR-77\nDTP*472*RD8*20260301-20260330\nSV1*HC:97110*80*UN*1";
    for services in [[nutrition, therapy], [therapy, nutrition]] {
        let said = |code, day| said("HCR*A1*TAR-77\nHI*ABK:E109", &services, code, day);
        assert!(said("97110", "20260302").is_empty());
        assert!(said("97802", "20260415").is_empty());
        assert_eq!(said("97110", "20260415"), ["TAR106"]);
        assert_eq!(said("97802", "20260302"), ["TAR106"]);
        assert_eq!(said("97165", "20260302"), ["TAR107"], "dates of no other service");
    }
}

/// What a service leaves open is the event's; what the event says counts for services that say nothing.
#[test]
fn dates_of_the_event_stand_in() {
    let event = "HCR*A1*TAR-77\nDTP*007*D8*20260301\nDTP*036*D8*20260331\nHI*ABK:E109";
    let services = ["DTP*472*D8*20260310\nSV1*HC:97802*80*UN*1", "SV1*HC:97110*80*UN*1"];
    for (code, day, expected) in [
        ("97802", "20260309", &["TAR106"][..]),
        ("97802", "20260310", &[]),
        ("97802", "20260331", &[]),
        ("97802", "20260401", &["TAR106"]),
        ("97110", "20260301", &[]),
        ("97110", "20260401", &["TAR106"]),
    ] {
        assert_eq!(said(event, &services, code, day), expected, "{code} on {day}");
    }
}

/// The dates of a service that was denied do not serve one of the same code that was approved.
#[test]
fn a_denied_service_lends_no_dates() {
    let services = [
        "HCR*A3*TAR-77*0F\nDTP*472*RD8*20260301-20260331\nSV1*HC:97802*80*UN*1",
        "HCR*A1*TAR-77\nDTP*472*RD8*20260401-20260430\nSV1*HC:97802*80*UN*1",
    ];
    let said = |day| said("HCR*A2*TAR-77\nHI*ABK:E109", &services, "97802", day);
    assert_eq!(said("20260302"), ["TAR106"]);
    assert!(said("20260402").is_empty());
}

/// Each service has its own provider; the event's is that of services that name none.
#[test]
fn services_have_their_own_providers() {
    let (ours, other) = (npi(77), npi(78));
    let of =
        |code: &str, npi: &str| format!("HCR*A1*TAR-77\nSV1*HC:{code}*80*UN*1\nNM1*SJ*1*RAY*ANN****XX*{npi}");
    let (nutrition, therapy) = (of("97802", &other), of("97110", &ours));
    let event = "HCR*A1*TAR-77\nDTP*007*RD8*20260101-20261231\nHI*ABK:E109";
    for services in [[&*nutrition, &*therapy], [&*therapy, &*nutrition]] {
        assert!(said(event, &services, "97110", "20260302").is_empty());
        assert_eq!(said(event, &services, "97802", "20260302"), ["TAR108"]);
    }
    let event = format!("{event}\nNM1*SJ*1*RAY*ANN****XX*{other}");
    let services = [&*therapy, "SV1*HC:97802*80*UN*1"];
    assert!(said(&event, &services, "97110", "20260302").is_empty());
    assert_eq!(said(&event, &services, "97802", "20260302"), ["TAR108"]);
}

/// A stay is within its dates when one of its rooms is.
#[test]
fn one_room_of_a_stay_is_enough() {
    let rooms = [
        "HCR*A1*TAR-77\nDTP*472*RD8*20260301-20260305\nSV2*0120**900*DA*3",
        "HCR*A1*TAR-77\nDTP*472*RD8*20260306-20260331\nSV2*0200**900*DA*3",
    ];
    let stay = |day: &str| {
        let claim = format!(
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1200\nDTP*434*RD8*{day}-20260310\nDTP*435*D8*{day}\nCL1*3*1*01\nREF*G1*TAR-77\nHI*ABK:E109:::::::Y\nHI*ABJ:E109\nNM1*71*1*RAY*ANN****XX*1000000012\nLX*1\nSV2*0120**500*DA*2\nLX*2\nSV2*0200**300*DA*1\nLX*3\nSV2*0300**100*UN*1"
        );
        beside("HCR*A1*TAR-77\nHI*ABK:E109", &rooms, Kind::Institutional, &claim)
    };
    assert_eq!(stay("20260302"), [""; 0]);
    assert_eq!(stay("20260227"), ["TAR106"]);
}

/// A county SAR without an end is honoured without naming a day.
#[test]
fn a_sar_without_end_names_no_day() {
    let claim = "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*97123456789\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302";
    let claims = interchange_of(Kind::Professional, SURGEON, &[Case { member: MEMBER, ..Case::of(claim) }]);
    for (dates, rule, message) in [
        ("2018-06-30,,", "TAR122", "County authorization 97123456789 is honoured until the county ends it."),
        (",2018-06-30,", "TAR122", "County authorization 97123456789 is honoured until the county ends it."),
        (
            ",,",
            "TAR120",
            "97123456789 is a county authorization without a date; from 2018-07-01 on the plan authorizes. It is needed for line 1.",
        ),
    ] {
        let row = format!("97123456789,sar,county,A1,{MEMBER},{dates},,,,,");
        let outputs = Setup::with_authorizations(&row).one(&claims);
        let said: Vec<_> = outputs.rows.iter().map(|row| (row.rule.as_str(), row.message.as_str())).collect();
        assert_eq!(said, [(rule, message)], "{dates}");
    }
}

/// What is wrong with a response spoils its authorization where that is read from, and nowhere else.
#[test]
fn faults_beside_the_decision_do_not_undo_it() {
    let claim = "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR-77\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302";
    let claims = interchange_of(Kind::Professional, SURGEON, &[Case::of(claim)]);
    let event = "HCR*A1*TAR-77\nDTP*007*RD8*20260101-20261231\nHI*ABK:E109\nMSG*APPROVED";
    let response =
        String::from_utf8(responding("91234567A", 9, event, &["SV1*HC:97802*80*UN*4\nMSG*FOUR VISITS"]))
            .unwrap();
    for (from, to, reject_unit, used) in [
        // sound
        ("~", "~", "claim", true),
        // beside the decision
        ("MSG*FOUR", "MSG**FOUR", "claim", true),
        ("MSG*APPROVED", "MSG**APPROVED", "claim", true),
        ("HI*ABK:", "HI*ABX:", "claim", true),
        ("NM1*1P*2", "NM1*1P*9", "claim", true),
        ("NM1*X3*2", "NM1*X3*9", "claim", true),
        // in what the authorization is read from
        ("DTP*007*RD8", "DTP*007*XX", "claim", false),
        ("20260101-20261231", "20261231-20260101", "claim", false),
        ("HCR*A1*", "HCR*ZZ*", "claim", false),
        ("UM*HS*", "UM*XX*", "claim", false),
        ("SV1*HC:", "SV1*XX:", "claim", false),
        ("NM1*IL*1", "NM1*IL*9", "claim", false),
        ("MSG*FOUR", "ZZZ*FOUR", "claim", false),
        // where any structural fault takes the set down
        ("MSG*FOUR", "MSG**FOUR", "set", false),
        // the set falls
        ("BHT*0007*11", "BHT*0099*11", "claim", false),
    ] {
        let changed = response.replacen(from, to, 1);
        let profile = format!("reject_unit = \"{reject_unit}\"\ntar.authorizations = \"complete\"");
        let ran = Setup::with_profile(&profile).run(&[
            ("a.837", &claims),
            ("b.278", changed.as_bytes()),
            ("c.278", &granting("TAR-78", "91234567A", 8)),
        ]);
        let (claim, answer) = (ran.of("a"), ran.of("b"));
        let (found, said) = (claim.rules(), answer.rules());
        assert_eq!(found.is_empty(), used, "{from} -> {to}: {found:?}, the response: {said:?}");
        assert_eq!(ran.of("b").count("responses"), u64::from(used), "{from} -> {to}");
        assert!(from == to || !said.is_empty(), "{from} -> {to}: the fault itself is said");
    }
}

/// The rules that speak of claims one after the other, each for so many units of a code on a day of March 2026.
fn one_after_the_other(event: &str, services: &[&str], claims: &[(&str, u32, u32)]) -> Vec<Vec<String>> {
    let texts: Vec<String> = (1..)
        .zip(claims)
        .map(|(nth, (code, day, units))| {
            format!(
                "CLM*A{nth}*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR-77\nHI*ABK:E109\nLX*1\nSV1*HC:{code}*80*UN*{units}***1\nDTP*472*D8*202603{day:02}"
            )
        })
        .collect();
    let cases: Vec<Case<'_>> = texts.iter().map(|text| Case { member: MEMBER, ..Case::of(text) }).collect();
    let claims = interchange_of(Kind::Professional, SURGEON, &cases);
    let response = responding(MEMBER, 9, event, services);
    let ran = Setup::with_profile("tar.authorizations = \"complete\"")
        .run(&[("a.837", &claims), ("b.278", &response)]);
    assert_eq!(ran.of("b").rows, vec![], "the response is sound");
    let rows = &ran.of("a").rows;
    (1..=cases.len())
        .map(|nth| {
            let own = rows.iter().filter(|row| row.record_id == format!("A{nth}"));
            own.map(|row| row.rule.clone()).collect()
        })
        .collect()
}

/// A quantity that comes so often is no total: what it comes to is counted where that is sure, else nothing is held against it.
#[test]
fn a_rate_is_counted_over_its_time() {
    let event = "HCR*A1*TAR-77\nDTP*007*RD8*20260101-20261231\nHI*ABK:E109";
    // how many visits each HSD is good for; none where there is no limit
    for (pattern, limit) in [
        ("VS*2", Some(2)),
        // one every three days for six days; for seven the third day begins
        ("VS*1*DA*3*7*6", Some(2)),
        ("VS*1*DA*3*7*7", Some(3)),
        // one a day for three days; two a week for a fortnight; one a month for a quarter
        ("VS*1*DA**7*3", Some(3)),
        ("VS*2*WK**35*2", Some(4)),
        ("VS*2*WK*1*7*14", Some(4)),
        ("VS*1*MO**34*3", Some(3)),
        // two within one month
        ("VS*2***34*1", Some(2)),
        // weeks of months, an episode, no end, days of the week, each month or in three
        ("VS*2*WK**34*3", None),
        ("VS*1*WK**26*1", None),
        ("VS*1*WK*1", None),
        ("VS*1*****SX*D", None),
        ("VS*1***34*3", None),
        ("VS*1**3", None),
        ("HS*1", None),
    ] {
        let service = format!("HCR*A1*TAR-77\nSV1*HC:97802*80\nHSD*{pattern}");
        let claims: Vec<_> = (2..8).map(|day| ("97802", day, 1)).collect();
        let said = one_after_the_other(event, &[&service], &claims);
        let fits = said.iter().take_while(|rules| rules.is_empty()).count();
        assert_eq!(fits, limit.unwrap_or(claims.len()), "{pattern}: {said:?}");
        assert!(said.iter().skip(fits).all(|rules| rules == &["TAR109"]), "{pattern}: {said:?}");
    }
}

/// A service's own quantity holds where an HSD beside it says none that is counted.
#[test]
fn a_rate_that_is_not_counted_leaves_the_quantity_of_the_service() {
    let event = "HCR*A1*TAR-77\nDTP*007*RD8*20260101-20261231\nHI*ABK:E109";
    for (delivery, limit) in [("VS*2*WK**34*3", 2), ("******A", 2), ("HS*9", 2), ("VS*3", 3)] {
        let service = format!("HCR*A1*TAR-77\nSV1*HC:97802*80*UN*2\nHSD*{delivery}");
        let claims: Vec<_> = (2..7).map(|day| ("97802", day, 1)).collect();
        let said = one_after_the_other(event, &[&service], &claims);
        let fits = said.iter().take_while(|rules| rules.is_empty()).count();
        assert_eq!(fits, limit, "{service}: {said:?}");
    }
}

/// Of several providers that a review names, each may bill; who is named without an id that claims have cannot be told.
#[test]
fn any_of_several_providers_will_do() {
    let (ours, other, another) = (npi(77), npi(78), npi(79));
    for (event, service, expected) in [
        (
            vec![format!("71*1*RAY*ANN****XX*{other}"), format!("FA*2*BAY HOSPITAL*****XX*{ours}")],
            "",
            &[][..],
        ),
        (vec![format!("SJ*1*RAY*ANN****XX*{other}"), format!("FA*2*BAY*****XX*{another}")], "", &["TAR108"]),
        (vec![format!("SJ*1*RAY*ANN****XX*{other}"), "FA*2*BAY*****24*770000001".to_owned()], "", &[]),
        (
            vec![format!("SJ*1*RAY*ANN****XX*{other}"), "FA*2*BAY*****24*770000002".to_owned()],
            "",
            &["TAR108"],
        ),
        (vec![format!("SJ*1*RAY*ANN****XX*{other}"), "FA*2*BAY HOSPITAL".to_owned()], "", &[]),
        (vec![format!("SJ*1*RAY*ANN****XX*{ours}")], &*format!("1*RAY*ANN****XX*{other}"), &["TAR108"]),
        // of the service, not of the event
        (vec![format!("SJ*1*RAY*ANN****XX*{other}")], "2*BAY HOSPITAL", &[]),
    ] {
        let event: Vec<String> = event.iter().map(|name| format!("\nNM1*{name}")).collect();
        let event = format!("HCR*A1*TAR-77\nDTP*007*RD8*20260101-20261231\nHI*ABK:E109{}", event.concat());
        let mut own = "SV1*HC:97802*80*UN*4".to_owned();
        if !service.is_empty() {
            own.push_str(&format!("\nNM1*SJ*{service}"));
        }
        assert_eq!(said(&event, &[&own], "97802", "20260302"), expected, "{event} {own}");
    }
}

/// Days of a stay are `DA` in a service and `DY` in an HSD.
#[test]
fn days_of_a_stay_are_counted() {
    let stay = |days: u32| {
        format!(
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1200\nDTP*434*RD8*20260302-20260310\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR-77\nHI*ABK:E109:::::::Y\nHI*ABJ:E109\nNM1*71*1*RAY*ANN****XX*1000000012\nLX*1\nSV2*0120**900*DA*{days}"
        )
    };
    let event = "HCR*A1*TAR-77\nDTP*435*D8*20260302\nHI*ABK:E109";
    for service in ["SV2*0120**900*DA*4", "SV2*0120**900\nHSD*DY*4"] {
        let service = format!("HCR*A1*TAR-77\n{service}");
        let said = |days| beside(event, &[&service], Kind::Institutional, &stay(days));
        assert_eq!(said(4), [""; 0], "{service}");
        assert_eq!(said(5), ["TAR109"], "{service}");
    }
}

/// Days of what is no room are its dates: quarters of an hour are none.
#[test]
fn units_of_a_visit_are_no_days() {
    let event = "HCR*A1*TAR-77\nDTP*007*RD8*20260101-20261231\nHI*ABK:E109";
    let service = "HCR*A1*TAR-77\nSV1*HC:97802*80\nHSD*DY*2";
    let said = one_after_the_other(event, &[service], &[("97802", 2, 8), ("97802", 3, 8), ("97802", 4, 1)]);
    assert_eq!(said, [vec![], vec![], vec!["TAR109".to_owned()]]);
}
