//! Deletion of the API keys and webhook endpoints of members who now have to use single sign-on.

use super::queries::single_sign_on_scope as queries;
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    context::Caller,
    keys,
    platform::db::GlobalTx,
};
use domain::{
    UserId,
    audit::{AuditAction, AuditObjectKind},
};

/// The members of a tenant who may enter it only by single sign-on after a change.
#[derive(Clone, Copy, Debug)]
pub(super) enum SingleSignOnScope<'a> {
    /// All members who must use it.
    All,
    /// Members with an address in this domain.
    Domain(&'a str),
    /// One member.
    Member(UserId),
}

/// Deletes the API keys and webhook endpoints of the members in this scope: they created them after sign-ins that no longer suffice.
/// The jobs of the endpoints notice that and end.
pub(super) async fn revoke_access(
    services: &Services,
    tx: &mut GlobalTx,
    caller: &Caller,
    scope: SingleSignOnScope<'_>,
) -> Result<(), Error> {
    let tenant = caller.tenant.id;
    let (domain, member) = match scope {
        SingleSignOnScope::All => (None, None),
        SingleSignOnScope::Domain(domain) => (Some(domain), None),
        SingleSignOnScope::Member(member) => (None, Some(member)),
    };
    let members = queries::list_members(tx, tenant, domain, member).await?;
    if members.is_empty() {
        return Ok(());
    }
    for key in keys::queries::delete_of_members(tx, tenant, &members).await? {
        let event =
            NewEvent::by(caller, AuditAction::KeyRevoked).about_object(AuditObjectKind::ApiKey, key.0);
        audit::append(services, tx.conn(), &event).await?;
    }
    for endpoint in queries::delete_webhooks(tx, tenant, &members).await? {
        let event = NewEvent::by(caller, AuditAction::WebhookDeleted)
            .about_object(AuditObjectKind::WebhookEndpoint, endpoint.0);
        audit::append(services, tx.conn(), &event).await?;
    }
    Ok(())
}
