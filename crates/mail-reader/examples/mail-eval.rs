//! Evaluates the classifier on labelled messages.
//!
//! ```text
//! mail-eval [--corpus folder] [--half seen|unseen] [--only text] [--errors] [--show] [--passes n] [--check]
//!           [--model file] [--fields file] [--tags file]
//! ```
//!
//! - `--half` selects the seen messages or the held-out (unseen) ones, `--only` those whose file or name contains a text.
//! - `--errors` lists misread messages, `--show` prints the messages and their classification.
//! - `--passes` repeats the measurement; the speed of the fastest pass is printed.
//! - `--check` fails if the result is below the minimum.
//! - `--model`, `--fields` and `--tags` use weights from files instead of the embedded ones.

#[path = "../tests/records/half.rs"]
mod half;
#[path = "../tests/records/mod.rs"]
mod records;

use chrono::{DateTime, Utc};
use domain::mail::MessageKind;
use half::is_seen;
use mail_reader::{
    MailReader, ParsedMessage,
    classifier::{Classification, Ranker, Tagger, model::Model},
    match_key,
};
use records::{Record, read_records};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

/// The allocator of the server, so that the measured speed is comparable.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Messages about applications with a lower confidence need review and count as unclear.
const LIKELY_THRESHOLD: f32 = 0.7;
/// Minimum results for `--check`, per mille.
const MINIMUM: [(&str, u32); 4] = [
    ("application F1", 996),
    ("kind", 990),
    ("company", 965),
    ("title", 964),
];
const FIELDS: [&str; 4] = ["company", "title", "requisition", "location"];

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(is_good) if is_good || !options.has("--check") => ExitCode::SUCCESS,
        Ok(_) => {
            eprintln!("The rulesets read the corpus worse than the minimum.");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct Options(Vec<String>);

impl Options {
    fn parse() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|a| a == name)
    }

    fn value(&self, name: &str) -> Option<&str> {
        let position = self.0.iter().position(|a| a == name)?;
        self.0.get(position + 1).map(String::as_str)
    }

    fn selects(&self, record: &Record) -> bool {
        let is_named = self
            .value("--only")
            .is_none_or(|text| format!("{}/{}", record.file, record.name).contains(text));
        is_named
            && self
                .value("--half")
                .is_none_or(|half| is_seen(&record.file) == (half == "seen"))
    }
}

fn run(options: &Options) -> Result<bool, Box<dyn std::error::Error>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let records: Vec<Record> = read_records(Path::new(options.value("--corpus").unwrap_or(default)))?
        .into_iter()
        .filter(|record| options.selects(record))
        .collect();
    let mut reader = MailReader::new()?;
    if let Some(path) = options.value("--model") {
        reader = reader.with_model(Model::parse(&fs::read(path)?).ok_or("an invalid model")?);
    }
    if let Some(path) = options.value("--fields") {
        reader = reader.with_ranker(Ranker::parse(&fs::read(path)?));
    }
    if let Some(path) = options.value("--tags") {
        reader = reader.with_tagger(Tagger::parse(&fs::read(path)?).ok_or("an invalid tagger")?);
    }
    let now: DateTime<Utc> = "2026-12-31T00:00:00Z".parse()?;
    let read_all = || -> Vec<Option<ParsedMessage>> {
        records
            .iter()
            .map(|record| reader.read(&record.raw, b"", now).ok())
            .collect()
    };
    let mut messages = read_all();
    let mut fastest = Duration::MAX;
    let passes: u32 = options.value("--passes").unwrap_or("1").parse()?;
    for _ in 0..passes {
        // The patterns were compiled by the unmeasured first pass above. The fastest pass is least disturbed by other processes.
        let start = Stopwatch::start();
        messages = read_all();
        fastest = fastest.min(start.elapsed());
    }
    let mut scores = Scores::default();
    for (record, message) in records.iter().zip(&messages) {
        let classification = message.as_ref().map(|m| &m.classification);
        let errors = scores.add(record, classification);
        if options.has("--show") {
            println!("=== {}/{} {:?}", record.file, record.name, record.labels);
            println!(
                "{}\n--- {classification:#?}",
                String::from_utf8_lossy(&record.raw)
            );
        }
        if options.has("--errors") && !errors.is_empty() {
            let why = classification.map(|c| format!("{} {} {:?}", c.ruleset, c.rule, c.matched_text));
            println!(
                "{}/{}: {} [{}]",
                record.file,
                record.name,
                errors.join("; "),
                why.unwrap_or_else(|| "unreadable".into())
            );
        }
    }
    let speed = u128::try_from(records.len())? * 1000 / fastest.as_millis().max(1);
    scores.print();
    println!("{} messages, {speed} messages/s on one core", records.len());
    Ok(scores.is_good())
}

/// Measures the CPU time of this thread where the system reports it, else wall-clock time.
struct Stopwatch {
    started: Instant,
    worked: Option<Duration>,
}

impl Stopwatch {
    fn start() -> Self {
        Self {
            started: Instant::now(),
            worked: Self::worked(),
        }
    }

    fn worked() -> Option<Duration> {
        let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanoseconds = status.split(' ').next()?.parse().ok()?;
        Some(Duration::from_nanos(nanoseconds))
    }

    fn elapsed(&self) -> Duration {
        match (self.worked, Self::worked()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.started.elapsed(),
        }
    }
}

/// Number of correct results, and of all.
#[derive(Clone, Copy, Default)]
struct Count {
    right: u32,
    all: u32,
}

impl Count {
    fn add(&mut self, is_right: bool) {
        self.all += 1;
        self.right += u32::from(is_right);
    }

    fn per_mille(self) -> u32 {
        per_mille(self.right, self.all)
    }
}

fn per_mille(part: u32, all: u32) -> u32 {
    (part * 1000).checked_div(all).unwrap_or(1000)
}

/// Confusion counts for whether messages are about an application.
#[derive(Clone, Copy, Default)]
struct Detection {
    right: u32,
    wrong: u32,
    missed: u32,
    /// How many of the missed messages are in review.
    asked: u32,
}

impl Detection {
    fn add(&mut self, is_expected: bool, is_found: bool, is_likely: bool) {
        match (is_expected, is_found && is_likely) {
            (true, true) => self.right += 1,
            (false, true) => self.wrong += 1,
            (true, false) => {
                self.missed += 1;
                self.asked += u32::from(is_found);
            }
            (false, false) => {}
        }
    }

    fn f1(self) -> u32 {
        per_mille(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

/// The language of a message, from the name of its file or folder: `en-employers/interviews.txt`, `fr-es-pt-it-tr/es-1.txt`.
fn language(record: &Record) -> String {
    let (folder, file) = record.file.split_once('/').unwrap_or(("", &record.file));
    let name = if folder.starts_with("en-") { folder } else { file };
    name.split(['-', '.']).next().unwrap_or_default().to_owned()
}

#[derive(Default)]
struct Scores {
    detection: Detection,
    kind: Count,
    fields: BTreeMap<&'static str, Count>,
    /// For each kind, how many of its messages were recognized, and how many other messages were misread as this kind.
    by_kind: BTreeMap<String, (Count, u32)>,
    by_file: BTreeMap<String, Count>,
    /// For each language, the detection and the counts for kind, company and title.
    by_language: BTreeMap<String, (Detection, [Count; 3])>,
}

impl Scores {
    /// Adds a message and returns descriptions of the errors.
    fn add(&mut self, record: &Record, classification: Option<&Classification>) -> Vec<String> {
        let expected = record.label("kind").unwrap_or("other");
        let kind = classification.map_or(MessageKind::Other, |c| c.kind);
        let confidence = classification.map_or(0.0, |c| c.confidence);
        let is_likely = confidence >= LIKELY_THRESHOLD;
        let is_expected = MessageKind::parse(expected).is_some_and(MessageKind::is_about_application);
        let is_found = kind.is_about_application();
        self.detection.add(is_expected, is_found, is_likely);
        let actual = if is_found && !is_likely {
            "unclear"
        } else {
            kind.as_str()
        };
        let is_right = actual == expected;
        self.kind.add(is_right);
        self.by_file.entry(record.file.clone()).or_default().add(is_right);
        let (detection, [kinds, ..]) = self.by_language.entry(language(record)).or_default();
        detection.add(is_expected, is_found, is_likely);
        kinds.add(is_right);
        self.by_kind
            .entry(expected.to_owned())
            .or_default()
            .0
            .add(is_right);
        let mut errors = Vec::new();
        if !is_right {
            self.by_kind.entry(actual.to_owned()).or_default().1 += 1;
            errors.push(format!("kind {expected} -> {} {confidence:.2}", kind.as_str()));
        }
        if let Some(classification) = classification.filter(|_| is_expected && is_found) {
            errors.extend(self.add_fields(record, classification));
        }
        errors
    }

    fn add_fields(&mut self, record: &Record, classification: &Classification) -> Vec<String> {
        let mut errors = Vec::new();
        for field in FIELDS {
            let Some(expected) = record.label(field) else {
                continue;
            };
            let (actual, key): (&Option<String>, fn(&str) -> String) = match field {
                "company" => (&classification.company, match_key::company),
                "title" => (&classification.title, match_key::title),
                "requisition" => (&classification.requisition, str::to_lowercase),
                _ => (&classification.location, str::to_lowercase),
            };
            let expected = Some(expected).filter(|e| *e != "-");
            let is_right = expected.map(key) == actual.as_deref().map(key);
            self.fields.entry(field).or_default().add(is_right);
            let (_, [_, companies, titles]) = self.by_language.entry(language(record)).or_default();
            match field {
                "company" => companies.add(is_right),
                "title" => titles.add(is_right),
                _ => {}
            }
            if !is_right {
                errors.push(format!("{field} {expected:?} -> {actual:?}"));
            }
        }
        errors
    }

    fn print(&self) {
        let detection = self.detection;
        println!(
            "application: {} recognized, {} wrongly, {} missed, of which {} are asked about",
            detection.right, detection.wrong, detection.missed, detection.asked
        );
        for (name, value) in self.figures() {
            println!("  {name:16} {}.{}%", value / 10, value % 10);
        }
        for (kind, (count, wrongly)) in &self.by_kind {
            println!(
                "  {kind:16} {:4} of {:4}, wrongly {wrongly}",
                count.right, count.all
            );
        }
        for (language, (detection, counts)) in &self.by_language {
            let [kind, company, title] = counts.map(Count::per_mille);
            println!(
                "  {language:16} F1 {}, kind {kind}, company {company}, title {title} per mille",
                detection.f1()
            );
        }
        for (file, count) in &self.by_file {
            println!("  {file:64} {:4} of {:4}", count.right, count.all);
        }
    }

    fn figures(&self) -> Vec<(&str, u32)> {
        let fields = self
            .fields
            .iter()
            .map(|(field, count)| (*field, count.per_mille()));
        [
            ("application F1", self.detection.f1()),
            ("kind", self.kind.per_mille()),
        ]
        .into_iter()
        .chain(fields)
        .collect()
    }

    fn is_good(&self) -> bool {
        let figures: BTreeMap<&str, u32> = self.figures().into_iter().collect();
        MINIMUM
            .iter()
            .all(|(name, minimum)| figures.get(name).is_some_and(|value| value >= minimum))
    }
}
