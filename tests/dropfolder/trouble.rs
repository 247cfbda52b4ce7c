//! Disks that fail, files that grow, odd names, a second watcher, an end on request.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::common::program::said;
use crate::folder::{Folder, asked, free_port, is_root, sample, terminate, until};

const COUNT: &str = "wrong-count-837p.x12";

#[test]
fn odd_names_are_taken_and_cannot_lead_elsewhere() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new();
    let long = format!("{}.837", "long".repeat(60));
    let names: [&[u8]; 6] = [
        b"with space.837",
        "ünïcode-\u{1f600}.837".as_bytes(),
        b"..837",
        b"a\\..\\..\\up.837",
        b"latin-\xe4.837",
        long.as_bytes(),
    ];
    for (name, nth) in names.iter().zip(0..) {
        let path = folder.path().join("inbox/bay").join(std::ffi::OsStr::from_bytes(name));
        fs::write(path, [&sample(COUNT)[..], &b"\n".repeat(nth)].concat()).unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("inbox/bay/link.837")).unwrap();
    folder.looked(1);
    let fates = folder.fates();
    assert_eq!(fates.values().filter(|fate| *fate == "archived judged").count(), 5, "{fates:?}");
    assert!(!fates.contains_key("..837"), "hidden files are passed over");
    assert_eq!(folder.names("inbox").len(), 2, "the hidden file, and the link, which is no file");
    folder.proven();
}

#[test]
fn files_under_way_are_left_alone() {
    let folder = Folder::with(|config| {
        config.replace("stable_seconds = 0", "stable_seconds = 0\ndone_suffix = \".done\"")
    });
    folder.drop_in("a.837", sample(COUNT));
    folder.drop_in("b.837.tmp", sample(COUNT));
    folder.drop_in("b.837.tmp.done", "");
    folder.looked(0);
    assert!(folder.fates().is_empty());
    folder.drop_in("a.837.done", "");
    folder.looked(1);
    assert_eq!(folder.names("inbox"), ["bay/b.837.tmp", "bay/b.837.tmp.done"]);
    assert_eq!(folder.fates()["a.837"], "archived judged");
}

#[test]
fn a_growing_file_waits_until_it_is_whole() {
    let folder = Folder::with(|config| config.replace("stable_seconds = 0", "stable_seconds = 2"));
    let bytes = sample(COUNT);
    let path = folder.drop_in("grows.837", &bytes[..500]);
    let mut child = folder.watch().spawn().unwrap();
    for piece in bytes[500..].chunks(500) {
        std::thread::sleep(Duration::from_millis(300));
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(piece).unwrap();
    }
    until("it is taken", || !path.exists());
    terminate(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    folder.once();
    assert_eq!(folder.fates()["grows.837"], "archived judged");
    let kept = "archive/2026-07-01/bay-000001-grows.837/in/grows.837";
    assert_eq!(folder.files()[kept], bytes);
}

#[test]
fn one_watcher_has_a_state_and_it_ends_when_told() {
    let port = free_port();
    let folder = Folder::with(|config| format!("metrics = \"127.0.0.1:{port}\"\n{config}"));
    folder.drop_in("a.837", sample(COUNT));
    let mut child = folder.watch().spawn().unwrap();
    let kept = folder.path().join("archive/2026-07-01/bay-000001-a.837");
    until("the file is put away", || kept.exists());
    let second = folder.once();
    assert_eq!(second.status.code(), Some(2));
    assert!(said(&second).contains("another watcher has this state"), "{}", said(&second));
    let ask = |path: &str| asked(port, path);
    until("it has looked", || ask("/metrics").contains("claimsieve_files{state=\"archived\"} 1"));
    assert!(ask("/metrics").contains("claimsieve_records_total{partner=\"bay\",fate=\"accepted\"} 2"));
    assert!(ask("/health").starts_with("HTTP/1.1 200"));
    assert!(ask("/else").starts_with("HTTP/1.1 404"));
    // whoever asks slowly keeps nobody waiting
    let idle: Vec<_> = (0..3).map(|_| std::net::TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    let begun = std::time::Instant::now();
    assert!(ask("/health").starts_with("HTTP/1.1 200"));
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
    drop(idle);
    terminate(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    folder.proven();
}

#[test]
fn an_inbox_that_vanishes_keeps_no_other_waiting() {
    let folder = Folder::with(|config| {
        let (_, inbox) = config.split_once("[[inbox]]").unwrap();
        let other = inbox.replace("\"bay\"", "\"sea\"").replace("inbox/bay", "inbox/sea");
        format!("{config}[[inbox]]{other}")
    });
    folder.drop_in("a.837", sample(COUNT));
    let log = folder.looked(3);
    assert!(log.contains("cannot read the inbox"), "{log}");
    assert_eq!(folder.fates()["a.837"], "archived judged");
    fs::create_dir(folder.path().join("inbox/sea")).unwrap();
    folder.looked(0);
}

#[test]
fn an_outbox_that_cannot_be_written_is_waited_for() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    let outbox = folder.path().join("out/reject");
    let blocked = |blocked: bool| {
        if is_root() {
            // what root cannot write either: a file whose name a folder has
            let taken = outbox.join(".bay-000001-a.reject.x12.partial");
            if blocked {
                fs::create_dir_all(&taken).unwrap();
            } else {
                fs::remove_dir(&taken).unwrap();
            }
        } else {
            fs::create_dir_all(&outbox).unwrap();
            fs::set_permissions(&outbox, fs::Permissions::from_mode(if blocked { 0o500 } else { 0o700 }))
                .unwrap();
        }
    };
    blocked(true);
    folder.looked(3);
    assert!(folder.names("out/accept").iter().all(|name| name.starts_with('.')), "nothing is half published");
    blocked(false);
    // judged before, or now
    folder.once();
    assert_eq!(folder.fates()["a.837"], "archived judged");
    assert_eq!(folder.names("out/reject"), ["bay-000001-a.reject.x12"]);
    assert_eq!(folder.names("out/accept"), ["bay-000001-a.accept.x12"]);
    folder.proven();
}

#[test]
fn an_inbox_that_vanishes_may_return() {
    let folder = Folder::with(|config| {
        let (_, inbox) = config.split_once("[[inbox]]").unwrap();
        let other = inbox.replace("\"bay\"", "\"sea\"").replace("inbox/bay", "inbox/sea");
        format!("{config}[[inbox]]{other}")
    });
    let [bay, sea, away] = ["inbox/bay", "inbox/sea", "away"].map(|name| folder.path().join(name));
    fs::create_dir(&sea).unwrap();
    folder.drop_in("a.837", sample(COUNT));
    // it vanishes between seeing and taking
    folder.dies_at("received", 1);
    fs::rename(&bay, &away).unwrap();
    folder.looked(3);
    assert_eq!(folder.fates()["a.837"], "received", "it is not taken for withdrawn");
    let log = folder.path().join("watch.log");
    let mut child = folder.watch().stderr(fs::File::create(&log).unwrap()).spawn().unwrap();
    let told = || fs::read_to_string(&log).unwrap();
    until("it says so", || told().contains("cannot read the inbox"));
    fs::write(sea.join("b.278"), sample("278-responses.x12")).unwrap();
    let kept = |name: &str| folder.path().join("archive/2026-07-01").join(name);
    until("the other one goes on", || kept("sea-000002-b.278").exists());
    fs::write(away.join("c.278"), [&sample("278-responses.x12")[..], b"\n"].concat()).unwrap();
    fs::rename(&away, &bay).unwrap();
    until("it is back", || kept("bay-000001-a.837").exists() && kept("bay-000003-c.278").exists());
    terminate(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    folder.proven();
}

#[test]
fn what_is_no_file_or_may_not_be_read_stays_where_it_is() {
    let folder = Folder::new();
    let inbox = folder.path().join("inbox/bay");
    assert!(std::process::Command::new("mkfifo").arg(inbox.join("pipe.837")).status().unwrap().success());
    folder.drop_in(".done", "");
    folder.drop_in("a.837", sample("278-responses.x12"));
    let secret = folder.drop_in("secret.837", sample(COUNT));
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    let output = folder.once_as_nobody();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(
        said(&output).contains("cannot read") && said(&output).contains("secret.837"),
        "{}",
        said(&output)
    );
    let fates = folder.fates();
    assert_eq!([&*fates["a.837"], &*fates["secret.837"]], ["archived judged", "received"], "others go on");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let output = folder.once_as_nobody();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(folder.fates()["secret.837"], "archived judged");
    let left: Vec<String> =
        fs::read_dir(&inbox).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_look_of_a_cron_job_takes_what_others_troubles_leave() {
    let folder = Folder::with(|config| {
        let (_, inbox) = config.split_once("[[inbox]]").unwrap();
        let other = inbox.replace("\"bay\"", "\"sea\"").replace("inbox/bay", "inbox/sea");
        format!("{config}[[inbox]]{other}").replace("stable_seconds = 0", "stable_seconds = 1")
    });
    folder.drop_in("a.837", sample(COUNT));
    folder.looked(3);
    assert_eq!(folder.fates()["a.837"], "archived judged");
}

#[test]
fn a_file_that_is_sent_again_before_it_is_taken_is_taken_once() {
    let folder = Folder::new();
    folder.drop_in("a.837", &sample(COUNT)[..900]);
    folder.dies_at("received", 1);
    folder.drop_in("a.837", sample(COUNT));
    folder.looked(1);
    let (_, said) = folder.ledger(&["list"]);
    assert!(said.contains("withdrawn") && said.matches("judged").count() == 1, "{said}");
    assert!(folder.names("out/accept").len() == 1 && folder.names("inbox").is_empty());
    folder.proven();
}

#[test]
fn a_file_whose_name_is_taken_keeps_no_other_waiting() {
    let folder = crate::holds::waiting_folder(1);
    let taken = folder.path().join("out/accept/bay-000001-a.accept.x12");
    fs::create_dir_all(&taken).unwrap();
    folder.drop_in("a.837", sample(COUNT));
    folder.drop_in("b.837", sample("837p-physicians.x12"));
    let log = folder.looked(3);
    assert!(log.contains("cannot publish"), "{log}");
    // held claims come to their end, and large files are judged
    folder.drop_in("c.837", crate::crashes::batch(3000));
    folder.looked_at("2026-07-01T14:00:00-07:00", 3);
    let fates = folder.fates();
    assert_eq!(fates["a.837"], "processed judged");
    for name in ["b.837", "c.837", "b.released-000002.x12"] {
        assert_eq!(fates[name], "archived judged", "{fates:?}");
    }
    fs::remove_dir(&taken).unwrap();
    folder.once();
    assert_eq!(folder.fates()["a.837"], "archived judged");
    folder.proven();
}

#[test]
fn a_long_name_stops_nothing() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    folder.looked(1);
    // as many bytes as a name may have, three for each character
    let long = format!("{}.837", "\u{65e5}".repeat(82));
    folder.drop_in(&long, sample(COUNT));
    folder.drop_in("z.278", sample("278-responses.x12"));
    folder.looked(1);
    let fates = folder.fates();
    assert_eq!((&*fates[&long], &*fates["z.278"]), ("archived duplicate", "archived judged"));
    assert!(folder.names("inbox").is_empty());
    folder.proven();
}

#[test]
fn what_cannot_be_tidied_up_keeps_nothing_waiting() {
    let folder = Folder::new();
    folder.looked(0);
    let lock = folder.path().join("state/retry.lock");
    let _ = fs::remove_file(&lock);
    fs::create_dir(&lock).unwrap();
    folder.drop_in("a.837", sample(COUNT));
    let log = folder.looked(3);
    assert!(log.contains("retry.lock"), "{log}");
    assert_eq!(folder.fates()["a.837"], "archived judged");
}

#[test]
fn trouble_of_one_inbox_makes_no_other_wait_longer() {
    let folder = Folder::with(|config| {
        let (_, inbox) = config.split_once("[[inbox]]").unwrap();
        let other = inbox.replace("\"bay\"", "\"sea\"").replace("inbox/bay", "inbox/sea");
        format!("{config}[[inbox]]{other}")
    });
    let done = crate::clock::service(&folder).look();
    assert!(done.trouble && !done.stuck, "{done:?}");
}

#[test]
fn a_folder_is_no_marker() {
    let folder = Folder::with(|config| {
        config.replace("stable_seconds = 0", "stable_seconds = 0\ndone_suffix = \".done\"")
    });
    folder.drop_in("a.837", sample(COUNT));
    fs::create_dir(folder.path().join("inbox/a.837.done")).unwrap();
    folder.looked(0);
    assert_eq!(folder.names("inbox").len(), 1, "{:?}", folder.names("inbox"));
    fs::remove_dir(folder.path().join("inbox/a.837.done")).unwrap();
    folder.drop_in("a.837.done", "");
    folder.once();
    assert!(folder.names("inbox").is_empty());
    folder.proven();
}

#[test]
fn a_file_that_is_sent_again_keeps_its_marker() {
    let folder = Folder::with(|config| {
        config.replace("stable_seconds = 0", "stable_seconds = 0\ndone_suffix = \".done\"")
    });
    let send = |bytes| {
        folder.drop_in("a.837", bytes);
        folder.drop_in("a.837.done", "");
    };
    send(sample(COUNT));
    folder.dies_at("taking", 1);
    send(sample("278-responses.x12"));
    folder.once();
    assert!(folder.names("inbox").is_empty(), "{:?}", folder.names("inbox"));
    let (_, said) = folder.ledger(&["list"]);
    assert_eq!(said.matches("judged").count(), 2, "{said}");
    folder.proven();
}

#[test]
fn sets_outside_of_groups_disturb_no_sums() {
    let text = String::from_utf8(sample(COUNT)).unwrap();
    let segment =
        |id: &str| text.split_inclusive('~').find(|text| text.trim_start().starts_with(id)).unwrap();
    let without = text.replace(segment("GS*"), "").replace(segment("GE*"), "");
    let begin = text.find("ST*").unwrap();
    let set = &text[begin..text.find("GE*").unwrap()];
    let behind = text.replace("IEA*", &format!("{set}IEA*"));
    for text in [without, behind] {
        let folder = Folder::new();
        folder.drop_in("a.837", text);
        folder.looked(1);
        crate::holds::balances(&folder);
    }
}
