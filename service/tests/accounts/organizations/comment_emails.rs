//! Emails about comments: their recipients, their times, and turning them off.

use super::{Team, execute};
use crate::support::{Behavior, MockSmtp, ReceivedEmail, error_code, run_jobs, test_app_with_smtp};
use chrono::TimeDelta;
use domain::{
    CommentId, ErrorCode, JobApplicationId,
    coaching::{
        AccessGrantRef, AccessScope, AddCommentInput, CommentEmails, CommentRef, GrantAccessInput,
        ListCommentsInput,
    },
    tenants::{MemberRef, Role},
};
use service::{
    coaching,
    context::{Caller, ClientInfo},
    wiring,
};
use sqlx::PgPool;

struct World {
    team: Team,
    smtp: MockSmtp,
    member: Caller,
    coach: Caller,
    application: JobApplicationId,
}

impl World {
    /// A member whose coach may comment. Nobody has been emailed yet.
    async fn new(pool: PgPool) -> Self {
        let (app, smtp) = test_app_with_smtp(pool).await;
        let team = Team::with(app).await;
        let member = team.join("mia", Role::Member).await;
        let coach = team.join("carl", Role::Coach).await;
        let world = Self {
            application: team.add_application(&member, "Hearth").await,
            team,
            smtp,
            member,
            coach,
        };
        world.grant(&world.coach).await;
        world.pass(0).await;
        world
    }

    async fn grant(&self, viewer: &Caller) {
        let input = GrantAccessInput {
            viewer_id: viewer.user.id,
            scope: AccessScope::Comment,
            expires_at: None,
        };
        coaching::grant_access(&self.team.app.services, &self.member, input)
            .await
            .expect("granted");
        // Only comments are reported here.
        execute(
            &self.team.app,
            "delete from coaching_notifications where kind = 'access_grant'",
        )
        .await;
    }

    async fn comment(&self, author: &Caller) -> CommentId {
        self.comment_on(author, self.application).await
    }

    async fn comment_on(&self, author: &Caller, application: JobApplicationId) -> CommentId {
        let input = AddCommentInput {
            jobapp_id: application,
            owner_id: Some(self.member.user.id),
            text: "CANARY".into(),
        };
        coaching::add_comment(&self.team.app.services, author, None, input)
            .await
            .expect("commented")
            .id
    }

    /// Moves the clock and runs the jobs. The queue has the clock of the database, so all jobs become due.
    async fn pass(&self, minutes: i64) -> Vec<ReceivedEmail> {
        let app = &self.team.app;
        app.clock.advance(TimeDelta::minutes(minutes));
        execute(
            app,
            "update background_jobs set run_at = now() where kind = 'notify_of_comments'",
        )
        .await;
        run_jobs(app).await;
        let emails = self.smtp.emails();
        self.smtp.clear();
        emails
    }

    async fn pending(&self) -> i64 {
        self.team
            .count("select count(*) from coaching_notifications")
            .await
    }

    async fn jobs(&self) -> i64 {
        self.team
            .count("select count(*) from background_jobs where kind = 'notify_of_comments'")
            .await
    }

    fn client() -> ClientInfo {
        ClientInfo::unknown()
    }

    async fn unsubscribe(&self, token: &str) -> Result<(), service::Error> {
        coaching::unsubscribe(&self.team.app.services, &Self::client(), token).await
    }
}

fn text(email: &ReceivedEmail) -> String {
    email.text().replace("\r\n", "\n")
}

/// The token of the link in the header.
fn unsubscribe_token(email: &ReceivedEmail) -> String {
    let [header] = email.headers("List-Unsubscribe").try_into().expect("one header");
    let url = header
        .trim_start_matches('<')
        .trim_end_matches('>')
        .replace(' ', "");
    assert!(
        text(email).contains(&url),
        "the text has the same link: {url} in {}",
        text(email)
    );
    url.rsplit('/').next().expect("a token").to_owned()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn burst_of_comments_is_one_email_to_the_owner_after_a_short_delay(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    world.comment(&world.coach).await;
    assert!(world.pass(1).await.is_empty(), "later comments are collected");
    world.comment(&world.coach).await;
    let emails = world.pass(2).await;
    let [email] = emails.as_slice() else {
        panic!("{emails:?}")
    };
    assert_eq!(email.to, ["<mia@example.org>"]);
    let content = text(email);
    assert!(
        content.contains("Baker, Hearth\n- carl: 2 comments\n"),
        "{content}"
    );
    let link = format!(
        "/w/{}/applications/{}",
        world.member.tenant.slug, world.application
    );
    assert!(content.contains(&link), "{link} in {content}");
    assert!(
        !email.raw.contains("CANARY"),
        "no text of a comment leaves the database"
    );
    assert_eq!(
        email.headers("List-Unsubscribe-Post"),
        ["List-Unsubscribe=One-Click"]
    );
    assert_eq!((world.pending().await, world.jobs().await), (0, 0));
    assert!(world.pass(120).await.is_empty(), "sent once");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn comments_within_the_hour_are_one_digest_at_its_end(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    world.comment(&world.coach).await;
    let first = world.pass(3).await;
    assert_eq!(first.len(), 1);
    let other = world.team.add_application(&world.member, "Pan").await;
    world.comment(&world.coach).await;
    assert!(world.pass(30).await.is_empty());
    world.comment_on(&world.coach, other).await;
    assert!(world.pass(29).await.is_empty(), "59 minutes after the first");
    let emails = world.pass(1).await;
    let [digest] = emails.as_slice() else {
        panic!("{emails:?}")
    };
    let content = text(digest);
    for part in [
        "Baker, Hearth\n- carl: 1 comment\n",
        "Baker, Pan\n- carl: 1 comment\n",
    ] {
        assert!(content.contains(part), "{part} in {content}");
    }
    assert_ne!(
        first[0].headers("Message-ID"),
        digest.headers("Message-ID"),
        "another email"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn comment_by_the_owner_is_emailed_to_commenters_with_access(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    let silent = world.team.join("sue", Role::Coach).await;
    world.grant(&silent).await;
    world.pass(0).await;
    world.comment(&world.member).await;
    assert!(world.pass(3).await.is_empty(), "no one has commented yet");
    world.comment(&world.coach).await;
    world.pass(3).await;
    world.comment(&world.member).await;
    let emails = world.pass(3).await;
    let [email] = emails.as_slice() else {
        panic!("{emails:?}")
    };
    assert_eq!(email.to, ["<carl@example.org>"]);
    let link = format!(
        "/clients/{}/applications/{}",
        world.member.user.id, world.application
    );
    assert!(text(email).contains(&link), "{}", text(email));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn comments_that_are_deleted_or_without_a_live_grant_are_not_reported(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    let services = &world.team.app.services;
    let deleted = CommentRef {
        comment_id: world.comment(&world.coach).await,
    };
    coaching::delete_comment(services, &world.coach, deleted)
        .await
        .expect("deleted");
    assert!(world.pass(3).await.is_empty(), "deleted");
    assert_eq!((world.pending().await, world.jobs().await), (0, 0));

    // Expired, in both directions.
    world.comment(&world.coach).await;
    world.comment(&world.member).await;
    let app = &world.team.app;
    execute(
        app,
        "update access_grants set expires_at = now() - interval '1 second'",
    )
    .await;
    assert!(world.pass(3).await.is_empty(), "expired");

    world.grant(&world.coach).await;
    world.comment(&world.coach).await;
    world.comment(&world.member).await;
    let grants = coaching::list_grants(services, &world.member)
        .await
        .expect("grants");
    let grant = AccessGrantRef {
        grant_id: grants.given[0].id,
    };
    coaching::revoke_access(services, &world.member, grant)
        .await
        .expect("revoked");
    assert!(world.pass(3).await.is_empty(), "revoked");

    world.grant(&world.coach).await;
    world.comment(&world.coach).await;
    world.comment(&world.member).await;
    let coach = MemberRef {
        user_id: world.coach.user.id,
    };
    wiring::remove_member(services, &world.team.owner, coach)
        .await
        .expect("removed");
    let emails = world.pass(3).await;
    assert_eq!(emails.len(), 1, "only the coach gets one, about the removal");
    assert!(text(&emails[0]).contains("You were removed from"));
    assert_eq!((world.pending().await, world.jobs().await), (0, 0));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn retried_email_reports_only_the_current_state(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    world.smtp.set_behavior(Behavior::Defer);
    let first = CommentRef {
        comment_id: world.comment(&world.coach).await,
    };
    world.comment(&world.coach).await;
    assert!(world.pass(3).await.is_empty());
    assert_eq!((world.pending().await, world.jobs().await), (2, 1));
    coaching::delete_comment(&world.team.app.services, &world.coach, first)
        .await
        .expect("deleted");
    world.smtp.set_behavior(Behavior::Accept);
    let emails = world.pass(1).await;
    assert_eq!(emails.len(), 1);
    assert!(text(&emails[0]).contains("carl: 1 comment\n"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unsubscribe_link_turns_emails_off_again_and_again_until_the_settings_turn_them_on(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    let services = &world.team.app.services;
    world.comment(&world.coach).await;
    let token = unsubscribe_token(&world.pass(3).await[0]);
    let is_enabled = async |caller: &Caller| {
        let emails = coaching::get_comment_emails(services, caller).await;
        emails.expect("setting").enabled
    };
    let found = coaching::find_subscription(services, &World::client(), &token).await;
    assert!(found.expect("found").enabled, "looking changes nothing");
    world.comment(&world.coach).await;
    for _ in 0..2 {
        world.unsubscribe(&token).await.expect("unsubscribed");
        assert!(!is_enabled(&world.member).await && is_enabled(&world.coach).await);
    }
    world.comment(&world.coach).await;
    assert!(world.pass(120).await.is_empty());
    assert_eq!((world.pending().await, world.jobs().await), (0, 0));

    let enabled = CommentEmails { enabled: true };
    coaching::set_comment_emails(services, &world.member, enabled)
        .await
        .expect("turned on");
    world.comment(&world.coach).await;
    let email = &world.pass(120).await[0];
    assert_eq!(
        unsubscribe_token(email),
        token,
        "links of earlier emails still work"
    );
    world.unsubscribe(&token).await.expect("unsubscribed");
    assert!(!is_enabled(&world.member).await);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn tokens_of_others_and_of_deleted_accounts_change_nothing(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    let services = &world.team.app.services;
    world.comment(&world.coach).await;
    world.comment(&world.member).await;
    let emails = world.pass(3).await;
    let token_of = |address: &str| {
        let email = emails.iter().find(|email| email.to == [address]);
        unsubscribe_token(email.expect("an email"))
    };
    let (mine, other) = (token_of("<mia@example.org>"), token_of("<carl@example.org>"));
    assert_ne!(mine, other);
    // The MAC of one user with the id of the other, and a token for another purpose.
    let feed = service::calendar::get_feed(services, &world.member)
        .await
        .expect("feed");
    let feed = feed.url.rsplit('/').next().expect("a token").replace(".ics", "");
    for token in [
        format!("{}{}", &other[..22], &mine[22..]),
        feed,
        String::new(),
        "x".into(),
    ] {
        let code = error_code(world.unsubscribe(&token).await);
        assert_eq!(code, ErrorCode::NotFound, "{token}");
        let found = coaching::find_subscription(services, &World::client(), &token).await;
        assert_eq!(error_code(found), ErrorCode::NotFound, "{token}");
    }
    let off = "select count(*) from comment_emails where not is_enabled";
    assert_eq!(world.team.count(off).await, 0);

    wiring::delete_user(
        services,
        &world.coach,
        crate::support::reauth_input(),
        &World::client(),
    )
    .await
    .expect("deleted");
    let code = error_code(world.unsubscribe(&other).await);
    assert_eq!(code, ErrorCode::NotFound, "a deleted account");
    world.comment(&world.member).await;
    assert!(world.pass(120).await.is_empty());
}

/// Comments of the same moment, by two people, and the end of the job at the same time: none is forgotten.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn comment_while_the_email_is_sent_is_in_the_next_one(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    world.comment(&world.coach).await;
    let app = &world.team.app;
    app.clock.advance(TimeDelta::minutes(3));
    execute(
        app,
        "update background_jobs set run_at = now() where kind = 'notify_of_comments'",
    )
    .await;
    let ((), ()) = tokio::join!(run_jobs(app), async {
        for _ in 0..5 {
            world.comment(&world.coach).await;
        }
    });
    let listed = coaching::list_comments(
        &app.services,
        &world.member,
        ListCommentsInput {
            jobapp_id: world.application,
            owner_id: None,
        },
    );
    assert_eq!(listed.await.expect("comments").len(), 6);
    let mut reported = 0;
    let mut emails = world.smtp.emails();
    world.smtp.clear();
    emails.extend(world.pass(60).await);
    for email in &emails {
        let content = text(email);
        let (_, rest) = content.split_once("- carl: ").expect("a line");
        let count = rest.split(' ').next().expect("a number");
        reported += count.parse::<u32>().expect("a number");
    }
    assert_eq!(reported, 6, "{emails:?}");
    assert_eq!((world.pending().await, world.jobs().await), (0, 0));
}
