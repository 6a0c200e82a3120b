//! RLS-15: with a million applications of a thousand workspaces, every list reads only what its page needs, and a request
//! is as few statements as it can be. The plans are
//! those of the very statements, as the database tells them while it runs them.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

mod filled;
mod plan;

use domain::{
    jobapps::{JobappRef, ListJobappsInput, Outcome, Sort, UpdateJobappInput},
    mail::ListMailsInput,
    metrics::MostFrequent,
    tenants::Tenant,
};
use plan::Plans;
use service::{jobapps, mail, metrics, tenants::Caller, testing::Bench};
use sqlx::PgPool;

/// Applications of one person; a filter reads and sorts at most these, and an order alone only its page.
const OWN: f64 = 1000.0;
const PAGE: u32 = 50;

async fn every_list(bench: &Bench, ada: &Caller, plans: &Plans) {
    let stage = jobapps::statuses(&bench.services, ada).await.expect("stages")[2].id;
    let day = |text: &str| Some(text.parse().expect("a day"));
    let all = ListJobappsInput::default;
    let filters = [
        ("nothing", all()),
        (
            "stage",
            ListJobappsInput {
                status_id: Some(stage),
                ..all()
            },
        ),
        (
            "text",
            ListJobappsInput {
                q: Some("company 77".into()),
                ..all()
            },
        ),
        (
            "source",
            ListJobappsInput {
                source: Some("Indeed".into()),
                ..all()
            },
        ),
        (
            "outcome",
            ListJobappsInput {
                outcome: Some(Outcome::Rejected),
                ..all()
            },
        ),
        (
            "from",
            ListJobappsInput {
                applied_from: day("2026-01-01"),
                ..all()
            },
        ),
        (
            "to",
            ListJobappsInput {
                applied_to: day("2025-01-01"),
                ..all()
            },
        ),
        (
            "days",
            ListJobappsInput {
                applied_from: day("2025-06-01"),
                applied_to: day("2025-07-01"),
                ..all()
            },
        ),
    ];
    for (name, filter) in filters {
        for sort in [Sort::ApplyDate, Sort::UpdatedAt, Sort::Company] {
            let mut input = ListJobappsInput {
                sort: Some(sort),
                limit: Some(PAGE),
                ..filter.clone()
            };
            for page in 1..=2 {
                plans.take();
                let answer = jobapps::list(&bench.services, ada, input.clone())
                    .await
                    .expect("page");
                assert!(!answer.data.is_empty(), "the control: {name} finds something");
                let what = format!("{name} by {sort:?}, page {page}");
                let alone = name == "nothing";
                // Comparing texts may not come before the policies, so the later pages of this order begin at the
                // person's first row. Dates, times and ids may.
                let from_the_start = sort == Sort::Company && page > 1;
                let most = if alone && !from_the_start {
                    f64::from(PAGE) + 1.0
                } else {
                    OWN
                };
                plans.check(&what, "job_application", most, alone);
                input.cursor = answer.pagination.next_cursor;
                if input.cursor.is_none() {
                    break;
                }
            }
        }
    }
}

async fn mails(bench: &Bench, ada: &Caller, plans: &Plans) {
    let mut cursor = None;
    for page in 1..=2 {
        plans.take();
        let input = ListMailsInput {
            cursor,
            limit: Some(PAGE),
        };
        let answer = mail::get_user_google_emails(&bench.services, ada, input)
            .await
            .expect("mails");
        assert_eq!(answer.data.len(), 50);
        plans.check(&format!("mails, page {page}"), "mail_message", OWN, true);
        cursor = answer.pagination.next_cursor;
    }
}

/// A request is three messages: begin and enter, one statement, commit. A change locks before it decides, which is one more.
async fn requests(bench: &Bench, ada: &Caller, plans: &Plans) {
    let s = &bench.services;
    let page = jobapps::list(s, ada, ListJobappsInput::default()).await;
    let jobapp = page.expect("page").data.remove(0);
    let stages = jobapps::statuses(s, ada).await.expect("stages");
    plans.take();
    for table in ["job_application", "application_event", "note", "mail_message"] {
        let here = JobappRef { jobapp_id: jobapp.id };
        let detail = jobapps::detail(s, ada, here).await.expect("detail");
        assert_eq!(detail.jobapp, jobapp);
        assert_eq!(plans.check("detail", table, 1.0, false), 1);
    }
    metrics::total(s, ada).await.expect("total");
    assert_eq!(plans.check("total", "job_application", OWN, true), 1);
    let most = MostFrequent::default();
    metrics::by_title(s, ada, most).await.expect("titles");
    assert_eq!(plans.check("titles", "job_application", OWN, false), 1);
    let other = stages.iter().find(|stage| **stage != jobapp.application_status);
    let wish = UpdateJobappInput::to_stage(jobapp.id, other.expect("another").id);
    jobapps::update(s, ada, wish).await.expect("moved");
    assert_eq!(plans.check("update", "job_application", 1.0, true), 2);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn lists_read_what_their_page_needs(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let ada = bench.person("ada").await.expect("ada");
    let Tenant { id: tenant, .. } = ada.tenant;
    let began = std::time::Instant::now();
    filled::fill(&bench.owner).await;
    println!("filled for {tenant} in {:?}", began.elapsed());
    let (plans, _heard) = Plans::listen();
    plan::tell(&bench.owner).await;
    // Those that were connected before do not tell.
    let fresh = Bench::new(bench.owner.clone()).expect("bench");
    every_list(&fresh, &ada, &plans).await;
    mails(&fresh, &ada, &plans).await;
    requests(&fresh, &ada, &plans).await;

    // The check has teeth: without its index, an order alone means sorting everything.
    sqlx::raw_sql("drop index job_application_by_company; analyze job_application")
        .execute(&bench.owner)
        .await
        .expect("dropped");
    plans.take();
    let input = ListJobappsInput {
        sort: Some(Sort::Company),
        limit: Some(PAGE),
        ..ListJobappsInput::default()
    };
    jobapps::list(&fresh.services, &ada, input).await.expect("page");
    assert!(plan::faults(&plans.take(), "job_application", f64::from(PAGE) + 1.0, true).is_some());
}
