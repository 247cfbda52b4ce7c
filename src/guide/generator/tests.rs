//! Each check of the tables, shown to fail.

use std::fmt::Write as _;

use super::check::problems;
use super::read::read;

const HEAD: &str =
    "kind,id,within,qualifier,data_element,usage,repeat,type,min,max,codes,code_source,notes\n";

/// A small table that is right: a set with a loop of two segments and a loop inside it.
const GOOD: &str = "\
segment,ST,,,,R,1,,,,,,
element,ST01,,,143,R,1,ID,3,3,837,,
loop,2000A,,,,R,>1,,,,,,
segment,HL,2000A,20,,R,1,,,,,,
element,HL01,,,628,R,1,AN,1,12,,,
element,HL02,,,734,N,1,AN,1,12,,,
element,HL03,,,735,R,1,ID,1,2,20,,
segment,REF,2000A,G1,,S,1,,,,,,R0203
element,REF01,,,128,R,1,ID,2,3,G1,,
element,REF02,,,127,R,1,AN,1,50,,,
composite,REF03,,,C040,N,1,,,,,,P0102
component,REF03-1,,,128,S,1,ID,2,3,,,
component,REF03-2,,,373,S,1,DT,8,8,,npi@XX|zip,
segment,REF,2000A,9F,,S,1,,,,,,
element,REF01,,,128,R,1,ID,2,3,9F,,
loop,2010A,2000A,,,S,1,,,,,,
segment,NM1,2010A,85,,R,1,,,,,,
element,NM101,,,98,R,1,ID,2,3,85,,
segment,N3,2010A,,,R,1,,,,,,
element,N301,,,166,R,1,AN,1,55,,,
segment,SE,,,,R,1,,,,,,
element,SE01,,,96,R,1,N0,1,10,,,
";

/// Everything that is wrong with a table.
fn wrong(rows: &str) -> Vec<String> {
    match read(&format!("{HEAD}{rows}")) {
        Ok(table) => problems(&table),
        Err(problems) => problems,
    }
}

/// Changes a piece of the good table; the one problem that it then has must name `problem`.
#[track_caller]
fn breaks(from: &str, to: &str, problem: &str) {
    let rows = GOOD.replacen(from, to, 1);
    assert_ne!(rows, GOOD, "{from} is not there");
    let found = wrong(&rows);
    assert!(found.iter().any(|one| one.contains(problem)), "{found:?} does not say {problem}");
}

#[test]
fn a_good_table_has_no_problem() {
    assert_eq!(wrong(GOOD), Vec::<String>::new());
}

#[test]
fn rows_that_cannot_be_read() {
    breaks("segment,ST", "paragraph,ST", "unknown kind");
    breaks("ST,,,,R,1", "ST,,,,Q,1", "unknown usage");
    breaks("REF01,,,128,R,1,ID", "REF01,,,128,R,1,XX", "unknown type");
    breaks("ST,,,,R,1", "ST,,,,R,some", "its repeat is no number");
    breaks("1,50,", "one,50,", "is no number");
    breaks("npi@XX", "bingo", "unknown code set");
    breaks("R0203", "Q0203", "unreadable note");
    breaks("R0203", "R02", "unreadable note");
    breaks("R0203", "R020", "unreadable note");
    breaks("element,REF02", "element,REF03", "REF02 should stand here");
    breaks("component,REF03-2", "component,REF03-4", "REF03-2 should stand here");
    breaks("composite,REF03,,,C040,N,1,,,,", "element,REF03,,,C040,N,1,ID,1,1,", "REF03-1 should stand here");
}

#[test]
fn things_that_are_there_twice_or_nowhere() {
    breaks(
        "segment,REF,2000A,9F",
        "segment,REF,2000A,G1",
        "the same segment with the same qualifiers is there already",
    );
    breaks("loop,2010A,2000A", "loop,2000A,2000A", "a loop of this id is there already");
    breaks("loop,2010A,2000A", "loop,2010A,2000Z", "a loop that is not there");
    breaks("segment,N3,2010A", "segment,N3,2010Z", "a loop that is not there");
    breaks("segment,SE,", "mount,2300,2000A,,,S,1,,,,,,\nsegment,SE,", "the mounted loop is not there");
}

#[test]
fn lengths_and_codes_that_are_impossible() {
    breaks("ID,2,3,G1", "ID,3,2,G1", "impossible lengths 3 to 2");
    breaks("AN,1,50", "AN,0,50", "impossible lengths 0 to 50");
    breaks("DT,8,8", "DT,7,8", "impossible lengths 7 to 8");
    breaks("DT,8,8", "TM,2,8", "impossible lengths 2 to 8");
    breaks("ID,3,3,837", "ID,3,3,83", "code \"83\" does not fit lengths 3 to 3");
    breaks("ID,3,3,837", "ID,3,3,837|837", "code \"837\" stands twice");
    breaks("REF01,,,128,R", "REF01,,,12800,R", "a data element number has one to four characters");
    breaks(
        "segment,SE,,,,R,1,,,,,,\nelement,SE01",
        "segment,SELF,,,,R,1,,,,,,\nelement,SELF01",
        "a segment id has two or three letters",
    );
}

#[test]
fn notes_past_the_end() {
    breaks("R0203", "R0204", "names a position past the end, 3");
    breaks("R0203", "R0002", "names a position past the end, 3");
    breaks("P0102", "P0103", "names a position past the end, 2");
    breaks("R0203", "R01020301020301", "names more than 6 positions");
}

#[test]
fn loops_that_cannot_be_reached_or_told_apart() {
    breaks("segment,NM1,2010A,85,,R,1", "segment,NM1,2010A,85,,S,1", "2010A: unreachable");
    breaks("segment,NM1,2010A,85,,R,1", "segment,NM1,2010A,85,,R,2", "2010A: unreachable");
    let empty = "loop,2020A,2000A,,,S,1,,,,,,\nsegment,SE,";
    breaks("segment,SE,", empty, "2020A: unreachable");
    // a loop that begins as another of its siblings does
    let twin = "loop,2010B,2000A,,,S,1,,,,,,\nsegment,NM1,2010B,85,,R,1,,,,,,\nelement,NM101,,,98,R,1,ID,2,3,85,,\nsegment,SE,";
    breaks("segment,SE,", twin, "the second is unreachable, nothing tells them apart");
    // a segment that any segment of its id would be taken for
    breaks("segment,REF,2000A,9F", "segment,REF,2000A,", "ambiguous");
    breaks(
        "segment,N3,2010A,,,R,1,,,,,,\nelement,N301",
        "segment,NM1,2010A,,,R,1,,,,,,\nelement,NM101",
        "a new instance could not be told",
    );
    breaks("segment,REF,2000A,9F", "segment,REF,2000A,ZZ", "no element holds its qualifiers");
    let apart = "segment,REF,2000A,G1|9F,,S,1,,,,,,\nelement,REF01,,,128,R,1,ID,2,3,G1|9F,,\nsegment,SE,";
    breaks("segment,SE,", apart, "apart from each other with the same qualifier");
}

#[test]
fn a_second_code_may_tell_two_segments_apart() {
    let pair = |second: &str| {
        format!(
            "segment,PWK,,CT|OZ,,S,1,,,,,,\nelement,PWK01,,,755,R,1,ID,2,2,CT|OZ,,\nelement,PWK02,,,756,R,1,ID,1,2,BM,,\n\
             segment,PWK,,CT,,S,1,,,,,,\nelement,PWK01,,,755,R,1,ID,2,2,CT,,\nelement,PWK02,,,756,R,1,ID,1,2,{second},,\n"
        )
    };
    assert_eq!(wrong(&pair("AD")), Vec::<String>::new());
    assert!(wrong(&pair("BM"))[0].contains("ambiguous, nothing tells them apart"));
}

#[test]
fn more_than_the_matcher_can_hold() {
    let mut many = String::new();
    for n in 0..65 {
        let _ = writeln!(many, "segment,A{n:02},,,,S,1,,,,,,");
    }
    assert!(wrong(&many)[0].contains("65 slots"));
    let mut deep = String::from("loop,L0,,,,S,1,,,,,,\nsegment,B00,L0,,,R,1,,,,,,\n");
    for n in 1..10 {
        let _ = writeln!(deep, "loop,L{n},L{},,,S,1,,,,,,\nsegment,B{n:02},L{n},,,R,1,,,,,,", n - 1);
    }
    assert!(wrong(&deep)[0].contains("nested deeper than 10"));
    let mounts = "mount,2010A,,,,S,1,,,,,,\nloop,2000Z,,,,S,1,,,,,,\nsegment,HX,2000Z,,,R,1,,,,,,\nmount,2010A,2000Z,,,S,1,,,,,,\nsegment,SE,";
    breaks("segment,SE,", mounts, "mounted more than twice");
}
