//! Demo accounts.

use crate::{
    Error, Services,
    auth::{create_user, queries::NewUser},
    context::{ClientInfo, Grant},
    jobapps::demo_data::seed_demo,
    platform::time_zone::known_or_utc,
    rate_limit, tenants,
};
use chrono::TimeDelta;
use domain::{tenants::Tenant, users::User};

/// Lifetime of a demo account.
const DEMO_TTL: TimeDelta = TimeDelta::days(1);

/// Creates a demo account with sample applications. It has no password, so one cannot sign in to it again. An unknown time
/// zone counts as UTC, because the user has not entered it.
///
/// # Errors
/// `rate_limited`.
pub async fn create_demo_user(
    services: &Services,
    client: &ClientInfo,
    time_zone: &str,
) -> Result<(User, Tenant), Error> {
    rate_limit::check_demo(services, client).await?;
    let now = services.clock.now();
    let expires_at = Some(now + DEMO_TTL);
    let mut random = [0; 6];
    services.rng.fill(&mut random);
    let email = format!("demo-{}@demo.invalid", hex::encode(random));
    let new_user = NewUser {
        id: services.id(),
        email_normalized: email.clone(),
        email,
        password_hash: None,
        first_name: Some("Mara".into()),
        last_name: Some("Lindqvist".into()),
        time_zone: known_or_utc(time_zone).to_owned(),
        created_at: now,
        expires_at,
    };
    let new_tenant = tenants::new_personal_tenant(services, "Mara", expires_at);
    let mut tx = services.db.begin_global().await?;
    let (user, tenant) = create_user(services, &mut tx, new_user, new_tenant).await?;
    let stages = tenants::create_default_stages(services, &mut tx, tenant.id).await?;
    tx.commit().await?;
    // A transaction of its own: on Citus another role does not see what this one has not committed. If it fails, an empty demo
    // account remains until it expires.
    let mut tx = services
        .db
        .begin(Grant::for_new_tenant(tenant.id, user.id))
        .await?;
    seed_demo(services, &mut tx, &stages, now).await?;
    tx.commit().await?;
    Ok((user, tenant))
}
