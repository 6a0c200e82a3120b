//! The address that a person signs in with.

use crate::FieldCode;

/// An e-mail address of plain shape. Compared without case everywhere; shown as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads one address: a local part and a domain with a dot, no display name, no list, 254 characters at most
    /// (RFC 5321 §4.5.3.1.3).
    pub fn parse(value: &str) -> Result<Self, (FieldCode, String)> {
        let value = crate::text::line(value, 1, 254)?;
        let wrong = || {
            (
                FieldCode::InvalidFormat,
                "Write one address, such as mara@example.org.".to_owned(),
            )
        };
        let (local, host) = value.rsplit_once('@').ok_or_else(wrong)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .chars()
                .all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        let labels: Vec<&str> = host.split('.').collect();
        let host_ok = labels.len() >= 2
            && labels.iter().all(|l| {
                !l.is_empty()
                    && l.len() <= 63
                    && !l.starts_with('-')
                    && !l.ends_with('-')
                    && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            });
        if local_ok && host_ok {
            Ok(Self(value))
        } else {
            Err(wrong())
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is compared and kept unique.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// What stands before the at sign.
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
    fn takes_one_address_and_nothing_else() {
        for good in [
            "a@b.co",
            "Mara.Lindqvist+jobs@mail.example.org",
            "o'neil@example.ie",
        ] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
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
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            EmailAddress::parse(" A@B.Co ").map(|e| e.key()),
            Ok("a@b.co".into())
        );
    }
}
