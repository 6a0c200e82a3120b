//! The labelled messages and sentences.

use crate::{half::is_seen, random::Random, records::read_records};
use chrono::{DateTime, Utc};
use domain::mail::MessageKind;
use mail_reader::{
    classifier::{
        Classifier,
        model::{KINDS, MessageFeatures},
    },
    parser::{Message, MessageParser},
};
use std::{error::Error, fs, path::Path};

/// Messages composed of the sentences of a file for each kind.
const COMPOSED_MESSAGES: usize = 60;

/// A labelled message or sentence.
pub struct Sample {
    pub features: MessageFeatures,
    /// Position of the kind.
    pub kind: usize,
    /// How much it counts.
    pub weight: f32,
    /// The message, if it may be left out to measure.
    pub message: Option<Message>,
    pub name: String,
}

/// All samples, in a fixed order.
pub fn read_samples(root: &Path) -> Result<Vec<Sample>, Box<dyn Error>> {
    let classifier = Classifier::new()?;
    let parser = MessageParser::default();
    let now: DateTime<Utc> = "2026-12-31T00:00:00Z".parse()?;
    let features = |raw: &[u8]| {
        let headers = parser.parse_headers(raw, b"", now).ok()?;
        let message = parser.parse_body(headers, raw).ok()?;
        Some((classifier.features(&message)?, message))
    };
    let mut samples = Vec::new();
    let corpus = read_records(&root.join("corpus"))?
        .into_iter()
        .filter(|r| is_seen(&r.file));
    let examples = read_records(&root.join("rulesets/examples"))?;
    for (record, is_message) in corpus
        .map(|r| (r, true))
        .chain(examples.into_iter().map(|r| (r, false)))
    {
        let kind = record
            .label("kind")
            .and_then(MessageKind::parse)
            .and_then(position);
        if let (Some(kind), Some((features, message))) = (kind, features(&record.raw)) {
            samples.push(Sample {
                features,
                kind,
                weight: 1.0,
                message: is_message.then_some(message),
                name: format!("{}/{}", record.file, record.name),
            });
        }
    }
    let mut files: Vec<_> = fs::read_dir(root.join("training"))?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    for path in files {
        let first = samples.len();
        for (kind, sentence) in read_sentences(&fs::read_to_string(&path)?)? {
            let (from, subject, body) = parts(&sentence);
            let raw = format!(
                "From: x <{from}>\nTo: y@example.org\nSubject: {subject}\nDate: Wed, 4 Mar 2026 09:12:44 +0000\n\
                 Content-Type: text/plain; charset=utf-8\n\n{body}\n"
            );
            let Some((mut features, _)) = features(raw.as_bytes()) else {
                continue;
            };
            let is_message = !subject.is_empty() && !body.is_empty();
            if !is_message {
                features.properties.clear();
            }
            features.sentences.retain(|s| !s.is_empty());
            if features.sentences.is_empty() {
                continue;
            }
            samples.push(Sample {
                features,
                kind,
                weight: if is_message { 1.0 } else { 0.5 },
                message: None,
                name: sentence,
            });
        }
        let composed = compose(samples.get(first..).unwrap_or_default());
        samples.extend(composed);
    }
    Ok(samples)
}

/// Sender, subject and text of a line: `M: mailbox ~ subject ~ text` is a message, `S: …` a subject, and anything else a sentence.
fn parts(line: &str) -> (String, &str, &str) {
    let unknown = || "x@example.com".to_owned();
    if let Some(message) = line.strip_prefix("M: ") {
        let mut parts = message.splitn(3, " ~ ");
        let mailbox = parts.next().unwrap_or("x");
        let subject = parts.next().unwrap_or_default();
        return (
            format!("{mailbox}@example.com"),
            subject,
            parts.next().unwrap_or_default(),
        );
    }
    match line.strip_prefix("S: ") {
        Some(subject) => (unknown(), subject, ""),
        None => (unknown(), "", line),
    }
}

/// Messages of several sentences of one language: mostly of their kind, and some of a kind that such messages also contain.
fn compose(sentences: &[Sample]) -> Vec<Sample> {
    let mut random = Random(7);
    let mut composed = Vec::new();
    for (kind, name) in KINDS.iter().enumerate() {
        let own: Vec<&Sample> = sentences.iter().filter(|s| s.kind == kind).collect();
        let companions: Vec<&Sample> = companions(*name)
            .iter()
            .filter_map(|k| position(*k))
            .flat_map(|k| sentences.iter().filter(move |s| s.kind == k))
            .collect();
        if own.is_empty() {
            continue;
        }
        for _ in 0..COMPOSED_MESSAGES {
            let mut features = MessageFeatures::default();
            for _ in 0..=random.below(3) {
                add(&mut features, own[random.below(own.len())]);
            }
            if !companions.is_empty() {
                for _ in 0..=random.below(3) {
                    add(&mut features, companions[random.below(companions.len())]);
                }
            }
            features.topics.sort_unstable();
            features.topics.dedup();
            composed.push(Sample {
                features,
                kind,
                weight: 0.5,
                message: None,
                name: "composed".into(),
            });
        }
    }
    composed
}

/// Adds a sentence to a message.
fn add(message: &mut MessageFeatures, sentence: &Sample) {
    message.sentences.extend(sentence.features.sentences.clone());
    message.topics.extend(&sentence.features.topics);
}

/// The kinds whose sentences also occur in messages of a kind.
fn companions(kind: MessageKind) -> &'static [MessageKind] {
    use MessageKind::{Alert, Confirmation, Interview, Referral, Rejection, Viewed};
    match kind {
        Rejection
        | MessageKind::OnHold
        | MessageKind::Withdrawn
        | Viewed
        | MessageKind::Assessment
        | Interview => &[Confirmation],
        MessageKind::Cancelled => &[Confirmation, Rejection],
        MessageKind::Offer => &[Confirmation, Interview],
        Referral => &[Alert],
        _ => &[],
    }
}

fn position(kind: MessageKind) -> Option<usize> {
    KINDS.iter().position(|k| *k == kind)
}

/// The sentences below lines `# kind`.
fn read_sentences(content: &str) -> Result<Vec<(usize, String)>, Box<dyn Error>> {
    let mut kind = None;
    let mut sentences = Vec::new();
    for line in content.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if let Some(name) = line.strip_prefix("# ") {
            kind = Some(
                MessageKind::parse(name)
                    .and_then(position)
                    .ok_or_else(|| format!("no kind: {name}"))?,
            );
        } else if let Some(kind) = kind {
            sentences.extend(expand(line).into_iter().map(|s| (kind, s)));
        }
    }
    Ok(sentences)
}

/// Sentences in which each alternative of `(a|b|c)` occurs.
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
            let sentence: String = parts
                .iter()
                .enumerate()
                // Different steps, so that alternatives do not always meet the same others.
                .filter_map(|(at, alternatives)| {
                    alternatives
                        .get((n * (1 + at % 3) + at / 2) % alternatives.len())
                        .copied()
                })
                .collect();
            sentence.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}
