//! The email providers offered in the form.

use crate::Error;
use domain::mail::ImapProvider;

/// The provider whose mailboxes can also be connected with OAuth.
const OUTLOOK: &str = "outlook";

/// The email providers whose servers are known. With `has_outlook`, Microsoft mailboxes can be connected with OAuth.
///
/// # Errors
/// [`Error::Internal`] if the data file is invalid, which a test rules out.
pub fn list_imap_providers(has_outlook: bool) -> Result<Vec<ImapProvider>, Error> {
    let mut providers: Vec<ImapProvider> = serde_json::from_str(include_str!("providers.json"))
        .map_err(|e| Error::Internal(format!("list of IMAP providers: {e}")))?;
    if has_outlook {
        for provider in providers.iter_mut().filter(|provider| provider.id == OUTLOOK) {
            "Microsoft no longer accepts passwords over IMAP for most accounts. Use \u{201c}Connect Outlook\u{201d} above instead."
                .clone_into(&mut provider.hint);
            provider.help_url = None;
        }
    }
    Ok(providers)
}

#[cfg(test)]
mod tests {
    use super::{OUTLOOK, list_imap_providers};
    use std::collections::HashSet;

    #[test]
    fn provider_list_is_valid() {
        let providers = list_imap_providers(false).expect("valid");
        let ids: HashSet<&str> = providers.iter().map(|p| p.id.as_str()).collect();
        assert_eq!(ids.len(), providers.len(), "two providers with one id");
        for provider in &providers {
            assert!(url::Host::parse(&provider.host).is_ok(), "{}", provider.host);
            assert!(provider.hint.ends_with('.'), "{}", provider.hint);
            let url = provider.help_url.as_deref().unwrap_or("https://");
            assert!(url.starts_with("https://"), "{url}");
        }
    }

    #[test]
    fn outlook_points_to_oauth_where_it_is_configured() {
        let hint = |has_outlook| {
            let providers = list_imap_providers(has_outlook).expect("valid");
            let outlook = providers.into_iter().find(|provider| provider.id == OUTLOOK);
            outlook.expect("Outlook").hint
        };
        assert!(hint(true).contains("Connect Outlook"));
        assert!(!hint(false).contains("Connect Outlook"));
    }
}
