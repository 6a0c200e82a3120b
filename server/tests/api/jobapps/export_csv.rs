//! The export as CSV.

use crate::support::TestServer;
use domain::jobapps::csv::unmark_formula;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn export_csv_has_the_filtered_applications_and_their_history(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let added = ada
        .add_application(json!({
            "job_title": "=HYPERLINK(\"x\")", "company": "Fernway, \"Ltd\"", "application_date": "2026-03-01",
            "tags": ["a;b", "remote"], "location": "-1", "source": "\u{27}quoted",
            "salary": { "min": 50000, "currency": "EUR", "period": "year" },
        }))
        .await;
    ada.add_application(json!({ "job_title": "Clerk", "company": "Moss", "application_date": "2026-03-02" }))
        .await;
    let offer = json!({ "jobapp_id": added["id"], "status_id": ada.stage_id("offer").await, "outcome": "accepted",
        "occurred_at": "2026-03-05T09:00:00Z" });
    ada.post("/jobapps/update_jobapp", offer).await.expect_status(200);

    let all = ada.get("/jobapps/export_csv").await;
    assert_eq!(all.header("content-type"), "text/csv");
    assert!(
        all.header("content-disposition")
            .starts_with("attachment; filename=\"jobhax-applications-")
    );
    let lines: Vec<&str> = all.text.split("\r\n").collect();
    assert!(
        lines[0].starts_with("\u{feff}Company,Job title,Stage,Outcome,Applied on,"),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].starts_with("Moss,Clerk,Applied,,2026-03-02,Manual,"),
        "{}",
        lines[1]
    );
    let expected = "\"Fernway, \"\"Ltd\"\"\",\"'=HYPERLINK(\"\"x\"\")\",Offer,accepted,2026-03-01,''quoted,'-1,,50000,,EUR,year,a\\;b; remote,";
    assert!(lines[2].starts_with(expected), "{}", lines[2]);
    assert_eq!(lines.len(), 4, "a line ends each row");
    assert_eq!(unmark_formula("''quoted"), "'quoted");

    let filtered = ada.get("/jobapps/export_csv?open=false&history=true").await.text;
    assert!(!filtered.contains("Moss"), "{filtered}");
    assert!(
        filtered.contains("\"2026-03-01T00:00:00Z open Applied\n2026-03-05T09:00:00Z accepted Offer\"\r\n"),
        "{filtered}"
    );
    let invalid = ada.get("/jobapps/export_csv?applied_from=x").await;
    assert_eq!(invalid.invalid_fields(), ["applied_from"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn export_csv_of_many_pages_has_each_application_once(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    ada.add_application(json!({ "job_title": "Clerk", "company": "Moss" }))
        .await;
    sqlx::query(
        "insert into job_applications (tenant_id, owner_id, id, job_title, company, search_text, match_key, stage_id,
           stage_changed_at, apply_date, source, created_at, updated_at)
         select tenant_id, owner_id, gen_random_uuid(), 'Clerk ' || n, 'Company ' || n % 7, '', '', stage_id, now(), apply_date - n % 30,
           'x', now(), now()
         from job_applications cross join generate_series(1, 1200) n",
    )
    .execute(&server.owner)
    .await
    .expect("inserted");
    for query in ["", "?sort=company&reverse=true", "?sort=job_title"] {
        let text = ada.get(&format!("/jobapps/export_csv{query}")).await.text;
        let mut rows: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(rows.len(), 1201, "{query}");
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), 1201, "{query}");
    }
}
