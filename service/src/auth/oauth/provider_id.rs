//! The identity of the provider of a flow.

use domain::{TenantId, auth::Provider};
use std::{fmt, str::FromStr};

/// Prefix of an organization's id in the text form.
const ORGANIZATION_PREFIX: &str = "organization-";
const MICROSOFT: &str = "microsoft";

/// A provider of this installation, or the one that an organization has configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProviderId {
    /// Configured by the operator.
    Installation(Provider),
    /// Configured by this organization.
    Organization(TenantId),
    /// Microsoft, only to connect mailboxes, not to sign in.
    Microsoft,
}

impl From<Provider> for ProviderId {
    fn from(provider: Provider) -> Self {
        Self::Installation(provider)
    }
}

/// The form in URLs and in the database.
impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installation(provider) => f.write_str(provider.as_str()),
            Self::Organization(tenant) => write!(f, "{ORGANIZATION_PREFIX}{tenant}"),
            Self::Microsoft => f.write_str(MICROSOFT),
        }
    }
}

/// There is no such provider.
#[derive(Debug)]
pub struct UnknownProvider;

impl FromStr for ProviderId {
    type Err = UnknownProvider;

    fn from_str(text: &str) -> Result<Self, UnknownProvider> {
        if text == MICROSOFT {
            return Ok(Self::Microsoft);
        }
        match text.strip_prefix(ORGANIZATION_PREFIX) {
            Some(id) => id.parse().map(Self::Organization).map_err(|_| UnknownProvider),
            None => Provider::parse(text)
                .map(Self::Installation)
                .ok_or(UnknownProvider),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_id_text_is_parsed_back() {
        let tenant = TenantId(uuid::Uuid::from_u128(7));
        for id in [
            ProviderId::Installation(Provider::Google),
            ProviderId::Organization(tenant),
            ProviderId::Microsoft,
        ] {
            assert_eq!(id.to_string().parse::<ProviderId>().expect("parsed"), id);
        }
        for text in ["", "myspace", "organization-", "organization-x"] {
            assert!(text.parse::<ProviderId>().is_err(), "{text}");
        }
    }
}
