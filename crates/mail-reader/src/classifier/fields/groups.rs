//! The choice among captured values: equal ones are weighed together.

use super::{forms::is_capitalized, names::NameContext, source::FieldSource};
use crate::{
    classifier::explanation::{Explained, Explanation, RuleRef},
    match_key,
};
use std::collections::BTreeMap;

/// A longer title counts if a place of at least this weight has it.
const MIN_EXTENSION_WEIGHT: f32 = 1.5;
/// A title without a word that job titles contain needs two places, or one that is made for it.
const MIN_UNUSUAL_TITLE_SCORE: f32 = 1.7;
const MIN_LOWER_CASE_TITLE_SCORE: f32 = 2.5;
/// A company with a lower score is not one.
const MIN_COMPANY_SCORE: f32 = 0.75;
/// Inflected forms of a word have this beginning in common, and at most so much behind it.
const MIN_STEM_LEN: usize = 4;
const MAX_ENDING_LEN: usize = 4;
/// Words that the display name has more than the name in the text.
const MAX_ADDED_WORDS: usize = 3;
/// A title with a lower score is not one.
const MIN_TITLE_SCORE: f32 = 1.0;

/// A value with the weights of its sources.
pub struct Group<'r> {
    pub value: String,
    /// What was captured, where, and by which rule.
    captured: String,
    source: FieldSource,
    rule: RuleRef<'r>,
    best_weight: f32,
    by_source: BTreeMap<FieldSource, f32>,
    bonus: f32,
}

impl Group<'_> {
    /// Whether nothing but addresses has the value.
    pub fn is_guess(&self) -> bool {
        self.by_source.keys().all(|source| source.is_guess())
    }

    /// The captured words and the rule that captured them.
    pub fn explain(&self, explains: Explained) -> Explanation {
        Explanation::new(explains, &self.captured, self.source.part(), self.rule)
    }

    /// Whether it is the display name of the sender.
    fn is_of_sender(&self) -> bool {
        self.by_source
            .keys()
            .any(|source| matches!(source, FieldSource::PlatformName | FieldSource::DisplayName))
    }

    fn score(&self) -> f32 {
        self.by_source.values().sum::<f32>() + self.bonus
    }
}

/// Values by their match key, in the order of capture.
#[derive(Default)]
pub struct Groups<'r>(Vec<(String, Group<'r>)>);

/// A cleaned value with its weight.
pub struct Weighted<'r> {
    pub key: String,
    pub value: String,
    /// What was captured.
    pub captured: String,
    pub source: FieldSource,
    pub rule: RuleRef<'r>,
    pub weight: f32,
    /// What counts for it apart from its place.
    pub bonus: f32,
}

impl<'r> Groups<'r> {
    pub fn add(&mut self, added: Weighted<'r>) {
        let Weighted {
            key,
            value,
            captured,
            source,
            rule,
            weight,
            bonus,
        } = added;
        let position = self.0.iter().position(|(k, _)| *k == key);
        let index = position.unwrap_or_else(|| {
            self.0.push((
                key,
                Group {
                    value: value.clone(),
                    captured: captured.clone(),
                    source,
                    rule,
                    best_weight: weight,
                    by_source: BTreeMap::new(),
                    bonus,
                },
            ));
            self.0.len() - 1
        });
        if let Some((_, group)) = self.0.get_mut(index) {
            let is_better = weight > group.best_weight || group.is_guess();
            if is_better && (!source.is_guess() || group.by_source.is_empty()) {
                group.value = value;
                group.captured = captured;
                group.source = source;
                group.rule = rule;
                group.best_weight = weight;
            }
            group.bonus = group.bonus.max(bonus);
            let entry = group.by_source.entry(source).or_insert(weight);
            *entry = entry.max(weight);
        }
    }

    /// The best company, by its full name if another place has it: "Omnivara Technologies" for "Omnivara".
    pub fn best_company(self, context: &NameContext<'_>) -> Option<Group<'r>> {
        let short = self.best_index(MIN_COMPANY_SCORE)?;
        let short_key = self.0.get(short).map(|(key, _)| key.clone())?;
        let short_words = match_key::company(&self.0.get(short)?.1.value);
        let by_sender = self
            .0
            .iter()
            .position(|(_, group)| group.is_of_sender() && is_other_form(&short_words, &group.value));
        let full = by_sender.or_else(|| self.full_form(&short_key, &short_words, context));
        self.0
            .into_iter()
            .nth(full.unwrap_or(short))
            .map(|(_, group)| group)
    }

    /// The position of a fuller form of a company.
    fn full_form(&self, short_key: &str, short_words: &str, context: &NameContext<'_>) -> Option<usize> {
        self.0.iter().position(|(key, group)| {
            key.len() > short_key.len() && !group.is_guess() && group.score() > 0.0 && {
                let words = match_key::company(&group.value);
                let end = words.strip_prefix(short_words);
                let start = words.strip_suffix(short_words);
                end.is_some_and(|rest| context.is_full_name(&group.value, short_words, rest.trim()))
                    || start.is_some_and(|rest| context.is_full_name(&group.value, &words, rest.trim()))
            }
        })
    }

    /// Adds the weight of a phrase in capitals to the captured titles that begin with it and continue in lower case:
    /// "Chef" to "Chef de produit junior".
    pub fn support_longer_titles(&mut self) {
        let is_phrase =
            |source: &FieldSource| matches!(source, FieldSource::TextSpan | FieldSource::SubjectSpan);
        let phrases: Vec<(String, BTreeMap<FieldSource, f32>)> = self
            .0
            .iter()
            .filter(|(_, group)| group.by_source.keys().all(is_phrase))
            .map(|(_, group)| (group.value.to_lowercase(), group.by_source.clone()))
            .collect();
        for (_, group) in &mut self.0 {
            if group.best_weight < MIN_EXTENSION_WEIGHT || group.by_source.keys().all(is_phrase) {
                continue;
            }
            let lower = group.value.to_lowercase();
            for (phrase, weights) in &phrases {
                let continues = lower
                    .strip_prefix(phrase.as_str())
                    .is_some_and(|rest| rest.starts_with([' ', '/', '-']))
                    && group.value.get(phrase.len()..).is_some_and(|rest| {
                        rest.trim_start_matches([' ', '/', '-'])
                            .starts_with(char::is_lowercase)
                    });
                if continues {
                    for (source, weight) in weights {
                        group.by_source.entry(*source).or_insert(*weight);
                    }
                }
            }
        }
    }

    /// The best title, with what other places have behind it: "Ranger, Biodiversity" for "Ranger".
    pub fn best_title(&self, context: &NameContext<'_>) -> Option<&Group<'r>> {
        let index = self.best_index(MIN_TITLE_SCORE)?;
        let (_, best) = self.0.get(index)?;
        let min = if is_title_case(&best.value) || context.do_titles_continue() {
            MIN_UNUSUAL_TITLE_SCORE
        } else {
            MIN_LOWER_CASE_TITLE_SCORE
        };
        if !context.has_title_word(&best.value) && best.score() < min {
            return None;
        }
        let is_phrase = |s: &FieldSource| matches!(s, FieldSource::TextSpan | FieldSource::SubjectSpan);
        let is_only_phrase = best.by_source.keys().all(is_phrase);
        let is_extension = |group: &&Group<'r>| {
            let rest = group.value.strip_prefix(best.value.as_str()).unwrap_or_default();
            let is_captured =
                group.best_weight >= MIN_EXTENSION_WEIGHT && !group.by_source.keys().all(is_phrase);
            let is_marked = [" - ", " – ", " — ", " (", " / ", "/"]
                .iter()
                .any(|s| rest.starts_with(s));
            // "Chef de produit junior", where only the first word is in capitals.
            let is_continued = is_only_phrase && is_captured && rest.starts_with(' ');
            let mark = |c: char| !c.is_alphanumeric();
            if context.is_recipient_first(rest.trim_start_matches(mark)) {
                return false;
            }
            is_continued
                || (is_only_phrase && rest.starts_with(", "))
                || (is_marked && (is_captured || is_only_phrase))
                || (is_captured && rest.starts_with(", "))
        };
        let extensions = self.0.iter().map(|(_, group)| group).filter(is_extension);
        let longest = extensions.max_by(|a, b| a.score().total_cmp(&b.score()));
        Some(longest.unwrap_or(best))
    }

    /// The group with the highest score; the first of equal ones.
    fn best_index(&self, min_score: f32) -> Option<usize> {
        let mut best: Option<(usize, f32)> = None;
        for (index, (_, group)) in self.0.iter().enumerate() {
            let score = group.score();
            if score >= min_score && best.is_none_or(|(_, b)| score > b) {
                best = Some((index, score));
            }
        }
        best.map(|(index, _)| index)
    }
}

/// Whether a name is a fuller form of another or the same one in another case: "Kairos Mobility" of "Kairos", "Tramwaje Nadolne"
/// of "Tramwajach Nadolnych".
fn is_other_form(key: &str, name: &str) -> bool {
    let name_key = match_key::company(name);
    let words: Vec<&str> = key.split(' ').collect();
    let others: Vec<&str> = name_key.split(' ').collect();
    let is_longer = others.len() > words.len()
        && others.len() <= words.len() + MAX_ADDED_WORDS
        && key.len() >= MIN_STEM_LEN
        && others.starts_with(&words)
        && is_capitalized(name)
        && !name.contains([',', '(', ')', '|'])
        && !others.contains(&"via");
    let is_inflected = others.len() == words.len()
        && words.iter().zip(&others).all(|(a, b)| {
            let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
            a == b || (common >= MIN_STEM_LEN && a.len().max(b.len()) - common <= MAX_ENDING_LEN)
        });
    is_longer || (is_inflected && name_key != key)
}

/// Whether a title has two words in capitals or a number or bracket.
fn is_title_case(title: &str) -> bool {
    title
        .split(' ')
        .filter(|w| {
            w.chars()
                .next()
                .is_some_and(|c| !c.is_lowercase() && c != '-' && c != '–')
        })
        .count()
        >= 2
}
