//! Slugs of organizations.

use crate::FieldCode;

/// Minimum length of a chosen slug.
pub const MIN_SLUG_LEN: usize = 3;
/// Maximum length of a chosen slug.
pub const MAX_SLUG_LEN: usize = 40;

/// Slugs that could be mistaken for a part of the product, for its operator, or for all users.
const RESERVED: [&str; 38] = [
    "about",
    "account",
    "accounts",
    "admin",
    "administrator",
    "api",
    "app",
    "assets",
    "auth",
    "billing",
    "blog",
    "contact",
    "docs",
    "everyone",
    "health",
    "help",
    "home",
    "invitation",
    "invitations",
    "login",
    "logout",
    "mail",
    "new",
    "official",
    "organization",
    "organizations",
    "postmaster",
    "register",
    "root",
    "security",
    "settings",
    "sign-in",
    "sign-up",
    "static",
    "status",
    "support",
    "system",
    "www",
];
/// The name of the product, which no slug may contain.
const PRODUCT: &str = "jobhax";

/// A valid slug of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Accepts lower-case ASCII letters, digits and single hyphens between them. Reserved slugs, and those that look like one, are
    /// rejected.
    pub fn parse(value: &str) -> Result<Self, (FieldCode, String)> {
        let value = value.trim();
        let len = value.chars().count();
        if len < MIN_SLUG_LEN {
            return Err((
                FieldCode::TooShort,
                format!("Use at least {MIN_SLUG_LEN} characters."),
            ));
        }
        if len > MAX_SLUG_LEN {
            return Err((
                FieldCode::TooLong,
                format!("Use at most {MAX_SLUG_LEN} characters."),
            ));
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if !value.split('-').all(is_word) {
            let detail = "Use lower-case letters a to z, digits, and single hyphens between them.";
            return Err((FieldCode::InvalidFormat, detail.into()));
        }
        let slug = Self(value.to_owned());
        if slug.is_reserved() {
            return Err((
                FieldCode::NotAllowed,
                "This address is reserved. Choose another one.".into(),
            ));
        }
        Ok(slug)
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The skeleton of the slug: two slugs with the same skeleton look alike.
    pub fn skeleton(&self) -> String {
        skeleton(&self.0)
    }

    fn is_reserved(&self) -> bool {
        let own = self.skeleton();
        own.contains(&skeleton(PRODUCT)) || RESERVED.iter().any(|reserved| skeleton(reserved) == own)
    }
}

/// Replaces look-alike characters and pairs of characters by one of them, and removes hyphens.
fn skeleton(value: &str) -> String {
    value
        .replace('-', "")
        .replace("rn", "m")
        .replace("vv", "w")
        .replace("cl", "d")
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' | 'j' => 'l',
            '2' => 'z',
            '5' => 's',
            '8' => 'b',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slug_invalid_is_rejected() {
        for valid in ["career-center", "abc", "a1b", "uni-2026", "mara"] {
            assert!(Slug::parse(valid).is_ok(), "{valid}");
        }
        for (invalid, code) in [
            ("ab", FieldCode::TooShort),
            ("", FieldCode::TooShort),
            ("Career", FieldCode::InvalidFormat),
            ("-abc", FieldCode::InvalidFormat),
            ("abc-", FieldCode::InvalidFormat),
            ("a--b", FieldCode::InvalidFormat),
            ("a b c", FieldCode::InvalidFormat),
            ("caf\u{e9}", FieldCode::InvalidFormat),
            ("\u{430}dmin", FieldCode::InvalidFormat),
            ("a/b", FieldCode::InvalidFormat),
            ("a.b", FieldCode::InvalidFormat),
        ] {
            assert_eq!(Slug::parse(invalid).map_err(|e| e.0), Err(code), "{invalid}");
        }
        assert_eq!(
            Slug::parse(&"x".repeat(MAX_SLUG_LEN + 1)).map_err(|e| e.0),
            Err(FieldCode::TooLong)
        );
    }

    #[test]
    fn slug_reserved_or_look_alike_is_rejected() {
        for reserved in [
            "admin",
            "adm1n",
            "adrnin",
            "api",
            "sign-in",
            "signin",
            "jobhax",
            "j0bhax-help",
            "job-hax",
            "vvvvvv",
        ] {
            let code = Slug::parse(reserved).map_err(|e| e.0);
            assert_eq!(code, Err(FieldCode::NotAllowed), "{reserved}");
        }
    }

    #[test]
    fn skeleton_of_look_alikes_is_the_same() {
        let skeleton = |slug: &str| Slug::parse(slug).expect("valid").skeleton();
        for (a, b) in [
            ("modern-uni", "modem-uni"),
            ("career-lab", "career1ab"),
            ("bo0k", "book"),
        ] {
            assert_eq!(skeleton(a), skeleton(b), "{a} {b}");
        }
        assert_ne!(skeleton("career-lab"), skeleton("career-hub"));
    }
}
