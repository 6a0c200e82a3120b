//! The words of a message that explain a result, where they occur, and the rule that found them.

use super::excerpt::shorten;

/// Version of the built-in rules, which are in no ruleset.
pub const BUILT_IN_VERSION: i32 = 1;
/// Name of the ruleset if no ruleset decided.
pub const NO_RULESET: &str = "none";

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessagePart {
    /// A header that people do not see, or a link.
    Header,
    /// The address or the display name of the sender.
    Sender,
    /// The subject.
    Subject,
    /// The text, without quotations and footers.
    Text,
}

impl MessagePart {
    /// Its name in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Sender => "sender",
            Self::Subject => "subject",
            Self::Text => "text",
        }
    }
}

/// The result that an explanation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explained {
    /// The kind of the message.
    Kind,
    /// The employer.
    Company,
    /// The job title.
    Title,
}

impl Explained {
    /// Its name in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Company => "company",
            Self::Title => "title",
        }
    }
}

/// Words that a rule matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The result that the words explain.
    pub explains: Explained,
    /// The words, shortened.
    pub text: String,
    /// The part of the message that contains the words.
    pub part: MessagePart,
    /// The file of the ruleset without extension: a platform, a language, or `none`.
    pub ruleset: String,
    /// Version of the ruleset.
    pub ruleset_version: i32,
    /// Name of the rule; for company and title, the place where the rule searches, such as `fields.subject`.
    pub rule: String,
}

impl Explanation {
    pub(super) fn new(explains: Explained, text: &str, part: MessagePart, rule: RuleRef<'_>) -> Self {
        Self {
            explains,
            text: shorten(text),
            part,
            ruleset: rule.ruleset.to_owned(),
            ruleset_version: rule.version,
            rule: rule.rule.to_owned(),
        }
    }
}

/// A reference to a rule of a ruleset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleRef<'r> {
    pub ruleset: &'r str,
    pub version: i32,
    pub rule: &'r str,
}

impl<'r> RuleRef<'r> {
    /// A reference to a built-in rule, which is in no ruleset.
    pub fn built_in(rule: &'r str) -> Self {
        Self {
            ruleset: NO_RULESET,
            version: BUILT_IN_VERSION,
            rule,
        }
    }
}
