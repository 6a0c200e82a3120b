//! Routes as paths.

use super::{Route, SettingsSection};
use std::fmt;

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
