//! Changing name and slug of an organization.

use super::{create::slug_taken, ownership, queries::tenants as queries, require_organization};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    auth::Invalidation,
    context::{Caller, permit},
    platform::normalize::nfc,
    tenants::queries::find_tenant_by_id,
};
use domain::{
    audit::{AuditAction, AuditDetails, AuditObjectKind},
    tenants::{Action, Tenant, UpdateTenantInput},
};

/// Changes name and slug. The earlier slug is free immediately, and links with it no longer work.
///
/// # Errors
/// `invalid` with every invalid field; `forbidden` for other roles than owner and admin; `personal_workspace`; `slug_taken`.
pub async fn update_tenant(
    services: &Services,
    caller: &Caller,
    mut input: UpdateTenantInput,
) -> Result<Tenant, Error> {
    input.name = input.name.as_deref().map(nfc);
    let (name, slug) = input.parse()?;
    let grant = permit(caller, Action::ManageWorkspace)?;
    require_organization(
        caller,
        "This is a personal workspace. Only organizations can be renamed.",
    )?;
    let (tenant, user) = (grant.tenant(), grant.user());
    let (mut tx, _) = ownership::begin_change(services, tenant, user, Action::ManageWorkspace).await?;
    if let Some(slug) = &slug
        && queries::is_slug_taken(&mut tx, tenant, slug).await?
    {
        return Err(slug_taken());
    }
    let previous = find_tenant_by_id(&mut tx, user, tenant)
        .await?
        .ok_or_else(Error::not_found)?;
    let updated = queries::update(&mut tx, tenant, user, name.as_deref(), slug.as_ref()).await;
    let updated = updated.map_err(|error| {
        if queries::is_slug_conflict(&error) {
            slug_taken()
        } else {
            error
        }
    });
    let updated = updated?.ok_or_else(Error::not_found)?;
    let is_renamed = previous.name != updated.name;
    let is_moved = previous.slug != updated.slug;
    if is_renamed || is_moved {
        let event = NewEvent::by(caller, AuditAction::TenantUpdated)
            .about_object(AuditObjectKind::Tenant, tenant.0)
            .with(AuditDetails {
                name: is_renamed.then(|| updated.name.clone()),
                previous_name: is_renamed.then_some(previous.name),
                slug: is_moved.then(|| updated.slug.clone()),
                previous_slug: is_moved.then_some(previous.slug),
                ..AuditDetails::default()
            });
        audit::append(services, tx.conn(), &event).await?;
    }
    services
        .auth_cache
        .commit(tx, &[Invalidation::Tenant(tenant)])
        .await?;
    Ok(updated)
}
