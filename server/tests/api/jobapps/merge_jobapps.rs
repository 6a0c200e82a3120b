use crate::support::{TestClient, TestServer, fixtures};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

async fn detail(client: &TestClient, id: &Value) -> Value {
    let id = id.as_str().expect("an id");
    let detail = client
        .get(&format!("/jobapps/get_jobapp_detail?jobapp_id={id}"))
        .await;
    let mut detail = detail.expect_status(200)["data"].clone();
    // These values differ after every change.
    detail["jobapp"]["version"] = json!(0);
    detail["jobapp"]["updated_at"] = json!("");
    detail
}

async fn merge(client: &TestClient, first: &Value, other: &Value) -> crate::support::TestResponse {
    let body = json!({"jobapp_id": first["id"], "other_id": other["id"]});
    client.post("/jobapps/merge_jobapps", body).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn merge_is_undone_exactly(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = ada
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await;
    let other = ada
        .add_application(json!({"job_title": "Head baker", "company": "Moss Ltd"}))
        .await;
    let note = json!({"jobapp_id": other["id"], "description": "Called."});
    ada.post("/jobapps/add_jobapp_note", note)
        .await
        .expect_status(201);
    ada.post(
        "/jobapps/update_jobapp",
        json!({"jobapp_id": other["id"], "rejected": true}),
    )
    .await
    .expect_status(200);
    let before = [detail(&ada, &first["id"]).await, detail(&ada, &other["id"]).await];

    let merged = merge(&ada, &first, &other).await.expect_status(200)["data"].clone();
    assert_eq!(merged["jobapp"]["id"], first["id"]);
    assert_eq!(merged["jobapp"]["outcome"], "rejected");
    let together = detail(&ada, &first["id"]).await;
    assert_eq!(together["history"].as_array().expect("history").len(), 3);
    assert_eq!(together["notes"].as_array().expect("notes").len(), 1);
    let total = ada
        .get("/metrics/get_total_application_count")
        .await
        .expect_status(200);
    assert_eq!(total["data"]["count"], 1);
    let again = merge(&ada, &first, &other).await;
    assert_eq!(again.expect_problem(409), "already_merged");

    let undo = json!({"merge_id": merged["merge_id"]});
    let undone = ada
        .post("/jobapps/undo_merge", undo.clone())
        .await
        .expect_status(200);
    assert_eq!(
        (&undone["data"]["jobapp"]["id"], &undone["data"]["other"]["id"]),
        (&first["id"], &other["id"])
    );
    let after = [detail(&ada, &first["id"]).await, detail(&ada, &other["id"]).await];
    assert_eq!(after, before);
    ada.post("/jobapps/undo_merge", undo).await.expect_status(200);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn merge_with_itself_or_with_an_application_of_another_is_refused(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let new = json!({"job_title": "Baker", "company": "Moss"});
    let (of_ada, of_ben) = (
        ada.add_application(new.clone()).await,
        ben.add_application(new).await,
    );
    assert_eq!(merge(&ada, &of_ada, &of_ada).await.expect_problem(422), "invalid");
    assert_eq!(
        merge(&ada, &of_ada, &of_ben).await.expect_problem(404),
        "not_found"
    );
    assert_eq!(
        merge(&ada, &of_ben, &of_ada).await.expect_problem(404),
        "not_found"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn split_makes_an_application_of_some_emails(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let user = fixtures::user(&server, "ada").await;
    let (ada, id) = (&user.client, json!(user.ids["jobapp_id"]));
    let mails = |detail: &Value| -> Vec<Value> {
        let mails = detail["mails"].as_array().expect("mails");
        mails.iter().map(|mail| mail["id"].clone()).collect()
    };
    let all = mails(&detail(ada, &id).await);
    let split = |mail_ids: Vec<Value>| {
        let body = json!({"jobapp_id": id, "mail_ids": mail_ids});
        async { ada.post("/jobapps/split_jobapp", body).await }
    };
    assert_eq!(split(all.clone()).await.expect_problem(422), "invalid");
    assert_eq!(split(Vec::new()).await.expect_problem(422), "invalid");
    let unknown = json!(Uuid::from_u128(1));
    assert_eq!(split(vec![unknown]).await.expect_problem(404), "not_found");
    let separated = split(vec![all[0].clone()]).await.expect_status(201)["data"].clone();
    assert_eq!(separated["jobapp"]["id"], id);
    assert_eq!(mails(&detail(ada, &id).await), [all[1].clone()]);
    let other = detail(ada, &separated["other"]["id"]).await;
    assert_eq!(mails(&other), [all[0].clone()]);
    assert_eq!(other["jobapp"]["company"], separated["jobapp"]["company"]);
}

/// The pages for another user's application respond like those for an application that does not exist.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pages_of_an_application_of_another_are_not_found(pool: PgPool) {
    let server = TestServer::new(pool);
    let ben = server.register("ben").await;
    let of_ben = ben
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await;
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = crate::support::workspace_slug(&board).to_owned();
    let add = format!("slug={slug}&company=Fernway&job_title=Clerk");
    let headers = [
        ("origin", crate::support::ORIGIN),
        ("accept", "application/json"),
        ("cookie", cookie.as_str()),
    ];
    let own = server
        .post("/_fn/jobapps/add", crate::support::FORM, &headers, &add)
        .await;
    let own = own.expect_status(200)["id"].as_str().expect("an id").to_owned();
    for page in ["merge", "split"] {
        let status = async |id: &str| {
            let path = format!("/w/{slug}/applications/{id}/{page}");
            server.get_page(&cookie, &path).await.status.as_u16()
        };
        assert_eq!(status(&own).await, 200, "{page}");
        assert_eq!(status(of_ben["id"].as_str().expect("an id")).await, 404, "{page}");
        assert_eq!(status(&Uuid::from_u128(1).to_string()).await, 404, "{page}");
        assert_eq!(status("x").await, 404, "{page}");
    }
}
