//! `authorizations.csv`.

use super::super::authorization::{
    AuthKind, AuthStatus, Authorization, AuthorizationBook, AuthorizedService, AuthorizedUnits, CareSetting,
    DecisionOrder, Issuer, Origin, ProviderId, UnitOfService, normal,
};
use super::super::error::{Problem, ReferenceErrors};
use super::super::id::{Quantity, member_key};
use super::super::index::TableInfo;
use super::super::range::CodeRange;
use super::super::sheet::{Row, Sheet, columns};
use super::super::text::TableText;

columns! {
    NUMBER "number" required,
    KIND "kind" required,
    ISSUER "issuer" required,
    STATUS "status" required,
    MEMBER_ID "member_id" private,
    ISSUED_ON "issued_on" required,
    VALID_FROM "valid_from" required,
    VALID_TO "valid_to" required,
    PROVIDER_NPI "provider_npi" required,
    CODES "codes" required,
    UNITS "units" required,
    UNIT "unit" required,
    SETTING "setting" required,
}

/// Reads the rows into `book`, as decisions of the day on which they were issued; older than any 278 response where they do
/// not say when.
///
/// A row with codes is a service. A number may have several rows, which must agree on everything but
/// codes, status and units; rows that say the same twice count once. A row of status `NA` gives none.
pub(super) fn read(
    text: &TableText<'_>,
    info: TableInfo,
    book: &mut AuthorizationBook,
) -> Result<TableInfo, ReferenceErrors> {
    let mut sheet = Sheet::open(text, COLUMNS)?;
    let mut read = AuthorizationBook::default();
    read.reserve(memchr::memchr_iter(b'\n', text.body).count());
    let mut rows = 0;
    while let Some(mut row) = sheet.next_row() {
        let Some(authorization) = read_row(&mut row) else { continue };
        rows += 1;
        if authorization.status == AuthStatus::NoAction {
            continue;
        }
        match read.get_mut(&authorization.number) {
            None => {
                let decided = DecisionOrder::roster(authorization.issued_on, row.line);
                read.insert(authorization, decided);
            }
            Some(known) => {
                let Origin::Roster { row: first } = known.origin else { continue };
                if let Err(what) = join(known, authorization) {
                    row.fault(NUMBER, Problem::Contradiction { row: first, key: "number", what });
                }
            }
        }
    }
    let mut read = sheet.finish(read)?;
    read.for_each(settle);
    book.merge(read);
    Ok(TableInfo { rows, ..info })
}

/// A row as an authorization of one service, which holds what the row says of codes, status and units.
fn read_row(row: &mut Row<'_>) -> Option<Authorization> {
    let number = row.required(NUMBER, "an authorization number", |value| Some(normal(value)));
    let kind = row.required(KIND, "tar, sar or referral", AuthKind::parse);
    let issuer = row.required(ISSUER, "plan or county", Issuer::parse);
    let status = row.required(STATUS, "A1, A2, A3, A4, A6, C, CT or NA", AuthStatus::from_hcr01);
    let member = row.required(MEMBER_ID, "a member id", |value| Some(member_key(value)));
    let issued_on = row.date(ISSUED_ON);
    let window = row.period(VALID_FROM, VALID_TO);
    let expected = "an NPI of ten digits, a tax id of nine, or nothing";
    let provider = row.optional(PROVIDER_NPI, expected, ProviderId::parse);
    let expected = "codes of five characters, revenue codes of four digits, ranges A-B, joined by |";
    let codes = row.optional(CODES, expected, codes_of);
    let quantity = row.optional(UNITS, "a number that is not negative", Quantity::parse);
    let unit = row.optional(UNIT, "UN, VS or DY", UnitOfService::from_code);
    if quantity.is_some() && row.get(UNIT).is_empty() {
        row.fault(UNIT, Problem::Missing { expected: "UN, VS or DY, since units are given" });
    }
    let setting = row.optional(SETTING, "inpatient, outpatient or nothing", CareSetting::parse);
    if !row.is_good() {
        return None;
    }
    let units = quantity.zip(unit).map(|(quantity, unit)| AuthorizedUnits { quantity, unit });
    Some(Authorization {
        number: number?.into(),
        kind: kind?,
        issuer: issuer?,
        status: status?,
        member: member?,
        issued_on,
        window,
        providers: provider.into_iter().collect(),
        diagnoses: Vec::new(),
        services: vec![AuthorizedService {
            codes: codes.unwrap_or_default(),
            status,
            units,
            ..AuthorizedService::default()
        }],
        units: None,
        setting: setting.unwrap_or_default(),
        origin: Origin::Roster { row: row.line },
    })
}

fn codes_of(value: &[u8]) -> Option<Vec<CodeRange>> {
    let parts = value.split(|byte| *byte == b'|').map(<[u8]>::trim_ascii).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            CodeRange::parse(part).filter(|range| match range.from().len() {
                4 => [range.from(), range.to()]
                    .iter()
                    .all(|code| (0..4).all(|at| code.byte(at).is_ascii_digit())),
                len => len == 5,
            })
        })
        .collect::<Option<Vec<_>>>()
        .map(|mut codes| {
            codes.shrink_to_fit();
            codes
        })
}

/// Adds another row of a number to what is known of it; the column in which it contradicts, if it does.
fn join(known: &mut Authorization, other: Authorization) -> Result<(), &'static str> {
    let facts = [
        (known.kind == other.kind, "kind"),
        (known.issuer == other.issuer, "issuer"),
        (known.member == other.member, "member_id"),
        (known.issued_on == other.issued_on, "issued_on"),
        (known.window.from == other.window.from, "valid_from"),
        (known.window.to == other.window.to, "valid_to"),
        (known.providers == other.providers, "provider_npi"),
        (known.setting == other.setting, "setting"),
    ];
    if let Some((_, what)) = facts.into_iter().find(|(same, _)| !same) {
        return Err(what);
    }
    for service in other.services {
        match known.services.iter().find(|known| known.codes == service.codes) {
            Some(same) if same.status != service.status => return Err("status for the same codes"),
            Some(same) if same.units != service.units => return Err("units for the same codes"),
            Some(_) => {}
            None => known.services.push(service),
        }
    }
    Ok(())
}

/// Lifts what holds for the whole out of the services: the status and units of a single row; an approval of
/// any of several rows, so that a claim for a service that none of them lists is not called denied.
fn settle(authorization: &mut Authorization) {
    match authorization.services.as_mut_slice() {
        [only] => {
            authorization.status = only.status.take().unwrap_or(authorization.status);
            if only.codes.is_empty() {
                authorization.units = only.units;
                authorization.services.clear();
            }
        }
        several => {
            let approved =
                several.iter().filter_map(|service| service.status).find(|status| status.is_approved());
            authorization.status = approved.unwrap_or(authorization.status);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::{Code, Date};
    use crate::reference::{
        AuthKind, AuthStatus, AuthorizationBook, CareSetting, DecisionOrder, Issuer, Origin, ProviderId,
        Quantity, Roster, Rosters, UnitOfService, member_key,
    };

    fn read(rows: &str) -> Result<AuthorizationBook, String> {
        let file = format!(
            "number,kind,issuer,status,member_id,issued_on,valid_from,valid_to,provider_npi,codes,units,unit,setting\n\
             {rows}"
        );
        let mut book = AuthorizationBook::default();
        let mut rosters = Rosters::default();
        rosters
            .read(Roster::Authorizations, "authorizations.csv", file.as_bytes(), &mut book)
            .map_err(|e| e.to_string())?;
        assert_eq!(rosters.authorizations.unwrap().name, "authorizations");
        Ok(book)
    }

    #[test]
    fn a_row_is_an_authorization() {
        let book = read(
            "t-100,TAR,Plan,a1,90000001A35123,2025-01-02,2025-01-05,2025-06-30,1234567893,97110-97140|0120|g0283,12,vs,Outpatient\r\n\
             91000000001,sar,county,A6,90000001A,,,2019-12-31,12-3456789,,,,\r\n",
        )
        .unwrap();
        let tar = book.get(b"T-100").unwrap();
        assert_eq!((tar.kind, tar.issuer, tar.status), (AuthKind::Tar, Issuer::Plan, AuthStatus::Certified));
        assert_eq!((tar.member, tar.setting), (member_key(b"90000001A"), CareSetting::Outpatient));
        assert_eq!(tar.window.to_string(), "2025-01-05/2025-06-30");
        assert_eq!(tar.origin, Origin::Roster { row: 2 });
        let [service] = tar.services.as_slice() else { panic!("one service") };
        assert!(service.covers(Code::from("97112")) && service.covers(Code::from("0120")));
        assert!(service.covers(Code::from("G0283")) && !service.covers(Code::from("97150")));
        let units = tar.units_of(service).unwrap();
        assert_eq!((units.quantity, units.unit), (Quantity::whole(12), UnitOfService::Visits));
        assert_eq!(tar.status_of(service), AuthStatus::Certified);
        let sar = book.get(b"91000000001").unwrap();
        assert!(sar.services.is_empty() && sar.units.is_none() && sar.covers(Code::from("E0601")));
        assert!(matches!(sar.providers[..], [ProviderId::TaxId(_)]));
        assert_eq!(book.for_member(member_key(b"90000001A")).len(), 2);
    }

    #[test]
    fn a_number_may_have_a_row_for_each_service() {
        let rows = "T1,tar,plan,A3,M1,,2025-01-01,,,97110,4,UN,\n\
                    T1,tar,plan,A1,M1,,2025-01-01,,,97530,8,UN,\n\
                    T1,tar,plan,A1,M1,,2025-01-01,,,97530,8,UN,\n";
        let book = read(rows).unwrap();
        let tar = book.get(b"T1").unwrap();
        assert_eq!((tar.status, tar.services.len()), (AuthStatus::Certified, 2));
        let of =
            |code| tar.services_for(Code::from(code)).map(|s| (tar.status_of(s), tar.units_of(s))).next();
        assert_eq!(of("97110").map(|(status, _)| status), Some(AuthStatus::NotCertified));
        assert_eq!(of("97530").unwrap().1.unwrap().quantity, Quantity::whole(8));
        assert_eq!(of("E0601"), None);
    }

    /// A million authorizations: run with `--ignored --release`.
    #[test]
    #[ignore = "slow without optimization"]
    fn a_million_authorizations_load_in_bounded_time() {
        use std::fmt::Write as _;
        let mut rows = String::new();
        for n in 0..1_000_000 {
            let _ = writeln!(
                rows,
                "TAR{n:08},tar,plan,A1,9{:07}A,2025-01-02,2025-01-05,2025-06-30,1234567893,97110-97140|97530,24,VS,",
                n / 2
            );
        }
        let start = std::time::Instant::now();
        let book = read(&rows).unwrap();
        println!("{:?}", start.elapsed());
        assert_eq!(book.len(), 1_000_000);
        assert_eq!(book.for_member(member_key(b"90000000A")).len(), 2);
        assert!(start.elapsed().as_secs() < 10);
    }

    #[test]
    fn rows_of_a_number_must_agree() {
        assert_eq!(
            read(
                "T1,tar,plan,A1,M1,,2025-01-01,,,97110,4,UN,\n\
                 t1 ,tar,plan,A1,M2,,2025-01-01,,,97530,4,UN,\n\
                 T1,tar,plan,A1,M1,,2025-01-02,,,97530,4,UN,\n\
                 T1,tar,plan,A1,M1,,2025-01-01,,,97110,5,UN,\n\
                 T1,tar,plan,A4,M1,,2025-01-01,,,97110,4,UN,\n"
            )
            .unwrap_err(),
            "authorizations.csv row 3, column number: contradicts row 2: the same number with another member_id\n\
             authorizations.csv row 4, column number: contradicts row 2: the same number with another valid_from\n\
             authorizations.csv row 5, column number: contradicts row 2: the same number with another units for the \
             same codes\n\
             authorizations.csv row 6, column number: contradicts row 2: the same number with another status for the \
             same codes"
        );
    }

    #[test]
    fn a_number_holds_no_control_characters() {
        assert_eq!(
            read("T1,tar,plan,A1,M1,,,,,,,,\nT\x012,tar,plan,A1,M1,,,,,,,,\n").unwrap_err(),
            "authorizations.csv row 3, column number: holds a control character, such as a tab or a line \
             break; write plain text"
        );
    }

    /// The later decision counts: a row's day of issue is held against a response's.
    #[test]
    fn rows_are_as_late_as_their_day_of_issue() {
        for (issued_on, day, expected) in [
            ("2026-01-03", 2, AuthStatus::Cancelled),
            ("2026-01-02", 2, AuthStatus::Certified),
            ("2026-01-01", 2, AuthStatus::Certified),
            ("", 2, AuthStatus::Certified),
        ] {
            let mut book = read(&format!("T1,tar,plan,C,M1,{issued_on},,,,,,,\n")).unwrap();
            let mut response = (*book.get(b"T1").unwrap()).clone();
            response.status = AuthStatus::Certified;
            let order = DecisionOrder::response(Date::new(2026, 1, day).unwrap(), b"0000", 1);
            book.insert(response, order);
            assert_eq!(book.get(b"T1").unwrap().status, expected, "{issued_on}");
        }
    }

    #[test]
    fn wrong_rows_are_named_and_nothing_is_taken_in() {
        let mut book = read("T1,tar,plan,A1,M1,,,,,,,,\nT2,tar,plan,NA,M1,,,,,,,,\n").unwrap();
        assert_eq!(book.len(), 1, "NA gives none");
        let file = "number,kind,issuer,status,member_id,issued_on,valid_from,valid_to,provider_npi,codes,units,unit,setting\n\
                    T3,tar,plan,A1,M1,,,,,,,,\n\
                    ,scg,state,A5,,2025-1-1,2025-02-01,2025-01-01,123,97110-9711|12,x,,home\n\
                    T4,tar,plan,A1,M1,,,,,97140-97110,4,,\n";
        let errors = Rosters::default()
            .read(Roster::Authorizations, "authorizations.csv", file.as_bytes(), &mut book)
            .unwrap_err();
        let expected = [
            "row 3, column number: is empty, expected an authorization number",
            "row 3, column kind: holds a value of the form AAA (not shown, it may identify a patient), expected tar, sar or referral",
            "row 3, column issuer: holds a value of the form AAAAA (not shown, it may identify a patient), expected plan or county",
            "row 3, column status: holds a value of the form A9 (not shown, it may identify a patient), expected A1, A2, A3, A4, A6, C, CT or NA",
            "row 3, column member_id: is empty, expected a member id",
            "row 3, column issued_on: holds a value of the form 9999-9-9 (not shown, it may identify a patient), expected a day as YYYY-MM-DD",
            "row 3, column valid_to: is a day before valid_from",
            "row 3, column provider_npi: holds a value of the form 999 (not shown, it may identify a patient), expected an NPI of ten digits, a tax id of nine, or nothing",
            "row 3, column codes: holds a value of the form 99999-9999|99 (not shown, it may identify a patient), expected codes of five characters, revenue codes of four \
             digits, ranges A-B, joined by |",
            "row 3, column units: holds a value of the form A (not shown, it may identify a patient), expected a number that is not negative",
            "row 3, column setting: holds a value of the form AAAA (not shown, it may identify a patient), expected inpatient, outpatient or nothing",
            "row 4, column codes: holds a value of the form 99999-99999 (not shown, it may identify a patient), expected codes of five characters, revenue codes of four \
             digits, ranges A-B, joined by |",
            "row 4, column unit: is empty, expected UN, VS or DY, since units are given",
        ];
        assert_eq!(errors.to_string(), expected.map(|line| format!("authorizations.csv {line}")).join("\n"));
        assert_eq!(book.len(), 1);
    }
}
