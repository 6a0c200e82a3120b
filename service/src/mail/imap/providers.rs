//! The email providers that the form offers.

use crate::Error;
use domain::mail::ImapProvider;

/// The email providers whose servers are known.
///
/// # Errors
/// [`Error::Internal`] when the data file is invalid, which a test prevents.
pub fn list_imap_providers() -> Result<Vec<ImapProvider>, Error> {
    serde_json::from_str(include_str!("providers.json"))
        .map_err(|e| Error::Internal(format!("list of IMAP providers: {e}")))
}

#[cfg(test)]
mod tests {
    use super::list_imap_providers;
    use std::collections::HashSet;

    #[test]
    fn provider_list_is_valid() {
        let providers = list_imap_providers().expect("valid");
        let ids: HashSet<&str> = providers.iter().map(|p| p.id.as_str()).collect();
        assert_eq!(ids.len(), providers.len(), "two providers with one id");
        for provider in &providers {
            assert!(url::Host::parse(&provider.host).is_ok(), "{}", provider.host);
            assert!(provider.hint.ends_with('.'), "{}", provider.hint);
            let url = provider.help_url.as_deref().unwrap_or("https://");
            assert!(url.starts_with("https://"), "{url}");
        }
    }
}
