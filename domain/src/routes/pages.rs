//! The pages within a variant of [`Route`](super::Route), such as the sections of the settings.

use crate::JobApplicationId;
use std::fmt;

/// A section of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsSection {
    /// Name, time zone and email address.
    Profile,
    /// The password.
    Password,
    /// Where the user is signed in.
    Sessions,
    /// Accounts of providers for signing in.
    Accounts,
    /// Which emails the user gets.
    Notifications,
    /// Connected mailboxes.
    Mailboxes,
    /// The calendar feed.
    Calendar,
    /// API keys and their use.
    Keys,
    /// Webhook endpoints and what was sent to them.
    Webhooks,
    /// Light and dark.
    Appearance,
    /// Keyboard shortcuts.
    Keyboard,
    /// Who may see the user's applications.
    Sharing,
    /// The stages of the workspace.
    Stages,
    /// When silent applications are closed.
    Silence,
    /// The deleted applications of the workspace.
    Deleted,
    /// Name, address and deletion of the organization.
    Organization,
    /// Members of the organization and invitations to it.
    Members,
    /// The audit log of the workspace.
    Audit,
    /// How much of its quotas the workspace uses.
    Usage,
    /// The export of the user's data.
    Data,
    /// The deletion of the account.
    DeleteAccount,
}

impl SettingsSection {
    /// All sections, in the order of the navigation.
    pub const ALL: [Self; 21] = [
        Self::Profile,
        Self::Password,
        Self::Sessions,
        Self::Accounts,
        Self::Notifications,
        Self::Mailboxes,
        Self::Calendar,
        Self::Keys,
        Self::Webhooks,
        Self::Appearance,
        Self::Keyboard,
        Self::Sharing,
        Self::Stages,
        Self::Silence,
        Self::Deleted,
        Self::Organization,
        Self::Members,
        Self::Audit,
        Self::Usage,
        Self::Data,
        Self::DeleteAccount,
    ];

    /// The last segment of the path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Password => "password",
            Self::Sessions => "sessions",
            Self::Accounts => "accounts",
            Self::Mailboxes => "mailboxes",
            Self::Calendar => "calendar",
            Self::Keys => "api-keys",
            Self::Webhooks => "webhooks",
            Self::Appearance => "appearance",
            Self::Notifications => "notifications",
            Self::Keyboard => "keyboard",
            Self::Sharing => "sharing",
            Self::Stages => "stages",
            Self::Silence => "silence",
            Self::Deleted => "deleted",
            Self::Organization => "organization",
            Self::Members => "members",
            Self::Audit => "audit",
            Self::Usage => "usage",
            Self::Data => "data",
            Self::DeleteAccount => "delete-account",
        }
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.as_str() == value)
    }
}

/// Which email the inbox shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InboxView {
    /// Email that waits for a decision.
    #[default]
    Review,
    /// Email that belongs to applications.
    Done,
    /// Email that is not about applications.
    Other,
}

impl InboxView {
    /// All views, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Review, Self::Done, Self::Other];

    /// The value of the parameter `view`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Done => "done",
            Self::Other => "other",
        }
    }

    /// The inverse of [`as_str`](Self::as_str); the first view for other values.
    pub fn parse(value: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|view| view.as_str() == value)
            .unwrap_or_default()
    }
}

/// The pages inside a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspacePage {
    /// Tasks, interviews and email that need attention today.
    Today,
    /// The board of applications.
    Board,
    /// The table of applications.
    Applications,
    /// Email, and the decision about each message.
    Inbox,
    /// Mail import.
    Import,
    /// Charts.
    Metrics,
    /// The members who have granted the user access.
    Clients,
    /// Groups of members of the organization.
    Groups,
    /// Metrics of a group or of everyone in the organization.
    Cohort,
    /// Account settings.
    Settings,
}

/// The pages about an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationPage {
    /// Everything about it.
    Overview,
    /// Merges it with another one.
    Merge,
    /// Splits it in two.
    Split,
}

impl ApplicationPage {
    /// The part of the path after the id.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Merge => "/merge",
            Self::Split => "/split",
        }
    }
}

/// The pages about a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientPage {
    /// The client's applications by stage.
    Board,
    /// The client's applications.
    Applications,
    /// The client's tasks.
    Tasks,
    /// The client's metrics.
    Metrics,
    /// One of the client's applications.
    Application(JobApplicationId),
}

impl ClientPage {
    /// The inverse of `Display`.
    pub(super) fn parse(path: &str) -> Option<Self> {
        match path {
            "board" => Some(Self::Board),
            "applications" => Some(Self::Applications),
            "tasks" => Some(Self::Tasks),
            "metrics" => Some(Self::Metrics),
            _ => {
                let id = path.strip_prefix("applications/")?.parse().ok()?;
                Some(Self::Application(id))
            }
        }
    }
}

/// The part of the path after the id of the client.
impl fmt::Display for ClientPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Board => f.write_str("board"),
            Self::Applications => f.write_str("applications"),
            Self::Tasks => f.write_str("tasks"),
            Self::Metrics => f.write_str("metrics"),
            Self::Application(id) => write!(f, "applications/{id}"),
        }
    }
}

impl WorkspacePage {
    /// The last segment of the path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Board => "board",
            Self::Applications => "applications",
            Self::Inbox => "inbox",
            Self::Import => "import",
            Self::Metrics => "metrics",
            Self::Clients => "clients",
            Self::Groups => "groups",
            Self::Cohort => "cohort",
            Self::Settings => "settings",
        }
    }
}
