//! Each way to add an application, in a workspace that has as many as it may have: nothing is half done.

use crate::fixture::{Fixture, confirmation, email};
use domain::{
    ApiError, ErrorCode,
    jobapps::{MergeApplicationsInput, SplitApplicationInput},
};
use service::{background::run_until_idle, jobapps, mail};
use sqlx::PgPool;

const EVENTS: &str = "select count(*) from application_events";
const APPLICATIONS: &str = "select count(*) from job_applications";

impl Fixture {
    /// Sets the maximum number of applications of the workspace.
    async fn limit(&self, applications: i64) {
        self.execute(&format!(
            "update tenants set quotas = '{{\"applications\": {applications}}}'"
        ))
        .await;
    }

    /// The numbers that quotas are checked with are those of the rows.
    async fn check_usage(&self) {
        let counted = "select coalesce(sum(used), 0)::bigint from usage_counts where quota = 'applications'";
        assert_eq!(self.count(counted).await, self.count(APPLICATIONS).await);
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn split_at_the_quota_changes_nothing(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let rejection = email(
        "Ovenworks",
        "Your application to Ovenworks",
        "10 Mar 2026",
        "Thank you for your interest in Ovenworks.\n\
         Unfortunately, we will not be moving forward with your application.",
    );
    fixture
        .import(&[confirmation("Ovenworks", "Baker", "1 Mar 2026"), rejection])
        .await;
    let application = fixture.at("Ovenworks").await;
    let before = fixture.detail(application.id).await;
    fixture.limit(1).await;
    let split = async || {
        let input = SplitApplicationInput {
            jobapp_id: application.id,
            mail_ids: vec![before.mails[0].id],
        };
        mail::split_application(&fixture.services, &fixture.ada, None, input)
            .await
            .map_err(|error| ApiError::from(error).code)
    };
    assert_eq!(split().await.expect_err("rejected"), ErrorCode::QuotaExceeded);
    assert_eq!(fixture.detail(application.id).await, before);
    fixture.limit(2).await;
    split().await.expect("split");
    fixture.check_usage().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn merge_and_its_undo_at_the_quota_add_nothing(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (first, other) = (
        fixture.add("Moss", "Clerk").await,
        fixture.add("Moss", "Cook").await,
    );
    fixture.limit(2).await;
    let input = MergeApplicationsInput {
        jobapp_id: first.id,
        other_id: other.id,
    };
    let merged = jobapps::merge(&fixture.services, &fixture.ada, input)
        .await
        .expect("merged");
    fixture.check_usage().await;
    let undo: domain::jobapps::UndoMergeInput =
        serde_json::from_value(serde_json::json!({ "merge_id": merged.merge_id })).expect("an input");
    jobapps::undo_merge(&fixture.services, &fixture.ada, undo)
        .await
        .expect("undone");
    assert_eq!(fixture.list().await.len(), 2);
    fixture.check_usage().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn import_of_email_near_the_quota_adds_applications_up_to_it(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.limit(2).await;
    let messages: Vec<_> = ["Moss", "Fernway", "Ovenworks", "Harbor"]
        .map(|company| confirmation(company, "Baker", "1 Mar 2026"))
        .into();
    fixture.import(&messages).await;
    assert_eq!(
        (fixture.count(APPLICATIONS).await, fixture.count(EVENTS).await),
        (2, 2)
    );
    let left = "select count(*) from mail_messages where application_id is null";
    assert_eq!(fixture.count(left).await, 2, "no email is lost");
    fixture.check_usage().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn import_of_csv_at_the_quota_reports_the_other_rows(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.limit(2).await;
    for dry_run in [true, false] {
        let mut upload = jobapps::begin_csv_import(&fixture.services, &fixture.ada, None)
            .await
            .expect("begun");
        upload.set_dry_run(dry_run);
        upload.start_file("jobs.csv").expect("started");
        let file = b"Company,Job title\r\nMoss,Clerk\r\nFernway,Cook\r\nHarbor,Baker\r\n";
        upload.write(file).await.expect("written");
        let started = upload.finish().await.expect("finished");
        run_until_idle(&fixture.services).await.expect("run");
        let import = jobapps::get_csv_import(&fixture.services, &fixture.ada, started.id)
            .await
            .expect("import");
        assert_eq!((import.created, import.bad_rows), (2, 1), "dry run: {dry_run}");
    }
    assert_eq!(
        (fixture.count(APPLICATIONS).await, fixture.count(EVENTS).await),
        (2, 2)
    );
    fixture.check_usage().await;
}

/// Deleted applications count until they are purged, with their parts and files.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn purged_applications_leave_room_for_others(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (first, other) = (
        fixture.add("Moss", "Clerk").await,
        fixture.add("Moss", "Cook").await,
    );
    let kept = fixture.add("Fernway", "Baker").await;
    for id in [first.id, kept.id] {
        let file = domain::files::AddFileInput {
            jobapp_id: Some(id.to_string()),
            kind: Some("other".into()),
            name: "x.txt".into(),
            content: Some(b"twelve bytes".to_vec()),
        };
        service::files::add(&fixture.services, &fixture.ada, None, file)
            .await
            .expect("file");
    }
    let input = MergeApplicationsInput {
        jobapp_id: first.id,
        other_id: other.id,
    };
    jobapps::merge(&fixture.services, &fixture.ada, input)
        .await
        .expect("merged");
    let first = domain::jobapps::ApplicationRef { jobapp_id: first.id };
    jobapps::delete(&fixture.services, &fixture.ada, first)
        .await
        .expect("deleted");
    fixture.check_usage().await;
    fixture.advance_days(31);
    jobapps::purge(&fixture.services).await.expect("purged");
    assert_eq!(fixture.count(APPLICATIONS).await, 1);
    fixture.check_usage().await;
    let bytes = "select used from usage_counts where quota = 'file_bytes'";
    assert_eq!(fixture.count(bytes).await, 12);
}
