//! Creating and listing tenants.

pub(crate) mod queries;

use crate::{
    Error, Services,
    platform::{db::GlobalTx, normalize::fold},
};
use chrono::{DateTime, Utc};
use domain::{
    StageId, TenantId, UserId,
    jobapps::StageKind,
    tenants::{Role, Tenant, TenantKind},
};
use queries::NewTenant;

/// Characters of the random part of a slug: lower-case letters and digits, without characters that look alike.
const SLUG_ALPHABET: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
const SLUG_SUFFIX_LEN: usize = 5;
/// Maximum number of characters of the user's name in the slug and in the tenant's name.
const MAX_SLUG_NAME_LEN: usize = 20;
const MAX_NAME_LEN: usize = 60;

/// The tenants that the user is a member of, the personal one first.
pub async fn list_tenants(services: &Services, user: UserId) -> Result<Vec<Tenant>, Error> {
    let mut conn = services.db.global_conn().await?;
    let listed = queries::list_tenants(&mut conn, user, None, None).await?;
    Ok(listed.into_iter().map(|listed| listed.tenant).collect())
}

/// A personal tenant that is not stored yet; its name and slug contain the name of its owner.
pub(crate) fn new_personal_tenant(
    services: &Services,
    owner_name: &str,
    expires_at: Option<DateTime<Utc>>,
) -> NewTenant {
    let suffix = random_suffix(services);
    let prefix: String = fold(owner_name)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(MAX_SLUG_NAME_LEN)
        .collect();
    let prefix = if prefix.is_empty() { "my" } else { &prefix };
    let short_name: String = owner_name.chars().take(MAX_NAME_LEN).collect();
    NewTenant {
        id: services.id(),
        slug: format!("{prefix}-{suffix}"),
        name: format!("{short_name}’s search"),
        kind: TenantKind::Personal,
        created_at: services.clock.now(),
        expires_at,
    }
}

/// Random characters that make a slug unique.
pub(crate) fn random_suffix(services: &Services) -> String {
    let mut random = [0; SLUG_SUFFIX_LEN];
    services.rng.fill(&mut random);
    random
        .iter()
        .map(|b| char::from(SLUG_ALPHABET[usize::from(*b) % SLUG_ALPHABET.len()]))
        .collect()
}

/// Stores a tenant with its owner.
pub(crate) async fn create_tenant(
    services: &Services,
    tx: &mut GlobalTx,
    new: NewTenant,
    owner: UserId,
    owner_name: &str,
) -> Result<Tenant, Error> {
    queries::insert_tenant(tx, &new).await?;
    queries::insert_membership(tx, new.id, owner, Role::Owner, owner_name, services.clock.now()).await?;
    Ok(Tenant {
        id: new.id,
        slug: new.slug,
        name: new.name,
        kind: new.kind,
        role: Role::Owner,
    })
}

/// Creates one stage of each kind in the transaction that creates their tenant, and returns their ids in the order of
/// [`StageKind::ALL`].
pub(crate) async fn create_default_stages(
    services: &Services,
    tx: &mut GlobalTx,
    tenant: TenantId,
) -> Result<Vec<StageId>, Error> {
    let stages: Vec<StageId> = StageKind::ALL.iter().map(|_| services.id()).collect();
    queries::set_new_tenant_context(tx, tenant).await?;
    queries::insert_default_stages(tx, tenant, &stages, services.clock.now()).await?;
    Ok(stages)
}
