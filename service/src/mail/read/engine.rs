//! Applies the packs to a mail and says which rule and which words decided.

use super::{
    fields::{Choice, Found, Place},
    keys,
    letter::{Head, Letter},
    packs::{Need, Nothing, Pack, PackError, Packs, Rule, Status},
    text::Text,
};
use chrono::NaiveDate;
use domain::mail::MailKind;
use regex::Regex;

/// Longest piece of a mail that is kept to explain a reading, in characters.
const MAX_WORDS: usize = 160;

/// What a mail of a known platform says.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The platform's name, as an application's source.
    pub platform: String,
    /// What it means.
    pub kind: MailKind,
    /// The employer.
    pub company: Option<String>,
    /// The job.
    pub title: Option<String>,
    /// Where the job is.
    pub location: Option<String>,
    /// The employer's number of the job.
    pub requisition: Option<String>,
    /// The day of applying, where the mail says it.
    pub applied_on: Option<NaiveDate>,
    /// From 0 to 1.
    pub confidence: f32,
    /// The pack that read it …
    pub pack: String,
    /// … in this version.
    pub pack_version: i32,
    /// The rule that decided.
    pub rule: String,
    /// What the rule matched: pieces of subject and text, shortened.
    pub words: Vec<String>,
}

/// Reads mails by rules. Made once: the patterns are compiled then.
pub struct Reader {
    packs: Packs,
}

impl Reader {
    /// With the packs of this build.
    ///
    /// # Errors
    /// [`PackError`] when a pack cannot be compiled; a test sees to it that none is shipped.
    pub fn new() -> Result<Self, PackError> {
        Ok(Self {
            packs: Packs::embedded()?,
        })
    }

    /// Whether a mail needs its text to be read: some pack knows the sender, and the subject is no known nothing.
    pub fn wants_text(&self, head: &Head) -> bool {
        self.pack_of(&head.from).is_some_and(|(pack, ignored)| {
            !ignored && !head.forged && self.nothing(pack, &head.subject).is_none()
        })
    }

    /// Reads a mail of which the headers say all, see [`wants_text`](Self::wants_text).
    pub fn read_head(&self, head: &Head) -> Option<Reading> {
        self.pack_of(&head.from)?;
        self.read(&Letter {
            head: head.clone(),
            plain: Text::default(),
            html: Text::default(),
        })
    }

    /// Reads a mail. Nothing for senders that no pack knows.
    pub fn read(&self, letter: &Letter) -> Option<Reading> {
        let head = &letter.head;
        let (pack, ignored) = self.pack_of(&head.from)?;
        let other = |rule: &str, words: Vec<String>| Reading {
            platform: pack.source.clone(),
            kind: MailKind::Other,
            company: None,
            title: None,
            location: None,
            requisition: None,
            applied_on: None,
            confidence: 1.0,
            pack: pack.name.clone(),
            pack_version: pack.version,
            rule: rule.to_owned(),
            words,
        };
        if ignored {
            return Some(other("sender", vec![head.from.clone()]));
        }
        if head.forged {
            return Some(other("forged-sender", vec![head.from.clone()]));
        }
        if let Some((rule, words)) = self.nothing(pack, &head.subject) {
            return Some(other(rule, vec![words]));
        }
        let is_end = |line: &str| pack.ends.iter().any(|e| e.is_match(line));
        let texts = [letter.plain.until(is_end), letter.html.until(is_end)];
        let no = decided(&self.packs.shared.rejection, &texts);
        let talk = decided(&self.packs.shared.interview, &texts);
        for rule in &pack.rules {
            let status = match rule.kind {
                MailKind::Rejection if no.is_none() => continue,
                MailKind::Rejection => no.clone(),
                MailKind::Confirmation if no.is_some() || (pack.employer_texts && talk.is_some()) => continue,
                _ => None,
            };
            if let Some(reading) = self.apply(pack, rule, head, &texts, status) {
                return Some(reading);
            }
        }
        let mut unknown = match (no, talk) {
            (Some(words), _) => Reading {
                kind: MailKind::Rejection,
                confidence: 0.5,
                ..other("rejection-unclear", vec![words])
            },
            (None, Some(words)) => Reading {
                kind: MailKind::Interview,
                confidence: 0.5,
                ..other("interview", vec![words])
            },
            (None, None) => Reading {
                confidence: 0.5,
                ..other("none", Vec::new())
            },
        };
        if !pack.employer_texts {
            unknown.kind = MailKind::Other;
        }
        Some(unknown)
    }

    /// The rules of all packs that read mails, as `pack rule`.
    pub fn rules(&self) -> Vec<String> {
        let rules = |p: &Pack| {
            p.rules
                .iter()
                .map(|r| format!("{} {}", p.name, r.name))
                .collect::<Vec<_>>()
        };
        self.packs.packs.iter().flat_map(rules).collect()
    }

    /// The addresses and domains whose mails some pack reads.
    pub fn senders(&self) -> Vec<String> {
        let of = |pack: &Pack| {
            pack.addresses
                .iter()
                .chain(&pack.domains)
                .cloned()
                .collect::<Vec<_>>()
        };
        self.packs.packs.iter().flat_map(of).collect()
    }

    /// The pack for a sender, and whether its mails make nothing.
    fn pack_of(&self, from: &str) -> Option<(&Pack, bool)> {
        let (_, host) = from.rsplit_once('@')?;
        let below = |domain: &String| {
            host == domain
                || host
                    .strip_suffix(domain.as_str())
                    .is_some_and(|rest| rest.ends_with('.'))
        };
        self.packs.packs.iter().find_map(|pack| {
            if pack.addresses.iter().any(|a| a == from) {
                return Some((pack, false));
            }
            if pack
                .ignored
                .iter()
                .any(|i| i == from || (!i.contains('@') && below(i)))
            {
                return Some((pack, true));
            }
            pack.domains.iter().any(below).then_some((pack, false))
        })
    }

    fn nothing<'a>(&'a self, pack: &'a Pack, subject: &str) -> Option<(&'a str, String)> {
        let all: [&'a [Nothing]; 2] = [&pack.nothing, &self.packs.shared.nothing];
        all.into_iter()
            .flatten()
            .find_map(|n| first(&n.subject, subject).map(|words| (n.rule.as_str(), words)))
    }

    fn apply(
        &self,
        pack: &Pack,
        rule: &Rule,
        head: &Head,
        texts: &[Text; 2],
        status: Option<String>,
    ) -> Option<Reading> {
        if !rule.from.is_empty() && !rule.from.contains(&head.from) {
            return None;
        }
        let subject = without_names(&head.subject, &head.to_name, pack);
        let mut found = Found::default();
        let mut words = Vec::new();
        if !rule.subject.is_empty() {
            words.push(found.first(&rule.subject, subject, Place::Subject)?);
        }
        found.first(&rule.hint, subject, Place::Subject);
        if !rule.says.is_empty() {
            let said = texts
                .iter()
                .find_map(|t| found.first(&rule.says, &t.asserted, Place::Body));
            words.push(said?);
        }
        if let Some(once) = &rule.once {
            let counts = texts.iter().map(|t| once.find_iter(&t.stated).count());
            if counts.max() != Some(1) {
                return None;
            }
        }
        words.extend(status);
        for text in texts {
            found.first(&rule.card, &text.lines, Place::Card);
            found.all(&rule.body, &text.stated, Place::Body);
            found.all(&pack.fields, &text.stated, Place::Card);
        }
        found.all(&pack.display, &head.from_name, Place::Display);
        if pack.employer_texts {
            self.employer_fields(pack, head, texts, &mut found);
        }
        let choice = Choice {
            shared: &self.packs.shared,
            never_company: &pack.never_company,
            sent: head.sent_at.date_naive(),
        };
        let (company, title) = found.company_and_title(&choice);
        let missing = |need: &Need| match need {
            Need::Company => company.is_none(),
            Need::Title => title.is_none(),
        };
        if rule.needs.iter().any(missing) {
            return None;
        }
        let (title, in_title) = title.map_or((None, None), |t| keys::split_requisition(&t));
        let guessed = company.as_ref().is_some_and(|(_, place)| *place == Place::Tenant);
        Some(Reading {
            platform: pack.source.clone(),
            kind: rule.kind,
            location: found.location(),
            requisition: found.requisition().or(in_title),
            applied_on: found.applied_on(&choice),
            confidence: rule.confidence - if guessed { 0.15 } else { 0.0 },
            company: company.map(|(name, _)| name),
            title,
            pack: pack.name.clone(),
            pack_version: pack.version,
            rule: rule.name.clone(),
            words: words.into_iter().map(|w| shorten(&w)).collect(),
        })
    }

    /// Where employers write the text themselves: what any of them may say.
    fn employer_fields(&self, pack: &Pack, head: &Head, texts: &[Text; 2], found: &mut Found) {
        let shared = &self.packs.shared;
        for text in texts {
            found.all(&shared.card, &text.lines, Place::Label);
            found.all(&shared.body, &text.stated, Place::Body);
            found.all(&shared.signature, &text.lines, Place::Signature);
            found.all(&shared.requisition, &text.lines, Place::Body);
        }
        found.all(&shared.requisition, &head.subject, Place::Subject);
        if pack.tenant_in_address
            && let Some((tenant, _)) = head.from.split_once('@')
        {
            found.tenant(tenant);
        }
    }
}

/// The subject without the reader's own name: "Ada, thank you for applying to Moss", "Thank you for applying to Moss, Ada!".
fn without_names<'a>(subject: &'a str, reader: &str, pack: &Pack) -> &'a str {
    if !pack.employer_texts {
        return subject;
    }
    let first = reader.split(' ').next().filter(|f| f.chars().count() > 1);
    let is_reader =
        |name: &str| name.eq_ignore_ascii_case(reader) || first.is_some_and(|f| name.eq_ignore_ascii_case(f));
    let mut subject = subject;
    if let Some((name, rest)) = subject.split_once(", ")
        && is_reader(name)
    {
        subject = rest;
    }
    let end = subject.trim_end_matches(['!', '.']);
    match end.rsplit_once(", ") {
        Some((rest, name)) if is_reader(name) => rest,
        _ => subject,
    }
}

/// The words of the first sentence that decides, plain text before HTML.
fn decided(status: &Status, texts: &[Text; 2]) -> Option<String> {
    let sentences = texts.iter().flat_map(|t| t.asserted.lines());
    let mut counted = sentences.filter(|s| !status.not_counted.iter().any(|n| n.is_match(s)));
    counted.find_map(|s| first(&status.says, s))
}

/// The words that the first matching pattern matched.
fn first(patterns: &[Regex], text: &str) -> Option<String> {
    patterns
        .iter()
        .find_map(|p| p.find(text))
        .map(|m| shorten(m.as_str()))
}

fn shorten(words: &str) -> String {
    let line = words.replace('\n', " · ");
    if line.chars().count() <= MAX_WORDS {
        return line;
    }
    let mut short: String = line.chars().take(MAX_WORDS - 1).collect();
    short.push('…');
    short
}
