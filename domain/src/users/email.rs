//! Email addresses of users.

use crate::FieldCode;

/// A valid email address. Comparisons ignore case; the original spelling is kept for display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Parses a single address with a local part and a domain that contains a dot. Display names and lists are rejected. The
    /// maximum length is 254 characters (RFC 5321 §4.5.3.1.3).
    pub fn parse(value: &str) -> Result<Self, (FieldCode, String)> {
        let value = crate::normalize::line(value, 1, 254)?;
        let invalid = || {
            (
                FieldCode::InvalidFormat,
                "Enter one email address, such as mara@example.org.".to_owned(),
            )
        };
        let (local, domain) = value.rsplit_once('@').ok_or_else(invalid)?;
        let is_local_valid = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .chars()
                .all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        let labels: Vec<&str> = domain.split('.').collect();
        let is_domain_valid = labels.len() >= 2
            && labels.iter().all(|l| {
                !l.is_empty()
                    && l.len() <= 63
                    && !l.starts_with('-')
                    && !l.ends_with('-')
                    && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            });
        if is_local_valid && is_domain_valid {
            Ok(Self(value))
        } else {
            Err(invalid())
        }
    }

    /// The original spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The normalized form, which is compared and unique per user.
    pub fn normalized(&self) -> String {
        self.0.to_lowercase()
    }

    /// The part after the at sign, in lower case.
    pub fn domain(&self) -> String {
        let domain = self.0.rsplit_once('@').map_or("", |(_, domain)| domain);
        domain.to_lowercase()
    }

    /// The part before the at sign.
    pub fn local_part(&self) -> &str {
        self.0
            .rsplit_once('@')
            .map_or(self.0.as_str(), |(local, _)| local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_accepts_only_single_plain_addresses() {
        for valid in [
            "a@b.co",
            "Mara.Lindqvist+jobs@mail.example.org",
            "o'neil@example.ie",
        ] {
            assert!(EmailAddress::parse(valid).is_ok(), "{valid}");
        }
        for invalid in [
            "",
            "a",
            "a@b",
            "@b.co",
            "a@b.co,c@d.co",
            "a@b.co\r\nBcc: x@y.z",
            "Mara <a@b.co>",
            "a b@c.de",
            "a@-b.co",
            "a..b@c.de",
            "a@b..co",
        ] {
            assert!(EmailAddress::parse(invalid).is_err(), "{invalid:?}");
        }
        assert_eq!(
            EmailAddress::parse(" A@B.Co ").map(|e| e.normalized()),
            Ok("a@b.co".into())
        );
    }
}
