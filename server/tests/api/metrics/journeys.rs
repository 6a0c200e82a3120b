//! Metrics computed from the event history: funnel, paths, response times, rates, pace and goal.

use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

/// An application sent on 2 March 2026, with the days in March on which it is moved and closed.
async fn add(client: &TestClient, source: &str, moves: &[(&str, u32)], end: Option<(&str, u32)>) {
    let application = client
        .add_application(
            json!({"job_title": "Analyst", "company": "Basalt", "source": source, "application_date": "2026-03-02"}),
        )
        .await;
    let id = application["id"].clone();
    let at = |day: u32| format!("2026-03-{day:02}T12:00:00Z");
    for (kind, day) in moves {
        let status = client.stage_id(kind).await;
        let body = json!({"jobapp_id": id, "status_id": status, "occurred_at": at(*day)});
        client
            .post("/jobapps/update_jobapp", body)
            .await
            .expect_status(200);
    }
    if let Some((outcome, day)) = end {
        let body = json!({"jobapp_id": id, "outcome": outcome, "occurred_at": at(day)});
        client
            .post("/jobapps/update_jobapp", body)
            .await
            .expect_status(200);
    }
}

async fn metric(client: &TestClient, path: &str) -> Value {
    client.get(&format!("/metrics/{path}")).await.expect_status(200)["data"].clone()
}

/// Four applications: rejected immediately, rejected after an interview, in conversation, and waiting.
async fn seed(client: &TestClient) {
    add(client, "LinkedIn", &[], Some(("rejected", 5))).await;
    add(
        client,
        "Referral",
        &[("screening", 6), ("interview", 9)],
        Some(("rejected", 10)),
    )
    .await;
    add(client, "Referral", &[("screening", 4)], None).await;
    add(client, "LinkedIn", &[], None).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn funnel_and_flow_count_what_was_ever_reached(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    assert_eq!(metric(&ada, "get_flow").await, json!({"nodes": [], "links": []}));
    seed(&ada).await;
    let funnel = metric(&ada, "get_funnel").await;
    let reached: Vec<_> = funnel["stages"]
        .as_array()
        .expect("stages")
        .iter()
        .map(|s| {
            (
                s["kind"].as_str().expect("kind"),
                s["reached"].as_u64(),
                s["median_days"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        reached,
        [
            ("applied", Some(4), None),
            ("screening", Some(2), Some(2)),
            ("interview", Some(1), Some(3)),
            ("offer", Some(0), None)
        ]
    );
    let flow = metric(&ada, "get_flow").await;
    let links: Vec<_> = flow["links"]
        .as_array()
        .expect("links")
        .iter()
        .map(|l| {
            (
                l["source"].as_str().expect("id"),
                l["target"].as_str().expect("id"),
                l["value"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        links,
        [
            ("applied", "screening", Some(2)),
            ("applied", "applied:open", Some(1)),
            ("applied", "applied:rejected", Some(1)),
            ("screening", "interview", Some(1)),
            ("screening", "screening:open", Some(1)),
            ("interview", "interview:rejected", Some(1)),
        ]
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn response_times_and_rates_count_responses_of_employers(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    seed(&ada).await;
    let times = metric(&ada, "get_response_times").await;
    assert_eq!(
        (&times["applications"], &times["responses"]),
        (&json!(4), &json!(3))
    );
    assert_eq!(
        (
            &times["lower_quartile_days"],
            &times["median_days"],
            &times["upper_quartile_days"]
        ),
        (&json!(2), &json!(3), &json!(4))
    );
    let rates = metric(&ada, "get_response_rates").await;
    let total = &rates["total"];
    assert_eq!(
        (&total["responses"], &total["conversations"]),
        (&json!(3), &json!(2))
    );
    let sources: Vec<_> = rates["sources"]
        .as_array()
        .expect("sources")
        .iter()
        .map(|s| {
            (
                s["source"].as_str().expect("name"),
                s["response_rate"].as_f64(),
                s["conversation_rate"].as_f64(),
            )
        })
        .collect();
    assert_eq!(
        sources,
        [
            ("LinkedIn", Some(0.5), Some(0.0)),
            ("Referral", Some(1.0), Some(1.0))
        ]
    );
    let only = metric(&ada, "get_response_rates?source=Referral").await;
    assert_eq!(only["total"]["applications"], 2);
    let none = metric(&ada, "get_funnel?from=2026-03-03").await;
    assert_eq!(none["stages"][0]["reached"], 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn goal_is_set_shown_and_removed(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    seed(&ada).await;
    assert_eq!(metric(&ada, "get_pace").await["weekly_goal"], Value::Null);
    let set = |goal: Value| ada.post("/metrics/set_goal", json!({"weekly_goal": goal}));
    assert_eq!(
        set(json!(4)).await.expect_status(200)["data"],
        json!({"weekly_goal": 4})
    );
    set(json!(5)).await.expect_status(200);
    let pace = metric(&ada, "get_pace?from=2026-03-01&to=2026-03-08").await;
    assert_eq!(pace["weekly_goal"], 5);
    assert_eq!(
        pace["weeks"],
        json!([
            {"week": "2026-02-23", "applications": 0},
            {"week": "2026-03-02", "applications": 4},
        ])
    );
    assert_eq!(set(json!(-1)).await.invalid_fields(), ["weekly_goal"]);
    set(json!(0)).await.expect_status(200);
    assert_eq!(metric(&ada, "get_pace").await["weekly_goal"], Value::Null);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn filters_hold_for_every_metric(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    seed(&ada).await;
    ada.add_application(
        json!({"job_title": "Baker", "company": "Mill", "source": "Indeed", "application_date": "2025-01-10"}),
    )
    .await;
    let filter = "from=2025-01-01&to=2025-12-31&source=Indeed";
    assert_eq!(
        metric(&ada, &format!("get_total_application_count?{filter}")).await["count"],
        1
    );
    let months = metric(&ada, &format!("get_application_count_by_month?{filter}")).await;
    assert_eq!(months["months"][0], "2025-01");
    assert_eq!(months["months"].as_array().map(Vec::len), Some(12));
    assert_eq!(months["series"].as_array().map(Vec::len), Some(1));
    let stages = metric(&ada, &format!("get_count_by_statuses?{filter}")).await;
    let sum: i64 = stages
        .as_array()
        .expect("stages")
        .iter()
        .filter_map(|s| s["value"].as_i64())
        .sum();
    assert_eq!(sum, 1);
    let titles = metric(&ada, &format!("get_count_by_jobtitle_and_statuses?{filter}")).await;
    assert_eq!(titles["jobs"], json!(["Baker"]));
    let words = metric(&ada, &format!("get_word_count?{filter}")).await;
    assert_eq!(words.as_array().map(Vec::len), Some(2));
    for path in [
        "get_total_application_count",
        "get_application_count_by_month",
        "get_application_count_by_month_with_total",
        "get_count_by_statuses",
        "get_word_count",
        "get_count_by_jobtitle_and_statuses",
        "get_funnel",
        "get_flow",
        "get_response_times",
        "get_response_rates",
        "get_pace",
    ] {
        let reversed = ada
            .get(&format!("/metrics/{path}?from=2026-03-02&to=2026-03-01"))
            .await;
        assert_eq!(reversed.invalid_fields(), ["to"], "{path}");
    }
    for path in ["get_application_count_by_month", "get_pace"] {
        let long = ada.get(&format!("/metrics/{path}?from=1990-01-01")).await;
        assert_eq!(long.invalid_fields(), ["from"], "{path}");
    }
}
