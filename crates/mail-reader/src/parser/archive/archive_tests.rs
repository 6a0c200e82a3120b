use super::*;
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const EML: &[u8] = b"From: a@b.example\nSubject: single\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n\nx\n";

fn mbox(count: usize) -> Vec<u8> {
    let messages = (0..count).map(|n| format!("From \nSubject: {n}\n\nbody {n}\n"));
    messages.collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a buffer");
    encoder.finish().expect("a buffer")
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        if name.ends_with('/') {
            writer.add_directory(*name, options).expect("a folder");
        } else {
            writer.start_file(*name, options).expect("a file");
            writer.write_all(content).expect("a buffer");
        }
    }
    writer.finish().expect("a buffer").into_inner()
}

/// Each event as `name: subject` or `name! error`, with the position after it.
fn events(
    archive: &[u8],
    archive_type: ArchiveType,
    start: ArchivePosition,
) -> Vec<(String, ArchivePosition)> {
    events_within(&Budget::new(16 * 1024 * 1024), archive, archive_type, start)
}

fn events_within(
    budget: &Budget,
    archive: &[u8],
    archive_type: ArchiveType,
    start: ArchivePosition,
) -> Vec<(String, ArchivePosition)> {
    let mut events = Vec::new();
    let mut visit = |item: ArchiveItem<'_>| {
        let text = match item.event {
            ArchiveEvent::Message { content, .. } => {
                let content = content.expect("small");
                let text = String::from_utf8(content).expect("text");
                let subject = text.lines().find_map(|l| l.strip_prefix("Subject: "));
                format!("{}: {}", item.name, subject.expect("a subject"))
            }
            ArchiveEvent::Error(reason) => format!("{}! {reason}", item.name),
        };
        events.push((text, item.next));
        ControlFlow::Continue(())
    };
    let flow = read_within(budget, Cursor::new(archive), archive_type, start, &mut visit).expect("readable");
    assert!(flow.is_continue());
    events
}

fn texts(archive: &[u8], archive_type: ArchiveType) -> Vec<String> {
    let events = events(archive, archive_type, ArchivePosition::default());
    events.into_iter().map(|(text, _)| text).collect()
}

#[test]
fn messages_of_a_zip_file_are_read() {
    let archive = zip(&[
        ("Takeout/", b""),
        ("Takeout/archive_browser.html", b"<html>x</html>"),
        ("Takeout/Mail/All mail.mbox", &mbox(2)),
        ("Takeout/Mail/User Settings/filters.json", b"{}"),
        ("Takeout/Mail/Empty.mbox", b""),
        ("X.mbox/mbox", &mbox(1)),
        ("X.mbox/table_of_contents", b"\x00\x01"),
        ("__MACOSX/._a.eml", b"\x00\x01"),
        ("a.eml", EML),
        ("b.mbox.gz", &gzip(&mbox(1))),
        ("broken.eml", b"\x00\x01"),
        ("c.zip", &zip(&[("a.eml", EML)])),
    ]);
    let texts = texts(&archive, ArchiveType::Zip);
    assert_eq!(
        texts[..5],
        [
            "Takeout/Mail/All mail.mbox: 0",
            "Takeout/Mail/All mail.mbox: 1",
            "X.mbox/mbox: 0",
            "a.eml: single",
            "b.mbox.gz: 0"
        ]
    );
    assert!(
        texts[5].starts_with("broken.eml! This does not look like email"),
        "{texts:?}"
    );
    assert_eq!(texts[6], format!("c.zip! {NESTED}"));
    assert_eq!(texts.len(), 7);
}

#[test]
fn compressed_mailbox_is_read() {
    assert_eq!(texts(&gzip(&mbox(2)), ArchiveType::Gzip), [": 0", ": 1"]);
    assert_eq!(texts(&gzip(EML), ArchiveType::Gzip), [": single"]);
    let joined = [gzip(&mbox(1)), gzip(&mbox(1))].concat();
    assert_eq!(texts(&joined, ArchiveType::Gzip), [": 0", ": 0"]);
    assert_eq!(
        texts(&gzip(&gzip(EML)), ArchiveType::Gzip),
        [format!("! {NESTED}")]
    );
}

#[test]
fn reading_resumes_after_any_event() {
    let archive = zip(&[
        ("a.mbox", &mbox(3)),
        ("broken.eml", b"\x00\x01"),
        ("b.eml", EML),
        ("notes.txt", b"x"),
        ("c.mbox", &mbox(3)),
    ]);
    let packed = gzip(&mbox(5));
    for (archive, archive_type) in [(&archive, ArchiveType::Zip), (&packed, ArchiveType::Gzip)] {
        let all = events(archive, archive_type, ArchivePosition::default());
        for (n, (_, next)) in all.iter().enumerate() {
            let position = ArchivePosition::from_offset(next.to_offset());
            assert_eq!(position, *next);
            assert_eq!(events(archive, archive_type, position)[..], all[n + 1..]);
        }
    }
}

#[test]
fn reading_stops_when_the_visitor_breaks() {
    let archive = zip(&[("a.mbox", &mbox(3)), ("b.mbox", &mbox(3))]);
    let mut count = 0;
    let mut visit = |_: ArchiveItem<'_>| {
        count += 1;
        if count == 2 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let flow = read(
        Cursor::new(&archive),
        ArchiveType::Zip,
        ArchivePosition::default(),
        &mut visit,
    );
    assert!(flow.expect("readable").is_break());
    assert_eq!(count, 2);
}

#[test]
fn archive_without_email_is_explained() {
    assert_eq!(
        texts(&zip(&[("a.txt", b"x")]), ArchiveType::Zip),
        [format!("! {NO_EMAIL}")]
    );
    assert_eq!(texts(&zip(&[]), ArchiveType::Zip), [format!("! {NO_EMAIL}")]);
    let linkedin = zip(&[("Jobs/Job Applications.csv", b"Application Date,Contact Email\n")]);
    assert_eq!(texts(&linkedin, ArchiveType::Zip), [format!("! {LINKEDIN}")]);
}

#[test]
fn bomb_is_stopped_and_what_was_read_before_is_kept() {
    let bomb = [
        mbox(1),
        b"From \nSubject: bomb\n\n".to_vec(),
        vec![b'\n'; 17 * 1024 * 1024],
    ]
    .concat();
    let archive = zip(&[("a.eml", EML), ("bomb.mbox", &bomb), ("z.eml", EML)]);
    assert!(archive.len() < 200 * 1024);
    assert_eq!(
        texts(&archive, ArchiveType::Zip),
        [
            "a.eml: single".to_owned(),
            "bomb.mbox: 0".to_owned(),
            format!("bomb.mbox! {BOMB}")
        ]
    );
    let packed = gzip(&bomb);
    assert_eq!(
        texts(&packed, ArchiveType::Gzip),
        [": 0".to_owned(), format!("! {BOMB}")]
    );
    // The budget covers all layers of an archive together.
    let nested = zip(&[("bomb.mbox.gz", &packed), ("z.eml", EML)]);
    assert_eq!(
        texts(&nested, ArchiveType::Zip),
        ["bomb.mbox.gz: 0".to_owned(), format!("bomb.mbox.gz! {BOMB}")]
    );
}

#[test]
fn damaged_archive_is_reported_after_what_is_readable() {
    let archive = zip(&[("a.eml", EML), ("b.mbox", &mbox(50)), ("c.eml", EML)]);
    for end in 0..archive.len() {
        let texts = texts(&archive[..end], ArchiveType::Zip);
        assert_eq!(texts, [format!("! {DAMAGED}")], "{end} bytes");
    }
    for at in 0..archive.len() {
        let mut broken = archive.clone();
        broken[at] = broken[at].wrapping_mul(31).wrapping_add(7);
        let mut count = 0;
        let mut visit = |_: ArchiveItem<'_>| {
            count += 1;
            ControlFlow::Continue(())
        };
        let result = read(
            Cursor::new(&broken),
            ArchiveType::Zip,
            ArchivePosition::default(),
            &mut visit,
        );
        assert!(
            result.is_ok() && count > 0,
            "byte {at}: {result:?}, {count} events"
        );
    }
    let packed = gzip(&mbox(500));
    let texts = texts(&packed[..packed.len() - 12], ArchiveType::Gzip);
    assert_eq!(
        texts.last().map(String::as_str),
        Some(format!("! {DAMAGED}").as_str())
    );
}

#[test]
fn large_directory_is_rejected_before_it_is_parsed() {
    let mut archive = zip(&[("a.eml", EML)]);
    let at = archive.len() - 22;
    archive[at + 10..at + 12].copy_from_slice(&60_000_u16.to_le_bytes());
    archive[at + 8..at + 10].copy_from_slice(&60_000_u16.to_le_bytes());
    assert_eq!(texts(&archive, ArchiveType::Zip), [format!("! {TOO_MANY}")]);
    // The end record claims that the directory begins at the start of a large file.
    let mut archive = [vec![0; 17 * 1024 * 1024], zip(&[("a.eml", EML)])].concat();
    let at = archive.len() - 22;
    archive[at + 16..at + 20].copy_from_slice(&0_u32.to_le_bytes());
    assert_eq!(texts(&archive, ArchiveType::Zip), [format!("! {TOO_MANY}")]);
    let locator = [b"PK\x06\x07".as_slice(), &[0; 16], &zip(&[("a.eml", EML)])].concat();
    assert_eq!(texts(&locator, ArchiveType::Zip), [format!("! {TOO_MANY}")]);
}
