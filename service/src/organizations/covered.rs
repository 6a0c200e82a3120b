//! What members lose when single sign-on is required of them.

use super::queries::covered as queries;
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

/// Those of a tenant who may enter it only by single sign-on since a change.
#[derive(Clone, Copy, Debug)]
pub(super) enum NewlyCovered<'a> {
    /// Everybody it is required of.
    All,
    /// Members with an address in this domain.
    Domain(&'a str),
    /// A member.
    Member(UserId),
}

/// Deletes the API keys and webhook endpoints of those of these members who may enter the tenant only by single sign-on: they made
/// them after sign-ins that no longer suffice. The jobs of the endpoints find out and end.
pub(super) async fn revoke_access(
    services: &Services,
    tx: &mut GlobalTx,
    caller: &Caller,
    covered: NewlyCovered<'_>,
) -> Result<(), Error> {
    let tenant = caller.tenant.id;
    let (domain, member) = match covered {
        NewlyCovered::All => (None, None),
        NewlyCovered::Domain(domain) => (Some(domain), None),
        NewlyCovered::Member(member) => (None, Some(member)),
    };
    let members = queries::list_covered(tx, tenant, domain, member).await?;
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
