//! Email domains of an organization, whose holders may join it without an invitation.

use crate::{ApiError, EmailDomainId, FieldCode, TenantId, normalize};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum number of email domains of an organization.
pub const MAX_EMAIL_DOMAINS: i64 = 20;
/// Maximum length of a domain name, which leaves room for the labels of the verification record (RFC 1035 §2.3.4).
const MAX_DOMAIN_LEN: usize = 230;

/// An email domain of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailDomain {
    /// Id of the domain.
    pub id: EmailDomainId,
    /// The domain name, in ASCII.
    pub domain: String,
    /// Name of the DNS record of type TXT that proves control of the domain.
    pub record_name: String,
    /// Value of that record.
    pub record_value: String,
    /// Since when the domain is verified; null if it is not.
    pub verified_at: Option<DateTime<Utc>>,
    /// When the record was last looked up.
    pub checked_at: Option<DateTime<Utc>>,
    /// When the domain was added.
    pub created_at: DateTime<Utc>,
}

/// Body of `POST /api/tenants/add_domain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddDomainInput {
    /// The domain name, such as `example.org`.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 230))]
    pub domain: String,
}

impl AddDomainInput {
    /// The domain name in lower case, without a leading `@` and a trailing dot.
    ///
    /// # Errors
    /// `invalid` if it is not a domain name of at least two labels, in ASCII.
    pub fn parse(&self) -> Result<String, ApiError> {
        let invalid = |(code, detail)| ApiError::field("domain", code, detail);
        let text = normalize::line(&self.domain, 1, MAX_DOMAIN_LEN).map_err(invalid)?;
        let domain = text.trim_start_matches('@').trim_end_matches('.').to_lowercase();
        let labels: Vec<&str> = domain.split('.').collect();
        let is_valid = labels.len() >= 2
            && labels.iter().all(|label| is_label(label))
            && labels
                .last()
                .is_some_and(|top| top.chars().any(|c| c.is_ascii_alphabetic()));
        if is_valid {
            Ok(domain)
        } else {
            Err(invalid((
                FieldCode::InvalidFormat,
                "Enter a domain name, such as example.org. Write one with other letters in its ASCII form (xn--…).".into(),
            )))
        }
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Body of `POST /api/tenants/verify_domain` and `POST /api/tenants/delete_domain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DomainRef {
    /// The domain.
    pub domain_id: EmailDomainId,
}

/// An organization that the user may join, because their address is in one of its domains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JoinableTenant {
    /// Id of the organization.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// The domain of the user's address.
    pub domain: String,
}

/// Body of `POST /api/tenants/join_tenant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JoinTenantInput {
    /// The organization to join.
    pub tenant_id: TenantId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_input_accepts_host_names_of_two_labels_or_more() {
        let parse = |domain: &str| {
            AddDomainInput {
                domain: domain.into(),
            }
            .parse()
        };
        for (text, expected) in [
            ("Example.org", "example.org"),
            (" @mail.uni-x.edu. ", "mail.uni-x.edu"),
            ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "",
            "example",
            "a..b",
            "-a.org",
            "a_b.org",
            "münchen.de",
            "10.0.0.1",
            "https://a.org",
            "x@a.org",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
