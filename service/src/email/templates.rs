//! Renders emails from the files in `templates/emails`, as plain text and as HTML without external resources.

use super::{EmailTemplate, EndedMembership, coaching::CoachingContext};
use crate::Error;
use askama::Template;
use chrono::{DateTime, Utc};
use domain::{
    tenants::{Role, has_link},
    users::device_name,
};

/// Longer names are left out.
const MAX_NAME_LEN: usize = 40;

pub(super) struct RenderedEmail {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The URL where the recipient unsubscribes from such emails.
    pub unsubscribe: Option<String>,
}

/// The variable parts of an email.
pub(super) struct TemplateContext<'a> {
    pub name: Option<&'a str>,
    pub link: &'a str,
    /// Name of the device from [`device_name`].
    pub device: Option<&'a str>,
    pub webhook: Option<&'a str>,
    pub at: DateTime<Utc>,
    pub time_zone: &'a str,
    pub ended: Option<EndedMembership<'a>>,
    pub invitation: Option<InvitationContext<'a>>,
    pub coaching: Option<CoachingContext<'a>>,
}

/// Values for invitations only.
#[derive(Clone, Copy)]
pub(super) struct InvitationContext<'a> {
    pub inviter: &'a str,
    pub workspace: &'a str,
    pub role: Role,
    pub message: Option<&'a str>,
}

/// The name of a person in emails, or a placeholder if it does not look like a name.
pub(crate) fn person_name(name: Option<&str>) -> &str {
    name.filter(|name| is_plain_name(name)).unwrap_or("A member")
}

/// The values available to the template files as `context`.
struct Values<'a> {
    name: Option<&'a str>,
    link: &'a str,
    device: &'a str,
    /// `None` in emails that were enqueued before the column `webhook` existed.
    webhook: Option<&'a str>,
    time: &'a str,
    inviter: &'a str,
    /// `None` if an email program could show the name as a link.
    workspace: Option<&'a str>,
    role: &'a str,
    /// The organization whose membership has ended. `None` if an email program could show the name as a link.
    organization: Option<&'a str>,
    applications: u32,
    message: Option<&'a str>,
    coaching: Option<CoachingContext<'a>>,
}

macro_rules! render {
    ($values:expr, $subject:tt, $text:tt, $html:tt) => {{
        #[derive(Template)]
        #[template(path = $subject)]
        struct Subject;

        render!(@parts $values, Subject, $text, $html)
    }};
    // Templates whose subject contains values.
    (@subject $values:expr, $subject:tt, $text:tt, $html:tt) => {{
        #[derive(Template)]
        #[template(path = $subject)]
        struct Subject<'a> {
            context: &'a Values<'a>,
        }

        render!(@parts $values, Subject { context: $values }, $text, $html)
    }};
    (@parts $values:expr, $subject:expr, $text:tt, $html:tt) => {{
        #[derive(Template)]
        #[template(path = $text)]
        struct Text<'a> {
            context: &'a Values<'a>,
        }

        #[derive(Template)]
        #[template(path = $html)]
        struct Html<'a> {
            context: &'a Values<'a>,
        }

        let context = $values;
        Ok(RenderedEmail {
            subject: $subject.render()?,
            text: Text { context }.render()?,
            html: Html { context }.render()?,
            unsubscribe: context.coaching.map(|coaching| coaching.unsubscribe.to_owned()),
        })
    }};
}

pub(super) fn render(template: EmailTemplate, context: &TemplateContext<'_>) -> Result<RenderedEmail, Error> {
    let device = context.device.map_or_else(|| device_name(None), str::to_owned);
    let invitation = context.invitation;
    // The names are in the subject, so they must be on one line.
    let one_line = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ");
    let workspace = invitation.map(|invitation| one_line(invitation.workspace));
    let organization = context.ended.map(|ended| one_line(ended.organization));
    let values = Values {
        inviter: invitation.map_or("A member", |invitation| person_name(Some(invitation.inviter))),
        workspace: workspace.as_deref().filter(|name| !has_link(name)),
        role: invitation.map_or("a member", |invitation| as_role(invitation.role)),
        organization: organization.as_deref().filter(|name| !has_link(name)),
        applications: context.ended.map_or(0, |ended| ended.applications),
        message: invitation.and_then(|invitation| invitation.message),
        coaching: context.coaching,
        // The address is not verified yet, so the email must not contain a name that someone else may have entered.
        name: context
            .name
            .filter(|name| template != EmailTemplate::VerifyEmail && is_plain_name(name)),
        link: context.link,
        device: &device,
        webhook: context.webhook,
        time: &format_time(context.at, context.time_zone),
    };
    render_files(template, &values).map_err(|e| Error::Internal(format!("rendering an email: {e}")))
}

fn render_files(template: EmailTemplate, values: &Values<'_>) -> Result<RenderedEmail, askama::Error> {
    match template {
        EmailTemplate::VerifyEmail => render!(
            values,
            "emails/verify_email/subject.txt",
            "emails/verify_email/body.txt",
            "emails/verify_email/body.html"
        ),
        EmailTemplate::ResetPassword => render!(
            values,
            "emails/reset_password/subject.txt",
            "emails/reset_password/body.txt",
            "emails/reset_password/body.html"
        ),
        EmailTemplate::NewSignIn => render!(
            values,
            "emails/new_sign_in/subject.txt",
            "emails/new_sign_in/body.txt",
            "emails/new_sign_in/body.html"
        ),
        EmailTemplate::PasswordChanged => render!(
            values,
            "emails/password_changed/subject.txt",
            "emails/password_changed/body.txt",
            "emails/password_changed/body.html"
        ),
        EmailTemplate::RefreshTokenReused => render!(
            values,
            "emails/refresh_token_reused/subject.txt",
            "emails/refresh_token_reused/body.txt",
            "emails/refresh_token_reused/body.html"
        ),
        EmailTemplate::Invitation => render!(
            @subject values,
            "emails/invitation/subject.txt",
            "emails/invitation/body.txt",
            "emails/invitation/body.html"
        ),
        EmailTemplate::ApiKeyAdded => render!(
            values,
            "emails/api_key_added/subject.txt",
            "emails/api_key_added/body.txt",
            "emails/api_key_added/body.html"
        ),
        EmailTemplate::WebhookDisabled => render!(
            @subject values,
            "emails/webhook_disabled/subject.txt",
            "emails/webhook_disabled/body.txt",
            "emails/webhook_disabled/body.html"
        ),
        EmailTemplate::WebhookAdded => render!(
            @subject values,
            "emails/webhook_added/subject.txt",
            "emails/webhook_added/body.txt",
            "emails/webhook_added/body.html"
        ),
        EmailTemplate::MemberRemoved => render!(
            @subject values,
            "emails/member_removed/subject.txt",
            "emails/member_removed/body.txt",
            "emails/member_removed/body.html"
        ),
        EmailTemplate::TenantDeleted => render!(
            @subject values,
            "emails/tenant_deleted/subject.txt",
            "emails/tenant_deleted/body.txt",
            "emails/tenant_deleted/body.html"
        ),
        EmailTemplate::Coaching => render!(
            @subject values,
            "emails/coaching/subject.txt",
            "emails/coaching/body.txt",
            "emails/coaching/body.html"
        ),
    }
}

/// Whether the text looks like a name, and cannot be an address or a message.
fn is_plain_name(name: &str) -> bool {
    name.chars().count() <= MAX_NAME_LEN
        && name
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'))
}

/// The role with its article, as used after "as".
const fn as_role(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Admin => "an admin",
        Role::Coach => "a coach",
        Role::Member => "a member",
    }
}

fn format_time(at: DateTime<Utc>, time_zone: &str) -> String {
    let zone = time_zone.parse::<chrono_tz::Tz>().unwrap_or(chrono_tz::Tz::UTC);
    let local = at.with_timezone(&zone);
    format!("{} ({})", local.format("%-d %B %Y at %H:%M"), zone.name())
}
