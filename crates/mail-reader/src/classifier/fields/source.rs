//! The parts of a message that field values are captured from.

use crate::classifier::explanation::MessagePart;

/// Where in a message a value was captured, in order of preference: sources that spell names correctly come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldSource {
    /// The lines of a platform's message that describe the job.
    Card,
    /// A line of the form `Label: value`.
    Label,
    /// The subject, captured by a platform rule.
    RuleSubject,
    /// A sentence, captured by a platform rule.
    RuleText,
    Subject,
    Sentence,
    /// The display name of the sender, captured by a pattern of the platform.
    PlatformName,
    /// A capitalized phrase of the subject.
    SubjectSpan,
    /// A capitalized phrase of the text.
    TextSpan,
    /// Found by the tagger in the subject.
    SubjectTag,
    /// Found by the tagger in the text.
    TextTag,
    /// Found by the tagger in the signature.
    SignatureTag,
    /// Found by the tagger in the display name.
    DisplayNameTag,
    DisplayName,
    /// A line of the signature.
    Signature,
    /// The employer's account name in the sender's address; only a guess.
    Tenant,
    /// The sender's domain; only a guess.
    Domain,
}

impl FieldSource {
    /// The part of the message that the source belongs to.
    pub fn part(self) -> MessagePart {
        match self {
            Self::RuleSubject | Self::Subject | Self::SubjectSpan | Self::SubjectTag => MessagePart::Subject,
            Self::PlatformName | Self::DisplayName | Self::DisplayNameTag | Self::Tenant | Self::Domain => {
                MessagePart::Sender
            }
            Self::Card
            | Self::Label
            | Self::RuleText
            | Self::Sentence
            | Self::TextSpan
            | Self::TextTag
            | Self::SignatureTag
            | Self::Signature => MessagePart::Text,
        }
    }

    pub fn is_guess(self) -> bool {
        matches!(self, Self::Tenant | Self::Domain)
    }
}
