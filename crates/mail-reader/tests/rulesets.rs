//! The rulesets and their examples.

mod records;

use mail_reader::{MailReader, classifier::Classifier};
use records::read_records;
use std::{collections::BTreeSet, path::Path};

#[test]
fn examples_are_read_as_their_kind() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rulesets/examples");
    let reader = MailReader::new().expect("valid rulesets");
    let now = "2026-12-31T00:00:00Z".parse().expect("a time");
    let records = read_records(&folder).expect("readable examples");
    let mut names = BTreeSet::new();
    let mut wrong = Vec::new();
    for record in &records {
        let name = format!("{} {}", record.file, record.name);
        assert!(names.insert(name.clone()), "two examples are named {name}");
        let message = reader.read(&record.raw, b"", now).expect("a readable message");
        let (expected, actual) = (record.label("kind"), message.classification.kind.as_str());
        if expected != Some(actual) && message.classification.confidence >= 0.7 {
            wrong.push(format!("{name}: {expected:?} is read as {actual}"));
        }
    }
    // A few examples are known to be misclassified; see docs/MAIL.md.
    assert!(
        wrong.len() * 25 <= records.len(),
        "{} of {}:\n{}",
        wrong.len(),
        records.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_pattern_is_valid() {
    Classifier::check().expect("valid rulesets");
}

#[test]
fn each_sender_belongs_to_one_platform() {
    let reader = MailReader::new().expect("valid rulesets");
    let senders = reader.senders();
    let unique: BTreeSet<&String> = senders.iter().collect();
    assert_eq!(
        unique.len(),
        senders.len(),
        "claimed twice: {:?}",
        duplicates(&senders)
    );
}

fn duplicates(senders: &[String]) -> Vec<&String> {
    let mut seen = BTreeSet::new();
    senders.iter().filter(|s| !seen.insert(*s)).collect()
}
