//! Email domains of organizations, and joining without an invitation.

use super::{
    membership::{add_member, commit_membership},
    ownership,
    queries::{domains as queries, members},
    reject_demo, require_organization,
    single_sign_on_scope::{SingleSignOnScope, revoke_access},
};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{self, Channel, Invalidation, SignIn, begin_for_user},
    context::{Caller, ClientInfo, permit},
    platform::{db::AdvisoryLock, rng},
    rate_limit, tenants,
};
use chrono::TimeDelta;
use domain::{
    ApiError, EmailDomainId, ErrorCode, FieldCode, UserId,
    audit::{AuditAction, AuditDetails},
    tenants::{
        Action, AddDomainInput, DomainRef, EmailDomain, JoinTenantInput, JoinableTenant, MAX_EMAIL_DOMAINS,
        Role, Tenant,
    },
    users::{EmailAddress, User},
};
use queries::DomainRow;

/// The label before the domain, where the record is looked up (draft-ietf-dnsop-domain-verification-techniques).
const RECORD_LABEL: &str = "_jobhax-challenge";
const RECORD_VALUE_PREFIX: &str = "jobhax-domain-verification=";
/// How often the record of a verified domain is looked up again.
const RECHECK_INTERVAL: TimeDelta = TimeDelta::days(1);
/// A verified domain is no longer verified after this number of lookups in a row that did not find the record.
const MAX_FAILED_CHECKS: i32 = 7;
/// Maximum number of domains that are looked up again in one round.
const RECHECK_BATCH: i64 = 100;

/// The email domains of the caller's organization, by name.
///
/// # Errors
/// `forbidden` for other roles than owner and admin.
pub async fn list_domains(services: &Services, caller: &Caller) -> Result<Vec<EmailDomain>, Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    let mut conn = services.db.global_conn().await?;
    let rows = queries::list(&mut conn, grant.tenant()).await?;
    Ok(rows.into_iter().map(to_domain).collect())
}

/// Adds a domain that is not verified yet. Adding it again changes nothing.
///
/// # Errors
/// `invalid`; `forbidden`; `personal_workspace`; `quota_exceeded`.
pub async fn add_domain(
    services: &Services,
    caller: &Caller,
    input: &AddDomainInput,
) -> Result<EmailDomain, Error> {
    let domain = input.parse()?;
    let grant = permit(caller, Action::ManageMembers)?;
    require_organization(
        caller,
        "A personal workspace has one member. Create an organization to let others join.",
    )?;
    reject_demo(
        services,
        caller,
        "A demo account cannot add email domains. Create an account first.",
    )
    .await?;
    let tenant = grant.tenant();
    let (mut tx, _) = ownership::begin_change(services, tenant, grant.user(), Action::ManageMembers).await?;
    if let Some(row) = queries::find_by_name(&mut tx, tenant, &domain).await? {
        return Ok(to_domain(row));
    }
    if queries::count(&mut tx, tenant).await? >= MAX_EMAIL_DOMAINS {
        let detail = format!(
            "This organization has reached the limit of {MAX_EMAIL_DOMAINS} email domains. Delete one first."
        );
        return Err(Error::api(ErrorCode::QuotaExceeded, detail));
    }
    let token = rng::secret(services.rng.as_ref());
    let id: EmailDomainId = services.id();
    let row = queries::insert(&mut tx, id, tenant, &domain, &token, services.clock.now()).await?;
    tx.commit().await?;
    Ok(to_domain(row))
}

/// Looks the record of a domain up in DNS and marks the domain as verified. Where single sign-on is required, members with an address
/// in a newly verified domain have to use single sign-on from now on, and their API keys and webhook endpoints are deleted.
///
/// # Errors
/// `invalid` if DNS does not have the record; `forbidden`; `not_found`; `provider_unavailable` if no name server responds; `rate_limited`.
pub async fn verify_domain(
    services: &Services,
    caller: &Caller,
    input: DomainRef,
    client: &ClientInfo,
) -> Result<EmailDomain, Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    let tenant = grant.tenant();
    let row = {
        let mut conn = services.db.global_conn().await?;
        queries::find(&mut conn, tenant, input.domain_id).await?
    };
    let row = row.ok_or_else(Error::not_found)?;
    rate_limit::check_domain_lookup(services, client, caller).await?;
    let has_record = has_record(services, &row).await?;
    let now = services.clock.now();
    let (mut tx, _) = ownership::begin_change(services, tenant, grant.user(), Action::ManageMembers).await?;
    let before = queries::find_by_name(&mut tx, tenant, &row.domain).await?;
    let checked = queries::record_check(&mut tx, row.id, has_record, now).await?;
    let checked = checked.ok_or_else(Error::not_found)?;
    if has_record {
        if before.is_some_and(|before| before.verified_at.is_none()) {
            let scope = SingleSignOnScope::Domain(&row.domain);
            revoke_access(services, &mut tx, caller, scope).await?;
        }
        let event = NewEvent::by(caller, AuditAction::DomainVerified);
        audit::append(services, tx.conn(), &event.with(named(&row.domain))).await?;
    }
    // The verified domains determine which members must use single sign-on.
    services
        .auth_cache
        .commit(tx, &[Invalidation::Tenant(tenant)])
        .await?;
    if !has_record {
        let detail = format!(
            "There is no TXT record {} with this value yet. New records can take some hours to be visible.",
            record_name(&row.domain)
        );
        let mut error = ApiError::field("domain_id", FieldCode::NotAllowed, detail.clone());
        error.detail = detail;
        return Err(error.into());
    }
    // Open pages of members who have lost access notice as well.
    services.db.notifier().mark_tenant(tenant);
    audit_log::record(AuditEvent::DomainVerified, Some(grant.user()), Some(client.ip()));
    Ok(to_domain(checked))
}

/// Deletes a domain. Members who have joined with it stay.
///
/// # Errors
/// `forbidden`; `not_found`.
pub async fn delete_domain(services: &Services, caller: &Caller, input: DomainRef) -> Result<(), Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    let tenant = grant.tenant();
    let (mut tx, _) = ownership::begin_change(services, tenant, grant.user(), Action::ManageMembers).await?;
    let domain = queries::delete(&mut tx, tenant, input.domain_id).await?;
    let domain = domain.ok_or_else(Error::not_found)?;
    let event = NewEvent::by(caller, AuditAction::DomainDeleted);
    audit::append(services, tx.conn(), &event.with(named(&domain))).await?;
    tx.commit().await
}

/// The organizations that the user may join: organizations with a verified domain of the user's confirmed address, of which the user
/// is not a member and from which they were not removed.
pub async fn list_joinable_tenants(services: &Services, user: &User) -> Result<Vec<JoinableTenant>, Error> {
    let Some(domain) = confirmed_domain(user) else {
        return Ok(Vec::new());
    };
    let mut conn = services.db.global_conn().await?;
    queries::list_joinable(&mut conn, user.id, &domain).await
}

/// Makes the user a member of an organization that has verified the domain of their address. Joining again changes nothing. For an API
/// client a session in that organization begins.
///
/// # Errors
/// `not_found` if the user may not join it; `quota_exceeded`.
pub async fn join_tenant(
    services: &Services,
    user: UserId,
    input: JoinTenantInput,
    client: &ClientInfo,
    channel: Channel,
) -> Result<SignIn, Error> {
    let tenant = input.tenant_id;
    let mut tx = begin_for_user(services, user).await?;
    tx.lock(AdvisoryLock::Owners(tenant)).await?;
    let user = auth::queries::find_user(tx.conn(), user)
        .await?
        .ok_or_else(Error::account_missing)?;
    let is_new = members::find_role(&mut tx, tenant, user.id).await?.is_none();
    if is_new {
        let domain = confirmed_domain(&user).ok_or_else(Error::not_found)?;
        if !queries::may_join(&mut tx, tenant, user.id, &domain).await? {
            return Err(Error::not_found());
        }
        add_member(services, &mut tx, tenant, &user, Role::Member).await?;
    }
    let tenant: Option<Tenant> = tenants::queries::find_tenant_by_id(&mut tx, user.id, tenant).await?;
    let tenant = tenant.ok_or_else(Error::not_found)?;
    commit_membership(services, tx, user, tenant, is_new, client, channel).await
}

/// Looks up the records of verified domains again that have not been looked up for a day. A domain whose record has been missing for a
/// week no longer lets anyone join. A name server that does not respond changes nothing.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn recheck_domains(services: &Services) -> Result<(), Error> {
    let now = services.clock.now();
    let due = {
        let mut conn = services.db.global_conn().await?;
        queries::claim_due(&mut conn, now - RECHECK_INTERVAL, now, RECHECK_BATCH).await?
    };
    for row in due {
        match has_record(services, &row).await {
            Ok(has_record) => {
                let mut conn = services.db.global_conn().await?;
                queries::record_recheck(&mut conn, row.id, has_record, MAX_FAILED_CHECKS).await?;
            }
            Err(error) => tracing::info!(%error, domain = row.domain, "domain could not be looked up again"),
        }
    }
    Ok(())
}

async fn has_record(services: &Services, row: &DomainRow) -> Result<bool, Error> {
    let records = services
        .dns
        .txt(&record_name(&row.domain))
        .await
        .map_err(|error| {
            tracing::info!(%error, domain = row.domain, "DNS lookup failed");
            Error::api(
                ErrorCode::ProviderUnavailable,
                "The name servers of this domain did not respond. Please try again later.",
            )
        })?;
    let expected = record_value(&row.token);
    Ok(records.iter().any(|record| record.trim() == expected))
}

/// Details of an event about this domain.
fn named(domain: &str) -> AuditDetails {
    AuditDetails {
        domain: Some(domain.to_owned()),
        ..AuditDetails::default()
    }
}

fn record_name(domain: &str) -> String {
    format!("{RECORD_LABEL}.{domain}")
}

fn record_value(token: &str) -> String {
    format!("{RECORD_VALUE_PREFIX}{token}")
}

/// The domain of the user's address, if it is confirmed.
fn confirmed_domain(user: &User) -> Option<String> {
    let address = EmailAddress::parse(&user.email).ok()?;
    user.email_verified.then(|| address.domain())
}

fn to_domain(row: DomainRow) -> EmailDomain {
    EmailDomain {
        id: row.id.into(),
        record_name: record_name(&row.domain),
        record_value: record_value(&row.token),
        domain: row.domain,
        verified_at: row.verified_at,
        checked_at: row.checked_at,
        created_at: row.created_at,
    }
}
