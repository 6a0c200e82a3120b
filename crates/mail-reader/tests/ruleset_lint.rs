//! Checks that every ruleset has examples of each kind of application message it claims, and that its phrases do not match examples
//! of other kinds.

#![expect(clippy::expect_used, reason = "a test may fail this way")]

mod records;

use domain::mail::MessageKind;
use mail_reader::{classifier::Classifier, parser::MessageParser};
use records::{Record, read_records};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Known matches of a rule with an example of another kind: the rule, the example, and why the match is harmless.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "interview-invitation",
        "naukri-recruiter",
        "no application precedes the call",
    ),
    (
        "not-moving-forward",
        "greenhouse-receipt-full-of-traps",
        "the rule of the platform decides",
    ),
    (
        "other-candidates",
        "greenhouse-receipt-full-of-traps",
        "the rule of the platform decides",
    ),
    (
        "not-moving-forward",
        "workday-receipt-subject",
        "the rule of the platform decides",
    ),
    (
        "not-selected",
        "en-cancelled-03-b",
        "the cancelled job outranks it",
    ),
    ("outreach", "en-rejection-19", "the rejection outranks it"),
    ("outreach", "en-rejection-32", "the rejection outranks it"),
    ("outreach", "indeed-match", "the sender decides"),
    ("cancelada", "es-w1", "the withdrawal outranks it"),
    ("contacto", "es-r4", "the rejection outranks it"),
    (
        "retirada",
        "infojobs-update",
        "the words stand in the status of another application; the rejection is read",
    ),
    ("alerte", "fr-o1", "the offer outranks it"),
    ("annule", "fr-w1", "the withdrawal outranks it"),
    (
        "invitation-entretien",
        "fr-n1",
        "no application precedes the call",
    ),
    ("pas-retenue", "fr-x1", "the cancelled job outranks it"),
    ("job-cancelled", "pl-on-hold", "the pause outranks it"),
    ("outreach", "pl-alert", "the subject decides"),
    ("cancelada", "pt-w1", "the withdrawal outranks it"),
    ("not-positive", "tr-x1-b", "the cancelled job outranks it"),
];

fn examples() -> Vec<Record> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rulesets/examples");
    read_records(&folder).expect("readable examples")
}

fn kind(record: &Record) -> MessageKind {
    record.label("kind").and_then(MessageKind::parse).expect("a kind")
}

#[test]
fn ruleset_has_examples_of_each_kind_it_claims() {
    let mut kinds: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for record in examples() {
        let file = record.file.trim_end_matches(".txt").to_owned();
        kinds.entry(file).or_default().insert(kind(&record).as_str());
    }
    let classifier = Classifier::new().expect("valid rulesets");
    let mut missing = Vec::new();
    for (file, claimed) in classifier.claimed_kinds() {
        let shown = kinds.remove(&file).unwrap_or_default();
        missing.extend(claimed.difference(&shown).map(|kind| format!("{file}: {kind}")));
    }
    assert!(missing.is_empty(), "no examples:\n{}", missing.join("\n"));
    assert!(kinds.is_empty(), "examples without ruleset: {:?}", kinds.keys());
}

#[test]
fn strong_phrase_does_not_match_examples_of_another_kind() {
    let classifier = Classifier::new().expect("valid rulesets");
    let parser = MessageParser::default();
    let now = "2026-12-31T00:00:00Z".parse().expect("a time");
    let mut wrong = BTreeSet::new();
    for record in examples() {
        let headers = parser
            .parse_headers(&record.raw, b"", now)
            .expect("valid headers");
        let message = parser.parse_body(headers, &record.raw).expect("a valid message");
        let expected = kind(&record);
        for (kind, language, rule) in classifier.strong_statements(&message) {
            let is_known = KNOWN.iter().any(|(r, e, _)| *r == rule && *e == record.name);
            if kind != expected && !also_occurs(kind, expected) && !is_known {
                wrong.insert(format!(
                    "{language} {rule} ({}) in {} {} ({})",
                    kind.as_str(),
                    record.file,
                    record.name,
                    expected.as_str()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}:\n{}",
        wrong.len(),
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// Whether messages of the kind `expected` may also contain sentences of `kind`, because the outcome outranks them.
fn also_occurs(kind: MessageKind, expected: MessageKind) -> bool {
    use MessageKind::{Assessment, Confirmation, Interview, Viewed};
    match kind {
        // Nearly every message thanks the applicant, as a confirmation does.
        Confirmation => true,
        // Loans and flats are refused in the same words; the rest of the message distinguishes them from applications.
        _ if expected == MessageKind::Other => true,
        // The message mentions an earlier step or the next one.
        Viewed | Interview | Assessment => expected.is_about_application(),
        _ => false,
    }
}
