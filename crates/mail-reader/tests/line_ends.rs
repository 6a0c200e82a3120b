//! The line endings of a message depend on its source: LF in mbox files, CRLF from mail servers. Both are read alike.

use chrono::{DateTime, Utc};
use mail_reader::MailReader;
use std::{fs, path::Path};

#[test]
fn message_is_read_alike_with_both_line_ends() {
    let now: DateTime<Utc> = "2026-02-01T12:00:00Z".parse().expect("a time");
    let reader = MailReader::new().expect("rulesets");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut differences = Vec::new();
    for folder in ["indeed", "lever", "mime"] {
        for file in fs::read_dir(fixtures.join(folder)).expect("folder").flatten() {
            let raw = fs::read(file.path()).expect("file");
            let with_line_feeds = String::from_utf8_lossy(&raw).replace("\r\n", "\n");
            let with_both = with_line_feeds.replace('\n', "\r\n");
            let [a, b] = [with_line_feeds, with_both].map(|raw| reader.read(raw.as_bytes(), b"", now).ok());
            let summary =
                |m: Option<mail_reader::ParsedMessage>| m.map(|m| (m.headers.identity, m.classification));
            let (a, b) = (summary(a), summary(b));
            if a != b {
                differences.push(format!("{}:\n  {a:?}\n  {b:?}", file.path().display()));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
