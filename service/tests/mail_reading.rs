//! Every mail of `fixtures/mail` is read as `expected.toml` says. All people and companies in them are invented.

#![expect(clippy::expect_used, reason = "a test may fail this way")]

use chrono::{DateTime, Utc};
use serde::Deserialize;
use service::mail::read::{LetterReader, Reader};
use std::{collections::BTreeSet, fs, path::Path};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    mail: Vec<Wanted>,
}

/// A field left out is not compared; `-` means that there must be none. A mail without `kind` and `flaw` must not be
/// read at all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    file: String,
    kind: Option<String>,
    company: Option<String>,
    title: Option<String>,
    location: Option<String>,
    requisition: Option<String>,
    applied_on: Option<String>,
    sent_at: Option<String>,
    rule: Option<String>,
    flaw: Option<String>,
}

fn now() -> DateTime<Utc> {
    "2026-02-01T12:00:00Z".parse().expect("a time")
}

fn compare(problems: &mut Vec<String>, what: &str, wanted: Option<&String>, found: Option<String>) {
    let Some(wanted) = wanted else { return };
    let found = found.unwrap_or_else(|| "-".into());
    if *wanted != found {
        problems.push(format!("{what} is {found:?}, not {wanted:?}"));
    }
}

/// What is wrong with the reading of one mail, and the rule that read it.
fn check(readers: &(LetterReader, Reader), wanted: &Wanted, raw: &[u8]) -> (Vec<String>, Option<String>) {
    let mut problems = Vec::new();
    let letter = readers
        .0
        .head(raw, b"", now())
        .and_then(|head| readers.0.letter(head, raw));
    let letter = match letter {
        Ok(letter) => letter,
        Err(flaw) => {
            if !wanted
                .flaw
                .as_ref()
                .is_some_and(|words| flaw.to_string().contains(words.as_str()))
            {
                problems.push(format!("flaw: {flaw}"));
            }
            return (problems, None);
        }
    };
    let sent_at = letter
        .head
        .sent_at
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    compare(&mut problems, "sent_at", wanted.sent_at.as_ref(), Some(sent_at));
    let (reading, kind) = match (readers.1.read(&letter), &wanted.kind) {
        (Some(reading), Some(kind)) => (reading, kind),
        (None, None) if wanted.flaw.is_none() => return (problems, None),
        (reading, _) => {
            problems.push(format!("was read as {reading:?}"));
            return (problems, None);
        }
    };
    compare(
        &mut problems,
        "kind",
        Some(kind),
        Some(reading.kind.as_str().to_owned()),
    );
    compare(
        &mut problems,
        "company",
        wanted.company.as_ref(),
        reading.company.clone(),
    );
    compare(
        &mut problems,
        "title",
        wanted.title.as_ref(),
        reading.title.clone(),
    );
    compare(
        &mut problems,
        "location",
        wanted.location.as_ref(),
        reading.location.clone(),
    );
    compare(
        &mut problems,
        "requisition",
        wanted.requisition.as_ref(),
        reading.requisition.clone(),
    );
    compare(
        &mut problems,
        "applied_on",
        wanted.applied_on.as_ref(),
        reading.applied_on.map(|d| d.to_string()),
    );
    compare(
        &mut problems,
        "rule",
        wanted.rule.as_ref(),
        Some(reading.rule.clone()),
    );
    if reading.rule != "none" && reading.words.is_empty() {
        problems.push("no words explain it".into());
    }
    if !problems.is_empty() {
        problems.push(format!("{reading:?}"));
    }
    (problems, Some(format!("{} {}", reading.pack, reading.rule)))
}

#[test]
fn each_mail_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail");
    let expected = fs::read_to_string(folder.join("expected.toml")).expect("the table is there");
    let expected: Expected = toml::from_str(&expected).expect("the table can be read");
    let readers = (LetterReader::default(), Reader::new().expect("the packs compile"));
    let mut wrong = Vec::new();
    let mut rules = BTreeSet::new();
    for wanted in &expected.mail {
        let raw = fs::read(folder.join(format!("{}.eml", wanted.file))).expect("the mail is there");
        let (problems, rule) = check(&readers, wanted, &raw);
        rules.extend(rule);
        if !problems.is_empty() {
            wrong.push(format!("{}: {}", wanted.file, problems.join("; ")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} are wrong:\n{}",
        wrong.len(),
        expected.mail.len(),
        wrong.join("\n")
    );

    let named: BTreeSet<String> = expected.mail.iter().map(|m| m.file.clone()).collect();
    assert_eq!(named, files(&folder, ""), "every mail has a line in the table");
    for rule in readers.1.rules() {
        assert!(rules.contains(&rule), "no mail shows the rule {rule:?}");
    }
}

fn files(folder: &Path, below: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder.join(below)).expect("a folder") {
        let name = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a plain name");
        let path = if below.is_empty() {
            name
        } else {
            format!("{below}/{name}")
        };
        match path.strip_suffix(".eml") {
            Some(mail) => drop(found.insert(mail.to_owned())),
            None if folder.join(&path).is_dir() => found.extend(files(folder, &path)),
            None => {}
        }
    }
    found
}
