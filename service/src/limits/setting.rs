//! What is limited and how much: the setting `JOBHAX_LIMITS`.

use chrono::TimeDelta;
use std::str::FromStr;

/// So often in a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name in the setting and in answers.
    pub name: &'static str,
    /// How often; 0 for as often as one likes.
    pub most: u32,
    /// The window, which begins with the first time.
    pub window: TimeDelta,
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident = $most:literal / $window:expr;)+) => {
        /// All limits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $name: Limit,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: Limit { name: stringify!($name), most: $most, window: $window },)+ }
            }
        }

        impl Limits {
            /// The names, as the setting takes them.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            fn named(&mut self, name: &str) -> Option<&mut Limit> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)+
                    _ => None,
                }
            }

            /// No limit at all.
            pub fn off() -> Self {
                let mut limits = Self::default();
                $(limits.$name.most = 0;)+
                limits
            }
        }
    };
}

limits! {
    /// New accounts, for each address.
    register = 20 / TimeDelta::hours(1);
    /// Tries to sign in as one person, for each address.
    login_email = 10 / TimeDelta::minutes(1);
    /// Tries to sign in as anybody, for each address.
    login_address = 60 / TimeDelta::minutes(1);
    /// Tries to sign in as one person without success, from all places where that person has never signed in together; and
    /// from each of the others.
    login_account = 100 / TimeDelta::days(1);
    /// Exchanges of refresh tokens, for each family.
    refresh = 60 / TimeDelta::minutes(1);
    /// Mails that somebody asks for without being signed in, for each recipient.
    mail = 3 / TimeDelta::hours(1);
    /// The same, for each address that asks.
    mail_address = 20 / TimeDelta::hours(1);
    /// Tries to use the links of such mails, for each address.
    reset = 20 / TimeDelta::hours(1);
    /// Demo workspaces, for each address.
    demo = 20 / TimeDelta::hours(1);
    /// Requests of a program, for each session or key; of pages, for each person.
    api = 600 / TimeDelta::minutes(1);
}

/// Most of a limit that can be written.
const LARGEST: u32 = 1_000_000;

impl FromStr for Limits {
    type Err = String;

    /// Reads `name=most/unit`, separated by commas. What is left out keeps its default, `name=0` turns one off.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut limits = Self::default();
        let mut seen = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| format!("\"{part}\" is not a limit; write for example api=600/m"))?;
            let (name, value) = (name.trim(), value.trim());
            let limit = limits.named(name).ok_or_else(|| {
                format!(
                    "there is no limit called \"{name}\"; there are {}",
                    Self::NAMES.join(", ")
                )
            })?;
            if seen.contains(&limit.name) {
                return Err(format!("{name} is there twice"));
            }
            seen.push(limit.name);
            read(limit, value).ok_or_else(|| {
                format!(
                    "\"{value}\" is not what {name} can be; write a number up to {LARGEST} and s, m, h or d, such as 20/h, or 0 to turn it off"
                )
            })?;
        }
        Ok(limits)
    }
}

fn read(limit: &mut Limit, value: &str) -> Option<()> {
    if value == "0" {
        limit.most = 0;
        return Some(());
    }
    let (most, unit) = value.split_once('/')?;
    if !most.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let most = most.parse().ok().filter(|most| *most <= LARGEST)?;
    let window = match unit {
        "s" => TimeDelta::seconds(1),
        "m" => TimeDelta::minutes(1),
        "h" => TimeDelta::hours(1),
        "d" => TimeDelta::days(1),
        _ => return None,
    };
    limit.most = most;
    limit.window = window;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_keeps_its_default() {
        let default = Limits::default();
        assert_eq!("".parse(), Ok(default));
        let some: Limits = "api=50/s, register=0 ,demo=7/d".parse().expect("limits");
        assert_eq!((some.api.most, some.api.window), (50, TimeDelta::seconds(1)));
        assert_eq!((some.demo.most, some.demo.window), (7, TimeDelta::days(1)));
        assert_eq!(some.register.most, 0);
        assert_eq!(some.login_email, default.login_email);
        let documented = "register=20/h,login_email=10/m,login_address=60/m,refresh=60/m,api=600/m";
        assert_eq!(documented.parse(), Ok(default));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, part) in [
            ("api", "\"api\" is not a limit"),
            ("logn=1/m", "no limit called \"logn\""),
            ("api=1/m,api=2/m", "twice"),
            ("api=", "is not what api can be"),
            ("api=5", "is not what api can be"),
            ("api=5/w", "5/w"),
            ("api=-5/m", "-5/m"),
            ("api=+5/m", "+5/m"),
            ("api=1e3/m", "1e3/m"),
            ("api=1000001/m", "up to 1000000"),
        ] {
            let error = text.parse::<Limits>().expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
