//! Actions of the audit log.

use serde::{Deserialize, Serialize};

/// The action.
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
pub enum AuditAction {
    /// An account was created.
    Registered,
    /// A user signed in.
    SignedIn,
    /// A user signed out of one session.
    SignedOut,
    /// A user signed out everywhere.
    SignedOutEverywhere,
    /// A user revoked sessions.
    SessionsRevoked,
    /// A refresh token was used twice; its session was revoked.
    RefreshTokenReused,
    /// A user changed their password.
    PasswordChanged,
    /// A user reset their password with a link from an email.
    PasswordReset,
    /// A user added a provider's account as a sign-in method.
    SignInMethodAdded,
    /// A user removed a provider's account from their sign-in methods.
    SignInMethodRemoved,
    /// A user exported all their data.
    DataExported,
    /// The audit log was exported.
    AuditLogExported,
    /// The organization was created.
    TenantCreated,
    /// Name or address of the organization was changed.
    TenantUpdated,
    /// The user deleted an organization.
    TenantDeleted,
    /// Somebody was invited, or their invitation renewed.
    MemberInvited,
    /// An invitation was revoked.
    InvitationRevoked,
    /// Somebody accepted an invitation.
    MemberJoined,
    /// A member left.
    MemberLeft,
    /// A member was removed.
    MemberRemoved,
    /// A member's account was deleted.
    AccountDeleted,
    /// The role of a member was changed.
    RoleChanged,
    /// An email domain was verified.
    DomainVerified,
    /// An email domain was deleted.
    DomainDeleted,
    /// The settings of single sign-on were changed.
    IdentityProviderChanged,
    /// Single sign-on was activated by a successful test.
    IdentityProviderActivated,
    /// Single sign-on was removed.
    IdentityProviderDeleted,
    /// Members must sign in with the provider.
    SingleSignOnRequired,
    /// Members may sign in another way again.
    SingleSignOnOptional,
    /// A member granted another one access to their applications.
    AccessGranted,
    /// A member revoked a grant.
    AccessRevoked,
    /// A group was added.
    GroupAdded,
    /// A group got another name.
    GroupRenamed,
    /// Members were added to a group, or removed from it.
    GroupMembersChanged,
    /// Somebody joined a group by accepting an invitation.
    GroupJoined,
    /// Somebody accepted an invitation but did not join its group, because it was full.
    GroupFull,
    /// A group was deleted.
    GroupDeleted,
    /// A stage of the organization was added.
    StageAdded,
    /// A stage of the organization got another name.
    StageRenamed,
    /// A stage of the organization got another color, or none.
    StageRecolored,
    /// A stage of the organization got another kind.
    StageKindChanged,
    /// The stages of the organization were put into another order.
    StagesReordered,
    /// A stage of the organization was deleted.
    StageDeleted,
    /// A quota of the workspace was changed.
    QuotaChanged,
    /// An account was locked.
    AccountLocked,
    /// An account was unlocked.
    AccountUnlocked,
    /// The email that confirms an address was sent again.
    VerificationResent,
    /// An API key was made.
    KeyAdded,
    /// An API key got another name, other scopes or another expiry.
    KeyUpdated,
    /// An API key was revoked.
    KeyRevoked,
    /// A webhook endpoint was added.
    WebhookAdded,
    /// A webhook endpoint was changed, enabled or disabled.
    WebhookUpdated,
    /// A webhook endpoint was deleted.
    WebhookDeleted,
    /// A webhook endpoint got another signing secret.
    WebhookSecretRotated,
    /// A webhook endpoint was disabled, because deliveries to it failed.
    WebhookDisabled,
}

impl AuditAction {
    /// All actions.
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// The name in filters.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Registered => "Account created",
            Self::SignedIn => "Signed in",
            Self::SignedOut => "Signed out",
            Self::SignedOutEverywhere => "Signed out everywhere",
            Self::SessionsRevoked => "Sessions revoked",
            Self::RefreshTokenReused => "Token reused",
            Self::PasswordChanged => "Password changed",
            Self::PasswordReset => "Password reset",
            Self::SignInMethodAdded => "Sign-in method added",
            Self::SignInMethodRemoved => "Sign-in method removed",
            Self::DataExported => "Data exported",
            Self::AuditLogExported => "Audit log exported",
            Self::TenantCreated => "Organization created",
            Self::TenantUpdated => "Organization changed",
            Self::TenantDeleted => "Organization deleted",
            Self::MemberInvited => "Member invited",
            Self::InvitationRevoked => "Invitation revoked",
            Self::MemberJoined => "Member joined",
            Self::MemberLeft => "Member left",
            Self::MemberRemoved => "Member removed",
            Self::AccountDeleted => "Account deleted",
            Self::RoleChanged => "Role changed",
            Self::DomainVerified => "Email domain verified",
            Self::DomainDeleted => "Email domain deleted",
            Self::IdentityProviderChanged => "Single sign-on changed",
            Self::IdentityProviderActivated => "Single sign-on activated",
            Self::IdentityProviderDeleted => "Single sign-on removed",
            Self::SingleSignOnRequired => "Single sign-on required",
            Self::SingleSignOnOptional => "Single sign-on optional",
            Self::AccessGranted => "Access given",
            Self::AccessRevoked => "Access revoked",
            Self::GroupAdded => "Group added",
            Self::GroupRenamed => "Group renamed",
            Self::GroupMembersChanged => "Members of a group changed",
            Self::GroupJoined => "Group joined",
            Self::GroupFull => "Group was full",
            Self::GroupDeleted => "Group deleted",
            Self::StageAdded => "Stage added",
            Self::StageRenamed => "Stage renamed",
            Self::StageRecolored => "Color of a stage changed",
            Self::StageKindChanged => "Kind of a stage changed",
            Self::StagesReordered => "Stages reordered",
            Self::StageDeleted => "Stage deleted",
            Self::QuotaChanged => "Quota changed",
            Self::AccountLocked => "Account locked",
            Self::AccountUnlocked => "Account unlocked",
            Self::VerificationResent => "Confirmation sent again",
            Self::KeyAdded => "API key made",
            Self::KeyUpdated => "API key changed",
            Self::KeyRevoked => "API key revoked",
            Self::WebhookAdded => "Webhook added",
            Self::WebhookUpdated => "Webhook changed",
            Self::WebhookDeleted => "Webhook deleted",
            Self::WebhookSecretRotated => "Webhook secret rotated",
            Self::WebhookDisabled => "Webhook disabled",
        }
    }
}

/// Who can do something.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AuditActorKind {
    /// A user.
    User,
    /// The operator of the installation, with its command line.
    Operator,
    /// The installation itself.
    System,
}

impl AuditActorKind {
    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// The kind of object that an action concerns.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AuditObjectKind {
    /// A member, by the id of the user.
    Member,
    /// An invitation.
    Invitation,
    /// A workspace.
    Tenant,
    /// An API key.
    ApiKey,
    /// A webhook endpoint.
    WebhookEndpoint,
    /// A group of members.
    Group,
    /// A stage.
    Stage,
}

impl AuditObjectKind {
    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}
