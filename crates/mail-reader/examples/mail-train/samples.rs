//! The training set of the model: the labelled messages and the short messages in `training`.

use crate::messages::{LabelledMessage, LabelledMessageParser};
use domain::mail::MessageKind;
use mail_reader::{
    classifier::{
        Classifier,
        model::{KINDS, MessageFeatures},
    },
    parser::Message,
};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// Folder of messages that were written to train company and title. All are about applications, so they would bias the model of the
/// kinds.
const FOLDER_WITHOUT_KINDS: &str = "titles/";

/// A training sample of the model.
pub struct Sample {
    pub features: MessageFeatures,
    /// Index of the labelled kind in [`KINDS`].
    pub kind: usize,
    /// The message, if it may be held out for measurement; `None` for ruleset examples and messages in `training`.
    pub message: Option<Message>,
    pub name: String,
}

/// All samples, in a fixed order.
pub fn read_samples(root: &Path) -> Result<Vec<Sample>, Box<dyn Error>> {
    let classifier = Classifier::new()?;
    let parser = LabelledMessageParser::new()?;
    let mut samples = Vec::new();
    for labelled in parser.read_all(root)? {
        let LabelledMessage {
            record,
            message,
            is_example,
        } = labelled;
        if !is_example && record.file.starts_with(FOLDER_WITHOUT_KINDS) {
            continue;
        }
        let kind = record
            .label("kind")
            .and_then(MessageKind::parse)
            .and_then(position);
        if let (Some(kind), Some(features)) = (kind, classifier.features(&message)) {
            samples.push(Sample {
                features,
                kind,
                message: (!is_example).then_some(message),
                name: format!("{}/{}", record.file, record.name),
            });
        }
    }
    let mut files: Vec<PathBuf> = fs::read_dir(root.join("training"))?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    for path in files {
        for (kind, line) in read_lines(&fs::read_to_string(&path)?)? {
            let (mailbox, subject, body) = parts(&line)?;
            let raw = format!(
                "From: x <{mailbox}@example.com>\nTo: y@example.org\nSubject: {subject}\nDate: Wed, 4 Mar 2026 09:12:44 +0000\n\
                 Content-Type: text/plain; charset=utf-8\n\n{body}\n"
            );
            let message = parser.parse(raw.as_bytes());
            if let Some(features) = message.and_then(|message| classifier.features(&message)) {
                samples.push(Sample {
                    features,
                    kind,
                    message: None,
                    name: line,
                });
            }
        }
    }
    Ok(samples)
}

/// Splits a line into local part of the sender's address, subject and text.
fn parts(line: &str) -> Result<(&str, &str, &str), String> {
    let mut parts = line.strip_prefix("M: ").unwrap_or_default().splitn(3, " ~ ");
    match (parts.next(), parts.next(), parts.next()) {
        (Some(mailbox), Some(subject), Some(body)) => Ok((mailbox, subject, body)),
        _ => Err(format!("not `M: mailbox ~ subject ~ text`: {line}")),
    }
}

fn position(kind: MessageKind) -> Option<usize> {
    KINDS.iter().position(|k| *k == kind)
}

/// The messages of a file, with the kind from the line `# kind` above them. Alternatives are expanded.
fn read_lines(content: &str) -> Result<Vec<(usize, String)>, Box<dyn Error>> {
    let mut kind = None;
    let mut messages = Vec::new();
    for line in content.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if let Some(name) = line.strip_prefix("# ") {
            kind = Some(
                MessageKind::parse(name)
                    .and_then(position)
                    .ok_or_else(|| format!("no kind: {name}"))?,
            );
        } else if let Some(kind) = kind {
            messages.extend(expand(line).into_iter().map(|message| (kind, message)));
        }
    }
    Ok(messages)
}

/// Expands `(a|b|c)` into several messages: as many as the longest list has alternatives, rather than all combinations.
fn expand(line: &str) -> Vec<String> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    let mut rest = line;
    while let Some((before, tail)) = rest.split_once('(') {
        let Some((inside, after)) = tail.split_once(')') else {
            break;
        };
        parts.push(vec![before]);
        parts.push(inside.split('|').collect());
        rest = after;
    }
    parts.push(vec![rest]);
    let count = parts.iter().map(Vec::len).max().unwrap_or(1);
    (0..count)
        .map(|n| {
            let message: String = parts
                .iter()
                .enumerate()
                // Lists use different steps, so that the combinations of alternatives vary.
                .filter_map(|(at, alternatives)| {
                    alternatives
                        .get((n * (1 + at % 3) + at / 2) % alternatives.len())
                        .copied()
                })
                .collect();
            message.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}
