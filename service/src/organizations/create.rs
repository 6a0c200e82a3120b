//! Creating organizations.

use super::{
    queries::tenants::{self as queries, NewOrganization},
    reject_demo,
};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::begin_for_user,
    context::{Caller, ClientInfo, permit},
    idempotency::{self, Claim, IdempotentRequest},
    platform::{
        db::GlobalTx,
        normalize::{fold, nfc},
    },
    rate_limit, tenants,
};
use domain::{
    ErrorCode,
    audit::AuditAction,
    tenants::{Action, AddTenantInput, MIN_SLUG_LEN, Role, Slug, Tenant, TenantKind},
};

/// Maximum length of the part of a derived slug that comes from the name.
const MAX_DERIVED_LEN: usize = 30;
/// Maximum number of derived slugs that are tried. Random slugs collide about once in 28 million times.
const MAX_ATTEMPTS: usize = 4;
/// The slug for a name without a letter that slugs allow.
const DEFAULT_SLUG: &str = "team";

/// Creates an organization that the caller owns. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` with every invalid field; `slug_taken`; `forbidden` for demo accounts; `rate_limited`; errors of the idempotency key.
pub async fn add_tenant(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: AddTenantInput,
    client: &ClientInfo,
) -> Result<Tenant, Error> {
    input.name = nfc(&input.name);
    let (name, slug) = input.parse()?;
    // Everyone may create an organization. The grant is for the stored response only, in the workspace of the caller.
    let grant = permit(caller, Action::ReadMembers)?.to_write();
    let detail = "A demo account cannot create organizations. Create an account first.";
    reject_demo(services, caller, detail).await?;
    rate_limit::check_organization(services, client, caller).await?;
    let mut tx = begin_for_user(services, caller.user.id).await?;
    let tenant = insert(services, &mut tx, name, slug).await?;
    let (user, now) = (caller.user.id, services.clock.now());
    let owner_name = caller.user.display_name();
    tenants::queries::insert_membership(&mut tx, tenant.id, user, Role::Owner, &owner_name, now).await?;
    tenants::create_default_stages(services, &mut tx, tenant.id).await?;
    let event = NewEvent::of_user(tenant.id, user, Some(client.ip()), AuditAction::TenantCreated);
    audit::append(services, tx.conn(), &event).await?;
    let tenant = match idempotency::begin_in(services, tx, grant, request).await? {
        Claim::New(tx) => tx.commit(Ok(tenant)).await?,
        Claim::Replay(stored) => return Ok(stored),
    };
    audit_log::record(AuditEvent::TenantCreated, Some(user), Some(client.ip()));
    Ok(tenant)
}

/// Stores the tenant with the chosen slug, or with the first free derived slug.
async fn insert(
    services: &Services,
    tx: &mut GlobalTx,
    name: String,
    slug: Option<Slug>,
) -> Result<Tenant, Error> {
    let is_chosen = slug.is_some();
    let mut slug = slug.or_else(|| Slug::parse(&slug_of_name(&name)).ok());
    for _ in 0..MAX_ATTEMPTS {
        if let Some(slug) = slug {
            let new = NewOrganization {
                id: services.id(),
                name: &name,
                slug: &slug,
                created_at: services.clock.now(),
            };
            if queries::insert(tx, &new).await? {
                return Ok(Tenant {
                    id: new.id,
                    slug: slug.as_str().to_owned(),
                    name,
                    kind: TenantKind::Organization,
                    role: Role::Owner,
                });
            }
        }
        if is_chosen {
            return Err(slug_taken());
        }
        let prefix = slug_of_name(&name);
        slug = [prefix.as_str(), DEFAULT_SLUG]
            .iter()
            .find_map(|prefix| Slug::parse(&format!("{prefix}-{}", tenants::random_suffix(services))).ok());
    }
    Err(Error::Internal("no slug for a new organization is free".into()))
}

pub(super) fn slug_taken() -> Error {
    Error::api(
        ErrorCode::SlugTaken,
        "Another organization has this address, or one that looks like it. Choose another one.",
    )
}

/// The letters and digits of the name with hyphens between its words. Not always a valid slug.
fn slug_of_name(name: &str) -> String {
    let mut slug = String::new();
    for c in fold(name).chars() {
        if slug.len() >= MAX_DERIVED_LEN {
            break;
        }
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.len() < MIN_SLUG_LEN {
        return DEFAULT_SLUG.to_owned();
    }
    slug.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slug_of_name_has_letters_and_single_hyphens() {
        for (name, slug) in [
            ("Career Center, Uni Łódź", "career-center-uni-lodz"),
            ("  C++ & Rust  Bootcamp!", "c-rust-bootcamp"),
            ("日本", "team"),
            ("X", "team"),
            (
                "A very long name of an organization of people",
                "a-very-long-name-of-an-organiz",
            ),
        ] {
            assert_eq!(slug_of_name(name), slug);
        }
    }
}
