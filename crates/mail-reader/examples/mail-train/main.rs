//! Trains the model, the tagger and the ranker on labelled messages.
//!
//! ```text
//! mail-train [--folds [--errors]] [--only kinds|fields] [--without folders] [--out folder]
//! ```
//!
//! The training set consists of the seen messages of the corpus, the examples of the rulesets, and the short messages in `training`, where
//! `(a|b)` stands for alternatives. Training is deterministic: the same messages produce the same files.
//!
//! - `--folds` measures the model and the classifier by cross-validation and writes no files; `--errors` also lists misread messages.
//! - `--only` trains only the model of the kinds, or only the tagger and the ranker of company and title.
//! - `--without` excludes folders of the corpus, separated by commas, from the training of tagger and ranker.
//! - `--out` writes the files to another folder than `rulesets`.

mod choices;
#[path = "../../tests/records/half.rs"]
mod half;
mod messages;
mod random;
#[path = "../../tests/records/mod.rs"]
mod records;
mod samples;
mod stacking;
mod svm;
mod tags;

use choices::train_choices;
use domain::mail::MessageKind;
use mail_reader::classifier::{
    Classification, Classifier,
    model::{KINDS, Model},
};
use samples::{Sample, read_samples};
use stacking::{StackedSample, cross_fit, fold_of, train_stacking};
use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};
use svm::{Weights, train};
use tags::{read_tag_samples, train_tags};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|a| a == name)?;
        arguments.get(at + 1).cloned()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = option("--out").map_or_else(|| root.join("rulesets"), PathBuf::from);
    let only = option("--only");
    let is_learned = |part: &str| only.as_deref().is_none_or(|only| only == part);
    let has_flag = |name: &str| arguments.iter().any(|a| a == name);
    if is_learned("fields") && !has_flag("--folds") {
        let left_out = option("--without");
        let tags = read_tag_samples(root, left_out.as_deref())?;
        println!("{} messages with tags", tags.len());
        let file = train_tags(tags.iter());
        fs::write(folder.join("tags.bin"), &file)?;
        println!("{} bytes", file.len());
        let file = train_choices(root, left_out.as_deref(), &tags)?;
        fs::write(folder.join("fields.bin"), &file)?;
        println!("{} bytes", file.len());
    }
    if !is_learned("kinds") {
        return Ok(());
    }
    let samples = read_samples(root)?;
    println!("{} samples", samples.len());
    let (parts, stacked) = cross_fit(&samples)?;
    if has_flag("--folds") {
        return measure(&samples, &parts, &stacked, has_flag("--errors"));
    }
    let stacking = train_stacking(stacked.iter());
    let file = train(&samples.iter().collect::<Vec<_>>()).file(&stacking);
    fs::write(folder.join("model.bin"), &file)?;
    println!("{} bytes", file.len());
    Ok(())
}

/// Cross-validation: classifies the messages of each fold with a model trained on the other folds, and prints the results.
fn measure(
    samples: &[Sample],
    parts: &[Weights],
    stacked: &[StackedSample],
    lists_errors: bool,
) -> Result<(), Box<dyn Error>> {
    let mut result = Measurement::default();
    for (fold, weights) in parts.iter().enumerate() {
        let stacking = train_stacking(stacked.iter().filter(|sample| sample.fold != fold));
        let file = weights.file(&stacking);
        let model = Model::parse(&file).ok_or("an invalid model")?;
        let classifier = Classifier::new()?.with_model(Model::parse(&file).ok_or("an invalid model")?);
        for sample in samples.iter().filter(|sample| fold_of(sample) == fold) {
            let Some(message) = &sample.message else { continue };
            let predicted = model.predict(&sample.features).kind;
            let classification = classifier.classify(message);
            let error = result.add(sample, predicted, &classification);
            if let Some(error) = error.filter(|_| lists_errors) {
                println!("{error}");
            }
        }
    }
    result.print();
    Ok(())
}

/// Messages about applications with a lower confidence need review and count as unclear.
const LIKELY_THRESHOLD: f32 = 0.7;

/// Results for held-out messages.
#[derive(Default)]
struct Measurement {
    messages: u32,
    right_by_model: u32,
    right: u32,
    found: u32,
    missed: u32,
    wrongly_found: u32,
    confusion: BTreeMap<(&'static str, &'static str), u32>,
}

impl Measurement {
    /// Adds a message. Returns a description of the error if it was misread.
    fn add(&mut self, sample: &Sample, predicted: MessageKind, read: &Classification) -> Option<String> {
        let expected = KINDS[sample.kind];
        let is_found = read.kind.is_about_application() && read.confidence >= LIKELY_THRESHOLD;
        let actual = if read.kind.is_about_application() && !is_found {
            "unclear"
        } else {
            read.kind.as_str()
        };
        self.messages += 1;
        self.right_by_model += u32::from(predicted == expected);
        self.found += u32::from(expected.is_about_application() && is_found);
        self.missed += u32::from(expected.is_about_application() && !is_found);
        self.wrongly_found += u32::from(!expected.is_about_application() && is_found);
        if actual == expected.as_str() {
            self.right += 1;
            return None;
        }
        *self.confusion.entry((expected.as_str(), actual)).or_default() += 1;
        Some(format!(
            "{} {} -> {} {:.2} [{} {} {:?}], model {}",
            sample.name,
            expected.as_str(),
            read.kind.as_str(),
            read.confidence,
            read.ruleset,
            read.rule,
            read.matched_text,
            predicted.as_str(),
        ))
    }

    fn print(&self) {
        let percent = |part: u32, all: u32| f64::from(part) * 100.0 / f64::from(all.max(1));
        println!(
            "{} messages: model alone {:.1}%, with the rules {:.1}%, F1 {:.1}%, wrongly found {}",
            self.messages,
            percent(self.right_by_model, self.messages),
            percent(self.right, self.messages),
            percent(2 * self.found, 2 * self.found + self.missed + self.wrongly_found),
            self.wrongly_found,
        );
        for ((expected, actual), count) in &self.confusion {
            println!("  {expected} -> {actual}: {count}");
        }
    }
}
