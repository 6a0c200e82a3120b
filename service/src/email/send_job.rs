//! The background job that renders and sends an email.

use super::{CoachingContext, EmailTemplate, EndedMembership, SendError, queries, templates, tokens};
use crate::{
    Error, Services,
    background::{Job, JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    platform::rng,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    UserId,
    routes::{Route, WorkspacePage},
};
use uuid::Uuid;

/// Sends one email at least once. If a worker crashes after sending, the same email is sent again, with the same token.
pub(crate) struct SendEmail;

impl SendEmail {
    pub const KIND: JobKind = JobKind::new("send_email", Lane::Interactive);
}

#[async_trait]
impl JobHandler for SendEmail {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    /// Together with the backoff, this is more than a day.
    fn max_attempts(&self) -> u32 {
        16
    }

    async fn run(&self, ctx: JobContext) -> Result<JobOutcome, JobError> {
        let (services, job) = (ctx.services.as_ref(), ctx.job);
        send(services, job).await?;
        finish(services, job).await
    }

    async fn give_up(&self, ctx: JobContext) -> Result<JobOutcome, JobError> {
        tracing::error!(
            email.id = %ctx.job.payload_id,
            attempts = self.max_attempts(),
            "email delivery gave up; check JOBHAX_SMTP_URL"
        );
        finish(&ctx.services, ctx.job).await
    }
}

async fn send(services: &Services, job: Job) -> Result<(), Error> {
    let email = {
        let mut conn = services.db.global_conn().await?;
        queries::find_email(&mut conn, job.payload_id).await?
    };
    let Some(email) = email else { return Ok(()) };
    if email.template == EmailTemplate::Invitation {
        return send_invitation(services, job.payload_id, email.created_at).await;
    }
    // No user has this address. The client that requested the email must not learn this.
    let Some(recipient) = email.recipient else {
        return Ok(());
    };
    let template = email.template;
    let token = tokens::derive(services, job.payload_id, template);
    let mut tx = services.db.begin_global().await?;
    let is_issued = tokens::issue(
        services,
        &mut tx,
        template,
        recipient.user,
        &recipient.email_normalized,
        &token,
        email.created_at,
    )
    .await?;
    tx.commit().await?;
    if !is_issued {
        return Ok(());
    }
    let page = match template {
        EmailTemplate::VerifyEmail => Route::Activate(Some(token)),
        EmailTemplate::ResetPassword => Route::ResetPassword(Some(token)),
        EmailTemplate::ApiKeyAdded
        | EmailTemplate::WebhookAdded
        | EmailTemplate::WebhookDisabled
        | EmailTemplate::TenantDeleted => Route::SignIn(None),
        EmailTemplate::MemberRemoved => match recipient.personal_slug {
            Some(slug) => Route::Workspace(slug, WorkspacePage::Board),
            None => Route::SignIn(None),
        },
        EmailTemplate::NewSignIn
        | EmailTemplate::PasswordChanged
        | EmailTemplate::RefreshTokenReused
        | EmailTemplate::Invitation
        | EmailTemplate::Coaching => Route::ForgotPassword,
    };
    // The base URL comes from the configuration, never from a request, so a forged Host header cannot change links.
    let link = format!("{}{page}", services.public_url);
    let context = templates::TemplateContext {
        name: recipient.first_name.as_deref(),
        link: &link,
        device: email.device.as_deref(),
        webhook: email.webhook.as_deref(),
        at: email.created_at,
        time_zone: &recipient.time_zone,
        ended: email.tenant_name.as_deref().map(|organization| EndedMembership {
            organization,
            applications: email
                .applications
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or_default(),
        }),
        invitation: None,
        coaching: None,
    };
    let rendered = templates::render(template, &context)?;
    deliver(
        services,
        job.payload_id,
        recipient.user,
        &recipient.email,
        template,
        rendered,
    )
    .await
}

/// Sends an invitation, unless it was accepted, revoked or renewed meanwhile. The recipient need not have an account.
async fn send_invitation(services: &Services, id: Uuid, created_at: DateTime<Utc>) -> Result<(), Error> {
    let template = EmailTemplate::Invitation;
    let token = tokens::derive(services, id, template);
    let invitation = {
        let mut conn = services.db.global_conn().await?;
        let hash = rng::sha256(token.as_bytes());
        queries::find_invitation(&mut conn, &hash, services.clock.now()).await?
    };
    let Some(invitation) = invitation else {
        return Ok(());
    };
    let link = format!("{}{}", services.public_url, Route::Invitation(token));
    let context = templates::TemplateContext {
        name: None,
        link: &link,
        device: None,
        webhook: None,
        at: created_at,
        time_zone: "UTC",
        ended: None,
        invitation: Some(templates::InvitationContext {
            inviter: &invitation.inviter_name,
            workspace: &invitation.tenant_name,
            role: invitation.role,
            message: invitation.message.as_deref(),
        }),
        coaching: None,
    };
    let rendered = templates::render(template, &context)?;
    // In the outbox, the file belongs to the inviter and is deleted with their account.
    deliver(
        services,
        id,
        invitation.inviter,
        &invitation.email,
        template,
        rendered,
    )
    .await
}

/// The recipient of an email about coaching.
pub(crate) struct CoachingRecipient {
    pub user: UserId,
    pub address: String,
    pub first_name: Option<String>,
}

/// Renders and sends an email about coaching. Emails with the same id are treated as the same email.
pub(crate) async fn send_coaching(
    services: &Services,
    id: Uuid,
    recipient: &CoachingRecipient,
    coaching: CoachingContext<'_>,
) -> Result<(), Error> {
    let template = EmailTemplate::Coaching;
    let home = format!("{}{}", services.public_url, Route::Home);
    let link = match coaching.entries {
        [entry] => &entry.link,
        _ => &home,
    };
    let context = templates::TemplateContext {
        name: recipient.first_name.as_deref(),
        link,
        device: None,
        webhook: None,
        at: services.clock.now(),
        time_zone: "UTC",
        ended: None,
        invitation: None,
        coaching: Some(coaching),
    };
    let rendered = templates::render(template, &context)?;
    deliver(
        services,
        id,
        recipient.user,
        &recipient.address,
        template,
        rendered,
    )
    .await
}

async fn deliver(
    services: &Services,
    id: Uuid,
    user: UserId,
    address: &str,
    template: EmailTemplate,
    rendered: templates::RenderedEmail,
) -> Result<(), Error> {
    let sent = services
        .mailer
        .send(services, id, user, address, template, rendered)
        .await;
    match sent {
        Ok(()) => Ok(()),
        Err(SendError::Permanent(reason)) => {
            tracing::warn!(
                email.template = template.as_str(),
                user.id = %user,
                reason,
                "email permanently rejected"
            );
            Ok(())
        }
        Err(SendError::Transient(reason)) => Err(Error::Internal(reason)),
    }
}

/// Deletes the email together with its job.
async fn finish(services: &Services, job: Job) -> Result<JobOutcome, JobError> {
    let mut tx = job.finish_global(services).await?;
    queries::delete_email(&mut tx, job.payload_id).await?;
    tx.commit().await?;
    Ok(JobOutcome::Completed)
}
