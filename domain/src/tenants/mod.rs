//! Workspaces and what their members may do.

use crate::TenantId;
use serde::{Deserialize, Serialize};

/// Who a workspace is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TenantKind {
    /// One person's own.
    Personal,
    /// A career centre, a bootcamp.
    Organization,
}

/// What a member is in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Made it, or was made its owner; may do everything.
    Owner,
    /// Runs it.
    Admin,
    /// Sees what members let them see.
    Coach,
    /// Tracks their own applications.
    Member,
}

impl Role {
    /// As it stands in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Coach => "coach",
            Self::Member => "member",
        }
    }

    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        [Self::Owner, Self::Admin, Self::Coach, Self::Member]
            .into_iter()
            .find(|r| r.as_str() == value)
    }
}

impl TenantKind {
    /// As it stands in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Organization => "organization",
        }
    }

    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        [Self::Personal, Self::Organization]
            .into_iter()
            .find(|k| k.as_str() == value)
    }
}

/// A workspace as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tenant {
    /// Which.
    pub id: TenantId,
    /// Its name in page addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Who it is for.
    pub kind: TenantKind,
    /// What the asking person is in it.
    pub role: Role,
}

/// What somebody wants to do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read applications, their history, notes, and stages.
    ReadApplications,
    /// Make and change one's own applications.
    WriteApplications,
    /// Read the numbers.
    ReadMetrics,
    /// Bring mail in and see what was read from it.
    ImportMail,
}

impl Action {
    /// All, for tables of tests.
    pub const ALL: [Self; 4] = [
        Self::ReadApplications,
        Self::WriteApplications,
        Self::ReadMetrics,
        Self::ImportMail,
    ];
}

/// Whether the role may do it. Exhaustive on purpose: a new role or action does not compile until it is decided.
pub const fn may(role: Role, action: Action) -> bool {
    match (role, action) {
        (
            Role::Owner | Role::Admin | Role::Member | Role::Coach,
            Action::ReadApplications | Action::ReadMetrics,
        )
        | (Role::Owner | Role::Admin | Role::Member, Action::WriteApplications | Action::ImportMail) => true,
        (Role::Coach, Action::WriteApplications | Action::ImportMail) => false,
    }
}
