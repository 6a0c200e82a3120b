//! The background job of an endpoint.

use super::{
    collect::{collect, has_uncollected},
    queries::{
        deliveries::{self, DueDelivery},
        endpoints::{self, EndpointRow},
    },
    record::{Attempt, record},
    secret, sender,
};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{ActiveCaller, find_active_job_caller},
    background::{self, Job, JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    context::{Caller, Grant, permit},
    email::{self, EmailContent, EmailTemplate, Recipient},
    platform::db::TenantTx,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    WebhookEndpointId,
    audit::{AuditAction, AuditDetails, AuditObjectKind},
    tenants::Action,
    webhooks::{EndpointState, RETENTION_DAYS},
};
use futures_util::future::join_all;
use secrecy::SecretString;
use std::time::Duration;

/// How often the job runs without changes. It finds changes whose server crashed before it made the job due.
const IDLE_INTERVAL: Duration = Duration::from_mins(5);
/// Number of simultaneous requests to one endpoint.
const MAX_REQUESTS: i64 = 10;
/// Old deliveries that are deleted in one round.
const PURGE_BATCH: i64 = 500;

/// Sends the events of one endpoint, which is its payload.
pub(crate) struct DeliverWebhooks;

impl DeliverWebhooks {
    pub const KIND: JobKind = JobKind::new("deliver_webhooks", Lane::Webhooks);
}

#[async_trait]
impl JobHandler for DeliverWebhooks {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    fn max_attempts(&self) -> u32 {
        u32::MAX
    }

    async fn run(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        let services = ctx.services.clone();
        let caller = match find_active_job_caller(&services, ctx.job).await? {
            ActiveCaller::Active(caller) => caller,
            // The position is kept, so that changes during the lock are sent afterwards.
            ActiveCaller::Locked(_) => return ctx.suspend().await,
            ActiveCaller::Missing => return ctx.discard().await,
        };
        let Ok(grant) = permit(&caller, Action::ManageWebhooks) else {
            return ctx.discard().await;
        };
        let run = Run {
            services: &services,
            job: ctx.job,
            grant,
            endpoint: ctx.job.payload_id.into(),
        };
        let mut attempts = Vec::new();
        loop {
            attempts = match run.begin_round(&attempts).await? {
                Round::Send(batch) => {
                    if ctx.should_yield().await? {
                        return Ok(JobOutcome::Yielded);
                    }
                    run.send(batch).await?
                }
                Round::Report { label, host } => {
                    run.report(&caller, &label, host).await?;
                    Vec::new()
                }
                Round::Continue => Vec::new(),
                Round::Wait(delay) => {
                    if run.wait(delay).await? {
                        return Ok(JobOutcome::Completed);
                    }
                    Vec::new()
                }
                Round::Stop => {
                    let tx = ctx.job.finish(&services, grant).await?;
                    tx.commit().await?;
                    return Ok(JobOutcome::Completed);
                }
            };
        }
    }

    /// The job never gives up: its deliveries and its endpoint do.
    async fn give_up(&self, _ctx: JobContext) -> Result<JobOutcome, JobError> {
        Ok(JobOutcome::RetryAfter(IDLE_INTERVAL))
    }
}

/// The next step.
enum Round {
    /// Send these deliveries.
    Send(Batch),
    /// Notify the user that the endpoint with this label and host was disabled.
    Report { label: String, host: String },
    /// There are more changes to collect.
    Continue,
    /// Nothing is due before this time has passed.
    Wait(Duration),
    /// The endpoint was deleted.
    Stop,
}

/// Deliveries that are due, and the data to send them.
struct Batch {
    url: String,
    secrets: Vec<SecretString>,
    deliveries: Vec<DueDelivery>,
}

/// A run of the job.
struct Run<'a> {
    services: &'a Services,
    job: Job,
    grant: Grant,
    endpoint: WebhookEndpointId,
}

impl Run<'_> {
    /// Stores the attempts of the previous round, creates deliveries for new changes, and finds the deliveries that are due.
    async fn begin_round(&self, attempts: &[Attempt]) -> Result<Round, JobError> {
        let (services, now) = (self.services, self.services.clock.now());
        let mut tx = self.job.begin_step(services, self.grant).await?;
        let Some(mut endpoint) = endpoints::lock(&mut tx, self.endpoint).await? else {
            tx.rollback().await?;
            return Ok(Round::Stop);
        };
        let stored = endpoint.clone();
        record(services, &mut tx, &mut endpoint, attempts, now).await?;
        let round = self.next_round(&mut tx, &mut endpoint, now).await?;
        if endpoint != stored {
            endpoints::update(&mut tx, &endpoint).await?;
        }
        tx.commit().await?;
        Ok(round)
    }

    async fn next_round(
        &self,
        tx: &mut TenantTx,
        endpoint: &mut EndpointRow,
        now: DateTime<Utc>,
    ) -> Result<Round, Error> {
        let expired = now - TimeDelta::days(RETENTION_DAYS);
        deliveries::delete_before(tx, endpoint.id, expired, PURGE_BATCH).await?;
        match endpoint.state {
            EndpointState::Enabled => {}
            EndpointState::Disabled => return Ok(Round::Wait(IDLE_INTERVAL)),
            EndpointState::Failing | EndpointState::Gone if endpoint.is_reported => {
                return Ok(Round::Wait(IDLE_INTERVAL));
            }
            EndpointState::Failing | EndpointState::Gone => {
                return Ok(Round::Report {
                    label: endpoint.label(),
                    host: endpoint.host(),
                });
            }
        }
        let has_more = collect(self.services, tx, endpoint, now).await?;
        if let Some(delay) = endpoint.health.remaining_pause(now) {
            return Ok(if has_more {
                Round::Continue
            } else {
                Round::Wait(delay)
            });
        }
        // While the endpoint fails, a single request tests whether it works again.
        let limit = if endpoint.health.failed_rounds > 0 {
            1
        } else {
            MAX_REQUESTS
        };
        let due = deliveries::list_due(tx, endpoint.id, now, limit).await?;
        if due.is_empty() {
            if has_more {
                return Ok(Round::Continue);
            }
            let next = deliveries::find_next_attempt(tx, endpoint.id).await?;
            return Ok(Round::Wait(delay_until(next, now)));
        }
        Ok(Round::Send(Batch {
            url: endpoint.url.clone(),
            secrets: secret::decrypt_all(self.services, tx.tenant(), endpoint, now)?,
            deliveries: due,
        }))
    }

    async fn send(&self, batch: Batch) -> Result<Vec<Attempt>, JobError> {
        let at = self.services.clock.now();
        let mut requests = Vec::with_capacity(batch.deliveries.len());
        for delivery in batch.deliveries {
            let signature = secret::sign(&batch.secrets, delivery.event, at.timestamp(), &delivery.payload)?;
            let request = sender::Request {
                url: &batch.url,
                event: delivery.event,
                at,
                signature,
                payload: delivery.payload,
            };
            requests.push(async move {
                let outcome = self.services.webhooks.send(request).await;
                let result = if outcome.is_success() {
                    "delivered"
                } else {
                    "failed"
                };
                ::metrics::counter!("jobhax_webhook_attempts_total", "result" => result).increment(1);
                Attempt {
                    delivery: delivery.id,
                    failures: delivery.failures,
                    at,
                    outcome,
                }
            });
        }
        Ok(join_all(requests).await)
    }

    /// Ends the run until this time has passed. Returns false if something has become due in the meantime. A change that was committed
    /// before the job is locked here is seen, and a later change makes the job due again.
    async fn wait(&self, delay: Duration) -> Result<bool, JobError> {
        let now = self.services.clock.now();
        let mut tx = self.job.reschedule(self.services, self.grant, delay).await?;
        let endpoint = endpoints::find(&mut tx, self.endpoint).await?;
        let is_enabled = |endpoint: &&EndpointRow| endpoint.state == EndpointState::Enabled;
        if let Some(endpoint) = endpoint.as_ref().filter(is_enabled) {
            let is_due = endpoint.health.remaining_pause(now).is_none()
                && !deliveries::list_due(&mut tx, endpoint.id, now, 1)
                    .await?
                    .is_empty();
            if is_due || has_uncollected(&mut tx, endpoint).await? {
                tx.rollback().await?;
                return Ok(false);
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Reports to the user that the endpoint was disabled, by email and in the audit log.
    async fn report(&self, caller: &Caller, label: &str, host: String) -> Result<(), JobError> {
        let services = self.services;
        let mut tx = self.job.begin_global_step(services).await?;
        let recipient = Recipient::User(caller.user.id, &caller.user.email);
        let content = EmailContent {
            webhook: Some(label),
            ..EmailContent::default()
        };
        email::enqueue_with(
            services,
            &mut tx,
            EmailTemplate::WebhookDisabled,
            recipient,
            content,
        )
        .await?;
        let event = NewEvent::by_system(self.grant.tenant(), AuditAction::WebhookDisabled)
            .about_object(AuditObjectKind::WebhookEndpoint, self.endpoint.0)
            .with(AuditDetails {
                name: Some(host),
                ..AuditDetails::default()
            });
        audit::append(services, tx.conn(), &event).await?;
        let mut tx = tx.into_tenant(self.grant).await?;
        let endpoint = endpoints::lock(&mut tx, self.endpoint).await?;
        let unreported = endpoint.filter(|endpoint| {
            matches!(endpoint.state, EndpointState::Failing | EndpointState::Gone) && !endpoint.is_reported
        });
        let Some(mut endpoint) = unreported else {
            return Ok(tx.rollback().await?);
        };
        endpoint.is_reported = true;
        endpoints::update(&mut tx, &endpoint).await?;
        tx.commit().await?;
        background::wake();
        audit_log::record(AuditEvent::WebhookDisabled, Some(caller.user.id), None);
        Ok(())
    }
}

/// The time until the next attempt, or until the next check for changes.
fn delay_until(next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Duration {
    let delay = next.map_or(IDLE_INTERVAL, |next| (next - now).to_std().unwrap_or_default());
    delay.min(IDLE_INTERVAL)
}
