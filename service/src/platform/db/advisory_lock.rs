//! The advisory locks that transactions take by name.

use domain::{JobApplicationId, TenantId, UserId, quotas::Quota};

/// An advisory lock. Two transactions with the same lock run one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AdvisoryLock {
    /// Changes of the members and owners of a workspace.
    Owners(TenantId),
    /// Changes of the groups of a workspace and of their members.
    Groups(TenantId),
    /// Changes of the stages of a workspace.
    Stages(TenantId),
    /// Additions to a quota of a workspace that is almost used up.
    Quota(Quota, TenantId),
    /// Additions to the objects of a user in a workspace.
    Objects(CountedObject, UserId, TenantId),
    /// New comments on an application.
    Comments(JobApplicationId, TenantId),
    /// Access requests from one user to another.
    AccessRequest {
        from: UserId,
        to: UserId,
        tenant: TenantId,
    },
}

/// Objects whose number per user is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CountedObject {
    Applications,
    Contacts,
    CsvImports,
    Files,
    Interviews,
    Notes,
    Postings,
    Tasks,
    Views,
    WebhookEndpoints,
}

impl AdvisoryLock {
    /// The name of the lock, which all servers have to agree on.
    pub(super) fn key(self) -> String {
        match self {
            Self::Owners(tenant) => format!("owners of {tenant}"),
            Self::Groups(tenant) => format!("groups of {tenant}"),
            Self::Stages(tenant) => format!("stages of {tenant}"),
            Self::Quota(quota, tenant) => format!("quota {} of {tenant}", quota.as_str()),
            Self::Objects(object, user, tenant) => format!("{} of {user} in {tenant}", object.as_str()),
            Self::Comments(application, tenant) => format!("comments on {application} in {tenant}"),
            Self::AccessRequest { from, to, tenant } => {
                format!("access request of {from} to {to} in {tenant}")
            }
        }
    }
}

impl CountedObject {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Applications => "applications",
            Self::Contacts => "contacts",
            Self::CsvImports => "CSV imports",
            Self::Files => "files",
            Self::Interviews => "interviews",
            Self::Notes => "notes",
            Self::Postings => "postings",
            Self::Tasks => "tasks",
            Self::Views => "views",
            Self::WebhookEndpoints => "webhook endpoints",
        }
    }
}
