//! `/api/metrics`.

mod journeys;

use crate::support::TestServer;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn applications_are_counted_by_month_source_and_stage(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let empty = ada
        .get("/metrics/get_application_count_by_month")
        .await
        .expect_status(200);
    assert_eq!(
        (
            empty["data"]["months"].as_array().map(Vec::len),
            &empty["data"]["series"]
        ),
        (Some(12), &json!([]))
    );
    for (day, source) in [
        ("2026-03-02", "LinkedIn"),
        ("2026-03-03", "LinkedIn"),
        ("2025-04-30", "Indeed"),
        ("2025-03-31", "Indeed"),
    ] {
        ada.add_application(
            json!({"job_title": "a", "company": "b", "source": source, "application_date": day}),
        )
        .await;
    }
    let by_month = ada
        .get("/metrics/get_application_count_by_month")
        .await
        .expect_status(200);
    assert_eq!(by_month["data"]["months"][0], "2025-04");
    assert_eq!(by_month["data"]["months"][11], "2026-03");
    assert_eq!(
        by_month["data"]["series"][0],
        json!({"source": "LinkedIn", "data": [0,0,0,0,0,0,0,0,0,0,0,2]})
    );
    assert_eq!(
        by_month["data"]["series"][1],
        json!({"source": "Indeed", "data": [1,0,0,0,0,0,0,0,0,0,0,0]})
    );
    let statuses = ada.get("/metrics/get_count_by_statuses").await.expect_status(200);
    let values: Vec<_> = statuses["data"]
        .as_array()
        .expect("stages")
        .iter()
        .map(|s| s["value"].as_i64())
        .collect();
    assert_eq!(values, [Some(0), Some(4), Some(0), Some(0), Some(0)]);
    assert_eq!(
        ada.get("/metrics/get_total_application_count")
            .await
            .expect_status(200)["data"],
        json!({"count": 4})
    );
    assert_eq!(
        ada.get("/metrics/get_total_application_count?x=1")
            .await
            .invalid_fields(),
        ["x"]
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn totals_words_and_job_titles_are_counted(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let empty = ada
        .get("/metrics/get_application_count_by_month_with_total")
        .await
        .expect_status(200);
    assert_eq!(
        empty["data"]["series"],
        json!([{"source": "Total", "data": vec![0; 12]}])
    );
    for (title, company, source) in [
        ("Data Analyst", "Basalt", "LinkedIn"),
        ("data analyst", "Basalt", "Other"),
        ("Data Analyst", "Fernway", "Indeed"),
        ("Baker", "Mill", "Indeed"),
    ] {
        ada.add_application(json!({"job_title": title, "company": company, "source": source}))
            .await;
    }
    let months = ada
        .get("/metrics/get_application_count_by_month_with_total")
        .await
        .expect_status(200);
    let series = months["data"]["series"].as_array().expect("series").clone();
    let names: Vec<_> = series
        .iter()
        .map(|s| s["source"].as_str().expect("name"))
        .collect();
    assert_eq!(names, ["Indeed", "LinkedIn", "Other", "Total"]);
    assert_eq!(series[3]["data"][11], 4);
    let words = ada
        .get("/metrics/get_word_count?limit=3")
        .await
        .expect_status(200);
    assert_eq!(
        words["data"],
        json!([{"word": "analyst", "value": 3}, {"word": "data", "value": 3}, {"word": "basalt", "value": 2}])
    );
    let titles = ada
        .get("/metrics/get_count_by_jobtitle_and_statuses")
        .await
        .expect_status(200);
    assert_eq!(titles["data"]["jobs"], json!(["Data Analyst", "Baker"]));
    assert_eq!(titles["data"]["statuses"][1], "Applied");
    assert_eq!(
        titles["data"]["data"][1],
        json!({"name": "Applied", "data": [3, 1]})
    );
    for path in ["get_word_count", "get_count_by_jobtitle_and_statuses"] {
        assert_eq!(
            ada.get(&format!("/metrics/{path}?limit=0"))
                .await
                .invalid_fields(),
            ["limit"]
        );
    }
}
