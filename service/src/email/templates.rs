//! Renders emails from the files in `templates/emails`, as plain text and as HTML without external resources.

use super::{EmailTemplate, coaching::CoachingContext};
use crate::Error;
use askama::Template;
use chrono::{DateTime, Utc};
use domain::{
    tenants::{Role, has_link},
    users::device_name,
};

/// Names that are longer are left out.
const MAX_NAME_LEN: usize = 40;

pub(super) struct RenderedEmail {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where the recipient unsubscribes from such emails.
    pub unsubscribe: Option<String>,
}

/// The variable parts of an email.
pub(super) struct TemplateContext<'a> {
    pub name: Option<&'a str>,
    pub link: &'a str,
    /// Name of the device from [`device_name`].
    pub device: Option<&'a str>,
    pub at: DateTime<Utc>,
    pub time_zone: &'a str,
    pub invitation: Option<InvitationContext<'a>>,
    pub coaching: Option<CoachingContext<'a>>,
}

/// What only invitations say.
#[derive(Clone, Copy)]
pub(super) struct InvitationContext<'a> {
    pub inviter: &'a str,
    pub workspace: &'a str,
    pub role: Role,
    pub message: Option<&'a str>,
}

/// A name of a person as emails say it: left out if it does not look like one.
pub(crate) fn person_name(name: Option<&str>) -> &str {
    name.filter(|name| is_plain_name(name)).unwrap_or("A member")
}

/// The values that the template files use as `context`.
struct Values<'a> {
    name: Option<&'a str>,
    link: &'a str,
    device: &'a str,
    time: &'a str,
    inviter: &'a str,
    /// Without a name that an email program could show as a link.
    workspace: Option<&'a str>,
    role: &'a str,
    message: Option<&'a str>,
    coaching: Option<CoachingContext<'a>>,
}

macro_rules! render {
    ($values:expr, $subject:tt, $text:tt, $html:tt) => {{
        #[derive(Template)]
        #[template(path = $subject)]
        struct Subject;

        render!(parts $values, Subject, $text, $html)
    }};
    // With a subject that says something about this email.
    ($values:expr, variable $subject:tt, $text:tt, $html:tt) => {{
        #[derive(Template)]
        #[template(path = $subject)]
        struct Subject<'a> {
            context: &'a Values<'a>,
        }

        render!(parts $values, Subject { context: $values }, $text, $html)
    }};
    (parts $values:expr, $subject:expr, $text:tt, $html:tt) => {{
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
    // One line, because it is in the subject.
    let workspace = invitation.map(|invitation| {
        invitation
            .workspace
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    });
    let values = Values {
        inviter: invitation.map_or("A member", |invitation| person_name(Some(invitation.inviter))),
        workspace: workspace.as_deref().filter(|name| !has_link(name)),
        role: invitation.map_or("a member", |invitation| as_role(invitation.role)),
        message: invitation.and_then(|invitation| invitation.message),
        coaching: context.coaching,
        // The address is not verified yet: do not send it a name that someone else may have entered.
        name: context
            .name
            .filter(|name| template != EmailTemplate::VerifyEmail && is_plain_name(name)),
        link: context.link,
        device: &device,
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
            values,
            variable "emails/invitation/subject.txt",
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
            values,
            "emails/webhook_disabled/subject.txt",
            "emails/webhook_disabled/body.txt",
            "emails/webhook_disabled/body.html"
        ),
        EmailTemplate::WebhookAdded => render!(
            values,
            "emails/webhook_added/subject.txt",
            "emails/webhook_added/body.txt",
            "emails/webhook_added/body.html"
        ),
        EmailTemplate::Coaching => render!(
            values,
            variable "emails/coaching/subject.txt",
            "emails/coaching/body.txt",
            "emails/coaching/body.html"
        ),
    }
}

/// Whether the name looks like one and cannot be an address or a message.
fn is_plain_name(name: &str) -> bool {
    name.chars().count() <= MAX_NAME_LEN
        && name
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'))
}

/// The role with its article, after "as".
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

#[cfg(test)]
mod tests {
    use super::{
        super::coaching::{CoachingEntry, CoachingTopic},
        *,
    };

    fn context<'a>(name: &'a str, device: &'a str) -> TemplateContext<'a> {
        TemplateContext {
            name: Some(name),
            link: "https://jobs.example.org/reset-password?token=abc",
            device: Some(device),
            at: DateTime::from_timestamp(1_773_576_000, 0).expect("time"),
            time_zone: "Europe/Berlin",
            invitation: Some(InvitationContext {
                inviter: "Ben",
                workspace: "Career\n Center",
                role: Role::Coach,
                message: Some("Welcome <all>"),
            }),
            coaching: Some(CoachingContext {
                topic: CoachingTopic::Several,
                entries: &[],
                unsubscribe: "https://jobs.example.org/unsubscribe/abc",
            }),
        }
    }

    fn render_for(template: EmailTemplate, name: &str, device: &str) -> RenderedEmail {
        render(template, &context(name, device)).expect("rendered")
    }

    #[test]
    fn text_and_html_have_the_same_content() {
        let email = render_for(EmailTemplate::NewSignIn, "Mara", "Firefox on Linux");
        insta::assert_snapshot!(email.text, @r"
        Hello Mara,

        New sign-in to your account from Firefox on Linux,
        on 15 March 2026 at 13:00 (Europe/Berlin).

        If this was you, you don't need to do anything. If not, choose a new
        password now. This signs you out everywhere:

        https://jobs.example.org/reset-password?token=abc

        JobHax
        ");
        for part in [
            "Hello Mara,",
            "from Firefox on Linux",
            "15 March 2026 at 13:00",
            "token=abc\"",
        ] {
            assert!(email.html.contains(part), "{part}");
        }
    }

    #[test]
    fn every_email_has_a_subject_and_the_link_in_both_parts() {
        for template in [
            EmailTemplate::VerifyEmail,
            EmailTemplate::ResetPassword,
            EmailTemplate::NewSignIn,
            EmailTemplate::PasswordChanged,
            EmailTemplate::RefreshTokenReused,
            EmailTemplate::Invitation,
            EmailTemplate::ApiKeyAdded,
            EmailTemplate::WebhookAdded,
            EmailTemplate::WebhookDisabled,
            EmailTemplate::Coaching,
        ] {
            let link = "https://jobs.example.org/reset-password?token=abc";
            let email = render_for(template, "Mara", "curl");
            assert!(email.subject.contains("JobHax") && !email.subject.contains('\n'));
            assert!(email.text.contains(&format!("\n\n{link}\n\n")), "{template:?}");
            assert!(email.html.contains(&format!("href=\"{link}\"")), "{template:?}");
            assert!(!email.text.contains("{{") && !email.html.contains("{{"));
            assert!(!email.text.contains("\n\n\n"), "{template:?}");
        }
    }

    #[test]
    fn user_input_is_escaped_and_implausible_names_are_left_out() {
        let email = render_for(EmailTemplate::PasswordChanged, "O'Neil", "x");
        assert!(email.html.contains("Hello O&#39;Neil,") && email.text.contains("Hello O'Neil,"));
        for name in [
            "<b>x</b>",
            "Win at http://evil.example",
            "a\r\nBcc: x",
            "call 555 now",
        ] {
            let email = render_for(EmailTemplate::PasswordChanged, name, "x");
            assert!(
                email.text.starts_with("Hello,\n") && email.html.contains(">Hello,<"),
                "{name}"
            );
        }
        assert!(
            render_for(EmailTemplate::VerifyEmail, "Mara", "x")
                .text
                .starts_with("Hello,")
        );
        let device = render_for(EmailTemplate::NewSignIn, "Mara", "<i>");
        assert!(!device.html.contains("<i>"));
    }

    #[test]
    fn email_about_comments_lists_applications_and_how_to_unsubscribe() {
        let entry = |name: &str, n: u8| CoachingEntry {
            lines: vec!["Ben: 1 comment".into(), "A member: 2 comments".into()],
            name: name.into(),
            link: format!("https://jobs.example.org/w/a/applications/{n}"),
        };
        let mut context = context("Mara", "x");
        let entries = [entry("Baker, Hearth", 1), entry("Cook <b>, Pan", 2)];
        context.coaching = Some(CoachingContext {
            topic: CoachingTopic::Comments,
            entries: &entries,
            unsubscribe: "https://jobs.example.org/unsubscribe/abc",
        });
        let email = render(EmailTemplate::Coaching, &context).expect("rendered");
        insta::assert_snapshot!(email.text, @r"
        Hello Mara,

        There are new comments on applications:

        Baker, Hearth
        - Ben: 1 comment
        - A member: 2 comments
        https://jobs.example.org/w/a/applications/1

        Cook <b>, Pan
        - Ben: 1 comment
        - A member: 2 comments
        https://jobs.example.org/w/a/applications/2

        Read and answer them here:

        https://jobs.example.org/reset-password?token=abc

        You get at most one of these emails an hour. You can turn them off without
        signing in:

        https://jobs.example.org/unsubscribe/abc

        JobHax
        ");
        assert_eq!(
            email.unsubscribe.as_deref(),
            Some("https://jobs.example.org/unsubscribe/abc")
        );
        for part in [
            "href=\"https://jobs.example.org/w/a/applications/2\"",
            "Cook &#60;b&#62;, Pan",
            "Ben: 1 comment<br>A member: 2 comments",
            "href=\"https://jobs.example.org/unsubscribe/abc\"",
        ] {
            assert!(email.html.contains(part), "{part} in {}", email.html);
        }
    }

    #[test]
    fn invitation_names_inviter_workspace_role_and_message() {
        let email = render_for(EmailTemplate::Invitation, "Mara", "x");
        assert_eq!(email.subject, "Career Center invites you to JobHax as a coach");
        for part in [
            "Ben invites you to Career Center on JobHax as a coach.",
            "seven days",
            "Welcome <all>",
        ] {
            assert!(email.text.contains(part), "{part}: {}", email.text);
        }
        assert!(
            email.html.contains("Career Center") && email.html.contains("Welcome &#60;all&#62;"),
            "{}",
            email.html
        );
        let mut context = context("x", "x");
        context.invitation = Some(InvitationContext {
            inviter: "Win at http://evil.example",
            workspace: "evil.example/win",
            role: Role::Member,
            message: None,
        });
        let email = render(EmailTemplate::Invitation, &context).expect("rendered");
        assert!(
            email
                .text
                .contains("A member invites you to a workspace on JobHax as a member."),
            "{}",
            email.text
        );
        assert_eq!(email.subject, "You're invited to JobHax as a member");
        assert!(!email.text.contains("evil") && !email.html.contains("evil"));
    }
}
