//! `/api/views`.

use crate::support::{TestClient, TestServer};
use serde_json::json;
use sqlx::PgPool;

const ADD: &str = "/views/add_view";

async fn names(client: &TestClient, query: &str) -> Vec<String> {
    let list = client.get(&format!("/views/get_views{query}")).await;
    let list = list.expect_status(200);
    let rows = list["data"].as_array().expect("views");
    rows.iter()
        .map(|row| row["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn views_are_added_listed_updated_and_deleted(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let add = async |name: &str, page: &str| {
        let body = json!({"name": name, "page": page, "query": "outcome=open&q=a%26b"});
        ada.post(ADD, body).await.expect_status(201)["data"].clone()
    };
    let quiet = add(" quiet ", "table").await;
    assert_eq!(
        (&quiet["name"], &quiet["query"]),
        (&json!("quiet"), &json!("outcome=open&q=a%26b"))
    );
    add("Open", "table").await;
    add("This year", "metrics").await;
    assert_eq!(names(&ada, "").await, ["Open", "quiet", "This year"]);
    assert_eq!(names(&ada, "?page=table").await, ["Open", "quiet"]);
    assert_eq!(names(&ada, "?page=board").await, [""; 0]);
    assert_eq!(names(&ben, "").await, [""; 0]);

    let rename = json!({"view_id": quiet["id"], "name": "Silent"});
    let update = "/views/update_view";
    assert_eq!(
        ben.post(update, rename.clone()).await.expect_problem(404),
        "not_found"
    );
    let renamed = ada.post(update, rename).await.expect_status(200)["data"].clone();
    assert_eq!(
        (&renamed["name"], &renamed["query"]),
        (&json!("Silent"), &quiet["query"])
    );

    let delete = json!({"view_id": quiet["id"]});
    let path = "/views/delete_view";
    assert_eq!(
        ben.post(path, delete.clone()).await.expect_problem(404),
        "not_found"
    );
    ada.post(path, delete.clone()).await.expect_status(204);
    ada.post(path, delete).await.expect_problem(404);
    assert_eq!(names(&ada, "?page=table").await, ["Open"]);
}
