//! `/api/contacts`.

use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

const ADD: &str = "/contacts/add_contact";
const UPDATE: &str = "/contacts/update_contact";
const DELETE: &str = "/contacts/delete_contact";
const LINK: &str = "/contacts/link_contact";
const UNLINK: &str = "/contacts/unlink_contact";

async fn application(client: &TestClient) -> Value {
    let body = json!({"job_title": "Baker", "company": "Hearth"});
    client.add_application(body).await["id"].clone()
}

async fn add(client: &TestClient, name: &str, application: &Value) -> Value {
    let body = json!({"name": name, "jobapp_id": application});
    client.post(ADD, body).await.expect_status(201)["data"].clone()
}

async fn names(client: &TestClient, application: Option<&Value>) -> Vec<String> {
    let query = application.map(|id| format!("?jobapp_id={}", id.as_str().expect("an id")));
    let url = format!("/contacts/get_contacts{}", query.unwrap_or_default());
    let list = client.get(&url).await.expect_status(200);
    let rows = list["data"].as_array().expect("contacts");
    rows.iter()
        .map(|row| row["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn contacts_are_added_listed_updated_and_deleted(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let id = application(&ada).await;
    let body = json!({"name": " Ilse ", "email": "ilse@example.org", "phone": "+49 30 1417", "role": "Recruiter",
        "company": "Hearth", "url": "https://example.org/ilse", "notes": "a\r\nb", "jobapp_id": id});
    assert_eq!(ben.post(ADD, body.clone()).await.expect_problem(404), "not_found");
    let contact = ada.post(ADD, body).await.expect_status(201)["data"].clone();
    assert_eq!(
        (&contact["name"], &contact["notes"], &contact["jobapp_ids"]),
        (&json!("Ilse"), &json!("a\nb"), &json!([id]))
    );
    add(&ada, "amira", &Value::Null).await;
    assert_eq!(names(&ada, None).await, ["amira", "Ilse"]);
    assert_eq!(names(&ada, Some(&id)).await, ["Ilse"]);
    assert_eq!(names(&ben, Some(&id)).await, [""; 0]);

    let change = json!({"contact_id": contact["id"], "phone": null, "role": "Head of people"});
    assert_eq!(
        ben.post(UPDATE, change.clone()).await.expect_problem(404),
        "not_found"
    );
    let updated = ada.post(UPDATE, change).await.expect_status(200)["data"].clone();
    assert_eq!(
        (&updated["phone"], &updated["role"], &updated["email"]),
        (&Value::Null, &json!("Head of people"), &json!("ilse@example.org"))
    );
    assert_eq!(updated["jobapp_ids"], json!([id]));

    let body = json!({"contact_id": contact["id"]});
    assert_eq!(
        ben.post(DELETE, body.clone()).await.expect_problem(404),
        "not_found"
    );
    assert_eq!(ada.post(DELETE, body.clone()).await.status, 204);
    assert_eq!(ada.post(DELETE, body).await.expect_problem(404), "not_found");
    assert_eq!(server.count("select count(*) from contact_links").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn contact_is_linked_to_many_applications_and_removed_from_one(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let (first, second) = (application(&ada).await, application(&ada).await);
    let contact = add(&ada, "Ilse", &first).await;
    let link = json!({"contact_id": contact["id"], "jobapp_id": second});
    for path in [LINK, UNLINK] {
        assert_eq!(
            ben.post(path, link.clone()).await.expect_problem(404),
            "not_found"
        );
        let theirs = json!({"contact_id": contact["id"], "jobapp_id": application(&ben).await});
        assert_eq!(ada.post(path, theirs).await.expect_problem(404), "not_found");
    }
    for _ in 0..2 {
        let linked = ada.post(LINK, link.clone()).await.expect_status(200);
        let ids = linked["data"]["jobapp_ids"].as_array().expect("ids");
        assert!(ids.len() == 2 && ids.contains(&json!(first)) && ids.contains(&json!(second)));
    }
    let unlink = json!({"contact_id": contact["id"], "jobapp_id": first});
    for _ in 0..2 {
        let unlinked = ada.post(UNLINK, unlink.clone()).await.expect_status(200);
        assert_eq!(unlinked["data"]["jobapp_ids"], json!([second]));
    }
    assert_eq!(names(&ada, Some(&first)).await, [""; 0]);
    assert_eq!(names(&ada, Some(&second)).await, ["Ilse"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn contact_with_invalid_fields_is_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let body = json!({"name": "x".repeat(201), "email": "ilse", "url": "javascript:alert(1)"});
    assert_eq!(
        ada.post(ADD, body).await.invalid_fields(),
        ["name", "email", "url"]
    );
    let contact = add(&ada, "Ilse", &Value::Null).await;
    let nothing = json!({"contact_id": contact["id"]});
    assert_eq!(ada.post(UPDATE, nothing).await.invalid_fields(), ["name"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn contacts_move_with_a_merge_and_return_when_it_is_undone(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let (first, other) = (application(&ada).await, application(&ada).await);
    let both = add(&ada, "Both", &first).await;
    let link = json!({"contact_id": both["id"], "jobapp_id": other});
    ada.post(LINK, link).await.expect_status(200);
    add(&ada, "Other", &other).await;
    let merge = json!({"jobapp_id": first, "other_id": other});
    let merged = ada.post("/jobapps/merge_jobapps", merge).await.expect_status(200);
    assert_eq!(names(&ada, Some(&first)).await, ["Both", "Other"]);
    assert_eq!(names(&ada, Some(&other)).await, [""; 0]);
    let undo = json!({"merge_id": merged["data"]["merge_id"]});
    ada.post("/jobapps/undo_merge", undo).await.expect_status(200);
    assert_eq!(names(&ada, Some(&first)).await, ["Both"]);
    assert_eq!(names(&ada, Some(&other)).await, ["Both", "Other"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn contacts_outlive_their_application_and_return_with_it(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let id = application(&ada).await;
    add(&ada, "Ilse", &id).await;
    let body = json!({"jobapp_id": id});
    assert_eq!(ada.post("/jobapps/delete_jobapp", body.clone()).await.status, 204);
    assert_eq!(names(&ada, Some(&id)).await, [""; 0]);
    let list = ada.get("/contacts/get_contacts").await.expect_status(200);
    assert_eq!(list["data"][0]["jobapp_ids"], json!([]));
    ada.post("/jobapps/restore_jobapp", body.clone())
        .await
        .expect_status(200);
    assert_eq!(names(&ada, Some(&id)).await, ["Ilse"]);
    assert_eq!(ada.post("/jobapps/delete_jobapp", body).await.status, 204);
    server.advance_clock(chrono::TimeDelta::days(31));
    service::jobapps::purge(&server.services).await.expect("purged");
    assert_eq!(server.count("select count(*) from contact_links").await, 0);
    assert_eq!(server.count("select count(*) from contacts").await, 1);
}
