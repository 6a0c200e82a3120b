//! Labelled messages from the corpus and the ruleset examples.

use crate::{
    half::is_seen,
    random::Random,
    records::{Record, read_records},
};
use chrono::{DateTime, Utc};
use domain::mail::MessageKind;
use mail_reader::parser::{Message, MessageParser};
use std::{collections::BTreeMap, error::Error, fs, io, path::Path};

/// A labelled message.
pub struct LabelledMessage {
    pub record: Record,
    pub message: Message,
    /// Whether it is an example of a ruleset.
    pub is_example: bool,
}

impl LabelledMessage {
    /// Whether the tagger and the ranker are trained on the message: it is about an application, and not in an excluded folder. `left_out`
    /// contains prefixes of file names, separated by commas.
    pub fn names_job(&self, left_out: Option<&str>) -> bool {
        let is_left_out = !self.is_example
            && left_out.is_some_and(|folders| {
                folders
                    .split(',')
                    .any(|folder| self.record.file.starts_with(folder))
            });
        let kind = self.record.label("kind").and_then(MessageKind::parse);
        !is_left_out && kind.is_some_and(MessageKind::is_about_application)
    }

    /// The label of a field. Empty if the field is labelled as absent from the message (`-`), `None` if it is not labelled.
    pub fn field(&self, name: &str) -> Option<&str> {
        let label = self.record.label(name)?;
        Some(if label == "-" { "" } else { label })
    }
}

/// Job titles by language, from the files in `training/titles`.
pub struct TitleLists(BTreeMap<String, Vec<String>>);

impl TitleLists {
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut lists = BTreeMap::new();
        for entry in fs::read_dir(root.join("training/titles"))? {
            let path = entry?.path();
            let language = path.file_stem().unwrap_or_default().display().to_string();
            let titles = fs::read_to_string(&path)?;
            lists.insert(language, titles.lines().map(str::to_owned).collect());
        }
        Ok(Self(lists))
    }

    /// A random title in the language of a message, which is given by the first two letters of its file name.
    pub fn choose(&self, record: &Record, random: &mut Random) -> Option<&str> {
        let file = record.file.rsplit('/').next()?;
        let titles = self.0.get(file.get(..2)?)?;
        titles.get(random.below(titles.len())).map(String::as_str)
    }
}

/// Parses labelled messages.
pub struct LabelledMessageParser {
    parser: MessageParser,
    now: DateTime<Utc>,
}

impl LabelledMessageParser {
    pub fn new() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            parser: MessageParser::default(),
            now: "2026-12-31T00:00:00Z".parse()?,
        })
    }

    /// `None` if the bytes are not a valid message.
    pub fn parse(&self, raw: &[u8]) -> Option<Message> {
        let headers = self.parser.parse_headers(raw, b"", self.now).ok()?;
        self.parser.parse_body(headers, raw).ok()
    }

    /// The message with all occurrences of its title replaced. `None` if it does not contain the labelled title, as labelled or in lower
    /// case.
    pub fn parse_with_title(&self, labelled: &LabelledMessage, title: &str) -> Option<LabelledMessage> {
        let own = labelled.field("title").filter(|own| !own.is_empty())?;
        let raw = str::from_utf8(&labelled.record.raw).ok()?;
        let lower = own.to_lowercase();
        let in_text = if raw.contains(own) { own } else { lower.as_str() };
        let is_lower_case = in_text.starts_with(char::is_lowercase);
        let in_text_title = if is_lower_case {
            title.to_lowercase()
        } else {
            title.to_owned()
        };
        let replaced = raw.replace(in_text, &in_text_title);
        if replaced == raw {
            return None;
        }
        let mut labels = labelled.record.labels.clone();
        labels.insert("title".to_owned(), title.to_owned());
        Some(LabelledMessage {
            message: self.parse(replaced.as_bytes())?,
            record: Record {
                file: labelled.record.file.clone(),
                name: labelled.record.name.clone(),
                labels,
                raw: replaced.into_bytes(),
            },
            is_example: false,
        })
    }

    /// The training set of tagger and ranker: the messages of [`read_all`](Self::read_all) that [name a job](LabelledMessage::names_job),
    /// each with its index. Where possible, a copy with another title is added, so that the context of titles is learned, not only the
    /// titles.
    pub fn read_jobs(
        &self,
        root: &Path,
        left_out: Option<&str>,
    ) -> Result<Vec<(usize, LabelledMessage)>, Box<dyn Error>> {
        let titles = TitleLists::read(root)?;
        let mut random = Random(11);
        let mut jobs = Vec::new();
        for (number, labelled) in self.read_all(root)?.into_iter().enumerate() {
            if !labelled.names_job(left_out) {
                continue;
            }
            let title = titles.choose(&labelled.record, &mut random);
            let copy = title.and_then(|title| self.parse_with_title(&labelled, title));
            jobs.extend(copy.map(|copy| (number, copy)));
            jobs.push((number, labelled));
        }
        Ok(jobs)
    }

    /// The seen messages of the corpus and the examples of the rulesets, in a fixed order.
    pub fn read_all(&self, root: &Path) -> Result<Vec<LabelledMessage>, Box<dyn Error>> {
        let corpus = read_records(&root.join("corpus"))?
            .into_iter()
            .filter(|record| is_seen(&record.file))
            .map(|record| (record, false));
        let examples = read_records(&root.join("rulesets/examples"))?
            .into_iter()
            .map(|record| (record, true));
        let messages = corpus.chain(examples).filter_map(|(record, is_example)| {
            let message = self.parse(&record.raw)?;
            Some(LabelledMessage {
                record,
                message,
                is_example,
            })
        });
        Ok(messages.collect())
    }
}
