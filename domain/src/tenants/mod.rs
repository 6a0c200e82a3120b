//! Tenants ("workspaces" in the user interface) and what their members may do.

mod bulk_invitations;
mod domains;
mod groups;
mod identity_provider;
mod input;
mod invitations;
mod members;
mod slug;

pub use bulk_invitations::{
    InvitationLine, InvitationResult, InviteMembersInput, MAX_ADDRESSES_LEN, MAX_BULK_INVITATIONS,
};
pub use domains::{
    AddDomainInput, DomainRef, EmailDomain, JoinTenantInput, JoinableTenant, MAX_EMAIL_DOMAINS,
};
pub use groups::{
    AddGroupInput, Group, GroupRef, MAX_GROUP_MEMBERS, MAX_GROUP_NAME_LEN, MAX_GROUPS, SetGroupMembersInput,
    UpdateGroupInput,
};
pub use identity_provider::{
    IdentityProvider, MAX_CLIENT_FIELD_LEN, MAX_ISSUER_LEN, RequireSingleSignOnInput,
    SetIdentityProviderInput,
};
pub use input::{
    AddTenantInput, DeleteTenantInput, LeaveTenantInput, MAX_TENANT_NAME_LEN, TakeAlong, UpdateTenantInput,
};
pub use invitations::{
    Invitation, InvitationList, InvitationPreview, InvitationRef, InvitationToken, InviteMemberInput,
    ListInvitationsInput, MAX_INVITATION_MESSAGE_LEN, has_link,
};
pub(crate) use members::parse_search;
pub use members::{
    ListMembersInput, MAX_QUERY_LEN, Member, MemberList, MemberRef, UpdateMemberInput, may_change_member,
};
pub use slug::{MAX_SLUG_LEN, MIN_SLUG_LEN, Slug};

use crate::{TenantId, pagination::Pagination};
use serde::{Deserialize, Serialize};

/// Who a tenant is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TenantKind {
    /// A single user.
    Personal,
    /// An organization, such as a career center or a bootcamp.
    Organization,
}

/// A member's role in a tenant.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// May do everything.
    Owner,
    /// Manages the tenant.
    Admin,
    /// Sees what members share with them.
    Coach,
    /// Tracks their own applications.
    Member,
}

impl Role {
    /// All roles, from the most to the least powerful.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Coach, Self::Member];
    /// Roles that a person can be invited with. Only a member can become an owner.
    pub const INVITABLE: [Self; 3] = [Self::Member, Self::Coach, Self::Admin];
}

impl TenantKind {
    /// The value in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Parses the value in the database.
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

impl Role {
    /// The value in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Parses the value in the database.
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// A tenant as seen by one of its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name in URLs.
    pub slug: String,
    /// Its display name.
    pub name: String,
    /// Who it is for.
    pub kind: TenantKind,
    /// The caller's role.
    pub role: Role,
}

/// Workspaces of a user, the first ones or a page. Keeps the name that its schema had before there were pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Envelope_Vec_Tenant))]
pub struct TenantList {
    /// The personal one first, then in the order in which the caller joined them.
    pub data: Vec<Tenant>,
    /// The cursor of the next page; `null` if neither `limit` nor `cursor` was sent.
    pub pagination: Option<Pagination>,
    /// How many workspaces there are, on all pages together.
    pub total: i64,
}

impl Tenant {
    /// Whether the caller may have clients here. Only organizations have clients.
    pub fn may_have_clients(&self) -> bool {
        self.kind == TenantKind::Organization && may(self.role, Action::ReadClients)
    }

    /// Whether the caller may have clients, but no applications of their own, here.
    pub fn is_for_coaching(&self) -> bool {
        self.may_have_clients() && !may(self.role, Action::WriteApplications)
    }
}

/// An action that needs a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read applications with their events, notes, and stages.
    ReadApplications,
    /// Create and change one's own applications.
    WriteApplications,
    /// Read metrics.
    ReadMetrics,
    /// Change settings of the whole workspace.
    ManageWorkspace,
    /// Import messages and see what was extracted from them.
    ImportMail,
    /// See who is in the workspace.
    ReadMembers,
    /// Invite and remove members and change their roles; see pending invitations.
    ManageMembers,
    /// Leave the workspace.
    LeaveTenant,
    /// Delete the workspace with everything in it.
    DeleteTenant,
    /// See clients: the members who have granted the caller access.
    ReadClients,
    /// See who has access to one's own applications, and who looked.
    ReadSharing,
    /// Grant and revoke access to one's own applications.
    ManageSharing,
    /// See groups of members, and metrics of groups.
    ReadGroups,
    /// Create, change and delete groups.
    ManageGroups,
    /// Ask members for access to their applications.
    AskForAccess,
    /// Comment on applications: one's own, and those of clients who allow it.
    Comment,
    /// Read and export the audit log.
    ReadAudit,
    /// Manage one's own webhook endpoints.
    ManageWebhooks,
}

impl Action {
    /// All actions, for table-driven tests.
    pub const ALL: [Self; 18] = [
        Self::ReadApplications,
        Self::WriteApplications,
        Self::ReadMetrics,
        Self::ManageWorkspace,
        Self::ImportMail,
        Self::ReadMembers,
        Self::ManageMembers,
        Self::LeaveTenant,
        Self::DeleteTenant,
        Self::ReadClients,
        Self::ReadSharing,
        Self::ManageSharing,
        Self::ReadGroups,
        Self::ManageGroups,
        Self::AskForAccess,
        Self::Comment,
        Self::ReadAudit,
        Self::ManageWebhooks,
    ];

    /// Whether the action only reads. The match has no wildcard, so adding an action fails to compile until it is classified.
    pub const fn is_read(self) -> bool {
        match self {
            Self::ReadApplications
            | Self::ReadMetrics
            | Self::ReadMembers
            | Self::ReadClients
            | Self::ReadSharing
            | Self::ReadAudit
            | Self::ReadGroups => true,
            Self::WriteApplications
            | Self::ManageWorkspace
            | Self::ImportMail
            | Self::ManageMembers
            | Self::LeaveTenant
            | Self::DeleteTenant
            | Self::ManageSharing
            | Self::ManageGroups
            | Self::AskForAccess
            | Self::Comment
            | Self::ManageWebhooks => false,
        }
    }
}

/// Whether the role allows the action. The match has no wildcard, so adding a role or an action fails to compile until it is handled.
pub const fn may(role: Role, action: Action) -> bool {
    match (role, action) {
        (
            Role::Owner | Role::Admin | Role::Member | Role::Coach,
            Action::ReadApplications
            | Action::ReadMetrics
            | Action::ReadMembers
            | Action::LeaveTenant
            | Action::ReadSharing
            | Action::ManageSharing
            | Action::Comment
            | Action::ManageWebhooks,
        )
        | (
            Role::Owner | Role::Admin | Role::Coach,
            Action::ReadClients | Action::AskForAccess | Action::ReadGroups | Action::ManageGroups,
        )
        | (Role::Owner | Role::Admin | Role::Member, Action::WriteApplications | Action::ImportMail)
        | (Role::Owner | Role::Admin, Action::ManageWorkspace | Action::ManageMembers | Action::ReadAudit)
        | (Role::Owner, Action::DeleteTenant) => true,
        (Role::Coach, Action::WriteApplications | Action::ImportMail)
        | (Role::Member | Role::Coach, Action::ManageWorkspace | Action::ManageMembers | Action::ReadAudit)
        | (Role::Admin | Role::Member | Role::Coach, Action::DeleteTenant)
        | (
            Role::Member,
            Action::ReadClients | Action::AskForAccess | Action::ReadGroups | Action::ManageGroups,
        ) => false,
    }
}
