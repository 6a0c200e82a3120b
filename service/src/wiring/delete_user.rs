//! Account deletion across all features.

use super::revoke_provider_tokens;
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{Invalidation, ReauthPolicy, reauthenticate},
    background,
    context::{Caller, ClientInfo},
    email,
    jobapps::ImportCsv,
    mail::ImportMail,
    organizations::queries::invitations,
    uploads,
    users::deletion::{queries, tombstones},
};
use domain::{
    UserId,
    audit::{AuditAction, AuditDetails},
    auth::ReauthInput,
    tenants::Role,
};
use std::net::IpAddr;

/// Deletes the user: sessions, identities, tenants without other members, the user's data in other tenants, pending jobs and
/// emails, and uploaded files. If the user was the only owner of a tenant with other members, the admin who joined first
/// becomes its owner, else the member who joined first.
///
/// # Errors
/// `invalid` for a wrong password; `reauthentication_required`; `rate_limited`.
pub async fn delete_user(
    services: &Services,
    caller: &Caller,
    input: ReauthInput,
    client: &ClientInfo,
) -> Result<(), Error> {
    let policy = ReauthPolicy::Password;
    reauthenticate(services, caller, client, policy, "password", input.password).await?;
    let user = caller.user.id;
    if !delete_everywhere(services, user, Some(client.ip()), false).await? {
        return Err(Error::account_missing());
    }
    if let Err(error) = tombstones::append(services, user).await {
        tracing::error!(%error, user.id = %user, "failed to write deletion tombstone");
    }
    Ok(())
}

/// As [`delete_user`], for the operator. Returns false if the user does not exist.
pub(crate) async fn delete_user_as_operator(services: &Services, user: UserId) -> Result<bool, Error> {
    let is_deleted = delete_everywhere(services, user, None, true).await?;
    if is_deleted && let Err(error) = tombstones::append(services, user).await {
        tracing::error!(%error, user.id = %user, "failed to write deletion tombstone");
    }
    Ok(is_deleted)
}

/// After a backup was restored, again deletes the users who were deleted after the backup was made. Returns their number. Call it
/// before the server accepts requests.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached; [`Error::Internal`] when the tombstones cannot be read.
pub async fn reapply_deletions(services: &Services) -> Result<usize, Error> {
    let deleted = tombstones::read_all(services)
        .await
        .map_err(|e| Error::Internal(format!("reading the tombstones: {e}")))?;
    if deleted.is_empty() {
        return Ok(0);
    }
    let restored = {
        let mut conn = services.db.global_conn().await?;
        queries::filter_existing(&mut conn, &deleted).await?
    };
    for user in &restored {
        delete_everywhere(services, *user, None, false).await?;
    }
    Ok(restored.len())
}

/// Returns false if the user does not exist.
async fn delete_everywhere(
    services: &Services,
    user: UserId,
    ip: Option<IpAddr>,
    by_operator: bool,
) -> Result<bool, Error> {
    revoke_provider_tokens(services, user).await?;
    let mut tx = services.db.begin_global().await?;
    if !queries::lock_user(&mut tx, user).await? {
        return Ok(false);
    }
    // A step of a job locks the job before the membership.
    email::cancel_for_user(&mut tx, user).await?;
    let mut imports = Vec::new();
    for kind in [ImportMail::KIND, ImportCsv::KIND] {
        imports.extend(background::cancel_for_user(&mut tx, user, kind).await?);
    }
    queries::lock_memberships_of(&mut tx, user).await?;
    for kind in [ImportMail::KIND, ImportCsv::KIND] {
        imports.extend(background::cancel_unlocked_for_user(&mut tx, user, kind).await?);
    }
    queries::lock_ownership_of_all_tenants(&mut tx, user).await?;
    // Must run before the memberships are deleted. The events keep the id of the user and no name.
    audit::append_to_organizations(
        services,
        &mut tx,
        user,
        ip,
        AuditAction::AccountDeleted,
        by_operator,
    )
    .await?;
    let new_owners = queries::transfer_ownership(&mut tx, user).await?;
    for (tenant, heir, previous_role) in &new_owners {
        let event = NewEvent::by_system(*tenant, AuditAction::RoleChanged)
            .about_member(*heir)
            .with(AuditDetails {
                role: Some(Role::Owner),
                previous_role: *previous_role,
                ..AuditDetails::default()
            });
        audit::append(services, tx.conn(), &event).await?;
    }
    queries::delete_sole_member_tenants(&mut tx, user).await?;
    invitations::delete_to(&mut tx, user).await?;
    queries::delete_user(&mut tx, user).await?;
    let invalidations: Vec<Invalidation> = new_owners
        .into_iter()
        .map(|(_, heir, _)| heir)
        .chain([user])
        .map(Invalidation::User)
        .collect();
    services.auth_cache.commit(tx, &invalidations).await?;
    for import in imports {
        uploads::delete_uploaded_files(services, import).await;
    }
    if let Err(error) = email::delete_outbox_files_for_user(services, user).await {
        tracing::warn!(%error, user.id = %user, "failed to delete outbox files of deleted user");
    }
    audit_log::record(AuditEvent::AccountDeleted, Some(user), None);
    Ok(true)
}
