//! The inbox: `get_mails`, `get_mail`, `get_review` and `decide_mail`.

use super::import;
use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

fn message(id: &str, from: &str, date: &str, subject: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nSubject: {subject}\r\nMessage-ID: <{id}@mail.example>\r\nDate: {date}\r\n\r\n{text}\r\n"
    )
}

pub(super) fn confirmation(id: &str, title: &str, date: &str) -> String {
    let text = format!(
        "Thank you for applying for the {title} position at Moss. We have received your application."
    );
    message(
        id,
        "Moss <no-reply@us.greenhouse-mail.io>",
        date,
        "Thank you for applying to Moss",
        &text,
    )
}

/// A rejection that does not contain a job title.
pub(super) fn rejection(id: &str) -> String {
    message(
        id,
        "Moss <no-reply@us.greenhouse-mail.io>",
        "9 Jan 2026 10:00:00 +0000",
        "Your application to Moss",
        "Thank you for your interest in Moss. After careful consideration we have decided not to move forward with your \
         application. We wish you all the best.",
    )
}

pub(super) async fn import_messages(client: &TestClient, messages: &[String]) -> Value {
    let names: Vec<String> = (0..messages.len()).map(|n| format!("{n}.eml")).collect();
    let parts: Vec<_> = messages
        .iter()
        .zip(&names)
        .map(|(message, name)| ("file", name.as_str(), message.as_str()))
        .collect();
    import(client, &parts).await
}

pub(super) async fn review(client: &TestClient) -> Vec<Value> {
    let review = client.get("/mail/get_review").await.expect_status(200);
    review["data"].as_array().expect("a list").clone()
}

/// Title, company and outcome of all applications, by title.
pub(super) async fn applications(client: &TestClient) -> Vec<(Value, Value, Value)> {
    let list = client.get("/jobapps/get_jobapps").await;
    let mut rows: Vec<_> = list.expect_status(200)["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|a| (a["job_title"].clone(), a["company"].clone(), a["outcome"].clone()))
        .collect();
    rows.sort_by_key(|(title, ..)| title.to_string());
    rows
}

pub(super) async fn decide(client: &TestClient, body: Value) -> Value {
    client.post("/mail/decide_mail", body).await.expect_status(200)["data"].clone()
}

pub(super) async fn undo(client: &TestClient, mail: &Value) -> Value {
    let body = json!({ "mail_id": mail });
    client.post("/mail/undo_mail", body).await.expect_status(200)["data"].clone()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn message_with_two_possible_applications_waits_for_a_decision(pool: PgPool) {
    let server = TestServer::new(pool.clone());
    let ada = server.register("ada").await;
    let imported = import_messages(
        &ada,
        &[
            confirmation("one", "Baker", "5 Jan 2026 10:00:00 +0000"),
            confirmation("two", "Florist", "6 Jan 2026 10:00:00 +0000"),
            rejection("three"),
        ],
    )
    .await;
    assert_eq!(
        (&imported["applications_created"], &imported["mails_in_review"]),
        (&json!(2), &json!(1))
    );
    let waiting = review(&ada).await;
    let [item] = waiting.as_slice() else {
        panic!("{waiting:?}")
    };
    assert_eq!(item["mail"]["decision"], "review");
    assert_eq!(item["suggestion"]["action"], "update");
    assert_eq!(item["suggestion"]["kind"], "rejection");
    let candidates = item["candidates"].as_array().expect("candidates");
    let titles: Vec<_> = candidates.iter().map(|c| &c["job_title"]).collect();
    assert_eq!(titles, ["Florist", "Baker"]);

    let changed_at = async || -> Vec<String> {
        let sql = "select stage_changed_at::text from job_applications order by job_title";
        sqlx::query_scalar(sql).fetch_all(&pool).await.expect("times")
    };
    let since = changed_at().await;
    let mail = &item["mail"]["id"];
    let baker = &candidates[1]["id"];
    let body = json!({ "mail_id": mail, "decision": "change", "jobapp_id": baker });
    let decided = decide(&ada, body.clone()).await;
    assert_eq!(decided["mail"]["decision"], "changed");
    assert_eq!(decided["mail"]["jobapp_id"], *baker);
    assert_eq!(decided["jobapp"]["outcome"], "rejected");
    let rejected = [
        (json!("Baker"), json!("Moss"), json!("rejected")),
        (json!("Florist"), json!("Moss"), Value::Null),
    ];
    assert_eq!(applications(&ada).await, rejected);
    assert!(review(&ada).await.is_empty());
    assert_eq!(decide(&ada, body).await, decided, "the same decision again");

    server.advance_clock(chrono::TimeDelta::minutes(1));
    let undone = undo(&ada, mail).await;
    assert_eq!(undone["mail"], item["mail"], "it waits again");
    assert_eq!(changed_at().await, since, "in its stage since when it was before");
    assert_eq!(undone["jobapp"]["id"], *baker);
    assert_eq!(undone["jobapp"]["outcome"], Value::Null);
    let again = undo(&ada, mail).await;
    assert_eq!(
        (&again["mail"], &again["jobapp"]),
        (&undone["mail"], &Value::Null)
    );

    // The message is not applied again, whichever source it comes from.
    import_messages(&ada, &[rejection("three")]).await;
    assert!(
        applications(&ada)
            .await
            .iter()
            .all(|(.., outcome)| outcome.is_null())
    );
    assert_eq!(review(&ada).await[0]["mail"], item["mail"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undone_confirmation_removes_its_application_unless_a_user_changed_it(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(
        &ada,
        &[
            confirmation("one", "Baker", "5 Jan 2026 10:00:00 +0000"),
            confirmation("two", "Florist", "6 Jan 2026 10:00:00 +0000"),
        ],
    )
    .await;
    let mails = ada.get("/mail/get_mails").await.expect_status(200)["data"].clone();
    let (florist, baker) = (&mails[0], &mails[1]);
    assert_eq!(florist["job_title"], "Florist");
    assert_eq!(florist["decision"], "automatic");
    let note = json!({ "jobapp_id": florist["jobapp_id"], "description": "Call them." });
    ada.post("/jobapps/add_jobapp_note", note)
        .await
        .expect_status(201);
    undo(&ada, &florist["id"]).await;
    undo(&ada, &baker["id"]).await;
    assert_eq!(
        applications(&ada).await,
        [(json!("Florist"), json!("Moss"), Value::Null)]
    );
    let detail = ada
        .get(&format!(
            "/mail/get_mail?mail_id={}",
            baker["id"].as_str().expect("id")
        ))
        .await
        .expect_status(200)["data"]
        .clone();
    assert_eq!(detail["mail"]["decision"], "undone");
    let words = detail["explanation"]["words"].as_array().expect("words");
    assert!(!words.is_empty());
    assert!(detail["explanation"]["pack_version"].is_number());

    // The user can change the decision.
    let decided = decide(&ada, json!({ "mail_id": baker["id"], "decision": "accept" })).await;
    assert_eq!(decided["mail"]["decision"], "accepted");
    assert_eq!(applications(&ada).await.len(), 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn corrected_names_hold_for_the_application_and_later_email_of_the_sender(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(&ada, &[confirmation("one", "Baker", "5 Jan 2026 10:00:00 +0000")]).await;
    let mails = ada.get("/mail/get_mails").await.expect_status(200)["data"].clone();
    let body = json!({
        "mail_id": mails[0]["id"], "decision": "change", "company": "Moss & Fern", "job_title": "Head Baker", "remember": true
    });
    let decided = decide(&ada, body).await;
    assert_eq!(decided["mail"]["decision"], "changed");
    assert_eq!(decided["jobapp"]["company"], "Moss & Fern");
    let renamed = (json!("Head Baker"), json!("Moss & Fern"), Value::Null);
    assert_eq!(
        applications(&ada).await,
        std::slice::from_ref(&renamed),
        "no second application"
    );
    import_messages(
        &ada,
        &[confirmation("two", "Florist", "6 Jan 2026 10:00:00 +0000")],
    )
    .await;
    let florist = (json!("Florist"), json!("Moss & Fern"), Value::Null);
    assert_eq!(applications(&ada).await, [florist, renamed]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn dismissed_sender_is_ignored_from_then_on(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(&ada, &[confirmation("one", "Baker", "5 Jan 2026 10:00:00 +0000")]).await;
    let mails = ada.get("/mail/get_mails").await.expect_status(200)["data"].clone();
    let body = json!({ "mail_id": mails[0]["id"], "decision": "not_an_application", "remember": true });
    let decided = decide(&ada, body).await;
    assert_eq!(decided["mail"]["decision"], "dismissed");
    assert_eq!(decided["jobapp"], Value::Null);
    import_messages(
        &ada,
        &[confirmation("two", "Florist", "6 Jan 2026 10:00:00 +0000")],
    )
    .await;
    assert!(applications(&ada).await.is_empty());
    let ignored = ada
        .get("/mail/get_mails?decision=ignored")
        .await
        .expect_status(200);
    assert_eq!(ignored["data"][0]["job_title"], "Florist");
    assert_eq!(ignored["data"].as_array().expect("a list").len(), 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn later_application_decides_about_messages_that_wait(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = import_messages(&ada, &[rejection("three")]).await;
    assert_eq!(first["mails_in_review"], 1);
    import_messages(&ada, &[confirmation("one", "Baker", "5 Jan 2026 10:00:00 +0000")]).await;
    assert_eq!(
        applications(&ada).await,
        [(json!("Baker"), json!("Moss"), json!("rejected"))]
    );
    assert!(review(&ada).await.is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn new_application_by_decision_is_added_once_and_removed_by_undo(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(&ada, &[rejection("three")]).await;
    let before = review(&ada).await;
    let mail = before[0]["mail"]["id"].clone();
    let body = json!({ "mail_id": mail, "decision": "change", "new": true, "job_title": "Baker" });
    let decided = decide(&ada, body.clone()).await;
    assert_eq!(decided["jobapp"]["outcome"], "rejected");
    assert_eq!(decide(&ada, body).await["mail"], decided["mail"]);
    assert_eq!(
        applications(&ada).await,
        [(json!("Baker"), json!("Moss"), json!("rejected"))]
    );
    undo(&ada, &mail).await;
    assert!(applications(&ada).await.is_empty());
    assert_eq!(review(&ada).await, before, "as it was read");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn incomplete_decision_is_rejected_with_the_field(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(&ada, &[rejection("three")]).await;
    let mail = review(&ada).await[0]["mail"]["id"].clone();
    for (fields, field) in [
        (json!({ "decision": "change" }), "jobapp_id"),
        (json!({ "decision": "change", "company": " " }), "company"),
    ] {
        let mut body = fields.clone();
        body["mail_id"] = mail.clone();
        let problem = ada.post("/mail/decide_mail", body).await.expect_status(422);
        assert_eq!(problem["errors"][0]["field"], field, "{fields}");
    }
    let unknown =
        json!({ "mail_id": mail, "decision": "change", "jobapp_id": "01900000-0000-7000-8000-000000000000" });
    ada.post("/mail/decide_mail", unknown).await.expect_problem(404);
    assert_eq!(review(&ada).await.len(), 1, "nothing has changed");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undone_rejection_is_no_response_in_metrics(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(
        &ada,
        &[
            confirmation("a", "Head Baker", "5 Jan 2026 10:00:00 +0000"),
            rejection("b"),
        ],
    )
    .await;
    let responses = async || {
        let times = ada.get("/metrics/get_response_times").await.expect_status(200);
        let times = &times["data"];
        (times["responses"].as_u64(), times["median_days"].as_u64())
    };
    assert_eq!(responses().await, (Some(1), Some(4)));
    let mails = ada.get("/mail/get_mails?kind=rejection").await.expect_status(200);
    undo(&ada, &mails["data"][0]["id"]).await;
    assert_eq!(responses().await, (Some(0), None));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_of_its_own_rejection_counts_as_answered_after_an_unknown_time(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(&ada, &[rejection("three")]).await;
    let mail = review(&ada).await[0]["mail"]["id"].clone();
    let body = json!({ "mail_id": mail, "decision": "change", "new": true, "job_title": "Baker" });
    let jobapp = decide(&ada, body).await["jobapp"].clone();
    let response = async || {
        let times = ada.get("/metrics/get_response_times").await.expect_status(200)["data"].clone();
        let body = json!({ "measures": ["responses", "response_rate", "median_days_to_response"] });
        let answer = ada.post("/metrics/query", body).await.expect_status(200)["data"].clone();
        (
            times["applications"].clone(),
            times["median_days"].clone(),
            answer["rows"][0].clone(),
        )
    };
    assert_eq!(
        response().await,
        (json!(0), Value::Null, json!([1, 1, Value::Null]))
    );
    // The user enters the apply date.
    let body =
        json!({ "jobapp_id": jobapp["id"], "version": jobapp["version"], "application_date": "2026-01-05" });
    ada.post("/jobapps/edit_jobapp", body).await.expect_status(200);
    let (applications, median_days, _) = response().await;
    assert_eq!((applications, median_days), (json!(1), json!(4)));
}
