//! Custom stages.

use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

async fn names(client: &TestClient) -> Vec<String> {
    let stages = client.get("/jobapps/get_statuses").await.expect_status(200);
    let stages = stages["data"].as_array().expect("stages").clone();
    for (position, stage) in stages.iter().enumerate() {
        assert_eq!(stage["position"], json!(position), "{stages:?}");
    }
    stages
        .iter()
        .map(|stage| stage["value"].as_str().expect("name").to_owned())
        .collect()
}

async fn add(client: &TestClient, name: &str, kind: &str) -> Value {
    let body = json!({ "name": name, "kind": kind });
    client.post("/jobapps/add_status", body).await.expect_status(201)["data"].clone()
}

const METRICS: [&str; 3] = [
    "get_total_application_count",
    "get_application_count_by_month",
    "get_word_count",
];

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stage_is_added_changed_ordered_and_deleted(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let screening = ada.stage_id("screening").await;
    let application = ada
        .add_application(json!({ "job_title": "Clerk", "company": "Fernway", "status_id": screening }))
        .await;
    let call = add(&ada, "Recruiter call", "screening").await;
    assert_eq!(call["color"], Value::Null);
    assert_eq!(
        names(&ada).await,
        [
            "To Apply",
            "Applied",
            "Phone Screen",
            "Recruiter call",
            "Onsite Interview",
            "Offer"
        ]
    );
    let body = json!({ "status_id": call["id"], "name": "First call", "color": "red" });
    let changed = ada.post("/jobapps/update_status", body).await.expect_status(200)["data"].clone();
    assert_eq!(
        (&changed["value"], &changed["color"], &changed["kind"]),
        (&json!("First call"), &json!("red"), &json!("screening"))
    );

    let stages = ada.get("/jobapps/get_statuses").await.expect_status(200);
    let mut ids: Vec<Value> = stages["data"]
        .as_array()
        .expect("stages")
        .iter()
        .map(|stage| stage["id"].clone())
        .collect();
    ids.swap(2, 3);
    ada.post("/jobapps/order_statuses", json!({ "status_ids": ids }))
        .await
        .expect_status(200);
    assert_eq!(names(&ada).await[2..4], ["First call", "Phone Screen"]);
    for wrong in [&ids[1..], &[ids.clone(), vec![ids[0].clone()]].concat()] {
        let response = ada
            .post("/jobapps/order_statuses", json!({ "status_ids": wrong }))
            .await;
        assert_eq!(response.invalid_fields(), ["status_ids"]);
    }

    let mut before = Vec::new();
    for metric in METRICS {
        before.push(ada.get(&format!("/metrics/{metric}")).await.expect_status(200));
    }
    let offer = ada.stage_id("offer").await;
    let wrong = json!({ "status_id": screening, "move_to": offer });
    assert_eq!(
        ada.post("/jobapps/delete_status", wrong).await.invalid_fields(),
        ["move_to"]
    );
    let delete = json!({ "status_id": screening, "move_to": call["id"] });
    ada.post("/jobapps/delete_status", delete.clone())
        .await
        .expect_status(200);
    assert_eq!(
        names(&ada).await,
        ["To Apply", "Applied", "First call", "Onsite Interview", "Offer"]
    );
    assert_eq!(
        ada.post("/jobapps/delete_status", delete)
            .await
            .expect_problem(404),
        "not_found"
    );
    for (metric, before) in METRICS.iter().zip(&before) {
        let after = ada.get(&format!("/metrics/{metric}")).await.expect_status(200);
        assert_eq!(&after, before, "{metric}");
    }
    let path = format!(
        "/jobapps/get_jobapp_detail?jobapp_id={}",
        application["id"].as_str().expect("id")
    );
    let detail = ada.get(&path).await.expect_status(200)["data"].clone();
    assert_eq!(detail["jobapp"]["application_status"]["value"], "First call");
    let history = detail["history"].as_array().expect("history");
    assert_eq!(history.len(), 2);
    assert_eq!(history[1]["from_status"]["value"], "Phone Screen");
    let moved = json!({ "jobapp_id": application["id"], "status_id": screening });
    let response = ada.post("/jobapps/update_jobapp", moved).await;
    assert_eq!(
        response.expect_problem(404),
        "not_found",
        "no application moves to a deleted stage"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn last_stage_of_a_kind_stays_and_stages_are_limited(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let (offer, applied) = (ada.stage_id("offer").await, ada.stage_id("applied").await);
    let delete = json!({ "status_id": offer, "move_to": applied });
    assert_eq!(
        ada.post("/jobapps/delete_status", delete)
            .await
            .expect_problem(409),
        "conflict"
    );
    let change = json!({ "status_id": offer, "kind": "interview" });
    assert_eq!(
        ada.post("/jobapps/update_status", change)
            .await
            .expect_problem(409),
        "conflict"
    );
    for n in 6..=20 {
        add(&ada, &format!("Stage {n}"), "applied").await;
    }
    let body = json!({ "name": "Stage 21", "kind": "applied" });
    assert_eq!(
        ada.post("/jobapps/add_status", body).await.expect_problem(409),
        "conflict"
    );
    let taken = json!({ "name": "STAGE 20", "kind": "applied" });
    let problem = ada.post("/jobapps/add_status", taken).await.expect_status(409);
    assert_eq!(
        problem["detail"],
        "Another stage has this name. Choose another one."
    );
    for name in ["", " ", &"x".repeat(61)] {
        let body = json!({ "name": name, "kind": "applied" });
        assert_eq!(
            ada.post("/jobapps/add_status", body).await.invalid_fields(),
            ["name"]
        );
    }
}
