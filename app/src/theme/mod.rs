//! The color theme: light, dark, or the theme of the system.

pub mod api;
mod switch;

pub use switch::ThemeSwitch;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The theme of the operating system.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// All themes in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The value in the cookie and in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Parses the value of the cookie. Unknown values mean the theme of the system.
    pub fn parse(value: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.as_str() == value)
            .unwrap_or_default()
    }

    /// The value of `data-theme` on the root element; `None` if the system decides.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("jobhax-light"),
            Self::Dark => Some("jobhax-dark"),
        }
    }
}

const COOKIE: &str = "theme";

/// The theme of the browser that made the request.
pub fn current() -> Theme {
    crate::server::cookies::get(COOKIE).map_or(Theme::System, |value| Theme::parse(&value))
}

/// Stores the theme in a cookie for a year.
fn store(theme: Theme) {
    use cookie::time::Duration;
    let max_age = if theme == Theme::System {
        Duration::ZERO
    } else {
        Duration::days(365)
    };
    crate::server::cookies::set(COOKIE, theme.as_str(), max_age);
}
