//! Managing endpoints.

use super::{
    DeliverWebhooks,
    queries::{
        deliveries,
        endpoints::{self, EndpointRow, Health},
    },
    secret,
};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth,
    background::{self, Job},
    changes,
    context::{Caller, ClientInfo, Grant, permit},
    email::{self, EmailContent, EmailTemplate, Recipient},
    platform::{
        db::{CountedObject, TenantTx},
        normalize::nfc,
    },
    quotas,
};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode, WebhookEndpointId,
    audit::{AuditAction, AuditDetails, AuditObjectKind},
    changes::ChangeType,
    quotas::Quota,
    scopes::Scope,
    tenants::Action,
    users::device_name,
    webhooks::{
        AddEndpointInput, EndpointRef, EndpointState, EndpointUpdate, MAX_ENDPOINTS_PER_USER, ROTATION_HOURS,
        UpdateEndpointInput, WebhookEndpoint, WebhookEndpointWithSecret, types_of,
    },
};
use secrecy::ExposeSecret as _;

/// The caller's endpoints in this workspace, the newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_endpoints(services: &Services, caller: &Caller) -> Result<Vec<WebhookEndpoint>, Error> {
    let grant = permit(caller, Action::ManageWebhooks)?.to_read();
    let mut tx = services.db.begin(grant).await?;
    let rows = endpoints::list(&mut tx).await?;
    tx.commit().await?;
    let now = services.clock.now();
    Ok(rows.into_iter().map(|row| row.into_endpoint(now)).collect())
}

/// Adds an endpoint that gets events from now on. The secret is shown only in the response, so the response is not stored for
/// retries either. An API key with these scopes adds endpoints for events that it may read. The caller is notified by email.
///
/// # Errors
/// `invalid` with every invalid field; `scope_missing`; `forbidden` for demo accounts; `quota_exceeded`.
pub async fn add_endpoint(
    services: &Services,
    caller: &Caller,
    mut input: AddEndpointInput,
    scopes: Option<&[Scope]>,
    client: &ClientInfo,
) -> Result<WebhookEndpointWithSecret, Error> {
    input.description = input.description.as_deref().map(nfc);
    let settings = input.parse(|url| services.webhooks.check_url(url).map(drop))?;
    check_scopes(&settings.events, scopes)?;
    let grant = permit(caller, Action::ManageWebhooks)?;
    if auth::is_demo(services, grant.user()).await? {
        let detail = "A demo account cannot have webhooks. Create an account first.";
        return Err(Error::api(ErrorCode::Forbidden, detail));
    }
    let id: WebhookEndpointId = services.id();
    let secret = secret::generate(services);
    let now = services.clock.now();
    let mut row = EndpointRow {
        id,
        url: settings.url,
        description: settings.description,
        events: settings.events,
        state: EndpointState::Enabled,
        secret: secret::encrypt(services, grant.tenant(), id, &secret)?,
        previous_secret: None,
        previous_secret_until: None,
        position: 0,
        health: Health::default(),
        is_reported: false,
        created_at: now,
        updated_at: now,
    };
    let mut tx = services.db.begin_global_for(grant.user()).await?;
    Job::enqueue_for(services, &mut tx, grant, DeliverWebhooks::KIND, id.0).await?;
    let recipient = Recipient::User(grant.user(), &caller.user.email);
    let (device, label) = (device_name(client.user_agent()), row.label());
    let content = EmailContent {
        device: Some(&device),
        webhook: Some(&label),
    };
    email::enqueue_with(services, &mut tx, EmailTemplate::WebhookAdded, recipient, content).await?;
    let mut tx = tx.into_tenant(grant).await?;
    check_limits(services, &mut tx).await?;
    row.position = changes::bounds(&mut tx).await?.last;
    endpoints::insert(&mut tx, &row).await?;
    let event = event_about(caller, AuditAction::WebhookAdded, id, row.host());
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await?;
    background::wake();
    audit_log::record(AuditEvent::WebhookAdded, Some(grant.user()), Some(client.ip()));
    Ok(WebhookEndpointWithSecret {
        endpoint: row.into_endpoint(now),
        secret: secret.expose_secret().to_owned(),
    })
}

/// Changes an endpoint. An endpoint that is enabled again, or gets another URL, counts as working. Equal values change nothing.
///
/// # Errors
/// `invalid` with every invalid field; `scope_missing`; `not_found`.
pub async fn update_endpoint(
    services: &Services,
    caller: &Caller,
    mut input: UpdateEndpointInput,
    scopes: Option<&[Scope]>,
) -> Result<WebhookEndpoint, Error> {
    input.description = input.description.as_deref().map(nfc);
    let id = input.endpoint_id;
    let update = input.parse(|url| services.webhooks.check_url(url).map(drop))?;
    let grant = permit(caller, Action::ManageWebhooks)?;
    let now = services.clock.now();
    let (mut tx, mut row) = lock(services, grant, id).await?;
    check_scopes(update.events.as_deref().unwrap_or(&row.events), scopes)?;
    let was_enabled = row.state == EndpointState::Enabled;
    if !apply(&mut row, update) {
        tx.rollback().await?;
        return Ok(row.into_endpoint(now));
    }
    match (was_enabled, row.state == EndpointState::Enabled) {
        (true, false) => deliveries::fail_pending(&mut tx, id, None).await?,
        (false, true) => row.position = changes::bounds(&mut tx).await?.last,
        (true, true) | (false, false) => {}
    }
    row.updated_at = now;
    endpoints::update(&mut tx, &row).await?;
    let event = event_about(caller, AuditAction::WebhookUpdated, id, row.host());
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await?;
    background::wake();
    Ok(row.into_endpoint(now))
}

/// Deletes an endpoint with its deliveries. A request that is being sent may still arrive.
///
/// # Errors
/// `not_found`.
pub async fn delete_endpoint(services: &Services, caller: &Caller, input: EndpointRef) -> Result<(), Error> {
    let grant = permit(caller, Action::ManageWebhooks)?;
    let mut tx = services.db.begin_global_for(grant.user()).await?;
    background::cancel(&mut tx, DeliverWebhooks::KIND, input.endpoint_id.0).await?;
    let mut tx = tx.into_tenant(grant).await?;
    let id = input.endpoint_id;
    let host = endpoints::delete(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    let event = event_about(caller, AuditAction::WebhookDeleted, id, host);
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await
}

/// Replaces the secret of an endpoint. For a day, events have signatures of both secrets.
///
/// # Errors
/// `not_found`.
pub async fn rotate_secret(
    services: &Services,
    caller: &Caller,
    input: EndpointRef,
) -> Result<WebhookEndpointWithSecret, Error> {
    let grant = permit(caller, Action::ManageWebhooks)?;
    let id = input.endpoint_id;
    let now = services.clock.now();
    let secret = secret::generate(services);
    let encrypted = secret::encrypt(services, grant.tenant(), id, &secret)?;
    let (mut tx, mut row) = lock(services, grant, id).await?;
    row.previous_secret = Some(std::mem::replace(&mut row.secret, encrypted));
    row.previous_secret_until = Some(now + TimeDelta::hours(ROTATION_HOURS));
    row.updated_at = now;
    endpoints::update(&mut tx, &row).await?;
    let event = event_about(caller, AuditAction::WebhookSecretRotated, id, row.host());
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await?;
    Ok(WebhookEndpointWithSecret {
        endpoint: row.into_endpoint(now),
        secret: secret.expose_secret().to_owned(),
    })
}

/// Makes the job of an endpoint due and locks its row, in the order of the job's steps.
///
/// # Errors
/// `not_found`.
pub(super) async fn lock(
    services: &Services,
    grant: Grant,
    id: WebhookEndpointId,
) -> Result<(TenantTx, EndpointRow), Error> {
    let mut tx = Job::enqueue(services, grant, DeliverWebhooks::KIND, id.0).await?;
    let row = endpoints::lock(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    Ok((tx, row))
}

/// Changes the row. Returns false if all values were equal.
fn apply(row: &mut EndpointRow, update: EndpointUpdate) -> bool {
    let is_enabled = row.state == EndpointState::Enabled;
    let is_moved = update.url.as_ref().is_some_and(|url| *url != row.url);
    let is_switched = update.enabled.is_some_and(|enabled| enabled != is_enabled);
    let is_changed = is_moved
        || is_switched
        || update.events.as_ref().is_some_and(|events| *events != row.events)
        || update
            .description
            .as_ref()
            .is_some_and(|text| *text != row.description);
    if is_moved || is_switched {
        row.health = Health::default();
    }
    if is_switched {
        row.state = if is_enabled {
            EndpointState::Disabled
        } else {
            EndpointState::Enabled
        };
        row.is_reported = false;
    }
    row.url = update.url.unwrap_or_else(|| std::mem::take(&mut row.url));
    row.events = update.events.unwrap_or_else(|| std::mem::take(&mut row.events));
    row.description = update
        .description
        .unwrap_or_else(|| std::mem::take(&mut row.description));
    is_changed
}

/// An API key may add only events that it could read itself.
fn check_scopes(events: &[String], scopes: Option<&[Scope]>) -> Result<(), ApiError> {
    let Some(scopes) = scopes else { return Ok(()) };
    let mut needed = types_of(events).into_iter().map(ChangeType::scope);
    match needed.find(|scope| !scopes.contains(scope)) {
        Some(scope) => Err(ApiError::scope_missing(scope)),
        None => Ok(()),
    }
}

async fn check_limits(services: &Services, tx: &mut TenantTx) -> Result<(), Error> {
    tx.lock_objects(CountedObject::WebhookEndpoints).await?;
    if endpoints::count(tx).await? >= MAX_ENDPOINTS_PER_USER {
        let detail = format!(
            "You have reached the limit of {MAX_ENDPOINTS_PER_USER} webhook endpoints. Delete one first."
        );
        return Err(Error::api(ErrorCode::QuotaExceeded, detail));
    }
    quotas::check(services, tx, Quota::WebhookEndpoints, 1).await
}

fn event_about(caller: &Caller, action: AuditAction, id: WebhookEndpointId, host: String) -> NewEvent {
    NewEvent::by(caller, action)
        .about_object(AuditObjectKind::WebhookEndpoint, id.0)
        .with(AuditDetails {
            name: Some(host),
            ..AuditDetails::default()
        })
}
