//! A user's account at a provider, with untrusted values validated and cleaned.

use crate::platform::normalize::nfc;
use chrono::{DateTime, Utc};
use domain::{
    normalize::{is_direction_control, is_visible},
    users::EmailAddress,
};
use secrecy::SecretString;

/// Longer names are truncated, in characters.
const MAX_NAME_LEN: usize = 100;

/// An account at a provider and the provider's claims about it.
#[derive(Debug)]
pub(crate) struct ExternalIdentity {
    /// Key of the provider, see `OAuthClient::key`.
    pub provider: String,
    /// The account's ID at the provider.
    pub subject: String,
    pub email: Option<EmailAddress>,
    /// Whether the provider has verified that the user owns the address.
    pub email_verified: bool,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub tokens: Option<ProviderTokens>,
}

/// Tokens that a provider issued (RFC 6749 §5.1).
#[derive(Debug)]
pub(crate) struct ProviderTokens {
    pub access_token: SecretString,
    pub refresh_token: Option<SecretString>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Reads an `email_verified` claim: only the JSON value `true` counts, the string `"true"` does not.
pub(super) fn is_true(value: Option<&serde_json::Value>) -> bool {
    value == Some(&serde_json::Value::Bool(true))
}

/// Parses an email claim; `None` if it is not a plain address.
pub(super) fn parse_email(value: Option<&str>) -> Option<EmailAddress> {
    EmailAddress::parse(&nfc(value?)).ok()
}

/// Removes control characters and those that change the direction of the text from a name claim and truncates it. `None` if no visible
/// character is left.
pub(super) fn sanitize_name(value: Option<&str>) -> Option<String> {
    let name: String = nfc(value?)
        .chars()
        .filter(|c| !c.is_control() && !is_direction_control(*c))
        .take(MAX_NAME_LEN)
        .collect();
    let name = name.trim();
    is_visible(name).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn email_verified_accepts_only_boolean_true() {
        assert!(is_true(Some(&json!(true))));
        for value in [json!("true"), json!(1), json!(false), json!(null), json!([true])] {
            assert!(!is_true(Some(&value)), "{value}");
        }
        assert!(!is_true(None));
    }

    #[test]
    fn names_are_truncated_and_stripped_of_control_characters() {
        assert_eq!(
            sanitize_name(Some("Zo\u{65}\u{308} \u{202e}evil\u{0}")),
            Some("Zo\u{eb} evil".into())
        );
        assert_eq!(sanitize_name(Some("\u{200b} \u{3164}")), None);
        assert_eq!(
            sanitize_name(Some(&"x".repeat(5_000))).map(|n| n.len()),
            Some(MAX_NAME_LEN)
        );
        assert_eq!(sanitize_name(Some(" \u{2066} ")), None);
        assert_eq!(
            sanitize_name(Some("<b>Ada</b>")),
            Some("<b>Ada</b>".into()),
            "escaping is up to the page that shows it"
        );
    }

    #[test]
    fn email_list_is_rejected() {
        assert!(parse_email(Some("a@b.co,c@d.co")).is_none());
    }
}
