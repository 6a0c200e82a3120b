//! The places of a message and how much each counts.

use crate::classifier::explanation::MessagePart;

/// Where in a message a value was captured.
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
    DisplayName,
    /// The lines below the text.
    Signature,
    /// The employer's account in the sender's address; only a guess.
    Tenant,
    /// The employer's domain; only a guess.
    Domain,
}

impl FieldSource {
    /// How much a value from here counts against others.
    pub fn weight(self) -> f32 {
        match self {
            Self::Card => 6.0,
            Self::Label => 5.0,
            Self::RuleSubject => 4.0,
            Self::RuleText => 3.5,
            Self::Subject => 1.9,
            Self::Sentence => 1.8,
            Self::PlatformName => 3.0,
            Self::SubjectSpan => 1.6,
            Self::Signature => 1.4,
            Self::TextSpan | Self::DisplayName => 1.2,
            Self::Tenant => 0.8,
            Self::Domain => 0.78,
        }
    }

    /// The part of the message to which the place belongs.
    pub fn part(self) -> MessagePart {
        match self {
            Self::RuleSubject | Self::Subject | Self::SubjectSpan => MessagePart::Subject,
            Self::PlatformName | Self::DisplayName | Self::Tenant | Self::Domain => MessagePart::Sender,
            Self::Card | Self::Label | Self::RuleText | Self::Sentence | Self::TextSpan | Self::Signature => {
                MessagePart::Text
            }
        }
    }

    /// Whether it is a place in which a platform or a label names nothing else.
    pub fn is_form(self) -> bool {
        matches!(
            self,
            Self::Card | Self::Label | Self::RuleSubject | Self::PlatformName
        )
    }

    pub fn is_guess(self) -> bool {
        matches!(self, Self::Tenant | Self::Domain)
    }
}
