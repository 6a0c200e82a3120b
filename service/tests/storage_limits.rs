//! Limits of the data of one user, also with concurrent requests.
#![expect(clippy::expect_used, reason = "tests panic on unexpected errors")]

use domain::{
    ApiError, ErrorCode, JobApplicationId,
    files::AddFileInput,
    interviews::{AddInterviewInput, InterviewKind},
    jobapps::{
        AddApplicationInput, AddNoteInput, ApplicationRef, JobApplication, Note, NoteRef, Outcome,
        UpdateApplicationInput, UpdateNoteInput,
    },
    quotas::Quota,
    tasks::{AddTaskInput, TaskKind},
    views::{AddViewInput, ViewPage},
};
use futures_util::future::join_all;
use service::{Error, Services, context::Caller, interviews, jobapps, tasks, testing::TestApp, views};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};

fn code<T>(result: Result<T, Error>) -> Option<ErrorCode> {
    result.err().map(|error| ApiError::from(error).code)
}

async fn add(services: &Services, caller: &Caller) -> Result<JobApplication, Error> {
    let input = AddApplicationInput {
        job_title: "Baker".into(),
        company: "Fernway".into(),
        ..AddApplicationInput::default()
    };
    jobapps::add(services, caller, None, input).await
}

async fn add_note(
    services: &Services,
    caller: &Caller,
    id: JobApplicationId,
    text: &str,
) -> Result<Note, Error> {
    let input = AddNoteInput {
        jobapp_id: id,
        description: text.into(),
    };
    jobapps::add_note(services, caller, None, input).await
}

/// How many results are successes; all others are conflicts.
fn count_added<T>(results: Vec<Result<T, Error>>) -> usize {
    let (added, rejected): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    for result in rejected {
        assert_eq!(code(result), Some(ErrorCode::Conflict));
    }
    added.len()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn applications_of_a_user_have_a_limit(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.storage_limits.max_applications = 5;
    let ada = app.register_user("ada").await.expect("registered");
    let ben = app.register_user("ben").await.expect("registered");
    let services = &app.services;
    let first = add(services, &ada).await.expect("added");
    let results = join_all((0..12).map(|_| add(services, &ada))).await;
    assert_eq!(count_added(results), 4);
    let input = ApplicationRef { jobapp_id: first.id };
    jobapps::delete(services, &ada, input).await.expect("deleted");
    assert_eq!(
        code(add(services, &ada).await),
        Some(ErrorCode::Conflict),
        "the trash counts"
    );
    jobapps::restore(services, &ada, input).await.expect("restored");
    add(services, &ben).await.expect("another user's limit");
}

/// Two requests that are both about to add the last application.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_request_counts_the_application_of_the_first(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.storage_limits.max_applications = 1;
    let ada = app.register_user("ada").await.expect("registered");
    // The first request has inserted the application and waits with its event.
    let mut blocking = PgConnection::connect_with(&app.owner.connect_options())
        .await
        .expect("connection");
    blocking
        .execute("begin; lock table application_events in exclusive mode")
        .await
        .expect("locked");
    let requests: Vec<_> = (0..2)
        .map(|_| {
            let (services, ada) = (app.services.clone(), ada.clone());
            tokio::spawn(async move { add(&services, &ada).await })
        })
        .collect();
    let waiting = "select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())";
    loop {
        let waiting: i64 = sqlx::query_scalar(waiting)
            .fetch_one(&app.owner)
            .await
            .expect("count");
        if waiting == 2 {
            break;
        }
        tokio::task::yield_now().await;
    }
    blocking.close().await.expect("unlocked");
    let results = join_all(requests).await;
    let results = results.into_iter().map(|r| r.expect("no panic")).collect();
    assert_eq!(count_added(results), 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn notes_of_an_application_have_a_maximum_number_and_size(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.storage_limits.max_notes_per_application = 4;
    app.services.storage_limits.max_note_bytes_per_application = 40;
    let ada = app.register_user("ada").await.expect("registered");
    let services = &app.services;
    let (id, other) = (
        add(services, &ada).await.expect("added").id,
        add(services, &ada).await.expect("added").id,
    );
    let results = join_all((0..12).map(|_| add_note(services, &ada, id, "a"))).await;
    assert_eq!(count_added(results), 4);
    let notes = jobapps::list_notes(services, &ada, ApplicationRef { jobapp_id: id })
        .await
        .expect("notes");
    assert_eq!(notes.len(), 4);
    let update = |text: String| {
        let input = UpdateNoteInput {
            jobapp_note_id: notes[0].id,
            description: text,
        };
        jobapps::update_note(services, &ada, input)
    };
    // Bytes are counted, not characters.
    assert_eq!(code(update("ö".repeat(19)).await), Some(ErrorCode::Conflict));
    update("ö".repeat(18)).await.expect("37 and 3 bytes");
    assert_eq!(
        code(add_note(services, &ada, other, &"a".repeat(41)).await),
        Some(ErrorCode::Conflict)
    );
    add_note(services, &ada, other, &"a".repeat(40))
        .await
        .expect("another application's limit");
    let input = NoteRef {
        jobapp_note_id: notes[0].id,
    };
    jobapps::delete_note(services, &ada, input)
        .await
        .expect("deleted");
    add_note(services, &ada, id, "a")
        .await
        .expect("there is room again");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn notes_of_a_user_have_a_maximum_number_and_size(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.storage_limits.max_notes = 5;
    app.services.storage_limits.max_note_bytes = 20;
    let ada = app.register_user("ada").await.expect("registered");
    let ben = app.register_user("ben").await.expect("registered");
    let services = &app.services;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(add(services, &ada).await.expect("added").id);
    }
    let long = add_note(services, &ada, ids[0], &"a".repeat(21)).await;
    assert_eq!(code(long), Some(ErrorCode::Conflict));
    let requests = (0..12).map(|n| add_note(services, &ada, ids[n % ids.len()], "a"));
    assert_eq!(count_added(join_all(requests).await), 5);
    let id = add(services, &ben).await.expect("added").id;
    add_note(services, &ben, id, "a")
        .await
        .expect("another user's limit");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interviews_and_tasks_have_a_maximum_number(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    let limits = &mut app.services.storage_limits;
    (limits.max_interviews_per_application, limits.max_interviews) = (3, 4);
    (limits.max_tasks_per_application, limits.max_tasks) = (3, 4);
    let ada = app.register_user("ada").await.expect("registered");
    let services = &app.services;
    let (id, other) = (
        add(services, &ada).await.expect("added").id,
        add(services, &ada).await.expect("added").id,
    );
    let interview = |jobapp_id| {
        let input = AddInterviewInput {
            jobapp_id,
            kind: InterviewKind::Phone,
            starts_at: services.clock.now(),
            ends_at: None,
            time_zone: None,
            place: None,
            notes: None,
        };
        interviews::add(services, &ada, None, input)
    };
    let task = |jobapp_id| {
        let input = AddTaskInput {
            title: "Call".into(),
            kind: TaskKind::Task,
            jobapp_id: Some(jobapp_id),
            due_on: None,
            owner_id: None,
        };
        tasks::add(services, &ada, None, input)
    };
    assert_eq!(count_added(join_all((0..9).map(|_| interview(id))).await), 3);
    assert_eq!(count_added(join_all((0..9).map(|_| interview(other))).await), 1);
    assert_eq!(count_added(join_all((0..9).map(|_| task(id))).await), 3);
    assert_eq!(count_added(join_all((0..9).map(|_| task(other))).await), 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn saved_views_have_a_maximum_number(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.storage_limits.max_views = 3;
    let ada = app.register_user("ada").await.expect("registered");
    let add = || {
        let input = AddViewInput {
            name: "Open".into(),
            page: ViewPage::Board,
            query: String::new(),
        };
        views::add(&app.services, &ada, None, input)
    };
    assert_eq!(count_added(join_all((0..9).map(|_| add())).await), 3);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn history_of_an_application_has_a_maximum_length(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.storage_limits.max_events_per_application = 3;
    let ada = app.register_user("ada").await.expect("registered");
    let services = &app.services;
    let application = add(services, &ada).await.expect("added");
    let set = |outcome| {
        let input = UpdateApplicationInput {
            outcome: Some(outcome),
            status_id: None,
            ..UpdateApplicationInput::to_stage(application.id, application.application_status.id)
        };
        jobapps::move_stage(services, &ada, input)
    };
    set(Some(Outcome::Rejected)).await.expect("second event");
    set(None).await.expect("third event");
    assert_eq!(
        code(set(Some(Outcome::Accepted)).await),
        Some(ErrorCode::Conflict)
    );
    set(None).await.expect("it changes nothing");
    let events = jobapps::list_events(services, &ada, application.id)
        .await
        .expect("events");
    assert_eq!(events.len(), 3);
}

/// A second member of the tenant of the caller.
async fn join(app: &TestApp, of: &Caller, name: &str) -> Caller {
    let caller = app.register_user(name).await.expect("registered");
    sqlx::query("insert into memberships values ($1, $2, 'member', $3, now())")
        .bind(of.tenant.id.0)
        .bind(caller.user.id.0)
        .bind(name)
        .execute(&app.owner)
        .await
        .expect("membership");
    Caller {
        tenant: of.tenant.clone(),
        ..caller
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn quota_of_applications_counts_all_members_and_concurrent_requests(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.quotas.applications = 5;
    let ada = app.register_user("ada").await.expect("registered");
    let ben = join(&app, &ada, "ben").await;
    let services = &app.services;
    let callers = [&ada, &ben];
    let results = join_all((0..12).map(|n| add(services, callers[n % 2]))).await;
    let (added, rejected): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(added.len(), 5);
    for result in rejected {
        let error = ApiError::from(result.expect_err("rejected"));
        assert_eq!(error.code, ErrorCode::QuotaExceeded);
        let quota = error.quota.expect("which and how much");
        assert_eq!(
            (quota.quota, quota.limit, quota.used),
            (Quota::Applications, 5, 5)
        );
    }
    // A limit for this workspace alone.
    sqlx::query("update tenants set quotas = '{\"applications\": 6}' where id = $1")
        .bind(ada.tenant.id.0)
        .execute(&app.owner)
        .await
        .expect("override");
    add(services, &ada).await.expect("one more");
    assert_eq!(code(add(services, &ben).await), Some(ErrorCode::QuotaExceeded));
    let other = app.register_user("cleo").await.expect("registered");
    add(services, &other).await.expect("another workspace");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn quota_of_files_rejects_before_anything_is_stored(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.quotas.file_bytes = 10;
    let ada = app.register_user("ada").await.expect("registered");
    let application = add(&app.services, &ada).await.expect("added");
    let upload = |text: &'static str| {
        let input = AddFileInput {
            jobapp_id: Some(application.id.to_string()),
            kind: Some("other".into()),
            name: "x.txt".into(),
            content: Some(text.into()),
        };
        service::files::add(&app.services, &ada, None, input)
    };
    upload("eight ch").await.expect("stored");
    assert_eq!(code(upload("three").await), Some(ErrorCode::QuotaExceeded));
    upload("ab").await.expect("exactly full");
    let usage = service::quotas::list_usage(&app.services, &ada)
        .await
        .expect("usage");
    let used: Vec<_> = usage.iter().map(|u| (u.quota, u.used)).collect();
    assert_eq!(
        used,
        [
            (Quota::Applications, 1),
            (Quota::FileBytes, 10),
            (Quota::Mailboxes, 0),
            (Quota::Keys, 0),
            (Quota::WebhookEndpoints, 0)
        ]
    );
}
