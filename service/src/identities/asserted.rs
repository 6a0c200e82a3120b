//! What a provider says of a person, made harmless.

use crate::text::nfc;
use chrono::{DateTime, Utc};
use domain::users::EmailAddress;
use secrecy::SecretString;

/// Most characters of a name.
const NAME_MAX: usize = 100;

/// An account at a provider, and what the provider vouches for.
#[derive(Debug)]
pub(crate) struct Asserted {
    /// The provider's key.
    pub provider: String,
    /// The provider's id of the account.
    pub subject: String,
    /// The address, as it is shown there.
    pub email: Option<EmailAddress>,
    /// Whether the provider knows that the address is the person's.
    pub email_verified: bool,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub tokens: Option<Granted>,
}

/// What the provider lets us do.
#[derive(Debug)]
pub(crate) struct Granted {
    pub access: SecretString,
    pub refresh: Option<SecretString>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Only the JSON value `true` verifies; a text that says so does not.
pub(super) fn verified(value: Option<&serde_json::Value>) -> bool {
    value == Some(&serde_json::Value::Bool(true))
}

/// An address of plain shape, or none.
pub(super) fn address(value: Option<&str>) -> Option<EmailAddress> {
    EmailAddress::parse(&nfc(value?)).ok()
}

/// A name without control characters and without those that turn the direction of text, cut to its length.
pub(super) fn name(value: Option<&str>) -> Option<String> {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = nfc(value?)
        .chars()
        .filter(|c| !c.is_control() && !turns(*c))
        .take(NAME_MAX)
        .collect();
    let plain = plain.trim();
    (!plain.is_empty()).then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// AT-28.
    #[test]
    fn only_true_is_true() {
        assert!(verified(Some(&json!(true))));
        for value in [json!("true"), json!(1), json!(false), json!(null), json!([true])] {
            assert!(!verified(Some(&value)), "{value}");
        }
        assert!(!verified(None));
    }

    /// AT-34.
    #[test]
    fn names_are_short_and_keep_their_direction() {
        assert_eq!(
            name(Some("Zo\u{65}\u{308} \u{202e}evil\u{0}")),
            Some("Zo\u{eb} evil".into())
        );
        assert_eq!(name(Some(&"x".repeat(5_000))).map(|n| n.len()), Some(NAME_MAX));
        assert_eq!(name(Some(" \u{2066} ")), None);
        assert_eq!(
            name(Some("<b>Ada</b>")),
            Some("<b>Ada</b>".into()),
            "pages escape"
        );
        assert!(address(Some("a@b.co,c@d.co")).is_none());
    }
}
