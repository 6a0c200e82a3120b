//! The places of a message.

use crate::classifier::explanation::MessagePart;

/// Where in a message a value was captured; places that show a name as it should be come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldSource {
    /// The lines in which the platform shows the job.
    Card,
    /// `Label: value`.
    Label,
    /// The subject, by a rule of the platform.
    RuleSubject,
    /// A sentence, by a rule of the platform.
    RuleText,
    Subject,
    Sentence,
    /// The display name of the sender, in the form of the platform.
    PlatformName,
    /// A capitalized phrase of the subject.
    SubjectSpan,
    /// A capitalized phrase of the text.
    TextSpan,
    /// What the tagger found in the subject.
    SubjectTag,
    /// What the tagger found in the text.
    TextTag,
    /// What the tagger found below the text.
    SignatureTag,
    /// What the tagger found in the display name.
    DisplayNameTag,
    DisplayName,
    /// The lines below the text.
    Signature,
    /// The employer's account in the sender's address; only a guess.
    Tenant,
    /// The employer's domain; only a guess.
    Domain,
}

impl FieldSource {
    /// The part of the message to which the place belongs.
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
