//! Tests of the text of emails.

use super::{
    EmailTemplate, EndedMembership,
    coaching::{CoachingContext, CoachingEntry, CoachingTopic},
    templates::{InvitationContext, RenderedEmail, TemplateContext, render},
};
use chrono::DateTime;
use domain::tenants::Role;

fn context<'a>(name: &'a str, device: &'a str) -> TemplateContext<'a> {
    TemplateContext {
        name: Some(name),
        link: "https://jobs.example.org/reset-password?token=abc",
        device: Some(device),
        webhook: Some("“Slack <b>” (hooks.example.com)"),
        at: DateTime::from_timestamp(1_773_576_000, 0).expect("time"),
        time_zone: "Europe/Berlin",
        ended: Some(EndedMembership {
            organization: "Moss Center",
            applications: 2,
        }),
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
        EmailTemplate::MemberRemoved,
        EmailTemplate::TenantDeleted,
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
fn email_about_removal_says_where_the_applications_are() {
    let mut context = context("Mara", "x");
    let email = render(EmailTemplate::MemberRemoved, &context).expect("rendered");
    assert_eq!(email.subject, "You were removed from Moss Center on JobHax");
    insta::assert_snapshot!(email.text, @r"
    Hello Mara,

    You were removed from Moss Center on JobHax.

    Your 2 applications from there are now in your personal workspace, with
    history, notes, contacts, interviews, tasks and files. Emails and comments
    were deleted.

    Moss Center keeps only counts in its published metrics, without names.

    Your personal workspace is here:

    https://jobs.example.org/reset-password?token=abc

    JobHax
    ");
    for (applications, says) in [(1, "Your application from there is now in"), (0, "")] {
        context.ended = Some(EndedMembership {
            organization: "Tips & <b>",
            applications,
        });
        let email = render(EmailTemplate::MemberRemoved, &context).expect("rendered");
        assert!(
            email.text.contains(says) && email.html.contains(says),
            "{}",
            email.text
        );
        assert_eq!(
            email.text.contains("from there"),
            applications > 0,
            "{}",
            email.text
        );
        assert!(email.html.contains("Tips &#38; &#60;b&#62;"), "{}", email.html);
        assert!(email.subject.contains("Tips & <b>"));
        assert!(!email.text.contains("\n\n\n"), "{}", email.text);
    }
    context.ended = Some(EndedMembership {
        organization: "evil.example/win",
        applications: 0,
    });
    let email = render(EmailTemplate::MemberRemoved, &context).expect("rendered");
    assert_eq!(email.subject, "You were removed from an organization on JobHax");
    assert!(!email.text.contains("evil") && !email.html.contains("evil"));
}

#[test]
fn email_about_deleted_organization_says_where_the_applications_are() {
    let email = render_for(EmailTemplate::TenantDeleted, "Mara", "x");
    assert_eq!(email.subject, "Moss Center was deleted on JobHax");
    insta::assert_snapshot!(email.text, @r"
    Hello Mara,

    Moss Center was deleted on JobHax.

    Your 2 applications from there are now in your personal workspace, with
    history, notes, contacts, interviews, tasks and files. Emails and comments
    were deleted.

    Your account and your personal workspace remain. Sign in here:

    https://jobs.example.org/reset-password?token=abc

    JobHax
    ");
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

#[test]
fn emails_about_webhooks_name_the_endpoint() {
    let email = render_for(EmailTemplate::WebhookDisabled, "Mara", "x");
    assert_eq!(
        email.subject,
        "A webhook in your JobHax account was disabled: “Slack <b>” (hooks.example.com)"
    );
    insta::assert_snapshot!(email.text, @r#"
    Hello Mara,

    The webhook endpoint “Slack <b>” (hooks.example.com) no longer receives events:
    every delivery has failed for five days, or the endpoint answered that it no
    longer exists (410 Gone).

    Sign in to see its responses in your settings under "Webhooks". When it works
    again, enable it there and send the missed events:

    https://jobs.example.org/reset-password?token=abc

    JobHax
    "#);
    assert!(
        email.html.contains("“Slack &#60;b&#62;” (hooks.example.com)"),
        "{}",
        email.html
    );
    let email = render_for(EmailTemplate::WebhookAdded, "Mara", "curl");
    assert_eq!(
        email.subject,
        "A new webhook in your JobHax account: “Slack <b>” (hooks.example.com)"
    );
    assert!(
        email
            .text
            .contains("“Slack <b>” (hooks.example.com)\nwas added to your account from curl,\n")
    );
    let mut context = context("Mara", "x");
    context.webhook = None;
    let email = render(EmailTemplate::WebhookDisabled, &context).expect("rendered");
    assert_eq!(email.subject, "A webhook in your JobHax account was disabled");
    assert!(
        email
            .text
            .contains("A webhook endpoint of your account no longer receives events:")
    );
}
