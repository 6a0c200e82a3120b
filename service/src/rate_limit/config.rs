//! The configured limits: the setting `JOBHAX_LIMITS`.

use chrono::TimeDelta;
use std::{
    fmt::{self, Display},
    str::FromStr,
};

/// A maximum number of requests in a fixed window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name in the setting, in response headers and in metrics.
    pub name: &'static str,
    /// Maximum number of requests in a window; 0 turns the limit off.
    pub max: u32,
    /// Length of the window, which begins with its first request.
    pub window: TimeDelta,
}

impl Limit {
    pub(super) fn is_off(self) -> bool {
        self.max == 0
    }
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident = $max:literal / $window:expr;)+) => {
        /// All limits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $name: Limit,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: Limit { name: stringify!($name), max: $max, window: $window },)+ }
            }
        }

        impl Limits {
            /// The names in the setting.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            fn get_mut(&mut self, name: &str) -> Option<&mut Limit> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)+
                    _ => None,
                }
            }

            fn all(&self) -> [Limit; Self::NAMES.len()] {
                [$(self.$name),+]
            }

            /// All limits turned off.
            pub fn off() -> Self {
                let mut limits = Self::default();
                $(limits.$name.max = 0;)+
                limits
            }
        }
    };
}

limits! {
    /// New accounts, per network.
    register = 20 / TimeDelta::hours(1);
    /// Login attempts, per email and network.
    login_email = 10 / TimeDelta::minutes(1);
    /// Login attempts, per network.
    login_address = 60 / TimeDelta::minutes(1);
    /// Failed login attempts, per email: one counter for all networks where the user has never signed in, and one for each
    /// network where the user has.
    login_failures_per_account = 100 / TimeDelta::days(1);
    /// Refreshes, per session.
    refresh = 60 / TimeDelta::minutes(1);
    /// Emails requested without being signed in, per recipient.
    email_per_recipient = 3 / TimeDelta::hours(1);
    /// Emails requested without being signed in, per network.
    email_per_ip = 20 / TimeDelta::hours(1);
    /// Uses of tokens from such emails, per network.
    token_use_per_ip = 20 / TimeDelta::hours(1);
    /// Attempts to connect a mailbox by IMAP, per user.
    connect_imap = 20 / TimeDelta::hours(1);
    /// Reads of calendar feeds, per network.
    calendar_feed = 120 / TimeDelta::minutes(1);
    /// Uses of unsubscribe links, per network.
    unsubscribe = 120 / TimeDelta::minutes(1);
    /// API and page requests, per user in all sessions together.
    api_user = 1800 / TimeDelta::minutes(1);
    /// New organizations, per user.
    organization = 10 / TimeDelta::days(1);
    /// Invitations, per workspace.
    invitation_per_tenant = 600 / TimeDelta::days(1);
    /// Invitations, per user in all workspaces together.
    invitation_per_user = 600 / TimeDelta::days(1);
    /// Invitations of all workspaces together, per recipient.
    invitation_per_recipient = 5 / TimeDelta::days(1);
    /// Uses of links in invitations, per network.
    invitation_lookup = 120 / TimeDelta::minutes(1);
    /// DNS lookups of email domains, per workspace.
    domain_lookup = 30 / TimeDelta::hours(1);
    /// Requests for access to applications, per user.
    access_request = 100 / TimeDelta::days(1);
    /// Demo workspaces, per network.
    demo = 20 / TimeDelta::hours(1);
    /// API requests with an API key that does not exist, per network.
    unknown_key = 60 / TimeDelta::minutes(1);
    /// API requests, per API key.
    api_key = 600 / TimeDelta::minutes(1);
    /// API requests, per workspace over all members and keys.
    api_tenant = 6000 / TimeDelta::minutes(1);
    /// API and page requests, per session.
    api = 600 / TimeDelta::minutes(1);
}

impl Display for Limits {
    /// The format of [`FromStr`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, limit) in self.all().into_iter().enumerate() {
            let separator = if i == 0 { "" } else { "," };
            write!(f, "{separator}{}={}", limit.name, limit.max)?;
            if let Some((unit, _)) = UNITS.iter().find(|(_, window)| *window == limit.window)
                && !limit.is_off()
            {
                write!(f, "/{unit}")?;
            }
        }
        Ok(())
    }
}

/// The windows that can be configured.
const UNITS: [(&str, TimeDelta); 4] = [
    ("s", TimeDelta::seconds(1)),
    ("m", TimeDelta::minutes(1)),
    ("h", TimeDelta::hours(1)),
    ("d", TimeDelta::days(1)),
];

/// The largest maximum that can be configured.
const LARGEST_MAX: u32 = 1_000_000;

impl FromStr for Limits {
    type Err = String;

    /// Parses `name=max/unit`, separated by commas. Limits that are not listed keep their default; `name=0` turns one off.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut limits = Self::default();
        let mut seen = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| format!("\"{part}\" is not a limit; write for example api=600/m"))?;
            let (name, value) = (name.trim(), value.trim());
            let limit = limits.get_mut(name).ok_or_else(|| {
                format!(
                    "unknown limit \"{name}\"; known limits are {}",
                    Self::NAMES.join(", ")
                )
            })?;
            if seen.contains(&limit.name) {
                return Err(format!("{name} is listed twice"));
            }
            seen.push(limit.name);
            parse_value(limit, value).ok_or_else(|| {
                format!(
                    "\"{value}\" is not a valid value for {name}; write a number up to {LARGEST_MAX} and s, m, h or d, such as 20/h, or 0 to turn it off"
                )
            })?;
        }
        Ok(limits)
    }
}

fn parse_value(limit: &mut Limit, value: &str) -> Option<()> {
    if value == "0" {
        limit.max = 0;
        return Some(());
    }
    let (max, unit) = value.split_once('/')?;
    if !max.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let max = max.parse().ok().filter(|max| *max <= LARGEST_MAX)?;
    let (_, window) = UNITS.iter().find(|(name, _)| *name == unit)?;
    limit.max = max;
    limit.window = *window;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn omitted_limits_keep_their_default() {
        let default = Limits::default();
        assert_eq!("".parse(), Ok(default));
        let limits: Limits = "api=50/s, register=0 ,demo=7/d".parse().expect("limits");
        assert_eq!((limits.api.max, limits.api.window), (50, TimeDelta::seconds(1)));
        assert_eq!((limits.demo.max, limits.demo.window), (7, TimeDelta::days(1)));
        assert_eq!(limits.register.max, 0);
        assert_eq!(limits.login_email, default.login_email);
        let documented = "register=20/h,login_email=10/m,login_address=60/m,refresh=60/m,api=600/m";
        assert_eq!(documented.parse(), Ok(default));
    }

    #[test]
    fn formatted_limits_parse_to_the_same() {
        for limits in [Limits::default(), Limits::off()] {
            assert_eq!(
                limits.to_string().parse::<Limits>().map(|l| l.to_string()),
                Ok(limits.to_string())
            );
        }
        assert!(
            Limits::default()
                .to_string()
                .ends_with(",api_key=600/m,api_tenant=6000/m,api=600/m")
        );
    }

    #[test]
    fn invalid_setting_is_rejected_with_a_reason() {
        for (setting, reason) in [
            ("api", "\"api\" is not a limit"),
            ("logn=1/m", "unknown limit \"logn\""),
            ("api=1/m,api=2/m", "listed twice"),
            ("api=", "is not a valid value for api"),
            ("api=5", "is not a valid value for api"),
            ("api=5/w", "5/w"),
            ("api=-5/m", "-5/m"),
            ("api=+5/m", "+5/m"),
            ("api=1e3/m", "1e3/m"),
            ("api=1000001/m", "up to 1000000"),
        ] {
            let error = setting.parse::<Limits>().expect_err(setting);
            assert!(error.contains(reason), "{setting}: {error}");
        }
    }
}
