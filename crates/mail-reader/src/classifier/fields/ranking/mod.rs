//! Chooses company and title with a linear ranker: the candidate whose features have the highest sum of weights wins, or no candidate
//! does. The example `mail-train` learns the weights from labelled messages; they are committed.

mod describe;
mod features;
mod variants;
mod weights;

pub use features::FEATURES;
pub(super) use features::{hash_letters, plain_letters};
pub use weights::Ranker;

use super::{
    groups::{Group, Groups},
    names::NameContext,
    organizations::has_organization_word,
    source::FieldSource,
    tagger::{TaggedField, TaggedText},
};
use crate::match_key;
use describe::{describe_boundaries, describe_captures, describe_cut, describe_form, describe_surroundings};
use features::{Features, Property, count};
use variants::{Variant, find_variants};

/// Maximum number of captured values considered per field; the rest are ignored.
const MAX_GROUPS: usize = 18;
/// Maximum number of captured values whose parts are considered, too.
const MAX_DIVIDED_GROUPS: usize = 10;
/// A name that fits the sender's domain better than this counts as the sender's own name.
const MIN_SENDER_FIT: f32 = 0.5;
/// A name that fits the sender's domain better than this fits it well.
const GOOD_FIT: f32 = 0.7;

/// A candidate for a field: a captured value or a part of one.
pub struct Choice {
    /// The cleaned value.
    pub value: String,
    /// The match key of the value.
    pub key: String,
    /// Index of the captured value that this candidate was taken from.
    pub group: usize,
    /// Feature numbers, each below [`FEATURES`].
    pub features: Vec<u16>,
}

/// The candidates for a field of one message.
pub struct Choices {
    /// The candidates, captured values before their parts.
    pub all: Vec<Choice>,
    /// Features of the option that no candidate is correct.
    pub none: Vec<u16>,
}

impl Choices {
    /// Company candidates from the captured values and their parts.
    pub fn of_companies(context: &NameContext<'_>, groups: &Groups<'_>, text: &TaggedText<'_>) -> Self {
        let is_possible = |value: &str| context.clean_company(value).is_some();
        let sender = SenderNames::new(context);
        Self::new(
            context,
            groups,
            None,
            |name: &str| context.company_key(name),
            is_possible,
            |features, value, key| {
                describe_boundaries(features, text.find_boundaries(TaggedField::Company, value));
                describe_company(features, context, &sender, value, key);
            },
        )
    }

    /// Title candidates from the captured values and their parts, given the chosen company.
    pub fn of_titles(context: &NameContext<'_>, groups: &Groups<'_>, company: Option<&str>) -> Self {
        let company = company.map(|name| context.company_key(name));
        let is_possible = |value: &str| company.as_deref() != Some(context.company_key(value).as_str());
        Self::new(
            context,
            groups,
            Some(company.is_some()),
            |title: &str| context.title_key(title),
            is_possible,
            |features, value, _| describe_title(features, context, company.as_deref(), value),
        )
    }

    /// `has_company` says whether a company was chosen; it is `None` when the candidates are companies.
    fn new(
        context: &NameContext<'_>,
        groups: &Groups<'_>,
        has_company: Option<bool>,
        key_of: impl Fn(&str) -> String,
        is_possible: impl Fn(&str) -> bool,
        describe: impl Fn(&mut Features, &str, &str),
    ) -> Self {
        let is_title = has_company.is_some();
        let groups: Vec<&Group<'_>> = groups.iter().take(MAX_GROUPS).collect();
        let mut found: Vec<(String, String, usize, Option<Variant<'_>>)> = groups
            .iter()
            .enumerate()
            .map(|(at, group)| (key_of(&group.value), group.value.clone(), at, None))
            .collect();
        let captured = found.len();
        let is_divided = |group: &Group<'_>| is_title || !is_phrase(group.source);
        for (at, group) in groups.iter().enumerate().take(MAX_DIVIDED_GROUPS) {
            if !is_divided(group) {
                continue;
            }
            for variant in find_variants(context, &group.value) {
                let key = key_of(&variant.value);
                let is_new = !key.is_empty() && found.iter().all(|(known, ..)| *known != key);
                if is_new && is_possible(&variant.value) {
                    found.push((key, variant.value.clone(), at, Some(variant)));
                }
            }
        }
        let keys: Vec<(String, FieldSource)> = found
            .iter()
            .take(captured)
            .zip(&groups)
            .map(|((key, ..), group)| (key.clone(), group.source))
            .collect();
        let all = found
            .into_iter()
            .map(|(key, value, group, variant)| {
                let mut features = Features::new(is_title);
                if let Some(captured) = groups.get(group) {
                    describe_captures(&mut features, context, captured, variant.is_some());
                    if let Some(variant) = &variant {
                        let cut = (variant.kind, variant.is_cut_before);
                        describe_cut(&mut features, context, cut, variant.cut);
                    }
                }
                describe_form(&mut features, context, &value);
                describe_surroundings(&mut features, context, &value);
                describe_others(&mut features, &key, &keys);
                describe(&mut features, &value, &key);
                Choice {
                    value,
                    key,
                    group,
                    features: features.list,
                }
            })
            .collect();
        Self {
            all,
            none: describe_nothing(context, &groups, has_company),
        }
    }

    /// The candidate with the highest score; ties go to the first. `None` if no candidate scores higher than `none`.
    pub fn best(self, ranker: &Ranker) -> Option<Choice> {
        let mut best_score = ranker.score(&self.none);
        let mut best = None;
        for choice in self.all {
            let score = ranker.score(&choice.features);
            if score > best_score {
                best_score = score;
                best = Some(choice);
            }
        }
        best
    }
}

/// Whether a source captures capitalized phrases or signature lines. Parts of such values are almost never the company.
fn is_phrase(source: FieldSource) -> bool {
    matches!(
        source,
        FieldSource::SubjectSpan | FieldSource::TextSpan | FieldSource::Signature
    )
}

/// Features of the option that no candidate is correct: the message does not name the field, or its name was not captured.
fn describe_nothing(context: &NameContext<'_>, groups: &[&Group<'_>], has_company: Option<bool>) -> Vec<u16> {
    use Property::{Nothing, NothingBeside, NothingBySender, NothingOf, NothingWithSource};
    let mut features = Features::new(has_company.is_some());
    features.add(Nothing, []);
    features.add(NothingBySender, [u32::from(context.sender.is_platform)]);
    features.add(NothingOf, [count(groups.len(), 6)]);
    let has_title_word = groups.iter().any(|group| context.has_title_word(&group.value));
    let has_company = has_company.unwrap_or_default();
    features.add(NothingBeside, [u32::from(has_title_word), u32::from(has_company)]);
    let mut sources: Vec<u32> = groups.iter().map(|group| group.source as u32).collect();
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        features.add(NothingWithSource, [source]);
    }
    features.list
}

/// Adds features for the other captured values that contain the value or are contained in it.
fn describe_others(features: &mut Features, key: &str, others: &[(String, FieldSource)]) {
    use Property::{BeginsLonger, ContinuesShorter, EndsLonger, EndsWithShorter, WithinOther};
    for (other, source) in others {
        let is_longer = other.len() > key.len();
        let (long, short) = if is_longer {
            (other.as_str(), key)
        } else {
            (key, other.as_str())
        };
        if long.len() == short.len() || short.is_empty() {
            continue;
        }
        let is_beginning = long.strip_prefix(short).is_some_and(|rest| rest.starts_with(' '));
        let is_end = long.strip_suffix(short).is_some_and(|rest| rest.ends_with(' '));
        let property = match (is_longer, is_beginning, is_end) {
            (true, true, _) => BeginsLonger,
            (true, _, true) => EndsLonger,
            (true, ..) if long.contains(short) => WithinOther,
            (false, true, _) => ContinuesShorter,
            (false, _, true) => EndsWithShorter,
            _ => continue,
        };
        features.add(property, []);
        features.add(property, [*source as u32]);
    }
}

/// Names of the sender that companies are compared with.
struct SenderNames {
    /// Match key of the display name.
    display_key: String,
    /// The employer's domain label without separators, such as `mossandco` in `moss-and-co.com`.
    domain: Option<String>,
}

impl SenderNames {
    fn new(context: &NameContext<'_>) -> Self {
        let domain = context.sender.employer_domain();
        Self {
            display_key: match_key::company(context.display_name),
            domain: domain.map(|label| label.chars().filter(|c| c.is_alphanumeric()).collect()),
        }
    }
}

fn describe_company(
    features: &mut Features,
    context: &NameContext<'_>,
    sender: &SenderNames,
    value: &str,
    key: &str,
) {
    use Property::{DisplayName, Domain, Fit, FitAndWord, Person, Sender, Writing};
    let joined: String = key.split(' ').collect();
    let fit = context.company_fit(value);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 5"
    )]
    features.add(Fit, [(fit * 5.0).round() as u32]);
    let has_good_fit = u32::from(fit > GOOD_FIT);
    features.add(
        FitAndWord,
        [has_good_fit, u32::from(has_organization_word(value))],
    );
    let fits = u32::from(fit > MIN_SENDER_FIT);
    if context.is_agency {
        features.add(Sender, [0, fits]);
    }
    if context.sender.is_department() {
        features.add(Sender, [1, fits]);
    }
    if sender.domain.is_none() {
        features.add(Sender, [2]);
    }
    let is_likely_person = context.is_likely_person(value);
    features.add_if(is_likely_person, Person);
    if context.is_writing(value) {
        features.add(Writing, [0]);
        if is_likely_person && context.is_only_writing(value) {
            features.add(Writing, [1]);
        }
    }
    if context.display_key.as_deref() == Some(joined.as_str()) {
        features.add(DisplayName, [0]);
    }
    let relation = |own: &str, other: &str| match () {
        () if own == other => 1,
        () if other.starts_with(own) => 2,
        () if other.contains(own) => 3,
        () if !other.is_empty() && own.starts_with(other) => 4,
        () if !other.is_empty() && own.contains(other) => 5,
        () => 6,
    };
    features.add(DisplayName, [relation(key, &sender.display_key)]);
    if let Some(domain) = &sender.domain {
        features.add(Domain, [relation(&joined, domain)]);
    }
}

fn describe_title(features: &mut Features, context: &NameContext<'_>, company: Option<&str>, value: &str) {
    use Property::{CompanyWithin, InSignature, PersonWithTitle, TitleEnds};
    let is_title = |word: Option<&str>| u32::from(context.has_title_word(word.unwrap_or_default()));
    let ends = [
        is_title(value.split(' ').next()),
        is_title(value.rsplit(' ').next()),
    ];
    features.add(TitleEnds, ends);
    features.add_if(context.is_person_with_title(value), PersonWithTitle);
    if let Some(company) = company {
        let key = context.company_key(value);
        let is_part = [key.contains(company), company.contains(&key)];
        features.add(CompanyWithin, is_part.map(u32::from));
    }
    let is_in_signature = context.signature.iter().any(|line| line.contains(value));
    features.add_if(is_in_signature, InSignature);
}
