use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

async fn pairs(client: &TestClient) -> Vec<(String, String, String)> {
    let list = client.get("/jobapps/get_duplicates").await.expect_status(200)["data"].clone();
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let pairs = list.as_array().expect("pairs").iter().map(|pair| {
        (
            text(&pair["jobapp"]["id"]),
            text(&pair["other"]["id"]),
            text(&pair["reason"]),
        )
    });
    pairs.collect()
}

fn pair(first: &Value, other: &Value, reason: &str) -> (String, String, String) {
    let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    (id(first), id(other), reason.to_owned())
}

async fn add(client: &TestClient, company: &str, title: &str, date: &str, url: Option<&str>) -> Value {
    let new = json!({"job_title": title, "company": company, "application_date": date, "url": url});
    client.add_application(new).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn duplicates_by_names_and_link_are_listed_until_merged_or_dismissed(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = add(&ada, "Moss GmbH", "Baker", "2026-01-05", None).await;
    let again = add(&ada, "MOSS", "baker", "2026-01-08", None).await;
    let link = "https://jobs.example.org/7";
    let board = add(&ada, "Fern", "Clerk", "2026-01-10", Some(link)).await;
    let employer = add(&ada, "Fern & Sons", "Office clerk", "2026-01-11", Some(link)).await;
    add(&ada, "Moss", "Driver", "2026-01-12", None).await;
    let (names, links) = (pair(&first, &again, "names"), pair(&board, &employer, "link"));
    assert_eq!(pairs(&ada).await, [names, links.clone()]);

    let merge = json!({"jobapp_id": first["id"], "other_id": again["id"]});
    let merged = ada.post("/jobapps/merge_jobapps", merge).await.expect_status(200);
    assert_eq!(pairs(&ada).await, std::slice::from_ref(&links));
    let undo = json!({"merge_id": merged["data"]["merge_id"]});
    ada.post("/jobapps/undo_merge", undo).await.expect_status(200);
    assert_eq!(pairs(&ada).await.len(), 2);

    // A pair can be dismissed in either order, and repeatedly.
    for (a, b) in [(&again, &first), (&first, &again)] {
        let dismiss = json!({"jobapp_id": a["id"], "other_id": b["id"]});
        ada.post("/jobapps/dismiss_duplicate", dismiss)
            .await
            .expect_status(204);
    }
    assert_eq!(pairs(&ada).await, [links]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_after_a_rejection_is_no_duplicate(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = add(&ada, "Moss", "Baker", "2026-01-05", None).await;
    let rejection = json!({
        "jobapp_id": first["id"], "rejected": true, "occurred_at": "2026-01-20T12:00:00Z",
    });
    ada.post("/jobapps/update_jobapp", rejection)
        .await
        .expect_status(200);
    let second = add(&ada, "Moss", "Baker", "2026-02-01", None).await;
    let list = pairs(&ada).await;
    assert_eq!(list, [], "{first} {second}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn applications_of_others_are_neither_listed_nor_dismissed(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let of_ada = add(&ada, "Moss", "Baker", "2026-01-05", None).await;
    let of_ben = add(&ben, "Moss", "Baker", "2026-01-06", None).await;
    assert_eq!(pairs(&ada).await, []);
    let dismiss = |a: &Value, b: &Value| json!({"jobapp_id": a["id"], "other_id": b["id"]});
    let response = ada
        .post("/jobapps/dismiss_duplicate", dismiss(&of_ada, &of_ben))
        .await;
    assert_eq!(response.expect_problem(404), "not_found");
    let response = ada
        .post("/jobapps/dismiss_duplicate", dismiss(&of_ada, &of_ada))
        .await;
    assert_eq!(response.expect_problem(422), "invalid");
}
