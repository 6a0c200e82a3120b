//! Quotas: limits of a workspace. An operator can set a limit for one workspace; all others have the configured default.

use crate::numbers::{self, group_thousands};
use serde::{Deserialize, Serialize};

/// A limited resource.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Quota {
    /// Members of an organization, with pending invitations.
    Members,
    /// Applications of all members, with deleted ones until they are removed after thirty days.
    Applications,
    /// Size of the files of all members together.
    FileBytes,
    /// Connected mailboxes of all members.
    Mailboxes,
    /// API keys of all members.
    Keys,
    /// Webhook endpoints of all members.
    WebhookEndpoints,
}

impl Quota {
    /// All quotas.
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The value in JSON, in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// The name for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Members => "Members and invitations",
            Self::Applications => "Applications",
            Self::FileBytes => "Files",
            Self::Mailboxes => "Mailboxes",
            Self::Keys => "API keys",
            Self::WebhookEndpoints => "Webhook endpoints",
        }
    }

    /// An amount for users, such as "3 mailboxes".
    pub fn amount(self, count: i64) -> String {
        let (one, many) = match self {
            Self::Members => ("member or invitation", "members and invitations"),
            Self::Applications => ("application", "applications"),
            Self::FileBytes => return format!("{} MB of files", group_thousands(count / (1024 * 1024))),
            Self::Mailboxes => ("mailbox", "mailboxes"),
            Self::Keys => ("API key", "API keys"),
            Self::WebhookEndpoints => ("webhook endpoint", "webhook endpoints"),
        };
        numbers::count(count, one, many)
    }
}

/// How much of a quota is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaUsage {
    /// Which quota.
    pub quota: Quota,
    /// How much there may be.
    pub limit: i64,
    /// How much there is.
    pub used: i64,
}

impl QuotaUsage {
    /// How much may be added; not negative.
    pub fn left(&self) -> i64 {
        (self.limit - self.used).max(0)
    }

    /// Whether nine tenths or more are used.
    pub fn is_nearly_reached(&self) -> bool {
        self.percent() >= 90
    }

    /// The used part in percent, 100 at most.
    pub fn percent(&self) -> i64 {
        if self.limit <= 0 {
            return 100;
        }
        (self.used.saturating_mul(100) / self.limit).clamp(0, 100)
    }
}

/// The usage of one user, for a workspace whose totals the user may not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnUsage {
    /// Applications, with deleted ones until they are removed after thirty days.
    pub applications: i64,
    /// Size of the files.
    pub file_bytes: i64,
    /// The resources that are close to their limit.
    pub nearly_reached: Vec<Quota>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_over_the_limit_leaves_nothing() {
        let usage = |limit, used| QuotaUsage {
            quota: Quota::Mailboxes,
            limit,
            used,
        };
        assert_eq!((usage(4, 1).left(), usage(4, 1).percent()), (3, 25));
        assert_eq!((usage(4, 9).left(), usage(4, 9).percent()), (0, 100));
        assert_eq!((usage(0, 0).left(), usage(0, 0).percent()), (0, 100));
        assert_eq!(Quota::Mailboxes.amount(1), "1 mailbox");
        assert_eq!(Quota::Applications.amount(10_000), "10,000 applications");
        assert_eq!(Quota::FileBytes.amount(50 << 30), "51,200 MB of files");
    }
}
