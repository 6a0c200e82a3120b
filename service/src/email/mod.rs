//! Outgoing email. An email is enqueued in the transaction that causes it; a background job renders and sends it. The queue
//! contains no secrets: tokens in links are derived when the email is sent.

mod coaching;
mod mailer;
mod queries;
mod send_job;
mod templates;
#[cfg(test)]
mod templates_tests;
pub(crate) mod tokens;
mod transport;

pub(crate) use coaching::{CoachingContext, CoachingEntry, CoachingTopic};
pub use mailer::Mailer;
pub(crate) use send_job::{CoachingRecipient, SendEmail, send_coaching};
pub(crate) use templates::person_name;
pub use transport::SendError;
pub(crate) use transport::{delete_old_outbox_files, delete_outbox_files_for_user};

use crate::{
    Error, Services,
    background::Job,
    platform::{db::GlobalTx, normalize::nfc, rng},
};
use chrono::TimeDelta;
use domain::UserId;
use std::time::Duration;
use uuid::Uuid;

/// The emails that JobHax sends. The names are used in the database, in file names in the outbox and as folders in
/// `templates/emails`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum EmailTemplate {
    VerifyEmail,
    ResetPassword,
    NewSignIn,
    PasswordChanged,
    RefreshTokenReused,
    Invitation,
    ApiKeyAdded,
    WebhookAdded,
    WebhookDisabled,
    /// An owner or admin has removed the recipient from an organization.
    MemberRemoved,
    /// An organization that the recipient was a member of was deleted.
    TenantDeleted,
    /// Comments, tasks, access requests and grants. Not in `outbound_emails`: the job of the coaching feature reads the content.
    Coaching,
}

impl EmailTemplate {
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// How long the token in the email is valid. `None` for emails without a token, and for invitations, which store their own
    /// tokens.
    const fn token_ttl(self) -> Option<TimeDelta> {
        match self {
            Self::VerifyEmail => Some(TimeDelta::days(3)),
            Self::ResetPassword => Some(TimeDelta::hours(1)),
            Self::NewSignIn
            | Self::PasswordChanged
            | Self::RefreshTokenReused
            | Self::Invitation
            | Self::ApiKeyAdded
            | Self::WebhookAdded
            | Self::WebhookDisabled
            | Self::MemberRemoved
            | Self::TenantDeleted
            | Self::Coaching => None,
        }
    }
}

/// The recipient of an email.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Recipient<'a> {
    /// A user and their email address. Nothing is sent if their address has changed by the time of sending.
    User(UserId, &'a str),
    /// The user with this address, ignoring case. Nothing is sent if there is no such user.
    Address(&'a str),
}

/// Additional content of certain emails.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EmailContent<'a> {
    /// The device that the email is about.
    pub device: Option<&'a str>,
    /// The webhook endpoint that the email is about, without path and query, which may contain secrets.
    pub webhook: Option<&'a str>,
}

/// Enqueues an email. The caller wakes the workers after the commit.
pub(crate) async fn enqueue(
    services: &Services,
    tx: &mut GlobalTx,
    template: EmailTemplate,
    recipient: Recipient<'_>,
    device: Option<&str>,
) -> Result<(), Error> {
    let content = EmailContent {
        device,
        ..EmailContent::default()
    };
    enqueue_with(services, tx, template, recipient, content).await
}

/// Enqueues an email with this content. The caller wakes the workers after the commit.
pub(crate) async fn enqueue_with(
    services: &Services,
    tx: &mut GlobalTx,
    template: EmailTemplate,
    recipient: Recipient<'_>,
    content: EmailContent<'_>,
) -> Result<(), Error> {
    let (user, address) = match recipient {
        Recipient::User(user, address) => (Some(user), address),
        Recipient::Address(address) => (None, address),
    };
    let id: Uuid = services.id();
    let now = services.clock.now();
    let address = normalize_address(address);
    if queries::insert_email(tx, id, template, user, &address, content, now).await? {
        Job::enqueue_in(services, tx, SendEmail::KIND, None, user, id).await?;
    }
    Ok(())
}

/// Emails about the end of memberships are sent after all other emails that are enqueued within this time.
const ENDED_TURN_DELAY: Duration = Duration::from_hours(1);

/// The content of an email about the end of memberships.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndedMembership<'a> {
    pub organization: &'a str,
    /// Number of applications that the recipient now has in their personal workspace.
    pub applications: u32,
}

/// Enqueues the same email to these users, each with their address in lower case, with two statements. The caller wakes the workers
/// after the commit.
pub(crate) async fn enqueue_ended(
    services: &Services,
    tx: &mut GlobalTx,
    template: EmailTemplate,
    recipients: &[(UserId, String)],
    ended: EndedMembership<'_>,
) -> Result<(), Error> {
    if recipients.is_empty() {
        return Ok(());
    }
    let emails: Vec<queries::NewEmail<'_>> = recipients
        .iter()
        .map(|(user, address)| queries::NewEmail {
            id: services.id(),
            user: *user,
            email_normalized: address,
        })
        .collect();
    queries::insert_ended(tx, template, &emails, ended, services.clock.now()).await?;
    let jobs: Vec<(UserId, Uuid)> = emails.iter().map(|email| (email.user, email.id)).collect();
    Job::enqueue_many(services, tx, SendEmail::KIND, &jobs, ENDED_TURN_DELAY).await
}

/// Enqueues an invitation to the address, and returns the hash of the token in its link, which the caller stores with the
/// invitation. Nothing is sent if the invitation has another hash by the time of sending. The caller wakes the workers after the
/// commit.
pub(crate) async fn enqueue_invitation(
    services: &Services,
    tx: &mut GlobalTx,
    email_normalized: &str,
) -> Result<Vec<u8>, Error> {
    let (id, template): (Uuid, _) = (services.id(), EmailTemplate::Invitation);
    let now = services.clock.now();
    let content = EmailContent::default();
    queries::insert_email(tx, id, template, None, email_normalized, content, now).await?;
    Job::enqueue_in(services, tx, SendEmail::KIND, None, None, id).await?;
    Ok(rng::sha256(tokens::derive(services, id, template).as_bytes()))
}

/// Cancels unsent emails of this kind to the address.
pub(crate) async fn cancel_pending(
    tx: &mut GlobalTx,
    template: EmailTemplate,
    address: &str,
) -> Result<(), Error> {
    queries::delete_pending(tx, template, &normalize_address(address)).await
}

/// Cancels all unsent emails to the user. Tokens are deleted together with the user.
pub(crate) async fn cancel_for_user(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    queries::delete_for_user(tx, user).await
}

fn normalize_address(address: &str) -> String {
    nfc(address).to_lowercase()
}
