//! Paths of the pages. Redirects accept only a [`Route`], which prevents open redirects.

use crate::{CsvImportId, ImportId, JobApplicationId, UserId, WebhookEndpointId, tenants::Tenant};
use std::fmt;

/// Maximum length of the token in the path of an invitation. The tokens we issue have 43.
const MAX_TOKEN_LEN: usize = 100;

/// A page. Its `Display` is always a path on the own origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The landing page.
    Landing,
    /// Registration, with the path to continue to.
    Register(Option<String>),
    /// Sign-in, with the path to continue to.
    SignIn(Option<String>),
    /// Sign-in through the provider of an organization.
    OrganizationSignIn,
    /// Sign-in through the provider of the organization with this slug, with the path to continue to.
    SingleSignOn(String, Option<String>),
    /// Requests a password reset.
    ForgotPassword,
    /// Sets a new password, with the token from the email.
    ResetPassword(Option<String>),
    /// Verifies an email address, with the token from the email.
    Activate(Option<String>),
    /// Redirects to the user's default workspace.
    Home,
    /// Creates an organization.
    NewOrganization,
    /// An invitation to an organization, with the token from the email.
    Invitation(String),
    /// Turns emails about coaching off, with the token from the email.
    Unsubscribe(String),
    /// A page of the workspace with this slug.
    Workspace(String, WorkspacePage),
    /// A page of the workspace with this slug, with a query: filters and order of its list.
    List(String, WorkspacePage, String),
    /// A view of the inbox of the workspace with this slug.
    Inbox(String, InboxView),
    /// An import of the workspace with this slug, and what its preview found.
    Import(String, ImportId),
    /// The import of CSV files into the workspace with this slug, or one of these imports.
    CsvImport(String, Option<CsvImportId>),
    /// A page about an application in the workspace with this slug.
    Application(String, JobApplicationId, ApplicationPage),
    /// The applications of the workspace with this slug that are probably the same.
    Duplicates(String),
    /// The printable report of applications of the workspace with this slug, with a query: its filters.
    Report(String, String),
    /// A page about a client of the user in the workspace with this slug.
    Client(String, UserId, ClientPage),
    /// A section of the settings, in the workspace with this slug.
    Settings(String, SettingsSection),
    /// A part of a section of the settings, by its id on the page, in the workspace with this slug.
    SettingsPart(String, SettingsSection, &'static str),
    /// A webhook endpoint, in the settings of the workspace with this slug.
    Webhook(String, WebhookEndpointId),
    /// The download of the user's data, from the settings of the workspace with this slug; with the contents of files if true.
    Export(String, bool),
}

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
    /// What needs the user today.
    Today,
    /// The board of applications.
    Board,
    /// The table of applications.
    Applications,
    /// Email and what became of it.
    Inbox,
    /// Mail import.
    Import,
    /// Charts.
    Metrics,
    /// The members who have granted the user access.
    Clients,
    /// Groups of members of the organization.
    Groups,
    /// Metrics of a group or of everybody in the organization.
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
    /// What follows the id in the path.
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
    fn parse(path: &str) -> Option<Self> {
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

/// What follows the client's id in the path.
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

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Landing => f.write_str("/"),
            Self::Register(next) => write_with_next(f, "/register", next.as_deref()),
            Self::SignIn(next) => write_with_next(f, "/sign-in", next.as_deref()),
            Self::OrganizationSignIn => f.write_str("/sign-in/organization"),
            Self::SingleSignOn(slug, next) => {
                write_with_next(f, "/sign-in/organization", next.as_deref())?;
                let separator = if next.is_some() { '&' } else { '?' };
                write!(f, "{separator}organization={}", percent_encode(slug))
            }
            Self::ForgotPassword => f.write_str("/forgot-password"),
            Self::ResetPassword(token) => write_with_token(f, "/reset-password", token.as_deref()),
            Self::Activate(token) => write_with_token(f, "/activate", token.as_deref()),
            Self::Home => f.write_str("/home"),
            Self::NewOrganization => f.write_str("/organizations/new"),
            Self::Invitation(token) => write!(f, "/invitations/{}", percent_encode(token)),
            Self::Unsubscribe(token) => write!(f, "/unsubscribe/{}", percent_encode(token)),
            Self::Settings(slug, section) => {
                write!(f, "/w/{}/settings/{}", percent_encode(slug), section.as_str())
            }
            Self::SettingsPart(slug, section, part) => {
                write!(
                    f,
                    "/w/{}/settings/{}#{part}",
                    percent_encode(slug),
                    section.as_str()
                )
            }
            Self::Webhook(slug, id) => {
                let section = SettingsSection::Webhooks.as_str();
                write!(f, "/w/{}/settings/{section}?endpoint={id}", percent_encode(slug))
            }
            Self::Export(slug, has_files) => {
                let query = if *has_files { "?files=true" } else { "" };
                write!(f, "/w/{}/settings/export{query}", percent_encode(slug))
            }
            Self::Inbox(slug, view) => write!(f, "/w/{}/inbox?view={}", percent_encode(slug), view.as_str()),
            Self::Import(slug, id) => write!(f, "/w/{}/import/{id}", percent_encode(slug)),
            Self::CsvImport(slug, None) => write!(f, "/w/{}/import/csv", percent_encode(slug)),
            Self::CsvImport(slug, Some(id)) => write!(f, "/w/{}/import/csv/{id}", percent_encode(slug)),
            Self::Application(slug, id, page) => {
                write!(
                    f,
                    "/w/{}/applications/{id}{}",
                    percent_encode(slug),
                    page.as_str()
                )
            }
            Self::Client(slug, user, page) => write!(f, "/w/{}/clients/{user}/{page}", percent_encode(slug)),
            Self::Workspace(slug, page) => write!(f, "/w/{}/{}", percent_encode(slug), page.as_str()),
            Self::Duplicates(slug) => write!(f, "/w/{}/applications/duplicates", percent_encode(slug)),
            Self::Report(slug, query) => {
                write!(f, "/w/{}/applications/report", percent_encode(slug))?;
                write_query(f, query)
            }
            Self::List(slug, page, query) => {
                write!(f, "/w/{}/{}", percent_encode(slug), page.as_str())?;
                write_query(f, query)
            }
        }
    }
}

fn write_query(f: &mut fmt::Formatter<'_>, query: &str) -> fmt::Result {
    if query.is_empty() {
        Ok(())
    } else {
        write!(f, "?{query}")
    }
}

impl Route {
    /// The page after signing in for a user with these workspaces: the board of the first one, or [`Route::Home`] for those who may
    /// have clients, because it depends on their applications where they begin.
    pub fn after_sign_in(tenants: &[Tenant]) -> Self {
        match tenants.first() {
            Some(first) if !tenants.iter().any(Tenant::may_have_clients) => {
                Self::Workspace(first.slug.clone(), WorkspacePage::Board)
            }
            _ => Self::Home,
        }
    }

    /// Parses an untrusted path, such as that of the parameter `next`. Only pages are accepted, so nothing that a browser could
    /// interpret as another origin.
    pub fn parse(path: &str) -> Option<Self> {
        match path {
            "/" => return Some(Self::Landing),
            "/register" => return Some(Self::Register(None)),
            "/sign-in" => return Some(Self::SignIn(None)),
            "/sign-in/organization" => return Some(Self::OrganizationSignIn),
            "/home" => return Some(Self::Home),
            "/organizations/new" => return Some(Self::NewOrganization),
            "/forgot-password" => return Some(Self::ForgotPassword),
            "/reset-password" => return Some(Self::ResetPassword(None)),
            "/activate" => return Some(Self::Activate(None)),
            _ => {}
        }
        if let Some(token) = path.strip_prefix("/invitations/") {
            let is_token = !token.is_empty()
                && token.len() <= MAX_TOKEN_LEN
                && token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            return is_token.then(|| Self::Invitation(token.to_owned()));
        }
        let (slug, page) = path.strip_prefix("/w/")?.split_once('/')?;
        let is_valid_slug = !slug.is_empty()
            && slug.len() <= 64
            && slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !is_valid_slug {
            return None;
        }
        match page {
            "applications/duplicates" => return Some(Self::Duplicates(slug.to_owned())),
            "applications/report" => return Some(Self::Report(slug.to_owned(), String::new())),
            _ => {}
        }
        if let Some(application) = page.strip_prefix("applications/") {
            let (id, page) = application.split_at(application.find('/').unwrap_or(application.len()));
            let page = [
                ApplicationPage::Overview,
                ApplicationPage::Merge,
                ApplicationPage::Split,
            ]
            .into_iter()
            .find(|p| p.as_str() == page)?;
            return Some(Self::Application(slug.to_owned(), id.parse().ok()?, page));
        }
        if let Some((user, page)) = page.strip_prefix("clients/").and_then(|p| p.split_once('/')) {
            let page = ClientPage::parse(page)?;
            return Some(Self::Client(slug.to_owned(), user.parse().ok()?, page));
        }
        if let Some(id) = page.strip_prefix("import/csv") {
            let id = match id.strip_prefix('/') {
                Some(id) => Some(id.parse().ok()?),
                None if id.is_empty() => None,
                None => return None,
            };
            return Some(Self::CsvImport(slug.to_owned(), id));
        }
        if let Some(section) = page.strip_prefix("settings/") {
            return Some(Self::Settings(slug.to_owned(), SettingsSection::parse(section)?));
        }
        if let Some(id) = page.strip_prefix("import/") {
            return Some(Self::Import(slug.to_owned(), id.parse().ok()?));
        }
        let page = [
            WorkspacePage::Today,
            WorkspacePage::Board,
            WorkspacePage::Applications,
            WorkspacePage::Inbox,
            WorkspacePage::Import,
            WorkspacePage::Metrics,
            WorkspacePage::Clients,
            WorkspacePage::Groups,
            WorkspacePage::Cohort,
            WorkspacePage::Settings,
        ]
        .into_iter()
        .find(|p| p.as_str() == page)?;
        Some(Self::Workspace(slug.to_owned(), page))
    }

    /// Whether people can be sent there after they signed in.
    pub fn is_destination(&self) -> bool {
        self.slug().is_some() || matches!(self, Self::NewOrganization | Self::Invitation(_))
    }

    /// The slug of the workspace that the page belongs to.
    pub fn slug(&self) -> Option<&str> {
        match self {
            Self::Workspace(slug, _)
            | Self::List(slug, _, _)
            | Self::Inbox(slug, _)
            | Self::Import(slug, _)
            | Self::CsvImport(slug, _)
            | Self::Application(slug, _, _)
            | Self::Client(slug, _, _)
            | Self::Settings(slug, _)
            | Self::SettingsPart(slug, _, _)
            | Self::Webhook(slug, _)
            | Self::Export(slug, _) => Some(slug),
            _ => None,
        }
    }
}

fn write_with_next(f: &mut fmt::Formatter<'_>, path: &str, next: Option<&str>) -> fmt::Result {
    match next {
        None => f.write_str(path),
        Some(next) => write!(f, "{path}?next={}", percent_encode(next)),
    }
}

fn write_with_token(f: &mut fmt::Formatter<'_>, path: &str, token: Option<&str>) -> fmt::Result {
    match token {
        None => f.write_str(path),
        Some(token) => write!(f, "{path}?token={}", percent_encode(token)),
    }
}

/// Percent-encodes all bytes but ASCII letters, digits, `-`, `_`, `.` and `/` (RFC 3986, section 2.1).
pub fn percent_encode(value: &str) -> String {
    use fmt::Write as _;
    value.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/') {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_page_paths_are_parsed() {
        for path in [
            "/",
            "/register",
            "/home",
            "/forgot-password",
            "/w/mara-7f3k/board",
            "/w/a/today",
            "/w/a/metrics",
            "/w/a/applications",
            "/w/a/settings",
            "/w/a/import/019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f",
            "/w/a/import/csv",
            "/w/a/import/csv/019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f",
            "/w/a/settings/deleted",
            "/w/a/settings/members",
            "/organizations/new",
            "/invitations/k3JtVbm0mZ2Yw3c7b1Qx9f5s8u6a4d2e1g0hIjKlMnO",
            "/w/a/settings/profile",
            "/w/a/settings/delete-account",
            "/w/a/applications/019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f",
            "/w/a/applications/019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f/merge",
            "/w/a/applications/019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f/split",
        ] {
            assert_eq!(Route::parse(path).expect("page").to_string(), path);
        }
        for path in [
            "//evil.com",
            "/\\evil.com",
            "https://evil.com",
            "/w//board",
            "/invitations/",
            "/invitations/a/b",
            "/invitations/a?b",
            "/invitations//evil.com",
            "/w/../board",
            "/w/a/import/csv/",
            "/w/a/import/csvx",
            "/w/a/import/csv/x",
            "/w/a/applications/x/merge",
            "/w/a/applications/x",
            "/w/a/applications/",
            "/w/a/applications/019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f/",
            "/w/a/applications/019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f/edit",
            "/w/a/board/",
            "/w/a/settings/export",
            "/w/a/settings/profile/",
            "/w/a/settings/",
            "/w/A/board",
            "/ok/../..//evil.com",
            "javascript:alert(1)",
            "/\t/evil.com",
            "",
        ] {
            assert_eq!(Route::parse(path), None, "{path}");
        }
    }

    #[test]
    fn parameters_are_percent_encoded() {
        assert_eq!(
            Route::SignIn(Some("/w/a\r\nb".into())).to_string(),
            "/sign-in?next=/w/a%0D%0Ab"
        );
    }
}
