//! Outputs that somebody changed after the run: each change must be found and named.

use claimsieve::verify::Invariant::{Agreement, Conservation, Faithfulness, Locality};

use crate::runs::Run;
use crate::samples::mixed;

fn run() -> Run {
    let run = Run::of(&mixed(1));
    run.assert_proven();
    run
}

/// The segments of an X12 text, each with its line end.
fn segments(text: &str) -> Vec<String> {
    text.split_inclusive("~\n").map(str::to_owned).collect()
}

/// Where the `n`th record begins among segments, and where it ends.
fn record(segments: &[String], n: usize) -> (usize, usize) {
    let ends = |segment: &String| ["CLM", "HL", "SE"].iter().any(|id| segment.starts_with(id));
    let claims = segments.iter().enumerate().filter(|(_, segment)| segment.starts_with("CLM"));
    let start = claims.map(|(at, _)| at).nth(n).unwrap();
    let length = segments[start + 1..].iter().position(ends).unwrap() + 1;
    (start, start + length)
}

/// Text with its segments changed.
fn edit(change: impl FnOnce(&mut Vec<String>)) -> impl FnOnce(&str) -> String {
    |text| {
        let mut segments = segments(text);
        change(&mut segments);
        segments.concat()
    }
}

#[test]
fn a_lost_claim() {
    let run = run();
    run.tamper(
        "accept.x12",
        edit(|all| {
            let (start, end) = record(all, 2);
            all.drain(start..end);
        }),
    );
    let report = run.assert_violates(Conservation, "the record is in none of the files");
    // the set's count tells it too, and the summary
    assert!(report.violated(Faithfulness) > 0);
    run.assert_violates(Faithfulness, "SE01 is not");
    run.assert_violates(Conservation, "records.accepted is");
    run.assert_violates(Conservation, "charges.accepted is");
    assert!(report.violations.iter().any(|violation| violation.record == Some(5)), "{}", report.text());
}

#[test]
fn two_claims_swapped() {
    let run = run();
    run.tamper(
        "accept.x12",
        edit(|all| {
            let ((a, b), (c, d)) = (record(all, 0), record(all, 1));
            assert_eq!((b, b - a), (c, d - c));
            all[a..d].rotate_left(b - a);
        }),
    );
    let report = run.assert_violates(Conservation, "a record stands here that does not come next");
    assert_eq!(report.total(), 1, "{}", report.text());
}

#[test]
fn one_byte_changed() {
    let run = run();
    run.tamper("accept.x12", |text| text.replacen("HC:99213", "HC:99214", 1));
    let report = run.assert_violates(Faithfulness, "the record is not as it came");
    assert_eq!(report.total(), 1, "{}", report.text());
    assert_eq!(report.violations[0].record, Some(1));
    let run = self::run();
    run.tamper("accept.x12", |text| text.replacen("OKAFOR*JUNE", "OKAFOR*JANE", 1));
    run.assert_violates(Faithfulness, "the level above it is not as it came");
    let run = self::run();
    run.tamper("reject.x12", |text| text.replacen("BAY BILLING", "BAY BILLINGS", 1));
    run.assert_violates(Faithfulness, "the set above it is not as it came");
    let run = self::run();
    run.tamper("reject.x12", |text| text.replacen("*PLAN1          *", "*PLAN2          *", 1));
    run.assert_violates(Faithfulness, "the interchange above it is not as it came");
    let run = self::run();
    run.tamper("accept.x12", |text| text.replacen("GS*HC*SUB1", "GS*HC*SUB2", 1));
    run.assert_violates(Faithfulness, "the group above it is not as it came");
}

#[test]
fn another_line_style() {
    let run = run();
    run.tamper("accept.x12", |text| text.replacen("LX*1~\n", "LX*1~\r\n", 1));
    run.assert_violates(Faithfulness, "the record is not as it came");
    let run = self::run();
    run.tamper("accept.x12", |text| text.replacen("GE*2*11~\n", "GE*2*11~", 1));
    run.assert_violates(Faithfulness, "the line style behind the trailer of the group changed");
}

#[test]
fn wrong_counts_and_control_numbers() {
    for (from, to, words) in [
        ("SE*", "SE*1", "SE01 is not"),
        ("*0002~\nGE*", "*0003~\nGE*", "SE02 is not"),
        ("GE*2*11", "GE*1*11", "GE01 is not 2"),
        ("GE*2*11", "GE*2*12", "GE02 is not"),
        ("IEA*3*", "IEA*2*", "IEA01 is not 3"),
        ("IEA*3*000000001", "IEA*3*000000002", "IEA02 is not"),
        ("IEA*3*000000001~\n", "", "the interchange has no IEA"),
        ("GE*2*11~\n", "", "the group has no GE"),
    ] {
        let run = run();
        run.tamper("accept.x12", |text| text.replacen(from, to, 1));
        run.assert_violates(Faithfulness, words);
    }
}

#[test]
fn wrong_levels() {
    for (from, to, words) in [
        ("HL*2*1*22*1", "HL*3*1*22*1", "HL01 is not 2"),
        ("HL*2*1*22*1", "HL*2*2*22*1", "HL02 is not 1"),
        ("HL*1**20*1", "HL*1*1*20*1", "HL02 is not empty"),
        ("HL*2*1*22*1", "HL*2*1*22*0", "HL04 is not 1"),
        ("23*0", "23*1", "HL04 is not 0"),
        ("EV*1", "EV*0", "HL04 is not 1"),
        ("SS*0", "SS*1", "HL04 is not 0"),
    ] {
        let run = run();
        run.tamper("accept.x12", |text| text.replacen(from, to, 1));
        run.assert_violates(Faithfulness, words);
    }
    // a service under another event than its own
    let run = run();
    run.tamper("accept.x12", |text| {
        let at = text.find("*SS*0").unwrap();
        let start = text[..at].rfind('*').unwrap();
        format!("{}*1{}", &text[..start], &text[at..])
    });
    run.assert_violates(Faithfulness, "HL02 is not HL01 of the event");
}

#[test]
fn a_level_left_empty_or_written_twice() {
    let run = run();
    run.tamper(
        "accept.x12",
        edit(|all| {
            let (start, end) = record(all, 0);
            // the claim goes to the end of its level's next claim, its level remains
            let level = all[..start].iter().rposition(|segment| segment.starts_with("HL")).unwrap();
            let copy: Vec<String> = all[level..start].to_vec();
            all.splice(end..end, copy);
        }),
    );
    run.assert_violates(Faithfulness, "the level above it is written twice");
    let run = self::run();
    run.tamper(
        "accept.x12",
        edit(|all| {
            let end = all.iter().position(|segment| segment.starts_with("SE*")).unwrap();
            all.insert(end, "HL*9*1*22*0~\n".to_owned());
        }),
    );
    run.assert_violates(Faithfulness, "no record stands in or below the level");
}

#[test]
fn a_claim_in_both_files() {
    let run = run();
    let accepted = segments(&run.output("accept.x12"));
    let (start, end) = record(&accepted, 0);
    run.tamper(
        "reject.x12",
        edit(|all| {
            let (at, _) = record(all, 0);
            all.splice(at..at, accepted[start..end].iter().cloned());
        }),
    );
    let report = run.assert_violates(Conservation, "a record stands here that does not come next");
    assert!(report.text().contains("batch.reject.x12, byte"), "{}", report.text());
    run.assert_violates(Conservation, "records.rejected is");
}

#[test]
fn a_claim_in_the_wrong_file() {
    // all claims change sides, so that both files are whole
    let run = run();
    let (accept, reject) = (run.output("accept.x12"), run.output("reject.x12"));
    run.write("accept.x12", &reject);
    run.write("reject.x12", &accept);
    run.assert_violates(Agreement, "the record is accepted, and a row rejects it");
    run.assert_violates(Agreement, "the record is rejected, and no row says why");
    run.assert_violates(Conservation, "records.accepted is");
}

#[test]
fn rows_missing_or_false() {
    let row = |text: &str| text.lines().position(|line| line.contains("C-0002")).unwrap();
    let without = |text: &str, at: usize| {
        let lines = text.lines().enumerate().filter(|(line, _)| *line != at);
        lines.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    let run = run();
    run.tamper("reasons.csv", |text| without(text, row(text)));
    run.assert_violates(Agreement, "differs between CSV and JSON");
    run.tamper("reasons.jsonl", |text| without(text, row(text)));
    let report = run.assert_violates(Agreement, "the record is rejected, and no row says why");
    assert!(report.violations.iter().any(|violation| violation.record == Some(2)), "{}", report.text());
    run.assert_violates(Agreement, "such rows");

    for (from, to, invariant, words) in [
        (",reject,", ",accept,", Agreement, "column disposition differs between CSV and JSON"),
        ("record_id", "claim_id", Agreement, "its header is not the columns"),
    ] {
        let run = self::run();
        run.tamper("reasons.csv", |text| text.replacen(from, to, 1));
        run.assert_violates(invariant, words);
    }
    for (csv, json, invariant, words) in [
        (",C-0002,", "\"C-0002\"", Locality, "column record_id is not that of the record"),
        (",102.2,", "\"102.2\"", Locality, "column charge is not that of the record"),
        (",000000001,11,0001,2,", "", Locality, ""),
    ] {
        if json.is_empty() {
            continue;
        }
        let run = self::run();
        let csv = if csv.contains("102.2") { ",102.20,".to_owned() } else { csv.to_owned() };
        let json = if json.contains("102.2") { "\"102.20\"".to_owned() } else { json.to_owned() };
        run.tamper("reasons.csv", |text| text.replacen(&csv, &csv.replace('2', "7"), 1));
        run.tamper("reasons.jsonl", |text| text.replacen(&json, &json.replace('2', "7"), 1));
        run.assert_violates(invariant, words);
    }
}

/// Changes a cell of the first row that names a record, in both files.
fn change_cell(run: &Run, column: &str, change: impl Fn(u64) -> u64) {
    let text = run.output("reasons.jsonl");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = lines.iter().position(|line| !line.contains("\"record\":null")).unwrap();
    let mut row: serde_json::Value = serde_json::from_str(&lines[at]).unwrap();
    let number = row[column].as_u64().unwrap();
    row[column] = change(number).into();
    let new = row[column].to_string();
    lines[at] = row.to_string();
    run.write("reasons.jsonl", &(lines.join("\n") + "\n"));
    let mut reader = csv::Reader::from_path(run.out().join("batch.reasons.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let place = header.iter().position(|name| name == column).unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    for (number, record) in reader.records().enumerate() {
        let record = record.unwrap();
        let cells = record
            .iter()
            .enumerate()
            .map(|(cell, text)| if (number, cell) == (at, place) { new.as_str() } else { text });
        writer.write_record(cells).unwrap();
    }
    run.write("reasons.csv", std::str::from_utf8(&writer.into_inner().unwrap()).unwrap());
}

#[test]
fn places_that_are_not_there() {
    for (column, change, words) in [
        ("byte_offset", (|at| at + 1) as fn(u64) -> u64, "byte offset"),
        ("byte_offset", |at| at - 41, "byte offset"),
        ("byte_offset", |_| 9_999_999, "past the end of the input"),
        ("byte_offset", |_| 0, "its position is not where the segment should have stood"),
        ("position", |at| at + 1, "its position is not"),
        ("record", |_| 999, "the input has no record 999"),
        ("record", |at| at + 1, "column record_id is not that of the record"),
    ] {
        let run = run();
        change_cell(&run, column, change);
        run.assert_violates(Locality, words);
    }
}

#[test]
fn false_sums() {
    for (from, to, words) in [
        ("\"read\": 45", "\"read\": 46", "records.read is 46"),
        ("\"transactions\": 5", "\"transactions\": 6", "transactions is 6"),
        ("\"responses\": 2", "\"responses\": 3", "responses is 3"),
        ("\"groups\": 3", "\"groups\": 2", "groups is 2"),
    ] {
        let run = run();
        run.tamper("summary.json", |text| text.replacen(from, to, 1));
        run.assert_violates(Conservation, words);
    }
    let run = run();
    run.tamper("summary.json", |text| text.replacen("\"reject\": ", "\"reject\": 1", 1));
    run.assert_violates(Agreement, "such rows");
    run.assert_violates(Agreement, "findings is not the sum of the inputs' summaries");
    let run = self::run();
    run.tamper("summary.json", |text| text.replacen("\"test\": false", "\"test\": true", 1));
    run.assert_violates(Agreement, "ISA15 of the input says otherwise");
}

#[test]
fn files_too_many_or_too_few() {
    let run = run();
    run.write("refused.x12", &mixed(7));
    run.assert_violates(Conservation, "belong to no refused interchange");
    let run = self::run();
    run.write("ta1.x12", "ISA*00*");
    run.assert_violates(Faithfulness, "belong to no acknowledgement");
    for suffix in ["summary.json", "reasons.csv", "reasons.jsonl"] {
        let run = self::run();
        std::fs::remove_file(run.out().join(format!("batch.{suffix}"))).unwrap();
        run.assert_violates(Agreement, &format!("batch.{suffix}: it is missing beside the other outputs"));
    }
    let run = self::run();
    std::fs::remove_file(run.out().join("batch.accept.x12")).unwrap();
    run.assert_violates(Conservation, "the record is in none of the files");
    let run = self::run();
    std::fs::remove_file(run.out().join("summary.json")).unwrap();
    run.assert_violates(Agreement, "summary.json: it is missing");
    let run = self::run();
    run.tamper("accept.x12", |text| format!("{text}junk"));
    run.assert_violates(Faithfulness, "bytes stand outside of any interchange");
    let run = self::run();
    run.tamper("accept.x12", |text| text.repeat(2));
    run.assert_violates(Conservation, "a record stands here that does not come next");
}

#[test]
fn a_stale_accept_file() {
    let text = mixed(1).replace("*00501*", "*00401*");
    let run = Run::of(&text);
    run.assert_proven();
    assert_eq!(run.records, [45, 0, 0, 45]);
    run.write("accept.x12", &mixed(1));
    run.assert_violates(Conservation, "records.accepted is 0, but the accept file: 45");
}

#[test]
fn refused_interchanges_changed() {
    let text =
        [mixed(1), mixed(2).replace("*00501*", "*00401*"), mixed(3).replace("*00501*", "*00401*")].concat();
    for (suffix, change, invariant, words) in [
        (
            "refused.x12",
            (|text| text.replacen("HC:99213", "HC:99214", 1)) as fn(&str) -> String,
            Faithfulness,
            "refused interchange 2 is not as it came",
        ),
        (
            "refused.x12",
            |text| text[text.find("000000003").unwrap() - 90..].to_owned(),
            Agreement,
            "a row calls interchange 2 refused, and it is not in the refused file",
        ),
        ("refused.x12", |text| format!("{text}{text}"), Conservation, "belong to no refused interchange"),
        ("reasons.csv", |text| text.replacen("refused", "", 1), Agreement, "column disposition differs"),
    ] {
        let run = Run::of(&text);
        run.assert_proven();
        run.tamper(suffix, change);
        run.assert_violates(invariant, words);
    }
    let run = Run::of(&text);
    let without = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains("000000002"));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    run.tamper("reasons.csv", without);
    run.tamper("reasons.jsonl", without);
    run.assert_violates(Agreement, "interchange 2 is refused, and no row says why");
}

#[test]
fn acknowledgements_that_say_another_thing() {
    for (suffix, from, to, invariant, words) in [
        ("999.x12", "IK5*E", "IK5*R", Agreement, "is rejected, and a record of it is accepted"),
        ("999.x12", "AK9*", "AK9*R*", Agreement, "is not what its sets come to"),
        ("999.x12", "AK2*837*0002", "AK2*837*0003", Agreement, "set 0002 is not acknowledged"),
        ("999.x12", "AK1*HC*11", "AK1*HC*12", Agreement, "group 11 is not acknowledged"),
        ("999.x12", "SE*", "SE*1", Faithfulness, "SE01 is not"),
        ("277ca.x12", "QTY*90*", "QTY*90*1", Agreement, "totals of set 0001 are not those"),
        ("277ca.x12", "*WQ*", "*U*", Faithfulness, ""),
        ("277ca.x12", "HL*5*3*PT", "HL*6*3*PT", Faithfulness, "HL01 does not count up"),
        ("277ca.x12", "HL*2*1*21*1", "HL*2*9*21*1", Faithfulness, "HL02 is not the number of a level"),
        ("277ca.x12", "HL*2*1*21*1", "HL*2**21*1", Faithfulness, "HL02 is not the number of a level"),
        ("277ca.x12", "HL*3*2*19*1", "HL*3*1*19*1", Faithfulness, "HL02 is not the number of a level"),
        ("277ca.x12", "HL*1**20*1", "HL*1*1*20*1", Faithfulness, "HL02 is not the number of a level"),
        ("277ca.x12", "*005010X214~\nST", "*005010X213~\nST", Faithfulness, "GS08 is not 005010X214"),
        ("277ca.x12", "*005010X214~\nBHT", "*005010X213~\nBHT", Faithfulness, "ST03 is not 005010X214"),
        ("278.x12", "HL*2*1*21*1", "HL*2*7*21*1", Faithfulness, "HL02 is not the number of a level"),
        ("278.x12", "ST*278", "ST*277", Faithfulness, "ST01 is not 278"),
        ("999.x12", "GS*FA", "GS*HN", Faithfulness, "GS01 is not FA"),
        ("278.x12", "AAA*", "MSG*", Agreement, "is not answered with a reason"),
    ] {
        let run = self::run();
        if words.is_empty() {
            // of a claim, not of the whole file or a provider
            let text = run.output(suffix);
            let at = text.find("STC*A2").unwrap();
            run.write(suffix, &(text[..at].to_owned() + &text[at..].replacen(from, to, 1)));
            run.assert_violates(Agreement, "that is accepted does not come next as such");
            run.write(suffix, &(text[..at].to_owned() + &text[at..].replacen("STC*A2", "STC*A3", 1)));
            run.assert_violates(Agreement, "(STC01) and what was done with it");
            continue;
        }
        // a request may have more reasons than one
        let times = if from == "AAA*" { usize::MAX } else { 1 };
        run.tamper(suffix, |text| text.replacen(from, to, times)).assert_violates(invariant, words);
    }
    let run = self::run();
    std::fs::remove_file(run.out().join("batch.277ca.x12")).unwrap();
    run.assert_violates(Agreement, "does not come next as such");
    let run = self::run();
    run.tamper("999.x12", |text| text.repeat(2)).assert_violates(Agreement, "or again");
}

/// The samples' acknowledgements, each changed in one place: an answer that says another thing than the input and its rows.
#[test]
fn answers_that_contradict_the_run() {
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/day");
    let run = Run::of_folder("alliance-ccs", &samples);
    run.assert_proven();
    let claims = "837p-physicians.277ca.x12";
    let sets = "structure-faults-837p.999.x12";
    let reviews = "278-requests.278.x12";
    let envelopes = "envelope-faults.ta1.x12";
    // what is changed is the first of these behind a mark
    for (file, mark, from, to, words) in [
        (claims, "", "*0*P*:~", "*0*T*:~", "ISA15 is not that"),
        (claims, "", "TRN*1*260701001-0101-0001", "TRN*1*260701001-0101-0002", "is not made of its numbers"),
        (claims, "*41*", "TRN*2*DAY", "TRN*2*DAX", "is not made of its numbers"),
        (claims, "*41*", "*WQ*", "*WQ*1", "the totals of set 0001"),
        (claims, "*41*", "QTY*AA*", "QTY*AA*1", "the totals of set 0001"),
        (claims, "*41*", "AMT*YY*", "AMT*YY*1", "the totals of set 0001"),
        (claims, "*85*", "*WQ*", "*WQ*1", "the totals of a billing provider"),
        (claims, "*85*", "QTY*QA*", "QTY*QA*1", "the totals of a billing provider"),
        (claims, "*85*", "QTY*QC*", "QTY*QC*1", "the totals of a billing provider"),
        (claims, "*85*", "AMT*YU*", "AMT*YU*1", "the totals of a billing provider"),
        (claims, "*85*", "AMT*YY*", "AMT*YY*1", "the totals of a billing provider"),
        (claims, "*85*", "AMT*YY*", "AMT*YU*", "the totals of a billing provider"),
        (claims, "*QC*", "TRN*2*P-", "TRN*2*Q-", "does not come next as such"),
        (claims, "*QC*", "STC*A8:477", "STC*A7:500", "has other statuses (STC) than its rows"),
        (claims, "*QC*", "STC*A8:477", "STC*A8:477:PR", "has other statuses (STC) than its rows"),
        (claims, "*QC*", "STC*A2:20:PR", "STC*A2:19:PR", "that says otherwise"),
        (claims, "*QC*", "REF*D9*", "REF*D9*9", "(REF*D9) is not that of the input"),
        (claims, "*QC*", "REF*D9*", "REF*1K*", "(REF*D9) is not that of the input"),
        (claims, "SVC*", "STC*A", "STC*A8:500::A", "has other statuses (STC) than its rows"),
        (sets, "", "*0*P*:~", "*0*T*:~", "ISA15 is not that"),
        (sets, "", "AK1*HC*1101*005010X222A1", "AK1*HC*1101*005010X222", "group 1101 is not acknowledged"),
        (sets, "", "AK2*837*0001*005010X222A1", "AK2*835*0001*005010X222A1", "set 0001 is not acknowledged"),
        (sets, "", "AK2*837*0001*005010X222A1", "AK2*837*0001", "set 0001 is not acknowledged"),
        (sets, "", "IK5*E*5*I5", "IK5*A", "IK5 of set 0001 is not what"),
        (sets, "", "IK5*E*5*I5", "IK5*E*5", "IK5 of set 0001 is not what"),
        (sets, "", "IK5*E*5*I5", "IK5*E", "IK5 of set 0001 is not what"),
        (sets, "", "IK5*A~", "IK5*E*5~", "IK5 of set 0012 is not what"),
        (sets, "", "IK5*R*5~", "IK5*R~", "IK5 of set 0002 is not what"),
        (sets, "", "IK3*ZZZ*30*2300*1", "IK3*ZZY*30*2300*1", "are not the errors that rows name"),
        (sets, "", "IK3*ZZZ*30*2300*1", "IK3*ZZZ*31*2300*1", "are not the errors that rows name"),
        (sets, "", "IK3*ZZZ*30*2300*1", "IK3*ZZZ*30*2400*1", "are not the errors that rows name"),
        (sets, "", "IK3*ZZZ*30*2300*1", "IK3*ZZZ*30*2300*6", "are not the errors that rows name"),
        (sets, "", "CTX*CLM01:S-SEG101", "CTX*CLM01:S-SEG102", "are not the errors that rows name"),
        (sets, "", "IK4*2*782*1", "IK4*3*782*1", "are not the errors that rows name"),
        (sets, "", "IK4*2*782*1", "IK4*2*782*2", "are not the errors that rows name"),
        (sets, "", "IK4*5:4*", "IK4*5:5*", "are not the errors that rows name"),
        (sets, "", "AK9*P*15*15*2", "AK9*P*14*15*2", "AK9 of group 1101 is not what"),
        (reviews, "", "*0*P*:~", "*0*T*:~", "ISA15 is not that"),
        (reviews, "", "TRN*2*R-SEG104-NO-UM", "TRN*2*R-OTHER-REQUEST", "does not repeat its traces"),
        (reviews, "", "AAA*N**15*C", "AAA*N**33*C", "has other reasons (AAA03) than its rows"),
        (reviews, "", "AAA*N**33*C", "AAA*N**15*C", "has other reasons (AAA03) than its rows"),
        (reviews, "", "BHT*0007*11*REQ", "BHT*0007*11*REX", "does not repeat its number"),
        (envelopes, "", "*0*P*:~", "*0*T*:~", "ISA15 is not that"),
        (envelopes, "", "*A*000", "*A*001", "has a code (TA104, TA105) that no row gives"),
        (envelopes, "", "*A*000", "*E*021", "has a code (TA104, TA105) that no row gives"),
        (envelopes, "", "*E*021", "*E*022", "has a code (TA104, TA105) that no row gives"),
        (envelopes, "", "*E*021", "*A*000", "has a code (TA104, TA105) that no row gives"),
        (envelopes, "", "*R*018", "*R*000", "has a code (TA104, TA105) that no row gives"),
        (envelopes, "", "*R*018", "*R*003", "has a code (TA104, TA105) that no row gives"),
    ] {
        let path = run.out().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let at = text.find(mark).unwrap_or_else(|| panic!("{mark} is not in {file}"));
        let changed = text[..at].to_owned() + &text[at..].replacen(from, to, 1);
        assert_ne!(text, changed, "{from} is not in {file} behind {mark:?}");
        std::fs::write(&path, changed).unwrap();
        println!("{file}: {from} -> {to}");
        run.assert_violates(Agreement, words);
        std::fs::write(&path, text).unwrap();
    }
    run.assert_proven();
}

/// An IK3 or IK4 that is left out, or stands twice, is told as well.
#[test]
fn errors_that_are_left_out() {
    let run = self::run();
    let text = run.output("999.x12");
    let line = text.lines().find(|line| line.starts_with("IK3*")).unwrap();
    for changed in
        [text.replacen(&format!("{line}\n"), "", 1), text.replacen(line, &format!("{line}\n{line}"), 1)]
    {
        run.write("999.x12", &changed);
        run.assert_violates(Agreement, "are not the errors that rows name");
    }
    run.write("999.x12", &text);
    run.assert_proven();
}
