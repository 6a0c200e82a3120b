//! The demo: one click makes a throw-away person with a year of a believable search.

use super::{account, queries::NewUser};
use crate::{
    Error, Services,
    db::SystemReason,
    limits::{self, Client},
    rng,
    tenants::Grant,
};
use chrono::TimeDelta;
use domain::{tenants::Tenant, users::User};

/// How long a demo lives.
const LIFETIME: TimeDelta = TimeDelta::days(1);

/// Makes a demo account and fills it. Nobody can sign in to it again: it has no password.
///
/// # Errors
/// `rate_limited`.
pub async fn demo(services: &Services, client: &Client) -> Result<(User, Tenant), Error> {
    limits::demo(services, client).await?;
    let now = services.clock.now();
    let expires_at = Some(now + LIFETIME);
    let mut random = [0; 6];
    services.rng.fill(&mut random);
    let tag = random.iter().fold(String::new(), |t, b| t + &format!("{b:02x}"));
    let email = format!("demo-{tag}@demo.invalid");
    let user = NewUser {
        id: services.id(),
        email_key: email.clone(),
        email,
        password_hash: None,
        first_name: Some("Mara".into()),
        last_name: Some("Lindqvist".into()),
        time_zone: "UTC".into(),
        created_at: now,
        expires_at,
    };
    let tenant = account::personal_tenant(services, "Mara", expires_at);
    let (tenant_id, user_id) = (tenant.id, user.id);
    let mut tx = services.db.system(SystemReason::Register).await?;
    let made = account::insert(services, &mut tx, user, tenant).await?;
    let mut tx = tx.enter(Grant::of_founder(tenant_id, user_id)).await?;
    let stages: Vec<_> = domain::jobapps::StageKind::ALL
        .iter()
        .map(|_| rng::uuid(now, services.rng.as_ref()).into())
        .collect();
    crate::jobapps::queries::insert_first_stages(&mut tx, &stages, now).await?;
    crate::jobapps::believable::fill(services, &mut tx, &stages, now).await?;
    tx.commit().await?;
    Ok(made)
}
