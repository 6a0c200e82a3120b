//! Messages about applications pass the check of their headers, even with the headers of a newsletter. A few may be lost.

use chrono::{DateTime, Utc};
use domain::mail::MessageKind;
use mail_reader::MailReader;
use records::read_records;
use std::path::Path;

mod records;

#[test]
fn automatic_messages_about_applications_pass_as_newsletters() {
    let now: DateTime<Utc> = "2026-11-01T12:00:00Z".parse().expect("a time");
    let reader = MailReader::new().expect("rulesets");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let (mut relevant, mut lost) = (0, Vec::new());
    for record in read_records(&corpus).expect("corpus") {
        let kind = record.label("kind").and_then(MessageKind::parse);
        // Messages that people write themselves do not have the headers of a newsletter.
        let is_automatic = !record.file.contains("employers") && !record.file.contains("ordinary");
        if !is_automatic || !kind.is_some_and(MessageKind::is_about_application) {
            continue;
        }
        relevant += 1;
        let raw = [
            b"List-Unsubscribe: <https://example.org/>\r\n",
            record.raw.as_slice(),
        ]
        .concat();
        if !reader.may_concern_application(&raw, now) {
            let text = String::from_utf8_lossy(&record.raw).into_owned();
            let lines = text
                .lines()
                .filter(|l| l.starts_with("From: ") || l.starts_with("Subject: "));
            lost.push(format!(
                "{}: {}",
                record.name,
                lines.collect::<Vec<_>>().join(" | ")
            ));
        }
    }
    assert!(relevant > 200, "{relevant}");
    assert!(
        lost.len() * 20 <= relevant,
        "{} of {relevant}:\n{}",
        lost.len(),
        lost.join("\n")
    );
}
