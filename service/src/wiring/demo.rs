//! Demo accounts.

use crate::{
    Error, Services,
    auth::{create_user, queries::NewUser},
    context::{Caller, ClientInfo, Grant},
    files,
    jobapps::demo_data::{DemoApplication, seed_demo},
    mail::seed_demo_email,
    platform::time_zone::known_or_utc,
    rate_limit, tenants,
};
use chrono::TimeDelta;
use domain::{
    files::{AddFileInput, FileKind},
    jobapps::EventSource,
    tenants::Tenant,
    users::User,
};

/// Lifetime of a demo account.
pub(super) const DEMO_TTL: TimeDelta = TimeDelta::days(1);

/// A résumé in RTF.
const DEMO_RESUME: &str = r"{\rtf1\ansi {\b Mara Lindqvist}\par Data analyst, Berlin\par\par {\b Experience}\par
2020 to 2026: Analyst, Northwind Retail. Forecasts for 240 stores, in Python and SQL.\par
2017 to 2020: Junior analyst, Harbor Logistics.\par\par {\b Education}\par MSc Statistics, Uppsala University\par}";

/// Creates a demo account with sample applications. It has no password, so no one can sign in to it again. An unknown time
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
    // A separate transaction: on Citus another role does not see uncommitted rows of this one. If it fails, an empty demo
    // account remains until it expires.
    let mut tx = services
        .db
        .begin(Grant::for_new_tenant(tenant.id, user.id))
        .await?;
    let applications = seed_demo(services, &mut tx, &stages, now).await?;
    let caller = Caller {
        user,
        tenant,
        session: services.id(),
        via: EventSource::User,
        ip: None,
    };
    seed_demo_email(services, &caller, &mut tx, &applications).await?;
    tx.commit().await?;
    add_files(services, &caller, &applications).await;
    let Caller { user, tenant, .. } = caller;
    Ok((user, tenant))
}

/// Adds the résumé and the cover letter that were sent with an application. The demo works without them, so a failure of the store is
/// only logged.
async fn add_files(services: &Services, caller: &Caller, applications: &[DemoApplication]) {
    let Some(application) = applications.get(2) else {
        return;
    };
    let cover_text = format!(
        "{{\\rtf1\\ansi Dear {company} team,\\par\\par I would like to join you as {title}. For six years I have turned sales data \
         into forecasts that planners use every day.\\par\\par Kind regards\\par Mara Lindqvist}}",
        company = application.company,
        title = application.job_title,
    );
    let files = [
        (
            FileKind::Resume,
            "Mara Lindqvist, resume 2026-05.rtf",
            DEMO_RESUME.to_owned(),
        ),
        (FileKind::CoverLetter, "Cover letter.rtf", cover_text),
    ];
    for (kind, name, content) in files {
        let input = AddFileInput {
            jobapp_id: Some(application.id.to_string()),
            kind: Some(kind.as_str().to_owned()),
            name: name.into(),
            content: Some(content.into_bytes()),
        };
        if let Err(error) = files::add(services, caller, None, input).await {
            tracing::warn!(%error, "failed to add a file to a demo workspace");
        }
    }
}
