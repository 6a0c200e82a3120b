//! Security audit events, one structured log line each: the event, the user, the client's address and, from the enclosing span, the
//! request id. Never secrets, email addresses, or text from callers.

use domain::UserId;
use std::net::IpAddr;

/// A security-relevant event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum AuditEvent {
    /// An account was created.
    Registered,
    /// A user signed in.
    SignedIn,
    /// A sign-in failed: unknown email, wrong password, or rejected provider token.
    SignInFailed,
    /// A user signed out of one session.
    SignedOut,
    /// A user signed out of all sessions.
    SignedOutEverywhere,
    /// A user changed their password.
    PasswordChanged,
    /// A signed-in user failed to reauthenticate.
    ReauthenticationFailed,
    /// A password was reset with a token from an email.
    PasswordReset,
    /// A user revoked other sessions.
    SessionsRevoked,
    /// A user downloaded the export of their data.
    DataExported,
    /// The audit log of a workspace was exported.
    AuditLogExported,
    /// A member granted another one access to their applications.
    AccessGranted,
    /// A member revoked an access grant.
    AccessRevoked,
    /// An account was deleted.
    AccountDeleted,
    /// An organization was created.
    TenantCreated,
    /// An organization was deleted with everything in it.
    TenantDeleted,
    /// A member was invited, or an invitation renewed.
    MemberInvited,
    /// An invitation was revoked.
    InvitationRevoked,
    /// An invitation was accepted.
    MemberJoined,
    /// An organization has proved that it controls an email domain.
    DomainVerified,
    /// A user created an API key.
    KeyAdded,
    /// A user changed an API key.
    KeyUpdated,
    /// A user revoked an API key.
    KeyRevoked,
    /// A user added a webhook endpoint.
    WebhookAdded,
    /// A webhook endpoint was disabled, because deliveries to it failed.
    WebhookDisabled,
    /// The sign-in provider of an organization was changed, activated or deleted.
    IdentityProviderChanged,
    /// A member left or was removed.
    MemberRemoved,
    /// The role of a member was changed.
    RoleChanged,
    /// A refresh token was used twice; its session was revoked.
    RefreshTokenReused,
    /// A rate limit was reached.
    RateLimited,
    /// A user requested a tenant that they are not a member of.
    TenantDenied,
    /// The caller's role does not allow the action.
    ActionDenied,
    /// A state-changing request came from another origin.
    CrossOriginDenied,
}

impl AuditEvent {
    /// The value of the log field `audit_event`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Writes one audit event to the log.
pub fn record(event: AuditEvent, user: Option<UserId>, ip: Option<IpAddr>) {
    let user = user.map(tracing::field::display);
    let address = ip.map(tracing::field::display);
    tracing::info!(audit_event = event.as_str(), user, address, "audit event");
}
