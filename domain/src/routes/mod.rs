//! Paths of the pages. Redirects accept only a [`Route`], which prevents open redirects.

mod display;
mod pages;

pub use display::percent_encode;
pub use pages::{ApplicationPage, ClientPage, InboxView, SettingsSection, WorkspacePage};

use crate::{CsvImportId, ImportId, JobApplicationId, UserId, WebhookEndpointId, tenants::Tenant};

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
    /// The import of CSV files into the workspace with this slug, or one such import.
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

impl Route {
    /// The page after signing in for a user with these workspaces: the board of the first one, or [`Route::Home`] for users who may have
    /// clients, because their start page depends on their applications.
    pub fn after_sign_in(tenants: &[Tenant]) -> Self {
        match tenants.first() {
            Some(first) if !tenants.iter().any(Tenant::may_have_clients) => {
                Self::Workspace(first.slug.clone(), WorkspacePage::Board)
            }
            _ => Self::Home,
        }
    }

    /// Parses an untrusted path, such as the value of the parameter `next`. Only pages are accepted, so the result can never lead to
    /// another origin.
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

    /// Whether the page can be opened after signing in.
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
