//! Paths of our own pages, built in one place. A [`Route`] is the only thing that a redirect may go to.

use std::fmt;

/// A page of ours. Written out, it is a path on our own origin and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The landing page.
    Landing,
    /// Where an account is made.
    Register,
    /// Where a person signs in, and the page to go on to.
    SignIn(Option<String>),
    /// Where a new password is asked for.
    ForgotPassword,
    /// Where a new password is chosen, with the token of the mail.
    ResetPassword(Option<String>),
    /// Where an address is confirmed, with the token of the mail.
    Activate(Option<String>),
    /// Chooses the person's first workspace.
    Home,
    /// A page of a workspace, named by its slug.
    Workspace(String, WorkspacePage),
    /// Not a page but a file: everything of the person, from a workspace named by its slug.
    Export(String),
}

/// The pages inside a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspacePage {
    /// Applications by stage.
    Board,
    /// Mail files in.
    Import,
    /// Charts.
    Metrics,
    /// The person's own account.
    Settings,
}

impl WorkspacePage {
    /// The last part of the path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Import => "import",
            Self::Metrics => "metrics",
            Self::Settings => "settings",
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Landing => f.write_str("/"),
            Self::Register => f.write_str("/register"),
            Self::SignIn(None) => f.write_str("/sign-in"),
            Self::SignIn(Some(next)) => write!(f, "/sign-in?next={}", escape(next)),
            Self::ForgotPassword => f.write_str("/forgot-password"),
            Self::ResetPassword(token) => with_token(f, "/reset-password", token.as_deref()),
            Self::Activate(token) => with_token(f, "/activate", token.as_deref()),
            Self::Home => f.write_str("/home"),
            Self::Export(slug) => write!(f, "/w/{}/settings/export", escape(slug)),
            Self::Workspace(slug, page) => write!(f, "/w/{}/{}", escape(slug), page.as_str()),
        }
    }
}

impl Route {
    /// Reads a path that came from outside, such as `next=`. Only the pages listed here are known, so nothing that
    /// a browser could take for another origin survives.
    pub fn parse(path: &str) -> Option<Self> {
        match path {
            "/" => return Some(Self::Landing),
            "/register" => return Some(Self::Register),
            "/sign-in" => return Some(Self::SignIn(None)),
            "/home" => return Some(Self::Home),
            "/forgot-password" => return Some(Self::ForgotPassword),
            "/reset-password" => return Some(Self::ResetPassword(None)),
            "/activate" => return Some(Self::Activate(None)),
            _ => {}
        }
        let (slug, page) = path.strip_prefix("/w/")?.split_once('/')?;
        let slug_is_plain = !slug.is_empty()
            && slug.len() <= 64
            && slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let page = [
            WorkspacePage::Board,
            WorkspacePage::Import,
            WorkspacePage::Metrics,
            WorkspacePage::Settings,
        ]
        .into_iter()
        .find(|p| p.as_str() == page)?;
        slug_is_plain.then(|| Self::Workspace(slug.to_owned(), page))
    }
}

fn with_token(f: &mut fmt::Formatter<'_>, path: &str, token: Option<&str>) -> fmt::Result {
    match token {
        None => f.write_str(path),
        Some(token) => write!(f, "{path}?token={}", escape(token)),
    }
}

fn escape(value: &str) -> String {
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
    fn knows_its_own_pages_and_nothing_else() {
        for path in [
            "/",
            "/register",
            "/home",
            "/forgot-password",
            "/w/mara-7f3k/board",
            "/w/a/metrics",
            "/w/a/settings",
        ] {
            assert_eq!(Route::parse(path).expect("own page").to_string(), path);
        }
        for path in [
            "//evil.com",
            "/\\evil.com",
            "https://evil.com",
            "/w//board",
            "/w/../board",
            "/w/a/board/",
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
    fn escapes_what_it_writes() {
        assert_eq!(
            Route::SignIn(Some("/w/a\r\nb".into())).to_string(),
            "/sign-in?next=/w/a%0D%0Ab"
        );
    }
}
