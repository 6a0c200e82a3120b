//! With a million applications in a thousand tenants, every list reads only the rows of its page, and use cases run as few
//! statements as possible. The plans are those of the statements themselves, as logged by `auto_explain`.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests panic on unexpected errors and measure time"
)]

mod fixtures;
mod members;
mod plans;

use domain::{
    jobapps::{ApplicationRef, ListApplicationsInput, Outcome, Sort, UpdateApplicationInput},
    mail::ListMessagesInput,
    metrics::{MetricsQuery, TopQuery},
    tenants::Tenant,
};
use plans::Plans;
use service::{background::run_until_idle, context::Caller, jobapps, mail, metrics, testing::TestApp};
use sqlx::PgPool;
use std::sync::Arc;

/// Applications of one user. A filtered list may read and sort all of these, an unfiltered one only its page.
const OWN_ROWS: f64 = 1000.0;
const PAGE_SIZE: u32 = 50;
/// Messages that an import matches in one transaction.
const IMPORT_BATCH_SIZE: f64 = 200.0;

async fn check_application_lists(app: &TestApp, ada: &Caller, plans: &Plans) {
    let stage = jobapps::list_stages(&app.services, ada).await.expect("stages")[2].id;
    let day = |text: &str| Some(text.parse().expect("day"));
    let all = ListApplicationsInput::default;
    let filters = [
        ("no filter", all()),
        (
            "stage",
            ListApplicationsInput {
                status_id: Some(stage),
                ..all()
            },
        ),
        (
            "text",
            ListApplicationsInput {
                q: Some("company 77".into()),
                ..all()
            },
        ),
        (
            "source",
            ListApplicationsInput {
                source: Some("Indeed".into()),
                ..all()
            },
        ),
        (
            "outcome",
            ListApplicationsInput {
                outcome: Some(Outcome::Rejected),
                ..all()
            },
        ),
        (
            "from",
            ListApplicationsInput {
                applied_from: day("2026-01-01"),
                ..all()
            },
        ),
        (
            "to",
            ListApplicationsInput {
                applied_to: day("2025-01-01"),
                ..all()
            },
        ),
        (
            "days",
            ListApplicationsInput {
                applied_from: day("2025-06-01"),
                applied_to: day("2025-07-01"),
                ..all()
            },
        ),
    ];
    for (name, filter) in filters {
        for sort in Sort::ALL {
            let mut input = ListApplicationsInput {
                sort: Some(sort),
                limit: Some(PAGE_SIZE),
                ..filter.clone()
            };
            for page in 1..=2 {
                plans.drain();
                let response = jobapps::list(&app.services, ada, input.clone())
                    .await
                    .expect("page");
                assert!(!response.data.is_empty(), "control: {name} finds rows");
                let description = format!("{name} by {sort:?}, page {page}");
                let is_unfiltered = name == "no filter";
                // Text comparison is not leakproof, so Postgres evaluates the policies before it, and later pages of these
                // orders read the user's rows from the beginning. Comparisons of dates, times and ids are leakproof.
                let is_name = matches!(sort, Sort::Company | Sort::JobTitle);
                let reads_from_first_row = is_name && page > 1;
                let max_rows = if is_unfiltered && !reads_from_first_row {
                    f64::from(PAGE_SIZE) + 1.0
                } else {
                    OWN_ROWS
                };
                plans.check(&description, "job_applications", max_rows, is_unfiltered);
                input.cursor = response.pagination.next_cursor;
                if input.cursor.is_none() {
                    break;
                }
            }
        }
    }
}

async fn check_message_list(app: &TestApp, ada: &Caller, plans: &Plans) {
    let mut cursor = None;
    for page in 1..=2 {
        plans.drain();
        let input = ListMessagesInput {
            cursor,
            limit: Some(PAGE_SIZE),
        };
        let response = mail::get_user_google_emails(&app.services, ada, input)
            .await
            .expect("messages");
        assert_eq!(response.data.len(), 50);
        plans.check(&format!("messages, page {page}"), "mail_messages", OWN_ROWS, true);
        cursor = response.pagination.next_cursor;
    }
}

/// A use case takes three round trips: begin with tenant context, one statement, commit. A change locks the row first, which
/// is one more.
async fn check_statement_counts(app: &TestApp, ada: &Caller, plans: &Plans) {
    let s = &app.services;
    let page = jobapps::list(s, ada, ListApplicationsInput::default()).await;
    let application = page.expect("page").data.remove(0);
    let stages = jobapps::list_stages(s, ada).await.expect("stages");
    plans.drain();
    for table in ["job_applications", "application_events", "notes", "mail_messages"] {
        let input = ApplicationRef {
            jobapp_id: application.id,
        };
        let detail = jobapps::get_detail(s, ada, input).await.expect("detail");
        assert_eq!(detail.jobapp, application);
        // The second one finds how long nothing has happened to it.
        assert_eq!(plans.check("detail", table, 1.0, false), 2);
    }
    metrics::total(s, ada, &MetricsQuery::default())
        .await
        .expect("total");
    assert_eq!(plans.check("total", "job_applications", OWN_ROWS, true), 1);
    metrics::by_title(s, ada, TopQuery::default())
        .await
        .expect("titles");
    assert_eq!(plans.check("titles", "job_applications", OWN_ROWS, false), 1);
    let other = stages
        .iter()
        .find(|stage| **stage != application.application_status);
    let input = UpdateApplicationInput::to_stage(application.id, other.expect("other stage").id);
    jobapps::move_stage(s, ada, input).await.expect("moved");
    assert_eq!(plans.check("update", "job_applications", 1.0, true), 2);
}

/// The statistics were collected before the tenant existed, so the planner expects no rows of it. Nevertheless no statement of
/// its import reads more rows than a batch has. Without that, a join scans all rows once per message: millions.
async fn check_import_of_new_tenant(app: &TestApp, plans: &Plans) {
    const MESSAGES: usize = 3000;
    plans::include_nested_statements(&app.owner).await;
    let mut services = TestApp::new(app.owner.clone()).expect("app").services;
    // Does not repeat the ids of the other app.
    services.rng = app.services.rng.clone();
    let services = Arc::new(services);
    let disable = "alter table mail_messages set (autovacuum_enabled = off); alter table job_applications set (autovacuum_enabled = off); \
                   alter table application_events set (autovacuum_enabled = off)";
    sqlx::raw_sql(disable)
        .execute(&app.owner)
        .await
        .expect("disabled");
    let ben = app.register_user("ben").await.expect("ben");
    let mut file = String::new();
    for n in 0..MESSAGES {
        let (subject, text, day) = if n < MESSAGES / 2 {
            (
                "Thank you for applying to",
                "We have received your application and will read it with care.",
                1,
            )
        } else {
            (
                "Your application to",
                "Unfortunately, we will not be moving forward with your application.",
                20,
            )
        };
        let (company, minute) = (format!("Moss {}", n % (MESSAGES / 2)), n % 60);
        let message = format!(
            "From someone@inbox.example Tue Jan 13 08:30:04 2026\nFrom: {company} <no-reply@us.greenhouse-mail.io>\n\
             Subject: {subject} {company}\nMessage-ID: <{n}@mail.example>\nDate: {day} Jan 2026 10:{minute:02}:00 +0000\n\n\
             Thank you for applying for the Baker position at {company}.\n{text}\n\n"
        );
        file.push_str(&message);
    }
    let mut upload = mail::begin_import(&services, &ben, None).await.expect("begun");
    upload.start_file("all.mbox").await.expect("file");
    upload.write(file.as_bytes()).await.expect("written");
    let import = upload.finish().await.expect("enqueued");
    plans.drain();
    let started = std::time::Instant::now();
    run_until_idle(&services).await.expect("imported");
    println!("imported {MESSAGES} messages in {:?}", started.elapsed());
    let import = mail::get_import(&services, &ben, import.id)
        .await
        .expect("import");
    assert_eq!(import.applications_created, 1500);
    assert_eq!(import.applications_updated, 1500);
    let plans = plans.drain();
    assert!(plans.len() > 3000, "control: nested statements are logged");
    let (rows, plan) = plans::largest_scan(
        &plans,
        &[
            "mail_messages",
            "job_applications",
            "application_events",
            "usage_counts",
        ],
    );
    assert!(rows <= IMPORT_BATCH_SIZE, "a scan reads {rows} rows: {plan:#?}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn use_cases_read_only_the_rows_they_need(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let ada = app.register_user("ada").await.expect("ada");
    let Tenant { id: tenant, .. } = ada.tenant;
    let started = std::time::Instant::now();
    fixtures::insert(&app.owner).await;
    println!("inserted fixtures for {tenant} in {:?}", started.elapsed());
    let (plans, _guard) = Plans::collect();
    plans::enable_auto_explain(&app.owner).await;
    // Existing connections do not log their plans.
    let app_with_plans = TestApp::new(app.owner.clone()).expect("app");
    check_application_lists(&app_with_plans, &ada, &plans).await;
    check_message_list(&app_with_plans, &ada, &plans).await;
    check_statement_counts(&app_with_plans, &ada, &plans).await;
    Box::pin(check_import_of_new_tenant(&app, &plans)).await;

    // Control: without its index, an unfiltered list is detected to sort all rows.
    sqlx::raw_sql("drop index job_applications_company_idx; analyze job_applications")
        .execute(&app.owner)
        .await
        .expect("dropped");
    plans.drain();
    let input = ListApplicationsInput {
        sort: Some(Sort::Company),
        limit: Some(PAGE_SIZE),
        ..ListApplicationsInput::default()
    };
    jobapps::list(&app_with_plans.services, &ada, input)
        .await
        .expect("page");
    assert!(
        plans::find_problem(
            &plans.drain(),
            "job_applications",
            f64::from(PAGE_SIZE) + 1.0,
            true
        )
        .is_some()
    );
}
