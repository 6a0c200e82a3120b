//! Scopes: what an API key may do.

use serde::{Deserialize, Serialize};

/// A permission of an API key, within the role of its user. `write` does not imply `read`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Scope {
    /// Read applications and what belongs to them, with the metadata of their emails.
    #[serde(rename = "jobapps:read")]
    #[strum(serialize = "jobapps:read")]
    JobappsRead,
    /// Add, change and delete applications and what belongs to them, and the stages of the workspace.
    #[serde(rename = "jobapps:write")]
    #[strum(serialize = "jobapps:write")]
    JobappsWrite,
    /// Read emails, imports and mailboxes.
    #[serde(rename = "mail:read")]
    #[strum(serialize = "mail:read")]
    MailRead,
    /// Import emails, decide about them, connect and disconnect mailboxes.
    #[serde(rename = "mail:write")]
    #[strum(serialize = "mail:write")]
    MailWrite,
    /// Read metrics.
    #[serde(rename = "metrics:read")]
    #[strum(serialize = "metrics:read")]
    MetricsRead,
    /// Read the profile, workspaces, members, groups and grants.
    #[serde(rename = "members:read")]
    #[strum(serialize = "members:read")]
    MembersRead,
    /// Invite members as coach or member, remove members, manage groups.
    #[serde(rename = "members:manage")]
    #[strum(serialize = "members:manage")]
    MembersManage,
    /// Manage webhook endpoints for events that the key may read, and see their deliveries.
    #[serde(rename = "webhooks:manage")]
    #[strum(serialize = "webhooks:manage")]
    WebhooksManage,
    /// Read the audit log and the access log.
    #[serde(rename = "audit:read")]
    #[strum(serialize = "audit:read")]
    AuditRead,
}

impl Scope {
    /// All scopes.
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// Whether the scope only allows reading.
    pub const fn is_read(self) -> bool {
        match self {
            Self::JobappsRead | Self::MailRead | Self::MetricsRead | Self::MembersRead | Self::AuditRead => {
                true
            }
            Self::JobappsWrite | Self::MailWrite | Self::MembersManage | Self::WebhooksManage => false,
        }
    }

    /// The area of the API, for forms that group scopes.
    pub const fn area(self) -> &'static str {
        match self {
            Self::JobappsRead | Self::JobappsWrite => "Applications",
            Self::MailRead | Self::MailWrite => "Email",
            Self::MetricsRead => "Metrics",
            Self::MembersRead | Self::MembersManage => "Members",
            Self::WebhooksManage => "Webhooks",
            Self::AuditRead => "Audit log",
        }
    }

    /// A description of the permission, for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::JobappsRead => "Read applications, notes, contacts, interviews, tasks and files",
            Self::JobappsWrite => "Add, change and delete them, and the stages",
            Self::MailRead => "Read emails, imports and mailboxes",
            Self::MailWrite => "Import emails, decide about them, connect mailboxes",
            Self::MetricsRead => "Read metrics",
            Self::MembersRead => "Read your profile, workspaces, members and groups",
            Self::MembersManage => "Invite and remove members, manage groups",
            Self::WebhooksManage => "Manage webhook endpoints for events that the key may read",
            Self::AuditRead => "Read the audit log and the access log",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_has_the_same_name_in_json_and_database() {
        for scope in Scope::ALL {
            let name = scope.as_str();
            assert_eq!(Scope::parse(name), Some(*scope));
            assert_eq!(serde_json::to_string(scope).expect("JSON"), format!("\"{name}\""));
        }
    }
}
