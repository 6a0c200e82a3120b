//! The audit log of a workspace: who did what to people, roles, grants, sign-in methods, exports and invitations.

mod action;
mod list;
mod sentence;

pub use action::{AuditAction, AuditActorKind, AuditObjectKind};
pub use list::{AuditFilter, ExportEventsInput, ListEventsInput};
pub use sentence::sentence;

use crate::{UserId, coaching::AccessScope, tenants::Role};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Number of days that events are kept.
pub const RETENTION_DAYS: i64 = 400;

/// An event of the audit log. Nobody can change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Id of the event.
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: AuditActor,
    /// The action.
    pub action: AuditAction,
    /// The person or object that the action concerns; `null` for the account of the actor.
    pub object: Option<AuditObject>,
    /// A keyed hash of the network address: the same address has the same hash in this workspace. `null` if it is not known.
    pub address_hash: Option<String>,
    /// More about it.
    pub details: AuditDetails,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditActor {
    /// A user, the operator of the installation, or the system itself.
    pub kind: AuditActorKind,
    /// Id of the user; `null` for other kinds.
    pub id: Option<UserId>,
    /// The name, of a former member as it was when they left; `null` if their account was deleted.
    pub name: Option<String>,
}

/// The person or object that an action concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditObject {
    /// The kind of object.
    pub kind: AuditObjectKind,
    /// Its id. It may no longer exist.
    pub id: Uuid,
    /// The name of a member, of a former one as it was when they left; `null` if their account was deleted, and for other kinds.
    pub name: Option<String>,
}

/// More about an event. Never secrets, email addresses, or texts about applications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct AuditDetails {
    /// The role that was given; with `group_members_changed` of before there was `group_joined`, that of a person who joined the group by
    /// accepting an invitation.
    pub role: Option<Role>,
    /// The role before.
    pub previous_role: Option<Role>,
    /// The access that a grant gives.
    pub scope: Option<AccessScope>,
    /// The provider of a sign-in method.
    pub provider: Option<String>,
    /// The name of an email domain.
    pub domain: Option<String>,
    /// The name of a quota.
    pub quota: Option<String>,
    /// The new limit of that quota; `null` for the default.
    pub limit: Option<i64>,
    /// The name of a group or stage, the host of a webhook endpoint, or the new name of the organization.
    pub name: Option<String>,
    /// The name before it was changed.
    pub previous_name: Option<String>,
    /// The new slug of the organization.
    pub slug: Option<String>,
    /// The slug before it was changed.
    pub previous_slug: Option<String>,
    /// How many members were added to a group.
    pub added: Option<u32>,
    /// How many members were removed from a group.
    pub removed: Option<u32>,
}
