//! The ways to connect a mailbox.

use serde::{Deserialize, Serialize};

/// How a mailbox is connected. The import page has a section for each variant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    Gmail,
    /// Microsoft, with OAuth.
    Outlook,
    /// IMAP with a password, for any provider.
    #[default]
    Imap,
}

impl Connection {
    /// The id of the section, and the purpose of the OAuth flow.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gmail => "gmail",
            Self::Outlook => "outlook",
            Self::Imap => "imap",
        }
    }

    /// The flash action of a form in this section, which the next page uses to find the result.
    pub fn action(self, verb: &str) -> String {
        format!("mail/{verb}_{}", self.as_str())
    }

    /// The OAuth provider in the path of the flow.
    pub const fn oauth_provider(self) -> Option<&'static str> {
        match self {
            Self::Gmail => Some("google"),
            Self::Outlook => Some("microsoft"),
            Self::Imap => None,
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Gmail => "Gmail",
            Self::Outlook => "Outlook",
            Self::Imap => "Any email provider",
        }
    }

    /// The subject of sentences about a mailbox in this section.
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Imap => "Your mailbox",
            Self::Gmail | Self::Outlook => self.title(),
        }
    }

    /// Explains the section while it has no mailbox.
    pub const fn introduction(self) -> &'static str {
        match self {
            Self::Gmail => {
                "JobHax reads only emails from job platforms and employers\u{2019} application systems. It cannot send, change or delete anything. You can disconnect at any time."
            }
            Self::Outlook => {
                "For Outlook.com and Microsoft 365. JobHax reads your inbox, your archive and folders about applications. It does not send, change or delete anything. You can disconnect at any time."
            }
            Self::Imap => "iCloud, Yahoo, Fastmail, GMX and others, by IMAP with an app password.",
        }
    }
}
