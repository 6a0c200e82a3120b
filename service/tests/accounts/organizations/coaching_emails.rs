//! Emails about tasks, requests for access and grants. Those about comments are in `comment_emails`.

use super::{Team, execute};
use crate::support::{MockSmtp, ReceivedEmail, run_jobs, test_app_with_smtp};
use chrono::TimeDelta;
use domain::{
    AccessRequestId, JobApplicationId, TaskId,
    coaching::{
        AccessGrantRef, AccessRequestRef, AccessScope, AddCommentInput, AnswerAccessRequestInput,
        CommentEmails, GrantAccessInput, RequestAccessInput,
    },
    tasks::{AddTaskInput, TaskKind, TaskRef},
    tenants::Role,
};
use service::{
    coaching,
    context::{Caller, ClientInfo},
    tasks,
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
    /// A member who has granted nothing, and a coach. Nobody has been emailed yet.
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
        world.pass(0).await;
        world
    }

    async fn ask(&self) -> AccessRequestId {
        let input = RequestAccessInput {
            user_id: self.member.user.id,
            scope: AccessScope::Comment,
            message: Some("CANARY".into()),
        };
        let services = &self.team.app.services;
        let asked =
            coaching::request_access(services, &self.coach, None, input, &ClientInfo::unknown()).await;
        asked.expect("asked").id
    }

    async fn grant(&self) -> AccessGrantRef {
        let input = GrantAccessInput {
            viewer_id: self.coach.user.id,
            scope: AccessScope::Comment,
            expires_at: None,
        };
        let granted = coaching::grant_access(&self.team.app.services, &self.member, input).await;
        AccessGrantRef {
            grant_id: granted.expect("granted").id,
        }
    }

    async fn assign(&self, application: Option<JobApplicationId>) -> TaskId {
        let input = AddTaskInput {
            title: "CANARY".into(),
            kind: TaskKind::default(),
            jobapp_id: application,
            due_on: None,
            owner_id: Some(self.member.user.id),
        };
        let added = tasks::add(&self.team.app.services, &self.coach, None, input).await;
        added.expect("assigned").id
    }

    async fn comment(&self) {
        let input = AddCommentInput {
            jobapp_id: self.application,
            owner_id: Some(self.member.user.id),
            text: "CANARY".into(),
        };
        let added = coaching::add_comment(&self.team.app.services, &self.coach, None, input).await;
        added.expect("commented");
    }

    /// Moves the clock and runs the jobs. The queue has the clock of the database, so all jobs become due.
    async fn pass(&self, minutes: i64) -> Vec<ReceivedEmail> {
        let app = &self.team.app;
        app.clock.advance(TimeDelta::minutes(minutes));
        execute(app, "update background_jobs set run_at = now()").await;
        run_jobs(app).await;
        let emails = self.smtp.emails();
        self.smtp.clear();
        for email in &emails {
            assert!(
                !email.raw.contains("CANARY"),
                "no text that someone wrote is sent"
            );
        }
        emails
    }

    /// The subject and the text of the only email of the next three minutes.
    async fn next_email(&self, to: &Caller) -> (String, String) {
        let emails = self.pass(3).await;
        let [email] = emails.as_slice() else {
            panic!("{emails:?}")
        };
        assert_eq!(email.to, [format!("<{}>", to.user.email)]);
        assert_eq!(email.headers("List-Unsubscribe-Post").len(), 1);
        let subject = email.headers("Subject").concat();
        (subject, email.text().replace("\r\n", "\n"))
    }

    async fn pending(&self) -> i64 {
        self.team
            .count("select count(*) from coaching_notifications")
            .await
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn request_for_access_is_emailed_to_the_member(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    world.ask().await;
    let (subject, text) = world.next_email(&world.member).await;
    assert_eq!(subject, "A request to see your applications on JobHax");
    assert!(
        text.contains("Your applications in Career Center\n- carl asks for access\n"),
        "{text}"
    );
    let link = format!("/w/{}/settings/sharing\n", world.member.tenant.slug);
    assert!(text.contains(&link), "{text}");
    assert_eq!(world.pending().await, 0);
    assert!(world.pass(120).await.is_empty(), "sent once");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn request_that_was_withdrawn_or_answered_is_not_emailed(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    let services = &world.team.app.services;
    let request_id = world.ask().await;
    let withdrawn = AccessRequestRef { request_id };
    coaching::withdraw_access_request(services, &world.coach, withdrawn)
        .await
        .expect("withdrawn");
    assert!(world.pass(3).await.is_empty());
    world.team.app.clock.advance(TimeDelta::days(2));
    let declined = AnswerAccessRequestInput {
        request_id: world.ask().await,
        grant: false,
        scope: None,
        expires_at: None,
    };
    coaching::answer_access_request(services, &world.member, declined)
        .await
        .expect("declined");
    assert!(world.pass(3).await.is_empty());
    assert_eq!(world.pending().await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn access_is_emailed_to_the_coach_until_it_is_revoked(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    let services = &world.team.app.services;
    let granted = world.grant().await;
    coaching::revoke_access(services, &world.member, granted)
        .await
        .expect("revoked");
    assert!(world.pass(3).await.is_empty());
    let request_id = world.ask().await;
    let input = AnswerAccessRequestInput {
        request_id,
        grant: true,
        scope: None,
        expires_at: None,
    };
    coaching::answer_access_request(services, &world.member, input)
        .await
        .expect("granted");
    let (subject, text) = world.next_email(&world.coach).await;
    assert_eq!(subject, "New clients on JobHax");
    assert!(
        text.contains("\nmia\n- You have access to the applications\n"),
        "{text}"
    );
    let link = format!(
        "/w/{}/clients/{}/board\n",
        world.coach.tenant.slug, world.member.user.id
    );
    assert!(text.contains(&link), "{text}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn assigned_tasks_and_comments_share_one_email(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    world.grant().await;
    world.pass(3).await;
    world.assign(Some(world.application)).await;
    let (subject, text) = world.next_email(&world.member).await;
    assert_eq!(subject, "New tasks on JobHax");
    assert!(text.contains("Baker, Hearth\n- carl: 1 task\n"), "{text}");

    world.assign(Some(world.application)).await;
    world.assign(None).await;
    world.comment().await;
    assert!(world.pass(30).await.is_empty(), "collected for an hour");
    let emails = world.pass(30).await;
    let [email] = emails.as_slice() else {
        panic!("{emails:?}")
    };
    assert_eq!(email.headers("Subject"), ["News on JobHax"]);
    let text = email.text().replace("\r\n", "\n");
    assert!(
        text.contains("Baker, Hearth\n- carl: 1 comment\n- carl: 1 task\n"),
        "{text}"
    );
    let today = format!("/w/{}/today\n", world.member.tenant.slug);
    assert!(
        text.contains("Other tasks\n- carl: 1 task\n") && text.contains(&today),
        "{text}"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn withdrawn_and_done_tasks_are_not_emailed(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    let services = &world.team.app.services;
    let granted = world.grant().await;
    world.pass(3).await;
    let withdrawn = TaskRef {
        task_id: world.assign(None).await,
    };
    tasks::delete(services, &world.coach, withdrawn)
        .await
        .expect("withdrawn");
    world.assign(None).await;
    execute(&world.team.app, "update tasks set done_at = now()").await;
    assert!(world.pass(3).await.is_empty());
    world.assign(None).await;
    coaching::revoke_access(services, &world.member, granted)
        .await
        .expect("revoked");
    assert!(world.pass(3).await.is_empty(), "nothing after the grant ended");
    assert_eq!(world.pending().await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn people_who_cannot_be_emailed_about_coaching_are_not(pool: PgPool) {
    let world = Box::pin(World::new(pool)).await;
    let services = &world.team.app.services;
    let off = CommentEmails { enabled: false };
    coaching::set_comment_emails(services, &world.member, off)
        .await
        .expect("turned off");
    world.ask().await;
    execute(
        &world.team.app,
        "update users set email_verified_at = null where email like 'carl@%'",
    )
    .await;
    world.grant().await;
    assert_eq!(world.pending().await, 0, "turned off, not confirmed");
    execute(
        &world.team.app,
        "update users set email_verified_at = now(), expires_at = now() + interval '1 day' where email like 'carl@%'",
    )
    .await;
    world.grant().await;
    assert_eq!(world.pending().await, 0, "a demo account");
    assert!(world.pass(120).await.is_empty());
}
