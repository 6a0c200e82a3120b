//! Rulesets: one TOML file per platform and one per language, embedded in the binary. Structs with `Toml` in their name define the file
//! formats.

mod affixes;
mod indexed_lines;
mod language;
mod matcher;
mod pattern;
mod pattern_index;
mod platform;
mod requirement;
mod sender_index;
mod starts;
mod statements;
mod word_set;

pub use affixes::Affixes;
pub use indexed_lines::IndexedLines;
pub use language::{Language, LanguageFile, NameRules};
pub use pattern::LazyRegex;
pub use pattern_index::PatternIndex;
pub use platform::{Platform, Rule, SenderClaim, Template};
pub use starts::Starts;
pub use statements::{Context, Meaning, Strength, VerdictPart};
pub use word_set::{StaticWordSet, WordHasher, WordMap, WordSet};

use super::language_detection::LanguageDetector;
use include_dir::{Dir, include_dir};
use sender_index::SenderIndex;

static PLATFORMS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rulesets/platforms");
static LANGUAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rulesets/languages");

/// An invalid ruleset.
#[derive(Debug, thiserror::Error)]
#[error("invalid ruleset {ruleset}: {reason}")]
pub struct RulesetError {
    /// Name of the file.
    pub ruleset: String,
    /// What is wrong.
    pub reason: String,
}

/// All embedded rulesets.
pub struct Rulesets {
    pub platforms: Vec<Platform>,
    pub languages: Vec<LanguageFile>,
    pub detector: LanguageDetector,
    pub senders: SenderIndex,
}

impl Rulesets {
    /// Reads the embedded rulesets. Patterns are compiled when they are first needed.
    pub fn embedded() -> Result<Self, RulesetError> {
        let platforms: Vec<Platform> = toml_files(&PLATFORMS)
            .map(|(file, content)| Platform::parse(file, content, false))
            .collect::<Result<_, _>>()?;
        let languages: Vec<LanguageFile> = toml_files(&LANGUAGES)
            .map(|(file, content)| LanguageFile::parse(file, content))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            detector: LanguageDetector::new(&languages),
            senders: SenderIndex::new(&platforms),
            platforms,
            languages,
        })
    }

    /// Compiles every pattern, to find invalid ones.
    pub fn check() -> Result<(), RulesetError> {
        for (file, content) in toml_files(&PLATFORMS) {
            Platform::parse(file, content, true)?;
        }
        for (file, content) in toml_files(&LANGUAGES) {
            Language::parse(file, content, true)?;
        }
        Ok(())
    }
}

/// The name without extension and the content of each TOML file.
fn toml_files(dir: &'static Dir<'static>) -> impl Iterator<Item = (&'static str, &'static str)> {
    dir.files().filter_map(|file| {
        let name = file.path().to_str()?.strip_suffix(".toml")?;
        Some((name, file.contents_utf8()?))
    })
}

fn parse_toml<T: serde::de::DeserializeOwned>(ruleset: &str, content: &str) -> Result<T, RulesetError> {
    toml::from_str(content).map_err(|e| RulesetError {
        ruleset: ruleset.into(),
        reason: e.to_string(),
    })
}
